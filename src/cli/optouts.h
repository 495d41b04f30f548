/** Opt-outs of a run: what they add to a stamp, and rows of sources without numbers, which are found by linking. Collective. */
#ifndef CK_CLI_OPTOUTS_H
#define CK_CLI_OPTOUTS_H
#include "cli/stages.h"
#include "ingest/optouts.h"

/** The lists' contents; with `after_linking` also everything that decides what is linked. */
ck_status ck_optouts_depend(ck_workspace *work, ck_error *error, ck_stamp *stamp);
/** With `after_linking`: links everything in a folder of its own, which is gone when it ends, and lists the rows of those sources that are one person with
 *  somebody who is opted out. Else nothing. */
ck_status ck_optouts_linked(ck_workspace *work, ck_error *error, ck_optouts *linked);

#endif
