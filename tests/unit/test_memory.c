/* Memory that fails with a sentence, whatever is asked for. */
#include "base/memory.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void test_array_grows(void **state) {
    (void)state;
    ck_error error = {0};
    uint32_t *array = NULL;
    size_t room = 0;
    for (uint32_t i = 0; i < 1000; i++) {
        assert_int_equal(ck_grow(&error, &array, &room, i + 1, sizeof *array), CK_OK);
        array[i] = i;
    }
    assert_true(room >= 1000 && array[0] == 0 && array[999] == 999);
    ck_free(array);
}

static void test_too_much_is_refused(void **state) {
    (void)state;
    char *array = NULL;
    size_t room = 0;
    for (size_t less = 0; less < 3; less++) {
        ck_error error = {0};
        assert_int_equal(ck_grow(&error, &array, &room, SIZE_MAX - less, 1), CK_MEMORY);
        assert_int_equal(ck_grow(&error, &array, &room, SIZE_MAX - less, 8), CK_MEMORY);
        assert_null(ck_alloc(&error, SIZE_MAX - less, 1));
        assert_null(ck_alloc(&error, SIZE_MAX / 8, 16));
        assert_non_null(strstr(error.text, "Out of memory"));
    }
    assert_true(array == NULL && room == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_array_grows), cmocka_unit_test(test_too_much_is_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
