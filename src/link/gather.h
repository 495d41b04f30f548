/** Gathering a pass: the rows of every block that this rank is to work on, grouped by key. On one rank the rows stay where they are;
 *  on several they travel, in waves that fit the memory budget. */
#ifndef CK_LINK_GATHER_H
#define CK_LINK_GATHER_H
#include "link/packed_rows.h"

/** Rows grouped by key: members of key k are [start[k - key_begin], start[k - key_begin + 1]), in record order. */
typedef struct ck_group {
    uint32_t key_begin, key_end;
    uint64_t *start;
    const uint32_t **row; /**< [members] */
} ck_group;

/** One pass over a rule's blocks: which unit is done where and when. */
typedef struct ck_pass {
    const ck_comm *comm;
    const ck_layout *layout;
    const ck_packed_rows *rows;
    const ck_rule_keys *keys;
    int *owner;          /**< [nunits] rank */
    uint32_t *wave;      /**< [nunits] */
    uint32_t nwaves;
    uint32_t *words;     /**< rows received in the current wave */
    ck_group group;
} ck_pass;

/** Plan a pass. Collective. */
ck_status ck_pass_open(const ck_comm *comm, ck_error *error, const ck_layout *layout, const ck_packed_rows *rows, const ck_rule_keys *keys,
                       uint64_t memory_bytes, ck_pass *pass);
/** Bring the rows of wave w; pass->group holds them until the next. Collective. */
ck_status ck_pass_gather(ck_pass *pass, ck_error *error, uint32_t w);
void ck_pass_close(ck_pass *pass);

/** The keys of record i (this rank's number) in a pass: pointer and number; zeros are to be skipped. Local. */
static inline const uint32_t *ck_pass_keys(const ck_rule_keys *keys, uint64_t i, uint64_t *n) {
    if (keys->shape == CK_KEY_MULTI) {
        *n = keys->offset[i + 1] - keys->offset[i];
        return keys->key + keys->offset[i];
    }
    *n = keys->shape == CK_KEY_CROSS ? 2 : 1;
    return keys->key + *n * i;
}

#endif
