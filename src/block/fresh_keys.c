#include "block/fresh_keys.h"
#include "base/memory.h"

/* Bits for a key, so that few other keys have the same; and what share of the records may be fresh, above which nothing is won. */
enum { BITS_A_KEY = 16, LEAST_LOG2 = 12, MOST_LOG2 = 33, MANY = 4 };

static uint64_t count_fresh(const ck_key_source *source) {
    uint64_t records = source->people->records, settled = 0;
    for (uint64_t w = 0; w < (records + 63) / 64; w++)
        settled += (uint64_t)__builtin_popcountll(source->settled[w]);
    return records - settled;
}

ck_status ck_fresh_keys_open(const ck_key_source *source, ck_error *error, uint64_t max_block, uint64_t keys_each, ck_fresh_keys *fresh) {
    *fresh = (ck_fresh_keys){.settled = source->settled, .begin = source->people->begin};
    if (!source->settled)
        return CK_OK;
    fresh->skip = source->settled_out && !max_block;
    uint64_t n = count_fresh(source);
    if (fresh->skip || n > source->people->records / MANY)
        return CK_OK;
    unsigned log2 = LEAST_LOG2;
    while (log2 < MOST_LOG2 && UINT64_C(1) << log2 < BITS_A_KEY * keys_each * n)
        log2++;
    fresh->shift = 64 - log2;
    fresh->words = (UINT64_C(1) << log2) / 64;
    fresh->bits = ck_alloc_zero(error, fresh->words, sizeof *fresh->bits);
    return error->status;
}

void ck_fresh_keys_share(const ck_comm *comm, ck_fresh_keys *fresh) {
    if (fresh->bits)
        ck_par_or(comm, fresh->bits, fresh->words);
}

void ck_fresh_keys_close(ck_fresh_keys *fresh) {
    ck_free(fresh->bits);
    *fresh = (ck_fresh_keys){0};
}
