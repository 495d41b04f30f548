#include "ingest/rows.h"
#include "base/memory.h"
#include <string.h>

static ck_status make_room(ck_error *error, ck_rows *rows, size_t need) {
    size_t room[4] = {rows->room, rows->room, rows->room ? rows->room + 1 : 0, rows->room * rows->ncolumns};
    if (ck_grow(error, &rows->file, &room[0], need, sizeof *rows->file) != CK_OK ||
        ck_grow(error, &rows->number, &room[1], room[0], sizeof *rows->number) != CK_OK ||
        ck_grow(error, &rows->id_offset, &room[2], room[0] + 1, sizeof *rows->id_offset) != CK_OK ||
        ck_grow(error, &rows->code, &room[3], room[0] * rows->ncolumns + 1, sizeof *rows->code) != CK_OK)
        return error->status;
    rows->room = room[0];
    return CK_OK;
}

ck_status ck_rows_init(ck_error *error, ck_rows *rows, uint32_t ncolumns, size_t room, size_t id_bytes) {
    *rows = (ck_rows){.ncolumns = ncolumns};
    if (make_room(error, rows, room + 1) == CK_OK &&
        ck_grow(error, &rows->id_bytes, &rows->id_room, id_bytes + 1, 1) == CK_OK)
        rows->id_offset[0] = 0;
    return error->status;
}

ck_status ck_rows_add(ck_error *error, ck_rows *rows, uint32_t file, uint32_t number, ck_span id) {
    uint64_t at = rows->id_offset[rows->n];
    if ((rows->n == rows->room && make_room(error, rows, rows->n + 1) != CK_OK) ||
        ck_grow(error, &rows->id_bytes, &rows->id_room, at + id.n, 1) != CK_OK)
        return error->status;
    rows->file[rows->n] = file;
    rows->number[rows->n] = number;
    if (id.n)
        memcpy(rows->id_bytes + at, id.bytes, id.n);
    rows->id_offset[++rows->n] = at + id.n;
    if (rows->ncolumns)
        memset(ck_rows_last(rows), 0, rows->ncolumns * sizeof *rows->code);
    return CK_OK;
}

void ck_rows_free(ck_rows *rows) {
    ck_free(rows->code);
    ck_free(rows->file);
    ck_free(rows->number);
    ck_free(rows->id_offset);
    ck_free(rows->id_bytes);
    *rows = (ck_rows){0};
}
