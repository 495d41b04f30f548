/* carrick collate: its page holds what its tables print, and many random contacts are what a slow search finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "page.h"
#include "base/memory.h"
#include "base/path.h"
#include "job/collate_spec.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void page_is_what_the_tables_print(void **state) {
    (void)state;
    ck_error error = {0};
    ck_collate_spec spec;
    char *reference, *page = read_page("collate.md");
    assert_int_equal(ck_collate_spec_reference(&error, &reference), CK_OK);
    cut_presets(reference);
    assert_non_null(strstr(page, reference));
    char *begin = cut_example(page);
    assert_int_equal(ck_collate_spec_parse(&error, begin, "/tmp/collate.yaml", NULL, 0, &spec), CK_OK);
    assert_true(spec.ntables == 2 && spec.days == 30 && spec.table[0].nemergency == 3 && spec.table[0].admissions && !spec.table[1].admissions);
    assert_string_equal(spec.table[1].person, "person_key");
    ck_collate_spec_free(&spec);
    ck_free(reference);
    free(page);
}

enum { ROWS = 400, PEOPLE = 12 };
typedef struct row {
    int person, start, end, emergency;
} row;

/* Every row is a spell of its own, so the slow search needs no joining. */
static void write_rows(const char *path, const row *rows, int backwards) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("person_key,from,to,how\n", file);
    for (int i = 0; i < ROWS; i++) {
        const row *r = &rows[backwards ? ROWS - 1 - i : i];
        fprintf(file, "p%d,%04d-%02d-%02d,%04d-%02d-%02d,%s\n", r->person, 2024 + r->start / 336, r->start / 28 % 12 + 1, r->start % 28 + 1, 2024 + r->end / 336,
                r->end / 28 % 12 + 1, r->end % 28 + 1, r->emergency ? "e" : "p");
    }
    fclose(file);
}

static void collate_file(const char *path, ck_collation *c) {
    ck_error error = {0};
    char kind[] = "k", person[] = "person_key", start[] = "from", end[] = "to", method[] = "how", e[] = "e", *emergency[] = {e}, file[64];
    snprintf(file, sizeof file, "%s", path);
    ck_collate_table table = {.file = file, .kind = kind, .person = person, .start = start, .end = end, .method = method, .nemergency = 1, .emergency = emergency, .admissions = true};
    assert_int_equal(ck_collate_add(&error, c, &table), CK_OK);
    assert_int_equal(ck_collate(&error, c, 30), CK_OK);
}

static void random_contacts_are_what_a_slow_search_finds(void **state) {
    (void)state;
    char path[] = "/tmp/collate_XXXXXX";
    ck_collation c = {0}, turned = {0};
    row rows[ROWS];
    uint64_t seed = 7, readmissions = 0, transfers = 0;
    int handle = mkstemp(path);
    assert_true(handle >= 0);
    close(handle);
    for (int i = 0; i < ROWS; i++) {
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        int start = (int)(seed >> 40) % 600;
        rows[i] = (row){(int)(seed >> 33) % PEOPLE, start, start + (int)(seed >> 45) % 9, (int)(seed >> 50) & 1};
    }
    write_rows(path, rows, 0);
    collate_file(path, &c);
    write_rows(path, rows, 1);
    collate_file(path, &turned);
    unlink(path);
    assert_true(c.contacts == ROWS && turned.contacts == ROWS);
    for (uint64_t i = 0; i < ROWS; i++) {
        const ck_contact *at = &c.contact[i], *other = &turned.contact[i];
        ck_span a = ck_intern_get(&c.texts, at->person), b = ck_intern_get(&turned.texts, other->person);
        int32_t last = CK_NO_DAY;
        assert_true(a.n == b.n && memcmp(a.bytes, b.bytes, a.n) == 0 && at->start == other->start && at->end == other->end && at->readmission == other->readmission);
        for (uint64_t k = 0; k < i; k++)
            if (c.contact[k].person == at->person) {
                assert_true(c.contact[k].start <= at->start);
                last = c.contact[k].end > last ? c.contact[k].end : last;
            }
        bool transfer = last != CK_NO_DAY && at->start <= last;
        assert_true(at->transfer == transfer);
        assert_true(at->readmission == (at->emergency && last != CK_NO_DAY && !transfer && at->start - last <= 30));
        readmissions += at->readmission;
        transfers += at->transfer;
    }
    assert_true(readmissions > 20 && transfers > 20);
    ck_collation_free(&c);
    ck_collation_free(&turned);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(page_is_what_the_tables_print), cmocka_unit_test(random_contacts_are_what_a_slow_search_finds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
