/* Sources and their columns. */
#include "base/memory.h"
#include "job/build.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- freeing ---- */

static void free_source(ck_source_spec *source) {
    for (uint32_t i = 0; i < source->nfields; i++)
        ck_shape_free(&ck_column_keys, &source->field[i]);
    ck_free(source->field);
    ck_shape_free(&ck_source_keys, source);
}

void ck_free_sources(ck_ingest_spec *spec) {
    for (uint32_t i = 0; i < spec->nsources; i++)
        free_source(&spec->source[i]);
    ck_free(spec->source);
    ck_free_texts(spec->column_name, spec->ncolumns);
    ck_free(spec->column_kind);
    *spec = (ck_ingest_spec){0};
}

/* ---- the schema: columns of all sources, in order of appearance ---- */

static uint32_t find_column(const ck_ingest_spec *spec, const char *name) {
    for (uint32_t i = 0; i < spec->ncolumns; i++)
        if (strcmp(spec->column_name[i], name) == 0)
            return i;
    return UINT32_MAX;
}

static ck_status add_column(ck_error *error, ck_ingest_spec *spec, const char *name, ck_kind kind) {
    spec->column_name[spec->ncolumns] = ck_copy_string(error, name);
    spec->column_kind[spec->ncolumns] = kind;
    spec->ncolumns += error->status == CK_OK;
    return error->status;
}

static ck_status take_column(ck_error *error, const ck_doc *doc, ck_ingest_spec *spec, const ck_entry *entry,
                             ck_field_spec *field) {
    field->column = find_column(spec, entry->key);
    if (field->column == UINT32_MAX) {
        field->column = spec->ncolumns;
        return add_column(error, spec, entry->key, field->clean.kind);
    }
    if (spec->column_kind[field->column] == field->clean.kind)
        return CK_OK;
    return ck_node_fail(error, doc, ck_node_get(entry->value, "as"),
                        "Column '%s' is of kind %s here, but of kind %s in an earlier source; it needs one kind in all.",
                        entry->key, ck_kind_name(field->clean.kind), ck_kind_name(spec->column_kind[field->column]));
}

/* ---- one column of one source ---- */

/** A format may hold the directives that ck_date_parse knows. */
static ck_status check_format(ck_error *error, const ck_doc *doc, const ck_node *format) {
    static const char known[] = "YmdybBHMSj%";
    for (const char *p = strchr(format->text, '%'); p; p = strchr(p + 1 + (p[1] == '%'), '%'))
        if (p[1] == 0 || !strchr(known, p[1]))
            return ck_node_fail(error, doc, format,
                                "'%%%.1s' is not known in a date format; known: %%Y %%y %%m %%d %%b %%B %%j %%H %%M %%S %%%%.",
                                p + 1);
    if (!strchr(format->text, '%'))
        return ck_node_fail(error, doc, format, "A date format needs directives, as in \"%%d/%%m/%%Y\".");
    return CK_OK;
}

static ck_status read_bound(ck_error *error, const ck_doc *doc, const ck_node *map, const char *key, ck_kind kind,
                            double *bound) {
    const ck_node *node = ck_node_get(map, key);
    int64_t days;
    if (!node)
        return CK_OK;
    if (!ck_kind_is_date(kind)) {
        char *end;
        *bound = strtod(node->text, &end);
        return *end == 0 ? CK_OK : ck_node_fail(error, doc, node, "'%s' must be a number.", key);
    }
    if (!ck_date_parse("%Y-%m-%d", node->text, strlen(node->text), &days))
        return ck_node_fail(error, doc, node, "'%s' of a date must be a real date, written YYYY-MM-DD.", key);
    *bound = (double)days;
    return CK_OK;
}

static ck_status check_column(ck_error *error, const ck_doc *doc, const ck_node *map, const ck_field_spec *field) {
    const ck_node *formats = ck_node_get(map, "formats");
    for (size_t i = 0; formats && i < formats->n; i++)
        if (check_format(error, doc, formats->entry[i].value) != CK_OK)
            return error->status;
    if (ck_kind_is_date(field->clean.kind) && field->nfrom > 1 && field->nfrom != 3)
        return ck_node_fail(error, doc, ck_node_get(map, "from"),
                            "A date is made of one column or of three (year, month, day), but %u are named.", field->nfrom);
    if (field->part != CK_PART_WHOLE && field->nfrom > 1)
        return ck_node_fail(error, doc, ck_node_get(map, "part"), "'part' is of one CSV column, but 'from' names %u.", field->nfrom);
    double least = -HUGE_VAL, most = HUGE_VAL;
    if (read_bound(error, doc, map, "min", field->clean.kind, &least) != CK_OK ||
        read_bound(error, doc, map, "max", field->clean.kind, &most) != CK_OK)
        return error->status;
    if (least > most)
        return ck_node_fail(error, doc, ck_node_get(map, "min"), "'min' is above 'max': every value would be missing.");
    return CK_OK;
}

static ck_status build_columns(ck_error *error, const ck_doc *doc, ck_ingest_spec *spec, const ck_node *columns,
                               ck_source_spec *source) {
    source->field = ck_alloc_zero(error, columns->n, sizeof *source->field);
    if (!source->field)
        return error->status;
    source->nfields = (uint32_t)columns->n;
    for (uint32_t i = 0; i < source->nfields; i++) {
        const ck_entry *entry = &columns->entry[i];
        if (ck_shape_fill(error, &ck_column_keys, entry->value, &source->field[i]) != CK_OK ||
            take_column(error, doc, spec, entry, &source->field[i]) != CK_OK ||
            check_column(error, doc, entry->value, &source->field[i]) != CK_OK)
            return error->status;
    }
    return CK_OK;
}

/* ---- one source ---- */

static ck_status check_collapse(ck_error *error, const ck_doc *doc, const ck_node *map) {
    const ck_node *collapse = ck_node_get(map, "collapse"), *columns = ck_node_get(map, "columns");
    const char **known = ck_alloc(error, columns->n, sizeof *known);
    for (size_t i = 0; known && i < columns->n; i++)
        known[i] = columns->entry[i].key;
    for (size_t i = 0; known && i < collapse->n && error->status == CK_OK; i++) {
        const ck_node *name = collapse->entry[i].value;
        if (!ck_node_get(columns, name->text))
            ck_node_fail_unknown(error, doc, name, "The linkage column", name->text, known, columns->n);
    }
    ck_free(known);
    return error->status;
}

static ck_status check_source_name(ck_error *error, const ck_doc *doc, const ck_node *sources, size_t i) {
    const ck_node *name = ck_node_get(sources->entry[i].value, "name");
    if (strchr(name->text, '/'))
        return ck_node_fail(error, doc, name, "The name of a source may hold no '/'.");
    for (size_t j = 0; j < i; j++)
        if (strcmp(ck_node_get(sources->entry[j].value, "name")->text, name->text) == 0)
            return ck_node_fail(error, doc, name, "Two sources are called '%s'.", name->text);
    return CK_OK;
}

/** What changes is told by ids, and from where. */
static ck_status check_changes(ck_error *error, const ck_doc *doc, const ck_node *map, const ck_source_spec *source) {
    const ck_node *removed = ck_node_get(map, "removed"), *extract = ck_node_get(map, "extract");
    if (removed && !source->changes)
        return ck_node_fail(error, doc, removed, "'removed' belongs to 'extract: changes'; rows that a full extract does not have are gone anyway.");
    if (source->changes && !source->id)
        return ck_node_fail(error, doc, extract, "An extract of changes needs 'id', which tells the row that changes.");
    if (source->changes && !ck_node_get(doc->root, "previous"))
        return ck_node_fail(error, doc, extract, "An extract of changes needs 'previous', the result folder that it changes.");
    return CK_OK;
}

static ck_status build_source(ck_error *error, const ck_doc *doc, ck_ingest_spec *spec, const ck_node *map,
                              ck_source_spec *source) {
    if (ck_shape_fill(error, &ck_source_keys, map, source) != CK_OK ||
        ck_shape_fill(error, &ck_rejects_keys, ck_node_get(map, "rejects"), source) != CK_OK)
        return error->status;
    if (build_columns(error, doc, spec, ck_node_get(map, "columns"), source) != CK_OK)
        return error->status;
    return check_collapse(error, doc, map) ? error->status : check_changes(error, doc, map, source);
}

static ck_status check_link_type(ck_error *error, const ck_doc *doc, const ck_job *job) {
    if (job->link_type != CK_LINK || job->ingest.nsources > 1)
        return CK_OK;
    return ck_node_fail(error, doc, ck_node_get(doc->root, "link"),
                        "'link' needs two sources or more; one source alone is linked with 'dedupe'.");
}

ck_status ck_build_sources(ck_error *error, const ck_doc *doc, ck_job *job) {
    const ck_node *sources = ck_node_get(doc->root, "sources");
    ck_ingest_spec *spec = &job->ingest;
    size_t columns = 0;
    for (size_t i = 0; i < sources->n; i++)
        columns += ck_node_get(sources->entry[i].value, "columns")->n;
    spec->source = ck_alloc_zero(error, sources->n, sizeof *spec->source);
    spec->column_name = ck_alloc_zero(error, columns, sizeof *spec->column_name);
    spec->column_kind = ck_alloc_zero(error, columns, sizeof *spec->column_kind);
    if (error->status != CK_OK)
        return error->status;
    spec->sources_by_name = job->link_type == CK_LINK;
    spec->nsources = (uint32_t)sources->n;
    for (uint32_t i = 0; i < spec->nsources; i++)
        if (check_source_name(error, doc, sources, i) != CK_OK ||
            build_source(error, doc, spec, sources->entry[i].value, &spec->source[i]) != CK_OK)
            return error->status;
    job->schema = (ck_schema){.ncolumns = spec->ncolumns, .name = spec->column_name, .kind = spec->column_kind, .wanted = &job->tuples};
    return check_link_type(error, doc, job);
}
