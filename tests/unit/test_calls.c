/* Calls of column expressions: values by example, pools, and that docs/conditions.md has a row for each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "page.h"

#include "base/memory.h"
#include "condition/calls.h"
#include "condition/parse.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FORENAME, SURNAME, DOB, BORN, TEXT, AMOUNT, EMAIL, ADDRESS, PHONE, NHS, ODD, COLUMNS };
static char *names[COLUMNS] = {"forename", "surname", "dob", "born", "text", "amount", "email", "address", "phone", "nhs", "odd name"};
static ck_kind kinds[COLUMNS] = {CK_KIND_NAME, CK_KIND_NAME, CK_KIND_DATE, CK_KIND_BIRTH_DATE, CK_KIND_TEXT, CK_KIND_NUMBER,
                                 CK_KIND_EMAIL, CK_KIND_ADDRESS, CK_KIND_PHONE, CK_KIND_IDENTIFIER, CK_KIND_TEXT};

static ck_expr parse(const char *text, ck_tuple_list *tuples) {
    const ck_schema schema = {.ncolumns = COLUMNS, .name = names, .kind = kinds, .wanted = tuples};
    ck_error error = {0};
    ck_expr expr;
    if (ck_parse_expr(&error, &schema, text, &expr) != CK_OK)
        fail_msg("%s", error.text);
    return expr;
}

/* The values with | after each. */
static void derive(const ck_expr *expr, const char *value, size_t n, char *out) {
    ck_error error = {0};
    ck_value_set values = {0};
    assert_int_equal(ck_value_set_derive(&error, expr, (ck_span){value, n}, &values), CK_OK);
    *out = 0;
    for (size_t i = 0; i < values.list.n; i++) {
        ck_span one = ck_value_set_get(&values, i);
        sprintf(out + strlen(out), "%.*s|", (int)one.n, one.bytes);
    }
    ck_value_set_free(&values);
}

static void expect(const char *text, const char *value, const char *expected) {
    ck_tuple_list tuples = {0};
    ck_expr expr = parse(text, &tuples);
    char out[4096];
    derive(&expr, value, strlen(value), out);
    if (strcmp(out, expected) != 0)
        fail_msg("%s of '%s' is '%s', not '%s'", text, value, out, expected);
    ck_expr_free(&expr);
    ck_free(tuples.tuple);
}

typedef const char *example[3];
static void expect_all(const example *examples, size_t n) {
    for (size_t i = 0; i < n; i++)
        expect(examples[i][0], examples[i][1], examples[i][2]);
}
#define EXPECT_ALL(examples) expect_all(examples, sizeof examples / sizeof *examples)

static void characters(void **unused) {
    (void)unused;
    static const example examples[] = {
        {"surname.last(3)", "SMITH", "ITH|"},
        {"surname.last(3)", "LI", "LI|"},
        {"text.last(1)", "a\xc3\x89", "\xc3\x89|"},
        {"text.last(2)", "", ""},
        {"text.squeezed", " a  b ", "ab|"},
        {"text.squeezed", "  ", ""},
        {"text.squeezed", "\xc3\x89 a", "\xc3\x89" "a|"},
        {"text.sorted", "b\xc3\x89 aab", "aabb\xc3\x89|"},
        {"text.sorted", "x", "x|"},
        {"text.sorted", " ", ""},
        {"surname.skeleton", "SMYTHE", "SMT|"},
        {"surname.skeleton", "LLOYD", "LD|"},
        {"surname.skeleton", "LOYD", "LD|"},
        {"surname.skeleton", "BANANA", "BN|"},
        {"surname.skeleton", "BOB", "BB|"},
        {"surname.skeleton", "A", "A|"},
        {"surname.skeleton", "DE LA RUE", "DLR|"},
        {"text.skeleton", "\xc5\x82ukasz 2", "\xc5\x82ksz|"},
        {"text.skeleton", "12", ""},
        {"text.letters", "a1.\xc3\x89-b", "a\xc3\x89" "b|"},
        {"text.letters", "12", ""},
        {"text.half(1)", "abcde", "abc|"},
        {"text.half(2)", "abcde", "cde|"},
        {"text.half(1)", "ab\xc3\x89" "d", "ab|"},
        {"text.half(2)", "ab\xc3\x89" "d", "\xc3\x89" "d|"},
        {"text.half(2)", "abc", ""},
    };
    EXPECT_ALL(examples);
}

static void words(void **unused) {
    (void)unused;
    static const example examples[] = {
        {"address.sorted_words", "HIGH 12 ST HIGH", "12 HIGH HIGH ST|"},
        {"text.sorted_words", " ", ""},
        {"address.numbers", "FLAT 2 12A HIGH ST 1", "1 12 2|"},
        {"address.numbers", "HIGH ST", ""},
        {"address.street", "FLAT 2 12A HIGH ST", "FLAT HIGH ST|"},
        {"address.street", "12A", ""},
        {"address.bigram_words", "A B A B", "A B|B A|A B|"},
        {"address.bigram_words", "A", ""},
        {"surname.word_initials", "SMITH JONES", "SMITH J|JONES S|"},
        {"surname.word_initials", "ANN ANN", ""},
        {"text.word_initials", "\xc3\x89va Li", "\xc3\x89va L|Li \xc3\x89|"},
        {"address.numbered_words(4)", "FLAT 2 12A HIGHER ST", "2 FLAT|2 HIGH|12 FLAT|12 HIGH|"},
        {"address.numbered_words(4)", "12 LA ST", ""},
        {"address.numbered_words(4)", "HIGH ST", ""},
    };
    EXPECT_ALL(examples);
}

static void fields(void **unused) {
    (void)unused;
    static const example examples[] = {
        {"email.domain", "a@b.uk", "b.uk|"},
        {"email.domain", "a@b@c", "b@c|"},
        {"email.domain", "a@", ""},
        {"email.domain", "a", ""},
        {"amount.integer", "12.9", "12|"},
        {"amount.integer", "-0.5", "0|"},
        {"amount.integer", "-7.9", "-7|"},
        {"amount.integer", "1e+21", "1000000000000000000000|"},
        {"text.integer", "x", ""},
        {"dob.order_free", "1980-12-05", "1980-05-12|"},
        {"dob.order_free", "1980-05-12", "1980-05-12|"},
        {"text.order_free('%d/%m/%Y')", "12/05/1980", "1980-05-12|"},
        {"text.order_free", "1980-13-05", ""},
        {"born.order_free", "1980-13-05", "1980-05-13|"},
        {"born.order_free", "1980-\?\?-05", ""},
        {"born.complete", "1980-02-31", "1980-02-31|"},
        {"born.complete", "1980-\?\?-31", ""},
        {"dob.complete", "1980-02-29", "1980-02-29|"},
        {"born.year", "1980-\?\?-31", "1980|"},
        {"born.month", "1980-\?\?-31", ""},
        {"born.month", "1980-99-31", "99|"},
        {"born.day", "\?\?\?\?-\?\?-31", "31|"},
        {"born.year", "\?\?\?\?-02-31", ""},
        {"born.date", "1980-02-31", ""},
        {"born.date", "1980-02-28", "1980-02-28|"},
        {"text.year", "1980-\?\?-31", ""}, /* no date, of a text */
        {"born.year.last(1)", "1980-01-02", "0|"},
    };
    EXPECT_ALL(examples);
}

static void several_keys(void **unused) {
    (void)unused;
    static const example examples[] = {
        {"surname.deletions(3)", "LI", "LI|"},
        {"surname.deletions(3)", "ANN", "ANN|NN|AN|AN|"},
        {"text.deletions(3)", "\xc3\x89" "a", "\xc3\x89" "a|"},
        {"surname.deletions", "LI", "LI|I|L|"},
        {"surname.words.deletions(3)", "LI ANN", "LI|ANN|NN|AN|AN|"},
        {"amount.bins(5)", "12", "2|3|"},
        {"amount.bins(5)", "-0.5", "-1|0|"},
        {"amount.bins(5)", "0", "0|1|"},
        {"dob.bins(7)", "1970-01-08", "1|2|"},
        {"dob.bins(7)", "1969-12-31", "-1|0|"},
        {"born.bins(7)", "1970-02-31", ""},
        {"dob.year.bins(1)", "1970-01-01", "1970|1971|"},
        {"text.bins(7)", "x", ""},
        {"amount.log_bins(50)", "0", "0|1|"},
        {"amount.log_bins(50)", "6.9", "2|3|"},
        {"amount.log_bins(50)", "7", "3|4|"},
        {"amount.log_bins(50)", "-7", "-3|-4|"},
        {"text.log_bins(5)", "x", ""},
        {"text.minhash", "ab", ""},
        {"text.minhash", "\xc3\x89\xc3\x89", ""},
    };
    EXPECT_ALL(examples);
}

static bool share_one(const char *text, const char *a, const char *b) {
    ck_expr expr = parse(text, NULL);
    char of_a[4096], of_b[4096], *rest = of_a;
    bool shared = false;
    derive(&expr, a, strlen(a), of_a);
    derive(&expr, b, strlen(b), of_b + 1);
    *of_b = '|';
    for (char *value; (value = strtok_r(rest, "|", &rest)) != NULL;) {
        char framed[4096];
        snprintf(framed, sizeof framed, "|%s|", value);
        shared |= strstr(of_b, framed) != NULL;
    }
    ck_expr_free(&expr);
    return shared;
}

/* What lies within the width shares a bin, wherever the borders are. */
static void bins_overlap(void **unused) {
    (void)unused;
    char a[40], b[40], text[40];
    for (int percent = 1; percent < 100; percent += 7) {
        snprintf(text, sizeof text, "amount.log_bins(%d)", percent);
        for (int x = 1; x < 3000; x += 13) {
            snprintf(a, sizeof a, "%d", x);
            snprintf(b, sizeof b, "%.6f", x * (1 - percent / 100.0) + 1e-6);
            if (!share_one(text, a, b))
                fail_msg("%s: %s and %s share none", text, a, b);
        }
    }
    for (int x = -50; x < 50; x++) {
        snprintf(a, sizeof a, "%d", x);
        snprintf(b, sizeof b, "%d", x + 7);
        assert_true(share_one("amount.bins(7)", a, b));
        snprintf(b, sizeof b, "%d", x + 14);
        assert_false(share_one("amount.bins(7)", a, b));
    }
    assert_false(share_one("amount.log_bins(5)", "100", "120"));
}

static void like_spellings_share_hashes(void **unused) {
    (void)unused;
    char out[256];
    ck_expr expr = parse("text.minhash", NULL);
    derive(&expr, "aaa", 3, out);
    int bands = 0;
    for (const char *at = out; (at = strchr(at, '|')) != NULL; at++)
        bands++;
    assert_int_equal(bands, 4);
    assert_true(share_one("text.minhash", "12 HIGH STREET LANCASTER", "12 HIGH STREET LANCASTE"));
    assert_true(share_one("text.minhash", "abc", "abcabc"));
    assert_false(share_one("text.minhash", "12 HIGH STREET", "7 MILL LANE"));
    ck_expr_free(&expr);
}

/* ---- pools ---- */

static void pools_join_columns(void **unused) {
    (void)unused;
    static const struct {
        const char *text, *value, *expected;
    } cases[] = {
        {"forename+surname", "MARY ANN\x1fSMITH\x1f", "MARY ANN SMITH|"},
        {"forename+surname", "\x1fSMITH\x1f", "SMITH|"},
        {"forename+surname", "\x1f\x1f", ""},
        {"surname+forename.words", "MARY ANN\x1fSMITH\x1f", "MARY|ANN|SMITH|"},
        {"forename+surname.words.soundex.pairs", "ANN\x1fSMITH\x1f", "A500 S530|"},
        {"forename + \"odd name\".words.prefix(3).deletions(3).lower", "ANNA\x1f\x1f", "ann|nn|an|an|"},
        {"forename+surname.lower.lower.lower.lower.lower.lower", "A\x1f""B\x1f", "a b|"},
    };
    ck_tuple_list tuples = {0};
    char out[256];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_expr expr = parse(cases[i].text, &tuples);
        derive(&expr, cases[i].value, strlen(cases[i].value), out);
        assert_string_equal(out, cases[i].expected);
        assert_int_equal(expr.column, COLUMNS + (strstr(cases[i].text, "odd") != NULL));
        ck_expr_free(&expr);
    }
    assert_int_equal(tuples.n, 2); /* the order of names plays no part */
    assert_int_equal(tuples.tuple[0].n, 2);
    assert_true(ck_tuple_holds(&tuples.tuple[1], ODD));
    assert_false(ck_tuple_holds(&tuples.tuple[1], SURNAME));
    ck_free(tuples.tuple);
}

static void refuses(const char *text, ck_tuple_list *tuples, const char *sentence) {
    const ck_schema schema = {.ncolumns = COLUMNS, .name = names, .kind = kinds, .wanted = tuples};
    ck_error error = {0};
    ck_expr expr;
    if (ck_parse_expr(&error, &schema, text, &expr) != CK_USAGE || !strstr(error.text, sentence))
        fail_msg("'%s' gives: %s", text, error.text);
}

static void refusals(void **unused) {
    (void)unused;
    ck_tuple_list tuples = {0};
    refuses("forename+surname", NULL, "At character 9 of 'forename+surname': columns cannot be joined by + here.");
    refuses("forename+surnme", &tuples, "At character 10 of 'forename+surnme': no column is called 'surnme'; did you mean 'surname'?");
    refuses("forename+", &tuples, "a column must stand here, not the end.");
    refuses("forename+surname+dob+born+text+amount+email+address+phone", &tuples, "at most 8 columns may be joined by +.");
    refuses("forename+surname.lower.lower.lower.lower.lower.lower.lower", &tuples, "an expression may have at most 6 calls.");
    refuses("text.half(3)", &tuples, "'half(1) or half(2)' needs a whole number from 1 to 2, not '3'.");
    refuses("text.half", &tuples, "'.half' is written half(1) or half(2).");
    refuses("amount.log_bins(100)", &tuples, "from 1 to 99, not '100'");
    refuses("surname.bins(2)", &tuples, "'bins' reads a number or a date, but column 'surname' is of kind name.");
    refuses("dob.integer", &tuples, "'integer' reads a number, but column 'dob' is of kind date.");
    refuses("text.words.minhash", &tuples, "'.minhash' cannot follow '.words': it would make sets of sets.");
    refuses("text.minhash.deletions", &tuples, "'.deletions' cannot follow '.minhash'");
    refuses("text.deletions.words", &tuples, "'.words' cannot follow '.deletions'");
    refuses("born.year('%Y')", &tuples, "a format is for dates in text; this is a date already.");
    ck_free(tuples.tuple);
}

/* ---- the page ---- */

/* The row of the table of calls that begins with the call, alone or among others; `row` without its end. */
static bool find_row(const char *page, const char *word, char *row, size_t room) {
    char quoted[64];
    size_t n = (size_t)snprintf(quoted, sizeof quoted, "`.%s", word);
    for (const char *line = page; line; line = strchr(line + 1, '\n')) {
        const char *at = line + (*line == '\n'), *bar = strncmp(at, "| `.", 4) == 0 ? strstr(at, " | ") : NULL;
        const char *found = bar ? strstr(at, quoted) : NULL;
        if (found && found < bar && (found[n] == '`' || found[n] == '(')) {
            snprintf(row, room, "%.*s", (int)strcspn(at, "\n"), at);
            return true;
        }
    }
    return false;
}

static void every_call_has_its_row(void **unused) {
    (void)unused;
    char *page = read_page("conditions.md"), row[1000];
    for (int fn = 0; fn < CK_FN_COUNT; fn++) {
        const ck_call_info *info = &ck_call_table[fn];
        if (!find_row(page, info->word, row, sizeof row))
            fail_msg("docs/conditions.md has no row for .%s", info->word);
        if ((strstr(row, "**several**") != NULL) != info->several)
            fail_msg("docs/conditions.md and the table of calls differ on whether .%s makes several values", info->word);
        const char *parenthesis = strchr(row, '(');
        if ((info->nargs > 0) != (parenthesis && parenthesis < strstr(row, " | ")))
            fail_msg("docs/conditions.md and the table of calls differ on what .%s is given", info->word);
    }
    free(page);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters), cmocka_unit_test(words), cmocka_unit_test(fields), cmocka_unit_test(several_keys),
        cmocka_unit_test(bins_overlap), cmocka_unit_test(like_spellings_share_hashes), cmocka_unit_test(pools_join_columns),
        cmocka_unit_test(refusals), cmocka_unit_test(every_call_has_its_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
