/* Ids of sources that have no column of them. */
#include "base/memory.h"
#include "ingest/raw.h"
#include "ingest/read.h"
#include <string.h>

static bool has_ids(const ck_plan *plan, uint32_t file) {
    return plan->spec->source[plan->file[file].source].id != NULL;
}

static ck_span print_id(const ck_plan *plan, uint32_t file, uint32_t number, char text[CK_ROW_ID_TEXT]) {
    uint32_t source = plan->file[file].source, before = 0;
    while (before < file && plan->file[file - before - 1].source == source)
        before++;
    return ck_row_id(plan->spec->source[source].nfiles, before, number, text);
}

ck_status ck_row_ids_make(ck_error *error, const ck_plan *plan, ck_rows *rows) {
    char text[CK_ROW_ID_TEXT], *bytes = NULL;
    size_t need = 0, at = 0;
    for (size_t i = 0; i < rows->n; i++)
        need += has_ids(plan, rows->file[i]) ? 0 : print_id(plan, rows->file[i], rows->number[i], text).n;
    if (need == 0)
        return CK_OK;
    bytes = ck_alloc(error, rows->id_offset[rows->n] + need, 1);
    for (size_t i = 0; bytes && i < rows->n; i++) {
        ck_span id = ck_rows_id(rows, i);
        if (!has_ids(plan, rows->file[i]))
            id = print_id(plan, rows->file[i], rows->number[i], text);
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
