/* The keys of `person` and `households` (docs/households.md). */
#include "base/memory.h"
#include "job/build.h"
#include "job/key_rows.h"
#include "job/passes.h"
#include "job/person_keys.h"
#include <string.h>

static const char *const winner_rules[] = {"most_frequent", "most_recent", "priority", NULL}; /* in the order of ck_winner_rule */

static const ck_key attribute_rows[] = {
    {"columns", CK_KEY_TEXTS, FIELDS(ck_attribute_spec, column, ncolumns),
     .help = "Linkage columns that are taken together, all from one row, as the lines of an address; default: the column of this name. For `address` also: those that tell households."},
    {"rule", CK_KEY_WORD, .standard = "most_frequent", .words = winner_rules, FIELD(ck_attribute_spec, rule),
     .help = "Which value wins where rows disagree: that of most rows, that of the latest `date`, or that of the first of `sources`. Ties go by the order of sources."},
    {"sources", CK_KEY_TEXTS, FIELDS(ck_attribute_spec, source, nsources), .help = "Order of the sources, best first; those not named come after, in the order of the job."},
    {"date", CK_KEY_TEXT, FIELD(ck_attribute_spec, date), .help = "Date column that says when a row was true; rows later than `as_of` do not count."},
    {"valid_from", CK_KEY_TEXT, FIELD(ck_attribute_spec, valid_from), .help = "Date column from which a row holds; it counts if that is not after `as_of`. Missing: ever since."},
    {"valid_to", CK_KEY_TEXT, FIELD(ck_attribute_spec, valid_to), .help = "Date column from which a row holds no more; it counts if that is after `as_of`. Missing: still."},
};
const ck_table ck_attribute_keys = {"person", "rule", ROWS(attribute_rows), NULL,
                                    "An attribute of persons: one value each, written to persons.h5. `dob: most_frequent` is short for `dob: {rule: most_frequent}`. The rule of `address` "
                                    "is also that of households."};

static const ck_key household_rows[] = {
    {"by", CK_KEY_TEXT, FIELD(ck_household_spec, by), .help = "Column with the home's own number; `none`: none. Default: the column of kind uprn."},
    {"else", CK_KEY_TEXTS, FIELDS(ck_household_spec, address, naddress),
     .help = "Columns of the address, with the postcode, for rows without the number; an address whose rows mostly bear one number has that. Default: columns of kinds address and "
             "postcode."},
    {"institution", CK_KEY_COUNT, .standard = "20", .least = 1, .most = 4294967295.0, FIELD(ck_household_spec, institution),
     .help = "Homes of more persons are institutions, and so are addresses that say so (care home, hostel, hall of residence ...)."},
};
const ck_table ck_household_keys = {"households", "by", ROWS(household_rows), NULL,
                                    "Persons of one home are a household (docs/households.md). `households: uprn` is short for `households: {by: uprn}`; `{}` takes every default."};

/* ---- attributes ---- */

static ck_status find_column(ck_error *error, const ck_doc *doc, const ck_job *job, const ck_node *node, uint32_t *column) {
    *column = ck_schema_find(&job->schema, node->text);
    if (*column != UINT32_MAX)
        return CK_OK;
    return ck_node_fail_unknown(error, doc, node, "Column", node->text, (const char *const *)job->schema.name, job->schema.ncolumns);
}

static ck_status check_date(ck_error *error, const ck_doc *doc, const ck_job *job, const ck_node *map, const char *key) {
    const ck_node *node = ck_node_get(map, key);
    uint32_t column;
    if (!node || find_column(error, doc, job, node, &column) != CK_OK)
        return error->status;
    if (job->schema.kind[column] != CK_KIND_DATE)
        return ck_node_fail(error, doc, node, "Column '%s' is of kind %s; a date is needed.", node->text, ck_kind_name(job->schema.kind[column]));
    if (strcmp(key, "date") != 0 && !job->as_of)
        return ck_node_fail(error, doc, node, "What holds on which date needs the date: 'as_of' at the top of the job.");
    return CK_OK;
}

static ck_status check_columns(ck_error *error, const ck_doc *doc, const ck_job *job, const ck_node *columns) {
    uint32_t column;
    for (size_t i = 0; columns && i < columns->n; i++)
        if (find_column(error, doc, job, columns->entry[i].value, &column) != CK_OK)
            return error->status;
    return CK_OK;
}

/** Without columns an attribute is the column of its name; `address` may be the households' alone. */
static ck_status default_columns(ck_error *error, ck_doc *doc, const ck_job *job, ck_entry *entry) {
    ck_node *list, *name;
    uint32_t column;
    if (ck_node_get(entry->value, "columns"))
        return CK_OK;
    list = ck_node_new(error, doc, CK_NODE_LIST, entry->value);
    name = ck_node_scalar(error, doc, entry->key, entry->value);
    if (!list || !name)
        return error->status;
    bool homes_alone = strcmp(entry->key, "address") == 0 && ck_node_get(doc->root, "households") && ck_schema_find(&job->schema, entry->key) == UINT32_MAX;
    if (!homes_alone && (find_column(error, doc, job, name, &column) != CK_OK || ck_node_append(error, doc, list, name) != CK_OK))
        return error->status;
    return ck_node_set(error, doc, entry->value, "columns", list);
}

static ck_status build_attribute(ck_error *error, ck_doc *doc, ck_job *job, ck_entry *entry, ck_attribute_spec *attribute) {
    const ck_node *map = entry->value, *sources = ck_node_get(map, "sources");
    attribute->name = ck_copy_string(error, entry->key);
    if (error->status != CK_OK || default_columns(error, doc, job, entry) != CK_OK || check_columns(error, doc, job, ck_node_get(map, "columns")) != CK_OK ||
        ck_shape_fill(error, &ck_attribute_keys, map, attribute) != CK_OK)
        return error->status;
    for (size_t i = 0; sources && i < sources->n; i++)
        if (ck_find_source(job, sources->entry[i].value->text) == UINT32_MAX)
            return ck_fail_source(error, doc, job, sources->entry[i].value, sources->entry[i].value->text);
    if (attribute->rule == CK_WINNER_MOST_RECENT && !attribute->date)
        return ck_node_fail(error, doc, map, "'most_recent' needs 'date', the column that says when a row was true.");
    if (check_date(error, doc, job, map, "date") != CK_OK || check_date(error, doc, job, map, "valid_from") != CK_OK)
        return error->status;
    return check_date(error, doc, job, map, "valid_to");
}

/* ---- households ---- */

static ck_status default_by(ck_error *error, ck_doc *doc, const ck_job *job, ck_node *map) {
    const char *text = "none";
    for (uint32_t c = job->ingest.ncolumns; c-- > 0;)
        if (job->ingest.column_kind[c] == CK_KIND_UPRN)
            text = job->ingest.column_name[c];
    return ck_node_get(map, "by") ? CK_OK : ck_node_set(error, doc, map, "by", ck_node_scalar(error, doc, text, map));
}

static ck_status default_else(ck_error *error, ck_doc *doc, const ck_job *job, ck_node *map) {
    if (ck_node_get(map, "else"))
        return CK_OK;
    ck_node *list = ck_node_new(error, doc, CK_NODE_LIST, map);
    for (uint32_t c = 0; list && c < job->ingest.ncolumns; c++)
        if (job->ingest.column_kind[c] == CK_KIND_ADDRESS || job->ingest.column_kind[c] == CK_KIND_POSTCODE) {
            ck_node *name = ck_node_scalar(error, doc, job->ingest.column_name[c], map);
            if (!name || ck_node_append(error, doc, list, name) != CK_OK)
                return error->status;
        }
    return list ? ck_node_set(error, doc, map, "else", list) : error->status;
}

static ck_status build_households(ck_error *error, ck_doc *doc, ck_job *job, ck_node *map) {
    uint32_t column;
    if (default_by(error, doc, job, map) != CK_OK || default_else(error, doc, job, map) != CK_OK ||
        ck_shape_fill(error, &ck_household_keys, map, &job->households) != CK_OK)
        return error->status;
    const ck_node *by = ck_node_get(map, "by"), *address = ck_node_get(map, "else");
    bool none = strcmp(by->text, "none") == 0;
    if ((!none && find_column(error, doc, job, by, &column) != CK_OK) || check_columns(error, doc, job, address) != CK_OK)
        return error->status;
    if (none && address->n == 0)
        return ck_node_fail(error, doc, map, "Households need 'by', a column with the home's number, or 'else', columns of its address.");
    job->has_households = true;
    return CK_OK;
}

/* ---- both ---- */

ck_status ck_build_persons(ck_error *error, ck_doc *doc, ck_job *job) {
    ck_node *person = ck_node_get(doc->root, "person"), *households = ck_node_get(doc->root, "households");
    if (person && !(job->attribute = ck_alloc_zero(error, person->n, sizeof *job->attribute)))
        return error->status;
    for (size_t i = 0; person && i < person->n; i++) {
        job->nattributes++;
        if (build_attribute(error, doc, job, &person->entry[i], &job->attribute[i]) != CK_OK)
            return error->status;
    }
    return households ? build_households(error, doc, job, households) : CK_OK;
}

void ck_free_persons(ck_job *job) {
    for (uint32_t a = 0; a < job->nattributes; a++) {
        ck_free(job->attribute[a].name);
        ck_shape_free(&ck_attribute_keys, &job->attribute[a]);
    }
    ck_free(job->attribute);
    ck_shape_free(&ck_household_keys, &job->households);
}
