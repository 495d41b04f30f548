/** A crew: one worker a thread, and the units of passes that they do together, wave after wave; while it waits for other ranks it does units of theirs. What they did stands in the crew's ledger; what it gave
 *  is in the workers, and from time to time in runs, so that a crew that stops has lost nothing.
 *
 *      ck_crew_hire(comm, error, &shared, threads, goal, compare, &crew);
 *      ck_ledger_open(..., &crew.ledger);
 *      ck_crew_work(&crew, error, "linking", route, nroutes, 0);
 *      ck_crew_leave(&crew);
 *
 *  Afterwards either there are no runs (ledger.nruns = 0) and all is in the workers, or all is in runs. Collective. Inner part of engine.c.
 */
#ifndef CK_LINK_CREW_H
#define CK_LINK_CREW_H
#include "link/help.h"
#include "link/ledger.h"
#include "link/worker.h"
#include <stdatomic.h>

/** Pairs of one pattern that the same rules make; what runs of cells hold. */
typedef struct ck_cell {
    uint64_t pattern, mask, count;
} ck_cell;

typedef struct ck_crew {
    const ck_comm *comm;
    uint32_t n;
    ck_worker **worker;
    ck_goal goal;
    ck_ledger ledger;
    uint64_t buffer_bytes;         /**< links in memory that make a run; 0: any number may wait */
    uint64_t pairs[CK_RULES_MAX];  /**< by pass; those in runs are not among them until ck_crew_take_runs */
    const uint64_t *sampled;       /**< [passes] units whose hash is above are left out; NULL: none is */
    double *seconds;               /**< [n][CK_RULES_MAX] computed in units, when wanted */
    ck_tasks tasks;                /**< of the wave */
    ck_help help;
    atomic_bool paused, stopped;   /**< threads come together to save, or for good */
    ck_error error;                /**< of saving */
} ck_crew;

ck_status ck_crew_hire(const ck_comm *comm, ck_error *error, const ck_shared *shared, uint32_t threads, ck_goal goal, bool compare, ck_crew *crew);
/** Local; accepts a zeroed struct. */
void ck_crew_leave(ck_crew *crew);

/** Bytes of the items that runs of a goal hold. Local. */
size_t ck_crew_item_bytes(ck_goal goal);
/** Do all units of the routes, together with the crews of other ranks. The pass's rule is rule + the number of its route, or CK_RULES_MAX for groups. `what` (or NULL) is for
 *  the progress line. CK_STOPPED when a signal has come: what was done is then in runs, if any are kept. */
ck_status ck_crew_work(ck_crew *crew, ck_error *error, const char *what, const ck_route *const *route, uint32_t nroutes, uint32_t rule);
/** Take what this rank's share of the runs counted: pairs, and cells into a worker's table. Local. */
ck_status ck_crew_take_runs(ck_crew *crew, ck_error *error);
/** Pairs that the workers looked at. Local. */
uint64_t ck_crew_count_pairs(const ck_crew *crew);

#endif
