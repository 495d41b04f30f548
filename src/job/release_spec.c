#include "job/release_spec.h"
#include "base/memory.h"
#include "job/key_rows.h"
#include "job/spec.h"
#include <carrick/clean.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- keys ---- */

static const ck_key column_rows[] = {
    {"from", CK_KEY_TEXT, FIELD(ck_release_column, from), .help = "Header of the column in the source's file; default: the name it has here."},
    {"as", CK_KEY_WORD, .standard = "keep", .words = ck_coarse_words, FIELD(ck_release_column, coarse.as),
     .help = "What goes out. Of a date: `age`, `age_band`, `year`, `month`, or `shift` (all dates of a person moved by the same days). Of a postcode: `outward`, "
             "`postal_area`, and through the lookup `lsoa`, `msoa`, `local_authority`, `deprivation`, `easting`, `northing` (of the LSOA's middle). `code`: a keyed code, the same for equal values of this release and in "
             "no other, as for the number of a stay. `keep`: as it is."},
    {"formats", CK_KEY_TEXTS, FIELDS(ck_release_column, coarse.format, coarse.nformat), .help = "Of a date: how it is written; default `%Y-%m-%d`."},
    {"bands", CK_KEY_NUMBERS, .help = "Of `age_band`: the lowest age of each band, rising; the last is open. Default: 0, 5, 10, ... 85, 90."},
    {"days", CK_KEY_COUNT, .standard = "30", .least = 1, .most = 3650, FIELD(ck_release_column, coarse.shift_days),
     .help = "Of `shift`: the most days that dates are moved, either way; never none."},
    {"allow", CK_KEY_TEXT, FIELD(ck_release_column, allow),
     .help = "Why this column may go out although it looks identifying; it is kept in release.json."},
};
static const ck_table column_keys = {"tables: columns", NULL, ROWS(column_rows), NULL, "A column that goes out. With nothing after the name, it is the source's column of that name, as it is."};

static const ck_key table_rows[] = {
    {"source", CK_KEY_TEXT, FIELD(ck_release_source, source), .help = "Name of a source of the job; its file is read again, by its ids."},
    {"persons", CK_KEY_FLAG, FIELD(ck_release_source, persons),
     .help = "`true`, in place of `source`: one row a person, of the attributes in persons.h5 (docs/households.md), which `from` names."},
    {"households", CK_KEY_PATH, FIELD(ck_release_source, households),
     .help = "In place of `source`: a CSV file of properties, which no source of the job is. Its rows go out with the key of the household whose home the property is, and with no person's; others do not. Needs `household_key`, and the number among the job's attributes of persons."},
    {"property", CK_KEY_TEXT, .standard = "uprn", FIELD(ck_release_source, property), .help = "Of `households`: header of the property's number (UPRN)."},
    {"name", CK_KEY_NAME, FIELD(ck_release_source, name), .help = "Name of the table; default: the source's, or `persons`. A table of households needs one."},
    {"columns", CK_KEY_NAMED, .required = true, .table = &column_keys, .help = "The columns that go out; a column that is not named does not."},
};
static const ck_table table_keys = {"tables", NULL, ROWS(table_rows), NULL, "A table of the release: a row for each row of the source whose person is released, for each person, or for each row of a file of properties whose household is released."};

static const ck_key small_rows[] = {
    {"of", CK_KEY_TEXTS, .required = true, FIELDS(ck_small_rule, of, nof), .help = "Columns of the release that others may know of a person (quasi-identifiers)."},
    {"k", CK_KEY_COUNT, .standard = "5", .least = 2, .most = 1e6, FIELD(ck_small_rule, k), .help = "Persons that a class needs at least."},
    {"blank", CK_KEY_TEXTS, .standard = "[]", FIELDS(ck_small_rule, blank, nblank),
     .help = "Columns of `of` that persons of smaller classes lose, one after another until their class is large enough. Who is left is withheld."},
};
static const ck_table small_keys = {"small_groups", NULL, ROWS(small_rows), NULL, "The check of small groups. A person's values are those of all tables together."};

static const ck_key home_rows[] = {
    {"of", CK_KEY_TEXTS, .required = true, FIELDS(ck_small_rule, of, nof),
     .help = "Columns of the release, of tables of households or of others, that others may know of an address: what public registers say."},
    {"k", CK_KEY_COUNT, .standard = "5", .least = 2, .most = 1e6, FIELD(ck_small_rule, k), .help = "Homes that a class needs at least."},
    {"blank", CK_KEY_TEXTS, .standard = "[]", FIELDS(ck_small_rule, blank, nblank),
     .help = "Columns of `of` that homes of smaller classes lose, one after another until their class is large enough. Who is left loses its rows in tables of households, and every column of `of` in its persons' rows."},
};
static const ck_table home_keys = {"small_homes", NULL, ROWS(home_rows), NULL, "The check of small classes of homes, which are the households of the release. A home's values are its rows in all tables."};

static const ck_key release_rows[] = {
    {"name", CK_KEY_TEXT, .required = true, FIELD(ck_release_spec, name),
     .help = "Name of this release. Person keys are made with the key and it, so that two releases cannot be joined."},
    {"index", CK_KEY_PATH, .required = true, FIELD(ck_release_spec, index), .help = "Result folder of the job."},
    {"out", CK_KEY_PATH, .required = true, FIELD(ck_release_spec, out), .help = "Folder of the release; it may not be there yet."},
    {"as_of", CK_KEY_TEXT, .help = "Date (YYYY-MM-DD) of ages; needed for them."},
    {"lookup", CK_KEY_PATH, FIELD(ck_release_spec, lookup), .help = "ONS postcode directory (ONSPD) or NSPL file, for areas."},
    {"household_key", CK_KEY_FLAG, .standard = "false", FIELD(ck_release_spec, household_key),
     .help = "Write a household key beside the person key; the result folder must hold households.h5."},
    {"formats", CK_KEY_TEXTS, .standard = "[csv]", .help = "`csv`, `hdf5` and `sqlite`, in a list."},
    {"small_groups", CK_KEY_TABLE, .table = &small_keys, .help = "The check of small groups; without it none is made."},
    {"small_homes", CK_KEY_TABLE, .table = &home_keys, .help = "The same check of homes, by what is known of addresses; needs `household_key`. Without it none is made."},
    {"tables", CK_KEY_TABLES, .required = true, .table = &table_keys, .help = "What goes out."},
};
static const ck_table release_keys = {"release", NULL, ROWS(release_rows), NULL, "The top of the file."};

/* ---- building ---- */

static ck_status build_bands(ck_error *error, const ck_doc *doc, const ck_node *map, ck_coarse_options *coarse) {
    enum { STEP = 5, LAST = 90 };
    const ck_node *bands = ck_node_get(map, "bands");
    if (bands && bands->n == 0)
        return ck_node_fail(error, doc, bands, "No band is named, so no age would go out.");
    coarse->nbands = bands ? (uint32_t)bands->n : LAST / STEP + 1;
    coarse->band = ck_alloc(error, coarse->nbands, sizeof *coarse->band);
    for (uint32_t b = 0; coarse->band && b < coarse->nbands; b++) {
        double age = bands ? ck_node_number(bands->entry[b].value) : STEP * b;
        if (!(age >= 0 && age <= 150) || age != floor(age) || (b && age <= coarse->band[b - 1]))
            return ck_node_fail(error, doc, bands, "The bands must be whole ages from 0 to 150 that rise.");
        coarse->band[b] = (uint32_t)age;
    }
    return error->status;
}

static ck_status check_column(ck_error *error, const ck_doc *doc, const ck_node *map, const ck_release_spec *spec, const ck_release_column *column) {
    const ck_node *as = ck_node_get(map, "as");
    if ((column->coarse.as == CK_COARSE_AGE || column->coarse.as == CK_COARSE_AGE_BAND) && spec->as_of == INT64_MIN)
        return ck_node_fail(error, doc, as, "An age needs the date that it is of: 'as_of' at the top.");
    if (ck_coarse_reads_lookup(column->coarse.as) && !spec->lookup)
        return ck_node_fail(error, doc, as, "'%s' needs 'lookup', an ONSPD or NSPL file, at the top.", as->text);
    return ck_spec_check_formats(error, doc, map, column->coarse.format, column->coarse.nformat);
}

static ck_status build_column(ck_error *error, const ck_doc *doc, const ck_entry *entry, const ck_release_spec *spec, ck_release_column *column) {
    column->name = ck_copy_string(error, entry->key);
    if (error->status != CK_OK || ck_shape_fill(error, &column_keys, entry->value, column) != CK_OK)
        return error->status;
    if (!column->from)
        column->from = ck_copy_string(error, entry->key);
    column->coarse.as_of = spec->as_of;
    return build_bands(error, doc, entry->value, &column->coarse) == CK_OK ? check_column(error, doc, entry->value, spec, column) : error->status;
}

static ck_status build_table(ck_error *error, const ck_doc *doc, const ck_node *map, const ck_release_spec *spec, ck_release_source *table) {
    const ck_node *columns = ck_node_get(map, "columns");
    table->column = ck_alloc_zero(error, columns->n, sizeof *table->column);
    if (error->status != CK_OK || ck_shape_fill(error, &table_keys, map, table) != CK_OK)
        return error->status;
    if ((table->source != NULL) + table->persons + (table->households != NULL) != 1)
        return ck_node_fail(error, doc, map, "A table is of a 'source', of all persons with 'persons: true', or of 'households' with a file of properties.");
    if (table->households && (!table->name || !spec->household_key))
        return ck_node_fail(error, doc, map, "A table of households needs %s.", table->name ? "'household_key: true' at the top" : "a 'name'");
    if (!table->name)
        table->name = ck_copy_string(error, table->persons ? "persons" : table->source);
    table->ncolumns = (uint32_t)columns->n;
    for (uint32_t c = 0; c < table->ncolumns && error->status == CK_OK; c++)
        build_column(error, doc, &columns->entry[c], spec, &table->column[c]);
    return error->status;
}

static ck_status build_tables(ck_error *error, const ck_doc *doc, ck_release_spec *spec) {
    const ck_node *tables = ck_node_get(doc->root, "tables");
    spec->table = ck_alloc_zero(error, tables->n, sizeof *spec->table);
    for (uint32_t t = 0; spec->table && t < tables->n && error->status == CK_OK; t++) {
        spec->ntables = t + 1;
        if (build_table(error, doc, tables->entry[t].value, spec, &spec->table[t]) != CK_OK)
            break;
        for (uint32_t s = 0; s < t; s++)
            if (strcmp(spec->table[s].name, spec->table[t].name) == 0)
                ck_node_fail(error, doc, tables->entry[t].value, "Two tables are called '%s'; give one another 'name'.", spec->table[t].name);
    }
    return error->status;
}

static ck_status build_formats(ck_error *error, const ck_doc *doc, ck_release_spec *spec) {
    static const char *const words[] = {"csv", "hdf5", "sqlite"};
    const ck_node *list = ck_node_get(doc->root, "formats");
    for (size_t i = 0; i < list->n; i++) {
        const ck_node *word = list->entry[i].value;
        size_t w = 0;
        while (w < 3 && strcmp(word->text, words[w]) != 0)
            w++;
        if (w == 3)
            return ck_node_fail_unknown(error, doc, word, "The format", word->text, words, 3);
        spec->formats |= 1u << w;
    }
    return list->n ? CK_OK : ck_node_fail(error, doc, list, "No format is named, so nothing would be written.");
}

/* An empty list would be a check of nothing. */
static ck_status build_small(ck_error *error, const ck_doc *doc, const ck_table *keys, const char *name, ck_small_rule *rule) {
    const ck_node *small = ck_node_get(doc->root, name);
    if (!small || ck_shape_fill(error, keys, small, rule) != CK_OK)
        return error->status;
    if (rule->nof == 0)
        return ck_node_fail(error, doc, ck_node_get(small, "of"), "No column is named, so no small group would be found.");
    if (rule->nblank > CK_BLANK_MOST)
        return ck_node_fail(error, doc, ck_node_get(small, "blank"), "At most %d columns can be blanked one after another.", CK_BLANK_MOST);
    return CK_OK;
}

/* What homes lose after persons were counted would split classes of persons. */
static ck_status build_homes(ck_error *error, const ck_doc *doc, ck_release_spec *spec) {
    const ck_node *homes = ck_node_get(doc->root, "small_homes");
    if (!homes || build_small(error, doc, &home_keys, "small_homes", &spec->homes) != CK_OK)
        return error->status;
    if (!spec->household_key)
        return ck_node_fail(error, doc, homes, "Homes are told by the household key: 'small_homes' needs 'household_key: true' at the top.");
    for (uint32_t i = 0; i < spec->homes.nof; i++)
        for (uint32_t j = 0; j < spec->small.nof; j++)
            if (strcmp(spec->homes.of[i], spec->small.of[j]) == 0)
                return ck_node_fail(error, doc, ck_node_get(homes, "of"), "Column '%s' is of 'small_groups' as well: what homes lose in it would make classes of persons smaller.", spec->homes.of[i]);
    return CK_OK;
}

static ck_status build(ck_error *error, const ck_doc *doc, ck_release_spec *spec) {
    const ck_node *as_of = ck_node_get(doc->root, "as_of");
    spec->as_of = INT64_MIN;
    if (ck_shape_fill(error, &release_keys, doc->root, spec) != CK_OK ||
        build_small(error, doc, &small_keys, "small_groups", &spec->small) != CK_OK || build_homes(error, doc, spec) != CK_OK)
        return error->status;
    if (as_of && !ck_date_parse("%Y-%m-%d", as_of->text, strlen(as_of->text), &spec->as_of))
        return ck_node_fail(error, doc, as_of, "This must be a real date, written YYYY-MM-DD.");
    if (build_formats(error, doc, spec) != CK_OK)
        return error->status;
    return build_tables(error, doc, spec);
}

ck_status ck_release_spec_parse(ck_error *error, const char *text, const char *path, const char *const *overrides, uint32_t noverrides, ck_release_spec *spec) {
    ck_doc doc = {0};
    *spec = (ck_release_spec){0};
    if (ck_spec_read(error, &doc, &release_keys, text, path, overrides, noverrides) == CK_OK)
        build(error, &doc, spec);
    ck_doc_free(&doc);
    return error->status;
}

static void free_table(ck_release_source *table) {
    for (uint32_t c = 0; c < table->ncolumns; c++) {
        ck_release_column *column = &table->column[c];
        ck_free(column->coarse.band);
        ck_free(column->name);
        ck_shape_free(&column_keys, column);
    }
    ck_free(table->column);
    ck_shape_free(&table_keys, table);
}

void ck_release_spec_free(ck_release_spec *spec) {
    for (uint32_t t = 0; t < spec->ntables; t++)
        free_table(&spec->table[t]);
    ck_free(spec->table);
    ck_shape_free(&small_keys, &spec->small);
    ck_shape_free(&home_keys, &spec->homes);
    ck_shape_free(&release_keys, spec);
    *spec = (ck_release_spec){0};
}

ck_status ck_release_spec_reference(ck_error *error, char **text) {
    return ck_shape_reference(error, &release_keys, text);
}
