/** Who is opted out, as the job says it (docs/optouts.md). Local. */
#ifndef CK_JOB_OPTOUT_KEYS_H
#define CK_JOB_OPTOUT_KEYS_H
#include "job/job.h"
#include "job/shape.h"

extern const ck_table ck_optout_keys; /**< ck_optout_spec */

/** `optouts`; its defaults are written into the tree. After the sources. */
ck_status ck_build_optouts(ck_error *error, ck_doc *doc, ck_job *job);
/** The job with everybody in it, to see who is one person with whom: without `optouts`, and without what only the final result needs. Caller frees. */
ck_status ck_job_without_optouts(ck_error *error, const ck_job *job, char **text);
void ck_free_optouts(ck_job *job);

#endif
