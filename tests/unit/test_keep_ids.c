/* Which persons keep their ids, by the rule of assess/keep_ids.h. */
#include "assess/keep_ids.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define NONE CK_NO_PERSON
enum { MOST = 16 };

/* Old persons have ids 101, 102, ...; ids from 900 on were never given. */
static void keep(uint64_t rows, const uint32_t *old, const uint32_t *now, ck_kept_ids *kept) {
    uint64_t old_id[MOST], persons = 0, old_persons = 0;
    ck_error error = {0};
    for (uint64_t i = 0; i < rows; i++) {
        persons = now[i] >= persons ? now[i] + 1 : persons;
        old_persons = old[i] != NONE && old[i] >= old_persons ? old[i] + 1 : old_persons;
    }
    for (uint64_t o = 0; o < MOST; o++)
        old_id[o] = 101 + o;
    const ck_keep_ids input = {rows, persons, now, old, old_persons, old_id, 900};
    assert_int_equal(ck_ids_keep(&error, &input, kept), CK_OK);
}

#define KEEP(n, old, now, kept) keep(n, (const uint32_t[])old, (const uint32_t[])now, kept)
#define ROWS(...) {__VA_ARGS__}

static void assert_ids(const ck_kept_ids *kept, uint64_t n, const uint64_t *id) {
    for (uint64_t p = 0; p < n; p++)
        assert_int_equal(kept->id[p], id[p]);
}

static void assert_change(const ck_kept_ids *kept, size_t i, ck_id_reason reason, uint64_t old_id, uint64_t new_id, uint64_t rows) {
    assert_in_range(kept->nchanges, i + 1, MOST);
    const ck_id_change *c = &kept->change[i];
    assert_true(c->reason == reason && c->old_id == old_id && c->new_id == new_id && c->rows == rows);
}

static void the_same_persons_keep_their_ids_without_a_word(void **state) {
    (void)state;
    ck_kept_ids kept;
    KEEP(5, ROWS(1, 1, 0, 2, 0), ROWS(0, 0, 1, 2, 1), &kept);
    assert_ids(&kept, 3, (const uint64_t[]){102, 101, 103});
    assert_true(kept.nchanges == 0 && kept.kept == 3 && kept.next_id == 900);
    ck_kept_ids_free(&kept);
}

static void a_new_row_joins_or_is_a_new_person(void **state) {
    (void)state;
    ck_kept_ids kept;
    KEEP(5, ROWS(0, NONE, NONE, NONE, NONE), ROWS(0, 0, 1, 2, 1), &kept);
    assert_ids(&kept, 3, (const uint64_t[]){101, 900, 901});
    assert_int_equal(kept.nchanges, 2);
    assert_change(&kept, 0, CK_ID_NEW, 0, 900, 2);
    assert_change(&kept, 1, CK_ID_NEW, 0, 901, 1);
    assert_int_equal(kept.next_id, 902);
    ck_kept_ids_free(&kept);
}

/* The larger part keeps the id, wherever its rows stand. */
static void the_majority_keeps_the_id(void **state) {
    (void)state;
    ck_kept_ids kept;
    KEEP(3, ROWS(0, 0, 0), ROWS(0, 1, 1), &kept);
    assert_ids(&kept, 2, (const uint64_t[]){900, 101});
    assert_int_equal(kept.nchanges, 1);
    assert_change(&kept, 0, CK_ID_SPLIT, 101, 900, 1);
    ck_kept_ids_free(&kept);
}

static void of_two_halves_the_one_with_the_smallest_row_keeps_the_id(void **state) {
    (void)state;
    ck_kept_ids kept;
    KEEP(4, ROWS(0, 0, 0, 0), ROWS(0, 1, 1, 0), &kept);
    assert_ids(&kept, 2, (const uint64_t[]){101, 900});
    assert_change(&kept, 0, CK_ID_SPLIT, 101, 900, 2);
    ck_kept_ids_free(&kept);
    KEEP(4, ROWS(0, 0, 0, 0), ROWS(2, 0, 0, 1), &kept); /* a half against two quarters, one of which has the smallest row */
    assert_ids(&kept, 3, (const uint64_t[]){101, 900, 901});
    ck_kept_ids_free(&kept);
}

/* Three thirds: nobody is the old person any more. */
static void without_a_half_the_id_ends(void **state) {
    (void)state;
    ck_kept_ids kept;
    KEEP(3, ROWS(0, 0, 0), ROWS(0, 1, 2), &kept);
    assert_ids(&kept, 3, (const uint64_t[]){900, 901, 902});
    assert_int_equal(kept.nchanges, 4);
    assert_change(&kept, 0, CK_ID_SPLIT, 101, 900, 1);
    assert_change(&kept, 2, CK_ID_SPLIT, 101, 902, 1);
    assert_change(&kept, 3, CK_ID_RETIRED, 101, 0, 0);
    ck_kept_ids_free(&kept);
}

static void of_merged_persons_the_one_with_more_rows_gives_the_id(void **state) {
    (void)state;
    ck_kept_ids kept;
    KEEP(3, ROWS(0, 1, 1), ROWS(0, 0, 0), &kept);
    assert_ids(&kept, 1, (const uint64_t[]){102});
    assert_int_equal(kept.nchanges, 1);
    assert_change(&kept, 0, CK_ID_MERGED, 101, 102, 1);
    ck_kept_ids_free(&kept);
    KEEP(4, ROWS(1, 0, 0, 1), ROWS(0, 0, 0, 0), &kept); /* as many each: the smallest row */
    assert_ids(&kept, 1, (const uint64_t[]){102});
    assert_change(&kept, 0, CK_ID_MERGED, 101, 102, 2);
    ck_kept_ids_free(&kept);
}

/* {a b c d} {e f} become {a b c e f} {d}; a row that leaves for another old person has moved. */
static void persons_merge_and_split_at_once(void **state) {
    (void)state;
    ck_kept_ids kept;
    KEEP(6, ROWS(0, 0, 0, 0, 1, 1), ROWS(0, 0, 0, 1, 0, 0), &kept);
    assert_ids(&kept, 2, (const uint64_t[]){101, 900});
    assert_int_equal(kept.nchanges, 2);
    assert_change(&kept, 0, CK_ID_SPLIT, 101, 900, 1);
    assert_change(&kept, 1, CK_ID_MERGED, 102, 101, 2);
    ck_kept_ids_free(&kept);
    KEEP(5, ROWS(0, 0, 0, 1, 1), ROWS(0, 0, 1, 1, 1), &kept);
    assert_ids(&kept, 2, (const uint64_t[]){101, 102});
    assert_int_equal(kept.nchanges, 1);
    assert_change(&kept, 0, CK_ID_MOVED, 101, 102, 1);
    ck_kept_ids_free(&kept);
}

/* A person that lost its place to a larger one has no other claim, not even on a part of its own. */
static void who_loses_a_person_claims_no_other(void **state) {
    (void)state;
    ck_kept_ids kept;
    KEEP(7, ROWS(0, 0, 0, 1, 1, 1, 1), ROWS(0, 0, 1, 0, 0, 0, 0), &kept);
    assert_ids(&kept, 2, (const uint64_t[]){102, 900});
    assert_change(&kept, 0, CK_ID_MERGED, 101, 102, 2);
    assert_change(&kept, 1, CK_ID_SPLIT, 101, 900, 1);
    ck_kept_ids_free(&kept);
}

/* Rows that are not there any more have no say: of three, the one that is left is the person; who has none left is gone. */
static void rows_that_vanished_do_not_count(void **state) {
    (void)state;
    ck_kept_ids kept;
    KEEP(2, ROWS(0, 2), ROWS(0, 1), &kept);
    assert_ids(&kept, 2, (const uint64_t[]){101, 103});
    assert_int_equal(kept.nchanges, 1);
    assert_change(&kept, 0, CK_ID_RETIRED, 102, 0, 0);
    ck_kept_ids_free(&kept);
}

/* Split again after a merge: the part gets a new id, not the one that it once had. */
static void ids_that_ended_do_not_come_back(void **state) {
    (void)state;
    ck_error error = {0};
    ck_kept_ids first, second;
    KEEP(4, ROWS(0, 0, 1, 1), ROWS(0, 0, 0, 0), &first);
    assert_ids(&first, 1, (const uint64_t[]){101});
    const ck_keep_ids input = {4, 2, (const uint32_t[]){0, 0, 1, 1}, (const uint32_t[]){0, 0, 0, 0}, 1, first.id, first.next_id};
    assert_int_equal(ck_ids_keep(&error, &input, &second), CK_OK);
    assert_ids(&second, 2, (const uint64_t[]){101, 900});
    assert_int_equal(second.next_id, 901);
    ck_kept_ids_free(&second);
    ck_kept_ids_free(&first);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_persons_keep_their_ids_without_a_word),
        cmocka_unit_test(a_new_row_joins_or_is_a_new_person),
        cmocka_unit_test(the_majority_keeps_the_id),
        cmocka_unit_test(of_two_halves_the_one_with_the_smallest_row_keeps_the_id),
        cmocka_unit_test(without_a_half_the_id_ends),
        cmocka_unit_test(of_merged_persons_the_one_with_more_rows_gives_the_id),
        cmocka_unit_test(persons_merge_and_split_at_once),
        cmocka_unit_test(who_loses_a_person_claims_no_other),
        cmocka_unit_test(rows_that_vanished_do_not_count),
        cmocka_unit_test(ids_that_ended_do_not_come_back),
    };
    return cmocka_run_group_tests_name("keep_ids", tests, NULL, NULL);
}
