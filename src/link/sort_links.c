#include "link/sort_links.h"
#include <stdlib.h>
#include <string.h>

static int compare_b(const void *x, const void *y) {
    const ck_link_item *a = x, *b = y;
    return (a->b > b->b) - (a->b < b->b);
}

/* All workers' links in one array, ordered by destination rank. */
static ck_status collect(const ck_comm *comm, ck_error *error, uint64_t records, ck_worker *const *worker, uint32_t nworkers,
                         ck_link_item **items, uint64_t *send_bytes) {
    uint64_t total = 0, *at = ck_alloc_zero(error, (size_t)comm->size + 1, sizeof *at);
    for (uint32_t t = 0; t < nworkers; t++)
        total += worker[t]->nlinks;
    *items = ck_alloc(error, total, sizeof **items);
    if (error->status == CK_OK) {
        for (uint32_t t = 0; t < nworkers; t++)
            for (size_t k = 0; k < worker[t]->nlinks; k++)
                at[ck_par_owner(comm, records, worker[t]->link[k].a) + 1]++;
        for (int d = 0; d < comm->size; d++) {
            send_bytes[d] = at[d + 1] * sizeof **items;
            at[d + 1] += at[d];
        }
        for (uint32_t t = 0; t < nworkers; t++) {
            for (size_t k = 0; k < worker[t]->nlinks; k++)
                (*items)[at[ck_par_owner(comm, records, worker[t]->link[k].a)]++] = worker[t]->link[k];
            ck_free(worker[t]->link);
            worker[t]->link = NULL;
            worker[t]->nlinks = worker[t]->links_room = 0;
        }
    }
    ck_free(at);
    return error->status;
}

/* Counting sort by a over [begin, end), then each a's few by b. */
static ck_status sort_items(ck_error *error, const ck_link_item *from, uint64_t n, uint64_t begin, uint64_t end, ck_link_item **sorted) {
    uint64_t *at = ck_alloc_zero(error, end - begin + 2, sizeof *at);
    ck_link_item *to = ck_alloc(error, n, sizeof *to);
    if (error->status == CK_OK) {
        for (uint64_t k = 0; k < n; k++)
            at[from[k].a - begin + 2]++;
        for (uint64_t a = 2; a <= end - begin + 1; a++)
            at[a] += at[a - 1];
        for (uint64_t k = 0; k < n; k++)
            to[at[from[k].a - begin + 1]++] = from[k];
        for (uint64_t a = 0; a < end - begin; a++)
            if (at[a + 1] - at[a] > 1)
                qsort(to + at[a], at[a + 1] - at[a], sizeof *to, compare_b);
    }
    ck_free(at);
    *sorted = to;
    return error->status;
}

static ck_status split_items(ck_error *error, const ck_link_item *item, uint64_t n, ck_links *links) {
    links->n = n;
    links->a = ck_alloc(error, n, sizeof *links->a);
    links->b = ck_alloc(error, n, sizeof *links->b);
    links->weight = ck_alloc(error, n, sizeof *links->weight);
    links->pattern = ck_alloc(error, n, sizeof *links->pattern);
    links->rule = ck_alloc(error, n, sizeof *links->rule);
    for (uint64_t k = 0; error->status == CK_OK && k < n; k++) {
        links->a[k] = item[k].a;
        links->b[k] = item[k].b;
        links->weight[k] = item[k].weight;
        links->pattern[k] = item[k].pattern;
        links->rule[k] = (uint8_t)item[k].rule;
    }
    return error->status;
}

ck_status ck_sort_items(ck_error *error, const ck_link_item *item, uint64_t n, uint64_t begin, uint64_t end, ck_links *links) {
    ck_link_item *sorted = NULL;
    if (sort_items(error, item, n, begin, end, &sorted) == CK_OK)
        split_items(error, sorted, n, links);
    ck_free(sorted);
    return error->status;
}

ck_status ck_sort_links(const ck_comm *comm, ck_error *error, uint64_t records, ck_worker *const *worker, uint32_t nworkers,
                        ck_links *links) {
    ck_link_item *items = NULL, *received = NULL;
    uint64_t n = 0, *bytes = ck_alloc_zero(error, 2 * (size_t)comm->size, sizeof *bytes);
    *links = (ck_links){0};
    if (bytes)
        collect(comm, error, records, worker, nworkers, &items, bytes);
    if (ck_par_agree(comm, error) != CK_OK)
        goto done;
    if (ck_par_exchange(comm, error, items, bytes, (void **)&received, bytes + comm->size) != CK_OK)
        goto done;
    ck_free(items);
    items = NULL;
    for (int d = 0; d < comm->size; d++)
        n += bytes[comm->size + d] / sizeof *received;
    ck_sort_items(error, received, n, ck_par_share(comm, records, comm->rank), ck_par_share(comm, records, comm->rank + 1), links);
    uint64_t total = n;
    if (ck_par_agree(comm, error) == CK_OK) {
        ck_par_sum(comm, &total, 1);
        links->total = total;
        links->begin = ck_par_sum_before(comm, n);
    }
done:
    ck_free(items);
    ck_free(received);
    ck_free(bytes);
    return error->status;
}
