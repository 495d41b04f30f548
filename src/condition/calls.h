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
#include "condition/value_list.h"

/** Adds what the call makes of a value: nothing, one value, or several. */
typedef ck_status ck_call_apply(ck_error *error, const ck_call *call, ck_span value, ck_value_list *out);

typedef struct ck_call_info {
    const char *word;     /**< as it is written after the dot */
    const char *usage;    /**< with its arguments, for messages */
    ck_call_apply *apply; /**< NULL for CK_FN_PAIRS, which reads all values at once */
    uint32_t nargs;       /**< whole numbers that it is given */
    int32_t most;         /**< each at least 1 and at most this */
    bool optional;        /**< they may be left out, and are 0 then */
    bool takes_format;    /**< may be given a date format */
    bool partial;         /**< reads the parts of a birth_date that are known: arg[0] is 1 then */
    const char *reads;    /**< "a date", or NULL when it reads any value */
    uint32_t kinds;       /**< bit k: reads values of kind k */
    ck_kind makes;        /**< kind of what it makes */
    bool several;         /**< makes several values of one */
    uint64_t after;       /**< bit f: may be done to the several values of call f */
} ck_call_info;

extern const ck_call_info ck_call_table[CK_FN_COUNT];
bool ck_call_is_multi(ck_fn fn);

/** Kinds whose values may hold anything, so that a call parses them; kinds of numbers; kinds of dates. */
enum {
    CK_KINDS_FREE = 1u << CK_KIND_TEXT | 1u << CK_KIND_CATEGORY,
    CK_KINDS_NUMBER = CK_KINDS_FREE | 1u << CK_KIND_INTEGER | 1u << CK_KIND_NUMBER,
    CK_KINDS_DATE = CK_KINDS_FREE | 1u << CK_KIND_DATE | 1u << CK_KIND_BIRTH_DATE
};

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
