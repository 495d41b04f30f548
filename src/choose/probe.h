/** A table of keys that records are swept past: the distinct keys of a sample under one conjunction. Most keys that are not in it are
 *  told by one bit. Local; read-only once made. */
#ifndef CK_CHOOSE_PROBE_H
#define CK_CHOOSE_PROBE_H
#include "choose/parts.h"

enum { CK_NO_SLOT = UINT32_MAX };

typedef struct ck_probe {
    uint32_t nslots;   /**< distinct keys */
    uint32_t *start;   /**< [n + 1] of each record of the sample: its slots are slot[start[i] .. start[i + 1]) */
    uint32_t *slot;
    uint64_t *key;     /**< open addressing by the low bits */
    uint32_t *slot_of; /**< CK_NO_SLOT: free */
    uint64_t mask;
    uint64_t *filter;  /**< a bit for each value of the high bits */
    uint64_t *value_filter[3]; /**< likewise of each part's values, of which keys are sums */
    unsigned shift;
    bool *dead;        /**< [nslots] no longer asked about */
    uint32_t nalive;
} ck_probe;

/** From the values of `nparts` parts for n records. CK_MEMORY, also for more than 2^30 keys. */
ck_status ck_probe_make(ck_error *error, const ck_part_values *const value[], uint32_t nparts, uint32_t n, ck_probe *probe);
void ck_probe_free(ck_probe *probe);
/** After slots were marked dead: the filters of those that are left. Arguments as when it was made. */
void ck_probe_refresh(const ck_part_values *const value[], uint32_t nparts, uint32_t n, ck_probe *probe);


static inline bool ck_filter_has(const uint64_t *filter, unsigned shift, uint64_t hash) {
    uint64_t bit = hash >> shift;
    return filter[bit >> 6] >> (bit & 63) & 1;
}
static inline bool ck_probe_may_hold(const ck_probe *probe, uint64_t hash) {
    return ck_filter_has(probe->filter, probe->shift, hash);
}

static inline uint32_t ck_probe_find(const ck_probe *probe, uint64_t hash) {
    uint64_t at = hash & probe->mask;
    while (probe->slot_of[at] != CK_NO_SLOT && probe->key[at] != hash)
        at = (at + 1) & probe->mask;
    return probe->slot_of[at];
}

#endif
