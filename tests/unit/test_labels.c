/** Bands of labelled pairs: rising edges around the decision, and every pair in one band. */
#include "assess/labels.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void test_edges_rise_from_end_to_end(void **state) {
    (void)state;
    assert_true(isinf(ck_label_band_from(0)) && ck_label_band_from(0) < 0);
    for (int k = 0; k < CK_LABEL_BANDS; k++)
        assert_true(ck_label_band_from(k) < ck_label_band_from(k + 1));
    assert_true(ck_label_band_from(CK_LABEL_FIRST_LINK) == 0);
    assert_true(isinf(ck_label_band_from(CK_LABEL_BANDS)));
}

/* A pair at the decision is the first of the links; one just below is not; one without a weight is in no band. */
static void test_the_decision_parts_the_bands(void **state) {
    (void)state;
    enum { DECISION = 5 };
    ck_label label[] = {{.score = 1, .stands_for = 1, .weight = DECISION},
                        {.score = 1, .stands_for = 3, .weight = DECISION - 1e-9},
                        {.score = 0, .stands_for = 1, .weight = DECISION + 100},
                        {.score = 1, .stands_for = 1, .weight = NAN}};
    ck_labels labels = {.n = 4, .label = label};
    ck_label_measures m;
    ck_labels_measure(&labels, DECISION, &m);
    assert_int_equal(m.band[CK_LABEL_FIRST_LINK].pairs, 1);
    assert_int_equal(m.band[CK_LABEL_FIRST_LINK - 1].pairs, 1);
    assert_true(m.band[CK_LABEL_FIRST_LINK - 1].share.size == 3);
    assert_int_equal(m.band[CK_LABEL_BANDS - 1].pairs, 1);
    assert_int_equal(m.without_weight.pairs, 1);
    assert_int_equal(m.all.pairs, 4);
    assert_int_equal(m.links.found.pairs, 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_edges_rise_from_end_to_end),
                                       cmocka_unit_test(test_the_decision_parts_the_bands)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
