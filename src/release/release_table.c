#include "release/release_table.h"
#include "base/hash.h"
#include "base/memory.h"
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

ck_status ck_release_begin(ck_error *error, ck_release *release, uint32_t ntables, uint64_t persons) {
    uint32_t empty;
    release->persons = persons;
    release->table = ck_alloc_zero(error, ntables, sizeof *release->table);
    release->withheld = ck_alloc_zero(error, persons, sizeof *release->withheld);
    if (error->status == CK_OK)
        release->ntables = ntables;
    return error->status == CK_OK ? ck_intern_add(error, &release->values, (ck_span){"", 0}, &empty) : error->status;
}

ck_status ck_release_add_column(ck_error *error, ck_release_table *table, const char *name) {
    size_t n = table->ncolumns, names = n, codes = n, rooms = n;
    ck_grow(error, &table->column, &names, n + 1, sizeof *table->column);
    ck_grow(error, &table->code, &codes, n + 1, sizeof *table->code);
    ck_grow(error, &table->code_room, &rooms, n + 1, sizeof *table->code_room);
    if (error->status != CK_OK)
        return error->status;
    table->column[n] = ck_copy_string(error, name);
    table->code[n] = NULL;
    table->code_room[n] = 0;
    table->ncolumns++;
    return error->status;
}

ck_status ck_release_add_row(ck_error *error, ck_release_table *table, uint32_t person, const uint32_t *code) {
    ck_grow(error, &table->person, &table->person_room, table->rows + 1, sizeof *table->person);
    for (uint32_t c = 0; c < table->ncolumns; c++)
        if (ck_grow(error, &table->code[c], &table->code_room[c], table->rows + 1, sizeof *table->code[c]) == CK_OK)
            table->code[c][table->rows] = code[c];
    if (error->status != CK_OK)
        return error->status;
    table->person[table->rows++] = person;
    return CK_OK;
}

static void free_table(ck_release_table *table) {
    for (uint32_t c = 0; c < table->ncolumns; c++) {
        ck_free(table->column[c]);
        ck_free(table->code[c]);
    }
    ck_free(table->column);
    ck_free(table->code);
    ck_free(table->code_room);
    ck_free(table->person);
    ck_free(table->name);
}

void ck_release_free(ck_release *release) {
    for (uint32_t t = 0; t < release->ntables; t++)
        free_table(&release->table[t]);
    ck_free(release->table);
    ck_free(release->withheld);
    ck_free(release->household_out);
    ck_intern_free(&release->values);
    *release = (ck_release){0};
}

uint64_t ck_release_count_rows(const ck_release *release, const ck_release_table *table) {
    uint64_t n = 0;
    for (uint64_t row = 0; row < table->rows; row++)
        n += ck_release_goes(release, table, row);
    return n;
}

ck_status ck_release_choose_households(ck_error *error, ck_release *release) {
    bool all = true;
    if (!release->household || !(release->household_out = ck_alloc_zero(error, release->households, sizeof *release->household_out)))
        return error->status;
    for (uint32_t t = 0; t < release->ntables; t++) {
        const ck_release_table *table = &release->table[t];
        all = all && table->of_households;
        for (uint64_t row = 0; !table->of_households && row < table->rows; row++)
            if (ck_release_goes(release, table, row) && release->household[table->person[row]])
                release->household_out[release->household[table->person[row]] - 1] = true;
    }
    memset(release->household_out, all, all ? release->households * sizeof *release->household_out : 0);
    return CK_OK;
}

/* ---- keys and order ---- */

void ck_release_person_key(const ck_secret *key, uint64_t id, char text[CK_RELEASE_KEY_TEXT]) {
    uint8_t digest[CK_DIGEST];
    char decimal[24];
    int n = snprintf(decimal, sizeof decimal, "%" PRIu64, id);
    ck_hmac(key, decimal, (size_t)n, digest);
    sodium_bin2hex(text, CK_RELEASE_KEY_TEXT, digest, (CK_RELEASE_KEY_TEXT - 1) / 2);
}

/* Where a row goes: the beginning of its person's key, then a hash of what it says, then its place (rows that say the same are the same). */
typedef struct place {
    uint64_t key, text;
    uint64_t row;
} place;

static int compare_places(const void *a, const void *b) {
    const place *p = a, *q = b;
    if (p->key != q->key)
        return p->key < q->key ? -1 : 1;
    if (p->text != q->text)
        return p->text < q->text ? -1 : 1;
    return p->row < q->row ? -1 : p->row > q->row;
}

static uint64_t hash_row(const ck_release *release, const ck_release_table *table, uint64_t row, uint64_t seed) {
    uint64_t hash = seed;
    for (uint32_t c = 0; c < table->ncolumns; c++)
        hash = ck_hash_mix(hash ^ release->values.hash[table->code[c][row]]);
    return hash;
}

static uint64_t key_head(const ck_secret *key, uint64_t id) {
    char text[CK_RELEASE_KEY_TEXT];
    ck_release_person_key(key, id, text);
    text[16] = 0;
    return strtoull(text, NULL, 16);
}

ck_status ck_release_order(ck_error *error, const ck_release *release, const ck_release_table *table, const ck_secret *key, uint64_t **order, uint64_t *n) {
    uint64_t owners = table->of_households ? release->households : release->persons;
    place *at = ck_alloc(error, table->rows, sizeof *at);
    uint64_t *head = ck_alloc(error, owners, sizeof *head);
    *n = 0;
    *order = ck_alloc(error, table->rows, sizeof **order);
    if (error->status == CK_OK) {
        for (uint64_t p = 0; p < owners; p++)
            head[p] = key_head(key, table->of_households ? p + 1 : release->id[p]);
        for (uint64_t row = 0; row < table->rows; row++)
            if (ck_release_goes(release, table, row))
                at[(*n)++] = (place){head[table->person[row]], hash_row(release, table, row, head[table->person[row]]), row};
        qsort(at, *n, sizeof *at, compare_places);
        for (uint64_t i = 0; i < *n; i++)
            (*order)[i] = at[i].row;
    }
    ck_free(at);
    ck_free(head);
    return error->status;
}
