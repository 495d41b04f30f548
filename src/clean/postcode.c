/* UK postcodes: the six forms and GIR 0AA, the letters that each place allows, the parts. */
#include "clean/kinds.h"
#include <string.h>

static bool is_letter(char c) {
    return ck_is_upper(ck_to_upper(c));
}

/* Outward codes are A9, A99, A9A, AA9, AA99, AA9A (A a letter, 9 a digit). @return letters before the first digit,
   0 when the form is another. */
static size_t outward_area(const char *s, size_t n) {
    size_t letters = 0;
    while (letters < n && is_letter(s[letters]))
        letters++;
    size_t rest = n - letters;
    if (letters < 1 || letters > 2 || rest < 1 || rest > 2 || !ck_is_digit(s[letters]))
        return 0;
    return rest == 1 || ck_is_digit(s[letters + 1]) || is_letter(s[letters + 1]) ? letters : 0;
}

static bool is_inward(const char s[3]) {
    return ck_is_digit(s[0]) && is_letter(s[1]) && is_letter(s[2]);
}

static bool is_girobank(const char *outward, size_t n, const char *inward) {
    return n == 3 && memcmp(outward, "GIR", 3) == 0 && memcmp(inward, "0AA", 3) == 0;
}

/* Does the outward code, of a right form and upper case, use only the letters that its places allow? */
static bool outward_letters_allowed(const char *s, size_t n, size_t area) {
    if (strchr("QVX", s[0]) || (area == 2 && strchr("IJZ", s[1])))
        return false;
    char last = s[n - 1];
    if (ck_is_digit(last))
        return true;
    return strchr(area == 1 ? "ABCDEFGHJKSTUW" : "ABEHMNPRVWXY", last) != NULL;
}

static bool is_postcode(const char *outward, size_t n, const char *inward) {
    if (is_girobank(outward, n, inward))
        return true;
    size_t area = outward_area(outward, n);
    return area > 0 && is_inward(inward) && !strchr("CIKMOV", inward[1]) && !strchr("CIKMOV", inward[2]) &&
           outward_letters_allowed(outward, n, area);
}

ck_clean_result ck_clean_postcode(const ck_clean_options *options, ck_span value, char *out, size_t *out_n) {
    (void)options;
    size_t n = ck_clean_squeeze(value, false, out);
    for (size_t i = 0; i < n; i++)
        out[i] = ck_to_upper(out[i]);
    if (n >= 4 && memcmp(out, "ZZ99", 4) == 0)
        return CK_CLEAN_PLACEHOLDER;
    if (n < 5 || n > 7 || !is_postcode(out, n - 3, out + n - 3))
        return CK_CLEAN_INVALID;
    memmove(out + n - 2, out + n - 3, 3);
    out[n - 3] = ' ';
    *out_n = n + 1;
    return CK_CLEAN_SAME;
}

bool ck_postcode_parts(const char *text, size_t n, size_t *area, size_t *district, size_t *sector) {
    if (n < 6 || n > 8 || text[n - 4] != ' ')
        return false;
    size_t outward = n - 4;
    *area = is_girobank(text, outward, text + n - 3) ? 3 : outward_area(text, outward);
    *district = outward;
    *sector = outward + 2;
    return *area > 0 && is_inward(text + n - 3);
}
