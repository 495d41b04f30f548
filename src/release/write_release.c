#include "release/write_release.h"
#include "base/memory.h"
#include "base/path.h"
#include "csv/csv_out.h"
#include "store/h5.h"
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

/* ---- rows ---- */

static uint32_t fill_keys(const ck_release *release, const ck_release_table *table, const ck_release_keys *keys, uint32_t person, char text[2][CK_RELEASE_KEY_TEXT],
                          ck_span *field) {
    if (table->of_households) {
        ck_release_person_key(keys->household, (uint64_t)person + 1, text[0]);
        field[0] = ck_span_of(text[0]);
        return 1;
    }
    ck_release_person_key(keys->person, release->id[person], text[0]);
    field[0] = ck_span_of(text[0]);
    if (!release->household)
        return 1;
    text[1][0] = 0;
    if (release->household[person])
        ck_release_person_key(keys->household, release->household[person], text[1]);
    field[1] = ck_span_of(text[1]);
    return 2;
}

ck_status ck_release_walk(ck_error *error, const ck_release *release, const ck_release_table *table, const ck_release_keys *keys, ck_release_row *take, void *user,
                          uint64_t *rows) {
    uint32_t nkeys = release->household && !table->of_households ? 2 : 1, n = nkeys + table->ncolumns;
    uint64_t *order = NULL;
    ck_span *field = ck_alloc(error, n, sizeof *field);
    *rows = 0;
    if (!field || ck_release_order(error, release, table, table->of_households ? keys->household : keys->person, &order, rows) != CK_OK)
        goto done;
    field[0] = ck_span_of(table->of_households ? "household_key" : "person_key");
    if (nkeys > 1)
        field[1] = ck_span_of("household_key");
    for (uint32_t c = 0; c < table->ncolumns; c++)
        field[nkeys + c] = ck_span_of(table->column[c]);
    take(user, error, field, n);
    for (uint64_t i = 0; i < *rows && error->status == CK_OK; i++) {
        char text[2][CK_RELEASE_KEY_TEXT];
        fill_keys(release, table, keys, table->person[order[i]], text, field);
        for (uint32_t c = 0; c < table->ncolumns; c++)
            field[nkeys + c] = ck_intern_get(&release->values, table->code[c][order[i]]);
        take(user, error, field, n);
    }
done:
    ck_free(field);
    ck_free(order);
    return error->status;
}

/* ---- CSV ---- */

static ck_status take_csv(void *user, ck_error *error, const ck_span *field, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        ck_csv_out_text(user, field[i]);
    ck_csv_out_end_row(user);
    return error->status;
}

static ck_status write_csv(ck_error *error, const ck_release *release, const ck_release_table *table, const ck_release_keys *keys, const char *folder, uint64_t *rows) {
    char name[512];
    ck_csv_out out = {0};
    snprintf(name, sizeof name, "%s.csv", table->name);
    char *path = ck_path_join(error, folder, name);
    if (path && ck_csv_out_open(error, path, &out) == CK_OK && ck_release_walk(error, release, table, keys, take_csv, &out, rows) == CK_OK)
        ck_csv_out_commit(error, &out);
    ck_csv_out_close(&out);
    ck_free(path);
    return error->status;
}

ck_status ck_release_write_csv(ck_error *error, const ck_release *release, const ck_release_keys *keys, const char *folder, uint64_t *rows) {
    for (uint32_t t = 0; t < release->ntables && error->status == CK_OK; t++)
        write_csv(error, release, &release->table[t], keys, folder, &rows[t]);
    return error->status;
}

/* ---- SQLite ---- */

typedef struct database {
    sqlite3 *db;
    sqlite3_stmt *insert;
    const char *path, *table;
} database;

static ck_status fail_sqlite(ck_error *error, const database *to) {
    return ck_fail(error, CK_FILE, "'%s' cannot be written: %s.", to->path, to->db ? sqlite3_errmsg(to->db) : "out of memory");
}

static ck_status run_sql(ck_error *error, const database *to, const char *sql) {
    return sqlite3_exec(to->db, sql, NULL, NULL, NULL) == SQLITE_OK ? CK_OK : fail_sqlite(error, to);
}

/* CREATE TABLE and INSERT of a table whose columns are all texts. Names are quoted as SQL has it. */
static ck_status start_table(ck_error *error, database *to, const ck_span *name, uint32_t n) {
    sqlite3_str *create = sqlite3_str_new(to->db), *insert = sqlite3_str_new(to->db);
    sqlite3_str_appendf(create, "CREATE TABLE \"%w\" (", to->table);
    sqlite3_str_appendf(insert, "INSERT INTO \"%w\" VALUES (", to->table);
    for (uint32_t i = 0; i < n; i++) {
        char *text = ck_copy_text(error, name[i].bytes, name[i].n);
        sqlite3_str_appendf(create, "%s\"%w\" TEXT", i ? ", " : "", text ? text : "");
        sqlite3_str_appendf(insert, i ? ", ?" : "?");
        ck_free(text);
    }
    sqlite3_str_appendall(create, ")");
    sqlite3_str_appendall(insert, ")");
    char *create_text = sqlite3_str_finish(create), *insert_text = sqlite3_str_finish(insert);
    if (error->status == CK_OK && (!create_text || !insert_text))
        ck_fail(error, CK_MEMORY, "Out of memory for a statement.");
    if (error->status == CK_OK && run_sql(error, to, create_text) == CK_OK && sqlite3_prepare_v2(to->db, insert_text, -1, &to->insert, NULL) != SQLITE_OK)
        fail_sqlite(error, to);
    sqlite3_free(create_text);
    sqlite3_free(insert_text);
    return error->status;
}

static ck_status take_sqlite(void *user, ck_error *error, const ck_span *field, uint32_t n) {
    database *to = user;
    if (error->status != CK_OK)
        return error->status;
    if (!to->insert)
        return start_table(error, to, field, n);
    for (uint32_t i = 0; i < n; i++)
        if (field[i].n)
            sqlite3_bind_text(to->insert, (int)i + 1, field[i].bytes, (int)field[i].n, SQLITE_STATIC);
        else
            sqlite3_bind_null(to->insert, (int)i + 1);
    if (sqlite3_step(to->insert) != SQLITE_DONE || sqlite3_reset(to->insert) != SQLITE_OK)
        return fail_sqlite(error, to);
    return CK_OK;
}

static ck_status fill_database(ck_error *error, const ck_release *release, const ck_release_keys *keys, database *to) {
    run_sql(error, to, "PRAGMA journal_mode = OFF; PRAGMA synchronous = FULL; BEGIN");
    for (uint32_t t = 0; t < release->ntables && error->status == CK_OK; t++) {
        uint64_t rows;
        to->table = release->table[t].name;
        ck_release_walk(error, release, &release->table[t], keys, take_sqlite, to, &rows);
        sqlite3_finalize(to->insert);
        to->insert = NULL;
    }
    return error->status == CK_OK ? run_sql(error, to, "COMMIT") : error->status;
}

ck_status ck_release_write_sqlite(ck_error *error, const ck_release *release, const ck_release_keys *keys, const char *path) {
    database to = {.path = path};
    if (sqlite3_open_v2(path, &to.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK)
        fail_sqlite(error, &to);
    else
        fill_database(error, release, keys, &to);
    if (sqlite3_close(to.db) != SQLITE_OK && error->status == CK_OK)
        ck_fail(error, CK_FILE, "'%s' cannot be closed.", path);
    return error->status;
}

/* ---- HDF5 ---- */

/* The texts of every column of a table, one after another. */
typedef struct texts {
    uint32_t ncolumns;
    char **name, **bytes;
    uint64_t **offset;
    size_t *byte_room, *offset_room;
    uint64_t rows;
} texts;

static ck_status start_texts(ck_error *error, texts *to, const ck_span *name, uint32_t n) {
    to->name = ck_alloc_zero(error, n, sizeof *to->name);
    to->bytes = ck_alloc_zero(error, n, sizeof *to->bytes);
    to->offset = ck_alloc_zero(error, n, sizeof *to->offset);
    to->byte_room = ck_alloc_zero(error, n, sizeof *to->byte_room);
    to->offset_room = ck_alloc_zero(error, n, sizeof *to->offset_room);
    if (error->status != CK_OK)
        return error->status;
    to->ncolumns = n;
    for (uint32_t c = 0; c < n; c++) {
        to->name[c] = ck_copy_text(error, name[c].bytes, name[c].n);
        if (ck_grow(error, &to->offset[c], &to->offset_room[c], 1, sizeof **to->offset) == CK_OK)
            to->offset[c][0] = 0;
    }
    return error->status;
}

static ck_status take_texts(void *user, ck_error *error, const ck_span *field, uint32_t n) {
    texts *to = user;
    if (!to->ncolumns)
        return start_texts(error, to, field, n);
    for (uint32_t c = 0; c < n && error->status == CK_OK; c++) {
        uint64_t at = to->offset[c][to->rows];
        if (ck_grow(error, &to->bytes[c], &to->byte_room[c], at + field[c].n + 1, 1) != CK_OK ||
            ck_grow(error, &to->offset[c], &to->offset_room[c], to->rows + 2, sizeof **to->offset) != CK_OK)
            break;
        memcpy(to->bytes[c] + at, field[c].bytes, field[c].n);
        to->offset[c][to->rows + 1] = at + field[c].n;
    }
    to->rows++;
    return error->status;
}

static ck_status write_texts(ck_error *error, ck_h5 *file, const char *table, const texts *from) {
    for (uint32_t c = 0; c < from->ncolumns && error->status == CK_OK; c++) {
        char name[1024];
        uint64_t bytes = from->offset[c][from->rows];
        snprintf(name, sizeof name, "/tables/%s/%s/offset", table, from->name[c]);
        if (ck_h5_write(file, error, name, CK_H5_U64, from->rows + 1, 0, from->rows + 1, from->offset[c]) != CK_OK)
            break;
        snprintf(name, sizeof name, "/tables/%s/%s/bytes", table, from->name[c]);
        ck_h5_write(file, error, name, CK_H5_U8, bytes, 0, bytes, from->bytes[c] ? from->bytes[c] : "");
    }
    return error->status;
}

static void free_texts(texts *of) {
    for (uint32_t c = 0; c < of->ncolumns; c++) {
        ck_free(of->name[c]);
        ck_free(of->bytes[c]);
        ck_free(of->offset[c]);
    }
    ck_free(of->name);
    ck_free(of->bytes);
    ck_free(of->offset);
    ck_free(of->byte_room);
    ck_free(of->offset_room);
    *of = (texts){0};
}

ck_status ck_release_write_h5(const ck_comm *alone, ck_error *error, const ck_release *release, const ck_release_keys *keys, const char *path) {
    ck_h5 *file = NULL;
    if (ck_h5_create(alone, error, path, "release", 1, &file) == CK_OK) {
        for (uint32_t t = 0; t < release->ntables && error->status == CK_OK; t++) {
            texts columns = {0};
            uint64_t rows;
            if (ck_release_walk(error, release, &release->table[t], keys, take_texts, &columns, &rows) == CK_OK)
                write_texts(error, file, release->table[t].name, &columns);
            free_texts(&columns);
        }
        if (error->status == CK_OK) {
            ck_h5_commit(file, error);
            file = NULL;
        }
    }
    ck_h5_close(file);
    return error->status;
}
