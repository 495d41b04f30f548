/** carrick release: from the index and the sources' files to a folder without identifiers. */
#include "base/log.h"
#include "base/memory.h"
#include "cli/audit.h"
#include "cli/console.h"
#include "cli/files.h"
#include "cli/release_rows.h"
#include "cli/secret_option.h"
#include "release/write_release.h"
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A release in the making. */
typedef struct work {
    ck_release_spec spec;
    ck_release_input input;
    ck_secret key, own, household; /* the file's, and those of this release alone */
    ck_release_counts *counts;     /* [ntables] */
    ck_small_counts small, homes;
    uint64_t *released;            /* [ntables] rows written */
    char *temporary;               /* folder that becomes spec.out */
} work;

/* ---- the folder ---- */

/* It is filled under a name of its own beside the final one. */
static ck_status begin_folder(ck_error *error, work *w) {
    struct stat info;
    if (lstat(w->spec.out, &info) == 0)
        return ck_fail(error, CK_FILE, "'%s' is there already; a release is never written over another.", w->spec.out);
    size_t n = strlen(w->spec.out) + 16;
    w->temporary = ck_alloc(error, n, 1);
    if (!w->temporary)
        return error->status;
    snprintf(w->temporary, n, "%s.partial", w->spec.out);
    if (mkdir(w->temporary, 0700) == 0)
        return CK_OK;
    if (errno == EEXIST)
        return ck_fail(error, CK_FILE, "'%s' is left of a release that was cut off, or another is being made; if none is, remove it.", w->temporary);
    return ck_fail(error, CK_FILE, "'%s' cannot be made: %s.", w->temporary, strerror(errno));
}

static ck_status finish_folder(ck_error *error, work *w) {
    if (chmod(w->temporary, 0750) != 0 || rename(w->temporary, w->spec.out) != 0)
        return ck_fail(error, CK_FILE, "'%s' cannot become '%s': %s.", w->temporary, w->spec.out, strerror(errno));
    ck_free(w->temporary);
    w->temporary = NULL;
    return CK_OK;
}

/* What is left of a release that failed is removed: its files have known names. */
static void forget_folder(const work *w) {
    static const char *const fixed[] = {"release.json", "release.sqlite", "release.h5"};
    ck_error ignored = {0};
    for (uint32_t t = 0; t < w->spec.ntables + 3; t++) {
        char name[512];
        snprintf(name, sizeof name, t < w->spec.ntables ? "%s.csv" : "%s", t < w->spec.ntables ? w->spec.table[t].name : fixed[t - w->spec.ntables]);
        char *path = ck_path_join(&ignored, w->temporary, name);
        if (path)
            unlink(path);
        ck_free(path);
    }
    rmdir(w->temporary);
}

/* ---- release.json ---- */

static json_t *column_json(const ck_release_column *column) {
    json_t *entry = json_pack("{s:s, s:s}", "name", column->name, "as", ck_coarse_words[column->coarse.as]);
    if (column->allow)
        json_object_set_new(entry, "allowed_because", json_string(column->allow));
    return entry;
}

static json_t *table_json(const work *w, uint32_t t) {
    const ck_release_counts *counts = &w->counts[t];
    json_t *columns = json_array();
    for (uint32_t c = 0; c < w->spec.table[t].ncolumns; c++)
        json_array_append_new(columns, column_json(&w->spec.table[t].column[c]));
    return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:o}", "name", w->spec.table[t].name, "rows_read", (json_int_t)counts->read, "rows_rejected",
                     (json_int_t)counts->rejected, "rows_not_in_index", (json_int_t)counts->unknown, "rows_withheld", (json_int_t)(counts->taken - w->released[t]), "rows_released", (json_int_t)w->released[t],
                     "columns", columns);
}

/* `who`: persons or homes. */
static json_t *small_json(const ck_small_rule *rule, const ck_small_counts *counts, const char *who) {
    char in[32], blank[32], withheld[32];
    json_t *of = json_array(), *blanked = json_object();
    for (uint32_t i = 0; i < rule->nof; i++)
        json_array_append_new(of, json_string(rule->of[i]));
    for (uint32_t i = 0; i < rule->nblank; i++)
        json_object_set_new(blanked, rule->blank[i], json_integer((json_int_t)counts->blanked[i]));
    snprintf(in, sizeof in, "%s_in_small_classes", who);
    snprintf(blank, sizeof blank, "%s_blanked", who);
    snprintf(withheld, sizeof withheld, "%s_withheld", who);
    return json_pack("{s:I, s:o, s:I, s:I, s:o, s:I, s:I, s:I}", "k", (json_int_t)rule->k, "of", of, who, (json_int_t)counts->owners, in, (json_int_t)counts->small, blank, blanked,
                     withheld, (json_int_t)counts->withheld, "classes", (json_int_t)counts->classes, "smallest_class", (json_int_t)counts->smallest);
}

/* What was done, without anything that leads to a person. */
static ck_status write_summary(ck_error *error, const work *w) {
    json_t *tables = json_array();
    for (uint32_t t = 0; t < w->spec.ntables; t++)
        json_array_append_new(tables, table_json(w, t));
    json_t *root = json_pack("{s:s, s:o}", "release", w->spec.name, "tables", tables);
    if (w->spec.small.nof)
        json_object_set_new(root, "small_groups", small_json(&w->spec.small, &w->small, "persons"));
    if (w->spec.homes.nof)
        json_object_set_new(root, "small_homes", small_json(&w->spec.homes, &w->homes, "homes"));
    char *text = json_dumps(root, JSON_INDENT(2)), *path = ck_path_join(error, w->temporary, "release.json");
    if (!text)
        ck_fail(error, CK_MEMORY, "Out of memory for release.json.");
    else if (path)
        ck_file_write(error, path, text, strlen(text));
    free(text);
    ck_free(path);
    json_decref(root);
    return error->status;
}

/* ---- the work ---- */

static ck_status write_all(ck_error *error, work *w) {
    static const ck_comm alone = {0, 1, NULL};
    const ck_release *release = &w->input.release;
    ck_release_keys keys = {&w->own, &w->household};
    char *h5 = ck_path_join(error, w->temporary, "release.h5"), *sqlite = ck_path_join(error, w->temporary, "release.sqlite");
    if (error->status == CK_OK && w->spec.formats & CK_RELEASE_CSV)
        ck_release_write_csv(error, release, &keys, w->temporary, w->released);
    if (error->status == CK_OK && w->spec.formats & CK_RELEASE_SQLITE)
        ck_release_write_sqlite(error, release, &keys, sqlite);
    if (error->status == CK_OK && w->spec.formats & CK_RELEASE_HDF5)
        ck_release_write_h5(&alone, error, release, &keys, h5);
    for (uint32_t t = 0; t < release->ntables; t++)
        w->released[t] = ck_release_count_rows(release, &release->table[t]);
    ck_free(h5);
    ck_free(sqlite);
    return error->status == CK_OK ? write_summary(error, w) : error->status;
}

/* The whole name counts: names that only begin alike are two releases. */
static ck_status derive_key(ck_error *error, const work *w, const char *of, ck_secret *key) {
    size_t room = strlen(of) + strlen(w->spec.name) + 2;
    char *purpose = ck_alloc(error, room, 1);
    if (purpose) {
        snprintf(purpose, room, "%s %s", of, w->spec.name);
        ck_secret_derive(error, &w->key, purpose, key);
    }
    ck_free(purpose);
    return error->status;
}

static ck_status derive_keys(ck_error *error, work *w) {
    return derive_key(error, w, "person", &w->own) == CK_OK ? derive_key(error, w, "household", &w->household) : error->status;
}

/* Persons first: a home of nobody who goes out does not either. */
static ck_status check_small(ck_error *error, work *w) {
    ck_release *release = &w->input.release;
    if (w->spec.small.nof)
        ck_small_groups(error, release, &w->spec.small, &w->small);
    if (error->status == CK_OK && ck_release_choose_households(error, release) == CK_OK && w->spec.homes.nof)
        ck_small_homes(error, release, &w->spec.homes, &w->homes);
    return error->status;
}

static ck_status release(ck_error *error, const ck_options *given, work *w) {
    char *text = NULL;
    size_t n;
    if (ck_file_read_text(error, given->word[0], &text, &n) == CK_OK &&
        ck_release_spec_parse(error, text, given->word[0], given->set, given->nset, &w->spec) == CK_OK && ck_secret_option(error, given, &w->key) == CK_OK &&
        derive_keys(error, w) == CK_OK && begin_folder(error, w) == CK_OK) {
        w->counts = ck_alloc_zero(error, w->spec.ntables, sizeof *w->counts);
        w->released = ck_alloc_zero(error, w->spec.ntables, sizeof *w->released);
        if (error->status == CK_OK && ck_release_read(error, &w->spec, &w->own, &w->input, w->counts) == CK_OK &&
            check_small(error, w) == CK_OK && write_all(error, w) == CK_OK)
            finish_folder(error, w);
        if (error->status != CK_OK)
            forget_folder(w);
    }
    ck_free(text);
    return error->status;
}

static void log_small(ck_cli *cli, const char *step, const ck_small_rule *rule, const ck_small_counts *counts) {
    uint64_t blanked = 0;
    for (uint32_t b = 0; b < rule->nblank; b++)
        blanked += counts->blanked[b];
    if (rule->nof)
        ck_audit_count(cli, step, json_pack("{s:I, s:I, s:I, s:I}", "checked", (json_int_t)counts->owners, "in_small_classes", (json_int_t)counts->small, "blanked",
                                            (json_int_t)blanked, "withheld", (json_int_t)counts->withheld));
}

/* In the log of the folder that it came from. */
static void log_release(ck_cli *cli, const work *w) {
    ck_audit_in(cli, w->spec.index);
    ck_audit_input(cli, cli->options.word[0]);
    for (uint32_t t = 0; t < w->spec.ntables; t++)
        ck_audit_count(cli, w->spec.table[t].name, json_pack("{s:I, s:I, s:I, s:I, s:I}", "read", (json_int_t)w->counts[t].read, "rejected", (json_int_t)w->counts[t].rejected,
                                                             "not_in_index", (json_int_t)w->counts[t].unknown,
                                                             "withheld", (json_int_t)(w->counts[t].taken - w->released[t]), "released", (json_int_t)w->released[t]));
    log_small(cli, "small_groups", &w->spec.small, &w->small);
    log_small(cli, "small_homes", &w->spec.homes, &w->homes);
}

static void say(const work *w) {
    char rows[CK_COUNT_TEXT], persons[CK_COUNT_TEXT];
    for (uint32_t t = 0; t < w->spec.ntables; t++) {
        ck_log(CK_LOG_INFO, "%s: %s rows released; %" PRIu64 " withheld, %" PRIu64 " not in the index.", w->spec.table[t].name, ck_count_text(w->released[t], rows),
               w->counts[t].taken - w->released[t], w->counts[t].unknown);
        if (w->counts[t].rejected)
            ck_log(CK_LOG_WARN, "%s: %s rows passed over: they cannot be used, and 'rejects' of the source allows them.", w->spec.table[t].name,
                   ck_count_text(w->counts[t].rejected, rows));
    }
    if (w->spec.small.nof)
        ck_log(CK_LOG_INFO, "%s persons in small groups; %" PRIu64 " withheld, the smallest class released has %" PRIu64 ".",
               ck_count_text(w->small.small, persons), w->small.withheld, w->small.smallest);
    else
        ck_log(CK_LOG_WARN, "No small groups were looked for: the release file has no 'small_groups'.");
    if (w->spec.homes.nof)
        ck_log(CK_LOG_INFO, "%s homes in small classes; %" PRIu64 " withheld, the smallest class released has %" PRIu64 ".", ck_count_text(w->homes.small, persons),
               w->homes.withheld, w->homes.smallest);
    for (uint32_t t = 0; t < w->spec.ntables && w->spec.homes.nof == 0; t++)
        if (w->spec.table[t].households) {
            ck_log(CK_LOG_WARN, "Table '%s' says of homes what others may know of addresses, and no small classes of homes were looked for: the release file has no 'small_homes'.",
                   w->spec.table[t].name);
            break;
        }
}

ck_status ck_cmd_release(ck_cli *cli, ck_error *error) {
    work w = {0};
    if (cli->comm.rank == 0) {
        if (release(error, &cli->options, &w) == CK_OK)
            say(&w);
        if (w.counts && w.released)
            log_release(cli, &w);
        ck_free(w.counts);
        ck_free(w.released);
        ck_free(w.temporary);
        ck_secret_free(&w.key);
        ck_secret_free(&w.own);
        ck_secret_free(&w.household);
        ck_release_input_close(&w.input);
        ck_release_spec_free(&w.spec);
    }
    return ck_par_agree(&cli->comm, error);
}
