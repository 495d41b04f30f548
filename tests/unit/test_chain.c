/** release/chain: lines that fit, and the first that does not. */
#include "release/chain.h"
#include "base/path.h"
#include "base/memory.h"
#include "base/out_file.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[64];

static int begin(void **state) {
    (void)state;
    snprintf(path, sizeof path, "/tmp/chain-%d.jsonl", (int)getpid());
    unlink(path);
    return 0;
}

static int end(void **state) {
    (void)state;
    unlink(path);
    return 0;
}

static void append(const char *members) {
    ck_error error = {0};
    assert_int_equal(ck_chain_append(&error, path, members), CK_OK);
}

static ck_status verify(uint64_t *lines, ck_error *error) {
    char last[CK_CHAIN_TEXT];
    *error = (ck_error){0};
    return ck_chain_verify(error, path, lines, last);
}

/** The first line's SHA-256 is that of its bytes, which anybody can compute. */
static void test_known_answer(void **state) {
    (void)state;
    ck_error error = {0};
    char *text, last[CK_CHAIN_TEXT];
    size_t n;
    uint64_t lines;
    append("\"a\":1");
    assert_int_equal(ck_file_read(&error, path, &text, &n), CK_OK);
    assert_string_equal(text, "{\"line\":1,\"a\":1,\"previous\":\"0000000000000000000000000000000000000000000000000000000000000000\",\"sha256\":"
                              "\"e08e8708f71fb74fbc7e13bdaa56a2ac0ef3371cae38270e3561fbda6910ed3d\"}\n");
    ck_free(text);
    assert_int_equal(ck_chain_verify(&error, path, &lines, last), CK_OK);
}

/** Every byte of the log, changed, is noticed, and the line that it is in, or the next, is named. */
static void test_every_byte(void **state) {
    (void)state;
    ck_error error = {0};
    char *text;
    size_t n;
    uint64_t lines;
    append("\"a\":1");
    append("\"b\":{\"c\":\"previous\"}");
    append("\"d\":[]");
    assert_int_equal(verify(&lines, &error), CK_OK);
    assert_int_equal(lines, 3);
    assert_int_equal(ck_file_read(&error, path, &text, &n), CK_OK);
    for (size_t i = 0; i < n; i++) {
        text[i] ^= 1;
        assert_int_equal(ck_file_write(&error, path, text, n), CK_OK);
        assert_int_equal(verify(&lines, &error), CK_DATA);
        text[i] ^= 1;
        error = (ck_error){0};
    }
    ck_free(text);
}

/** Any line but the last can go only with notice. */
static void test_no_file(void **state) {
    (void)state;
    ck_error error = {0};
    uint64_t lines;
    assert_int_equal(verify(&lines, &error), CK_FILE);
}

/** A disk that takes half a line: the log is as it was, and goes on afterwards. */
static void test_half_a_line(void **state) {
    (void)state;
    ck_error error = {0};
    uint64_t lines;
    struct stat info;
    struct rlimit before, little;
    append("\"a\":1");
    assert_int_equal(stat(path, &info), 0);
    getrlimit(RLIMIT_FSIZE, &before);
    little = (struct rlimit){(rlim_t)info.st_size + 40, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &little);
    ck_status status = ck_chain_append(&error, path, "\"a\":2");
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(status, CK_FILE);
    append("\"a\":3");
    assert_int_equal(verify(&lines, &error), CK_OK);
    assert_int_equal(lines, 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_known_answer, begin, end), cmocka_unit_test_setup_teardown(test_every_byte, begin, end),
                                       cmocka_unit_test_setup_teardown(test_no_file, begin, end), cmocka_unit_test_setup_teardown(test_half_a_line, begin, end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
