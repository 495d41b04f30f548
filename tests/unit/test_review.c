/* Clerical review: who is drawn, what follows from answers, and whether the intervals hold what they promise. */
#include "assess/review.h"
#include "base/hash.h"
#include "base/memory.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static const ck_comm alone = {0, 1, NULL};

static void assert_near(double a, double b, double by) {
    if (!(fabs(a - b) <= by))
        fail_msg("%.9g is not %.9g", a, b);
}

/* ---- drawing ---- */

enum { PAIRS = 2000 };
static uint32_t side_a[PAIRS], side_b[PAIRS];
static double weight[PAIRS];

/** Many pairs far below, few near the decision at weight 3: band k holds 1, 2, 4 ... of the rest. */
static ck_links some_links(void) {
    static const double inside[CK_REVIEW_BANDS] = {-20, -3, 0, 2, 4, 6, 10, 15, 30};
    for (uint32_t i = 0; i < PAIRS; i++) {
        uint32_t band = 0;
        while (band < CK_REVIEW_BANDS - 1 && i >= (1U << (band + 1)) - 1)
            band++;
        side_a[i] = i;
        side_b[i] = i + 1;
        weight[i] = inside[CK_REVIEW_BANDS - 1 - band];
    }
    return (ck_links){.total = PAIRS, .n = PAIRS, .a = side_a, .b = side_b, .weight = weight};
}

static ck_review_sample draw(const ck_links *links, uint64_t n, uint64_t seed) {
    ck_error error = {0};
    ck_review_sample sample;
    assert_int_equal(ck_review_draw(&alone, &error, links, 3, n, seed, &sample), CK_OK);
    return sample;
}

static void bands_share_the_sample_and_small_ones_give_all(void **state) {
    (void)state;
    ck_links links = some_links();
    ck_review_sample sample = draw(&links, 100, 1);
    uint64_t pairs = 0, counted[CK_REVIEW_BANDS] = {0};
    assert_int_equal(sample.n, 100);
    for (int b = 0; b < CK_REVIEW_BANDS; b++)
        pairs += sample.band[b].pairs;
    assert_int_equal(pairs, PAIRS);
    for (uint64_t i = 0; i < sample.n; i++) {
        const ck_review_band *band = &sample.band[sample.pair[i].band];
        double w = weight[sample.pair[i].a];
        assert_true(w >= band->from && w < band->to);
        counted[sample.pair[i].band]++;
        for (uint64_t k = 0; k < i; k++)
            assert_true(sample.pair[k].a != sample.pair[i].a);
    }
    for (int b = 0; b < CK_REVIEW_BANDS; b++)
        assert_int_equal(counted[b], sample.band[b].drawn);
    assert_int_equal(sample.band[8].drawn, 1); /* of 1, 2, 4 and 8 pairs all; then 85 by five bands */
    assert_int_equal(sample.band[5].drawn, 8);
    assert_int_equal(sample.band[0].drawn, 17);
    assert_int_equal(sample.band[CK_REVIEW_FIRST_LINK].drawn, 16);
    assert_true(sample.band[CK_REVIEW_FIRST_LINK].from == 3);
    ck_review_sample_free(&sample);
}

static void every_pair_of_a_band_is_drawn_as_often(void **state) {
    (void)state;
    enum { SEEDS = 1000 };
    ck_links links = some_links();
    static uint32_t times[PAIRS];
    double chi2 = 0;
    memset(times, 0, sizeof times);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        ck_review_sample sample = draw(&links, 63, seed);
        for (uint64_t i = 0; i < sample.n; i++)
            times[sample.pair[i].a]++;
        ck_review_sample_free(&sample);
    }
    ck_review_sample sample = draw(&links, 63, 1);
    double share = (double)sample.band[3].drawn / (double)sample.band[3].pairs, wanted = SEEDS * share;
    uint32_t n = 0;
    for (uint32_t i = 0; i < PAIRS; i++)
        if (weight[i] == 2 && ++n)
            chi2 += (times[i] - wanted) * (times[i] - wanted) / (wanted * (1 - share));
    assert_int_equal(n, sample.band[3].pairs);
    assert_true(share < 1 && chi2 > n - 5 * sqrt(2.0 * n) && chi2 < n + 5 * sqrt(2.0 * n));
    ck_review_sample_free(&sample);
}

static void a_sample_reads_back_and_nonsense_does_not(void **state) {
    (void)state;
    ck_links links = some_links();
    ck_error error = {0};
    ck_review_sample sample = draw(&links, 50, 9), again;
    json_t *root = ck_review_sample_json(&sample);
    assert_int_equal(ck_review_sample_parse(&error, "kept", root, &again), CK_OK);
    assert_string_equal(again.id, sample.id);
    assert_true(again.n == sample.n && again.seed == 9 && again.decision == 3 && isinf(again.band[0].from) && isinf(again.band[8].to));
    for (uint64_t i = 0; i < again.n; i++)
        assert_true(again.pair[i].a == sample.pair[i].a && again.pair[i].b == sample.pair[i].b && again.pair[i].band == sample.pair[i].band);
    ck_review_sample_free(&again);
    json_array_remove(json_object_get(root, "pairs"), 0);
    assert_int_equal(ck_review_sample_parse(&error, "kept", root, &again), CK_FILE);
    ck_review_sample_free(&again);
    json_decref(root);
    error = (ck_error){0};
    assert_int_equal(ck_review_sample_parse(&error, "kept", NULL, &again), CK_FILE);
    ck_review_sample_free(&again);
    ck_review_sample_free(&sample);
    error = (ck_error){0};
    assert_int_equal(ck_review_draw(&alone, &error, &(ck_links){0}, 3, 5, 1, &sample), CK_DATA);
}

/* ---- estimates ---- */

/* Wilson's limits of 8 of 10 are .4902 and .9433 (Newcombe 1998 gives the method's numbers); a census has no doubt. */
static void wilson_is_as_published_and_exact_for_a_census(void **state) {
    (void)state;
    ck_interval x = ck_wilson_of_sample(8, 10, UINT64_MAX);
    assert_near(x.low, 0.4902, 5e-5);
    assert_near(x.high, 0.9433, 5e-5);
    x = ck_wilson_of_sample(0, 10, UINT64_MAX);
    assert_true(x.low == 0);
    assert_near(x.high, 0.2775, 5e-5);
    x = ck_wilson_of_sample(3, 10, 10);
    assert_true(x.low == 0.3 && x.high == 0.3);
    assert_true(ck_wilson_of_sample(3, 10, 12).high < ck_wilson_of_sample(3, 10, 1000).high);
    assert_true(isnan(ck_wilson_of_sample(0, 0, 5).estimate));
}

static void estimates_weigh_bands_by_their_pairs(void **state) {
    (void)state;
    ck_review_sample sample = {.band = {[3] = {.pairs = 1000}, [4] = {.pairs = 100}, [5] = {.pairs = 300}, [6] = {.pairs = 7}}};
    ck_review_counts counts[CK_REVIEW_BANDS] = {[3] = {1, 9, 0}, [4] = {5, 5, 10}, [5] = {20, 0, 0}};
    ck_review_estimate e;
    ck_review_estimates(&sample, counts, CK_UNSURE_LEFT_OUT, &e);
    assert_near(e.precision.estimate, (50 + 300) / 400.0, 1e-12);
    assert_near(e.recall.estimate, 350 / 450.0, 1e-12);
    assert_near(e.matches, 450, 1e-9);
    assert_true(e.links_without_answers == 7 && e.pairs_without_answers == 7);
    assert_true(e.precision.high < 1 && e.precision.low > 0.6 && e.recall.low > 0.3 && e.recall.high < 1);
    ck_review_estimates(&sample, counts, CK_UNSURE_MATCH, &e);
    assert_near(e.precision.estimate, (75 + 300) / 400.0, 1e-12);
    ck_review_estimates(&sample, counts, CK_UNSURE_NO_MATCH, &e);
    assert_near(e.precision.estimate, (25 + 300) / 400.0, 1e-12);
    ck_review_counts none[CK_REVIEW_BANDS] = {{0, 0, 0}};
    ck_review_estimates(&sample, none, CK_UNSURE_LEFT_OUT, &e);
    assert_true(isnan(e.precision.estimate) && isnan(e.recall.estimate));
}

/** x matches among n drawn of N pairs of which `right` are, without replacement, from a hash. */
static uint64_t draw_matches(uint64_t n, uint64_t N, uint64_t right, uint64_t *state) {
    uint64_t x = 0;
    for (uint64_t k = 0; k < n; k++) {
        *state = ck_hash_mix(*state + UINT64_C(0x9e3779b97f4a7c15));
        x += *state % (N - k) < right - x;
    }
    return x;
}

/* Bands like those of real links: nearly all wrong below, nearly all right above. Of 95 % intervals about 95 % hold the truth. */
static void intervals_hold_the_truth_as_often_as_they_say(void **state) {
    (void)state;
    enum { TRIALS = 4000, EACH = 30 };
    static const uint64_t N[CK_REVIEW_BANDS] = {20000, 3000, 900, 500, 400, 800, 2000, 5000, 9000};
    static const uint64_t right[CK_REVIEW_BANDS] = {40, 60, 120, 190, 240, 680, 1960, 4990, 9000};
    ck_review_sample sample = {.n = 0};
    double links = 0, found = 0, all = 0;
    int in_precision = 0, in_recall = 0;
    uint64_t random = 5;
    for (int b = 0; b < CK_REVIEW_BANDS; b++) {
        sample.band[b].pairs = N[b];
        all += (double)right[b];
        links += b >= CK_REVIEW_FIRST_LINK ? (double)N[b] : 0;
        found += b >= CK_REVIEW_FIRST_LINK ? (double)right[b] : 0;
    }
    for (int t = 0; t < TRIALS; t++) {
        ck_review_counts counts[CK_REVIEW_BANDS];
        ck_review_estimate e;
        for (int b = 0; b < CK_REVIEW_BANDS; b++) {
            uint64_t x = draw_matches(EACH, N[b], right[b], &random);
            counts[b] = (ck_review_counts){x, EACH - x, 0};
        }
        ck_review_estimates(&sample, counts, CK_UNSURE_LEFT_OUT, &e);
        in_precision += e.precision.low <= found / links && found / links <= e.precision.high;
        in_recall += e.recall.low <= found / all && found / all <= e.recall.high;
    }
    assert_in_range(in_precision, 93 * TRIALS / 100, 97 * TRIALS / 100);
    assert_in_range(in_recall, 93 * TRIALS / 100, 97 * TRIALS / 100);
}

/* Cohen's formula on a table with 20, 5, 10 and 15: agreement .7, by chance .5, kappa .4. */
static void kappa_is_agreement_beyond_chance(void **state) {
    (void)state;
    uint8_t first[51], second[51];
    for (int i = 0; i < 50; i++) {
        first[i] = i < 25 ? CK_ANSWER_MATCH : CK_ANSWER_NO_MATCH;
        second[i] = i < 20 || (i >= 25 && i < 35) ? CK_ANSWER_MATCH : CK_ANSWER_NO_MATCH;
    }
    first[50] = CK_ANSWER_UNSURE;
    second[50] = CK_ANSWER_NONE;
    ck_answers answers = {.pairs = 51, .reviewers = 2, .answer = {first, second}};
    ck_kappa kappa;
    ck_review_kappa(&answers, &kappa);
    assert_true(kappa.both == 50 && kappa.agreed == 35);
    assert_near(kappa.kappa.estimate, 0.4, 1e-12);
    assert_near(kappa.kappa.high - kappa.kappa.estimate, 1.959964 * sqrt(0.7 * 0.3 / 50) / 0.5, 1e-6);
    assert_int_equal(ck_answers_of_pair(&answers, 0), CK_ANSWER_MATCH);
    assert_int_equal(ck_answers_of_pair(&answers, 22), CK_ANSWER_UNSURE);
    assert_int_equal(ck_answers_of_pair(&answers, 50), CK_ANSWER_UNSURE);
    memset(first, CK_ANSWER_MATCH, 51);
    memset(second, CK_ANSWER_MATCH, 51);
    ck_review_kappa(&answers, &kappa);
    assert_true(kappa.agreed == 51 && isnan(kappa.kappa.estimate));
}

/* ---- answers ---- */

static void answers_are_read_whatever_the_order_of_columns(void **state) {
    (void)state;
    char path[] = "/tmp/test_review_XXXXXX";
    static const char text[] = "\xEF\xBB\xBFreviewer,answer,pair\r\nAnn,match,2\r\n,unsure,1\r\nAnn,,3\r\n";
    int fd = mkstemp(path);
    ck_error error = {0};
    ck_answers answers = {0};
    ck_review_sample sample = {.n = 3};
    assert_true(fd >= 0 && write(fd, text, sizeof text - 1) == (ssize_t)(sizeof text - 1));
    close(fd);
    assert_int_equal(ck_answers_read(&error, path, 0, &sample, &answers), CK_OK);
    assert_int_equal(answers.reviewers, 2);
    assert_string_equal(answers.name[0], "Ann");
    assert_string_equal(answers.name[1], "file 1");
    assert_int_equal(ck_answers_of_pair(&answers, 1), CK_ANSWER_MATCH);
    assert_int_equal(ck_answers_of_pair(&answers, 0), CK_ANSWER_UNSURE);
    assert_int_equal(ck_answers_of_pair(&answers, 2), CK_ANSWER_NONE);
    assert_int_equal(ck_answers_read(&error, path, 0, &sample, &answers), CK_DATA); /* a second time: answered before */
    ck_answers_free(&answers);
    unlink(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bands_share_the_sample_and_small_ones_give_all),
        cmocka_unit_test(every_pair_of_a_band_is_drawn_as_often),
        cmocka_unit_test(a_sample_reads_back_and_nonsense_does_not),
        cmocka_unit_test(wilson_is_as_published_and_exact_for_a_census),
        cmocka_unit_test(estimates_weigh_bands_by_their_pairs),
        cmocka_unit_test(intervals_hold_the_truth_as_often_as_they_say),
        cmocka_unit_test(kappa_is_agreement_beyond_chance),
        cmocka_unit_test(answers_are_read_whatever_the_order_of_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
