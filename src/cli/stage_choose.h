/** What stage choose finds, and the second look at it when the model is there. */
#ifndef CK_CLI_STAGE_CHOOSE_H
#define CK_CLI_STAGE_CHOOSE_H
#include "choose/choose.h"
#include "cli/stages.h"

typedef struct ck_found_rules {
    char *comparisons;     /**< as YAML; NULL where the job has its own */
    uint32_t ncomparisons;
    ck_choice choice;      /**< without rules where the job has its own */
    ck_choosing *choosing; /**< what they were chosen among; NULL likewise */
} ck_found_rules;

/** From people.h5, into work->found. The workspace's job is left with `auto` unfilled. Collective. */
ck_status ck_rules_find(ck_workspace *work, ck_error *error);
/** chosen.yaml and choice.json, whose `second_look` is borrowed (NULL: none yet); then the job is filled from it. Collective. */
ck_status ck_rules_write(ck_workspace *work, ck_error *error, const ck_found_rules *found, json_t *second_look);
void ck_rules_show(const ck_found_rules *found, ck_stage_result *result);
/** Let go of work->found. Local. */
void ck_rules_forget(ck_workspace *work);
/** How choice.json knows that nobody has edited chosen.yaml. */
void ck_chosen_stamp(const char *text, char stamp[CK_STAMP_TEXT]);

/** After training, once: rules that did not find what they promised are replaced, where others promise more. What stage choose found in this process is
 *  used again and let go of; in a run that is taken up after it, it is found anew, and is the same. */
ck_status ck_second_look(ck_workspace *work, ck_error *error, bool *replaced);

#endif
