#include "cluster/spread.h"
#include "base/memory.h"
#include "base/stop.h"
#include "cluster/cluster.h"
#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* The components of all records, on every rank, and what this rank is to do of them. */
typedef struct spread {
    const ck_comm *comm;
    const ck_person_limits *limits;
    uint64_t records, components;
    uint32_t *component;        /* [records] */
    uint64_t *start;            /* [components + 1] into member */
    uint32_t *member;           /* [records] by (component, record) */
    uint32_t *place;            /* [records] of the record among its component's members */
    uint64_t *npairs;           /* [components] over all ranks */
    uint64_t begin, end;        /* this rank's components */
    uint64_t *pair_start;       /* [end - begin + 1] into pair */
    ck_weighed_pair *pair;
} spread;

ck_status ck_gather_persons(const ck_comm *comm, ck_error *error, const ck_index *index, uint32_t **person) {
    uint64_t *offset = NULL;
    void *all = NULL;
    ck_par_gather_all(comm, error, index->person, index->person ? (index->end - index->begin) * sizeof *index->person : 0, &all, &offset);
    ck_free(offset);
    *person = all;
    return error->status;
}

static ck_status find_components(spread *s, ck_error *error, const ck_links *pairs) {
    ck_index index = {0};
    if (ck_cluster_connected(s->comm, error, s->records, NULL, pairs, s->limits->threshold_log2, &index) == CK_OK)
        ck_gather_persons(s->comm, error, &index, &s->component);
    s->components = index.persons;
    ck_index_free(&index);
    return error->status;
}

static void list_members(spread *s) {
    for (uint64_t i = 0; i < s->records; i++)
        s->start[s->component[i] + 1]++;
    for (uint64_t c = 0; c < s->components; c++)
        s->start[c + 1] += s->start[c];
    for (uint64_t i = 0; i < s->records; i++) {
        uint64_t *next = &s->start[s->component[i]];
        s->place[i] = (uint32_t)(*next);
        s->member[(*next)++] = (uint32_t)i;
    }
    for (uint64_t c = s->components; c > 0; c--)
        s->start[c] = s->start[c - 1];
    s->start[0] = 0;
    for (uint64_t i = 0; i < s->records; i++)
        s->place[i] -= (uint32_t)s->start[s->component[i]];
}

static bool is_inside(const spread *s, const ck_links *pairs, uint64_t i) {
    return s->component[pairs->a[i]] == s->component[pairs->b[i]];
}

static ck_status take_stock(spread *s, ck_error *error, const ck_links *pairs) {
    s->start = ck_alloc_zero(error, s->components + 1, sizeof *s->start);
    s->npairs = ck_alloc_zero(error, s->components, sizeof *s->npairs);
    s->member = ck_alloc(error, s->records, sizeof *s->member);
    s->place = ck_alloc(error, s->records, sizeof *s->place);
    if (ck_par_agree(s->comm, error) != CK_OK)
        return error->status;
    list_members(s);
    for (uint64_t i = 0; i < pairs->n; i++)
        if (is_inside(s, pairs, i))
            s->npairs[s->component[pairs->a[i]]]++;
    ck_par_sum(s->comm, s->npairs, s->components);
    return CK_OK;
}

/* Components are cut into runs of about as many pairs: first[r] is rank r's first. */
static void share_out(const spread *s, uint64_t *first) {
    uint64_t total = 0, before = 0, size = (uint64_t)s->comm->size, r = 0;
    for (uint64_t c = 0; c < s->components; c++)
        total += s->npairs[c];
    for (uint64_t c = 0; c < s->components; c++) {
        for (; r <= before * size / (total + 1); r++)
            first[r] = c;
        before += s->npairs[c];
    }
    for (; r <= size; r++)
        first[r] = s->components;
}

static uint64_t find_owner(const uint64_t *first, uint64_t size, uint64_t component) {
    uint64_t low = 0, high = size - 1;
    while (low < high) {
        uint64_t middle = low + (high - low + 1) / 2;
        if (first[middle] <= component)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* A pair on its way, by record numbers. */
static ck_status exchange_pairs(spread *s, ck_error *error, const ck_links *pairs, const uint64_t *first, ck_weighed_pair **received,
                                uint64_t *n) {
    size_t size = (size_t)s->comm->size;
    uint64_t *bytes = ck_alloc_zero(error, 2 * size, sizeof *bytes), *next = ck_alloc_zero(error, size + 1, sizeof *next);
    ck_weighed_pair *send = NULL;
    void *all = NULL;
    for (uint64_t i = 0; bytes && next && i < pairs->n; i++)
        if (is_inside(s, pairs, i))
            bytes[find_owner(first, size, s->component[pairs->a[i]])] += sizeof *send;
    if (error->status == CK_OK) {
        for (size_t r = 0; r < size; r++)
            next[r + 1] = next[r] + bytes[r] / sizeof *send;
        send = ck_alloc(error, next[size], sizeof *send);
    }
    for (uint64_t i = 0; send && i < pairs->n; i++)
        if (is_inside(s, pairs, i))
            send[next[find_owner(first, size, s->component[pairs->a[i]])]++] =
                (ck_weighed_pair){pairs->a[i], pairs->b[i], pairs->weight[i]};
    if (ck_par_agree(s->comm, error) == CK_OK && ck_par_exchange(s->comm, error, send, bytes, &all, bytes + size) == CK_OK)
        for (size_t r = 0; r < size; r++)
            *n += bytes[size + r] / sizeof *send;
    *received = all;
    ck_free(send);
    ck_free(next);
    ck_free(bytes);
    return error->status;
}

/* This rank's pairs by component, now by places. */
static ck_status sort_pairs(spread *s, ck_error *error, const ck_weighed_pair *received, uint64_t n) {
    s->pair_start = ck_alloc_zero(error, s->end - s->begin + 1, sizeof *s->pair_start);
    s->pair = ck_alloc(error, n, sizeof *s->pair);
    if (error->status != CK_OK)
        return error->status;
    uint64_t at = 0;
    for (uint64_t c = s->begin; c < s->end; c++) {
        s->pair_start[c - s->begin] = at;
        at += s->npairs[c];
    }
    for (uint64_t i = 0; i < n; i++) {
        const ck_weighed_pair *p = &received[i];
        s->pair[s->pair_start[s->component[p->a] - s->begin]++] = (ck_weighed_pair){s->place[p->a], s->place[p->b], p->weight};
    }
    for (uint64_t c = s->end - s->begin; c > 0; c--)
        s->pair_start[c] = s->pair_start[c - 1];
    s->pair_start[0] = 0;
    return CK_OK;
}

static ck_status bring_pairs(spread *s, ck_error *error, const ck_links *pairs) {
    uint64_t n = 0;
    ck_weighed_pair *received = NULL;
    uint64_t *first = ck_alloc_zero(error, (size_t)s->comm->size + 1, sizeof *first);
    if (ck_par_agree(s->comm, error) == CK_OK) {
        share_out(s, first);
        s->begin = first[s->comm->rank];
        s->end = first[s->comm->rank + 1];
        if (exchange_pairs(s, error, pairs, first, &received, &n) == CK_OK)
            sort_pairs(s, error, received, n);
    }
    ck_free(received);
    ck_free(first);
    return ck_par_agree(s->comm, error);
}

/* The kernel on this rank's components; root[member place] as record numbers. */
static void run_component(const spread *s, ck_component_kernel *kernel, ck_component_space *space, uint64_t c, uint32_t *local,
                          uint32_t *root) {
    uint64_t from = s->pair_start[c - s->begin], members = s->start[c];
    ck_component component = {.n = (uint32_t)(s->start[c + 1] - members), .member = s->member + members,
                              .npairs = s->pair_start[c - s->begin + 1] - from, .pair = s->pair + from};
    if (component.n < 2 || space->error.status != CK_OK || ck_stop_requested())
        return;
    if (s->limits->sort)
        ck_component_keep_best(&component);
    kernel(space, s->limits, &component, local + members);
    for (uint32_t i = 0; i < component.n; i++)
        root[component.member[i]] = component.member[local[members + i]];
}

static int by_falling_weight(const void *x, const void *y) {
    const ck_tie *p = x, *q = y;
    if (p->weight != q->weight)
        return p->weight > q->weight ? -1 : 1;
    if (p->set != q->set)
        return p->set < q->set ? -1 : 1;
    return p->a != q->a ? (p->a > q->a) - (p->a < q->a) : (p->b > q->b) - (p->b < q->b);
}

/* The ties of this rank's threads, and of all ranks, to rank 0. */
static ck_status gather_ties(const spread *s, ck_error *error, const ck_component_space *space, uint32_t threads, ck_ties *ties) {
    uint64_t n = 0, *offset = NULL;
    void *all = NULL;
    for (uint32_t t = 0; space && t < threads; t++)
        n += space[t].ties;
    ck_tie *mine = ck_alloc(error, n, sizeof *mine);
    n = 0;
    for (uint32_t t = 0; mine && space && t < threads; t++)
        for (uint64_t i = 0; i < space[t].ties; i++)
            mine[n++] = space[t].tie[i];
    if (ck_par_gather(s->comm, error, mine, n * sizeof *mine, &all, &offset) == CK_OK && s->comm->rank == 0)
        qsort(all, offset[s->comm->size] / sizeof *mine, sizeof *mine, by_falling_weight);
    ck_par_sum(s->comm, &n, 1);
    *ties = (ck_ties){n, all};
    ck_free(offset);
    ck_free(mine);
    return error->status;
}

static ck_status run_kernel(const spread *s, ck_error *error, uint32_t threads, ck_component_kernel *kernel, uint32_t *root, ck_ties *ties) {
    ck_component_space *space = ck_alloc_zero(error, threads, sizeof *space);
    uint32_t *local = ck_alloc(error, s->records, sizeof *local);
    if (error->status == CK_OK) {
#pragma omp parallel for num_threads(threads) schedule(dynamic, 256)
        for (uint64_t c = s->begin; c < s->end; c++)
            run_component(s, kernel, &space[omp_get_thread_num()], c, local, root);
    }
    ck_stop_check(error); /* components may have been left out */
    for (uint32_t t = 0; space && t < threads; t++)
        if (space[t].error.status != CK_OK)
            ck_fail(error, space[t].error.status, "%s", space[t].error.text);
    gather_ties(s, error, space, threads, ties);
    for (uint32_t t = 0; space && t < threads; t++)
        ck_component_space_free(&space[t]);
    ck_free(local);
    ck_free(space);
    return ck_par_agree(s->comm, error);
}

/* Every rank hears of the records that are not their own root. */
static ck_status share_roots(const spread *s, ck_error *error, uint32_t *root) {
    typedef struct branch {
        uint32_t record, root;
    } branch;
    uint64_t *offset = NULL, n = 0, begin = s->start[s->begin], end = s->start[s->end];
    void *all = NULL;
    branch *mine = s->comm->size > 1 ? ck_alloc(error, end - begin, sizeof *mine) : NULL;
    for (uint64_t k = begin; mine && k < end; k++)
        if (root[s->member[k]] != s->member[k])
            mine[n++] = (branch){s->member[k], root[s->member[k]]};
    if (s->comm->size > 1 && ck_par_gather_all(s->comm, error, mine, n * sizeof *mine, &all, &offset) == CK_OK)
        for (uint64_t i = 0; i < offset[s->comm->size] / sizeof *mine; i++)
            root[((branch *)all)[i].record] = ((branch *)all)[i].root;
    ck_free(offset);
    ck_free(all);
    ck_free(mine);
    return error->status;
}

ck_status ck_spread_components(const ck_comm *comm, ck_error *error, const ck_person_limits *limits, const ck_links *pairs, uint32_t threads,
                               ck_component_kernel *kernel, uint32_t *root, ck_ties *ties) {
    spread s = {.comm = comm, .limits = limits, .records = limits->sort ? limits->units : limits->people->records};
    for (uint64_t i = 0; i < s.records; i++)
        root[i] = (uint32_t)i;
    ck_free(ties->tie);
    *ties = (ck_ties){0};
    if (find_components(&s, error, pairs) == CK_OK && take_stock(&s, error, pairs) == CK_OK && bring_pairs(&s, error, pairs) == CK_OK &&
        run_kernel(&s, error, threads, kernel, root, ties) == CK_OK)
        share_roots(&s, error, root);
    ck_free(s.component);
    ck_free(s.start);
    ck_free(s.member);
    ck_free(s.place);
    ck_free(s.npairs);
    ck_free(s.pair_start);
    ck_free(s.pair);
    return error->status;
}
