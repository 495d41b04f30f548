/** The passes of a job of stages (job/passes.h): each has a folder of its own, OUT/stages/<name>, which the usual commands read; people.h5 there is a link to
 *  that of the whole. The whole's links.h5 and index.h5 come of the passes'. Collective. */
#ifndef CK_CLI_PASSES_H
#define CK_CLI_PASSES_H
#include "cli/stages.h"

/** Walk the passes in turn, after the whole has its people.h5. `*any`: was there work? */
ck_status ck_passes_walk(ck_workspace *whole, ck_error *error, bool *any);

/** Stages link and cluster of the whole: what they depend on, links that the passes have decided, and the persons of the last pass. */
ck_status ck_passes_depend(ck_workspace *whole, ck_error *error, ck_stage_id stage, ck_stamp *stamp);
ck_status ck_passes_link(ck_workspace *whole, ck_error *error, const char *stamp, ck_stage_result *result);
ck_status ck_passes_index(ck_workspace *whole, ck_error *error, ck_index *index);
/** counts of the whole's cluster stage. */
ck_status ck_passes_describe(ck_workspace *whole, ck_error *error, const ck_index *index, ck_stage_result *result);

/** CK_USAGE for what only a stage can do, naming a stage's folder. Local. */
ck_status ck_passes_refuse(const ck_workspace *whole, ck_error *error);

/** A pass's people.h5: the link to the whole's. */
ck_status ck_borrowed_stamp(ck_workspace *work, ck_error *error, char text[CK_STAMP_TEXT]);
ck_status ck_borrowed_people(ck_workspace *work, ck_error *error, ck_stage_result *result);

#endif
