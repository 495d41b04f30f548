/** Ids of persons that last: an index takes over those of the run before it (`previous:`), and ids.csv tells what changed.
 *
 *  ids.csv is the log of all runs so far: the previous folder's, then this run's lines,
 *      as_of,reason,old_id,new_id,rows
 *  with the job's `as_of:` (never the clock), a reason of assess/keep_ids.h, and ids that are empty where there is none. Collective.
 */
#ifndef CK_CLI_PERSON_IDS_H
#define CK_CLI_PERSON_IDS_H
#include "cli/stages.h"

/** Give an index of the records of people.h5 its ids (index->id, next_id), before it is written as the folder's index.h5, and write ids.csv. A job
 *  without `previous:` leaves the index as it is; ids are counted then, and there is no log. */
ck_status ck_person_ids_give(ck_workspace *work, ck_error *error, ck_index *index);
/** What the ids depend on beside the persons: the previous index and its log. */
ck_status ck_person_ids_depend(ck_workspace *work, ck_error *error, ck_stamp *stamp);

#endif
