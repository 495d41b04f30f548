/** A plan, for a person and as JSON. Local. */
#ifndef CK_CLI_PLAN_OUT_H
#define CK_CLI_PLAN_OUT_H
#include "cli/workspace.h"
#include "plan/price.h"

typedef struct ck_plan_report {
    ck_workload load;
    ck_layout_of_ranks shape;
    ck_memory_price memory;
    ck_time_price time;
    double rate;             /**< pairs that a core compares in a second */
    bool rate_given, links_known;
    uint64_t memory_limit;   /**< of a rank; 0: none */
    uint32_t least_ranks;    /**< with which the limit would do; 0: none */
    uint64_t ask_memory;     /**< of a node */
} ck_plan_report;

/** To standard output. */
void ck_plan_show(const ck_workspace *work, const ck_plan_report *report);
/** NULL when memory is out. */
json_t *ck_plan_json(const ck_workspace *work, const ck_plan_report *report);

#endif
