/** What cleaning and the data look like, per column and source, for `carrick profile`: from people.h5 and the counts that
 *  ingest left beside it (ingest.json). Counts only; values themselves when they are asked for by name. */
#ifndef CK_INGEST_PROFILE_H
#define CK_INGEST_PROFILE_H
#include "par/par.h"
#include <stdbool.h>
#include <stdint.h>

typedef struct ck_profile_options {
    uint32_t common;  /**< how many of the most common values to count */
    bool show_values; /**< say which values they are */
} ck_profile_options;

/** The profile as JSON on rank 0 (the caller frees *json with free); NULL on the others.
 *
 *      {"rows": 5, "records": 4, "columns": [{"name": "surname", "kind": "name", "distinct": 3, "sources": [
 *          {"name": "gp", "rows": 5, "missing": 1, "changed": 2, "distinct": 3,
 *           "dropped": {"empty": 1, "placeholder": 0, ...}, "common": [2, 1, 1]}]}],
 *       "hazards": [{"source": "gp", "column": "dob", "hazard": "day", "value": "1 January", "records": 120, "expected": 3.0}]}   only where there are
 *
 *  `rows`, `missing`, `changed` and `dropped` count rows; `distinct` and `common` are of records. With show_values
 *  `common` holds {"count": 2, "value": "SMITH"}. Collective. CK_FILE when a file is missing or not of one ingest. */
ck_status ck_profile_make(const ck_comm *comm, ck_error *error, const char *people_path,
                          const ck_profile_options *options, char **json);

#endif
