/* Sweeping: strips of records are turned into lists of who has what, and every key of the sample looks for its block in them. The shortest list
 * of a key's values is walked, and the other values are looked up; a block that has grown above the limit is walked no further. */
#include "choose/sweep.h"
#include "base/memory.h"
#include <omp.h>

void ck_batch_free(ck_batch *b) {
    for (uint32_t t = 0; b->found && t < b->census->threads; t++)
        ck_free(b->found[t].hit);
    for (uint32_t p = 0; b->strip && p < b->census->parts->n; p++)
        ck_strip_free(&b->strip[p]);
    for (uint32_t k = 0; b->probe && k < b->n; k++)
        ck_probe_free(&b->probe[k]);
    for (uint32_t k = 0; b->listed && k < b->n; k++)
        ck_free(b->listed[k]);
    ck_free(b->listed);
    ck_free(b->found);
    ck_free(b->strip);
    ck_free(b->probe);
    ck_free(b->first);
    ck_free(b->used);
    ck_free(b->count);
}

/* ---- what is asked ---- */

static ck_status make_probes(ck_batch *b, ck_error *error) {
    const ck_census *census = b->census;
    b->probe = ck_alloc_zero(error, b->n, sizeof *b->probe);
    b->first = ck_alloc_zero(error, b->n + 1, sizeof *b->first);
    b->used = ck_alloc_zero(error, census->parts->n, sizeof *b->used);
    for (uint32_t k = 0; error->status == CK_OK && k < b->n; k++) {
        const ck_part_values *value[CK_CONJUNCTION_PARTS];
        const ck_sieve *sieve[CK_CONJUNCTION_PARTS];
        for (uint32_t i = 0; i < b->conjunction[k].n; i++) {
            uint32_t p = b->conjunction[k].part[i];
            value[i] = &census->value[p];
            sieve[i] = &census->sieve[p];
            b->used[p] = true;
        }
        if (ck_probe_make(error, value, sieve, b->conjunction[k].n, census->sample->n, &b->probe[k]) == CK_OK)
            b->first[k + 1] = b->first[k] + (uint64_t)b->probe[k].nslots * census->nclasses;
    }
    return error->status;
}

/* Slots of records whose partners are asked for. */
static ck_status mark_listed(ck_batch *b, ck_error *error) {
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

static ck_status take_rooms(ck_batch *b, ck_error *error) {
    b->strip = ck_alloc_zero(error, b->census->parts->n, sizeof *b->strip);
    b->found = ck_alloc_zero(error, b->census->threads, sizeof *b->found);
    if (error->status == CK_OK)
        b->count = ck_alloc_zero(error, b->first[b->n], sizeof *b->count);
    return error->status;
}

/* ---- one strip ---- */

static void keep_hit(ck_hit_list *list, uint32_t conjunction, uint32_t slot, uint32_t record) {
    if (list->n < list->room || ck_grow(&list->error, &list->hit, &list->room, list->n + 1, sizeof *list->hit) == CK_OK)
        list->hit[list->n++] = (ck_hit){conjunction, slot, record};
}

/* A key in the strip: who has each of its values, the shortest list first. */
typedef struct looking {
    uint32_t n;
    const ck_strip *strip[CK_CONJUNCTION_PARTS];
    uint32_t number[CK_CONJUNCTION_PARTS], length[CK_CONJUNCTION_PARTS];
} looking;

static inline void look_up(const ck_batch *b, uint32_t k, uint32_t slot, looking *at) {
    const ck_conjunction *of = &b->conjunction[k];
    at->n = of->n;
    for (uint32_t p = 0; p < of->n; p++) {
        const ck_strip *strip = &b->strip[of->part[p]];
        uint32_t number = b->probe[k].number[slot][p], length = strip->begin[number + 1] - strip->begin[number], to = p;
        for (; to > 0 && at->length[to - 1] > length; to--) {
            at->strip[to] = at->strip[to - 1];
            at->number[to] = at->number[to - 1];
            at->length[to] = at->length[to - 1];
        }
        at->strip[to] = strip;
        at->number[to] = number;
        at->length[to] = length;
    }
}

static inline bool has_others(const looking *at, uint32_t i) {
    return at->n == 1 || (ck_strip_has(at->strip[1], i, at->number[1]) && (at->n == 2 || ck_strip_has(at->strip[2], i, at->number[2])));
}

/* Records of the strip with the slot's key, until the block is above the limit. @return is it not? */
static bool meet(const ck_batch *b, ck_hit_list *found, uint32_t k, uint32_t slot, const uint32_t *class_of, uint64_t begin) {
    looking at;
    look_up(b, k, slot, &at);
    uint64_t nslots = b->probe[k].nslots, *count = b->count + b->first[k] + slot, met = ck_batch_size(b, k, slot);
    bool listed = b->listed && b->listed[k][slot];
    if (at.n == 1 && !listed && !class_of) {
        *count += at.length[0];
        return *count <= b->limit;
    }
    const uint32_t *holder = at.strip[0]->holder + at.strip[0]->begin[at.number[0]];
    for (uint32_t x = 0; x < at.length[0] && met <= b->limit; x++) {
        if (!has_others(&at, holder[x]))
            continue;
        count[class_of ? class_of[begin + holder[x]] * nslots : 0]++;
        met++;
        if (listed)
            keep_hit(found, k, slot, (uint32_t)(b->census->people->begin + begin + holder[x]));
    }
    return met <= b->limit;
}

static void sweep_conjunction(const ck_batch *b, ck_hit_list *found, uint32_t k, const uint32_t *class_of, uint64_t begin) {
    ck_probe *probe = &b->probe[k];
    uint32_t nalive = 0;
    for (uint32_t a = 0; a < probe->nalive; a++) {
        uint32_t slot = probe->alive[a];
        probe->alive[nalive] = slot;
        nalive += meet(b, found, k, slot, class_of, begin);
    }
    probe->nalive = nalive;
}

/* This rank's records of [begin, end) of all. */
static void sweep_strip(ck_batch *b, const uint32_t *const *code, const uint32_t *class_of, uint64_t begin, uint64_t end) {
    const ck_census *census = b->census;
    const ck_people *people = census->people;
    begin = (begin > people->begin ? begin : people->begin) - people->begin;
    end = (end < people->end ? end : people->end) - people->begin;
#pragma omp parallel for num_threads(census->threads) schedule(dynamic, 1)
    for (uint32_t p = 0; p < census->parts->n; p++)
        if (b->used[p])
            ck_strip_fill(&b->found[omp_get_thread_num()].error, &census->parts->part[p], &census->sieve[p], code, begin, end, &b->strip[p]);
    for (uint32_t t = 0; t < census->threads; t++)
        if (b->found[t].error.status != CK_OK)
            return;
#pragma omp parallel for num_threads(census->threads) schedule(dynamic, 1)
    for (uint32_t k = 0; k < b->n; k++)
        sweep_conjunction(b, &b->found[omp_get_thread_num()], k, class_of, begin);
}

/* ---- all strips ---- */

static ck_status list_classes(const ck_census *census, ck_error *error, uint32_t **class_of) {
    const ck_people *people = census->people;
    *class_of = NULL;
    if (census->nclasses == 1 || !(*class_of = ck_alloc(error, people->end - people->begin, sizeof **class_of)))
        return error->status;
    for (uint64_t r = people->begin; r < people->end; r++)
        (*class_of)[r - people->begin] = ck_people_source_of(people, r);
    return CK_OK;
}

static void sweep_all(ck_batch *b, const uint32_t *const *code, const uint32_t *class_of) {
    const ck_census *census = b->census;
    const ck_people *people = census->people;
    uint64_t length = census->stride > 1 ? CK_CENSUS_RUN : CK_CENSUS_STRIP, step = length * census->stride;
    for (uint64_t begin = people->begin / step * step; begin < people->end; begin += step)
        if (begin + length > people->begin)
            sweep_strip(b, code, class_of, begin, begin + length);
}

/* The counts of all ranks. */
static ck_status sum_counts(ck_batch *b, ck_error *error) {
    for (uint32_t t = 0; t < b->census->threads; t++)
        if (b->found[t].error.status != CK_OK)
            ck_fail(error, b->found[t].error.status, "%s", b->found[t].error.text);
    if (ck_par_agree(b->census->comm, error) == CK_OK)
        ck_par_sum(b->census->comm, b->count, b->first[b->n]);
    return error->status;
}

ck_status ck_batch_sweep(ck_batch *b, ck_error *error, bool listing) {
    const ck_people *people = b->census->people;
    uint32_t *class_of = NULL;
    const uint32_t **code = ck_alloc(error, people->ncolumns, sizeof *code);
    for (uint32_t c = 0; code && c < people->ncolumns; c++)
        code[c] = people->column[c].code;
    if (error->status == CK_OK && make_probes(b, error) == CK_OK && take_rooms(b, error) == CK_OK && (!listing || mark_listed(b, error) == CK_OK))
        list_classes(b->census, error, &class_of);
    if (ck_par_agree(b->census->comm, error) == CK_OK) {
        sweep_all(b, code, class_of);
        sum_counts(b, error);
    }
    ck_free(class_of);
    ck_free(code);
    return error->status;
}
