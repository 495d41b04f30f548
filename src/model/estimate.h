/** Estimation of u, m and the prior without labels. Reads counts only, never pairs; floating point stays on
 *  the rank that calls (rank 0), whose results are broadcast by the caller. Local. */
#ifndef CK_MODEL_ESTIMATE_H
#define CK_MODEL_ESTIMATE_H
#include "model/model.h"

typedef struct ck_em_options {
    double tolerance;        /**< largest change of m that counts as converged; 1e-4 */
    uint32_t max_iterations; /**< 25 as Splink, unless given */
    double floor;            /**< least m or u; 1e-12 unless given */
    uint32_t least_free;     /**< sessions with fewer free comparisons are refused; 3 */
} ck_em_options;

/** u of every level of every comparison: exact levels from `exact_u` (NAN = not closed-form; [comparison][level]), the others from
 *  the pattern counts of random pairs, with half a pair added a level, rescaled to the rest. Fixed u stay. */
ck_status ck_estimate_u(ck_error *error, ck_comparisons *comparisons, const ck_cells *random, const double *const *exact_u);

/** u of "column equal" levels in closed form: sum c(c-1) / (N(N-1)) within a file, sum cA*cB / (MA*MB) between, over the pairs that
 *  `allowed` ([nsources * nsources], symmetric) allows, non-missing records only. `count` as ck_people_count_codes. */
double ck_closed_form_u(const uint64_t *count, uint32_t codes, uint32_t nsources, const bool *allowed);

/** One session: EM on the cells whose mask has bit `rule`, u fixed, comparisons of `held_out` left out. Starts from m falling from the top.
 *  Writes m of the free comparisons into m[comparison][level] (NAN elsewhere) and fills `session`. Detects label swap (matches
 *  that agree less than non-matches): session refused. */
ck_status ck_em_session(ck_error *error, const ck_comparisons *comparisons, const ck_cells *cells, uint32_t rule, uint32_t held_out,
                        const ck_em_options *options, double **m, ck_session *session);

/** Median over the used sessions for each comparison, renormalised; levels never seen get Splink's defaults and a warning. */
ck_status ck_combine_sessions(ck_error *error, ck_model *model, double ***m, uint32_t nsessions);

/** Matches among the cells with m and u fixed: EM over one share. @return expected matches */
double ck_estimate_matches(const ck_comparisons *comparisons, const ck_cells *cells);

#endif
