/** Jobs whose rules or comparisons are `auto`: put what was found in the place of the word. Local. */
#ifndef CK_JOB_CHOSEN_H
#define CK_JOB_CHOSEN_H
#include "job/job.h"

/** The resolved job with other comparisons and rules: YAML lists, as they stand under their keys, or NULL to leave a key as it is. `budget` goes
 *  with `auto` rules. `matches` (0: not known) becomes `expected_matches` of `train` unless the job has one. Caller frees. */
ck_status ck_job_compose(ck_error *error, const char *resolved, const char *comparisons, const char *blocking, double matches, char **text);
/** The resolved job with every `auto` filled from a job that was composed before (chosen.yaml, of whose other keys only `expected_matches` counts). Caller frees. */
ck_status ck_job_fill(ck_error *error, const char *resolved, const char *chosen, const char *path, char **text);

#endif
