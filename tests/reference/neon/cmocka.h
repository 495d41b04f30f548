/** The few words of cmocka that test_similarity.c uses, for cross-compiled runs where no cmocka exists. A
 *  failed assertion ends the program. */
#ifndef CK_REFERENCE_CMOCKA_H
#define CK_REFERENCE_CMOCKA_H
#include <stdio.h>
#include <stdlib.h>

struct CMUnitTest {
    const char *name;
    void (*run)(void **state);
};

#define cmocka_unit_test(function)                                                                           \
    { #function, function }
#define fail_msg(...) (printf(__VA_ARGS__), puts(""), exit(1))
#define assert_true(condition) ((condition) ? (void)0 : fail_msg("%s:%d: %s", __FILE__, __LINE__, #condition))
#define assert_null(pointer) assert_true(!(pointer))
#define assert_non_null(pointer) assert_true((pointer) != NULL)
#define assert_int_equal(a, b) assert_true((long long)(a) == (long long)(b))

#define cmocka_run_group_tests_name(group, tests, setup, teardown)                                           \
    run_group(group, tests, sizeof(tests) / sizeof((tests)[0]))

static inline int run_group(const char *group, const struct CMUnitTest *tests, size_t n) {
    for (size_t i = 0; i < n; i++) {
        void *state = NULL;
        tests[i].run(&state);
        printf("%s: %s ok\n", group, tests[i].name);
    }
    return 0;
}

#endif
