#include "store/links.h"
#include "base/memory.h"
#include "base/stop.h"
#include "store/h5.h"
#include <string.h>

/* The columns of /pairs, in one table for writing and reading. */
typedef struct ck_pair_column {
    const char *name, *description;
    ck_h5_type type;
    size_t width, field; /**< bytes of an element; where ck_links keeps the pointer */
} ck_pair_column;

static const ck_pair_column COLUMNS[] = {
    {"pairs/a", "Record of people.h5, the smaller of the two", CK_H5_U32, sizeof(uint32_t), offsetof(ck_links, a)},
    {"pairs/b", "Record of people.h5, the larger of the two", CK_H5_U32, sizeof(uint32_t), offsetof(ck_links, b)},
    {"pairs/weight", "Match weight in bits: log2 odds that the two are one person", CK_H5_F64, sizeof(double),
     offsetof(ck_links, weight)},
    {"pairs/pattern", "Agreement pattern: sum over comparisons of (gamma + 1) * stride", CK_H5_U64, sizeof(uint64_t),
     offsetof(ck_links, pattern)},
    {"pairs/rule", "First blocking rule that makes the pair, counted from 0", CK_H5_U8, sizeof(uint8_t),
     offsetof(ck_links, rule)},
};
enum { NCOLUMNS = sizeof COLUMNS / sizeof *COLUMNS };

static void **field_of(ck_links *links, const ck_pair_column *column) {
    return (void **)(void *)((char *)links + column->field);
}

/* All parts of this rank's slice, which begins at `begin`. A failure is carried to the end of the parts. Local. */
static void write_parts(ck_error *error, ck_h5_parts parts[NCOLUMNS], uint64_t begin, ck_links_next *next, void *giver) {
    ck_links part = {0};
    while (error->status == CK_OK && next(giver, error, &part) == CK_OK && part.n > 0) {
        for (int c = 0; c < NCOLUMNS; c++)
            ck_h5_write_part(&parts[c], error, begin, part.n, *field_of(&part, &COLUMNS[c]));
        begin += part.n;
    }
}

static void write_columns(const ck_comm *comm, ck_error *error, ck_h5 *file, const ck_links *links, ck_links_next *next, void *giver) {
    ck_h5_parts parts[NCOLUMNS];
    uint64_t total = links->n, begin = ck_par_sum_before(comm, links->n);
    int made = 0;
    ck_par_sum(comm, &total, 1);
    while (made < NCOLUMNS && ck_h5_begin_parts(file, error, COLUMNS[made].name, COLUMNS[made].type, total, &parts[made]) == CK_OK)
        made++;
    if (made == NCOLUMNS)
        write_parts(error, parts, begin, next, giver);
    for (int c = 0; c < made; c++) {
        ck_h5_end_parts(&parts[c], error);
        ck_h5_set_text(file, error, COLUMNS[c].name, "description", COLUMNS[c].description);
    }
}

ck_status ck_links_write_parts(const ck_comm *comm, ck_error *error, const char *path, const ck_links *links, ck_links_next *next, void *giver) {
    ck_h5 *file;
    if (ck_h5_create(comm, error, path, "links", CK_LINKS_VERSION, &file) != CK_OK)
        return error->status;
    ck_h5_set_text(file, error, "", "stamp", links->stamp);
    write_columns(comm, error, file, links, next, giver);
    ck_h5_write_root(file, error, "model", CK_H5_U8, links->model ? strlen(links->model) : 0, links->model);
    ck_h5_set_text(file, error, "model", "description", "model.json that scored the pairs, as UTF-8");
    return ck_h5_commit(file, error);
}

/* A slice as its only part. */
static ck_status next_whole(void *giver, ck_error *error, ck_links *part) {
    const ck_links **links = giver;
    *part = *links ? **links : (ck_links){0};
    *links = NULL;
    return error->status;
}

ck_status ck_links_write(const ck_comm *comm, ck_error *error, const char *path, const ck_links *links) {
    const ck_links *left = links;
    return ck_links_write_parts(comm, error, path, links, next_whole, &left);
}

/* The model's text, read by rank 0 and heard by all. */
static void read_model(const ck_comm *comm, ck_error *error, ck_h5 *file, ck_links *links) {
    uint64_t n = 0;
    ck_h5_size(file, error, "model", &n);
    links->model = ck_alloc_zero(error, n + 1, 1);
    if (ck_h5_read(file, error, "model", CK_H5_U8, 0, comm->rank == 0 ? n : 0, links->model) == CK_OK)
        ck_par_broadcast(comm, 0, links->model, n);
}

/* The file, its stamp and its model, and this rank's share of its links; room for `most` of them in the first `columns`. */
static ck_status open_share(const ck_comm *comm, ck_error *error, const char *path, int columns, uint64_t most, ck_h5 **file, ck_links *links) {
    *links = (ck_links){0};
    if (ck_h5_open(comm, error, path, "links", CK_LINKS_VERSION, file) != CK_OK)
        return error->status;
    ck_h5_get_text(*file, error, "", "stamp", &links->stamp);
    ck_h5_size(*file, error, "pairs/a", &links->total);
    links->begin = ck_par_share(comm, links->total, comm->rank);
    links->n = ck_par_share(comm, links->total, comm->rank + 1) - links->begin;
    for (int c = 0; c < columns; c++) {
        uint64_t total = 0;
        *field_of(links, &COLUMNS[c]) = ck_alloc(error, links->n < most ? links->n : most, COLUMNS[c].width);
        ck_h5_size(*file, error, COLUMNS[c].name, &total);
        if (error->status == CK_OK && total != links->total)
            ck_fail(error, CK_FILE, "Cannot read %s: /%s is damaged; make the file again.", path, COLUMNS[c].name);
    }
    read_model(comm, error, *file, links);
    return ck_par_agree(comm, error);
}

ck_status ck_links_open(const ck_comm *comm, ck_error *error, const char *path, ck_links *links) {
    ck_h5 *file = NULL;
    open_share(comm, error, path, NCOLUMNS, UINT64_MAX, &file, links);
    for (int c = 0; c < NCOLUMNS && error->status == CK_OK; c++)
        ck_h5_read(file, error, COLUMNS[c].name, COLUMNS[c].type, links->begin, links->n, *field_of(links, &COLUMNS[c]));
    ck_h5_close(file);
    if (ck_par_agree(comm, error) != CK_OK)
        ck_links_free(links);
    return error->status;
}

void ck_links_free(ck_links *links) {
    for (int c = 0; c < NCOLUMNS; c++)
        ck_free(*field_of(links, &COLUMNS[c]));
    ck_free(links->model);
    ck_free(links->stamp);
    *links = (ck_links){0};
}

/* A slice is 4 MiB. */
enum { SLICE = 1 << 18, SLICE_COLUMNS = 3 };

ck_status ck_links_reader_open(const ck_comm *comm, ck_error *error, const char *path, ck_links_reader *reader) {
    *reader = (ck_links_reader){.comm = comm};
    if (open_share(comm, error, path, SLICE_COLUMNS, SLICE, &reader->file, &reader->slice) != CK_OK) {
        ck_links_reader_close(reader);
        return error->status;
    }
    reader->n = reader->most = reader->slice.n;
    ck_par_max(comm, &reader->most, 1);
    ck_links_reader_rewind(reader);
    return CK_OK;
}

void ck_links_reader_view(const ck_comm *comm, const ck_links *links, ck_links_reader *reader) {
    *reader = (ck_links_reader){.comm = comm, .whole = links, .n = links->n, .most = links->n};
    ck_par_max(comm, &reader->most, 1);
}

void ck_links_reader_rewind(ck_links_reader *reader) {
    reader->at = 0;
    reader->slice.n = 0;
    memset(reader->sum, 0, sizeof reader->sum);
}

/* Step over the slice that was read last. */
static void choose_slice(ck_links_reader *reader) {
    uint64_t from = reader->at < reader->n ? reader->at : reader->n, left = reader->n - from;
    reader->slice.begin = ck_par_share(reader->comm, reader->slice.total, reader->comm->rank) + from;
    reader->slice.n = left < SLICE ? left : SLICE;
    reader->at += SLICE;
}

static void view_slice(ck_links_reader *reader) {
    const ck_links *whole = reader->whole;
    uint64_t from = reader->at < reader->n ? reader->at : reader->n;
    choose_slice(reader);
    reader->slice.begin = whole->begin + from;
    if (reader->slice.n) {
        reader->slice.a = whole->a + from;
        reader->slice.b = whole->b + from;
        reader->slice.weight = whole->weight + from;
    }
}

bool ck_links_reader_next(ck_links_reader *reader, ck_error *error) {
    bool more = reader->at < reader->most;
    ck_stop_check(error);
    if (reader->whole) {
        view_slice(reader);
        return ck_par_agree(reader->comm, error) == CK_OK && more;
    }
    choose_slice(reader);
    for (int c = 0; c < SLICE_COLUMNS && ck_par_agree(reader->comm, error) == CK_OK; c++)
        if (more)
            ck_h5_read_part(reader->file, error, COLUMNS[c].name, COLUMNS[c].type, reader->slice.begin, reader->slice.n,
                            *field_of(&reader->slice, &COLUMNS[c]), &reader->sum[c]);
        else
            ck_h5_check(reader->file, error, COLUMNS[c].name, reader->sum[c]);
    return more && error->status == CK_OK;
}

void ck_links_reader_close(ck_links_reader *reader) {
    ck_h5_close(reader->file);
    if (!reader->whole)
        ck_links_free(&reader->slice);
    *reader = (ck_links_reader){0};
}
