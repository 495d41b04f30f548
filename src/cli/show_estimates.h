/** estimates.json and its table. */
#ifndef CK_CLI_SHOW_ESTIMATES_H
#define CK_CLI_SHOW_ESTIMATES_H
#include "assess/estimates.h"
#include "cli/workspace.h"

typedef struct ck_estimates_shown {
    double decision;
    uint64_t records, unlinkable;
    uint32_t models;                 /**< of resampled pairs; 0: the model was taken as it is */
    const ck_person_pairs *pairs;
    const ck_captures *captures;
    ck_estimates found;
} ck_estimates_shown;

/** Write estimates.json and print it, or its table. Collective; rank 0 writes. */
ck_status ck_estimates_show(ck_workspace *work, ck_error *error, const ck_estimates_shown *shown);

#endif
