/** carrick audit: is the log as it was written, and what does it say? */
#include "base/log.h"
#include "base/memory.h"
#include "base/path.h"
#include "cli/command.h"
#include "release/chain.h"
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static ck_status verify(ck_error *error, const char *path) {
    uint64_t lines;
    char last[CK_CHAIN_TEXT];
    if (ck_chain_verify(error, path, &lines, last) == CK_OK)
        printf("%" PRIu64 " lines, as they were written; the last is %s\n", lines, last);
    return error->status;
}

static const char *text_of(const json_t *object, const char *name) {
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "?";
}

static void show_counts(const json_t *counts) {
    const char *step, *name;
    json_t *numbers, *value;
    json_object_foreach((json_t *)counts, step, numbers) {
        printf("      %s:", step);
        json_object_foreach(numbers, name, value)
            if (json_is_integer(value))
                printf(" %s %" JSON_INTEGER_FORMAT, name, json_integer_value(value));
        putchar('\n');
    }
}

static void show_line(const json_t *line) {
    size_t i;
    json_t *word;
    printf("%4" JSON_INTEGER_FORMAT "  %s  %-10s status %" JSON_INTEGER_FORMAT " ", json_integer_value(json_object_get(line, "line")), text_of(line, "when"),
           text_of(json_object_get(line, "who"), "name"), json_integer_value(json_object_get(line, "status")));
    json_array_foreach(json_object_get(line, "command"), i, word)
        printf(" %s", json_string_value(word) ? json_string_value(word) : "?");
    putchar('\n');
    show_counts(json_object_get(line, "counts"));
}

static ck_status show(ck_error *error, const char *path) {
    char *text = NULL, *rest = NULL;
    size_t n, number = 0;
    if (ck_file_read(error, path, &text, &n) == CK_OK)
        for (char *line = strtok_r(text, "\n", &rest); line && error->status == CK_OK; line = strtok_r(NULL, "\n", &rest)) {
            json_t *root = json_loads(line, 0, NULL);
            number++;
            if (json_is_object(root))
                show_line(root);
            else
                ck_fail(error, CK_DATA, "File %s, line %zu is not as it was written; 'carrick audit verify' looks at all.", path, number);
            json_decref(root);
        }
    ck_free(text);
    return error->status;
}

ck_status ck_cmd_audit(ck_cli *cli, ck_error *error) {
    const char *verb = cli->options.word[0], *folder = cli->options.word[1];
    bool verifies = strcmp(verb, "verify") == 0;
    if (!verifies && strcmp(verb, "show") != 0)
        return ck_fail(error, CK_USAGE, "'carrick audit' takes 'verify' or 'show', not '%s'.", verb);
    if (cli->comm.rank == 0) {
        char *path = ck_path_join(error, folder, "audit.jsonl");
        if (path && access(path, R_OK) != 0 && errno == EACCES)
            ck_fail(error, CK_FILE, "'%s' cannot be read: %s.", path, strerror(errno));
        else if (path && !ck_path_is_file(path))
            ck_fail(error, CK_FILE, "'%s' has no audit log; commands that do something in a result folder write one.", folder);
        else if (path)
            (verifies ? verify : show)(error, path);
        ck_free(path);
    }
    return ck_par_agree(&cli->comm, error);
}
