/** Updates: a job with `previous:` and `update: true` takes over what the last run knows. Records that are what they were keep their links; new and changed
 *  ones are compared with all; the model and the frequencies of values are those of the last run. Collective.
 *
 *      people.h5       choose, train: copied           link: old links + new pairs          cluster: as always, ids by person_ids.h
 */
#ifndef CK_CLI_UPDATE_H
#define CK_CLI_UPDATE_H
#include "cli/stages.h"

/** Does the job update the last run? A job of stages does so stage by stage (cli/passes.h). Not one with a trace, which asks the index for each of its rows:
 *  that is linked anew. Local. */
bool ck_update_wanted(const ck_workspace *work);

/** What stages choose, train and link depend on beside people.h5: the last run. Nothing in a job that does not update. */
ck_status ck_update_depend(ck_workspace *work, ck_error *error, ck_stamp *stamp);

/** In place of the stages' own work. */
ck_status ck_update_choice(ck_workspace *work, ck_error *error, ck_stage_result *result);
ck_status ck_update_model(ck_workspace *work, ck_error *error, ck_stage_result *result);
ck_status ck_update_links(ck_workspace *work, ck_error *error, const char *stamp, ck_stage_result *result);

/** frequencies.h5 of an earlier update is of no run that trains. */
ck_status ck_update_forget(ck_workspace *work, ck_error *error);

#endif
