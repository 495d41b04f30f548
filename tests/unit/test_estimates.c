/* What persons say of pairs, and intervals from possible truths. */
#include "assess/estimates.h"
#include "assess/resample.h"
#include "base/memory.h"
#include <math.h>
#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { TRUTHS = 400 };

/* Two sources of three records each. Persons: {0, 1, 3}, {2, 4}, {5}. */
typedef struct scene {
    ck_source source[2];
    ck_people people;
    uint32_t person[6], a[8], b[8];
    double weight[8], shift[2];
    ck_links links;
    ck_index index;
    bool allowed[4], unique[2];
    ck_possible_truth truth[TRUTHS];
    ck_person_pairs_input input;
    ck_person_pairs pairs;
} scene;

static void open_scene(scene *s) {
    static const uint32_t person[6] = {0, 0, 1, 0, 1, 2};
    *s = (scene){.source = {{.record_begin = 0, .record_end = 3}, {.record_begin = 3, .record_end = 6}}, .allowed = {true, true, true, true}};
    memcpy(s->person, person, sizeof person);
    s->people = (ck_people){.records = 6, .end = 6, .nsources = 2, .source = s->source};
    s->links = (ck_links){.a = s->a, .b = s->b, .weight = s->weight};
    s->index = (ck_index){.records = 6, .end = 6, .persons = 3, .person = s->person};
    s->input = (ck_person_pairs_input){.people = &s->people, .links = &s->links, .index = &s->index, .allowed = s->allowed, .unique = s->unique,
                                       .nshifts = 1, .shift = s->shift, .ntruths = TRUTHS, .truth = s->truth};
}

static void add_link(scene *s, uint32_t a, uint32_t b, double weight) {
    s->a[s->links.n] = a;
    s->b[s->links.n] = b;
    s->weight[s->links.n] = weight;
    s->links.total = ++s->links.n;
}

static void look(scene *s) {
    ck_comm alone = {0, 1, NULL};
    ck_error error = {0};
    assert_int_equal(ck_person_pairs_measure(&alone, &error, &s->input, &s->pairs), CK_OK);
}

static void near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.10g is not within %g of %.10g", value, tolerance, expected);
}

static void a_pair_is_as_sure_as_the_way_through_a_third(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    add_link(&s, 0, 1, 5);
    add_link(&s, 0, 3, 6);
    add_link(&s, 1, 3, -3); /* by itself hardly a match */
    add_link(&s, 2, 4, 1);
    look(&s);
    double way = ck_probability_of_weight(5) * ck_probability_of_weight(6), alone = ck_probability_of_weight(1);
    assert_true(s.pairs.inside.links == 4 && s.pairs.inside_links.links == 4);
    near(s.pairs.inside.matches, ck_probability_of_weight(5) + ck_probability_of_weight(6) + way + alone, 1e-8);
    assert_true(s.pairs.band[ck_label_band_of(-3)].links == 1);
    near(s.pairs.band[ck_label_band_of(-3)].matches, way, 1e-8);
}

static void pairs_that_were_not_kept_and_pairs_that_are_not_allowed(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    add_link(&s, 0, 3, 5);
    add_link(&s, 1, 3, 6);
    look(&s); /* 0 and 1 by way of 3; 2 and 4 by nothing */
    assert_true(s.pairs.inside.links == 4 && s.pairs.inside_links.links == 2);
    near(s.pairs.inside.matches - s.pairs.inside_links.matches, ck_probability_of_weight(5) * ck_probability_of_weight(6), 1e-8);
    s.allowed[0] = s.allowed[3] = false; /* 0 and 1 are of one source */
    look(&s);
    assert_true(s.pairs.inside.links == 3);
    near(s.pairs.inside.matches, s.pairs.inside_links.matches, 1e-8);
}

static void a_link_that_lost_to_another_is_less_likely(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    add_link(&s, 0, 3, 6);
    add_link(&s, 2, 3, 4); /* of another person, which has a record of the first source too */
    look(&s);
    near(s.pairs.band[ck_label_band_of(4)].matches, ck_probability_of_weight(4) + ck_probability_of_weight(6), 1e-8); /* one band */
    s.unique[0] = true;
    look(&s);
    near(s.pairs.band[ck_label_band_of(4)].matches, 16. / (1 + 16 + 64) + ck_probability_of_weight(6), 1e-8);
    near(s.pairs.inside.matches, ck_probability_of_weight(6), 1e-8);
}

static double share_of_truths(const scene *s, uint32_t first, uint32_t step) {
    double found = 0, n = 0;
    for (uint32_t t = first; t < TRUTHS; t += step, n++)
        found += (double)s->truth[t].inside;
    return found / n;
}

static void truths_come_up_as_often_as_they_are_likely(void **state) {
    (void)state;
    scene s;
    open_scene(&s);
    add_link(&s, 2, 4, 1);
    s.shift[1] = 3;
    s.input.nshifts = 2;
    look(&s);
    near(share_of_truths(&s, 0, 2), ck_probability_of_weight(1), .08);
    near(share_of_truths(&s, 1, 2), ck_probability_of_weight(4), .05);
    uint32_t both = 0, either = 0;
    add_link(&s, 0, 1, 1);
    add_link(&s, 1, 3, 1.0001);
    look(&s); /* the pairs of one person are right together */
    for (uint32_t t = 0; t < TRUTHS; t += 2) {
        uint64_t n = s.truth[t].band[ck_label_band_of(1)];
        both += n >= 2;
        either += n >= 1;
    }
    assert_true(both > .8 * .66 * TRUTHS / 2 && either < .95 * TRUTHS / 2);
}

/* ---- conclusions ---- */

static void estimates_are_concluded_with_their_intervals(void **state) {
    (void)state;
    ck_error error = {0};
    ck_person_pairs pairs = {.inside = {100, 95}, .inside_links = {90, 88}};
    ck_captures captures = {.missed = 4, .below_floor = 2}, of_models[2] = {captures, {.missed = 30, .below_floor = 2}};
    ck_possible_truth truth[TRUTHS] = {0};
    ck_estimates e;
    pairs.band[CK_LABEL_FIRST_LINK] = (ck_link_sum){90, 85};
    pairs.band[0] = (ck_link_sum){1000, 13};
    for (uint32_t t = 0; t < TRUTHS; t++) {
        truth[t].band[CK_LABEL_FIRST_LINK] = 80 + t % 11; /* 80 .. 90 */
        truth[t].inside = truth[t].inside_links = 90;
    }
    ck_estimate_input input = {.pairs = &pairs, .captures = &captures, .unblocked_share = 1, .nmodels = 2, .model_captures = of_models,
                               .ntruths = TRUTHS, .truth = truth};
    assert_int_equal(ck_estimates_conclude(&error, &input, &e), CK_OK);
    assert_true(e.links == 90 && e.inside == 100);
    near(e.precision.estimate, 85. / 90, 1e-12);
    near(e.precision.low, 80. / 90, 1e-12);
    near(e.precision.high, 1, 1e-12);
    near(e.matches.estimate, 100, 1e-12);
    near(e.recall.estimate, .85, 1e-12);
    near(e.persons_precision.estimate, .95, 1e-12);
    near(e.missed.estimate, 7, 1e-12); /* seven joined without a rule, more than captures say */
    near(e.missed.high, 30, 1e-12);
    near(e.blocking_recall.estimate, 100. / 107, 1e-12);
    near(e.persons_recall.estimate, 95. / 107, 1e-12);
    near(e.false_rate[0].estimate, 1 - .013, 1e-12);
    assert_true(isnan(e.false_rate[1].estimate));
    captures.missed = (double)NAN; /* one rule */
    assert_int_equal(ck_estimates_conclude(&error, &input, &e), CK_OK);
    assert_true(isnan(e.blocking_recall.estimate));
    near(e.missed.estimate, 7, 1e-12);
    input.unknown = true; /* namesakes: links and persons are counted, and nothing is concluded */
    assert_int_equal(ck_estimates_conclude(&error, &input, &e), CK_OK);
    assert_true(e.links == 90 && isnan(e.matches.estimate) && isnan(e.precision.estimate) && isnan(e.precision.high) && isnan(e.persons_recall.low) &&
                isnan(e.false_rate[0].estimate));
}

static void shifts_reach_the_matches_that_are_wanted(void **state) {
    (void)state;
    double weight[] = {-6, -1, 0, 7}, sum = 0;
    uint64_t count[] = {1000, 40, 20, 300};
    ck_cells cells = {.n = 4, .count = count};
    double shift = ck_shift_of_matches(&cells, weight, 1.07);
    for (int i = 0; i < 4; i++)
        sum += (double)count[i] * (ck_probability_of_weight(weight[i] + shift) - 1.07 * ck_probability_of_weight(weight[i]));
    near(sum, 0, 1e-6);
    assert_true(shift > 0 && fabs(ck_shift_of_matches(&cells, weight, 1)) < 1e-9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pair_is_as_sure_as_the_way_through_a_third),
        cmocka_unit_test(pairs_that_were_not_kept_and_pairs_that_are_not_allowed),
        cmocka_unit_test(a_link_that_lost_to_another_is_less_likely),
        cmocka_unit_test(truths_come_up_as_often_as_they_are_likely),
        cmocka_unit_test(estimates_are_concluded_with_their_intervals),
        cmocka_unit_test(shifts_reach_the_matches_that_are_wanted),
    };
    return cmocka_run_group_tests_name("estimates", tests, NULL, NULL);
}
