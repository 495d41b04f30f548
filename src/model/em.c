/* One EM session on pattern counts (Fellegi & Sunter 1969; Winkler 1988), u fixed. */
#include "model/estimate.h"
#include "base/memory.h"
#include <math.h>
#include <stdio.h>

/* Distinct patterns of the free comparisons, and what EM holds. Slots are gamma + 1: 0 = missing. */
typedef struct em_state {
    const ck_comparisons *comparisons;
    uint32_t nfree, free_comparison[CK_COMPARISONS_MAX];
    size_t n;
    double *count;           /* [n] */
    uint8_t *slot;           /* [n * nfree] */
    double pairs, share;
    double m[CK_COMPARISONS_MAX][CK_LEVELS_MAX + 1], seen[CK_COMPARISONS_MAX][CK_LEVELS_MAX + 1];
    double log_ratio[CK_COMPARISONS_MAX][CK_LEVELS_MAX + 1], matched[CK_COMPARISONS_MAX][CK_LEVELS_MAX + 1];
} em_state;

static const ck_level *level_of_slot(const em_state *em, uint32_t c, uint32_t slot) {
    const ck_comparison *comparison = &em->comparisons->comparison[c];
    return &comparison->level[ck_level_of_gamma(comparison, (int)slot - 1)];
}

static uint32_t radix_of(const em_state *em, uint32_t c) {
    return ck_comparison_radix(&em->comparisons->comparison[c]);
}

/* The session's cells, patterns cut to the free comparisons. */
static ck_status reduce_cells(ck_error *error, const em_state *em, const uint64_t *stride, const ck_cells *cells, uint32_t rule,
                              ck_cells *reduced) {
    reduced->pattern = ck_alloc(error, cells->n, sizeof *reduced->pattern);
    reduced->mask = ck_alloc_zero(error, cells->n, sizeof *reduced->mask);
    reduced->count = ck_alloc(error, cells->n, sizeof *reduced->count);
    if (error->status)
        return error->status;
    for (size_t i = 0; i < cells->n; i++) {
        if (rule != CK_ANY_RULE && !(cells->mask[i] >> rule & 1))
            continue;
        uint64_t pattern = 0;
        for (uint32_t f = 0; f < em->nfree; f++) {
            uint32_t c = em->free_comparison[f];
            pattern += (uint64_t)(ck_pattern_gamma(stride, c, cells->pattern[i]) + 1) * stride[c];
        }
        reduced->pattern[reduced->n] = pattern;
        reduced->count[reduced->n++] = cells->count[i];
    }
    return ck_cells_normalise(error, reduced);
}

static ck_status load_cells(ck_error *error, em_state *em, const ck_cells *cells, uint32_t rule) {
    uint64_t stride[CK_COMPARISONS_MAX + 1];
    ck_cells reduced = {0};
    if (ck_pattern_strides(error, em->comparisons, stride) != CK_OK || reduce_cells(error, em, stride, cells, rule, &reduced) != CK_OK)
        goto done;
    em->n = reduced.n;
    em->count = ck_alloc(error, em->n, sizeof *em->count);
    em->slot = ck_alloc(error, em->n, em->nfree);
    for (size_t i = 0; i < em->n && !error->status; i++) {
        em->count[i] = (double)reduced.count[i];
        em->pairs += em->count[i];
        for (uint32_t f = 0; f < em->nfree; f++) {
            uint32_t c = em->free_comparison[f], slot = (uint32_t)(ck_pattern_gamma(stride, c, reduced.pattern[i]) + 1);
            em->slot[i * em->nfree + f] = (uint8_t)slot;
            em->seen[c][slot] += em->count[i];
        }
    }
done:
    ck_cells_free(&reduced);
    return error->status;
}

/* Spread `weight` over the levels whose m is not fixed, so that all sum to 1. Without any weight nothing changes. */
static void spread_m(em_state *em, uint32_t c, const double *weight) {
    double fixed = 0, total = 0;
    for (uint32_t slot = 1; slot < radix_of(em, c); slot++) {
        const ck_level *level = level_of_slot(em, c, slot);
        if (level->fix_m)
            fixed += level->m;
        else
            total += weight[slot];
    }
    for (uint32_t slot = 1; slot < radix_of(em, c); slot++) {
        const ck_level *level = level_of_slot(em, c, slot);
        if (level->fix_m)
            em->m[c][slot] = level->m;
        else if (total > 0)
            em->m[c][slot] = fmax(0, 1 - fixed) * weight[slot] / total;
    }
}

/* m falls by .3 a level from the top; a tenth of the pairs are matches. */
static void set_start(em_state *em) {
    em->share = .1;
    for (uint32_t f = 0; f < em->nfree; f++) {
        uint32_t c = em->free_comparison[f];
        double weight[CK_LEVELS_MAX + 1] = {0}, w = 1;
        for (uint32_t slot = radix_of(em, c) - 1; slot >= 1; slot--, w *= .3)
            weight[slot] = w;
        spread_m(em, c, weight);
    }
}

static void expect(em_state *em, double *matches) {
    for (uint32_t f = 0; f < em->nfree; f++) {
        uint32_t c = em->free_comparison[f];
        for (uint32_t slot = 1; slot < radix_of(em, c); slot++) {
            em->log_ratio[c][slot] = log(em->m[c][slot] / level_of_slot(em, c, slot)->u);
            em->matched[c][slot] = 0;
        }
    }
    double log_odds = log(em->share / (1 - em->share));
    *matches = 0;
    for (size_t i = 0; i < em->n; i++) {
        const uint8_t *slot = em->slot + i * em->nfree;
        double w = log_odds;
        for (uint32_t f = 0; f < em->nfree; f++)
            w += em->log_ratio[em->free_comparison[f]][slot[f]];
        double matched = em->count[i] / (1 + exp(-w));
        *matches += matched;
        for (uint32_t f = 0; f < em->nfree; f++)
            em->matched[em->free_comparison[f]][slot[f]] += matched;
    }
}

/* @return the largest change */
static double maximise(em_state *em, double matches) {
    double change = fabs(matches / em->pairs - em->share);
    em->share = fmin(fmax(matches / em->pairs, 1e-12), 1 - 1e-12); /* keeps log odds finite */
    for (uint32_t f = 0; f < em->nfree; f++) {
        uint32_t c = em->free_comparison[f];
        double before[CK_LEVELS_MAX + 1];
        for (uint32_t slot = 1; slot < radix_of(em, c); slot++)
            before[slot] = em->m[c][slot];
        spread_m(em, c, em->matched[c]);
        for (uint32_t slot = 1; slot < radix_of(em, c); slot++)
            change = fmax(change, fabs(em->m[c][slot] - before[slot]));
    }
    return change;
}

/* @return the last change */
static double iterate(em_state *em, const ck_em_options *options, ck_session *session) {
    double change = INFINITY;
    set_start(em);
    while (session->iterations < options->max_iterations && !session->converged) {
        double matches;
        expect(em, &matches);
        change = maximise(em, matches);
        session->iterations++;
        session->converged = change < options->tolerance;
    }
    session->match_share = em->share;
    return change;
}

/* Do matches agree less than non-matches? Agreement of a comparison: its mean gamma over the top one. */
static bool labels_swapped(const em_state *em) {
    double difference = 0;
    for (uint32_t f = 0; f < em->nfree; f++) {
        uint32_t c = em->free_comparison[f], top = radix_of(em, c) - 1;
        for (uint32_t slot = 2; slot <= top; slot++)
            difference += (em->m[c][slot] - level_of_slot(em, c, slot)->u) * (slot - 1) / (top - 1);
    }
    return difference < 0;
}

static ck_status say(ck_error *error, ck_session *session, bool used, const char *reason) {
    session->used = used;
    session->reason = ck_copy_string(error, reason);
    return error->status;
}

static ck_status judge(ck_error *error, const em_state *em, double change, ck_session *session) {
    char text[128];
    if (!(em->share * em->pairs >= 1))
        return say(error, session, false, "refused: it finds less than one match");
    if (labels_swapped(em))
        return say(error, session, false, "refused: labels swapped, its matches agree less than its non-matches");
    if (session->converged)
        return say(error, session, true, "converged");
    snprintf(text, sizeof text, "stopped at the limit of %u iterations, last change %.2g", session->iterations, change);
    return say(error, session, true, text);
}

static void copy_m(const em_state *em, ck_level_values *m) {
    for (uint32_t f = 0; f < em->nfree; f++) {
        uint32_t c = em->free_comparison[f];
        for (uint32_t slot = 1; slot < radix_of(em, c); slot++)
            if (em->seen[c][slot] > 0)
                m->v[c][ck_level_of_gamma(&em->comparisons->comparison[c], (int)slot - 1)] = em->m[c][slot];
    }
}

ck_status ck_em_session(ck_error *error, const ck_comparisons *comparisons, const ck_cells *cells, uint32_t rule,
                        uint32_t held_out, const ck_em_options *options, ck_level_values *m, ck_session *session) {
    em_state *em = ck_alloc_zero(error, 1, sizeof *em);
    if (!em)
        return error->status;
    ck_level_values_clear(m);
    session->held_out = held_out;
    session->match_share = NAN;
    em->comparisons = comparisons;
    for (uint32_t c = 0; c < comparisons->n; c++)
        if (!(held_out >> c & 1))
            em->free_comparison[em->nfree++] = c;
    if (load_cells(error, em, cells, rule) != CK_OK)
        goto done;
    session->pairs = (uint64_t)em->pairs;
    if (em->n == 0) {
        say(error, session, false, "refused: it has no pairs");
    } else if (em->nfree == 0) {
        say(error, session, false, "refused: it has no free comparison");
    } else {
        double change = iterate(em, options, session);
        judge(error, em, change, session);
        if (session->used)
            copy_m(em, m);
    }
done:
    ck_free(em->count);
    ck_free(em->slot);
    ck_free(em);
    return error->status;
}
