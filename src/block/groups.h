/** Groups of records that no rule makes: groups of truth, random buckets. */
#ifndef CK_BLOCK_GROUPS_H
#define CK_BLOCK_GROUPS_H
#include <stdint.h>

/** They are asked again for every slice rather than kept, and by threads at once. */
typedef struct ck_groups {
    uint64_t (*of)(const void *owner, uint64_t i); /**< the number of the group of this rank's record i, 0 = none */
    const void *owner;
} ck_groups;

#endif
