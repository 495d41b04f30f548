/** Links from workers to this rank's sorted slice. Inner part of engine.c. Collective. */
#ifndef CK_LINK_SORT_LINKS_H
#define CK_LINK_SORT_LINKS_H
#include "link/worker.h"

/** Takes the workers' links (freeing them), sends each to the rank whose even share of the records holds its a, and sorts by (a, b). */
ck_status ck_sort_links(const ck_comm *comm, ck_error *error, uint64_t records, ck_worker *const *worker, uint32_t nworkers,
                        ck_links *links);

/** Links of records [begin, end) in any order, as columns sorted by (a, b). Local. CK_MEMORY. */
ck_status ck_sort_items(ck_error *error, const ck_link_item *item, uint64_t n, uint64_t begin, uint64_t end, ck_links *links);

#endif
