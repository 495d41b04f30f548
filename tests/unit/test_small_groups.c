/* Small groups and small homes: who reads what is left of made-up releases finds no class of fewer than k, and nothing lost for no reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/hash.h"
#include "release/release_table.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PERSONS = 60, HOMES = 40, TEXT = 2048, ROWS = 80 };

typedef struct made {
    ck_release release;
    uint64_t id[PERSONS], household[PERSONS], seed;
    uint32_t values; /* a column has at most */
} made;

static uint32_t draw(made *m, uint32_t n) {
    m->seed = ck_hash_mix(m->seed + 1);
    return (uint32_t)(m->seed % n);
}

/* Mostly the first values: rare ones make small classes. */
static uint32_t draw_value(made *m, uint32_t n) {
    char text[8];
    uint32_t code, v = draw(m, 4) ? draw(m, 2) % n : draw(m, n);
    ck_error error = {0};
    int bytes = snprintf(text, sizeof text, "v%u", v);
    assert_int_equal(ck_intern_add(&error, &m->release.values, (ck_span){v ? text : "", v ? (size_t)bytes : 0}, &code), CK_OK);
    return code;
}

static void add_table(made *m, uint32_t t, const char *name, bool of_households, const char *const *column, uint32_t ncolumns, uint32_t rows, bool all) {
    ck_error error = {0};
    ck_release_table *table = &m->release.table[t];
    table->name = malloc(strlen(name) + 1);
    strcpy(table->name, name);
    table->of_households = of_households;
    for (uint32_t c = 0; c < ncolumns; c++)
        assert_int_equal(ck_release_add_column(&error, table, column[c]), CK_OK);
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t code[4];
        for (uint32_t c = 0; c < ncolumns; c++)
            code[c] = draw_value(m, m->values);
        assert_int_equal(ck_release_add_row(&error, table, all ? i : draw(m, of_households ? HOMES : PERSONS), code), CK_OK);
    }
}

static void make(made *m, uint64_t seed) {
    static const char *const gp[] = {"age", "sex"}, *const council[] = {"age", "band", "note"}, *const energy[] = {"rating", "year", "visits"}, *const licence[] = {"scheme"};
    ck_error error = {0};
    *m = (made){.seed = seed};
    m->values = 1 + draw(m, 4);
    assert_int_equal(ck_release_begin(&error, &m->release, 4, PERSONS), CK_OK);
    m->release.id = m->id;
    m->release.household = m->household;
    m->release.households = HOMES;
    for (uint32_t p = 0; p < PERSONS; p++) {
        m->id[p] = p + 1;
        m->household[p] = draw(m, 10) ? 1 + draw(m, HOMES) : 0;
    }
    bool all = draw(m, 3) == 0; /* nearly every home is in one register, which says the same of most */
    m->values = all ? 2 : m->values;
    add_table(m, 0, "gp", false, gp, 2, 40 + draw(m, ROWS), false);
    add_table(m, 1, "council", false, council, 3, all ? 0 : draw(m, ROWS), false);
    add_table(m, 2, "energy", true, energy, 3, all ? HOMES - draw(m, 2) : draw(m, ROWS), all);
    add_table(m, 3, "licence", true, licence, 1, all ? 1 : draw(m, 10), false);
}

/* ---- who reads the release ---- */

static uint32_t column_of(const ck_release_table *table, const char *name) {
    uint32_t c = 0;
    while (c < table->ncolumns && strcmp(table->column[c], name) != 0)
        c++;
    return c;
}

static int compare_texts(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, joined; where `once`, each but once. */
static void join(char (*list)[64], uint32_t n, bool once, char *to) {
    const char *sorted[ROWS * 2];
    for (uint32_t i = 0; i < n; i++)
        sorted[i] = list[i];
    qsort(sorted, n, sizeof *sorted, compare_texts);
    for (uint32_t i = 0; i < n; i++)
        if (!once || i == 0 || strcmp(sorted[i], sorted[i - 1]) != 0)
            strcat(strcat(to, sorted[i]), ";");
}

static void describe_person(const made *m, const ck_small_rule *rule, uint32_t person, char *to) {
    char list[ROWS * 2][64];
    *to = 0;
    for (uint32_t k = 0; k < rule->nof; k++) {
        uint32_t n = 0;
        for (uint32_t t = 0; t < 2; t++) {
            const ck_release_table *table = &m->release.table[t];
            uint32_t c = column_of(table, rule->of[k]);
            for (uint64_t row = 0; c < table->ncolumns && row < table->rows; row++) {
                ck_span v = ck_intern_get(&m->release.values, table->code[c][row]);
                if (table->person[row] == person && v.n)
                    snprintf(list[n++], 64, "%.*s", (int)v.n, v.bytes);
            }
        }
        join(list, n, true, to);
        strcat(to, "|");
    }
}

/* What goes out of a home: the rows of each table, in the named columns. `any`: rows of its properties, whatever they say. */
static void describe_home(const made *m, const ck_small_rule *rule, uint32_t home, char *to, bool *any) {
    char list[ROWS * 2][64];
    *to = 0;
    *any = false;
    for (uint32_t t = 0; t < m->release.ntables; t++) {
        const ck_release_table *table = &m->release.table[t];
        uint32_t n = 0, named = 0;
        for (uint64_t row = 0; row < table->rows; row++) {
            bool here = table->of_households ? table->person[row] == home : m->household[table->person[row]] == home + 1, says = table->of_households;
            char *text = list[n];
            *text = 0;
            named = 0;
            for (uint32_t k = 0; k < rule->nof; k++) {
                uint32_t c = column_of(table, rule->of[k]);
                ck_span v = c < table->ncolumns ? ck_intern_get(&m->release.values, table->code[c][row]) : (ck_span){"", 0};
                named += c < table->ncolumns;
                says = says || v.n;
                snprintf(text + strlen(text), 64 - strlen(text), "%.*s,", (int)v.n, v.bytes);
            }
            if (here && says && ck_release_goes(&m->release, table, row)) {
                *any = *any || table->of_households;
                n += named > 0;
            }
        }
        join(list, n, !table->of_households, to);
        strcat(to, "|");
    }
}

static bool says_nothing(const char *text) {
    return strspn(text, "|") == strlen(text);
}

/* Persons of each class, over those with a row that goes out. */
static uint32_t smallest_group(const made *m, const ck_small_rule *rule, uint32_t *classes) {
    static char text[PERSONS][TEXT];
    bool there[PERSONS] = {0};
    uint32_t smallest = PERSONS + 1;
    *classes = 0;
    for (uint32_t t = 0; t < 2; t++)
        for (uint64_t row = 0; row < m->release.table[t].rows; row++)
            there[m->release.table[t].person[row]] |= !m->release.withheld[m->release.table[t].person[row]];
    for (uint32_t p = 0; p < PERSONS; p++)
        describe_person(m, rule, p, text[p]);
    for (uint32_t p = 0; p < PERSONS; p++) {
        uint32_t alike = 0, first = 1;
        for (uint32_t q = 0; q < PERSONS; q++)
            if (there[p] && there[q] && strcmp(text[p], text[q]) == 0) {
                alike++;
                first = first && q >= p;
            }
        *classes += alike && first;
        smallest = alike && alike < smallest ? alike : smallest;
    }
    return smallest;
}

/* Homes of each class, over those whose key goes out: of all that nothing is known of, whether kept back or never there, as well. */
static uint32_t smallest_home(const made *m, const ck_small_rule *rule, uint32_t *silent) {
    static char text[HOMES][TEXT];
    bool key[HOMES] = {0};
    uint32_t smallest = HOMES + 1;
    *silent = 0;
    for (uint32_t t = 0; t < 2; t++)
        for (uint64_t row = 0; row < m->release.table[t].rows; row++) {
            uint32_t p = m->release.table[t].person[row];
            if (!m->release.withheld[p] && m->household[p])
                key[m->household[p] - 1] = true;
        }
    for (uint32_t h = 0; h < HOMES; h++) {
        bool any;
        describe_home(m, rule, h, text[h], &any);
        if (any)
            strcat(text[h], "+"); /* it is in some register */
        *silent += key[h] && says_nothing(text[h]);
    }
    for (uint32_t h = 0; h < HOMES; h++) {
        uint32_t alike = 0;
        for (uint32_t g = 0; g < HOMES; g++)
            alike += key[h] && key[g] && strcmp(text[h], text[g]) == 0;
        smallest = alike && alike < smallest ? alike : smallest;
    }
    return smallest;
}

static uint64_t count_values(const ck_release *release, const char *name) {
    uint64_t n = 0;
    for (uint32_t t = 0; t < release->ntables; t++) {
        uint32_t c = column_of(&release->table[t], name);
        for (uint64_t row = 0; c < release->table[t].ncolumns && row < release->table[t].rows; row++)
            n += release->table[t].code[c][row] != 0;
    }
    return n;
}

static char *person_columns[] = {"age", "sex"}, *home_columns[] = {"rating", "scheme", "band", "year"}, *home_blank[] = {"year", "band"};

static void groups_of_persons(void **state) {
    (void)state;
    uint32_t was_small = 0, withheld = 0;
    for (uint64_t seed = 0; seed < 200; seed++) {
        static made m;
        ck_error error = {0};
        ck_small_counts counts;
        make(&m, seed);
        ck_small_rule rule = {.k = 2 + draw(&m, 6), .nof = 2, .of = person_columns, .nblank = draw(&m, 3), .blank = person_columns};
        uint32_t classes, before = smallest_group(&m, &rule, &classes);
        uint64_t values = count_values(&m.release, "age"), other = count_values(&m.release, "sex");
        assert_int_equal(ck_small_groups(&error, &m.release, &rule, &counts), CK_OK);
        uint32_t after = smallest_group(&m, &rule, &classes);
        assert_true(after >= rule.k);
        assert_int_equal(counts.classes, classes);
        assert_int_equal(counts.smallest, classes ? after : 0);
        if (rule.nblank == 0)
            assert_true(count_values(&m.release, "age") == values && count_values(&m.release, "sex") == other && (counts.withheld > 0) == (before < rule.k));
        if (before >= rule.k)
            assert_true(count_values(&m.release, "age") == values && counts.withheld == 0);
        was_small += before < rule.k;
        withheld += counts.withheld > 0;
        ck_release_free(&m.release);
    }
    assert_true(was_small > 100 && withheld > 50);
}

static void classes_of_homes(void **state) {
    (void)state;
    uint32_t was_small = 0, withheld = 0, blanked = 0, few = 0;
    for (uint64_t seed = 0; seed < 400; seed++) {
        static made m;
        ck_error error = {0};
        ck_small_counts counts;
        make(&m, seed);
        for (uint32_t p = 0; p < PERSONS; p++)
            m.release.withheld[p] = draw(&m, 8) == 0;
        ck_small_rule rule = {.k = 2 + draw(&m, 4), .nof = 1 + draw(&m, 4), .of = home_columns};
        rule.nblank = rule.nof == 4 ? draw(&m, 3) : 0;
        rule.blank = home_blank;
        uint64_t ages = count_values(&m.release, "age"), visits = count_values(&m.release, "visits"), ratings = count_values(&m.release, "rating");
        assert_int_equal(ck_release_choose_households(&error, &m.release), CK_OK);
        uint32_t silent, before = smallest_home(&m, &rule, &silent);
        assert_int_equal(ck_small_homes(&error, &m.release, &rule, &counts), CK_OK);
        uint32_t after = smallest_home(&m, &rule, &silent);
        assert_true(after >= rule.k || counts.classes == 0); /* where all are kept back, nothing is said of any */
        assert_true(count_values(&m.release, "age") == ages && count_values(&m.release, "visits") == visits);
        if (before >= rule.k)
            assert_true(count_values(&m.release, "rating") == ratings && counts.withheld == 0);
        was_small += before < rule.k;
        withheld += counts.withheld > 0;
        blanked += rule.nblank && counts.blanked[0] > 0;
        few += counts.withheld > counts.small;
        ck_release_free(&m.release);
    }
    assert_true(was_small > 200 && withheld > 200 && blanked > 30 && few > 10);
}

static void columns_that_are_not_there(void **state) {
    (void)state;
    static made m;
    ck_small_counts counts;
    char *missing[] = {"age", "height"}, *split[] = {"rating"}, *not_counted[] = {"sex"};
    const struct {
        ck_small_rule rule;
        bool homes;
        const char *words;
    } cases[] = {
        {{.k = 2, .nof = 2, .of = missing}, false, "No table has the column 'height' that small groups"},
        {{.k = 2, .nof = 2, .of = missing}, true, "No table has the column 'height' that small homes"},
        {{.k = 2, .nof = 1, .of = split}, false, "Table 'energy' is of households"},
        {{.k = 2, .nof = 1, .of = split, .nblank = 1, .blank = not_counted}, true, "Column 'sex' cannot be blanked"},
    };
    make(&m, 1);
    ck_error none = {0};
    assert_int_equal(ck_release_choose_households(&none, &m.release), CK_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_error error = {0};
        assert_int_equal(cases[i].homes ? ck_small_homes(&error, &m.release, &cases[i].rule, &counts) : ck_small_groups(&error, &m.release, &cases[i].rule, &counts), CK_USAGE);
        assert_non_null(strstr(error.text, cases[i].words));
    }
    ck_release_free(&m.release);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(groups_of_persons), cmocka_unit_test(classes_of_homes), cmocka_unit_test(columns_that_are_not_there)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
