#include "job/collate_spec.h"
#include "base/memory.h"
#include "job/key_rows.h"
#include "job/spec.h"

static const ck_key table_rows[] = {
    {"file", CK_KEY_PATH, .required = true, FIELD(ck_collate_table, file), .help = "A CSV file, such as a table of a release."},
    {"kind", CK_KEY_TEXT, .required = true, FIELD(ck_collate_table, kind), .help = "Word for its contacts, as `outpatient`."},
    {"person", CK_KEY_TEXT, .standard = "person_key", FIELD(ck_collate_table, person), .help = "Column of the person's key. Rows without one are counted and left out."},
    {"start", CK_KEY_TEXT, .required = true, FIELD(ck_collate_table, start), .help = "Column of the date on which the contact was or began. Rows without one are counted and left out."},
    {"end", CK_KEY_TEXT, FIELD(ck_collate_table, end), .help = "Column of the date on which it ended; of an admission, the discharge."},
    {"provider", CK_KEY_TEXT, FIELD(ck_collate_table, provider), .help = "Column that says with whom it was, as PROCODET."},
    {"spell", CK_KEY_TEXT, FIELD(ck_collate_table, spell), .help = "Column of the stay's number with its provider: rows of one person, provider and number are one contact."},
    {"order", CK_KEY_TEXT, FIELD(ck_collate_table, order), .help = "Column of the episode's number within its spell; the first says how the spell began."},
    {"formats", CK_KEY_TEXTS, FIELDS(ck_collate_table, format, nformat), .help = "How dates are written; default `%Y-%m-%d`."},
    {"admissions", CK_KEY_FLAG, .standard = "false", FIELD(ck_collate_table, admissions), .help = "Its contacts are admissions, and may be readmissions."},
    {"method", CK_KEY_TEXT, FIELD(ck_collate_table, method), .help = "Column that says how somebody was admitted, as ADMIMETH."},
    {"emergency", CK_KEY_TEXTS, FIELDS(ck_collate_table, emergency, nemergency), .help = "Values of `method` that are emergencies: only these count as readmissions. Default: all do."},
};
static const ck_table table_keys = {"tables", NULL, ROWS(table_rows), NULL, "A file of contacts."};

static const ck_key collate_rows[] = {
    {"out", CK_KEY_PATH, .required = true, FIELD(ck_collate_spec, out), .help = "Folder of the three files."},
    {"days", CK_KEY_COUNT, .standard = "30", .least = 1, .most = 3650, FIELD(ck_collate_spec, days), .help = "An admission up to so many days after a discharge is a readmission."},
    {"tables", CK_KEY_TABLES, .required = true, .table = &table_keys, .help = "The contacts."},
};
static const ck_table collate_keys = {"collate", NULL, ROWS(collate_rows), NULL, "The top of the file."};

static ck_status check_table(ck_error *error, const ck_doc *doc, const ck_node *map, const ck_collate_table *table) {
    if (ck_spec_check_formats(error, doc, map, table->format, table->nformat) != CK_OK)
        return error->status;
    if (table->nemergency && !table->method)
        return ck_node_fail(error, doc, ck_node_get(map, "emergency"), "'emergency' needs 'method', the column that holds these values.");
    if (table->order && !table->spell)
        return ck_node_fail(error, doc, ck_node_get(map, "order"), "'order' is of an episode within its 'spell', which is not named.");
    return CK_OK;
}

static ck_status build(ck_error *error, const ck_doc *doc, ck_collate_spec *spec) {
    const ck_node *tables = ck_node_get(doc->root, "tables");
    spec->table = ck_alloc_zero(error, tables->n, sizeof *spec->table);
    if (error->status != CK_OK || ck_shape_fill(error, &collate_keys, doc->root, spec) != CK_OK)
        return error->status;
    while (spec->ntables < tables->n) {
        const ck_node *map = tables->entry[spec->ntables].value;
        ck_collate_table *table = &spec->table[spec->ntables++];
        if (ck_shape_fill(error, &table_keys, map, table) != CK_OK || check_table(error, doc, map, table) != CK_OK)
            break;
    }
    return error->status;
}

ck_status ck_collate_spec_parse(ck_error *error, const char *text, const char *path, const char *const *overrides, uint32_t noverrides, ck_collate_spec *spec) {
    ck_doc doc = {0};
    *spec = (ck_collate_spec){0};
    if (ck_spec_read(error, &doc, &collate_keys, text, path, overrides, noverrides) == CK_OK)
        build(error, &doc, spec);
    ck_doc_free(&doc);
    return error->status;
}

void ck_collate_spec_free(ck_collate_spec *spec) {
    for (uint32_t t = 0; t < spec->ntables; t++)
        ck_shape_free(&table_keys, &spec->table[t]);
    ck_free(spec->table);
    ck_shape_free(&collate_keys, spec);
    *spec = (ck_collate_spec){0};
}

ck_status ck_collate_spec_reference(ck_error *error, char **text) {
    return ck_shape_reference(error, &collate_keys, text);
}
