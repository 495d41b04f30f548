/* Descriptions of persons against counting by hand: partners and passes, bridges, contradictions, patterns, differences. */
#include "assess/describe.h"
#include "base/hash.h"
#include "base/memory.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { RECORDS = 10 };
static ck_source sources[] = {{.record_begin = 0, .record_end = 5}, {.record_begin = 5, .record_end = RECORDS}};
static ck_people people = {.records = RECORDS, .end = RECORDS, .nsources = 2, .source = sources};
static const bool across[] = {false, true, true, false}, all[] = {true, true, true, true};

/* Persons: {0 1 5}, {2 6}, {3 4}, {7}, {8}, {9}. */
static const uint32_t person[RECORDS] = {0, 0, 1, 2, 2, 0, 1, 3, 4, 5};
enum { PERSONS = 6 };

static void a_partner_is_one_that_the_link_type_allows(void **state) {
    (void)state;
    ck_error error = {0};
    uint8_t passed[RECORDS];
    const ck_inner_link link[] = {{0, 5, 3}, {2, 6, 1}};
    const uint8_t expected[RECORDS] = {3, CK_LINKED_BY_NO_RULE, 1, CK_NOT_LINKED, CK_NOT_LINKED, 3, 1, CK_NOT_LINKED, CK_NOT_LINKED, CK_NOT_LINKED};
    assert_int_equal(ck_find_passes(&error, &people, across, person, PERSONS, link, 2, passed), CK_OK);
    assert_memory_equal(passed, expected, sizeof passed);
    assert_int_equal(ck_find_passes(&error, &people, all, person, PERSONS, link, 2, passed), CK_OK);
    assert_true(passed[3] == CK_LINKED_BY_NO_RULE && passed[7] == CK_NOT_LINKED);
}

/* Is record b reached from a without link `but`? */
static bool reaches(uint32_t a, uint32_t b, const ck_inner_link *link, uint64_t n, uint64_t but) {
    bool met[64] = {false};
    met[a] = true;
    for (uint64_t round = 0; round < n; round++)
        for (uint64_t i = 0; i < n; i++)
            if (i != but && (met[link[i].a] || met[link[i].b]))
                met[link[i].a] = met[link[i].b] = true;
    return met[b];
}

/* Random graphs of one person each: a link is a bridge when its ends do not meet without it. */
static void bridges_are_links_without_which_a_person_falls_apart(void **state) {
    (void)state;
    enum { MOST = 12 };
    for (uint32_t seed = 0; seed < 200; seed++) {
        ck_error error = {0};
        uint32_t n = 3 + seed % (MOST - 2), one[MOST] = {0};
        ck_source source = {.record_end = n};
        ck_people few = {.records = n, .end = n, .nsources = 1, .source = &source};
        ck_inner_link link[MOST * MOST];
        uint64_t nlinks = 0, bridges = 0, nrows;
        for (uint32_t a = 0; a < n; a++)
            for (uint32_t b = a + 1; b < n; b++)
                if (ck_hash_mix(seed * 1000 + a * 31 + b) % 100 < 25)
                    link[nlinks++] = (ck_inner_link){a, b, 0};
        for (uint64_t i = 0; i < nlinks; i++)
            bridges += !reaches(link[i].a, link[i].b, link, nlinks, i);
        ck_size_row *row;
        assert_int_equal(ck_person_sizes(&error, &few, all, one, 1, link, nlinks, &row, &nrows), CK_OK);
        assert_int_equal(nrows, 1);
        assert_true(row->size == n && row->persons == 1 && row->links == nlinks && row->pairs == n * (n - 1) / 2);
        assert_int_equal(row->bridges, bridges);
        ck_free(row);
    }
}

static void sizes_count_what_may_be_paired(void **state) {
    (void)state;
    ck_error error = {0};
    ck_size_row *row;
    uint64_t n;
    const ck_inner_link link[] = {{0, 5, 0}, {2, 6, 0}};
    assert_int_equal(ck_person_sizes(&error, &people, across, person, PERSONS, link, 2, &row, &n), CK_OK);
    const ck_size_row expected[] = {{1, 3, 0, 0, 0}, {2, 2, 1, 1, 0}, {3, 1, 2, 1, 1}};
    assert_int_equal(n, 3);
    assert_memory_equal(row, expected, sizeof expected);
    ck_free(row);
}

static void contradictions_are_of_persons_and_missing_is_none(void **state) {
    (void)state;
    ck_error error = {0};
    uint64_t count;
    const uint32_t code[RECORDS] = {4, 0, 1, 7, 8, 4, 1, 1, 2, 3}, three[RECORDS] = {1, 2, 0, 0, 0, 3, 0, 0, 0, 0};
    assert_int_equal(ck_count_conflicts(&error, RECORDS, person, PERSONS, code, &count), CK_OK);
    assert_int_equal(count, 1);
    assert_int_equal(ck_count_conflicts(&error, RECORDS, person, PERSONS, three, &count), CK_OK);
    assert_int_equal(count, 1);
    assert_int_equal(ck_count_doubles(&error, &sources[0], person, PERSONS, &count), CK_OK);
    assert_int_equal(count, 2);
    assert_int_equal(ck_count_doubles(&error, &sources[1], person, PERSONS, &count), CK_OK);
    assert_int_equal(count, 0);
}

static void differences_are_standardised(void **state) {
    (void)state;
    /* .5 of 100 linked, .25 of 40 unlinked: .25 / sqrt((.25 + .1875) / 2) */
    assert_true(fabs(ck_standardised_difference((ck_rate){50, 10}, (ck_rate){100, 40}) - 0.25 / sqrt(0.21875)) < 1e-12);
    assert_true(isnan(ck_standardised_difference((ck_rate){50, 0}, (ck_rate){100, 0})));
    assert_true(isnan(ck_standardised_difference((ck_rate){100, 40}, (ck_rate){100, 40})));
}

static void patterns_are_counted_once_each(void **state) {
    (void)state;
    const ck_comm comm = {0, 1, NULL};
    ck_error error = {0};
    enum { LINKS = 300000, PATTERNS = 90000 };
    ck_links links = {.n = LINKS};
    ck_pattern_row *row;
    uint64_t n, pairs = 0;
    links.pattern = ck_alloc(&error, LINKS, 8);
    links.weight = ck_alloc(&error, LINKS, 8);
    for (uint64_t i = 0; i < LINKS; i++) {
        links.pattern[i] = i % 3 ? i % PATTERNS : 7;
        links.weight[i] = (double)(i % 2);
    }
    assert_int_equal(ck_count_patterns(&comm, &error, &links, 1, &row, &n), CK_OK);
    assert_true(row[0].pattern == 7 && row[0].least == 0 && row[0].most == 1);
    assert_int_equal(row[0].pairs, 100000 + 4); /* 7, 90,007, 180,007 and 270,007 are no multiples of three */
    assert_int_equal(row[0].links, 50000 + 4);
    for (uint64_t k = 0; k < n; k++) {
        pairs += row[k].pairs;
        assert_true(k == 0 || row[k - 1].pairs > row[k].pairs || (row[k - 1].pairs == row[k].pairs && row[k - 1].pattern < row[k].pattern));
    }
    assert_int_equal(pairs, LINKS);
    assert_true(fabs((double)row[1].matches_2_32 / 0x1p32 - ((double)row[1].links * (2. / 3) + (double)(row[1].pairs - row[1].links) / 2)) < 1e-6);
    ck_free(row);
    ck_free(links.pattern);
    ck_free(links.weight);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_partner_is_one_that_the_link_type_allows),
        cmocka_unit_test(bridges_are_links_without_which_a_person_falls_apart),
        cmocka_unit_test(sizes_count_what_may_be_paired),
        cmocka_unit_test(contradictions_are_of_persons_and_missing_is_none),
        cmocka_unit_test(differences_are_standardised),
        cmocka_unit_test(patterns_are_counted_once_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
