/* Units: records that stay together, whatever the links say; and what their sources let them do. */
#include "base/memory.h"
#include "cluster/persons.h"
#include "cluster/units.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>
#include "rank_test.h"

/* Ten records of each of three sources; a and b are one side (say, a council), c is the other. */
enum { RECORDS = 30, A = 0, B = 10, C = 20 };
static ck_source sources[3] = {{.name = (char *)"a", .record_begin = A, .record_end = B},
                               {.name = (char *)"b", .record_begin = B, .record_end = C},
                               {.name = (char *)"c", .record_begin = C, .record_end = RECORDS}};
static const ck_people people = {.records = RECORDS, .nsources = 3, .source = sources};
static const bool across[9] = {false, false, true, false, false, true, true, true, false};
static const uint32_t side[3] = {0, 0, 1};
static const bool both_once[3] = {true, true, true}, many_to_one[3] = {false, false, true};

static void unite(ck_units *units, const uint32_t (*pair)[2], uint32_t n) {
    ck_error error = {0};
    ck_units_begin(&error, RECORDS, units);
    for (uint32_t i = 0; i < n; i++)
        ck_units_unite(units, pair[i][0], pair[i][1]);
    assert_int_equal(ck_units_finish(&error, units), CK_OK);
}

/* Persons of links that rank 0 has, on every rank. */
static void cluster(ck_cluster_method method, const ck_units *units, const bool *once, ck_weighed_pair *pair, uint32_t n, uint32_t *person, ck_ties *ties) {
    ck_error error = {0};
    uint32_t a[8], b[8], *all;
    double weight[8];
    ck_links links = {.total = n, .a = a, .b = b, .weight = weight};
    ck_engine_options options = {.allowed = across, .threads = 2};
    ck_persons_input input = {.method = method, .people = &people, .engine_options = &options, .units = units, .side = side, .once = once};
    ck_index index;
    ck_persons_report report;
    for (uint32_t i = 0; i < n && comm.rank == 0; i++, links.n++) {
        a[i] = pair[i].a;
        b[i] = pair[i].b;
        weight[i] = pair[i].weight;
    }
    assert_int_equal(ck_cluster_persons(&comm, &error, &input, &links, &index, &report), CK_OK);
    assert_int_equal(ck_gather_persons(&comm, &error, &index, &all), CK_OK);
    memcpy(person, all, RECORDS * sizeof *person);
    if (ties) {
        *ties = report.ties;
        report.ties = (ck_ties){0};
    }
    ck_free(all);
    ck_index_free(&index);
    ck_persons_report_free(&report);
}

/* ---- making units ---- */

static void units_are_counted_by_their_first_records(void **state) {
    (void)state;
    ck_units units;
    unite(&units, (const uint32_t[][2]){{5, 2}, {12, 5}, {20, 21}}, 3);
    assert_int_equal(units.n, RECORDS - 3);
    assert_true(units.unit[2] == 2 && units.unit[5] == 2 && units.unit[12] == 2 && units.unit[3] == 3 && units.unit[6] == 5);
    for (uint32_t u = 0; u < units.n; u++)
        assert_int_equal(units.unit[units.first[u]], u);
    ck_units_free(&units);
}

static void records_of_one_value_are_one_unit(void **state) {
    (void)state;
    static const uint32_t value[] = {7, 0, 7, 3, 0, 3, 7};
    ck_error error = {0};
    ck_units units;
    assert_int_equal(ck_units_begin(&error, RECORDS, &units), CK_OK);
    assert_int_equal(ck_units_unite_equal(&error, &units, 10, 7, value), CK_OK);
    assert_int_equal(ck_units_finish(&error, &units), CK_OK);
    assert_int_equal(units.n, RECORDS - 3);
    assert_true(units.unit[10] == units.unit[12] && units.unit[12] == units.unit[16] && units.unit[13] == units.unit[15]);
    assert_true(units.unit[11] != units.unit[14]); /* nothing is not a value */
    ck_units_free(&units);
}

/* ---- clustering over units ---- */

static void a_unit_is_never_split(void **state) {
    (void)state;
    static const ck_cluster_method methods[] = {CK_CLUSTER_BEST_LINK, CK_CLUSTER_CONNECTED};
    ck_units units;
    uint32_t person[RECORDS];
    unite(&units, (const uint32_t[][2]){{A + 1, B + 1}, {B + 1, B + 2}, {C + 3, C + 4}}, 3);
    for (int m = 0; m < 2; m++) {
        cluster(methods[m], &units, both_once, (ck_weighed_pair[]){{B + 2, C + 4, 9}}, 1, person, NULL);
        assert_true(person[A + 1] == person[B + 1] && person[B + 1] == person[B + 2] && person[C + 3] == person[C + 4]);
        assert_int_equal(person[A + 1], person[C + 3]);
        assert_int_not_equal(person[A + 1], person[A + 2]);
        assert_int_equal(person[RECORDS - 1], RECORDS - 1 - 4);
    }
    ck_units_free(&units);
}

/* The pair of records that agrees best tells for the units: 9 bits against 8, although two pairs are of 8. */
static void the_best_pair_of_two_units_decides(void **state) {
    (void)state;
    ck_units units;
    uint32_t person[RECORDS];
    unite(&units, (const uint32_t[][2]){{A + 1, B + 1}}, 1);
    cluster(CK_CLUSTER_BEST_LINK, &units, both_once,
            (ck_weighed_pair[]){{A + 1, C, 8}, {B + 1, C, 8}, {A + 1, C + 1, -4}, {B + 1, C + 1, 9}}, 4, person, NULL);
    assert_int_equal(person[A + 1], person[C + 1]);
    assert_int_not_equal(person[A + 1], person[C]);
    ck_units_free(&units);
}

/* a and b are one side: once a record of b is taken, one of a comes too late. Many to one lets both in. */
static void a_side_gives_one_unit(void **state) {
    (void)state;
    ck_units units;
    uint32_t person[RECORDS];
    ck_weighed_pair pair[] = {{A + 1, C, 5}, {B + 1, C, 9}};
    unite(&units, NULL, 0);
    cluster(CK_CLUSTER_BEST_LINK, &units, both_once, pair, 2, person, NULL);
    assert_true(person[B + 1] == person[C] && person[A + 1] != person[C]);
    cluster(CK_CLUSTER_BEST_LINK, &units, many_to_one, pair, 2, person, NULL);
    assert_true(person[B + 1] == person[C] && person[A + 1] == person[C]);
    ck_units_free(&units);
}

/* A unit of both sides, which an earlier pass has matched, takes no other of either. */
static void a_matched_unit_is_out(void **state) {
    (void)state;
    ck_units units;
    uint32_t person[RECORDS];
    unite(&units, (const uint32_t[][2]){{A + 1, C}}, 1);
    cluster(CK_CLUSTER_BEST_LINK, &units, both_once, (ck_weighed_pair[]){{B + 1, C, 20}, {A + 1, C + 1, 20}, {A + 2, C + 1, 1}}, 3, person, NULL);
    assert_true(person[A + 1] == person[C] && person[B + 1] != person[C] && person[A + 1] != person[C + 1] && person[A + 2] == person[C + 1]);
    ck_units_free(&units);
}

/* The tie is told by the first records of the units; two links of the same two units are no tie. */
static void ties_of_units_are_told_by_their_first_records(void **state) {
    (void)state;
    ck_units units;
    uint32_t person[RECORDS];
    ck_ties ties;
    unite(&units, (const uint32_t[][2]){{A + 1, B + 1}, {C + 5, C + 6}}, 2);
    cluster(CK_CLUSTER_BEST_LINK, &units, both_once, (ck_weighed_pair[]){{B + 1, C + 6, 8}, {A + 1, C + 5, 8}, {B + 1, C + 7, 8}}, 3, person, &ties);
    assert_int_equal(ties.n, 2);
    if (comm.rank == 0) {
        assert_true(ties.tie[0].a == A + 1 && ties.tie[0].b == C + 5 && ties.tie[0].weight == 8);
        assert_true(ties.tie[1].a == A + 1 && ties.tie[1].b == C + 7);
    }
    assert_true(person[A + 1] != person[C + 5] && person[A + 1] != person[C + 7]);
    ck_free(ties.tie);
    cluster(CK_CLUSTER_BEST_LINK, &units, both_once, (ck_weighed_pair[]){{B + 1, C + 6, 8}, {A + 1, C + 5, 8}}, 2, person, &ties);
    assert_true(ties.n == 0 && person[A + 1] == person[C + 5]);
    ck_free(ties.tie);
    ck_units_free(&units);
}

/* ---- sorts ---- */

static void units_may_do_what_their_records_may(void **state) {
    (void)state;
    ck_error error = {0};
    ck_units units;
    static const bool apart[9] = {[8] = true};
    const ck_person_limits of_records = {.people = &people, .allowed = across, .apart = apart};
    ck_person_limits limits;
    unite(&units, (const uint32_t[][2]){{A, C}, {A + 1, B + 1}}, 2);
    assert_int_equal(ck_unit_limits(&error, &units, &of_records, &limits), CK_OK);
    assert_int_equal(limits.nsorts, 3); /* a and b may do the same: {a or b}, {c}, {a or b, and c} */
    uint32_t council = limits.sort[units.unit[A + 1]], lone = limits.sort[units.unit[B + 5]], health = limits.sort[units.unit[C + 1]],
             both = limits.sort[units.unit[A]];
    assert_int_equal(council, lone);
    assert_true(limits.allowed[council * 3 + health] && limits.allowed[both * 3 + council] && limits.allowed[both * 3 + health]);
    assert_false(limits.allowed[council * 3 + council] || limits.allowed[health * 3 + health]);
    assert_true(limits.apart[both * 3 + health] && limits.apart[health * 3 + health] && limits.apart[both * 3 + both]);
    assert_false(limits.apart[council * 3 + health] || limits.apart[council * 3 + both]);
    ck_unit_limits_free(&limits);
    ck_units_free(&units);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_are_counted_by_their_first_records), cmocka_unit_test(records_of_one_value_are_one_unit),
        cmocka_unit_test(a_unit_is_never_split),                    cmocka_unit_test(the_best_pair_of_two_units_decides),
        cmocka_unit_test(a_side_gives_one_unit),                    cmocka_unit_test(a_matched_unit_is_out),
        cmocka_unit_test(ties_of_units_are_told_by_their_first_records), cmocka_unit_test(units_may_do_what_their_records_may),
    };
    RUN_AT_RANKS(argc, argv, "units", tests);
}
