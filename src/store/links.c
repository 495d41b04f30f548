#include "store/links.h"
#include "base/memory.h"
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

ck_status ck_links_open(const ck_comm *comm, ck_error *error, const char *path, ck_links *links) {
    *links = (ck_links){0};
    ck_h5 *file;
    if (ck_h5_open(comm, error, path, "links", CK_LINKS_VERSION, &file) != CK_OK)
        return error->status;
    ck_h5_get_text(file, error, "", "stamp", &links->stamp);
    ck_h5_size(file, error, "pairs/a", &links->total);
    links->begin = ck_par_share(comm, links->total, comm->rank);
    links->n = ck_par_share(comm, links->total, comm->rank + 1) - links->begin;
    for (int c = 0; c < NCOLUMNS; c++) {
        uint64_t total = 0;
        void **field = field_of(links, &COLUMNS[c]);
        *field = ck_alloc(error, links->n, COLUMNS[c].width);
        ck_h5_size(file, error, COLUMNS[c].name, &total);
        if (error->status == CK_OK && total != links->total)
            ck_fail(error, CK_FILE, "Cannot read %s: /%s is damaged; make the file again.", path, COLUMNS[c].name);
        ck_h5_read(file, error, COLUMNS[c].name, COLUMNS[c].type, links->begin, links->n, *field);
    }
    read_model(comm, error, file, links);
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
