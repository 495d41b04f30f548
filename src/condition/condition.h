/** Conditions: one tree for every yes/no question about a pair of records.
 *
 *  A column expression reads one side and is evaluated once per distinct value. An atom asks about two
 *  expressions (of l and of r). A condition joins atoms with SQL's three-valued logic: a missing side makes an
 *  atom unknown, and unknown is not true. Levels, where: filters, deterministic rules and Splink's conditions are
 *  all conditions. This header is the tree; parse.h makes it from words, evaluate.h runs it.
 */
#ifndef CK_CONDITION_CONDITION_H
#define CK_CONDITION_CONDITION_H
#include <carrick/kind.h>
#include <carrick/similarity.h>
#include <stdbool.h>
#include <stdint.h>

/** One step of a column expression. */
typedef enum ck_fn {
    CK_FN_PREFIX,    /**< n: first n characters; a shorter value is whole */
    CK_FN_SUBSTR,    /**< i, n: n characters from the i-th, counted from 1 */
    CK_FN_INITIAL,   /**< first character */
    CK_FN_LOWER,     /**< Unicode simple lower case, as DuckDB */
    CK_FN_UPPER,
    CK_FN_SOUNDEX,
    CK_FN_YEAR,      /**< of a date (text parsed with `format`) */
    CK_FN_MONTH,     /**< 1..12 as text without leading zero */
    CK_FN_DAY,
    CK_FN_DATE,      /**< text parsed with `format` to YYYY-MM-DD; missing when it does not parse */
    CK_FN_SECTOR, CK_FN_DISTRICT, CK_FN_AREA, /**< of a postcode; missing when it is none */
    CK_FN_USER,      /**< of an e-mail: what stands before the first @; all of a text without @ */
    CK_FN_WORDS,     /**< several values: the words (split at spaces) */
    CK_FN_DELETIONS, /**< n (or 0), several values: itself and, of n characters or more, each one-character deletion */
    CK_FN_PAIRS,     /**< several values: unordered pairs of different words, in sorted order with one space; after
                          CK_FN_WORDS and what was done to the words, pairs of those */
    CK_FN_LAST,      /**< n: last n characters; a shorter value is whole */
    CK_FN_SQUEEZED,  /**< without spaces */
    CK_FN_SORTED,    /**< its characters in sorted order, without spaces */
    CK_FN_SKELETON,  /**< first letter and consonants: without vowels, H, W, Y and letters that repeat */
    CK_FN_LETTERS,   /**< its letters alone */
    CK_FN_HALF,      /**< 1 or 2: first or second half of four characters or more (both hold the middle one) */
    CK_FN_SORTED_WORDS,
    CK_FN_NUMBERS,   /**< its runs of digits, sorted, with one space */
    CK_FN_STREET,    /**< its words without a digit */
    CK_FN_DOMAIN,    /**< of an e-mail: what stands after the first @ */
    CK_FN_INTEGER,   /**< whole part of a number, towards zero */
    CK_FN_COMPLETE,  /**< the date when none of its parts is unknown */
    CK_FN_ORDER_FREE, /**< the date with the lesser of month and day first */
    CK_FN_BINS,      /**< w, several values: two overlapping bins of a number, or of a date in days; values at most w apart share one */
    CK_FN_LOG_BINS,  /**< p, several values: the same for numbers that differ by at most p per cent of the greater */
    CK_FN_MINHASH,   /**< several values: four bands of two minima of hashes of the neighbouring characters */
    CK_FN_NUMBERED_WORDS, /**< n, several values: each number with the first n characters of each longer word */
    CK_FN_BIGRAM_WORDS,   /**< several values: neighbouring words */
    CK_FN_WORD_INITIALS,  /**< several values: each word with the initial of another */
    CK_FN_BANDS,         /**< n, several values: sixteen samples of n bits of a Bloom filter */
    CK_FN_COUNT,     /**< calls that have a word in job files; the rest are made from a+b and from SQL */
    CK_FN_JOIN,      /**< of a tuple: its values with one space between, missing when all are */
    CK_FN_SQL,       /**< `format` is an expression in SQL of $1, the value so far; NULL is missing (sql.h) */
    CK_FN_SPLIT      /**< several values: the parts between the separators `format` */
} ck_fn;

typedef struct ck_call {
    ck_fn fn;
    int32_t arg[2]; /**< of CK_FN_YEAR, MONTH, DAY: 1 when they read a birth_date, whose other parts may be unknown */
    char *format; /**< date format, or NULL for %Y-%m-%d; text of CK_FN_SQL and CK_FN_SPLIT */
} ck_call;

enum { CK_EXPR_CALLS = 7 };

/** A column and the calls applied to it, first to last. */
typedef struct ck_expr {
    uint32_t column; /**< number in the schema */
    uint32_t ncalls;
    ck_call call[CK_EXPR_CALLS];
    bool empty_is_value; /**< '' is a value (Splink); in a job file an empty part is missing */
} ck_expr;

/** Does the expression yield a set of values (only allowed as a blocking key part)? Local. */
bool ck_expr_is_multi(const ck_expr *expr);
bool ck_expr_equal(const ck_expr *a, const ck_expr *b);
ck_expr ck_expr_column(uint32_t column);
ck_status ck_expr_copy(ck_error *error, const ck_expr *from, ck_expr *to);

typedef enum ck_op {
    CK_OP_AND, CK_OP_OR, CK_OP_NOT, /**< over `child` */
    CK_OP_SURE,                     /**< its one child is true; never unknown */
    CK_OP_ALWAYS,                   /**< true (the else level) */
    CK_OP_EQUAL,                    /**< l.a = r.b */
    CK_OP_MISSING,                  /**< l.a or r.b is missing; never unknown */
    CK_OP_MEASURE,                  /**< measure(l.a, r.b) >= value (similarities) or <= value (distances) */
    CK_OP_DAYS,                     /**< |day(l.a) - day(r.b)| <= value, in days (months 365.25/12, years 365.25) */
    CK_OP_DAY_MONTH_SWAPPED,        /**< same year, day and month exchanged, and not equal */
    CK_OP_NUMBER_DIFFERENCE,        /**< |l.a - r.b| <= value */
    CK_OP_NUMBER_PERCENT,           /**< |l.a - r.b| / max(l.a, r.b) < value, as Splink's PercentageDifferenceLevel:
                                         strictly less, in doubles, so 0 against 0 (not a number) is false */
    CK_OP_NUMBER_RELATIVE,          /**< |l.a - r.b| / max(|l.a|, |r.b|) <= value; equal numbers always */
    CK_OP_LENGTH,                   /**< both have at least `value` characters */
    CK_OP_LITERAL_L, CK_OP_LITERAL_R, CK_OP_LITERAL_BOTH, /**< l.a = text; r.b = text; both */
    CK_OP_MISSING_L, CK_OP_MISSING_R, /**< l.a is missing; r.b is missing; never unknown */
    CK_OP_SQL,                        /**< `text`, SQL of the operands `child` ($1 is the first); what no other operation can say */
    CK_OP_DISTANCE_KM, /**< the way over the globe is at most `value` km; operands: l's latitude and longitude in degrees, r's */
    CK_OP_SIDE_L, CK_OP_SIDE_R /**< an operand of those two: a of l, b of r (the other is a copy) */
} ck_op;

#define CK_EARTH_KM 6371.0 /* radius of the globe of that size, as in Splink */

/** Does the operation ask `child`, instead of `a` and `b`? */
static inline bool ck_op_has_children(ck_op op) {
    return op <= CK_OP_SURE || op == CK_OP_SQL || op == CK_OP_DISTANCE_KM;
}

typedef struct ck_condition {
    ck_op op;
    ck_expr a, b;      /**< of l and of r (b.column may differ from a.column: columns reversed) */
    ck_measure measure;
    double value;
    char *text;        /**< literal, SQL, or date format of CK_OP_DAYS and CK_OP_DAY_MONTH_SWAPPED (NULL: %Y-%m-%d) */
    uint32_t nchildren;
    struct ck_condition *child;
} ck_condition;

void ck_condition_free(ck_condition *condition); /**< the content, not the struct */
ck_status ck_condition_copy(ck_error *error, const ck_condition *from, ck_condition *to);
void ck_expr_free(ck_expr *expr);

/** A column that is made of others of the same record: their values, each with CK_TUPLE_END after it, nothing before one that
 *  is missing; so it is never missing itself. What reads several columns of one side is thereby an expression of one column. */
enum { CK_TUPLE_COLUMNS = 8, CK_TUPLE_END = 0x1F };
typedef struct ck_tuple {
    uint32_t n, column[CK_TUPLE_COLUMNS]; /**< rising numbers in the schema */
} ck_tuple;
bool ck_tuple_holds(const ck_tuple *tuple, uint32_t column);

/** Tuples that texts asked for: the i-th stands for column `ncolumns + i` of the schema that they were read with. */
typedef struct ck_tuple_list {
    uint32_t n;
    size_t room;
    ck_tuple *tuple;
} ck_tuple_list;
/** The number of the tuple in the list, which grows when it is new. */
ck_status ck_tuple_list_find(ck_error *error, ck_tuple_list *list, const ck_tuple *wanted, uint32_t *number);
/** Add a column to a tuple, in its rising place. @return false when it is full */
bool ck_tuple_insert(ck_tuple *tuple, uint32_t column);

/** Names of the columns, for parsing and printing. The last `ntuples` columns are tuples of those before. */
typedef struct ck_schema {
    uint32_t ncolumns;
    char **name;
    ck_kind *kind;
    uint32_t ntuples;
    const ck_tuple *tuple;
    ck_tuple_list *wanted; /**< while texts are read: the tuples that they ask for (a+b); NULL: they cannot */
} ck_schema;
uint32_t ck_schema_find(const ck_schema *schema, const char *name); /**< UINT32_MAX when absent */

#endif
