#include "cli/lookup.h"
#include "base/memory.h"
#include <string.h>

/** Row of an id among rows [begin, end) whose ids are sorted, or UINT64_MAX. Rank 0 searches. */
static ck_status find_row(ck_workspace *work, ck_error *error, const ck_source *source, const char *id, uint64_t *row) {
    const ck_comm *comm = &work->cli->comm;
    uint64_t *offset = NULL, low = 0, high = comm->rank == 0 ? source->row_end - source->row_begin : 0, n = high;
    char *bytes = NULL;
    *row = UINT64_MAX;
    if (ck_people_read_ids(comm, error, work->people_path, source->row_begin, source->row_begin + n, &offset, &bytes) == CK_OK) {
        ck_span wanted = ck_span_of(id);
        while (low < high) {
            uint64_t middle = low + (high - low) / 2;
            ck_span here = {bytes + offset[middle], (size_t)(offset[middle + 1] - offset[middle])};
            if (ck_span_compare(here, wanted) < 0)
                low = middle + 1;
            else
                high = middle;
        }
        if (low < n && ck_span_compare((ck_span){bytes + offset[low], (size_t)(offset[low + 1] - offset[low])}, wanted) == 0)
            *row = source->row_begin + low;
    }
    ck_free(offset);
    ck_free(bytes);
    ck_par_broadcast(comm, 0, row, sizeof *row);
    return ck_par_agree(comm, error);
}

/** One of the even shares' values of `size` bytes, heard by all. `share` is this rank's, of n items in all. */
static void hear_value(const ck_comm *comm, const void *share, size_t size, uint64_t n, uint64_t i, void *value) {
    int owner = ck_par_owner(comm, n, i);
    if (comm->rank == owner)
        memcpy(value, (const char *)share + (i - ck_par_share(comm, n, owner)) * size, size);
    ck_par_broadcast(comm, owner, value, size);
}
static uint32_t value_at(const ck_comm *comm, const uint32_t *share, uint64_t n, uint64_t i) {
    uint32_t value = 0;
    hear_value(comm, share, sizeof value, n, i, &value);
    return value;
}

static ck_status take_codes(ck_workspace *work, ck_error *error, ck_lookup *found) {
    const ck_people *people = &work->people;
    found->code = ck_alloc(error, people->ncolumns, sizeof *found->code);
    if (ck_par_agree(&work->cli->comm, error))
        return error->status;
    for (uint32_t c = 0; c < people->ncolumns; c++)
        found->code[c] = value_at(&work->cli->comm, people->column[c].code, people->records, found->record);
    return CK_OK;
}

ck_status ck_lookup_record(ck_workspace *work, ck_error *error, uint32_t record, ck_lookup *found) {
    *found = (ck_lookup){.record = record};
    while (found->source + 1 < work->people.nsources && record >= work->people.source[found->source].record_end)
        found->source++;
    return take_codes(work, error, found);
}

static ck_status check_source(const ck_people *people, ck_error *error, const char *which, const char *name) {
    for (uint32_t s = 0; name && s < people->nsources; s++)
        if (strcmp(people->source[s].name, name) == 0)
            return CK_OK;
    return name ? ck_fail(error, CK_USAGE, "The %s id's source '%s' is not one of the folder's.", which, name) : CK_OK;
}

ck_status ck_lookup_id(ck_workspace *work, ck_error *error, const char *which, const char *id, const char *source, ck_lookup *found) {
    const ck_people *people = &work->people;
    uint64_t row = UINT64_MAX;
    *found = (ck_lookup){.source = UINT32_MAX};
    if (check_source(people, error, which, source))
        return error->status;
    for (uint32_t s = 0; s < people->nsources; s++) {
        uint64_t here;
        if (source && strcmp(source, people->source[s].name) != 0)
            continue;
        if (find_row(work, error, &people->source[s], id, &here))
            return error->status;
        if (here != UINT64_MAX && row != UINT64_MAX)
            return ck_fail(error, CK_USAGE, "The %s id is in sources '%s' and '%s'; say which is meant with --source-%c.", which,
                           people->source[found->source].name, people->source[s].name, which[0] == 'f' ? 'a' : 'b');
        if (here != UINT64_MAX) {
            row = here;
            found->source = s;
        }
    }
    if (row == UINT64_MAX)
        return ck_fail(error, CK_USAGE, "The %s id is in %s.", which, source ? "no row of its source" : "no source");
    uint8_t mapped = people->row_record != NULL;
    uint64_t any = mapped;
    ck_par_max(&work->cli->comm, &any, 1);
    found->record = any ? value_at(&work->cli->comm, people->row_record, people->rows, row) : (uint32_t)row;
    return take_codes(work, error, found);
}

ck_status ck_lookup_person(const ck_comm *comm, ck_error *error, const ck_index *index, uint32_t record, uint64_t *id) {
    if (record >= index->records)
        return ck_fail(error, CK_FILE, "The persons are of fewer records than people.h5 has; 'carrick cluster' makes them again.");
    hear_value(comm, index->id, sizeof *id, index->records, record, id);
    return CK_OK;
}
