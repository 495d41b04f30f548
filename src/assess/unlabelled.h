/** What a run expects of itself, without any truth: from the links' match probabilities, the cells of all candidate pairs, and the rules as
 *  occasions at which matches are caught. docs/methods.md has the formulas. As good as the model: calibration is not tested here. */
#ifndef CK_ASSESS_UNLABELLED_H
#define CK_ASSESS_UNLABELLED_H
#include "link/engine.h"
#include "store/people.h"

/** Matches by how many rules catch them. */
typedef struct ck_captures {
    uint32_t rules;             /**< that make pairs at all */
    double matches;             /**< expected among the candidate pairs */
    double below_floor;         /**< of them, in pairs whose weight without term frequencies is below the floor */
    double once, twice;         /**< caught by exactly one rule, by exactly two */
    double missed;              /**< by every rule; NAN: one rule only, or none caught twice */
} ck_captures;
/** Weight of each cell without term frequencies; weight: [cells->n]. Local. */
void ck_weigh_cells(const ck_cells *cells, const ck_scorer *scorer, double *weight);
/** Of cells with these counts and weights, `shift` bits likelier. Local. */
void ck_count_captures(const ck_cells *cells, const uint64_t *count, const double *weight, double shift, double floor_log2, ck_captures *captures);
/** The bits by which all weights must rise for `factor` times the expected matches. Local. */
double ck_shift_of_matches(const ck_cells *cells, const double *weight, double factor);
/** Matches that no rule catches. Two rules: first only times second only / both (Lincoln 1930, Petersen 1896). More: (K - 1)/K once^2 / (2 twice),
 *  Chao's (1987) lower bound for K occasions. Local. */
double ck_missed_of_two(double first_only, double second_only, double both);
double ck_missed_of_many(uint32_t rules, double once, double twice);

/** Records whose weight with themselves is below the decision: the most that any partner could reach, by the rule that favours them
 *  most. Summed over ranks. Collective. */
ck_status ck_count_unlinkable(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_comparisons *comparisons,
                              uint32_t nrules, const ck_scorer *scorer, const ck_kernels *kernels, double decision, uint64_t *unlinkable);

#endif
