#include "assess/truth.h"
#include "base/fault.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/path.h"
#include <csv.h>
#include <string.h>
#include <zlib.h>

/* The columns that are wanted of a row. */
enum { ID, ENTITY, SOURCE, WANTED };

typedef struct ck_field {
    const char *name; /* in the header; NULL: not wanted */
    size_t column;    /* SIZE_MAX until the header has named it */
    char *bytes;      /* of the current row */
    size_t n, room;
} ck_field;

/* Entities by text: an open hash table of numbers from 1, over texts that lie one after the other. */
typedef struct ck_entities {
    uint32_t *slot;
    size_t nslots, offset_room, byte_room;
    uint64_t *offset; /* [count + 1] */
    char *bytes;
    uint32_t count;
} ck_entities;

typedef struct ck_truth_reader {
    ck_error *error;
    const ck_truth_spec *spec;
    const ck_people *people;
    ck_truth_table *table;
    ck_field field[WANTED];
    ck_entities entities;
    uint64_t row; /* 0 = the header, 1 = the first row after it */
    size_t column, ncolumns;
    char **header;
    size_t header_room;
} ck_truth_reader;

static uint32_t *entity_slot(const ck_entities *e, const char *text, size_t n) {
    size_t at = ck_hash_bytes(text, n, 0) & (e->nslots - 1);
    while (e->slot[at]) {
        uint64_t begin = e->offset[e->slot[at] - 1], length = e->offset[e->slot[at]] - begin;
        if (length == n && memcmp(e->bytes + begin, text, n) == 0)
            break;
        at = (at + 1) & (e->nslots - 1);
    }
    return &e->slot[at];
}

/* Keep the table at most half full. */
static void widen_entities(ck_error *error, ck_entities *e) {
    if (2 * (size_t)(e->count + 1) <= e->nslots)
        return;
    ck_entities wide = *e;
    wide.nslots = e->nslots ? 2 * e->nslots : 1024;
    wide.slot = ck_alloc_zero(error, wide.nslots, sizeof *wide.slot);
    if (!wide.slot)
        return;
    for (uint32_t k = 1; k <= e->count; k++)
        *entity_slot(&wide, e->bytes + e->offset[k - 1], e->offset[k] - e->offset[k - 1]) = k;
    ck_free(e->slot);
    *e = wide;
}

/* The number of an entity, made when it is new; 0 for an empty text or without memory. */
static uint32_t number_of_entity(ck_error *error, ck_entities *e, const char *text, size_t n) {
    if (n == 0)
        return 0;
    widen_entities(error, e);
    uint64_t at = e->count ? e->offset[e->count] : 0;
    ck_grow(error, &e->offset, &e->offset_room, (size_t)e->count + 2, sizeof *e->offset);
    ck_grow(error, &e->bytes, &e->byte_room, at + n, 1);
    if (error->status != CK_OK)
        return 0;
    e->offset[e->count] = at;
    uint32_t *slot = entity_slot(e, text, n);
    if (*slot)
        return *slot;
    memcpy(e->bytes + at, text, n);
    e->offset[++e->count] = at + n;
    return *slot = e->count;
}

static uint32_t number_of_source(const ck_people *people, const ck_field *field) {
    if (!field->name)
        return (uint32_t)CK_TRUTH_ANY;
    for (uint32_t s = 0; s < people->nsources; s++)
        if (strlen(people->source[s].name) == field->n && memcmp(people->source[s].name, field->bytes, field->n) == 0)
            return s;
    return (uint32_t)CK_TRUTH_NONE;
}

static void keep_row(ck_truth_reader *r) {
    ck_truth_table *t = r->table;
    const ck_field *id = &r->field[ID], *entity = &r->field[ENTITY];
    uint64_t at = t->n ? t->id_offset[t->n] : 0;
    ck_grow(r->error, &t->id_offset, &t->offset_room, t->n + 2, sizeof *t->id_offset);
    ck_grow(r->error, &t->id_bytes, &t->id_room, at + id->n, 1);
    ck_grow(r->error, &t->group, &t->group_room, t->n + 1, sizeof *t->group);
    ck_grow(r->error, &t->source, &t->source_room, t->n + 1, sizeof *t->source);
    if (r->error->status != CK_OK)
        return;
    memcpy(t->id_bytes + at, id->bytes, id->n);
    t->id_offset[t->n] = at;
    t->id_offset[t->n + 1] = at + id->n;
    t->group[t->n] = number_of_entity(r->error, &r->entities, entity->bytes, entity->n);
    t->source[t->n] = number_of_source(r->people, &r->field[SOURCE]);
    t->n++;
}

/* One name of the header. */
static void meet_name(ck_truth_reader *r, const char *text, size_t n) {
    if (ck_grow(r->error, &r->header, &r->header_room, r->column + 1, sizeof *r->header) != CK_OK)
        return;
    r->header[r->column] = ck_copy_text(r->error, text, n);
    r->ncolumns = r->column + 1;
    for (int k = 0; k < WANTED; k++) {
        ck_field *field = &r->field[k];
        if (!field->name || !r->header[r->column] || strcmp(field->name, r->header[r->column]) != 0)
            continue;
        if (field->column != SIZE_MAX)
            ck_fail(r->error, CK_DATA, "%s has two columns named '%s'.", r->spec->file, field->name);
        field->column = r->column;
    }
}

static void check_header(ck_truth_reader *r) {
    for (int k = 0; k < WANTED; k++) {
        const ck_field *field = &r->field[k];
        if (!field->name || field->column != SIZE_MAX)
            continue;
        const char *nearest = ck_text_nearest(field->name, (const char *const *)r->header, r->ncolumns);
        ck_fail(r->error, CK_DATA, "%s has no column '%s'%s%s%s", r->spec->file, field->name,
                nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : ".");
    }
}

static void on_field(void *text, size_t n, void *user) {
    ck_truth_reader *r = user;
    if (r->error->status != CK_OK)
        return;
    if (r->row == 0)
        meet_name(r, text, n);
    for (int k = 0; r->row > 0 && k < WANTED; k++) {
        ck_field *field = &r->field[k];
        if (field->column != r->column || ck_grow(r->error, &field->bytes, &field->room, n + 1, 1) != CK_OK)
            continue;
        if (n)
            memcpy(field->bytes, text, n);
        field->n = n;
    }
    r->column++;
}

static void on_row(int end, void *user) {
    (void)end;
    ck_truth_reader *r = user;
    if (r->error->status != CK_OK)
        return;
    if (r->row == 0)
        check_header(r);
    else if (r->column != r->ncolumns)
        ck_fail(r->error, CK_DATA, "%s row %llu has %zu columns, but the header has %zu.", r->spec->file,
                (unsigned long long)r->row, r->column, r->ncolumns);
    else if (r->field[ID].n == 0)
        ck_fail(r->error, CK_DATA, "%s row %llu, column %s: the id is empty.", r->spec->file,
                (unsigned long long)r->row, r->spec->id);
    else
        keep_row(r);
    r->row++;
    r->column = 0;
}

/* Blanks are part of a value (libcsv would trim them). */
static int no_space(unsigned char byte) {
    (void)byte;
    return 0;
}

static void fail_parse(ck_truth_reader *r, struct csv_parser *parser) {
    if (csv_error(parser) == CSV_ENOMEM)
        ck_fail(r->error, CK_MEMORY, "Out of memory while reading %s.", r->spec->file);
    ck_fail(r->error, CK_DATA, "%s row %llu, column %zu: a quote stands where CSV allows none, or is never closed.",
            r->spec->file, (unsigned long long)r->row, r->column + 1);
}

static void parse_file(ck_truth_reader *r, struct csv_parser *parser, gzFile file, char *buffer, unsigned room) {
    int n;
    bool first = true;
    while (r->error->status == CK_OK && (n = gzread(file, buffer, room)) > 0) {
        size_t skip = first && n >= 3 && memcmp(buffer, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
        first = false;
        if (csv_parse(parser, buffer + skip, (size_t)n - skip, on_field, on_row, r) != (size_t)n - skip)
            fail_parse(r, parser);
    }
    int code = Z_OK;
    gzerror(file, &code);
    if (code != Z_OK && code != Z_STREAM_END)
        ck_fail(r->error, CK_FILE, "%s cannot be read to its end; it may be cut short or damaged.", r->spec->file);
    if (r->error->status == CK_OK && csv_fini(parser, on_field, on_row, r) != 0)
        fail_parse(r, parser);
    if (r->row == 0)
        ck_fail(r->error, CK_DATA, "%s is empty; it needs a header.", r->spec->file);
}

static void read_file(ck_truth_reader *r) {
    enum { ROOM = 1 << 18 };
    struct csv_parser parser;
    gzFile file = ck_fault(CK_FAULT_READ) || ck_path_readable(r->error, r->spec->file) != CK_OK ? NULL : gzopen(r->spec->file, "rb"); /* reads plain files as they are */
    char *buffer = ck_alloc(r->error, ROOM, 1);
    bool ready = csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) == 0;
    if (!file)
        ck_fail(r->error, CK_FILE, "Cannot read %s.", r->spec->file);
    if (!ready)
        ck_fail(r->error, CK_MEMORY, "Out of memory while reading %s.", r->spec->file);
    if (file && buffer && ready) {
        csv_set_space_func(&parser, no_space);
        parse_file(r, &parser, file, buffer, ROOM);
    }
    if (ready)
        csv_free(&parser);
    if (file)
        gzclose(file);
    ck_free(buffer);
}

ck_status ck_truth_read(ck_error *error, const ck_truth_spec *spec, const ck_people *people, ck_truth_table *table) {
    *table = (ck_truth_table){0};
    ck_truth_reader r = {.error = error, .spec = spec, .people = people, .table = table};
    const char *const name[WANTED] = {spec->id, spec->entity, spec->source};
    for (int k = 0; k < WANTED; k++)
        r.field[k] = (ck_field){.name = name[k], .column = SIZE_MAX};
    read_file(&r);
    table->groups = r.entities.count;
    for (int k = 0; k < WANTED; k++)
        ck_free(r.field[k].bytes);
    for (size_t c = 0; c < r.ncolumns; c++)
        ck_free(r.header[c]);
    ck_free(r.header);
    ck_free(r.entities.slot);
    table->entity_offset = r.entities.offset;
    table->entity_bytes = r.entities.bytes;
    if (error->status != CK_OK)
        ck_truth_free(table);
    return error->status;
}

void ck_truth_free(ck_truth_table *table) {
    ck_free(table->id_bytes);
    ck_free(table->id_offset);
    ck_free(table->group);
    ck_free(table->entity_offset);
    ck_free(table->entity_bytes);
    ck_free(table->source);
    *table = (ck_truth_table){0};
}
