/* Scoring against the formula of docs/methods.md, written out. */
#include "base/memory.h"
#include "model/model.h"
#include "par/par.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

/* MPI keeps memory of its own until the end. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "detect_leaks=0"; }

static ck_comm comm;

/* Column 0, codes of ten records in two sources: 5 of code 1, 2 of code 2, 1 of code 3, 2 missing. */
static uint32_t codes[10] = {1, 1, 0, 2, 1, 3, 1, 0, 2, 1};
static ck_source sources[2] = {{.record_begin = 0, .record_end = 4}, {.record_begin = 4, .record_end = 10}};
static ck_column column = {.dict = {.count = 3}, .code = codes};
static const ck_people people = {.records = 10, .end = 10, .nsources = 2, .ncolumns = 1, .source = sources, .column = &column};

/* missing, equal, own, soft, else; the last three levels vary in their term's settings. */
static ck_level levels[] = {
    {.is_null = true, .m = NAN, .u = NAN, .tf_column = UINT32_MAX},
    {.condition = {.op = CK_OP_EQUAL}, .m = .7, .u = .2, .tf_column = 0, .tf_weight = 1},
    {.condition = {.op = CK_OP_MEASURE}, .m = .1, .u = .05, .tf_column = 0, .tf_weight = 1, .tf_own_u = true},
    {.condition = {.op = CK_OP_MEASURE}, .m = .1, .u = .05, .tf_column = 0, .tf_weight = .5, .tf_minimum_u = .3},
    {.condition = {.op = CK_OP_ALWAYS}, .m = .1, .u = .7, .tf_column = UINT32_MAX},
};
static ck_level sex_levels[] = {{.condition = {.op = CK_OP_EQUAL, .a = {.column = 9}, .b = {.column = 9}}, .m = .9, .u = .5, .tf_column = UINT32_MAX},
                                {.condition = {.op = CK_OP_ALWAYS}, .m = NAN, .u = NAN, .tf_column = UINT32_MAX}};
static ck_comparison comparisons[] = {{(char *)"name", 5, levels}, {(char *)"sex", 2, sex_levels}};
static const ck_model model = {.comparisons = {2, comparisons}, .prior = .01};

static void near(double value, double expected) {
    if (!(fabs(value - expected) <= 1e-12 * (1 + fabs(expected))))
        fail_msg("%.17g is not %.17g", value, expected);
}

static uint64_t pattern_of(int name, int sex) {
    return (uint64_t)(name + 1) + 5 * (uint64_t)(sex + 1);
}

static ck_scorer make_scorer(void) {
    ck_error error = {0};
    ck_scorer scorer;
    assert_int_equal(ck_scorer_create(&comm, &error, &model, &people, &scorer), CK_OK);
    return scorer;
}

static void patterns_add_their_levels(void **state) {
    (void)state;
    ck_scorer scorer = make_scorer();
    double prior = log2(.01 / .99);
    near(ck_score_pattern(&scorer, pattern_of(3, 1), 0), prior + log2(.7 / .2) + log2(.9 / .5));
    near(ck_score_pattern(&scorer, pattern_of(-1, 1), 0), prior + log2(.9 / .5));
    near(ck_score_pattern(&scorer, pattern_of(0, 0), 0), prior + log2(.1 / .7) - 5); /* untrained: Splink's -5 */
    ck_scorer_free(&scorer);
}

static double addend(const ck_scorer *scorer, int gamma, uint32_t l, uint32_t r) {
    return ck_score_pair(scorer, pattern_of(gamma, 1), 100, &l, &r) - 100;
}

static void rare_values_weigh_more(void **state) {
    (void)state;
    ck_scorer scorer = make_scorer();
    near(addend(&scorer, 3, 1, 1), log2(.2) - log2(5. / 8));
    near(addend(&scorer, 3, 3, 3), log2(.2) - log2(1. / 8));
    near(addend(&scorer, 3, 2, 3), log2(.2) - log2(2. / 8)); /* the commoner of the two */
    near(addend(&scorer, 3, 0, 3), log2(.2) - log2(1. / 8)); /* the other side's when one is missing */
    near(addend(&scorer, 3, 3, 0), log2(.2) - log2(1. / 8));
    near(addend(&scorer, 3, 0, 0), 0);
    near(addend(&scorer, 2, 3, 3), log2(.05) - log2(1. / 8));       /* own u */
    near(addend(&scorer, 1, 3, 3), .5 * (log2(.2) - log2(.3)));     /* minimum u, half weight, u of the equal level */
    near(addend(&scorer, 1, 1, 3), .5 * (log2(.2) - log2(5. / 8)));
    near(addend(&scorer, 1, 0, 0), 0);
    near(addend(&scorer, 0, 1, 1), 0);
    ck_scorer_free(&scorer);
}

static void no_addend_passes_the_bound(void **state) {
    (void)state;
    ck_scorer scorer = make_scorer();
    for (int gamma = -1; gamma <= 3; gamma++) {
        double most = -INFINITY, bound = ck_score_tf_bound(&scorer, pattern_of(gamma, 1), 0);
        for (uint32_t l = 0; l <= 3; l++)
            for (uint32_t r = 0; r <= 3; r++)
                most = fmax(most, addend(&scorer, gamma, l, r));
        assert_true(most <= bound);
        assert_true(bound - fmax(most, 0) < 1e-6);
    }
    ck_scorer_free(&scorer);
}

/* ---- calibrated models ---- */

static ck_rule_model rules[3];
static const double rule_m[4] = {.6, .2, .15, .05}, rule_u[2][4] = {{.1, .1, .1, .7}, {.3, .1, .1, .5}};

/* Two rules with pairs and one (the second) without; the name speaks of the home when `home` is 1. */
static ck_model make_calibrated(uint32_t home) {
    ck_model made = model;
    made.nrules = 3;
    made.rule = rules;
    made.household = home;
    made.household_prior = .001;
    for (uint32_t r = 0; r < 3; r++) {
        rules[r] = (ck_rule_model){.pairs = r == 1 ? 0 : 10, .match_share = r ? .2 : .05, .household_share = home ? .1 : 0};
        for (uint32_t i = 0; i < 4; i++) {
            rules[r].m.v[0][i + 1] = rule_m[i];
            rules[r].u.v[0][i + 1] = rule_u[r / 2][i];
        }
        rules[r].m.v[1][0] = .9;
        rules[r].m.v[1][1] = .1;
        rules[r].u.v[1][0] = rules[r].u.v[1][1] = .5;
    }
    sex_levels[1].m = .1;
    sex_levels[1].u = .5;
    return made;
}

static ck_scorer score_calibrated(const ck_model *made) {
    ck_error error = {0};
    ck_scorer scorer;
    assert_int_equal(ck_scorer_create(&comm, &error, made, &people, &scorer), CK_OK);
    assert_true(scorer.uses_masks);
    return scorer;
}

/* The formula of one rule (0 or 2) for name at level i and sex at level j, term frequency t on the name. */
static double rule_weight(uint32_t r, uint32_t i, uint32_t j, bool home, double t) {
    double pi = r ? .2 : .05, eta = home ? .1 : 0, m = i ? rule_m[i - 1] : 1, u = i ? rule_u[r / 2][i - 1] : 1, sex = j ? .1 : .9;
    return log2(pi * m * sex / ((1 - pi - eta) * u * .5 * exp2(-t) + eta * m * (.997 * .5 + .003 * sex))); /* the name's term leaves the home's share alone; in the sex two of a home are now and then alike */
}

static void calibrated_weights_are_means_over_rules(void **state) {
    (void)state;
    for (uint32_t home = 0; home < 2; home++) {
        ck_model made = make_calibrated(home);
        ck_scorer scorer = score_calibrated(&made);
        double a = rule_weight(0, 1, 0, home, 0), b = rule_weight(2, 1, 0, home, 0);
        near(ck_score_pattern(&scorer, pattern_of(3, 1), 1), a);
        near(ck_score_pattern(&scorer, pattern_of(3, 1), 4), b);
        near(ck_score_pattern(&scorer, pattern_of(3, 1), 5), (a + b) / 2);
        near(ck_score_pattern(&scorer, pattern_of(3, 1), 7), (a + b) / 2); /* a rule without pairs has no say */
        near(ck_score_pattern(&scorer, pattern_of(-1, 0), 1), rule_weight(0, 0, 1, home, 0));
        ck_scorer_free(&scorer);
    }
}

static void frequencies_go_into_the_chance_term(void **state) {
    (void)state;
    double t = log2(.2) - log2(1. / 8);
    for (uint32_t home = 0; home < 2; home++) {
        ck_model made = make_calibrated(home);
        ck_scorer scorer = score_calibrated(&made);
        uint32_t code = 3;
        double base = ck_score_pattern(&scorer, pattern_of(3, 1), 5);
        double expected = (rule_weight(0, 1, 0, home, t) + rule_weight(2, 1, 0, home, t)) / 2;
        near(ck_score_link(&scorer, pattern_of(3, 1), 5, base, &code, &code), expected);
        if (home)
            assert_true(expected - base < t - .1); /* a rare surname says less of people of one home */
        else
            near(expected - base, t);
        ck_scorer_free(&scorer);
    }
}

static void unblocked_pairs_are_no_links_by_themselves(void **state) {
    (void)state;
    ck_model made = make_calibrated(0);
    ck_scorer scorer = score_calibrated(&made);
    uint32_t code = 3;
    double agreeing = log2(.7 / .2) + log2(.9 / .5);
    near(ck_score_pattern(&scorer, pattern_of(3, 1), 0), agreeing - 6);
    near(ck_score_pattern(&scorer, pattern_of(3, 1), 2), agreeing - 6); /* the rule without pairs */
    levels[1].m = .999;
    levels[1].u = .001;
    levels[1].tf_u = .5;
    ck_scorer_free(&scorer);
    scorer = score_calibrated(&made);
    near(ck_score_link(&scorer, pattern_of(3, 1), 0, 0, &code, &code), 0); /* never above 0 */
    levels[1].m = .7;
    levels[1].u = .2;
    levels[1].tf_u = 0;
    ck_scorer_free(&scorer);
}

static void damped_terms_follow_the_formula(void **state) {
    (void)state;
    levels[1].tf_u = .25;
    levels[1].tf_damping = .4;
    ck_scorer scorer = make_scorer();
    near(addend(&scorer, 3, 3, 3), -log2(.6 * (1. / 8) / .25 + .4));
    near(addend(&scorer, 3, 1, 1), -log2(.6 * (5. / 8) / .25 + .4));
    ck_scorer_free(&scorer);
    levels[1].tf_damping = 1; /* agreements are matches: counts say nothing */
    scorer = make_scorer();
    near(addend(&scorer, 3, 3, 3), 0);
    ck_scorer_free(&scorer);
    levels[1].tf_u = levels[1].tf_damping = 0;
}

/* The largest weight of pairs whose first rule is known, with this slot of the first comparison. */
static double upper_of(const ck_scorer *scorer, uint32_t first_rule, bool alone, int slot) {
    double prior, upper[CK_COMPARISONS_MAX][CK_LEVELS_MAX + 1];
    ck_score_upper(scorer, first_rule, alone, &prior, upper);
    return prior + upper[0][slot] + upper[1][2];
}

static void no_calibrated_link_passes_its_bounds(void **state) {
    (void)state;
    uint32_t lower = 0, lower_alone = 0;
    for (uint32_t kind = 0; kind < 4; kind++) {
        ck_model made = make_calibrated(kind & 1);
        uint64_t pairs = made.rule[2].pairs;
        made.rule[2].pairs = kind & 2 ? 0 : pairs; /* then its pairs are as if no rule made them */
        ck_scorer scorer = score_calibrated(&made);
        for (uint64_t mask = 0; mask < 8; mask++)
            for (int gamma = -1; gamma <= 3; gamma++) {
                uint64_t pattern = pattern_of(gamma, 1);
                double base = ck_score_pattern(&scorer, pattern, mask), bound = ck_score_tf_bound(&scorer, pattern, mask), most = -INFINITY;
                for (uint32_t l = 0; l <= 3; l++)
                    for (uint32_t r = 0; r <= 3; r++)
                        most = fmax(most, ck_score_link(&scorer, pattern, mask, base, &l, &r));
                assert_true(most <= base + bound);
                assert_true(base + bound < fmax(most, base) + 1e-6); /* and it is reached */
                uint32_t first = mask ? (uint32_t)__builtin_ctzll(mask) : 64;
                double any = upper_of(&scorer, 64, false, gamma + 1), own = upper_of(&scorer, first, false, gamma + 1);
                double alone = upper_of(&scorer, first, true, gamma + 1);
                assert_true(most <= own + 1e-9);
                assert_true(mask & (mask - 1) || most <= alone + 1e-9);
                assert_true(own <= any && alone <= own);
                lower += own < any - 1;
                lower_alone += alone < own - 1;
            }
        made.rule[2].pairs = pairs;
        ck_scorer_free(&scorer);
    }
    assert_true(lower > 0 && lower_alone > 0); /* what is known of the rules is worth something */
}

static void explanations_sum_to_the_weight(void **state) {
    (void)state;
    for (uint32_t kind = 0; kind < 3; kind++) {
        ck_model made = kind ? make_calibrated(kind - 1) : model;
        ck_scorer scorer = kind ? score_calibrated(&made) : make_scorer();
        for (uint64_t mask = 0; mask < 8; mask++)
            for (int gamma = -1; gamma <= 3; gamma++) {
                uint32_t l = 3, r = 2;
                ck_explanation e;
                uint64_t pattern = pattern_of(gamma, 0);
                double base = ck_score_pattern(&scorer, pattern, mask);
                ck_score_explain(&scorer, pattern, mask, &l, &r, &e);
                near(e.weight, ck_score_link(&scorer, pattern, mask, base, &l, &r));
                near(e.prior + e.comparison[0] + e.comparison[1] + e.term_frequency, e.weight);
                if (gamma < 0)
                    near(e.comparison[0], 0);
            }
        ck_scorer_free(&scorer);
    }
}

static void weights_and_probabilities_convert(void **state) {
    (void)state;
    near(ck_probability_of_weight(0), .5);
    near(ck_probability_of_weight(2), .8);
    near(ck_probability_of_weight(-2), .2);
    near(ck_weight_of_probability(.8), 2);
    assert_true(ck_probability_of_weight(5000) == 1);
    assert_true(ck_probability_of_weight(-5000) == 0);
}

int main(int argc, char **argv) {
    ck_error error = {0};
    if (ck_par_start(&argc, &argv, &comm, &error) != CK_OK)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_add_their_levels),
        cmocka_unit_test(rare_values_weigh_more),
        cmocka_unit_test(no_addend_passes_the_bound),
        cmocka_unit_test(weights_and_probabilities_convert),
        cmocka_unit_test(calibrated_weights_are_means_over_rules),
        cmocka_unit_test(frequencies_go_into_the_chance_term),
        cmocka_unit_test(unblocked_pairs_are_no_links_by_themselves),
        cmocka_unit_test(damped_terms_follow_the_formula),
        cmocka_unit_test(no_calibrated_link_passes_its_bounds),
        cmocka_unit_test(explanations_sum_to_the_weight),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    ck_par_stop(&comm);
    return failed;
}
