/* Clusters against labels spread by hand. Alone one rank; tests/ranks/rooms.sh runs it under mpirun at 1 to 4. */
#include "base/hash.h"
#include "base/memory.h"
#include "cluster/cluster.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>
#include "rank_test.h"

enum { RECORDS = 5000, LINKS = 12600 }; /* more links than records: the forest takes them in batches */

typedef struct link_case {
    uint32_t a, b;
    double weight;
} link_case;

static link_case cases[LINKS];

/* Links sorted by (a, b), with weights from -12 to 52, most of them low, in sixteenths so that some equal a threshold. */
static void make_cases(void) {
    for (uint32_t i = 0; i < LINKS; i++) {
        uint64_t h = ck_hash_mix(i + 1), q = h >> 20 & 1023, square = q * q / 1023;
        cases[i].a = i / 3;
        cases[i].b = i / 3 + 1 + i % 3 * 200 + (uint32_t)(h % 200);
        cases[i].weight = (double)(square * square / 1023) / 16 - 12;
    }
    cases[7].weight = INFINITY;
    cases[8].weight = -INFINITY;
}

/* This rank's links: uneven, the second rank has none. */
static ck_links slice_of_cases(uint64_t n) {
    ck_error error = {0};
    uint64_t half = n / 2, cut = comm.size > 2 ? n - 3 : n;
    uint64_t from[5] = {0, half, half, cut, n}, begin = from[comm.rank], end = from[comm.rank + 1];
    if (comm.rank == comm.size - 1)
        end = n;
    ck_links links = {.total = n, .begin = begin, .n = end - begin};
    links.a = ck_alloc(&error, links.n, 4);
    links.b = ck_alloc(&error, links.n, 4);
    links.weight = ck_alloc(&error, links.n, 8);
    for (uint64_t i = 0; i < links.n; i++) {
        links.a[i] = cases[begin + i].a;
        links.b[i] = cases[begin + i].b;
        links.weight[i] = cases[begin + i].weight;
    }
    return links;
}

/* The slow and obvious way: pull labels along links until nothing changes, then number them in record order. */
static uint32_t persons_by_hand(double threshold, uint32_t *person) {
    for (uint32_t i = 0; i < RECORDS; i++)
        person[i] = i;
    for (bool changed = true; changed;) {
        changed = false;
        for (int i = 0; i < LINKS; i++) {
            uint32_t *x = &person[cases[i].a], *y = &person[cases[i].b], least = *x < *y ? *x : *y;
            if (cases[i].weight >= threshold && *x != *y) {
                *x = *y = least;
                changed = true;
            }
        }
    }
    uint32_t persons = 0;
    for (uint32_t i = 0; i < RECORDS; i++)
        person[i] = person[i] == i ? persons++ : person[person[i]];
    return persons;
}

static void connected_equals_labels_by_hand(void **state) {
    (void)state;
    static const double thresholds[] = {-100, -12, 0, 0.5, 20, 37.0625, 1000};
    static uint32_t expected[RECORDS];
    ck_links links = slice_of_cases(LINKS);
    for (size_t k = 0; k < sizeof thresholds / sizeof *thresholds; k++) {
        ck_error error = {0};
        ck_index index;
        uint32_t persons = persons_by_hand(thresholds[k], expected);
        assert_int_equal(ck_cluster_connected(&comm, &error, RECORDS, &links, thresholds[k], &index), CK_OK);
        assert_int_equal(index.persons, persons);
        assert_int_equal(index.begin, ck_par_share(&comm, RECORDS, comm.rank));
        assert_int_equal(index.end, ck_par_share(&comm, RECORDS, comm.rank + 1));
        assert_memory_equal(index.person, expected + index.begin, (index.end - index.begin) * 4);
        ck_index_free(&index);
    }
    ck_links_free(&links);
}

static void a_chain_is_one_person(void **state) {
    (void)state;
    enum { LONG = 200000 };
    ck_error error = {0};
    ck_links links = {0};
    uint64_t begin = ck_par_share(&comm, LONG - 1, comm.rank);
    links.n = ck_par_share(&comm, LONG - 1, comm.rank + 1) - begin;
    links.a = ck_alloc(&error, links.n, 4);
    links.b = ck_alloc(&error, links.n, 4);
    links.weight = ck_alloc_zero(&error, links.n, 8);
    for (uint64_t i = 0; i < links.n; i++) {
        links.a[i] = (uint32_t)(begin + i);
        links.b[i] = (uint32_t)(begin + i + 1);
    }
    ck_index index;
    assert_int_equal(ck_cluster_connected(&comm, &error, LONG, &links, 0, &index), CK_OK);
    assert_int_equal(index.persons, 1);
    ck_index_free(&index);
    ck_links_free(&links);
}

/* Components of the forest's edges at or above every whole threshold are those of the links. */
static void forest_has_the_components_of_every_threshold(void **state) {
    (void)state;
    static uint32_t expected[RECORDS], parent[RECORDS];
    ck_error error = {0};
    ck_forest forest;
    ck_links links = slice_of_cases(LINKS);
    assert_int_equal(ck_cluster_forest(&comm, &error, RECORDS, &links, -8, 40, &forest), CK_OK);
    if (comm.rank != 0)
        assert_int_equal(forest.n, 0);
    for (int t = 40; t >= -8 && comm.rank == 0; t--) {
        persons_by_hand(t, expected);
        for (uint32_t i = 0; i < RECORDS; i++)
            parent[i] = i;
        for (uint64_t i = 0; i < forest.n && forest.bin[i] >= t; i++)
            assert_true(ck_union_join(parent, forest.a[i], forest.b[i])); /* a forest has no circle */
        uint32_t persons = 0;
        for (uint32_t i = 0; i < RECORDS; i++)
            parent[i] = ck_union_find(parent, i);
        for (uint32_t i = 0; i < RECORDS; i++)
            parent[i] = parent[i] == i ? persons++ : parent[parent[i]];
        assert_memory_equal(parent, expected, sizeof parent);
    }
    ck_forest_free(&forest);
    ck_links_free(&links);
}

/* The same edges in the same order, however the links are spread. */
static void forest_does_not_depend_on_ranks(void **state) {
    (void)state;
    ck_error error = {0};
    ck_forest spread, alone;
    ck_comm one = {0, 1, NULL};
    ck_links links = slice_of_cases(LINKS), all = {0};
    assert_int_equal(ck_cluster_forest(&comm, &error, RECORDS, &links, -8, 40, &spread), CK_OK);
    if (comm.rank == 0) {
        ck_comm saved = comm;
        comm = one;
        all = slice_of_cases(LINKS);
        comm = saved;
        assert_int_equal(ck_cluster_forest(&one, &error, RECORDS, &all, -8, 40, &alone), CK_OK);
        assert_int_equal(spread.n, alone.n);
        assert_memory_equal(spread.a, alone.a, alone.n * 4);
        assert_memory_equal(spread.b, alone.b, alone.n * 4);
        assert_memory_equal(spread.bin, alone.bin, alone.n * 4);
        for (uint64_t i = 1; i < alone.n; i++)
            assert_true(alone.bin[i - 1] > alone.bin[i] ||
                        (alone.bin[i - 1] == alone.bin[i] && alone.a[i - 1] <= alone.a[i]));
        ck_forest_free(&alone);
        ck_links_free(&all);
    }
    ck_forest_free(&spread);
    ck_links_free(&links);
}

static void nothing_to_link_is_no_error(void **state) {
    (void)state;
    ck_error error = {0};
    ck_links none = {0};
    ck_index index;
    ck_forest forest;
    assert_int_equal(ck_cluster_connected(&comm, &error, 3, &none, 0, &index), CK_OK);
    assert_int_equal(index.persons, 3);
    ck_index_free(&index);
    assert_int_equal(ck_cluster_connected(&comm, &error, 0, &none, 0, &index), CK_OK);
    assert_int_equal(index.persons, 0);
    ck_index_free(&index);
    assert_int_equal(ck_cluster_forest(&comm, &error, 3, &none, 0, 40, &forest), CK_OK);
    assert_int_equal(forest.n, 0);
    ck_forest_free(&forest);
}

static void a_link_beyond_the_records_is_an_error_everywhere(void **state) {
    (void)state;
    ck_error error = {0};
    ck_links links = slice_of_cases(LINKS);
    ck_index index;
    ck_forest forest;
    assert_int_equal(ck_cluster_connected(&comm, &error, 4000, &links, 0, &index), CK_FILE);
    assert_non_null(strstr(error.text, "names a record that people.h5 does not have"));
    ck_index_free(&index);
    error = (ck_error){0};
    assert_int_equal(ck_cluster_forest(&comm, &error, 4000, &links, 0, 40, &forest), CK_FILE);
    ck_forest_free(&forest);
    ck_links_free(&links);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connected_equals_labels_by_hand),
        cmocka_unit_test(a_chain_is_one_person),
        cmocka_unit_test(forest_has_the_components_of_every_threshold),
        cmocka_unit_test(forest_does_not_depend_on_ranks),
        cmocka_unit_test(nothing_to_link_is_no_error),
        cmocka_unit_test(a_link_beyond_the_records_is_an_error_everywhere),
    };
    make_cases();
    RUN_AT_RANKS(argc, argv, "cluster", tests);
}
