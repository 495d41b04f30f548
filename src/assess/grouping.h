/** Records by the value of an expression, for measures by subgroup.
 *
 *      ck_grouping sexes = {0};
 *      ck_grouping_make(comm, &error, &people, &schema, kernels, "sex", NULL, 10, &sexes);    "dob.year", "postcode.area", "source"
 *      ck_grouping_free(&sexes);
 *
 *  Classes come in the order of their values' bytes; then the values that too few records have, as one class; then missing. The same on every
 *  rank. Holds 4 bytes a record.
 */
#ifndef CK_ASSESS_GROUPING_H
#define CK_ASSESS_GROUPING_H
#include "condition/condition.h"
#include "store/people.h"

typedef enum ck_class_kind {
    CK_CLASS_ALL,     /**< every record: the only class of its grouping */
    CK_CLASS_VALUE,   /**< records of one value */
    CK_CLASS_OTHERS,  /**< records of rare values */
    CK_CLASS_MISSING  /**< records without a value */
} ck_class_kind;

typedef struct ck_class {
    ck_class_kind kind;
    char *value;      /**< of CK_CLASS_VALUE, else "" */
    uint64_t values;  /**< how many it holds: of CK_CLASS_OTHERS several */
    uint64_t records; /**< that count */
} ck_class;

typedef struct ck_grouping {
    char *text;      /**< the expression as it was asked for; "" for all records */
    uint32_t n;
    ck_class *class; /**< [n] each with a record that counts */
    uint32_t *of;    /**< [records] class of each record; UINT32_MAX: of none, since no record of its value counts */
} ck_grouping;

/** Group by `text`, an expression over one column or the word source (where no column is called so). NULL: all records are one class.
 *  @param people  with codes
 *  @param counts  [people->records] records that count (0 = not), or NULL: all of them
 *  @param least   values of fewer counting records become one class: they could be told to be somebody's
 *  @return CK_USAGE: the text is no expression, or one with several values. Collective. */
ck_status ck_grouping_make(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_schema *schema, const ck_kernels *kernels,
                           const char *text, const uint32_t *counts, uint64_t least, ck_grouping *grouping);
void ck_grouping_free(ck_grouping *grouping); /**< Local */

/** "value", "others (12 values)", "missing" as words of the class's kind: all, value, others, missing. Local. */
const char *ck_class_word(ck_class_kind kind);

/** The first expression of a list with commas, which may stand inside parentheses and quotes too: its length. Local. */
size_t ck_grouping_first(const char *list);

#endif
