/** The ledger of passes over the units of all rules: which are done, and what they gave, in memory or in runs on the disk (store/run_file.h).
 *
 *      ck_ledger_open(comm, error, &place, item_bytes, nunits, npasses, &ledger);   Collective: what earlier processes finished is known
 *      ... for every unit that is not ck_ledger_is_done: do it, then ck_ledger_mark ...
 *      if (ck_ledger_is_due(&ledger)) ck_ledger_save(&ledger, error, counts, items, n);
 *      ck_ledger_close(&ledger);
 *
 *  Each rank writes runs of its own, whenever it likes: a run is of the units that it finished since its last. Units do not depend on the
 *  number of ranks, so any number of them carries on. A run that is not whole is not there: a killed rank loses what it had not saved.
 *
 *  Runs are FOLDER/unfinished/KIND-STAMP-SESSION-RANK-NUMBER.run. CARRICK_SAVE_SECONDS=x saves every x seconds instead of 60, for tests.
 */
#ifndef CK_LINK_LEDGER_H
#define CK_LINK_LEDGER_H
#include "block/rule.h"
#include "par/par.h"
#include "store/run_file.h"
#include <stdbool.h>

/** Where the runs of a pass are, and what they are runs of; folder NULL: nothing is kept. Borrowed. */
typedef struct ck_run_place {
    const char *folder, *kind, *stamp;
} ck_run_place;

enum { CK_UNIT_OPEN, CK_UNIT_DONE, CK_UNIT_SAVED };

typedef struct ck_ledger {
    const ck_comm *comm;
    ck_run_place place;
    size_t item_bytes;
    uint32_t npasses;
    uint64_t first[CK_RULES_MAX + 1]; /**< the number of each pass's first unit */
    uint8_t *state;                   /**< [first[npasses]] CK_UNIT_DONE: by this process, not saved yet */
    char (*name)[96];                 /**< [nruns] runs that were there when the ledger was opened */
    uint32_t nruns;
    uint64_t saved_units;             /**< in them */
    uint32_t session, written;        /**< of this process */
    double next_save;
} ck_ledger;

/** Collective. CK_FILE for a damaged run, CK_MEMORY. */
ck_status ck_ledger_open(const ck_comm *comm, ck_error *error, const ck_run_place *place, size_t item_bytes, const uint32_t *nunits,
                         uint32_t npasses, ck_ledger *ledger);
/** Local; accepts a zeroed struct. */
void ck_ledger_close(ck_ledger *ledger);

static inline bool ck_ledger_keeps(const ck_ledger *ledger) {
    return ledger->place.folder != NULL;
}
static inline bool ck_ledger_is_done(const ck_ledger *ledger, uint32_t pass, uint32_t unit) {
    return ledger->state[ledger->first[pass] + unit] != CK_UNIT_OPEN;
}
/** Thread-safe for distinct units. */
static inline void ck_ledger_mark(ck_ledger *ledger, uint32_t pass, uint32_t unit) {
    ledger->state[ledger->first[pass] + unit] = CK_UNIT_DONE;
}
/** Is it time for a run? Thread-safe. */
bool ck_ledger_is_due(const ck_ledger *ledger);
/** Write a run of the units done since the last: what was counted in them (of `npasses` passes) and their items. Local. */
ck_status ck_ledger_save(ck_ledger *ledger, ck_error *error, const uint64_t *counts, const void *items, uint64_t n);

/** Open run i of nruns. Local. */
ck_status ck_ledger_open_run(const ck_ledger *ledger, ck_error *error, uint32_t i, ck_run_file *file);
/** Are there runs, of this process or an earlier one? Collective. */
bool ck_ledger_has_runs(const ck_ledger *ledger);
/** Have `name` hold the runs of all ranks, those written since too. Collective; once, when no more are written. */
ck_status ck_ledger_list(ck_ledger *ledger, ck_error *error);

/** Remove the runs of a kind, and the folder if no others are there; failures are of no account. Local: one rank. */
void ck_ledger_forget(const char *folder, const char *kind);

#endif
