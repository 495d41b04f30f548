/** The links of a pass, in memory or in runs, as this rank's part of one list sorted by (a, b): given out in pieces, so that however many links there are
 *  takes no more memory than a piece.
 *
 *      ck_engine_link_kept(engine, error, scorer, floor, stamp, &kept, &counts);
 *      ck_links_write_parts(comm, error, path, &kept.all, ck_kept_links_next, &kept);
 *      ck_kept_links_close(&kept);
 */
#ifndef CK_LINK_KEPT_LINKS_H
#define CK_LINK_KEPT_LINKS_H
#include "store/links.h"
#include "store/run_file.h"
#include <stdbool.h>

struct ck_crew;

typedef struct ck_kept_links {
    ck_links all;                /**< total, begin and n of this rank; its columns only where there are no runs */
    /* inner part */
    uint32_t nruns;
    ck_run_file *run;
    uint64_t *first, *at, *end;  /**< [nruns] items of this rank's records; from `at` on they were not given out yet */
    uint64_t *stop;              /**< [nruns] end of the next piece */
    uint64_t record_begin, record, record_end; /**< those records, likewise */
    uint64_t last_records;       /**< in the last piece */
    uint64_t most;               /**< links in a piece, unless one record has more */
    ck_links piece;
    bool given;                  /**< the whole, when it is in memory */
} ck_kept_links;

/** After ck_crew_work of links. The crew's ledger tells the runs; the crew may leave then. `memory_bytes` for a piece. Collective. */
ck_status ck_kept_links_open(struct ck_crew *crew, ck_error *error, uint64_t records, uint64_t memory_bytes, ck_kept_links *kept);
/** The next piece, a ck_links_next of a ck_kept_links. */
ck_status ck_kept_links_next(void *kept, ck_error *error, ck_links *piece);
/** Begin anew: all pieces are given out once more. Local. */
void ck_kept_links_rewind(ck_kept_links *kept);
/** Local; accepts a zeroed struct. */
void ck_kept_links_close(ck_kept_links *kept);

#endif
