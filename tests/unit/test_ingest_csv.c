/* Records of any bytes, read whole and in pieces; the sort of texts. Pure: no ranks. */
#include "base/memory.h"
#include "csv/csv.h"
#include <carrick/clean.h>
#include "csv/encoding.h"
#include "ingest/sort.h"
#include <omp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static char path[] = "/tmp/carrick-csv-XXXXXX";

static int make_file(void **state) {
    (void)state;
    int file = mkstemp(path);
    return file < 0 ? -1 : close(file);
}

static int remove_file(void **state) {
    (void)state;
    return unlink(path);
}

static void write_file(const char *bytes, size_t n) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(n == 0 || fwrite(bytes, n, 1, file) == 1);
    assert_int_equal(fclose(file), 0);
}

static uint64_t dice_state = 1;
static uint32_t dice(uint32_t n) {
    dice_state = dice_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((dice_state >> 33) % n);
}

/* All that was read, as text: fields in <>, records ended by a bar, faults by number. */
typedef struct transcript {
    char text[1 << 16];
    size_t n;
    bool final;
} transcript;

static void put_record(transcript *out, const ck_csv *csv) {
    out->n += (size_t)sprintf(out->text + out->n, "%d%d", csv->fault, csv->fault ? 0 : csv->odd);
    for (size_t i = 0; csv->fault == CK_CSV_FINE && i < csv->nfields && i < csv->field_room; i++) {
        out->text[out->n++] = '<';
        memcpy(out->text + out->n, csv->field[i].bytes, csv->field[i].n);
        out->n += csv->field[i].n;
        out->text[out->n++] = '>';
    }
    out->text[out->n++] = '|';
    out->final |= ck_csv_is_final(csv->fault);
}

static void read_piece(transcript *out, ck_csv *csv, uint64_t begin, uint64_t end, uint64_t size, bool quoted) {
    ck_error error = {0};
    assert_int_equal(ck_csv_open(&error, csv, path, begin ? begin - 1 : 0, end, size, ','), CK_OK);
    if (begin)
        assert_int_equal(ck_csv_skip(&error, csv, end, quoted), CK_OK);
    while (ck_csv_next(&error, csv, end) == CK_OK && csv->found && !out->final)
        put_record(out, csv);
    assert_int_equal(error.status, CK_OK);
    ck_csv_close(csv);
}

/* Everything up to the first final fault. */
static void read_in_pieces(transcript *out, uint64_t size, uint64_t piece) {
    ck_csv csv = {0};
    ck_input input = {.file = -1};
    ck_error error = {0};
    bool quoted = false;
    out->n = 0;
    out->final = false;
    assert_int_equal(ck_csv_init(&error, &csv, 8), CK_OK);
    for (uint64_t begin = 0; begin < size && !out->final; begin += piece) {
        uint64_t end = size - begin < piece ? size : begin + piece, parity;
        read_piece(out, &csv, begin, end, size, quoted);
        assert_int_equal(ck_csv_quote_parity(&error, &input, path, begin, end, size, &parity), CK_OK);
        quoted ^= parity;
    }
    ck_input_free(&input);
    ck_csv_free(&csv);
}

static void any_bytes_read_alike_in_pieces(void **state) {
    (void)state;
    static transcript whole, pieces;
    static const char letters[] = "ab,,\"\"\"\n\n\r\xE9";
    for (int round = 0; round < 400; round++) {
        char bytes[300];
        size_t n = dice(sizeof bytes), kinds = 3 + dice(sizeof letters - 1 - 3 + 1);
        for (size_t i = 0; i < n; i++)
            bytes[i] = letters[dice((uint32_t)kinds)];
        write_file(bytes, n);
        read_in_pieces(&whole, n, n + 1);
        for (uint64_t piece = 1; piece < 40; piece += 1 + piece / 3) {
            read_in_pieces(&pieces, n, piece);
            assert_int_equal(pieces.n, whole.n);
            assert_memory_equal(pieces.text, whole.text, whole.n);
        }
    }
}

static void check_transcript(const char *bytes, const char *expected) {
    static transcript out;
    write_file(bytes, strlen(bytes));
    read_in_pieces(&out, strlen(bytes), 1000);
    out.text[out.n] = 0;
    assert_string_equal(out.text, expected);
}

static void records_as_rfc_4180_has_them(void **state) {
    (void)state;
    check_transcript("a,b\r\n c ,\n\n\r\n,d", "00<a><b>|00< c ><>|00<><d>|");
    check_transcript("\"a\",\"b\"\"c\"\n\"d\r\ne,\",\"\"\n", "00<a><b\"c>|00<d\r\ne,><>|");
    check_transcript("\xC3\xA9,\"\xC3\xA9\"\n", "01<\xC3\xA9><\xC3\xA9>|");
    check_transcript("a\"b\",c\nd\n", "10|00<d>|");
    check_transcript("\"a\"b\nc\n", "10|00<c>|");
    check_transcript("a\"b\nc\nd\"\ne\n", "20|");
    check_transcript("a\n\"b\nc\n", "00<a>|30|");
}

/* A record that the window cannot hold at first, and one longer than any may be. */
static void long_records(void **state) {
    (void)state;
    for (int longer = 0; longer < 2; longer++) {
        size_t n = CK_CSV_RECORD_BYTES + 2 + (size_t)longer;
        char *bytes = malloc(n);
        assert_non_null(bytes);
        memset(bytes, 'x', n);
        bytes[0] = 'a';
        bytes[1] = '\n';
        write_file(bytes, n);
        free(bytes);
        ck_csv csv = {0};
        ck_error error = {0};
        assert_int_equal(ck_csv_init(&error, &csv, 2), CK_OK);
        assert_int_equal(ck_csv_open(&error, &csv, path, 0, n, n, ','), CK_OK);
        assert_int_equal(ck_csv_next(&error, &csv, n), CK_OK);
        assert_int_equal(ck_csv_next(&error, &csv, n), CK_OK);
        assert_int_equal(csv.fault, longer ? CK_CSV_LONG : CK_CSV_FINE);
        if (!longer)
            assert_int_equal(csv.field[0].n, CK_CSV_RECORD_BYTES);
        assert_int_equal(ck_csv_next(&error, &csv, n), CK_OK);
        assert_false(csv.found);
        ck_csv_free(&csv);
    }
}

static void a_file_that_became_shorter_is_an_error(void **state) {
    (void)state;
    write_file("a,b\n", 4);
    ck_csv csv = {0};
    ck_error error = {0};
    assert_int_equal(ck_csv_init(&error, &csv, 2), CK_OK);
    assert_int_equal(ck_csv_open(&error, &csv, path, 0, 9, 9, ','), CK_OK);
    assert_int_equal(ck_csv_next(&error, &csv, 9), CK_OK);
    assert_int_equal(ck_csv_next(&error, &csv, 9), CK_FILE);
    assert_non_null(strstr(error.text, "became shorter"));
    ck_csv_free(&csv);
}

static void every_byte_of_windows_1252(void **state) {
    (void)state;
    int undefined = 0;
    for (int byte = 1; byte < 256; byte++) {
        char raw = (char)byte, room[CK_WINDOWS_1252_WIDTH];
        size_t used, bad;
        ck_span field = {&raw, 1};
        ck_text_fault fault = ck_text_decode(CK_WINDOWS_1252, &field, room, &used);
        undefined += fault == CK_TEXT_UNDEFINED;
        if (fault == CK_TEXT_FINE)
            assert_true(ck_utf8_valid(field.bytes, field.n, &bad) && (byte < 0x80) == (field.n == 1));
    }
    assert_int_equal(undefined, 5);
}

/* ---- sort ---- */

enum { TEXTS = 70000 };
static char texts[TEXTS][24];

static ck_span text_of(const void *user, uint32_t store, uint32_t place) {
    (void)user;
    (void)store;
    return ck_span_of(texts[place]);
}

/* Long common beginnings, many ties, orders that trap a careless pivot. */
static void make_text(char *text, int shape, uint32_t i) {
    static const char *const start[] = {"", "a", "abcdefgh", "abcdefghijklmnop"};
    uint32_t number = shape == 0 ? dice(50) : shape == 1 ? i : shape == 2 ? TEXTS - i : dice(1u << 30);
    sprintf(text, shape == 1 ? "%s%08u" : "%s%u", start[shape == 1 ? 2 : dice(4)], number);
}

static void texts_are_sorted_by_bytes(void **state) {
    (void)state;
    ck_sort_item *items = malloc(TEXTS * sizeof *items);
    bool *seen = malloc(TEXTS);
    assert_true(items && seen);
    for (int shape = 0; shape < 4; shape++)
        for (int threads = 1; threads < 4; threads++) {
            size_t n = shape == 3 && threads == 1 ? 37 : TEXTS;
            for (uint32_t i = 0; i < n; i++) {
                make_text(texts[i], shape, i);
                items[i] = (ck_sort_item){0, 0, i};
            }
            omp_set_num_threads(threads);
            ck_sort_by_text(items, n, text_of, NULL);
            memset(seen, 0, TEXTS);
            for (size_t i = 0; i < n; i++) {
                assert_false(seen[items[i].place]);
                seen[items[i].place] = true;
                if (i)
                    assert_true(strcmp(texts[items[i - 1].place], texts[items[i].place]) <= 0);
            }
        }
    ck_sort_by_text(items, 0, text_of, NULL);
    free(items);
    free(seen);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_bytes_read_alike_in_pieces),         cmocka_unit_test(records_as_rfc_4180_has_them),
        cmocka_unit_test(long_records),                           cmocka_unit_test(a_file_that_became_shorter_is_an_error),
        cmocka_unit_test(every_byte_of_windows_1252),             cmocka_unit_test(texts_are_sorted_by_bytes),
    };
    return cmocka_run_group_tests_name("ingest_csv", tests, make_file, remove_file);
}
