/** Estimates without truth, put together: what is expected, and in which interval (docs/methods.md). Local. */
#ifndef CK_ASSESS_ESTIMATES_H
#define CK_ASSESS_ESTIMATES_H
#include "assess/intervals.h"
#include "assess/person_pairs.h"
#include "assess/unlabelled.h"

/** Expected values, then those of each possible truth. */
typedef struct ck_estimate_input {
    const ck_person_pairs *pairs;
    const ck_captures *captures;        /**< of the pairs as they are */
    bool unknown;                       /**< calibration could not tell namesakes from matches: nothing that rests on P(match) means anything */
    double unblocked_share;             /**< of the pairs inside persons that are not in links.h5: no rule makes them */
    uint32_t nmodels;
    const ck_captures *model_captures;  /**< [nmodels] of resampled pairs */
    uint32_t ntruths;
    const ck_possible_truth *truth;     /**< [ntruths] truth t is of model t % nmodels */
} ck_estimate_input;

/** Estimates with intervals that hold 95 of 100 of the possible truths. NAN where there is no meaning. */
typedef struct ck_estimates {
    uint64_t links, inside;             /**< pairs at or above the decision; allowed pairs inside persons */
    ck_interval matches;                /**< among the candidate pairs */
    ck_interval precision, recall;      /**< of the links, recall among the candidate pairs */
    ck_interval missed;                 /**< matches that no rule makes, at least */
    ck_interval blocking_recall;        /**< share of all matches that some rule makes, at most */
    ck_interval persons_precision, persons_recall; /**< of the pairs inside persons; recall among all matches */
    ck_interval false_rate[CK_LABEL_BANDS];        /**< of the bands' pairs */
} ck_estimates;

ck_status ck_estimates_conclude(ck_error *error, const ck_estimate_input *input, ck_estimates *estimates);

#endif
