/* Made-up regions: the same whoever makes them, true to the rates that docs/synth.md states, with real hazards and valid numbers. */
#include "synth/errors.h"
#include "synth/region.h"
#include "synth/synth.h"
#include "base/memory.h"
#include <carrick/clean.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { ROWS = 50000, SEED = 3 };
static ck_region plain, region; /* of ROWS rows, for the tests that only read; `region` is one of families */

static ck_status create(ck_error *error, uint64_t rows, ck_synth_shape shape, ck_region *made) {
    return ck_region_create(error, &(ck_synth_options){.rows = rows, .seed = SEED, .shape = shape}, made);
}

static int make_regions(void **state) {
    (void)state;
    ck_error error = {0};
    return create(&error, ROWS, CK_SHAPE_PLAIN, &plain) != CK_OK || create(&error, ROWS, CK_SHAPE_FAMILIES, &region) != CK_OK;
}

static int free_regions(void **state) {
    (void)state;
    ck_region_free(&region);
    ck_region_free(&plain);
    return 0;
}

/* ---- draws ---- */

static void permutations_are_bijections(void **state) {
    (void)state;
    static const uint64_t sizes[] = {1, 2, 3, 4, 5, 16, 17, 1000, 4096, 5001};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        unsigned char *seen = calloc(sizes[s], 1);
        assert_non_null(seen);
        for (uint64_t i = 0; i < sizes[s]; i++) {
            uint64_t x = ck_permute(9, CK_STREAM_ORDER, sizes[s], i);
            assert_true(x < sizes[s]);
            assert_int_equal(seen[x]++, 0);
        }
        free(seen);
    }
    int fixed = 0;
    for (uint64_t i = 0; i < 5000; i++)
        fixed += ck_permute(9, CK_STREAM_ORDER, 5000, i) == i;
    assert_true(fixed < 10); /* one is expected */
}

static void pickers_follow_their_weights(void **state) {
    (void)state;
    uint64_t below[] = {1, 1, 4, 10}; /* weights 1 0 3 6 */
    ck_picker picker = {4, below};
    ck_draw draw = ck_draw_of(1, CK_STREAM_ROW, 0);
    uint32_t count[4] = {0};
    for (int i = 0; i < 10000; i++)
        count[ck_pick(&picker, &draw)]++;
    assert_in_range(count[0], 850, 1150);
    assert_int_equal(count[1], 0);
    assert_in_range(count[2], 2800, 3200);
    assert_in_range(count[3], 5800, 6200);
}

/* ---- people ---- */

static void households_cover_everybody_once(void **state) {
    (void)state;
    uint64_t households = 0, alone = 0;
    for (uint64_t person = 0; person < region.people;) {
        ck_household household = ck_household_of(&region, person);
        assert_int_equal(household.first, person);
        assert_in_range(household.size, 1, CK_HOUSEHOLD_MAX);
        for (uint32_t i = 1; i < household.size; i++)
            assert_int_equal(ck_household_of(&region, person + i).first, person);
        households++;
        alone += household.size == 1;
        person += household.size;
        assert_true(person <= region.people);
    }
    assert_in_range(alone * 1000 / households, 270, 350); /* 301 by the table, cut neighbourhoods apart */
    assert_in_range(region.people * 100 / households, 220, 245);
}

static void everybody_is_plausible(void **state) {
    (void)state;
    uint64_t renamed = 0, for_nothing = 0;
    for (uint64_t person = 0; person < region.people; person++) {
        ck_resident resident;
        ck_resident_of(&region, person, &resident);
        assert_true(resident.sex == 'M' || resident.sex == 'F');
        assert_true(resident.birth <= CK_TODAY && resident.birth > CK_TODAY - 105 * 366);
        assert_true(strlen(resident.forename) > 0 && strlen(resident.surname) > 0);
        if (resident.role != CK_CHILD)
            assert_true(CK_TODAY - resident.birth > 17 * 365);
        ck_resident_of(&plain, person, &resident);
        assert_true(resident.birth <= CK_TODAY && resident.birth > CK_TODAY - 105 * 366);
        renamed += resident.former_surname[0] != 0;
        for_nothing += strcmp(resident.surname, resident.former_surname) == 0;
    }
    assert_in_range(renamed * 100 / region.people, 12, 20);
    assert_true(for_nothing * 50 < renamed); /* by chance, most where surnames are few */
}

/* Chance that two people are born on one day, in 10^7: 96 years of days, and what shares 1 January adds. */
static uint64_t shared_days(const ck_region *made) {
    uint64_t *born = calloc(40000, sizeof *born), pairs = 0;
    assert_non_null(born);
    for (uint64_t person = 0; person < made->people; person++) {
        ck_resident resident;
        ck_resident_of(made, person, &resident);
        uint64_t *day = &born[CK_TODAY - resident.birth];
        pairs += (*day)++;
    }
    free(born);
    return pairs * 20000000 / (made->people * made->people);
}

static void birthdays_are_spread(void **state) {
    (void)state;
    assert_in_range(shared_days(&plain), 285, 400); /* 1 / (96 * 365) is 285 */
    assert_in_range(shared_days(&region), 285, 480);
}

static int compare_text(const void *a, const void *b) {
    return strcmp(a, b);
}

static void nhs_numbers_are_valid_and_unique(void **state) {
    (void)state;
    char (*all)[11] = malloc(region.people * sizeof *all);
    assert_non_null(all);
    for (uint64_t person = 0; person < region.people; person++) {
        char out[64];
        size_t n;
        ck_nhs_number_of(&region, person, all[person]);
        assert_memory_equal(all[person], "999", 3);
        assert_int_equal(ck_clean_value(&(ck_clean_options){.kind = CK_KIND_NHS_NUMBER}, all[person], 10, out, &n), CK_CLEAN_SAME);
    }
    qsort(all, region.people, sizeof *all, compare_text);
    for (uint64_t i = 1; i < region.people; i++)
        assert_true(strcmp(all[i - 1], all[i]) != 0);
    free(all);
}

/* All people that the test range holds, and the first beyond. */
static void nhs_numbers_stay_in_unissued_ranges(void **state) {
    (void)state;
    ck_error error = {0};
    ck_region full, larger;
    assert_int_equal(create(&error, 899991 * 100 / 62, CK_SHAPE_PLAIN, &full), CK_OK);
    assert_true(full.people > 899000);
    char number[11];
    for (uint64_t person = 0; person < full.people; person += 997) {
        ck_nhs_number_of(&full, person, number);
        assert_memory_equal(number, "999", 3);
        assert_int_equal(ck_nhs_check_digit(number), number[9] - '0');
        assert_string_not_equal(number, "9999999999");
    }
    assert_int_equal(create(&error, 2000000, CK_SHAPE_PLAIN, &larger), CK_OK);
    for (uint64_t person = 0; person < larger.people; person += 997) {
        ck_nhs_number_of(&larger, person, number);
        assert_true(number[0] == '8' || number[0] == '9');
        assert_int_equal(ck_nhs_check_digit(number), number[9] - '0');
    }
    ck_region_free(&larger);
    ck_region_free(&full);
}

static void postcodes_are_valid_and_unique(void **state) {
    (void)state;
    char (*all)[CK_POSTCODE_MAX] = malloc(region.postcodes * sizeof *all);
    assert_non_null(all);
    for (uint64_t i = 0; i < region.postcodes; i++) {
        char out[256];
        size_t n;
        ck_place_postcode(&region, i, all[i]);
        assert_int_equal(ck_clean_value(&(ck_clean_options){.kind = CK_KIND_POSTCODE}, all[i], strlen(all[i]), out, &n), CK_CLEAN_SAME);
    }
    qsort(all, region.postcodes, sizeof *all, compare_text);
    for (uint64_t i = 1; i < region.postcodes; i++)
        assert_true(strcmp(all[i - 1], all[i]) != 0);
    free(all);
}

/* Twins: born on one day to one surname at one address, with two forenames. */
static void twins_have_two_forenames(void **state) {
    (void)state;
    uint64_t twins = 0, children = 0;
    ck_resident last = {0};
    for (uint64_t person = 0; person < region.people; person++) {
        ck_resident now;
        ck_resident_of(&region, person, &now);
        children += now.role == CK_CHILD;
        bool siblings = now.role == CK_CHILD && last.role == CK_CHILD && now.position == last.position + 1;
        if (siblings && now.birth == last.birth) {
            twins++;
            assert_string_not_equal(now.forename, last.forename);
        }
        last = now;
    }
    assert_in_range(twins * 1000 / children, 6, 30);
}

/* Among unrelated people too, and they bear one surname, but where women have surnames of their own. */
static void twins_live_in_plain_regions(void **state) {
    (void)state;
    uint64_t twins = 0, namesakes = 0;
    ck_resident last = {0};
    for (uint64_t person = 0; person < plain.people; person++) {
        ck_resident now;
        ck_resident_of(&plain, person, &now);
        if (now.position == last.position + 1 && now.birth == last.birth) {
            twins++;
            namesakes += strcmp(now.surname, last.surname) == 0;
            assert_string_not_equal(now.forename, last.forename);
        }
        last = now;
    }
    assert_in_range(twins * 10000 / plain.people, 8, 35);
    assert_true(namesakes * 100 >= twins * 85);
}

static void january_first_is_common_in_some_communities(void **state) {
    (void)state;
    uint32_t n;
    const ck_community *communities = ck_communities(&n);
    uint64_t people[CK_COMMUNITIES_MAX] = {0}, spikes[CK_COMMUNITIES_MAX] = {0};
    assert_true(n <= CK_COMMUNITIES_MAX);
    for (uint64_t person = 0; person < region.people; person++) {
        ck_resident resident;
        int year, month, day;
        ck_resident_of(&region, person, &resident);
        ck_date_split(resident.birth, &year, &month, &day);
        people[resident.community]++;
        spikes[resident.community] += month == 1 && day == 1;
    }
    uint32_t weights = 0;
    for (uint32_t i = 0; i < n; i++) {
        weights += communities[i].weight;
        uint64_t per_thousand = people[i] ? spikes[i] * 1000 / people[i] : 0;
        if (communities[i].january_first < 1000)
            assert_true(per_thousand < 20);
        if (communities[i].january_first > 30000)
            assert_in_range(per_thousand, 150, 450);
    }
    assert_int_equal(weights, 1000);
}

static void tables_are_clean_names(void **state) {
    (void)state;
    uint32_t n;
    char out[1024];
    size_t out_n;
    ck_clean_options name = {.kind = CK_KIND_NAME};
    for (uint32_t i = 0; i < (ck_surnames(&n), n); i++)
        assert_int_equal(ck_clean_value(&name, ck_surnames(&n)[i].name, strlen(ck_surnames(&n)[i].name), out, &out_n), CK_CLEAN_SAME);
    assert_true(n >= 400);
    for (int sex = 0; sex < 2; sex++) {
        const ck_forename *list = ck_forenames("MF"[sex], &n);
        assert_true(n >= 200);
        for (uint32_t i = 0; i < n; i++)
            assert_int_equal(ck_clean_value(&name, list[i].name, strlen(list[i].name), out, &out_n), CK_CLEAN_SAME);
    }
    assert_string_equal(ck_nickname("ABIGAIL", 0), "ABBIE"); /* the first and the last of the sorted table are found */
    assert_string_equal(ck_nickname("ZACHARY", 1), "ZAC");
    assert_string_equal(ck_nickname("WILLIAM", 4), "BILL");
    assert_null(ck_nickname("NOBODY", 0));
}

/* ---- errors ---- */

static void typos_change_one_place(void **state) {
    (void)state;
    ck_draw draw = ck_draw_of(5, CK_STREAM_ERRORS, 0);
    int changed = 0;
    for (int i = 0; i < 4000; i++) {
        char text[8] = "ABCDEFG"; /* full: nothing can be put in */
        ck_err_typo(&draw, text, sizeof text);
        size_t n = strlen(text);
        assert_true(n == 6 || n == 7);
        changed += strcmp(text, "ABCDEFG") != 0;
        char open[8] = "ABC";
        ck_err_typo(&draw, open, sizeof open);
        assert_in_range(strlen(open), 2, 4);
        char one[8] = "A", none[8] = "";
        ck_err_typo(&draw, one, sizeof one);
        ck_err_typo(&draw, none, sizeof none);
        assert_string_equal(one, "A");
        assert_string_equal(none, "");
    }
    assert_true(changed > 3900);
}

static void wrong_dates_are_dates(void **state) {
    (void)state;
    ck_draw draw = ck_draw_of(6, CK_STREAM_ERRORS, 0);
    for (int i = 0; i < 4000; i++) {
        int year = 2004, month = 1 + i % 12, day = 1 + i % 31, old_day = day, old_month = month;
        ck_err_day(&draw, &day);
        assert_true(day != old_day && day >= 1 && day <= 28);
        ck_err_month(&draw, &month);
        assert_true(month != old_month && month >= 1 && month <= 12);
        ck_err_year(&draw, &year);
        char text[11];
        int64_t days;
        ck_err_print_date(year, month, 1 + i % 31, text);
        assert_true(ck_date_parse("%Y-%m-%d", text, 10, &days));
    }
    int day = 3, month = 11;
    ck_err_day_month(&day, &month);
    assert_int_equal(day, 11);
    assert_int_equal(month, 3);
    day = 13;
    ck_err_day_month(&day, &month);
    assert_int_equal(day, 13);
}

/* ---- rows ---- */

static bool is_near(uint64_t count, uint64_t of, double per_cent) {
    double share = 100.0 * (double)count / (double)of;
    return share > per_cent * 0.8 && share < per_cent * 1.2;
}

/* Shares over all sources, as docs/synth.md states them. */
static void rows_miss_and_err_at_the_rates(void **state) {
    (void)state;
    uint64_t no_forename = 0, no_postcode = 0, no_nhs = 0, gp = 0, elsewhere = 0, dob = 0, other_dob = 0;
    for (uint64_t i = 0; i < ROWS; i++) {
        ck_row row;
        ck_resident resident;
        ck_home home;
        char birth[11];
        ck_row_of(&plain, i, &row);
        ck_resident_of(&plain, row.person, &resident);
        ck_home_of(&plain, row.person, 0, &home);
        no_forename += !row.forename[0];
        no_postcode += !row.home.postcode[0];
        no_nhs += !row.nhs_number[0];
        gp += strcmp(row.source, "gp") == 0;
        elsewhere += row.home.postcode[0] && strncmp(home.postcode, row.home.postcode, strlen(home.postcode) - 2) != 0;
        int year, month, day;
        ck_date_split(resident.birth, &year, &month, &day);
        ck_err_print_date(year, month, day, birth);
        dob += row.dob[0] != 0;
        other_dob += row.dob[0] && strcmp(birth, row.dob) != 0;
    }
    assert_true(is_near(gp, ROWS, 50));
    assert_true(is_near(no_forename, ROWS, 1));
    assert_true(is_near(no_postcode, ROWS, 3));
    assert_true(is_near(no_nhs, ROWS, 38));
    assert_true(is_near(elsewhere, ROWS, 17.5));
    assert_true(is_near(other_dob, dob, 2.6));
}

static void every_person_has_a_row(void **state) {
    (void)state;
    unsigned char *seen = calloc(plain.people, 1);
    assert_non_null(seen);
    for (uint64_t i = 0; i < ROWS; i++) {
        ck_row row;
        ck_row_of(&plain, i, &row);
        assert_true(row.person < plain.people);
        seen[row.person] = 1;
    }
    for (uint64_t person = 0; person < plain.people; person++)
        assert_int_equal(seen[person], 1);
    free(seen);
}

static void rows_need_no_others(void **state) {
    (void)state;
    for (uint64_t i = 0; i < 500; i++) {
        ck_row first, again, other;
        memset(&first, 0, sizeof first);
        memset(&again, 0, sizeof again);
        ck_row_of(&plain, i * 99, &first);
        ck_row_of(&plain, (i * 7919 + 1) % ROWS, &other);
        ck_row_of(&plain, i * 99, &again);
        assert_string_equal(first.forename, again.forename);
        assert_string_equal(first.surname, again.surname);
        assert_string_equal(first.dob, again.dob);
        assert_string_equal(first.home.address, again.home.address);
        assert_int_equal(first.person, again.person);
    }
}

/* ---- files ---- */

static char *read_whole(const char *folder, const char *name) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long n = ftell(file);
    rewind(file);
    char *text = malloc((size_t)n + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, (size_t)n, file), n);
    text[n] = 0;
    fclose(file);
    return text;
}

static void remove_folder(const char *folder) {
    static const char *const names[] = {"records.csv", "truth.csv", "job.yaml"};
    char path[512];
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

static uint64_t count_lines(const char *text) {
    uint64_t n = 0;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

/* 70,000 rows are more than one round of one rank; the text is that of the rows one by one. */
static void files_hold_the_rows_in_order(void **state) {
    (void)state;
    enum { MANY = 70000 };
    char base[] = "/tmp/carrick-synth-XXXXXX", folder[64];
    assert_non_null(mkdtemp(base));
    snprintf(folder, sizeof folder, "%s/new folder", base);
    ck_comm alone = {0, 1, NULL};
    ck_error error = {0};
    ck_synth_counts counts;
    assert_int_equal(ck_synth(&alone, &error, &(ck_synth_options){.rows = MANY, .seed = SEED}, folder, &counts), CK_OK);
    assert_int_equal(counts.rows, MANY);
    assert_int_equal(counts.people, MANY * 62 / 100);
    char *records = read_whole(folder, "records.csv"), *truth = read_whole(folder, "truth.csv"), *job = read_whole(folder, "job.yaml");
    assert_int_equal(count_lines(records), MANY + 1);
    assert_int_equal(count_lines(truth), MANY + 1);
    assert_non_null(strstr(job, "evaluate: {truth: truth.csv, id: unique_id, entity: person}"));
    ck_region other;
    assert_int_equal(create(&error, MANY, CK_SHAPE_PLAIN, &other), CK_OK);
    char *record = strchr(records, '\n') + 1, *entry = strchr(truth, '\n') + 1, line[512];
    for (uint64_t i = 0; i < MANY; i++) {
        ck_row row;
        ck_row_of(&other, i, &row);
        int n = snprintf(line, sizeof line, "r%09d,%s,%s,%s,%s,%s,%s,%s,%s\n", (int)i + 1, row.source, row.forename, row.surname,
                         row.dob, row.sex, row.home.postcode, row.home.address, row.nhs_number);
        assert_memory_equal(record, line, (size_t)n);
        record += n;
        n = snprintf(line, sizeof line, "r%09d,%d\n", (int)i + 1, (int)row.person);
        assert_memory_equal(entry, line, (size_t)n);
        entry += n;
    }
    ck_region_free(&other);
    free(job);
    free(truth);
    free(records);
    remove_folder(folder);
    rmdir(base);
}

static void a_failure_leaves_the_old_region(void **state) {
    (void)state;
    char folder[] = "/tmp/carrick-synth-XXXXXX", blocked[128];
    assert_non_null(mkdtemp(folder));
    ck_comm alone = {0, 1, NULL};
    ck_error error = {0};
    ck_synth_counts counts;
    assert_int_equal(ck_synth(&alone, &error, &(ck_synth_options){.rows = 20, .seed = 1}, folder, &counts), CK_OK);
    char *before = read_whole(folder, "records.csv");
    snprintf(blocked, sizeof blocked, "%s/truth.csv.partial", folder);
    assert_int_equal(mkdir(blocked, 0777), 0); /* the second file cannot be made */
    assert_int_equal(ck_synth(&alone, &error, &(ck_synth_options){.rows = 20, .seed = 2}, folder, &counts), CK_FILE);
    assert_non_null(strstr(error.text, "truth.csv"));
    char *after = read_whole(folder, "records.csv");
    assert_string_equal(before, after);
    snprintf(blocked, sizeof blocked, "%s/records.csv.partial", folder);
    assert_int_not_equal(access(blocked, F_OK), 0);
    free(after);
    free(before);
    snprintf(blocked, sizeof blocked, "%s/truth.csv.partial", folder);
    rmdir(blocked);
    remove_folder(folder);
}

static void impossible_sizes_are_refused(void **state) {
    (void)state;
    ck_region none;
    ck_error error = {0};
    assert_int_equal(create(&error, 0, CK_SHAPE_PLAIN, &none), CK_USAGE);
    error = (ck_error){0};
    assert_int_equal(create(&error, 400000000, CK_SHAPE_PLAIN, &none), CK_USAGE);
    error = (ck_error){0};
    assert_int_equal(create(&error, 1, CK_SHAPE_PLAIN, &none), CK_OK);
    assert_int_equal(none.people, 1);
    ck_region_free(&none);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(permutations_are_bijections),
        cmocka_unit_test(pickers_follow_their_weights),
        cmocka_unit_test(households_cover_everybody_once),
        cmocka_unit_test(everybody_is_plausible),
        cmocka_unit_test(birthdays_are_spread),
        cmocka_unit_test(nhs_numbers_are_valid_and_unique),
        cmocka_unit_test(nhs_numbers_stay_in_unissued_ranges),
        cmocka_unit_test(postcodes_are_valid_and_unique),
        cmocka_unit_test(twins_have_two_forenames),
        cmocka_unit_test(twins_live_in_plain_regions),
        cmocka_unit_test(january_first_is_common_in_some_communities),
        cmocka_unit_test(tables_are_clean_names),
        cmocka_unit_test(typos_change_one_place),
        cmocka_unit_test(wrong_dates_are_dates),
        cmocka_unit_test(rows_miss_and_err_at_the_rates),
        cmocka_unit_test(every_person_has_a_row),
        cmocka_unit_test(rows_need_no_others),
        cmocka_unit_test(files_hold_the_rows_in_order),
        cmocka_unit_test(a_failure_leaves_the_old_region),
        cmocka_unit_test(impossible_sizes_are_refused),
    };
    return cmocka_run_group_tests(tests, make_regions, free_regions);
}
