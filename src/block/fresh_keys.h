/** Which keys a record that is not settled (a fresh one) may hold: where most records are settled, most keys are of settled ones alone and make no pair, so
 *  they need not be sorted, sent or counted. A bit stands for many hashes: a key too many costs a little, and makes no pair. Inner part of keys.c. */
#ifndef CK_BLOCK_FRESH_KEYS_H
#define CK_BLOCK_FRESH_KEYS_H
#include "block/keys.h"

typedef struct ck_fresh_keys {
    const uint64_t *settled;
    uint64_t begin;  /**< first record of this rank */
    bool skip;       /**< settled records are not asked at all */
    uint64_t *bits;  /**< NULL: every key counts */
    unsigned shift;
    uint64_t words;
} ck_fresh_keys;

/** Room for the keys of the fresh records, none when they are many. `keys_each`: how many keys a record has, about. Local. */
ck_status ck_fresh_keys_open(const ck_key_source *source, ck_error *error, uint64_t max_block, uint64_t keys_each, ck_fresh_keys *fresh);
/** What all ranks have added. Collective. */
void ck_fresh_keys_share(const ck_comm *comm, ck_fresh_keys *fresh);
void ck_fresh_keys_close(ck_fresh_keys *fresh);

static inline void ck_fresh_keys_add(ck_fresh_keys *fresh, uint64_t hash) {
    uint64_t bit = hash >> fresh->shift;
    fresh->bits[bit / 64] |= UINT64_C(1) << (bit % 64);
}
/** 0 has no key. */
static inline bool ck_fresh_keys_has(const ck_fresh_keys *fresh, uint64_t hash) {
    uint64_t bit = hash >> fresh->shift;
    return !fresh->bits || (fresh->bits[bit / 64] >> (bit % 64) & 1);
}
/** Are the keys of this rank's record i asked for? */
static inline bool ck_fresh_keys_asks(const ck_fresh_keys *fresh, uint64_t i) {
    return !fresh->skip || !ck_is_settled(fresh->settled, fresh->begin + i);
}

#endif
