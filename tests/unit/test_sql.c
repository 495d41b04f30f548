/* SQL of Splink's conditions: what is read and how it is lowered, truth by hand, and what is refused with which words. */
#include "base/memory.h"
#include "condition/evaluate.h"
#include "condition/sql_eval.h"
#include "condition/sql_lower.h"
#include "condition/sql_unparse.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
/* after the standard headers */
#include <cmocka.h>

enum { NAME, SURNAME, DOB, AGE, TAGS, SEEN, COLUMNS };
static char *names[COLUMNS] = {"name", "surname", "dob", "age", "tags", "seen"};
static ck_kind kinds[COLUMNS] = {CK_KIND_TEXT, CK_KIND_TEXT, CK_KIND_TEXT, CK_KIND_TEXT, CK_KIND_TEXT, CK_KIND_TEXT};

/* A text as far as it can be read; columns are those above. */
typedef struct fixture {
    ck_error error;
    ck_sql sql;
    ck_sql_columns columns;
    ck_tuple_list tuples;
    uint32_t column[COLUMNS];
    ck_schema schema;
    ck_condition condition;
    ck_sql_rule rule;
} fixture;

static void start(fixture *f) {
    *f = (fixture){.schema = {.ncolumns = COLUMNS, .name = names, .kind = kinds}};
    for (uint32_t i = 0; i < COLUMNS; i++)
        assert_int_equal(ck_sql_columns_find(&f->error, &f->columns, ck_span_of(names[i]), &f->column[i]), CK_OK);
    f->columns.closed = true;
    f->columns.separator = ";";
}

static void end(fixture *f) {
    ck_condition_free(&f->condition);
    ck_sql_rule_free(&f->rule);
    ck_sql_free(&f->sql);
    ck_sql_columns_free(&f->columns);
    ck_free(f->tuples.tuple);
}

static ck_status read_text(fixture *f, const char *text, ck_sql_dialect dialect, ck_sql_names how) {
    ck_sql_binding binding = {.columns = &f->columns, .column = f->column, .schema = &f->schema, .tuples = &f->tuples};
    if (ck_sql_parse(&f->error, text, dialect, how, &f->columns, &f->sql) != CK_OK)
        return f->error.status;
    for (int pass = 0; pass < 2; pass++)
        ck_sql_infer(&f->sql, &f->columns);
    if (ck_sql_check(&f->error, &f->sql, &f->columns) != CK_OK)
        return f->error.status;
    if (how == CK_SQL_PREFIXED)
        return ck_sql_lower_rule(&f->error, &f->sql, &binding, &f->rule);
    return ck_sql_lower(&f->error, &f->sql, &binding, &f->condition);
}

/* ---- refusals: 60 texts with their errors ---- */

typedef struct refusal {
    const char *text, *words;
} refusal;

static const refusal refusals[] = {
    {"", "at character 1 (the end): the text is empty"},
    {"   ", "at character 1 (the end): the text is empty"},
    {"name_l =", "at character 9 (the end): a value is needed here"},
    {"name_l = = name_r", "at character 10 (=): a value is needed here"},
    {"name_l = name_r)", "at character 16 ()): the condition should end here"},
    {"(name_l = name_r", "at character 17 (the end): ')' is needed here"},
    {"name_l = name_r name_l", "at character 17 (name_l): the condition should end here"},
    {"name_l name_r", "at character 8 (name_r): the condition should end here"},
    {"name_l = 'Smith", "at character 10 ('Smith): this quote is never closed"},
    {"\"name_l = name_r", "this quote is never closed"},
    {"\"\" = name_r", "a name in quotes is empty"},
    {"name = name_r", "at character 1 (name): a column of a level ends in _l or _r"},
    {"nam_l = name_r", "at character 1 (nam_l): there is no column 'nam'; did you mean 'name'?"},
    {"name_l = postcode_r", "at character 10 (postcode_r): there is no column 'postcode'"},
    {"jaro_winkler_similarty(name_l, name_r) > 0.9", "did you mean 'jaro_winkler_similarity'?"},
    {"soundex_of(name_l) = name_r", "at character 1 (soundex_of): this function is not known"},
    {"jaro_winkler_similarity(name_l) >= 0.9", "'jaro_winkler_similarity' takes 2 arguments, not 1"},
    {"levenshtein(name_l, name_r, 3) <= 1", "'levenshtein' takes 2 arguments, not 3"},
    {"levenshtein(name_l, name_r)", "a condition must be true or false, but this is a number"},
    {"name_l", "a condition must be true or false, but this is text"},
    {"levenshtein(name_l, name_r) <= 'one'", "'<=' needs a number, but this is text"},
    {"lower(name_l) = 5", "'=' needs text, but this is a number"},
    {"name_l AND name_r", "at character 1 (name_l): 'and' needs true or false, but this is text"},
    {"NOT name_l", "'not' needs true or false, but this is text"},
    {"name_l = name_r OR", "at character 19 (the end): a value is needed here"},
    {"name_l = name_r AND OR dob_l = dob_r", "at character 21 (OR): a value is needed here"},
    {"name_l IS name_r", "NULL, TRUE, FALSE or DISTINCT FROM is needed after IS"},
    {"name_l NOT name_r", "IN or BETWEEN is needed after NOT"},
    {"name_l LIKE 'S%'", "at character 8 (LIKE): the condition should end here"},
    {"name_l IN ()", "a value is needed here"},
    {"name_l IN (name_r)", "the list of IN may hold texts and numbers only"},
    {"age_l BETWEEN 1", "AND is needed here"},
    {"CASE WHEN name_l = name_r THEN TRUE", "END is needed here"},
    {"CASE WHEN name_l = name_r TRUE END", "THEN is needed here"},
    {"CASE END", "a value is needed here"},
    {"CASE WHEN name_l THEN TRUE END", "'case' needs true or false, but this is text"},
    {"CASE WHEN name_l = name_r THEN 'a' ELSE 1 END = 'a'", "'case' needs text, but this is a number"},
    {"CAST(name_l AS BLOB) = name_r", "at character 16 (BLOB): this is no type that a value can be cast to"},
    {"CAST(age_l AS DECIMAL(5, 2)) = 1", "digits of a type would round"},
    {"CAST(name_l VARCHAR) = name_r", "AS is needed here"},
    {"EXTRACT(HOUR FROM seen_l) = 1", "EXTRACT takes EPOCH, YEAR, MONTH or DAY"},
    {"regexp_extract(name_l, '[a-z', 0) = 'a'", "this regular expression is not understood: missing terminating ]"},
    {"regexp_extract(name_l, 'a(b)', 2) = 'a'", "the pattern has 1 groups"},
    {"regexp_extract(name_l, name_r) = 'a'", "'regexp_extract' needs a text in quotes here, not an expression"},
    {"regexp_replace(name_l, 'a', 'b', 'x') = 'a'", "options of REGEXP_REPLACE are 'g' (all) and 'i' (any case)"},
    {"try_strptime(dob_l, '%Q') IS NULL", "a date format has the directives"},
    {"try_strptime(dob_l, 'year') IS NULL", "a date format has the directives"},
    {"date_diff('hour', seen_l, seen_r) < 2", "a difference of dates is counted in 'day', 'month' or 'year'"},
    {"EPOCH(lower(dob_l)) = 1", "'epoch' needs a date, but this is text"},
    {"abs(age_l - age_r) < 5 AND levenshtein(age_l, age_r) < 1", "other conditions use this column as a number"},
    {"len(list_intersect(tags_l, tags_r)) > 0 AND lower(tags_l) = 'a'", "'lower' needs text, but other conditions use this column as a list"},
    {"list_transform(tags_l, tags_r) = tags_l", "a function such as x -> lower(x) is needed here"},
    {"lower(x -> x) = 'a'", "a function of list items cannot stand here"},
    {"str_split(name_l, '') = tags_r", "the text to split at is empty"},
    {"name_l = 1.2.3", "at character 10 (1.2.3): this is no number"},
    {"age_l = 1e999", "this number is out of range"},
    {"name_l = name_r; DROP TABLE people", "at character 16 (;): this sign is not understood"},
    {"name_l = name_r -- the same", "at character 17 (-): this sign is not understood"},
    {"name_l ~ 'a'", "at character 8 (~): this sign is not understood"},
    {"name_l = $1", "this sign is not understood"},
    {"(SELECT 1) = 1", "at character 2 (SELECT): a value is needed here"},
    {"l.name = r.name", "a column of a level ends in _l or _r"},
    {"name_l = name_r = name_l", "'=' needs true or false, but this is text"},
    {"name_l = ['a'] OR lower(name_l) = 'a'", "other conditions use this column as a list"},
    {"Zoë_l = name_r", "at character 1 (Zoë_l): there is no column 'Zoë'"},
};

static void test_refuses(void **state) {
    (void)state;
    assert_true(sizeof refusals / sizeof *refusals >= 60);
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        fixture f;
        start(&f);
        ck_status status = read_text(&f, refusals[i].text, CK_SQL_DUCKDB, CK_SQL_SUFFIXED);
        if (status != CK_USAGE || !strstr(f.error.text, refusals[i].words) || strncmp(f.error.text, "at character ", 13) != 0)
            fail_msg("%s\n  wanted %s\n  got %d %s", refusals[i].text, refusals[i].words, (int)status, f.error.text);
        end(&f);
    }
}

/* Deep nesting ends in an error, not in a broken stack. */
static void test_refuses_depth(void **state) {
    (void)state;
    char text[20001] = {0};
    fixture f;
    memset(text, '(', 20000);
    start(&f);
    assert_int_equal(read_text(&f, text, CK_SQL_DUCKDB, CK_SQL_SUFFIXED), CK_USAGE);
    assert_non_null(strstr(f.error.text, "nested too deep"));
    end(&f);
    for (int i = 0; i < 20000; i += 4)
        memcpy(text + i, "NOT ", 4);
    start(&f);
    assert_int_equal(read_text(&f, text, CK_SQL_DUCKDB, CK_SQL_SUFFIXED), CK_USAGE);
    assert_non_null(strstr(f.error.text, "nested too deep"));
    end(&f);
    for (int i = 0; i < 20000; i++)
        text[i] = '-';
    for (int i = 0; i < 20000; i += 2)
        text[i] = '+';
    start(&f);
    assert_int_equal(read_text(&f, text, CK_SQL_DUCKDB, CK_SQL_SUFFIXED), CK_USAGE);
    end(&f);
}

/* ---- lowering: which operations come out ---- */

static void show(const ck_condition *condition, char *out) {
    static const char *const ops[] = {"and", "or", "not", "sure", "always", "equal", "missing", "measure", "days", "swapped", "difference",
                                      "percent", "relative", "length", "literal_l", "literal_r", "literal_both", "missing_l", "missing_r",
                                      "sql", "distance", "l", "r"};
    strcat(out, ops[condition->op]);
    if (condition->op == CK_OP_MEASURE || condition->op == CK_OP_DAYS)
        sprintf(out + strlen(out), " %.17g", condition->value);
    for (uint32_t i = 0; i < condition->nchildren; i++) {
        strcat(out, i ? " " : "(");
        show(&condition->child[i], out);
    }
    strcat(out, condition->nchildren ? ")" : "");
}

static const struct {
    const char *text, *tree;
} lowered[] = {
    {"name_l = name_r", "equal"},
    {"\"name_r\" = \"name_l\"", "equal"},
    {"name_l <> name_r", "not(equal)"},
    {"`name_l` == NAME_R", "equal"},
    {"name_l IS NULL OR name_r IS NULL", "missing"},
    {"name_l is null or surname_l is null or name_r is null or surname_r is null", "or(missing missing)"},
    {"name_l IS NULL", "missing_l"},
    {"name_l IS NOT NULL AND name_r IS NOT NULL", "and(not(missing_l) not(missing_r))"},
    {"try_strptime(dob_l, '%Y-%m-%d') IS NULL OR try_strptime(dob_r, '%Y-%m-%d') IS NULL", "missing"},
    {"jaro_winkler_similarity(name_l, name_r) >= 0.88", "measure 0.88"},
    {"0.88 <= jaro_winkler(name_r, name_l)", "measure 0.88"},
    {"jaro_similarity(name_l, name_r) < 0.5", "not(measure 0.5)"},
    {"levenshtein(name_l, name_r) < 2", "measure 1"},
    {"levenshtein(name_l, name_r) <= 1 + 1", "measure 2"},
    {"damerau_levenshtein(lower(name_l), lower(name_r)) > 2", "not(measure 2)"},
    {"jaccard(name_l, name_r) >= 0.9", "measure 0.90000000000000002"},
    {"ABS(EPOCH(try_strptime(dob_l, '%Y-%m-%d')) - EPOCH(try_strptime(dob_r, '%Y-%m-%d'))) <= 2629800.0", "days 30.4375"},
    {"abs(EPOCH(try_strptime(dob_l, '%Y-%m-%d %H:%M:%S')) - EPOCH(try_strptime(dob_r, '%Y-%m-%d %H:%M:%S'))) <= 60", "sql(l r)"},
    {"abs(date_diff('day', try_strptime(dob_l, '%d/%m/%Y'), try_strptime(dob_r, '%d/%m/%Y'))) < 10", "days 9"},
    {"ABS(age_l - age_r) <= 5", "difference"},
    {"(ABS(age_l - age_r) / (CASE WHEN age_r > age_l THEN age_r ELSE age_l END)) < 0.1", "percent"},
    {"name_l = 'Ann'", "literal_l"},
    {"'Ann' = name_r", "literal_r"},
    {"name_l IN ('Ann', 'Bob')", "or(literal_l literal_l)"},
    {"length(name_l) > 3", "literal_l"},
    {"name_l = surname_r AND surname_l = name_r", "and(equal equal)"},
    {"concat(name_l, surname_l) = concat(name_r, surname_r)", "equal"},
    {"coalesce(name_l, '?') = coalesce(name_r, '?')", "equal"},
    {"name_l > name_r", "sql(l r)"},
    {"list_contains(tags_l, name_r)", "sql(l r)"},
    {"TRUE", "always"},
};

static void test_lowers(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof lowered / sizeof *lowered; i++) {
        char tree[512] = "";
        fixture f;
        start(&f);
        if (read_text(&f, lowered[i].text, CK_SQL_DUCKDB, CK_SQL_SUFFIXED) != CK_OK)
            fail_msg("%s: %s", lowered[i].text, f.error.text);
        show(&f.condition, tree);
        if (strcmp(tree, lowered[i].tree) != 0)
            fail_msg("%s\n  wanted %s\n  got %s", lowered[i].text, lowered[i].tree, tree);
        end(&f);
    }
}

/* What is written is read back to the same tree. */
static void test_unparses(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof lowered / sizeof *lowered; i++) {
        char tree[512] = "", *text = NULL, *again = NULL;
        fixture f, g;
        start(&f);
        start(&g);
        assert_int_equal(read_text(&f, lowered[i].text, CK_SQL_DUCKDB, CK_SQL_SUFFIXED), CK_OK);
        char *all[COLUMNS + 4] = {0};
        memcpy(all, names, sizeof names);
        for (uint32_t t = 0; t < f.tuples.n; t++)
            all[COLUMNS + t] = names[0];
        ck_schema schema = {.ncolumns = COLUMNS + f.tuples.n, .name = all, .ntuples = f.tuples.n, .tuple = f.tuples.tuple};
        assert_int_equal(ck_condition_sql(&f.error, &f.condition, &schema, CK_SQL_SUFFIXED, &text), CK_OK);
        if (f.condition.op != CK_OP_ALWAYS) {
            if (read_text(&g, text, CK_SQL_DUCKDB, CK_SQL_SUFFIXED) != CK_OK)
                fail_msg("%s became %s: %s", lowered[i].text, text, g.error.text);
            show(&g.condition, tree);
            assert_string_equal(tree, lowered[i].tree);
            schema.tuple = g.tuples.tuple;
            assert_int_equal(ck_condition_sql(&g.error, &g.condition, &schema, CK_SQL_SUFFIXED, &again), CK_OK);
            assert_string_equal(text, again);
        }
        ck_free(again);
        ck_free(text);
        end(&g);
        end(&f);
    }
}

/* ---- values ---- */

static const struct {
    const char *text, *value; /* as ck_sql_value_text; NULL: missing */
    ck_sql_dialect dialect;
} values[] = {
    {"substring('abcdef', 2, 3)", "bcd", 0}, {"substr('abc', -2)", "bc", 0}, {"substring('abc', 0, 2)", "a", 0},
    {"left('Zoë', 3)", "Zoë", 0}, {"left('abc', -1)", "ab", 0}, {"right('abc', 2)", "bc", 0}, {"right('abc', -1)", "bc", 0},
    {"upper('müller') || '!'", "MÜLLER!", 0}, {"trim('  a b ')", "a b", 0}, {"ltrim('xxa', 'x')", "a", 0},
    {"length('Zoë')", "3", 0}, {"concat('a', NULL, 'b')", "ab", 0}, {"concat('a', NULL)", NULL, CK_SQL_SPARK},
    {"'a' || NULL", NULL, 0}, {"concat_ws('-', 'a', NULL, 'b')", "a-b", 0}, {"replace('banana', 'an', 'o')", "booa", 0},
    {"reverse('Zoë')", "ëoZ", 0}, {"nullif('a', 'a')", NULL, 0}, {"coalesce(NULL, 'b')", "b", 0},
    {"regexp_extract('SW1A 1AA', '^[A-Z]+')", "SW", 0}, {"regexp_extract('abc', 'x')", "", 0},
    {"regexp_extract('a-b', '(.)-(.)', 2)", "b", 0}, {"regexp_extract('a-b', '(.)-(.)')", "a", CK_SQL_SPARK},
    {"regexp_replace('a1b2', '[0-9]', '')", "ab2", 0}, {"regexp_replace('a1b2', '[0-9]', '', 'g')", "ab", 0},
    {"regexp_replace('a1b2', '[0-9]', '')", "ab", CK_SQL_SPARK}, {"regexp_replace('ab', '(a)(b)', '\\2\\1')", "ba", 0},
    {"substring('AB1 2CD' from '^([A-Z]+)[0-9]')", "AB", CK_SQL_POSTGRES}, {"regexp_matches('abc', 'b')", "true", 0},
    {"starts_with('abc', 'ab') AND ends_with('abc', 'bc') AND contains('abc', 'b')", "true", 0},
    {"1 + 2 * 3", "7", 0}, {"-(1 - 4) % 2", "1", 0}, {"7 / 2", "3.5", 0}, {"2 - 3 - 4", "-5", 0}, {"abs(-2.5)", "2.5", 0},
    {"round(2.5)", "3", 0}, {"greatest(1, NULL, 3)", "3", 0}, {"least(2, 1)", "1", 0}, {"0.1 + 0.2", "0.30000000000000004", 0},
    {"CAST('12' AS INTEGER) + 1", "13", 0}, {"CAST('2.5' AS INTEGER)", "3", 0}, {"CAST(2.5::DOUBLE AS INTEGER)", "2", 0}, {"TRY_CAST('x' AS DOUBLE)", NULL, 0}, {"'3.0'::DOUBLE", "3", 0},
    {"CAST(3 AS VARCHAR)", "3", 0}, {"CAST(0.1 AS FLOAT) <= 0.1", "true", 0}, {"CAST(0.1 AS FLOAT) = CAST(0.1 AS DOUBLE)", "false", 0},
    {"try_strptime('1990-02-30', '%Y-%m-%d')", NULL, 0}, {"try_strptime('05/02/1990', '%d/%m/%Y')", "1990-02-05", 0},
    {"epoch(try_strptime('1970-01-02 01:00:00', '%Y-%m-%d %H:%M:%S'))", "90000", 0},
    {"strftime(try_strptime('1990-02-05', '%Y-%m-%d'), '%m/%Y')", "02/1990", 0},
    {"year(CAST('1990-02-05' AS DATE))", "1990", 0}, {"EXTRACT(MONTH FROM CAST('1990-02-05' AS DATE))", "2", 0},
    {"date_diff('year', CAST('1990-12-31' AS DATE), CAST('1991-01-01' AS DATE))", "1", 0},
    {"datediff(to_date('1990-01-03', 'yyyy-MM-dd'), to_date('1990-01-01', 'yyyy-MM-dd'))", "2", CK_SQL_SPARK},
    {"try_cast_date('1990-01-03', 'YYYY-MM-DD')", "1990-01-03", CK_SQL_POSTGRES},
    {"len(list_intersect(['a', 'b', 'b'], ['b', 'c']))", "1", 0}, {"list_contains(['a'], 'a')", "true", 0},
    {"str_split('a;b;', ';')[3] = ''", "true", 0}, {"list_max([1, 5, 3])", "5", 0}, {"array_length(array['a', 'b'], 1)", "2", CK_SQL_POSTGRES},
    {"list_max(list_transform(['ann', 'bob'], x -> length(x) + 1))", "4", 0},
    {"list_max(list_transform(['ann', 'bob'], lambda x: length(x) + 1))", "4", 0}, {"array('a', 'b')[0]", "a", CK_SQL_SPARK},
    {"jaro_winkler_similarity('MARTHA', 'MARHTA') > 0.96", "true", 0}, {"levenshtein('kitten', 'sitting')", "3", 0},
    {"CASE 'b' WHEN 'a' THEN 1 WHEN 'b' THEN 2 END", "2", 0}, {"CASE WHEN FALSE THEN 1 END", NULL, 0},
    {"NULL AND FALSE", "false", 0}, {"NULL AND TRUE", NULL, 0}, {"NULL OR TRUE", "true", 0}, {"NOT NULL", NULL, 0},
    {"NULL = NULL", NULL, 0}, {"NULL IS NULL", "true", 0}, {"NULL IS DISTINCT FROM 'a'", "true", 0},
    {"('a' = NULL) IS NOT TRUE", "true", 0}, {"2 BETWEEN 1 AND 3 AND NOT 'b' IN ('a', 'c')", "true", 0}, {"1 IN (2, NULL)", NULL, 0},
    {"TRUE OR FALSE AND FALSE", "true", 0}, {"NOT FALSE AND FALSE", "false", 0}, {"'it''s'", "it's", 0},
};

static void test_evaluates(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        ck_error error = {0};
        ck_sql sql = {0};
        ck_sql_context context = {0};
        ck_sql_value value;
        ck_span text;
        if (ck_sql_parse(&error, values[i].text, values[i].dialect, CK_SQL_OPERANDS, NULL, &sql) != CK_OK ||
            ck_sql_check(&error, &sql, NULL) != CK_OK)
            fail_msg("%s: %s", values[i].text, error.text);
        if (ck_sql_evaluate(&context, &sql, &value) != CK_OK || ck_sql_value_text(&context, &value, &text) != CK_OK)
            fail_msg("%s: %s", values[i].text, context.error.text);
        bool missing = value.type == CK_SQL_ANY;
        if (missing != !values[i].value || (!missing && !ck_span_is(text, values[i].value)))
            fail_msg("%s\n  wanted %s\n  got %.*s", values[i].text, values[i].value ? values[i].value : "NULL",
                     missing ? 4 : (int)text.n, missing ? "NULL" : text.bytes);
        ck_sql_context_free(&context);
        ck_sql_free(&sql);
    }
}

static void test_strict_casts_fail(void **state) {
    (void)state;
    static const char *const texts[] = {"CAST('x' AS DOUBLE) = 1", "CAST('x' AS DATE) IS NULL", "strptime('x', '%Y') IS NULL"};
    for (size_t i = 0; i < 3; i++) {
        ck_error error = {0};
        ck_sql sql = {0};
        ck_sql_context context = {0};
        ck_sql_value value;
        assert_int_equal(ck_sql_parse(&error, texts[i], CK_SQL_DUCKDB, CK_SQL_OPERANDS, NULL, &sql), CK_OK);
        assert_int_equal(ck_sql_check(&error, &sql, NULL), CK_OK);
        assert_int_equal(ck_sql_evaluate(&context, &sql, &value), CK_DATA);
        ck_sql_context_free(&context);
        ck_sql_free(&sql);
    }
}

/* ---- rules ---- */

static void test_rules(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint32_t nkeys;
        bool has_where;
    } rules[] = {
        {"l.name = r.name", 1, false},
        {"(l.\"name\" = r.\"name\") AND (l.\"dob\" = r.\"dob\")", 2, false},
        {"SUBSTRING(l.name, 1, 2) = SUBSTRING(r.name, 1, 2) and levenshtein(l.dob, r.dob) <= 2", 1, true},
        {"r.name = l.surname", 1, false},
        {"l.name = r.name OR l.dob = r.dob", 0, true},
        {"l.name = l.surname", 0, true},
        {"l.name = r.name AND NOT (l.dob = r.dob AND l.age = r.age)", 1, true},
        {"concat(l.name, l.dob) = concat(r.name, r.dob)", 1, false},
        {"1 = 1", 0, true},
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        fixture f;
        start(&f);
        if (read_text(&f, rules[i].text, CK_SQL_DUCKDB, CK_SQL_PREFIXED) != CK_OK)
            fail_msg("%s: %s", rules[i].text, f.error.text);
        assert_int_equal(f.rule.nkeys, rules[i].nkeys);
        assert_int_equal(f.rule.has_where, rules[i].has_where);
        end(&f);
    }
    fixture f;
    start(&f);
    assert_int_equal(read_text(&f, "x.name = r.name", CK_SQL_DUCKDB, CK_SQL_PREFIXED), CK_USAGE);
    assert_non_null(strstr(f.error.text, "at character 1 (x): a column of a rule begins with l. or r."));
    end(&f);
}

/* Patterns that nest repeats end with an error, not never. */
static void test_regex_limits(void **state) {
    (void)state;
    ck_error error = {0};
    ck_sql sql = {0};
    ck_sql_context context = {0};
    ck_sql_value value, operand = ck_sql_text_value(ck_span_of("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"));
    assert_int_equal(ck_sql_parse(&error, "regexp_matches($1, '^(a|a)+$')", CK_SQL_DUCKDB, CK_SQL_OPERANDS, NULL, &sql), CK_OK);
    assert_int_equal(ck_sql_check(&error, &sql, NULL), CK_OK);
    context.operand = &operand;
    assert_int_equal(ck_sql_evaluate(&context, &sql, &value), CK_DATA);
    assert_non_null(strstr(context.error.text, "too many steps"));
    ck_sql_context_free(&context);
    ck_sql_free(&sql);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refuses),   cmocka_unit_test(test_refuses_depth),    cmocka_unit_test(test_lowers),
        cmocka_unit_test(test_unparses),  cmocka_unit_test(test_evaluates),        cmocka_unit_test(test_strict_casts_fail),
        cmocka_unit_test(test_rules),     cmocka_unit_test(test_regex_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
