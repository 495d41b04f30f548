/** The cleaning of each kind, behind ck_clean_value. Each takes a value that is trimmed, not empty and not listed as
 *  missing, writes its canonical form to `out` (ck_clean_room(value.n) bytes) and its length to *out_n, and returns
 *  CK_CLEAN_SAME for "has a canonical form" (the caller tells same from changed), or why there is none. Local,
 *  thread-safe. */
#ifndef CK_CLEAN_KINDS_H
#define CK_CLEAN_KINDS_H
#include "base/text.h"
#include <carrick/clean.h>

typedef ck_clean_result ck_clean_kind(const ck_clean_options *options, ck_span value, char *out, size_t *out_n);

ck_clean_kind ck_clean_plain;  /**< text, category: as they are */
ck_clean_kind ck_clean_email;
ck_clean_kind ck_clean_name;
ck_clean_kind ck_clean_address;
ck_clean_kind ck_clean_identifier;
ck_clean_kind ck_clean_phone;
ck_clean_kind ck_clean_date;
ck_clean_kind ck_clean_birth_date;
/** A month's name at the beginning of `text`, in any case: the whole (of many languages, or English only) or three letters. @return its
 *  bytes, 0: none. */
size_t ck_month_name(ck_span text, bool whole, bool english, int *month);
ck_clean_kind ck_clean_sex;
ck_clean_kind ck_clean_pseudonym;
ck_clean_kind ck_clean_clk;
ck_clean_kind ck_clean_postcode;
ck_clean_kind ck_clean_nhs_number;
ck_clean_kind ck_clean_uprn;
ck_clean_kind ck_clean_integer;
ck_clean_kind ck_clean_number;

/** Does the name say that there is none yet (BABY, TWIN 1, INFANT OF ANN)? `clean` is the canonical form of `raw`. */
bool ck_name_is_unnamed(ck_span raw, ck_span clean);

/** Without white space at either end (Unicode's, zero-width ones and the byte order mark included). */
ck_span ck_clean_trim(ck_span value);
/** Drop white space, and dashes if `dashes`, wherever they stand; `out` has room for value.n bytes. @return bytes kept */
size_t ck_clean_squeeze(ck_span value, bool dashes, char *out);

/** The code point at the start of the n >= 1 bytes; *width its bytes. A byte that starts no valid sequence is
 *  U+FFFD, one byte wide. */
int32_t ck_utf8_decode(const char *text, size_t n, size_t *width);
/** Write a code point. @return bytes written, at most 4 */
size_t ck_utf8_encode(int32_t point, char *out);

static inline bool ck_is_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool ck_is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static inline char ck_to_upper(char c) { return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c; }

#endif
