/* Comparing persons, and drawing counts. */
#include "assess/resample.h"
#include "assess/sensitivity.h"
#include "base/hash.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static ck_person_change change_of(const uint32_t *before, uint64_t persons_before, const uint32_t *after, uint64_t persons_after, uint64_t records) {
    ck_error error = {0};
    ck_person_change change;
    assert_int_equal(ck_compare_persons(&error, records, before, persons_before, after, persons_after, &change), CK_OK);
    return change;
}

static void the_same_persons_under_other_numbers_have_not_changed(void **state) {
    (void)state;
    ck_person_change c = change_of((const uint32_t[]){0, 1, 0, 2}, 3, (const uint32_t[]){2, 0, 2, 1}, 3, 4);
    assert_true(c.persons == 3 && c.persons_changed == 0 && c.records_changed == 0 && c.split == 0 && c.joined == 0);
}

/* {0 1 2} {3} {4 5} become {0 1} {2 3} {4 5}: two old persons are gone, one of them split; one new one joins two. */
static void splits_and_joins_are_counted(void **state) {
    (void)state;
    ck_person_change c = change_of((const uint32_t[]){0, 0, 0, 1, 2, 2}, 3, (const uint32_t[]){0, 0, 1, 1, 2, 2}, 3, 6);
    assert_true(c.persons_changed == 2 && c.records_changed == 4 && c.split == 1 && c.joined == 1);
    c = change_of((const uint32_t[]){0, 0, 0}, 1, (const uint32_t[]){0, 1, 2}, 3, 3);
    assert_true(c.persons == 3 && c.persons_changed == 1 && c.records_changed == 3 && c.split == 1 && c.joined == 0);
    c = change_of(NULL, 0, NULL, 0, 0);
    assert_true(c.persons == 0 && c.persons_changed == 0);
}

/* Mean and variance of a Poisson draw are both n; the inverse and the normal part meet at 30. */
static void draws_have_the_mean_and_variance_of_poisson(void **state) {
    (void)state;
    static const uint64_t counts[] = {1, 2, 29, 30, 1000};
    enum { DRAWS = 40000 };
    assert_int_equal(ck_draw_poisson(0, 77), 0);
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
        double sum = 0, squares = 0, n = (double)counts[k];
        for (uint64_t i = 0; i < DRAWS; i++) {
            double x = (double)ck_draw_poisson(counts[k], ck_hash_mix(i + 1000 * k + 1)) - n;
            sum += x;
            squares += x * x;
        }
        assert_true(fabs(sum / DRAWS) < 4 * sqrt(n / DRAWS));
        assert_true(fabs(squares / DRAWS / n - 1) < 0.04);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_persons_under_other_numbers_have_not_changed),
        cmocka_unit_test(splits_and_joins_are_counted),
        cmocka_unit_test(draws_have_the_mean_and_variance_of_poisson),
    };
    return cmocka_run_group_tests_name("sensitivity", tests, NULL, NULL);
}
