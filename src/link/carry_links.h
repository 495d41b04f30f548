/** Links of an earlier run that still hold, among those of this one. Collective. */
#ifndef CK_LINK_CARRY_LINKS_H
#define CK_LINK_CARRY_LINKS_H
#include "link/link_item.h"
#include "store/links.h"

/** Add the links of `path` between records that are still there to `links`, this rank's slice by even shares of the records, which stays sorted by (a, b).
 *  record: [old records] a record's number now, UINT32_MAX = its links are not taken. `*carried`: how many, over all ranks. Memory: the links of this rank
 *  two times. */
ck_status ck_links_carry(const ck_comm *comm, ck_error *error, const char *path, const uint32_t *record, uint64_t records, ck_links *links,
                         uint64_t *carried);

/** Links in any order, on any ranks, to `links`: this rank's slice by even shares of the records, sorted by (a, b). A pair that is there twice stays so. Takes `items`
 *  ([n], this rank's). */
ck_status ck_links_bring_home(const ck_comm *comm, ck_error *error, ck_link_item *items, uint64_t n, uint64_t records, ck_links *links);

#endif
