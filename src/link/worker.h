/** A worker: one thread's tiles, its buffer of pairs, and what becomes of them.
 *
 *  Pairs come in strips: one record against a run of records (dense blocks), or a run against the same run shifted (many small blocks
 *  side by side). In a strip, lanes are dead or alive. Plain loops over 32-bit words, which the compiler turns into vector code, decide
 *  for all lanes what words can tell: keys, missing values, exact agreement, dates near one another, and that a string cannot reach its
 *  level (glance.h), which settles nearly every pair of strings. Pairs that are thereby decided are counted on the spot. The others
 *  go to a buffer, with a bit for each comparison that is still undecided; when it is full, each comparison is decided for
 *  all of its pairs at once by the condition evaluator and its string kernels. When only links above a floor are wanted, every pair
 *  carries the largest weight that it can still reach, and is dropped when that falls below the floor: comparisons that promise to drop
 *  most for their cost go first. All bounds are admissible, so they change no result.
 */
#ifndef CK_LINK_WORKER_H
#define CK_LINK_WORKER_H
#include "base/lanes.h"
#include "compare/glance.h"
#include "link/cell_table.h"
#include "link/engine.h"
#include "link/link_item.h"
#include "link/packed_rows.h"
#include "link/cell_array.h"

enum {
    CK_STRIP = 256,
    CK_TILE = 1024,
    CK_TILE_STRIDE = CK_TILE + CK_STRIP + 16, /**< the words of a row fall into different sets of the cache */
    CK_SLOTS = CK_BATCH,
    CK_SMALL_BLOCK = 96,
    CK_PLAN_COLUMNS = 8,
    CK_SQUARE = 4 /**< rows go into tiles four at a time, four words at a time */
};

/** A step of a level's formula over lanes, in postfix order: and/or of what stands before, or a test of words that rows carry. */
typedef enum ck_lane_op {
    CK_LANE_AND, CK_LANE_OR,
    CK_LANE_EQUAL, /**< both sides share `word`, not 0 */
    CK_LANE_NEAR,  /**< both sides have `word`, a number, and they differ by `most` at most */
    CK_LANE_REACH, /**< the bounds of two glances (`word`, `rest_word`) allow the level's threshold */
    CK_LANE_ALWAYS /**< ELSE, or nothing is known */
} ck_lane_op;
typedef struct ck_lane_step {
    ck_lane_op op;
    uint32_t word, rest_word, most;
    ck_measure measure;
    ck_bounds bounds;
} ck_lane_step;
enum { CK_LANE_STEPS = 32, CK_LANE_DEPTH = 4 };

/** A level after the front's, as a formula over lanes; or several, when they are thresholds of one measure and the loosest bounds all. */
typedef struct ck_lane_level {
    uint32_t end;         /**< of its steps */
    bool exact;           /**< the formula is the condition; else it is true wherever the condition may be */
    uint32_t first, last; /**< which of the rest's levels: [nrest] is ELSE */
} ck_lane_level;

/** How one comparison is decided. */
typedef struct ck_plan {
    bool front;                    /**< missing and equal are decided by the vectorised front */
    uint32_t nrest;                /**< levels after the front's, without ELSE */
    uint32_t nlane;                /**< formulas that stand for those levels, 0 when they have none; one more is ELSE */
    bool asks;                     /**< lanes may be left for the evaluator */
    uint32_t ladder;               /**< the evaluator's number of the rest's conditions, if it may be asked */
    ck_lane_level lane[CK_LEVELS_MAX + 1];
    ck_lane_step step[CK_LANE_STEPS];
    uint32_t missing_word, equal_word;
    uint32_t missing_digit, equal_digit;
    uint32_t rest_digit[CK_LEVELS_MAX + 1]; /**< [level after the front's] digit = gamma + 1; [nrest] = else */
    uint32_t stride;               /**< in its half of the pattern */
    bool high;                     /**< the half */
    uint32_t ncolumns, column[CK_PLAN_COLUMNS]; /**< columns the ladder reads */
} ck_plan;

/** Pairs have bounds of their own when the pass's rule alone makes them (in a pass over groups: when none does), as it does nearly all: what other rules
 *  say of a pair need not be thought of then. */
typedef enum ck_makers { CK_MADE_BY_ANY, CK_MADE_ALONE, CK_MAKERS } ck_makers;

/** Largest contributions to a pair's weight, term frequencies included. */
typedef struct ck_weight_bounds {
    float prior;                                      /**< plus the largest of every comparison that has no front */
    float weight[CK_COMPARISONS_MAX][CK_LEVELS_MAX + 1]; /**< [p][digit] */
    float open[CK_COMPARISONS_MAX];                   /**< [p] largest of the levels after the front's */
    float lane[CK_COMPARISONS_MAX][CK_LEVELS_MAX + 1]; /**< [p][lane level] largest of its levels */
} ck_weight_bounds;

/** What all workers of an engine share; read-only while they work. */
typedef struct ck_shared {
    const ck_people *people;
    const ck_rules *rules;
    const ck_comparisons *comparisons;
    const ck_evaluator *evaluator;
    const ck_kernels *kernels;
    const ck_layout *layout;
    const bool *allowed;           /**< [classes * classes] (ck_class_of) */
    const uint64_t *settled;       /**< records whose pairs with one another are not made, or NULL */
    bool all_allowed, any_where;
    uint32_t where[CK_RULES_MAX];  /**< evaluator's numbers */
    uint64_t stride[CK_COMPARISONS_MAX + 1];
    uint64_t high_stride;          /**< pattern = low + high * high_stride */
    uint32_t no_front;             /**< bit p: comparison p has no front */
    uint32_t nplans;
    ck_plan plan[CK_COMPARISONS_MAX];
    uint32_t *map[CK_COLUMNS_MAX]; /**< [derived word] codes of its column to glances and days; NULL: the evaluator has the map */
} ck_shared;

/** Records of a block (or of many small ones) as one array a word. */
typedef struct ck_tile {
    uint32_t n;
    uint32_t *word;              /**< [nwords][CK_TILE_STRIDE] */
    const uint32_t *row[CK_TILE_STRIDE];
    uint32_t key[CK_TILE_STRIDE];
    uint32_t before[CK_TILE_STRIDE]; /**< signature of the row's keys below `key`, in the pass of a rule whose keys are sets */
    uint32_t remain[CK_TILE_STRIDE]; /**< members of its block after this one (small blocks) */
} ck_tile;

/** What is wanted of the pairs. */
typedef enum ck_goal { CK_GOAL_COUNT, CK_GOAL_CELLS, CK_GOAL_LINKS } ck_goal;

struct ck_strip;
struct ck_lanes;

typedef struct ck_worker {
    const ck_shared *shared;
    void (*levels)(struct ck_worker *, const struct ck_strip *, struct ck_lanes *); /**< strip.h */
    ck_error error;
    /* the pass */
    ck_goal goal;
    bool compare;                /**< fill patterns */
    bool wide;                   /**< patterns or masks have a high half */
    uint32_t rule;               /**< the pass's rule, or CK_RULES_MAX for groups */
    bool sets;                   /**< its keys are sets */
    uint32_t nsquares, square[CK_WORDS_MAX]; /**< first words of the squares that hold all words of a row that the pass reads in lanes; rising */
    bool directed;
    const ck_scorer *scorer;
    double floor;
    float bound_floor;           /**< what a bound must reach */
    ck_weight_bounds bounds[CK_MAKERS];
    uint32_t order[CK_COMPARISONS_MAX]; /**< in which comparisons are decided */
    uint32_t own_low, own_high;  /**< mask of pairs that the pass's rule alone makes */
    /* space */
    ck_tile x, y;
    ck_tile z;                   /**< copies of one row (fresh.c); without words unless some records are settled */
    uint32_t members[CK_SMALL_BLOCK + 2]; /**< small blocks: members in blocks of at least so many */
    ck_scratch *scratch;
    uint32_t nslots;             /**< pairs in the buffer */
    uint32_t low[CK_SLOTS + CK_STRIP], high[CK_SLOTS + CK_STRIP]; /**< halves of the pattern so far */
    uint32_t mask_low[CK_SLOTS + CK_STRIP], mask_high[CK_SLOTS + CK_STRIP];
    uint32_t undecided[CK_SLOTS + CK_STRIP]; /**< bit p: comparison p is not decided yet */
    float reach[CK_SLOTS + CK_STRIP];        /**< largest weight still possible (links only) */
    uint16_t a[CK_SLOTS + CK_STRIP], b[CK_SLOTS + CK_STRIP]; /**< places in the tiles */
    const ck_tile *tile_a, *tile_b;
    uint16_t alive[CK_SLOTS + CK_STRIP];
    uint32_t nalive;
    uint32_t (*codes)[CK_BATCH]; /**< [2 * CK_PLAN_COLUMNS] of the pairs of one comparison */
    /* results */
    ck_cell_array array;
    ck_cell_table cells;
    ck_cell_table weights;       /**< pattern -> index of base and bound */
    double *base, *bound;
    size_t base_room, bound_room;
    ck_link_item *link;
    size_t nlinks, links_room;
    uint64_t pairs;
} ck_worker;

/** Begin a pass over rule `rule` (CK_RULES_MAX: groups). */
void ck_worker_set_rule(ck_worker *worker, uint32_t rule);
ck_status ck_worker_create(ck_error *error, const ck_shared *shared, ck_worker **worker);
void ck_worker_free(ck_worker *worker);

/** Who makes a pair of this mask? */
static inline ck_makers ck_worker_makers(const ck_worker *worker, uint32_t mask_low, uint32_t mask_high) {
    return mask_low == worker->own_low && mask_high == worker->own_high ? CK_MADE_ALONE : CK_MADE_BY_ANY;
}

/** A tile of rows with one key, at most CK_TILE of them. */
void ck_worker_load(const ck_worker *worker, ck_tile *tile, const uint32_t *const *row, uint32_t n, uint32_t key);
/** As ck_worker_block and ck_worker_segments where some records are settled: what is made costs by its pairs, not by the rows. fresh.c. */
void ck_worker_fresh_block(ck_worker *worker, const uint32_t *const *row, uint64_t n, uint32_t key);
void ck_worker_fresh_segments(ck_worker *worker, const uint32_t *const *x, uint64_t nx, const uint32_t *const *y, uint64_t ny, uint32_t key);

/** All pairs of members of one block [begin, end) of rows with key `key`. */
void ck_worker_block(ck_worker *worker, const uint32_t *const *row, uint64_t n, uint32_t key);
/** All pairs between two disjoint segments of a block, x before y. */
void ck_worker_segments(ck_worker *worker, const uint32_t *const *x, uint64_t nx, const uint32_t *const *y, uint64_t ny, uint32_t key);
/** Small blocks: gathered until the tile is full (ck_worker_finish runs the rest). n <= CK_SMALL_BLOCK. */
/** Run what waits. Call at the end of a unit. */
void ck_worker_finish(ck_worker *worker);

/* strip.c: pairs (x[i], y[j .. j + n)) when `broadcast`, else (x[i + t], y[j + t]); n <= CK_STRIP. */
void ck_worker_strip(ck_worker *worker, const ck_tile *x, uint32_t i, bool broadcast, const ck_tile *y, uint32_t j, uint32_t n);
/* decide.c: decide what is undecided and hand the buffered pairs on. */
void ck_worker_flush(ck_worker *worker);
/* decide.c: largest weights of the pass's pairs. */
void ck_worker_set_bounds(ck_worker *worker);
/** Prepare for linking with a scorer and a floor, or for counting (NULL). Before ck_worker_set_rule. */
void ck_worker_set_scorer(ck_worker *worker, const ck_scorer *scorer, double floor);

#endif
