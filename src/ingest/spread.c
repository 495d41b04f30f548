#include "ingest/spread.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

/* With so many samples a rank, no rank gets much more than its share. */
enum { SAMPLES = 128, HEAD = 2 * sizeof(uint32_t) };

size_t ck_spread_samples(const ck_comm *comm, size_t n) {
    return comm->size == 1 ? 0 : n < SAMPLES ? n : SAMPLES;
}

static int compare_keys(const void *x, const void *y) {
    const ck_spread_key *a = x, *b = y;
    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    return ck_span_compare(a->text, b->text);
}

/* A sample travels as group, length, bytes. */
static char *pack_samples(ck_error *error, const ck_spread_key *sample, size_t n, size_t *packed_n) {
    *packed_n = 0;
    for (size_t i = 0; i < n; i++)
        *packed_n += HEAD + sample[i].text.n;
    char *packed = ck_alloc(error, *packed_n, 1), *at = packed;
    for (size_t i = 0; packed && i < n; i++) {
        uint32_t head[2] = {sample[i].group, (uint32_t)sample[i].text.n};
        memcpy(at, head, HEAD);
        memcpy(at + HEAD, sample[i].text.bytes, sample[i].text.n);
        at += HEAD + sample[i].text.n;
    }
    return packed;
}

static ck_spread_key *unpack_samples(ck_error *error, const char *packed, size_t packed_n, size_t *n) {
    size_t room = 0;
    ck_spread_key *keys = NULL;
    *n = 0;
    for (const char *at = packed; at < packed + packed_n; ++*n) {
        uint32_t head[2];
        memcpy(head, at, HEAD);
        if (ck_grow(error, &keys, &room, *n + 1, sizeof *keys) != CK_OK)
            break;
        keys[*n] = (ck_spread_key){head[0], {at + HEAD, head[1]}};
        at += HEAD + head[1];
    }
    return keys;
}

ck_status ck_spread_choose(const ck_comm *comm, ck_error *error, const ck_spread_key *sample, size_t n,
                           ck_spread *spread) {
    *spread = (ck_spread){.size = comm->size};
    size_t packed_n = 0, all_n = 0;
    uint64_t *offset = NULL;
    char *packed = pack_samples(error, sample, n, &packed_n);
    ck_spread_key *all = NULL;
    if (ck_par_gather_all(comm, error, packed, packed_n, &spread->bytes, &offset) == CK_OK) {
        all = unpack_samples(error, spread->bytes, offset[comm->size], &all_n);
        spread->splitter = ck_alloc(error, (size_t)comm->size, sizeof *spread->splitter);
        if (error->status == CK_OK && all_n)
            qsort(all, all_n, sizeof *all, compare_keys);
    }
    if (ck_par_agree(comm, error) == CK_OK && all_n)
        for (int r = 1; r < comm->size; r++)
            spread->splitter[spread->nsplitters++] = all[ck_par_share(comm, all_n, r)];
    ck_free(all);
    ck_free(packed);
    ck_free(offset);
    return error->status;
}

int ck_spread_rank(const ck_spread *spread, ck_spread_key key) {
    uint32_t low = 0, high = spread->nsplitters;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_keys(&spread->splitter[middle], &key) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return (int)low;
}

void ck_spread_free(ck_spread *spread) {
    ck_free(spread->splitter);
    ck_free(spread->bytes);
    *spread = (ck_spread){0};
}

void ck_spread_offsets(int size, const uint64_t *count, uint64_t *offset) {
    offset[0] = 0;
    for (int r = 0; r < size; r++)
        offset[r + 1] = offset[r] + count[r];
}
