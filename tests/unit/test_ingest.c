/* Ingest of extracts that the test wrote itself, so that it knows what must come out. Run alone it is one rank;
 * tests/ranks/ingest.sh runs it under mpirun. Every rank makes the same made-up rows; rank 0 writes the files. */
#include "base/memory.h"
#include "ingest/ingest.h"
#include "ingest/raw.h"
#include "ingest/profile.h"
#include <omp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <cmocka.h>
#include "rank_test.h"

static char folder[128];

static void wait_for_all(void) {
    uint64_t nothing = 0;
    ck_par_sum(&comm, &nothing, 1);
}

static char *path_of(const char *name) {
    static char path[4][256];
    static int next;
    next = (next + 1) % 4;
    snprintf(path[next], sizeof path[next], "%s/%s", folder, name);
    return path[next];
}

/* Rank 0 writes; all ranks may read it then. */
static void write_bytes(const char *name, const char *bytes, size_t n) {
    if (comm.rank == 0) {
        FILE *file = fopen(path_of(name), "wb");
        assert_non_null(file);
        assert_true(n == 0 || fwrite(bytes, n, 1, file) == 1);
        assert_int_equal(fclose(file), 0);
    }
    wait_for_all();
}

static void write_text(const char *name, const char *text) {
    write_bytes(name, text, strlen(text));
}

static void write_gz(const char *name, const char *bytes, size_t n) {
    if (comm.rank == 0) {
        gzFile file = gzopen(path_of(name), "wb");
        assert_non_null(file);
        assert_int_equal(gzwrite(file, bytes, (unsigned)n), (int)n);
        assert_int_equal(gzclose(file), Z_OK);
    }
    wait_for_all();
}

static char *read_text(const char *name) {
    FILE *file = fopen(path_of(name), "rb");
    if (!file)
        return NULL;
    char *text = calloc(1, 1 << 20);
    assert_non_null(text);
    (void)!fread(text, 1, (1 << 20) - 1, file);
    fclose(file);
    return text;
}

/* ---- a job of one or two sources ---- */

static char *from_word[] = {"word"}, *from_name[] = {"name"}, *from_date[] = {"y", "m", "d"};
static char *column_name[] = {"word", "name", "born"};
static ck_kind column_kind[] = {CK_KIND_TEXT, CK_KIND_NAME, CK_KIND_DATE};

typedef struct made_job {
    ck_field_spec field[2][3];
    ck_source_spec source[2];
    char *file[2][3];
    ck_ingest_spec spec;
} made_job;

static void start_job(made_job *job, uint32_t nsources, uint32_t ncolumns) {
    *job = (made_job){0};
    static char *names[] = {"gp", "ae"};
    for (uint32_t s = 0; s < nsources; s++) {
        job->field[s][0] = (ck_field_spec){.column = 0, .nfrom = 1, .from = from_word, .clean.kind = CK_KIND_TEXT};
        job->field[s][1] = (ck_field_spec){.column = 1, .nfrom = 1, .from = from_name, .clean.kind = CK_KIND_NAME};
        job->field[s][2] = (ck_field_spec){.column = 2, .nfrom = 3, .from = from_date, .clean.kind = CK_KIND_DATE};
        job->source[s] = (ck_source_spec){.name = names[s], .nfiles = 1, .file = job->file[s], .id = "id",
                                          .delimiter = ',', .nfields = ncolumns, .field = job->field[s]};
    }
    job->spec = (ck_ingest_spec){.nsources = nsources, .ncolumns = ncolumns, .source = job->source,
                                 .column_name = column_name, .column_kind = column_kind, .sources_by_name = true};
}

static ck_status run(const made_job *job, ck_error *error, ck_ingest_counts *counts) {
    char people[256], rejects[256];
    snprintf(people, sizeof people, "%s/people.h5", folder);
    snprintf(rejects, sizeof rejects, "%s/rejects.csv", folder);
    *error = (ck_error){0};
    ck_status status = ck_ingest(&comm, error, &job->spec, people, rejects, "stamp", counts);
    assert_int_equal(status, error->status);
    return status;
}

/* Ingest must end with `status` and a sentence that has all of the parts. */
static void fails(const made_job *job, ck_status status, const char *const *part) {
    ck_error error;
    ck_ingest_counts counts;
    assert_int_equal(run(job, &error, &counts), status);
    for (; *part; part++)
        if (!strstr(error.text, *part))
            fail_msg("'%s' lacks '%s'", error.text, *part);
    assert_null(counts.field);
}
#define FAILS(job, status, ...) fails(job, status, (const char *const[]){__VA_ARGS__, NULL})

/* One source with the columns word, and header id,word. */
static void start_words(made_job *job, const char *name) {
    start_job(job, 1, 1);
    job->file[0][0] = path_of(name);
}

/* ---- made-up extracts ---- */

enum { ROWS = 60, FIELDS = 7, COLUMNS = 3 }; /* fields: id, word, unused, name, y, m, d */

typedef struct made_row {
    char value[FIELDS][40];
    uint32_t source;
    char clean[COLUMNS][64];
} made_row;

static uint64_t dice_state;
static uint32_t dice(uint32_t n) {
    dice_state = dice_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((dice_state >> 33) % n);
}

/* Few distinct values, with all that CSV must quote. */
static void make_value(char *out, bool quoted_bytes) {
    static const char *const plain[] = {"", "a", "b", "smith", "O'Neil", "  x ", "\xC3\xA9lan", "zz", "-"};
    static const char *const odd[] = {"a,b", "a\nb", "\"", "x\"\"y", "\r\n", "a\r", ",", "\n\"\n"};
    bool take_odd = quoted_bytes && dice(3) == 0;
    strcpy(out, take_odd ? odd[dice(sizeof odd / sizeof *odd)] : plain[dice(sizeof plain / sizeof *plain)]);
}

static void clean_row(made_row *row) {
    ck_clean_options text = {.kind = CK_KIND_TEXT}, name = {.kind = CK_KIND_NAME}, date = {.kind = CK_KIND_DATE};
    char joined[80];
    size_t n;
    memset(row->clean, 0, sizeof row->clean);
    if (row->value[1][0])
        ck_clean_value(&text, row->value[1], strlen(row->value[1]), row->clean[0], &n);
    char room[512];
    ck_clean_value(&name, row->value[3], strlen(row->value[3]), room, &n);
    memcpy(row->clean[1], room, n);
    if (!row->value[4][0] || !row->value[5][0] || !row->value[6][0])
        return;
    snprintf(joined, sizeof joined, "%s-%02d-%02d", row->value[4], atoi(row->value[5]), atoi(row->value[6]));
    ck_clean_value(&date, joined, strlen(joined), room, &n);
    memcpy(row->clean[2], room, n);
}

static void make_row(made_row *row, uint32_t source, uint32_t number, bool quoted_bytes) {
    row->source = source;
    snprintf(row->value[0], sizeof row->value[0], "%s%u", dice(2) ? "id" : "a long prefix of ids ", number * 7919 % 10007);
    for (int f = 1; f < 4; f++)
        make_value(row->value[f], quoted_bytes);
    snprintf(row->value[4], sizeof row->value[4], dice(9) ? "19%02u" : "", dice(4));
    snprintf(row->value[5], sizeof row->value[5], "%u", 1 + dice(13));
    snprintf(row->value[6], sizeof row->value[6], dice(2) ? "%u" : "%02u", 1 + dice(3));
    clean_row(row);
}

static size_t put_field(char *out, const char *value) {
    if (!strpbrk(value, ",\"\r\n") && dice(4))
        return (size_t)sprintf(out, "%s", value);
    char *at = out;
    *at++ = '"';
    for (; *value; value++) {
        if (*value == '"')
            *at++ = '"';
        *at++ = *value;
    }
    *at++ = '"';
    return (size_t)(at - out);
}

/* A file of the rows of one source; a row that makes no sense now and then when `rejects` counts them. */
static void write_extract(const char *name, const made_row *row, size_t n, uint32_t *rejects, bool gz) {
    char *text = calloc(1, 64 * 1024), *at = text;
    assert_non_null(text);
    at += sprintf(at, dice(2) ? "\xEF\xBB\xBFid,\"word\",other,name,y,m,d%s" : "id,word,\"ot\"\"h\ner\",name,y,m,d%s",
                  dice(2) ? "\r\n" : "\n");
    for (size_t i = 0; i < n; i++) {
        while (rejects && dice(8) == 0) {
            static const char *const bad[] = {"x,y\n", "a,b,c,d,e,f,g,h\r\n", ",w,,n,,,\n", "q\"q\",w,,n,,,\n",
                                              "q,\xFF,,n,,,\n", "q,\"a\"b,,n,,,\r\n", "  ,\"\n\",,n,,,\n"};
            at += sprintf(at, "%s", bad[dice(sizeof bad / sizeof *bad)]);
            ++*rejects;
        }
        for (int f = 0; f < FIELDS; f++) {
            at += put_field(at, row[i].value[f]);
            if (f + 1 < FIELDS)
                *at++ = ',';
        }
        if (i + 1 < n || dice(2))
            at += sprintf(at, "%s", dice(2) ? "\r\n" : dice(5) ? "\n" : "\n\n\r\n");
    }
    if (gz)
        write_gz(name, text, (size_t)(at - text));
    else
        write_bytes(name, text, (size_t)(at - text));
    free(text);
}

static int compare_made(const void *x, const void *y) {
    const made_row *a = x, *b = y;
    if (a->source != b->source)
        return a->source < b->source ? 1 : -1; /* ae (1) stands before gp (0) */
    return strcmp(a->value[0], b->value[0]);
}

/* ---- what people.h5 must hold ---- */

static bool same_person(const made_row *a, const made_row *b) {
    return a->source == b->source && memcmp(a->clean, b->clean, sizeof a->clean) == 0;
}

/* The obvious way: the first equal row before this one, all columns 0 and 1 present. */
static void number_records(const made_row *row, size_t n, uint32_t collapses, uint32_t *record, uint32_t *records) {
    *records = 0;
    for (size_t i = 0; i < n; i++) {
        size_t first = i;
        bool may = row[i].source == collapses && row[i].clean[0][0] && row[i].clean[1][0];
        for (size_t j = 0; may && j < i && first == i; j++)
            if (same_person(&row[j], &row[i]))
                first = j;
        record[i] = first == i ? (*records)++ : record[first];
    }
}

static void check_dictionary(const ck_dict *dict) {
    for (uint32_t code = 1; code <= dict->count; code++) {
        assert_true(ck_dict_value(dict, code).n > 0);
        if (code > 1)
            assert_true(ck_span_compare(ck_dict_value(dict, code - 1), ck_dict_value(dict, code)) < 0);
    }
}

static void check_people(const made_row *row, size_t n, uint32_t collapses) {
    ck_people people = {0};
    ck_error error = {0};
    uint32_t *record = calloc(n + 1, sizeof *record), records;
    assert_non_null(record);
    number_records(row, n, collapses, record, &records);
    if (ck_people_open(&comm, &error, path_of("people.h5"), CK_PEOPLE_CODES | CK_PEOPLE_IDS, &people) != CK_OK)
        fail_msg("%s", error.text);
    assert_int_equal(people.rows, n);
    assert_int_equal(people.records, records);
    assert_int_equal(people.row_record != NULL, collapses < 2 && n > 0);
    for (uint64_t i = people.row_begin; i < people.row_end; i++) {
        uint64_t here = i - people.row_begin, at = people.id_offset[here], id_n = people.id_offset[here + 1] - at;
        assert_int_equal(id_n, strlen(row[i].value[0]));
        assert_memory_equal(people.id_bytes + at, row[i].value[0], id_n);
        if (people.row_record)
            assert_int_equal(people.row_record[here], record[i]);
    }
    for (size_t i = 0; i < n; i++) {
        bool first = true;
        for (size_t j = 0; j < i; j++)
            first &= record[j] != record[i];
        if (!first || record[i] < people.begin || record[i] >= people.end)
            continue;
        for (uint32_t c = 0; c < people.ncolumns; c++) {
            uint32_t code = people.column[c].code[record[i] - people.begin];
            ck_span value = code ? ck_dict_value(&people.column[c].dict, code) : (ck_span){"", 0};
            assert_int_equal(value.n, strlen(row[i].clean[c]));
            assert_memory_equal(value.bytes, row[i].clean[c], value.n);
        }
        uint32_t source = ck_people_source_of(&people, record[i]);
        assert_string_equal(people.source[source].name, row[i].source ? "ae" : "gp");
    }
    for (uint32_t c = 0; c < people.ncolumns; c++)
        check_dictionary(&people.column[c].dict);
    assert_string_equal(people.stamp, "stamp");
    ck_people_free(&people);
    free(record);
}

static void check_counts(const made_job *job, const ck_ingest_counts *counts, const made_row *row, size_t n, uint32_t rejects) {
    assert_int_equal(counts->rows_read, n + rejects);
    assert_int_equal(counts->rows_rejected, rejects);
    for (uint32_t s = 0; s < job->spec.nsources; s++)
        for (uint32_t c = 0; c < job->spec.ncolumns; c++) {
            const ck_field_counts *field = &counts->field[s * job->spec.ncolumns + c];
            uint64_t total = 0, present = 0, rows = 0;
            for (int r = 0; r < CK_CLEAN_RESULTS; r++)
                total += field->result[r];
            for (size_t i = 0; i < n; i++) {
                rows += row[i].source == s;
                present += row[i].source == s && row[i].clean[c][0];
            }
            assert_int_equal(field->rows, rows);
            assert_int_equal(total, rows);
            assert_int_equal(field->result[CK_CLEAN_SAME] + field->result[CK_CLEAN_CHANGED], present);
        }
}

static void check_once(made_job *job, const made_row *row, size_t n, uint32_t rejects, uint32_t collapses) {
    static const uint64_t pieces[] = {1, 5, 64, 700, 0};
    for (size_t p = 0; p < sizeof pieces / sizeof *pieces; p++) {
        ck_error error;
        ck_ingest_counts counts;
        job->spec.piece_bytes = pieces[p];
        omp_set_num_threads(1 + (int)p % 2);
        if (run(job, &error, &counts) != CK_OK)
            fail_msg("%s", error.text);
        check_counts(job, &counts, row, n, rejects);
        ck_free(counts.field);
        check_people(row, n, collapses);
    }
}

/* Two sources, the second of two files; quoted line ends, blank lines, bad rows, empty sources. */
static void made_up_extracts_come_out_as_they_were_made(void **state) {
    (void)state;
    static made_row row[2 * ROWS];
    static char *collapse[] = {"word", "name"};
    for (uint64_t seed = 1; seed <= (comm.size == 1 ? 25 : 10); seed++) {
        dice_state = seed;
        size_t n[2] = {seed % 7 == 3 ? 0 : dice(ROWS), seed % 5 == 4 ? dice(3) : dice(ROWS)};
        uint32_t rejects = 0, *bad = seed % 2 ? &rejects : NULL, collapses = seed % 4 == 0 ? 1 : seed % 4 == 1 ? 0 : 2;
        for (size_t i = 0; i < n[0] + n[1]; i++)
            make_row(&row[i], i >= n[0], (uint32_t)i, seed % 3 != 0);
        size_t half = n[1] / 2;
        write_extract("gp.csv", row, n[0], bad, false);
        write_extract("ae1.csv", row + n[0], half, bad, false);
        write_extract("ae2.csv.gz", row + n[0] + half, n[1] - half, bad, true);
        qsort(row, n[0] + n[1], sizeof *row, compare_made);
        made_job job;
        start_job(&job, 2, COLUMNS);
        char gp[256], ae1[256], ae2[256];
        strcpy(gp, path_of("gp.csv"));
        strcpy(ae1, path_of("ae1.csv"));
        strcpy(ae2, path_of("ae2.csv.gz"));
        job.file[0][0] = gp;
        job.file[1][0] = ae1;
        job.file[1][1] = ae2;
        job.source[1].nfiles = 2;
        job.source[0].rejects_max = job.source[1].rejects_max = rejects;
        if (collapses < 2) {
            job.source[collapses].collapse = collapse;
            job.source[collapses].ncollapse = 2;
        }
        check_once(&job, row, n[0] + n[1], rejects, collapses);
    }
}

/* ---- what must stop, and its sentence ---- */

static void files_that_cannot_be_used(void **state) {
    (void)state;
    made_job job;
    start_words(&job, "none.csv");
    FAILS(&job, CK_FILE, "none.csv", "No such file");
    write_text("w.csv", "");
    start_words(&job, "w.csv");
    FAILS(&job, CK_DATA, "w.csv", "has no header");
    write_text("w.csv", "id,wrod\n1,a\n");
    FAILS(&job, CK_DATA, "w.csv", "no column 'word'", "is 'wrod' meant?");
    write_text("w.csv", "id,word,word\n1,a,b\n");
    FAILS(&job, CK_DATA, "w.csv", "2 columns called 'word'");
    write_bytes("w.csv", "\xFF\xFEi\0d\0", 6);
    FAILS(&job, CK_DATA, "w.csv", "UTF-16");
    write_bytes("w.csv.gz", "\x1F\x8B\x08\x00\x00\x00", 6);
    start_words(&job, "w.csv.gz");
    FAILS(&job, CK_FILE, "w.csv.gz", "ends too early");
}

static void a_cut_gz_is_no_gz(void **state) {
    (void)state;
    char text[4096] = "id,word\n";
    for (int i = 0; i < 200; i++)
        sprintf(text + strlen(text), "%d,w%d\n", i, i * i);
    write_gz("w.csv.gz", text, strlen(text));
    if (comm.rank == 0)
        assert_int_equal(truncate(path_of("w.csv.gz"), 300), 0);
    wait_for_all();
    made_job job;
    start_words(&job, "w.csv.gz");
    FAILS(&job, CK_FILE, "w.csv.gz", "ends too early");
}

static void rows_that_cannot_be_used(void **state) {
    (void)state;
    made_job job;
    start_words(&job, "w.csv");
    job.spec.piece_bytes = 3;
    write_text("w.csv", "id,word\n1,a\n2\n3,b\n4\n");
    FAILS(&job, CK_DATA, "w.csv, row 2 has 1 fields where the header has 2", "2 of source gp", "allows 0");
    write_text("w.csv", "id,word\n1,a\n,secret\n");
    FAILS(&job, CK_DATA, "w.csv, row 2, column 'id' has no id");
    write_text("w.csv", "id,word\n1,a\n2,secret\xC3\x28\n");
    FAILS(&job, CK_DATA, "row 2, column 'word' holds bytes that are not UTF-8");
    write_bytes("w.csv", "id,word\n1,a\n2,b\0c\n", 18);
    FAILS(&job, CK_DATA, "row 2, column 'word' holds a NUL byte");
    write_text("w.csv", "id,word\n1,a\n2,b\"c\"\n");
    FAILS(&job, CK_DATA, "row 2 has a quote inside an unquoted field");
    job.source[0].encoding = CK_WINDOWS_1252;
    write_text("w.csv", "id,word\n1,\x81\n");
    FAILS(&job, CK_DATA, "row 1, column 'word' holds bytes that are not windows-1252");
}

/* Where rows end is not certain: no number of allowed rejects helps. */
static void quotes_that_make_rows_uncertain_always_stop(void **state) {
    (void)state;
    made_job job;
    start_words(&job, "w.csv");
    job.source[0].rejects_max = 100;
    for (uint64_t piece = 1; piece < 40; piece += 3) {
        job.spec.piece_bytes = piece;
        write_text("w.csv", "id,word\n1,a\n2,6\" pipe\n3,b\n4,5\" pipe\n5,c\n");
        FAILS(&job, CK_DATA, "row 2", "not certain");
        write_text("w.csv", "id,word\n1,a\n2,\"b\n3,c\n4,d\n");
        FAILS(&job, CK_DATA, "row 2", "does not end before the file does");
    }
}

static void ids_twice_always_stop(void **state) {
    (void)state;
    made_job job;
    start_job(&job, 2, 1);
    char a[256], b[256], c[256];
    strcpy(a, path_of("a.csv"));
    strcpy(b, path_of("b.csv"));
    strcpy(c, path_of("c.csv"));
    job.file[0][0] = a;
    job.file[1][0] = b;
    job.file[1][1] = c;
    job.source[1].nfiles = 2;
    job.spec.piece_bytes = 4;
    job.source[1].rejects_max = 9;
    write_text("a.csv", "id,word\nx,a\ny,b\n"); /* the same ids in another source are other rows */
    write_text("b.csv", "id,word\nx,a\n\nz,b\ny,c\nz1,c\n");
    write_text("c.csv", "word,id\nb,k\nb,z\nc,k2\nc,z\n");
    FAILS(&job, CK_DATA, "Source ae has an id twice", "row 2 of ", "b.csv and row 2 of ", "c.csv");
    ck_error error;
    ck_ingest_counts counts;
    write_text("c.csv", "word,id\nb,k\n");
    assert_int_equal(run(&job, &error, &counts), CK_OK);
    assert_int_equal(counts.records, 7);
    ck_free(counts.field);
}

static void rejects_are_written_without_values_and_removed_when_stale(void **state) {
    (void)state;
    made_job job;
    ck_error error;
    ck_ingest_counts counts;
    start_words(&job, "w,1.csv");
    job.source[0].rejects_max = 2;
    job.spec.piece_bytes = 6;
    write_text("w,1.csv", "id,word\n1,secret\n2\n ,secret\n4,d\n");
    assert_int_equal(run(&job, &error, &counts), CK_OK);
    ck_free(counts.field);
    char expected[1024], *text = read_text("rejects.csv");
    snprintf(expected, sizeof expected,
             "source,file,row,column,reason\ngp,\"%s\",2,,has 1 fields where the header has 2\ngp,\"%s\",3,id,has no id\n",
             path_of("w,1.csv"), path_of("w,1.csv"));
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
    wait_for_all();
    write_text("w,1.csv", "id,word\n1,a\n");
    assert_int_equal(run(&job, &error, &counts), CK_OK);
    ck_free(counts.field);
    assert_null(read_text("rejects.csv"));
}

static void header_only_and_other_delimiters(void **state) {
    (void)state;
    made_job job;
    ck_error error;
    ck_ingest_counts counts;
    start_words(&job, "w.csv");
    write_text("w.csv", "id,word");
    assert_int_equal(run(&job, &error, &counts), CK_OK);
    assert_int_equal(counts.records, 0);
    ck_free(counts.field);
    write_text("w.csv", "id\tword\r\n\"a\tb\"\tc,d\r\n");
    job.source[0].delimiter = '\t';
    assert_int_equal(run(&job, &error, &counts), CK_OK);
    assert_int_equal(counts.records, 1);
    ck_free(counts.field);
}

/* The only value of column 0, which must be `expected`. */
static void check_only_value(const char *expected) {
    ck_people people = {0};
    ck_error error = {0};
    assert_int_equal(ck_people_open(&comm, &error, path_of("people.h5"), 0, &people), CK_OK);
    assert_int_equal(people.column[0].dict.count, 1);
    assert_true(ck_span_is(ck_dict_value(&people.column[0].dict, 1), expected));
    ck_people_free(&people);
}

static void windows_1252_becomes_utf8(void **state) {
    (void)state;
    made_job job;
    ck_error error;
    ck_ingest_counts counts;
    start_words(&job, "w.csv");
    job.source[0].encoding = CK_WINDOWS_1252;
    write_text("w.csv", "id,word\n1,\x80\xC9\x9F\xFFz\n");
    assert_int_equal(run(&job, &error, &counts), CK_OK);
    ck_free(counts.field);
    check_only_value("\xE2\x82\xAC\xC3\x89\xC5\xB8\xC3\xBFz");
}

static void several_parts_are_joined(void **state) {
    (void)state;
    static char *parts[] = {"a", "b"}, *formats[] = {"%d %m %Y"}, *date_parts[] = {"d", "m", "y"};
    made_job job;
    ck_error error;
    ck_ingest_counts counts;
    start_words(&job, "w.csv");
    job.field[0][0].from = parts;
    job.field[0][0].nfrom = 2;
    write_text("w.csv", "id,a,b\n1,x,\n2,,x\n3,,\n");
    assert_int_equal(run(&job, &error, &counts), CK_OK);
    assert_int_equal(counts.field[0].result[CK_CLEAN_EMPTY], 1);
    ck_free(counts.field);
    check_only_value("x");
    job.field[0][0] = (ck_field_spec){.nfrom = 3, .from = date_parts,
                                      .clean = {.kind = CK_KIND_DATE, .format = formats, .nformat = 1}};
    write_text("w.csv", "id,y,m,d\n1,1980,2,31\n2,1980,02,03\n3,1980,2,3\n4,1980,,3\n");
    assert_int_equal(run(&job, &error, &counts), CK_OK);
    assert_int_equal(counts.field[0].result[CK_CLEAN_INVALID], 1);
    assert_int_equal(counts.field[0].result[CK_CLEAN_EMPTY], 1);
    ck_free(counts.field);
    check_only_value("1980-02-03");
    char path[256];
    strcpy(path, path_of("w.csv"));
    job.file[0][0] = path;
    job.field[0][0].clean.kind = CK_KIND_BIRTH_DATE;
    for (uint32_t nformat = 0; nformat < 2; nformat++) { /* day, month, year in the words of the format; year, month, day */
        static char *iso_parts[] = {"y", "m", "d"};
        job.field[0][0].from = nformat ? date_parts : iso_parts;
        job.field[0][0].clean.nformat = nformat;
        write_text("w.csv", "id,y,m,d\n1,1980,,3\n2,1980,0,3\n3,1980, ?,03\n4,,,\n");
        assert_int_equal(run(&job, &error, &counts), CK_OK);
        assert_int_equal(counts.field[0].result[CK_CLEAN_EMPTY], 1);
        ck_free(counts.field);
        check_only_value("1980-\?\?-03");
    }
}

/* Forename and surname that stand in one column. */
static void parts_of_one_column_are_taken(void **state) {
    (void)state;
    static const struct {
        const char *text, *part[CK_PART_COUNT];
    } cases[] = {
        {"Smith, Ann Mary", {"Smith, Ann Mary", "Smith", "Ann Mary", "Smith,", "Ann Mary", "Mary", "Smith, Ann"}},
        {" Ann Smith ", {" Ann Smith ", "Ann Smith", "", "Ann", "Smith", "Smith", "Ann"}},
        {"Ann", {"Ann", "Ann", "", "Ann", "", "", "Ann"}},
        {",", {",", "", "", ",", "", "", ","}},
        {"", {"", "", "", "", "", "", ""}},
    };
    const uint32_t from[1] = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int part = 0; part < CK_PART_COUNT; part++) {
            ck_span field = ck_span_of(cases[i].text);
            ck_span got = ck_field_raw(&field, &(ck_field_spec){.nfrom = 1, .part = (ck_field_part)part}, from, NULL);
            if (!ck_span_is(got, cases[i].part[part]))
                fail_msg("part %d of '%s' is '%.*s', not '%s'", part, cases[i].text, (int)got.n, got.bytes, cases[i].part[part]);
        }
}

/* Not by the name alone: '-' of the mark stands after ' ' and before 'a'. */
static void sources_stand_as_the_link_type_orders_them(void **state) {
    (void)state;
    made_job job;
    ck_error error;
    ck_ingest_counts counts;
    start_job(&job, 2, 1);
    char path[256];
    strcpy(path, path_of("w.csv"));
    job.file[0][0] = job.file[1][0] = path;
    job.source[0].name = "ae";
    job.source[1].name = "ae 2";
    write_text("w.csv", "id,word\n1,a\n");
    for (int by_name = 0; by_name < 2; by_name++) {
        job.spec.sources_by_name = by_name;
        assert_int_equal(run(&job, &error, &counts), CK_OK);
        ck_free(counts.field);
        ck_people people = {0};
        assert_int_equal(ck_people_open(&comm, &error, path_of("people.h5"), 0, &people), CK_OK);
        assert_string_equal(people.source[0].name, by_name ? "ae" : "ae 2");
        ck_people_free(&people);
    }
}

/* Each number by hand: two sources, one collapsed. */
static void profile_counts_and_keeps_values_back(void **state) {
    (void)state;
    static char *collapse[] = {"word"};
    made_job job;
    ck_error error;
    ck_ingest_counts counts;
    start_job(&job, 2, 2);
    char a[256], b[256];
    strcpy(a, path_of("a.csv"));
    strcpy(b, path_of("b.csv"));
    job.file[0][0] = a;
    job.file[1][0] = b;
    job.source[1].collapse = collapse;
    job.source[1].ncollapse = 1;
    write_text("a.csv", "id,word,name\n1,x,Ann\n2,y,ANN\n3,y,12\n4,,Bob\n");
    write_text("b.csv", "id,word,name\n1,x,Zoe\n2,x,Zoe\n");
    assert_int_equal(run(&job, &error, &counts), CK_OK);
    ck_free(counts.field);
    char *json;
    for (int show = 0; show < 2; show++) {
        ck_profile_options options = {.common = 1, .show_values = show};
        assert_int_equal(ck_profile_make(&comm, &error, path_of("people.h5"), &options, &json), CK_OK);
        assert_int_equal(json != NULL, comm.rank == 0);
        if (!json)
            continue;
        assert_int_equal(strstr(json, "ANN") != NULL, show);
        char tight[4096], *out = tight;
        for (const char *p = json; *p; p++)
            if (*p != ' ' && *p != '\n')
                *out++ = *p;
        *out = 0;
        if (!show)
            assert_string_equal(tight, "{\"rows\":6,\"records\":5,\"columns\":["
                "{\"name\":\"word\",\"kind\":\"text\",\"distinct\":2,\"sources\":["
                "{\"name\":\"ae\",\"rows\":2,\"missing\":0,\"changed\":0,\"distinct\":1,\"dropped\":{\"empty\":0,"
                "\"placeholder\":0,\"invalid\":0,\"checkdigit\":0,\"outofrange\":0},\"common\":[1]},"
                "{\"name\":\"gp\",\"rows\":4,\"missing\":1,\"changed\":0,\"distinct\":2,\"dropped\":{\"empty\":1,"
                "\"placeholder\":0,\"invalid\":0,\"checkdigit\":0,\"outofrange\":0},\"common\":[2]}]},"
                "{\"name\":\"name\",\"kind\":\"name\",\"distinct\":3,\"sources\":["
                "{\"name\":\"ae\",\"rows\":2,\"missing\":0,\"changed\":2,\"distinct\":1,\"dropped\":{\"empty\":0,"
                "\"placeholder\":0,\"invalid\":0,\"checkdigit\":0,\"outofrange\":0},\"common\":[1]},"
                "{\"name\":\"gp\",\"rows\":4,\"missing\":1,\"changed\":2,\"distinct\":2,\"dropped\":{\"empty\":1,"
                "\"placeholder\":0,\"invalid\":0,\"checkdigit\":0,\"outofrange\":0},\"common\":[2]}]}]}");
        free(json);
    }
    wait_for_all();
    if (comm.rank == 0)
        assert_int_equal(unlink(path_of("ingest.json")), 0);
    wait_for_all();
    ck_profile_options options = {.common = 1};
    error = (ck_error){0};
    assert_int_equal(ck_profile_make(&comm, &error, path_of("people.h5"), &options, &json), CK_FILE);
    assert_non_null(strstr(error.text, "run ingest again"));
}

static int make_folder(void) {
    if (comm.rank == 0) {
        strcpy(folder, "/tmp/carrick-ingest-XXXXXX");
        if (!mkdtemp(folder))
            folder[0] = 0;
    }
    ck_par_broadcast(&comm, 0, folder, sizeof folder);
    return folder[0] ? 0 : 1;
}

static int in_folder(void **state) {
    (void)state;
    return folder[0] ? 0 : make_folder();
}

static int remove_folder(void **state) {
    (void)state;
    char command[160];
    wait_for_all();
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return comm.rank == 0 ? system(command) : 0;
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(made_up_extracts_come_out_as_they_were_made, in_folder),
        cmocka_unit_test(files_that_cannot_be_used),
        cmocka_unit_test(a_cut_gz_is_no_gz),
        cmocka_unit_test(rows_that_cannot_be_used),
        cmocka_unit_test(quotes_that_make_rows_uncertain_always_stop),
        cmocka_unit_test(ids_twice_always_stop),
        cmocka_unit_test(rejects_are_written_without_values_and_removed_when_stale),
        cmocka_unit_test(header_only_and_other_delimiters),
        cmocka_unit_test(windows_1252_becomes_utf8),
        cmocka_unit_test(several_parts_are_joined),
        cmocka_unit_test(parts_of_one_column_are_taken),
        cmocka_unit_test(profile_counts_and_keeps_values_back),
        cmocka_unit_test_teardown(sources_stand_as_the_link_type_orders_them, remove_folder),
    };
    RUN_AT_RANKS(argc, argv, "ingest", tests);
}
