/** The groups of a job: records that are one person already, from other results, from columns and by its trace. Collective. */
#ifndef CK_CLI_GROUPS_H
#define CK_CLI_GROUPS_H
#include "cli/stages.h"

/** What the groups depend on beyond the job. */
ck_status ck_groups_depend(ck_workspace *work, ck_error *error, ck_stamp *stamp);
/** work->units, NULL where the job has no groups; people.h5 is opened with codes. */
ck_status ck_groups_load(ck_workspace *work, ck_error *error);

#endif
