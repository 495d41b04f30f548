/** carrick purge: the end of the identifiable folder and of the keys; what was removed is written down. */
#include "base/log.h"
#include "base/memory.h"
#include "base/path.h"
#include "cli/audit.h"
#include "cli/console.h"
#include "cli/folder_lock.h"
#include "cli/remove_folder.h"
#include "cli/run_record.h"
#include "base/out_file.h"
#include "release/chain.h"
#include <carrick/clean.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { DAY_SECONDS = 86400, DAYS_MOST = 1000000 };

/* One purge. */
typedef struct purge {
    const ck_options *given;
    char folder[PATH_MAX], keys[PATH_MAX]; /* without a slash behind */
    json_t *removed, *gone_keys, *kept, *earlier;
    uint64_t files, bytes;
    int turn; /* of the files that go now */
} purge;

/* ---- may it go? ---- */

static ck_status name_folder(ck_error *error, const char *given, char name[PATH_MAX]) {
    struct stat info;
    size_t n = strlen(given);
    while (n > 1 && given[n - 1] == '/')
        n--;
    if (n >= PATH_MAX)
        return ck_fail(error, CK_USAGE, "The folder's name is too long.");
    memcpy(name, given, n);
    name[n] = 0;
    if (lstat(name, &info) != 0)
        return ck_fail(error, CK_FILE, "'%s' is not there: %s.", name, strerror(errno));
    if (!S_ISDIR(info.st_mode))
        return ck_fail(error, CK_FILE, "'%s' is no folder%s. Nothing was removed.", name, S_ISLNK(info.st_mode) ? " but a symbolic link, which is not followed" : "");
    return CK_OK;
}

/* run.json tells a result folder from any other. */
static ck_status check_result(ck_error *error, const purge *p, json_t **run) {
    char *path = ck_path_join(error, p->folder, "run.json"), *job = ck_path_join(error, p->folder, "job.resolved.yaml");
    *run = path ? json_load_file(path, 0, NULL) : NULL;
    const char *format = json_string_value(json_object_get(*run, "format"));
    if (job && !(format && strcmp(format, "carrick-run") == 0 && ck_path_is_file(job)))
        ck_fail(error, CK_FILE, "'%s' is no result folder of Carrick, or was purged before. Nothing was removed.", p->folder);
    ck_free(path);
    ck_free(job);
    return error->status;
}

/* An extract is its owner's, not a result. */
static ck_status check_inputs(ck_error *error, const purge *p, const json_t *run) {
    char folder[PATH_MAX], file[PATH_MAX];
    size_t i, n;
    json_t *input;
    if (!realpath(p->folder, folder))
        return ck_fail(error, CK_FILE, "'%s' cannot be found: %s.", p->folder, strerror(errno));
    n = strlen(folder);
    json_array_foreach(json_object_get(run, "inputs"), i, input) {
        const char *name = json_string_value(json_object_get(input, "file"));
        if (name && realpath(name, file) && strncmp(file, folder, n) == 0 && file[n] == '/')
            return ck_fail(error, CK_FILE, "'%s' holds '%s', an extract that the job reads; move it away first. Nothing was removed.", p->folder, name);
    }
    return CK_OK;
}

/* Only files that Carrick's keys could be: plain, their owner's alone. */
static bool is_key(void *asker, ck_error *error, int folder, const char *entry, const char *name, const struct stat *info) {
    (void)asker;
    (void)folder;
    (void)entry;
    if (!S_ISREG(info->st_mode) || (info->st_mode & 077))
        ck_fail(error, CK_FILE, "'%s' in the key folder is no file that only its owner can read, so it may not be a folder of keys. Nothing was removed.", name);
    return false;
}

static ck_status check_keys(ck_error *error, purge *p) {
    if (!p->given->keys)
        return CK_OK;
    return name_folder(error, p->given->keys, p->keys) == CK_OK ? ck_folder_remove(error, p->keys, false, is_key, NULL) : error->status;
}

/* ---- is it time? ---- */

/* When the folder was last worked in: by its log, else by run.json. */
static time_t last_work(ck_error *error, const purge *p) {
    char *path = ck_path_join(error, p->folder, "audit.jsonl"), *run = ck_path_join(error, p->folder, "run.json"), *text = NULL, *rest = NULL;
    struct stat info;
    time_t last = run && stat(run, &info) == 0 ? info.st_mtime : 0, logged = 0;
    size_t n;
    if (path && ck_path_is_file(path) && ck_file_read(error, path, &text, &n) == CK_OK)
        for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
            json_t *root = json_loads(line, 0, NULL);
            struct tm when = {0};
            const char *word = json_string_value(json_object_get(root, "when"));
            if (word && strptime(word, "%Y-%m-%dT%H:%M:%SZ", &when))
                logged = timegm(&when);
            json_decref(root);
        }
    ck_free(text);
    ck_free(path);
    ck_free(run);
    return logged ? logged : last;
}

static ck_status read_date(ck_error *error, const char *text, time_t *date) {
    int64_t days;
    if (strlen(text) != 10 || !ck_date_parse("%Y-%m-%d", text, strlen(text), &days))
        return ck_fail(error, CK_USAGE, "--before needs a date, YYYY-MM-DD, not '%s'.", text);
    *date = (time_t)days * DAY_SECONDS;
    return CK_OK;
}

static ck_status is_time(ck_error *error, const purge *p, bool *due) {
    const ck_options *given = p->given;
    time_t limit = 0, last = last_work(error, p);
    int said = given->now + (given->before != NULL) + (given->older_than != 0);
    if (error->status == CK_OK && said != 1)
        ck_fail(error, CK_USAGE, "One of --now, --before DATE and --older-than DAYS must say whether it is time.");
    if (error->status != CK_OK || (given->before && read_date(error, given->before, &limit) != CK_OK))
        return error->status;
    if (given->older_than > DAYS_MOST)
        return ck_fail(error, CK_USAGE, "--older-than takes %d days at most.", DAYS_MOST);
    if (given->older_than)
        limit = time(NULL) - (time_t)given->older_than * DAY_SECONDS;
    *due = given->now || (given->before ? last < limit : last <= limit);
    return CK_OK;
}

/* ---- removing ---- */

static bool is_release(int folder, const char *entry) {
    char name[NAME_MAX + 16];
    struct stat info;
    snprintf(name, sizeof name, "%s/release.json", entry);
    return fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(info.st_mode);
}

static json_t *describe(ck_error *error, int folder, const char *entry, const char *name, const struct stat *info, bool hashed) {
    char digest[CK_CHAIN_TEXT];
    json_t *row = json_pack("{s:s, s:I}", "file", name, "bytes", S_ISREG(info->st_mode) ? (json_int_t)info->st_size : 0);
    int file = S_ISREG(info->st_mode) && hashed ? openat(folder, entry, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) : -1;
    if (file >= 0 && ck_chain_hash_file(error, file, name, digest) == CK_OK)
        json_object_set_new(row, "sha256", json_string(digest));
    if (file >= 0)
        close(file);
    return row;
}

/* What tells a result folder goes after the rest, so that a purge that was cut off can go on; and the lock last, so that no run begins before. */
enum { TURNS = 3 };
static int turn_of(const char *name) {
    bool marks = strcmp(name, "run.json") == 0 || strcmp(name, "job.resolved.yaml") == 0;
    return strcmp(name, ".lock") == 0 ? 2 : marks;
}

static bool take_result(void *asker, ck_error *error, int folder, const char *entry, const char *name, const struct stat *info) {
    purge *p = asker;
    if (strcmp(name, "audit.jsonl") == 0 || strcmp(name, "purge.json") == 0 || turn_of(name) != p->turn)
        return false;
    if (S_ISDIR(info->st_mode) && is_release(folder, entry)) {
        json_array_append_new(p->kept, json_string(name));
        return false;
    }
    if (!S_ISDIR(info->st_mode)) {
        json_array_append_new(p->removed, describe(error, folder, entry, name, info, true));
        p->files++;
        p->bytes += S_ISREG(info->st_mode) ? (uint64_t)info->st_size : 0;
    }
    return error->status == CK_OK;
}

/* A short key could be found from its hash. */
static bool take_key(void *asker, ck_error *error, int folder, const char *entry, const char *name, const struct stat *info) {
    purge *p = asker;
    json_array_append_new(p->gone_keys, describe(error, folder, entry, name, info, false));
    return true;
}

static ck_status write_record(ck_error *error, const purge *p) {
    ck_error own = {0};
    char *path = ck_path_join(&own, p->folder, "purge.json");
    json_t *root = json_pack("{s:s, s:i, s:b, s:O, s:O, s:O, s:O}", "format", "carrick-purge", "version", 1, "complete", error->status == CK_OK, "removed", p->removed, "keys_removed",
                             p->gone_keys, "kept_releases", p->kept, "earlier", p->earlier);
    char *text = ck_json_text(&own, root);
    if (path && text)
        ck_file_write(&own, path, text, strlen(text));
    if (own.status && !error->status)
        ck_fail(error, own.status, "%s", own.text);
    free(text);
    json_decref(root);
    ck_free(path);
    return error->status;
}

/* What a purge that could not end removed before is a part of this one; those of earlier runs in the folder stand behind it. */
static void go_on(ck_error *error, const purge *p) {
    char *path = ck_path_join(error, p->folder, "purge.json");
    json_t *before = path ? json_load_file(path, 0, NULL) : NULL;
    json_array_extend(p->earlier, json_object_get(before, "earlier"));
    if (json_is_false(json_object_get(before, "complete"))) {
        json_array_extend(p->removed, json_object_get(before, "removed"));
        json_array_extend(p->gone_keys, json_object_get(before, "keys_removed"));
    } else if (before) {
        json_object_del(before, "earlier");
        json_array_append(p->earlier, before);
    }
    json_decref(before);
    ck_free(path);
}

static ck_status remove_files(ck_error *error, purge *p) {
    go_on(error, p);
    if (ck_folder_remove(error, p->folder, false, take_result, p) == CK_OK && *p->keys)
        ck_folder_remove(error, p->keys, true, take_key, p);
    while (error->status == CK_OK && ++p->turn < TURNS)
        ck_folder_remove(error, p->folder, false, take_result, p);
    return write_record(error, p);
}

static ck_status remove_all(ck_cli *cli, ck_error *error, purge *p) {
    char files[CK_COUNT_TEXT];
    ck_folder_lock lock = {0};
    if (ck_folder_lock_take(error, p->folder, &lock) == CK_OK) {
        ck_audit_in(cli, p->folder);
        ck_audit_begin(cli);
        remove_files(error, p);
        ck_audit_count(cli, "purge", json_pack("{s:I, s:I, s:I}", "files", (json_int_t)p->files, "bytes", (json_int_t)p->bytes, "keys", (json_int_t)json_array_size(p->gone_keys)));
        if (!error->status)
            ck_log(CK_LOG_INFO, "%s files removed from '%s'; purge.json there names them.", ck_count_text(p->files, files), p->folder);
    }
    ck_folder_lock_free(&lock);
    return error->status;
}

static ck_status purge_folder(ck_cli *cli, ck_error *error, purge *p) {
    json_t *run = NULL;
    bool due = false;
    if (!p->given->identifiable)
        return ck_fail(error, CK_USAGE, "'carrick purge' needs --identifiable DIR, the result folder whose files are to go.");
    if (name_folder(error, p->given->identifiable, p->folder) == CK_OK && check_result(error, p, &run) == CK_OK && check_inputs(error, p, run) == CK_OK &&
        check_keys(error, p) == CK_OK && is_time(error, p, &due) == CK_OK) {
        if (due)
            remove_all(cli, error, p);
        else
            ck_log(CK_LOG_INFO, "Nothing was removed: the last work in '%s' is not that old.", p->folder);
    }
    json_decref(run);
    return error->status;
}

ck_status ck_cmd_purge(ck_cli *cli, ck_error *error) {
    purge p = {.given = &cli->options, .removed = json_array(), .gone_keys = json_array(), .kept = json_array(), .earlier = json_array()};
    if (cli->comm.rank == 0)
        purge_folder(cli, error, &p);
    json_decref(p.removed);
    json_decref(p.gone_keys);
    json_decref(p.kept);
    json_decref(p.earlier);
    return ck_par_agree(&cli->comm, error);
}
