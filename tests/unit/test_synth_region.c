/* Regions with years: one story whoever tells it and however far; one home in a dwelling; rows that differ from the truth only where a label says so. */
#include "base/memory.h"
#include "synth/columns.h"
#include "synth/quota.h"
#include "synth/truths.h"
#include "synth/world.h"
#include <carrick/clean.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { PEOPLE = 12000, SEED = 3, SOURCES_ROOM = 16 };
static ck_world now, later; /* the same borough, five quarters apart */
static ck_cell *cell, *other;

static void create(const char *shape, uint64_t people, uint64_t quarter, ck_world *world) {
    ck_error error = {0};
    assert_non_null(ck_shape_find(shape));
    assert_int_equal(ck_world_create(&error, ck_shape_find(shape), people, SEED, quarter, world), CK_OK);
}

static int make_worlds(void **state) {
    (void)state;
    ck_error error = {0};
    create("tower-hamlets", PEOPLE, 1, &now);
    create("tower-hamlets", PEOPLE, 6, &later);
    cell = ck_alloc(&error, 1, sizeof *cell);
    other = ck_alloc(&error, 1, sizeof *other);
    return error.status != CK_OK;
}

static int free_worlds(void **state) {
    (void)state;
    ck_free(other);
    ck_free(cell);
    ck_world_free(&later);
    ck_world_free(&now);
    return 0;
}

/* ---- stories ---- */

static void the_past_stays_as_it_was(void **state) {
    (void)state;
    uint32_t died = 0, moved = 0, born = 0, married = 0;
    for (uint64_t number = 0; number < now.cells; number++) {
        ck_cell_tell(&now, number, cell);
        ck_cell_tell(&later, number, other);
        assert_true(other->lives >= cell->lives);
        born += other->lives - cell->lives;
        for (uint32_t i = 0; i < cell->lives; i++) {
            const ck_life *a = &cell->life[i], *b = &other->life[i];
            assert_int_equal(a->birth, b->birth);
            assert_int_equal(a->sex, b->sex);
            assert_int_equal(a->mother, b->mother);
            assert_string_equal(a->forename, b->forename);
            assert_string_equal(a->surname, b->surname);
            for (uint32_t q = 0; q <= now.quarter; q += 7) {
                assert_int_equal(ck_life_home(a, q), ck_life_home(b, q));
                assert_string_equal(ck_life_surname(a, q), ck_life_surname(b, q));
            }
            assert_true(a->death == CK_ALIVE || a->death == b->death);
            died += a->death == CK_ALIVE && b->death != CK_ALIVE;
            moved += a->home != b->home;
            married += a->married == CK_NEVER && b->married != CK_NEVER;
        }
        for (uint32_t h = 0; h < CK_CELL_HOMES; h++)
            assert_memory_equal(cell->dwelling[h], other->dwelling[h], (now.quarter + 1) * sizeof cell->dwelling[h][0]);
    }
    assert_true(died > 20 && moved > 300 && born > 300 && married > 5);
}

static void a_dwelling_holds_one_home(void **state) {
    (void)state;
    unsigned char *taken = calloc(later.dwellings, 3);
    uint64_t moves = 0;
    assert_non_null(taken);
    for (uint64_t number = 0; number < later.cells; number++) {
        ck_cell_tell(&later, number, cell);
        for (uint32_t h = 0; h < CK_CELL_HOMES; h++)
            for (uint32_t k = 0; k < 3; k++) {
                uint32_t at = cell->dwelling[h][k * later.quarter / 2];
                assert_true(at < later.dwellings);
                assert_int_equal(taken[at * 3 + k]++, 0);
                moves += k == 2 && at != cell->dwelling[h][later.quarter - 4];
            }
    }
    free(taken);
    assert_in_range(moves * 1000 / later.dwellings, 45, 80); /* a year of 1.6 % a quarter */
}

static void people_are_plausible(void **state) {
    (void)state;
    uint64_t residents = 0, alone = 0, homes = 0, old = 0, children = 0, care = 0;
    for (uint64_t number = 0; number < now.cells; number++) {
        ck_cell_tell(&now, number, cell);
        for (uint32_t h = 0; h < CK_CELL_HOMES; h++) {
            homes += cell->occupants[h] > 0;
            alone += cell->occupants[h] == 1;
            assert_true(cell->occupants[h] < 16);
        }
        for (uint32_t i = 0; i < cell->lives; i++) {
            const ck_life *life = &cell->life[i];
            assert_true(life->forename[0] && life->surname[0]);
            assert_true(life->partner == CK_NOBODY || cell->life[life->partner].partner == i);
            if (life->home == CK_HOME_GONE)
                continue;
            int32_t age = ck_life_age(&now, life, now.quarter);
            assert_true(age < 112);
            residents++;
            old += age >= 65;
            children += age < 18;
            care += life->home == CK_HOME_CARE;
        }
    }
    assert_in_range(residents, PEOPLE * 92 / 100, PEOPLE * 108 / 100);
    assert_in_range(residents * 100 / homes, 235, 285);
    assert_in_range(alone * 100 / homes, 25, 37);
    assert_in_range(old * 100 / residents, 3, 9);
    assert_in_range(children * 100 / residents, 22, 35);
    assert_true(care > 5);
}

/* ---- names and kin ---- */

typedef struct kin_counts {
    uint32_t namesakes, twins, siblings, patronymics, doubles, begums;
} kin_counts;

static void count_kin(const ck_cell *c, uint32_t i, kin_counts *n) {
    uint32_t all;
    const ck_life *life = &c->life[i];
    ck_naming rule = ck_communities(&all)[life->community].rule;
    n->begums += rule == CK_NAMING_BY_SEX && strcmp(life->married_surname, "BEGUM") == 0;
    if (life->father == CK_NOBODY || life->mother == CK_NOBODY)
        return;
    const ck_life *father = &c->life[life->father];
    n->namesakes += life->sex == 'M' && strcmp(father->forename, life->forename) == 0;
    n->doubles += rule == CK_NAMING_TWO && strchr(life->surname, ' ') != NULL;
    if (rule == CK_NAMING_PATRONYMIC && life->born != CK_NEVER) {
        assert_string_equal(life->surname, father->forename);
        n->patronymics++;
    }
    for (uint32_t j = 0; j < i; j++) {
        const ck_life *sibling = &c->life[j];
        if (sibling->mother != life->mother || sibling->father != life->father)
            continue;
        n->siblings += sibling->home == life->home && life->home < CK_CELL_HOMES;
        if (life->twin && j + 1 == i) {
            assert_int_equal(sibling->birth, life->birth);
            assert_true(strcmp(sibling->forename, life->forename) != 0);
            n->twins++;
        }
    }
}

static void names_follow_their_rules(void **state) {
    (void)state;
    kin_counts n = {0};
    for (uint64_t number = 0; number < now.cells; number++) {
        ck_cell_tell(&now, number, cell);
        for (uint32_t i = 0; i < cell->lives; i++)
            count_kin(cell, i, &n);
    }
    assert_true(n.namesakes > 20);
    assert_true(n.twins > 20);
    assert_true(n.siblings > 1000);
    assert_true(n.patronymics > 20);
    assert_true(n.doubles > 20);
    assert_true(n.begums > 100);
}

/* ---- places and numbers ---- */

static int compare_text(const void *a, const void *b) {
    return strcmp(a, b);
}

static void places_are_valid_and_unique(void **state) {
    (void)state;
    uint64_t places = now.dwellings + now.care_homes;
    char (*uprn)[CK_UPRN_MAX] = malloc(places * sizeof *uprn), (*postcode)[CK_POSTCODE_MAX] = malloc(now.units * sizeof *postcode), out[256];
    size_t n;
    assert_non_null(uprn);
    assert_non_null(postcode);
    for (uint64_t i = 0; i < places; i++) {
        ck_place_uprn(&now, i, uprn[i]);
        assert_true(ck_place_uprn_valid(uprn[i]));
        assert_true(ck_place_unit(&now, i) < now.units);
    }
    for (uint64_t u = 0; u < now.units; u++) {
        ck_place_unit_postcode(&now, u, postcode[u]);
        assert_int_equal(ck_clean_value(&(ck_clean_options){.kind = CK_KIND_POSTCODE}, postcode[u], strlen(postcode[u]), out, &n), CK_CLEAN_SAME);
        assert_true(u == 0 || strcmp(postcode[u - 1], postcode[u]) != 0);
    }
    uprn[0][5] ^= 1;
    assert_false(ck_place_uprn_valid(uprn[0]));
    uprn[0][5] ^= 1;
    qsort(uprn, places, sizeof *uprn, compare_text);
    qsort(postcode, now.units, sizeof *postcode, compare_text);
    for (uint64_t i = 1; i < places; i++)
        assert_true(strcmp(uprn[i - 1], uprn[i]) != 0);
    for (uint64_t u = 1; u < now.units; u++)
        assert_true(strcmp(postcode[u - 1], postcode[u]) != 0);
    free(postcode);
    free(uprn);
}

static void numbers_are_valid(void **state) {
    (void)state;
    char (*all)[11] = malloc(now.cells * CK_CELL_LIVES * sizeof *all), test[11], out[64];
    uint64_t held = 0;
    size_t n;
    assert_non_null(all);
    for (uint64_t person = 0; person < now.cells * CK_CELL_LIVES; person++) {
        ck_person_nhs(&now, person, all[held]);
        ck_person_test_nhs(&now, person, test);
        assert_memory_equal(test, "999", 3);
        assert_int_equal(ck_nhs_check_digit(test), test[9] - '0');
        if (!all[held][0])
            continue;
        assert_true(strncmp(all[held], "800", 3) >= 0 && strncmp(all[held], "999", 3) < 0);
        assert_int_equal(ck_clean_value(&(ck_clean_options){.kind = CK_KIND_NHS_NUMBER}, all[held], 10, out, &n), CK_CLEAN_SAME);
        held++;
    }
    qsort(all, held, sizeof *all, compare_text);
    for (uint64_t i = 1; i < held; i++)
        assert_true(strcmp(all[i - 1], all[i]) != 0);
    free(all);
}

/* ---- rows ---- */

typedef struct row_check {
    uint64_t rows[SOURCES_ROOM], mistakes[CK_MISTAKE_COUNT], ids_n, ids_room;
    char (*ids)[28];
} row_check;

static bool has(const ck_entry *entry, ck_mistake mistake) {
    return entry->mistakes >> mistake & 1;
}

/* Are all the bits from `first` to `last` clear? */
static bool clear(const ck_entry *entry, ck_mistake first, ck_mistake last) {
    for (int m = (int)first; m <= (int)last; m++)
        if (has(entry, (ck_mistake)m))
            return false;
    return true;
}

static void check_names(const ck_cell *c, const ck_entry *entry) {
    const ck_life *life = &c->life[entry->life];
    bool named = clear(entry, CK_ERR_NICKNAME, CK_ERR_TYPO_SURNAME) && !has(entry, CK_ERR_OLD_SURNAME);
    if (named && !has(entry, CK_ERR_NO_FORENAME))
        assert_string_equal(entry->forename, life->forename);
    if (named && !has(entry, CK_ERR_NO_SURNAME))
        assert_string_equal(entry->surname, ck_life_surname(life, entry->at));
    if (has(entry, CK_ERR_BABY_NAME) && clear(entry, CK_ERR_NAMES_SWAPPED, CK_ERR_TYPO_FORENAME) && !has(entry, CK_ERR_NO_FORENAME))
        assert_true(strncmp(entry->forename, "BABY", 4) == 0 || strcmp(entry->forename, "INFANT") == 0 || strncmp(entry->forename, "TWIN ", 5) == 0);
    if (has(entry, CK_ERR_OLD_SURNAME))
        assert_true(life->married != CK_NEVER);
}

static void check_address(const ck_cell *c, const ck_entry *entry) {
    ck_place place;
    if (has(entry, CK_ERR_OLD_ADDRESS) || has(entry, CK_ERR_PSEUDO_POSTCODE)) {
        if (has(entry, CK_ERR_PSEUDO_POSTCODE) && entry->postcode[0])
            assert_memory_equal(entry->postcode, "ZZ99", 4);
        return;
    }
    ck_place_of(c->world, ck_life_dwelling(c, entry->life, entry->at), &place);
    assert_string_equal(entry->uprn, has(entry, CK_ERR_NO_UPRN) ? "" : place.uprn);
    if (!has(entry, CK_ERR_TYPO_POSTCODE))
        assert_string_equal(entry->postcode, has(entry, CK_ERR_NO_POSTCODE) ? "" : place.postcode);
    if (!has(entry, CK_ERR_TYPO_ADDRESS))
        assert_string_equal(entry->address, has(entry, CK_ERR_NO_ADDRESS) ? "" : place.address);
}

static void check_rest(const ck_cell *c, const ck_entry *entry) {
    const ck_life *life = &c->life[entry->life];
    int year, month, day;
    char nhs[11];
    ck_date_split(life->birth, &year, &month, &day);
    if (has(entry, CK_ERR_NO_DOB))
        assert_int_equal(entry->year, 0);
    else if (has(entry, CK_ERR_NINETEEN_HUNDRED))
        assert_true(entry->year == 1900 && entry->month == 1 && entry->day == 1);
    else if (clear(entry, CK_ERR_WRONG_DAY, CK_ERR_FIRST_JANUARY))
        assert_true(entry->year == year && entry->month == month && entry->day == day);
    else if (clear(entry, CK_ERR_WRONG_DAY, CK_ERR_DAY_MONTH))
        assert_true(entry->month == 1 && entry->day == 1);
    assert_int_equal(entry->sex, has(entry, CK_ERR_NO_SEX) ? 0 : has(entry, CK_ERR_WRONG_SEX) ? (life->sex == 'M' ? 'F' : 'M') : life->sex);
    if (has(entry, CK_ERR_NO_NHS) || has(entry, CK_ERR_TYPO_NHS) || has(entry, CK_ERR_OTHERS_NHS))
        return;
    ck_person_nhs(c->world, ck_life_person(c, has(entry, CK_ERR_MOTHERS_NHS) ? life->mother : entry->life), nhs);
    if (has(entry, CK_ERR_TEST_NHS))
        assert_memory_equal(entry->nhs, "999", 3);
    else
        assert_string_equal(entry->nhs, nhs);
}

static void take_row(void *user, const ck_cell *c, const ck_entry *entry) {
    row_check *check = user;
    check->rows[entry->source]++;
    for (int m = 0; m < CK_MISTAKE_COUNT; m++)
        check->mistakes[m] += has(entry, (ck_mistake)m);
    check_names(c, entry);
    check_address(c, entry);
    check_rest(c, entry);
    if (check->ids_n < check->ids_room)
        snprintf(check->ids[check->ids_n++], sizeof *check->ids, "%02u%s", entry->source, entry->id);
}

/* Every hazard is there, every label is true, and what has no label is as it is. */
static void rows_differ_from_truth_where_labels_say(void **state) {
    (void)state;
    row_check check = {.ids_room = 200000, .ids = malloc(200000 * sizeof *check.ids)};
    assert_non_null(check.ids);
    for (uint64_t number = 0; number < now.cells; number++) {
        ck_cell_tell(&now, number, cell);
        for (uint32_t life = 0; life < cell->lives; life++)
            for (uint32_t source = 0; source < now.sources; source++)
                ck_source_rows(cell, source, life, take_row, &check);
    }
    for (uint32_t source = 0; source < now.sources; source++)
        assert_true(check.rows[source] > 30);
    for (int m = 0; m < CK_MISTAKE_COUNT; m++)
        if (!check.mistakes[m])
            fail_msg("no row has mistake %d", m);
    assert_in_range(check.mistakes[CK_ERR_BABY_NAME], 20, 500);
    assert_in_range(check.mistakes[CK_ERR_MOTHERS_NHS], 5, 200);
    assert_true(check.ids_n < check.ids_room);
    qsort(check.ids, check.ids_n, sizeof *check.ids, compare_text);
    for (uint64_t i = 1; i < check.ids_n; i++)
        assert_true(strcmp(check.ids[i - 1], check.ids[i]) != 0);
    free(check.ids);
}

typedef struct kept_row {
    uint64_t n, key[4096];
    char text[4096][96];
} kept_row;

static void keep_row(void *user, const ck_cell *c, const ck_entry *entry) {
    (void)c;
    kept_row *kept = user;
    if (kept->n == 4096)
        return;
    kept->key[kept->n] = entry->row;
    snprintf(kept->text[kept->n++], 96, "%s %s %d-%d-%d %s", entry->id, entry->forename, entry->year, entry->month, entry->day, entry->nhs);
}

/* Rows of events are the same in the next extract; none is given to somebody else. */
static void rows_last_from_extract_to_extract(void **state) {
    (void)state;
    const uint32_t acute = 7;
    assert_string_equal(now.shape->sources[acute].name, "acute");
    kept_row *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
    uint64_t both = 0;
    assert_non_null(a);
    assert_non_null(b);
    for (uint64_t number = 0; number < 40; number++) {
        ck_cell_tell(&now, number, cell);
        ck_cell_tell(&later, number, other);
        for (uint32_t life = 0; life < cell->lives; life++) {
            a->n = b->n = 0;
            ck_source_rows(cell, acute, life, keep_row, a);
            ck_source_rows(other, acute, life, keep_row, b);
            for (uint64_t i = 0; i < a->n; i++)
                for (uint64_t j = 0; j < b->n; j++)
                    if (a->key[i] == b->key[j]) {
                        assert_string_equal(a->text[i], b->text[j]);
                        both++;
                    }
        }
    }
    assert_true(both > 50);
    free(b);
    free(a);
}

/* ---- shapes ---- */

static void count_any(void *user, const ck_cell *c, const ck_entry *entry) {
    (void)c;
    (void)entry;
    ++*(uint64_t *)user;
}

static void every_shape_has_rows_in_every_source(void **state) {
    (void)state;
    for (uint32_t s = 0; ck_shape_at(s); s++) {
        ck_world world;
        uint64_t rows[SOURCES_ROOM] = {0};
        create(ck_shape_at(s)->name, 20000, 1, &world);
        assert_true(world.sources > 0 && world.sources <= SOURCES_ROOM);
        for (uint64_t number = 0; number < world.cells; number += 2) {
            ck_cell_tell(&world, number, cell);
            for (uint32_t life = 0; life < cell->lives; life++)
                for (uint32_t source = 0; source < world.sources; source++)
                    ck_source_rows(cell, source, life, count_any, &rows[source]);
        }
        for (uint32_t source = 0; source < world.sources; source++)
            if (rows[source] < 5)
                fail_msg("%s: %s has no rows", ck_shape_at(s)->name, world.shape->sources[source].name);
        ck_world_free(&world);
    }
}

/* 30,000 of 900,000 residents: a thirtieth of 23,366 people and 145,853 rows. */
static void counted_shapes_count_exactly(void **state) {
    (void)state;
    ck_comm alone = {0, 1, NULL};
    ck_error error = {0};
    ck_quota quota;
    ck_world world;
    uint64_t people = 0, rows = 0;
    const ck_shape *shape = ck_shape_find("nwl-social-care");
    assert_int_equal(ck_quota_find(&alone, &error, shape, 30000, SEED, &quota), CK_OK);
    create("nwl-social-care", 30000, 1, &world);
    for (uint64_t number = 0; number < world.cells; number++) {
        ck_cell_tell(&world, number, cell);
        for (uint32_t life = 0; life < cell->lives; life++) {
            uint64_t of_person = 0, taken = 0;
            for (uint32_t source = 0; source < world.sources; source++)
                if (shape->sources[source].counted)
                    ck_source_rows(cell, source, life, count_any, &of_person);
            for (uint64_t r = 0; r < of_person; r++)
                taken += ck_quota_takes(&quota, ck_life_person(cell, life), r);
            people += taken > 0;
            rows += taken;
        }
    }
    assert_int_equal(people, 23366 / 30);
    assert_int_equal(rows, 145853 / 30);
    ck_world_free(&world);
}

static void impossible_quarters_are_refused(void **state) {
    (void)state;
    ck_error error = {0};
    ck_world none;
    assert_int_equal(ck_world_create(&error, ck_shape_at(0), 100, 1, 0, &none), CK_USAGE);
    error = (ck_error){0};
    assert_int_equal(ck_world_create(&error, ck_shape_at(0), 100, 1, 1000, &none), CK_USAGE);
    error = (ck_error){0};
    assert_int_equal(ck_world_create(&error, ck_shape_at(0), UINT64_MAX, 1, 1, &none), CK_USAGE);
    assert_null(ck_shape_find("nowhere"));
}

/* ---- text ---- */

static void dates_are_printed_as_asked(void **state) {
    (void)state;
    char text[32];
    ck_print_date("%d/%m/%Y", 2001, 2, 31, text);
    assert_string_equal(text, "28/02/2001");
    ck_print_date("%d-%b-%y", 2024, 12, 5, text);
    assert_string_equal(text, "05-Dec-24");
    ck_print_days("%Y%m%d", 0, text);
    assert_string_equal(text, "19700101");
}

static void lines_are_ordered_and_quoted(void **state) {
    (void)state;
    ck_lines lines = {0};
    static const uint64_t keys[] = {7, 3, 9};
    for (uint64_t i = 0; i < 3; i++) {
        assert_true(ck_lines_begin(&lines, keys[i]));
        ck_lines_field(&lines, i == 1 ? "SMITH, ANN" : "");
        ck_lines_format(&lines, "%d", (int)keys[i]);
        ck_lines_end(&lines);
    }
    ck_span text = ck_lines_ordered(&lines);
    assert_true(ck_span_is(text, "\"SMITH, ANN\",3\n,7\n,9\n"));
    ck_lines_free(&lines);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_past_stays_as_it_was),
        cmocka_unit_test(a_dwelling_holds_one_home),
        cmocka_unit_test(people_are_plausible),
        cmocka_unit_test(names_follow_their_rules),
        cmocka_unit_test(places_are_valid_and_unique),
        cmocka_unit_test(numbers_are_valid),
        cmocka_unit_test(rows_differ_from_truth_where_labels_say),
        cmocka_unit_test(rows_last_from_extract_to_extract),
        cmocka_unit_test(every_shape_has_rows_in_every_source),
        cmocka_unit_test(counted_shapes_count_exactly),
        cmocka_unit_test(impossible_quarters_are_refused),
        cmocka_unit_test(dates_are_printed_as_asked),
        cmocka_unit_test(lines_are_ordered_and_quoted),
    };
    return cmocka_run_group_tests(tests, make_worlds, free_worlds);
}
