/* Levels, patterns, cells, defaults and model.json. */
#include "base/memory.h"
#include "model/model.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static char *copy(const char *text) {
    ck_error error = {0};
    return ck_copy_string(&error, text);
}

/* name: missing, equal (tf on column 0), similar, else. sex: equal, else (no null level). */
static ck_model make_model(void) {
    ck_error error = {0};
    ck_model model = {.comparisons = {2, ck_alloc_zero(&error, 2, sizeof(ck_comparison))}, .prior = 1.0 / 3, .converged = true};
    model.prior_source = copy("made up");
    static const char *const label[2][4] = {{"missing", "exact", "jaro_winkler 0.9", "else"}, {"exact", "else"}};
    static const double m[2][4] = {{NAN, .7, .2, .1}, {.99, .01}}, u[2][4] = {{NAN, 1.0 / 3e5, 1e-3, .998}, {.5, .5}};
    for (uint32_t c = 0; c < 2; c++) {
        ck_comparison *comparison = &model.comparisons.comparison[c];
        *comparison = (ck_comparison){copy(c ? "sex" : "name"), c ? 2 : 4, ck_alloc_zero(&error, 4, sizeof(ck_level))};
        for (uint32_t i = 0; i < comparison->nlevels; i++)
            comparison->level[i] = (ck_level){.label = copy(label[c][i]), .condition = {.op = CK_OP_ALWAYS}, .is_null = isnan(m[c][i]),
                                              .m = m[c][i], .u = u[c][i], .tf_column = UINT32_MAX, .tf_weight = 1};
    }
    ck_comparison *name = &model.comparisons.comparison[0], *sex = &model.comparisons.comparison[1];
    name->level[0].condition = (ck_condition){.op = CK_OP_MISSING, .a = {.column = 0}, .b = {.column = 0}};
    name->level[1].condition = (ck_condition){.op = CK_OP_EQUAL, .a = {.column = 0}, .b = {.column = 2}};
    name->level[1].tf_column = 0;
    sex->level[0].condition = (ck_condition){.op = CK_OP_EQUAL, .a = {.column = 1}, .b = {.column = 1}};
    return model;
}

static char *column_names[] = {(char *)"name", (char *)"sex", (char *)"other"};
static const ck_schema schema = {.ncolumns = 3, .name = column_names};

__attribute__((noinline)) static char *print(const ck_model *model) {
    ck_error error = {0};
    char *text = NULL;
    assert_int_equal(ck_model_print(&error, model, &schema, &text), CK_OK);
    return text;
}

static void gammas_rise_from_else(void **state) {
    (void)state;
    ck_model model = make_model();
    const ck_comparison *name = &model.comparisons.comparison[0], *sex = &model.comparisons.comparison[1];
    static const int expected[] = {-1, 2, 1, 0};
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(ck_level_gamma(name, i), expected[i]);
        assert_int_equal(ck_level_of_gamma(name, expected[i]), i);
    }
    assert_int_equal(ck_level_gamma(sex, 0), 1);
    assert_int_equal(ck_comparison_radix(name), 4);
    assert_int_equal(ck_comparison_radix(sex), 3);
    ck_model_free(&model);
}

static void patterns_unpack(void **state) {
    (void)state;
    ck_error error = {0};
    ck_model model = make_model();
    uint64_t stride[CK_COMPARISONS_MAX + 1];
    assert_int_equal(ck_pattern_strides(&error, &model.comparisons, stride), CK_OK);
    assert_int_equal(stride[2], 12);
    for (int a = -1; a <= 2; a++)
        for (int b = -1; b <= 1; b++) {
            uint64_t pattern = (uint64_t)(a + 1) * stride[0] + (uint64_t)(b + 1) * stride[1];
            assert_int_equal(ck_pattern_gamma(stride, 0, pattern), a);
            assert_int_equal(ck_pattern_gamma(stride, 1, pattern), b);
        }
    ck_model_free(&model);
}

static void too_many_patterns_are_refused(void **state) {
    (void)state;
    ck_error error = {0};
    ck_level level[15] = {{0}};
    ck_comparison comparison[16]; /* radix 16 each: 2^64 patterns */
    for (int c = 0; c < 16; c++)
        comparison[c] = (ck_comparison){(char *)"wide", 15, level};
    uint64_t stride[CK_COMPARISONS_MAX + 1];
    assert_int_equal(ck_pattern_strides(&error, &(ck_comparisons){15, comparison}, stride), CK_OK);
    assert_int_equal(ck_pattern_strides(&error, &(ck_comparisons){16, comparison}, stride), CK_USAGE);
    assert_non_null(strstr(error.text, "'wide'"));
}

static void columns_are_found_in_conditions(void **state) {
    (void)state;
    ck_model model = make_model();
    const ck_comparison *name = &model.comparisons.comparison[0];
    assert_true(ck_comparison_reads(name, 0));
    assert_true(ck_comparison_reads(name, 2));
    assert_false(ck_comparison_reads(name, 1));
    ck_level levels[] = {{.is_null = true, .condition = {.op = CK_OP_EQUAL, .a = {.column = 3}, .b = {.column = 5}}},
                         {.condition = {.op = CK_OP_EQUAL, .a = {.column = 5}, .b = {.column = 5}}}};
    const ck_comparison surname = {(char *)"surname", 2, levels};
    assert_true(ck_comparison_reads(&surname, 5));
    assert_false(ck_comparison_reads(&surname, 3)); /* where it says nothing, it says nothing of the forename */
    ck_condition equal = {.op = CK_OP_EQUAL, .a = {.column = 7}, .b = {.column = 7}};
    ck_condition both = {.op = CK_OP_NOT, .nchildren = 1, .child = &equal};
    assert_true(ck_level_condition_reads(&both, 7));
    assert_false(ck_level_condition_reads(&both, 0));
    ck_model_free(&model);
}

static void cells_are_sorted_and_merged(void **state) {
    (void)state;
    ck_error error = {0};
    uint64_t pattern[] = {5, 1, 5, 1, 9, 5}, mask[] = {1, 2, 1, 1, 1, 0}, count[] = {3, 1, 4, 2, 0, 6};
    ck_cells cells = {6, pattern, mask, count};
    assert_int_equal(ck_cells_normalise(&error, &cells), CK_OK);
    static const uint64_t expected[4][3] = {{1, 1, 2}, {1, 2, 1}, {5, 0, 6}, {5, 1, 7}};
    assert_int_equal(cells.n, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pattern[i], expected[i][0]);
        assert_int_equal(mask[i], expected[i][1]);
        assert_int_equal(count[i], expected[i][2]);
    }
    assert_int_equal(ck_cells_total(&cells), 16);
}

static void close_to(double a, double b) {
    if (!(fabs(a - b) <= 1e-12 * fabs(b)))
        fail_msg("%.17g is not %.17g", a, b);
}

static void defaults_are_splinks(void **state) {
    (void)state;
    ck_level level[6] = {{.is_null = true}};
    ck_comparison two = {(char *)"two", 3, level}, five = {(char *)"five", 6, level}, one = {(char *)"one", 2, level};
    close_to(ck_default_m(&two, 1), .95);
    close_to(ck_default_m(&two, 0), .05);
    close_to(ck_default_u(&two, 1), .95 / 1024);
    close_to(ck_default_u(&two, 0), .05 * 32);
    static const double weight[] = {-5, -5 + 8.0 / 3, -5 + 16.0 / 3, 3, 10};
    for (int g = 0; g < 5; g++) {
        close_to(ck_default_m(&five, g), g == 4 ? .95 : .0125);
        close_to(log2(ck_default_m(&five, g) / ck_default_u(&five, g)), weight[g]);
    }
    close_to(ck_default_m(&one, 0), 1);
}

static void untrained_levels_get_defaults_and_a_warning(void **state) {
    (void)state;
    ck_error error = {0};
    ck_model model = make_model();
    model.comparisons.comparison[1].level[0].m = NAN;
    assert_int_equal(ck_model_fill_untrained(&error, &model), CK_OK);
    close_to(model.comparisons.comparison[1].level[0].m, .95);
    close_to(model.comparisons.comparison[1].level[1].m, .01);
    assert_true(isnan(model.comparisons.comparison[0].level[0].m));
    assert_int_equal(model.nwarnings, 1);
    assert_non_null(strstr(model.warning[0], "'sex'"));
    ck_model_free(&model);
}

/* Numbers that short decimals would lose. */
static void add_history(ck_model *model) {
    ck_error error = {0};
    model->session = ck_alloc_zero(&error, 2, sizeof *model->session);
    model->nsessions = 2;
    model->session[0] = (ck_session){copy("[name]"), UINT64_C(9007199254740993), 7, true, true, copy("converged"), 0.1 + 0.2, 1};
    model->session[1] = (ck_session){copy("[\"sex\"]"), 0, 0, false, false, copy("refused: it has no pairs"), NAN, 2};
    ck_model_warn(&error, model, "Take care of %d.", 7);
    model->converged = false;
}

static void models_read_back_exactly(void **state) {
    (void)state;
    ck_error error = {0};
    ck_model written = make_model(), read = make_model();
    add_history(&written);
    written.comparisons.comparison[0].level[1].m = nextafter(.7, 1);
    char *text = print(&written);
    add_history(&read); /* must be replaced, not doubled */
    read.prior = .9;
    assert_int_equal(ck_model_read(&error, text, "model.json", &read), CK_OK);
    assert_true(read.prior == written.prior);
    assert_true(read.comparisons.comparison[0].level[1].m == nextafter(.7, 1));
    assert_true(read.comparisons.comparison[0].level[1].u == 1.0 / 3e5);
    assert_int_equal(read.nsessions, 2);
    assert_int_equal(read.session[0].pairs, UINT64_C(9007199254740993));
    assert_true(read.session[0].match_share == 0.1 + 0.2);
    assert_int_equal(read.session[1].held_out, 2);
    assert_true(isnan(read.session[1].match_share));
    assert_false(read.converged);
    assert_int_equal(read.nwarnings, 1);
    char *again = print(&read);
    assert_string_equal(again, text);
    assert_null(strstr(text, "nan"));
    ck_free(again);
    ck_free(text);
    ck_model_free(&read);
    ck_model_free(&written);
}

/* Two rules, of which the second affects the name, with numbers that short decimals would lose. */
static void add_rules(ck_model *model) {
    ck_error error = {0};
    model->rule = ck_alloc_zero(&error, 2, sizeof *model->rule);
    model->nrules = 2;
    model->household = 2;
    model->household_prior = 1.0 / 3e7;
    model->iterations = 17;
    for (uint32_t r = 0; r < 2; r++) {
        ck_rule_model *rule = &model->rule[r];
        *rule = (ck_rule_model){.rule = copy(r ? "name, sex" : "sex"), .pairs = 1000 + r, .match_share = 1.0 / 7, .household_share = r / 30.0,
                                .chance_pairs = r ? 1234.5678901234567 : NAN, .affected = r};
        ck_level_values_clear(&rule->m);
        ck_level_values_clear(&rule->u);
        for (uint32_t c = 0; c < 2; c++)
            for (uint32_t i = c ? 0 : 1; i < model->comparisons.comparison[c].nlevels; i++) {
                rule->m.v[c][i] = r && !c ? nextafter(.1 * i, 1) : model->comparisons.comparison[c].level[i].m;
                rule->u.v[c][i] = 1.0 / (3 + r + c + i);
            }
    }
    model->expected = (ck_expected){1e5 / 3, 1e3 / 7, 33000, 1 - 1e-9 / 3, 2.0 / 3, .1 + .2, 8.0 / 7};
    model->dependence = ck_alloc_zero(&error, 1, sizeof *model->dependence);
    model->ndependences = 1;
    model->dependence[0] = (ck_dependence){true, {0, 1}, {2, 1}, 100.0 / 3, 10.0 / 3, 1.0 / 9};
    model->comparisons.comparison[0].level[1].tf_u = 1.0 / 3e3;
    model->comparisons.comparison[0].level[1].tf_damping = 2.0 / 3;
}

static void calibrated_models_read_back_exactly(void **state) {
    (void)state;
    ck_error error = {0};
    ck_model written = make_model(), read = make_model();
    add_rules(&written);
    char *text = print(&written);
    add_rules(&read); /* must be replaced, not doubled */
    read.household = 1;
    assert_int_equal(ck_model_read(&error, text, "model.json", &read), CK_OK);
    assert_int_equal(read.nrules, 2);
    for (uint32_t r = 0; r < 2; r++) {
        const ck_rule_model *a = &written.rule[r], *b = &read.rule[r];
        assert_string_equal(a->rule, b->rule);
        assert_int_equal(a->pairs, b->pairs);
        assert_int_equal(a->affected, b->affected);
        assert_true(a->match_share == b->match_share && a->household_share == b->household_share);
        assert_true(a->chance_pairs == b->chance_pairs || (isnan(a->chance_pairs) && isnan(b->chance_pairs)));
        for (uint32_t c = 0; c < 2; c++)
            for (uint32_t i = c ? 0 : 1; i < read.comparisons.comparison[c].nlevels; i++)
                assert_true(a->m.v[c][i] == b->m.v[c][i] && a->u.v[c][i] == b->u.v[c][i]);
    }
    assert_int_equal(read.household, 2);
    assert_int_equal(read.iterations, 17);
    assert_true(read.household_prior == 1.0 / 3e7);
    assert_memory_equal(&read.expected, &written.expected, sizeof read.expected);
    assert_int_equal(read.ndependences, 1);
    assert_int_equal(read.dependence[0].level[0], 2);
    assert_true(read.dependence[0].among_matches && read.dependence[0].information == 1.0 / 9);
    assert_true(read.comparisons.comparison[0].level[1].tf_u == 1.0 / 3e3);
    assert_true(read.comparisons.comparison[0].level[1].tf_damping == 2.0 / 3);
    char *again = print(&read);
    assert_string_equal(again, text);
    ck_free(again);
    /* A model of sessions leaves nothing of it. */
    ck_model plain = make_model();
    char *short_text = print(&plain);
    assert_int_equal(ck_model_read(&error, short_text, "model.json", &read), CK_OK);
    assert_int_equal(read.nrules, 0);
    assert_true(read.comparisons.comparison[0].level[1].tf_u == 0);
    ck_free(short_text);
    ck_free(text);
    ck_model_free(&plain);
    ck_model_free(&read);
    ck_model_free(&written);
}

static void models_fit_their_own_rules_only(void **state) {
    (void)state;
    ck_model model = make_model();
    static const char *const own[] = {"sex", "name, sex"}, *const other[] = {"sex", "name"};
    ck_error error = {0};
    assert_int_equal(ck_model_check_rules(&error, "model.json", &model, 1, other), CK_OK); /* sessions: any rules */
    add_rules(&model);
    assert_int_equal(ck_model_check_rules(&error, "model.json", &model, 2, own), CK_OK);
    assert_int_equal(ck_model_check_rules(&error, "model.json", &model, 2, other), CK_USAGE);
    assert_non_null(strstr(error.text, "rule 2 is 'name, sex' in the model and 'name' in the job"));
    error = (ck_error){0};
    assert_int_equal(ck_model_check_rules(&error, "model.json", &model, 1, own), CK_USAGE);
    assert_non_null(strstr(error.text, "2 blocking rules and the job has 1"));
    ck_model_free(&model);
}

/* Print, replace `from` by `to`, read; expect the status and a piece of its sentence. */
static void expect_refused_of(bool calibrated, const char *from, const char *to, ck_status status, const char *sentence) {
    ck_error error = {0};
    ck_model model = make_model();
    if (calibrated)
        add_rules(&model);
    char *text = print(&model), changed[16384];
    const char *at = strstr(text, from);
    if (!at)
        fail_msg("model.json does not hold: %s", from);
    snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    assert_int_equal(ck_model_read(&error, changed, "dir/model.json", &model), status);
    if (status != CK_OK && (!strstr(error.text, sentence) || strncmp(error.text, "dir/model.json", 14) != 0))
        fail_msg("sentence: %s", error.text);
    ck_free(text);
    ck_model_free(&model);
}

static void expect_refused(const char *from, const char *to, ck_status status, const char *sentence) {
    expect_refused_of(false, from, to, status, sentence);
}

static void broken_rules_are_refused(void **state) {
    (void)state;
    expect_refused_of(true, "\"match_share\": 0.1", "\"match_share\": 1.1", CK_DATA, "shares of rule 1");
    expect_refused_of(true, "\"household_share\": 0.0", "\"household_share\": -1.0", CK_DATA, "shares of rule");
    expect_refused_of(true, "\"u\": {", "\"you\": {", CK_DATA, "u in rule 1 of comparison 'name' does not hold one number");
    expect_refused_of(true, "0.33333333333333331", "-0.3", CK_DATA, "prior of the model");
    expect_refused_of(true, "0.20000000000000001", "-0.2", CK_DATA, "u in rule 1 of comparison 'name' holds something else");
    expect_refused_of(true, "\"damping\": 0.6", "\"damping\": 6.6", CK_DATA, "damping of level 2 of comparison 'name'");
}

static void other_models_are_refused(void **state) {
    (void)state;
    expect_refused("\"sex\"", "\"gender\"", CK_USAGE, "comparison 2 is 'gender' in the file and 'sex' in the job");
    expect_refused("\"gamma\": 2", "\"gamma\": 3", CK_USAGE, "gamma 3 in the file and 2 in the job");
    expect_refused("\"label\": \"missing\",\n     \"gamma\": -1\n    },\n    {", "", CK_USAGE, "3 levels in the file and 4 in the job");
    expect_refused("carrick-model", "other", CK_DATA, "not a Carrick model");
    expect_refused("\"version\": 1", "\"version\": 2", CK_DATA, "format version 2");
    expect_refused("\"prior\": 0.3", "\"prior\": 3.3", CK_DATA, "prior");
    expect_refused("\"prior\":", "\"prayer\":", CK_DATA, "no \"prior\"");
    expect_refused("\"m\": 0.9", "\"m\": -0.9", CK_DATA, "m of level 1 of comparison 'sex'");
    expect_refused("\"u\": 0.5", "\"u\": \"half\"", CK_DATA, "u of level 1 of comparison 'sex'");
    expect_refused("{", "{{", CK_DATA, "line 1");
    expect_refused("\"fix_m\": false", "\"fix_m\": 0", CK_OK, "");
}

static void absent_m_reads_as_default(void **state) {
    (void)state;
    ck_error error = {0};
    ck_model model = make_model();
    model.comparisons.comparison[1].level[0].m = NAN;
    char *text = print(&model);
    model.comparisons.comparison[1].level[0].m = .5;
    assert_int_equal(ck_model_read(&error, text, "model.json", &model), CK_OK);
    close_to(model.comparisons.comparison[1].level[0].m, .95);
    assert_true(model.comparisons.comparison[1].level[0].u == .5);
    assert_int_equal(model.nwarnings, 1);
    ck_free(text);
    ck_model_free(&model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gammas_rise_from_else),
        cmocka_unit_test(patterns_unpack),
        cmocka_unit_test(too_many_patterns_are_refused),
        cmocka_unit_test(columns_are_found_in_conditions),
        cmocka_unit_test(cells_are_sorted_and_merged),
        cmocka_unit_test(defaults_are_splinks),
        cmocka_unit_test(untrained_levels_get_defaults_and_a_warning),
        cmocka_unit_test(models_read_back_exactly),
        cmocka_unit_test(calibrated_models_read_back_exactly),
        cmocka_unit_test(models_fit_their_own_rules_only),
        cmocka_unit_test(broken_rules_are_refused),
        cmocka_unit_test(other_models_are_refused),
        cmocka_unit_test(absent_m_reads_as_default),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
