/* The table of calls, and chains of them applied to one value. */
#include "condition/calls.h"
#include "base/memory.h"
#include "condition/call_values.h"
#include "condition/sql_eval.h"

enum {
    ANY = (1u << CK_KIND_COUNT) - 1,
    SCALES = CK_KINDS_NUMBER | CK_KINDS_DATE,
    POSTCODES = CK_KINDS_FREE | 1u << CK_KIND_POSTCODE,
    EMAILS = CK_KINDS_FREE | 1u << CK_KIND_EMAIL,
    LETTERS = CK_KINDS_FREE | 1u << CK_KIND_NAME | 1u << CK_KIND_ADDRESS
};

#define TEXT .kinds = ANY, .makes = CK_KIND_TEXT
#define PART_OF_DATE .takes_format = true, .partial = true, .reads = "a date", .kinds = CK_KINDS_DATE
#define NUMBER_1 .nargs = 1, .most = 1000000
#define AFTER(fn) (UINT64_C(1) << (fn))

const ck_call_info ck_call_table[CK_FN_COUNT] = {
    [CK_FN_PREFIX] = {"prefix", "prefix(n)", ck_call_prefix, NUMBER_1, TEXT},
    [CK_FN_SUBSTR] = {"substr", "substr(i, n)", ck_call_substr, .nargs = 2, .most = 1000000, TEXT},
    [CK_FN_INITIAL] = {"initial", "initial", ck_call_initial, TEXT},
    [CK_FN_LOWER] = {"lower", "lower", ck_call_lower, TEXT},
    [CK_FN_UPPER] = {"upper", "upper", ck_call_upper, TEXT},
    [CK_FN_SOUNDEX] = {"soundex", "soundex", ck_call_soundex, .reads = "a name", .kinds = LETTERS},
    [CK_FN_YEAR] = {"year", "year", ck_call_date_part, PART_OF_DATE, .makes = CK_KIND_INTEGER},
    [CK_FN_MONTH] = {"month", "month", ck_call_date_part, PART_OF_DATE, .makes = CK_KIND_INTEGER},
    [CK_FN_DAY] = {"day", "day", ck_call_date_part, PART_OF_DATE, .makes = CK_KIND_INTEGER},
    [CK_FN_DATE] = {"date", "date", ck_call_date, .takes_format = true, .reads = "a date", .kinds = CK_KINDS_DATE, .makes = CK_KIND_DATE},
    [CK_FN_SECTOR] = {"sector", "sector", ck_call_postcode_part, .reads = "a postcode", .kinds = POSTCODES},
    [CK_FN_DISTRICT] = {"district", "district", ck_call_postcode_part, .reads = "a postcode", .kinds = POSTCODES},
    [CK_FN_AREA] = {"area", "area", ck_call_postcode_part, .reads = "a postcode", .kinds = POSTCODES},
    [CK_FN_USER] = {"user", "user", ck_call_user, .reads = "an e-mail address", .kinds = EMAILS},
    [CK_FN_WORDS] = {"words", "words", ck_call_words, TEXT, .several = true},
    [CK_FN_DELETIONS] = {"deletions", "deletions(n)", ck_call_deletions, NUMBER_1, .optional = true, TEXT, .several = true,
                         .after = AFTER(CK_FN_WORDS) | AFTER(CK_FN_PAIRS)},
    [CK_FN_PAIRS] = {"pairs", "pairs", NULL, TEXT, .several = true, .after = AFTER(CK_FN_WORDS)},
    [CK_FN_LAST] = {"last", "last(n)", ck_call_last, NUMBER_1, TEXT},
    [CK_FN_SQUEEZED] = {"squeezed", "squeezed", ck_call_squeezed, TEXT},
    [CK_FN_SORTED] = {"sorted", "sorted", ck_call_sorted, TEXT},
    [CK_FN_SKELETON] = {"skeleton", "skeleton", ck_call_skeleton, .reads = "a name", .kinds = LETTERS},
    [CK_FN_LETTERS] = {"letters", "letters", ck_call_letters, TEXT},
    [CK_FN_HALF] = {"half", "half(1) or half(2)", ck_call_half, .nargs = 1, .most = 2, TEXT},
    [CK_FN_SORTED_WORDS] = {"sorted_words", "sorted_words", ck_call_sorted_words, TEXT},
    [CK_FN_NUMBERS] = {"numbers", "numbers", ck_call_numbers, TEXT},
    [CK_FN_STREET] = {"street", "street", ck_call_street, TEXT},
    [CK_FN_DOMAIN] = {"domain", "domain", ck_call_domain, .reads = "an e-mail address", .kinds = EMAILS},
    [CK_FN_INTEGER] = {"integer", "integer", ck_call_integer, .reads = "a number", .kinds = CK_KINDS_NUMBER, .makes = CK_KIND_INTEGER},
    [CK_FN_COMPLETE] = {"complete", "complete", ck_call_complete, PART_OF_DATE, .makes = CK_KIND_BIRTH_DATE},
    [CK_FN_ORDER_FREE] = {"order_free", "order_free", ck_call_order_free, PART_OF_DATE},
    [CK_FN_BINS] = {"bins", "bins(w)", ck_call_bins, NUMBER_1, .reads = "a number or a date", .kinds = SCALES, .several = true},
    [CK_FN_LOG_BINS] = {"log_bins", "log_bins(percent)", ck_call_log_bins, .nargs = 1, .most = 99, .reads = "a number",
                        .kinds = CK_KINDS_NUMBER, .several = true},
    [CK_FN_MINHASH] = {"minhash", "minhash", ck_call_minhash, TEXT, .several = true},
    [CK_FN_NUMBERED_WORDS] = {"numbered_words", "numbered_words(n)", ck_call_numbered_words, NUMBER_1, TEXT, .several = true},
    [CK_FN_BIGRAM_WORDS] = {"bigram_words", "bigram_words", ck_call_bigram_words, TEXT, .several = true},
    [CK_FN_WORD_INITIALS] = {"word_initials", "word_initials", ck_call_word_initials, TEXT, .several = true},
    [CK_FN_BANDS] = {"bands", "bands(n)", ck_call_bands, .nargs = 1, .most = CK_CALL_BAND_BITS, .reads = "a Bloom filter (kind clk)",
                     .kinds = 1u << CK_KIND_CLK, .several = true},
};

bool ck_call_is_multi(ck_fn fn) {
    return fn == CK_FN_SPLIT || (fn < CK_FN_COUNT && ck_call_table[fn].several);
}

/* ---- SQL ---- */

/* The texts of an expression's calls, parsed once for all values. */
struct ck_sql_values {
    const char *text[CK_EXPR_CALLS];
    ck_sql sql[CK_EXPR_CALLS];
    ck_sql_context context;
};

static void free_sql(struct ck_sql_values *values) {
    for (uint32_t i = 0; values && i < CK_EXPR_CALLS; i++)
        ck_sql_free(&values->sql[i]);
    if (values)
        ck_sql_context_free(&values->context);
    ck_free(values);
}

static ck_status prepare_sql(ck_error *error, ck_value_set *values, uint32_t step, const char *text) {
    if (!values->sql && !(values->sql = ck_alloc_zero(error, 1, sizeof *values->sql)))
        return error->status;
    if (values->sql->text[step] == text)
        return CK_OK;
    ck_sql_free(&values->sql->sql[step]);
    values->sql->text[step] = text;
    if (ck_sql_parse(error, text, CK_SQL_DUCKDB, CK_SQL_OPERANDS, NULL, &values->sql->sql[step]) == CK_OK)
        ck_sql_check(error, &values->sql->sql[step], NULL);
    return error->status;
}

static ck_status add_sql(ck_error *error, const ck_call *call, uint32_t step, ck_span value, ck_value_set *values) {
    ck_sql_value operand = ck_sql_text_value(value), made;
    ck_span text;
    if (prepare_sql(error, values, step, call->format) != CK_OK)
        return error->status;
    ck_sql_context *context = &values->sql->context;
    context->operand = &operand;
    if (ck_sql_evaluate(context, &values->sql->sql[step], &made) != CK_OK ||
        ck_sql_value_text(context, &made, &text) != CK_OK)
        return ck_fail(error, context->error.status, "%s", context->error.text);
    return made.type == CK_SQL_ANY ? CK_OK : ck_value_list_add(error, &values->list, text);
}

/* ---- chains ---- */

static ck_status apply_call(ck_error *error, const ck_call *call, uint32_t step, ck_span value, ck_value_set *values) {
    switch (call->fn) {
    case CK_FN_SQL: return add_sql(error, call, step, value, values);
    case CK_FN_SPLIT: return ck_call_split(error, call, value, &values->list);
    case CK_FN_JOIN: return ck_call_join(error, call, value, &values->list);
    default: return ck_call_table[call->fn].apply(error, call, value, &values->list);
    }
}

/* Pairs are of the words of a single value, or of the values of a set. */
static ck_status apply_pairs(ck_error *error, bool is_set, ck_value_set *values) {
    if (is_set)
        return ck_call_pairs(error, &values->spare, &values->list);
    values->words.n = 0;
    for (size_t i = 0; i < values->spare.n; i++)
        if (ck_call_words(error, NULL, ck_value_list_get(&values->spare, i), &values->words) != CK_OK)
            return error->status;
    return ck_call_pairs(error, &values->words, &values->list);
}

static ck_status apply_step(ck_error *error, const ck_expr *expr, uint32_t step, ck_value_set *values) {
    ck_value_list before = values->list;
    values->list = values->spare;
    values->spare = before;
    values->list.n = 0;
    const ck_call *call = &expr->call[step];
    if (call->fn == CK_FN_PAIRS) {
        ck_expr so_far = *expr;
        so_far.ncalls = step;
        return apply_pairs(error, ck_expr_is_multi(&so_far), values);
    }
    for (size_t i = 0; i < values->spare.n; i++)
        if (apply_call(error, call, step, ck_value_list_get(&values->spare, i), values) != CK_OK)
            return error->status;
    return CK_OK;
}

ck_status ck_value_set_derive(ck_error *error, const ck_expr *expr, ck_span base, ck_value_set *values) {
    values->list.n = 0;
    ck_status status = ck_value_list_add(error, &values->list, base);
    for (uint32_t step = 0; step < expr->ncalls && status == CK_OK; step++) {
        status = apply_step(error, expr, step, values);
        if (!expr->empty_is_value)
            ck_value_list_drop_empty(&values->list);
    }
    return status;
}

ck_span ck_value_set_get(const ck_value_set *values, size_t i) {
    return ck_value_list_get(&values->list, i);
}

void ck_value_set_free(ck_value_set *values) {
    free_sql(values->sql);
    values->sql = NULL;
    ck_value_list_free(&values->words);
    ck_value_list_free(&values->spare);
    ck_value_list_free(&values->list);
}
