/* Merging and best links: against the slow way, on small components of every sort, and over ranks. */
#include "base/hash.h"
#include "base/memory.h"
#include "cluster/cluster.h"
#include "cluster/persons.h"
#include "cluster/spread.h"
#include "reference/merge.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>
#include "rank_test.h"

/* Records 0..999 are of the first source, 1000..1999 of the second. */
static ck_source sources[2] = {{.name = (char *)"a", .record_begin = 0, .record_end = 1000}, {.name = (char *)"b", .record_begin = 1000, .record_end = 2000}};
static ck_people one_source = {.records = 1000, .nsources = 1, .source = sources};
static ck_people two_sources = {.records = 2000, .nsources = 2, .source = sources};
static const bool all_allowed[4] = {true, true, true, true}, cross_allowed[4] = {false, true, true, false};
static const bool none_apart[4] = {false}, first_apart[4] = {true, false, false, false}, both_apart[4] = {true, false, false, true};
static const double twice_rare[2] = {-2.5, -4.25}; /* of powers of two, so that the slow way rounds alike */
static const bool both_unique[2] = {true, true};
#define LIMITS(of, may, must_not, threshold) {.people = &of, .allowed = may, .apart = must_not, .threshold_log2 = threshold}

enum { MOST = 24 };

/* Some pairs of n records with weights of a few values, so that ties abound: multiples of 1/4 bit from -9 to 9. */
static ck_component make_component(uint64_t seed, uint32_t n, const ck_person_limits *limits, uint32_t *member, ck_weighed_pair *pair) {
    ck_component component = {.n = n, .member = member, .pair = pair};
    bool two = limits->people->nsources == 2;
    for (uint32_t i = 0; i < n; i++)
        member[i] = two && i >= n / 2 ? 1000 + i : i;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = i + 1; j < n; j++) {
            uint64_t h = ck_hash_mix(seed * 1000003 + i * 1009 + j);
            uint32_t s = ck_people_source_of(limits->people, member[i]), t = ck_people_source_of(limits->people, member[j]);
            if (!limits->allowed[s * limits->people->nsources + t] || h % 10 > 6)
                continue;
            pair[component.npairs++] = (ck_weighed_pair){i, j, (double)(int64_t)((h >> 8) % 73) / 4 - 9};
        }
    return component;
}

static void shuffle(ck_component *component, uint64_t seed) {
    for (uint64_t i = component->npairs; i > 1; i--) {
        uint64_t j = ck_hash_mix(seed + i) % i;
        ck_weighed_pair kept = component->pair[i - 1];
        component->pair[i - 1] = component->pair[j];
        component->pair[j] = kept;
    }
}

static void merging_equals_the_slow_way(void **state) {
    (void)state;
    const ck_person_limits limits[] = {LIMITS(one_source, all_allowed, none_apart, 0),     LIMITS(two_sources, cross_allowed, none_apart, 0),
                                       LIMITS(two_sources, cross_allowed, first_apart, 0), LIMITS(two_sources, cross_allowed, both_apart, 0),
                                       LIMITS(two_sources, all_allowed, first_apart, 0),   LIMITS(one_source, all_allowed, none_apart, 2.5),
                                       LIMITS(two_sources, cross_allowed, first_apart, -3),
                                       {.people = &two_sources, .allowed = all_allowed, .apart = none_apart, .within = twice_rare}};
    ck_component_space space = {0};
    uint64_t merged = 0, parted = 0;
    for (uint64_t seed = 0; seed < 1600; seed++) {
        const ck_person_limits *limit = &limits[seed % 8];
        uint32_t member[MOST], root[MOST], again[MOST], expected[MOST], n = 2 + (uint32_t)(ck_hash_mix(seed) % (seed % 50 ? 9 : MOST - 1));
        ck_weighed_pair pair[MOST * MOST];
        ck_component component = make_component(seed, n, limit, member, pair);
        reference_merge(limit, &component, expected);
        ck_merge_component(&space, limit, &component, root);
        assert_int_equal(space.error.status, CK_OK);
        assert_memory_equal(root, expected, n * sizeof *root);
        shuffle(&component, seed);
        ck_merge_component(&space, limit, &component, again);
        assert_memory_equal(again, expected, n * sizeof *root);
        for (uint32_t i = 1; i < n; i++) {
            merged += root[i] != i;
            parted += root[i] == i;
        }
    }
    assert_true(merged > 1000 && parted > 1000);
    ck_component_space_free(&space);
}

/* --- cases that a person can follow --- */

static void merge_case(const ck_person_limits *limits, const uint32_t *member, uint32_t n, ck_weighed_pair *pair, uint64_t npairs, const uint32_t *expected) {
    ck_component_space space = {0};
    uint32_t root[8];
    ck_merge_component(&space, limits, &(ck_component){n, member, npairs, pair}, root);
    assert_memory_equal(root, expected, n * sizeof *root);
    ck_component_space_free(&space);
}

static const uint32_t first_four[] = {0, 1, 2, 3};

/* 0-1 and 2-3 are sure; the bridge 1-2 is weak, and 0-3, 0-2, 1-3 speak against it. */
static void a_weak_bridge_does_not_join_two_persons(void **state) {
    (void)state;
    const ck_person_limits limits = LIMITS(one_source, all_allowed, none_apart, 0);
    ck_weighed_pair pair[] = {{0, 1, 9}, {1, 2, 1}, {2, 3, 9}};
    merge_case(&limits, first_four, 4, pair, 3, (const uint32_t[]){0, 0, 2, 2});
    ck_weighed_pair strong[] = {{0, 1, 9}, {1, 2, 9}, {2, 3, 9}, {0, 2, 2}, {1, 3, 2}, {0, 3, 2}};
    merge_case(&limits, first_four, 4, strong, 6, (const uint32_t[]){0, 0, 0, 0});
}

static void exactly_the_threshold_is_not_enough_to_merge(void **state) {
    (void)state;
    ck_weighed_pair pair[] = {{0, 1, 5}};
    const ck_person_limits at = LIMITS(one_source, all_allowed, none_apart, 5), below = LIMITS(one_source, all_allowed, none_apart, 4.99);
    merge_case(&at, first_four, 2, pair, 1, (const uint32_t[]){0, 1});
    merge_case(&below, first_four, 2, pair, 1, (const uint32_t[]){0, 0});
}

/* Two records of a unique source stay apart, however well they agree with the third. */
static void a_unique_source_gives_one_record(void **state) {
    (void)state;
    static const uint32_t member[] = {0, 1, 1000};
    const ck_person_limits limits = LIMITS(two_sources, cross_allowed, first_apart, 0);
    ck_weighed_pair pair[] = {{0, 2, 8}, {1, 2, 20}};
    merge_case(&limits, member, 3, pair, 2, (const uint32_t[]){0, 1, 1});
}

/* Twins: two registers hold both, with another forename each time. No pair speaks against them, the registers do; a person whom a register has entered
   twice has links that answer it. */
static void registers_that_hold_both_speak_against_one_person(void **state) {
    (void)state;
    static const uint32_t member[] = {0, 1, 1000, 1001}, twins[] = {0, 1, 0, 1}, one[] = {0, 0, 0, 0};
    ck_person_limits limits = LIMITS(two_sources, all_allowed, none_apart, 0);
    ck_weighed_pair alike[] = {{0, 1, 4}, {0, 2, 30}, {0, 3, 4}, {1, 2, 4}, {1, 3, 30}, {2, 3, 4}};
    merge_case(&limits, member, 4, alike, 6, one);
    limits.within = twice_rare;
    merge_case(&limits, member, 4, alike, 6, twins);
    ck_weighed_pair entered_twice[] = {{0, 1, 20}, {0, 2, 30}, {0, 3, 20}, {1, 2, 20}, {1, 3, 30}, {2, 3, 20}};
    merge_case(&limits, member, 4, entered_twice, 6, one);
    ck_weighed_pair two[] = {{0, 1, 2.25}}, sure[] = {{0, 1, 2.75}};
    merge_case(&limits, member, 2, two, 1, twins);
    merge_case(&limits, member, 2, sure, 1, one);
}

/* A register of 1,000 sure pairs and 10 that look alike; one whose 3,000 alike are twins beside 5 entered twice. */
static void what_a_register_holds_twice_is_found(void **state) {
    (void)state;
    const ck_comm one = {0, 1, NULL};
    ck_error error = {0};
    ck_within within;
    double bits[2];
    assert_int_equal(ck_within_init(&error, 2, &within), CK_OK);
    static const struct { uint32_t a, b; double weight; int times; } group[] = {
        {0, 1000, 12, 20000}, {0, 1000, -5, 2000}, {0, 1, 12, 1000}, {0, 1, 1, 10}, {1000, 1001, 12, 5}, {1000, 1001, 1, 300}, {1000, 1001, -4, 2700}};
    for (size_t g = 0; g < sizeof group / sizeof *group; g++) {
        uint32_t a = group[g].a, b = group[g].b;
        double weight = group[g].weight;
        for (int i = 0; i < group[g].times; i++)
            ck_within_count(&within, &two_sources, &(ck_links){.n = 1, .a = &a, .b = &b, .weight = &weight});
    }
    ck_within_find(&one, &within, bits);
    ck_within_free(&within);
    assert_true(bits[0] == 0); /* as often as anywhere: never more */
    assert_true(bits[1] < -10 && bits[1] > -14);
    uint32_t a[] = {0, 0, 1000}, b[] = {1, 1000, 1001};
    double weight[] = {3, 3, 3};
    ck_within_weigh(&two_sources, bits, &(ck_links){.n = 3, .a = a, .b = b, .weight = weight});
    assert_true(weight[0] == 3 && weight[1] == 3 && weight[2] == 3 + bits[1]);
}

static void best_case(const bool *apart, const uint32_t *member, uint32_t n, ck_weighed_pair *pair, uint64_t npairs, const uint32_t *expected,
                      uint64_t ties, const ck_tie *tie) {
    const ck_person_limits limits = LIMITS(two_sources, cross_allowed, apart, 0);
    ck_component_space space = {0};
    uint32_t root[8];
    ck_best_link_component(&space, &limits, &(ck_component){n, member, npairs, pair}, root);
    assert_memory_equal(root, expected, n * sizeof *root);
    assert_int_equal(space.ties, ties);
    for (uint64_t i = 0; i < ties; i++) {
        const ck_tie *x = &space.tie[i];
        assert_true(x->a == tie[i].a && x->b == tie[i].b && x->set == tie[i].set && x->weight == tie[i].weight);
    }
    ck_component_space_free(&space);
}

static void best_links_are_one_to_one_or_many_to_one(void **state) {
    (void)state;
    static const uint32_t member[] = {0, 1, 1000, 1001};
    ck_weighed_pair pair[] = {{0, 2, 9}, {0, 3, 8}, {1, 3, 3}, {1, 2, -1}};
    best_case(both_apart, member, 4, pair, 4, (const uint32_t[]){0, 1, 0, 1}, 0, NULL);
    best_case(first_apart, member, 4, pair, 4, (const uint32_t[]){0, 1, 0, 0}, 0, NULL);
}

/* Record 2 fits 0 and 1 equally well: it gets neither of them, nor the third best. */
static void ties_are_not_guessed(void **state) {
    (void)state;
    static const uint32_t member[] = {0, 1, 2, 1000, 1001};
    ck_weighed_pair pair[] = {{0, 3, 9}, {1, 3, 9}, {2, 3, 5}, {1, 4, 2}};
    best_case(first_apart, member, 5, pair, 4, (const uint32_t[]){0, 1, 2, 3, 1}, 2, (const ck_tie[]){{0, 1000, 0, 9}, {1, 1000, 0, 9}});
    ck_weighed_pair apart[] = {{0, 3, 9}, {1, 4, 9}};
    best_case(both_apart, member, 5, apart, 2, (const uint32_t[]){0, 1, 2, 0, 1}, 0, NULL);
    /* Clusters tie, but the links told are those of their records. */
    ck_weighed_pair grown[] = {{1, 3, 9}, {0, 4, 8}, {3, 4, 5}};
    best_case(first_apart, member, 5, grown, 3, (const uint32_t[]){0, 1, 2, 1, 0}, 0, NULL);
    ck_weighed_pair late[] = {{0, 4, 9}, {3, 4, 5}, {1, 3, 5}};
    best_case(first_apart, member, 5, late, 3, (const uint32_t[]){0, 1, 2, 3, 0}, 2, (const ck_tie[]){{1, 1000, 0, 5}, {1000, 1001, 0, 5}});
}

/* --- over ranks --- */

enum { RECORDS = 2000, PAIRS = 9000 };

static void pairs_here(ck_links *links, uint64_t n) {
    ck_error error = {0};
    uint64_t begin = ck_par_share(&comm, n, comm.rank), end = ck_par_share(&comm, n, comm.rank + 1);
    *links = (ck_links){.a = ck_alloc(&error, n, 4), .b = ck_alloc(&error, n, 4), .weight = ck_alloc(&error, n, 8)};
    for (uint64_t i = begin; i < end; i++) {
        uint64_t h = ck_hash_mix(i + 77);
        links->a[links->n] = (uint32_t)(i * 1990 / PAIRS);
        links->b[links->n] = links->a[links->n] + 1 + (uint32_t)(i % 5);
        links->weight[links->n++] = (double)(int64_t)(h % 61) / 4 - 10 + (h % 97 == 0 ? 8 : 0);
    }
}

static void take_first_of_each(ck_links *links) {
    uint64_t kept = 0;
    for (uint64_t i = 0; i < links->n; i++) {
        bool known = false;
        for (uint64_t k = kept > 12 ? kept - 12 : 0; k < kept; k++)
            known = known || (links->a[k] == links->a[i] && links->b[k] == links->b[i]);
        if (!known) {
            links->a[kept] = links->a[i];
            links->b[kept] = links->b[i];
            links->weight[kept++] = links->weight[i];
        }
    }
    links->n = kept;
}

/* Links between the sources with weights of few values, so that ties abound. */
static void pairs_across(const ck_comm *ranks, ck_links *links) {
    ck_error error = {0};
    uint64_t n = 4000, begin = ck_par_share(ranks, n, ranks->rank), end = ck_par_share(ranks, n, ranks->rank + 1);
    *links = (ck_links){.a = ck_alloc(&error, n, 4), .b = ck_alloc(&error, n, 4), .weight = ck_alloc(&error, n, 8)};
    for (uint64_t i = begin; i < end; i++) {
        uint64_t h = ck_hash_mix(i + 5);
        links->a[links->n] = (uint32_t)(i / 4);
        links->b[links->n] = (uint32_t)(1000 + (i / 4 + i % 4) % 1000);
        links->weight[links->n++] = (double)(int64_t)(h % 9) - 4;
    }
}

static void ties_are_listed_alike_wherever_components_land(void **state) {
    (void)state;
    const ck_comm one = {0, 1, NULL};
    const ck_person_limits limits = LIMITS(two_sources, cross_allowed, both_apart, 0);
    static uint32_t root[RECORDS], alone[RECORDS];
    ck_error error = {0};
    ck_links links, all;
    ck_ties ties = {0}, ties_alone = {0};
    pairs_across(&comm, &links);
    pairs_across(&one, &all);
    assert_int_equal(ck_spread_components(&comm, &error, &limits, &links, 2, ck_best_link_component, root, &ties), CK_OK);
    assert_int_equal(ck_spread_components(&one, &error, &limits, &all, 1, ck_best_link_component, alone, &ties_alone), CK_OK);
    assert_memory_equal(root, alone, sizeof root);
    assert_true(ties.n > 100);
    assert_int_equal(ties.n, ties_alone.n);
    for (uint64_t i = 0; ties.tie && i < ties.n; i++) { /* of rank 0 */
        const ck_tie *x = &ties.tie[i], *y = &ties_alone.tie[i];
        assert_true(x->a == y->a && x->b == y->b && x->set == y->set && x->weight == y->weight);
    }
    ck_free(ties.tie);
    ck_free(ties_alone.tie);
    ck_links_free(&links);
    ck_links_free(&all);
}

/* Every number of ranks and threads gives the roots of one rank. */
static void spreading_does_not_matter(void **state) {
    (void)state;
    const ck_comm one = {0, 1, NULL};
    const ck_person_limits limits = LIMITS(two_sources, all_allowed, first_apart, 0);
    static uint32_t root[RECORDS], alone[RECORDS];
    ck_component_kernel *const kernels[] = {ck_merge_component, ck_best_link_component};
    for (int k = 0; k < 2; k++) {
        ck_error error = {0};
        ck_links links, all;
        ck_ties ties = {0}, ties_alone = {0};
        uint64_t joined = 0;
        ck_comm kept = comm;
        pairs_here(&links, PAIRS);
        comm = one;
        pairs_here(&all, PAIRS);
        comm = kept;
        take_first_of_each(&all);
        assert_int_equal(all.n, PAIRS);
        assert_int_equal(ck_spread_components(&comm, &error, &limits, &links, 2, kernels[k], root, &ties), CK_OK);
        assert_int_equal(ck_spread_components(&one, &error, &limits, &all, 1, kernels[k], alone, &ties_alone), CK_OK);
        assert_memory_equal(root, alone, sizeof root);
        assert_int_equal(ties.n, ties_alone.n);
        ck_free(ties.tie);
        ck_free(ties_alone.tie);
        for (uint32_t i = 0; i < RECORDS; i++)
            joined += root[i] != i;
        assert_true(joined > 100 && joined < RECORDS - 100);
        ck_links_free(&links);
        ck_links_free(&all);
    }
}

/* --- the second pass and the decision --- */

/* 0 and 1000 are one person; with both sources unique that frees nothing for 0-1001 and 1-1000, while 1-1001 stays free. */
static void taken_records_give_way(void **state) {
    (void)state;
    static uint32_t person[RECORDS];
    for (uint32_t i = 0; i < RECORDS; i++)
        person[i] = i < 1000 ? i : i == 1000 ? 0 : i - 1;
    ck_error error = {0};
    ck_links pairs = {.a = ck_alloc(&error, 5, 4), .b = ck_alloc(&error, 5, 4), .weight = ck_alloc(&error, 5, 8)};
    static const ck_weighed_pair cases[] = {{0, 1000, 9}, {0, 1001, -2}, {1, 1000, -4}, {1, 1001, -1}, {2, 1002, -30}};
    for (int i = 0; i < 5; i++)
        if (i % comm.size == comm.rank) {
            pairs.a[pairs.n] = cases[i].a;
            pairs.b[pairs.n] = cases[i].b;
            pairs.weight[pairs.n++] = cases[i].weight;
        }
    double boost, taken = 1 / (1 + exp2(-2)) + 1 / (1 + exp2(-4)), open = 1 / (1 + exp2(-1));
    assert_int_equal(ck_second_pass(&comm, &error, &two_sources, both_unique, 0, person, RECORDS - 1, &pairs, &boost), CK_OK);
    assert_true(fabs(boost - log2((taken + open + 1) / (open + 1))) < 1e-8);
    uint64_t kept = pairs.n;
    ck_par_sum(&comm, &kept, 1);
    assert_int_equal(kept, 3);
    for (uint64_t i = 0; i < pairs.n; i++) {
        double weight = pairs.a[i] == 0 ? 9 : pairs.a[i] == 1 ? boost - 1 : boost - 30;
        assert_true(fabs(pairs.weight[i] - weight) < 1e-12);
    }
    ck_links_free(&pairs);
}

static void fdr_is_the_mean_of_what_is_kept(void **state) {
    (void)state;
    static const double weights[] = {10, 6.03, 3, 1, 0.5, -1, -7};
    ck_error error = {0};
    double mine[7], threshold;
    ck_links links = {.weight = mine};
    for (int i = 0; i < 7; i++)
        if (i % comm.size == comm.rank)
            mine[links.n++] = weights[i];
    /* Shares of false links down to each weight: .00098, .0081, .042, .115, .175, .257, .361 */
    static const struct { double rate, lowest, threshold; } cases[] = {{0.05, -20, 1.0625}, {0.2, -20, -0.9375}, {0.2, 0, 0}, {0.5, -20, -20}, {1e-6, -20, INFINITY}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        ck_fdr fdr;
        assert_int_equal(ck_fdr_init(&error, &fdr), CK_OK);
        ck_fdr_count(&fdr, &links);
        assert_int_equal(ck_fdr_decide(&comm, &error, &fdr, cases[k].rate, cases[k].lowest, &threshold), CK_OK);
        ck_fdr_free(&fdr);
        assert_true(threshold == cases[k].threshold);
    }
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merging_equals_the_slow_way),
        cmocka_unit_test(a_weak_bridge_does_not_join_two_persons),
        cmocka_unit_test(exactly_the_threshold_is_not_enough_to_merge),
        cmocka_unit_test(a_unique_source_gives_one_record), cmocka_unit_test(registers_that_hold_both_speak_against_one_person),
        cmocka_unit_test(what_a_register_holds_twice_is_found),
        cmocka_unit_test(best_links_are_one_to_one_or_many_to_one),
        cmocka_unit_test(ties_are_not_guessed),
        cmocka_unit_test(spreading_does_not_matter),
        cmocka_unit_test(ties_are_listed_alike_wherever_components_land),
        cmocka_unit_test(taken_records_give_way),
        cmocka_unit_test(fdr_is_the_mean_of_what_is_kept),
    };
    RUN_AT_RANKS(argc, argv, "cluster_merge", tests);
}
