/** carrick profile: what cleaning did to each column, and what the columns hold. */
#include "base/memory.h"
#include "cli/console.h"
#include "cli/files.h"
#include "cli/stages.h"
#include "ingest/profile.h"
#include <carrick/clean.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUES_SHOWN = 5 };

static uint64_t count_at(const json_t *object, const char *name) {
    return (uint64_t)json_integer_value(json_object_get(object, name));
}

static void print_count(uint64_t count) {
    char text[CK_COUNT_TEXT];
    printf(" %12s", ck_count_text(count, text));
}

static void print_source(const json_t *column, const json_t *source) {
    const json_t *dropped = json_object_get(source, "dropped");
    printf("%-16s %-16s %-10s", json_string_value(json_object_get(source, "name")), json_string_value(json_object_get(column, "name")),
           json_string_value(json_object_get(column, "kind")));
    print_count(count_at(source, "rows"));
    print_count(count_at(source, "rows") - count_at(source, "missing"));
    print_count(count_at(source, "distinct"));
    print_count(count_at(source, "changed"));
    for (int r = CK_CLEAN_EMPTY; r < CK_CLEAN_RESULTS; r++)
        print_count(count_at(dropped, ck_clean_result_name((ck_clean_result)r)));
    printf("\n");
}

static void print_common(const json_t *source) {
    size_t i;
    json_t *value;
    json_array_foreach(json_object_get(source, "common"), i, value) {
        char text[CK_COUNT_TEXT];
        printf("%15s  %s\n", ck_count_text(count_at(value, "count"), text), json_string_value(json_object_get(value, "value")));
    }
}

/** Values that stand for none. */
static void print_hazards(const json_t *hazards) {
    size_t i;
    json_t *hazard;
    json_array_foreach(hazards, i, hazard) {
        char text[CK_COUNT_TEXT];
        double expected = json_number_value(json_object_get(hazard, "expected"));
        uint64_t records = count_at(hazard, "records");
        const char *kind = json_string_value(json_object_get(hazard, "hazard"));
        printf("%s%s, %s: %s %s %s%s", i ? "" : "\n", json_string_value(json_object_get(hazard, "source")),
               json_string_value(json_object_get(hazard, "column")), ck_count_text(records, text), records == 1 ? "record has" : "records have",
               strcmp(kind, "to come") == 0 ? "a date of birth after " : "", json_string_value(json_object_get(hazard, "value")));
        if (strcmp(kind, "test range") == 0)
            printf("..., the test range of NHS numbers\n");
        else if (strcmp(kind, "to come") == 0)
            printf(", the job's 'as_of'\n");
        else
            printf(", where %.1f would be as many as its neighbours\n", expected);
    }
}

static void print_table(const json_t *profile, bool show_values) {
    size_t c, s;
    json_t *column, *source;
    printf("%-16s %-16s %-10s %12s %12s %12s %12s", "source", "column", "kind", "rows", "present", "distinct", "changed");
    for (int r = CK_CLEAN_EMPTY; r < CK_CLEAN_RESULTS; r++)
        printf(" %12s", ck_clean_result_name((ck_clean_result)r));
    printf("\n");
    json_array_foreach(json_object_get(profile, "columns"), c, column) {
        json_array_foreach(json_object_get(column, "sources"), s, source) {
            print_source(column, source);
            if (show_values)
                print_common(source);
        }
    }
    print_hazards(json_object_get(profile, "hazards"));
}

static ck_status profile(ck_cli *cli, ck_error *error, const char *people_path) {
    ck_profile_options options = {.common = VALUES_SHOWN, .show_values = cli->options.show_values};
    char *text = NULL;
    if (ck_profile_make(&cli->comm, error, people_path, &options, &text))
        return error->status;
    if (text && cli->options.json) {
        printf("%s\n", text);
    } else if (text) {
        json_t *made = json_loads(text, 0, NULL);
        print_table(made, options.show_values);
        json_decref(made);
    }
    free(text);
    return CK_OK;
}

/** A result folder is looked at as it stands: neither its job nor the extracts are needed. */
static ck_status profile_folder(ck_cli *cli, ck_error *error, const char *folder) {
    char *path = ck_path_join(error, folder, "people.h5");
    if (path && cli->comm.rank == 0 && !ck_path_is_file(path))
        ck_fail(error, CK_FILE, "'%s' is not there; 'carrick ingest' makes it.", path);
    if (ck_par_agree(&cli->comm, error) == CK_OK)
        profile(cli, error, path);
    ck_free(path);
    return error->status;
}

static ck_status profile_job(ck_cli *cli, ck_error *error, const char *job) {
    ck_workspace work;
    if (ck_workspace_open(cli, error, job, NULL, &work) == CK_OK && ck_stage_make(&work, error, CK_STAGE_INGEST, NULL) == CK_OK)
        profile(cli, error, work.people_path);
    ck_workspace_close(&work);
    return error->status;
}

ck_status ck_cmd_profile(ck_cli *cli, ck_error *error) {
    const char *word = cli->options.word[0];
    uint8_t is_folder = ck_path_is_folder(word);
    ck_par_broadcast(&cli->comm, 0, &is_folder, sizeof is_folder);
    return is_folder ? profile_folder(cli, error, word) : profile_job(cli, error, word);
}
