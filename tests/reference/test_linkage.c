/* The engine equals all-pairs linkage: cells, links, census, random and grouped pairs, on random small data with missing values, ties and odd
   bytes, at several thread counts, link types and rules of every shape. */
#include "reference/linkage.h"
#include "base/hash.h"
#include "base/memory.h"
#include "condition/parse.h"
#include "link/engine.h"
#include "reference/people.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { COLUMNS = 5 };
static const char *const column_names[COLUMNS] = {"forename", "surname", "dob", "code", "address"};
static const ck_kind column_kinds[COLUMNS] = {CK_KIND_NAME, CK_KIND_NAME, CK_KIND_DATE, CK_KIND_TEXT, CK_KIND_TEXT};
static ck_schema schema = {.ncolumns = COLUMNS, .name = (char **)(uintptr_t)column_names, .kind = (ck_kind *)(uintptr_t)column_kinds};

static const char *const pools[COLUMNS][8] = {
    {"ANN", "ANNA", "ANNE", "JOHN", "JON", "SMITH", "LI", "MARTHA"},
    {"SMITH", "SMYTH", "JONES", "ANN", "JOHN", "SMITHSON", "BROWN", "LI"},
    {"1980-01-01", "1980-01-02", "1981-01-01", "1980-02-01", "1990-12-31", "1980-01-11", "1975-06-15", "1980-11-01"},
    {"a", "ab", "\xc3\xa9", "x,\"y\n", "b", "zz", "\xe2\x82\xac", "Q"},
    {"1 HIGH ST", "HIGH ST 1", "2 HIGH ST", "3 LOW RD", "LOW RD", "FLAT 1 LOW RD", "X", "HIGH"}};

typedef struct rule_text {
    const char *part[3], *where;
    uint64_t max_block;
    bool directed;
} rule_text;

static uint64_t state;
static uint32_t draw(uint32_t n) {
    state = ck_hash_mix(state + 1);
    return (uint32_t)(state % n);
}

static ck_rules make_rules(const rule_text *text, uint32_t n) {
    ck_error error = {0};
    ck_rules rules = {n, ck_alloc_zero(&error, n, sizeof *rules.rule)};
    for (uint32_t r = 0; r < n; r++) {
        ck_rule *rule = &rules.rule[r];
        *rule = (ck_rule){.text = ck_copy_string(&error, text[r].part[0]), .max_block = text[r].max_block, .directed = text[r].directed};
        for (; rule->nparts < 3 && text[r].part[rule->nparts]; rule->nparts++) {
            const char *part = text[r].part[rule->nparts], *equals = strstr(part, " = ");
            char left[64];
            snprintf(left, sizeof left, "%.*s", (int)(equals ? equals - part : (ptrdiff_t)strlen(part)), part);
            ck_parse_expr(&error, &schema, left, &rule->part[rule->nparts].l);
            ck_parse_expr(&error, &schema, equals ? equals + 3 : left, &rule->part[rule->nparts].r);
        }
        rule->has_where = text[r].where != NULL;
        if (rule->has_where)
            ck_parse_condition(&error, &schema, text[r].where, NULL, 0, NULL, &rule->where);
        if (error.status != CK_OK)
            fail_msg("%s", error.text);
    }
    return rules;
}

/* Levels top-down as words over the comparison's column; the first is null, ELSE is added. */
static void make_comparison(ck_comparison *comparison, uint32_t column, const char *const *word) {
    ck_error error = {0};
    uint32_t n = 0;
    while (word[n])
        n++;
    *comparison = (ck_comparison){.name = ck_copy_string(&error, column_names[column]), .nlevels = n + 1,
                                  .level = ck_alloc_zero(&error, n + 1, sizeof(ck_level))};
    for (uint32_t k = 0; k <= n; k++) {
        ck_level *level = &comparison->level[k];
        *level = (ck_level){.label = ck_copy_string(&error, k < n ? word[k] : "else"), .is_null = k == 0, .m = .9 / (k + 1.), .u = .01 * (k + 1.),
                            .tf_column = k == 1 ? column : UINT32_MAX, .tf_weight = 1};
        ck_parse_condition(&error, &schema, k < n ? word[k] : "else", &column, 1, NULL, &level->condition);
        if (error.status != CK_OK)
            fail_msg("%s: %s", k < n ? word[k] : "else", error.text);
    }
}

static ck_comparisons make_comparisons(void) {
    static const char *const words[][7] = {{"missing", "exact", "jaro_winkler 0.92", "jaro_winkler 0.88", "jaro_winkler 0.7", NULL},
                                           {"missing", "exact", "levenshtein 1", "soundex", NULL},
                                           {"missing", "exact", "within 1 month", "within 1 year", NULL},
                                           {"missing", "exact", "exact address.prefix(1) and (exact forename or exact dob.year) or exact surname", "prefix 1", NULL},
                                           {"missing", "jaccard 0.6 or prefix 2", "exact", NULL}};
    ck_error error = {0};
    ck_comparisons comparisons = {COLUMNS, ck_alloc_zero(&error, COLUMNS, sizeof *comparisons.comparison)};
    for (uint32_t c = 0; c < COLUMNS; c++)
        make_comparison(&comparisons.comparison[c], c, words[c]);
    return comparisons;
}

/* --- one case -------------------------------------------------------------------------------------- */

typedef struct setting {
    uint64_t seed, records;
    uint32_t nsources, threads;
    ck_link_type type;
    uint32_t missing_percent, pool;
} setting;

typedef struct world {
    const char **value;
    uint32_t *source;
    bool allowed[9];
    ck_people people;
    ck_comparisons comparisons;
    ck_rules rules;
    reference_job job;
} world;

static void make_world(const setting *s, const rule_text *text, uint32_t nrules, world *w) {
    state = s->seed;
    *w = (world){.value = malloc((s->records * COLUMNS + 1) * sizeof *w->value), .source = malloc((s->records + 1) * sizeof *w->source)};
    uint64_t sizes[3] = {0};
    for (uint64_t i = 0; i < s->records; i++) {
        w->source[i] = (uint32_t)(i * s->nsources / s->records);
        sizes[w->source[i]]++;
        for (uint32_t c = 0; c < COLUMNS; c++)
            w->value[i * COLUMNS + c] = draw(100) < s->missing_percent ? NULL : pools[c][draw(s->pool)];
    }
    reference_people_build(w->value, COLUMNS, column_names, column_kinds, s->nsources, sizes, &w->people);
    bool unique[3] = {false, s->nsources == 3, false};
    w->people.source[s->nsources > 1 ? 1 : 0].unique = unique[s->nsources > 1 ? 1 : 0];
    ck_link_allowed(s->type, s->nsources, unique, w->allowed);
    w->comparisons = make_comparisons();
    w->rules = make_rules(text, nrules);
    w->job = (reference_job){&schema, w->value, s->records, w->source, s->nsources, w->allowed, &w->rules, &w->comparisons};
}

static void free_world(world *w) {
    ck_people_free(&w->people);
    ck_comparisons_free(&w->comparisons);
    ck_rules_free(&w->rules);
    free(w->value);
    free(w->source);
}

static uint64_t count_in(const ck_cells *cells, uint64_t pattern, uint64_t mask) {
    for (size_t i = 0; i < cells->n; i++)
        if (cells->pattern[i] == pattern && cells->mask[i] == mask)
            return cells->count[i];
    return 0;
}

/* Every pair's cell is there with its count, and no count is left over. */
static void check_cells(const reference_pair *pairs, size_t n, const ck_cells *cells, bool all) {
    uint64_t expected = 0;
    for (size_t i = 0; i < n; i++) {
        if (!all && !pairs[i].mask)
            continue;
        expected++;
        uint64_t same = 0;
        for (size_t k = 0; k < n; k++)
            same += pairs[k].pattern == pairs[i].pattern && pairs[k].mask == pairs[i].mask;
        assert_int_equal(count_in(cells, pairs[i].pattern, pairs[i].mask), same);
    }
    assert_int_equal(ck_cells_total(cells), expected);
}

static void check_census(const world *w, const ck_engine *engine) {
    for (uint32_t r = 0; r < w->rules.n; r++)
        if (ck_engine_census(engine)[r].pairs != reference_rule_pairs(&w->job, r))
            fail_msg("rule %u: census %llu, reference %llu", r, (unsigned long long)ck_engine_census(engine)[r].pairs,
                     (unsigned long long)reference_rule_pairs(&w->job, r));
}

static void check_new_pairs(const world *w, ck_engine *engine, const reference_pair *pairs, size_t n) {
    ck_error error = {0};
    uint64_t expected[CK_RULES_MAX] = {0};
    for (size_t i = 0; i < n; i++)
        if (pairs[i].mask)
            expected[__builtin_ctzll(pairs[i].mask)]++;
    assert_int_equal(ck_engine_count_new_pairs(engine, &error), CK_OK);
    for (uint32_t r = 0; r < w->rules.n; r++)
        assert_int_equal(ck_engine_census(engine)[r].new_pairs, expected[r]);
}

static void check_links(const world *w, ck_engine *engine, const ck_comm *comm, const reference_pair *pairs, size_t n) {
    ck_error error = {0};
    ck_model model = {.comparisons = w->comparisons, .prior = .01};
    ck_scorer scorer;
    ck_links links;
    ck_link_counts counts;
    const double floor = -2;
    assert_int_equal(ck_scorer_create(comm, &error, &model, &w->people, &scorer), CK_OK);
    if (ck_engine_link(engine, &error, &scorer, floor, &links, &counts) != CK_OK)
        fail_msg("%s", error.text);
    size_t at = 0, candidates = 0;
    for (size_t i = 0; i < n; i++) {
        if (!pairs[i].mask)
            continue;
        candidates++;
        uint32_t l[COLUMNS], r[COLUMNS];
        for (uint32_t c = 0; c < COLUMNS; c++) {
            l[c] = w->people.column[c].code[pairs[i].a];
            r[c] = w->people.column[c].code[pairs[i].b];
        }
        double weight = ck_score_pair(&scorer, pairs[i].pattern, ck_score_pattern(&scorer, pairs[i].pattern, 0), l, r);
        if (weight < floor)
            continue;
        assert_true(at < links.n);
        assert_int_equal(links.a[at], pairs[i].a);
        assert_int_equal(links.b[at], pairs[i].b);
        assert_int_equal(links.pattern[at], pairs[i].pattern);
        assert_int_equal(links.rule[at], __builtin_ctzll(pairs[i].mask));
        assert_true(links.weight[at] == weight);
        at++;
    }
    assert_int_equal(links.n, at);
    assert_int_equal(counts.pairs, candidates);
    ck_links_free(&links);
    ck_scorer_free(&scorer);
}

/* Links inside one group of everybody: every allowed pair, with the first rule of its mask or none. */
static void check_group_links(const world *w, ck_engine *engine, const ck_comm *comm, const reference_pair *pairs, size_t n) {
    ck_error error = {0};
    ck_model model = {.comparisons = w->comparisons, .prior = .01};
    ck_scorer scorer;
    ck_links links;
    uint32_t *group = malloc(w->job.records * sizeof *group);
    for (uint64_t i = 0; i < w->job.records; i++)
        group[i] = 1;
    assert_int_equal(ck_scorer_create(comm, &error, &model, &w->people, &scorer), CK_OK);
    assert_int_equal(ck_engine_link_groups(engine, &error, &scorer, group, -INFINITY, &links), CK_OK);
    assert_int_equal(links.n, n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(links.a[i], pairs[i].a);
        assert_int_equal(links.b[i], pairs[i].b);
        assert_int_equal(links.rule[i], pairs[i].mask ? __builtin_ctzll(pairs[i].mask) : CK_NO_RULE);
    }
    ck_links_free(&links);
    ck_scorer_free(&scorer);
    free(group);
}

static void check_groups(const world *w, ck_engine *engine, const reference_pair *pairs, size_t n) {
    ck_error error = {0};
    uint32_t *group = malloc(w->job.records * sizeof *group);
    for (uint64_t i = 0; i < w->job.records; i++)
        group[i] = (uint32_t)(i % 7);
    reference_pair *grouped = malloc((n + 1) * sizeof *grouped);
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (group[pairs[i].a] && group[pairs[i].a] == group[pairs[i].b])
            grouped[m++] = pairs[i];
    ck_cells cells;
    assert_int_equal(ck_engine_count_groups(engine, &error, group, &cells), CK_OK);
    check_cells(grouped, m, &cells, true);
    ck_cells_free(&cells);
    free(grouped);
    free(group);
}

static void check_case(const setting *s, const rule_text *text, uint32_t nrules) {
    world w;
    make_world(s, text, nrules, &w);
    ck_error error = {0};
    ck_comm comm = {0, 1, NULL};
    ck_engine_options options = {.kernels = ck_kernels_choose(NULL), .link_type = s->type, .threads = s->threads};
    ck_engine *engine;
    if (ck_engine_create(&comm, &error, &w.people, &w.rules, &w.comparisons, &options, &engine) != CK_OK)
        fail_msg("%s", error.text);
    size_t n;
    reference_pair *pairs = reference_linkage(&w.job, &n);
    assert_int_equal(ck_engine_possible_pairs(engine), n);
    check_census(&w, engine);
    ck_cells cells;
    assert_int_equal(ck_engine_count_cells(engine, &error, true, &cells), CK_OK);
    check_cells(pairs, n, &cells, false);
    ck_cells_free(&cells);
    assert_int_equal(ck_engine_count_random(engine, &error, UINT64_MAX, 1, &cells), CK_OK);
    check_cells(pairs, n, &cells, true);
    ck_cells_free(&cells);
    check_groups(&w, engine, pairs, n);
    check_new_pairs(&w, engine, pairs, n);
    check_links(&w, engine, &comm, pairs, n);
    check_group_links(&w, engine, &comm, pairs, n);
    ck_engine_free(engine);
    free(pairs);
    free_world(&w);
}

static const rule_text plain_rules[] = {{.part = {"surname", "dob"}}, {.part = {"forename.prefix(2)"}}, {.part = {"dob.year", "surname.soundex"}},
                                        {.part = {"code"}}};
static const rule_text odd_rules[] = {{.part = {"surname"}, .where = "levenshtein dob 1"}, {.part = {"code"}, .max_block = 9},
                                      {.part = {"forename = surname"}}, {.part = {"address.words"}, .max_block = 20},
                                      {.part = {"surname.deletions", "dob.year"}}, {.part = {"address.pairs"}, .where = "forename exact or missing code"},
                                      {.part = {"forename = surname", "dob"}, .directed = true}, {.part = {"dob"}}};

static void test_rules(const rule_text *text, uint32_t nrules) {
    static const ck_link_type types[] = {CK_DEDUPE, CK_LINK, CK_LINK_AND_DEDUPE};
    for (uint32_t k = 0; k < 12; k++)
        check_case(&(setting){.seed = k + 1, .records = 60 + 15 * (k % 4), .nsources = k % 3 + 1, .threads = 1 + k % 2, .type = types[k / 2 % 3],
                              .missing_percent = 10 * (k % 4), .pool = 4 + k % 5},
                   text, nrules);
}
static void test_plain_rules(void **unused) {
    (void)unused;
    test_rules(plain_rules, sizeof plain_rules / sizeof *plain_rules);
}
static void test_odd_rules(void **unused) {
    (void)unused;
    test_rules(odd_rules, sizeof odd_rules / sizeof *odd_rules);
}
/* Blocks larger than a small block, a strip and a tile. */
static void test_large_blocks(void **unused) {
    (void)unused;
    check_case(&(setting){.seed = 77, .records = 420, .nsources = 2, .threads = 2, .type = CK_LINK_AND_DEDUPE, .missing_percent = 5, .pool = 2}, plain_rules, 4);
}
static void test_nothing(void **unused) {
    (void)unused;
    check_case(&(setting){.seed = 1, .records = 1, .nsources = 1, .threads = 2, .type = CK_DEDUPE, .pool = 3}, plain_rules, 4);
    check_case(&(setting){.seed = 1, .records = 30, .nsources = 1, .threads = 2, .type = CK_DEDUPE, .missing_percent = 100, .pool = 3}, odd_rules, 8);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_plain_rules), cmocka_unit_test(test_odd_rules), cmocka_unit_test(test_large_blocks),
                                       cmocka_unit_test(test_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
