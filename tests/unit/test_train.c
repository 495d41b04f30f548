/* Training on small people in memory: what is counted for calibration against brute force, which columns speak of the home, and which method is
 * used when. */
#include "base/hash.h"
#include "base/memory.h"
#include "condition/parse.h"
#include "link/train_cells.h"
#include "link/train_home.h"
#include "link/train_rules.h"
#include "link/train_u.h"
#include "reference/people.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

/* MPI keeps memory of its own until the end. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "detect_leaks=0"; }

enum { COLUMNS = 5, RECORDS = 3000 };
static const char *const column_names[COLUMNS] = {"forename", "surname", "dob", "year", "street"};
static const ck_kind column_kinds[COLUMNS] = {CK_KIND_NAME, CK_KIND_NAME, CK_KIND_TEXT, CK_KIND_TEXT, CK_KIND_TEXT};
static ck_schema schema = {.ncolumns = COLUMNS, .name = (char **)(uintptr_t)column_names, .kind = (ck_kind *)(uintptr_t)column_kinds};
static const ck_comm alone = {0, 1, NULL};

static char text[RECORDS][COLUMNS][24];
static const char *value[RECORDS * COLUMNS];
static ck_people people;

static uint32_t draw(uint64_t *state, uint32_t n) {
    *state = ck_hash_mix(*state + 1);
    return (uint32_t)(*state % n);
}

/* Persons with forenames of 12, surnames of 40, days of 600; the year is that of the day; a twentieth of each is missing; every fourth record
 * repeats the one before it with another street. */
static void make_people(void) {
    uint64_t state = 5, sizes[1] = {RECORDS};
    for (uint32_t i = 0; i < RECORDS; i++) {
        uint32_t day = draw(&state, 600);
        snprintf(text[i][0], 24, "FORENAME%c", 'A' + draw(&state, 12));
        snprintf(text[i][1], 24, "SURNAME%c%c", 'A' + draw(&state, 8), 'A' + draw(&state, 5));
        snprintf(text[i][2], 24, "%u-%02u-%02u", 1950 + day / 10, 1 + day % 10, 1 + day % 7);
        snprintf(text[i][4], 24, "%u HIGH STREET", draw(&state, 90));
        for (uint32_t c = 0; c < 4 && i % 4 == 3; c++)
            memcpy(text[i][c], text[i - 1][c], 24);
        snprintf(text[i][3], 24, "%.4s", text[i][2]);
        for (uint32_t c = 0; c < COLUMNS; c++)
            value[i * COLUMNS + c] = text[i][c];
        uint32_t lost = draw(&state, 60);
        if (lost < 3)
            value[i * COLUMNS + lost] = NULL;
        if (lost == 2)
            value[i * COLUMNS + 3] = NULL; /* no date, no year */
    }
    reference_people_build(value, COLUMNS, column_names, column_kinds, 1, sizes, &people);
}

static void parse_part(ck_rule *rule, const char *words) {
    ck_error error = {0};
    ck_part *part = &rule->part[rule->nparts++];
    ck_parse_expr(&error, &schema, words, &part->l);
    if (ck_parse_expr(&error, &schema, words, &part->r) != CK_OK)
        fail_msg("%s", error.text);
}

static ck_rules make_rules(const char *const (*words)[3], uint32_t n) {
    ck_error error = {0};
    ck_rules rules = {n, ck_alloc_zero(&error, n, sizeof *rules.rule)};
    for (uint32_t r = 0; r < n; r++) {
        rules.rule[r].text = ck_copy_string(&error, words[r][0]);
        for (uint32_t p = 0; p < 3 && words[r][p]; p++)
            parse_part(&rules.rule[r], words[r][p]);
    }
    return rules;
}

static void make_comparison(ck_comparison *comparison, uint32_t column) {
    static const char *const words[] = {"missing", "exact", "prefix 8", "else"};
    ck_error error = {0};
    *comparison = (ck_comparison){.name = ck_copy_string(&error, column_names[column]), .nlevels = 4, .level = ck_alloc_zero(&error, 4, sizeof(ck_level))};
    for (uint32_t k = 0; k < 4; k++) {
        ck_level *level = &comparison->level[k];
        *level = (ck_level){.label = ck_copy_string(&error, words[k]), .is_null = k == 0, .m = NAN, .u = NAN, .tf_column = UINT32_MAX};
        if (ck_parse_condition(&error, &schema, words[k], &column, 1, NULL, &level->condition) != CK_OK)
            fail_msg("%s", error.text);
    }
}

/* forename, surname, dob, street */
static ck_comparisons make_comparisons(void) {
    static const uint32_t column[4] = {0, 1, 2, 4};
    ck_error error = {0};
    ck_comparisons comparisons = {4, ck_alloc_zero(&error, 4, sizeof *comparisons.comparison)};
    for (uint32_t c = 0; c < 4; c++)
        make_comparison(&comparisons.comparison[c], column[c]);
    return comparisons;
}

static ck_engine_options engine_options(uint32_t threads) {
    return (ck_engine_options){.kernels = ck_kernels_choose(NULL), .link_type = CK_DEDUPE, .threads = threads};
}

static const double possible = RECORDS * (RECORDS - 1.0) / 2;

static ck_train_options how = {.seed = 1};

static ck_rule_facts *count_facts(const ck_rules *rules, const ck_comparisons *comparisons, uint32_t threads) {
    ck_error error = {0};
    ck_rule_facts *facts = ck_alloc(&error, rules->n, sizeof *facts);
    ck_engine_options options = engine_options(threads);
    ck_engine *engine = NULL;
    if (ck_engine_create(&alone, &error, &people, rules, comparisons, &options, &engine) != CK_OK ||
        ck_train_rule_facts(&alone, &error, &people, rules, comparisons, &how, &options, engine, facts) != CK_OK)
        fail_msg("%s", error.text);
    ck_engine_free(engine);
    return facts;
}

/* Two records: do they agree on column c, to `n` bytes? */
static bool agree(uint32_t i, uint32_t j, uint32_t c, size_t n) {
    const char *x = value[i * COLUMNS + c], *y = value[j * COLUMNS + c];
    return x && y && strncmp(x, y, n) == 0;
}

/* Share of pairs that agree on a column, and the levels of the comparison on `column` among them. */
static double brute_force(uint32_t key, size_t n, uint32_t column, double share[3]) {
    double pairs = 0, level[3] = {0}, total = 0;
    for (uint32_t i = 0; i < RECORDS; i++)
        for (uint32_t j = i + 1; j < RECORDS; j++) {
            if (!agree(i, j, key, n))
                continue;
            pairs++;
            if (value[i * COLUMNS + column] && value[j * COLUMNS + column])
                level[agree(i, j, column, 24) ? 0 : agree(i, j, column, 8) ? 1 : 2]++;
        }
    for (uint32_t k = 0; k < 3; k++)
        total += level[k];
    for (uint32_t k = 0; k < 3; k++)
        share[k] = level[k] / total;
    return pairs / possible;
}

static const char *const rule_words[][3] = {{"dob", NULL}, {"forename", "surname", "year"}, {"surname.prefix(8)", "forename", NULL}};

static void chance_agreement_is_exact(void **state) {
    (void)state;
    ck_rules rules = make_rules(rule_words, 3);
    ck_comparisons comparisons = make_comparisons();
    ck_rule_facts *facts = count_facts(&rules, &comparisons, 2);
    static const struct { uint32_t rule, part, column; size_t n; } expected[] = {{0, 0, 2, 24}, {1, 0, 0, 24}, {1, 1, 1, 24}, {1, 2, 3, 24}, {2, 0, 1, 8}, {2, 1, 0, 24}};
    for (size_t k = 0; k < sizeof expected / sizeof *expected; k++) {
        double levels[3], share = brute_force(expected[k].column, expected[k].n, 0, levels);
        assert_true(fabs(facts[expected[k].rule].part_share[expected[k].part] - share) < 1e-12);
    }
    assert_int_equal(facts[1].nparts, 3);
    assert_int_equal(facts[0].affected, 4);         /* dob */
    assert_int_equal(facts[1].affected, 1 | 2 | 4); /* and dob for the year that it determines */
    assert_int_equal(facts[2].affected, 1 | 2);
    ck_free(facts);
    ck_comparisons_free(&comparisons);
    ck_rules_free(&rules);
}

/* A null level that besides names values that differ takes nothing from the exact level; one that names values takes something. */
static void exact_u_survives_nulls_of_unequal_values(void **state) {
    (void)state;
    static const struct { const char *null; bool closed; } cases[] = {
        {"missing surname", true}, {"missing surname or (reversed forename surname and not exact surname)", true},
        {"missing surname or reversed forename surname", false}, {"missing surname or (exact forename and not exact dob)", false}};
    double plain = NAN;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        ck_error error = {0};
        ck_comparisons comparisons = make_comparisons();
        ck_condition *null = &comparisons.comparison[1].level[0].condition;
        ck_condition_free(null);
        ck_engine_options options = engine_options(1);
        ck_level_values exact;
        if (ck_parse_condition(&error, &schema, cases[k].null, NULL, 0, NULL, null) != CK_OK ||
            ck_train_exact_u(&alone, &error, &people, &comparisons, &options, &exact) != CK_OK)
            fail_msg("%s", error.text);
        plain = k ? plain : exact.v[1][1];
        assert_true(cases[k].closed ? exact.v[1][1] == plain : isnan(exact.v[1][1]));
        ck_comparisons_free(&comparisons);
    }
}

static void near_share(double a, double b, double tolerance) {
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.8g is not within %g of %.8g", a, tolerance, b);
}

static void levels_inside_keys_are_counted(void **state) {
    (void)state;
    ck_rules rules = make_rules(rule_words, 3);
    ck_comparisons comparisons = make_comparisons();
    ck_rule_facts *facts = count_facts(&rules, &comparisons, 2);
    double levels[3], share = brute_force(2, 24, 2, levels); /* few pairs: all are counted */
    near_share(facts[0].affected_share[2], share, 1e-12);
    for (uint32_t k = 0; k < 3; k++)
        near_share(facts[0].levels.v[2][k + 1], levels[k], 1e-12);
    share = brute_force(1, 8, 1, levels); /* 500,000 pairs: sampled */
    near_share(facts[2].affected_share[1], share, 1e-12);
    for (uint32_t k = 0; k < 3; k++)
        near_share(facts[2].levels.v[1][k + 1], levels[k], .02);
    assert_true(levels[0] > .1 && levels[1] > .1);
    share = brute_force(3, 24, 2, levels); /* dob among pairs of one year: sampled */
    for (uint32_t k = 0; k < 3; k++)
        near_share(facts[1].levels.v[2][k + 1], levels[k], .02);
    ck_free(facts);
    ck_comparisons_free(&comparisons);
    ck_rules_free(&rules);
}

static void facts_do_not_depend_on_threads(void **state) {
    (void)state;
    ck_rules rules = make_rules(rule_words, 3);
    ck_comparisons comparisons = make_comparisons();
    ck_rule_facts *one = count_facts(&rules, &comparisons, 1), *four = count_facts(&rules, &comparisons, 4);
    assert_memory_equal(one, four, 3 * sizeof *one);
    ck_free(four);
    ck_free(one);
    ck_comparisons_free(&comparisons);
    ck_rules_free(&rules);
}

static void filters_leave_the_count_open(void **state) {
    (void)state;
    ck_error error = {0};
    ck_rules rules = make_rules(&rule_words[1], 1);
    ck_comparisons comparisons = make_comparisons();
    rules.rule[0].has_where = true;
    ck_parse_condition(&error, &schema, "levenshtein dob 2", NULL, 0, NULL, &rules.rule[0].where);
    ck_rule_facts *facts = count_facts(&rules, &comparisons, 1);
    assert_int_equal(facts[0].nparts, 0);
    ck_free(facts);
    ck_comparisons_free(&comparisons);
    ck_rules_free(&rules);
}

/* The last column as a tuple of the names: a key of it says what keys of its columns say. */
static void keys_of_tuples_speak_of_their_columns(void **state) {
    (void)state;
    static const char *const words[][3] = {{"street"}, {"forename"}};
    const ck_tuple names = {2, {0, 1}};
    ck_rules rules = make_rules(words, 2);
    ck_comparisons comparisons = make_comparisons();
    how.ntuples = 1;
    how.tuple = &names;
    ck_rule_facts *facts = count_facts(&rules, &comparisons, 1);
    how.ntuples = 0;
    assert_int_equal(facts[0].affected, 1 | 2 | 8); /* both names, and itself */
    assert_int_equal(facts[1].affected, 1 | 8);     /* a comparison of the tuple speaks of the forename too */
    ck_free(facts);
    ck_comparisons_free(&comparisons);
    ck_rules_free(&rules);
}

static void full_names_share_their_parts(void **state) {
    (void)state;
    ck_column full = {.name = (char *)(uintptr_t)"full_name", .kind = CK_KIND_NAME}, forename = {.name = (char *)(uintptr_t)"forename", .kind = CK_KIND_NAME},
              surname = {.name = (char *)(uintptr_t)"surname", .kind = CK_KIND_NAME}, town = {.name = (char *)(uintptr_t)"town", .kind = CK_KIND_TEXT};
    assert_true(ck_train_share_name(&full, &surname) && ck_train_share_name(&forename, &full));
    assert_false(ck_train_share_name(&forename, &surname) || ck_train_share_name(&full, &town));
}

static bool determines(uint32_t y, uint32_t x) {
    ck_error error = {0};
    bool result;
    assert_int_equal(ck_train_determines(&alone, &error, &people, y, x, &result), CK_OK);
    return result;
}

static void functions_of_columns_are_found(void **state) {
    (void)state;
    assert_true(determines(2, 3));
    assert_true(determines(1, 1));
    assert_false(determines(3, 2)); /* a year has many days */
    assert_false(determines(2, 0));
    assert_false(determines(4, 1));
}

/* ---- cells ---- */

static ck_train_cells count_cells(const ck_rules *rules, const ck_comparisons *comparisons, uint32_t threads, uint64_t pairs) {
    ck_error error = {0};
    ck_engine *engine = NULL;
    ck_engine_options options = engine_options(threads);
    ck_train_cells counted;
    if (ck_engine_create(&alone, &error, &people, rules, comparisons, &options, &engine) != CK_OK ||
        ck_train_count_cells(&alone, &error, &people, rules, engine, pairs, 1, &counted) != CK_OK)
        fail_msg("%s", error.text);
    ck_engine_free(engine);
    return counted;
}

/* Pairs that rule r is the first to make, and those of them at the first level of comparison c. */
static void sum_cells(const ck_cells *cells, const ck_comparisons *comparisons, uint32_t r, uint32_t c, double sum[2]) {
    ck_error error = {0};
    uint64_t stride[CK_COMPARISONS_MAX + 1];
    assert_int_equal(ck_pattern_strides(&error, comparisons, stride), CK_OK);
    sum[0] = sum[1] = 0;
    for (size_t i = 0; i < cells->n; i++)
        if (ck_first_rule(cells->mask[i]) == r) {
            sum[0] += (double)cells->count[i];
            sum[1] += ck_level_of_gamma(&comparisons->comparison[c], ck_pattern_gamma(stride, c, cells->pattern[i])) == 1 ? (double)cells->count[i] : 0;
        }
}

/* dob makes 8,000 pairs, the second rule 2,000, the third 40,000 */
static void large_rules_are_counted_on_a_sample(void **state) {
    (void)state;
    ck_rules rules = make_rules(rule_words, 3);
    ck_comparisons comparisons = make_comparisons();
    ck_train_cells all = count_cells(&rules, &comparisons, 1, 0), same = count_cells(&rules, &comparisons, 1, ck_cells_total(&all.cells) * 2);
    ck_train_cells some = count_cells(&rules, &comparisons, 1, ck_cells_total(&all.cells) / 2), threads = count_cells(&rules, &comparisons, 4, ck_cells_total(&all.cells) / 2);
    assert_false(all.sampled || same.sampled);
    assert_int_equal(all.cells.n, same.cells.n);
    assert_true(some.sampled && some.scale[1] == 1 && some.scale[2] > 4);
    for (uint32_t r = 0; r < 3; r++)
        for (uint32_t c = 0; c < 4; c++) {
            double exact[2], sampled[2];
            sum_cells(&all.cells, &comparisons, r, c, exact);
            sum_cells(&some.cells, &comparisons, r, c, sampled);
            for (int k = 0; k < 2; k++) /* four standard errors, and what rounding adds */
                near_share(sampled[k], exact[k], some.scale[r] == 1 ? 0 : 4 * sqrt(some.scale[r] * exact[k]) + 20);
        }
    assert_int_equal(some.cells.n, threads.cells.n);
    assert_memory_equal(some.cells.count, threads.cells.count, some.cells.n * sizeof *some.cells.count);
    ck_train_cells_free(&threads);
    ck_train_cells_free(&some);
    ck_train_cells_free(&same);
    ck_train_cells_free(&all);
    ck_comparisons_free(&comparisons);
    ck_rules_free(&rules);
}

/* ---- homes ---- */

typedef struct exact_comparisons {
    ck_level level[4];
    ck_comparison comparison[4];
} exact_comparisons;

/* Each of four columns, by whether it is equal; in `room`. */
static ck_comparisons compare_exactly(const ck_column column[4], exact_comparisons *room) {
    for (uint32_t c = 0; c < 4; c++) {
        room->level[c] = (ck_level){.condition = {.op = CK_OP_EQUAL, .a = {.column = c}, .b = {.column = c}}};
        room->comparison[c] = (ck_comparison){column[c].name, 1, &room->level[c]};
    }
    return (ck_comparisons){4, room->comparison};
}

static uint32_t find_home(const char *const *name, const ck_kind *kind, char **chosen, uint32_t nchosen, ck_status status) {
    ck_error error = {0};
    ck_column column[4] = {{0}};
    for (uint32_t c = 0; c < 4; c++)
        column[c] = (ck_column){.name = (char *)(uintptr_t)name[c], .kind = kind[c]};
    const ck_people named = {.ncolumns = 4, .column = column};
    exact_comparisons exact;
    const ck_comparisons comparisons = compare_exactly(column, &exact);
    const ck_train_options options = {.household = chosen, .nhousehold = nchosen};
    uint32_t home = 99;
    assert_int_equal(ck_train_home(&alone, &error, &named, &comparisons, &options, &home), status);
    return home;
}

static void homes_are_told_by_kind_and_header(void **state) {
    (void)state;
    static const ck_kind texts[4] = {CK_KIND_TEXT, CK_KIND_TEXT, CK_KIND_TEXT, CK_KIND_TEXT};
    static const ck_kind kinds[4] = {CK_KIND_NAME, CK_KIND_POSTCODE, CK_KIND_DATE, CK_KIND_UPRN};
    static const char *const plain[4] = {"given_name", "Surname", "dob", "address_1"}, *const odd[4] = {"x", "y", "z", "w"};
    static const char *const names[4] = {"lname_1", "lname_2", "fname", "birth_year"}, *const other[4] = {"forename", "sex", "nhs", "city"};
    static const char *const all[4] = {"surname", "postcode", "city", "phone"};
    assert_int_equal(find_home(plain, texts, NULL, 0, CK_OK), 2 | 8);
    assert_int_equal(find_home(odd, kinds, NULL, 0, CK_OK), 2 | 8);
    assert_int_equal(find_home(names, texts, NULL, 0, CK_OK), 0);  /* two surnames are no home */
    assert_int_equal(find_home(other, texts, NULL, 0, CK_OK), 0);  /* one is not enough */
    assert_int_equal(find_home(all, texts, NULL, 0, CK_OK), 0);    /* nothing would tell persons apart */
    char *none[] = {(char *)"none"}, *automatic[] = {(char *)"auto"}, *given[] = {(char *)"lname_1", (char *)"lname_2"}, *wrong[] = {(char *)"x", (char *)"q"};
    assert_int_equal(find_home(plain, texts, none, 1, CK_OK), 0);
    assert_int_equal(find_home(plain, texts, automatic, 1, CK_OK), 2 | 8);
    assert_int_equal(find_home(names, texts, given, 2, CK_OK), 1 | 2);
    find_home(odd, kinds, wrong, 2, CK_USAGE);
}

/* Twelve records in six ZIP codes, two each, of three areas; `odd` is the area of the last. */
static uint32_t find_home_with_area(uint32_t odd, bool *follows) {
    ck_error error = {0};
    uint32_t zip[12], area[12], flag[12];
    for (uint32_t i = 0; i < 12; i++) {
        zip[i] = i / 2 + 1;
        area[i] = i / 4 + 1;
        flag[i] = i % 2 + 1;
    }
    area[11] = odd;
    ck_column column[4] = {{.name = (char *)(uintptr_t) "surname", .kind = CK_KIND_NAME, .code = flag, .dict = {.count = 2}},
                           {.name = (char *)(uintptr_t) "zip", .kind = CK_KIND_POSTCODE, .code = zip, .dict = {.count = 6}},
                           {.name = (char *)(uintptr_t) "area_kind", .kind = CK_KIND_TEXT, .code = area, .dict = {.count = 3}},
                           {.name = (char *)(uintptr_t) "flag", .kind = CK_KIND_TEXT, .code = flag, .dict = {.count = 2}}};
    const ck_people homes = {.records = 12, .end = 12, .ncolumns = 4, .column = column};
    exact_comparisons exact;
    const ck_comparisons comparisons = compare_exactly(column, &exact);
    const ck_train_options options = {0};
    uint32_t home = 99;
    assert_int_equal(ck_train_follows_home(&alone, &error, &homes, 4, 2, follows), CK_OK);
    assert_int_equal(ck_train_home(&alone, &error, &homes, &comparisons, &options, &home), CK_OK);
    return home;
}

static void what_follows_from_a_postcode_is_of_the_home(void **state) {
    (void)state;
    bool follows;
    assert_int_equal(find_home_with_area(3, &follows), 1 | 2 | 4);
    assert_true(follows);
    assert_int_equal(find_home_with_area(1, &follows), 1 | 2); /* two areas in one ZIP code */
    assert_false(follows);
}

/* ---- methods ---- */

static ck_model train(ck_train_method method, bool given) {
    ck_error error = {0};
    ck_rules rules = make_rules(rule_words, 3);
    ck_model model = {.comparisons = make_comparisons()};
    for (uint32_t c = 0; given && c < 4; c++)
        for (uint32_t i = 1; i < 4; i++) {
            ck_level *level = &model.comparisons.comparison[c].level[i];
            level->m = level->u = 1.0 / 3;
            level->fix_m = level->fix_u = true;
        }
    ck_engine *engine = NULL;
    ck_engine_options options = engine_options(2);
    const ck_train_options choice = {.method = method, .prior = given ? .001 : 0, .seed = 1};
    if (ck_engine_create(&alone, &error, &people, &rules, &model.comparisons, &options, &engine) != CK_OK ||
        ck_train(&alone, &error, &people, &rules, &choice, &options, engine, &model) != CK_OK)
        fail_msg("%s", error.text);
    ck_engine_free(engine);
    ck_rules_free(&rules);
    return model;
}

static void calibration_is_the_default(void **state) {
    (void)state;
    ck_model model = train((ck_train_method)0, false);
    assert_int_equal(model.nrules, 3);
    assert_string_equal(model.rule[0].rule, "dob");
    assert_true(fabs(model.expected.matches - RECORDS / 4.) < .15 * RECORDS / 4); /* the repeated records */
    assert_true(model.rule[0].match_share > model.rule[2].match_share);
    ck_model_free(&model);
}

static void sessions_stay_as_a_method(void **state) {
    (void)state;
    ck_model model = train(CK_TRAIN_EM, false);
    assert_int_equal(model.nrules, 0);
    assert_int_equal(model.nsessions, 3);
    ck_model_free(&model);
}

static void given_numbers_are_not_calibrated(void **state) {
    (void)state;
    ck_model model = train(CK_TRAIN_CALIBRATED, true);
    assert_int_equal(model.nrules, 0);
    assert_true(model.prior == .001);
    ck_model_free(&model);
}

int main(void) {
    make_people();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chance_agreement_is_exact),    cmocka_unit_test(exact_u_survives_nulls_of_unequal_values),
        cmocka_unit_test(levels_inside_keys_are_counted),
        cmocka_unit_test(facts_do_not_depend_on_threads), cmocka_unit_test(filters_leave_the_count_open),
        cmocka_unit_test(keys_of_tuples_speak_of_their_columns), cmocka_unit_test(full_names_share_their_parts),
        cmocka_unit_test(functions_of_columns_are_found), cmocka_unit_test(homes_are_told_by_kind_and_header),
        cmocka_unit_test(what_follows_from_a_postcode_is_of_the_home),
        cmocka_unit_test(calibration_is_the_default),     cmocka_unit_test(sessions_stay_as_a_method),
        cmocka_unit_test(given_numbers_are_not_calibrated), cmocka_unit_test(large_rules_are_counted_on_a_sample),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    ck_people_free(&people);
    return failed;
}
