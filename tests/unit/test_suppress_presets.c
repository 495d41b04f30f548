/* Every preset on made-up tables of one to three dimensions, with zeros: a linear programme over the cells that are no totals, unlike the one that the product asks,
 * finds no hidden count, and no small one better than the rule tells; and nothing is hidden that need not be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glpk.h>
#include <math.h>
#include "base/hash.h"
#include "base/memory.h"
#include "release/suppress.h"

enum { CELLS_MAX = 512 };

static uint64_t place_of(const ck_count_table *t, uint64_t cell, uint32_t d) {
    return cell / ck_count_stride(t, d) % ((uint64_t)t->size[d] + 1);
}

/* Is the cell a part of the other, which may be a total? Every cell is a part of itself. */
static bool is_part(const ck_count_table *t, uint64_t cell, uint64_t of) {
    for (uint32_t d = 0; d < t->ndimensions; d++)
        if (place_of(t, cell, d) == t->size[d] || (place_of(t, of, d) != t->size[d] && place_of(t, of, d) != place_of(t, cell, d)))
            return false;
    return true;
}

/* What is told of a cell: its count, the bounds of a rounded one, or that it is not 0. */
static void bound(glp_prob *lp, int row, const ck_count_table *t, const ck_small_numbers *rule, uint64_t cell) {
    double low = rule->show_zero && t->count[cell] ? 1 : 0, shown = (double)ck_count_shown(rule, t->count[cell]), half = floor((double)rule->round_to / 2);
    if (t->hidden[cell] != CK_SHOWN)
        glp_set_row_bnds(lp, row, GLP_LO, low, 0);
    else if (rule->round_to <= 1 || t->count[cell] == 0)
        glp_set_row_bnds(lp, row, GLP_FX, shown, shown);
    else
        glp_set_row_bnds(lp, row, GLP_DB, fmax(low, shown - half), shown + (rule->round_to % 2 ? half : half - 1));
}

/* The least and the greatest that a cell can be. */
static void find_range(const ck_count_table *t, const ck_small_numbers *rule, uint64_t wanted, double range[2]) {
    int variable[CELLS_MAX] = {0}, index[CELLS_MAX + 1], n = 0;
    double one[CELLS_MAX + 1];
    glp_smcp how;
    glp_init_smcp(&how);
    how.msg_lev = GLP_MSG_OFF;
    glp_prob *lp = glp_create_prob();
    for (uint64_t c = 0; c < t->ncells; c++)
        variable[c] = is_part(t, c, c) ? ++n : 0;
    glp_add_cols(lp, n);
    for (int v = 1; v <= n; v++)
        glp_set_col_bnds(lp, v, GLP_LO, 0, 0);
    for (uint64_t c = 0; c < t->ncells; c++) {
        int parts = 0, row = glp_add_rows(lp, 1);
        for (uint64_t i = 0; i < t->ncells; i++)
            if (variable[i] && is_part(t, i, c)) {
                index[++parts] = variable[i];
                one[parts] = 1;
                if (c == wanted)
                    glp_set_obj_coef(lp, variable[i], 1);
            }
        bound(lp, row, t, rule, c);
        glp_set_mat_row(lp, row, parts, index, one);
    }
    for (int k = 0; k < 2; k++) {
        glp_set_obj_dir(lp, k ? GLP_MAX : GLP_MIN);
        assert_int_equal(glp_simplex(lp, &how), 0);
        range[k] = glp_get_status(lp) == GLP_UNBND ? INFINITY : glp_get_obj_val(lp);
    }
    glp_delete_prob(lp);
}

static bool is_told(const ck_count_table *t, const ck_small_numbers *rule, uint64_t cell) {
    double range[2], low = (double)rule->low, seen = 0;
    for (uint64_t i = 0; rule->show_zero && i < t->ncells; i++)
        seen += is_part(t, i, cell) && t->count[i];
    find_range(t, rule, cell, range);
    return range[0] > fmax(low, seen) + 1e-6 || range[1] < (double)rule->high - 1e-6;
}

static bool any_told(const ck_count_table *t, const ck_small_numbers *rule) {
    for (uint64_t c = 0; c < t->ncells; c++)
        if (t->hidden[c] == CK_HIDDEN_SMALL && is_told(t, rule, c))
            return true;
    return false;
}

static ck_count_table make(uint64_t seed) {
    ck_error error = {0};
    ck_count_table t;
    uint64_t draw = ck_hash_mix(seed), zeros = draw / 16 % 6;
    uint32_t n = 1 + (uint32_t)(draw % 3), size[3];
    for (uint32_t d = 0; d < n; d++)
        size[d] = 2 + (uint32_t)(draw >> (8 + 4 * d)) % (n == 3 ? 2 : 4);
    assert_int_equal(ck_count_table_make(&error, n, size, &t), CK_OK);
    assert_true(t.ncells <= CELLS_MAX);
    for (uint64_t c = 0; c < t.ncells; c++) {
        uint64_t v = ck_hash_mix(seed * 1000 + c);
        t.count[c] = !is_part(&t, c, c) || v % 10 < zeros ? 0 : v / 16 % (v % 3 ? 12 : 60);
    }
    ck_count_totals(&t);
    return t;
}

static void nothing_is_told_and_nothing_needless(void **state) {
    (void)state;
    uint64_t small = 0, sum = 0;
    glp_term_out(GLP_OFF);
    for (uint64_t seed = 1; seed <= 200; seed++) {
        ck_error error = {0};
        uint64_t others, counted = 0;
        ck_count_table t = make(seed);
        ck_small_numbers rule = *ck_small_numbers_find(ck_small_number_presets[seed % 5]);
        rule.secondary = true; /* the first two leave it out */
        assert_int_equal(ck_suppress(&error, &t, &rule, &others), CK_OK);
        assert_false(any_told(&t, &rule));
        for (uint64_t c = 0; c < t.ncells; c++) {
            double range[2];
            small += t.hidden[c] == CK_HIDDEN_SMALL;
            counted += t.hidden[c] == CK_HIDDEN_OTHER;
            if (t.hidden[c] == CK_SHOWN)
                continue;
            find_range(&t, &rule, c, range);
            assert_true(range[1] > range[0] + 0.5);
            if (t.hidden[c] == CK_HIDDEN_OTHER) {
                t.hidden[c] = CK_SHOWN;
                assert_true(any_told(&t, &rule));
                t.hidden[c] = CK_HIDDEN_OTHER;
            }
        }
        assert_int_equal(counted, others);
        sum += others;
        ck_count_table_free(&t);
    }
    assert_true(small > 500 && sum > small / 3 && sum < small);
}

/* Where there is no time to show again what need not be hidden, what an outsider can work out is shown all the same. */
static void nothing_that_is_told_is_hidden(void **state) {
    (void)state;
    uint64_t more = 0;
    glp_term_out(GLP_OFF);
    for (uint64_t seed = 1; seed <= 200; seed++) {
        ck_error error = {0};
        uint64_t others, least;
        ck_count_table t = make(seed);
        ck_small_numbers rule = *ck_small_numbers_find(ck_small_number_presets[seed % 5]);
        rule.secondary = true;
        assert_int_equal(ck_suppress(&error, &t, &rule, &least), CK_OK);
        assert_int_equal(ck_suppress_within(&error, &t, &rule, 0, &others), CK_OK);
        assert_false(any_told(&t, &rule));
        for (uint64_t c = 0; c < t.ncells; c++) {
            double range[2];
            if (t.hidden[c] != CK_HIDDEN_OTHER)
                continue;
            find_range(&t, &rule, c, range);
            assert_true(range[1] > range[0] + 0.5);
        }
        assert_true(others >= least);
        more += others > least;
        ck_count_table_free(&t);
    }
    assert_true(more > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_is_told_and_nothing_needless), cmocka_unit_test(nothing_that_is_told_is_hidden)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
