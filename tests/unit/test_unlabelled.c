/* Capture and recapture, and bands of probabilities. */
#include "assess/unlabelled.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* Two independent rules that catch 60 % and 50 % of 1000: 300, 200 and 300 are seen, 200 are not. */
static void two_independent_rules_tell_what_both_miss(void **state) {
    (void)state;
    assert_true(fabs(ck_missed_of_two(300, 200, 300) - 200) < 1e-9);
    assert_true(isnan(ck_missed_of_two(1, 1, 0)));
}

/* K rules that each catch a share c of all: the bound is exact as matches are alike. n (1 - c)^K are missed. */
static void rules_that_are_alike_give_the_bound_itself(void **state) {
    (void)state;
    double c = 0.3, n = 1000, k = 5;
    double once = n * k * c * pow(1 - c, k - 1), twice = n * k * (k - 1) / 2 * c * c * pow(1 - c, k - 2);
    assert_true(fabs(ck_missed_of_many(5, once, twice) - n * pow(1 - c, k)) < 1e-9);
    assert_true(isnan(ck_missed_of_many(1, 10, 0)) && isnan(ck_missed_of_many(3, 10, 0)));
}

static void links_are_summed_by_bands_from_the_decision(void **state) {
    (void)state;
    double weight[] = {-30, -1, 1, 1, 2.5, 40};
    ck_comm alone = {0, 1, NULL};
    ck_error error = {0};
    ck_link_sum band[CK_LABEL_BANDS];
    ck_links links = {.n = 6, .total = 6, .weight = weight};
    assert_int_equal(ck_sum_links(&alone, &error, &links, 1, band), CK_OK);
    assert_true(band[0].links == 1 && band[2].links == 0 && band[3].links == 1);
    assert_true(band[CK_LABEL_FIRST_LINK].links == 3 && band[CK_LABEL_BANDS - 1].links == 1);
    double wanted = 4.0 / 3 + ck_probability_of_weight(2.5);
    assert_true(fabs(band[CK_LABEL_FIRST_LINK].matches - wanted) < 1e-8 && fabs(band[CK_LABEL_BANDS - 1].matches - 1) < 1e-8);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_independent_rules_tell_what_both_miss),
        cmocka_unit_test(rules_that_are_alike_give_the_bound_itself),
        cmocka_unit_test(links_are_summed_by_bands_from_the_decision),
    };
    return cmocka_run_group_tests_name("unlabelled", tests, NULL, NULL);
}
