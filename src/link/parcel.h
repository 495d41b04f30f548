/** A parcel: units of a wave with the rows that they need, as they go to a rank that has nothing to do.
 *
 *      word 0       pass
 *      word 1       units
 *      then a unit  its number; for each of its keys, and behind the last, how many members were before; its members, key after key:
 *                   of a row that the receiver sees its record number, of any other the packed row, which begins with that
 *
 *  Local.
 */
#ifndef CK_LINK_PARCEL_H
#define CK_LINK_PARCEL_H
#include "link/tasks.h"

enum { CK_PARCEL_BYTES = 4 << 20, CK_PARCEL_TASKS = 256 };

/** Records [begin, end): those whose rows a rank sees. */
typedef struct ck_sight {
    uint64_t begin, end;
} ck_sight;
ck_sight ck_rows_sight(const ck_layout *layout, const ck_packed_rows *rows);

/** Pack tasks for one of `helpers` from the back, fewer when they do not fit. Only the main thread's; others may take tasks meanwhile.
 *  @param sight what the receiver sees
 *  @param words [CK_PARCEL_BYTES / 4]
 *  @return words packed, 0 when there is nothing to give */
uint64_t ck_parcel_pack(ck_tasks *tasks, const ck_layout *layout, ck_sight sight, uint32_t helpers, uint32_t *words);

/** Room to unpack into. */
typedef struct ck_parcel {
    uint32_t unit[CK_PARCEL_TASKS];
    ck_group group[CK_PARCEL_TASKS];
    const uint32_t **row; /**< [CK_PARCEL_BYTES / 4] */
    ck_tasks tasks;
} ck_parcel;

ck_status ck_parcel_create(ck_error *error, ck_parcel **parcel);
void ck_parcel_free(ck_parcel *parcel);
/** The pass that packed words are of. */
static inline uint32_t ck_parcel_pass(const uint32_t *words) {
    return words[0];
}
/** Offer the packed tasks of a pass over `keys`. `words` stays where it is while they are worked on. */
void ck_parcel_unpack(const uint32_t *words, const ck_rule_keys *keys, const ck_layout *layout, const ck_packed_rows *rows, ck_parcel *parcel);

#endif
