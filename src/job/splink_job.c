/* The job that scores files with a Splink model; and how many pairs a rule without keys would make of them. */
#include "base/fault.h"
#include "base/memory.h"
#include "job/splink.h"
#include "job/splink_count.h"
#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* ---- names ---- */

void ck_splink_plain_name(const char *name, char *plain, size_t room) {
    size_t n = 0;
    if (*name >= '0' && *name <= '9' && room > 1)
        plain[n++] = '_';
    for (; *name && n + 1 < room; name++) {
        bool kept = (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z') || (*name >= '0' && *name <= '9') || *name == '_';
        plain[n++] = kept ? *name : '_';
    }
    plain[n] = 0;
}

/* "data/input_a.csv.gz" -> "input_a" */
static void source_name(const char *file, char *name, size_t room) {
    const char *slash = strrchr(file, '/');
    snprintf(name, room, "%s", slash ? slash + 1 : file);
    static const char *const endings[] = {".gz", ".csv"};
    for (int i = 0; i < 2; i++) {
        size_t n = strlen(name), m = strlen(endings[i]);
        if (n > m && strcmp(name + n - m, endings[i]) == 0)
            name[n - m] = 0;
    }
}

/* ---- the job ---- */

static const char *find_header(char *const *header, uint32_t n, const char *name) {
    for (uint32_t i = 0; i < n; i++)
        if (strcmp(header[i], name) == 0)
            return header[i];
    for (uint32_t i = 0; i < n; i++)
        if (strcasecmp(header[i], name) == 0)
            return header[i];
    return NULL;
}

static ck_status fail_header(ck_error *error, const ck_splink *splink, const char *file, char *const *header, uint32_t n,
                             const char *name) {
    const char *near = ck_text_nearest(name, (const char *const *)header, n);
    return ck_fail(error, CK_USAGE, "%s has no column '%s', which the model %s needs%s%s%s", file, name, splink->path,
                   near ? "; did you mean '" : ".", near ? near : "", near ? "'?" : "");
}

static json_t *column_json(const ck_splink *splink, uint32_t c, const char *header) {
    bool number = splink->columns.type[c] == CK_SQL_NUMBER;
    return json_pack("{s:s, s:s}", "from", header, "as", number ? "number" : "text");
}

static ck_status add_columns(ck_error *error, const ck_splink *splink, const char *file, json_t *columns) {
    ck_source_spec plain = {.delimiter = ',', .encoding = CK_UTF8};
    char **header = NULL, name[256];
    uint32_t n = 0;
    if (ck_ingest_header(error, &plain, file, &header, &n) != CK_OK)
        return error->status;
    if (!find_header(header, n, splink->id))
        fail_header(error, splink, file, header, n, splink->id);
    for (uint32_t c = 0; c < splink->columns.n && error->status == CK_OK; c++) {
        const char *found = find_header(header, n, splink->columns.name[c]);
        ck_splink_plain_name(splink->columns.name[c], name, sizeof name);
        if (!found)
            fail_header(error, splink, file, header, n, splink->columns.name[c]);
        else if (json_object_set_new(columns, name, column_json(splink, c, found)) != 0)
            ck_fail(error, CK_MEMORY, "Memory ran out while a job was made.");
    }
    for (uint32_t i = 0; i < n; i++)
        ck_free(header[i]);
    ck_free(header);
    return error->status;
}

static ck_status add_source(ck_error *error, const ck_splink *splink, const char *file, json_t *sources) {
    char absolute[PATH_MAX], name[256];
    if (!realpath(file, absolute))
        return ck_fail(error, CK_FILE, "%s cannot be read.", file);
    source_name(file, name, sizeof name);
    json_t *columns = json_object();
    json_array_append_new(sources, json_pack("{s:s, s:s, s:s, s:o}", "name", name, "file", absolute, "id", splink->id, "columns",
                                             columns));
    return add_columns(error, splink, file, columns);
}

static ck_status check_count(ck_error *error, const ck_splink *splink, uint32_t nfiles) {
    if (splink->link_type == CK_DEDUPE && nfiles > 1)
        return ck_fail(error, CK_USAGE, "The model %s is of link type dedupe_only, which reads one file, but %u are given.", splink->path,
                       nfiles);
    if (splink->link_type != CK_DEDUPE && nfiles < 2)
        return ck_fail(error, CK_USAGE, "The model %s links different sources: give a file for each of them.", splink->path);
    return CK_OK;
}

ck_status ck_splink_job(ck_error *error, const ck_splink *splink, const char *const *file, uint32_t nfiles, char **text) {
    static const char *const types[] = {"dedupe", "link", "link_and_dedupe"};
    char absolute[PATH_MAX], name[256];
    *text = NULL;
    if (check_count(error, splink, nfiles) != CK_OK)
        return error->status;
    if (!realpath(splink->path, absolute))
        return ck_fail(error, CK_FILE, "%s cannot be read.", splink->path);
    json_t *sources = json_array();
    for (uint32_t i = 0; i < nfiles && error->status == CK_OK; i++)
        add_source(error, splink, file[i], sources);
    source_name(file[0], name, sizeof name);
    json_t *root = json_pack("{s:s, s:s, s:o, s:{s:s}}", "name", name, "link", types[splink->link_type], "sources", sources, "model",
                             "splink", absolute);
    char *dump = root && error->status == CK_OK ? json_dumps(root, JSON_INDENT(1)) : NULL;
    if (dump)
        *text = ck_copy_string(error, dump);
    else
        ck_fail(error, CK_MEMORY, "The job could not be written: memory ran out, or a name in it is not valid UTF-8.");
    free(dump);
    json_decref(root);
    return error->status;
}

/* ---- pairs without keys ---- */

/* Records after the header: line ends outside quotes. */
static bool count_rows(const char *path, double *rows) {
    char chunk[1 << 14], last = '\n';
    bool quoted = false;
    double lines = 0;
    int n;
    gzFile file = ck_fault(CK_FAULT_READ) ? NULL : gzopen(path, "rb");
    if (!file)
        return false;
    while ((n = gzread(file, chunk, sizeof chunk)) > 0) {
        for (int i = 0; i < n; i++) {
            quoted ^= chunk[i] == '"';
            lines += chunk[i] == '\n' && !quoted;
        }
        last = chunk[n - 1];
    }
    gzclose(file);
    lines += last != '\n';
    *rows = lines > 1 ? lines - 1 : 0;
    return n == 0;
}

/* 1,234,567 */
static void group_digits(double number, char *text, size_t room) {
    char digits[64];
    size_t n = (size_t)snprintf(digits, sizeof digits, "%.0f", number), to = 0;
    for (size_t i = 0; i < n && to + 2 < room; i++) {
        if (i && (n - i) % 3 == 0)
            text[to++] = ',';
        text[to++] = digits[i];
    }
    text[to] = 0;
}

void ck_splink_count_pairs(const ck_job *job, char *text, size_t room) {
    double total = 0, squares = 0, pairs;
    char number[80];
    for (uint32_t s = 0; s < job->ingest.nsources; s++) {
        double of_source = 0, rows;
        for (uint32_t f = 0; f < job->ingest.source[s].nfiles; f++) {
            if (!count_rows(job->ingest.source[s].file[f], &rows)) {
                snprintf(text, room, "every pair of records");
                return;
            }
            of_source += rows;
        }
        total += of_source;
        squares += of_source * of_source;
    }
    double within = (squares - total) / 2, between = (total * total - squares) / 2;
    pairs = (job->link_type != CK_LINK ? within : 0) + (job->link_type != CK_DEDUPE ? between : 0);
    group_digits(pairs, number, sizeof number);
    snprintf(text, room, "all %s pairs", number);
}
