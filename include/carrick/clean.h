/** Cleaning: one raw value of a kind to its canonical form, or missing. docs/cleaning.md gives every rule with
 *  its source. Pure functions of one value: no files, no ranks. Idempotent: cleaning a clean value with its kind's
 *  default options changes nothing. Thread-safe. */
#ifndef CARRICK_CLEAN_H
#define CARRICK_CLEAN_H
#include <carrick/kind.h>
#include <carrick/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Why a non-empty raw value became missing, or that it was changed. */
typedef enum ck_clean_result {
    CK_CLEAN_SAME,        /**< canonical already */
    CK_CLEAN_CHANGED,     /**< has a canonical form that differs from the raw bytes */
    CK_CLEAN_EMPTY,       /**< nothing there, or only what cleaning removes */
    CK_CLEAN_PLACEHOLDER, /**< listed in `missing:`, or a pseudo value (ZZ99 postcode, sex not known) */
    CK_CLEAN_INVALID,     /**< not of the form (letters in a number, impossible date ...) */
    CK_CLEAN_CHECK_DIGIT, /**< NHS number fails its check digit or repeats one digit */
    CK_CLEAN_OUT_OF_RANGE /**< date or number outside min: and max: */
} ck_clean_result;
enum { CK_CLEAN_RESULTS = CK_CLEAN_OUT_OF_RANGE + 1 };

/** How to clean one column. */
typedef struct ck_clean_options {
    ck_kind kind;
    char **missing;      /**< [nmissing] raw values (after trimming) that mean missing; compared exactly */
    uint32_t nmissing;
    char **format;       /**< [nformat] strptime-like date formats tried in order; default %Y-%m-%d */
    uint32_t nformat;
    char *min, *max;     /**< NULL, or bounds: ISO dates for dates (of birth too), numbers for numbers */
} ck_clean_options;

/** Clean `raw` (n bytes of valid UTF-8) into `out` (at least ck_clean_room(n) bytes), *out_n bytes.
 *  @return what happened; for all but SAME and CHANGED *out_n is 0 (missing). */
ck_clean_result ck_clean_value(const ck_clean_options *options, const char *raw, size_t n, char *out, size_t *out_n);
/** Bytes that cleaning n bytes may need. */
size_t ck_clean_room(size_t n);
/** Are format:, min: and max: well formed, and of a kind that takes them? @return CK_USAGE with a sentence that
 *  begins with the key at fault ("min: ...") */
ck_status ck_clean_check(ck_error *error, const ck_clean_options *options);
/** Word for a result in reports ("check digit"). */
const char *ck_clean_result_name(ck_clean_result result);

/** Days since 1970-01-01 of a date in `format`: directives %Y %m %d %y %b %B %H %M %S %j %%, those of numbers also as
 *  %-d, and literal bytes; as DuckDB's try_strptime, proleptic Gregorian, years 0 to 9999 (docs/cleaning.md, Dates).
 *  @return false when the text does not parse wholly or names no real day */
bool ck_date_parse(const char *format, const char *text, size_t n, int64_t *days);
/** Has the format only directives that ck_date_parse knows, and at least one byte? */
bool ck_date_format_valid(const char *format);
/** Year, month (1-12), day (1-31) of a day number. */
void ck_date_split(int64_t days, int *year, int *month, int *day);
/** Year, month, day of a clean birth_date ("1980-??-31"): -1 for a part that is unknown. false for text of another form. */
bool ck_birth_date_parts(const char *text, size_t n, int part[3]);
/** Has the text the form of a postcode with its one space (any letters, of either case), and how long are its area,
 *  district and sector (bytes of the text)? The sector is "outward space digit". Text of another form: false. */
bool ck_postcode_parts(const char *text, size_t n, size_t *area, size_t *district, size_t *sector);
/** American Soundex of the letters A-Z (other bytes skipped), four characters; false when there is no letter.
 *  H and W do not separate equal codes (NARA rule). */
bool ck_soundex(const char *text, size_t n, char out[4]);
/** Check digit of nine digits by modulus 11, or -1 when there is none. */
int ck_nhs_check_digit(const char digits[9]);
/** UTF-8: bytes of the first `count` characters; whole length if shorter. */
size_t ck_utf8_prefix(const char *text, size_t n, size_t count);
/** Is it valid UTF-8 (no surrogates, no overlong forms)? *bad is the offset of the first bad byte. */
bool ck_utf8_valid(const char *text, size_t n, size_t *bad);

#endif
