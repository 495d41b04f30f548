/** The calls of column expressions: one table says how each is written, what it reads and what it makes; one function
 *  applies them to a value. Pure functions of one value: no dictionaries, no files. Local, thread-safe for distinct
 *  `values`.
 *
 *      ck_value_set values = {0};
 *      ck_value_set_derive(error, &expr, ck_span_of("SMITH-JONES"), &values);   every value of the expression
 *      ck_value_set_get(&values, 0);
 *      ck_value_set_free(&values);
 */
#ifndef CK_CONDITION_CALLS_H
#define CK_CONDITION_CALLS_H
#include "base/text.h"
#include "condition/condition.h"

typedef struct ck_call_info {
    const char *word;    /**< as it is written after the dot */
    const char *usage;   /**< with its arguments, for messages */
    uint32_t nargs;      /**< whole numbers it must be given */
    bool takes_format;   /**< may be given a date format */
    const char *reads;   /**< "a date", or NULL when it reads any value */
    uint32_t kinds;      /**< bit k: reads values of kind k */
    ck_kind makes;       /**< kind of what it makes */
} ck_call_info;

extern const ck_call_info ck_call_table[CK_FN_COUNT];

/** Kinds whose values may hold anything, so that a call parses them. */
enum { CK_KINDS_FREE = 1u << CK_KIND_TEXT | 1u << CK_KIND_CATEGORY };

/** Some values of one record: value i is bytes[end[i - 1] .. end[i]). Buffers grow and are kept for the next use. */
typedef struct ck_value_list {
    size_t n, bytes_room, end_room;
    char *bytes;
    size_t *end;
} ck_value_list;

typedef struct ck_value_set {
    ck_value_list list, spare; /**< `list` is the result, `spare` the step before */
    ck_value_list words;
    struct ck_sql_values *sql; /**< what CK_FN_SQL needs, made at its first use */
} ck_value_set;

/** Every value that the expression has for `base` (a non-missing value of its column): none when it is missing, one, or
 *  several, in no order and perhaps repeated. @return CK_MEMORY */
ck_status ck_value_set_derive(ck_error *error, const ck_expr *expr, ck_span base, ck_value_set *values);
ck_span ck_value_set_get(const ck_value_set *values, size_t i);
void ck_value_set_free(ck_value_set *values);

/** Days since 1970 of a text in `format` (NULL: %Y-%m-%d). */
bool ck_value_days(const char *format, ck_span text, int64_t *days);
/** In lower or upper case, each code point by itself; `out` has room for 4 bytes a byte. @return bytes written */
size_t ck_value_cased(ck_span value, bool upper, char *out);
/** A decimal number ([+-]digits[.digits][e[+-]digits], nothing around it, finite). */
bool ck_value_number(ck_span text, double *number);

#endif
