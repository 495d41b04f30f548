/* One raw value to its canonical form: what all kinds share, and the table of kinds. */
#include "clean/kinds.h"
#include <string.h>

static ck_clean_kind *const clean_kind[CK_KIND_COUNT] = {
    [CK_KIND_TEXT] = ck_clean_plain,       [CK_KIND_NAME] = ck_clean_name,
    [CK_KIND_DATE] = ck_clean_date,        [CK_KIND_SEX] = ck_clean_sex,
    [CK_KIND_POSTCODE] = ck_clean_postcode, [CK_KIND_NHS_NUMBER] = ck_clean_nhs_number,
    [CK_KIND_UPRN] = ck_clean_uprn,        [CK_KIND_INTEGER] = ck_clean_integer,
    [CK_KIND_NUMBER] = ck_clean_number,    [CK_KIND_EMAIL] = ck_clean_email,
    [CK_KIND_CATEGORY] = ck_clean_plain,   [CK_KIND_ADDRESS] = ck_clean_address,
    [CK_KIND_PHONE] = ck_clean_phone,      [CK_KIND_IDENTIFIER] = ck_clean_identifier,
    [CK_KIND_BIRTH_DATE] = ck_clean_birth_date, [CK_KIND_PSEUDONYM] = ck_clean_pseudonym,
    [CK_KIND_CLK] = ck_clean_clk,
};

static const char *const result_names[CK_CLEAN_RESULTS] = {
    [CK_CLEAN_SAME] = "same",
    [CK_CLEAN_CHANGED] = "changed",
    [CK_CLEAN_EMPTY] = "empty",
    [CK_CLEAN_PLACEHOLDER] = "placeholder",
    [CK_CLEAN_INVALID] = "invalid",
    [CK_CLEAN_CHECK_DIGIT] = "check digit",
    [CK_CLEAN_OUT_OF_RANGE] = "out of range",
};

const char *ck_clean_result_name(ck_clean_result result) {
    return (unsigned)result < CK_CLEAN_RESULTS ? result_names[result] : "unknown";
}

/* The most that cleaning lengthens: NFKD makes 33 bytes of the three of U+FDFA; a number is at most 24 bytes long
   whatever it was written as ("1e20"), a date 10. */
size_t ck_clean_room(size_t n) {
    return 11 * n + 32;
}

static bool is_listed_missing(const ck_clean_options *options, ck_span trimmed) {
    for (uint32_t i = 0; i < options->nmissing; i++)
        if (ck_span_is(trimmed, options->missing[i]))
            return true;
    return false;
}

ck_clean_result ck_clean_value(const ck_clean_options *options, const char *raw, size_t n, char *out, size_t *out_n) {
    *out_n = 0;
    ck_span value = {raw, n}, trimmed = ck_clean_trim(value);
    bool keeps_space = options->kind == CK_KIND_TEXT;
    if ((keeps_space ? n : trimmed.n) == 0)
        return CK_CLEAN_EMPTY;
    if (is_listed_missing(options, trimmed))
        return CK_CLEAN_PLACEHOLDER;
    ck_clean_result result = clean_kind[options->kind](options, keeps_space ? value : trimmed, out, out_n);
    if (result != CK_CLEAN_SAME) {
        *out_n = 0;
        return result;
    }
    if (*out_n == 0)
        return CK_CLEAN_EMPTY;
    return *out_n == n && memcmp(out, raw, n) == 0 ? CK_CLEAN_SAME : CK_CLEAN_CHANGED;
}
