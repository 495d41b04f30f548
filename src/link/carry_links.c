#include "link/carry_links.h"
#include "base/memory.h"
#include "link/sort_links.h"

/* Link k of the old file as it is now; false when one of its records is gone or changed. */
static bool take_link(const ck_links *old, uint64_t k, const uint32_t *record, ck_link_item *item) {
    uint32_t a = record[old->a[k]], b = record[old->b[k]];
    *item = (ck_link_item){a < b ? a : b, a < b ? b : a, old->weight[k], old->pattern[k], old->rule[k]};
    return a != UINT32_MAX && b != UINT32_MAX;
}

/* The links of the old file that hold, this rank's share of them. */
static ck_status take_links(ck_error *error, const ck_links *old, const uint32_t *record, ck_link_item **items, uint64_t *n) {
    ck_link_item item;
    *n = 0;
    for (uint64_t k = 0; k < old->n; k++)
        *n += take_link(old, k, record, &item);
    *items = ck_alloc(error, *n, sizeof **items);
    for (uint64_t k = 0, to = 0; *items && k < old->n; k++)
        if (take_link(old, k, record, &item))
            (*items)[to++] = item;
    return error->status;
}

/* Items in order of the rank that owns their a; the bytes for each. */
static ck_status order_by_owner(const ck_comm *comm, ck_error *error, const ck_link_item *items, uint64_t n, uint64_t records,
                                ck_link_item **ordered, uint64_t *bytes) {
    uint64_t *at = ck_alloc_zero(error, (size_t)comm->size + 1, sizeof *at);
    *ordered = ck_alloc(error, n, sizeof **ordered);
    if (error->status == CK_OK) {
        for (uint64_t k = 0; k < n; k++)
            at[ck_par_owner(comm, records, items[k].a) + 1]++;
        for (int d = 0; d < comm->size; d++) {
            bytes[d] = at[d + 1] * sizeof **ordered;
            at[d + 1] += at[d];
        }
        for (uint64_t k = 0; k < n; k++)
            (*ordered)[at[ck_par_owner(comm, records, items[k].a)]++] = items[k];
    }
    ck_free(at);
    return error->status;
}

/* Items to the ranks that own their first records; those of one rank are there. Takes `*items`. Collective. */
static ck_status send_home(const ck_comm *comm, ck_error *error, ck_link_item **items, uint64_t n, uint64_t records, ck_link_item **came, uint64_t *ncame) {
    ck_link_item *ordered = NULL;
    uint64_t *bytes = ck_alloc_zero(error, 2 * (size_t)comm->size, sizeof *bytes);
    *came = NULL;
    *ncame = 0;
    if (comm->size == 1 && !error->status) {
        *came = *items;
        *ncame = n;
        *items = NULL;
    } else if (!error->status)
        order_by_owner(comm, error, *items, n, records, &ordered, bytes);
    ck_free(*items);
    *items = NULL;
    if (ck_par_agree(comm, error) == CK_OK && comm->size > 1 &&
        ck_par_exchange(comm, error, ordered, bytes, (void **)came, bytes + comm->size) == CK_OK)
        for (int d = 0; d < comm->size; d++)
            *ncame += bytes[comm->size + d] / sizeof **came;
    ck_free(ordered);
    ck_free(bytes);
    return error->status;
}

/* Those that came and those there are, sorted. Takes `came`. */
static ck_status join(const ck_comm *comm, ck_error *error, ck_link_item *came, uint64_t ncame, uint64_t records, ck_links *links) {
    ck_links all = {.model = links->model, .stamp = links->stamp};
    ck_link_item *item = came;
    size_t room = ncame;
    if (links->n && ck_grow(error, &item, &room, ncame + links->n, sizeof *item) == CK_OK)
        for (uint64_t k = 0; k < links->n; k++)
            item[ncame + k] = (ck_link_item){links->a[k], links->b[k], links->weight[k], links->pattern[k], links->rule[k]};
    if (!error->status)
        ck_sort_items(error, item, ncame + links->n, ck_par_share(comm, records, comm->rank), ck_par_share(comm, records, comm->rank + 1), &all);
    ck_free(item);
    links->model = links->stamp = NULL;
    ck_links_free(links);
    *links = all;
    return error->status;
}

/* Collective. */
static ck_status bring_home(const ck_comm *comm, ck_error *error, ck_link_item *items, uint64_t n, uint64_t records, ck_links *links, uint64_t *came) {
    ck_link_item *home = NULL;
    *came = 0;
    if (send_home(comm, error, &items, n, records, &home, came) == CK_OK)
        join(comm, error, home, *came, records, links);
    if (ck_par_agree(comm, error))
        return error->status;
    ck_par_sum(comm, came, 1);
    links->total = links->n;
    ck_par_sum(comm, &links->total, 1);
    links->begin = ck_par_sum_before(comm, links->n);
    return CK_OK;
}

ck_status ck_links_bring_home(const ck_comm *comm, ck_error *error, ck_link_item *items, uint64_t n, uint64_t records, ck_links *links) {
    uint64_t came;
    *links = (ck_links){0};
    return bring_home(comm, error, items, n, records, links, &came);
}

ck_status ck_links_carry(const ck_comm *comm, ck_error *error, const char *path, const uint32_t *record, uint64_t records, ck_links *links,
                         uint64_t *carried) {
    ck_links old = {0};
    ck_link_item *items = NULL;
    uint64_t n = 0;
    *carried = 0;
    if (ck_links_open(comm, error, path, &old) == CK_OK)
        take_links(error, &old, record, &items, &n);
    ck_links_free(&old);
    return bring_home(comm, error, items, n, records, links, carried);
}
