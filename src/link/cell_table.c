#include "link/cell_table.h"
#include <string.h>

ck_status ck_cell_table_create(ck_error *error, ck_cell_table *table) {
    *table = (ck_cell_table){.nslots = 1024};
    table->slot = ck_alloc_zero(error, table->nslots, sizeof *table->slot);
    return error->status;
}

void ck_cell_table_free(ck_cell_table *table) {
    ck_free(table->slot);
    ck_free(table->key);
    ck_free(table->count);
    *table = (ck_cell_table){0};
}

void ck_cell_table_empty(ck_cell_table *table) {
    memset(table->slot, 0, table->nslots * sizeof *table->slot);
    table->n = 0;
}

static void place(ck_cell_table *table, size_t i) {
    size_t at = ck_cell_table_hash(table->key[i].pattern, table->key[i].mask) & (table->nslots - 1);
    while (table->slot[at])
        at = (at + 1) & (table->nslots - 1);
    table->slot[at] = (uint32_t)(i + 1);
}

static ck_status widen(ck_cell_table *table, ck_error *error) {
    uint32_t *slot = ck_alloc_zero(error, table->nslots * 4, sizeof *slot);
    if (!slot)
        return error->status;
    ck_free(table->slot);
    table->slot = slot;
    table->nslots *= 4;
    for (size_t i = 0; i < table->n; i++)
        place(table, i);
    return CK_OK;
}

size_t ck_cell_table_add(ck_cell_table *table, ck_error *error, uint64_t pattern, uint64_t mask) {
    if (table->n == table->room) {
        size_t room = table->room;
        if (ck_grow(error, &table->key, &room, table->n + 1, sizeof *table->key) != CK_OK ||
            ck_grow(error, &table->count, &table->room, room, sizeof *table->count) != CK_OK)
            return SIZE_MAX;
        table->room = room;
    }
    if (2 * table->n >= table->nslots && widen(table, error) != CK_OK)
        return SIZE_MAX;
    table->key[table->n] = (ck_cell_key){pattern, mask};
    table->count[table->n] = 0;
    place(table, table->n);
    return table->n++;
}
