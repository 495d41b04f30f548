/* What is known of persons: which value wins, homes, households and their types. */
#include "base/memory.h"
#include "persons/households.h"
#include "persons/values.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

/* ---- winners ---- */

enum { RECORDS = 7 };
/* Persons 0: records 0 1 2 5, 1: records 3 4, 2: record 6. */
static const uint32_t person[RECORDS] = {0, 0, 0, 1, 1, 0, 2};
static const uint32_t rank[RECORDS] = {2, 1, 1, 0, 1, 0, 0};

static void find(ck_winner_input input, uint32_t winner[3]) {
    ck_error error = {0};
    ck_person_records of = {0};
    assert_int_equal(ck_person_records_make(&error, person, RECORDS, 3, &of), CK_OK);
    assert_int_equal(of.longest, 4);
    assert_int_equal(ck_find_winners(&error, &of, &input, winner), CK_OK);
    ck_person_records_free(&of);
}

static void test_records_of_persons(void **state) {
    (void)state;
    ck_error error = {0};
    ck_person_records of = {0};
    const uint64_t offset[] = {0, 4, 6, 7};
    const uint32_t record[] = {0, 1, 2, 5, 3, 4, 6};
    assert_int_equal(ck_person_records_make(&error, person, RECORDS, 3, &of), CK_OK);
    assert_memory_equal(of.offset, offset, sizeof offset);
    assert_memory_equal(of.record, record, sizeof record);
    ck_person_records_free(&of);
    assert_int_equal(ck_person_records_make(&error, NULL, 0, 0, &of), CK_OK);
    ck_person_records_free(&of);
}

static void test_most_frequent(void **state) {
    (void)state;
    uint32_t winner[3];
    const uint32_t value[RECORDS] = {5, 7, 5, 3, 4, 7, 0};
    /* 5 and 7 twice each: 7 has the source of rank 0. 3 and 4 once each: 3's source is better. Nothing is known of person 2. */
    find((ck_winner_input){.rule = CK_WINNER_MOST_FREQUENT, .value = value, .rank = rank}, winner);
    assert_int_equal(winner[0], 1);
    assert_int_equal(winner[1], 3);
    assert_int_equal(winner[2], CK_NO_WINNER);
    /* Record 4 stands for three rows. */
    const uint32_t rows[RECORDS] = {1, 1, 2, 1, 3, 1, 1};
    find((ck_winner_input){.rule = CK_WINNER_MOST_FREQUENT, .value = value, .rank = rank, .rows = rows}, winner);
    assert_int_equal(winner[0], 0);
    assert_int_equal(winner[1], 4);
}

static void test_most_recent(void **state) {
    (void)state;
    uint32_t winner[3];
    const uint32_t value[RECORDS] = {5, 7, 8, 3, 4, 9, 1};
    const int64_t date[RECORDS] = {100, 90, 100, CK_NO_DATE, -5, 10, CK_NO_DATE};
    /* Day 100 twice: rank decides for record 2. A known date before an unknown one. */
    find((ck_winner_input){.rule = CK_WINNER_MOST_RECENT, .value = value, .rank = rank, .date = date}, winner);
    assert_int_equal(winner[0], 2);
    assert_int_equal(winner[1], 4);
    assert_int_equal(winner[2], 6);
}

static void test_priority(void **state) {
    (void)state;
    uint32_t winner[3];
    /* Without a value from rank 0: of rank 1 there are 7 (record 1) and 8 (record 2); the rows of rank 1 decide, not those of rank 2 (record 0). */
    const uint32_t value[RECORDS] = {7, 7, 8, 0, 4, 0, 0}, rows[RECORDS] = {9, 1, 2, 1, 1, 1, 1};
    find((ck_winner_input){.rule = CK_WINNER_PRIORITY, .value = value, .rank = rank, .rows = rows}, winner);
    assert_int_equal(winner[0], 2);
    assert_int_equal(winner[1], 4);
    const uint32_t turned[RECORDS] = {9, 9, 8, 0, 4, 0, 0};
    find((ck_winner_input){.rule = CK_WINNER_PRIORITY, .value = turned, .rank = rank, .rows = rows}, winner);
    assert_int_equal(winner[0], 2);
    /* All alike but the records: the smallest. */
    find((ck_winner_input){.rule = CK_WINNER_PRIORITY, .value = value, .rank = rank}, winner);
    assert_int_equal(winner[0], 0); /* 7: its smallest record, which bears the same value */
}

static void test_days(void **state) {
    (void)state;
    ck_error error = {0};
    uint64_t offset[] = {0, 0, 10, 20};
    ck_dict dict = {.count = 2, .offset = offset, .bytes = "1970-01-022026-02-30"};
    const uint32_t code[] = {0, 1, 2};
    int64_t day[3];
    assert_int_equal(ck_read_days(&error, &dict, code, 3, day), CK_OK);
    assert_true(day[0] == CK_NO_DATE && day[1] == 1 && day[2] == CK_NO_DATE);
    const int64_t from[] = {CK_NO_DATE, 10, 11, 3, 3}, to[] = {CK_NO_DATE, CK_NO_DATE, CK_NO_DATE, 10, 11};
    uint32_t value[] = {1, 2, 3, 4, 5};
    ck_leave_invalid(NULL, from, to, 10, 5, value);
    const uint32_t left[] = {1, 2, 0, 0, 5};
    assert_memory_equal(value, left, sizeof left);
}

static void test_values_together(void **state) {
    (void)state;
    ck_error error = {0};
    uint32_t a[] = {1, 1, 0, 0, 1}, b[] = {2, 0, 2, 0, 2}, *code[] = {a, b}, value[5];
    assert_int_equal(ck_number_values(&error, 2, code, 5, value), CK_OK);
    assert_true(value[0] == value[4] && value[3] == 0 && value[1] && value[2] && value[1] != value[2] && value[0] != value[1]);
}

static void test_disagreements(void **state) {
    (void)state;
    ck_error error = {0};
    ck_person_records of = {0};
    const uint32_t value[RECORDS] = {5, 7, 7, 3, 3, 8, 1}, source[RECORDS] = {0, 0, 1, 1, 0, 0, 1}, winner[] = {1, 3, CK_NO_WINNER}, rows[RECORDS] = {4, 1, 1, 1, 1, 1, 1};
    ck_disagreements count[2] = {{0}};
    assert_int_equal(ck_person_records_make(&error, person, RECORDS, 3, &of), CK_OK);
    ck_count_disagreements(&of, value, rows, source, winner, count);
    assert_true(count[0].rows == 7 && count[0].differ == 5 && count[0].persons == 2 && count[0].persons_differ == 1);
    assert_true(count[1].rows == 2 && count[1].differ == 0 && count[1].persons == 2 && count[1].persons_differ == 0);
    ck_person_records_free(&of);
}

/* ---- homes ---- */

static void check_key(const char *address, const char *postcode, const char *expected) {
    char key[CK_HOME_KEY_ROOM];
    size_t n = ck_home_key(ck_span_of(address), ck_span_of(postcode), key);
    if (n != strlen(expected) || memcmp(key, expected, n) != 0)
        fail_msg("'%s', '%s' is '%.*s', not '%s'", address, postcode, (int)n, key, expected);
}

static void test_home_keys(void **state) {
    (void)state;
    static const char *const same[] = {"FLAT 3 77 HARBOUR TERRACE", "77 Harbour Terr, Flat 3", "3, 77 HARBUOR TERRACE", "APARTMENT 3, 77 HARBOUR TERRACE LONDON", "Flat 3 No 77 Harbour Tce"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        check_key(same[i], "E14 0NU", "E140NU|3|77");
    check_key("77 HARBOUR TERRACE", "E14 0NU", "E140NU||77");
    check_key("77A HARBOUR TERRACE", "E14 0NU", "E140NU||77A");
    check_key("FLAT B 77 HARBOUR TERRACE", "E14 0NU", "E140NU|B|77");
    check_key("FLAT 4 WOOD HOUSE HOLLY COURT", "E1W 7NU", "E1W7NU|4||WOOD");
    check_key("FLAT 4 WOOD HSE, HOLLY CT", "E1W 7NU", "E1W7NU|4||WOOD");
    check_key("2ND FLOOR FLAT 4 12 HIGH STREET", "E1 1AA", "E11AA|4|12");
    check_key("ROSE COTTAGE", "LA1 1AA", "LA11AA|||ROSE");
    check_key("12 HIGH STREET LANCASTER", "", "||12|HIGH ST LANCASTER");
    check_key("12 SAINT MARY'S ROAD", "", "||12|ST MARYS RD");
    check_key("HIGH STREET", "", "");
    check_key("12", "", "");
    check_key("", "E1 1AA", "");
    char longest[4000];
    memset(longest, '7', sizeof longest);
    longest[sizeof longest - 1] = 0;
    char key[CK_HOME_KEY_ROOM];
    assert_in_range(ck_home_key(ck_span_of(longest), ck_span_of("E1 1AA"), key), 1, CK_HOME_KEY_ROOM);
    for (size_t i = 1; i < sizeof longest - 1; i += 2)
        longest[i] = ' ';
    assert_in_range(ck_home_key(ck_span_of(longest), ck_span_of(""), key), 0, CK_HOME_KEY_ROOM);
}

static void test_communal(void **state) {
    (void)state;
    assert_true(ck_home_is_communal(ck_span_of("ROOM 4 SUNNY CARE HOME, 3 HIGH STREET")));
    assert_true(ck_home_is_communal(ck_span_of("Newton Halls of Residence")));
    assert_false(ck_home_is_communal(ck_span_of("3 HOSPITAL ROAD")));
    assert_false(ck_home_is_communal(ck_span_of("3 PRISON LANE")));
    assert_false(ck_home_is_communal(ck_span_of("3 CARE STREET")));
    assert_false(ck_home_is_communal(ck_span_of("")));
}

/* Records with UPRN 1 or 2, or none, and one of three addresses at one postcode. */
static void test_homes(void **state) {
    (void)state;
    enum { N = 8 };
    ck_error error = {0};
    uint64_t address_offset[] = {0, 0, 6, 12, 23}, postcode_offset[] = {0, 0, 6};
    const ck_dict address = {3, address_offset, (char[]){"1 HIGH2 HIGH1 CARE HOME"}}, postcode = {1, postcode_offset, (char[]){"E1 1AA"}};
    const uint32_t number[N] = {1, 1, 2, 0, 0, 0, 2, 1}, a[N] = {1, 1, 1, 1, 2, 0, 0, 3}, p[N] = {1, 1, 1, 1, 1, 1, 1, 1};
    const ck_dict *dict[] = {&address, &postcode};
    const uint32_t *code[] = {a, p};
    const bool is_postcode[] = {false, true};
    ck_home_input input = {.records = N, .number = number, .numbers = 2, .ncolumns = 2, .dict = dict, .code = code, .is_postcode = is_postcode};
    ck_homes homes = {0};
    assert_int_equal(ck_homes_find(&error, &input, &homes), CK_OK);
    /* 1 HIGH (and 1 CARE HOME, the same number at the same postcode) bears number 1 in three rows of four; 2 HIGH bears none; no address, no home. */
    assert_int_equal(homes.home[0], 1);
    assert_int_equal(homes.home[3], 1);
    assert_true(homes.home[4] > 2);
    assert_int_equal(homes.home[5], 0);
    assert_int_equal(homes.home[6], 2);
    assert_true(homes.communal[1]);
    assert_false(homes.communal[homes.home[4]]);
    const uint32_t winner[] = {4, 0, CK_NO_WINNER, 3, 5, 6};
    ck_households h = {0};
    assert_int_equal(ck_households_make(&error, &homes, winner, 6, 1, &h), CK_OK);
    const uint32_t household[] = {1, 2, 0, 2, 0, 3};
    assert_memory_equal(h.household, household, sizeof household);
    assert_int_equal(h.households, 3);
    assert_true(h.size[0] == 1 && h.size[1] == 2 && h.size[2] == 1);
    assert_true(h.key[0] == CK_HOUSEHOLD_BY_ADDRESS && h.key[1] == CK_HOUSEHOLD_BY_NUMBER);
    assert_true(h.kind[0] == CK_HOUSEHOLD_PRIVATE && h.kind[1] == CK_HOUSEHOLD_COMMUNAL);
    ck_households_free(&h);
    homes.communal[1] = false;
    assert_int_equal(ck_households_make(&error, &homes, winner, 6, 1, &h), CK_OK);
    assert_int_equal(h.kind[1], CK_HOUSEHOLD_LARGE);
    ck_households_free(&h);
    ck_homes_free(&homes);
    /* Half and half is no majority. */
    const uint32_t torn[N] = {1, 2, 0, 0, 0, 0, 0, 0};
    input.number = torn;
    assert_int_equal(ck_homes_find(&error, &input, &homes), CK_OK);
    assert_true(homes.home[0] == 1 && homes.home[1] == 2 && homes.home[2] > 2 && homes.home[2] == homes.home[3]);
    ck_homes_free(&homes);
    /* Without a number's column, and without an address. */
    input.number = NULL;
    assert_int_equal(ck_homes_find(&error, &input, &homes), CK_OK);
    assert_true(homes.home[0] == homes.home[3] && homes.home[0] && homes.home[6] == 0);
    ck_homes_free(&homes);
    input.number = number;
    input.ncolumns = 0;
    assert_int_equal(ck_homes_find(&error, &input, &homes), CK_OK);
    assert_true(homes.home[0] == 1 && homes.home[3] == 0);
    ck_homes_free(&homes);
}

static void check_type(const int *age, size_t n, ck_household_type expected) {
    ck_household_ages ages = {0};
    for (size_t i = 0; i < n; i++)
        ck_household_ages_add(&ages, age[i]);
    assert_string_equal(ck_household_types[ck_household_type_of(&ages, CK_HOUSEHOLD_PRIVATE)], ck_household_types[expected]);
    assert_int_equal(ck_household_type_of(&ages, CK_HOUSEHOLD_LARGE), CK_TYPE_INSTITUTION);
}
#define CHECK_TYPE(type, ...) check_type((const int[]){__VA_ARGS__}, sizeof(const int[]){__VA_ARGS__} / sizeof(int), type)

static void test_types(void **state) {
    (void)state;
    CHECK_TYPE(CK_TYPE_ONE_ADULT, 18);
    CHECK_TYPE(CK_TYPE_CHILDREN, 17);
    CHECK_TYPE(CK_TYPE_COUPLE, 30, 45);
    CHECK_TYPE(CK_TYPE_OTHER_ADULTS, 30, 46);
    CHECK_TYPE(CK_TYPE_ONE_ADULT_CHILDREN, 3, 30, 0);
    CHECK_TYPE(CK_TYPE_ADULTS_CHILDREN, 3, 30, 60);
    CHECK_TYPE(CK_TYPE_SHARERS, 22, 30, 25);
    CHECK_TYPE(CK_TYPE_OTHER_ADULTS, 50, 48, 20);
    CHECK_TYPE(CK_TYPE_UNKNOWN, 50, -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records_of_persons), cmocka_unit_test(test_most_frequent), cmocka_unit_test(test_most_recent), cmocka_unit_test(test_priority),
        cmocka_unit_test(test_days),               cmocka_unit_test(test_values_together), cmocka_unit_test(test_disagreements), cmocka_unit_test(test_home_keys),
        cmocka_unit_test(test_communal),           cmocka_unit_test(test_homes),           cmocka_unit_test(test_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
