/** What the files of the room share; no other file includes it. */
#ifndef CK_TRACE_INSIDE_H
#define CK_TRACE_INSIDE_H
#include "trace/trace.h"

/** A row of the index under the hash of its key. */
typedef struct ck_trace_entry {
    uint64_t hash;
    uint32_t row;
} ck_trace_entry;

/** A key of a step: numbers of its expressions, and the index's rows under it, sorted. */
typedef struct ck_trace_block {
    uint32_t n, expr[CK_TRACE_KEY_PARTS];
    ck_derived part[CK_TRACE_KEY_PARTS]; /**< once the evaluator is prepared */
    uint32_t column[CK_TRACE_KEY_PARTS];
    uint64_t entries;
    ck_trace_entry *entry;
} ck_trace_block;

typedef struct ck_prepared_step {
    uint32_t needs[CK_TRACE_KEY_PARTS], when[CK_TRACE_CONDITIONS]; /**< numbers of the evaluator */
    ck_trace_block block[CK_TRACE_KEYS];
} ck_prepared_step;

typedef struct ck_name_groups {
    uint64_t bit[CK_TRACE_NICKNAMES / 64];
} ck_name_groups;

typedef struct ck_prepared_part {
    uint32_t on, level[CK_TRACE_LEVELS]; /**< numbers of the evaluator */
    ck_derived value;
    ck_strings *strings;                 /**< of `value`, for similarities */
    ck_name_groups *groups;              /**< [value.count + 1], or NULL */
} ck_prepared_part;

struct ck_trace {
    const ck_comm *comm;
    const ck_people *people;
    const ck_trace_rules *rules;
    const ck_kernels *kernels;
    ck_evaluator *evaluator;
    uint32_t **code;                     /**< [ncolumns] of all records, NULL for columns that nothing reads */
    uint64_t index_begin, index_end;     /**< records of the index */
    uint32_t number, superseded_by;      /**< expressions of the evaluator that share one dictionary */
    ck_derived numbers, successors;
    uint32_t *person_of;                 /**< [numbers.count + 1] person of each number, 0: not in the index */
    uint32_t *person;                    /**< [index_end - index_begin] of each row; 0: without number */
    uint32_t npersons;                   /**< 1 .. npersons */
    uint32_t *person_number;             /**< [npersons + 1] code of the number */
    uint32_t *first, *row;               /**< rows first[p] .. first[p + 1] of the list are the records of person p */
    ck_prepared_step *step;
    ck_prepared_part *part;
};

/** The persons of the index: numbers followed to those that superseded them. Local. */
ck_status ck_trace_find_persons(ck_trace *trace, ck_error *error);
/** Rows of the index under every key. Local. */
ck_status ck_trace_fill_blocks(ck_trace *trace, ck_error *error);
/** The hash of a record's key; false when a part is missing. Local. */
bool ck_trace_hash(const ck_trace *trace, const ck_trace_block *block, uint64_t record, uint64_t *hash);
bool ck_trace_same_key(const ck_trace *trace, const ck_trace_block *block, uint64_t a, uint64_t b);

/** Names of the parts and groups ready to compare, and to be let go. Local. */
ck_status ck_trace_prepare_parts(ck_trace *trace, ck_error *error);
void ck_trace_free_parts(ck_trace *trace);

/** One record with all rows of its candidates: pairs for the evaluator and the kernels. */
typedef struct ck_trace_pairs {
    size_t n;                            /**< <= CK_BATCH */
    uint32_t *candidate;                 /**< [CK_BATCH] whose row it is */
    uint32_t **l, **r;                   /**< [ncolumns][CK_BATCH] base codes of the record and of the row; NULL where nothing reads them */
    uint32_t *a, *b;                     /**< [CK_BATCH] derived codes */
    double *value;                       /**< [CK_BATCH] */
    uint8_t *holds;                      /**< [CK_BATCH] */
    uint8_t *open;                       /**< [CK_BATCH] */
} ck_trace_pairs;

/** The value of a part for every pair into pairs->value: points, or NAN for null. Local. */
void ck_trace_measure(const ck_trace *trace, ck_scratch *scratch, uint32_t part, ck_trace_pairs *pairs);

#endif
