/* Runs: written whole, read in parts, and every bit is watched. */
#include "base/memory.h"
#include "store/run_file.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const char PATH[] = "test_run_file.run", STAMP[] = "0123456789abcdef";
enum { UNITS = 130, ITEMS = 3 * CK_RUN_BLOCK + 5 };

typedef struct item {
    uint64_t a, b;
} item;

static void write_items(uint64_t n) {
    ck_error error = {0};
    uint64_t done[3] = {1, 2, 3};
    item *items = ck_alloc(&error, n, sizeof *items);
    for (uint64_t i = 0; i < n; i++)
        items[i] = (item){i, i * i};
    ck_run run = {.units = UNITS, .done = done, .counts = {7, 8}, .nitems = n, .item_bytes = sizeof *items};
    assert_int_equal(ck_run_write(&error, PATH, STAMP, &run, items), CK_OK);
    ck_free(items);
}

static void test_reads_what_was_written(void **state) {
    (void)state;
    ck_error error = {0};
    ck_run_file file;
    write_items(ITEMS);
    assert_int_equal(ck_run_open(&error, PATH, STAMP, sizeof(item), &file), CK_OK);
    assert_int_equal(file.run.units, UNITS);
    assert_int_equal(file.run.nitems, ITEMS);
    assert_int_equal(file.run.done[2], 3);
    assert_int_equal(file.run.counts[1], 8);
    static const uint64_t part[][2] = {{0, ITEMS}, {0, 0}, {ITEMS, 0}, {ITEMS - 1, 1}, {CK_RUN_BLOCK - 1, 2}, {5, 2 * CK_RUN_BLOCK}};
    item *items = ck_alloc(&error, ITEMS, sizeof *items);
    for (size_t p = 0; p < sizeof part / sizeof *part; p++) {
        assert_int_equal(ck_run_read(&file, &error, part[p][0], part[p][1], items), CK_OK);
        for (uint64_t i = 0; i < part[p][1]; i++)
            assert_true(items[i].a == part[p][0] + i && items[i].b == items[i].a * items[i].a);
        if (p % 2)
            ck_run_rest(&file);
    }
    ck_free(items);
    ck_run_close(&file);
    write_items(0);
    assert_int_equal(ck_run_open(&error, PATH, STAMP, sizeof(item), &file), CK_OK);
    ck_run_close(&file);
}

/* Opening and reading all of it. */
static ck_status read_all(ck_error *error, const char *stamp, size_t item_bytes) {
    ck_run_file file;
    static item items[ITEMS];
    if (ck_run_open(error, PATH, stamp, item_bytes, &file) == CK_OK)
        ck_run_read(&file, error, 0, file.run.nitems, items);
    ck_run_close(&file);
    return error->status;
}

static void flip(off_t at) {
    char byte;
    int file = open(PATH, O_RDWR);
    assert_int_equal(pread(file, &byte, 1, at), 1);
    byte ^= 4;
    assert_int_equal(pwrite(file, &byte, 1, at), 1);
    close(file);
}

static void test_damage_is_named(void **state) {
    (void)state;
    struct stat facts;
    write_items(ITEMS);
    assert_int_equal(stat(PATH, &facts), 0);
    for (off_t at = 0; at < facts.st_size; at += at < 1000 ? 1 : 997) {
        ck_error error = {0};
        flip(at);
        assert_int_equal(read_all(&error, STAMP, sizeof(item)), CK_FILE);
        assert_non_null(strstr(error.text, PATH));
        flip(at);
    }
    ck_error good = {0}, short_file = {0}, stamp = {0}, size = {0}, absent = {0};
    assert_int_equal(read_all(&good, STAMP, sizeof(item)), CK_OK);
    assert_int_equal(read_all(&stamp, "another", sizeof(item)), CK_FILE);
    assert_int_equal(read_all(&size, STAMP, 8), CK_FILE);
    assert_int_equal(truncate(PATH, facts.st_size - 1), 0);
    assert_int_equal(read_all(&short_file, STAMP, sizeof(item)), CK_FILE);
    unlink(PATH);
    assert_int_equal(read_all(&absent, STAMP, sizeof(item)), CK_FILE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_what_was_written),
        cmocka_unit_test(test_damage_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
