/* Cleaning: the rules of each kind by example, and properties over odd and random values. */
#include <carrick/clean.h>
#include "base/hash.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* One value: expected result and canonical form. */
typedef struct {
    ck_kind kind;
    const char *raw;
    ck_clean_result result;
    const char *clean;
} sample;

static void expect(const ck_clean_options *options, const sample *s) {
    char out[1024];
    size_t n = 99, raw_n = strlen(s->raw);
    assert_true(ck_clean_room(raw_n) <= sizeof out);
    ck_clean_result result = ck_clean_value(options, s->raw, raw_n, out, &n);
    out[n] = 0;
    if (result != s->result || strcmp(out, s->clean) != 0)
        fail_msg("%s \"%s\": %s \"%s\", expected %s \"%s\"", ck_kind_name(s->kind), s->raw, ck_clean_result_name(result),
                 out, ck_clean_result_name(s->result), s->clean);
}

static void expect_all(const sample *samples, size_t n) {
    for (size_t i = 0; i < n; i++)
        expect(&(ck_clean_options){.kind = samples[i].kind}, &samples[i]);
}
#define EXPECT_ALL(samples) expect_all(samples, sizeof samples / sizeof *samples)

static void names_follow_the_rule(void **state) {
    (void)state;
    static const sample samples[] = {
        {CK_KIND_NAME, "SMITH", CK_CLEAN_SAME, "SMITH"},
        {CK_KIND_NAME, "  smith ", CK_CLEAN_CHANGED, "SMITH"},
        {CK_KIND_NAME, "O'Brien", CK_CLEAN_CHANGED, "OBRIEN"},
        {CK_KIND_NAME, "O\xE2\x80\x99" "Brien", CK_CLEAN_CHANGED, "OBRIEN"},
        {CK_KIND_NAME, "O\xE2\x80\x98" "Brien", CK_CLEAN_CHANGED, "OBRIEN"},
        {CK_KIND_NAME, "O\xCA\xBC" "Brien", CK_CLEAN_CHANGED, "OBRIEN"},
        {CK_KIND_NAME, "O`Brien", CK_CLEAN_CHANGED, "OBRIEN"},
        {CK_KIND_NAME, "O\xC2\xB4" "Brien", CK_CLEAN_CHANGED, "OBRIEN"},
        {CK_KIND_NAME, "O\xEF\xBC\x87" "Brien", CK_CLEAN_CHANGED, "OBRIEN"},
        {CK_KIND_NAME, "Zo\xC3\xAB", CK_CLEAN_CHANGED, "ZOE"},
        {CK_KIND_NAME, "Zoe\xCC\x88", CK_CLEAN_CHANGED, "ZOE"},
        {CK_KIND_NAME, "stra\xC3\x9F" "er", CK_CLEAN_CHANGED, "STRASSER"},
        {CK_KIND_NAME, "\xC5\x82ukasz", CK_CLEAN_CHANGED, "\xC5\x81UKASZ"},
        {CK_KIND_NAME, "Smith--Jones", CK_CLEAN_CHANGED, "SMITH JONES"},
        {CK_KIND_NAME, "St. John 2nd", CK_CLEAN_CHANGED, "ST JOHN ND"},
        {CK_KIND_NAME, "\xEF\xAC\x81" "field", CK_CLEAN_CHANGED, "FIFIELD"},
        {CK_KIND_NAME, "-.'12", CK_CLEAN_EMPTY, ""},
        {CK_KIND_NAME, " \xC2\xA0\t", CK_CLEAN_EMPTY, ""},
        {CK_KIND_NAME, "", CK_CLEAN_EMPTY, ""},
    };
    EXPECT_ALL(samples);
}

static void addresses_and_identifiers_keep_digits(void **state) {
    (void)state;
    static const sample samples[] = {
        {CK_KIND_ADDRESS, "12 HIGH ST", CK_CLEAN_SAME, "12 HIGH ST"},
        {CK_KIND_ADDRESS, " Flat 2/b, 12-14 St. James's  Rd.", CK_CLEAN_CHANGED, "FLAT 2 B 12 14 ST JAMESS RD"},
        {CK_KIND_ADDRESS, "Rue de l\xE2\x80\x99\xC3\x89glise", CK_CLEAN_CHANGED, "RUE DE LEGLISE"},
        {CK_KIND_ADDRESS, "\xEF\xBC\x91\xEF\xBC\x92", CK_CLEAN_CHANGED, "12"}, /* wide digits */
        {CK_KIND_ADDRESS, "1\xC2\xBD", CK_CLEAN_CHANGED, "11 2"},                /* one and a half */
        {CK_KIND_ADDRESS, "7", CK_CLEAN_SAME, "7"},
        {CK_KIND_ADDRESS, ", -", CK_CLEAN_EMPTY, ""},
        {CK_KIND_IDENTIFIER, "AB123456C", CK_CLEAN_SAME, "AB123456C"},
        {CK_KIND_IDENTIFIER, "ab 12-34/56 c", CK_CLEAN_CHANGED, "AB123456C"},
        {CK_KIND_IDENTIFIER, "007", CK_CLEAN_SAME, "007"},
        {CK_KIND_IDENTIFIER, "\xC3\xA9" "1", CK_CLEAN_CHANGED, "E1"},
        {CK_KIND_IDENTIFIER, "--", CK_CLEAN_EMPTY, ""},
    };
    EXPECT_ALL(samples);
}

static void phones_are_what_is_dialled_at_home(void **state) {
    (void)state;
    static const sample samples[] = {
        {CK_KIND_PHONE, "1524555123", CK_CLEAN_SAME, "1524555123"},
        {CK_KIND_PHONE, "01524 555123", CK_CLEAN_CHANGED, "1524555123"},
        {CK_KIND_PHONE, "+44 (0)1524 555-123", CK_CLEAN_CHANGED, "1524555123"},
        {CK_KIND_PHONE, "(+44) 1524 555123", CK_CLEAN_CHANGED, "1524555123"},
        {CK_KIND_PHONE, "0044 1524 555123", CK_CLEAN_CHANGED, "1524555123"},
        {CK_KIND_PHONE, "044 555", CK_CLEAN_CHANGED, "44555"}, /* one zero is no way abroad */
        {CK_KIND_PHONE, "+33 1 23 45", CK_CLEAN_CHANGED, "3312345"},
        {CK_KIND_PHONE, "01524 555123 ext. 12", CK_CLEAN_CHANGED, "1524555123"},
        {CK_KIND_PHONE, "01524555123x7", CK_CLEAN_CHANGED, "1524555123"},
        {CK_KIND_PHONE, "01524 555123 #7", CK_CLEAN_CHANGED, "1524555123"},
        {CK_KIND_PHONE, "fax: 555123", CK_CLEAN_CHANGED, "555123"},
        {CK_KIND_PHONE, "9", CK_CLEAN_SAME, "9"},
        {CK_KIND_PHONE, "000000", CK_CLEAN_PLACEHOLDER, ""},
        {CK_KIND_PHONE, "ex-directory", CK_CLEAN_INVALID, ""},
        {CK_KIND_PHONE, "\xD9\xA1\xD9\xA2", CK_CLEAN_INVALID, ""},
    };
    EXPECT_ALL(samples);
}

static void birth_dates_keep_what_is_known(void **state) {
    (void)state;
    static const sample samples[] = {
        {CK_KIND_BIRTH_DATE, "1980-05-17", CK_CLEAN_SAME, "1980-05-17"},
        {CK_KIND_BIRTH_DATE, "1980-5-7", CK_CLEAN_CHANGED, "1980-05-07"},
        {CK_KIND_BIRTH_DATE, "1980-02-31", CK_CLEAN_SAME, "1980-02-31"},
        {CK_KIND_BIRTH_DATE, "1980-13-99", CK_CLEAN_SAME, "1980-13-99"},
        {CK_KIND_BIRTH_DATE, "1980-\?\?-07", CK_CLEAN_SAME, "1980-\?\?-07"},
        {CK_KIND_BIRTH_DATE, "1980-XX-07", CK_CLEAN_CHANGED, "1980-\?\?-07"},
        {CK_KIND_BIRTH_DATE, "19\?\?-05-07", CK_CLEAN_CHANGED, "\?\?\?\?-05-07"},
        {CK_KIND_BIRTH_DATE, "-05-07", CK_CLEAN_CHANGED, "\?\?\?\?-05-07"},
        {CK_KIND_BIRTH_DATE, "1980--07", CK_CLEAN_CHANGED, "1980-\?\?-07"},
        {CK_KIND_BIRTH_DATE, "1980-00-00", CK_CLEAN_CHANGED, "1980-\?\?-\?\?"},
        {CK_KIND_BIRTH_DATE, "1980", CK_CLEAN_CHANGED, "1980-\?\?-\?\?"},
        {CK_KIND_BIRTH_DATE, "1980-05", CK_CLEAN_CHANGED, "1980-05-\?\?"},
        {CK_KIND_BIRTH_DATE, "--", CK_CLEAN_EMPTY, ""},
        {CK_KIND_BIRTH_DATE, "0000-00-00", CK_CLEAN_EMPTY, ""},
        {CK_KIND_BIRTH_DATE, "", CK_CLEAN_EMPTY, ""},
        {CK_KIND_BIRTH_DATE, "17/05/1980", CK_CLEAN_INVALID, ""},
        {CK_KIND_BIRTH_DATE, "1980-123-1", CK_CLEAN_INVALID, ""},
        {CK_KIND_BIRTH_DATE, "May 1980", CK_CLEAN_INVALID, ""},
        {CK_KIND_BIRTH_DATE, "1980-0\xC3\xA9-01", CK_CLEAN_INVALID, ""},
    };
    EXPECT_ALL(samples);
    static char *formats[] = {(char *)"%d/%m/%Y", (char *)"%m/%d/%Y", (char *)"%Y%m%d", (char *)"%Y", (char *)"%j %Y", (char *)"%d %b %y"};
    const ck_clean_options options = {.kind = CK_KIND_BIRTH_DATE, .format = formats, .nformat = 6, .min = (char *)"1900-06-01", .max = (char *)"2020-06-01"};
    static const sample others[] = {
        {CK_KIND_BIRTH_DATE, "07/05/1980", CK_CLEAN_CHANGED, "1980-05-07"},
        {CK_KIND_BIRTH_DATE, "05/17/1980", CK_CLEAN_CHANGED, "1980-05-17"}, /* real in the second format */
        {CK_KIND_BIRTH_DATE, "31/02/1980", CK_CLEAN_CHANGED, "1980-02-31"}, /* in none: as the first reads it */
        {CK_KIND_BIRTH_DATE, "\?\?/05/1980", CK_CLEAN_CHANGED, "1980-05-\?\?"},
        {CK_KIND_BIRTH_DATE, "19801332", CK_CLEAN_CHANGED, "1980-13-32"},
        {CK_KIND_BIRTH_DATE, "1980", CK_CLEAN_CHANGED, "1980-\?\?-\?\?"},
        {CK_KIND_BIRTH_DATE, "60 1980", CK_CLEAN_CHANGED, "1980-02-29"},
        {CK_KIND_BIRTH_DATE, "7 \?\?\? 80", CK_CLEAN_CHANGED, "1980-\?\?-07"},
        {CK_KIND_BIRTH_DATE, "7 May \?\?", CK_CLEAN_CHANGED, "\?\?\?\?-05-07"},
        {CK_KIND_BIRTH_DATE, "\? \? \?", CK_CLEAN_EMPTY, ""},
        {CK_KIND_BIRTH_DATE, "31/05/1900", CK_CLEAN_OUT_OF_RANGE, ""},
        {CK_KIND_BIRTH_DATE, "31/02/1900", CK_CLEAN_CHANGED, "1900-02-31"},  /* no day: by its year */
        {CK_KIND_BIRTH_DATE, "1899", CK_CLEAN_OUT_OF_RANGE, ""},
        {CK_KIND_BIRTH_DATE, "40/06/2021", CK_CLEAN_OUT_OF_RANGE, ""},
        {CK_KIND_BIRTH_DATE, "02/06/2020", CK_CLEAN_OUT_OF_RANGE, ""},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        expect(&options, &others[i]);
}

static void birth_dates_have_parts(void **state) {
    (void)state;
    int part[3];
    assert_true(ck_birth_date_parts("1980-\?\?-31", 10, part));
    assert_int_equal(part[0], 1980);
    assert_int_equal(part[1], -1);
    assert_int_equal(part[2], 31);
    assert_true(ck_birth_date_parts("\?\?\?\?-12-09", 10, part));
    assert_int_equal(part[0], -1);
    assert_int_equal(part[2], 9);
    assert_false(ck_birth_date_parts("1980-12-9", 9, part));
    assert_false(ck_birth_date_parts("1980/12/09", 10, part));
    assert_false(ck_birth_date_parts("1980-12-0x", 10, part));
}

static void plain_kinds_keep_their_characters(void **state) {
    (void)state;
    static const sample samples[] = {
        {CK_KIND_TEXT, " a B ", CK_CLEAN_SAME, " a B "},
        {CK_KIND_TEXT, " ", CK_CLEAN_SAME, " "},
        {CK_KIND_TEXT, "", CK_CLEAN_EMPTY, ""},
        {CK_KIND_CATEGORY, " a  B ", CK_CLEAN_CHANGED, "a  B"},
        {CK_KIND_CATEGORY, "\xE2\x80\x83x\xC2\xA0", CK_CLEAN_CHANGED, "x"},
        {CK_KIND_CATEGORY, "a", CK_CLEAN_SAME, "a"},
        {CK_KIND_EMAIL, " Ann.O'Neill@Example.ORG\n", CK_CLEAN_CHANGED, "ann.o'neill@example.org"},
        {CK_KIND_EMAIL, "\xC3\x89" "a@b", CK_CLEAN_CHANGED, "\xC3\xA9" "a@b"},
        {CK_KIND_EMAIL, "a@b", CK_CLEAN_SAME, "a@b"},
    };
    EXPECT_ALL(samples);
}

static void sex_is_m_or_f(void **state) {
    (void)state;
    static const sample samples[] = {
        {CK_KIND_SEX, "M", CK_CLEAN_SAME, "M"},          {CK_KIND_SEX, "f", CK_CLEAN_CHANGED, "F"},
        {CK_KIND_SEX, "1", CK_CLEAN_CHANGED, "M"},       {CK_KIND_SEX, "2", CK_CLEAN_CHANGED, "F"},
        {CK_KIND_SEX, "Male", CK_CLEAN_CHANGED, "M"},    {CK_KIND_SEX, " FEMALE ", CK_CLEAN_CHANGED, "F"},
        {CK_KIND_SEX, "0", CK_CLEAN_PLACEHOLDER, ""},    {CK_KIND_SEX, "9", CK_CLEAN_PLACEHOLDER, ""},
        {CK_KIND_SEX, "x", CK_CLEAN_PLACEHOLDER, ""},    {CK_KIND_SEX, "Z", CK_CLEAN_PLACEHOLDER, ""},
        {CK_KIND_SEX, "Unknown", CK_CLEAN_PLACEHOLDER, ""}, {CK_KIND_SEX, "", CK_CLEAN_EMPTY, ""},
        {CK_KIND_SEX, "Q", CK_CLEAN_INVALID, ""},        {CK_KIND_SEX, "MF", CK_CLEAN_INVALID, ""},
    };
    EXPECT_ALL(samples);
}

static void postcodes_follow_forms_and_letters(void **state) {
    (void)state;
    static const sample samples[] = {
        {CK_KIND_POSTCODE, "LA1 4YW", CK_CLEAN_SAME, "LA1 4YW"},
        {CK_KIND_POSTCODE, "la14yw", CK_CLEAN_CHANGED, "LA1 4YW"},
        {CK_KIND_POSTCODE, " l1  1\taa ", CK_CLEAN_CHANGED, "L1 1AA"},
        {CK_KIND_POSTCODE, "L34\xC2\xA0" "5AB", CK_CLEAN_CHANGED, "L34 5AB"},
        {CK_KIND_POSTCODE, "W1A1AA", CK_CLEAN_CHANGED, "W1A 1AA"},
        {CK_KIND_POSTCODE, "EC1A 1BB", CK_CLEAN_SAME, "EC1A 1BB"},
        {CK_KIND_POSTCODE, "PR26 7ZY", CK_CLEAN_SAME, "PR26 7ZY"},
        {CK_KIND_POSTCODE, "GIR0AA", CK_CLEAN_CHANGED, "GIR 0AA"},
        {CK_KIND_POSTCODE, "ZZ99 3VZ", CK_CLEAN_PLACEHOLDER, ""},
        {CK_KIND_POSTCODE, "zz996cz", CK_CLEAN_PLACEHOLDER, ""},
        {CK_KIND_POSTCODE, "QA1 1AA", CK_CLEAN_INVALID, ""}, /* first letter */
        {CK_KIND_POSTCODE, "V1 1AA", CK_CLEAN_INVALID, ""},
        {CK_KIND_POSTCODE, "LZ1 1AA", CK_CLEAN_INVALID, ""},  /* second letter */
        {CK_KIND_POSTCODE, "L1I 1AA", CK_CLEAN_INVALID, ""},  /* third */
        {CK_KIND_POSTCODE, "LA1C 1AA", CK_CLEAN_INVALID, ""}, /* fourth */
        {CK_KIND_POSTCODE, "LA1 1CA", CK_CLEAN_INVALID, ""},  /* inward letters */
        {CK_KIND_POSTCODE, "LA1 1AV", CK_CLEAN_INVALID, ""},
        {CK_KIND_POSTCODE, "LA1", CK_CLEAN_INVALID, ""},
        {CK_KIND_POSTCODE, "LAA 1AA", CK_CLEAN_INVALID, ""},
        {CK_KIND_POSTCODE, "LA123 1AA", CK_CLEAN_INVALID, ""},
        {CK_KIND_POSTCODE, "L1AA 1AA", CK_CLEAN_INVALID, ""},
        {CK_KIND_POSTCODE, "1A1 1AA", CK_CLEAN_INVALID, ""},
        {CK_KIND_POSTCODE, "LA1 AAA", CK_CLEAN_INVALID, ""},
        {CK_KIND_POSTCODE, "L\xC3\x89" "1 1AA", CK_CLEAN_INVALID, ""},
    };
    EXPECT_ALL(samples);
}

static void postcode_parts_are_measured(void **state) {
    (void)state;
    static const struct { const char *text; bool good; size_t area, district, sector; } cases[] = {
        {"LA1 4YW", true, 2, 3, 5}, {"L1 1AA", true, 1, 2, 4},   {"EC1A 1BB", true, 2, 4, 6}, {"W1A 1AA", true, 1, 3, 5},
        {"PR26 7ZY", true, 2, 4, 6}, {"GIR 0AA", true, 3, 3, 5}, {"la1 4yw", true, 2, 3, 5},  {"QZ1 1CC", true, 2, 3, 5},
        {"LA14YW", false, 0, 0, 0}, {"LA1 4Y", false, 0, 0, 0},  {"LA1  4YW", false, 0, 0, 0}, {"", false, 0, 0, 0},
        {"LAA 4YW", false, 0, 0, 0}, {"LA1 44W", false, 0, 0, 0}, {"LA1Q4YW", false, 0, 0, 0}, {"ABC1 1AA", false, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t area = 0, district = 0, sector = 0;
        bool good = ck_postcode_parts(cases[i].text, strlen(cases[i].text), &area, &district, &sector);
        if (good != cases[i].good || (good && (area != cases[i].area || district != cases[i].district || sector != cases[i].sector)))
            fail_msg("postcode parts of \"%s\": %d %zu %zu %zu", cases[i].text, good, area, district, sector);
    }
}

static void nhs_numbers_are_checked(void **state) {
    (void)state;
    static const sample samples[] = {
        {CK_KIND_NHS_NUMBER, "9434765919", CK_CLEAN_SAME, "9434765919"},
        {CK_KIND_NHS_NUMBER, "450 557 7104", CK_CLEAN_CHANGED, "4505577104"},
        {CK_KIND_NHS_NUMBER, "450-557-7104", CK_CLEAN_CHANGED, "4505577104"},
        {CK_KIND_NHS_NUMBER, "450\xE2\x80\x93" "557\xC2\xA0" "7104", CK_CLEAN_CHANGED, "4505577104"},
        {CK_KIND_NHS_NUMBER, "9876543210", CK_CLEAN_SAME, "9876543210"},
        {CK_KIND_NHS_NUMBER, "0123456789", CK_CLEAN_SAME, "0123456789"},
        {CK_KIND_NHS_NUMBER, "1234567890", CK_CLEAN_CHECK_DIGIT, ""},
        {CK_KIND_NHS_NUMBER, "1234567881", CK_CLEAN_SAME, "1234567881"},
        {CK_KIND_NHS_NUMBER, "0000000000", CK_CLEAN_CHECK_DIGIT, ""},
        {CK_KIND_NHS_NUMBER, "9999999999", CK_CLEAN_CHECK_DIGIT, ""},
        {CK_KIND_NHS_NUMBER, "943476591", CK_CLEAN_INVALID, ""},
        {CK_KIND_NHS_NUMBER, "94347659190", CK_CLEAN_INVALID, ""},
        {CK_KIND_NHS_NUMBER, "943476591X", CK_CLEAN_INVALID, ""},
        {CK_KIND_NHS_NUMBER, " - ", CK_CLEAN_EMPTY, ""},
    };
    EXPECT_ALL(samples);
    for (char digit = '0'; digit <= '9'; digit++) {
        char repeated[11] = {0};
        memset(repeated, digit, 10);
        expect(&(ck_clean_options){.kind = CK_KIND_NHS_NUMBER}, &(sample){CK_KIND_NHS_NUMBER, repeated, CK_CLEAN_CHECK_DIGIT, ""});
    }
    assert_int_equal(ck_nhs_check_digit("943476591"), 9);
    assert_int_equal(ck_nhs_check_digit("987654321"), 0);
    assert_int_equal(ck_nhs_check_digit("100000001"), -1); /* 10 + 2 = 12, 12 mod 11 = 1, 11 - 1 = 10 */
}

static void numbers_become_canonical(void **state) {
    (void)state;
    static const sample samples[] = {
        {CK_KIND_UPRN, "000000199356", CK_CLEAN_CHANGED, "199356"},
        {CK_KIND_UPRN, "100023336956", CK_CLEAN_SAME, "100023336956"},
        {CK_KIND_UPRN, "0000100023336956", CK_CLEAN_CHANGED, "100023336956"},
        {CK_KIND_UPRN, "1000233369560", CK_CLEAN_INVALID, ""},
        {CK_KIND_UPRN, "000", CK_CLEAN_INVALID, ""},
        {CK_KIND_UPRN, "12A", CK_CLEAN_INVALID, ""},
        {CK_KIND_INTEGER, "+007", CK_CLEAN_CHANGED, "7"},
        {CK_KIND_INTEGER, "7.0", CK_CLEAN_CHANGED, "7"},
        {CK_KIND_INTEGER, "-0", CK_CLEAN_CHANGED, "0"},
        {CK_KIND_INTEGER, "-12", CK_CLEAN_SAME, "-12"},
        {CK_KIND_INTEGER, "123456789012345678901234567890", CK_CLEAN_SAME, "123456789012345678901234567890"},
        {CK_KIND_INTEGER, "7.5", CK_CLEAN_INVALID, ""},
        {CK_KIND_INTEGER, "1e3", CK_CLEAN_INVALID, ""},
        {CK_KIND_INTEGER, "-", CK_CLEAN_INVALID, ""},
        {CK_KIND_INTEGER, "1 000", CK_CLEAN_INVALID, ""},
        {CK_KIND_NUMBER, "0.10", CK_CLEAN_CHANGED, "0.1"},
        {CK_KIND_NUMBER, "1e5", CK_CLEAN_CHANGED, "100000"},
        {CK_KIND_NUMBER, "100000", CK_CLEAN_SAME, "100000"},
        {CK_KIND_NUMBER, "1E21", CK_CLEAN_CHANGED, "1e+21"},
        {CK_KIND_NUMBER, "123456789012345678901", CK_CLEAN_CHANGED, "123456789012345680000"},
        {CK_KIND_NUMBER, "0.3", CK_CLEAN_SAME, "0.3"},
        {CK_KIND_NUMBER, "0.1000000000000000055511151231257827", CK_CLEAN_CHANGED, "0.1"},
        {CK_KIND_NUMBER, "-.5", CK_CLEAN_CHANGED, "-0.5"},
        {CK_KIND_NUMBER, "5.", CK_CLEAN_CHANGED, "5"},
        {CK_KIND_NUMBER, "-0.0", CK_CLEAN_CHANGED, "0"},
        {CK_KIND_NUMBER, "0.000012", CK_CLEAN_SAME, "0.000012"},
        {CK_KIND_NUMBER, "0.0000012", CK_CLEAN_SAME, "0.0000012"},
        {CK_KIND_NUMBER, "12.5e-9", CK_CLEAN_CHANGED, "1.25e-08"},
        {CK_KIND_NUMBER, "nan", CK_CLEAN_INVALID, ""},
        {CK_KIND_NUMBER, "inf", CK_CLEAN_INVALID, ""},
        {CK_KIND_NUMBER, "0x10", CK_CLEAN_INVALID, ""},
        {CK_KIND_NUMBER, "1e999", CK_CLEAN_INVALID, ""},
        {CK_KIND_NUMBER, "1,5", CK_CLEAN_INVALID, ""},
        {CK_KIND_NUMBER, "e5", CK_CLEAN_INVALID, ""},
        {CK_KIND_NUMBER, ".", CK_CLEAN_INVALID, ""},
    };
    EXPECT_ALL(samples);
}

static void dates_become_iso(void **state) {
    (void)state;
    static const sample samples[] = {
        {CK_KIND_DATE, "2020-02-29", CK_CLEAN_SAME, "2020-02-29"},  {CK_KIND_DATE, "2020-1-5", CK_CLEAN_CHANGED, "2020-01-05"},
        {CK_KIND_DATE, "1850-06-01", CK_CLEAN_SAME, "1850-06-01"},  {CK_KIND_DATE, "1900-01-01", CK_CLEAN_SAME, "1900-01-01"},
        {CK_KIND_DATE, "2021-02-29", CK_CLEAN_INVALID, ""},         {CK_KIND_DATE, "1900-02-29", CK_CLEAN_INVALID, ""},
        {CK_KIND_DATE, "2020-13-01", CK_CLEAN_INVALID, ""},         {CK_KIND_DATE, "01/02/2020", CK_CLEAN_INVALID, ""},
        {CK_KIND_DATE, "2020-02-01 00:00:00", CK_CLEAN_INVALID, ""}, {CK_KIND_DATE, "epoch", CK_CLEAN_INVALID, ""},
        {CK_KIND_DATE, " ", CK_CLEAN_EMPTY, ""},
    };
    EXPECT_ALL(samples);
    char *formats[] = {"%d/%m/%Y", "%d %b %y", "%Y-%m-%d"};
    ck_clean_options options = {.kind = CK_KIND_DATE, .format = formats, .nformat = 3};
    expect(&options, &(sample){CK_KIND_DATE, "3/4/1970", CK_CLEAN_CHANGED, "1970-04-03"});
    expect(&options, &(sample){CK_KIND_DATE, "03 apr 68", CK_CLEAN_CHANGED, "2068-04-03"});
    expect(&options, &(sample){CK_KIND_DATE, "03 Apr 69", CK_CLEAN_CHANGED, "1969-04-03"});
    expect(&options, &(sample){CK_KIND_DATE, "1970-04-03", CK_CLEAN_SAME, "1970-04-03"});
}

/* What DuckDB 2.0.0's try_strptime gives, as days; NONE where it gives NULL. */
static void dates_parse_as_duckdb(void **state) {
    (void)state;
    enum { NONE = INT32_MIN };
    static const struct { const char *format, *text; int64_t days; } cases[] = {
        {"%Y-%m-%d", "1970-01-01", 0},       {"%Y-%m-%d", "2020-1-5", 18266},       {"%Y-%m-%d", " \t2020-01-05\n", 18266},
        {"%Y-%m-%d", "2020-01-05\v", 18266}, {"%Y-%m-%d", "20-01-05", -712219},     {"%Y-%m-%d", "0-1-1", -719528},
        {"%Y-%m-%d", "9999-12-31", 2932896}, {"%Y-%m-%d", "12345-01-01", NONE},     {"%Y-%m-%d", "-1-01-01", NONE},
        {"%Y-%m-%d", "+2020-01-01", NONE},   {"%Y-%m-%d", "2020-00-10", NONE},      {"%Y-%m-%d", "2020-01-32", NONE},
        {"%Y-%m-%d", "2020-01-055", NONE},   {"%Y-%m-%d", "2020- 1-05", NONE},      {"%Y-%m-%d", "2020-01", NONE},
        {"%Y-%m-%d", "2020-01-05x", NONE},   {"%Y-%m-%d", "", NONE},                {"%Y-%m-%d", "\xC2\xA0" "2020-01-05", NONE},
        {"%d/%m/%Y", "5/1/20", -712219},     {"%d %m %Y", "05  01\t2020", 18266},   {"%d  %m %Y", "05 01 2020", 18266},
        {"%Y%m%d", "20200105", 18266},       {"%Y%m%d", "2020105", 18540},          {"%d%m%Y", "5012020", NONE},
        {"%y-%m-%d", "68-01-01", 35794},     {"%y-%m-%d", "69-01-01", -365},        {"%y-%m-%d", "2020-01-01", NONE},
        {"%d-%b-%Y", "05-JAN-2020", 18266},  {"%d-%b-%Y", "05-January-2020", NONE}, {"%d-%b-%Y", "05-Sept-2020", NONE},
        {"%d %B %Y", "5 may 2020", 18387},   {"%d %B %Y", "05 Jan 2020", NONE},     {"%Y-%j", "2020-60", 18321},
        {"%Y-%j", "2020-366", 18627},        {"%Y-%j", "2020-000", NONE},           {"%d %j", "02 060", -25566},
        {"%Y-%m-%d %H:%M:%S", "2020-01-05 1:2:3", 18266}, {"%Y-%m-%d %H:%M:%S", "2020-01-05 24:00:00", NONE},
        {"%Y-%m-%d %H:%M:%S", "2020-01-05 23:59:60", NONE}, {"%Y%%%m", "2020%01", 18262}, {"%d/%m", "29/02", NONE},
        {"%-d/%-m/%Y", "05/01/2020", 18266}, {" %Y", "2020", NONE},                 {"%Y ", "2020", NONE},
        {"%d. %m. %Y", "5.6.2020", NONE},    {"%Y-%j", "2021-366", NONE}, /* the last one differs: docs/cleaning.md */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t days = 0;
        if (!ck_date_parse(cases[i].format, cases[i].text, strlen(cases[i].text), &days))
            days = NONE;
        if (days != cases[i].days)
            fail_msg("\"%s\" as %s: %lld, expected %lld", cases[i].text, cases[i].format, (long long)days, (long long)cases[i].days);
    }
}

static void dates_split_and_parse_back(void **state) {
    (void)state;
    for (int64_t days = -719528; days <= 2932896; days += days % 3 ? 1 : 200) {
        int year, month, day;
        ck_date_split(days, &year, &month, &day);
        char text[48];
        int n = snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
        int64_t back = 0;
        assert_true(ck_date_parse("%Y-%m-%d", text, (size_t)n, &back));
        assert_int_equal(back, days);
    }
}

static void bounds_make_others_missing(void **state) {
    (void)state;
    ck_clean_options dates = {.kind = CK_KIND_DATE, .min = "1895-01-01", .max = "2026-03-31"};
    expect(&dates, &(sample){CK_KIND_DATE, "1894-12-31", CK_CLEAN_OUT_OF_RANGE, ""});
    expect(&dates, &(sample){CK_KIND_DATE, "1895-01-01", CK_CLEAN_SAME, "1895-01-01"});
    expect(&dates, &(sample){CK_KIND_DATE, "2026-03-31", CK_CLEAN_SAME, "2026-03-31"});
    expect(&dates, &(sample){CK_KIND_DATE, "2026-04-01", CK_CLEAN_OUT_OF_RANGE, ""});
    ck_clean_options ages = {.kind = CK_KIND_INTEGER, .min = "0", .max = "120"};
    expect(&ages, &(sample){CK_KIND_INTEGER, "-1", CK_CLEAN_OUT_OF_RANGE, ""});
    expect(&ages, &(sample){CK_KIND_INTEGER, "120", CK_CLEAN_SAME, "120"});
    expect(&ages, &(sample){CK_KIND_INTEGER, "121", CK_CLEAN_OUT_OF_RANGE, ""});
    ck_clean_options shares = {.kind = CK_KIND_NUMBER, .max = "0.5"};
    expect(&shares, &(sample){CK_KIND_NUMBER, "0.5", CK_CLEAN_SAME, "0.5"});
    expect(&shares, &(sample){CK_KIND_NUMBER, "0.50001", CK_CLEAN_OUT_OF_RANGE, ""});
}

static void listed_values_are_missing(void **state) {
    (void)state;
    char *missing[] = {"NULL", "1900-01-01", "N/A"};
    ck_clean_options options = {.kind = CK_KIND_NAME, .missing = missing, .nmissing = 3};
    expect(&options, &(sample){CK_KIND_NAME, " NULL ", CK_CLEAN_PLACEHOLDER, ""});
    expect(&options, &(sample){CK_KIND_NAME, "null", CK_CLEAN_CHANGED, "NULL"}); /* exactly */
    options.kind = CK_KIND_DATE;
    expect(&options, &(sample){CK_KIND_DATE, "1900-01-01", CK_CLEAN_PLACEHOLDER, ""});
    options.kind = CK_KIND_TEXT;
    expect(&options, &(sample){CK_KIND_TEXT, " N/A", CK_CLEAN_PLACEHOLDER, ""});
    expect(&options, &(sample){CK_KIND_TEXT, " N/B", CK_CLEAN_SAME, " N/B"});
}

static void options_are_checked(void **state) {
    (void)state;
    char *good[] = {"%d/%m/%Y", "%-d %B %y 100%%"}, *bad[] = {"%Q"}, *cut[] = {"%Y%"}, *none[] = {""}, *flagged[] = {"%-Y"};
    const struct { ck_clean_options options; bool valid; const char *begins; } cases[] = {
        {{.kind = CK_KIND_DATE, .format = good, .nformat = 2, .min = "1895-01-01"}, true, ""},
        {{.kind = CK_KIND_DATE, .format = bad, .nformat = 1}, false, "format:"},
        {{.kind = CK_KIND_DATE, .format = cut, .nformat = 1}, false, "format:"},
        {{.kind = CK_KIND_DATE, .format = none, .nformat = 1}, false, "format:"},
        {{.kind = CK_KIND_DATE, .format = flagged, .nformat = 1}, false, "format:"},
        {{.kind = CK_KIND_NAME, .format = good, .nformat = 1}, false, "format:"},
        {{.kind = CK_KIND_DATE, .min = "01/02/1990"}, false, "min:"},
        {{.kind = CK_KIND_DATE, .max = "2020-02-30"}, false, "max:"},
        {{.kind = CK_KIND_NUMBER, .max = "1e3"}, true, ""},
        {{.kind = CK_KIND_INTEGER, .min = "ten"}, false, "min:"},
        {{.kind = CK_KIND_NAME, .min = "1"}, false, "min:"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_error error = {0};
        assert_int_equal(ck_clean_check(&error, &cases[i].options), cases[i].valid ? CK_OK : CK_USAGE);
        assert_memory_equal(error.text, cases[i].begins, strlen(cases[i].begins));
    }
}

static void soundex_is_the_archives(void **state) {
    (void)state;
    static const struct { const char *name, *code; } cases[] = {
        {"ROBERT", "R163"}, {"RUPERT", "R163"}, {"RUBIN", "R150"},  {"ASHCRAFT", "A261"}, {"ASHCROFT", "A261"}, {"TYMCZAK", "T522"},
        {"PFISTER", "P236"}, {"HONEYMAN", "H555"}, {"LEE", "L000"}, {"O'BRIEN", "O165"},  {"gutierrez", "G362"}, {"JACKSON", "J250"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char code[4];
        assert_true(ck_soundex(cases[i].name, strlen(cases[i].name), code));
        assert_memory_equal(code, cases[i].code, 4);
    }
    char code[4];
    assert_false(ck_soundex("12 -", 4, code));
}

static void utf8_is_checked_and_cut_by_characters(void **state) {
    (void)state;
    static const struct { const char *text; size_t n, bad; } wrong[] = {
        {"a\x80", 2, 1},         {"\xC0\x80", 2, 0},         {"\xC1\xBF", 2, 0},         {"ab\xE0\x80\x80", 5, 2},
        {"\xED\xA0\x80", 3, 0},  {"\xF0\x8F\xBF\xBF", 4, 0}, {"\xF4\x90\x80\x80", 4, 0}, {"\xF5\x80\x80\x80", 4, 0},
        {"a\xC3", 2, 1},         {"\xE2\x82", 2, 0},         {"\xC3" "a", 2, 0},         {"\xE2\x82" "a", 3, 0},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        size_t bad = 99;
        assert_false(ck_utf8_valid(wrong[i].text, wrong[i].n, &bad));
        assert_int_equal(bad, wrong[i].bad);
    }
    static const char right[] = "a\0\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xF0\x90\x80\x80\xF4\x8F\xBF\xBF";
    size_t bad;
    assert_true(ck_utf8_valid(right, sizeof right - 1, &bad));
    assert_int_equal(ck_utf8_prefix("\xC3\xA9" "ab", 4, 0), 0);
    assert_int_equal(ck_utf8_prefix("\xC3\xA9" "ab", 4, 1), 2);
    assert_int_equal(ck_utf8_prefix("\xC3\xA9" "ab", 4, 2), 3);
    assert_int_equal(ck_utf8_prefix("\xC3\xA9" "ab", 4, 9), 4);
}

/* ---- properties ---- */

/* Clean twice with default options: it fits, is valid UTF-8, is never an empty "same", and does not change again. */
static void check_idempotent(ck_kind kind, const char *raw, size_t n) {
    ck_clean_options options = {.kind = kind};
    size_t first_n, second_n, bad, room = ck_clean_room(n);
    char *first = malloc(room), *second = NULL;
    assert_non_null(first);
    ck_clean_result result = ck_clean_value(&options, raw, n, first, &first_n);
    assert_true(first_n <= room && first_n < room + 1);
    if (result == CK_CLEAN_SAME || result == CK_CLEAN_CHANGED) {
        assert_true(first_n > 0);
        assert_true(ck_utf8_valid(first, first_n, &bad));
        second = malloc(ck_clean_room(first_n));
        assert_non_null(second);
        ck_clean_result again = ck_clean_value(&options, first, first_n, second, &second_n);
        if (again != CK_CLEAN_SAME || second_n != first_n || memcmp(first, second, first_n) != 0)
            fail_msg("%s is not idempotent: \"%.*s\" -> \"%.*s\" -> \"%.*s\"", ck_kind_name(kind), (int)n, raw, (int)first_n,
                     first, (int)second_n, second);
        assert_true((result == CK_CLEAN_SAME) == (first_n == n && memcmp(first, raw, n) == 0));
    } else {
        assert_int_equal(first_n, 0);
    }
    free(second);
    free(first);
}

static size_t encode(uint32_t point, char *out) {
    if (point < 0x80)
        return (void)(out[0] = (char)point), 1;
    size_t n = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, point >>= 6)
        out[i] = (char)(0x80 | (point & 0x3F));
    out[0] = (char)((n == 2 ? 0xC0 : n == 3 ? 0xE0 : 0xF0) | point);
    return n;
}

static void every_code_point_is_idempotent(void **state) {
    (void)state;
    for (uint32_t point = 0; point <= 0x10FFFF; point++) {
        if (point >= 0xD800 && point < 0xE000)
            continue;
        char raw[8] = "a";
        size_t n = encode(point, raw + 1) + 1;
        for (int k = 0; k < 5; k++) {
            static const ck_kind kinds[] = {CK_KIND_NAME, CK_KIND_EMAIL, CK_KIND_CATEGORY, CK_KIND_ADDRESS, CK_KIND_IDENTIFIER};
            check_idempotent(kinds[k], raw + 1, n - 1); /* alone */
            check_idempotent(kinds[k], raw, n);         /* after a letter */
        }
    }
}

typedef struct {
    uint64_t seed, step;
} dice;

static uint64_t roll(dice *d, uint64_t sides) {
    return ck_hash_mix(d->seed * UINT64_C(0x9E3779B97F4A7C15) + ++d->step) % sides;
}

/* Values near the forms of the kinds, with odd characters thrown in. */
static size_t random_value(dice *d, char *out) {
    static const char *const pieces[] = {"0", "1", "9", ".", "-", "+", "e", " ", "\t", "LA1", "4YW", "M", "f", "'", "\xE2\x80\x99",
                                         "\xC3\xA9", "\xCC\x81", "\xC3\x9F", "\xC2\xA0", "\xEF\xB7\xBA", "19", "70", "01", "12",
                                         "ZZ99", "\xE2\x80\x93", "\xF0\x9F\x98\x80", "Q", "a", "@", "999", "\xC4\xB0", "\xC8\xBA", "?", "00", "44"};
    size_t n = 0;
    for (uint64_t k = roll(d, 12); k > 0; k--) {
        if (roll(d, 8) == 0) {
            uint32_t point = (uint32_t)roll(d, 0x110000 - 0x800);
            n += encode(point < 0xD800 ? point : point + 0x800, out + n);
        } else {
            const char *piece = pieces[roll(d, sizeof pieces / sizeof *pieces)];
            memcpy(out + n, piece, strlen(piece));
            n += strlen(piece);
        }
    }
    return n;
}

static size_t random_number(dice *d, char *out) {
    static const char *const formats[] = {"%lld", "%lld.0", "+%lld", "0%lld", "%llde-3", "%lld.50", "-.%lld", "%llde200"};
    return (size_t)sprintf(out, formats[roll(d, 8)], (long long)(roll(d, UINT64_MAX) >> roll(d, 63) >> 1));
}

static size_t random_date(dice *d, char *out) {
    return (size_t)sprintf(out, "%d-%d-%d", (int)roll(d, 10000), (int)roll(d, 14), (int)roll(d, 33));
}

static void random_values_are_idempotent(void **state) {
    (void)state;
    static size_t (*const makers[])(dice *, char *) = {random_value, random_number, random_date};
    dice d = {.seed = 7};
    for (int i = 0; i < 60000; i++) {
        char raw[128];
        size_t n = makers[i % 3](&d, raw);
        for (int kind = 0; kind < CK_KIND_COUNT; kind++)
            check_idempotent((ck_kind)kind, raw, n);
    }
}

/* The canonical form of a number is the same double. */
static void numbers_read_back(void **state) {
    (void)state;
    dice d = {.seed = 11};
    for (int i = 0; i < 20000; i++) {
        char raw[128], out[2048];
        size_t out_n, n = random_number(&d, raw);
        if (ck_clean_value(&(ck_clean_options){.kind = CK_KIND_NUMBER}, raw, n, out, &out_n) > CK_CLEAN_CHANGED)
            continue;
        out[out_n] = 0;
        assert_true(strtod(raw, NULL) == strtod(out, NULL));
    }
}

/* Bytes that are no UTF-8 never reach cleaning; if they did, nothing is read or written out of bounds (sanitizers). */
static void odd_bytes_do_no_harm(void **state) {
    (void)state;
    dice d = {.seed = 3};
    for (int i = 0; i < 30000; i++) {
        size_t n = roll(&d, 12), out_n;
        char *raw = malloc(n ? n : 1), *out = malloc(ck_clean_room(n));
        assert_non_null(raw);
        assert_non_null(out);
        for (size_t k = 0; k < n; k++)
            raw[k] = (char)roll(&d, 256);
        for (int kind = 0; kind < CK_KIND_COUNT; kind++) {
            ck_clean_value(&(ck_clean_options){.kind = (ck_kind)kind}, raw, n, out, &out_n);
            assert_true(out_n <= ck_clean_room(n));
        }
        free(out);
        free(raw);
    }
}

static void kinds_have_names(void **state) {
    (void)state;
    for (int kind = 0; kind < CK_KIND_COUNT; kind++)
        assert_int_equal(ck_kind_parse(ck_kind_name((ck_kind)kind)), kind);
    assert_int_equal(ck_kind_parse("Name"), CK_KIND_COUNT);
    assert_string_equal(ck_kind_name(CK_KIND_NHS_NUMBER), "nhs_number");
    for (int result = 0; result < CK_CLEAN_RESULTS; result++)
        assert_non_null(ck_clean_result_name((ck_clean_result)result));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_follow_the_rule),
        cmocka_unit_test(addresses_and_identifiers_keep_digits),
        cmocka_unit_test(phones_are_what_is_dialled_at_home),
        cmocka_unit_test(birth_dates_keep_what_is_known),
        cmocka_unit_test(birth_dates_have_parts),
        cmocka_unit_test(plain_kinds_keep_their_characters),
        cmocka_unit_test(sex_is_m_or_f),
        cmocka_unit_test(postcodes_follow_forms_and_letters),
        cmocka_unit_test(postcode_parts_are_measured),
        cmocka_unit_test(nhs_numbers_are_checked),
        cmocka_unit_test(numbers_become_canonical),
        cmocka_unit_test(dates_become_iso),
        cmocka_unit_test(dates_parse_as_duckdb),
        cmocka_unit_test(dates_split_and_parse_back),
        cmocka_unit_test(bounds_make_others_missing),
        cmocka_unit_test(listed_values_are_missing),
        cmocka_unit_test(options_are_checked),
        cmocka_unit_test(soundex_is_the_archives),
        cmocka_unit_test(utf8_is_checked_and_cut_by_characters),
        cmocka_unit_test(every_code_point_is_idempotent),
        cmocka_unit_test(random_values_are_idempotent),
        cmocka_unit_test(numbers_read_back),
        cmocka_unit_test(odd_bytes_do_no_harm),
        cmocka_unit_test(kinds_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
