/** The cells that calibration reads. Used by train.c alone. */
#ifndef CK_LINK_TRAIN_CELLS_H
#define CK_LINK_TRAIN_CELLS_H
#include "link/train.h"

/** What was counted. */
typedef struct ck_train_cells {
    ck_cells cells;             /**< counts stand for all candidate pairs */
    double scale[CK_RULES_MAX]; /**< pairs that one counted pair of the rule stands for; 1: all were counted */
    bool sampled;               /**< not all scales are 1 */
} ck_train_cells;

/** Cells of the candidate pairs. When the rules make more than `pairs` of them (0: never), each rule that makes more than a tenth of that is counted on
 *  a sample of about a twentieth, chosen by hash: every pair of the rule is as likely to be in it. Rules of several keys a record are always
 *  counted in full. Collective; the same on every rank. */
ck_status ck_train_count_cells(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_rules *rules,
                               ck_engine *engine, uint64_t pairs, uint64_t seed, ck_train_cells *counted);
void ck_train_cells_free(ck_train_cells *counted);

#endif
