/* What init reads from names, values and whole files: headers in several languages, shapes of dates, distinct sampling. Pure: no
   ranks. tests/cli/init_odd.sh has whole files. */
#include "base/hash.h"
#include "base/memory.h"
#include "init/date_shapes.h"
#include "init/header.h"
#include "init/tally.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static void headers_say_what_they_mean(void **state) {
    static const struct {
        const char *header;
        ck_meaning meaning;
    } cases[] = {
        {"first_name", CK_MEANS_FORENAME},       {"PatientFirstName", CK_MEANS_FORENAME},   {"GIVEN NAME", CK_MEANS_FORENAME},
        {"fname_c2", CK_MEANS_FORENAME},         {"Vorname", CK_MEANS_FORENAME},            {"Pr\xC3\xA9nom", CK_MEANS_FORENAME},
        {"Imi\xC4\x99", CK_MEANS_FORENAME},      {"pername2", CK_MEANS_SURNAME},            {"Familienname", CK_MEANS_SURNAME},
        {"Primer Apellido", CK_MEANS_SURNAME},   {"first_and_surname", CK_MEANS_FULL_NAME}, {"name", CK_MEANS_FULL_NAME},
        {"maiden_name", CK_MEANS_PREVIOUS_SURNAME}, {"Date of Birth", CK_MEANS_BIRTH_DATE}, {"DOB", CK_MEANS_BIRTH_DATE},
        {"patientengeburtsdatum", CK_MEANS_BIRTH_DATE}, {"fecha_de_nacimiento", CK_MEANS_BIRTH_DATE}, {"dob_mon", CK_MEANS_BIRTH_MONTH},
        {"by", CK_MEANS_BIRTH_YEAR},             {"birth_place", CK_MEANS_BIRTH_PLACE},     {"P\xC5\x82" "e\xC4\x87", CK_MEANS_SEX},
        {"postcode_fake", CK_MEANS_POSTCODE},    {"PLZ", CK_MEANS_POSTCODE},                {"address_1", CK_MEANS_ADDRESS},
        {"Stra\xC3\x9F" "e", CK_MEANS_ADDRESS},  {"street_number", CK_MEANS_HOUSE_NUMBER},  {"suburb", CK_MEANS_TOWN},
        {"phone_number", CK_MEANS_PHONE},        {"e-mail", CK_MEANS_EMAIL},                {"NHSNumber", CK_MEANS_NHS_NUMBER},
        {"soc_sec_id", CK_MEANS_IDENTIFIER},     {"rec_id", CK_MEANS_ROW_ID},               {"unique id", CK_MEANS_ROW_ID},
        {"customer_id", CK_MEANS_SOME_ID},       {"Kunden-Nr.", CK_MEANS_SOME_ID},          {"entity_id", CK_MEANS_TRUTH},
        {"cluster", CK_MEANS_TRUTH},             {"person_id", CK_MEANS_TRUTH},             {"source_dataset", CK_MEANS_SOURCE},
        {"updated_at", CK_MEANS_STAMP},          {"household_id", CK_MEANS_GROUP},          {"Name, Vorname", CK_MEANS_FULL_NAME},   {"Nom et pr\xC3\xA9nom", CK_MEANS_FULL_NAME}, {"customer name", CK_MEANS_FULL_NAME},
        {"given", CK_MEANS_FORENAME},            {"last", CK_MEANS_SURNAME},                {"last visit", CK_MEANS_NOTHING},
        {"geb. am", CK_MEANS_BIRTH_DATE},        {"N\xC3\xA9(e) le", CK_MEANS_BIRTH_DATE}, {"nato il", CK_MEANS_BIRTH_DATE},
        {"Dyddiad geni", CK_MEANS_BIRTH_DATE},   {"Enw cyntaf", CK_MEANS_FORENAME},         {"Cyfenw", CK_MEANS_SURNAME},
        {"Rhyw", CK_MEANS_SEX},                  {"Geschl.", CK_MEANS_SEX},                 {"easting", CK_MEANS_EASTING},
        {"northing", CK_MEANS_NORTHING},         {"lat", CK_MEANS_LATITUDE},                {"xyzzy", CK_MEANS_NOTHING},
        {"fst_nm", CK_MEANS_FORENAME},           {"LST_NM", CK_MEANS_SURNAME},              {"APELLIDO2", CK_MEANS_PREVIOUS_SURNAME},
        {"DT_NAISS", CK_MEANS_BIRTH_DATE},       {"COM_NAISS", CK_MEANS_BIRTH_PLACE},       {"GebJahr", CK_MEANS_BIRTH_YEAR},
        {"year", CK_MEANS_BIRTH_YEAR},           {"pub_year", CK_MEANS_NOTHING},            {"visit_month", CK_MEANS_NOTHING},
        {"TFNO", CK_MEANS_PHONE},                {"UST_ID", CK_MEANS_IDENTIFIER},           {"GATUADRESS", CK_MEANS_ADDRESS},
        {"xing", CK_MEANS_SURNAME},              {"shengri", CK_MEANS_BIRTH_DATE},          {"sx", CK_MEANS_SEX},
        {"", CK_MEANS_NOTHING},                  {"\xFF\xFE", CK_MEANS_NOTHING},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (ck_header_meaning(cases[i].header) != cases[i].meaning)
            fail_msg("header '%s' means %d, not %d", cases[i].header, ck_header_meaning(cases[i].header), cases[i].meaning);
    assert_true(ck_header_is_others("mother_forename"));
    assert_false(ck_header_is_others("forename"));
}

static void headers_become_words(void **state) {
    static const char *const cases[][2] = {
        {"First Name", "first_name"}, {"  Kunden-Nr. ", "kunden_nr"}, {"2nd_line", "nd_line"}, {"Stra\xC3\x9F" "e", "strasse"},
        {"a\"b: #c", "a_b_c"},        {"\xE5\x90\x8D", ""},          {"", ""},
    };
    char word[80];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_header_word(cases[i][0], word, sizeof word);
        assert_string_equal(word, cases[i][1]);
    }
}

/* n values to their formats, joined by bars. */
static const char *formats_of(const char *const *value, size_t n, bool month_first) {
    static char text[CK_DATE_FORMATS * (CK_DATE_FORMAT_ROOM + 1)];
    ck_date_shapes shapes;
    ck_date_shapes_find(value, n, month_first, &shapes);
    text[0] = 0;
    for (uint32_t i = 0; i < shapes.nformat; i++)
        strcat(strcat(text, i ? "|" : ""), shapes.format[i]);
    return text;
}

#define FORMATS(expected, month_first, ...)                                                                                                  \
    do {                                                                                                                                     \
        const char *const values[] = {__VA_ARGS__};                                                                                          \
        assert_string_equal(formats_of(values, sizeof values / sizeof *values, month_first), expected);                                      \
    } while (0)

static void dates_have_shapes(void **state) {
    (void)state;
    FORMATS("%Y-%m-%d", false, "1970-01-02", "1999-12-31");
    FORMATS("%Y%m%d", false, "19700102", "19991231");
    FORMATS("%d/%m/%Y", false, "01/02/1970", "31/12/1999");
    FORMATS("%m/%d/%Y", false, "01/02/1970", "12/31/1999");
    FORMATS("%d/%m/%Y", false, "01/02/1970", "03/04/1999");
    FORMATS("%m/%d/%Y", true, "01/02/1970", "03/04/1999");
    FORMATS("%d.%m.%y", false, "01.02.70", "31.12.99");
    FORMATS("%y-%m-%d", false, "70-01-02", "99-12-31");
    FORMATS("%d-%b-%Y", false, "01-JAN-1970", "31-Dec-1999");
    FORMATS("%B %d, %Y", false, "January 1, 1970", "December 31, 1999");
    FORMATS("%Y-%m-%dT%H:%M:%S", false, "1970-01-02T00:00:00", "1999-12-31T12:30:00");
    FORMATS("%d/%m/%Y|%Y-%m-%d", false, "13/02/1970", "14/02/1970", "15/02/1970", "1970-01-02", "1970-01-03");
    FORMATS("%d/%m/%Y|%m/%d/%Y", false, "13/02/70" "00", "14/02/1970", "15/02/1970", "16/02/1970", "02/13/1970", "02/14/1970", "02/15/1970");
    FORMATS("%d. %B %Y", false, "3. M\xC3\xA4rz 1980", "4. OKTOBER 1981", "31. Dezember 1999");
    FORMATS("%d %B %Y", false, "3 febbraio 1980", "4 Rhagfyr 1981", "5 pa\xC5\xBA" "dziernika 1999");
    FORMATS("", false, "3 monday 1980", "4 notamonth 1981");
    FORMATS("", false, "hello", "12345", "1970", "07700 900123", "1970-01", "");
}

static void every_format_can_be_read(void **state) {
    static const char *const values[] = {"1970-01-02", "19700102", "13/02/1970", "13.2.70", "13-FEB-1970", "February 13, 1970",
                                         "1970-01-02 10:11:12", "1970-01-02T10:11:12.000Z", "13/02/1970 00:00"};
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        int64_t days;
        const char *format = formats_of((const char *const[]){values[i], values[i]}, 2, false);
        if (!ck_date_parse(format, values[i], strlen(values[i]), &days))
            fail_msg("'%s' is not read by '%s'", values[i], format);
    }
}

static void tallies_estimate(void **state) {
    ck_error error = {0};
    ck_value_tally few = {0}, many = {0};
    (void)state;
    assert_int_equal(ck_tally_init(&error, &few, 64), CK_OK);
    assert_int_equal(ck_tally_init(&error, &many, 1024), CK_OK);
    for (uint64_t i = 0; i < 50; i++)
        for (uint64_t k = 0; k <= i % 3; k++)
            ck_tally_add(&few, ck_hash_mix(i + 1));
    assert_int_equal(ck_tally_distinct(&few), 50); /* exact while all fit */
    assert_true(ck_tally_pairs(&few) == 17 * 1 + 16 * 3);
    for (uint64_t i = 0; i < 200000; i++)
        ck_tally_add(&many, ck_hash_mix(i % 100000 + 1));
    assert_in_range(ck_tally_distinct(&many), 90000, 110000);
    assert_in_range((uint64_t)ck_tally_pairs(&many), 90000, 110000);
    assert_true(ck_tally_shared(&few, &few) == 1 && ck_tally_shared(&many, &many) == 1);
    assert_true(ck_tally_shared(&few, &many) == ck_tally_shared(&many, &few));
    ck_tally_free(&few);
    ck_tally_free(&many);
}

static void tallies_do_not_depend_on_order(void **state) {
    ck_error error = {0};
    ck_value_tally up = {0}, down = {0};
    (void)state;
    ck_tally_init(&error, &up, 128);
    ck_tally_init(&error, &down, 128);
    for (uint64_t i = 1; i <= 5000; i++) {
        ck_tally_add(&up, ck_hash_mix(i % 3000 + 1));
        ck_tally_add(&down, ck_hash_mix((5001 - i) % 3000 + 1));
    }
    assert_int_equal(up.depth, down.depth);
    assert_int_equal(ck_tally_distinct(&up), ck_tally_distinct(&down));
    assert_true(ck_tally_pairs(&up) == ck_tally_pairs(&down));
    ck_tally_free(&up);
    ck_tally_free(&down);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_say_what_they_mean),  cmocka_unit_test(headers_become_words),
        cmocka_unit_test(dates_have_shapes),           cmocka_unit_test(every_format_can_be_read),
        cmocka_unit_test(tallies_estimate),            cmocka_unit_test(tallies_do_not_depend_on_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
