/** run.json: what was done, with which inputs, how long it took, and the stamp of each stage. Held by rank 0; other ranks
 *  have an empty record. docs/outputs.md describes the file.
 *
 *  A stage's entry is there exactly when its output is whole and belongs to the outputs before it: the entries of a stage and
 *  of those after it are dropped (and the file written) before the stage is redone. Local.
 */
#ifndef CK_CLI_RUN_RECORD_H
#define CK_CLI_RUN_RECORD_H
#include <carrick/status.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct ck_run_record {
    char *path;
    json_t *root;
} ck_run_record;

/** Read folder/run.json, or begin an empty one where it is absent or cannot be understood. */
ck_status ck_run_record_open(ck_error *error, const char *folder, ck_run_record *record);
void ck_run_record_free(ck_run_record *record);

/** CK_FILE when the folder is no result, or has no entry of the stage: what the stage made is not there, or belongs to earlier inputs. */
ck_status ck_run_record_require(ck_error *error, const char *folder, const char *stage);

/** The entry of a stage (borrowed), or NULL. */
json_t *ck_run_record_stage(const ck_run_record *record, const char *stage);
bool ck_run_record_is_current(const ck_run_record *record, const char *stage, const char *stamp);
/** counts.<name> of a stage as an integer, 0 when absent. */
uint64_t ck_run_record_count(const ck_run_record *record, const char *stage, const char *name);
/** The stamp of the persons of the folder, null before there are any: what a file that speaks of them keeps as persons_stamp. A new reference. */
json_t *ck_run_record_persons_stamp(const ck_run_record *record);
bool ck_run_record_is_of_persons(const ck_run_record *record, const json_t *file);
void ck_run_record_drop(ck_run_record *record, const char *stage);
/** Add the entry of a finished stage. Takes `entry`, which may be NULL for want of memory. */
ck_status ck_run_record_add(ck_error *error, ck_run_record *record, json_t *entry);
/** Set a member of the root. Takes `value`. */
ck_status ck_run_record_set(ck_error *error, ck_run_record *record, const char *name, json_t *value);
/** Write the file, with the sum of the stages' seconds. */
ck_status ck_run_record_write(ck_error *error, ck_run_record *record);

/** JSON as the text of a file, with a newline at the end. The caller frees with free(). */
char *ck_json_text(ck_error *error, const json_t *json);

#endif
