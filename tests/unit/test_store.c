/* The files' room. Run alone it is one rank; tests/ranks/rooms.sh runs it under mpirun at 1 to 4. */
#include "base/memory.h"
#include "store/h5.h"
#include "store/links.h"
#include "store/people.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "rank_test.h"

static const char FILE_NAME[] = "test_store.h5";

/* Slices that differ in size: with several ranks the first is empty, the last the largest. */
static uint64_t uneven(uint64_t n, int r) {
    uint64_t size = (uint64_t)comm.size;
    return r == comm.size ? n : n * (uint64_t)r * (uint64_t)(r - (r > 0)) / (size * size);
}

static int remove_file(void **state) {
    (void)state;
    if (comm.rank == 0)
        unlink(FILE_NAME);
    ck_error none = {0};
    return ck_par_agree(&comm, &none);
}

static bool exists(const char *path) {
    return access(path, F_OK) == 0;
}

/* --- datasets and attributes --- */

#define FILL(ctype, value)                                                                                         \
    do {                                                                                                            \
        ctype *x = elements;                                                                                        \
        for (uint64_t i = 0; i < n; i++)                                                                            \
            x[i] = (ctype)(value);                                                                                  \
    } while (0)

static size_t fill(ck_h5_type type, void *elements, uint64_t begin, uint64_t n) {
    switch (type) {
    case CK_H5_U8: FILL(uint8_t, (begin + i) * 7); return 1;
    case CK_H5_U16: FILL(uint16_t, (begin + i) * 777); return 2;
    case CK_H5_U32: FILL(uint32_t, (begin + i) * 77777777); return 4;
    case CK_H5_U64: FILL(uint64_t, (begin + i) * 0x123456789abcdefu); return 8;
    case CK_H5_I32: FILL(int32_t, 5 - (int64_t)(begin + i) * 999); return 4;
    case CK_H5_I64: FILL(int64_t, 5 - (int64_t)(begin + i) * 99999999999); return 8;
    case CK_H5_F64: FILL(double, 1.0 / (double)(begin + i + 3)); return 8;
    }
    return 0;
}

static void every_type_reads_back_from_other_shares(void **state) {
    (void)state;
    ck_error error = {0};
    ck_h5 *file;
    enum { TOTAL = 1001 };
    uint64_t begin = uneven(TOTAL, comm.rank), n = uneven(TOTAL, comm.rank + 1) - begin;
    static unsigned char written[TOTAL * 8], back[TOTAL * 8], expected[TOTAL * 8];
    assert_int_equal(ck_h5_create(&comm, &error, FILE_NAME, "links", 3, &file), CK_OK);
    for (int type = CK_H5_U8; type <= CK_H5_F64; type++) {
        char name[32];
        snprintf(name, sizeof name, "a group/%d/x", type);
        fill((ck_h5_type)type, written, begin, n);
        assert_int_equal(ck_h5_write(file, &error, name, (ck_h5_type)type, TOTAL, begin, n, written), CK_OK);
    }
    assert_int_equal(ck_h5_write(file, &error, "empty", CK_H5_F64, 0, 0, 0, NULL), CK_OK);
    assert_int_equal(ck_h5_commit(file, &error), CK_OK);
    assert_int_equal(ck_h5_open(&comm, &error, FILE_NAME, "links", 3, &file), CK_OK);
    begin = ck_par_share(&comm, TOTAL, comm.rank);
    n = ck_par_share(&comm, TOTAL, comm.rank + 1) - begin;
    for (int type = CK_H5_U8; type <= CK_H5_F64; type++) {
        char name[32];
        uint64_t total;
        snprintf(name, sizeof name, "a group/%d/x", type);
        assert_int_equal(ck_h5_size(file, &error, name, &total), CK_OK);
        assert_int_equal(total, TOTAL);
        size_t width = fill((ck_h5_type)type, expected, begin, n);
        assert_int_equal(ck_h5_read(file, &error, name, (ck_h5_type)type, begin, n, back), CK_OK);
        assert_memory_equal(back, expected, n * width);
        fill((ck_h5_type)type, expected, 0, TOTAL);
        assert_int_equal(ck_h5_read(file, &error, name, (ck_h5_type)type, 0, TOTAL, back), CK_OK);
        assert_memory_equal(back, expected, TOTAL * width);
        assert_int_equal(ck_h5_read(file, &error, name, (ck_h5_type)type, 5, 2, back), CK_OK);
        assert_memory_equal(back, expected + 5 * width, 2 * width);
    }
    assert_int_equal(ck_h5_read(file, &error, "empty", CK_H5_F64, 0, 0, NULL), CK_OK);
    ck_h5_close(file);
}

static void narrow_integers_read_into_wide_ones(void **state) {
    (void)state;
    ck_error error = {0};
    ck_h5 *file;
    const uint8_t small[3] = {0, 7, 255};
    const int32_t negative[2] = {-5, 6};
    const uint64_t large[1] = {UINT64_C(1) << 40};
    assert_int_equal(ck_h5_create(&comm, &error, FILE_NAME, "links", 1, &file), CK_OK);
    ck_h5_write_root(file, &error, "small", CK_H5_U8, 3, small);
    ck_h5_write_root(file, &error, "negative", CK_H5_I32, 2, negative);
    ck_h5_write_root(file, &error, "large", CK_H5_U64, 1, large);
    assert_int_equal(ck_h5_commit(file, &error), CK_OK);
    assert_int_equal(ck_h5_open(&comm, &error, FILE_NAME, "links", 1, &file), CK_OK);
    uint32_t wide[3];
    int64_t wide_negative[2];
    assert_int_equal(ck_h5_read(file, &error, "small", CK_H5_U32, 0, 3, wide), CK_OK);
    assert_true(wide[0] == 0 && wide[1] == 7 && wide[2] == 255);
    assert_int_equal(ck_h5_read(file, &error, "negative", CK_H5_I64, 0, 2, wide_negative), CK_OK);
    assert_true(wide_negative[0] == -5 && wide_negative[1] == 6);
    /* What does not fit is told by the checksum, not cut. */
    assert_int_equal(ck_h5_read(file, &error, "large", CK_H5_U32, 0, 1, wide), CK_FILE);
    assert_non_null(strstr(error.text, "/large does not match its checksum"));
    ck_h5_close(file);
}

static void attributes_read_back(void **state) {
    (void)state;
    ck_error error = {0};
    ck_h5 *file;
    char *text;
    uint64_t number;
    assert_int_equal(ck_h5_create(&comm, &error, FILE_NAME, "links", 1, &file), CK_OK);
    ck_h5_write_root(file, &error, "x/y", CK_H5_U8, 0, NULL);
    ck_h5_set_text(file, &error, "", "who", comm.rank == 0 ? "Zoë" : "somebody else");
    ck_h5_set_text(file, &error, "x", "empty", "");
    ck_h5_set_u64(file, &error, "x/y", "n", UINT64_MAX - (uint64_t)comm.rank);
    assert_int_equal(ck_h5_commit(file, &error), CK_OK);
    assert_int_equal(ck_h5_open(&comm, &error, FILE_NAME, "links", 1, &file), CK_OK);
    assert_int_equal(ck_h5_get_text(file, &error, "", "who", &text), CK_OK);
    assert_string_equal(text, "Zoë"); /* rank 0's */
    ck_free(text);
    assert_int_equal(ck_h5_get_text(file, &error, "x", "empty", &text), CK_OK);
    assert_string_equal(text, "");
    ck_free(text);
    assert_int_equal(ck_h5_get_u64(file, &error, "x/y", "n", &number), CK_OK);
    assert_true(number == UINT64_MAX);
    assert_true(ck_h5_has(file, "x/y"));
    assert_false(ck_h5_has(file, "x/z"));
    assert_false(ck_h5_has(file, "z/y"));
    assert_int_equal(ck_h5_get_text(file, &error, "x", "absent", &text), CK_FILE);
    assert_non_null(strstr(error.text, "attribute absent of /x is absent"));
    assert_null(text);
    ck_h5_close(file);
}

/* --- what can go wrong with a file --- */

static void write_small_file(const char *marker) {
    ck_error error = {0};
    ck_h5 *file;
    assert_int_equal(ck_h5_create(&comm, &error, FILE_NAME, "links", 1, &file), CK_OK);
    ck_h5_write_root(file, &error, "text", CK_H5_U8, strlen(marker), marker);
    assert_int_equal(ck_h5_commit(file, &error), CK_OK);
}

static void read_small_file(ck_error *error, char *text, size_t n) {
    ck_h5 *file;
    if (ck_h5_open(&comm, error, FILE_NAME, "links", 1, &file) == CK_OK) {
        ck_h5_read(file, error, "text", CK_H5_U8, 0, n, text);
        ck_h5_close(file);
    }
}

static void absent_and_foreign_files_are_named(void **state) {
    (void)state;
    ck_error error = {0};
    ck_h5 *file;
    assert_int_equal(ck_h5_open(&comm, &error, "absent.h5", "links", 1, &file), CK_FILE);
    assert_string_equal(error.text, "Cannot read absent.h5: No such file or directory.");
    assert_null(file);
    error = (ck_error){0};
    assert_int_equal(ck_h5_create(&comm, &error, "absent/x.h5", "links", 1, &file), CK_FILE);
    assert_string_equal(error.text, "Cannot write absent/x.h5: No such file or directory.");
    write_small_file("x");
    error = (ck_error){0};
    assert_int_equal(ck_h5_open(&comm, &error, FILE_NAME, "people", 1, &file), CK_FILE);
    assert_non_null(strstr(error.text, "is not a people file of Carrick"));
    error = (ck_error){0};
    assert_int_equal(ck_h5_open(&comm, &error, FILE_NAME, "links", 2, &file), CK_FILE);
    assert_non_null(strstr(error.text, "has format version 1, but this Carrick reads version 2"));
}

static void change_file(void (*change)(char *bytes, long *n)) {
    if (comm.rank == 0) {
        static char bytes[1 << 16];
        FILE *f = fopen(FILE_NAME, "rb");
        assert_non_null(f);
        long n = (long)fread(bytes, 1, sizeof bytes, f);
        fclose(f);
        change(bytes, &n);
        f = fopen(FILE_NAME, "wb");
        assert_non_null(f);
        assert_int_equal(fwrite(bytes, 1, (size_t)n, f), n);
        fclose(f);
    }
    ck_error none = {0};
    ck_par_agree(&comm, &none);
}

static void cut_short(char *bytes, long *n) {
    (void)bytes;
    *n = *n * 2 / 3;
}

static void flip_a_byte(char *bytes, long *n) {
    char *at = memmem(bytes, (size_t)*n, "CARRICK BEND", 12);
    assert_non_null(at);
    at[3] ^= 1;
}

static void truncated_and_damaged_files_are_refused(void **state) {
    (void)state;
    ck_error error = {0};
    char text[13] = "";
    write_small_file("CARRICK BEND");
    struct stat status;
    assert_int_equal(stat(FILE_NAME, &status), 0);
    assert_in_range(status.st_size, 1000, 20000); /* what was reserved for safety is given back */
    read_small_file(&error, text, 12);
    assert_int_equal(error.status, CK_OK);
    assert_string_equal(text, "CARRICK BEND");
    change_file(flip_a_byte);
    read_small_file(&error, text, 12);
    assert_int_equal(error.status, CK_FILE);
    assert_non_null(strstr(error.text, "/text does not match its checksum"));
    error = (ck_error){0};
    change_file(cut_short);
    read_small_file(&error, text, 12);
    assert_int_equal(error.status, CK_FILE);
    assert_non_null(strstr(error.text, "not a whole HDF5 file"));
    error = (ck_error){0};
    write_small_file("short");
    read_small_file(&error, text, 12);
    assert_int_equal(error.status, CK_FILE);
    assert_non_null(strstr(error.text, "/text holds only 5 elements"));
}

static void an_uncommitted_file_leaves_the_former_one(void **state) {
    (void)state;
    ck_error error = {0};
    ck_h5 *file;
    char text[6] = "";
    write_small_file("first");
    assert_int_equal(ck_h5_create(&comm, &error, FILE_NAME, "links", 1, &file), CK_OK);
    ck_h5_write_root(file, &error, "text", CK_H5_U8, 6, "second");
    ck_h5_close(file);
    /* One rank failed before the commit: nothing is published on any. */
    assert_int_equal(ck_h5_create(&comm, &error, FILE_NAME, "links", 1, &file), CK_OK);
    if (comm.rank == comm.size - 1)
        ck_fail(&error, CK_DATA, "row 3 is bad");
    assert_int_equal(ck_h5_commit(file, &error), CK_DATA);
    error = (ck_error){0};
    ck_par_agree(&comm, &error);
    assert_false(exists("test_store.h5.partial"));
    read_small_file(&error, text, 5);
    assert_int_equal(error.status, CK_OK);
    assert_string_equal(text, "first");
}

/* A limit on file sizes stands in for a full disk. */
static void a_full_disk_is_a_sentence_and_keeps_the_former_file(void **state) {
    (void)state;
    ck_error error = {0};
    ck_h5 *file;
    char text[6] = "";
    write_small_file("first");
    struct rlimit before, small;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 100000;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    uint64_t n = 1000000, begin = ck_par_share(&comm, n, comm.rank);
    uint64_t mine = ck_par_share(&comm, n, comm.rank + 1) - begin;
    char *bytes = calloc(mine, 1);
    ck_h5_create(&comm, &error, FILE_NAME, "links", 1, &file);
    if (error.status == CK_OK) {
        ck_h5_write(file, &error, "text", CK_H5_U8, n, begin, mine, bytes);
        ck_h5_commit(file, &error);
    }
    free(bytes);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(error.status, CK_FILE);
    assert_non_null(strstr(error.text, "test_store.h5"));
    assert_non_null(strstr(error.text, "the disk may be full"));
    error = (ck_error){0};
    ck_par_agree(&comm, &error); /* rank 0 has removed it */
    assert_false(exists("test_store.h5.partial"));
    read_small_file(&error, text, 5);
    assert_int_equal(error.status, CK_OK);
    assert_string_equal(text, "first");
}

static void slices_that_do_not_cover_are_refused(void **state) {
    (void)state;
    ck_error error = {0};
    ck_h5 *file;
    assert_int_equal(ck_h5_create(&comm, &error, FILE_NAME, "links", 1, &file), CK_OK);
    uint8_t one = 1;
    uint64_t size = (uint64_t)comm.size;
    assert_int_equal(ck_h5_write(file, &error, "x", CK_H5_U8, size + 1, (uint64_t)comm.rank, 1, &one), CK_INTERNAL);
    ck_h5_close(file);
}

/* --- people.h5 --- */

enum { RECORDS = 70000, ROWS = 70010 };

/* Column c has this many values: one each of u8, u16, u32 and none at all. */
static const uint32_t VALUES[] = {3, 1000, 66000, 0};

static uint32_t code_of(uint32_t c, uint64_t record) {
    return VALUES[c] ? (uint32_t)(record * 13 % (VALUES[c] + 1)) : 0;
}

static void make_dict(ck_dict *dict, uint32_t count) {
    dict->count = count;
    dict->offset = calloc(count + 2, sizeof *dict->offset);
    dict->bytes = malloc(count * 8 + 1);
    for (uint32_t v = 1; v <= count; v++) {
        int n = sprintf(dict->bytes + dict->offset[v], "V%06u", v);
        dict->offset[v + 1] = dict->offset[v] + (uint64_t)n;
    }
}

static void id_of(uint64_t row, char out[16]) {
    snprintf(out, 16, row % 5 ? "id%u" : "é%u", (unsigned)row);
}

static void make_ids(ck_people *p) {
    p->id_offset = calloc(p->row_end - p->row_begin + 1, sizeof *p->id_offset);
    p->id_bytes = malloc((p->row_end - p->row_begin) * 16 + 1);
    for (uint64_t r = p->row_begin; r < p->row_end; r++) {
        char id[16];
        id_of(r, id);
        uint64_t at = p->id_offset[r - p->row_begin];
        memcpy(p->id_bytes + at, id, strlen(id));
        p->id_offset[r - p->row_begin + 1] = at + strlen(id);
    }
}

static uint32_t record_of_row(uint64_t row) {
    return (uint32_t)(row < 20 ? row / 2 : row - 10);
}

static void make_sources(ck_people *p) {
    static const uint64_t records[] = {0, 30000, 30000, RECORDS}, rows[] = {0, 30010, 30010, ROWS};
    static const char *const names[] = {"gp", "none", "council tax"};
    p->nsources = 3;
    p->source = calloc(3, sizeof *p->source);
    for (int s = 0; s < 3; s++)
        p->source[s] = (ck_source){strdup(names[s]), s == 2, records[s], records[s + 1], rows[s], rows[s + 1]};
}

/* Slices are uneven; dictionaries are rank 0's alone; with `collapse` the first 20 rows are 10 records. */
static void make_people(ck_people *p, bool collapse) {
    static const char *const names[] = {"forename", "date of birth", "Straße", "never"};
    static const ck_kind kinds[] = {CK_KIND_NAME, CK_KIND_DATE, CK_KIND_TEXT, CK_KIND_NHS_NUMBER};
    *p = (ck_people){.records = RECORDS, .rows = ROWS, .ncolumns = 4};
    p->begin = uneven(RECORDS, comm.rank);
    p->end = uneven(RECORDS, comm.rank + 1);
    p->row_begin = uneven(ROWS, comm.rank);
    p->row_end = uneven(ROWS, comm.rank + 1);
    p->stamp = strdup("made for a test");
    make_sources(p);
    p->column = calloc(4, sizeof *p->column);
    for (uint32_t c = 0; c < 4; c++) {
        p->column[c].name = strdup(names[c]);
        p->column[c].kind = kinds[c];
        if (comm.rank == 0)
            make_dict(&p->column[c].dict, VALUES[c]);
        p->column[c].code = malloc((p->end - p->begin) * 4 + 1);
        for (uint64_t i = p->begin; i < p->end; i++)
            p->column[c].code[i - p->begin] = code_of(c, i);
    }
    make_ids(p);
    if (collapse) {
        p->row_record = malloc((p->row_end - p->row_begin) * 4 + 1);
        for (uint64_t r = p->row_begin; r < p->row_end; r++)
            p->row_record[r - p->row_begin] = record_of_row(r);
    }
}

static void write_people(bool collapse) {
    ck_error error = {0};
    ck_people people;
    make_people(&people, collapse);
    assert_int_equal(ck_people_write(&comm, &error, FILE_NAME, &people), CK_OK);
    ck_people_free(&people);
}

static void check_columns(const ck_people *p) {
    for (uint32_t c = 0; c < p->ncolumns; c++) {
        const ck_column *column = &p->column[c];
        assert_int_equal(column->dict.count, VALUES[c]);
        for (uint64_t i = p->begin; i < p->end; i++)
            assert_int_equal(column->code[i - p->begin], code_of(c, i));
        for (uint32_t v = 1; v <= VALUES[c]; v += 7) {
            char value[16];
            snprintf(value, sizeof value, "V%06u", v);
            assert_true(ck_span_is(ck_dict_value(&column->dict, v), value));
            assert_int_equal(ck_dict_find(&column->dict, ck_span_of(value)), v);
        }
        assert_int_equal(ck_dict_find(&column->dict, ck_span_of("W")), 0);
        assert_int_equal(ck_dict_find(&column->dict, ck_span_of("A")), 0);
    }
}

static void check_ids(uint64_t begin, uint64_t end, const uint64_t *offset, const char *bytes) {
    assert_int_equal(offset[0], 0);
    for (uint64_t r = begin; r < end; r++) {
        char id[16];
        id_of(r, id);
        uint64_t at = offset[r - begin], n = offset[r - begin + 1] - at;
        assert_int_equal(n, strlen(id));
        assert_memory_equal(bytes + at, id, n);
    }
}

static void people_read_back_in_even_shares(void **state) {
    (void)state;
    ck_error error = {0};
    ck_people p;
    write_people(true);
    assert_int_equal(ck_people_open(&comm, &error, FILE_NAME, CK_PEOPLE_CODES | CK_PEOPLE_IDS, &p), CK_OK);
    assert_true(p.records == RECORDS && p.rows == ROWS && p.nsources == 3 && p.ncolumns == 4);
    assert_true(p.begin == ck_par_share(&comm, RECORDS, comm.rank));
    assert_true(p.row_end == ck_par_share(&comm, ROWS, comm.rank + 1));
    assert_string_equal(p.stamp, "made for a test");
    assert_string_equal(p.source[2].name, "council tax");
    assert_true(p.source[2].unique && !p.source[0].unique);
    assert_true(p.source[1].record_begin == 30000 && p.source[1].record_end == 30000 && p.source[2].row_end == ROWS);
    assert_string_equal(p.column[2].name, "Straße");
    assert_int_equal(p.column[3].kind, CK_KIND_NHS_NUMBER);
    assert_int_equal(ck_people_find_column(&p, "date of birth"), 1);
    assert_true(ck_people_find_column(&p, "dob") == UINT32_MAX);
    assert_int_equal(ck_people_source_of(&p, 29999), 0);
    assert_int_equal(ck_people_source_of(&p, 30000), 2);
    check_columns(&p);
    check_ids(p.row_begin, p.row_end, p.id_offset, p.id_bytes);
    for (uint64_t r = p.row_begin; r < p.row_end; r++)
        assert_int_equal(p.row_record[r - p.row_begin], record_of_row(r));
    ck_people_free(&p);
}

static void people_read_only_what_is_asked_for(void **state) {
    (void)state;
    ck_error error = {0};
    ck_people p;
    write_people(false);
    assert_int_equal(ck_people_open(&comm, &error, FILE_NAME, 0, &p), CK_OK);
    assert_true(p.column[0].code == NULL && p.id_offset == NULL && p.row_record == NULL);
    assert_int_equal(p.column[1].dict.count, VALUES[1]);
    ck_people_free(&p);
}

static void every_rank_reads_the_ids_it_asks_for(void **state) {
    (void)state;
    ck_error error = {0};
    uint64_t *offset;
    char *bytes;
    write_people(false);
    uint64_t begin = 100 * (uint64_t)comm.rank, end = comm.rank == 1 ? begin : begin + 250;
    assert_int_equal(ck_people_read_ids(&comm, &error, FILE_NAME, begin, end, &offset, &bytes), CK_OK);
    check_ids(begin, end, offset, bytes);
    ck_free(offset);
    ck_free(bytes);
    end = comm.rank == 0 ? ROWS + 1 : begin;
    assert_int_equal(ck_people_read_ids(&comm, &error, FILE_NAME, begin, end, &offset, &bytes), CK_FILE);
    assert_true(offset == NULL && bytes == NULL);
}

static void codes_are_counted_by_source_and_in_the_file(void **state) {
    (void)state;
    ck_error error = {0};
    ck_people p;
    ck_h5 *file;
    uint64_t *count, stored[4];
    write_people(false);
    assert_int_equal(ck_people_open(&comm, &error, FILE_NAME, CK_PEOPLE_CODES, &p), CK_OK);
    assert_int_equal(ck_people_count_codes(&comm, &error, &p, 0, &count), CK_OK);
    assert_int_equal(ck_h5_open(&comm, &error, FILE_NAME, "people", CK_PEOPLE_VERSION, &file), CK_OK);
    assert_int_equal(ck_h5_read(file, &error, "columns/forename/count", CK_H5_U64, 0, 4, stored), CK_OK);
    ck_h5_close(file);
    uint64_t expected[3][4] = {{0}};
    for (uint64_t i = 0; i < RECORDS; i++)
        expected[i < 30000 ? 0 : 2][code_of(0, i)]++;
    for (int v = 0; v < 4; v++) {
        for (int s = 0; s < 3; s++)
            assert_int_equal(count[s * 4 + v], expected[s][v]);
        assert_int_equal(stored[v], expected[0][v] + expected[2][v]);
    }
    ck_free(count);
    ck_people_free(&p);
}

static void impossible_column_names_are_refused(void **state) {
    (void)state;
    static const char *const names[] = {"", ".", "a/b"};
    for (size_t k = 0; k < 3; k++) {
        ck_error error = {0};
        ck_people people;
        make_people(&people, false);
        free(people.column[0].name);
        people.column[0].name = strdup(names[k]);
        assert_int_equal(ck_people_write(&comm, &error, FILE_NAME, &people), CK_USAGE);
        assert_false(exists(FILE_NAME));
        ck_people_free(&people);
    }
}

static void a_code_beyond_its_dictionary_is_refused(void **state) {
    (void)state;
    ck_error error = {0};
    ck_people people;
    make_people(&people, false);
    if (comm.rank == comm.size - 1)
        people.column[0].code[0] = 4;
    assert_int_equal(ck_people_write(&comm, &error, FILE_NAME, &people), CK_INTERNAL);
    ck_people_free(&people);
}

/* --- links.h5 and index.h5 --- */

/* One bit of the link's weight, wherever HDF5 has put it: it and its neighbours say where that is. */
static void flip_weight(uint64_t link) {
    double expected[3] = {(double)(link - 1) / 7, (double)link / 7, (double)(link + 1) / 7};
    struct stat status;
    FILE *file = fopen(FILE_NAME, "r+b");
    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &status), 0);
    size_t n = (size_t)status.st_size;
    char *bytes = malloc(n);
    assert_int_equal(fread(bytes, 1, n, file), n);
    char *at = memmem(bytes, n, expected, sizeof expected);
    assert_non_null(at);
    fseek(file, at - bytes + 8, SEEK_SET);
    fputc(at[8] ^ 1, file);
    free(bytes);
    fclose(file);
}

static void links_read_back(void **state) {
    (void)state;
    enum { TOTAL = 1003 };
    ck_error error = {0};
    ck_links links = {0}, back;
    uint64_t begin = uneven(TOTAL, comm.rank);
    links.n = uneven(TOTAL, comm.rank + 1) - begin;
    links.a = calloc(TOTAL, 4);
    links.b = calloc(TOTAL, 4);
    links.weight = calloc(TOTAL, 8);
    links.pattern = calloc(TOTAL, 8);
    links.rule = calloc(TOTAL, 1);
    links.model = strdup("{\"model\": \"é\"}");
    links.stamp = strdup("s");
    for (uint64_t i = 0; i < links.n; i++) {
        links.a[i] = (uint32_t)(begin + i);
        links.b[i] = (uint32_t)(begin + i + 1);
        links.weight[i] = (double)(begin + i) / 7;
        links.pattern[i] = (begin + i) << 33;
        links.rule[i] = (uint8_t)((begin + i) % 64);
    }
    assert_int_equal(ck_links_write(&comm, &error, FILE_NAME, &links), CK_OK);
    assert_int_equal(ck_links_open(&comm, &error, FILE_NAME, &back), CK_OK);
    assert_true(back.total == TOTAL && back.begin == ck_par_share(&comm, TOTAL, comm.rank));
    assert_string_equal(back.model, links.model);
    assert_string_equal(back.stamp, "s");
    for (uint64_t i = 0; i < back.n; i++) {
        uint64_t k = back.begin + i;
        assert_true(back.a[i] == k && back.b[i] == k + 1 && back.pattern[i] == k << 33 && back.rule[i] == k % 64);
        assert_true(back.weight[i] == (double)k / 7);
    }
    ck_links_free(&links);
    ck_links_free(&back);
}

/* Slices of a file give what the whole gives, twice; a flipped byte is found at the end of the file. */
static void links_are_read_in_slices(void **state) {
    (void)state;
    enum { TOTAL = 1200007 };
    ck_error error = {0};
    ck_links links = {0};
    uint64_t begin = uneven(TOTAL, comm.rank);
    links.n = uneven(TOTAL, comm.rank + 1) - begin;
    links.a = malloc(TOTAL * 4);
    links.b = malloc(TOTAL * 4);
    links.weight = malloc(TOTAL * 8);
    links.pattern = calloc(TOTAL, 8);
    links.rule = calloc(TOTAL, 1);
    links.model = strdup("{}");
    links.stamp = strdup("s");
    for (uint64_t i = 0; i < links.n; i++) {
        links.a[i] = (uint32_t)(begin + i);
        links.b[i] = (uint32_t)(begin + i + 1);
        links.weight[i] = (double)(begin + i) / 7;
    }
    assert_int_equal(ck_links_write(&comm, &error, FILE_NAME, &links), CK_OK);
    ck_links_free(&links);
    ck_links_reader reader;
    for (int damaged = 0; damaged < 2; damaged++) {
        assert_int_equal(ck_links_reader_open(&comm, &error, FILE_NAME, &reader), CK_OK);
        assert_string_equal(reader.slice.model, "{}");
        for (int time = 0; time < 2; time++) {
            uint64_t next = ck_par_share(&comm, TOTAL, comm.rank), slices = 0;
            ck_links_reader_rewind(&reader);
            for (; ck_links_reader_next(&reader, &error); slices++)
                for (uint64_t i = 0; i < reader.slice.n; i++, next++) {
                    assert_true(reader.slice.begin + i == next && reader.slice.a[i] == next && reader.slice.b[i] == next + 1);
                    assert_true(damaged || reader.slice.weight[i] == (double)next / 7);
                }
            assert_true(slices > 1); /* also on the fourth of four ranks */
            assert_int_equal(error.status, damaged ? CK_FILE : CK_OK);
            assert_int_equal(next, ck_par_share(&comm, TOTAL, comm.rank + 1));
            error = (ck_error){0};
        }
        ck_links_reader_close(&reader);
        if (comm.rank == 0 && !damaged)
            flip_weight(TOTAL / 2);
        ck_par_agree(&comm, &error);
    }
}

static void no_links_are_links_too(void **state) {
    (void)state;
    ck_error error = {0};
    ck_links none = {0}, back;
    assert_int_equal(ck_links_write(&comm, &error, FILE_NAME, &none), CK_OK);
    assert_int_equal(ck_links_open(&comm, &error, FILE_NAME, &back), CK_OK);
    assert_true(back.total == 0 && back.n == 0);
    assert_string_equal(back.model, "");
    ck_links_free(&back);
}

/* Flip a bit behind the first place where `bytes` stand in a file. Rank 0 does; the others wait. */
static void flip_behind(const char *path, const void *bytes, size_t n) {
    ck_error error = {0};
    if (comm.rank == 0) {
        static unsigned char all[1 << 16];
        FILE *file = fopen(path, "r+b");
        size_t size = fread(all, 1, sizeof all, file);
        unsigned char *found = memmem(all, size, bytes, n);
        assert_non_null(found);
        fseek(file, (long)(found - all) + (long)n, SEEK_SET);
        fputc(found[n] ^ 1, file);
        fclose(file);
    }
    ck_par_agree(&comm, &error);
}

/* Opening notices it in any column, also in one that is not asked for. */
static void damaged_index_is_noticed_when_opened(void **state) {
    (void)state;
    const uint64_t id[] = {UINT64_C(0x1122334455660000), UINT64_C(0x1122334455660001)};
    const uint32_t record[] = {20, 21};
    const struct {
        const void *bytes;
        size_t n;
    } place[] = {{id, sizeof id}, {record, sizeof record}};
    for (int k = 0; k < 2; k++) {
        ck_error error = {0};
        ck_index index = {.records = 40, .persons = 40, .next_id = UINT64_C(0x1122334455660100)}, back;
        index.begin = ck_par_share(&comm, 40, comm.rank);
        index.end = ck_par_share(&comm, 40, comm.rank + 1);
        index.person = calloc(40, sizeof *index.person);
        index.id = calloc(40, sizeof *index.id);
        for (uint64_t i = index.begin; i < index.end; i++) {
            index.person[i - index.begin] = (uint32_t)(39 - i);
            index.id[i - index.begin] = id[0] + i;
        }
        assert_int_equal(ck_index_write(&comm, &error, FILE_NAME, &index), CK_OK);
        assert_int_equal(ck_index_open(&comm, &error, FILE_NAME, &back), CK_OK);
        ck_index_free(&back);
        flip_behind(FILE_NAME, place[k].bytes, place[k].n);
        assert_int_equal(ck_index_open(&comm, &error, FILE_NAME, &back), CK_FILE);
        assert_non_null(strstr(error.text, k ? "/person/record" : "/person/id"));
        free(index.person);
        free(index.id);
    }
}

static void index_reads_back(void **state) {
    (void)state;
    ck_error error = {0};
    ck_index index = {.records = 10, .persons = 4}, back;
    index.begin = ck_par_share(&comm, 10, comm.rank);
    index.end = ck_par_share(&comm, 10, comm.rank + 1);
    index.person = calloc(10, 4);
    for (uint64_t i = index.begin; i < index.end; i++)
        index.person[i - index.begin] = (uint32_t)(i % 4);
    assert_int_equal(ck_index_write(&comm, &error, FILE_NAME, &index), CK_OK);
    assert_int_equal(ck_index_open(&comm, &error, FILE_NAME, &back), CK_OK);
    assert_true(back.records == 10 && back.persons == 4 && back.begin == index.begin && back.end == index.end);
    assert_memory_equal(back.person, index.person, (index.end - index.begin) * 4);
    assert_true(back.next_id == 5 && !back.id); /* persons are counted from 1 until somebody says otherwise */
    assert_int_equal(ck_index_ids(&comm, &error, FILE_NAME, &back), CK_OK);
    for (uint64_t i = index.begin; i < index.end; i++)
        assert_int_equal(back.id[i - index.begin], i % 4 + 1);
    ck_index_free(&back);
    index.persons = 3; /* a person beyond the count */
    assert_int_equal(ck_index_write(&comm, &error, FILE_NAME, &index), CK_OK);
    assert_int_equal(ck_index_open(&comm, &error, FILE_NAME, &back), CK_FILE);
    ck_index_free(&index);
}

/* Ids are kept as they were given, and none may be one that was not yet given. */
static void ids_of_an_index_read_back(void **state) {
    (void)state;
    ck_error error = {0};
    ck_index index = {.records = 6, .persons = 6, .next_id = 1006}, back;
    uint64_t *all = NULL;
    index.begin = ck_par_share(&comm, 6, comm.rank);
    index.end = ck_par_share(&comm, 6, comm.rank + 1);
    index.person = calloc(6, sizeof *index.person);
    index.id = calloc(6, sizeof *index.id);
    for (uint64_t i = index.begin; i < index.end; i++) {
        index.person[i - index.begin] = (uint32_t)i;
        index.id[i - index.begin] = 1005 - i;
    }
    assert_int_equal(ck_index_write(&comm, &error, FILE_NAME, &index), CK_OK);
    assert_int_equal(ck_index_open(&comm, &error, FILE_NAME, &back), CK_OK);
    assert_int_equal(back.next_id, 1006);
    assert_int_equal(ck_index_gather_ids(&comm, &error, FILE_NAME, &back, &all), CK_OK);
    assert_true((all != NULL) == (comm.rank == 0));
    for (uint64_t i = 0; all && i < 6; i++)
        assert_int_equal(all[i], 1005 - i);
    ck_free(all);
    ck_index_free(&back);
    index.next_id = 1002;
    assert_int_equal(ck_index_write(&comm, &error, FILE_NAME, &index), CK_OK);
    assert_int_equal(ck_index_open(&comm, &error, FILE_NAME, &back), CK_OK);
    assert_int_equal(ck_index_ids(&comm, &error, FILE_NAME, &back), CK_FILE);
    ck_index_free(&back);
    ck_index_free(&index);
}

static void library_is_named_with_its_version(void **state) {
    (void)state;
    assert_memory_equal(ck_h5_library(), "HDF5 1.", 7);
}

#define FILE_TEST(f) cmocka_unit_test_setup_teardown(f, remove_file, remove_file)

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        FILE_TEST(every_type_reads_back_from_other_shares),
        FILE_TEST(narrow_integers_read_into_wide_ones),
        FILE_TEST(attributes_read_back),
        FILE_TEST(absent_and_foreign_files_are_named),
        FILE_TEST(truncated_and_damaged_files_are_refused),
        FILE_TEST(an_uncommitted_file_leaves_the_former_one),
        FILE_TEST(a_full_disk_is_a_sentence_and_keeps_the_former_file),
        FILE_TEST(slices_that_do_not_cover_are_refused),
        FILE_TEST(people_read_back_in_even_shares),
        FILE_TEST(people_read_only_what_is_asked_for),
        FILE_TEST(every_rank_reads_the_ids_it_asks_for),
        FILE_TEST(codes_are_counted_by_source_and_in_the_file),
        FILE_TEST(impossible_column_names_are_refused),
        FILE_TEST(a_code_beyond_its_dictionary_is_refused),
        FILE_TEST(links_read_back),
        FILE_TEST(links_are_read_in_slices),
        FILE_TEST(no_links_are_links_too),
        FILE_TEST(index_reads_back),
        FILE_TEST(damaged_index_is_noticed_when_opened),
        FILE_TEST(ids_of_an_index_read_back),
        cmocka_unit_test(library_is_named_with_its_version),
    };
    RUN_AT_RANKS(argc, argv, "store", tests);
}
