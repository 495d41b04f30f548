/* Ids of sources that have no column of them: the number of the row in its file, from 1; of a source of several files with the
   number of the file before it, as 2:15. */
#include "base/memory.h"
#include "ingest/read.h"
#include <stdio.h>
#include <string.h>

enum { ID_ROOM = 24 };

static bool has_ids(const ck_plan *plan, uint32_t file) {
    return plan->spec->source[plan->file[file].source].id != NULL;
}

static size_t print_id(const ck_plan *plan, uint32_t file, uint32_t number, char *text) {
    uint32_t source = plan->file[file].source, before = 0;
    while (before < file && plan->file[file - before - 1].source == source)
        before++;
    int n = plan->spec->source[source].nfiles > 1 ? snprintf(text, ID_ROOM, "%u:%u", before + 1, number) : snprintf(text, ID_ROOM, "%u", number);
    return (size_t)n;
}

ck_status ck_row_ids_make(ck_error *error, const ck_plan *plan, ck_rows *rows) {
    char text[ID_ROOM], *bytes = NULL;
    size_t need = 0, at = 0;
    for (size_t i = 0; i < rows->n; i++)
        need += has_ids(plan, rows->file[i]) ? 0 : print_id(plan, rows->file[i], rows->number[i], text);
    if (need == 0)
        return CK_OK;
    bytes = ck_alloc(error, rows->id_offset[rows->n] + need, 1);
    for (size_t i = 0; bytes && i < rows->n; i++) {
        ck_span id = ck_rows_id(rows, i);
        if (!has_ids(plan, rows->file[i]))
            id = (ck_span){text, print_id(plan, rows->file[i], rows->number[i], text)};
        memcpy(bytes + at, id.bytes, id.n);
        rows->id_offset[i] = at; /* the next row's begins where this one's ended, which stays as it is */
        at += id.n;
    }
    if (bytes) {
        rows->id_offset[rows->n] = at;
        ck_free(rows->id_bytes);
        rows->id_bytes = bytes;
        rows->id_room = at;
    }
    return error->status;
}
