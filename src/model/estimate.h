/** Estimation of u, m and the prior without labels (docs/methods.md has every formula).
 *
 *  Reads counts only, never pairs. Floating point stays on the rank that calls (rank 0), whose results are
 *  broadcast by the caller. Local.
 *
 *      ck_estimate_u(error, &model.comparisons, &random, &exact);          u: closed form and random pairs
 *      ck_estimate_m(error, &model, &cells, rules, nrules, &options);      m: EM sessions, their median
 *      matches = ck_estimate_matches(...);                                 for the prior
 */
#ifndef CK_MODEL_ESTIMATE_H
#define CK_MODEL_ESTIMATE_H
#include "model/model.h"

typedef struct ck_em_options {
    double tolerance;        /**< largest change of an m or of the match share that counts as converged; 1e-4 */
    uint32_t max_iterations; /**< 100 unless given */
    double floor;            /**< least m or u; 1e-12 unless given */
    uint32_t least_free;     /**< sessions with fewer free comparisons are refused; 3 */
} ck_em_options;
/** The defaults above, in the place of every field that is 0 (or not positive). */
ck_em_options ck_em_options_resolve(ck_em_options options);

/** u of every level that is not fixed: `exact` where it is a number, the others from the pattern counts of random pairs, half a
 *  pair added a level, rescaled to what exact and fixed levels leave. Nothing is below `floor`. */
ck_status ck_estimate_u(ck_error *error, ck_comparisons *comparisons, const ck_cells *random, const ck_level_values *exact,
                        double floor);

/** u of a "column equal" level: pairs that agree / pairs where neither side is missing, over the pairs of sources that
 *  `allowed` ([nsources * nsources], symmetric) allows: c(c-1)/2 within a source, cA * cB between two. Half a pair when
 *  none agrees; NAN when there is no pair. `count` as ck_people_count_codes. */
double ck_closed_form_u(const uint64_t *count, uint32_t codes, uint32_t nsources, const bool *allowed);

enum { CK_ANY_RULE = UINT32_MAX };

/** One session: EM on the cells whose mask has bit `rule` (CK_ANY_RULE: on all), u fixed, comparisons of `held_out` left out,
 *  m and the match share free. Writes m of the levels seen into `m` (NAN elsewhere) and fills `session` but for its rule.
 *  session->used is false when there are no pairs, no free comparison, less than one match, or a label swap (matches that agree
 *  less than non-matches); session->reason says which. */
ck_status ck_em_session(ck_error *error, const ck_comparisons *comparisons, const ck_cells *cells, uint32_t rule,
                        uint32_t held_out, const ck_em_options *options, ck_level_values *m, ck_session *session);

/** A blocking rule as training sees it. */
typedef struct ck_rule_view {
    const char *text;
    uint32_t held_out; /**< bit c: comparison c reads a column that the rule reads */
} ck_rule_view;

/** Fill every m that is not fixed: a session for each rule (bit of the cells' masks), refused when it has fewer than least_free
 *  free comparisons unless no rule has more; the median over the used sessions, renormalised; comparisons that no session trains from
 *  the match probabilities that the trained ones give (all of them free in one session over all cells if there are none).
 *  Sessions, warnings and `converged` are recorded in the model. */
ck_status ck_estimate_m(ck_error *error, ck_model *model, const ck_cells *cells, const ck_rule_view *rule, uint32_t nrules,
                        const ck_em_options *options);

/** P(match) of each cell with m and u as they are. Cells are grouped by their first rule; each group has a match share of its own
 *  (maximum likelihood) and leaves out its rule's held-out comparisons and those not in `use` (bit c). A group
 *  with nothing left to look at gets NAN. p: [cells->n]. */
ck_status ck_cell_probabilities(ck_error *error, const ck_comparisons *comparisons, const ck_cells *cells,
                                const ck_rule_view *rule, uint32_t nrules, uint32_t use, double *p);

/** The lowest bit of a mask, CK_ANY_RULE when there is none. */
uint32_t ck_first_rule(uint64_t mask);

/** Shares of the levels among matches, for the comparisons in `wanted` (bit c), from p = P(match) of each cell as other comparisons give it
 *  (NAN: cell left out). Within each group of cells (by first rule) sums weighted by p hold some non-matches and those by 1 - p some
 *  matches; as p is calibrated, both amounts are known and are taken out, whatever the rule does to the levels of its non-matches.
 *  NAN for levels that nothing reaches. */
ck_status ck_levels_of_matches(ck_error *error, const ck_comparisons *comparisons, const ck_cells *cells, uint32_t nrules,
                               uint32_t wanted, const double *p, ck_level_values *m);

/** Expected matches among the cells (sum of ck_cell_probabilities; groups with nothing to look at use every comparison). */
ck_status ck_estimate_matches(ck_error *error, const ck_comparisons *comparisons, const ck_cells *cells,
                              const ck_rule_view *rule, uint32_t nrules, double *matches);

#endif
