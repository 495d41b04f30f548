/** Jobs whose rules or comparisons are `auto`: put what was found in the place of the word. Local. */
#ifndef CK_JOB_CHOSEN_H
#define CK_JOB_CHOSEN_H
#include "job/job.h"

/** The resolved job with other comparisons and rules: YAML lists, as they stand under their keys, or NULL to leave a key as it is. `budget` goes
 *  with `auto` rules. Caller frees. */
ck_status ck_job_compose(ck_error *error, const char *resolved, const char *comparisons, const char *blocking, char **text);
/** The resolved job with every `auto` filled from a job that was composed before (chosen.yaml, whose other keys do not count). Caller frees. */
ck_status ck_job_fill(ck_error *error, const char *resolved, const char *chosen, const char *path, char **text);

#endif
