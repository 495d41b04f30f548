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
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    ck_par_stop(&comm);
    return failed;
}
