/* Who shares a key with the sample's records, from the hits of a sweep. */
#include "choose/sweep.h"
#include "base/memory.h"
#include <stdlib.h>

/* This rank's hits in blocks that are not too large, to rank 0. */
static ck_status gather_hits(ck_batch *b, ck_error *error, ck_hit **hits, size_t *n) {
    size_t mine = 0, at = 0;
    for (uint32_t t = 0; t < b->census->threads; t++)
        mine += b->found[t].n;
    ck_hit *kept = ck_alloc(error, mine, sizeof *kept);
    uint64_t *offset = NULL;
    for (uint32_t t = 0; kept && t < b->census->threads; t++)
        for (size_t i = 0; i < b->found[t].n; i++) {
            kept[at] = b->found[t].hit[i];
            at += ck_batch_size(b, kept[at].conjunction, kept[at].slot) <= b->limit;
        }
    *n = 0;
    if (ck_par_gather(b->census->comm, error, kept, at * sizeof *kept, (void **)hits, &offset) == CK_OK && b->census->comm->rank == 0)
        *n = offset[b->census->comm->size] / sizeof **hits;
    ck_free(offset);
    ck_free(kept);
    return error->status;
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

/* Those of one key come in order. */
static void sort_partners(ck_partner *partner, size_t n) {
    for (size_t i = 1; i < n; i++)
        if (compare_partners(&partner[i - 1], &partner[i]) > 0) {
            qsort(partner, n, sizeof *partner, compare_partners);
            return;
        }
}

/* Order each sampled record's partners; a partner met in several blocks counts in the smallest. */
static void settle(ck_partner_list *list, const size_t *end, uint32_t n) {
    size_t to = 0, from = 0;
    for (uint32_t i = 0; i < n; i++) {
        size_t first = to;
        sort_partners(list->partner + from, end[i] - from);
        for (; from < end[i]; from++)
            if (to == first || list->partner[to - 1].record != list->partner[from].record)
                list->partner[to++] = list->partner[from];
    }
    list->n = to;
}

/* Partners of one conjunction from its hits. Local. */
static ck_status expand(const ck_batch *b, ck_error *error, uint32_t k, const ck_hit *hits, size_t nhits, ck_partner_list *list) {
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
                        list->partner[at[sampled]] = (ck_partner){sampled, hits[i].record, (uint32_t)ck_batch_size(b, k, hits[i].slot)};
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

/* Hits of each conjunction, in their order: sorted[begin[k] .. begin[k + 1]). */
static ck_status sort_hits(ck_error *error, const ck_hit *hits, size_t n, uint32_t nconjunctions, size_t **begin, ck_hit **sorted) {
    *begin = ck_alloc_zero(error, (size_t)nconjunctions + 2, sizeof **begin);
    *sorted = ck_alloc(error, n, sizeof **sorted);
    if (error->status != CK_OK)
        return error->status;
    for (size_t i = 0; i < n; i++)
        (*begin)[hits[i].conjunction + 2]++;
    for (uint32_t k = 2; k <= nconjunctions; k++)
        (*begin)[k] += (*begin)[k - 1];
    for (size_t i = 0; i < n; i++)
        (*sorted)[(*begin)[hits[i].conjunction + 1]++] = hits[i];
    return CK_OK;
}

ck_status ck_batch_list(ck_batch *b, ck_error *error, ck_partner_list *list) {
    ck_hit *hits = NULL, *sorted = NULL;
    size_t n = 0, *begin = NULL;
    if (gather_hits(b, error, &hits, &n) == CK_OK && b->census->comm->rank == 0 &&
        sort_hits(error, hits, n, b->n, &begin, &sorted) == CK_OK)
        for (uint32_t k = 0; k < b->n && error->status == CK_OK; k++)
            expand(b, error, k, sorted + begin[k], begin[k + 1] - begin[k], &list[k]);
    ck_free(begin);
    ck_free(sorted);
    ck_free(hits);
    return error->status;
}
