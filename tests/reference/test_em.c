/* EM on cells equals EM over single pairs, on random pairs with missing values and held-out comparisons. */
#include "reference/em.h"
#include "base/hash.h"
#include "base/memory.h"
#include "model/estimate.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

enum { PAIRS = 3000, MAX = 4 };

static double uniform(uint64_t *seed) {
    *seed += UINT64_C(0x9e3779b97f4a7c15);
    return (double)(ck_hash_mix(*seed) >> 11) * 0x1p-53;
}

static int draw(const double *p, unsigned n, uint64_t *seed) {
    double x = uniform(seed);
    for (unsigned g = 0; g + 1 < n; g++)
        if ((x -= p[g]) < 0)
            return (int)g;
    return (int)n - 1;
}

/* Random levels, u and m; a null level on the even comparisons. */
static void make_truth(reference_em *truth, uint64_t *seed) {
    truth->ncomparisons = 3 + (unsigned)(uniform(seed) * 2);
    for (unsigned c = 0; c < truth->ncomparisons; c++) {
        truth->nlevels[c] = 2 + (unsigned)(uniform(seed) * 3);
        double u = 0, m = 0;
        for (unsigned g = 0; g < truth->nlevels[c]; g++) {
            u += truth->u[c][g] = pow(8, -(double)g) * (.5 + uniform(seed));
            m += truth->m[c][g] = pow(3, (double)g) * (.5 + uniform(seed));
        }
        for (unsigned g = 0; g < truth->nlevels[c]; g++) {
            truth->u[c][g] /= u;
            truth->m[c][g] /= m;
        }
    }
}

static void make_pairs(const reference_em *truth, int *gamma, uint64_t *mask, uint64_t *seed) {
    for (size_t i = 0; i < PAIRS; i++) {
        bool match = uniform(seed) < .2;
        for (unsigned c = 0; c < truth->ncomparisons; c++) {
            int g = draw(match ? truth->m[c] : truth->u[c], truth->nlevels[c], seed);
            gamma[i * truth->ncomparisons + c] = c % 2 == 0 && uniform(seed) < .1 ? -1 : g;
        }
        mask[i] = 1 + (uint64_t)(uniform(seed) * 3); /* rules 0, 1 or both */
    }
}

static void make_comparisons(const reference_em *truth, ck_comparison *comparison, ck_level level[][8]) {
    for (unsigned c = 0; c < truth->ncomparisons; c++) {
        unsigned nulls = c % 2 == 0;
        comparison[c] = (ck_comparison){.name = "c", .nlevels = truth->nlevels[c] + nulls, .level = level[c]};
        for (unsigned i = 0; i < comparison[c].nlevels; i++) {
            level[c][i] = (ck_level){.label = "l", .is_null = nulls && i == 0, .m = NAN, .u = NAN};
            int g = ck_level_gamma(&comparison[c], i);
            if (g >= 0)
                level[c][i].u = truth->u[c][g];
        }
    }
}

static ck_cells make_cells(const ck_comparisons *comparisons, const int *gamma, const uint64_t *mask) {
    ck_error error = {0};
    uint64_t stride[CK_COMPARISONS_MAX + 1];
    assert_int_equal(ck_pattern_strides(&error, comparisons, stride), CK_OK);
    ck_cells cells = {PAIRS, ck_alloc_zero(&error, PAIRS, 8), ck_alloc(&error, PAIRS, 8), ck_alloc(&error, PAIRS, 8)};
    for (size_t i = 0; i < PAIRS; i++) {
        for (uint32_t c = 0; c < comparisons->n; c++)
            cells.pattern[i] += (uint64_t)(gamma[i * comparisons->n + c] + 1) * stride[c];
        cells.mask[i] = mask[i];
        cells.count[i] = 1;
    }
    assert_int_equal(ck_cells_normalise(&error, &cells), CK_OK);
    assert_int_equal(ck_cells_total(&cells), PAIRS);
    assert_true(cells.n < PAIRS);
    return cells;
}

/* The reference's view of a session: pairs of the rule, comparisons that are not held out. */
static size_t cut_pairs(const reference_em *truth, const int *gamma, const uint64_t *mask, uint32_t rule, unsigned held, int *cut) {
    size_t n = 0;
    for (size_t i = 0; i < PAIRS; i++)
        if (mask[i] >> rule & 1) {
            unsigned k = 0;
            for (unsigned c = 0; c < truth->ncomparisons; c++)
                if (c != held)
                    cut[n * (truth->ncomparisons - 1) + k++] = gamma[i * truth->ncomparisons + c];
            n++;
        }
    return n;
}

static reference_em cut_model(const reference_em *truth, unsigned held) {
    reference_em em = {.ncomparisons = truth->ncomparisons - 1};
    for (unsigned c = 0, k = 0; c < truth->ncomparisons; c++)
        if (c != held) {
            em.nlevels[k] = truth->nlevels[c];
            for (unsigned g = 0; g < truth->nlevels[c]; g++)
                em.u[k][g] = truth->u[c][g];
            k++;
        }
    return em;
}

static void compare_session(const reference_em *truth, const ck_comparisons *comparisons, const ck_cells *cells, const int *gamma,
                            const uint64_t *mask, uint32_t rule, unsigned held, int *cut) {
    ck_error error = {0};
    ck_session session = {0};
    ck_level_values m;
    ck_em_options options = ck_em_options_resolve((ck_em_options){.tolerance = 1e-6, .max_iterations = 40});
    reference_em em = cut_model(truth, held);
    size_t n = cut_pairs(truth, gamma, mask, rule, held, cut);
    reference_em_solve(&em, cut, n, options.tolerance, options.max_iterations);
    assert_int_equal(ck_em_session(&error, comparisons, cells, rule, UINT32_C(1) << held, &options, &m, &session), CK_OK);
    assert_int_equal(session.pairs, n);
    assert_int_equal(session.iterations, em.iterations);
    assert_true(fabs(session.match_share - em.share) < 1e-10);
    for (unsigned c = 0, k = 0; c < truth->ncomparisons; c++) {
        for (unsigned g = 0; g < truth->nlevels[c]; g++) {
            double found = m.v[c][ck_level_of_gamma(&comparisons->comparison[c], (int)g)];
            assert_true(c == held ? isnan(found) : isnan(found) ? em.m[k][g] == 0 : fabs(found - em.m[k][g]) < 1e-10);
        }
        k += c != held;
    }
    ck_free(session.reason);
}

static void cells_equal_pairs(void **state) {
    (void)state;
    ck_error error = {0};
    int *gamma = ck_alloc(&error, (size_t)PAIRS * MAX, sizeof *gamma), *cut = ck_alloc(&error, (size_t)PAIRS * MAX, sizeof *cut);
    uint64_t *mask = ck_alloc(&error, PAIRS, sizeof *mask);
    for (uint64_t round = 0; round < 20; round++) {
        uint64_t seed = round * 1000;
        reference_em truth = {0};
        ck_level level[MAX][8];
        ck_comparison comparison[MAX];
        make_truth(&truth, &seed);
        make_pairs(&truth, gamma, mask, &seed);
        make_comparisons(&truth, comparison, level);
        ck_comparisons comparisons = {truth.ncomparisons, comparison};
        ck_cells cells = make_cells(&comparisons, gamma, mask);
        for (uint32_t rule = 0; rule < 2; rule++)
            compare_session(&truth, &comparisons, &cells, gamma, mask, rule, (unsigned)(round + rule) % truth.ncomparisons, cut);
        ck_cells_free(&cells);
    }
    ck_free(mask);
    ck_free(cut);
    ck_free(gamma);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(cells_equal_pairs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
