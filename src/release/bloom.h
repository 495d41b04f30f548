/** Cryptographic longterm keys: Bloom filters of the q-grams of identifiers, whose similarity (Dice) follows that of the texts (Schnell, Bachteler &
 *  Reiher 2009, 2011). docs/pseudonymise.md says what they leak.
 *
 *  A q-gram sets `hashes` bits, chosen by HMAC-SHA-256 of (label, q-gram, turn): the independent hashing that resists the attack on double hashing
 *  (Niedermeyer, Steinmetzer, Kroll & Schnell 2014). Hardening: *balanced* filters are followed by their complement and permuted by the key, so that each
 *  has as many ones (Schnell & Borgs 2016); *folded* ones are the exclusive or of their halves (Schnell & Borgs 2016). Local.
 *
 *      ck_bloom_begin(&filter, bits);
 *      ck_bloom_add(&filter, &key, "surname", value, q, hashes);     one field, or several into one filter
 *      ck_bloom_finish(&filter, &key, balance, fold);
 *      ck_bloom_text(&filter, text);
 */
#ifndef CK_RELEASE_BLOOM_H
#define CK_RELEASE_BLOOM_H
#include "base/text.h"
#include "release/secret.h"

enum {
    CK_BLOOM_BITS_MOST = 8192, /**< before balancing, which doubles them */
    CK_BLOOM_TEXT = 2 * CK_BLOOM_BITS_MOST / 6 + 8,
    CK_BLOOM_Q_MOST = 8,
    CK_BLOOM_HASHES_MOST = 256
};

typedef struct ck_bloom {
    uint32_t bits;
    uint8_t byte[2 * CK_BLOOM_BITS_MOST / 8];
} ck_bloom;

/** `bits`: a multiple of 128, at most CK_BLOOM_BITS_MOST. */
void ck_bloom_begin(ck_bloom *filter, uint32_t bits);
/** The distinct q-grams of a value with q - 1 blanks at either end; an empty value adds nothing. Characters are bytes. */
void ck_bloom_add(ck_bloom *filter, const ck_secret *key, const char *label, ck_span value, uint32_t q, uint32_t hashes);
/** Hardening, balance first. The bits are then twice as many, half, or the same. */
void ck_bloom_finish(ck_bloom *filter, const ck_secret *key, bool balance, bool fold);
bool ck_bloom_is_empty(const ck_bloom *filter);
/** In base64 (RFC 4648, with =). */
void ck_bloom_text(const ck_bloom *filter, char text[CK_BLOOM_TEXT]);

#endif
