/** What the calls of column expressions make of one value, behind ck_call_table (calls.h). Local, thread-safe for distinct
 *  lists. */
#ifndef CK_CONDITION_CALL_VALUES_H
#define CK_CONDITION_CALL_VALUES_H
#include "condition/calls.h"

/* ---- characters (call_text.c) ---- */

ck_call_apply ck_call_prefix, ck_call_substr, ck_call_initial, ck_call_last, ck_call_half, ck_call_lower,
    ck_call_upper, ck_call_squeezed, ck_call_letters, ck_call_skeleton, ck_call_sorted, ck_call_soundex;
/** Unicode code points. */
size_t ck_count_characters(ck_span value);
void ck_sort_spans(ck_span *span, size_t n);

/* ---- words (call_words.c) ---- */

ck_call_apply ck_call_sorted_words, ck_call_numbers, ck_call_street, ck_call_join, ck_call_words, ck_call_split,
    ck_call_bigram_words, ck_call_word_initials, ck_call_numbered_words;
/** Pairs of different values of a list, in sorted order with a space between. */
ck_status ck_call_pairs(ck_error *error, const ck_value_list *words, ck_value_list *out);
/** One value of n pieces, none when n is 0. */
ck_status ck_add_joined(ck_error *error, const ck_span *piece, size_t n, const char *between, ck_value_list *out);

/* ---- dates, postcodes, e-mail addresses, numbers (call_fields.c) ---- */

ck_call_apply ck_call_date_part, ck_call_date, ck_call_complete, ck_call_order_free, ck_call_postcode_part,
    ck_call_user, ck_call_domain, ck_call_integer, ck_call_bins, ck_call_log_bins;

/* ---- several spellings (call_keys.c) ---- */

ck_call_apply ck_call_deletions, ck_call_minhash, ck_call_bands;
enum { CK_CALL_BAND_BITS = 64 };

#endif
