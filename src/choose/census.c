#include "choose/census.h"
#include "base/hash.h"
#include "base/memory.h"
#include "choose/sweep.h"

const uint64_t ck_caps[CK_CAPS] = {10, 50, 100, 200, 1000, UINT64_MAX};

/* Keys whose counts are held at a time. */
enum { SLOTS_AT_A_TIME = 1 << 23 };

ck_status ck_census_open(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_key_parts *parts, const ck_sample *sample,
                         const bool *allowed, uint32_t threads, ck_census *census) {
    bool all = true;
    for (uint32_t k = 0; k < people->nsources * people->nsources; k++)
        all &= allowed[k];
    *census = (ck_census){.comm = comm, .people = people, .parts = parts, .sample = sample, .allowed = allowed,
                          .nclasses = all ? 1 : people->nsources, .threads = threads, .stride = 1,
                          .value = ck_alloc_zero(error, parts->n, sizeof *census->value),
                          .sieve = ck_alloc_zero(error, parts->n, sizeof *census->sieve)};
    return error->status;
}

void ck_census_close(ck_census *census) {
    for (uint32_t p = 0; census->value && p < census->parts->n; p++)
        ck_part_values_free(&census->value[p]);
    for (uint32_t p = 0; census->sieve && p < census->parts->n; p++)
        ck_sieve_free(&census->sieve[p]);
    ck_free(census->sieve);
    ck_free(census->value);
    *census = (ck_census){0};
}

bool ck_census_sweeps(const ck_census *census, uint64_t record) {
    return census->stride == 1 || record / CK_CENSUS_RUN % census->stride == 0;
}

uint64_t ck_census_swept(const ck_census *census) {
    uint64_t records = census->people->records, n = 0, step = (uint64_t)CK_CENSUS_RUN * census->stride;
    for (uint64_t begin = 0; begin < records; begin += step)
        n += records - begin < CK_CENSUS_RUN ? records - begin : CK_CENSUS_RUN;
    return census->stride == 1 ? records : n;
}

/* The sample's values of a part, and its sieve. */
static void ask_part(ck_census *census, ck_error *error, uint32_t p) {
    const ck_sample *sample = census->sample;
    const uint32_t *const *code = (const uint32_t *const *)sample->code;
    if (ck_part_values_fill(error, &census->parts->part[p], code, 0, sample->n, &census->value[p]) == CK_OK)
        ck_sieve_make(error, &census->parts->part[p], census->people->column, &census->value[p], code, sample->n, &census->sieve[p]);
}

static ck_status fill_sample(ck_census *census, ck_error *error, const ck_conjunction *conjunction, uint32_t n) {
    uint32_t nparts = census->parts->n;
    bool *wanted = ck_alloc_zero(error, nparts, sizeof *wanted);
    ck_error *failed = ck_alloc_zero(error, nparts, sizeof *failed);
    for (uint32_t k = 0; wanted && failed && k < n; k++)
        for (uint32_t i = 0; i < conjunction[k].n; i++)
            wanted[conjunction[k].part[i]] = census->value[conjunction[k].part[i]].start == NULL;
    if (wanted && failed) {
#pragma omp parallel for num_threads(census->threads) schedule(dynamic, 1)
        for (uint32_t p = 0; p < nparts; p++)
            if (wanted[p])
                ask_part(census, &failed[p], p);
        for (uint32_t p = 0; p < nparts; p++)
            if (failed[p].status != CK_OK)
                ck_fail(error, failed[p].status, "%s", failed[p].text);
    }
    ck_free(failed);
    ck_free(wanted);
    return error->status;
}

/* Conjunctions from `begin` on whose counts fit in memory together; at least one. */
static uint32_t batch_end(ck_census *census, const ck_conjunction *conjunction, uint32_t begin, uint32_t n) {
    uint64_t slots = 0;
    uint32_t end = begin;
    while (end < n && (end == begin || slots < SLOTS_AT_A_TIME)) {
        uint64_t keys = census->nclasses;
        for (uint32_t i = 0; i < conjunction[end].n; i++) {
            const ck_part_values *value = &census->value[conjunction[end].part[i]];
            keys *= 1 + value->start[census->sample->n] / (census->sample->n + 1);
        }
        slots += keys * census->sample->n;
        end++;
    }
    return end;
}

/* ---- counting ---- */

/* Records of a slot that record i of the sample may be paired with. */
static uint64_t partners_of(const ck_batch *b, uint32_t k, uint32_t slot, uint32_t i) {
    const ck_census *census = b->census;
    uint32_t source = census->sample->source[i], nsources = census->people->nsources;
    uint64_t nslots = b->probe[k].nslots, partners = 0, self = ck_census_sweeps(census, census->sample->record[i]);
    if (census->nclasses == 1)
        return b->count[b->first[k] + slot] - self;
    for (uint32_t t = 0; t < nsources; t++)
        if (census->allowed[source * nsources + t])
            partners += b->count[b->first[k] + t * nslots + slot] - (t == source ? self : 0);
    return partners;
}

/* Sums over the sample's keys; blocks above the limit only count as large. */
static ck_status reduce(const ck_batch *b, ck_error *error, uint32_t k, ck_key_count *count) {
    const ck_probe *probe = &b->probe[k];
    const ck_sample *sample = b->census->sample;
    *count = (ck_key_count){.size = ck_alloc_zero(error, sample->n, sizeof *count->size)};
    for (uint32_t i = 0; count->size && i < sample->n; i++) {
        uint32_t begin = probe->start[i], n = probe->start[i + 1] - begin;
        count->keys += n;
        count->filled += n > 0;
        for (uint32_t x = begin; x < begin + n; x++) {
            uint64_t size = ck_batch_size(b, k, probe->slot[x]), partners = partners_of(b, k, probe->slot[x], i);
            for (int cap = 0; cap < CK_CAPS && size <= b->limit; cap++)
                count->partners[cap] += size <= ck_caps[cap] ? partners : 0;
        }
        if (n) {
            uint64_t any = ck_hash_mix(ck_hash_mix(sample->record[i]) + b->conjunction[k].part[0]) % n, size = ck_batch_size(b, k, probe->slot[begin + any]);
            count->size[i] = size <= b->limit && size < UINT32_MAX ? (uint32_t)size : UINT32_MAX;
        }
    }
    return error->status;
}

ck_status ck_census_take(ck_census *census, ck_error *error, const ck_conjunction *conjunction, uint32_t n, uint64_t limit,
                         ck_key_count *count, ck_partner_list *list) {
    fill_sample(census, error, conjunction, n);
    ck_par_agree(census->comm, error);
    for (uint32_t begin = 0, end; begin < n && error->status == CK_OK; begin = end) {
        end = batch_end(census, conjunction, begin, n);
        ck_batch b = {.census = census, .conjunction = conjunction + begin, .n = end - begin, .limit = limit};
        ck_batch_sweep(&b, error, list != NULL);
        for (uint32_t k = 0; count && k < b.n && error->status == CK_OK; k++)
            reduce(&b, error, k, &count[begin + k]);
        if (ck_par_agree(census->comm, error) == CK_OK && list)
            ck_batch_list(&b, error, list + begin);
        ck_batch_free(&b);
        ck_par_agree(census->comm, error);
    }
    return error->status;
}
