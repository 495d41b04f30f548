/** Key parts: what a blocking rule may ask two records to share, by the role of a column.
 *
 *  A part reads one column ("surname.soundex", "dob.year and dob.month") or all columns of names together: their words, in whatever
 *  column they stand. Its values are hashed to 64 bits; two records agree on a part when they share a value, and a missing value is
 *  none. Whole values, parts side by side and names are made from tables of distinct values (condition/evaluate.h); what a column's values
 *  are otherwise turned into is hashed as it is needed: a table of all deletions of all identifiers would be larger than the people.
 *
 *      ck_key_parts parts = {0};
 *      ck_key_parts_make(error, people, schema, role, kernels, &parts);
 *      ck_part_values values = {0};
 *      ck_part_values_fill(error, &parts.part[3], code, 0, n, &values);      hashes of part 3 of n records
 *      ck_key_parts_free(&parts);
 *
 *  Local.
 */
#ifndef CK_CHOOSE_PARTS_H
#define CK_CHOOSE_PARTS_H
#include "clean/role.h"
#include "condition/calls.h"
#include "condition/evaluate.h"

/** How the values of a part come from those of its expressions. */
typedef enum ck_part_shape {
    CK_PART_UNION,   /**< every value of any expression (of one column, or one for each column of names) */
    CK_PART_JOINED,  /**< the expressions' single values side by side; missing when one is */
    CK_PART_PAIRS,   /**< unordered pairs of different values of the union */
    CK_PART_INITIALS /**< ordered pairs of a value and the initial of another */
} ck_part_shape;

/** A row of the table of parts. */
typedef struct ck_part_row {
    uint32_t roles;      /**< bit r: columns of role r; 0: all columns of names together */
    const char *calls;   /**< after the column: ".soundex"; with CK_PART_JOINED several, separated by spaces */
    ck_part_shape shape;
    const char *ending;  /**< of a part of names: the call that makes its pairs, for the rule's text */
    bool strong;         /**< says much: may be a seed */
} ck_part_row;
extern const ck_part_row ck_part_rows[];
extern const uint32_t ck_part_nrows;

enum { CK_PART_EXPRS = 8 };

typedef struct ck_key_part {
    char *text;                       /**< as a rule says it: "dob.year, dob.month" */
    uint32_t column;                  /**< parts of one column are never in one rule; UINT32_MAX: the names together */
    uint32_t group;                   /**< a column, or UINT32_MAX for every part of a name: what is drawn together */
    ck_part_shape shape;
    bool strong;
    uint32_t nexprs;
    uint32_t read[CK_PART_EXPRS];     /**< column of each expression */
    ck_derived value[CK_PART_EXPRS];
    ck_expr *expr;                    /**< of one column without a table; NULL: `value` has the tables */
    const ck_dict *dict;              /**< the column's */
    const uint32_t *initial;          /**< CK_PART_INITIALS: [value.count + 1] hash of each value's first character */
    uint64_t salt;
} ck_key_part;

enum { CK_KEY_PARTS_MAX = 512, CK_NAMES_TOGETHER = UINT32_MAX };

typedef struct ck_key_parts {
    uint32_t n;
    ck_key_part *part;
    ck_evaluator *evaluator;
    uint32_t *initial; /**< of the words of names */
} ck_key_parts;

/** Is a column of this role one of names? */
static inline bool ck_role_is_name(ck_role role) {
    return role == CK_ROLE_FORENAME || role == CK_ROLE_SURNAME || role == CK_ROLE_FULL_NAME;
}

/** Every part that the table gives the columns. role[ncolumns]: CK_ROLE_NONE leaves a column out; `repeats[c]`: column c only repeats other
 *  names, so that it has no parts of its own but its words are names'. A row whose call does not read the column's kind makes none. */
ck_status ck_key_parts_make(ck_error *error, const ck_column *column, const ck_schema *schema, const ck_role *role, const bool *repeats,
                            const ck_kernels *kernels, ck_key_parts *parts);
void ck_key_parts_free(ck_key_parts *parts);

/** Hashes of some records: those of record i are hash[start[i] .. start[i + 1]). Buffers grow and are kept for the next use. */
typedef struct ck_part_values {
    uint32_t *start;
    uint64_t *hash;
    size_t start_room, hash_room;
    uint32_t *item; /**< room for the values of one record */
    ck_span *text;
    size_t item_room, text_room;
    ck_value_set derived;
} ck_part_values;
/** The values of records [begin, end) whose codes of column c are code[c]. */
ck_status ck_part_values_fill(ck_error *error, const ck_key_part *part, const uint32_t *const *code, uint64_t begin, uint64_t end,
                              ck_part_values *values);
/** The hashes that `n` different values of one record make; at most n * n, or 1. @return how many */
uint32_t ck_part_hashes(const ck_key_part *part, const uint32_t *item, uint32_t n, uint64_t *hash);
void ck_part_values_free(ck_part_values *values);

#endif
