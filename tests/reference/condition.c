/** Conditions, slow and obvious (see condition.h). Stops the program when memory runs out. */
#include "reference/condition.h"
#include "reference/similarity.h"
#include <assert.h>
#include <carrick/clean.h>
#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { FALSE = 0, TRUE = 1, UNKNOWN = 2 };

/* ---- lists of values ---- */

void reference_values_free(reference_values *values) {
    for (size_t i = 0; i < values->n; i++)
        free(values->value[i]);
    free(values->value);
    *values = (reference_values){0};
}

static void add_bytes(reference_values *values, const char *bytes, size_t n) {
    values->value = realloc(values->value, (values->n + 1) * sizeof *values->value);
    char *copy = malloc(n + 1);
    assert(values->value && copy);
    memcpy(copy, bytes, n);
    copy[n] = 0;
    values->value[values->n++] = copy;
}

static void add(reference_values *values, const char *text) {
    add_bytes(values, text, strlen(text));
}

static int compare_texts(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b); /* of unsigned bytes */
}

/* Sorted, without what occurs twice, without '' unless that is a value. */
static void settle(reference_values *values, bool empty_is_value) {
    reference_values kept = {0};
    if (values->n)
        qsort(values->value, values->n, sizeof *values->value, compare_texts);
    for (size_t i = 0; i < values->n; i++) {
        bool again = i > 0 && strcmp(values->value[i], values->value[i - 1]) == 0;
        if (!again && (empty_is_value || values->value[i][0]))
            add(&kept, values->value[i]);
    }
    reference_values_free(values);
    *values = kept;
}

/* ---- calls ---- */

/* Characters [first, first + count) of a text, counted from 0; a character is a byte and the continuation bytes behind it. */
static void add_characters(reference_values *out, const char *text, size_t first, size_t count) {
    char kept[REFERENCE_MAX + 1];
    size_t n = 0, character = 0;
    for (size_t i = 0; text[i]; i++) {
        if (i > 0 && ((unsigned char)text[i] & 0xC0) != 0x80)
            character++;
        if (character >= first && character < first + count)
            kept[n++] = text[i];
    }
    add_bytes(out, kept, n);
}

static void add_cased(reference_values *out, const char *text, bool upper) {
    char kept[4 * REFERENCE_MAX + 1];
    size_t n = 0, length = strlen(text);
    for (size_t i = 0; i < length;) {
        utf8proc_int32_t point;
        utf8proc_ssize_t width =
            utf8proc_iterate((const utf8proc_uint8_t *)text + i, (utf8proc_ssize_t)(length - i), &point);
        if (width < 1) {
            kept[n++] = text[i++];
            continue;
        }
        n += (size_t)utf8proc_encode_char(upper ? utf8proc_toupper(point) : utf8proc_tolower(point),
                                          (utf8proc_uint8_t *)kept + n);
        i += (size_t)width;
    }
    add_bytes(out, kept, n);
}

static bool parse_date(const char *format, const char *text, int64_t *days) {
    return ck_date_parse(format ? format : "%Y-%m-%d", text, strlen(text), days);
}

static void add_date(reference_values *out, const ck_call *call, const char *text) {
    int64_t days;
    int year, month, day;
    char part[64];
    if (!parse_date(call->format, text, &days))
        return;
    ck_date_split(days, &year, &month, &day);
    switch (call->fn) {
    case CK_FN_YEAR: snprintf(part, sizeof part, "%d", year); break;
    case CK_FN_MONTH: snprintf(part, sizeof part, "%d", month); break;
    case CK_FN_DAY: snprintf(part, sizeof part, "%d", day); break;
    default: snprintf(part, sizeof part, "%04d-%02d-%02d", year, month, day);
    }
    add(out, part);
}

static void add_postcode(reference_values *out, ck_fn fn, const char *text) {
    size_t area, district, sector;
    if (ck_postcode_parts(text, strlen(text), &area, &district, &sector))
        add_bytes(out, text, fn == CK_FN_AREA ? area : fn == CK_FN_DISTRICT ? district : sector);
}

static void add_soundex(reference_values *out, const char *text) {
    char code[4];
    if (ck_soundex(text, strlen(text), code))
        add_bytes(out, code, 4);
}

static void add_words(reference_values *out, const char *text) {
    for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
        add_bytes(out, text, strcspn(text, " "));
        text += strcspn(text, " ");
    }
}

static void add_deletions(reference_values *out, const char *text) {
    size_t length = strlen(text);
    add(out, text);
    for (size_t begin = 0, end; begin < length; begin = end) {
        char rest[REFERENCE_MAX + 1] = "";
        for (end = begin + 1; end < length && ((unsigned char)text[end] & 0xC0) == 0x80;)
            end++;
        strncat(rest, text, begin);
        strcat(rest, text + end);
        add(out, rest);
    }
}

/* `words` are sorted and distinct. */
static void add_pairs(reference_values *out, const reference_values *words) {
    for (size_t i = 0; i < words->n; i++) {
        for (size_t j = i + 1; j < words->n; j++) {
            char pair[2 * REFERENCE_MAX + 2];
            snprintf(pair, sizeof pair, "%s %s", words->value[i], words->value[j]);
            add(out, pair);
        }
    }
}

static void add_call(reference_values *out, const ck_call *call, const char *text) {
    assert(strlen(text) <= REFERENCE_MAX);
    switch (call->fn) {
    case CK_FN_PREFIX: add_characters(out, text, 0, (size_t)call->arg[0]); break;
    case CK_FN_SUBSTR: add_characters(out, text, (size_t)call->arg[0] - 1, (size_t)call->arg[1]); break;
    case CK_FN_INITIAL: add_characters(out, text, 0, 1); break;
    case CK_FN_LOWER: add_cased(out, text, false); break;
    case CK_FN_UPPER: add_cased(out, text, true); break;
    case CK_FN_SOUNDEX: add_soundex(out, text); break;
    case CK_FN_YEAR:
    case CK_FN_MONTH:
    case CK_FN_DAY:
    case CK_FN_DATE: add_date(out, call, text); break;
    case CK_FN_SECTOR:
    case CK_FN_DISTRICT:
    case CK_FN_AREA: add_postcode(out, call->fn, text); break;
    case CK_FN_USER: add_bytes(out, text, strcspn(text, "@")); break;
    case CK_FN_WORDS: add_words(out, text); break;
    case CK_FN_DELETIONS: add_deletions(out, text); break;
    default: assert(!"a call that is not known");
    }
}

static reference_values apply(const ck_expr *expr, uint32_t step, const reference_values *before, bool is_set) {
    reference_values after = {0};
    const ck_call *call = &expr->call[step];
    if (call->fn == CK_FN_PAIRS && is_set) {
        add_pairs(&after, before);
    } else if (call->fn == CK_FN_PAIRS) {
        reference_values words = {0};
        for (size_t i = 0; i < before->n; i++)
            add_words(&words, before->value[i]);
        settle(&words, false);
        add_pairs(&after, &words);
        reference_values_free(&words);
    } else {
        for (size_t i = 0; i < before->n; i++)
            add_call(&after, call, before->value[i]);
    }
    settle(&after, expr->empty_is_value);
    return after;
}

reference_values reference_expr(const ck_expr *expr, const ck_schema *schema, const char *const *record) {
    reference_values values = {0};
    bool is_set = false;
    assert(expr->column < schema->ncolumns);
    if (record[expr->column])
        add(&values, record[expr->column]);
    for (uint32_t step = 0; step < expr->ncalls; step++) {
        reference_values after = apply(expr, step, &values, is_set);
        ck_fn fn = expr->call[step].fn;
        is_set = is_set || fn == CK_FN_WORDS || fn == CK_FN_DELETIONS || fn == CK_FN_PAIRS;
        reference_values_free(&values);
        values = after;
    }
    return values;
}

/* ---- atoms: a and b are never missing ---- */

static bool parse_number(const char *text, double *number) {
    regex_t form;
    int bad = regcomp(&form, "^[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?$", REG_EXTENDED | REG_NOSUB);
    assert(!bad);
    bool matches = regexec(&form, text, 0, NULL, 0) == 0;
    regfree(&form);
    *number = matches ? strtod(text, NULL) : 0;
    return matches && isfinite(*number);
}

static int compare_numbers(const ck_condition *condition, const char *a, const char *b) {
    double x, y;
    if (!parse_number(a, &x) || !parse_number(b, &y))
        return UNKNOWN;
    if (condition->op == CK_OP_NUMBER_DIFFERENCE)
        return fabs(x - y) <= condition->value;
    if (condition->op == CK_OP_NUMBER_RELATIVE && x == y)
        return TRUE;
    if (condition->op == CK_OP_NUMBER_RELATIVE)
        return fabs(x - y) / (fabs(x) > fabs(y) ? fabs(x) : fabs(y)) <= condition->value;
    return fabs(x - y) / (y > x ? y : x) < condition->value;
}

static int compare_dates(const ck_condition *condition, const char *a, const char *b) {
    int64_t x, y;
    int year[2], month[2], day[2];
    if (!parse_date(condition->text, a, &x) || !parse_date(condition->text, b, &y))
        return UNKNOWN;
    if (condition->op == CK_OP_DAYS)
        return fabs(86400.0 * (double)x - 86400.0 * (double)y) <= 86400.0 * condition->value;
    ck_date_split(x, &year[0], &month[0], &day[0]);
    ck_date_split(y, &year[1], &month[1], &day[1]);
    return x != y && year[0] == year[1] && month[0] == day[1] && day[0] == month[1];
}

static int compare_measure(const ck_condition *condition, const char *a, const char *b) {
    double value = reference_measure(condition->measure, a, strlen(a), b, strlen(b));
    return reference_level(condition->measure, value, &condition->value, 1) == 0;
}

/* A character is a byte and the continuation bytes behind it. */
static bool has_characters(const ck_condition *condition, const char *text) {
    double n = 0;
    for (size_t i = 0; text[i]; i++)
        n += i == 0 || ((unsigned char)text[i] & 0xC0) != 0x80;
    return n >= condition->value;
}

static bool parse_degrees(const reference_values *values, double most, double *radian) {
    double degrees;
    if (values->n == 0 || !parse_number(values->value[0], &degrees) || fabs(degrees) > most)
        return false;
    *radian = degrees * 3.14159265358979323846 / 180;
    return true;
}

/* The angle between two places by the law of cosines, which is another formula than the evaluator's. */
static int compare_places(const ck_condition *condition, const ck_schema *schema, const char *const *l, const char *const *r) {
    double angle[4];
    bool good = true;
    for (uint32_t i = 0; i < 4; i++) {
        reference_values values = reference_expr(&condition->child[i].a, schema, i < 2 ? l : r);
        good &= parse_degrees(&values, i % 2 ? 180 : 90, &angle[i]);
        reference_values_free(&values);
    }
    if (!good)
        return UNKNOWN;
    double cosine = sin(angle[0]) * sin(angle[2]) + cos(angle[0]) * cos(angle[2]) * cos(angle[1] - angle[3]);
    return 6371 * acos(fmax(-1, fmin(1, cosine))) <= condition->value;
}

/* ---- trees ---- */

static int not(int x) {
    return x == UNKNOWN ? UNKNOWN : !x;
}

static int and(int x, int y) {
    return x == FALSE || y == FALSE ? FALSE : x == TRUE && y == TRUE ? TRUE : UNKNOWN;
}

static int or(int x, int y) {
    return not(and(not(x), not(y)));
}

static int compare_literal(const ck_condition *condition, const char *value) {
    return value ? strcmp(value, condition->text) == 0 : UNKNOWN;
}

static int ask_atom(const ck_condition *condition, const char *a, const char *b) {
    switch (condition->op) {
    case CK_OP_ALWAYS: return TRUE;
    case CK_OP_MISSING: return !a || !b;
    case CK_OP_LITERAL_L: return compare_literal(condition, a);
    case CK_OP_LITERAL_R: return compare_literal(condition, b);
    case CK_OP_MISSING_L: return !a;
    case CK_OP_MISSING_R: return !b;
    case CK_OP_LITERAL_BOTH: return and(compare_literal(condition, a), compare_literal(condition, b));
    default: break;
    }
    if (!a || !b)
        return UNKNOWN;
    switch (condition->op) {
    case CK_OP_EQUAL: return strcmp(a, b) == 0;
    case CK_OP_MEASURE: return compare_measure(condition, a, b);
    case CK_OP_DAYS:
    case CK_OP_DAY_MONTH_SWAPPED: return compare_dates(condition, a, b);
    case CK_OP_NUMBER_DIFFERENCE:
    case CK_OP_NUMBER_PERCENT:
    case CK_OP_NUMBER_RELATIVE: return compare_numbers(condition, a, b);
    case CK_OP_LENGTH: return has_characters(condition, a) && has_characters(condition, b);
    default: assert(!"an operation that is not known"); return UNKNOWN;
    }
}

static int ask_children(const ck_condition *condition, const ck_schema *schema, const char *const *l, const char *const *r) {
    int answer = condition->op == CK_OP_AND ? TRUE : FALSE;
    for (uint32_t i = 0; i < condition->nchildren; i++) {
        int child = reference_condition(&condition->child[i], schema, l, r);
        answer = condition->op == CK_OP_AND ? and(answer, child) : or(answer, child);
    }
    return answer;
}

int reference_condition(const ck_condition *condition, const ck_schema *schema, const char *const *l, const char *const *r) {
    if (condition->op == CK_OP_AND || condition->op == CK_OP_OR)
        return ask_children(condition, schema, l, r);
    if (condition->op == CK_OP_NOT)
        return not(reference_condition(condition->child, schema, l, r));
    if (condition->op == CK_OP_SURE)
        return reference_condition(condition->child, schema, l, r) == TRUE ? TRUE : FALSE;
    if (condition->op == CK_OP_ALWAYS)
        return TRUE;
    if (condition->op == CK_OP_DISTANCE_KM)
        return compare_places(condition, schema, l, r);
    reference_values a = reference_expr(&condition->a, schema, l), b = reference_expr(&condition->b, schema, r);
    int answer = ask_atom(condition, a.n ? a.value[0] : NULL, b.n ? b.value[0] : NULL);
    reference_values_free(&b);
    reference_values_free(&a);
    return answer;
}
