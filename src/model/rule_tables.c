/* Weights of a calibrated model: the mean over a pair's rules. */
#include "model/rule_tables.h"
#include "base/memory.h"
#include <math.h>

/* A pair that no rule makes is known for what it lacks: 6 bits against it, and never a link by itself. */
static const double unblocked_bits = -6, unblocked_most = 0;

size_t ck_rule_tables_bytes(uint32_t nrules) {
    return sizeof(ck_rule_tables) + nrules * sizeof(ck_rule_table);
}

static void fill_levels(const ck_model *model, const ck_rule_model *rule, ck_rule_table *table) {
    for (uint32_t c = 0; c < model->comparisons.n; c++) {
        const ck_comparison *comparison = &model->comparisons.comparison[c];
        for (uint32_t i = 0; i < comparison->nlevels; i++) {
            const ck_level *level = &comparison->level[i];
            int slot = ck_level_gamma(comparison, i) + 1;
            if (level->is_null)
                continue;
            double m = rule ? rule->m.v[c][i] : level->m, u = rule ? rule->u.v[c][i] : level->u;
            table->m[c][slot] = log2(m);
            table->u[c][slot] = log2(u);
            table->kin[c][slot] = log2(ck_kin_share(model->household >> c & 1, m, u));
        }
    }
}

ck_status ck_rule_tables_make(ck_error *error, const ck_model *model, ck_rule_tables **result) {
    ck_rule_tables *tables = *result = ck_alloc_zero(error, 1, ck_rule_tables_bytes(model->nrules));
    if (!tables)
        return error->status;
    tables->ncomparisons = model->comparisons.n;
    tables->nrules = model->nrules;
    tables->home = model->household;
    tables->none.household = model->household ? log2(fmax(model->household_prior, 1e-12)) : -INFINITY;
    fill_levels(model, NULL, &tables->none);
    for (uint32_t r = 0; r < model->nrules; r++) {
        const ck_rule_model *rule = &model->rule[r];
        if (!rule->pairs)
            continue;
        tables->active |= UINT64_C(1) << r;
        tables->rule[r].match = log2(rule->match_share);
        tables->rule[r].chance = log2(1 - rule->match_share - rule->household_share);
        tables->rule[r].household = model->household ? log2(rule->household_share) : -INFINITY;
        fill_levels(model, rule, &tables->rule[r]);
    }
    return CK_OK;
}

/* log2(2^a + 2^b); a is finite. */
static double add_log2(double a, double b) {
    double high = fmax(a, b), low = fmin(a, b);
    return low == -INFINITY ? high : high + log2(1 + exp2(low - high));
}

/* The three classes of one rule, in bits. */
typedef struct class_bits {
    double match, chance, household;
} class_bits;

static class_bits start_classes(const ck_rule_table *table) {
    return (class_bits){table->match, table->chance, table->household};
}

static void add_comparison(const ck_rule_table *table, uint32_t c, const uint8_t *slot, class_bits *bits) {
    bits->match += table->m[c][slot[c]];
    bits->chance += table->u[c][slot[c]];
    bits->household += table->kin[c][slot[c]];
}

static class_bits weigh_classes(uint32_t ncomparisons, const ck_rule_table *table, const uint8_t *slot) {
    class_bits bits = start_classes(table);
    for (uint32_t c = 0; c < ncomparisons; c++)
        add_comparison(table, c, slot, &bits);
    return bits;
}

static double odds(class_bits bits, ck_tf_sums tf) {
    return bits.match - add_log2(bits.chance - tf.all, bits.household - tf.outside_home);
}

double ck_rule_tables_weigh(const ck_rule_tables *tables, const uint8_t *slot, uint64_t mask, ck_tf_sums tf) {
    mask &= tables->active;
    if (!mask)
        return fmin(unblocked_most, odds(weigh_classes(tables->ncomparisons, &tables->none, slot), tf) + unblocked_bits);
    double sum = 0;
    for (uint64_t left = mask; left; left &= left - 1)
        sum += odds(weigh_classes(tables->ncomparisons, &tables->rule[__builtin_ctzll(left)], slot), tf);
    return sum / __builtin_popcountll(mask);
}

double ck_rule_tables_household(const ck_rule_tables *tables, const uint8_t *slot, uint64_t mask) {
    mask &= tables->active;
    double sum = 0;
    for (uint64_t left = mask; left; left &= left - 1) {
        class_bits bits = weigh_classes(tables->ncomparisons, &tables->rule[__builtin_ctzll(left)], slot);
        sum += 1 / (1 + exp2(bits.chance - bits.household));
    }
    return mask ? sum / __builtin_popcountll(mask) : 0;
}

/* Add `share` of one rule's terms: each comparison is weighed given those before it, so the terms sum to L_r. */
static void explain_rule(const ck_rule_tables *tables, const ck_rule_table *table, const uint8_t *slot, double share,
                         ck_explanation *explanation) {
    const ck_tf_sums without = {0};
    class_bits bits = start_classes(table);
    double before = odds(bits, without);
    explanation->prior += share * before;
    for (uint32_t c = 0; c < tables->ncomparisons; c++) {
        add_comparison(table, c, slot, &bits);
        double after = odds(bits, without);
        explanation->comparison[c] += share * (after - before);
        before = after;
    }
}

void ck_rule_tables_explain(const ck_rule_tables *tables, const uint8_t *slot, uint64_t mask, ck_explanation *explanation) {
    *explanation = (ck_explanation){0};
    mask &= tables->active;
    for (uint64_t left = mask; left; left &= left - 1)
        explain_rule(tables, &tables->rule[__builtin_ctzll(left)], slot, 1.0 / __builtin_popcountll(mask), explanation);
    if (mask)
        return;
    explain_rule(tables, &tables->none, slot, 1, explanation);
    double sum = explanation->prior + unblocked_bits;
    for (uint32_t c = 0; c < tables->ncomparisons; c++)
        sum += explanation->comparison[c];
    explanation->prior += unblocked_bits - fmax(0, sum - unblocked_most);
}
