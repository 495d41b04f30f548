#include "link/kept_links.h"
#include "link/crew.h"
#include "link/sort_links.h"

/* A link in a piece: read from its run, sorted, and in columns. */
enum { PIECE_BYTES = 2 * sizeof(ck_link_item) + 32, LEAST_PIECE = 1 << 14 };

/* The first item of a run, from `low` on, whose record a is not below `record`. */
static uint64_t find_record(ck_run_file *run, ck_error *error, uint64_t low, uint64_t high, uint64_t record) {
    ck_link_item item = {0};
    while (low < high && error->status == CK_OK) {
        uint64_t middle = low + (high - low) / 2;
        ck_run_read(run, error, middle, 1, &item);
        if (item.a < record)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Where this rank's records lie in every run. Local. */
static ck_status find_range(ck_kept_links *kept, ck_error *error, const ck_ledger *ledger) {
    uint32_t n = ledger->nruns;
    kept->run = ck_alloc_zero(error, n, sizeof *kept->run);
    kept->first = ck_alloc(error, n, sizeof *kept->first);
    kept->at = ck_alloc(error, n, sizeof *kept->at);
    kept->end = ck_alloc(error, n, sizeof *kept->end);
    kept->stop = ck_alloc(error, n, sizeof *kept->stop);
    for (uint32_t i = 0; error->status == CK_OK && i < n; i++) {
        ck_run_file *run = &kept->run[i];
        if (ck_ledger_open_run(ledger, error, i, run) != CK_OK)
            break;
        kept->nruns = i + 1;
        kept->first[i] = kept->at[i] = find_record(run, error, 0, run->run.nitems, kept->record);
        kept->end[i] = find_record(run, error, kept->at[i], run->run.nitems, kept->record_end);
        kept->all.n += kept->end[i] - kept->at[i];
        ck_run_rest(run);
    }
    return error->status;
}

ck_status ck_kept_links_open(ck_crew *crew, ck_error *error, uint64_t records, uint64_t memory_bytes, ck_kept_links *kept) {
    const ck_comm *comm = crew->comm;
    *kept = (ck_kept_links){.most = memory_bytes / PIECE_BYTES > LEAST_PIECE ? memory_bytes / PIECE_BYTES : LEAST_PIECE};
    if (crew->ledger.nruns == 0)
        return ck_sort_links(comm, error, records, crew->worker, crew->n, &kept->all);
    kept->record_begin = kept->record = ck_par_share(comm, records, comm->rank);
    kept->record_end = ck_par_share(comm, records, comm->rank + 1);
    find_range(kept, error, &crew->ledger);
    if (ck_par_agree(comm, error) == CK_OK) {
        kept->all.begin = ck_par_sum_before(comm, kept->all.n);
        kept->all.total = kept->all.n;
        ck_par_sum(comm, &kept->all.total, 1);
    } else {
        ck_kept_links_close(kept);
    }
    return error->status;
}

/* Items of records before `record` that were not given out yet; where they end goes to stop. */
static uint64_t count_until(ck_kept_links *kept, ck_error *error, uint64_t record) {
    uint64_t n = 0;
    for (uint32_t i = 0; error->status == CK_OK && i < kept->nruns; i++) {
        kept->stop[i] = record == kept->record_end ? kept->end[i] : find_record(&kept->run[i], error, kept->at[i], kept->end[i], record);
        n += kept->stop[i] - kept->at[i];
        ck_run_rest(&kept->run[i]);
    }
    return n;
}

/* As many records as make a piece: half as many until their links fit. */
static uint64_t choose_piece(ck_kept_links *kept, ck_error *error, uint64_t *n) {
    uint64_t left = kept->record_end - kept->record, records = kept->last_records && 2 * kept->last_records < left ? 2 * kept->last_records : left;
    while ((*n = count_until(kept, error, kept->record + records)) > kept->most && records > 1 && error->status == CK_OK)
        records = (records + 1) / 2;
    kept->last_records = records;
    return kept->record + records;
}

static ck_status read_piece(ck_kept_links *kept, ck_error *error, ck_link_item *item) {
    for (uint32_t i = 0; error->status == CK_OK && i < kept->nruns; i++) {
        uint64_t n = kept->stop[i] - kept->at[i];
        ck_run_read(&kept->run[i], error, kept->at[i], n, item);
        ck_run_rest(&kept->run[i]);
        kept->at[i] = kept->stop[i];
        item += n;
    }
    return error->status;
}

/* One piece more, which may be empty. */
static ck_status make_piece(ck_kept_links *kept, ck_error *error) {
    uint64_t n, record = choose_piece(kept, error, &n);
    ck_link_item *item = ck_alloc(error, n, sizeof *item);
    ck_links_free(&kept->piece);
    if (error->status == CK_OK && read_piece(kept, error, item) == CK_OK)
        ck_sort_items(error, item, n, kept->record, record, &kept->piece);
    ck_free(item);
    kept->record = record;
    return error->status;
}

ck_status ck_kept_links_next(void *giver, ck_error *error, ck_links *piece) {
    ck_kept_links *kept = giver;
    *piece = (ck_links){0};
    if (kept->nruns == 0) {
        if (!kept->given)
            *piece = kept->all;
        kept->given = true;
        return error->status;
    }
    while (error->status == CK_OK && piece->n == 0 && kept->record < kept->record_end)
        if (make_piece(kept, error) == CK_OK)
            *piece = kept->piece;
    return error->status;
}

void ck_kept_links_rewind(ck_kept_links *kept) {
    for (uint32_t i = 0; i < kept->nruns; i++)
        kept->at[i] = kept->first[i];
    kept->record = kept->record_begin;
    kept->last_records = 0;
    kept->given = false;
}

void ck_kept_links_close(ck_kept_links *kept) {
    for (uint32_t i = 0; kept->run && i < kept->nruns; i++)
        ck_run_close(&kept->run[i]);
    ck_free(kept->run);
    ck_free(kept->first);
    ck_free(kept->at);
    ck_free(kept->end);
    ck_free(kept->stop);
    ck_links_free(&kept->piece);
    ck_links_free(&kept->all);
    *kept = (ck_kept_links){0};
}
