#include "cli/audit.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/path.h"
#include "release/chain.h"
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { HASHED_BYTES = 64 << 20 };

static bool is_kept(const ck_cli *cli) {
    return cli->comm.rank == 0;
}

void ck_audit_in(ck_cli *cli, const char *folder) {
    ck_error lost = {0};
    if (is_kept(cli) && !cli->audit.folder && folder)
        cli->audit.folder = ck_copy_string(&lost, folder);
}

void ck_audit_beside(ck_cli *cli, const char *file) {
    const char *slash = file ? strrchr(file, '/') : NULL;
    char folder[4096];
    struct stat info;
    if (!file || strcmp(file, "-") == 0 || (stat(file, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)))
        return; /* beside a device nobody would look for a log */
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - file) : 1, slash ? file : ".");
    ck_audit_in(cli, *folder ? folder : "/");
}

void ck_audit_begin(ck_cli *cli) {
    cli->audit.begun = true;
}

static json_t *member(ck_cli *cli, const char *name, json_t *fresh) {
    json_t *found;
    if (!cli->audit.root)
        cli->audit.root = json_object();
    if (!(found = json_object_get(cli->audit.root, name))) {
        json_object_set(cli->audit.root, name, fresh);
        found = fresh;
    }
    json_decref(fresh);
    return found;
}

/** Extracts are hashed by the run; other files here, unless they are very large. */
static void add_file(ck_cli *cli, const char *list, const char *path) {
    char digest[CK_CHAIN_TEXT];
    struct stat info;
    ck_error unread = {0};
    int file = path && is_kept(cli) ? open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1; /* waits for no pipe */
    if (file < 0)
        return;
    if (fstat(file, &info) == 0 && S_ISREG(info.st_mode)) {
        json_t *entry = json_pack("{s:s, s:I}", "file", path, "bytes", (json_int_t)info.st_size);
        if (info.st_size <= HASHED_BYTES && ck_chain_hash_file(&unread, file, path, digest) == CK_OK)
            json_object_set_new(entry, "sha256", json_string(digest));
        json_array_append_new(member(cli, list, json_array()), entry);
    }
    close(file);
}

void ck_audit_input(ck_cli *cli, const char *path) {
    add_file(cli, "inputs", path);
}

void ck_audit_output(ck_cli *cli, const char *path) {
    ck_audit_begin(cli);
    add_file(cli, "outputs", path);
}

void ck_audit_inputs(ck_cli *cli, const json_t *inputs) {
    size_t i;
    json_t *input;
    if (is_kept(cli))
        json_array_foreach((json_t *)inputs, i, input)
            json_array_append(member(cli, "inputs", json_array()), input);
}

/** What a flow diagram needs: numbers, and lists and tables of numbers; not what training found. */
static json_t *numbers_of(const json_t *counts) {
    json_t *kept = json_object(), *value;
    const char *name;
    json_object_foreach((json_t *)counts, name, value)
        if (json_is_integer(value) || (json_is_array(value) && json_array_size(value) <= 64))
            json_object_set(kept, name, value);
    return kept;
}

void ck_audit_count(ck_cli *cli, const char *step, json_t *counts) {
    ck_audit_begin(cli);
    if (is_kept(cli) && counts)
        json_object_set_new(member(cli, "counts", json_object()), step, numbers_of(counts));
    json_decref(counts);
}

void ck_audit_rows(ck_cli *cli, const char *what, uint64_t rows, const char *path) {
    ck_audit_count(cli, what, json_pack("{s:I}", "rows", (json_int_t)rows));
    ck_audit_output(cli, path);
}

/* ---- the line ---- */

static json_t *who_of(void) {
    const struct passwd *user = getpwuid(getuid());
    return json_pack("{s:I, s:s}", "uid", (json_int_t)getuid(), "name", user ? user->pw_name : "");
}

/** Keys come from files and descriptors, so the words of a command line hold no secret. */
static json_t *words_of(int argc, char *const *argv) {
    json_t *words = json_array();
    json_array_append_new(words, json_string("carrick"));
    for (int i = 1; i < argc; i++) {
        json_t *word = json_string(argv[i]);
        json_array_append_new(words, word ? word : json_string("(not UTF-8)"));
    }
    return words;
}

static json_t *describe(const ck_cli *cli, int argc, char *const *argv, const ck_error *error) {
    static const char *const order[] = {"inputs", "outputs", "counts"};
    char when[32];
    time_t now = time(NULL);
    struct tm utc;
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    json_t *line = json_pack("{s:s, s:o, s:o, s:s, s:i, s:i}", "when", when, "who", who_of(), "command", words_of(argc, argv), "version", CARRICK_VERSION, "status",
                             (int)error->status, "ranks", cli->comm.size);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (json_object_get(cli->audit.root, order[i]))
            json_object_set(line, order[i], json_object_get(cli->audit.root, order[i]));
    return line;
}

static ck_status write_line(ck_error *error, const ck_cli *cli, int argc, char *const *argv, const ck_error *ended) {
    char *path = ck_path_join(error, cli->audit.folder, "audit.jsonl");
    json_t *line = describe(cli, argc, argv, ended);
    char *text = line ? json_dumps(line, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
    if (!text)
        ck_fail(error, CK_MEMORY, "Out of memory for audit.jsonl.");
    else if (path && ck_path_is_folder(cli->audit.folder)) {
        text[strlen(text) - 1] = 0; /* its braces are the chain's to give */
        ck_chain_append(error, path, text + 1);
    }
    free(text);
    json_decref(line);
    ck_free(path);
    return error->status;
}

void ck_audit_end(ck_cli *cli, int argc, char *const *argv, const ck_error *error) {
    ck_error own = {0};
    if (is_kept(cli) && cli->audit.begun && cli->audit.folder && write_line(&own, cli, argc, argv, error) != CK_OK)
        ck_log(CK_LOG_WARN, "The audit log was not written. %s", own.text);
    json_decref(cli->audit.root);
    ck_free(cli->audit.folder);
    cli->audit = (ck_audit){0};
}
