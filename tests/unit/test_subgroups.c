/* Subgroups against asking every pair of records. */
#include "assess/subgroups.h"
#include "base/hash.h"
#include "base/memory.h"
#include "link/engine.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

enum { RECORDS = 90, SOURCES = 3, CLASSES = 4, PERSONS = 25, ENTITIES = 30 };
static const uint64_t BOUNDS[SOURCES + 1] = {0, 40, 65, RECORDS};

/* Random records and what is to be said of them. */
typedef struct world {
    ck_source source[SOURCES];
    ck_people people;
    bool allowed[SOURCES * SOURCES];
    uint32_t group[RECORDS], person[RECORDS], class[RECORDS];
    ck_class classes[CLASSES];
    ck_grouping grouping;
    ck_known known;
    ck_links truth;
    uint32_t a[RECORDS * RECORDS], b[RECORDS * RECORDS];
    double weight[RECORDS * RECORDS];
    uint8_t rule[RECORDS * RECORDS];
} world;

static uint32_t number(uint64_t seed, uint32_t what, uint32_t i, uint32_t below) {
    return (uint32_t)(ck_hash_mix(seed * 1000003 + what * 4099 + i) % below);
}

static bool may_pair(const world *w, uint32_t a, uint32_t b) {
    return w->allowed[ck_people_source_of(&w->people, a) * SOURCES + ck_people_source_of(&w->people, b)];
}

static bool is_of(const world *w, uint32_t a, uint32_t b, uint32_t class) {
    return w->class[a] == class || w->class[b] == class;
}

static void make_world(world *w, uint64_t seed) {
    *w = (world){.people = {.records = RECORDS, .end = RECORDS, .nsources = SOURCES}};
    for (uint32_t s = 0; s < SOURCES; s++) {
        w->source[s] = (ck_source){.record_begin = BOUNDS[s], .record_end = BOUNDS[s + 1]};
        for (uint32_t t = 0; t < SOURCES; t++)
            w->allowed[s * SOURCES + t] = seed % 3 == 0 || (seed % 3 == 1 ? s != t : s + t != 2);
    }
    w->people.source = w->source;
    for (uint32_t i = 0; i < RECORDS; i++) {
        w->group[i] = number(seed, 1, i, ENTITIES + 1); /* 0: not known */
        w->person[i] = number(seed, 2, i, 3) ? w->group[i] % PERSONS : number(seed, 3, i, PERSONS);
        w->class[i] = number(seed, 4, i, CLASSES);
    }
    w->grouping = (ck_grouping){.n = CLASSES, .class = w->classes, .of = w->class};
    w->known = (ck_known){.people = &w->people, .group = w->group, .groups = ENTITIES, .allowed = w->allowed};
    w->truth = (ck_links){.a = w->a, .b = w->b, .weight = w->weight, .rule = w->rule};
    for (uint32_t a = 0; a < RECORDS; a++)
        for (uint32_t b = a + 1; b < RECORDS; b++)
            if (w->group[a] && w->group[a] == w->group[b] && may_pair(w, a, b)) {
                uint64_t n = w->truth.n++;
                w->a[n] = a, w->b[n] = b, w->weight[n] = number(seed, 5, (uint32_t)n, 7), w->rule[n] = number(seed, 6, (uint32_t)n, 3) ? 0 : CK_NO_RULE;
            }
}

/* Pairs of one class, one at a time. */
static void expect_pairs(const world *w, uint32_t class, const ck_subgroup *s) {
    ck_subgroup e = {0};
    for (uint32_t a = 0; a < RECORDS; a++)
        for (uint32_t b = a + 1; b < RECORDS; b++) {
            if (!w->group[a] || !w->group[b] || !may_pair(w, a, b) || !is_of(w, a, b, class))
                continue;
            bool found = w->person[a] == w->person[b], right = w->group[a] == w->group[b];
            e.pairs.found += found;
            e.pairs.right += found && right;
            e.true_pairs += right;
            e.true_shared += right && w->class[a] != w->class[b];
        }
    for (uint64_t i = 0; i < w->truth.n; i++)
        if (is_of(w, w->a[i], w->b[i], class) && w->person[w->a[i]] != w->person[w->b[i]])
            e.missed[w->rule[i] ? CK_MISS_RULES : w->weight[i] < 3 ? CK_MISS_WEIGHT : CK_MISS_CLUSTERS]++;
    assert_int_equal(s->pairs.found, e.pairs.found);
    assert_int_equal(s->pairs.right, e.pairs.right);
    assert_int_equal(s->true_pairs, e.true_pairs);
    assert_int_equal(s->true_shared, e.true_shared);
    assert_memory_equal(s->missed, e.missed, sizeof e.missed);
    assert_true(s->precision.size == (double)e.pairs.found && s->precision.right == (double)e.pairs.right);
    assert_true(s->recall.size == (double)e.true_pairs && s->recall.right == (double)e.pairs.right);
}

/* Does a set of records, those with this number, have the class; how many known ones; the ratio's squares from each set's own pairs. */
static void expect_clusters(const world *w, uint32_t class, const uint32_t *of, uint32_t n, uint64_t count, const ck_ratio *ratio) {
    uint64_t sets = 0;
    ck_ratio e = {0};
    for (uint32_t k = 0; k < n; k++) {
        uint64_t size = 0, right = 0, has = 0;
        for (uint32_t a = 0; a < RECORDS; a++) {
            has += w->group[a] && of[a] == k && w->class[a] == class;
            for (uint32_t b = a + 1; b < RECORDS; b++)
                if (w->group[a] && w->group[b] && of[a] == k && of[b] == k && may_pair(w, a, b) && is_of(w, a, b, class)) {
                    size++;
                    right += w->group[a] == w->group[b] && w->person[a] == w->person[b];
                }
        }
        sets += has > 0;
        if (size)
            ck_ratio_add(&e, (double)right, (double)size);
    }
    assert_int_equal(sets, count);
    assert_int_equal(e.clusters, ratio->clusters);
    assert_true(e.right2 == ratio->right2 && e.size2 == ratio->size2 && e.cross == ratio->cross);
}

static uint64_t count_whole(const world *w, uint32_t class) {
    uint64_t whole = 0;
    for (uint32_t k = 0; k < PERSONS; k++) {
        uint32_t entity = 0;
        bool has = false, same = true;
        for (uint32_t i = 0; i < RECORDS; i++) {
            if (!w->group[i] || w->person[i] != k)
                continue;
            has = has || w->class[i] == class;
            same = same && (!entity || w->group[i] == entity);
            entity = w->group[i];
        }
        for (uint32_t i = 0; i < RECORDS; i++)
            same = same && (w->group[i] != entity || w->person[i] == k);
        whole += entity && has && same;
    }
    return whole;
}

static void subgroups_equal_asking_every_pair(void **state) {
    (void)state;
    const ck_comm comm = {0, 1, NULL};
    static world w;
    for (uint64_t seed = 0; seed < 30; seed++) {
        ck_error error = {0};
        ck_subgroup subgroup[CLASSES];
        make_world(&w, seed);
        assert_int_equal(ck_subgroups_measure(&comm, &error, &w.known, w.person, PERSONS, &w.truth, 3, &w.grouping, subgroup), CK_OK);
        for (uint32_t class = 0; class < CLASSES; class++) {
            expect_pairs(&w, class, &subgroup[class]);
            expect_clusters(&w, class, w.person, PERSONS, subgroup[class].persons, &subgroup[class].precision);
            expect_clusters(&w, class, w.group, ENTITIES + 1, subgroup[class].entities, &subgroup[class].recall);
            assert_int_equal(subgroup[class].whole, count_whole(&w, class));
        }
    }
}

static void a_true_pair_that_is_not_told_of_is_noticed(void **state) {
    (void)state;
    const ck_comm comm = {0, 1, NULL};
    static world w;
    ck_error error = {0};
    ck_subgroup subgroup[CLASSES];
    make_world(&w, 3);
    w.truth.n /= 2;
    assert_int_equal(ck_subgroups_measure(&comm, &error, &w.known, w.person, PERSONS, &w.truth, 3, &w.grouping, subgroup), CK_INTERNAL);
}

static void a_list_is_cut_at_commas_outside_calls(void **state) {
    (void)state;
    assert_int_equal(ck_grouping_first("postcode.substr(1,2),sex"), strlen("postcode.substr(1,2)"));
    assert_int_equal(ck_grouping_first("\"last, first\".initial,sex"), strlen("\"last, first\".initial"));
    assert_int_equal(ck_grouping_first("sex"), 3);
    assert_int_equal(ck_grouping_first(",sex"), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(subgroups_equal_asking_every_pair),
        cmocka_unit_test(a_true_pair_that_is_not_told_of_is_noticed),
        cmocka_unit_test(a_list_is_cut_at_commas_outside_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
