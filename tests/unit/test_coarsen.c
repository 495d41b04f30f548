/* What is left of dates, postcodes and codes, and which columns look identifying. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "release/coarsen.h"
#include "release/identifying.h"
#include <carrick/clean.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int64_t day(const char *text) {
    int64_t days;
    assert_true(ck_date_parse("%Y-%m-%d", text, strlen(text), &days));
    return days;
}

static ck_secret key = {(unsigned char *)(uintptr_t)"a key of some length", 20};

static void check(const ck_coarse_options *options, uint64_t person, const char *value, const char *wanted) {
    char room[CK_COARSE_ROOM], text[CK_COARSE_ROOM];
    ck_span out;
    ck_coarsen(options, &key, person, ck_span_of(value), room, &out);
    snprintf(text, sizeof text, "%.*s", (int)out.n, out.bytes);
    assert_string_equal(text, wanted);
}

static void dates(void **state) {
    (void)state;
    uint32_t bands[] = {5, 18, 65};
    char *formats[] = {(char *)(uintptr_t)"%d/%m/%Y"};
    static const struct {
        ck_coarse as;
        const char *value, *wanted;
    } cases[] = {
        {CK_COARSE_AGE, "1980-07-01", "46"},      {CK_COARSE_AGE, "1980-07-02", "45"},      {CK_COARSE_AGE, "1980-08-01", "45"},    {CK_COARSE_AGE, "1980-06-30", "46"},
        {CK_COARSE_AGE, "2026-07-02", ""},        {CK_COARSE_AGE, "2026-07-01", "0"},       {CK_COARSE_AGE, "1980-02-30", ""},      {CK_COARSE_AGE, "", ""},
        {CK_COARSE_AGE_BAND, "2008-07-02", "5-17"}, {CK_COARSE_AGE_BAND, "2008-07-01", "18-64"}, {CK_COARSE_AGE_BAND, "1961-07-01", "65+"}, {CK_COARSE_AGE_BAND, "2022-01-01", ""},
        {CK_COARSE_AGE_BAND, "2027-01-01", ""},   {CK_COARSE_YEAR, "1980-07-02", "1980"},   {CK_COARSE_MONTH, "1980-07-02", "1980-07"}, {CK_COARSE_KEEP, "1980-07-02", "1980-07-02"},
        {CK_COARSE_YEAR, "no date", ""},          {CK_COARSE_MONTH, "02/07/1980", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_coarse_options options = {.as = cases[i].as, .as_of = day("2026-07-01"), .band = bands, .nbands = 3};
        check(&options, 1, cases[i].value, cases[i].wanted);
    }
    check(&(ck_coarse_options){.as = CK_COARSE_MONTH, .format = formats, .nformat = 1}, 1, "02/07/1980", "1980-07");
}

/* All dates of a person move by as many days, never by none, either way and as far as allowed; another key moves them otherwise. */
static void shifts(void **state) {
    (void)state;
    enum { MOST = 3, PERSONS = 600 };
    uint32_t seen[2 * MOST + 1] = {0}, same = 0;
    ck_secret other = {(unsigned char *)(uintptr_t)"another key of length", 21};
    for (uint64_t p = 0; p < PERSONS; p++) {
        int64_t days = ck_shift_days(&key, p, MOST);
        assert_true(days != 0 && days >= -MOST && days <= MOST);
        seen[days + MOST]++;
        same += days == ck_shift_days(&other, p, MOST);
    }
    for (int64_t days = -MOST; days <= MOST; days++)
        assert_true(days == 0 ? seen[MOST] == 0 : seen[days + MOST] > PERSONS / (2 * MOST) / 2);
    assert_true(same < PERSONS / 3);
    for (uint64_t p = 0; p < 20; p++) {
        const char *values[] = {"2026-01-31", "2024-02-28", "1999-12-31"};
        for (size_t i = 0; i < 3; i++) {
            char room[CK_COARSE_ROOM];
            int64_t moved;
            ck_span out;
            ck_coarsen(&(ck_coarse_options){.as = CK_COARSE_SHIFT, .shift_days = MOST}, &key, p, ck_span_of(values[i]), room, &out);
            assert_true(ck_date_parse("%Y-%m-%d", out.bytes, out.n, &moved));
            assert_int_equal(moved, day(values[i]) + ck_shift_days(&key, p, MOST));
        }
    }
}

static ck_status open_places(ck_error *error, const char *header, const char *rows, ck_lookup *lookup) {
    char path[] = "/tmp/carrick-places-XXXXXX";
    int handle = mkstemp(path);
    assert_true(handle >= 0);
    FILE *file = fdopen(handle, "w");
    fprintf(file, "%s\n%s\n", header, rows);
    fclose(file);
    ck_lookup_open(error, path, lookup);
    unlink(path);
    return error->status;
}

/* Two LSOAs in an MSOA; headers of two editions; a middle is the mean of the postcodes of the LSOA. */
static void places(void **state) {
    (void)state;
    static const char *const headers[] = {"pcds,oa21,old,lsoa21cd,msoa21cd,lad24cd,imd19ind,east1m,north1m,lsoa11cd", "PCD7,oa21,lsoa11,LSOA21,msoa21,oslaua,imd,oseast1m,osnrth1m,last",
                                          "pcd8,oa21,old,lsoa11cd,msoa11cd,laua,imd20ind,east1m,north1m,last"};
    static const char *const wanted[][2] = {{"outward", "M1"}, {"postal_area", "M"}, {"lsoa", "L1"}, {"msoa", "A"}, {"local_authority", "E8"}, {"deprivation", "77"}, {"easting", "200"}, {"northing", "1000"}};
    for (size_t h = 0; h < sizeof headers / sizeof *headers; h++) {
        ck_error error = {0};
        ck_lookup lookup;
        assert_int_equal(open_places(&error, headers[h], "M1 1AA,x,old,L1,A,E8,77,100,900,old\nM1 1AB,x,old,L1,A,E8,77,300,1100,old\nM2 1AA,x,old,L2,A,E8,5,900,900,old", &lookup),
                         CK_OK);
        for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
            ck_coarse_options options = {.lookup = &lookup};
            for (int as = 0; as < CK_COARSE_COUNT; as++)
                if (strcmp(ck_coarse_words[as], wanted[i][0]) == 0)
                    options.as = (ck_coarse)as;
            check(&options, 1, "m1 1aa", wanted[i][1]);
            check(&options, 1, "no postcode", "");
        }
        check(&(ck_coarse_options){.as = CK_COARSE_LSOA, .lookup = &lookup}, 1, "M9 9ZZ", "");
        ck_lookup_free(&lookup);
    }
}

/* A postcode that comes twice with the same areas is one; with another area nobody knows which is right. */
static void postcodes_that_come_twice(void **state) {
    (void)state;
    static const char *const second[] = {"M1 1AA,L1", "m11aa,L1", "M1 1AA,L2", "m11aa,L2"};
    for (size_t i = 0; i < sizeof second / sizeof *second; i++) {
        ck_error error = {0};
        ck_lookup lookup;
        ck_status status = open_places(&error, "pcds,lsoa21cd\nM1 1AA,L1", second[i], &lookup);
        assert_int_equal(status, i < 2 ? CK_OK : CK_DATA);
        if (status == CK_OK)
            check(&(ck_coarse_options){.as = CK_COARSE_LSOA, .lookup = &lookup}, 1, "M1 1AA", "L1");
        else
            assert_non_null(strstr(error.text, "this postcode stood before, in another area"));
        ck_lookup_free(&lookup);
    }
}

static const char *look(const char *const *value, uint32_t n, uint32_t rows) {
    ck_identifying seen = {0};
    for (uint32_t i = 0; i < n; i++)
        ck_identifying_add(&seen, ck_span_of(value[i]), rows);
    return ck_identifying_say(&seen, n);
}

/* One value of each kind among harmless ones, of as many rows as make its share just more than allowed, or not. */
static void identifying_by_content(void **state) {
    (void)state;
    static const struct {
        const char *value, *words;
        uint32_t harmless; /* rows beside 2 of the value: refused; beside twice as many: not */
    } cases[] = {
        {"943 476 5919", "holds valid NHS numbers", 190}, {"9434765919", "holds valid NHS numbers", 190}, {"SW1A 1AA", "holds full postcodes", 190},
        {"sw1a1aa", "holds full postcodes", 190},         {"ann@example.org", "holds e-mail addresses", 190}, {"0161 496 0000", "holds telephone numbers", 1},
        {"+441614960000", "holds telephone numbers", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_identifying few = {0}, many = {0};
        ck_identifying_add(&few, ck_span_of(cases[i].value), 2);
        ck_identifying_add(&few, ck_span_of("a note"), cases[i].harmless);
        assert_string_equal(ck_identifying_say(&few, 2), cases[i].words);
        ck_identifying_add(&many, ck_span_of(cases[i].value), 2);
        ck_identifying_add(&many, ck_span_of("a note"), 2 * cases[i].harmless);
        assert_null(ck_identifying_say(&many, 2));
    }
    static const char *const harmless[] = {"9434765918", "M1", "word", "1234567890", "a@b", "12", ""};
    assert_null(look(harmless, 7, 10));
    char text[120][8];
    const char *value[120];
    for (uint32_t i = 0; i < 120; i++) {
        snprintf(text[i], sizeof text[i], "v%u", i);
        value[i] = text[i];
    }
    assert_null(look(value, 99, 1));
    assert_string_equal(look(value, 120, 1), "has another value in nearly every row");
    assert_null(look(value, 120, 2));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(dates), cmocka_unit_test(shifts), cmocka_unit_test(places), cmocka_unit_test(postcodes_that_come_twice), cmocka_unit_test(identifying_by_content)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
