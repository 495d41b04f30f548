/* Signals that ask to stop, and files that appear whole. */
#include "base/out_file.h"
#include "base/stop.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static void a_signal_stops_at_the_next_check(void **state) {
    (void)state;
    ck_error error = {0};
    ck_stop_listen();
    assert_int_equal(ck_stop_check(&error), CK_OK);
    raise(SIGUSR1);
    assert_true(ck_stop_requested());
    assert_int_equal(ck_stop_check(&error), CK_STOPPED);
    assert_non_null(strstr(error.text, "carries on"));
    ck_error earlier = {0};
    ck_fail(&earlier, CK_FILE, "first");
    assert_int_equal(ck_stop_check(&earlier), CK_FILE); /* a cause is not hidden by the stop */
}

static void read_back(const char *path, char text[16]) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    text[fread(text, 1, 15, file)] = 0;
    fclose(file);
}

static void a_file_appears_whole_or_not_at_all(void **state) {
    (void)state;
    char text[16];
    ck_error error = {0};
    ck_out_file out = {0};
    assert_int_equal(ck_file_write(&error, "test_stop.txt", "before", 6), CK_OK);
    assert_int_equal(ck_out_open(&error, "test_stop.txt", &out), CK_OK);
    fputs("half", out.stream);
    ck_out_close(&out);
    read_back("test_stop.txt", text);
    assert_string_equal(text, "before");
    assert_int_equal(access("test_stop.txt.partial", F_OK), -1);
    assert_int_equal(ck_file_write(&error, "test_stop.txt", "after", 5), CK_OK);
    read_back("test_stop.txt", text);
    assert_string_equal(text, "after");
    unlink("test_stop.txt");
}

static void what_is_in_the_way_is_named(void **state) {
    (void)state;
    ck_error error = {0};
    assert_int_equal(mkdir("test_stop.folder", 0700), 0);
    assert_int_equal(ck_file_write(&error, "test_stop.folder", "x", 1), CK_FILE);
    assert_non_null(strstr(error.text, "test_stop.folder"));
    assert_int_equal(access("test_stop.folder.partial", F_OK), -1);
    rmdir("test_stop.folder");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_appears_whole_or_not_at_all),
        cmocka_unit_test(what_is_in_the_way_is_named),
        cmocka_unit_test(a_signal_stops_at_the_next_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
