/* The keys of `optouts` (docs/optouts.md). */
#include "job/optout_keys.h"
#include "base/memory.h"
#include "job/build.h"
#include "job/key_rows.h"
#include "job/passes.h"
#include <string.h>

static const ck_key flag_rows[] = {
    {"column", CK_KEY_TEXT, .required = true, FIELD(ck_optout_source, flag), .help = "Header of the column in the source's files."},
    {"values", CK_KEY_TEXTS, .required = true, FIELDS(ck_optout_source, value, nvalues), .help = "What stands there for people who are opted out, as it is written in the file."},
};
static const ck_table flag_keys = {"optouts: flags", NULL, ROWS(flag_rows), NULL, "A column that says who is opted out. Such rows go, and with them the rows of `applies_to` with the same NHS number."};

static const ck_key optout_rows[] = {
    {"list", CK_KEY_PATH, FIELD(ck_optout_spec, list), .help = "File with the NHS numbers of people who are opted out, one a line."},
    {"sent", CK_KEY_PATH, FIELD(ck_optout_spec, sent), .help = "What `carrick optout request` wrote, with `returned`: who was sent and is not there any more is opted out."},
    {"returned", CK_KEY_PATH, FIELD(ck_optout_spec, returned), .help = "What the check service returned for `sent`."},
    {"flags", CK_KEY_NAMED, .table = &flag_keys, .help = "By source: a column that says it."},
    {"column", CK_KEY_TEXT, .help = "Linkage column with the NHS number; default: the one of that kind."},
    {"applies_to", CK_KEY_TEXTS, .help = "Sources whose rows with an opted-out person's number go; default: every source that has the column."},
    {"after_linking", CK_KEY_TEXTS, .standard = "[]",
     .help = "Sources whose rows go when they are linked to an opted-out person: everything is linked twice, first to find them (docs/optouts.md)."},
};
const ck_table ck_optout_keys = {"optouts", "list", ROWS(optout_rows), NULL,
                                 "People whose rows are left out before anything of them is kept or compared. `optouts: FILE` is short for `optouts: {list: FILE}`."};

/* ---- the column ---- */

static ck_status default_column(ck_error *error, ck_doc *doc, const ck_job *job, ck_node *map) {
    const char *found = NULL;
    uint32_t n = 0;
    if (ck_node_get(map, "column"))
        return CK_OK;
    for (uint32_t c = 0; c < job->ingest.ncolumns; c++)
        if (job->ingest.column_kind[c] == CK_KIND_NHS_NUMBER) {
            found = job->ingest.column_name[c];
            n++;
        }
    if (n > 1)
        return ck_node_fail(error, doc, map, "Several columns are of kind nhs_number; 'column' must say which one tells who is opted out.");
    return n ? ck_node_set(error, doc, map, "column", ck_node_scalar(error, doc, found, map)) : CK_OK;
}

/* Which field of each source holds the number. */
static ck_status find_fields(ck_error *error, const ck_doc *doc, ck_job *job, const ck_node *name) {
    ck_ingest_spec *spec = &job->ingest;
    uint32_t column = name ? ck_schema_find(&job->schema, name->text) : UINT32_MAX;
    if (name && column == UINT32_MAX)
        return ck_node_fail_unknown(error, doc, name, "Column", name->text, (const char *const *)job->schema.name, spec->ncolumns);
    if (name && spec->column_kind[column] != CK_KIND_NHS_NUMBER)
        return ck_node_fail(error, doc, name, "Column '%s' is of kind %s; an nhs_number is needed.", name->text, ck_kind_name(spec->column_kind[column]));
    for (uint32_t s = 0; s < spec->nsources; s++) {
        spec->optouts.source[s].field = UINT32_MAX;
        for (uint32_t f = 0; name && f < spec->source[s].nfields; f++)
            if (spec->source[s].field[f].column == column)
                spec->optouts.source[s].field = f;
    }
    return CK_OK;
}

/* ---- the sources ---- */

static ck_status find_source(ck_error *error, const ck_doc *doc, const ck_job *job, const ck_node *node, const char *name, uint32_t *source) {
    *source = ck_find_source(job, name);
    return *source != UINT32_MAX ? CK_OK : ck_fail_source(error, doc, job, node, name);
}

/* Where nothing is said, opt-outs apply wherever there is a number. */
static ck_status default_applies(ck_error *error, ck_doc *doc, const ck_job *job, ck_node *map) {
    if (ck_node_get(map, "applies_to"))
        return CK_OK;
    ck_node *list = ck_node_new(error, doc, CK_NODE_LIST, map);
    for (uint32_t s = 0; list && s < job->ingest.nsources; s++)
        if (job->ingest.optouts.source[s].field != UINT32_MAX) {
            ck_node *name = ck_node_scalar(error, doc, job->ingest.source[s].name, map);
            if (!name || ck_node_append(error, doc, list, name) != CK_OK)
                return error->status;
        }
    return list ? ck_node_set(error, doc, map, "applies_to", list) : error->status;
}

static ck_status build_applies(ck_error *error, const ck_doc *doc, ck_job *job, const ck_node *list) {
    for (size_t i = 0; i < list->n; i++) {
        const ck_node *name = list->entry[i].value;
        uint32_t s;
        if (find_source(error, doc, job, name, name->text, &s) != CK_OK)
            return error->status;
        if (job->ingest.optouts.source[s].field == UINT32_MAX)
            return ck_node_fail(error, doc, name, "Source '%s' has no column of kind nhs_number; its rows can only go 'after_linking'.", name->text);
        job->ingest.optouts.source[s].applies = true;
    }
    return CK_OK;
}

static ck_status build_linked(ck_error *error, const ck_doc *doc, ck_job *job, const ck_node *list) {
    for (size_t i = 0; i < list->n; i++) {
        const ck_node *name = list->entry[i].value;
        uint32_t s;
        if (find_source(error, doc, job, name, name->text, &s) != CK_OK)
            return error->status;
        if (!job->ingest.source[s].id || job->ingest.source[s].changes)
            return ck_node_fail(error, doc, name, "Source '%s' needs an 'id' and full extracts for opt-outs after linking.", name->text);
        job->ingest.optouts.source[s].linked = true;
    }
    return CK_OK;
}

static ck_status build_flags(ck_error *error, const ck_doc *doc, ck_job *job, const ck_node *flags) {
    for (size_t i = 0; flags && i < flags->n; i++) {
        uint32_t s;
        if (find_source(error, doc, job, flags->entry[i].value, flags->entry[i].key, &s) != CK_OK ||
            ck_shape_fill(error, &flag_keys, flags->entry[i].value, &job->ingest.optouts.source[s]) != CK_OK)
            return error->status;
        if (job->ingest.optouts.source[s].nvalues == 0)
            return ck_node_fail(error, doc, flags->entry[i].value, "'values' is empty, so the column would say nothing.");
    }
    return CK_OK;
}

/* ---- the whole ---- */

static ck_status check(ck_error *error, const ck_doc *doc, const ck_job *job, const ck_node *map) {
    const ck_optout_spec *spec = &job->ingest.optouts;
    const ck_node *applies = ck_node_get(map, "applies_to"), *flags = ck_node_get(map, "flags");
    if (!spec->sent != !spec->returned)
        return ck_node_fail(error, doc, map, "'sent' and 'returned' belong together: who was sent and did not return is opted out.");
    if (!spec->list && !spec->sent && !(flags && flags->n) && applies->n == 0)
        return ck_node_fail(error, doc, map, "Nothing says who is opted out: 'list', 'sent' and 'returned', or 'flags' does.");
    if ((spec->list || spec->sent) && applies->n == 0)
        return ck_node_fail(error, doc, map, "A list of NHS numbers needs a source with a column of kind nhs_number.");
    if (job->people)
        return ck_node_fail(error, doc, map, "Opt-outs belong to the job that reads the extracts, not to one that takes 'people' from it.");
    return CK_OK;
}

ck_status ck_build_optouts(ck_error *error, ck_doc *doc, ck_job *job) {
    ck_node *map = ck_node_get(doc->root, "optouts");
    if (!map)
        return CK_OK;
    job->ingest.optouts.source = ck_alloc_zero(error, job->ingest.nsources, sizeof *job->ingest.optouts.source);
    if (error->status != CK_OK || ck_shape_fill(error, &ck_optout_keys, map, &job->ingest.optouts) != CK_OK || default_column(error, doc, job, map) != CK_OK ||
        find_fields(error, doc, job, ck_node_get(map, "column")) != CK_OK || default_applies(error, doc, job, map) != CK_OK ||
        build_applies(error, doc, job, ck_node_get(map, "applies_to")) != CK_OK || build_linked(error, doc, job, ck_node_get(map, "after_linking")) != CK_OK ||
        build_flags(error, doc, job, ck_node_get(map, "flags")) != CK_OK)
        return error->status;
    return check(error, doc, job, map);
}

ck_status ck_job_without_optouts(ck_error *error, const ck_job *job, char **text) {
    static const char *const left_out[] = {"optouts", "evaluate", "person", "households", "update"};
    ck_doc doc = {0};
    if (ck_doc_read(error, &doc, job->resolved, "job.resolved.yaml") == CK_OK) {
        for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
            ck_node_remove(doc.root, left_out[i]);
        ck_node_write(error, doc.root, text);
    }
    ck_doc_free(&doc);
    return error->status;
}

void ck_free_optouts(ck_job *job) {
    ck_optout_spec *spec = &job->ingest.optouts;
    for (uint32_t s = 0; spec->source && s < job->ingest.nsources; s++)
        ck_shape_free(&flag_keys, &spec->source[s]);
    ck_free(spec->source);
    ck_shape_free(&ck_optout_keys, spec);
}
