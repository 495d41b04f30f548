#include "ingest/order.h"
#include "base/memory.h"
#include "ingest/spread.h"
#include <string.h>

static uint32_t place_of(const ck_plan *plan, const ck_rows *rows, size_t row) {
    return plan->place[plan->file[rows->file[row]].source];
}

static ck_spread_key key_of(const ck_plan *plan, const ck_rows *rows, size_t row) {
    return (ck_spread_key){place_of(plan, rows, row), ck_rows_id(rows, row)};
}

/* ---- to the rank whose range a row is in ---- */

/* A row travels as three words and its codes; ids travel apart. */
enum { ROW_FILE, ROW_NUMBER, ROW_ID_BYTES, ROW_HEAD };

typedef struct ck_row_parcel {
    uint64_t *bytes, *id_bytes, *got, *got_ids; /* [size] to and from each rank */
    uint64_t *at, *id_at;                       /* [size + 1] */
    uint32_t *words;
    char *ids;
} ck_row_parcel;

static void free_row_parcel(ck_row_parcel *parcel) {
    ck_free(parcel->bytes);
    ck_free(parcel->words);
    ck_free(parcel->ids);
    *parcel = (ck_row_parcel){0};
}

static ck_status choose_ranges(const ck_comm *comm, ck_error *error, const ck_plan *plan, const ck_rows *stores,
                               uint32_t nstores, ck_spread *spread) {
    size_t room = 0, n = 0;
    for (uint32_t s = 0; s < nstores; s++)
        room += ck_spread_samples(comm, stores[s].n);
    ck_spread_key *sample = ck_alloc(error, room, sizeof *sample);
    for (uint32_t s = 0; sample && s < nstores; s++) {
        size_t samples = ck_spread_samples(comm, stores[s].n);
        for (size_t i = 0; i < samples; i++)
            sample[n++] = key_of(plan, &stores[s], (size_t)((unsigned __int128)stores[s].n * i / samples));
    }
    ck_spread_choose(comm, error, sample, n, spread);
    ck_free(sample);
    return error->status;
}

static void put_row(ck_row_parcel *parcel, const ck_rows *rows, size_t row, int to) {
    ck_span id = ck_rows_id(rows, row);
    uint32_t *word = parcel->words + parcel->at[to] / sizeof *word;
    word[ROW_FILE] = rows->file[row];
    word[ROW_NUMBER] = rows->number[row];
    word[ROW_ID_BYTES] = (uint32_t)id.n;
    if (rows->ncolumns)
        memcpy(word + ROW_HEAD, rows->code + row * rows->ncolumns, rows->ncolumns * sizeof *word);
    memcpy(parcel->ids + parcel->id_at[to], id.bytes, id.n);
    parcel->at[to] += (ROW_HEAD + rows->ncolumns) * sizeof *word;
    parcel->id_at[to] += id.n;
}

static ck_status pack_rows(const ck_comm *comm, ck_error *error, const ck_plan *plan, ck_rows *stores,
                           uint32_t nstores, const ck_spread *spread, ck_row_parcel *parcel) {
    size_t size = (size_t)comm->size, row_bytes = (ROW_HEAD + plan->spec->ncolumns) * sizeof(uint32_t);
    parcel->bytes = ck_alloc_zero(error, 6 * (size + 1), sizeof *parcel->bytes);
    if (!parcel->bytes)
        return error->status;
    uint64_t **parts[] = {&parcel->id_bytes, &parcel->got, &parcel->got_ids, &parcel->at, &parcel->id_at};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        *parts[i] = parcel->bytes + (i + 1) * (size + 1);
    for (uint32_t s = 0; s < nstores; s++)
        for (size_t row = 0; row < stores[s].n; row++) {
            int to = ck_spread_rank(spread, key_of(plan, &stores[s], row));
            parcel->bytes[to] += row_bytes;
            parcel->id_bytes[to] += ck_rows_id(&stores[s], row).n;
        }
    ck_spread_offsets(comm->size, parcel->bytes, parcel->at);
    ck_spread_offsets(comm->size, parcel->id_bytes, parcel->id_at);
    parcel->words = ck_alloc(error, parcel->at[size], 1);
    parcel->ids = ck_alloc(error, parcel->id_at[size], 1);
    if (error->status != CK_OK)
        return error->status;
    for (uint32_t s = 0; s < nstores; s++) {
        for (size_t row = 0; row < stores[s].n; row++)
            put_row(parcel, &stores[s], row, ck_spread_rank(spread, key_of(plan, &stores[s], row)));
        ck_rows_free(&stores[s]);
    }
    return CK_OK;
}

static ck_status unpack_rows(ck_error *error, const uint32_t *words, size_t n, const char *ids, size_t ids_n,
                             uint32_t ncolumns, ck_rows *rows) {
    if (ck_rows_init(error, rows, ncolumns, n, ids_n) != CK_OK)
        return error->status;
    for (size_t row = 0; row < n; row++, words += ROW_HEAD + ncolumns) {
        if (ck_rows_add(error, rows, words[ROW_FILE], words[ROW_NUMBER], (ck_span){ids, words[ROW_ID_BYTES]}) != CK_OK)
            return error->status;
        if (ncolumns)
            memcpy(ck_rows_last(rows), words + ROW_HEAD, ncolumns * sizeof *words);
        ids += words[ROW_ID_BYTES];
    }
    return CK_OK;
}

static ck_status send_rows(const ck_comm *comm, ck_error *error, const ck_plan *plan, ck_rows *stores,
                           uint32_t nstores, ck_rows *received) {
    ck_spread spread = {0};
    ck_row_parcel parcel = {0};
    void *words = NULL, *ids = NULL;
    if (choose_ranges(comm, error, plan, stores, nstores, &spread) != CK_OK)
        goto done;
    pack_rows(comm, error, plan, stores, nstores, &spread, &parcel);
    if (ck_par_agree(comm, error) != CK_OK ||
        ck_par_exchange(comm, error, parcel.words, parcel.bytes, &words, parcel.got) != CK_OK ||
        ck_par_exchange(comm, error, parcel.ids, parcel.id_bytes, &ids, parcel.got_ids) != CK_OK)
        goto done;
    uint64_t bytes = 0, ids_n = 0;
    for (int r = 0; r < comm->size; r++) {
        bytes += parcel.got[r];
        ids_n += parcel.got_ids[r];
    }
    uint32_t ncolumns = plan->spec->ncolumns;
    free_row_parcel(&parcel);
    unpack_rows(error, words, bytes / ((ROW_HEAD + ncolumns) * sizeof(uint32_t)), ids, ids_n, ncolumns, received);
done:
    ck_free(words);
    ck_free(ids);
    free_row_parcel(&parcel);
    ck_spread_free(&spread);
    return ck_par_agree(comm, error);
}

/* ---- sorting what this rank has ---- */

static ck_span item_id(const void *user, uint32_t store, uint32_t place) {
    return ck_rows_id(&((const ck_rows *)user)[store], place);
}

static ck_status sort_rows(ck_error *error, const ck_plan *plan, ck_ordered *ordered) {
    uint32_t nsources = plan->spec->nsources;
    for (uint32_t s = 0; s < ordered->nstores; s++)
        ordered->n += ordered->store[s].n;
    ordered->item = ck_alloc(error, ordered->n, sizeof *ordered->item);
    ordered->source_begin = ck_alloc_zero(error, (size_t)nsources + 2, sizeof *ordered->source_begin);
    if (error->status != CK_OK)
        return error->status;
    size_t *at = ordered->source_begin + 1; /* shifted by one while filling */
    for (uint32_t s = 0; s < ordered->nstores; s++)
        for (size_t row = 0; row < ordered->store[s].n; row++)
            at[place_of(plan, &ordered->store[s], row) + 1]++;
    for (uint32_t p = 0; p < nsources; p++)
        at[p + 1] += at[p];
    for (uint32_t s = 0; s < ordered->nstores; s++)
        for (size_t row = 0; row < ordered->store[s].n; row++)
            ordered->item[at[place_of(plan, &ordered->store[s], row)]++] = (ck_sort_item){0, s, (uint32_t)row};
    for (uint32_t p = 0; p < nsources; p++)
        ck_sort_by_text(ordered->item + ordered->source_begin[p],
                        ordered->source_begin[p + 1] - ordered->source_begin[p], item_id, ordered->store);
    return CK_OK;
}

/* ---- ids twice ---- */

typedef struct ck_row_place {
    uint32_t file, number;
} ck_row_place;

static ck_row_place row_place(const ck_ordered *ordered, size_t i) {
    const ck_rows *rows = &ordered->store[ordered->item[i].store];
    return (ck_row_place){rows->file[ordered->item[i].place], rows->number[ordered->item[i].place]};
}

static bool is_before(ck_row_place a, ck_row_place b) {
    return a.file != b.file ? a.file < b.file : a.number < b.number;
}

static bool same_id(const ck_ordered *ordered, size_t a, size_t b) {
    ck_span x = item_id(ordered->store, ordered->item[a].store, ordered->item[a].place);
    ck_span y = item_id(ordered->store, ordered->item[b].store, ordered->item[b].place);
    return x.n == y.n && memcmp(x.bytes, y.bytes, x.n) == 0;
}

/* Name the first two of the rows [begin, end), which have one id. */
static ck_status fail_duplicate(ck_error *error, const ck_plan *plan, const ck_ordered *ordered, size_t begin,
                                size_t end) {
    ck_row_place first = row_place(ordered, begin), second = row_place(ordered, begin + 1);
    if (is_before(second, first)) {
        ck_row_place t = first;
        first = second;
        second = t;
    }
    for (size_t i = begin + 2; i < end; i++) {
        ck_row_place place = row_place(ordered, i);
        if (is_before(place, first)) {
            second = first;
            first = place;
        } else if (is_before(place, second)) {
            second = place;
        }
    }
    const ck_plan_file *file = &plan->file[first.file];
    const ck_source_spec *source = &plan->spec->source[file->source];
    return ck_fail(error, CK_DATA,
                   "Source %s has an id twice: row %u of %s and row %u of %s have the same '%s'. Ids must be unique in a source.",
                   source->name, first.number, file->path, second.number, plan->file[second.file].path, source->id);
}

static ck_status check_ids(ck_error *error, const ck_plan *plan, const ck_ordered *ordered) {
    for (uint32_t p = 0; p < plan->spec->nsources; p++) {
        size_t end = ordered->source_begin[p + 1];
        for (size_t i = ordered->source_begin[p]; i + 1 < end; i++) {
            size_t same = i + 1;
            while (same < end && same_id(ordered, i, same))
                same++;
            if (same > i + 1)
                return fail_duplicate(error, plan, ordered, i, same);
        }
    }
    return CK_OK;
}

ck_status ck_order_rows(const ck_comm *comm, ck_error *error, const ck_plan *plan, ck_rows *stores, uint32_t nstores,
                        ck_ordered *ordered) {
    *ordered = (ck_ordered){.nstores = nstores, .store = stores};
    if (comm->size > 1) {
        if (send_rows(comm, error, plan, stores, nstores, &ordered->received) != CK_OK)
            return error->status;
        ordered->nstores = 1;
        ordered->store = &ordered->received;
    }
    if (sort_rows(error, plan, ordered) == CK_OK)
        check_ids(error, plan, ordered);
    return ck_par_agree(comm, error);
}

void ck_ordered_free(ck_ordered *ordered) {
    ck_rows_free(&ordered->received);
    ck_free(ordered->item);
    ck_free(ordered->source_begin);
    *ordered = (ck_ordered){0};
}
