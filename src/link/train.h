/** Training: from people and rules to a model. Collective. */
#ifndef CK_LINK_TRAIN_H
#define CK_LINK_TRAIN_H
#include "link/engine.h"
#include "model/estimate.h"

typedef enum ck_train_method {
    CK_TRAIN_CALIBRATED, /**< class shares, u and some m of every blocking rule (model/calibrate.h) */
    CK_TRAIN_EM          /**< a session a rule and one prior, as Splink */
} ck_train_method;

/** A pair that people have judged. */
typedef struct ck_labelled_pair {
    uint32_t a, b;     /**< records, a < b */
    double score;      /**< probability of a match, [0, 1] */
    double stands_for; /**< pairs like it that were not judged, and itself */
} ck_labelled_pair;

/** A zeroed struct is the defaults. */
typedef struct ck_train_options {
    ck_train_method method;
    char **household;            /**< [nhousehold] columns that people of one home share; "auto" (or none): by kind and header; "none": no such class */
    uint32_t nhousehold;
    ck_em_options em;            /**< fields that are 0 get their defaults */
    double expected_matches;     /**< what is known of their number beforehand, for guards to compare with; 0: nothing */
    uint64_t random_pairs;       /**< for u; 3,000,000 unless given */
    uint64_t pairs;              /**< calibration counts larger numbers of candidate pairs on a sample; 0: never */
    uint64_t seed;
    ck_rules sessions;           /**< blocking of the EM sessions; none: every blocking rule in turn */
    ck_rules prior_rules;        /**< deterministic rules; none: the prior is estimated from the candidate pairs */
    double recall;               /**< of the deterministic rules, (0, 1] */
    double prior;                /**< given prior; NAN or 0: not given */
    uint32_t ntuples;            /**< the last columns are tuples of others: what reads a tuple reads its columns */
    const ck_tuple *tuple;       /**< [ntuples], borrowed */
    uint64_t nlabels;
    const ck_labelled_pair *label; /**< [nlabels], borrowed, the same on every rank */
    bool labels_drawn;           /**< they were drawn, each with the probability 1 / stands_for: else stands_for is 1 */
} ck_train_options;

/** Fill every m, u and the prior that is not fixed. `model` holds the comparisons on entry (those `engine` was made with) and nothing
 *  else. Warnings and sessions are recorded in the model; not converged is no error. The same model, bit for bit, on every
 *  rank. With every m, u and the prior given, no pair is looked at. Calibration needs neither sessions nor a prior and says so when they are
 *  given; with every m and u given, or without a candidate pair, the weight is that of sessions. CK_USAGE for a recall or prior outside (0, 1]. */
ck_status ck_train(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_rules *rules,
                   const ck_train_options *options, const ck_engine_options *engine_options, ck_engine *engine, ck_model *model);

#endif
