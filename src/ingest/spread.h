/** Range partition: which rank gets a text so that the ranks' texts, each sorted, make one sorted list. */
#ifndef CK_INGEST_SPREAD_H
#define CK_INGEST_SPREAD_H
#include "base/text.h"
#include "par/par.h"

/** A group (compared first) and a text. */
typedef struct ck_spread_key {
    uint32_t group;
    ck_span text;
} ck_spread_key;

typedef struct ck_spread {
    int size;
    uint32_t nsplitters;
    ck_spread_key *splitter; /**< [nsplitters] rising; rank r gets keys from splitter r - 1 on */
    void *bytes;
} ck_spread;

/** Choose splitters from samples that every rank gives: some of its keys, at even distances. The choice changes how even
 *  the load is, never a result. Collective. */
ck_status ck_spread_choose(const ck_comm *comm, ck_error *error, const ck_spread_key *sample, size_t n,
                           ck_spread *spread);
/** Samples that a rank with n keys should give. Local. */
size_t ck_spread_samples(const ck_comm *comm, size_t n);
/** The rank of a key; equal keys have one rank. Local, thread-safe. */
int ck_spread_rank(const ck_spread *spread, ck_spread_key key);
void ck_spread_free(ck_spread *spread);

/** Offsets [size + 1] where each rank's part begins, from counts. Local. */
void ck_spread_offsets(int size, const uint64_t *count, uint64_t *offset);

#endif
