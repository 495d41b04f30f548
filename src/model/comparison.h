/** Comparisons, levels and agreement patterns (Fellegi & Sunter 1969; Splink's semantics).
 *
 *  Levels are asked top-down; the first whose condition is true is the pair's level. gamma: null = -1, ELSE = 0,
 *  rising to the most specific. A pattern packs all gammas in mixed radix: sum over c of (gamma_c + 1) * stride_c,
 *  where comparison c has radix (non-null levels + 1).
 */
#ifndef CK_MODEL_COMPARISON_H
#define CK_MODEL_COMPARISON_H
#include "condition/condition.h"

enum { CK_COMPARISONS_MAX = 32, CK_LEVELS_MAX = 32 };

typedef struct ck_level {
    char *label;            /**< for people: "jaro_winkler 0.92" */
    ck_condition condition; /**< the last level is CK_OP_ALWAYS */
    bool is_null;           /**< weight 0, gamma -1; at most one, the first */
    double m, u;            /**< P(level | match), P(level | non-match); NAN = not known yet */
    bool fix_m, fix_u;      /**< given by the user: training leaves them */
    uint32_t tf_column;     /**< term-frequency column (schema number), UINT32_MAX = none */
    double tf_weight;       /**< 1.0 unless given */
    double tf_minimum_u;    /**< 0.0 unless given */
    bool tf_own_u;          /**< use this level's own u (Splink's disable_tf_exact_match_detection) */
    double tf_u;            /**< share of random pairs that agree on the term-frequency column, set by calibration; 0 = take the level's u */
    double tf_damping;      /**< share of the agreeing random pairs that are matches, whose counts say nothing of commonness: [0, 1] */
} ck_level;

typedef struct ck_comparison {
    char *name;         /**< output column: gamma_<name> */
    uint32_t nlevels;
    ck_level *level;    /**< top-down */
} ck_comparison;

typedef struct ck_comparisons {
    uint32_t n;
    ck_comparison *comparison;
} ck_comparisons;

/** One number per level: v[comparison][level index, top-down]; NAN = none. */
typedef struct ck_level_values {
    double v[CK_COMPARISONS_MAX][CK_LEVELS_MAX];
} ck_level_values;
void ck_level_values_clear(ck_level_values *values); /**< all NAN */

void ck_comparisons_free(ck_comparisons *comparisons);

/** gamma of level `index` (top-down) of a comparison. Local. */
int ck_level_gamma(const ck_comparison *comparison, uint32_t index);
/** The level index of a gamma. Local. */
uint32_t ck_level_of_gamma(const ck_comparison *comparison, int gamma);
/** Non-null levels + 1. */
uint32_t ck_comparison_radix(const ck_comparison *comparison);
/** Does any level's condition but the null level's, which tells nothing, read the column (derived expressions of it included)? */
bool ck_comparison_reads(const ck_comparison *comparison, uint32_t column);
/** Is it of the column: does its foremost level that is not null read it? (A forename's ladder also asks whether forename and surname are
 *  reversed, but it is of the forename.) */
bool ck_comparison_is_of(const ck_comparison *comparison, uint32_t column);
bool ck_level_condition_reads(const ck_condition *condition, uint32_t column);

/** The level that asks whether the term-frequency column of level `index` is equal on both sides, UINT32_MAX when the comparison has none
 *  (Splink: the exact-match level). Local. */
uint32_t ck_exact_level(const ck_comparison *comparison, uint32_t index);

/** Strides of the pattern; CK_USAGE when the product of the radices passes 2^63. */
ck_status ck_pattern_strides(ck_error *error, const ck_comparisons *comparisons, uint64_t stride[CK_COMPARISONS_MAX + 1]);
/** gamma of comparison c in a pattern. */
static inline int ck_pattern_gamma(const uint64_t *stride, uint32_t c, uint64_t pattern) {
    return (int)(pattern / stride[c] % (stride[c + 1] / stride[c])) - 1;
}

/** Exact sufficient statistic of a set of pairs: how many have each (pattern, rule mask). Sorted by (pattern, mask), no
 *  zero counts; summed over ranks, the same on every rank. Bit r of the mask: the pair shares an uncapped key of rule r
 *  and passes its filter. */
typedef struct ck_cells {
    size_t n;
    uint64_t *pattern, *mask, *count;
} ck_cells;
void ck_cells_free(ck_cells *cells);
/** Sort, merge equal keys, drop zeros. Local. */
ck_status ck_cells_normalise(ck_error *error, ck_cells *cells);
uint64_t ck_cells_total(const ck_cells *cells);

#endif
