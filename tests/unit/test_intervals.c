/* Intervals against what they must be: Wilson's equation, samples against censuses, clusters against independent observations. */
#include "assess/intervals.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void the_ends_solve_wilsons_equation(void **state) {
    (void)state;
    ck_bounds i = ck_wilson_share(0.8, 10);
    const double ends[] = {i.low, i.high};
    for (int k = 0; k < 2; k++)
        assert_true(fabs((ends[k] - 0.8) * (ends[k] - 0.8) - CK_Z95 * CK_Z95 * ends[k] * (1 - ends[k]) / 10) < 1e-12);
    assert_true(i.low < 0.8 && i.high > 0.8);
}

static void a_census_has_no_doubt_and_a_large_population_is_endless(void **state) {
    (void)state;
    ck_interval census = ck_wilson_of_sample(3, 10, 10), few = ck_wilson_of_sample(3, 10, 12), many = ck_wilson_of_sample(3, 10, UINT64_MAX);
    assert_true(census.low == 0.3 && census.high == 0.3);
    assert_true(few.low > many.low && few.high < many.high);
    assert_true(many.low == ck_wilson_bounds(3, 10).low);
}

/* n clusters of one observation each tell as much as n - 1 observations (the variance is estimated). */
static void clusters_of_one_are_a_plain_sample(void **state) {
    (void)state;
    ck_ratio ratio = {0};
    for (int i = 0; i < 100; i++)
        ck_ratio_add(&ratio, i < 80, 1);
    assert_true(fabs(ck_ratio_effective(&ratio, 100) - 99) < 1e-9);
    ck_interval interval = ck_wilson_of_ratio(&ratio, 100);
    assert_true(interval.estimate == 0.8 && interval.low == ck_wilson_share(0.8, ck_ratio_effective(&ratio, 100)).low);
}

/* Clusters of k observations that agree count once, not k times; those that split evenly tell more than their number, which is capped. */
static void observations_that_stand_together_count_once(void **state) {
    (void)state;
    ck_ratio together = {0}, apart = {0};
    for (int i = 0; i < 100; i++) {
        ck_ratio_add(&together, i < 80 ? 5 : 0, 5);
        ck_ratio_add(&apart, i % 2 ? 4 : 3.9, 5);
    }
    assert_true(fabs(ck_ratio_effective(&together, 500) - 99) < 1e-9);
    assert_true(ck_ratio_effective(&apart, 500) == 500);
}

static void clusters_that_do_not_differ_count_by_their_sizes(void **state) {
    (void)state;
    ck_ratio right = {0}, one = {0}, none = {0};
    for (int i = 1; i <= 3; i++)
        ck_ratio_add(&right, i, i);
    ck_ratio_add(&one, 3, 4);
    assert_true(fabs(ck_ratio_effective(&right, 6) - 36. / 14) < 1e-12); /* (1 + 2 + 3)^2 / (1 + 4 + 9) */
    assert_true(ck_wilson_of_ratio(&right, 6).high == 1 && ck_wilson_of_ratio(&right, 6).low < 1);
    assert_true(ck_ratio_effective(&one, 4) == 1);
    assert_true(ck_ratio_effective(&none, 0) == 0 && isnan(ck_wilson_of_ratio(&none, 0).estimate) && isnan(ck_wilson_of_ratio(&none, 0).low));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ends_solve_wilsons_equation),
        cmocka_unit_test(a_census_has_no_doubt_and_a_large_population_is_endless),
        cmocka_unit_test(clusters_of_one_are_a_plain_sample),
        cmocka_unit_test(observations_that_stand_together_count_once),
        cmocka_unit_test(clusters_that_do_not_differ_count_by_their_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
