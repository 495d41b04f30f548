/** Links from workers to this rank's sorted slice. Inner part of engine.c. Collective. */
#ifndef CK_LINK_SORT_LINKS_H
#define CK_LINK_SORT_LINKS_H
#include "link/worker.h"

/** Takes the workers' links (freeing them), sends each to the rank whose even share of the records holds its a, and sorts by (a, b). */
ck_status ck_sort_links(const ck_comm *comm, ck_error *error, uint64_t records, ck_worker *const *worker, uint32_t nworkers,
                        ck_links *links);

#endif
