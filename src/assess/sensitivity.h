/** How far two divisions of the same records into persons differ. Local. */
#ifndef CK_ASSESS_SENSITIVITY_H
#define CK_ASSESS_SENSITIVITY_H
#include <carrick/status.h>
#include <stdint.h>

typedef struct ck_person_change {
    uint64_t persons;         /**< of the new division */
    uint64_t persons_changed; /**< old persons that are not, record for record, persons of the new division */
    uint64_t records_changed; /**< records of those */
    uint64_t split;           /**< old persons whose records are several persons now */
    uint64_t joined;          /**< new persons that hold records of several old ones */
} ck_person_change;

/** `before` and `after`: [records] person of each record, below `persons_before` and `persons_after`. */
ck_status ck_compare_persons(ck_error *error, uint64_t records, const uint32_t *before, uint64_t persons_before, const uint32_t *after,
                             uint64_t persons_after, ck_person_change *change);

#endif
