/* The M step of calibration. */
#include "model/calibration_state.h"
#include <math.h>
#include <string.h>

/* docs/methods.md gives the reason of each. */
static const double m_prior = 5, pooling = .5, m_prior_in_rule = 5; /* pairs that the starting m counts as; weight of all cells in m */
static const double u_floor = .02, purge = .8, purge_most = .98;   /* what is left of u when matches are taken out; how much is taken */
static const double count_prior = 10, least_expected = .3;         /* firmness of the chance count; its least */
static const double stiffness_floor = 50;                          /* pairs that a rule's prior u counts as, at least */

static void scale_to_one(double *v, uint32_t width) {
    double sum = 0;
    for (uint32_t k = 1; k < width; k++)
        sum += v[k];
    for (uint32_t k = 1; k < width && sum > 0; k++)
        v[k] /= sum;
}

/* Levels that the user fixed keep their value; the others share the rest in proportion. */
static void keep_fixed(const ck_calibration_state *s, uint32_t c, bool of_u, double *v) {
    const ck_comparison *comparison = &s->model->comparisons.comparison[c];
    double fixed = 0, open = 0;
    for (uint32_t k = 1; k < s->width[c]; k++) {
        const ck_level *level = &comparison->level[ck_level_of_gamma(comparison, (int)k - 1)];
        bool is_fixed = of_u ? level->fix_u : level->fix_m;
        fixed += is_fixed ? (of_u ? level->u : level->m) : 0;
        open += is_fixed ? 0 : v[k];
    }
    if (fixed == 0)
        return;
    for (uint32_t k = 1; k < s->width[c]; k++) {
        const ck_level *level = &comparison->level[ck_level_of_gamma(comparison, (int)k - 1)];
        if (of_u ? level->fix_u : level->fix_m)
            v[k] = of_u ? level->u : level->m;
        else
            v[k] *= fmax(1e-12, 1 - fixed) / fmax(open, 1e-300);
    }
}

/* Sums of z by the levels of every comparison, over the cells of a rule (NULL: all cells). */
static void sum_levels(const ck_calibration_state *s, const ck_rule_state *rule, const double *z, ck_slots sum) {
    size_t n = rule ? rule->n : s->n;
    memset(sum, 0, sizeof(ck_slots));
    for (size_t i = 0; i < n; i++) {
        const uint8_t *slot = s->slot + (rule ? rule->cell[i] : i) * s->ncomparisons;
        for (uint32_t c = 0; c < s->ncomparisons; c++)
            sum[c][slot[c]] += z[i];
    }
}

static double total(const double *v, uint32_t width) {
    double sum = 0;
    for (uint32_t k = 1; k < width; k++)
        sum += v[k];
    return sum;
}

/* The shared m of the levels that the rule's pairs reach. */
static void cut_to_seen(const ck_calibration_state *s, const ck_rule_state *rule, uint32_t c, double *out) {
    for (uint32_t k = 1; k < s->width[c]; k++)
        out[k] = (rule->seen[c][k] ? s->m[c][k] : 0) + 1e-9;
    scale_to_one(out, s->width[c]);
}

static bool affects(const ck_rule_state *rule, uint32_t c) {
    return rule->facts->affected >> c & 1;
}

/* Does a key that agrees say more of comparison c than chance would: of its own columns, or, by one column of the home, of the others? */
static bool speaks_of(const ck_calibration_state *s, const ck_rule_state *rule, uint32_t c) {
    uint32_t home = s->input->household;
    return affects(rule, c) || ((home >> c & 1) && (rule->facts->affected & home));
}

/* u of chance pairs inside a rule: of pairs that share its key parts, without their matches. */
static void u_of_key(const ck_calibration_state *s, const ck_rule_state *rule, uint32_t c, double *out) {
    if (!(rule->has_cond >> c & 1)) {
        memcpy(out, s->u[c], sizeof s->u[c]);
        return;
    }
    double taken = fmin(purge_most, purge * s->lambda / fmax(rule->facts->affected_share[c], 1e-12));
    for (uint32_t k = 1; k < s->width[c]; k++) {
        double q = rule->cond[c][k];
        out[k] = fmax(q - taken * rule->m[c][k], u_floor * q) + 1e-6 * s->u[c][k];
    }
    scale_to_one(out, s->width[c]);
}

void ck_calibration_start_rule(ck_calibration_state *s, ck_rule_state *rule) {
    for (uint32_t c = 0; c < s->ncomparisons; c++) {
        if (affects(rule, c))
            cut_to_seen(s, rule, c, rule->m[c]);
        else
            memcpy(rule->m[c], s->m[c], sizeof s->m[c]);
        keep_fixed(s, c, false, rule->m[c]);
        u_of_key(s, rule, c, rule->u[c]);
        keep_fixed(s, c, true, rule->u[c]);
    }
}

/* --- shared m and u ---------------------------------------------------------------------------------------- */

/* Half of the weight of m comes from rules whose key says nothing of the comparison, a pair counting once a rule; half from all cells. Who
   shares one column of the home has not moved, so that such a rule tells nothing of the others. */
static void pool_m(ck_calibration_state *s, uint32_t c, const double *unaffected, const double *all) {
    double inside = total(unaffected, s->width[c]), whole = total(all, s->width[c]);
    double v[CK_LEVELS_MAX + 1] = {0}, sum = 0;
    for (uint32_t k = 1; k < s->width[c]; k++) {
        v[k] = inside < 1 ? all[k] : (1 - pooling) * unaffected[k] * whole / inside + pooling * all[k];
        sum += v[k];
    }
    for (uint32_t k = 1; k < s->width[c]; k++)
        s->m[c][k] = (v[k] + m_prior * s->start[c][k]) / (sum + m_prior);
}

static void take_given_m(ck_calibration_state *s, uint32_t c) {
    const ck_comparison *comparison = &s->model->comparisons.comparison[c];
    for (uint32_t k = 1; k < s->width[c]; k++)
        s->m[c][k] = s->given_m->v[c][ck_level_of_gamma(comparison, (int)k - 1)];
}

/* Matches are part of the random pairs that u was counted on. */
static void purge_u(ck_calibration_state *s, uint32_t c) {
    for (uint32_t k = 1; k < s->width[c]; k++)
        s->u[c][k] = fmax(s->random_u[c][k] - s->lambda * s->m[c][k], u_floor * s->random_u[c][k]);
    scale_to_one(s->u[c], s->width[c]);
}

static void maximise_shared(ck_calibration_state *s, const ck_slots unaffected, const ck_slots all) {
    for (uint32_t c = 0; c < s->ncomparisons; c++) {
        if (s->given_m)
            take_given_m(s, c);
        else
            pool_m(s, c, unaffected[c], all[c]);
        keep_fixed(s, c, false, s->m[c]);
        purge_u(s, c);
        keep_fixed(s, c, true, s->u[c]);
    }
}

/* --- one rule ----------------------------------------------------------------------------------------------- */

/* Pairs of the rule that chance brings together: independent key parts, matches taken out. */
static double expect_chance(const ck_calibration_state *s, const ck_rule_facts *facts) {
    double expected = s->input->possible_pairs;
    for (uint32_t k = 0; k < facts->nparts; k++)
        expected *= fmax(facts->part_share[k] - purge * s->lambda, .1 * facts->part_share[k]);
    return fmax(expected, least_expected);
}

/* The number x of chance pairs among T: likelihood of `chance` against `rest` pairs, Gamma prior of mean `expected`.
   The slope -rest/(T - x) + (chance + a - 1)/x - a/expected falls, so it is bisected. */
static double settle_count(double pairs, double rest, double chance, double expected) {
    double low = 1e-9 * pairs, high = pairs * (1 - 1e-9);
    for (int step = 0; step < 60; step++) {
        double x = .5 * (low + high);
        double slope = -rest / (pairs - x) + (chance + count_prior - 1) / x - count_prior / expected;
        *(slope > 0 ? &low : &high) = x;
    }
    return .5 * (low + high);
}

/* Sets pi and eta. @return how firmly u holds on to its prior: free while chance explains the count */
static double settle_shares(const ck_calibration_state *s, ck_rule_state *rule, double match, double home, double chance) {
    double rest = match + home, share = rest / (rest + chance), excess = 1;
    rule->expected = NAN;
    if (rule->facts->nparts > 1) {
        rule->expected = expect_chance(s, rule->facts);
        share = 1 - settle_count(rule->pairs, rest, chance, rule->expected) / rule->pairs;
        excess = fmax(0, 1 - rule->expected / fmax(chance, .5));
    }
    share = fmin(fmax(share, 2e-7), 1 - .3 / (rule->pairs + 1));
    rule->pi = fmax(share * match / rest, 1e-7);
    rule->eta = s->input->household ? fmax(share * home / rest, 1e-9) : 0;
    if (rule->pi + rule->eta > 1 - 1e-9) {
        rule->pi *= 1 - 1e-8;
        rule->eta *= 1 - 1e-8;
    }
    return stiffness_floor + s->stiffness * (1 - s->labels.trust_other) * rule->pairs * excess;
}

static void maximise_levels(const ck_calibration_state *s, ck_rule_state *rule, const ck_slots matches, const ck_slots chance, double stiffness) {
    for (uint32_t c = 0; c < s->ncomparisons; c++) {
        double prior[CK_LEVELS_MAX + 1];
        if (affects(rule, c)) {
            double sum = total(matches[c], s->width[c]);
            cut_to_seen(s, rule, c, prior);
            for (uint32_t k = 1; k < s->width[c]; k++)
                rule->m[c][k] = (matches[c][k] + m_prior_in_rule * prior[k]) / (sum + m_prior_in_rule);
        } else {
            memcpy(rule->m[c], s->m[c], sizeof s->m[c]);
        }
        keep_fixed(s, c, false, rule->m[c]);
        double sum = total(chance[c], s->width[c]);
        u_of_key(s, rule, c, prior);
        for (uint32_t k = 1; k < s->width[c]; k++)
            rule->u[c][k] = (chance[c][k] + stiffness * prior[k]) / (sum + stiffness);
        keep_fixed(s, c, true, rule->u[c]);
    }
}

/* Class shares first: they say how firmly u is held. */
static void maximise_rule(const ck_calibration_state *s, ck_rule_state *rule, const ck_slots matches) {
    double *room = s->room;
    double match = .5, home = s->input->household ? .5 : 0, chance = .5;
    ck_slots levels;
    for (size_t i = 0; i < rule->n; i++) {
        uint32_t cell = rule->cell[i];
        double a = s->matched[cell], b = s->unmatched[cell];
        match += a;
        home += b * rule->household[i];
        chance += room[i] = b - b * rule->household[i];
    }
    double stiffness = settle_shares(s, rule, match, home, chance);
    sum_levels(s, rule, room, levels);
    maximise_levels(s, rule, matches, levels, stiffness);
}

static void list_matches(const ck_calibration_state *s, const ck_rule_state *rule, double *z) {
    size_t n = rule ? rule->n : s->n;
    for (size_t i = 0; i < n; i++) {
        size_t cell = rule ? rule->cell[i] : i;
        z[i] = s->matched[cell];
    }
}

void ck_calibration_maximise(ck_calibration_state *s) {
    double *room = s->room;
    ck_slots *matches = s->matches;
    ck_slots all, unaffected = {{0}};
    list_matches(s, NULL, room);
    sum_levels(s, NULL, room, all);
    for (uint32_t r = 0; r < s->nrules; r++) {
        const ck_rule_state *rule = &s->rule[r];
        list_matches(s, rule, room);
        sum_levels(s, rule, room, matches[r]);
        for (uint32_t c = 0; c < s->ncomparisons; c++)
            for (uint32_t k = 1; k < s->width[c] && !speaks_of(s, rule, c); k++)
                unaffected[c][k] += matches[r][c][k];
    }
    maximise_shared(s, unaffected, all);
    for (uint32_t r = 0; r < s->nrules; r++)
        if (s->rule[r].n)
            maximise_rule(s, &s->rule[r], matches[r]);
}
