/** u in closed form from the dictionaries. Used by train.c alone. */
#ifndef CK_LINK_TRAIN_U_H
#define CK_LINK_TRAIN_U_H
#include "link/train.h"

/** u of every level that the dictionaries give exactly: the first level after "missing" that asks whether one expression is equal on both
 *  sides; the null level may also name values that differ. NAN elsewhere. Collective; the numbers are rank 0's concern, so that only rank 0's are used. */
ck_status ck_train_exact_u(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_comparisons *comparisons,
                           const ck_engine_options *options, ck_level_values *exact);
/** Is every u then known, or the rest of known ones? If so, no random pair is needed. Local; the same on every rank. */
bool ck_train_exact_suffices(const ck_comparisons *comparisons, const ck_level_values *exact);

#endif
