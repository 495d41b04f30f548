/* Expected duplicates inside one source, from cells whose answer is known. */
#include "model/in_file.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

/* One comparison of two levels, weights +10 and -10 bits, prior -20 bits: a scorer of a model of sessions. */
static ck_scorer made_scorer(void) {
    ck_scorer scorer = {.ncomparisons = 1, .stride = {1, 3}, .prior_log2 = -20};
    scorer.weight[0][1] = -10;
    scorer.weight[0][2] = 10;
    return scorer;
}

/* The share of matches that maximises the likelihood of n agreeing and k differing pairs: its slope is 0. */
static double slope(double share, double n, double k) {
    double up = exp2(10), down = exp2(-10);
    return n * (up - 1) / (1 + share * (up - 1)) + k * (down - 1) / (1 + share * (down - 1));
}

static double expected(uint64_t agree, uint64_t differ, uint64_t mask) {
    ck_error error = {0};
    ck_scorer scorer = made_scorer();
    uint64_t pattern[] = {1, 2}, masks[] = {mask, mask}, count[] = {differ, agree};
    ck_cells cells = {.n = 2, .pattern = pattern, .mask = masks, .count = count};
    double matches;
    assert_int_equal(ck_expect_in_file(&error, &scorer, &cells, &matches), CK_OK);
    return matches;
}

static void the_share_is_the_most_likely_one(void **state) {
    (void)state;
    double share = expected(300, 700, 1) / 1000;
    assert_true(fabs(slope(share, 300, 700)) < 1);
    assert_true(share > 0.29 && share < 0.31);
    assert_true(fabs(expected(300, 700, 5) - 1000 * share) < 1e-9); /* two rules with the same pairs say the same */
}

/* The prior of the model and the size of the other source say nothing of this one. */
static void nothing_that_agrees_is_no_duplicate(void **state) {
    (void)state;
    assert_true(expected(0, 1000, 1) < 0.01);
    assert_true(expected(0, 0, 1) == 0);
    assert_true(expected(500, 500, 0) == 0); /* made by no rule */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_share_is_the_most_likely_one),
        cmocka_unit_test(nothing_that_agrees_is_no_duplicate),
    };
    return cmocka_run_group_tests_name("in_file", tests, NULL, NULL);
}
