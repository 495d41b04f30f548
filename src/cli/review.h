/** carrick review: its two ways. Collective. */
#ifndef CK_CLI_REVIEW_H
#define CK_CLI_REVIEW_H
#include "cli/command.h"

/** In the result folder: the last sample drawn, and what reviewers found. */
#define CK_REVIEW_SAMPLE_FILE "review-sample.json"
#define CK_REVIEW_FILE "review.json"

ck_command_run ck_review_sample_run, ck_review_import_run;

#endif
