/** The words of conditions, their errors, and what single atoms answer; tests/reference compares at random. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/memory.h"
#include "condition/calls.h"
#include "condition/evaluate.h"
#include "condition/intern.h"
#include "condition/parse.h"
#include "condition/sql_unparse.h"
#include <stdio.h>
#include <string.h>

enum { FORENAME, SURNAME, DOB, BORN, POSTCODE, EMAIL, AGE, FIRST_NAME, AREA, COLUMNS };
static char *names[COLUMNS] = {"forename", "surname", "dob", "born", "postcode", "email", "age", "first name", "area"};
static ck_kind kinds[COLUMNS] = {CK_KIND_NAME, CK_KIND_NAME, CK_KIND_DATE, CK_KIND_TEXT, CK_KIND_POSTCODE,
                                 CK_KIND_EMAIL, CK_KIND_INTEGER, CK_KIND_TEXT, CK_KIND_TEXT};
static const ck_schema schema = {.ncolumns = COLUMNS, .name = names, .kind = kinds};

/* ---- trees as text ---- */

static void describe_expr(const ck_expr *expr, char *out) {
    sprintf(out + strlen(out), "%s", names[expr->column]);
    for (uint32_t i = 0; i < expr->ncalls; i++) {
        const ck_call *call = &expr->call[i];
        sprintf(out + strlen(out), ".%s", call->fn == CK_FN_JOIN ? "join" : ck_call_table[call->fn].word);
        for (uint32_t k = 0; k < ck_call_table[call->fn].nargs && call->arg[k]; k++)
            sprintf(out + strlen(out), "%c%d", k ? ',' : ':', call->arg[k]);
        if (call->format)
            sprintf(out + strlen(out), ":%s", call->format);
    }
}

static void describe(const ck_condition *condition, char *out) {
    static const char *const ops[] = {"and", "or", "not", "sure", "always", "equal", "missing", "measure", "days", "swapped",
                                      "difference", "percent", "relative", "length", "literal_l", "literal_r", "literal", "missing_l",
                                      "missing_r", "sql", "distance", "side_l", "side_r"};
    sprintf(out + strlen(out), "%s", ops[condition->op]);
    if (condition->op == CK_OP_MEASURE)
        sprintf(out + strlen(out), "%d", (int)condition->measure);
    strcat(out, "(");
    for (uint32_t i = 0; i < condition->nchildren; i++) {
        strcat(out, i ? " " : "");
        describe(&condition->child[i], out);
    }
    bool reads = condition->op > CK_OP_ALWAYS && !ck_op_has_children(condition->op);
    if (reads)
        describe_expr(&condition->a, out);
    if (reads && !ck_expr_equal(&condition->a, &condition->b)) {
        strcat(out, "|");
        describe_expr(&condition->b, out);
    }
    if (condition->value != 0)
        sprintf(out + strlen(out), " %.17g", condition->value);
    if (condition->text)
        sprintf(out + strlen(out), " '%s'", condition->text);
    strcat(out, ")");
}

/* ---- what parses ---- */

static void parses_expressions(void **unused) {
    (void)unused;
    static const char *const cases[][2] = {
        {"surname", "surname"},
        {"surname.soundex", "surname.soundex"},
        {"dob.year", "dob.year"},
        {" forename . PREFIX ( 3 ) ", "forename.prefix:3"},
        {"forename.substr(2,3).lower", "forename.substr:2,3.lower"},
        {"\"first name\".initial", "first name.initial"},
        {"born.year('%d/%m/%Y')", "born.year:%d/%m/%Y"},
        {"born.date.year", "born.date.year"},
        {"born.prefix(8).sector", "born.prefix:8.sector"},
        {"surname.words.soundex", "surname.words.soundex"},
        {"born.words.pairs", "born.words.pairs"},
        {"born.pairs.deletions", "born.pairs.deletions"},
        {"area.area", "area.area"},
        {"email.user", "email.user"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_error error = {0};
        ck_expr expr;
        char text[512] = "";
        if (ck_parse_expr(&error, &schema, cases[i][0], &expr) != CK_OK)
            fail_msg("%s", error.text);
        describe_expr(&expr, text);
        assert_string_equal(text, cases[i][1]);
        ck_expr_free(&expr);
    }
}

static void parses_keys(void **unused) {
    (void)unused;
    ck_error error = {0};
    ck_expr l, r;
    assert_int_equal(ck_parse_key(&error, &schema, "forename.soundex = surname.soundex", &l, &r), CK_OK);
    assert_int_equal(l.column, FORENAME);
    assert_int_equal(r.column, SURNAME);
    assert_int_equal(r.call[0].fn, CK_FN_SOUNDEX);
    assert_int_equal(ck_parse_key(&error, &schema, "born.date('%d/%m/%Y')", &l, &r), CK_OK);
    assert_true(ck_expr_equal(&l, &r));
    assert_ptr_not_equal(l.call[0].format, r.call[0].format);
    ck_expr_free(&r);
    ck_expr_free(&l);
    assert_int_equal(ck_parse_key(&error, &schema, "forename = surnme", &l, &r), CK_USAGE);
}

/* Each text with the columns of its comparison (none in a filter) and the tree it makes. */
static void parses_conditions(void **unused) {
    (void)unused;
    static const struct {
        const char *text;
        uint32_t defaults[2], n;
        const char *tree;
    } cases[] = {
        {"exact", {SURNAME}, 1, "equal(surname)"},
        {"exact", {FORENAME, SURNAME}, 2, "and(equal(forename) equal(surname))"},
        {"exact surname", {FORENAME, SURNAME}, 2, "equal(surname)"},
        {"surname exact", {0}, 0, "equal(surname)"},
        {"JARO_WINKLER 0.92", {SURNAME}, 1, "measure0(surname 0.92000000000000004)"},
        {"jaro .9", {SURNAME}, 1, "measure1(surname 0.90000000000000002)"},
        {"jaccard 92%", {SURNAME}, 1, "measure2(surname 0.92000000000000004)"},
        {"levenshtein dob 2", {0}, 0, "measure3(dob 2)"},
        {"dob levenshtein 2", {0}, 0, "measure3(dob 2)"},
        {"damerau_levenshtein postcode 1", {SURNAME}, 1, "measure4(postcode 1)"},
        {"within 1 month", {DOB}, 1, "days(dob 30.4375)"},
        {"within 10 years", {DOB}, 1, "days(dob 3652.5)"},
        {"within born 3 days", {DOB}, 1, "days(born 3 '%d/%m/%Y')"},
        {"born.date within 3 days", {DOB}, 1, "days(born.date:%d/%m/%Y 3)"},
        {"missing born.date", {DOB}, 1, "missing(born.date:%d/%m/%Y)"},
        {"day_month_swapped", {BORN}, 1, "swapped(born '%d/%m/%Y')"},
        {"difference 2.5", {AGE}, 1, "difference(age 2.5)"},
        {"percent 10%", {AGE}, 1, "percent(age 0.10000000000000001)"},
        {"age percent 0.1", {0}, 0, "percent(age 0.10000000000000001)"},
        {"ratio 75%", {EMAIL}, 1, "measure5(email 0.75)"},
        {"user ratio 0.75", {EMAIL}, 1, "measure5(email.user 0.75)"},
        {"token_sort born 0.92", {0}, 0, "measure6(born 0.92000000000000004)"},
        {"born.lower token_set 0.5", {0}, 0, "measure7(born.lower 0.5)"},
        {"word_subset", {SURNAME}, 1, "measure7(surname 1)"},
        {"prefix_of and length 4", {SURNAME}, 1, "and(measure8(surname 1) length(surname 4))"},
        {"relative 0.5%", {AGE}, 1, "relative(age 0.0050000000000000001)"},
        {"date_parts 2", {DOB}, 1,
         "or(and(equal(dob.year) equal(dob.month)) and(equal(dob.year) equal(dob.day)) and(equal(dob.month) equal(dob.day)))"},
        {"date_parts 1", {BORN}, 1,
         "or(and(equal(born.year:%d/%m/%Y)) and(equal(born.month:%d/%m/%Y)) and(equal(born.day:%d/%m/%Y)))"},
        {"half_reversed", {FORENAME, SURNAME}, 2,
         "or(and(equal(forename|surname) or(missing_l(surname) missing_r(forename))) "
         "and(equal(surname|forename) or(missing_l(forename) missing_r(surname))))"},
        {"distance_km 5", {AGE, BORN}, 2, "distance(side_l(age) side_l(born) side_r(age) side_r(born) 5)"},
        {"distance_km born, age 2.5", {0}, 0, "distance(side_l(born) side_l(age) side_r(born) side_r(age) 2.5)"},
        {"sector", {POSTCODE}, 1, "equal(postcode.sector)"},
        {"district postcode or area postcode", {0}, 0, "or(equal(postcode.district) equal(postcode.area))"},
        {"prefix 3", {SURNAME}, 1, "equal(surname.prefix:3)"},
        {"prefix surname 3", {0}, 0, "equal(surname.prefix:3)"},
        {"surname.lower prefix 3", {0}, 0, "equal(surname.lower.prefix:3)"},
        {"soundex", {SURNAME}, 1, "equal(surname.soundex)"},
        {"user", {EMAIL}, 1, "equal(email.user)"},
        {"user jaro_winkler 0.88", {EMAIL}, 1, "measure0(email.user 0.88)"},
        {"email.user jaro_winkler 0.88", {0}, 0, "measure0(email.user 0.88)"},
        {".user jaro_winkler 0.88", {EMAIL}, 1, "measure0(email.user 0.88)"},
        {"jaro_winkler .user 0.88", {EMAIL}, 1, "measure0(email.user 0.88)"},
        {"reversed", {FORENAME, SURNAME}, 2, "and(equal(forename|surname) equal(surname|forename))"},
        {"reversed forename.soundex, surname.soundex", {0}, 0,
         "and(equal(forename.soundex|surname.soundex) equal(surname.soundex|forename.soundex))"},
        {"literal \"it's\"", {SURNAME}, 1, "literal(surname 'it's')"},
        {"literal_l 'it''s'", {SURNAME}, 1, "literal_l(surname 'it's')"},
        {"surname literal_r \"X\"", {0}, 0, "literal_r(surname 'X')"},
        {"literal \"first name\" \"X\"", {0}, 0, "literal(first name 'X')"},
        {"missing", {SURNAME}, 1, "missing(surname)"},
        {"else", {0}, 0, "always()"},
        {"missing forename and missing surname", {FORENAME, SURNAME}, 2, "and(missing(forename) missing(surname))"},
        {"(jaro 0.5 and soundex) or prefix 3", {SURNAME}, 1,
         "or(and(measure1(surname 0.5) equal(surname.soundex)) equal(surname.prefix:3))"},
        {"exact or soundex and prefix 1 or missing", {SURNAME}, 1,
         "or(equal(surname) and(equal(surname.soundex) equal(surname.prefix:1)) missing(surname))"},
        {"NOT exact AND NOT (soundex OR else)", {SURNAME}, 1,
         "and(not(equal(surname)) not(or(equal(surname.soundex) always())))"},
        {"area levenshtein 1", {0}, 0, "measure3(area 1)"},  /* a column that is called like a test */
        {"area", {POSTCODE}, 1, "equal(postcode.area)"},
        {"exact area", {0}, 0, "equal(area)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_error error = {0};
        ck_condition condition, copy;
        char tree[1024] = "";
        if (ck_parse_condition(&error, &schema, cases[i].text, cases[i].defaults, cases[i].n, "%d/%m/%Y", &condition) != CK_OK)
            fail_msg("%s", error.text);
        assert_int_equal(ck_condition_copy(&error, &condition, &copy), CK_OK);
        ck_condition_free(&condition);
        describe(&copy, tree);
        assert_string_equal(tree, cases[i].tree);
        ck_condition_free(&copy);
    }
}

/* ---- what does not ---- */

static void explains_errors(void **unused) {
    (void)unused;
    static const struct {
        const char *text;
        uint32_t defaults[2], n;
        const char *sentence;
    } cases[] = {
        {"levenshtien 2", {DOB}, 1, "At character 1 of 'levenshtien 2': no condition or column is called 'levenshtien'; did you mean 'levenshtein'?"},
        {"exact or Jaro_Wrinkler 0.9", {DOB}, 1, "At character 10 of 'exact or Jaro_Wrinkler 0.9': no condition or column is called 'Jaro_Wrinkler'; did you mean 'jaro_winkler'?"},
        {"levenshtein surnme 2", {0}, 0, "At character 13 of 'levenshtein surnme 2': no column is called 'surnme'; did you mean 'surname'?"},
        {"surname jaro_winker 0.9", {0}, 0, "no condition is called 'jaro_winker'; did you mean 'jaro_winkler'?"},
        {"\xc3\x89", {DOB}, 1, "At character 1 of '\xc3\x89': no condition or column is called '\xc3\x89'."},
        {"'\xc3\x89' x", {DOB}, 1, "At character 1"},
        {"jaro_winkler", {SURNAME}, 1, "At character 13 of 'jaro_winkler': 'jaro_winkler' needs a number from 0 to 1, not the end."},
        {"jaro_winkler 92", {SURNAME}, 1, "At character 14 of 'jaro_winkler 92': 'jaro_winkler' needs a number from 0 to 1, not '92'."},
        {"levenshtein 1.5", {SURNAME}, 1, "'levenshtein' needs a whole number from 0 to 100000, not '1.5'."},
        {"percent 10", {AGE}, 1, "'percent' needs a number from 0 to 1 (0.1), or from 0% to 100% (10%), not '10'."},
        {"within 1 fortnight", {DOB}, 1, "At character 10 of 'within 1 fortnight': the unit must be days, months or years, not 'fortnight'."},
        {"within month", {DOB}, 1, "no column is called 'month'"},
        {"within 1 month", {SURNAME}, 1, "'within' reads dates, but column 'surname' is of kind name."},
        {"surname.year exact", {0}, 0, "At character 9 of 'surname.year exact': 'year' reads a date, but column 'surname' is of kind name."},
        {"dob.year.month exact", {0}, 0, "'month' reads a date, but '.year' makes none."},
        {"sector", {DOB}, 1, "'sector' reads a postcode, but column 'dob' is of kind date."},
        {"difference 1", {DOB}, 1, "'difference' reads numbers, but column 'dob' is of kind date."},
        {"surname.soundx exact", {0}, 0, "no call is called 'soundx'; did you mean 'soundex'?"},
        {"surname. exact", {0}, 0, "no call is called 'exact'."},
        {"surname.(3) exact", {0}, 0, "a call such as 'initial' must follow the dot."},
        {"surname.prefix exact", {0}, 0, "'.prefix' is written prefix(n)."},
        {"surname.prefix() exact", {0}, 0, "'prefix(n)' needs a whole number from 1 to 1000000, not ')'."},
        {"surname.prefix(0) exact", {0}, 0, "'prefix(n)' needs a whole number from 1 to 1000000, not '0'."},
        {"surname.prefix(1,2) exact", {0}, 0, "'.prefix' is written prefix(n)."},
        {"surname.substr(1) exact", {0}, 0, "'.substr' is written substr(i, n)."},
        {"surname.lower(1) exact", {0}, 0, "'.lower' is written lower."},
        {"born.year(1) exact", {0}, 0, "'.year' is written year, or year(\"%d/%m/%Y\") for dates in text."},
        {"dob.year('%Y') exact", {0}, 0, "a format is for dates in text; this is a date already."},
        {"surname.words exact", {0}, 0, "this expression has several values a record; only keys of blocking rules can use it."},
        {"exact surname.deletions", {0}, 0, "this expression has several values a record"},
        {"surname.lower.lower.lower.lower.lower.lower.lower exact", {0}, 0, "an expression may have at most 6 calls."},
        {"born.deletions.pairs exact", {0}, 0, "'.pairs' cannot follow '.deletions': it would make sets of sets."},
        {"exact", {0}, 0, "At character 1 of 'exact': 'exact' must name its column, as in 'levenshtein dob 2'."},
        {"jaro 0.9", {FORENAME, SURNAME}, 2, "the comparison has several columns, so 'jaro' must name one, as in 'jaro_winkler forename 0.9'."},
        {"missing", {FORENAME, SURNAME}, 2, "the comparison has several columns, so 'missing' must name one"},
        {"reversed", {FORENAME}, 1, "'reversed' needs two columns, as in 'reversed forename surname'."},
        {"half_reversed", {FORENAME}, 1, "'half_reversed' needs two columns, as in 'half_reversed forename surname'."},
        {"distance_km 5", {AGE}, 1, "'distance_km' needs two columns, as in 'distance_km latitude longitude 5'."},
        {"distance_km surname age 5", {0}, 0, "'distance_km' reads numbers (degrees), but column 'surname' is of kind name."},
        {"distance_km age born", {0}, 0, "'distance_km' needs a number of kilometres >= 0, not the end."},
        {"age distance_km 5", {0}, 0, "'distance_km' takes no column before it."},
        {"date_parts 4", {DOB}, 1, "'date_parts' needs a whole number from 1 to 3, not '4'."},
        {"length 0", {SURNAME}, 1, "'length' needs a whole number from 1 to 100000, not '0'."},
        {"tokenset 0.9", {SURNAME}, 1, "did you mean 'token_set'?"},
        {"surname reversed", {0}, 0, "'reversed' takes no column before it."},
        {"surname", {0}, 0, "At character 8 of 'surname': a test such as 'exact' must follow the column, not the end."},
        {"surname = 3", {0}, 0, "At character 9 of 'surname = 3': a test such as 'exact' must follow the column, not '='."},
        {"", {SURNAME}, 1, "At character 1 of '': a condition must stand here, not the end."},
        {"exact and", {SURNAME}, 1, "At character 10 of 'exact and': a condition must stand here, not the end."},
        {"and exact", {SURNAME}, 1, "a condition must stand here, not 'and'."},
        {"(exact", {SURNAME}, 1, "'and', 'or' or the ')' of character 1 must stand here, not the end."},
        {"exact)", {SURNAME}, 1, "At character 6 of 'exact)': ')' stands where the text should end."},
        {"jaro 0.9 adn exact", {SURNAME}, 1, "At character 10 of 'jaro 0.9 adn exact': no word to join conditions ('and', 'or') is called 'adn'; did you mean 'and'?"},
        {"exact adn soundex", {SURNAME}, 1, "no column is called 'adn'; did you mean 'and'?"},
        {"literal M", {SURNAME}, 1, "'literal' needs its text in quotes, not 'M'."},
        {"literal \"M", {SURNAME}, 1, "At character 9 of 'literal \"M': the quote that opens here is never closed."},
        {"exact & soundex", {SURNAME}, 1, "'&' has no meaning here."},
        {"jaro 0.9.1", {SURNAME}, 1, "'0.9.1' is no number."},
        {"surname exact 3", {0}, 0, "'3' stands where the text should end."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_error error = {0};
        ck_condition condition;
        ck_status status = ck_parse_condition(&error, &schema, cases[i].text, cases[i].defaults, cases[i].n, NULL, &condition);
        if (status != CK_USAGE || !strstr(error.text, cases[i].sentence))
            fail_msg("'%s' gives %d: %s", cases[i].text, (int)status, error.text);
    }
}

static void refuses_what_is_too_deep(void **unused) {
    (void)unused;
    char text[4096] = "";
    ck_error error = {0};
    ck_condition condition;
    uint32_t column = SURNAME;
    memset(text, '(', 1000);
    assert_int_equal(ck_parse_condition(&error, &schema, text, &column, 1, NULL, &condition), CK_USAGE);
    assert_non_null(strstr(error.text, "parentheses and nots go deeper than 64."));
}

/* ---- values of expressions ---- */

static void derives_values(void **unused) {
    (void)unused;
    static const char *const cases[][3] = {
        {"born.prefix(2)", "\xc3\x89\xc3\x89T", "\xc3\x89\xc3\x89|"},
        {"born.prefix(9)", "ANN", "ANN|"},
        {"born.substr(2,1)", "A\xc3\x89T", "\xc3\x89|"},
        {"born.substr(9,1)", "ANN", ""},
        {"born.initial", "\xe2\x82\xac" "5", "\xe2\x82\xac|"},
        /* as DuckDB: one code point at a time */
        {"born.upper", "stra\xc3\x9f" "e \xc4\xb1", "STRA\xe1\xba\x9e" "E I|"},
        {"born.lower", "\xc4\xb0\xce\xa3\xe2\x84\xaa", "i\xcf\x83k|"},
        {"surname.soundex", "ASHCRAFT", "A261|"},
        {"born.soundex", "12", ""},
        {"dob.month", "2001-02-03", "2|"},
        {"born.day('%d/%m/%Y')", "07/02/2001", "7|"},
        {"born.date('%d/%m/%Y')", "07/02/2001", "2001-02-07|"},
        {"born.date", "2001-02-30", ""},
        {"postcode.sector", "SW1A 2AA", "SW1A 2|"},
        {"postcode.district", "SW1A 2AA", "SW1A|"},
        {"postcode.area", "SW1A 2AA", "SW|"},
        {"born.area", "SW1A2AA", ""},
        {"email.user", "a.b@c@d", "a.b|"},
        {"email.user", "nobody", "nobody|"},
        {"email.user", "@c", ""},
        {"born.words", " B  A B ", "B|A|B|"},
        {"born.deletions", "A\xc3\x89", "A\xc3\x89|\xc3\x89|A|"},
        {"born.deletions", "A", "A|"},
        {"born.pairs", "C A B", "A C|B C|A B|"},
        {"born.words.initial.pairs", "CAT ANT", "A C|"},
        {"born.pairs", "A A", ""},
        {"born.words.soundex", "SMITH 12 SMYTH", "S530|S530|"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_error error = {0};
        ck_expr expr;
        ck_value_set values = {0};
        char text[512] = "";
        assert_int_equal(ck_parse_expr(&error, &schema, cases[i][0], &expr), CK_OK);
        assert_int_equal(ck_value_set_derive(&error, &expr, ck_span_of(cases[i][1]), &values), CK_OK);
        for (size_t k = 0; k < values.list.n; k++)
            sprintf(text + strlen(text), "%.*s|", (int)ck_value_set_get(&values, k).n, ck_value_set_get(&values, k).bytes);
        assert_string_equal(text, cases[i][2]);
        ck_value_set_free(&values);
        ck_expr_free(&expr);
    }
}

static void reads_numbers(void **unused) {
    (void)unused;
    static const char *const good[] = {"0", "-1.5", "+2", "1.", ".5", "1e3", "1E-3"};
    static const char *const bad[] = {"", ".", "-", "1e", "nan", "inf", "0x1", " 1", "1 ", "1,5", "1e999"};
    double number;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(ck_value_number(ck_span_of(good[i]), &number));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(ck_value_number(ck_span_of(bad[i]), &number));
}

static void sorts_values_by_bytes(void **unused) {
    (void)unused;
    enum { VALUES = 9, LONG = 2000 };
    ck_error error = {0};
    ck_intern intern = {0};
    char longs[2][LONG + 1];
    memset(longs, 'x', sizeof longs);
    longs[0][LONG - 1] = 'z';
    longs[1][LONG - 1] = 'y';
    ck_span value[VALUES] = {{"ab\0", 3},          {"ab", 2}, {"", 0},  {"abcdefgh", 8}, {"abcdefghi", 9},
                             {"\xff", 1},          {longs[0], LONG}, {longs[1], LONG}, {"abcdefgh\0", 9}};
    uint32_t id, code[VALUES], expected[VALUES] = {3, 2, 1, 4, 6, 9, 8, 7, 5};
    for (int twice = 0; twice < 2; twice++)
        for (uint32_t i = 0; i < VALUES; i++) {
            assert_int_equal(ck_intern_add(&error, &intern, value[i], &id), CK_OK);
            assert_int_equal(id, i);
        }
    assert_int_equal(ck_intern_rank(&error, &intern, code), CK_OK);
    for (int i = 0; i < VALUES; i++)
        assert_int_equal(code[i], expected[i]);
    ck_intern_free(&intern);
}

/* ---- evaluation ---- */

/* Every column holds the same values, so that a pair is two texts whatever is asked. */
typedef struct bench {
    ck_column column[COLUMNS];
    ck_evaluator *evaluator;
} bench;

static const char *const texts[] = {"", /* 0 = missing */
                                    "-5", "0", "1 HIGH ST", "100", "2000-01-01", "2000-01-31", "2000-02-01", "2000-02-30", "2000-03-02",
                                    "90", "91", "A B", "ANN", "HIGH ST", "HIGH ST 1", "LS1 4AB", "LS1 4AC", "LS14AB", "M", "MARHTA", "MARTHA", "dix@a.uk", "dix@b.uk"};
enum { TEXTS = sizeof texts / sizeof *texts };

static void make_bench(bench *b) {
    static uint64_t offset[TEXTS + 1];
    static char bytes[TEXTS * 16];
    ck_error error = {0};
    bytes[0] = 0;
    for (uint32_t i = 1; i < TEXTS; i++) {
        strcat(bytes, texts[i]);
        offset[i + 1] = strlen(bytes);
    }
    for (uint32_t c = 0; c < COLUMNS; c++)
        b->column[c] = (ck_column){.name = names[c], .kind = kinds[c], .dict = {TEXTS - 1, offset, bytes}};
    assert_int_equal(ck_evaluator_create(&error, b->column, COLUMNS, ck_kernels_choose(NULL), &b->evaluator), CK_OK);
}

static uint32_t code_of(const char *text) {
    uint32_t code = 0;
    while (code < TEXTS && strcmp(texts[code], text) != 0)
        code++;
    assert_true(code < TEXTS);
    return code;
}

static uint8_t ask(const char *condition_text, uint32_t column, const char *l, const char *r) {
    bench b;
    ck_error error = {0};
    ck_condition condition;
    ck_scratch *scratch = NULL;
    uint32_t number, left = code_of(l), right = code_of(r);
    const uint32_t *ls[COLUMNS], *rs[COLUMNS];
    uint8_t out;
    make_bench(&b);
    for (uint32_t c = 0; c < COLUMNS; c++) {
        ls[c] = &left;
        rs[c] = &right;
    }
    if (ck_parse_condition(&error, &schema, condition_text, &column, 1, NULL, &condition) != CK_OK)
        fail_msg("%s", error.text);
    assert_int_equal(ck_evaluator_add_condition(b.evaluator, &error, &condition, &number), CK_OK);
    assert_int_equal(ck_evaluator_prepare(b.evaluator, &error), CK_OK);
    assert_int_equal(ck_scratch_create(&error, b.evaluator, &scratch), CK_OK);
    ck_evaluate_condition(b.evaluator, scratch, number, &(ck_pair_batch){1, ls, rs}, &out);
    ck_scratch_free(scratch);
    ck_evaluator_free(b.evaluator);
    ck_condition_free(&condition);
    return out;
}

static void answers_questions(void **unused) {
    (void)unused;
    static const struct {
        const char *condition;
        uint32_t column;
        const char *l, *r;
        uint8_t answer;
    } cases[] = {
        {"exact", SURNAME, "ANN", "ANN", CK_TRUE},
        {"exact", SURNAME, "ANN", "A B", CK_FALSE},
        {"exact", SURNAME, "ANN", "", CK_UNKNOWN},
        {"missing", SURNAME, "", "ANN", CK_TRUE},
        {"missing", SURNAME, "ANN", "ANN", CK_FALSE},
        {"not exact", SURNAME, "", "ANN", CK_UNKNOWN},
        {"exact and else", SURNAME, "", "ANN", CK_UNKNOWN},
        {"exact or else", SURNAME, "", "ANN", CK_TRUE},
        {"exact and not else", SURNAME, "", "ANN", CK_FALSE},
        {"jaro_winkler 0.9611111111111111", SURNAME, "MARTHA", "MARHTA", CK_TRUE},
        {"jaro_winkler 0.9611111111111112", SURNAME, "MARTHA", "MARHTA", CK_FALSE},
        {"damerau_levenshtein 1", SURNAME, "MARTHA", "MARHTA", CK_TRUE},
        {"levenshtein 1", SURNAME, "MARTHA", "MARHTA", CK_FALSE},
        {"within 30 days", DOB, "2000-01-01", "2000-01-31", CK_TRUE},
        {"within 29 days", DOB, "2000-01-31", "2000-01-01", CK_FALSE},
        {"within 1 month", DOB, "2000-01-01", "2000-01-31", CK_TRUE},
        {"within 1 month", DOB, "2000-01-01", "2000-02-01", CK_FALSE}, /* 31 days */
        {"within 2 months", BORN, "2000-01-01", "2000-02-30", CK_UNKNOWN},
        {"within 2 months", BORN, "2000-01-01", "2000-03-02", CK_FALSE}, /* 61 days against 60.875 */
        {"within 0 days", DOB, "2000-01-01", "", CK_UNKNOWN},
        {"day_month_swapped", DOB, "2000-02-01", "2000-01-01", CK_FALSE},
        {"day_month_swapped", DOB, "2000-01-01", "2000-01-01", CK_FALSE}, /* itself */
        {"day_month_swapped", BORN, "ANN", "2000-01-01", CK_UNKNOWN},
        {"difference 10", AGE, "100", "90", CK_TRUE},
        {"difference 9", AGE, "90", "100", CK_FALSE},
        {"difference 9", BORN, "90", "ANN", CK_UNKNOWN},
        {"percent 10%", AGE, "100", "91", CK_TRUE},
        {"percent 10%", AGE, "90", "100", CK_FALSE}, /* 0.1 is not less than 0.1 */
        {"percent 10%", AGE, "0", "0", CK_FALSE},    /* not a number */
        {"percent 10%", AGE, "-5", "-5", CK_TRUE},
        {"relative 10%", AGE, "100", "90", CK_TRUE}, /* 0.1 is at most 0.1 */
        {"relative 9%", AGE, "90", "100", CK_FALSE},
        {"relative 0%", AGE, "0", "0", CK_TRUE},
        {"relative 100%", AGE, "-5", "90", CK_FALSE},
        {"relative 10%", BORN, "ANN", "90", CK_UNKNOWN},
        {"ratio 83%", SURNAME, "MARTHA", "MARHTA", CK_TRUE}, /* 10 of 12 letters */
        {"ratio 84%", SURNAME, "MARTHA", "MARHTA", CK_FALSE},
        {"ratio 0", SURNAME, "MARTHA", "", CK_UNKNOWN},
        {"ratio 1", SURNAME, "1 HIGH ST", "HIGH ST 1", CK_FALSE},
        {"token_sort 1", SURNAME, "1 HIGH ST", "HIGH ST 1", CK_TRUE},
        {"token_sort 1", SURNAME, "HIGH ST", "HIGH ST 1", CK_FALSE},
        {"token_set 1", SURNAME, "HIGH ST", "HIGH ST 1", CK_TRUE},
        {"word_subset", SURNAME, "HIGH ST 1", "HIGH ST", CK_TRUE},
        {"word_subset", SURNAME, "A B", "ANN", CK_FALSE},
        {"not word_subset", SURNAME, "ANN", "", CK_UNKNOWN},
        {"prefix_of", SURNAME, "M", "MARTHA", CK_TRUE},
        {"prefix_of", SURNAME, "MARTHA", "M", CK_TRUE},
        {"prefix_of", SURNAME, "MARTHA", "MARHTA", CK_FALSE},
        {"length 3", SURNAME, "ANN", "MARTHA", CK_TRUE},
        {"length 3", SURNAME, "ANN", "M", CK_FALSE},
        {"not length 3", SURNAME, "ANN", "", CK_UNKNOWN},
        {"date_parts 2", DOB, "2000-01-01", "2000-01-31", CK_TRUE},
        {"date_parts 2", DOB, "2000-01-31", "2000-02-01", CK_FALSE},
        {"date_parts 1", DOB, "2000-01-31", "2000-02-01", CK_TRUE},
        {"date_parts 3", DOB, "2000-01-31", "2000-01-31", CK_TRUE},
        {"date_parts 1", BORN, "2000-02-30", "2000-01-31", CK_UNKNOWN}, /* no date */
        {"distance_km age age 786", AGE, "0", "-5", CK_TRUE}, /* 785.8 km from 0 N 0 E to 5 S 5 W */
        {"distance_km age age 785", AGE, "0", "-5", CK_FALSE},
        {"distance_km age age 0", AGE, "90", "90", CK_TRUE},
        {"distance_km age age 20016", AGE, "0", "91", CK_UNKNOWN}, /* no latitude */
        {"distance_km age age 5", AGE, "0", "", CK_UNKNOWN},
        {"sector", POSTCODE, "LS1 4AB", "LS1 4AC", CK_TRUE},
        {"sector", BORN, "LS1 4AB", "LS14AB", CK_UNKNOWN},
        {"user", EMAIL, "dix@a.uk", "dix@b.uk", CK_TRUE},
        {"literal 'ANN'", SURNAME, "ANN", "ANN", CK_TRUE},
        {"literal 'ANN'", SURNAME, "A B", "", CK_FALSE},
        {"literal 'ANN'", SURNAME, "ANN", "", CK_UNKNOWN},
        {"literal_l 'ANN'", SURNAME, "ANN", "", CK_TRUE},
        {"literal_r 'NOBODY'", SURNAME, "", "ANN", CK_FALSE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t answer = ask(cases[i].condition, cases[i].column, cases[i].l, cases[i].r);
        if (answer != cases[i].answer)
            fail_msg("%s of '%s', '%s' is %d", cases[i].condition, cases[i].l, cases[i].r, answer);
    }
}

/* What Splink's SQL can say is said in it; for the rest there is a sentence. */
static void writes_sql(void **unused) {
    (void)unused;
    static const char *const cases[][2] = {
        {"prefix_of", "(STARTS_WITH(\"surname_l\", \"surname_r\") OR STARTS_WITH(\"surname_r\", \"surname_l\"))"},
        {"length 4", "LENGTH(\"surname_l\") >= 4 AND LENGTH(\"surname_r\") >= 4"},
        {"ratio 0.9", "'ratio' has no form in SQL"},
        {"token_sort 0.9", "'token_sort' has no form in SQL"},
        {"word_subset", "'token_set' has no form in SQL"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_error error = {0};
        ck_condition condition;
        uint32_t column = SURNAME;
        char *text = NULL;
        assert_int_equal(ck_parse_condition(&error, &schema, cases[i][0], &column, 1, NULL, &condition), CK_OK);
        ck_condition_sql(&error, &condition, &schema, CK_SQL_SUFFIXED, &text);
        assert_string_equal(text ? text : error.text, cases[i][1]);
        ck_free(text);
        ck_condition_free(&condition);
    }
}

static void swaps_day_and_month(void **unused) {
    (void)unused;
    assert_int_equal(ask("day_month_swapped", BORN, "2000-01-31", "2000-01-01"), CK_FALSE);
    /* 1 February and 2 January */
    bench b;
    ck_error error = {0};
    uint64_t offset[] = {0, 0, 10, 20};
    char bytes[] = "2000-01-022000-02-01";
    make_bench(&b);
    b.column[DOB].dict = (ck_dict){2, offset, bytes};
    ck_condition condition;
    ck_scratch *scratch;
    uint32_t column = DOB, number, l[] = {1, 2, 1}, r[] = {2, 1, 1};
    const uint32_t *ls[COLUMNS] = {[DOB] = l}, *rs[COLUMNS] = {[DOB] = r};
    uint8_t out[3];
    ck_parse_condition(&error, &schema, "day_month_swapped", &column, 1, NULL, &condition);
    ck_evaluator_add_condition(b.evaluator, &error, &condition, &number);
    ck_evaluator_prepare(b.evaluator, &error);
    assert_int_equal(ck_scratch_create(&error, b.evaluator, &scratch), CK_OK);
    ck_evaluate_condition(b.evaluator, scratch, number, &(ck_pair_batch){3, ls, rs}, out);
    assert_int_equal(out[0], CK_TRUE);
    assert_int_equal(out[1], CK_TRUE);
    assert_int_equal(out[2], CK_FALSE);
    ck_scratch_free(scratch);
    ck_condition_free(&condition);
    ck_evaluator_free(b.evaluator);
}

/* An empty part is missing in a job file; where '' is a value, '' = '' is true. Both may stand in one evaluator. */
static void tells_empty_from_missing(void **unused) {
    (void)unused;
    bench b;
    ck_error error = {0};
    ck_condition condition = {.op = CK_OP_EQUAL};
    ck_scratch *scratch = NULL;
    uint32_t number[2], l = code_of("ANN"), r = code_of("A B");
    const uint32_t *ls[COLUMNS] = {[SURNAME] = &l}, *rs[COLUMNS] = {[SURNAME] = &r};
    uint8_t out;
    make_bench(&b);
    assert_int_equal(ck_parse_expr(&error, &schema, "surname.substr(8,2)", &condition.a), CK_OK);
    for (int empty_is_value = 0; empty_is_value < 2; empty_is_value++) {
        condition.a.empty_is_value = empty_is_value;
        condition.b = condition.a;
        assert_int_equal(ck_evaluator_add_condition(b.evaluator, &error, &condition, &number[empty_is_value]), CK_OK);
    }
    assert_int_equal(ck_evaluator_prepare(b.evaluator, &error), CK_OK);
    assert_int_equal(ck_scratch_create(&error, b.evaluator, &scratch), CK_OK);
    ck_evaluate_condition(b.evaluator, scratch, number[0], &(ck_pair_batch){1, ls, rs}, &out);
    assert_int_equal(out, CK_UNKNOWN);
    ck_evaluate_condition(b.evaluator, scratch, number[1], &(ck_pair_batch){1, ls, rs}, &out);
    assert_int_equal(out, CK_TRUE);
    ck_scratch_free(scratch);
    ck_evaluator_free(b.evaluator);
}

/* Columns with different dictionaries that are compared with each other share codes. */
static void compares_columns_across(void **unused) {
    (void)unused;
    bench b;
    ck_error error = {0};
    ck_condition condition;
    ck_scratch *scratch = NULL;
    uint64_t offset[] = {0, 0, 3, 5};
    char bytes[] = "ANNZZ";
    uint32_t number, l[] = {1, 1, 2}, r[] = {1, 13, 13}; /* 13 of 23: ANN */
    const uint32_t *ls[COLUMNS] = {[FORENAME] = l, [SURNAME] = r}, *rs[COLUMNS] = {[FORENAME] = l, [SURNAME] = r};
    uint8_t out[3];
    make_bench(&b);
    b.column[FORENAME].dict = (ck_dict){2, offset, bytes};
    assert_int_equal(code_of("ANN"), 13);
    assert_int_equal(ck_parse_condition(&error, &schema, "reversed forename surname", NULL, 0, NULL, &condition), CK_OK);
    assert_int_equal(ck_evaluator_add_condition(b.evaluator, &error, &condition, &number), CK_OK);
    assert_int_equal(ck_evaluator_prepare(b.evaluator, &error), CK_OK);
    assert_int_equal(ck_scratch_create(&error, b.evaluator, &scratch), CK_OK);
    ck_evaluate_condition(b.evaluator, scratch, number, &(ck_pair_batch){3, ls, rs}, out);
    assert_int_equal(out[0], CK_FALSE);
    assert_int_equal(out[1], CK_TRUE);
    assert_int_equal(out[2], CK_FALSE);
    ck_scratch_free(scratch);
    ck_condition_free(&condition);
    ck_evaluator_free(b.evaluator);
}

/* One ladder, thresholds in any order, a measure inside an `and` first: each pair keeps its first true rung. */
static void climbs_ladders(void **unused) {
    (void)unused;
    static const char *const rungs[] = {"missing", "jaro_winkler 0.9 and literal_l 'LS1 4AB'", "jaro_winkler 0.5",
                                        "jaro_winkler 0.9", "literal_r 'ANN'"};
    enum { RUNGS = sizeof rungs / sizeof *rungs, N = 5 };
    bench b;
    ck_error error = {0};
    ck_condition condition[RUNGS];
    const ck_condition *ladder[RUNGS];
    ck_scratch *scratch = NULL;
    uint32_t number, column = SURNAME;
    uint32_t l[N] = {0, code_of("LS1 4AB"), code_of("LS1 4AC"), code_of("100"), code_of("100")};
    uint32_t r[N] = {1, code_of("LS1 4AC"), code_of("LS1 4AB"), code_of("ANN"), code_of("A B")};
    const uint32_t *ls[COLUMNS] = {[SURNAME] = l}, *rs[COLUMNS] = {[SURNAME] = r};
    uint8_t out[N], expected[N] = {0, 1, 2, 4, 5};
    make_bench(&b);
    for (int k = 0; k < RUNGS; k++) {
        assert_int_equal(ck_parse_condition(&error, &schema, rungs[k], &column, 1, NULL, &condition[k]), CK_OK);
        ladder[k] = &condition[k];
    }
    assert_int_equal(ck_evaluator_add_ladder(b.evaluator, &error, ladder, RUNGS, &number), CK_OK);
    assert_int_equal(ck_evaluator_prepare(b.evaluator, &error), CK_OK);
    assert_int_equal(ck_scratch_create(&error, b.evaluator, &scratch), CK_OK);
    for (int again = 0; again < 2; again++) {
        ck_evaluate_ladder(b.evaluator, scratch, number, &(ck_pair_batch){N, ls, rs}, out);
        assert_memory_equal(out, expected, N);
    }
    ck_scratch_free(scratch);
    ck_evaluator_free(b.evaluator);
    for (int k = 0; k < RUNGS; k++)
        ck_condition_free(&condition[k]);
}

static void tells_what_a_ladder_reads(void **unused) {
    (void)unused;
    static const struct {
        const char *rung[2];
        bool reads_dob;
    } cases[] = {
        {{"missing", "exact"}, false},
        {{"missing", "jaro 0.9"}, false},
        {{"missing", "exact dob"}, true},
        {{"missing surname.soundex", "exact"}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bench b;
        ck_error error = {0};
        ck_condition rung[2];
        uint32_t number, column = SURNAME;
        make_bench(&b);
        for (int k = 0; k < 2; k++)
            assert_int_equal(ck_parse_condition(&error, &schema, cases[i].rung[k], &column, 1, NULL, &rung[k]), CK_OK);
        const ck_condition *ladder[2] = {&rung[0], &rung[1]};
        assert_int_equal(ck_evaluator_add_ladder(b.evaluator, &error, ladder, 2, &number), CK_OK);
        assert_true(ck_evaluator_ladder_reads(b.evaluator, number, SURNAME));
        assert_int_equal(ck_evaluator_ladder_reads(b.evaluator, number, DOB), cases[i].reads_dob);
        ck_evaluator_free(b.evaluator);
        for (int k = 0; k < 2; k++)
            ck_condition_free(&rung[k]);
    }
}

static void refuses_sets_in_conditions(void **unused) {
    (void)unused;
    bench b;
    ck_error error = {0};
    ck_condition condition = {.op = CK_OP_EQUAL};
    uint32_t number;
    make_bench(&b);
    assert_int_equal(ck_parse_expr(&error, &schema, "surname.words", &condition.a), CK_OK);
    condition.b = condition.a;
    assert_int_equal(ck_evaluator_add_condition(b.evaluator, &error, &condition, &number), CK_USAGE);
    assert_non_null(strstr(error.text, "several values of column 'surname'"));
    ck_evaluator_free(b.evaluator);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_expressions),       cmocka_unit_test(parses_keys),
        cmocka_unit_test(parses_conditions),        cmocka_unit_test(explains_errors),
        cmocka_unit_test(refuses_what_is_too_deep), cmocka_unit_test(derives_values),
        cmocka_unit_test(reads_numbers),            cmocka_unit_test(sorts_values_by_bytes),
        cmocka_unit_test(answers_questions),        cmocka_unit_test(writes_sql),
        cmocka_unit_test(swaps_day_and_month),
        cmocka_unit_test(tells_empty_from_missing), cmocka_unit_test(compares_columns_across),
        cmocka_unit_test(climbs_ladders),           cmocka_unit_test(tells_what_a_ladder_reads),
        cmocka_unit_test(refuses_sets_in_conditions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
