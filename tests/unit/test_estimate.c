/* Estimation from hand-made cells: closed forms against counting, EM against parameters known beforehand, and every guard. */
#include "base/memory.h"
#include "model/estimate.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { N = 4 };
static const double true_m[N][3] = {{.8, .15, .05}, {.9, .06, .04}, {.7, .2, .1}, {.85, .1, .05}};
static const double true_u[N][3] = {{.01, .04, .95}, {.005, .02, .975}, {.02, .08, .9}, {.03, .07, .9}};

static char *copy(const char *text) {
    ck_error error = {0};
    return ck_copy_string(&error, text);
}

/* n comparisons of missing, exact, close, else; u known, m not. */
static ck_model make_model(uint32_t n) {
    static const char *const label[] = {"missing", "exact", "close", "else"};
    ck_error error = {0};
    ck_model model = {.comparisons = {n, ck_alloc_zero(&error, n, sizeof(ck_comparison))}, .prior = NAN};
    for (uint32_t c = 0; c < n; c++) {
        char name[2] = {(char)('a' + c), 0};
        model.comparisons.comparison[c] = (ck_comparison){copy(name), 4, ck_alloc_zero(&error, 4, sizeof(ck_level))};
        for (uint32_t i = 0; i < 4; i++)
            model.comparisons.comparison[c].level[i] =
                (ck_level){.label = copy(label[i]), .condition = {.op = CK_OP_ALWAYS}, .is_null = i == 0, .m = NAN,
                           .u = i ? true_u[c][i - 1] : NAN, .tf_column = UINT32_MAX};
    }
    return model;
}

static ck_cells make_room(size_t n) {
    ck_error error = {0};
    return (ck_cells){0, ck_alloc(&error, n, 8), ck_alloc(&error, n, 8), ck_alloc(&error, n, 8)};
}

static void add_cell(ck_cells *cells, uint64_t pattern, uint64_t mask, double count) {
    cells->pattern[cells->n] = pattern;
    cells->mask[cells->n] = mask;
    cells->count[cells->n++] = (uint64_t)llround(count);
}

/* Pairs of rule r agree exactly on comparison r; the others are independent. Expected counts of 1e7 pairs a rule, a share of them
 * matches; a twentieth of comparison 3 is missing. Comparison `always` (if < N) is exact in every rule. */
static ck_cells make_cells(uint32_t nrules, double share, uint32_t always) {
    ck_cells cells = make_room((size_t)nrules * 256);
    for (uint32_t r = 0; r < nrules; r++)
        for (uint64_t pattern = 0; pattern < 256; pattern++) {
            double match = share, other = 1 - share;
            bool possible = true;
            for (uint32_t c = 0; c < N; c++) {
                int gamma = (int)(pattern >> (2 * c) & 3) - 1;
                double seen = c == 3 ? .95 : 1;
                if (c == r || c == always) {
                    possible = possible && gamma == 2;
                } else {
                    match *= gamma < 0 ? 1 - seen : seen * true_m[c][2 - gamma];
                    other *= gamma < 0 ? 1 - seen : seen * true_u[c][2 - gamma];
                }
            }
            if (possible)
                add_cell(&cells, pattern, UINT64_C(1) << r, 1e7 * (match + other));
        }
    ck_error error = {0};
    assert_int_equal(ck_cells_normalise(&error, &cells), CK_OK);
    return cells;
}

static const ck_rule_view rules[N] = {{"[a]", 1}, {"[b]", 2}, {"[c]", 4}, {"[d]", 8}};

static void near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.9g is not within %g of %.9g", value, tolerance, expected);
}

static void expect_warning(const ck_model *model, const char *piece) {
    for (uint32_t w = 0; w < model->nwarnings; w++)
        if (strstr(model->warning[w], piece))
            return;
    fail_msg("no warning says: %s", piece);
}

static ck_status estimate(ck_model *model, const ck_cells *cells, const ck_rule_view *rule, uint32_t nrules, ck_em_options options) {
    ck_error error = {0};
    options = ck_em_options_resolve(options);
    return ck_estimate_m(&error, model, cells, rule, nrules, &options);
}

static void expect_true_m(const ck_model *model, uint32_t c, double tolerance) {
    for (uint32_t i = 0; i < 3; i++)
        near(model->comparisons.comparison[c].level[i + 1].m, true_m[c][i], tolerance);
}

/* ---- u ---- */

static double count_u(const int *value, const int *source, int n, const bool *allowed) {
    int agree = 0, total = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++)
            if (allowed[source[i] * 2 + source[j]] && value[i] && value[j]) {
                total++;
                agree += value[i] == value[j];
            }
    return (double)agree / total;
}

static void closed_form_equals_counting(void **state) {
    (void)state;
    static const int value[] = {1, 1, 2, 3, 0, 1, 2, 2, 0, 3, 1}, source[] = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1};
    static const bool kinds[3][4] = {{true, true, true, true}, {false, true, true, false}, {false, true, true, true}};
    uint64_t count[8] = {0};
    for (int i = 0; i < 11; i++)
        count[source[i] * 4 + value[i]]++;
    for (int k = 0; k < 3; k++)
        near(ck_closed_form_u(count, 3, 2, kinds[k]), count_u(value, source, 11, kinds[k]), 1e-15);
}

static void closed_form_without_agreement_is_half_a_pair(void **state) {
    (void)state;
    static const bool within = true;
    static const uint64_t distinct[] = {5, 1, 1, 1, 1}, none[] = {7, 0}, one[] = {0, 1};
    near(ck_closed_form_u(distinct, 4, 1, &within), .5 / 6, 1e-15);
    assert_true(isnan(ck_closed_form_u(none, 1, 1, &within)));
    assert_true(isnan(ck_closed_form_u(one, 1, 1, &within)));
}

static void other_levels_share_what_exact_leaves(void **state) {
    (void)state;
    ck_error error = {0};
    ck_model model = make_model(2);
    ck_cells random = make_room(4);
    add_cell(&random, 1 + 4 * 1, 0, 90); /* both else */
    add_cell(&random, 2 + 4 * 0, 0, 10); /* a close, b missing */
    ck_level_values exact;
    ck_level_values_clear(&exact);
    exact.v[0][1] = .2;
    ck_level *b = model.comparisons.comparison[1].level;
    b[2].u = .3;
    b[2].fix_u = true;
    assert_int_equal(ck_estimate_u(&error, &model.comparisons, &random, &exact, 1e-12), CK_OK);
    const ck_level *a = model.comparisons.comparison[0].level;
    near(a[1].u, .2, 0);
    near(a[2].u, .8 * 10.5 / 101, 1e-15);
    near(a[3].u, .8 * 90.5 / 101, 1e-15);
    near(b[2].u, .3, 0);
    near(b[1].u, .7 * .5 / 91, 1e-15);
    near(b[1].u + b[2].u + b[3].u, 1, 1e-15);
    assert_true(isnan(a[0].u));
    ck_cells_free(&random);
    ck_model_free(&model);
}

/* ---- m ---- */

static void em_finds_the_parameters(void **state) {
    (void)state;
    ck_error error = {0};
    ck_model model = make_model(N);
    ck_cells cells = make_cells(N, .05, N);
    assert_int_equal(estimate(&model, &cells, rules, N, (ck_em_options){.tolerance = 1e-7}), CK_OK);
    for (uint32_t c = 0; c < N; c++)
        expect_true_m(&model, c, 1e-4);
    assert_true(model.converged);
    assert_int_equal(model.nwarnings, 0);
    assert_int_equal(model.nsessions, N);
    for (uint32_t s = 0; s < N; s++) {
        near(model.session[s].match_share, .05, 1e-4);
        assert_int_equal(model.session[s].held_out, 1u << s);
        assert_string_equal(model.session[s].rule, rules[s].text);
        assert_true(model.session[s].used);
    }
    double matches;
    assert_int_equal(ck_estimate_matches(&error, &model.comparisons, &cells, rules, N, &matches), CK_OK);
    near(matches, N * 1e7 * .05, 2e3);
    ck_cells_free(&cells);
    ck_model_free(&model);
}

static void fixed_m_stays(void **state) {
    (void)state;
    ck_model model = make_model(N);
    ck_cells cells = make_cells(N, .05, N);
    ck_level *level = model.comparisons.comparison[1].level;
    level[1].m = .88;
    level[1].fix_m = true;
    assert_int_equal(estimate(&model, &cells, rules, N, (ck_em_options){0}), CK_OK);
    near(level[1].m, .88, 0);
    near(level[2].m + level[3].m, .12, 1e-12);
    near(level[2].m / level[3].m, .06 / .04, .5);
    ck_error error = {0};
    ck_em_options options = ck_em_options_resolve((ck_em_options){0});
    ck_level_values m;
    ck_session session = {0};
    assert_int_equal(ck_em_session(&error, &model.comparisons, &cells, 0, 1, &options, &m, &session), CK_OK);
    near(m.v[1][1], .88, 0); /* EM itself keeps it, not only the median */
    ck_free(session.reason);
    ck_cells_free(&cells);
    ck_model_free(&model);
}

static void few_free_comparisons_are_refused(void **state) {
    (void)state;
    ck_model model = make_model(N);
    ck_cells cells = make_cells(N, .05, N);
    static const ck_rule_view some[N] = {{"[a, b]", 3}, {"[b]", 2}, {"[c]", 4}, {"[d]", 8}};
    assert_int_equal(estimate(&model, &cells, some, N, (ck_em_options){0}), CK_OK);
    assert_false(model.session[0].used);
    assert_string_equal(model.session[0].reason, "refused: it has only 2 free comparisons");
    assert_true(model.session[1].used);
    expect_true_m(&model, 1, .01);
    ck_cells_free(&cells);
    ck_model_free(&model);
}

static void the_best_are_used_when_none_has_enough(void **state) {
    (void)state;
    ck_model model = make_model(N);
    ck_cells cells = make_cells(N, .05, N);
    static const ck_rule_view few[N] = {{"[a, b]", 3}, {"[b, c]", 6}, {"[c, a]", 5}, {"[d, a, b]", 11}};
    assert_int_equal(estimate(&model, &cells, few, N, (ck_em_options){0}), CK_OK);
    assert_true(model.session[0].used && model.session[1].used && model.session[2].used);
    assert_string_equal(model.session[3].reason, "refused: it has only 1 free comparison");
    expect_warning(&model, "No training session has 3 free comparisons");
    ck_cells_free(&cells);
    ck_model_free(&model);
}

/* Half the pairs look like non-matches, half disagree on everything at once: those are the second class that EM finds. */
static void label_swap_is_refused(void **state) {
    (void)state;
    ck_model model = make_model(3);
    for (uint32_t c = 0; c < 3; c++)
        for (uint32_t i = 1; i < 4; i++)
            model.comparisons.comparison[c].level[i].u = i == 1 ? .8 : .1;
    ck_cells cells = make_room(28);
    for (uint64_t pattern = 0; pattern < 64; pattern++) {
        double p = 1;
        for (uint32_t c = 0; c < 3; c++)
            p *= (pattern >> (2 * c) & 3) == 0 ? 0 : (pattern >> (2 * c) & 3) == 3 ? .8 : .1;
        if (p > 0)
            add_cell(&cells, pattern, 1, 1e6 * p);
    }
    add_cell(&cells, 1 + 4 + 16, 1, 1e6);
    ck_rule_view rule = {"[x]", 0};
    assert_int_equal(estimate(&model, &cells, &rule, 1, (ck_em_options){0}), CK_OK);
    assert_false(model.session[0].used);
    assert_non_null(strstr(model.session[0].reason, "labels swapped"));
    expect_warning(&model, "No training session could be used");
    assert_false(model.converged);
    assert_true(isnan(model.comparisons.comparison[0].level[1].m));
    ck_cells_free(&cells);
    ck_model_free(&model);
}

static void sessions_without_pairs_or_matches_are_refused(void **state) {
    (void)state;
    ck_error error = {0};
    ck_model model = make_model(N);
    ck_em_options options = ck_em_options_resolve((ck_em_options){0});
    ck_cells cells = make_room(2);
    add_cell(&cells, 1 + 4 + 16 + 64, 1, 5); /* five pairs that differ in everything */
    ck_level_values m;
    static const struct { uint32_t rule, held_out; const char *reason; } cases[] = {
        {1, 0, "no pairs"}, {0, 15, "no free comparison"}, {0, 0, "less than one match"}};
    for (int k = 0; k < 3; k++) {
        ck_session session = {0};
        assert_int_equal(ck_em_session(&error, &model.comparisons, &cells, cases[k].rule, cases[k].held_out, &options, &m, &session), CK_OK);
        assert_false(session.used);
        assert_non_null(strstr(session.reason, cases[k].reason));
        ck_free(session.reason);
    }
    ck_cells_free(&cells);
    ck_model_free(&model);
}

static void stopping_early_is_reported(void **state) {
    (void)state;
    ck_model model = make_model(N);
    ck_cells cells = make_cells(N, .05, N);
    assert_int_equal(estimate(&model, &cells, rules, N, (ck_em_options){.max_iterations = 2}), CK_OK);
    assert_false(model.converged);
    assert_int_equal(model.session[0].iterations, 2);
    expect_warning(&model, "'[a]' has not converged: stopped at the limit of 2 iterations");
    ck_cells_free(&cells);
    ck_model_free(&model);
}

/* Two rules of the same make-up whose pairs have other m: the middle of two is their mean. */
static void sessions_are_combined_by_median(void **state) {
    (void)state;
    ck_error error = {0};
    ck_model model = make_model(N);
    ck_cells cells = make_cells(3, .05, N);
    ck_em_options options = ck_em_options_resolve((ck_em_options){0});
    ck_level_values m[3];
    for (uint32_t r = 0; r < 3; r++) {
        ck_session session = {0};
        assert_int_equal(ck_em_session(&error, &model.comparisons, &cells, r, rules[r].held_out, &options, &m[r], &session), CK_OK);
        ck_free(session.reason);
    }
    assert_int_equal(estimate(&model, &cells, rules, 3, options), CK_OK);
    double total = 0, median[4];
    for (uint32_t i = 1; i < 4; i++) {
        double a = m[0].v[3][i], b = m[1].v[3][i], c = m[2].v[3][i];
        median[i] = fmax(fmin(a, b), fmin(fmax(a, b), c));
        total += median[i];
    }
    for (uint32_t i = 1; i < 4; i++) {
        near(model.comparisons.comparison[3].level[i].m, median[i] / total, 1e-15);
        near(model.comparisons.comparison[0].level[i].m, (m[1].v[0][i] + m[2].v[0][i]) / 2, 1e-12);
    }
    ck_cells_free(&cells);
    ck_model_free(&model);
}

static void unseen_levels_are_named(void **state) {
    (void)state;
    ck_model model = make_model(N);
    ck_cells cells = make_cells(N, .05, N);
    size_t kept = 0;
    for (size_t i = 0; i < cells.n; i++) /* no pair is "close" on d */
        if ((cells.pattern[i] >> 6 & 3) != 2) {
            cells.pattern[kept] = cells.pattern[i];
            cells.mask[kept] = cells.mask[i];
            cells.count[kept++] = cells.count[i];
        }
    cells.n = kept;
    assert_int_equal(estimate(&model, &cells, rules, N, (ck_em_options){0}), CK_OK);
    near(model.comparisons.comparison[3].level[2].m, 1e-6, 1e-9);
    expect_warning(&model, "Comparison 'd', level 'close': no pair of the training sessions reaches it");
    ck_cells_free(&cells);
    ck_model_free(&model);
}

/* Every rule reads c, whose levels still vary among its pairs (as a surname's do under surname.soundex). */
static void comparisons_of_every_rule_lean_on_the_others(void **state) {
    (void)state;
    ck_model model = make_model(N);
    ck_cells cells = make_cells(2, .05, N);
    static const ck_rule_view both[2] = {{"[a, c]", 5}, {"[b, c]", 6}};
    ck_level *c = model.comparisons.comparison[2].level;
    c[1].u = c[2].u = .001; /* not what u is inside the blocks */
    c[3].u = .998;
    assert_int_equal(estimate(&model, &cells, both, 2, (ck_em_options){.tolerance = 1e-8, .max_iterations = 5000, .least_free = 2}), CK_OK);
    expect_true_m(&model, 2, .01);
    expect_warning(&model, "Comparison 'c' is held out of every used training session");
    expect_warning(&model, "the pairs that the other comparisons call matches");
    ck_cells_free(&cells);
    ck_model_free(&model);
}

static void with_nothing_free_all_pairs_are_one_session(void **state) {
    (void)state;
    ck_model model = make_model(N);
    ck_cells cells = make_cells(1, .05, N);
    static const ck_rule_view all = {"[a, b, c, d]", 15};
    assert_int_equal(estimate(&model, &cells, &all, 1, (ck_em_options){0}), CK_OK);
    assert_int_equal(model.nsessions, 2);
    assert_string_equal(model.session[0].reason, "refused: it has no free comparison");
    assert_string_equal(model.session[1].rule, "all candidate pairs");
    expect_warning(&model, "one session over all candidate pairs");
    for (uint32_t c = 0; c < N; c++)
        assert_true(model.comparisons.comparison[c].level[1].m > 0);
    ck_cells_free(&cells);
    ck_model_free(&model);
}

static void floors_are_reported(void **state) {
    (void)state;
    ck_model model = make_model(N);
    ck_cells cells = make_cells(N, .05, N);
    assert_int_equal(estimate(&model, &cells, rules, N, (ck_em_options){.floor = .045}), CK_OK);
    expect_warning(&model, "Comparison 'b', level 'else': hardly any match reaches it");
    near(model.comparisons.comparison[1].level[3].m, .045 / 1.005, 1e-3);
    ck_cells_free(&cells);
    ck_model_free(&model);
}

/* A column that the rule demands would make every pair look like a match; held out, it does not. */
static void matches_are_not_inflated_by_the_blocking_column(void **state) {
    (void)state;
    ck_error error = {0};
    ck_model model = make_model(N);
    ck_cells cells = make_cells(1, .02, N);
    double matches;
    for (uint32_t c = 0; c < N; c++)
        for (uint32_t i = 0; i < 3; i++)
            model.comparisons.comparison[c].level[i + 1].m = true_m[c][i];
    assert_int_equal(ck_estimate_matches(&error, &model.comparisons, &cells, rules, 1, &matches), CK_OK);
    near(matches, 2e5, 100);
    static const ck_rule_view blind = {"[a]", 0};
    assert_int_equal(ck_estimate_matches(&error, &model.comparisons, &cells, &blind, 1, &matches), CK_OK);
    assert_true(matches > 3e5);
    ck_cells_free(&cells);
    ck_model_free(&model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closed_form_equals_counting),
        cmocka_unit_test(closed_form_without_agreement_is_half_a_pair),
        cmocka_unit_test(other_levels_share_what_exact_leaves),
        cmocka_unit_test(em_finds_the_parameters),
        cmocka_unit_test(fixed_m_stays),
        cmocka_unit_test(few_free_comparisons_are_refused),
        cmocka_unit_test(the_best_are_used_when_none_has_enough),
        cmocka_unit_test(label_swap_is_refused),
        cmocka_unit_test(sessions_without_pairs_or_matches_are_refused),
        cmocka_unit_test(stopping_early_is_reported),
        cmocka_unit_test(sessions_are_combined_by_median),
        cmocka_unit_test(unseen_levels_are_named),
        cmocka_unit_test(comparisons_of_every_rule_lean_on_the_others),
        cmocka_unit_test(with_nothing_free_all_pairs_are_one_session),
        cmocka_unit_test(floors_are_reported),
        cmocka_unit_test(matches_are_not_inflated_by_the_blocking_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
