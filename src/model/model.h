/** The model: prior, m and u of every level, and how they were found; model.json (docs/model-file.md).
 *
 *  A model of sessions weighs a pair as log2(prior / (1 - prior)) + sum of log2(m/u) of its levels + term-frequency terms; a null
 *  level contributes 0. A calibrated model (nrules > 0) has shares and level probabilities of each blocking rule: the weight is the mean over
 *  the rules that the pair satisfies (docs/methods.md has both). Local unless marked. */
#ifndef CK_MODEL_MODEL_H
#define CK_MODEL_MODEL_H
#include "model/comparison.h"
#include "store/people.h"

/** One EM session (kept for model.json and the report). */
typedef struct ck_session {
    char *rule;            /**< blocking rule in words */
    uint64_t pairs;
    uint32_t iterations;
    bool converged, used;
    char *reason;          /**< why it stopped or was refused, in words */
    double match_share;    /**< lambda inside the session */
    uint32_t held_out;     /**< bit c: comparison c was held out */
} ck_session;

/** What calibration found inside one blocking rule. */
typedef struct ck_rule_model {
    char *rule;             /**< in words */
    uint64_t pairs;         /**< that satisfy it; 0: it takes no part */
    double match_share;     /**< pi: share of its pairs that are matches */
    double household_share; /**< eta: share that are two people of one home; 0 without the class */
    double chance_pairs;    /**< pairs that independent key parts would bring together; NAN for a single part */
    uint32_t affected;      /**< bit c: the rule's key says something of comparison c, which has an m of its own here */
    ck_level_values m, u;   /**< inside the rule; NAN on null levels */
} ck_rule_model;

/** Sums over all candidate pairs, without term frequencies. NAN: not known. */
typedef struct ck_expected {
    double matches;         /**< sum of P(match) */
    double household_pairs; /**< sum of P(two people of one home) */
    double links;           /**< pairs of weight 0 and above */
    double precision;       /**< mean P(match) of those links; NAN where calibration cannot tell namesakes from matches */
    double recall;          /**< share of the expected matches that those links hold; blocking's misses do not count */
    double undecided;       /**< share of the expected matches with P(match) between .05 and .95 */
    double median_link;     /**< bits: half of the links weigh more */
} ck_expected;

/** Two comparisons whose levels go together within one class more than independence allows. */
typedef struct ck_dependence {
    bool among_matches;           /**< else among non-matches */
    uint32_t comparison[2];       /**< rising */
    uint32_t level[2];            /**< the levels that stand out most */
    double observed, expected;    /**< pairs at those levels; expected from the levels' shares alone, within rules */
    double information;           /**< bits a pair (mutual information of the two comparisons) */
} ck_dependence;

/** A model of rules alone (cascade/cascade.h): the keys in order, and the rule that each is of. The weight of a pair is that of its first key's rule, and says
 *  nothing but the order: 64 for the first rule, 63 for the second. */
typedef struct ck_rule_order {
    uint32_t nkeys;         /**< 0: a model that weighs */
    char *name[64];         /**< [nkeys] of its rule */
    uint8_t step[64];       /**< [nkeys] number of its rule */
    bool whole_masks;       /**< later rules of a pair are asked too, since the first may not decide */
} ck_rule_order;
/** Weight of the links of rule `step`, counted from 0. */
static inline double ck_cascade_weight(uint32_t step) {
    return 64 - (double)step;
}

typedef struct ck_model {
    ck_comparisons comparisons;
    uint32_t nrules;            /**< 0: a model of sessions */
    ck_rule_model *rule;        /**< [nrules] in the order of the blocking rules, which are the bits of masks */
    uint32_t household;         /**< bit c: comparison c speaks of the home; 0: no household class */
    double household_prior;     /**< P(two random records are two people of one home) */
    uint64_t nlabels;           /**< labelled pairs that calibration was told */
    uint32_t iterations;        /**< of calibration */
    ck_expected expected;
    uint32_t ndependences;
    ck_dependence *dependence;  /**< the strongest first */
    double prior;               /**< P(two random records match), over all pairs the link type allows */
    char *prior_source;         /**< in words */
    uint32_t nsessions;
    ck_session *session;
    uint32_t nwarnings;
    char **warning;             /**< sentences */
    bool converged;
    ck_rule_order order;        /**< of a model of rules alone */
} ck_model;
void ck_model_free(ck_model *model);
/** Leave a calibrated model without its rules and what was found with them (household, expected quality, dependence). Local. */
void ck_model_forget_rules(ck_model *model);
/** Rules that a calibrated model was trained for must be the job's: their texts, in order. CK_USAGE naming the first that differs. A model of
 *  sessions fits any rules. Local. */
ck_status ck_model_check_rules(ck_error *error, const char *path, const ck_model *model, uint32_t nrules, const char *const *text);
/** Add one sentence to the model's warnings. Local. */
ck_status ck_model_warn(ck_error *error, ck_model *model, const char *format, ...) __attribute__((format(printf, 3, 4)));
/** m and u that stand in for levels nobody trained (Splink's): for k non-null levels m = .95 at the top and .05 / (k - 1) below;
 *  u = m / 2^w with w = 10 at the top, below evenly from -5 (ELSE) to 3. Only their ratio means anything: u may pass 1. Local. */
double ck_default_m(const ck_comparison *comparison, int gamma);
double ck_default_u(const ck_comparison *comparison, int gamma);
/** Give every non-null level whose m or u is NAN its default, with one warning per comparison. Local. */
ck_status ck_model_fill_untrained(ck_error *error, ck_model *model);

/** Text of model.json. `schema` gives column names. Caller frees. */
ck_status ck_model_print(ck_error *error, const ck_model *model, const ck_schema *schema, char **text);
/** Read m, u, prior, sessions and warnings into `model`, whose comparisons (names, number of levels) must agree with the file's;
 *  CK_USAGE naming the difference otherwise, CK_DATA when the text is no model. A level without m or u gets its default, with a
 *  warning. Conditions, term-frequency settings and fix flags stay those of `model`. `path` is for messages. */
ck_status ck_model_read(ck_error *error, const char *text, const char *path, ck_model *model);

/** Scoring tables made from a model; rank 0's are broadcast. */
typedef struct ck_tf_term {
    uint32_t column;              /**< UINT32_MAX: this level has none */
    double weight, log2_u, log2_minimum; /**< addend = weight * (log2_u - max(log2 tf, log2_minimum)), damped: see damping */
    double damping;               /**< d > 0: addend = -weight * log2((1 - d) * 2^(log2 tf - log2_u) + d) */
} ck_tf_term;
typedef struct ck_scorer {
    bool uses_masks;                                           /**< the weight depends on the rules that a pair satisfies */
    bool first_rule_only;                                      /**< on the first of them alone */
    uint32_t nkeys;                                            /**< of a model of rules alone, else 0: links keep the mask as their pattern */
    uint8_t step[64];                                          /**< [nkeys] */
    uint32_t ncomparisons;
    uint64_t stride[CK_COMPARISONS_MAX + 1];
    double prior_log2;                                         /**< log2(prior / (1 - prior)) */
    double weight[CK_COMPARISONS_MAX][CK_LEVELS_MAX + 1];      /**< [c][gamma + 1] bits */
    ck_tf_term tf[CK_COMPARISONS_MAX][CK_LEVELS_MAX + 1];      /**< [c][gamma + 1] */
    double tf_bound[CK_COMPARISONS_MAX][CK_LEVELS_MAX + 1];    /**< largest addend of the term, >= 0; 0 without a term */
    uint32_t nterms;
    uint32_t term[CK_COMPARISONS_MAX];                         /**< the comparisons that have a term at any level, rising */
    struct ck_rule_tables *rules;                              /**< of a calibrated model, else NULL (rule_tables.h) */
    uint32_t ncolumns;
    double **log2_tf;                                          /**< [column][code]: log2(count / non-missing records); NULL for unused columns;
                                                                    [column][0] = -infinity */
} ck_scorer;
/** Collective. Needs people's codes. Levels without m or u get their defaults. */
ck_status ck_scorer_create(const ck_comm *comm, ck_error *error, const ck_model *model, const ck_people *people, ck_scorer *scorer);
/** The same with values as frequent as they were elsewhere: for columns that `frequencies` has, a value that was not there counts as if one record had
 *  had it. NULL: as ck_scorer_create. */
struct ck_frequencies;
ck_status ck_scorer_create_as_of(const ck_comm *comm, ck_error *error, const ck_model *model, const ck_people *people,
                                 const struct ck_frequencies *frequencies, ck_scorer *scorer);
/** Does some level of the model adjust by the frequencies of the column? Local. */
bool ck_model_reads_frequency(const ck_model *model, uint32_t column);
void ck_scorer_free(ck_scorer *scorer);
/** Weight of a pattern (of pairs with rule mask `mask`; 0 unless uses_masks) without term frequencies, summed in comparison order.
 *  With uses_masks, mask 0 is a pair that no rule makes: its weight is at most 0 (docs/methods.md). Local, thread-safe. */
double ck_score_pattern(const ck_scorer *scorer, uint64_t pattern, uint64_t mask);
/** The weight with term frequencies: for a model of sessions `base` (ck_score_pattern's) plus addends in comparison order; for a calibrated model
 *  the addends go into the chance and household terms of each rule of `mask`. A missing tf on one side is replaced by the other's;
 *  l[c], r[c]: codes of column c. Local, thread-safe. */
double ck_score_link(const ck_scorer *scorer, uint64_t pattern, uint64_t mask, double base, const uint32_t *l, const uint32_t *r);
/** The pattern's base weight plus its term-frequency addends, whatever the mask: right for models of sessions. Local, thread-safe. */
double ck_score_pair(const ck_scorer *scorer, uint64_t pattern, double base, const uint32_t *l, const uint32_t *r);
/** An upper bound of ck_score_link(pattern, mask) - base, rounding included (for pruning). Local, thread-safe. */
double ck_score_tf_bound(const ck_scorer *scorer, uint64_t pattern, uint64_t mask);
/** Upper bounds, term frequencies included: no pair's weight passes *prior + the sum over c of upper[c][gamma_c + 1], up to rounding.
 *  first_rule: of the pairs' masks the lowest bit, or 64 for pairs with any mask or none. alone: of pairs whose masks have no other bit.
 *  Local, thread-safe. */
void ck_score_upper(const ck_scorer *scorer, uint32_t first_rule, bool alone, double *prior,
                    double upper[CK_COMPARISONS_MAX][CK_LEVELS_MAX + 1]);

/** A weight taken apart; the parts sum to it, up to rounding. */
typedef struct ck_explanation {
    double prior;                            /**< odds before anything is compared: the mean over the pair's rules */
    double comparison[CK_COMPARISONS_MAX];   /**< each given the ones before it: only with a household class does the order matter */
    double term_frequency;
    double weight;
} ck_explanation;
/** Take the weight of one pair apart (arguments as ck_score_link). Local, thread-safe. */
void ck_score_explain(const ck_scorer *scorer, uint64_t pattern, uint64_t mask, const uint32_t *l, const uint32_t *r,
                      ck_explanation *explanation);
/** 2^w / (1 + 2^w), without overflow. */
double ck_probability_of_weight(double weight_log2);
double ck_weight_of_probability(double probability);

#endif
