/** Numbers of measures as JSON. Local. */
#ifndef CK_CLI_JSON_OUT_H
#define CK_CLI_JSON_OUT_H
#include "assess/intervals.h"
#include <carrick/status.h>
#include <jansson.h>
#include <stdbool.h>

/** null where the measure has no meaning. */
json_t *ck_json_real(double value);
/** [low, high], or null. */
json_t *ck_json_bounds(ck_bounds bounds);
/** A JSON file of a folder, NULL where it is not there or is no JSON. The caller releases. */
json_t *ck_json_load(const char *folder, const char *name);
/** A number of an object, NAN where it is null or absent; a count, 0 where it is absent. */
double ck_json_real_at(const json_t *object, const char *name);
uint64_t ck_json_count_at(const json_t *object, const char *name);
/** Write JSON as a whole file and, with `print`, to standard output too; `json` is released. */
ck_status ck_json_file(ck_error *error, const char *path, json_t *json, bool print);

#endif
