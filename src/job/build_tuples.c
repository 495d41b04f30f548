/* Tuples: columns more, of which rules and comparisons read several at once. */
#include "base/memory.h"
#include "job/build.h"
#include <string.h>

/* "forename+surname" */
static char *name_tuple(ck_error *error, const ck_tuple *tuple, char *const *column) {
    size_t room = 1, n = 0;
    for (uint32_t i = 0; i < tuple->n; i++)
        room += strlen(column[tuple->column[i]]) + 1;
    char *name = ck_alloc_zero(error, room, 1);
    for (uint32_t i = 0; name && i < tuple->n; i++) {
        const char *part = column[tuple->column[i]];
        if (i)
            name[n++] = '+';
        memcpy(name + n, part, strlen(part));
        n += strlen(part);
    }
    return name;
}

ck_status ck_build_tuples(ck_error *error, ck_job *job) {
    uint32_t ncolumns = job->schema.ncolumns, n = job->tuples.n;
    job->schema.wanted = NULL;
    if (n == 0)
        return CK_OK;
    job->schema_name = ck_alloc_zero(error, ncolumns + n, sizeof *job->schema_name);
    job->schema_kind = ck_alloc_zero(error, ncolumns + n, sizeof *job->schema_kind); /* CK_KIND_TEXT */
    if (error->status != CK_OK)
        return error->status;
    memcpy(job->schema_name, job->schema.name, ncolumns * sizeof *job->schema_name);
    memcpy(job->schema_kind, job->schema.kind, ncolumns * sizeof *job->schema_kind);
    for (uint32_t i = 0; i < n; i++)
        if (!(job->schema_name[ncolumns + i] = name_tuple(error, &job->tuples.tuple[i], job->schema.name)))
            return error->status;
    job->schema = (ck_schema){.ncolumns = ncolumns + n, .name = job->schema_name, .kind = job->schema_kind,
                              .ntuples = n, .tuple = job->tuples.tuple};
    return CK_OK;
}
