/* The calls: one row a name; the first row of a function gives the name it is printed with. */
#include "condition/sql.h"
#include <string.h>
#include <strings.h>

enum { ANY = 99 };

/* Operators have rows too, under names that nobody can write, so that one check serves both. */
const ck_sql_call_info ck_sql_call_table[] = {
    {" and", CK_SQL_AND, 1, ANY, "b", 'b'}, {" or", CK_SQL_OR, 1, ANY, "b", 'b'}, {" not", CK_SQL_NOT, 1, 1, "b", 'b'},
    {" is null", CK_SQL_IS_NULL, 1, 1, "a", 'b'}, {" =", CK_SQL_EQ, 2, 2, "s", 'b'}, {" <>", CK_SQL_NE, 2, 2, "s", 'b'},
    {" <", CK_SQL_LT, 2, 2, "s", 'b'}, {" <=", CK_SQL_LE, 2, 2, "s", 'b'}, {" >", CK_SQL_GT, 2, 2, "s", 'b'},
    {" >=", CK_SQL_GE, 2, 2, "s", 'b'}, {" is distinct from", CK_SQL_DISTINCT, 2, 2, "s", 'b'},
    {" +", CK_SQL_ADD, 2, 2, "n", 'n'}, {" -", CK_SQL_SUBTRACT, 2, 2, "n", 'n'}, {" *", CK_SQL_MULTIPLY, 2, 2, "n", 'n'},
    {" /", CK_SQL_DIVIDE, 2, 2, "n", 'n'}, {" %", CK_SQL_MODULO, 2, 2, "n", 'n'}, {" negative", CK_SQL_NEGATE, 1, 1, "n", 'n'},
    {" ||", CK_SQL_JOIN, 1, ANY, "t", 't'}, {" case", CK_SQL_CASE, 3, ANY, "", 'a'},
    {" text", CK_SQL_TO_TEXT, 1, 1, "a", 't'}, {" number", CK_SQL_TO_NUMBER, 1, 1, "a", 'n'},
    {" float", CK_SQL_TO_FLOAT, 1, 1, "a", 'n'}, {" whole", CK_SQL_TO_WHOLE, 1, 1, "a", 'n'},
    {" time", CK_SQL_TO_TIME, 1, 1, "a", 'd'}, {" date", CK_SQL_TO_DATE, 1, 1, "a", 'd'},
    {"list_value", CK_SQL_LIST_OF, 0, ANY, "a", 'l'}, {"array", CK_SQL_LIST_OF, 0, ANY, "a", 'l'},
    {"list_extract", CK_SQL_ITEM, 2, 2, "ln", 'a'}, {"element_at", CK_SQL_ITEM, 2, 2, "ln", 'a'},
    {"list_element", CK_SQL_ITEM, 2, 2, "ln", 'a'},

    {"jaro_winkler_similarity", CK_SQL_JARO_WINKLER, 2, 2, "t", 'n'}, {"jaro_winkler", CK_SQL_JARO_WINKLER, 2, 2, "t", 'n'},
    {"jaro_similarity", CK_SQL_JARO, 2, 2, "t", 'n'}, {"jaro_sim", CK_SQL_JARO, 2, 2, "t", 'n'},
    {"jaro", CK_SQL_JARO, 2, 2, "t", 'n'}, {"jaccard", CK_SQL_JACCARD, 2, 2, "t", 'n'},
    {"levenshtein", CK_SQL_LEVENSHTEIN, 2, 2, "t", 'n'}, {"editdist3", CK_SQL_LEVENSHTEIN, 2, 2, "t", 'n'},
    {"damerau_levenshtein", CK_SQL_DAMERAU_LEVENSHTEIN, 2, 2, "t", 'n'},

    {"substring", CK_SQL_SUBSTRING, 2, 3, "tn", 't'}, {"substr", CK_SQL_SUBSTRING, 2, 3, "tn", 't'},
    {"left", CK_SQL_LEFT, 2, 2, "tn", 't'}, {"right", CK_SQL_RIGHT, 2, 2, "tn", 't'},
    {"lower", CK_SQL_LOWER, 1, 1, "t", 't'}, {"lcase", CK_SQL_LOWER, 1, 1, "t", 't'},
    {"upper", CK_SQL_UPPER, 1, 1, "t", 't'}, {"ucase", CK_SQL_UPPER, 1, 1, "t", 't'},
    {"trim", CK_SQL_TRIM, 1, 2, "t", 't'}, {"btrim", CK_SQL_TRIM, 1, 2, "t", 't'},
    {"ltrim", CK_SQL_LTRIM, 1, 2, "t", 't'}, {"rtrim", CK_SQL_RTRIM, 1, 2, "t", 't'},
    {"length", CK_SQL_LENGTH, 1, 1, "a", 'n'}, {"len", CK_SQL_LENGTH, 1, 1, "a", 'n'},
    {"char_length", CK_SQL_LENGTH, 1, 1, "t", 'n'}, {"character_length", CK_SQL_LENGTH, 1, 1, "t", 'n'},
    {"concat", CK_SQL_CONCAT, 1, ANY, "t", 't'}, {"concat_ws", CK_SQL_CONCAT_WS, 2, ANY, "t", 't'},
    {"replace", CK_SQL_REPLACE, 3, 3, "t", 't'}, {"reverse", CK_SQL_REVERSE, 1, 1, "t", 't'},
    {"starts_with", CK_SQL_STARTS_WITH, 2, 2, "t", 'b'}, {"startswith", CK_SQL_STARTS_WITH, 2, 2, "t", 'b'},
    {"prefix", CK_SQL_STARTS_WITH, 2, 2, "t", 'b'}, {"ends_with", CK_SQL_ENDS_WITH, 2, 2, "t", 'b'},
    {"suffix", CK_SQL_ENDS_WITH, 2, 2, "t", 'b'}, {"endswith", CK_SQL_ENDS_WITH, 2, 2, "t", 'b'},
    {"contains", CK_SQL_CONTAINS, 2, 2, "t", 'b'},
    {"regexp_extract", CK_SQL_REGEXP_EXTRACT, 2, 3, "txn", 't'}, {"regexp_replace", CK_SQL_REGEXP_REPLACE, 3, 4, "txxx", 't'},
    {"regexp_matches", CK_SQL_REGEXP_MATCHES, 2, 2, "tx", 'b'}, {"regexp_like", CK_SQL_REGEXP_MATCHES, 2, 2, "tx", 'b'},
    {"regexp_substr", CK_SQL_REGEXP_SUBSTRING, 2, 2, "tx", 't'},
    {"tuple_part", CK_SQL_TUPLE_PART, 2, 2, "tn", 't'},
    {"nullif", CK_SQL_NULLIF, 2, 2, "s", 's'}, {"coalesce", CK_SQL_COALESCE, 1, ANY, "s", 's'},
    {"ifnull", CK_SQL_COALESCE, 2, 2, "s", 's'}, {"nvl", CK_SQL_COALESCE, 2, 2, "s", 's'},
    {"greatest", CK_SQL_GREATEST, 1, ANY, "s", 's'}, {"least", CK_SQL_LEAST, 1, ANY, "s", 's'},

    {"abs", CK_SQL_ABS, 1, 1, "n", 'n'}, {"floor", CK_SQL_FLOOR, 1, 1, "n", 'n'}, {"ceil", CK_SQL_CEIL, 1, 1, "n", 'n'},
    {"ceiling", CK_SQL_CEIL, 1, 1, "n", 'n'}, {"round", CK_SQL_ROUND, 1, 1, "n", 'n'}, {"sqrt", CK_SQL_SQRT, 1, 1, "n", 'n'},
    {"ln", CK_SQL_LN, 1, 1, "n", 'n'}, {"exp", CK_SQL_EXP, 1, 1, "n", 'n'}, {"power", CK_SQL_POWER, 2, 2, "n", 'n'},
    {"pow", CK_SQL_POWER, 2, 2, "n", 'n'}, {"radians", CK_SQL_RADIANS, 1, 1, "n", 'n'},
    {"degrees", CK_SQL_DEGREES, 1, 1, "n", 'n'}, {"sin", CK_SQL_SIN, 1, 1, "n", 'n'}, {"cos", CK_SQL_COS, 1, 1, "n", 'n'},
    {"tan", CK_SQL_TAN, 1, 1, "n", 'n'}, {"asin", CK_SQL_ASIN, 1, 1, "n", 'n'}, {"acos", CK_SQL_ACOS, 1, 1, "n", 'n'},
    {"atan", CK_SQL_ATAN, 1, 1, "n", 'n'}, {"atan2", CK_SQL_ATAN2, 2, 2, "n", 'n'},

    {"strptime", CK_SQL_STRPTIME, 2, 2, "tx", 'd'}, {"try_strptime", CK_SQL_TRY_STRPTIME, 2, 2, "tx", 'd'},
    {"try_to_timestamp", CK_SQL_TRY_STRPTIME, 2, 2, "tx", 'd'}, {"try_cast_date", CK_SQL_TRY_STRPTIME, 2, 2, "tx", 'd'},
    {"try_cast_timestamp", CK_SQL_TRY_STRPTIME, 2, 2, "tx", 'd'}, {"to_timestamp", CK_SQL_STRPTIME, 2, 2, "tx", 'd'},
    {"to_date", CK_SQL_STRPTIME, 2, 2, "tx", 'd'},
    {"strftime", CK_SQL_STRFTIME, 2, 2, "dx", 't'}, {"epoch", CK_SQL_EPOCH, 1, 1, "d", 'n'},
    {"unix_timestamp", CK_SQL_EPOCH, 1, 1, "d", 'n'}, {"date", CK_SQL_DATE, 1, 1, "d", 'd'},
    {"year", CK_SQL_YEAR, 1, 1, "d", 'n'}, {"month", CK_SQL_MONTH, 1, 1, "d", 'n'}, {"day", CK_SQL_DAY, 1, 1, "d", 'n'},
    {"date_diff", CK_SQL_DATE_DIFF, 3, 3, "xd", 'n'}, {"datediff", CK_SQL_DATE_DIFF, 3, 3, "xd", 'n'},
    {"days_between", CK_SQL_DAYS_BETWEEN, 2, 2, "d", 'n'},

    {"str_split", CK_SQL_SPLIT, 2, 2, "tx", 'l'}, {"string_split", CK_SQL_SPLIT, 2, 2, "tx", 'l'},
    {"string_to_array", CK_SQL_SPLIT, 2, 2, "tx", 'l'},
    {"cell_items", CK_SQL_CELL_ITEMS, 2, 2, "tx", 'l'},
    {"list_intersect", CK_SQL_LIST_INTERSECT, 2, 2, "l", 'l'}, {"array_intersect", CK_SQL_LIST_INTERSECT, 2, 2, "l", 'l'},
    {"list_contains", CK_SQL_LIST_CONTAINS, 2, 2, "la", 'b'}, {"array_contains", CK_SQL_LIST_CONTAINS, 2, 2, "la", 'b'},
    {"list_has", CK_SQL_LIST_CONTAINS, 2, 2, "la", 'b'}, {"list_distinct", CK_SQL_LIST_DISTINCT, 1, 1, "l", 'l'},
    {"array_distinct", CK_SQL_LIST_DISTINCT, 1, 1, "l", 'l'}, {"list_max", CK_SQL_LIST_MAX, 1, 1, "l", 'a'},
    {"array_max", CK_SQL_LIST_MAX, 1, 1, "l", 'a'}, {"list_min", CK_SQL_LIST_MIN, 1, 1, "l", 'a'},
    {"array_min", CK_SQL_LIST_MIN, 1, 1, "l", 'a'}, {"array_length", CK_SQL_LIST_LENGTH, 1, 1, "l", 'n'},
    {"array_size", CK_SQL_LIST_LENGTH, 1, 1, "l", 'n'}, {"cardinality", CK_SQL_LIST_LENGTH, 1, 1, "l", 'n'},
    {"size", CK_SQL_LIST_LENGTH, 1, 1, "l", 'n'}, {"list_transform", CK_SQL_LIST_TRANSFORM, 2, 2, "lf", 'l'},
    {"array_transform", CK_SQL_LIST_TRANSFORM, 2, 2, "lf", 'l'}, {"list_apply", CK_SQL_LIST_TRANSFORM, 2, 2, "lf", 'l'},
    {"transform", CK_SQL_LIST_TRANSFORM, 2, 2, "lf", 'l'}, {"flatten", CK_SQL_FLATTEN, 1, 1, "l", 'l'},
};
const uint32_t ck_sql_calls = sizeof ck_sql_call_table / sizeof *ck_sql_call_table;

const char *const ck_sql_type_names[CK_SQL_TYPES] = {"anything", "true or false", "a number", "text", "a date", "a list"};

static const char *const dialects[CK_SQL_DIALECTS] = {"duckdb", "spark", "sqlite", "postgres"};

ck_sql_dialect ck_sql_dialect_parse(const char *name) {
    ck_sql_dialect dialect = CK_SQL_DUCKDB;
    while (dialect < CK_SQL_DIALECTS && strcasecmp(dialects[dialect], name) != 0)
        dialect++;
    return dialect;
}

const ck_sql_call_info *ck_sql_find_call(ck_span name) {
    for (uint32_t i = 0; i < ck_sql_calls; i++) {
        const char *known = ck_sql_call_table[i].name;
        if (strlen(known) == name.n && strncasecmp(known, name.bytes, name.n) == 0)
            return &ck_sql_call_table[i];
    }
    return NULL;
}

const ck_sql_call_info *ck_sql_call_of(ck_sql_fn fn) {
    for (uint32_t i = 0; i < ck_sql_calls; i++)
        if (ck_sql_call_table[i].fn == fn)
            return &ck_sql_call_table[i];
    return NULL;
}
