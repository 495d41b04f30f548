/** The page of a report: nothing is markup that was told as text, and nothing that is hidden can be computed from what is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "report/report.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TABLE(report, chart, format, caption, ...) ck_report_table(report, "t", chart, format, (const char *const[]){__VA_ARGS__}, caption)

/* ---- the page ---- */

static void write_page(const ck_report *report, char **page) {
    size_t n;
    FILE *stream = open_memstream(page, &n);
    ck_report_write(report, stream);
    fclose(stream);
}

static void page_escapes_what_it_is_told(void **state) {
    (void)state;
    ck_error error = {0};
    ck_report report = {.title = "Report", .name = "<b>\"one\" & two</b>", .version = "0"};
    ck_report_init(&report, &error);
    ck_report_section(&report, "s", "<i>section</i>");
    ck_report_text(&report, "%s", "<script>alert(1)</script>");
    ck_table *t = TABLE(&report, NULL, "tn", "<u>caption</u>", "Name", "Count");
    ck_put_text(&report, t, "<a href=x>");
    ck_put_number(&report, t, 1234567);
    char *page;
    write_page(&report, &page);
    assert_non_null(strstr(page, "&lt;b&gt;&quot;one&quot; &amp; two&lt;/b&gt;"));
    assert_non_null(strstr(page, "&lt;script&gt;alert(1)"));
    assert_null(strstr(page, "<script>alert"));
    assert_null(strstr(page, "<a href=x>"));
    assert_null(strstr(page, "<u>"));
    assert_null(strstr(page, "<i>section"));
    assert_non_null(strstr(page, "data-value=\"1234567\">1,234,567<"));
    free(page);
    ck_report_free(&report);
}

static void cells_hold_no_more_digits_than_they_show(void **state) {
    (void)state;
    ck_error error = {0};
    ck_report report = {.title = "Report", .name = "", .version = "0", .suppress = 5};
    ck_report_init(&report, &error);
    ck_report_section(&report, "s", "Section");
    ck_table *t = TABLE(&report, "bars", "tnpqpp", "Caption", "Name", "Count", "Share", "Measure", "Nearly none", "Nearly all");
    ck_put_text(&report, t, "row");
    ck_put_count(&report, t, 4, false);
    ck_put_number(&report, t, 0.123456789);
    ck_put_number(&report, t, (double)NAN);
    ck_put_number(&report, t, 0.0001);
    ck_put_number(&report, t, 0.9999);
    char *page;
    write_page(&report, &page);
    const char *body = strstr(page, "<tbody>");
    assert_non_null(body);
    assert_non_null(strstr(body, "data-label=\"Count\"><abbr title=\"suppressed\">[c]</abbr>"));
    assert_non_null(strstr(body, "data-value=\"0.123\">12.3 %"));
    assert_null(strstr(body, "0.1234"));
    assert_non_null(strstr(body, "data-label=\"Measure\"></td>"));
    assert_non_null(strstr(body, "data-value=\"0.000\">0.010 %"));
    assert_non_null(strstr(body, ">99.990 %"));
    free(page);
    ck_report_free(&report);
}

/* ---- small numbers ---- */

enum { SUPPRESS = 4 };

/** What an outsider finds by trying every table: the least and the greatest of each hidden count, where sums are told. Zeros are shown. */
static void try_all(const uint64_t *count, uint32_t n, const bool *hidden, uint32_t at, uint64_t rest, uint64_t *value, uint64_t *least, uint64_t *greatest) {
    if (at == n) {
        for (uint32_t k = 0; k < n && !rest; k++) {
            least[k] = value[k] < least[k] ? value[k] : least[k];
            greatest[k] = value[k] > greatest[k] ? value[k] : greatest[k];
        }
        return;
    }
    bool open = hidden[at] && count[at];
    for (uint64_t v = open ? 1 : count[at]; v <= (open ? rest : count[at]) && v <= rest; v++) {
        value[at] = v;
        try_all(count, n, hidden, at + 1, rest - v, value, least, greatest);
    }
}

static void hidden_counts_of_a_list_cannot_be_computed(void **state) {
    (void)state;
    static const uint64_t list[][4] = {{1, 9, 9, 9}, {1, 1, 9, 9}, {3, 0, 0, 20}, {1, 1, 1, 12}, {2, 5, 7, 11}, {9, 9, 9, 9}, {0, 0, 0, 3}, {1, 0, 0, 4}};
    for (size_t l = 0; l < sizeof list / sizeof *list; l++) {
        ck_error error = {0};
        ck_report report = {.suppress = SUPPRESS, .error = &error};
        bool hidden[4];
        uint64_t value[4], least[4] = {99, 99, 99, 99}, greatest[4] = {0}, sum = 0;
        for (int k = 0; k < 4; k++)
            sum += list[l][k];
        bool safe = ck_report_hide(&report, list[l], 4, hidden);
        assert_int_equal(error.status, CK_OK);
        try_all(list[l], 4, hidden, 0, sum, value, least, greatest);
        for (int k = 0; k < 4; k++) {
            if (!ck_report_is_small(&report, list[l][k]))
                continue;
            assert_true(hidden[k]);
            assert_true(!safe || (least[k] <= 1 && greatest[k] >= SUPPRESS - 1));
        }
    }
}

static void large_counts_are_all_shown(void **state) {
    (void)state;
    ck_error error = {0};
    ck_report report = {.suppress = SUPPRESS, .error = &error};
    const uint64_t count[] = {4, 5, 0, 100, 7, 8};
    bool hidden[6];
    assert_true(ck_report_hide_square(&report, count, 3, 2, true, hidden));
    for (int k = 0; k < 6; k++)
        assert_false(hidden[k]);
    report.suppress = 0;
    const uint64_t small[] = {1, 2, 3};
    assert_true(ck_report_hide(&report, small, 3, hidden));
    assert_false(hidden[0] || hidden[1] || hidden[2]);
}

static void a_lone_small_row_takes_another_with_it(void **state) {
    (void)state;
    ck_error error = {0};
    ck_report report = {.suppress = SUPPRESS, .error = &error};
    const uint64_t count[] = {2, 8, 10, 12, 30, 40, 50, 60};
    bool hidden[8];
    assert_true(ck_report_hide_square(&report, count, 4, 2, true, hidden));
    assert_true(hidden[0] && hidden[2]); /* and the next smallest row */
    assert_false(hidden[6] || hidden[7]);
    const uint64_t alone[] = {2, 8};
    assert_false(ck_report_hide_square(&report, alone, 1, 2, true, hidden) && !hidden[1]);
}

/** A row of one record, whose sum is small, tells itself through the sums of the other hidden rows where those are told. */
static void rows_whose_sums_are_not_told_hide_fewer(void **state) {
    (void)state;
    ck_error error = {0};
    ck_report report = {.suppress = SUPPRESS, .error = &error};
    const uint64_t count[] = {1, 0, 31, 5, 50, 3, 60, 20, 70, 30};
    bool hidden[10];
    assert_false(ck_report_hide_square(&report, count, 5, 2, true, hidden));
    assert_true(ck_report_hide_square(&report, count, 5, 2, false, hidden));
    assert_true(hidden[0] && hidden[5] && (hidden[2] || hidden[3]));
    assert_false(hidden[6] || hidden[7] || hidden[8] || hidden[9]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(page_escapes_what_it_is_told),
        cmocka_unit_test(cells_hold_no_more_digits_than_they_show),
        cmocka_unit_test(hidden_counts_of_a_list_cannot_be_computed),
        cmocka_unit_test(large_counts_are_all_shown),
        cmocka_unit_test(a_lone_small_row_takes_another_with_it),
        cmocka_unit_test(rows_whose_sums_are_not_told_hide_fewer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
