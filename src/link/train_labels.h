/** Labelled pairs as calibration reads them: the cells that they fall into. Used by training alone. */
#ifndef CK_LINK_TRAIN_LABELS_H
#define CK_LINK_TRAIN_LABELS_H
#include "link/train.h"
#include "model/calibrate.h"

/** The cell of every label of `options`: cell[options->nlabels], on rank 0. A pair that no rule makes has mask 0. The labels' records are gathered
 *  and compared there by an engine of their own: labels are few. Collective. */
ck_status ck_train_label_cells(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_rules *rules,
                               const ck_comparisons *comparisons, const ck_engine_options *engine_options, const ck_train_options *options,
                               ck_labelled_cell *cell);

#endif
