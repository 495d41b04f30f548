/** Running conditions on batches of pairs.
 *
 *  An evaluator is made from dictionaries; every distinct expression becomes a derived code table
 *  (base code -> derived code, 0 = missing), so equality of any expression is an integer compare. Derived
 *  dictionaries are sorted by bytes; expressions that are compared with one another share one dictionary.
 *
 *  Local. The evaluator is read-only after its conditions are added; evaluation is thread-safe with a scratch
 *  per thread.
 */
#ifndef CK_CONDITION_EVALUATE_H
#define CK_CONDITION_EVALUATE_H
#include "condition/condition.h"
#include "store/people.h"

enum { CK_FALSE = 0, CK_TRUE = 1, CK_UNKNOWN = 2 };

typedef struct ck_evaluator ck_evaluator;
typedef struct ck_scratch ck_scratch;

/** A batch of pairs, as base codes: l[c][k] and r[c][k] are the codes of column c (schema number) of the k-th pair's
 *  l and r; columns that no condition reads may be NULL. */
typedef struct ck_pair_batch {
    size_t n; /**< <= CK_BATCH */
    const uint32_t *const *l;
    const uint32_t *const *r;
} ck_pair_batch;
enum { CK_BATCH = 4096 };

/** An expression per distinct value of its column. */
typedef struct ck_derived {
    const uint32_t *map;    /**< single-valued: [dict.count + 1] derived code, map[0] = 0; NULL for multi */
    const uint64_t *offset; /**< multi-valued: [dict.count + 2]: items of code c are item[offset[c]..offset[c+1]), rising, distinct */
    const uint32_t *item;
    uint32_t count;         /**< derived codes 1..count */
    const ck_dict *dict;    /**< their texts (of the shared dictionary); with empty_is_value, code 1 may be '' */
} ck_derived;

/** `column` are the people's columns (borrowed; only dictionaries are read). */
ck_status ck_evaluator_create(ck_error *error, const ck_column *column, uint32_t ncolumns, const ck_kernels *kernels,
                              ck_evaluator **evaluator);
void ck_evaluator_free(ck_evaluator *evaluator);

/** Register an expression, or a pair that must share codes (`other` may be NULL); its number. Call before prepare. */
ck_status ck_evaluator_add_expr(ck_evaluator *evaluator, ck_error *error, const ck_expr *expr, const ck_expr *other,
                                uint32_t *number, uint32_t *other_number);
/** Register a condition (copied); its number. CK_USAGE when it reads an expression with several values. */
ck_status ck_evaluator_add_condition(ck_evaluator *evaluator, ck_error *error, const ck_condition *condition, uint32_t *number);
/** Register an ordered ladder of conditions, n <= 64; its number. */
ck_status ck_evaluator_add_ladder(ck_evaluator *evaluator, ck_error *error, const ck_condition *const *condition, uint32_t n,
                                  uint32_t *number);
/** Compute every derived table (OpenMP over expressions and values). Call once, after all adds. */
ck_status ck_evaluator_prepare(ck_evaluator *evaluator, ck_error *error);

/** Memory of the derived tables, their own dictionaries, scales, and strings made ready for the kernels, in bytes. After prepare. */
uint64_t ck_evaluator_bytes(const ck_evaluator *evaluator);
ck_derived ck_evaluator_derived(const ck_evaluator *evaluator, uint32_t number);
/** Does condition/ladder read column c? */
bool ck_evaluator_condition_reads(const ck_evaluator *evaluator, uint32_t number, uint32_t column);
bool ck_evaluator_ladder_reads(const ck_evaluator *evaluator, uint32_t number, uint32_t column);

ck_status ck_scratch_create(ck_error *error, const ck_evaluator *evaluator, ck_scratch **scratch);
void ck_scratch_free(ck_scratch *scratch);
/** Did every evaluation with this scratch succeed? One of CK_OP_SQL may lack memory, or meet a value that a strict CAST cannot read. */
ck_status ck_scratch_check(const ck_scratch *scratch, ck_error *error);

/** out[k] = CK_FALSE, CK_TRUE or CK_UNKNOWN. */
void ck_evaluate_condition(const ck_evaluator *evaluator, ck_scratch *scratch, uint32_t number, const ck_pair_batch *batch,
                           uint8_t *out);
/** out[k] = index of the ladder's first condition that is true, or its length. */
void ck_evaluate_ladder(const ck_evaluator *evaluator, ck_scratch *scratch, uint32_t number, const ck_pair_batch *batch,
                        uint8_t *out);

#endif
