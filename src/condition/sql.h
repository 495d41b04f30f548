/** Expressions in SQL, as Splink writes its conditions (docs/splink.md lists what is understood): their tree.
 *
 *      ck_sql sql = {0};
 *      ck_sql_parse(error, "\"dob_l\" = \"dob_r\"", CK_SQL_DUCKDB, &columns, &sql);   names to columns and sides
 *      ck_sql_infer(&sql, &columns);           which columns are numbers, dates, lists: for all texts of a model
 *      ck_sql_check(error, &sql, &columns);    types, counts of arguments, patterns
 *      ck_sql_lower(error, &sql, ...);         sql_lower.h: to a condition
 *      ck_sql_free(&sql);
 *
 *  Errors are CK_USAGE sentences that begin with the position and name the token. Nothing is evaluated loosely: what is not
 *  known is an error. Local; a checked tree may be read by several threads.
 */
#ifndef CK_CONDITION_SQL_H
#define CK_CONDITION_SQL_H
#include "base/text.h"
#include "condition/pool.h"
#include <stdbool.h>
#include <stdint.h>

typedef enum ck_sql_dialect { CK_SQL_DUCKDB, CK_SQL_SPARK, CK_SQL_SQLITE, CK_SQL_POSTGRES, CK_SQL_DIALECTS } ck_sql_dialect;
/** "duckdb", ...; CK_SQL_DIALECTS when there is none of that name. */
ck_sql_dialect ck_sql_dialect_parse(const char *name);

typedef enum ck_sql_type {
    CK_SQL_ANY, /**< NULL, or known only when it is evaluated (an item of a list) */
    CK_SQL_BOOL,
    CK_SQL_NUMBER,
    CK_SQL_TEXT,
    CK_SQL_TIME, /**< seconds since 1970 */
    CK_SQL_LIST,
    CK_SQL_TYPES
} ck_sql_type;
extern const char *const ck_sql_type_names[CK_SQL_TYPES]; /**< "text", with its article where one is needed */

typedef enum ck_sql_kind {
    CK_SQL_LITERAL,   /**< value in `type`, `number`, `text`; ANY: NULL */
    CK_SQL_COLUMN,    /**< `column` of side `side` */
    CK_SQL_OPERAND,   /**< $1, $2, ...: `column` counts from 0 */
    CK_SQL_PARAMETER, /**< of a lambda: `column` is its depth, from 0 */
    CK_SQL_CALL,      /**< `fn` of the children; every operator is one */
    CK_SQL_LAMBDA     /**< x -> child[0] */
} ck_sql_kind;

typedef enum ck_sql_fn {
    CK_SQL_AND, CK_SQL_OR, CK_SQL_NOT, CK_SQL_IS_NULL,
    CK_SQL_EQ, CK_SQL_NE, CK_SQL_LT, CK_SQL_LE, CK_SQL_GT, CK_SQL_GE, CK_SQL_DISTINCT,
    CK_SQL_ADD, CK_SQL_SUBTRACT, CK_SQL_MULTIPLY, CK_SQL_DIVIDE, CK_SQL_MODULO, CK_SQL_NEGATE, CK_SQL_JOIN,
    CK_SQL_CASE,                       /**< when, then, when, then, ..., else */
    CK_SQL_TO_TEXT, CK_SQL_TO_NUMBER, CK_SQL_TO_FLOAT, CK_SQL_TO_WHOLE, CK_SQL_TO_TIME, CK_SQL_TO_DATE, /**< CAST; `number` 1: TRY_CAST */
    CK_SQL_LIST_OF, CK_SQL_ITEM,       /**< [a, b]; a[n] */
    CK_SQL_JARO_WINKLER, CK_SQL_JARO, CK_SQL_JACCARD, CK_SQL_LEVENSHTEIN, CK_SQL_DAMERAU_LEVENSHTEIN,
    CK_SQL_SUBSTRING, CK_SQL_LEFT, CK_SQL_RIGHT, CK_SQL_LOWER, CK_SQL_UPPER, CK_SQL_TRIM, CK_SQL_LTRIM, CK_SQL_RTRIM,
    CK_SQL_LENGTH, CK_SQL_CONCAT, CK_SQL_CONCAT_WS, CK_SQL_REPLACE, CK_SQL_REVERSE, CK_SQL_STARTS_WITH, CK_SQL_ENDS_WITH,
    CK_SQL_CONTAINS, CK_SQL_REGEXP_EXTRACT, CK_SQL_REGEXP_REPLACE, CK_SQL_REGEXP_MATCHES, CK_SQL_REGEXP_SUBSTRING,
    CK_SQL_TUPLE_PART, /**< of a tuple's text, counted from 1; NULL where it is missing (see ck_tuple) */
    CK_SQL_NULLIF, CK_SQL_COALESCE, CK_SQL_GREATEST, CK_SQL_LEAST,
    CK_SQL_ABS, CK_SQL_FLOOR, CK_SQL_CEIL, CK_SQL_ROUND, CK_SQL_SQRT, CK_SQL_LN, CK_SQL_EXP, CK_SQL_POWER,
    CK_SQL_RADIANS, CK_SQL_DEGREES, CK_SQL_SIN, CK_SQL_COS, CK_SQL_TAN, CK_SQL_ASIN, CK_SQL_ACOS, CK_SQL_ATAN, CK_SQL_ATAN2,
    CK_SQL_STRPTIME, CK_SQL_TRY_STRPTIME, CK_SQL_STRFTIME, CK_SQL_EPOCH, CK_SQL_DATE, CK_SQL_YEAR, CK_SQL_MONTH, CK_SQL_DAY,
    CK_SQL_DATE_DIFF, CK_SQL_DAYS_BETWEEN,
    CK_SQL_SPLIT, CK_SQL_CELL_ITEMS, /**< of a column that is a list: its cell's text, split */ CK_SQL_LIST_INTERSECT, CK_SQL_LIST_CONTAINS, CK_SQL_LIST_DISTINCT, CK_SQL_LIST_MAX, CK_SQL_LIST_MIN,
    CK_SQL_LIST_LENGTH, CK_SQL_LIST_TRANSFORM, CK_SQL_FLATTEN,
    CK_SQL_FNS
} ck_sql_fn;

typedef enum ck_sql_side { CK_SQL_NO_SIDE, CK_SQL_L, CK_SQL_R } ck_sql_side;

typedef struct ck_sql_node {
    ck_sql_kind kind;
    ck_sql_fn fn;
    ck_sql_type type;  /**< set by checking */
    ck_sql_side side;
    uint32_t column;
    uint32_t at;       /**< character where it stands, from 1 */
    double number;
    ck_span text;
    uint32_t n, room;
    struct ck_sql_node **child;
    void *regex;       /**< compiled pattern of REGEXP calls, made by checking */
} ck_sql_node;

typedef struct ck_sql {
    ck_pool pool;
    ck_sql_dialect dialect;
    const char *source;  /**< copy of the text */
    ck_sql_node *root;   /**< NULL: empty */
    uint32_t noperands;
    size_t nregexes, regex_room;
    void **regex;        /**< compiled patterns; nodes borrow them */
} ck_sql;
void ck_sql_free(ck_sql *sql);

/** How columns are written. */
typedef enum ck_sql_names {
    CK_SQL_SUFFIXED, /**< first_name_l: levels */
    CK_SQL_PREFIXED, /**< l.first_name: blocking rules */
    CK_SQL_OPERANDS  /**< $1: what is left of a text after lowering */
} ck_sql_names;

/** The columns that texts speak of. A zeroed one learns every name that is met, in order. */
typedef struct ck_sql_columns {
    bool closed;        /**< names that are not there are errors */
    uint32_t n;
    size_t name_room, type_room;
    char **name;
    ck_sql_type *type;  /**< TEXT unless something needs a number, date or list */
    const char *separator; /**< of lists in cells; borrowed */
} ck_sql_columns;
void ck_sql_columns_free(ck_sql_columns *columns);
/** The number of a name: exact, else in any case of letters; UINT32_MAX when there is none and `closed`. */
ck_status ck_sql_columns_find(ck_error *error, ck_sql_columns *columns, ck_span name, uint32_t *column);

/** Parse; `sql` is zeroed before, and may be freed whatever the status. */
ck_status ck_sql_parse(ck_error *error, const char *text, ck_sql_dialect dialect, ck_sql_names names, ck_sql_columns *columns,
                       ck_sql *sql);
/** Note what types of columns the text needs. Call for every text of a model, twice, before checking any. */
void ck_sql_infer(const ck_sql *sql, ck_sql_columns *columns);
/** Types and patterns. The root may have any type; `columns` may be NULL for operands. */
ck_status ck_sql_check(ck_error *error, ck_sql *sql, const ck_sql_columns *columns);

/** A new node of the tree. */
ck_sql_node *ck_sql_new(ck_error *error, ck_sql *sql, ck_sql_kind kind, uint32_t at);
ck_status ck_sql_append(ck_error *error, ck_sql *sql, ck_sql_node *parent, ck_sql_node *child);

/** Which sides (bit CK_SQL_L, CK_SQL_R) the tree reads, and its columns: *column is the only one, UINT32_MAX for none,
 *  UINT32_MAX - 1 for several. */
unsigned ck_sql_sides(const ck_sql_node *node, uint32_t *column);

/** What calls there are. Several names may stand for one function. */
typedef struct ck_sql_call_info {
    const char *name;
    ck_sql_fn fn;
    uint32_t least, most;
    const char *arguments; /**< one letter each, the last repeated: t text, n number, d time, l list, b bool, a any, s same as
                                the first, f lambda, x literal text */
    char result;           /**< likewise; s: as the first argument */
} ck_sql_call_info;
/** The function of a name, in any case; NULL when there is none. */
const ck_sql_call_info *ck_sql_find_call(ck_span name);
/** The first name of a function, and how its arguments are typed: operators included. */
const ck_sql_call_info *ck_sql_call_of(ck_sql_fn fn);
extern const ck_sql_call_info ck_sql_call_table[];
extern const uint32_t ck_sql_calls;

/** The tree as text of the DuckDB dialect that ck_sql_parse reads back; `name` gives the text of a column, operand or whole
 *  subtree (valid until its next call), or NULL when it leaves that to the printer. Caller frees. */
typedef const char *ck_sql_name_leaf(const ck_sql_node *node, void *data);
ck_status ck_sql_print(ck_error *error, const ck_sql_node *node, ck_sql_name_leaf *name, void *data, char **text);

/** CK_USAGE: "at character 5 ('tok'): <sentence>". */
ck_status ck_sql_fail(ck_error *error, const ck_sql *sql, uint32_t at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
