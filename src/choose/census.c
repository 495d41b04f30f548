#include "choose/census.h"
#include "base/hash.h"
#include "base/memory.h"
#include "choose/probe.h"
#include "choose/sieve.h"
#include <omp.h>
#include <stdlib.h>
#include <string.h>

const uint64_t ck_caps[CK_CAPS] = {10, 50, 100, 200, 1000, UINT64_MAX};

/* Records of a tile, and keys whose counts are held at a time by one thread. */
enum { TILE = CK_SIEVE_RECORDS, SLOTS_AT_A_TIME = 1 << 22 };

ck_status ck_census_open(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_key_parts *parts, const ck_sample *sample,
                         const bool *allowed, uint32_t threads, ck_census *census) {
    bool all = true;
    for (uint32_t k = 0; k < people->nsources * people->nsources; k++)
        all &= allowed[k];
    *census = (ck_census){.comm = comm, .people = people, .parts = parts, .sample = sample, .allowed = allowed,
                          .nclasses = all ? 1 : people->nsources, .threads = threads,
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

/* ---- one sweep ---- */

/* A record with a key of a slot. */
typedef struct hit {
    uint32_t conjunction, slot, record;
} hit;

typedef struct sweeper {
    ck_error error;
    ck_sieve_tile *tile;   /* [parts] */
    uint32_t *count;       /* the batch's slots, times classes */
    hit *hit;
    size_t nhits, hits_room;
} sweeper;

/* Conjunctions that are swept together. */
typedef struct batch {
    ck_census *census;
    const ck_conjunction *conjunction;
    uint32_t n;
    ck_probe *probe;  /* [n] */
    uint64_t *first;  /* [n + 1] of the slots of each, times classes */
    bool *used;       /* [parts] */
    uint64_t limit;   /* larger blocks are all alike */
    bool **listed;    /* [n] of each slot: are its records to be listed? NULL: none are */
    sweeper *sweeper; /* [threads] */
    uint64_t *count;  /* [first[n]] records by slot and class, over all ranks */
} batch;

static void free_batch(batch *b) {
    for (uint32_t t = 0; b->sweeper && t < b->census->threads; t++) {
        sweeper *s = &b->sweeper[t];
        for (uint32_t p = 0; s->tile && p < b->census->parts->n; p++)
            ck_sieve_tile_free(&s->tile[p]);
        ck_free(s->tile);
        ck_free(s->count);
        ck_free(s->hit);
    }
    for (uint32_t k = 0; b->probe && k < b->n; k++)
        ck_probe_free(&b->probe[k]);
    for (uint32_t k = 0; b->listed && k < b->n; k++)
        ck_free(b->listed[k]);
    ck_free(b->listed);
    ck_free(b->sweeper);
    ck_free(b->probe);
    ck_free(b->first);
    ck_free(b->used);
    ck_free(b->count);
}

static ck_status make_probes(batch *b, ck_error *error) {
    const ck_census *census = b->census;
    b->probe = ck_alloc_zero(error, b->n, sizeof *b->probe);
    b->first = ck_alloc_zero(error, b->n + 1, sizeof *b->first);
    b->used = ck_alloc_zero(error, census->parts->n, sizeof *b->used);
    for (uint32_t k = 0; error->status == CK_OK && k < b->n; k++) {
        const ck_part_values *value[CK_CONJUNCTION_PARTS];
        for (uint32_t i = 0; i < b->conjunction[k].n; i++) {
            value[i] = &census->value[b->conjunction[k].part[i]];
            b->used[b->conjunction[k].part[i]] = true;
        }
        if (ck_probe_make(error, value, b->conjunction[k].n, census->sample->n, &b->probe[k]) == CK_OK)
            b->first[k + 1] = b->first[k] + (uint64_t)b->probe[k].nslots * census->nclasses;
    }
    return error->status;
}

/* Slots of records whose partners are asked for. */
static ck_status mark_listed(batch *b, ck_error *error) {
    const ck_census *census = b->census;
    b->listed = ck_alloc_zero(error, b->n, sizeof *b->listed);
    for (uint32_t k = 0; error->status == CK_OK && k < b->n; k++) {
        const ck_probe *probe = &b->probe[k];
        if (!(b->listed[k] = ck_alloc_zero(error, probe->nslots, sizeof **b->listed)))
            break;
        for (uint32_t i = 0; i < census->sample->n; i++)
            for (uint32_t x = probe->start[i]; x < probe->start[i + 1]; x++)
                b->listed[k][probe->slot[x]] |= !census->listed || census->listed[i];
    }
    return error->status;
}

static ck_status hire(batch *b, ck_error *error) {
    b->sweeper = ck_alloc_zero(error, b->census->threads, sizeof *b->sweeper);
    for (uint32_t t = 0; error->status == CK_OK && t < b->census->threads; t++) {
        b->sweeper[t].tile = ck_alloc_zero(error, b->census->parts->n, sizeof *b->sweeper[t].tile);
        b->sweeper[t].count = ck_alloc_zero(error, b->first[b->n], sizeof *b->sweeper[t].count);
    }
    return error->status;
}

static void keep_hit(sweeper *s, uint32_t conjunction, uint32_t slot, uint32_t record) {
    if (ck_grow(&s->error, &s->hit, &s->hits_room, s->nhits + 1, sizeof *s->hit) == CK_OK)
        s->hit[s->nhits++] = (hit){conjunction, slot, record};
}

/* Where records of a tile meet the probe of one conjunction. */
typedef struct meeting {
    const batch *batch;
    sweeper *sweeper;
    uint32_t k, record;
    uint32_t *count; /* of the record's class */
} meeting;

static inline void meet(meeting *at, const ck_probe *probe, uint64_t hash) {
    if (!ck_probe_may_hold(probe, hash))
        return;
    uint32_t slot = ck_probe_find(probe, hash);
    if (slot == CK_NO_SLOT)
        return;
    at->count[slot]++;
    if (at->batch->listed && at->batch->listed[at->k][slot] && at->count[slot] <= at->batch->limit)
        keep_hit(at->sweeper, at->k, slot, at->record);
}

/* A part of a conjunction in the tile, and which of its values are still asked about. */
typedef struct lane {
    const ck_sieve_tile *tile;
    const uint64_t *filter;
} lane;

/* Every key of record i of the tile that may still be asked about. */
static inline void meet_record(meeting *at, const ck_probe *probe, const lane *lanes, uint32_t n, uint32_t i) {
    const uint64_t *one = lanes[0].tile->hash + lanes[0].tile->start[i];
    for (uint32_t x = 0; x < lanes[0].tile->count[i]; x++) {
        if (n == 1) {
            meet(at, probe, one[x]);
            continue;
        }
        if (!ck_filter_has(lanes[0].filter, probe->shift, one[x]))
            continue;
        const uint64_t *two = lanes[1].tile->hash + lanes[1].tile->start[i];
        for (uint32_t y = 0; y < lanes[1].tile->count[i]; y++) {
            if (n == 2) {
                meet(at, probe, one[x] + two[y]);
                continue;
            }
            if (!ck_filter_has(lanes[1].filter, probe->shift, two[y]))
                continue;
            const uint64_t *three = lanes[2].tile->hash + lanes[2].tile->start[i];
            for (uint32_t z = 0; z < lanes[2].tile->count[i]; z++)
                meet(at, probe, one[x] + two[y] + three[z]);
        }
    }
}

/* The parts of a conjunction, the one first that fewest records have anything of. */
static void order_lanes(const sweeper *s, const ck_conjunction *conjunction, const ck_probe *probe, lane *lanes) {
    for (uint32_t i = 0; i < conjunction->n; i++) {
        lane next = {&s->tile[conjunction->part[i]], probe->value_filter[i]};
        uint32_t at = i;
        for (; at > 0 && lanes[at - 1].tile->nactive > next.tile->nactive; at--)
            lanes[at] = lanes[at - 1];
        lanes[at] = next;
    }
}

static void sweep_tile(const batch *b, sweeper *s, const uint32_t *const *code, const uint32_t *class_of, uint64_t begin, uint64_t end) {
    const ck_census *census = b->census;
    for (uint32_t p = 0; p < census->parts->n; p++)
        if (b->used[p] && ck_sieve_tile_fill(&s->error, &census->parts->part[p], &census->sieve[p], code, begin, end, &s->tile[p]) != CK_OK)
            return;
    for (uint32_t k = 0; k < b->n; k++) {
        const ck_probe *probe = &b->probe[k];
        lane lanes[CK_CONJUNCTION_PARTS] = {0};
        meeting at = {.batch = b, .sweeper = s, .k = k};
        order_lanes(s, &b->conjunction[k], probe, lanes);
        for (uint32_t a = 0; probe->nalive && a < lanes[0].tile->nactive; a++) {
            uint32_t i = lanes[0].tile->active[a];
            at.record = (uint32_t)(census->people->begin + begin + i);
            at.count = s->count + b->first[k] + (class_of ? (uint64_t)class_of[begin + i] * probe->nslots : 0);
            meet_record(&at, probe, lanes, b->conjunction[k].n, i);
        }
    }
}

static ck_status list_classes(const ck_census *census, ck_error *error, uint32_t **class_of) {
    const ck_people *people = census->people;
    *class_of = NULL;
    if (census->nclasses == 1 || !(*class_of = ck_alloc(error, people->end - people->begin, sizeof **class_of)))
        return error->status;
    for (uint64_t r = people->begin; r < people->end; r++)
        (*class_of)[r - people->begin] = ck_people_source_of(people, r);
    return CK_OK;
}

/* Records of a slot that this rank's threads have met. */
static uint64_t met_so_far(const batch *b, uint32_t k, uint32_t slot) {
    uint64_t n = 0;
    for (uint32_t t = 0; t < b->census->threads; t++)
        for (uint32_t c = 0; c < b->census->nclasses; c++)
            n += b->sweeper[t].count[b->first[k] + (uint64_t)c * b->probe[k].nslots + slot];
    return n;
}

/* Ask no more about blocks that are above the limit already. */
static void bury(batch *b) {
#pragma omp parallel for num_threads(b->census->threads) schedule(dynamic, 1)
    for (uint32_t k = 0; k < b->n; k++) {
        ck_probe *probe = &b->probe[k];
        const ck_part_values *value[CK_CONJUNCTION_PARTS];
        uint32_t before = probe->nalive;
        for (uint32_t i = 0; i < b->conjunction[k].n; i++)
            value[i] = &b->census->value[b->conjunction[k].part[i]];
        for (uint32_t slot = 0; slot < probe->nslots; slot++)
            if (!probe->dead[slot] && met_so_far(b, k, slot) > b->limit) {
                probe->dead[slot] = true;
                before--;
            }
        if (before < probe->nalive)
            ck_probe_refresh(value, b->conjunction[k].n, b->census->sample->n, probe);
    }
}

/* Tiles of every sixteen that a round sweeps: after a few it is known which blocks are large. */
static const uint32_t rounds[] = {0, 1, 3, 7, 16};
enum { ROUNDS = sizeof rounds / sizeof *rounds - 1, ROUND = 16 };

static void sweep_all(batch *b, const uint32_t *const *code, const uint32_t *class_of) {
    uint64_t n = b->census->people->end - b->census->people->begin, ntiles = (n + TILE - 1) / TILE;
    for (int round = 0; round < ROUNDS; round++) {
#pragma omp parallel for num_threads(b->census->threads) schedule(dynamic, 1)
        for (uint64_t tile = 0; tile < ntiles; tile++) {
            uint64_t begin = tile * TILE, end = begin + TILE < n ? begin + TILE : n;
            if (tile % ROUND >= rounds[round] && tile % ROUND < rounds[round + 1])
                sweep_tile(b, &b->sweeper[omp_get_thread_num()], code, class_of, begin, end);
        }
        if (b->limit != UINT64_MAX && ntiles > ROUND && round + 1 < ROUNDS)
            bury(b);
    }
}

/* The counts of all threads and ranks. */
static ck_status sum_counts(batch *b, ck_error *error) {
    uint64_t n = b->first[b->n];
    b->count = ck_alloc_zero(error, n, sizeof *b->count);
    for (uint32_t t = 0; t < b->census->threads; t++) {
        if (b->sweeper[t].error.status != CK_OK)
            ck_fail(error, b->sweeper[t].error.status, "%s", b->sweeper[t].error.text);
        for (uint64_t i = 0; b->count && i < n; i++)
            b->count[i] += b->sweeper[t].count[i];
    }
    if (ck_par_agree(b->census->comm, error) == CK_OK)
        ck_par_sum(b->census->comm, b->count, n);
    return error->status;
}

static ck_status sweep(batch *b, ck_error *error, bool listing) {
    const ck_people *people = b->census->people;
    uint32_t *class_of = NULL;
    const uint32_t **code = ck_alloc(error, people->ncolumns, sizeof *code);
    for (uint32_t c = 0; code && c < people->ncolumns; c++)
        code[c] = people->column[c].code;
    if (error->status == CK_OK && fill_sample(b->census, error, b->conjunction, b->n) == CK_OK && make_probes(b, error) == CK_OK &&
        hire(b, error) == CK_OK && (!listing || mark_listed(b, error) == CK_OK))
        list_classes(b->census, error, &class_of);
    if (ck_par_agree(b->census->comm, error) == CK_OK) {
        sweep_all(b, code, class_of);
        sum_counts(b, error);
    }
    ck_free(class_of);
    ck_free(code);
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

static uint64_t size_of(const batch *b, uint32_t k, uint32_t slot) {
    uint64_t size = 0, nslots = b->probe[k].nslots;
    for (uint32_t t = 0; t < b->census->nclasses; t++)
        size += b->count[b->first[k] + t * nslots + slot];
    return size;
}

/* Records of a slot that record i of the sample may be paired with. */
static uint64_t partners_of(const batch *b, uint32_t k, uint32_t slot, uint32_t i) {
    const ck_census *census = b->census;
    uint32_t source = census->sample->source[i], nsources = census->people->nsources;
    uint64_t nslots = b->probe[k].nslots, partners = 0;
    if (census->nclasses == 1)
        return b->count[b->first[k] + slot] - 1;
    for (uint32_t t = 0; t < nsources; t++)
        if (census->allowed[source * nsources + t])
            partners += b->count[b->first[k] + t * nslots + slot] - (t == source);
    return partners;
}

/* Sums over the sample's keys; blocks above the limit only count as large. */
static ck_status reduce(const batch *b, ck_error *error, uint32_t k, ck_key_count *count) {
    const ck_probe *probe = &b->probe[k];
    const ck_sample *sample = b->census->sample;
    *count = (ck_key_count){.size = ck_alloc_zero(error, sample->n, sizeof *count->size)};
    for (uint32_t i = 0; count->size && i < sample->n; i++) {
        uint32_t begin = probe->start[i], n = probe->start[i + 1] - begin;
        count->keys += n;
        count->filled += n > 0;
        for (uint32_t x = begin; x < begin + n; x++) {
            uint64_t size = size_of(b, k, probe->slot[x]), partners = partners_of(b, k, probe->slot[x], i);
            for (int cap = 0; cap < CK_CAPS && size <= b->limit; cap++)
                count->partners[cap] += size <= ck_caps[cap] ? partners : 0;
        }
        if (n) {
            uint64_t any = ck_hash_mix(ck_hash_mix(sample->record[i]) + b->conjunction[k].part[0]) % n, size = size_of(b, k, probe->slot[begin + any]);
            count->size[i] = size <= b->limit && size < UINT32_MAX ? (uint32_t)size : UINT32_MAX;
        }
    }
    return error->status;
}

/* ---- partners ---- */

/* This rank's hits in blocks that are not too large, to rank 0. */
static ck_status gather_hits(batch *b, ck_error *error, hit **hits, size_t *n) {
    size_t mine = 0, at = 0;
    for (uint32_t t = 0; t < b->census->threads; t++)
        mine += b->sweeper[t].nhits;
    hit *kept = ck_alloc(error, mine, sizeof *kept);
    uint64_t *offset = NULL;
    for (uint32_t t = 0; kept && t < b->census->threads; t++)
        for (size_t i = 0; i < b->sweeper[t].nhits; i++) {
            kept[at] = b->sweeper[t].hit[i];
            at += size_of(b, kept[at].conjunction, kept[at].slot) <= b->limit;
        }
    *n = 0;
    if (ck_par_gather(b->census->comm, error, kept, at * sizeof *kept, (void **)hits, &offset) == CK_OK && b->census->comm->rank == 0)
        *n = offset[b->census->comm->size] / sizeof **hits;
    ck_free(offset);
    ck_free(kept);
    return error->status;
}

static int compare_hits(const void *x, const void *y) {
    const hit *a = x, *b = y;
    return (a->conjunction > b->conjunction) - (a->conjunction < b->conjunction);
}

static int compare_partners(const void *x, const void *y) {
    const ck_partner *a = x, *b = y;
    if (a->record != b->record)
        return a->record < b->record ? -1 : 1;
    return (a->size > b->size) - (a->size < b->size);
}

/* Holders of each slot in the sample: sampled[begin[slot] .. begin[slot + 1]). */
typedef struct holders {
    uint32_t *begin, *sampled;
} holders;

static ck_status list_holders(ck_error *error, const ck_probe *probe, uint32_t n, holders *h) {
    h->begin = ck_alloc_zero(error, (size_t)probe->nslots + 2, sizeof *h->begin);
    h->sampled = ck_alloc(error, probe->start[n], sizeof *h->sampled);
    if (error->status != CK_OK)
        return error->status;
    for (uint32_t x = 0; x < probe->start[n]; x++)
        h->begin[probe->slot[x] + 2]++;
    for (uint32_t s = 2; s <= probe->nslots + 1; s++)
        h->begin[s] += h->begin[s - 1];
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t x = probe->start[i]; x < probe->start[i + 1]; x++)
            h->sampled[h->begin[probe->slot[x] + 1]++] = i;
    return CK_OK;
}

static bool may_list(const ck_census *census, uint32_t sampled, uint32_t record) {
    uint32_t source = census->nclasses == 1 ? 0 : ck_people_source_of(census->people, record);
    return (!census->listed || census->listed[sampled]) && census->sample->record[sampled] != record &&
           (census->nclasses == 1 || census->allowed[census->sample->source[sampled] * census->people->nsources + source]);
}

/* Order each sampled record's partners; a partner met in several blocks counts in the smallest. */
static void settle(ck_partner_list *list, const size_t *end, uint32_t n) {
    size_t to = 0, from = 0;
    for (uint32_t i = 0; i < n; i++) {
        size_t first = to;
        qsort(list->partner + from, end[i] - from, sizeof *list->partner, compare_partners);
        for (; from < end[i]; from++)
            if (to == first || list->partner[to - 1].record != list->partner[from].record)
                list->partner[to++] = list->partner[from];
    }
    list->n = to;
}

/* Partners of one conjunction from its hits. Local. */
static ck_status expand(const batch *b, ck_error *error, uint32_t k, const hit *hits, size_t nhits, ck_partner_list *list) {
    const ck_census *census = b->census;
    uint32_t n = census->sample->n;
    holders h = {0};
    size_t *at = ck_alloc_zero(error, (size_t)n + 1, sizeof *at);
    if (at && list_holders(error, &b->probe[k], n, &h) == CK_OK)
        for (int pass = 0; pass < 2 && error->status == CK_OK; pass++) {
            for (size_t i = 0; i < nhits; i++)
                for (uint32_t x = h.begin[hits[i].slot]; x < h.begin[hits[i].slot + 1]; x++) {
                    uint32_t sampled = h.sampled[x];
                    if (!may_list(census, sampled, hits[i].record))
                        continue;
                    if (pass)
                        list->partner[at[sampled]] = (ck_partner){sampled, hits[i].record, (uint32_t)size_of(b, k, hits[i].slot)};
                    at[sampled]++;
                }
            size_t sum = 0;
            for (uint32_t i = 0; i <= n && !pass; i++) {
                size_t count = at[i];
                at[i] = sum;
                sum += count;
            }
            if (!pass)
                list->partner = ck_alloc(error, sum, sizeof *list->partner);
        }
    if (error->status == CK_OK)
        settle(list, at, n);
    ck_free(h.begin);
    ck_free(h.sampled);
    ck_free(at);
    return error->status;
}

static ck_status expand_all(const batch *b, ck_error *error, hit *hits, size_t n, ck_partner_list *list) {
    size_t begin = 0;
    qsort(hits, n, sizeof *hits, compare_hits);
    for (uint32_t k = 0; k < b->n && error->status == CK_OK; k++) {
        size_t end = begin;
        while (end < n && hits[end].conjunction == k)
            end++;
        expand(b, error, k, hits + begin, end - begin, &list[k]);
        begin = end;
    }
    return error->status;
}

static ck_status list_partners(batch *b, ck_error *error, ck_partner_list *list) {
    hit *hits = NULL;
    size_t n = 0;
    if (gather_hits(b, error, &hits, &n) == CK_OK && b->census->comm->rank == 0)
        expand_all(b, error, hits, n, list);
    ck_free(hits);
    return error->status;
}

ck_status ck_census_take(ck_census *census, ck_error *error, const ck_conjunction *conjunction, uint32_t n, uint64_t limit,
                         ck_key_count *count, ck_partner_list *list) {
    fill_sample(census, error, conjunction, n);
    ck_par_agree(census->comm, error);
    for (uint32_t begin = 0, end; begin < n && error->status == CK_OK; begin = end) {
        end = batch_end(census, conjunction, begin, n);
        batch b = {.census = census, .conjunction = conjunction + begin, .n = end - begin, .limit = limit};
        sweep(&b, error, list != NULL);
        for (uint32_t k = 0; count && k < b.n && error->status == CK_OK; k++)
            reduce(&b, error, k, &count[begin + k]);
        if (ck_par_agree(census->comm, error) == CK_OK && list)
            list_partners(&b, error, list + begin);
        free_batch(&b);
        ck_par_agree(census->comm, error);
    }
    return error->status;
}
