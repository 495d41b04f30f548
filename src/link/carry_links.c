#include "link/carry_links.h"
#include "base/memory.h"
#include "link/sort_links.h"
#include <string.h>

/* Link k of the old file as it is now; false when one of its records is gone or changed. */
static bool take_link(const ck_links *old, uint64_t k, const uint32_t *record, ck_link_item *item) {
    uint32_t a = record[old->a[k]], b = record[old->b[k]];
    *item = (ck_link_item){a < b ? a : b, a < b ? b : a, old->weight[k], old->pattern[k], old->rule[k]};
    return a != UINT32_MAX && b != UINT32_MAX;
}

/* Items in order of the rank that owns their a. */
static ck_status order_by_owner(const ck_comm *comm, ck_error *error, const ck_links *old, const uint32_t *record, uint64_t records,
                                ck_link_item **items, uint64_t *bytes) {
    uint64_t *at = ck_alloc_zero(error, (size_t)comm->size + 1, sizeof *at), n = 0;
    ck_link_item item;
    for (uint64_t k = 0; at && k < old->n; k++)
        if (take_link(old, k, record, &item)) {
            at[ck_par_owner(comm, records, item.a) + 1]++;
            n++;
        }
    *items = ck_alloc(error, n, sizeof **items);
    for (int d = 0; !error->status && d < comm->size; d++) {
        bytes[d] = at[d + 1] * sizeof **items;
        at[d + 1] += at[d];
    }
    for (uint64_t k = 0; !error->status && k < old->n; k++)
        if (take_link(old, k, record, &item))
            (*items)[at[ck_par_owner(comm, records, item.a)]++] = item;
    ck_free(at);
    return error->status;
}

/* Those that came and those there are, sorted. */
static ck_status join(const ck_comm *comm, ck_error *error, const ck_link_item *came, uint64_t ncame, uint64_t records, ck_links *links) {
    ck_links all = {.model = links->model, .stamp = links->stamp};
    ck_link_item *item = ck_alloc(error, ncame + links->n, sizeof *item);
    if (item && ncame)
        memcpy(item, came, ncame * sizeof *item);
    for (uint64_t k = 0; item && k < links->n; k++)
        item[ncame + k] = (ck_link_item){links->a[k], links->b[k], links->weight[k], links->pattern[k], links->rule[k]};
    if (!error->status)
        ck_sort_items(error, item, ncame + links->n, ck_par_share(comm, records, comm->rank), ck_par_share(comm, records, comm->rank + 1), &all);
    ck_free(item);
    links->model = links->stamp = NULL;
    ck_links_free(links);
    *links = all;
    return error->status;
}

ck_status ck_links_carry(const ck_comm *comm, ck_error *error, const char *path, const uint32_t *record, uint64_t records, ck_links *links,
                         uint64_t *carried) {
    ck_links old = {0};
    ck_link_item *items = NULL, *came = NULL;
    uint64_t *bytes = ck_alloc_zero(error, 2 * (size_t)comm->size, sizeof *bytes);
    *carried = 0;
    if (ck_par_agree(comm, error) == CK_OK && ck_links_open(comm, error, path, &old) == CK_OK)
        order_by_owner(comm, error, &old, record, records, &items, bytes);
    ck_links_free(&old);
    if (ck_par_agree(comm, error) == CK_OK && ck_par_exchange(comm, error, items, bytes, (void **)&came, bytes + comm->size) == CK_OK) {
        ck_free(items);
        items = NULL;
        for (int d = 0; d < comm->size; d++)
            *carried += bytes[comm->size + d] / sizeof *came;
        join(comm, error, came, *carried, records, links);
    }
    ck_free(came);
    ck_free(items);
    ck_free(bytes);
    if (ck_par_agree(comm, error))
        return error->status;
    ck_par_sum(comm, carried, 1);
    links->total = links->n;
    ck_par_sum(comm, &links->total, 1);
    links->begin = ck_par_sum_before(comm, links->n);
    return CK_OK;
}
