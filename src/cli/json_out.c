#include "cli/json_out.h"
#include "base/memory.h"
#include "cli/files.h"
#include "cli/run_record.h"
#include <stdlib.h>
#include <string.h>

json_t *ck_json_real(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *ck_json_bounds(ck_bounds bounds) {
    return isfinite(bounds.low) ? json_pack("[f, f]", bounds.low, bounds.high) : json_null();
}

ck_status ck_json_file(ck_error *error, const char *path, json_t *json, bool print) {
    char *text = ck_json_text(error, json);
    if (text && ck_file_write(error, path, text, strlen(text)) == CK_OK && print)
        fputs(text, stdout);
    free(text);
    json_decref(json);
    return error->status;
}

json_t *ck_json_load(const char *folder, const char *name) {
    ck_error unread = {0};
    char *path = ck_path_join(&unread, folder, name);
    json_t *root = path ? json_load_file(path, 0, NULL) : NULL;
    ck_free(path);
    return root;
}

double ck_json_real_at(const json_t *object, const char *name) {
    const json_t *value = json_object_get(object, name);
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

uint64_t ck_json_count_at(const json_t *object, const char *name) {
    return (uint64_t)json_integer_value(json_object_get(object, name));
}
