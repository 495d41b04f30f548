/** The distinct keys of a sample under one conjunction, each by the numbers of its parts' values. Local. */
#ifndef CK_CHOOSE_PROBE_H
#define CK_CHOOSE_PROBE_H
#include "choose/sieve.h"

enum { CK_PROBE_PARTS = 3 };

typedef struct ck_probe {
    uint32_t nslots;   /**< distinct keys */
    uint32_t *start;   /**< [n + 1] of each record of the sample: its slots are slot[start[i] .. start[i + 1]) */
    uint32_t *slot;
    uint32_t (*number)[CK_PROBE_PARTS]; /**< [nslots] of the value of each part */
    uint32_t nalive;   /**< slots still asked about */
    uint32_t *alive;   /**< [nalive] */
} ck_probe;

/** From the values of `nparts` parts for n records, and the numbers of those in the parts' sieves. CK_MEMORY, also for more than 2^30 keys. */
ck_status ck_probe_make(ck_error *error, const ck_part_values *const value[], const ck_sieve *const sieve[], uint32_t nparts, uint32_t n,
                        ck_probe *probe);
void ck_probe_free(ck_probe *probe);

#endif
