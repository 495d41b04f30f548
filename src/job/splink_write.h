/** A job and its model as a Splink model (docs/splink.md): only keys that Splink 4 and 5 both load. Local. */
#ifndef CK_JOB_SPLINK_WRITE_H
#define CK_JOB_SPLINK_WRITE_H
#include "job/job.h"

/** What the Splink model says less exactly than Carrick's: sentences. */
typedef struct ck_splink_notes {
    uint32_t n;
    size_t room;
    char **text;
} ck_splink_notes;
void ck_splink_notes_free(ck_splink_notes *notes);

/** CK_USAGE naming every level and rule that has no form in Splink. Caller frees `text`. */
ck_status ck_splink_write(ck_error *error, const ck_job *job, const ck_model *model, ck_splink_notes *notes, char **text);

#endif
