/** Rows as they were read, before they have their canonical order. Local; one thread a store. */
#ifndef CK_INGEST_ROWS_H
#define CK_INGEST_ROWS_H
#include "base/text.h"
#include <carrick/status.h>
#include <stdint.h>

typedef struct ck_rows {
    uint32_t ncolumns;
    size_t n, room, id_room;
    uint32_t *code;      /**< [n][ncolumns] value entries while reading, then codes of the dictionaries; 0 = missing */
    uint32_t *file;      /**< [n] piece while reading, then file of the plan */
    uint32_t *number;    /**< [n] row in the piece while reading, then in the file; from 1 */
    uint64_t *id_offset; /**< [n + 1] into id_bytes */
    char *id_bytes;
} ck_rows;

/** Prepare a zeroed store with room for `room` rows and `id_bytes` bytes of ids. */
ck_status ck_rows_init(ck_error *error, ck_rows *rows, uint32_t ncolumns, size_t room, size_t id_bytes);
/** Add a row with all columns missing; its codes are then at ck_rows_last. */
ck_status ck_rows_add(ck_error *error, ck_rows *rows, uint32_t file, uint32_t number, ck_span id);
void ck_rows_free(ck_rows *rows);

static inline uint32_t *ck_rows_last(const ck_rows *rows) { return rows->code + (rows->n - 1) * rows->ncolumns; }
static inline ck_span ck_rows_id(const ck_rows *rows, size_t row) {
    return (ck_span){rows->id_bytes + rows->id_offset[row], (size_t)(rows->id_offset[row + 1] - rows->id_offset[row])};
}

#endif
