/** Inner part of the strips: the lanes, and what fills them. Lanes are 32-bit; masks are 0 or ~0.
 *
 *      strip_rules.c    which lanes live, and their rule masks
 *      strip_levels.inc levels: patterns, what is undecided, largest weights
 *      strip.c          the way of a strip: decided lanes are counted, the others buffered
 */
#ifndef CK_LINK_STRIP_H
#define CK_LINK_STRIP_H
#include "link/worker.h"
#include <string.h>

/** Where the lanes of a strip come from. */
typedef struct ck_strip {
    const ck_tile *x, *y;
    uint32_t i, j, n;
    bool broadcast;
} ck_strip;

/** What becomes of them. */
typedef struct ck_lanes {
    uint32_t low[CK_STRIP], high[CK_STRIP], mask_low[CK_STRIP], mask_high[CK_STRIP], undecided[CK_STRIP], live[CK_STRIP];
    float reach[CK_MAKERS][CK_STRIP]; /**< largest weights, by who makes the pairs; those of `makers` alone are kept */
    float owed[CK_MAKERS][CK_STRIP];  /**< what comparisons that wait took off: their level, once known, is taken off the whole */
    uint32_t makers;                  /**< bits of the makers that live lanes have; 0: no weights are wanted */
} ck_lanes;

static inline const uint32_t *ck_lane_x(const ck_strip *s, uint32_t word) {
    return s->x->word + (size_t)word * CK_TILE_STRIDE + s->i;
}
static inline const uint32_t *ck_lane_y(const ck_strip *s, uint32_t word) {
    return s->y->word + (size_t)word * CK_TILE_STRIDE + s->j;
}

/** Loops over lanes take a vector at a time: what they read and write behind the last lane is there and means nothing. Each is written
 *  once for a record against many (`one`) and many against many, and compiled for each. */
#define CK_LOOP static inline __attribute__((always_inline))

CK_LOOP ck_lane_words ck_load(const uint32_t *words) {
    ck_lane_words v;
    memcpy(&v, words, sizeof v);
    return v;
}
CK_LOOP ck_lane_words ck_load_side(const bool one, const uint32_t *words, uint32_t t) {
    return one ? ck_lane_all(*words) : ck_load(words + t);
}
CK_LOOP void ck_store(uint32_t *words, ck_lane_words v) {
    memcpy(words, &v, sizeof v);
}

/** Are the weights of lanes with these makers wanted? */
static inline bool ck_lanes_weigh(const ck_lanes *lanes, ck_makers makers) {
    return lanes->makers >> makers & 1;
}

/** The lanes that `live` has, in rising order. @return how many */
uint32_t ck_list_lanes(const uint32_t *live, uint32_t n, uint16_t *lane);
/** Rule masks; lanes that an earlier rule makes, or that a later key of this rule repeats, die. */
void ck_strip_rules(ck_worker *worker, const ck_strip *strip, ck_lanes *lanes);
/** Patterns as far as words decide them, and bits of the comparisons that they leave undecided: for each instruction set. */
typedef void ck_levels(ck_worker *worker, const ck_strip *strip, ck_lanes *lanes);
ck_levels ck_levels_portable, ck_levels_avx2, ck_levels_avx512;

#endif
