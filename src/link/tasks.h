/** Tasks: units that threads of this rank take one by one from the front, while whole units may be given to another rank from the back.
 *
 *  A task is a unit and the rows of its keys. Those of a wave are in one group; those that another rank gave come in a parcel (parcel.h), each with a
 *  group of its own. Local.
 */
#ifndef CK_LINK_TASKS_H
#define CK_LINK_TASKS_H
#include "link/group.h"
#include <stdatomic.h>

typedef struct ck_tasks {
    const ck_rule_keys *keys;
    uint32_t pass;
    uint32_t n, *unit;         /**< [n] */
    const ck_group *group;     /**< of task i: group[i * groups_apart] */
    uint32_t groups_apart;
    atomic_uint_fast64_t ends; /**< tasks not taken yet: from the high half to the low half */
} ck_tasks;

/** Offer tasks [0, n). Before threads take any. */
static inline void ck_tasks_offer(ck_tasks *tasks) {
    atomic_store(&tasks->ends, tasks->n);
}
/** There are none. */
static inline void ck_tasks_clear(ck_tasks *tasks) {
    tasks->n = 0;
    ck_tasks_offer(tasks);
}
/** How many of those that are left one of `helpers` should be given: it has done about as much as this rank began with, this rank what it has taken
 *  so far, and that is how fast they are. */
static inline uint32_t ck_tasks_to_give(const ck_tasks *tasks, uint32_t helpers) {
    uint64_t ends = atomic_load(&tasks->ends), taken = ends >> 32, left = (uint32_t)ends - taken, all = (uint64_t)helpers * tasks->n + taken;
    return left ? (uint32_t)((left * tasks->n + all - 1) / all) : 0;
}
/** Take one from the front, or the back. Thread-safe. @return false when there is none */
static inline bool ck_tasks_take(ck_tasks *tasks, bool back, uint32_t *i) {
    uint64_t ends = atomic_load(&tasks->ends);
    while ((uint32_t)(ends >> 32) < (uint32_t)ends) {
        *i = back ? (uint32_t)ends - 1 : (uint32_t)(ends >> 32);
        if (atomic_compare_exchange_weak(&tasks->ends, &ends, back ? ends - 1 : ends + (UINT64_C(1) << 32)))
            return true;
    }
    return false;
}
/** Put back the last one taken from the back, when none was since. Thread-safe against takers from the front. */
static inline void ck_tasks_put_back(ck_tasks *tasks) {
    atomic_fetch_add(&tasks->ends, 1);
}

#endif
