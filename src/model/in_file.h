/** Duplicates inside one source, under a model made for pairs between sources. Local. */
#ifndef CK_MODEL_IN_FILE_H
#define CK_MODEL_IN_FILE_H
#include "model/model.h"

/** Expected matches among the cells of pairs inside one source: m, u and the share of households among non-matches stay as the scorer has
 *  them, the share of matches in each rule is fitted anew (EM, 50 steps from .05). Without term frequencies. */
ck_status ck_expect_in_file(ck_error *error, const ck_scorer *scorer, const ck_cells *cells, double *matches);

#endif
