/** ingest/optouts: lists of numbers, and who was sent and did not return. */
#include "ingest/optouts.h"
#include "base/out_file.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char path[2][64];

static int begin(void **state) {
    (void)state;
    for (int k = 0; k < 2; k++)
        snprintf(path[k], sizeof path[k], "/tmp/optouts-%d-%d", (int)getpid(), k);
    return 0;
}

static int end(void **state) {
    (void)state;
    unlink(path[0]);
    unlink(path[1]);
    return 0;
}

static void put(int k, const char *text) {
    ck_error error = {0};
    assert_int_equal(ck_file_write(&error, path[k], text, strlen(text)), CK_OK);
}

/** A valid number that begins with these nine digits. */
static const char *valid(const char *nine) {
    static char text[4][16];
    static int turn;
    char *out = text[turn++ % 4];
    snprintf(out, 16, "%s%d", nine, ck_nhs_check_digit(nine));
    return out;
}

static uint64_t number(const char *text) {
    return ck_optouts_number((ck_span){text, strlen(text)});
}

static void test_forms(void **state) {
    (void)state;
    ck_error error = {0};
    ck_optouts set = {0};
    char text[128];
    const char *a = valid("943476591"), *b = valid("943476587");
    snprintf(text, sizeof text, "\xEF\xBB\xBF%s\n%.3s %.3s %s,\r\n\n ,\r\n%s ,", a, b, b + 3, b + 6, a);
    put(0, text);
    assert_int_equal(ck_optouts_read_file(&error, path[0], &set), CK_OK);
    assert_int_equal(set.nnumbers, 2);
    assert_true(ck_optouts_has_number(&set, number(a)));
    assert_true(ck_optouts_has_number(&set, number(b)));
    assert_false(ck_optouts_has_number(&set, number(a) + 1));
    assert_false(ck_optouts_has_number(&set, 0));
    ck_optouts_free(&set);
}

/** The sentence names the line, never what is in it. */
static void test_bad_line(void **state) {
    (void)state;
    static const char *const bad[] = {"9434765918", "943476591", "nhs_number", "94347659199434765919", "9434765919;9434765919", "\xFF"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_error error = {0};
        ck_optouts set = {0};
        char text[128];
        snprintf(text, sizeof text, "%s\n\n%s\n", valid("943476591"), bad[i]);
        put(0, text);
        assert_int_equal(ck_optouts_read_file(&error, path[0], &set), CK_DATA);
        assert_non_null(strstr(error.text, "line 3"));
        assert_null(strstr(error.text, bad[i]));
        ck_optouts_free(&set);
    }
}

static ck_status exchange(const char *sent, const char *returned, ck_optouts *set) {
    ck_error error = {0};
    const ck_optout_spec spec = {.sent = path[0], .returned = path[1]};
    put(0, sent);
    put(1, returned);
    return ck_optouts_read_list(&error, &spec, set);
}

static void test_exchange(void **state) {
    (void)state;
    ck_optouts set = {0};
    char sent[64], returned[64];
    const char *a = valid("943476591"), *b = valid("943476587");
    snprintf(sent, sizeof sent, "%s,\n%s,\n", a, b);
    snprintf(returned, sizeof returned, "%s,\n", b);
    assert_int_equal(exchange(sent, returned, &set), CK_OK);
    assert_int_equal(set.nnumbers, 1);
    assert_int_equal(set.nasked, 2);
    assert_true(ck_optouts_has_number(&set, number(a)));
    ck_optouts_free(&set);
    assert_int_equal(exchange(sent, sent, &set), CK_OK);
    assert_int_equal(set.nnumbers, 0);
    ck_optouts_free(&set);
    assert_int_equal(exchange(returned, sent, &set), CK_DATA);
    assert_int_equal(set.nnumbers, 0);
    ck_optouts_free(&set);
    assert_int_equal(exchange("", "", &set), CK_DATA);
    ck_optouts_free(&set);
}

static void test_rows(void **state) {
    (void)state;
    ck_error error = {0};
    ck_optouts set = {0};
    const ck_span id = {"17", 2};
    assert_false(ck_optouts_has_row(&set, "gp", id));
    assert_int_equal(ck_optouts_add_row(&error, &set, ck_optouts_row_key("gp", id)), CK_OK);
    ck_optouts_sort(&set);
    assert_true(ck_optouts_has_row(&set, "gp", id));
    assert_false(ck_optouts_has_row(&set, "hospital", id));
    assert_false(ck_optouts_has_row(&set, "gp1", (ck_span){"7", 1}));
    ck_optouts_free(&set);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_forms, begin, end), cmocka_unit_test_setup_teardown(test_bad_line, begin, end),
                                       cmocka_unit_test_setup_teardown(test_exchange, begin, end), cmocka_unit_test(test_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
