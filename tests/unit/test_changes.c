/* Two runs compared by their rows. */
#include "assess/changes.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define NONE UINT64_MAX

/* {0 1} {2 3} {4} {5} become {0 1} {2} {3 4} {new}; row 5 is gone. */
static void persons_are_kept_split_merged_retired_and_new(void **state) {
    (void)state;
    ck_error error = {0};
    ck_changes c;
    ck_run_rows before = {6, 4, (const uint32_t[]){0, 0, 1, 1, 2, 3}, (const uint64_t[]){0, 1, 2, 3, 4, NONE}};
    ck_run_rows after = {6, 4, (const uint32_t[]){0, 0, 1, 2, 2, 3}, (const uint64_t[]){0, 1, 2, 3, 4, NONE}};
    assert_int_equal(ck_compare_runs(&error, &before, &after, &c), CK_OK);
    assert_true(c.kept == 1 && c.split == 1 && c.merged == 1 && c.retired == 1 && c.new == 1 && c.rows_in_both == 5);
}

/* A person that gains or loses a row is not kept, though it neither splits nor merges. */
static void a_row_more_or_less_is_a_change(void **state) {
    (void)state;
    ck_error error = {0};
    ck_changes c;
    ck_run_rows small = {1, 1, (const uint32_t[]){0}, (const uint64_t[]){0}}, large = {2, 1, (const uint32_t[]){0, 0}, (const uint64_t[]){0, NONE}};
    assert_int_equal(ck_compare_runs(&error, &small, &large, &c), CK_OK);
    assert_true(c.kept == 0 && c.split == 0 && c.merged == 0 && c.retired == 0 && c.new == 0);
    assert_int_equal(ck_compare_runs(&error, &large, &small, &c), CK_OK);
    assert_true(c.kept == 0 && c.split == 0 && c.retired == 0);
}

static void links_that_only_one_run_has_are_counted(void **state) {
    (void)state;
    uint64_t removed, added;
    ck_compare_sorted((const uint64_t[]){1, 3, 5}, 3, (const uint64_t[]){3, 4, 5, 9}, 4, &removed, &added);
    assert_true(removed == 1 && added == 2);
    ck_compare_sorted((const uint64_t[]){1}, 1, (const uint64_t[]){0}, 0, &removed, &added);
    assert_true(removed == 1 && added == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(persons_are_kept_split_merged_retired_and_new),
        cmocka_unit_test(a_row_more_or_less_is_a_change),
        cmocka_unit_test(links_that_only_one_run_has_are_counted),
    };
    return cmocka_run_group_tests_name("changes", tests, NULL, NULL);
}
