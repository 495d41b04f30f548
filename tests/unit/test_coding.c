/* The files of pseudonymise, release and tabulate: their pages hold what their tables print, and the examples are such files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "page.h"
#include "base/memory.h"
#include "base/path.h"
#include "job/coding.h"
#include "job/release_spec.h"
#include "job/tabulate_spec.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The reference without the tables that a job has too. */
static void reference_is_on_the_page(void **state) {
    (void)state;
    ck_error error = {0};
    char *reference, *page = read_page("pseudonymise.md");
    assert_int_equal(ck_coding_reference(&error, &reference), CK_OK);
    char *sources = strstr(reference, "### sources"), *own = strstr(reference, "### pseudonyms"), *presets = strstr(reference, "### Presets");
    assert_true(sources && own && presets);
    *presets = 0;
    while (presets > own && presets[-1] == '\n')
        *--presets = 0;
    assert_non_null(strstr(page, own));
    *sources = 0;
    assert_non_null(strstr(page, reference));
    ck_free(reference);
    free(page);
}

static void example_is_a_coding_file(void **state) {
    (void)state;
    ck_error error = {0};
    ck_coding_job job;
    char folder[] = "/tmp/carrick-coding-XXXXXX", path[64], csv[64], *page = read_page("pseudonymise.md");
    char *begin = cut_example(page);
    assert_non_null(mkdtemp(folder));
    snprintf(csv, sizeof csv, "%s/housing.csv", folder);
    snprintf(path, sizeof path, "%s/coding.yaml", folder);
    FILE *file = fopen(csv, "w");
    fputs("tenancy,given,family,born,postcode,tenure\n", file);
    fclose(file);
    assert_int_equal(ck_coding_parse(&error, begin, path, NULL, 0, &job), CK_OK);
    assert_int_equal(job.n, 6);
    assert_int_equal(job.coding[2].nof, 2);
    assert_true(job.coding[5].method == CK_CODE_CLK && job.coding[5].balance && job.coding[5].fold && job.coding[5].nof == 3);
    ck_coding_free(&job);
    static const char *const refused[] = {"sources[0].id=none", "pseudonyms.id=dob", "keep=[dob]", "clks.forename.bits=100", "pseudonyms.dob.of=dob.bins(3)"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        error = (ck_error){0};
        ck_status status = ck_coding_parse(&error, begin, path, &refused[i], 1, &job);
        assert_int_equal(status, CK_USAGE);
        ck_coding_free(&job);
    }
    unlink(csv);
    rmdir(folder);
    free(page);
}

static void release_is_on_its_page(void **state) {
    (void)state;
    ck_error error = {0};
    ck_release_spec spec;
    char *reference, *page = read_page("release.md");
    assert_int_equal(ck_release_spec_reference(&error, &reference), CK_OK);
    cut_presets(reference);
    assert_non_null(strstr(page, reference));
    char *begin = cut_example(page);
    assert_int_equal(ck_release_spec_parse(&error, begin, "/tmp/release.yaml", NULL, 0, &spec), CK_OK);
    assert_int_equal(spec.ntables, 2);
    assert_int_equal(spec.table[0].column[0].coarse.nbands, 19);
    assert_int_equal(spec.formats, CK_RELEASE_CSV | CK_RELEASE_HDF5 | CK_RELEASE_SQLITE);
    ck_release_spec_free(&spec);
    ck_free(reference);
    free(page);
}

static void tabulate_is_on_its_page(void **state) {
    (void)state;
    ck_error error = {0};
    ck_tabulate_spec spec;
    char *reference, *page = read_page("tabulate.md");
    assert_int_equal(ck_tabulate_spec_reference(&error, &reference), CK_OK);
    cut_presets(reference);
    assert_non_null(strstr(page, reference));
    char *begin = cut_example(page);
    assert_int_equal(ck_tabulate_spec_parse(&error, begin, "/tmp/table.yaml", NULL, 0, &spec), CK_OK);
    assert_true(spec.nby == 2 && spec.rule.low == 1 && spec.rule.high == 5 && spec.rule.secondary);
    ck_tabulate_spec_free(&spec);
    ck_free(reference);
    free(page);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(reference_is_on_the_page), cmocka_unit_test(example_is_a_coding_file),
                                       cmocka_unit_test(release_is_on_its_page), cmocka_unit_test(tabulate_is_on_its_page)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
