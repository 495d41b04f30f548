/* Hidden counts: an outsider who tries every table that fits what is shown learns no more of a small count than the rule tells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/hash.h"
#include "release/suppress.h"
#include <string.h>

/* ---- the slow and obvious outsider ---- */

enum { INNER_MAX = 12, CELLS_MAX = 64, OPEN_MAX = 6 };

typedef struct attack {
    const ck_count_table *table;
    const ck_small_numbers *rule;
    uint64_t inner[INNER_MAX], most; /* cells that are no totals; no count is tried above `most` */
    uint32_t ninner;
    ck_count_table tried;
    uint64_t least[CELLS_MAX], greatest[CELLS_MAX];
    uint64_t found;
} attack;

static bool fits(const attack *a) {
    for (uint64_t c = 0; c < a->table->ncells; c++) {
        uint64_t shown = ck_count_shown(a->rule, a->table->count[c]), tried = a->tried.count[c];
        if (a->table->hidden[c] == CK_SHOWN && (ck_count_shown(a->rule, tried) != shown || (tried == 0) != (a->table->count[c] == 0)))
            return false;
        if (a->table->hidden[c] != CK_SHOWN && tried == 0 && a->rule->show_zero)
            return false;
    }
    return true;
}

static void try_all(attack *a, uint32_t i) {
    if (i == a->ninner) {
        ck_count_totals(&a->tried);
        if (!fits(a))
            return;
        for (uint64_t c = 0; c < a->table->ncells; c++) {
            uint64_t n = a->tried.count[c];
            a->least[c] = !a->found || n < a->least[c] ? n : a->least[c];
            a->greatest[c] = !a->found || n > a->greatest[c] ? n : a->greatest[c];
        }
        a->found++;
        return;
    }
    uint64_t cell = a->inner[i];
    bool known = a->table->hidden[cell] == CK_SHOWN && a->rule->round_to <= 1;
    for (uint64_t n = known ? a->table->count[cell] : 0; n <= (known ? a->table->count[cell] : a->most); n++) {
        a->tried.count[cell] = n;
        try_all(a, i + 1);
    }
}

static bool is_inner(const ck_count_table *table, uint64_t cell) {
    for (uint32_t d = 0; d < table->ndimensions; d++)
        if (cell / ck_count_stride(table, d) % (table->size[d] + 1) == table->size[d])
            return false;
    return true;
}

static void run_attack(attack *a, const ck_count_table *table, const ck_small_numbers *rule, uint64_t most) {
    ck_error error = {0};
    *a = (attack){.table = table, .rule = rule, .most = most};
    assert_int_equal(ck_count_table_make(&error, table->ndimensions, table->size, &a->tried), CK_OK);
    for (uint64_t c = 0; c < table->ncells; c++)
        if (is_inner(table, c))
            a->inner[a->ninner++] = c;
    try_all(a, 0);
    ck_count_table_free(&a->tried);
    assert_true(a->found > 0);
}

/* ---- tables ---- */

static ck_count_table random_table(uint32_t ndimensions, const uint32_t *size, uint64_t seed, uint64_t most) {
    ck_error error = {0};
    ck_count_table table;
    assert_int_equal(ck_count_table_make(&error, ndimensions, size, &table), CK_OK);
    for (uint64_t c = 0; c < table.ncells; c++)
        if (is_inner(&table, c))
            table.count[c] = ck_hash_mix(seed * 1000 + c) % (most + 1);
    ck_count_totals(&table);
    return table;
}

/* The attack finds what the linear programmes find, and never less than the rule's range for a small count; every other hidden count was needed by something. */
static bool check_table(ck_count_table *table, const ck_small_numbers *rule, uint64_t most) {
    static attack a;
    ck_error error = {0};
    uint64_t others;
    uint32_t open = 0;
    ck_count_table nonzero;
    assert_int_equal(ck_suppress(&error, table, rule, &others), CK_OK);
    for (uint64_t c = 0; c < table->ncells; c++)
        open += is_inner(table, c) && table->hidden[c] != CK_SHOWN;
    if (open > OPEN_MAX)
        return false;
    assert_int_equal(ck_count_table_make(&error, table->ndimensions, table->size, &nonzero), CK_OK);
    for (uint64_t c = 0; c < table->ncells; c++)
        nonzero.count[c] = table->count[c] > 0;
    ck_count_totals(&nonzero);
    run_attack(&a, table, rule, most);
    for (uint64_t c = 0; c < table->ncells; c++) {
        if (table->hidden[c] == CK_SHOWN)
            continue;
        uint64_t least, greatest;
        assert_int_equal(ck_suppress_range(&error, table, rule, c, &least, &greatest), CK_OK);
        assert_true(least <= a.least[c]);
        assert_true(greatest >= a.greatest[c] || greatest == UINT64_MAX);
        if (table->hidden[c] == CK_HIDDEN_SMALL && rule->secondary) {
            uint64_t seen = rule->show_zero ? nonzero.count[c] : 0;
            assert_true(a.least[c] <= (seen > rule->low ? seen : rule->low));
            assert_true(a.greatest[c] >= rule->high);
        }
    }
    ck_count_table_free(&nonzero);
    return true;
}

static void outsiders_learn_nothing(void **state) {
    (void)state;
    static const uint32_t sizes[][3] = {{3, 3, 0}, {2, 4, 0}, {4, 2, 0}, {2, 2, 2}, {6, 0, 0}};
    static const ck_small_numbers rule = {1, 3, true, 1, true, "*"}, zeros = {0, 2, false, 1, true, "*"};
    uint32_t tables = 0;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (uint64_t seed = 1; seed <= 20; seed++) {
            uint32_t n = 0;
            while (n < 3 && sizes[s][n])
                n++;
            ck_count_table table = random_table(n, sizes[s], seed + 100 * s, 7);
            tables += check_table(&table, seed % 3 ? &rule : &zeros, 9);
            ck_count_table_free(&table);
        }
    assert_true(tables > 30);
}

/* Without secondary suppression the same attack tells small counts: it is one that can succeed. */
static void attack_succeeds_without(void **state) {
    (void)state;
    static attack a;
    static const uint32_t size[] = {3, 3};
    static const ck_small_numbers rule = {1, 3, true, 1, false, "*"};
    uint64_t told = 0, others;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        ck_error error = {0};
        ck_count_table table = random_table(2, size, seed, 9);
        assert_int_equal(ck_suppress(&error, &table, &rule, &others), CK_OK);
        run_attack(&a, &table, &rule, 9);
        for (uint64_t c = 0; c < table.ncells; c++)
            told += table.hidden[c] == CK_HIDDEN_SMALL && a.least[c] == a.greatest[c];
        ck_count_table_free(&table);
    }
    assert_true(told > 5);
}

/* The presets, on the numbers of their rules. */
static void presets_are_their_rules(void **state) {
    (void)state;
    static const struct {
        const char *preset;
        uint64_t count;
        int64_t shown; /* -1: hidden */
    } cases[] = {
        {"nhs-hes", 0, 0},   {"nhs-hes", 1, -1},   {"nhs-hes", 7, -1},   {"nhs-hes", 8, 10},       {"nhs-hes", 12, 10},      {"nhs-hes", 13, 15},
        {"ons-10-5", 0, -1}, {"ons-10-5", 9, -1},  {"ons-10-5", 10, 10}, {"ons-10-5", 12, 10},     {"srs-10", 0, 0},         {"srs-10", 9, -1},
        {"srs-10", 10, 10},  {"under-5", 4, -1},   {"under-5", 5, 5},    {"five-or-fewer", 5, -1}, {"five-or-fewer", 6, 6}, {"five-or-fewer", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_error error = {0};
        ck_count_table table;
        uint64_t others;
        const ck_small_numbers *rule = ck_small_numbers_find(cases[i].preset);
        assert_non_null(rule);
        assert_int_equal(ck_count_table_make(&error, 1, (const uint32_t[]){1}, &table), CK_OK);
        table.count[0] = cases[i].count;
        ck_count_totals(&table);
        ck_suppress(&error, &table, rule, &others);
        assert_int_equal(table.hidden[0] == CK_SHOWN ? (int64_t)ck_count_shown(rule, table.count[0]) : -1, cases[i].shown);
        ck_count_table_free(&table);
    }
    assert_null(ck_small_numbers_find("none"));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(outsiders_learn_nothing), cmocka_unit_test(attack_succeeds_without), cmocka_unit_test(presets_are_their_rules)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
