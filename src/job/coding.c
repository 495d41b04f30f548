#include "job/coding.h"
#include "base/memory.h"
#include "condition/parse.h"
#include "job/build.h"
#include "job/key_rows.h"
#include "job/spec.h"
#include "release/bloom.h"
#include <string.h>

/* ---- keys ---- */

static const char *const digests[] = {"hmac", "openpseudonymiser", NULL}; /* in the order of ck_coding_method */

static const ck_key pseudonym_rows[] = {
    {"of", CK_KEY_TEXTS, .required = true, FIELDS(ck_coding, of, nof),
     .help = "Column expressions, as in a blocking rule: `nhs`, or `[surname.soundex, dob.year]`. Missing when one of them is."},
    {"method", CK_KEY_WORD, .standard = "hmac", .words = digests, FIELD(ck_coding, method),
     .help = "`hmac`: HMAC-SHA-256 under the key. `openpseudonymiser`: its salted digest, with the key as the salt."},
    {"names", CK_KEY_TEXTS, FIELDS(ck_coding, names, nnames),
     .help = "Of `openpseudonymiser`: the names of the fields, which order the values; default: the texts of `of`."},
    {"label", CK_KEY_TEXT, FIELD(ck_coding, label),
     .help = "Of `hmac`: a text put before the value, so that equal values of unlike columns have unlike pseudonyms. All suppliers need the same."},
};
static const ck_table pseudonym_keys = {"pseudonyms", "of", ROWS(pseudonym_rows), NULL,
                                        "A column whose values agree where the clear ones do, and tell nothing else without the key. `nhs: nhs` is short for "
                                        "`nhs: {of: nhs}`."};

static const ck_key clk_rows[] = {
    {"of", CK_KEY_TEXTS, .required = true, FIELDS(ck_coding, of, nof),
     .help = "Column expressions that go into one filter: one for a field-level CLK, several for a record-level one. Those that are missing add nothing."},
    {"bits", CK_KEY_COUNT, .standard = "512", .least = 128, .most = CK_BLOOM_BITS_MOST, FIELD(ck_coding, bits),
     .help = "Length of the filter before hardening, a multiple of 128."},
    {"hashes", CK_KEY_COUNT, .standard = "15", .least = 1, .most = CK_BLOOM_HASHES_MOST, FIELD(ck_coding, hashes), .help = "Bits that a q-gram sets."},
    {"q", CK_KEY_COUNT, .standard = "2", .least = 1, .most = CK_BLOOM_Q_MOST, FIELD(ck_coding, q), .help = "Characters of a q-gram."},
    {"balance", CK_KEY_FLAG, .standard = "false", FIELD(ck_coding, balance),
     .help = "Hardening: the filter and its complement, permuted by the key; twice as long."},
    {"xor_fold", CK_KEY_FLAG, .standard = "false", FIELD(ck_coding, fold), .help = "Hardening: the exclusive or of its halves; half as long."},
};
static const ck_table clk_keys = {"clks", "of", ROWS(clk_rows), NULL,
                                  "A Bloom filter (CLK) whose likeness follows that of the clear values: a column of kind `clk`, compared with `dice`."};

static const char *const ids[] = {"pseudonym", "keep", "drop", NULL};

static const ck_key coding_rows[] = {
    {"sources", CK_KEY_TABLES, .required = true, .table = &ck_source_keys, .help = "One source, as in a job: its file and how its columns are cleaned."},
    {"id", CK_KEY_WORD, .standard = "pseudonym", .words = ids, FIELD(ck_coding_job, id),
     .help = "The row's id in the output: its HMAC, the id itself, or none."},
    {"pseudonyms", CK_KEY_NAMED, .table = &pseudonym_keys, .help = "Coded columns for exact agreement."},
    {"clks", CK_KEY_NAMED, .table = &clk_keys, .help = "Coded columns for likeness."},
    {"keep", CK_KEY_TEXTS, .standard = "[]", FIELDS(ck_coding_job, keep, nkeep),
     .help = "Columns of the extract that are written as they are. No other column is."},
};
static const ck_table coding_keys = {"pseudonymise", NULL, ROWS(coding_rows), NULL, "The top of the file."};

/* ---- building ---- */

static ck_status check_coding(ck_error *error, const ck_doc *doc, const ck_node *map, const ck_coding *coding) {
    if (coding->method == CK_CODE_CLK && coding->bits % 128)
        return ck_node_fail(error, doc, ck_node_get(map, "bits"), "'bits' must be a multiple of 128.");
    if (coding->nnames && coding->nnames != coding->nof)
        return ck_node_fail(error, doc, ck_node_get(map, "names"), "'names' has %u names for the %u values of 'of'.", coding->nnames, coding->nof);
    return CK_OK;
}

static ck_status build_expressions(ck_error *error, const ck_doc *doc, const ck_schema *schema, const ck_node *of, ck_coding *coding) {
    coding->expr = ck_alloc_zero(error, coding->nof, sizeof *coding->expr);
    for (uint32_t i = 0; coding->expr && i < coding->nof; i++) {
        ck_error inner = {0};
        if (ck_parse_expr(&inner, schema, coding->of[i], &coding->expr[i]) != CK_OK)
            return ck_node_carry(error, doc, of->entry[i].value, &inner);
        if (ck_expr_is_multi(&coding->expr[i]) || coding->expr[i].column >= schema->ncolumns)
            return ck_node_fail(error, doc, of->entry[i].value, "An expression of one column with one value a record is needed.");
    }
    return error->status;
}

static ck_status build_codings(ck_error *error, const ck_doc *doc, const char *key, const ck_table *table, ck_coding_method method, ck_coding_job *job) {
    const ck_node *named = ck_node_get(doc->root, key);
    for (size_t i = 0; named && i < named->n; i++) {
        const ck_node *map = named->entry[i].value;
        ck_coding *coding = &job->coding[job->n++];
        coding->name = ck_copy_string(error, named->entry[i].key);
        coding->method = method;
        if (error->status != CK_OK || ck_shape_fill(error, table, map, coding) != CK_OK || check_coding(error, doc, map, coding) != CK_OK ||
            build_expressions(error, doc, &job->job.schema, ck_node_get(map, "of"), coding) != CK_OK)
            return error->status;
    }
    return CK_OK;
}

/* No two columns of the output have one name. */
static ck_status check_names(ck_error *error, const ck_doc *doc, const ck_coding_job *job) {
    for (uint32_t i = 0; i < job->n + job->nkeep; i++) {
        const char *name = i < job->n ? job->coding[i].name : job->keep[i - job->n];
        for (uint32_t j = 0; j < i; j++)
            if (strcmp(name, j < job->n ? job->coding[j].name : job->keep[j - job->n]) == 0)
                return ck_node_fail(error, doc, ck_node_get(doc->root, "keep"), "Two columns of the output are called '%s'.", name);
        if (job->id != CK_ID_DROP && strcmp(name, "id") == 0)
            return ck_node_fail(error, doc, ck_node_get(doc->root, "keep"), "A column is called 'id', as the row's id is; say 'id: drop', or name it otherwise.");
    }
    return CK_OK;
}

static ck_status build(ck_error *error, ck_doc *doc, ck_coding_job *job) {
    const ck_node *sources = ck_node_get(doc->root, "sources");
    const ck_node *pseudonyms = ck_node_get(doc->root, "pseudonyms"), *clks = ck_node_get(doc->root, "clks");
    size_t most = (pseudonyms ? pseudonyms->n : 0) + (clks ? clks->n : 0);
    if (sources->n != 1)
        return ck_node_fail(error, doc, sources, "One source is pseudonymised at a time.");
    if (most == 0)
        return ck_node_fail(error, doc, doc->root, "Neither 'pseudonyms' nor 'clks' names a column to write.");
    job->coding = ck_alloc_zero(error, most, sizeof *job->coding);
    if (error->status != CK_OK || ck_build_sources(error, doc, &job->job) != CK_OK || ck_shape_fill(error, &coding_keys, doc->root, job) != CK_OK)
        return error->status;
    job->job.schema.wanted = NULL;
    if (build_codings(error, doc, "pseudonyms", &pseudonym_keys, CK_CODE_HMAC, job) != CK_OK ||
        build_codings(error, doc, "clks", &clk_keys, CK_CODE_CLK, job) != CK_OK || check_names(error, doc, job) != CK_OK)
        return error->status;
    return ck_check_source_files(error, doc, &job->job);
}

ck_status ck_coding_parse(ck_error *error, const char *text, const char *path, const char *const *overrides, uint32_t noverrides, ck_coding_job *job) {
    ck_doc doc = {0};
    *job = (ck_coding_job){0};
    if (ck_spec_read(error, &doc, &coding_keys, text, path, overrides, noverrides) == CK_OK)
        build(error, &doc, job);
    ck_doc_free(&doc);
    return error->status;
}

void ck_coding_free(ck_coding_job *job) {
    for (uint32_t i = 0; i < job->n; i++) {
        ck_coding *coding = &job->coding[i];
        for (uint32_t e = 0; coding->expr && e < coding->nof; e++)
            ck_expr_free(&coding->expr[e]);
        ck_free(coding->expr);
        ck_shape_free(coding->method == CK_CODE_CLK ? &clk_keys : &pseudonym_keys, coding);
        ck_free(coding->name);
    }
    ck_free(job->coding);
    ck_shape_free(&coding_keys, job);
    ck_job_free(&job->job);
    *job = (ck_coding_job){0};
}

ck_status ck_coding_reference(ck_error *error, char **text) {
    return ck_shape_reference(error, &coding_keys, text);
}
