#include "choose/seeds.h"
#include "base/log.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

enum { CANDIDATES_MAX = 1024, CAP = 100, PAIRS_LEAST = 50, RECORDS_MOST = 32768, PARTNERS_MOST = 6000000, CAP_PLACE = 2 };
static const double pairs_most = 5, chance_most = .3, keys_most = 30;

bool ck_parts_agree(const ck_key_part *a, const ck_key_part *b) {
    bool names = a->group == CK_NAMES_TOGETHER && b->group == CK_NAMES_TOGETHER;
    return a->column != b->column && !(names && (a->column == CK_NAMES_TOGETHER || b->column == CK_NAMES_TOGETHER));
}

/* ---- which ---- */

static bool may_seed(const ck_key_part *part, const ck_part_fact *fact) {
    return part->strong && fact->filled > .01 && fact->chance < chance_most;
}

/* Few enough pairs to be worth counting, if parts are independent. */
static bool is_promising(const ck_census *census, double chance, double keys) {
    return chance * (double)census->people->records / 2 <= 4 * pairs_most && keys <= keys_most;
}

static uint32_t list_candidates(const ck_key_parts *parts, const ck_part_fact *fact, const ck_census *census, ck_conjunction *candidate) {
    uint32_t n = 0;
    for (uint32_t p = 0; p < parts->n; p++)
        if (may_seed(&parts->part[p], &fact[p]) && is_promising(census, fact[p].chance, fact[p].keys) && n < CANDIDATES_MAX)
            candidate[n++] = (ck_conjunction){1, {p}};
    for (uint32_t p = 0; p < parts->n; p++)
        for (uint32_t q = p + 1; q < parts->n; q++)
            if (may_seed(&parts->part[p], &fact[p]) && may_seed(&parts->part[q], &fact[q]) && ck_parts_agree(&parts->part[p], &parts->part[q]) &&
                is_promising(census, fact[p].chance * fact[q].chance, fact[p].keys * fact[q].keys) && n < CANDIDATES_MAX)
                candidate[n++] = (ck_conjunction){2, {p, q}};
    return n;
}

/* Is there room for one more seed of these groups, when each pair of groups may have `most`? */
static bool has_room(const ck_key_parts *parts, const ck_learned *learned, const ck_conjunction *candidate, uint32_t most) {
    uint32_t n = 0;
    for (uint32_t s = 0; s < learned->nseeds; s++) {
        const ck_conjunction *seed = &learned->seed[s];
        bool same = seed->n == candidate->n;
        for (uint32_t i = 0; same && i < seed->n; i++)
            same = parts->part[seed->part[i]].group == parts->part[candidate->part[i]].group;
        n += same;
    }
    return n < most && learned->nseeds < CK_SEEDS_MAX;
}

/* Seeds of as many pairs of groups as there is room for: one of each, then two of each, and so on. */
static void take_seeds(const ck_key_parts *parts, const ck_conjunction *candidate, bool *fits, const double *of, uint32_t n, ck_learned *learned,
                       double *partners) {
    for (uint32_t most = 1; most <= CK_SEEDS_MAX; most++)
        for (uint32_t k = 0; k < n; k++)
            if (fits[k] && has_room(parts, learned, &candidate[k], most)) {
                learned->seed[learned->nseeds++] = candidate[k];
                *partners += of[k];
                fits[k] = false;
            }
}

ck_status ck_seeds_choose(ck_error *error, const ck_key_parts *parts, const ck_part_fact *fact, ck_census *census, ck_learned *learned,
                          double *partners) {
    ck_conjunction *candidate = ck_alloc(error, CANDIDATES_MAX, sizeof *candidate);
    ck_key_count *count = ck_alloc_zero(error, CANDIDATES_MAX, sizeof *count);
    bool fits[CANDIDATES_MAX];
    double of[CANDIDATES_MAX];
    uint32_t n = candidate ? list_candidates(parts, fact, census, candidate) : 0;
    *partners = 0;
    if (ck_par_agree(census->comm, error) == CK_OK && ck_census_take(census, error, candidate, n, CAP, count, NULL) == CK_OK) {
        for (uint32_t k = 0; k < n; k++) {
            of[k] = (double)count[k].partners[CAP_PLACE] / (double)census->sample->n;
            double pairs = of[k] / 2 * (double)census->people->records;
            fits[k] = pairs >= PAIRS_LEAST && of[k] / 2 <= pairs_most;
        }
        take_seeds(parts, candidate, fits, of, n, learned, partners);
    }
    for (uint32_t k = 0; count && k < n; k++)
        ck_free(count[k].size);
    ck_free(count);
    ck_free(candidate);
    return error->status;
}

/* ---- their pairs, on rank 0 ---- */

typedef struct seed_pair {
    uint32_t a, b; /* record numbers, a of the sample */
    uint64_t mask;
} seed_pair;

static int compare_pairs(const void *x, const void *y) {
    const seed_pair *a = x, *b = y;
    return (a->b > b->b) - (a->b < b->b);
}

/* Partners of record i under every seed, from at[s] on; a pair that its other record will bring as well is left to the lower one. */
static ck_status take_partners(ck_error *error, const ck_partner_list *list, uint32_t nseeds, const ck_sample *sample, const bool *sampled,
                               uint32_t i, size_t *at, seed_pair **pair, size_t *room, size_t *n) {
    size_t first = *n, to;
    for (uint32_t s = 0; s < nseeds; s++)
        for (; at[s] < list[s].n && list[s].partner[at[s]].sampled == i; at[s]++) {
            uint32_t other = list[s].partner[at[s]].record;
            if (sampled[other] && other < sample->record[i])
                continue;
            if (ck_grow(error, pair, room, *n + 1, sizeof **pair) != CK_OK)
                return error->status;
            (*pair)[(*n)++] = (seed_pair){sample->record[i], other, UINT64_C(1) << s};
        }
    qsort(*pair + first, *n - first, sizeof **pair, compare_pairs);
    to = first;
    for (size_t k = first; k < *n; k++)
        if (to > first && (*pair)[to - 1].b == (*pair)[k].b)
            (*pair)[to - 1].mask |= (*pair)[k].mask;
        else
            (*pair)[to++] = (*pair)[k];
    *n = to;
    return CK_OK;
}

static ck_status unite_lists(ck_error *error, const ck_partner_list *list, uint32_t nseeds, const ck_sample *sample, uint64_t records,
                             seed_pair **pair, size_t *n) {
    size_t at[CK_SEEDS_MAX] = {0}, room = 0;
    bool *sampled = ck_alloc_zero(error, records, sizeof *sampled);
    *n = 0;
    for (uint32_t i = 0; sampled && i < sample->n; i++)
        sampled[sample->record[i]] = true;
    for (uint32_t i = 0; i < sample->n && error->status == CK_OK; i++)
        take_partners(error, list, nseeds, sample, sampled, i, at, pair, &room, n);
    ck_free(sampled);
    return error->status;
}

/* place[record] = 1 + its place in the list of records that pairs have. */
static ck_status place_records(ck_error *error, const seed_pair *pair, size_t n, uint64_t records, uint32_t **place, uint32_t **list, uint64_t *m) {
    *m = 0;
    *place = ck_alloc_zero(error, records, sizeof **place);
    for (size_t k = 0; *place && k < n; k++)
        (*place)[pair[k].a] = (*place)[pair[k].b] = 1;
    for (uint64_t r = 0; *place && r < records; r++)
        *m += (*place)[r];
    if (!*place || !(*list = ck_alloc(error, *m, sizeof **list)))
        return error->status;
    *m = 0;
    for (uint64_t r = 0; r < records; r++)
        if ((*place)[r]) {
            (*list)[*m] = (uint32_t)r;
            (*place)[r] = (uint32_t)++*m;
        }
    return CK_OK;
}

static ck_status place_pairs(ck_error *error, const seed_pair *pair, size_t n, const uint32_t *place, ck_learned *learned) {
    learned->npairs = n;
    learned->a = ck_alloc(error, n, sizeof *learned->a);
    learned->b = ck_alloc(error, n, sizeof *learned->b);
    learned->mask = ck_alloc(error, n, sizeof *learned->mask);
    for (size_t k = 0; error->status == CK_OK && k < n; k++) {
        /* l is the lower record of a pair. */
        uint32_t a = pair[k].a < pair[k].b ? pair[k].a : pair[k].b, b = pair[k].a < pair[k].b ? pair[k].b : pair[k].a;
        learned->a[k] = place[a] - 1;
        learned->b[k] = place[b] - 1;
        learned->mask[k] = pair[k].mask;
    }
    return error->status;
}

/* Lists on rank 0 to pairs with their records' codes. */
static ck_status fetch_pairs(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_sample *sample, const ck_partner_list *list,
                             ck_learned *learned) {
    seed_pair *pair = NULL;
    uint32_t *place = NULL, *records = NULL;
    uint64_t m = 0;
    size_t n = 0;
    if (comm->rank == 0 && unite_lists(error, list, learned->nseeds, sample, people->records, &pair, &n) == CK_OK)
        place_records(error, pair, n, people->records, &place, &records, &m);
    if (ck_par_agree(comm, error) == CK_OK && ck_sample_fetch(comm, error, people, records, m, &learned->rows) == CK_OK && comm->rank == 0)
        place_pairs(error, pair, n, place, learned);
    ck_free(records);
    ck_free(place);
    ck_free(pair);
    return ck_par_agree(comm, error);
}

ck_status ck_seeds_pair(const ck_comm *comm, ck_error *error, const ck_choose_input *input, const ck_census *census, double partners,
                        ck_learned *learned, double *share) {
    ck_sample sample = {0};
    ck_census wide = {0};
    ck_partner_list list[CK_SEEDS_MAX] = {0};
    double target = partners > 0 ? PARTNERS_MOST / partners : RECORDS_MOST;
    target = target > RECORDS_MOST ? RECORDS_MOST : target;
    if (ck_sample_draw(comm, error, input->people, (uint64_t)target, input->seed, &sample) == CK_OK) {
        double drawn = input->people->records ? (double)sample.n / (double)input->people->records : 1;
        *share = 1 - (1 - drawn) * (1 - drawn);
        ck_census_open(comm, error, input->people, census->parts, &sample, census->allowed, census->threads, &wide);
        if (ck_par_agree(comm, error) == CK_OK && ck_census_take(&wide, error, learned->seed, learned->nseeds, CAP, NULL, list) == CK_OK)
            fetch_pairs(comm, error, input->people, &sample, list, learned);
    }
    for (uint32_t s = 0; s < CK_SEEDS_MAX; s++)
        ck_free(list[s].partner);
    ck_census_close(&wide);
    ck_sample_free(&sample);
    return error->status;
}
