/** Any two records compared, whatever the link type allows: for weights that are taken apart.
 *
 *      ck_pair_engine_open(work, error, &engine);
 *      ck_pair_compare(&engine, error, a, b, &pattern, &mask);     for as many pairs as there are
 *      ck_pair_engine_close(&engine);
 *
 *  Collective unless marked. After ck_workspace_people with codes. */
#ifndef CK_CLI_EXPLAIN_PAIR_H
#define CK_CLI_EXPLAIN_PAIR_H
#include "cli/workspace.h"

typedef struct ck_pair_engine {
    const ck_comm *comm;
    ck_people people;  /**< a view in which no source holds a person once */
    ck_source *source;
    ck_engine *engine;
} ck_pair_engine;

ck_status ck_pair_engine_open(ck_workspace *work, ck_error *error, ck_pair_engine *engine);
/** The pair's agreement pattern, and the mask of the blocking rules that make it. */
ck_status ck_pair_compare(const ck_pair_engine *engine, ck_error *error, uint32_t a, uint32_t b, uint64_t *pattern, uint64_t *mask);
void ck_pair_engine_close(ck_pair_engine *engine); /**< accepts a zeroed struct */

/** The level of comparison c in a pattern. Local. */
const ck_level *ck_level_of_pattern(const ck_comparisons *comparisons, const uint64_t *stride, uint32_t c, uint64_t pattern);

#endif
