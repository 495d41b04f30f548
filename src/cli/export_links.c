/** carrick export links: one line a link, or, where rows were collapsed, one for every pair of rows of the two records. */
#include "base/memory.h"
#include "cli/export.h"
#include "model/model.h"
#include "store/h5.h"
#include <jansson.h>
#include <stdio.h>

enum { LINKS_AT_ONCE = 1 << 16 };

/** Links [begin, begin + n) of the file, on rank 0. */
typedef struct link_piece {
    uint32_t a[LINKS_AT_ONCE], b[LINKS_AT_ONCE];
    double weight[LINKS_AT_ONCE];
    uint64_t pattern[LINKS_AT_ONCE];
    uint8_t rule[LINKS_AT_ONCE];
} link_piece;

typedef struct link_export {
    const ck_comm *comm;
    ck_export_rows rows;
    ck_h5 *file;
    uint64_t total;
    link_piece *piece;
    json_t *model;                      /**< model.json that scored the links, kept in links.h5 */
    const json_t *rules;                /**< keys of a model of rules alone, which have names; else NULL */
    uint32_t ncomparisons;
    uint64_t stride[CK_COMPARISONS_MAX + 1];
    /* rank 0 */
    uint64_t *id_offset;
    char *id_bytes;
    uint64_t *first;                    /**< [records + 1] where a record's rows begin in `row`; NULL when rows are records */
    uint32_t *row;
} link_export;

/* ---- the comparisons, as the links' own model has them ---- */

static json_t *comparison_at(const link_export *e, size_t c) {
    return json_array_get(json_object_get(e->model, "comparisons"), c);
}

static ck_status fail_model(const link_export *e, ck_error *error) {
    return ck_fail(error, CK_FILE, "The model kept in links.h5 beside '%s' cannot be read; 'carrick link' makes the file again.", e->rows.path);
}

/** The strides depend only on how many levels a comparison has and whether the first is null: enough for
 *  ck_pattern_strides is a comparison with empty levels. */
static ck_status find_strides(link_export *e, ck_error *error) {
    ck_level levels[2][CK_LEVELS_MAX] = {[1][0].is_null = true};
    ck_comparison comparison[CK_COMPARISONS_MAX] = {0};
    size_t n = json_array_size(json_object_get(e->model, "comparisons"));
    e->rules = json_object_get(e->model, "cascade");
    if ((n == 0 && json_array_size(e->rules) == 0) || n > CK_COMPARISONS_MAX)
        return fail_model(e, error);
    for (size_t c = 0; c < n; c++) {
        const json_t *kept = json_object_get(comparison_at(e, c), "levels");
        size_t nlevels = json_array_size(kept);
        if (nlevels == 0 || nlevels > CK_LEVELS_MAX || !json_is_string(json_object_get(comparison_at(e, c), "name")))
            return fail_model(e, error);
        bool has_null = json_integer_value(json_object_get(json_array_get(kept, 0), "gamma")) < 0;
        comparison[c] = (ck_comparison){.nlevels = (uint32_t)nlevels, .level = levels[has_null]};
    }
    e->ncomparisons = (uint32_t)n;
    return ck_pattern_strides(error, &(ck_comparisons){.n = e->ncomparisons, .comparison = comparison}, e->stride);
}

static ck_status read_model(link_export *e, ck_error *error) {
    uint64_t n;
    if (ck_h5_size(e->file, error, "model", &n))
        return error->status;
    char *text = ck_alloc(error, (size_t)n + 1, 1);
    ck_par_agree(e->comm, error);
    if (!error->status && ck_h5_read(e->file, error, "model", CK_H5_U8, 0, n, text) == CK_OK) {
        e->model = json_loadb(text, (size_t)n, 0, NULL);
        find_strides(e, error);
    }
    ck_free(text);
    return ck_par_agree(e->comm, error);
}

/* ---- rows of records ---- */

static ck_status list_rows(link_export *e, ck_error *error) {
    uint64_t records = e->rows.people.records, nrows = e->rows.people.rows;
    e->first = ck_alloc_zero(error, (size_t)records + 2, sizeof *e->first);
    e->row = ck_alloc(error, (size_t)nrows, sizeof *e->row);
    if (error->status)
        return error->status;
    /* Counted two places on, so that filling moves first[r + 1] from the record's beginning to its end. */
    for (uint64_t r = 0; r < nrows; r++)
        e->first[e->rows.row_record[r] + 2]++;
    for (uint64_t r = 0; r < records; r++)
        e->first[r + 2] += e->first[r + 1];
    for (uint64_t r = 0; r < nrows; r++)
        e->row[e->first[e->rows.row_record[r] + 1]++] = (uint32_t)r;
    return CK_OK;
}

static ck_status open_inputs(link_export *e, ck_error *error, const char *folder) {
    char *path = ck_path_join(error, folder, "links.h5");
    if (ck_par_agree(e->comm, error) == CK_OK && ck_export_rows_open(e->comm, error, folder, &e->rows) == CK_OK &&
        ck_h5_open(e->comm, error, path, "links", CK_LINKS_VERSION, &e->file) == CK_OK &&
        ck_h5_size(e->file, error, "pairs/a", &e->total) == CK_OK && read_model(e, error) == CK_OK) {
        uint64_t end = e->comm->rank == 0 ? e->rows.people.rows : 0;
        ck_people_read_ids(e->comm, error, e->rows.path, 0, end, &e->id_offset, &e->id_bytes);
        if (!error->status && e->rows.row_record)
            list_rows(e, error);
        e->piece = ck_alloc(error, 1, sizeof *e->piece);
    }
    ck_free(path);
    return ck_par_agree(e->comm, error);
}

static void close_inputs(link_export *e) {
    ck_free(e->piece);
    ck_free(e->row);
    ck_free(e->first);
    ck_free(e->id_bytes);
    ck_free(e->id_offset);
    json_decref(e->model);
    ck_h5_close(e->file);
    ck_export_rows_close(&e->rows);
}

/* ---- writing ---- */

static void write_header(const link_export *e, ck_csv_out *csv) {
    static const char *const fixed[] = {"source_a", "id_a", "source_b", "id_b", "match_weight", "match_probability", "rule"};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        ck_csv_out_string(csv, fixed[i]);
    for (uint32_t c = 0; c < e->ncomparisons; c++) {
        char name[256];
        snprintf(name, sizeof name, "gamma_%s", json_string_value(json_object_get(comparison_at(e, c), "name")));
        ck_csv_out_string(csv, name);
    }
    ck_csv_out_end_row(csv);
}

static void write_side(const link_export *e, ck_csv_out *csv, uint64_t row) {
    ck_csv_out_string(csv, ck_export_rows_source(&e->rows, row));
    ck_csv_out_text(csv, (ck_span){e->id_bytes + e->id_offset[row] - e->id_offset[0], (size_t)(e->id_offset[row + 1] - e->id_offset[row])});
}

static void write_row_pair(const link_export *e, ck_csv_out *csv, size_t i, uint64_t row_a, uint64_t row_b) {
    const link_piece *piece = e->piece;
    write_side(e, csv, row_a);
    write_side(e, csv, row_b);
    ck_csv_out_real(csv, piece->weight[i]);
    if (e->rules)
        ck_csv_out_string(csv, "");
    else
        ck_csv_out_real(csv, ck_probability_of_weight(piece->weight[i]));
    const char *name = json_string_value(json_object_get(json_array_get(e->rules, piece->rule[i]), "rule"));
    if (name)
        ck_csv_out_string(csv, name);
    else
        ck_csv_out_integer(csv, piece->rule[i]);
    for (uint32_t c = 0; c < e->ncomparisons; c++)
        ck_csv_out_integer(csv, ck_pattern_gamma(e->stride, c, piece->pattern[i]));
    ck_csv_out_end_row(csv);
}

static void write_link(const link_export *e, ck_csv_out *csv, size_t i) {
    uint32_t a = e->piece->a[i], b = e->piece->b[i];
    if (!e->first) {
        write_row_pair(e, csv, i, a, b);
        return;
    }
    for (uint64_t p = e->first[a]; p < e->first[a + 1]; p++)
        for (uint64_t q = e->first[b]; q < e->first[b + 1]; q++)
            write_row_pair(e, csv, i, e->row[p], e->row[q]);
}

static ck_status read_piece(link_export *e, ck_error *error, uint64_t begin, uint64_t n) {
    uint64_t mine = e->comm->rank == 0 ? n : 0, at = mine ? begin : 0;
    ck_h5_read(e->file, error, "pairs/a", CK_H5_U32, at, mine, e->piece->a);
    ck_h5_read(e->file, error, "pairs/b", CK_H5_U32, at, mine, e->piece->b);
    ck_h5_read(e->file, error, "pairs/weight", CK_H5_F64, at, mine, e->piece->weight);
    ck_h5_read(e->file, error, "pairs/pattern", CK_H5_U64, at, mine, e->piece->pattern);
    ck_h5_read(e->file, error, "pairs/rule", CK_H5_U8, at, mine, e->piece->rule);
    for (uint64_t i = 0; i < mine && !error->status; i++)
        if (e->piece->a[i] >= e->rows.people.records || e->piece->b[i] >= e->rows.people.records)
            ck_fail(error, CK_DATA, "links.h5 is not of '%s': it names records that are not there; 'carrick link' makes it again.",
                    e->rows.path);
    return ck_par_agree(e->comm, error);
}

static ck_status write_links(link_export *e, ck_error *error, ck_csv_out *csv) {
    if (e->comm->rank == 0)
        write_header(e, csv);
    for (uint64_t begin = 0; begin < e->total; begin += LINKS_AT_ONCE) {
        uint64_t n = e->total - begin < LINKS_AT_ONCE ? e->total - begin : LINKS_AT_ONCE;
        if (read_piece(e, error, begin, n))
            return error->status;
        for (uint64_t i = 0; i < n && e->comm->rank == 0; i++)
            write_link(e, csv, (size_t)i);
    }
    return CK_OK;
}

ck_status ck_export_links(const ck_comm *comm, ck_error *error, const char *folder, ck_csv_out *csv) {
    link_export e = {.comm = comm};
    if (open_inputs(&e, error, folder) == CK_OK)
        write_links(&e, error, csv);
    close_inputs(&e);
    return error->status;
}
