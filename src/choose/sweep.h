/** Conjunctions that are swept together. Inner part of census.c. */
#ifndef CK_CHOOSE_SWEEP_H
#define CK_CHOOSE_SWEEP_H
#include "choose/census.h"
#include "choose/probe.h"

/** A record with a key of a slot. */
typedef struct ck_hit {
    uint32_t conjunction, slot, record;
} ck_hit;

typedef struct ck_hit_list {
    ck_error error;
    ck_hit *hit;
    size_t n, room;
} ck_hit_list;

typedef struct ck_batch {
    ck_census *census;
    const ck_conjunction *conjunction;
    uint32_t n;
    ck_probe *probe;    /**< [n] */
    uint64_t *first;    /**< [n + 1] of the slots of each, times classes */
    bool *used;         /**< [parts] */
    uint64_t limit;     /**< larger blocks are all alike */
    bool **listed;      /**< [n] of each slot: are its records to be listed? NULL: none are */
    ck_strip *strip;    /**< [parts] of the records that are swept now */
    ck_hit_list *found; /**< [threads] */
    uint64_t *count;    /**< [first[n]] records by slot and class: of this rank, then of all; above the limit it may stop anywhere */
} ck_batch;

/** Records of a slot, once all ranks have counted. */
static inline uint64_t ck_batch_size(const ck_batch *batch, uint32_t k, uint32_t slot) {
    uint64_t size = 0, nslots = batch->probe[k].nslots;
    for (uint32_t t = 0; t < batch->census->nclasses; t++)
        size += batch->count[batch->first[k] + t * nslots + slot];
    return size;
}

/** Count, and list hits where asked. Collective. */
ck_status ck_batch_sweep(ck_batch *batch, ck_error *error, bool listing);
void ck_batch_free(ck_batch *batch);
/** Partners from hits; lists of rank 0. Collective. */
ck_status ck_batch_list(ck_batch *batch, ck_error *error, ck_partner_list *list);

#endif
