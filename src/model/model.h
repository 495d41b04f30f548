/** The model: prior, m and u of every level, and how they were found; model.json (docs/model-file.md).
 *  Weight of a pair in bits = log2(prior / (1 - prior)) + sum of log2(m/u) of its levels + term-frequency terms;
 *  a null level contributes 0 (docs/methods.md). Local unless marked. */
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

typedef struct ck_model {
    ck_comparisons comparisons;
    double prior;               /**< P(two random records match), over all pairs the link type allows */
    char *prior_source;         /**< in words */
    uint32_t nsessions;
    ck_session *session;
    uint32_t nwarnings;
    char **warning;             /**< sentences */
    bool converged;
} ck_model;
void ck_model_free(ck_model *model);
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
    double weight, log2_u, log2_minimum; /**< addend = weight * (log2_u - max(log2 tf, log2_minimum)) */
} ck_tf_term;
typedef struct ck_scorer {
    bool uses_masks;                                           /**< the weight depends on the rules that a pair satisfies */
    uint32_t ncomparisons;
    uint64_t stride[CK_COMPARISONS_MAX + 1];
    double prior_log2;                                         /**< log2(prior / (1 - prior)) */
    double weight[CK_COMPARISONS_MAX][CK_LEVELS_MAX + 1];      /**< [c][gamma + 1] bits */
    ck_tf_term tf[CK_COMPARISONS_MAX][CK_LEVELS_MAX + 1];      /**< [c][gamma + 1] */
    double tf_bound[CK_COMPARISONS_MAX][CK_LEVELS_MAX + 1];    /**< largest addend of the term, >= 0; 0 without a term */
    uint32_t nterms;
    uint32_t term[CK_COMPARISONS_MAX];                         /**< the comparisons that have a term at any level, rising */
    uint32_t ncolumns;
    double **log2_tf;                                          /**< [column][code]: log2(count / non-missing records); NULL for unused columns;
                                                                    [column][0] = -infinity */
} ck_scorer;
/** Collective. Needs people's codes. Levels without m or u get their defaults. */
ck_status ck_scorer_create(const ck_comm *comm, ck_error *error, const ck_model *model, const ck_people *people, ck_scorer *scorer);
void ck_scorer_free(ck_scorer *scorer);
/** Weight of a pattern (of pairs with rule mask `mask`; 0 unless uses_masks) without term frequencies, summed in comparison order.
 *  Local, thread-safe. */
double ck_score_pattern(const ck_scorer *scorer, uint64_t pattern, uint64_t mask);
/** The pattern's base weight plus its term-frequency addends, in comparison order; a missing tf on one side is replaced by the other's;
 *  l[c], r[c]: codes of column c. Local, thread-safe. */
double ck_score_pair(const ck_scorer *scorer, uint64_t pattern, double base, const uint32_t *l, const uint32_t *r);
/** An upper bound of ck_score_pair(pattern) - base, rounding included (for pruning). Local, thread-safe. */
double ck_score_tf_bound(const ck_scorer *scorer, uint64_t pattern, uint64_t mask);
/** 2^w / (1 + 2^w), without overflow. */
double ck_probability_of_weight(double weight_log2);
double ck_weight_of_probability(double probability);

#endif
