#include "cli/flow_counts.h"
#include "base/memory.h"

enum { BANDS = 6, BAND_BITS = 5 };

static json_t *list_of(const uint64_t *count, uint32_t n) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < n; i++)
        json_array_append_new(list, json_integer((json_int_t)count[i]));
    return list;
}

static ck_status count_links(ck_workspace *work, ck_error *error, ck_links_reader *links, double weight, json_t *counts) {
    uint64_t band[BANDS] = {0};
    ck_links_reader_rewind(links);
    while (ck_links_reader_next(links, error))
        for (uint64_t i = 0; i < links->slice.n; i++) {
            double above = links->slice.weight[i] - weight;
            if (above >= 0)
                band[above >= BAND_BITS * (BANDS - 1) ? BANDS - 1 : (uint32_t)(above / BAND_BITS)]++;
        }
    if (ck_par_agree(&work->cli->comm, error) != CK_OK)
        return error->status;
    ck_par_sum(&work->cli->comm, band, BANDS);
    json_object_set_new(counts, "links_by_band", list_of(band, BANDS));
    return CK_OK;
}

static ck_status count_alone(ck_workspace *work, ck_error *error, const ck_index *index, json_t *counts) {
    uint32_t *person = NULL;
    uint64_t alone = 0;
    if (ck_index_gather_persons(&work->cli->comm, error, index, &person) == CK_OK && work->cli->comm.rank == 0) {
        uint8_t *size = ck_alloc_zero(error, index->persons, 1); /* 2: two or more */
        for (uint64_t r = 0; size && r < index->records; r++) {
            uint8_t *of = &size[person[r]];
            *of = *of < 2 ? (uint8_t)(*of + 1) : 2;
        }
        for (uint64_t p = 0; size && p < index->persons; p++)
            alone += size[p] == 1;
        ck_free(size);
        json_object_set_new(counts, "records_not_linked", json_integer((json_int_t)alone));
    }
    ck_free(person);
    return ck_par_agree(&work->cli->comm, error);
}

ck_status ck_flow_count(ck_workspace *work, ck_error *error, ck_links_reader *links, const ck_index *index, double weight, json_t *counts) {
    return count_links(work, error, links, weight, counts) == CK_OK ? count_alone(work, error, index, counts) : error->status;
}
