/** Calibration: m, u and class shares inside every blocking rule, without labels (docs/methods.md has every formula and constant).
 *
 *  One EM over the cells of all candidate pairs with three classes: matches, two people of one home, chance. Every rule has its own shares
 *  of the classes and its own u; m is shared by all rules but for the comparisons that a rule's key affects. Reads counts only.
 *  Floating point stays on the rank that calls (rank 0). Local.
 *
 *      ck_estimate_u(error, &model.comparisons, &random, &exact);
 *      ck_estimate_calibrated(error, &model, &input);        all of it, with guards, expected quality and dependence
 */
#ifndef CK_MODEL_CALIBRATE_H
#define CK_MODEL_CALIBRATE_H
#include "model/estimate.h"

enum { CK_FACTS_PARTS_MAX = 8 };

/** What is counted of a blocking rule beforehand. */
typedef struct ck_rule_facts {
    const char *text;
    uint32_t nparts;                            /**< parts of its key */
    double part_share[CK_FACTS_PARTS_MAX];      /**< share of random pairs that agree on each part */
    uint32_t affected;                          /**< bit c: a part of the key says something of comparison c */
    double affected_share[CK_COMPARISONS_MAX];  /**< of an affected comparison: share of random pairs that agree on just those parts ... */
    ck_level_values levels;                     /**< ... and the shares of its levels among those pairs; NAN: none were found */
} ck_rule_facts;

/** A labelled pair. */
typedef struct ck_labelled_cell {
    uint64_t pattern, mask;
    double score, stands_for;
} ck_labelled_cell;

typedef struct ck_calibration_input {
    const ck_cells *cells;       /**< of all candidate pairs */
    uint32_t nrules;
    const ck_rule_facts *rule;   /**< [nrules] bits of the cells' masks */
    double possible_pairs;       /**< that the link type allows */
    double records;
    double expected_matches;     /**< what is known of their number besides; 0: nothing. It takes the place of the sessions' */
    double most_matches;         /**< that sources without duplicates allow; 0: no such limit */
    uint32_t household;          /**< bit c: comparison c speaks of the home; 0: no household class */
    bool household_given;        /**< the user said so: the class stays even if it makes no difference */
    uint32_t identity;           /**< bit c: comparison c speaks of the person (forename, birth date, number) */
    uint64_t nlabels;
    const ck_labelled_cell *label; /**< [nlabels] */
    bool labels_drawn;           /**< by known probabilities: they speak of all pairs, not of themselves alone */
    ck_em_options em;            /**< tolerance, floor; least_free for the sessions that guards compare with */
} ck_calibration_input;

/** What EM is told besides the counts. */
typedef struct ck_calibration_options {
    double stiffness;            /**< kappa: how firmly a rule's u holds on to that of random pairs; 0 = 1.2 */
    const ck_level_values *m;    /**< m that is not estimated, or NULL */
} ck_calibration_options;

typedef struct ck_calibration {
    double match_share;          /**< lambda: matches among the candidates / possible pairs */
    double household_share;
    double known[CK_COMPARISONS_MAX]; /**< share of the expected matches that a comparison says something of */
    uint32_t iterations;
    bool converged;
} ck_calibration;

/** EM alone. u of the levels is that of random pairs on entry; on return m and u (matches taken out), term-frequency
 *  damping, rules, household and shares of `model` are set. `fit` may be asked for without a model that keeps it: `keep` false leaves
 *  the model as it is. */
ck_status ck_calibrate(ck_error *error, ck_model *model, const ck_calibration_input *input, const ck_calibration_options *options,
                       bool keep, ck_calibration *fit);

/** Calibration, then the guards: a household class that makes no difference is left out; the m of sessions in its place where matches differ in who they are; the
 *  sessions' weights (a model without rules) where they still do, or where there are more than three times the matches that sessions expect;
 *  stability under half and twice the stiffness; one sentence in the model's warnings for each guard that fires. With labels, which know better,
 *  sessions take no part. Fills the whole model but levels' conditions. */
ck_status ck_estimate_calibrated(ck_error *error, ck_model *model, const ck_calibration_input *input);

/** What the guards look at. */
typedef struct ck_guard_facts {
    ck_calibration fit;
    double half, twice;          /**< match_share at half and twice the stiffness */
    double session_matches;      /**< expected by the sessions' EM, or known besides; NAN: unknown */
} ck_guard_facts;
/** Whose number of matches calibration is held against, in words. */
const char *ck_other_estimate(const ck_calibration_input *input);
/** One sentence for each guard that fires, in the model's warnings. */
ck_status ck_calibration_guard(ck_error *error, ck_model *model, const ck_calibration_input *input, const ck_guard_facts *facts);
/** Comparisons of `input->identity` whose else level more than .3 of matches reach: their first, UINT32_MAX when there is none. With `known` ([comparisons], of
 *  ck_calibration) only those that speak of a tenth of the matches or more. */
uint32_t ck_matches_differ_in(const ck_model *model, const ck_calibration_input *input, const double *known);

/** Weight (bits, no term frequencies) of each cell under a calibrated model; weight: [cells->n]. household (may be NULL): share of two people of
 *  one home among such pairs if they do not match. */
ck_status ck_cell_weights(ck_error *error, const ck_model *model, const ck_cells *cells, double *weight, double *household);
/** Fill model->expected. */
ck_status ck_expect_quality(ck_error *error, ck_model *model, const ck_cells *cells);
/** Fill model->dependence: the pairs of comparisons with most mutual information within matches and within non-matches, each within the
 *  pairs of one first rule. */
ck_status ck_measure_dependence(ck_error *error, ck_model *model, const ck_cells *cells);

#endif
