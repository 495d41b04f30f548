#include "cli/run_record.h"
#include "base/fault.h"
#include "base/memory.h"
#include "cli/files.h"
#include <stdlib.h>
#include <string.h>

static ck_status fail_memory(ck_error *error) {
    return ck_fail(error, CK_MEMORY, "Out of memory while writing run.json.");
}

/** Members in the order in which a person wants to read them. */
static json_t *empty_root(void) {
    return json_pack("{s:s, s:i, s:s, s:i, s:i, s:f, s:i, s:i, s:[], s:[], s:{}}", "format", "carrick-run", "version", 1, "job", "",
                     "ranks", 0, "threads", 0, "total_seconds", 0.0, "peak_rss_bytes", 0, "peak_rss_sum_bytes", 0, "stages", "inputs",
                     "versions");
}

ck_status ck_run_record_open(ck_error *error, const char *folder, ck_run_record *record) {
    *record = (ck_run_record){.path = ck_path_join(error, folder, "run.json")};
    if (!record->path)
        return error->status;
    record->root = ck_fault(CK_FAULT_READ) ? NULL : json_load_file(record->path, 0, NULL);
    if (!json_is_object(record->root) || !json_is_array(json_object_get(record->root, "stages"))) {
        json_decref(record->root);
        record->root = empty_root();
    }
    return record->root ? CK_OK : fail_memory(error);
}

ck_status ck_run_record_require(ck_error *error, const char *folder, const char *stage) {
    ck_run_record record = {0};
    if (!ck_path_is_folder(folder))
        return ck_fail(error, CK_FILE, "'%s' is no result folder; 'carrick run JOB.yaml --out DIR' makes one.", folder);
    if (ck_run_record_open(error, folder, &record) == CK_OK && !ck_run_record_stage(&record, stage))
        ck_fail(error, CK_FILE, "'%s' holds no finished result of 'carrick %s' for its present inputs; 'carrick run %s' makes it.", folder,
                stage, folder);
    ck_run_record_free(&record);
    return error->status;
}

void ck_run_record_free(ck_run_record *record) {
    json_decref(record->root);
    ck_free(record->path);
    *record = (ck_run_record){0};
}

static size_t find_stage(const ck_run_record *record, const char *stage) {
    json_t *stages = json_object_get(record->root, "stages");
    size_t n = json_array_size(stages);
    for (size_t i = 0; i < n; i++) {
        const char *name = json_string_value(json_object_get(json_array_get(stages, i), "name"));
        if (name && strcmp(name, stage) == 0)
            return i;
    }
    return n;
}

json_t *ck_run_record_stage(const ck_run_record *record, const char *stage) {
    return json_array_get(json_object_get(record->root, "stages"), find_stage(record, stage));
}

bool ck_run_record_is_current(const ck_run_record *record, const char *stage, const char *stamp) {
    const char *kept = json_string_value(json_object_get(ck_run_record_stage(record, stage), "stamp"));
    return kept && strcmp(kept, stamp) == 0;
}

uint64_t ck_run_record_count(const ck_run_record *record, const char *stage, const char *name) {
    json_t *counts = json_object_get(ck_run_record_stage(record, stage), "counts");
    return (uint64_t)json_integer_value(json_object_get(counts, name));
}

json_t *ck_run_record_persons_stamp(const ck_run_record *record) {
    json_t *stamp = json_object_get(ck_run_record_stage(record, "cluster"), "stamp");
    return stamp ? json_incref(stamp) : json_null();
}

bool ck_run_record_is_of_persons(const ck_run_record *record, const json_t *file) {
    const char *stamp = json_string_value(json_object_get(file, "persons_stamp"));
    return stamp && ck_run_record_is_current(record, "cluster", stamp);
}

void ck_run_record_drop(ck_run_record *record, const char *stage) {
    json_array_remove(json_object_get(record->root, "stages"), find_stage(record, stage));
}

ck_status ck_run_record_add(ck_error *error, ck_run_record *record, json_t *entry) {
    return json_array_append_new(json_object_get(record->root, "stages"), entry) ? fail_memory(error) : CK_OK;
}

ck_status ck_run_record_set(ck_error *error, ck_run_record *record, const char *name, json_t *value) {
    return json_object_set_new(record->root, name, value) ? fail_memory(error) : CK_OK;
}

static double sum_seconds(const ck_run_record *record) {
    double seconds = 0;
    size_t i;
    json_t *stage;
    json_array_foreach(json_object_get(record->root, "stages"), i, stage)
        seconds += json_number_value(json_object_get(stage, "seconds"));
    return seconds;
}

char *ck_json_text(ck_error *error, const json_t *json) {
    char *text = json_dumps(json, JSON_INDENT(2) | JSON_REAL_PRECISION(15) | JSON_ENSURE_ASCII);
    char *line = text ? realloc(text, strlen(text) + 2) : NULL;
    if (!line) {
        free(text);
        fail_memory(error);
        return NULL;
    }
    return strcat(line, "\n");
}

ck_status ck_run_record_write(ck_error *error, ck_run_record *record) {
    if (ck_run_record_set(error, record, "total_seconds", json_real(sum_seconds(record))))
        return error->status;
    char *text = ck_json_text(error, record->root);
    if (text)
        ck_file_write(error, record->path, text, strlen(text));
    free(text);
    return error->status;
}
