/* Clusters against labels spread by hand. Alone one rank; tests/ranks/rooms.sh runs it under mpirun at 1 to 4. */
#include "base/hash.h"
#include "base/memory.h"
#include "cluster/cluster.h"
#include "cluster/inside.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>
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
        assert_int_equal(ck_cluster_connected(&comm, &error, RECORDS, NULL, &links, thresholds[k], &index), CK_OK);
        assert_int_equal(index.persons, persons);
        assert_int_equal(index.begin, ck_par_share(&comm, RECORDS, comm.rank));
        assert_int_equal(index.end, ck_par_share(&comm, RECORDS, comm.rank + 1));
        assert_memory_equal(index.person, expected + index.begin, (index.end - index.begin) * 4);
        ck_index_free(&index);
    }
    ck_links_free(&links);
}

/* --- chains ---------------------------------------------------------------------------------------------- */

enum { LONG_BITS = 18, LONG = 1 << LONG_BITS, CHAINS = 3 };

static uint32_t turn_bits(uint32_t x) {
    uint32_t turned = 0;
    for (int i = 0; i < LONG_BITS; i++)
        turned |= (x >> i & 1) << (LONG_BITS - 1 - i);
    return turned;
}

/* The k-th record on the way of a chain, and when its link comes: rising, falling, each half before its other half, and all of it mixed. */
static uint32_t rising(uint32_t k) { return k; }
static uint32_t falling(uint32_t k) { return LONG - 1 - k; }
static uint32_t mixed(uint32_t k) { return k * 2654435761u % LONG; } /* odd, so every record comes once */

typedef struct chain_order {
    uint32_t (*record)(uint32_t), (*turn)(uint32_t);
    bool striped; /* neighbouring links on different ranks, else each rank a stretch */
} chain_order;
static const chain_order orders[] = {{rising, rising, false}, {rising, falling, true}, {falling, rising, false},   {turn_bits, rising, false},
                                     {rising, turn_bits, true}, {turn_bits, turn_bits, true}, {mixed, falling, true}, {mixed, turn_bits, false}};
enum { ORDERS = sizeof orders / sizeof *orders };

/* Is the k-th link left out? Then CHAINS chains are left. */
static bool is_cut(uint32_t k) {
    return k == LONG / 3 || k == LONG / 2 || k == LONG - 1;
}

/* This rank's links of the chains, cut into slices of uneven length, into components. */
static ck_components chains_in_slices(const chain_order *order, ck_error *error) {
    ck_components components;
    uint32_t a[97], b[97];
    double weight[97] = {0};
    ck_links slice = {.a = a, .b = b, .weight = weight};
    ck_components_init(error, LONG, &components);
    for (uint32_t i = 0; i < LONG; i++) {
        uint32_t k = order->turn(i);
        bool mine = order->striped ? i % (uint32_t)comm.size == (uint32_t)comm.rank : ck_par_owner(&comm, LONG, i) == comm.rank;
        if (mine && !is_cut(k)) {
            a[slice.n] = order->record(k);
            b[slice.n++] = order->record(k + 1);
        }
        if (slice.n == 97 || i == LONG - 1 || i % 1000 == 0) {
            ck_components_join(error, &components, &slice, 0);
            slice.n = 0;
        }
    }
    return components;
}

/* Walking along the chains says who is in which; their smallest records say in which order they are numbered. */
static void persons_of_chains(const chain_order *order, uint32_t *person) {
    uint32_t least[CHAINS] = {LONG, LONG, LONG}, chain = 0;
    for (uint32_t k = 0; k < LONG; k++) {
        uint32_t record = order->record(k);
        person[record] = chain;
        least[chain] = record < least[chain] ? record : least[chain];
        chain += is_cut(k);
    }
    for (uint32_t i = 0; i < LONG; i++) {
        uint32_t mine = least[person[i]], before = 0;
        for (int c = 0; c < CHAINS; c++)
            before += least[c] < mine;
        person[i] = before;
    }
}

static void chains_in_any_order_are_persons(void **state) {
    (void)state;
    static uint32_t expected[LONG];
    for (int k = 0; k < ORDERS; k++) {
        ck_error error = {0};
        ck_index index;
        uint32_t rounds = 0;
        ck_components components = chains_in_slices(&orders[k], &error);
        assert_int_equal(ck_components_finish(&comm, &error, &components, &index), CK_OK);
        persons_of_chains(&orders[k], expected);
        assert_int_equal(index.persons, CHAINS);
        assert_memory_equal(index.person, expected + index.begin, (index.end - index.begin) * 4);
        for (int n = 1; n < comm.size; n *= 2)
            rounds++;
        assert_int_equal(components.rounds, rounds);
        assert_true(components.sent_bytes <= 8 * (uint64_t)LONG); /* a rank hands on its labels once */
        ck_components_free(&components);
        ck_index_free(&index);
    }
}

/* More labels than go into one message; every second record has no link. */
static void long_labels_go_in_pieces(void **state) {
    (void)state;
    enum { MANY = 3000000 };
    ck_error error = {0};
    ck_components components;
    ck_index index;
    uint32_t a[1000], b[1000], last = (uint32_t)(comm.size - 1);
    double weight[1000] = {0};
    ck_links slice = {.a = a, .b = b, .weight = weight};
    ck_components_init(&error, MANY, &components);
    for (uint32_t i = 0; i + 2 < MANY && (uint32_t)comm.rank == last; i += 2) {
        a[slice.n] = i;
        b[slice.n++] = i + 2;
        if (slice.n == 1000 || i + 4 >= MANY) {
            ck_components_join(&error, &components, &slice, 0);
            slice.n = 0;
        }
    }
    assert_int_equal(ck_components_finish(&comm, &error, &components, &index), CK_OK);
    assert_int_equal(index.persons, MANY / 2 + 1);
    for (uint64_t i = index.begin; i < index.end; i++)
        assert_int_equal(index.person[i - index.begin], i % 2 ? i / 2 + 1 : 0);
    ck_components_free(&components);
    ck_index_free(&index);
}

/* --- links of a file --------------------------------------------------------------------------------------- */

static const char *const file_name = "test_cluster_links.h5";

static int remove_file(void **state) {
    (void)state;
    ck_error none = {0};
    if (comm.rank == 0)
        unlink(file_name);
    return ck_par_agree(&comm, &none);
}

/* LONG * 4 links, so that each of four ranks reads several slices: copies of the cases, one after the other. */
static void write_copies(void) {
    enum { MANY = LONG * 4 };
    ck_error error = {0};
    uint64_t begin = ck_par_share(&comm, MANY, comm.rank);
    ck_links links = {.n = ck_par_share(&comm, MANY, comm.rank + 1) - begin, .stamp = ck_copy_string(&error, "s")};
    links.a = ck_alloc(&error, links.n, 4);
    links.b = ck_alloc(&error, links.n, 4);
    links.weight = ck_alloc(&error, links.n, 8);
    links.pattern = ck_alloc_zero(&error, links.n, 8);
    links.rule = ck_alloc_zero(&error, links.n, 1);
    for (uint64_t i = 0; i < links.n; i++) {
        const link_case *from = &cases[(begin + i) * LINKS / MANY];
        links.a[i] = from->a;
        links.b[i] = from->b;
        links.weight[i] = from->weight;
    }
    assert_int_equal(ck_links_write(&comm, &error, file_name, &links), CK_OK);
    ck_links_free(&links);
}

static void a_file_is_read_in_slices(void **state) {
    (void)state;
    static uint32_t expected[RECORDS];
    ck_error error = {0};
    ck_links_reader reader;
    ck_index index;
    write_copies();
    assert_int_equal(ck_links_reader_open(&comm, &error, file_name, &reader), CK_OK);
    for (int time = 0; time < 2; time++) {
        uint32_t persons = persons_by_hand(20 + time, expected);
        assert_int_equal(ck_cluster_connected_file(&comm, &error, RECORDS, NULL, &reader, 20 + time, &index), CK_OK);
        assert_int_equal(index.persons, persons);
        assert_memory_equal(index.person, expected + index.begin, (index.end - index.begin) * 4);
        ck_index_free(&index);
    }
    assert_int_equal(ck_cluster_connected_file(&comm, &error, 4000, NULL, &reader, 0, &index), CK_FILE);
    ck_index_free(&index);
    ck_links_reader_close(&reader);
}

/* What is left out would have decided nothing: it lies between components, and too low to be grey. */
static void only_links_that_decide_are_held(void **state) {
    (void)state;
    static uint32_t part[RECORDS];
    static const struct { ck_cluster_method method; bool grey; } ways[] = {{CK_CLUSTER_BEST_LINK, false}, {CK_CLUSTER_MERGE, false}, {CK_CLUSTER_MERGE, true}};
    ck_people people = {.records = RECORDS};
    ck_links_reader reader;
    ck_error error = {0};
    write_copies();
    assert_int_equal(ck_links_reader_open(&comm, &error, file_name, &reader), CK_OK);
    persons_by_hand(30, part);
    uint64_t last = 0;
    for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
        ck_persons_input input = {.method = ways[k].method, .threshold_log2 = 30, .people = &people};
        ck_links needed;
        assert_int_equal(ck_links_needed(&comm, &error, &input, &reader, ways[k].grey, &needed), CK_OK);
        uint64_t sums[4] = {needed.n}, n = 0;
        for (uint64_t i = 0; i < needed.n; i++) {
            sums[1] += needed.a[i];
            sums[2] += needed.b[i];
            sums[3] += needed.weight[i] > 30; /* none is lost that counts most */
        }
        ck_par_sum(&comm, sums, 4);
        uint64_t expected[4] = {0};
        for (uint64_t i = 0; i < LONG * 4; i++) {
            const link_case *link = &cases[i * LINKS / (LONG * 4)];
            bool inside = ways[k].method == CK_CLUSTER_MERGE && part[link->a] == part[link->b];
            if (link->weight >= 30 || inside || (ways[k].grey && link->weight > 20)) {
                expected[0]++;
                expected[1] += link->a;
                expected[2] += link->b;
                expected[3] += link->weight > 30;
            }
            n++;
        }
        assert_memory_equal(sums, expected, sizeof sums);
        assert_true(sums[0] > last && sums[0] < n); /* each way needs more than the one before, and none needs all */
        last = sums[0];
        ck_links_free(&needed);
    }
    ck_links_reader_close(&reader);
}

static ck_status forest_of(const ck_comm *of, ck_error *error, uint64_t records, const ck_links *links, int lowest, ck_forest *forest) {
    ck_links_reader reader;
    ck_links_reader_view(of, links, &reader);
    return ck_cluster_forest(of, error, records, &reader, lowest, 40, forest);
}

/* Components of the forest's edges at or above every whole threshold are those of the links. */
static void forest_has_the_components_of_every_threshold(void **state) {
    (void)state;
    static uint32_t expected[RECORDS], parent[RECORDS];
    ck_error error = {0};
    ck_forest forest;
    ck_links links = slice_of_cases(LINKS);
    assert_int_equal(forest_of(&comm, &error, RECORDS, &links, -8, &forest), CK_OK);
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
    assert_int_equal(forest_of(&comm, &error, RECORDS, &links, -8, &spread), CK_OK);
    if (comm.rank == 0) {
        ck_comm saved = comm;
        comm = one;
        all = slice_of_cases(LINKS);
        comm = saved;
        assert_int_equal(forest_of(&one, &error, RECORDS, &all, -8, &alone), CK_OK);
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
    assert_int_equal(ck_cluster_connected(&comm, &error, 3, NULL, &none, 0, &index), CK_OK);
    assert_int_equal(index.persons, 3);
    ck_index_free(&index);
    assert_int_equal(ck_cluster_connected(&comm, &error, 0, NULL, &none, 0, &index), CK_OK);
    assert_int_equal(index.persons, 0);
    ck_index_free(&index);
    assert_int_equal(forest_of(&comm, &error, 3, &none, 0, &forest), CK_OK);
    assert_int_equal(forest.n, 0);
    ck_forest_free(&forest);
}

static void a_link_beyond_the_records_is_an_error_everywhere(void **state) {
    (void)state;
    ck_error error = {0};
    ck_links links = slice_of_cases(LINKS);
    ck_index index;
    ck_forest forest;
    assert_int_equal(ck_cluster_connected(&comm, &error, 4000, NULL, &links, 0, &index), CK_FILE);
    assert_non_null(strstr(error.text, "names a record that people.h5 does not have"));
    ck_index_free(&index);
    error = (ck_error){0};
    assert_int_equal(forest_of(&comm, &error, 4000, &links, 0, &forest), CK_FILE);
    ck_forest_free(&forest);
    ck_links_free(&links);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connected_equals_labels_by_hand),
        cmocka_unit_test(chains_in_any_order_are_persons),
        cmocka_unit_test(long_labels_go_in_pieces),
        cmocka_unit_test_setup_teardown(a_file_is_read_in_slices, remove_file, remove_file),
        cmocka_unit_test_setup_teardown(only_links_that_decide_are_held, remove_file, remove_file),
        cmocka_unit_test(forest_has_the_components_of_every_threshold),
        cmocka_unit_test(forest_does_not_depend_on_ranks),
        cmocka_unit_test(nothing_to_link_is_no_error),
        cmocka_unit_test(a_link_beyond_the_records_is_an_error_everywhere),
    };
    make_cases();
    RUN_AT_RANKS(argc, argv, "cluster", tests);
}
