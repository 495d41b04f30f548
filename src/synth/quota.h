/** Exactly so many people and rows: a shape may say how many people and rows its counted sources hold in the first extract. People are taken in the order of their numbers until there
 *  are enough; of rows beyond each person's first, likewise. The two cuts are found in the first extract and hold for later ones, which so stay the same region. */
#ifndef CK_SYNTH_QUOTA_H
#define CK_SYNTH_QUOTA_H
#include "par/par.h"
#include "synth/world.h"

typedef struct ck_quota {
    uint64_t end;       /**< people numbered below are in the counted sources */
    uint64_t free_end;  /**< people below have all their rows; later ones the first */
    uint64_t more;      /**< further rows of person free_end */
} ck_quota;

/** Collective. Find the cuts of a world made with these options. */
ck_status ck_quota_find(const ck_comm *comm, ck_error *error, const ck_shape *shape, uint64_t people, uint64_t seed, ck_quota *quota);
/** Is a person's counted row number `row` (0 first) in the extract? */
static inline bool ck_quota_takes(const ck_quota *quota, uint64_t person, uint64_t row) {
    return person < quota->end && (row == 0 || person < quota->free_end || (person == quota->free_end && row <= quota->more));
}

#endif
