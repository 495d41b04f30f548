/** Inner parts of splink_*.c. Local. */
#ifndef CK_JOB_SPLINK_COUNT_H
#define CK_JOB_SPLINK_COUNT_H
#include "job/job.h"

/** "499,500 pairs", from the rows of the job's files and its link type; "every pair" where a file cannot be read. */
void ck_splink_count_pairs(const ck_job *job, char *text, size_t room);
/** Letters, digits and _ of a name; other characters become _. */
void ck_splink_plain_name(const char *name, char *plain, size_t room);

#endif
