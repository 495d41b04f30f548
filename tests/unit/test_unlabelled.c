/* Capture and recapture. */
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_independent_rules_tell_what_both_miss),
        cmocka_unit_test(rules_that_are_alike_give_the_bound_itself),
    };
    return cmocka_run_group_tests_name("unlabelled", tests, NULL, NULL);
}
