/** Models of resampled pairs: how far would the weights move if the candidate pairs were others of the same kind? Collective. */
#ifndef CK_ASSESS_RESAMPLE_H
#define CK_ASSESS_RESAMPLE_H
#include "link/train.h"

/** What is counted once for all replicates. */
typedef struct ck_resampler {
    ck_cells cells;            /**< of the candidate pairs */
    ck_cells drawn;            /**< of one replicate */
    struct ck_rule_facts *facts;
    uint32_t nrules, household, identity;
    uint64_t possible, records;
    ck_em_options em;
    ck_level_values m, u;      /**< of the trained model: u as among random pairs, matches not taken out. Drawing what was counted gives that model back */
} ck_resampler;

/** Count the cells and the facts of the rules that `model`, a calibrated one, was made from. */
ck_status ck_resampler_open(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_rules *rules, const ck_train_options *options,
                            const ck_engine_options *engine_options, ck_engine *engine, const ck_model *model, ck_resampler *resampler);
/** Calibrate `model` anew from cells drawn by a bootstrap: the count of each cell is a Poisson draw about what it is (Hanley & MacGibbon 2006: for
 *  many cells the same as drawing pairs), seeded by the replicate. Pairs of one record depend on each other, which the bootstrap does not see, so the
 *  spread is a lower bound. The new numbers are rank 0's, which is what scorers read. */
ck_status ck_resample_model(const ck_comm *comm, ck_error *error, ck_resampler *resampler, uint64_t replicate, ck_model *model);
/** Share of possible pairs that match by calibration of one replicate, its kappa drawn too, between half and twice the usual: what the data leave open
 *  and what the method does. Replicate UINT64_MAX: the pairs and the kappa as they are. `model` is left with
 *  the levels that fits begin with, not to be weighed by. Local. */
ck_status ck_resample_share(ck_error *error, ck_resampler *resampler, uint64_t replicate, ck_model *model, double *share);
void ck_resampler_close(ck_resampler *resampler);
/** The cells' counts of one replicate, count[cells->n]; as they are for UINT64_MAX. Local. */
void ck_draw_counts(const ck_cells *cells, uint64_t replicate, uint64_t *count);

/** (0, 1), from the 53 high bits of a hash. Local. */
double ck_uniform_of_hash(uint64_t hash);

/** A Poisson draw about n, from a hash: inverse of the distribution below 30, a rounded normal deviate above. Local. */
uint64_t ck_draw_poisson(uint64_t n, uint64_t hash);

#endif
