/** The arithmetic of a calibrated weight (docs/methods.md, "Weight of a calibrated model"), on tables of base-2 logarithms:
 *
 *      L_r = match - log2(2^(chance - t) + 2^(household - t_rest))      one rule; t, t_rest: term frequencies
 *      weight = mean of L_r over the rules that the pair satisfies
 *
 *  Local; reading is thread-safe. */
#ifndef CK_MODEL_RULE_TABLES_H
#define CK_MODEL_RULE_TABLES_H
#include "model/model.h"

enum { CK_RULE_TABLES_MAX = 64 };

/** One rule: logarithms of the class shares, and of the levels' probabilities [c][gamma + 1], 0 at the null level. */
typedef struct ck_rule_table {
    double match, chance, household; /**< household -infinity: no such class */
    double m[CK_COMPARISONS_MAX][CK_LEVELS_MAX + 1], u[CK_COMPARISONS_MAX][CK_LEVELS_MAX + 1];
    double kin[CK_COMPARISONS_MAX][CK_LEVELS_MAX + 1]; /**< of two people of one home */
} ck_rule_table;

typedef struct ck_rule_tables {
    uint32_t ncomparisons, nrules;
    uint32_t home;       /**< bit c: comparison c speaks of the home */
    uint64_t active;     /**< rules that had pairs */
    ck_rule_table none;  /**< of pairs that no rule makes */
    ck_rule_table rule[];
} ck_rule_tables;

/** P(level) for two people of one home. What speaks of the home agrees as in matches; the rest as by chance, but that now and then two of a home
 *  are alike in one thing as only one person is with himself: twins in the birthday, a father and his son in the forename, a mother and her baby in
 *  the number. */
static inline double ck_kin_share(bool of_home, double m, double u) {
    static const double alike = .003;
    return of_home ? m : alike * m + (1 - alike) * u;
}

/** Bytes of the tables of so many rules. */
size_t ck_rule_tables_bytes(uint32_t nrules);
/** Tables of a calibrated model, whose levels all have m and u. Freed with ck_free. */
ck_status ck_rule_tables_make(ck_error *error, const ck_model *model, ck_rule_tables **tables);

/** Term frequencies of a pair, in bits: of all comparisons, and of those that do not speak of the home. */
typedef struct ck_tf_sums {
    double all, outside_home;
} ck_tf_sums;

/** The weight of a pair with these slots ([ncomparisons] gamma + 1). Mask 0 (or no active rule): the weight of a pair that no rule makes. */
double ck_rule_tables_weigh(const ck_rule_tables *tables, const uint8_t *slot, uint64_t mask, ck_tf_sums tf);
/** The prior and comparison terms of the weight without term frequencies; the weight is their sum. */
void ck_rule_tables_explain(const ck_rule_tables *tables, const uint8_t *slot, uint64_t mask, ck_explanation *explanation);
/** Share of "two people of one home" among non-matches with these slots: mean over the pair's rules. */
double ck_rule_tables_household(const ck_rule_tables *tables, const uint8_t *slot, uint64_t mask);

#endif
