/** The canonical order of rows: by place of the source, then id bytes, over all ranks, by sample sort. */
#ifndef CK_INGEST_ORDER_H
#define CK_INGEST_ORDER_H
#include "ingest/plan.h"
#include "ingest/rows.h"
#include "ingest/sort.h"

/** This rank's rows in order: all of it between the rank before and the rank after. */
typedef struct ck_ordered {
    uint32_t nstores;
    ck_rows *store;     /**< [nstores]; those given, or one that `received` holds */
    ck_rows received;
    ck_sort_item *item; /**< [n] which store and row */
    size_t n;
    size_t *source_begin; /**< [nsources + 1] items of each source, by its place */
} ck_ordered;

/** Order the rows of the stores, whose codes must be final. On several ranks the stores are emptied (their rows travel).
 *  Collective. CK_DATA when a source has an id twice, naming both rows. */
ck_status ck_order_rows(const ck_comm *comm, ck_error *error, const ck_plan *plan, ck_rows *stores, uint32_t nstores,
                        ck_ordered *ordered);
void ck_ordered_free(ck_ordered *ordered);

#endif
