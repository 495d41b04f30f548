#include "cli/json_out.h"
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
