/* What a method can use of a file's links, so that the rest need not be held: links between components, below the grey ones, decide nothing. */
#include "base/memory.h"
#include "cluster/cluster.h"
#include "cluster/inside.h"
#include "cluster/spread.h"
#include <math.h>

/* component: [records] at the threshold, or NULL where only links at or above it count. */
typedef struct sieve {
    const uint32_t *component;
    double threshold, grey_above;
    size_t room[3];
} sieve;

static bool is_needed(const sieve *s, const ck_links *links, uint64_t i) {
    double weight = links->weight[i];
    return weight >= s->threshold || weight > s->grey_above || (s->component && s->component[links->a[i]] == s->component[links->b[i]]);
}

/* One slice. A slice is small beside what is kept, so room is made for all of it at once. */
static void keep_needed(ck_error *error, sieve *s, const ck_links *links, uint64_t records, ck_links *needed) {
    size_t most = needed->n + links->n;
    if (error->status != CK_OK || ck_links_check(error, links, records) != CK_OK ||
        ck_grow(error, &needed->a, &s->room[0], most, sizeof *needed->a) != CK_OK ||
        ck_grow(error, &needed->b, &s->room[1], most, sizeof *needed->b) != CK_OK ||
        ck_grow(error, &needed->weight, &s->room[2], most, sizeof *needed->weight) != CK_OK)
        return;
    for (uint64_t i = 0; i < links->n; i++)
        if (is_needed(s, links, i)) {
            needed->a[needed->n] = links->a[i];
            needed->b[needed->n] = links->b[i];
            needed->weight[needed->n++] = links->weight[i];
        }
}

static ck_status find_components(const ck_comm *comm, ck_error *error, const ck_persons_input *input, ck_links_reader *reader, uint32_t **component) {
    ck_index index = {0};
    if (ck_cluster_connected_file(comm, error, input->people->records, input->units, reader, input->threshold_log2, &index) == CK_OK)
        ck_gather_persons(comm, error, &index, component);
    ck_index_free(&index);
    return error->status;
}

ck_status ck_links_needed(const ck_comm *comm, ck_error *error, const ck_persons_input *input, ck_links_reader *reader, bool grey, ck_links *needed) {
    uint64_t records = input->people->records;
    uint32_t *component = NULL;
    *needed = (ck_links){0};
    if (input->method == CK_CLUSTER_MERGE)
        find_components(comm, error, input, reader, &component);
    sieve s = {.component = component, .threshold = input->threshold_log2, .grey_above = grey ? input->threshold_log2 - ck_grey_bits : INFINITY};
    ck_links_reader_rewind(reader);
    while (ck_links_reader_next(reader, error))
        keep_needed(error, &s, &reader->slice, records, needed);
    ck_free(component);
    if (ck_par_agree(comm, error) != CK_OK)
        ck_links_free(needed);
    return error->status;
}
