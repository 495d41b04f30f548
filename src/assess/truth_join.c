/* Truth rows meet records on rank 0: the ids of one source at a time in a hash table, so that memory is that of one
 * source's ids and the file is read once. */
#include "assess/truth.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/memory.h"
#include <string.h>

typedef struct ck_id_table {
    const uint64_t *offset;
    const char *bytes;
    uint32_t *slot; /* row within the source + 1; 0 = free */
    size_t nslots;
} ck_id_table;

static ck_span id_at(const uint64_t *offset, const char *bytes, uint64_t i) {
    return (ck_span){bytes + offset[i], (size_t)(offset[i + 1] - offset[i])};
}

/* The slot of an id: its row's, or the free one where it would be. */
static uint32_t *id_slot(const ck_id_table *t, ck_span id) {
    size_t at = ck_hash_bytes(id.bytes, id.n, 1) & (t->nslots - 1);
    while (t->slot[at] && ck_span_compare(id_at(t->offset, t->bytes, t->slot[at] - 1), id) != 0)
        at = (at + 1) & (t->nslots - 1);
    return &t->slot[at];
}

static void fill_ids(ck_error *error, ck_id_table *t, uint64_t n) {
    t->nslots = 16;
    while (t->nslots < 2 * n)
        t->nslots *= 2;
    t->slot = ck_alloc_zero(error, t->nslots, sizeof *t->slot);
    for (uint64_t i = 0; t->slot && i < n; i++)
        *id_slot(t, id_at(t->offset, t->bytes, i)) = (uint32_t)i + 1;
}

typedef struct ck_join {
    const ck_truth_spec *spec;
    ck_truth_table table;
    bool *matched;       /* [table.n] */
    uint32_t *row_group; /* [rows] 0 = not known */
} ck_join;

/* The rows of one source take their entities. */
static void join_source(ck_error *error, ck_join *join, uint32_t source, uint64_t row_begin, uint64_t nrows,
                        const ck_id_table *ids) {
    uint64_t *told_by = ck_alloc_zero(error, nrows, sizeof *told_by); /* truth row + 1 */
    const ck_truth_table *t = &join->table;
    for (uint64_t i = 0; told_by && i < t->n && error->status == CK_OK; i++) {
        if (t->source[i] != (uint32_t)CK_TRUTH_ANY && t->source[i] != source)
            continue;
        uint32_t row = *id_slot(ids, id_at(t->id_offset, t->id_bytes, i));
        if (row-- == 0)
            continue;
        join->matched[i] = true;
        if (t->group[i] == 0) /* an empty entity says nothing */
            continue;
        if (!told_by[row]) {
            told_by[row] = i + 1;
            join->row_group[row_begin + row] = t->group[i];
        } else if (join->row_group[row_begin + row] != t->group[i]) {
            ck_fail(error, CK_DATA, "%s row %llu, column %s: row %llu gives the same id another entity.",
                    join->spec->file, (unsigned long long)i + 1, join->spec->entity,
                    (unsigned long long)told_by[row]);
        }
    }
    ck_free(told_by);
}

static ck_status join_sources(const ck_comm *comm, ck_error *error, const char *people_path, const ck_people *people,
                              ck_join *join) {
    for (uint32_t s = 0; s < people->nsources; s++) {
        const ck_source *source = &people->source[s];
        uint64_t *offset, n = comm->rank == 0 ? source->row_end - source->row_begin : 0;
        char *bytes;
        if (ck_people_read_ids(comm, error, people_path, source->row_begin, source->row_begin + n, &offset, &bytes))
            return error->status;
        ck_id_table ids = {offset, bytes, NULL, 0};
        if (comm->rank == 0)
            fill_ids(error, &ids, n);
        if (comm->rank == 0 && error->status == CK_OK)
            join_source(error, join, s, source->row_begin, n, &ids);
        ck_free(ids.slot);
        ck_free(bytes);
        ck_free(offset);
        if (ck_par_agree(comm, error) != CK_OK)
            return error->status;
    }
    return CK_OK;
}

/* Rows of the file that are of one source. */
static void find_in_source(ck_error *error, const ck_truth_table *t, const char *file, uint32_t source, uint64_t row_begin, const ck_id_table *ids,
                           uint64_t *row) {
    for (uint64_t i = 0; i < t->n && error->status == CK_OK; i++) {
        if (t->source[i] != (uint32_t)CK_TRUTH_ANY && t->source[i] != source)
            continue;
        uint32_t found = *id_slot(ids, id_at(t->id_offset, t->id_bytes, i));
        if (found && row[i] != UINT64_MAX)
            ck_fail(error, CK_DATA, "%s row %llu: an id is in several sources; columns source_l and source_r say which is meant.", file,
                    (unsigned long long)i + 1);
        else if (found)
            row[i] = row_begin + found - 1;
    }
}

ck_status ck_truth_find_rows(const ck_comm *comm, ck_error *error, const char *people_path, const ck_people *people, const char *file,
                             const ck_truth_table *table, uint64_t *row) {
    for (uint64_t i = 0; comm->rank == 0 && error->status == CK_OK && i < table->n; i++)
        row[i] = UINT64_MAX;
    for (uint32_t s = 0; s < people->nsources && ck_par_agree(comm, error) == CK_OK; s++) {
        const ck_source *source = &people->source[s];
        uint64_t *offset = NULL, n = comm->rank == 0 ? source->row_end - source->row_begin : 0;
        char *bytes = NULL;
        if (ck_people_read_ids(comm, error, people_path, source->row_begin, source->row_begin + n, &offset, &bytes) == CK_OK && comm->rank == 0) {
            ck_id_table ids = {offset, bytes, NULL, 0};
            fill_ids(error, &ids, n);
            if (ids.slot)
                find_in_source(error, table, file, s, source->row_begin, &ids, row);
            ck_free(ids.slot);
        }
        ck_free(bytes);
        ck_free(offset);
    }
    return ck_par_agree(comm, error);
}

static void count_unmatched(const ck_comm *comm, ck_error *error, const ck_join *join, uint64_t *without_record) {
    *without_record = 0;
    if (comm->rank != 0)
        return;
    for (uint64_t i = 0; i < join->table.n; i++)
        *without_record += !join->matched[i];
    if (join->table.n && *without_record == join->table.n)
        ck_fail(error, CK_DATA, "No id of %s is in the people; is '%s' its id column%s%s%s?", join->spec->file,
                join->spec->id, join->spec->source ? ", and are the names in column '" : "",
                join->spec->source ? join->spec->source : "",
                join->spec->source ? "' those of the sources" : "");
}

/* Rows to records: the first row that has an entity speaks for its record. */
static uint64_t fold_rows(const uint32_t *row_group, const uint32_t *row_record, uint64_t rows, uint32_t *group) {
    uint64_t contradictions = 0;
    for (uint64_t r = 0; r < rows; r++) {
        uint32_t *known = &group[row_record[r]];
        if (*known == 0)
            *known = row_group[r];
        else
            contradictions += row_group[r] != 0 && row_group[r] != *known;
    }
    return contradictions;
}

static ck_status group_records(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_join *join,
                               uint32_t *group) {
    uint64_t collapsed = people->row_record != NULL, n = people->row_end - people->row_begin, *offset = NULL;
    void *row_record = NULL;
    ck_par_max(comm, &collapsed, 1);
    if (collapsed && ck_par_gather(comm, error, people->row_record, n * sizeof *people->row_record, &row_record, &offset))
        return error->status;
    if (comm->rank == 0 && !collapsed) {
        memcpy(group, join->row_group, people->records * sizeof *group);
    } else if (comm->rank == 0) {
        uint64_t contradictions = fold_rows(join->row_group, row_record, people->rows, group);
        if (contradictions)
            ck_log(CK_LOG_WARN, "%s gives rows of one record different entities: %llu rows left out.",
                   join->spec->file, (unsigned long long)contradictions);
    }
    ck_free(row_record);
    ck_free(offset);
    ck_par_broadcast(comm, 0, group, people->records * sizeof *group);
    return CK_OK;
}

ck_status ck_truth_join(const ck_comm *comm, ck_error *error, const char *people_path, const ck_people *people,
                        const ck_truth_spec *spec, uint32_t **group, uint64_t *without_record) {
    ck_join join = {.spec = spec};
    uint32_t *groups = ck_alloc_zero(error, people->records, sizeof *groups);
    if (comm->rank == 0 && ck_truth_read(error, spec, people, &join.table) == CK_OK) {
        join.matched = ck_alloc_zero(error, join.table.n, sizeof *join.matched);
        join.row_group = ck_alloc_zero(error, people->rows, sizeof *join.row_group);
    }
    if (ck_par_agree(comm, error) == CK_OK && join_sources(comm, error, people_path, people, &join) == CK_OK)
        count_unmatched(comm, error, &join, without_record);
    if (ck_par_agree(comm, error) == CK_OK) {
        ck_par_broadcast(comm, 0, without_record, sizeof *without_record);
        group_records(comm, error, people, &join, groups);
    }
    ck_free(join.row_group);
    ck_free(join.matched);
    ck_truth_free(&join.table);
    if (error->status != CK_OK) {
        ck_free(groups);
        groups = NULL;
    }
    *group = groups;
    return error->status;
}
