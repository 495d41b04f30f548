/** Members grouped by key: a stable sort, by ranges of keys that threads take one by one, each small enough for the cache. */
#ifndef CK_LINK_GROUP_H
#define CK_LINK_GROUP_H
#include "link/route.h"

/** Rows grouped by key: those of key k are row[start[k - key_begin]] up to row[start[k - key_begin + 1]], in record order. */
typedef struct ck_group {
    uint32_t key_begin, key_end;
    uint32_t *start;
    const uint32_t **row;
    ck_member *sorted;      /**< by range of keys */
    uint32_t *count;        /**< [threads][CK_GROUP_RANGES] */
    uint32_t threads;
} ck_group;
enum { CK_GROUP_RANGES = 256 };

/** What the row of a member means. */
typedef struct ck_row_finder {
    const ck_layout *layout;
    const ck_packed_rows *rows;
    const uint32_t *copies;       /**< rows of ranks whose memory is not seen, one after the other; numbered from rows->visible on */
    const uint64_t *copy_offset;  /**< where each begins when rows are variable, else NULL */
} ck_row_finder;

/** Room for at most so many members and keys. Local. CK_MEMORY. */
ck_status ck_group_open(ck_error *error, uint64_t members, uint64_t keys, uint32_t threads, ck_group *group);
/** Group n members whose keys are all in [key_begin, key_end). Local. */
void ck_group_sort(ck_group *group, const ck_row_finder *finder, const ck_member *member, uint32_t n, uint32_t key_begin, uint32_t key_end);
void ck_group_close(ck_group *group);

#endif
