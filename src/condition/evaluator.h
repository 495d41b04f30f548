/** Inside of the evaluator: expressions in groups that share a dictionary, and conditions compiled to programs.
 *
 *      ladder  missing | exact | jaro_winkler 0.92 and soundex | jaro_winkler 0.7
 *      nodes   0 MISSING  1 EQUAL  2 AND -> 4, 5  3 MEASURE(grade 0, place 1)  4 EQUAL  5 MEASURE(grade 0, place 0)
 *      grades  0: jaro_winkler, expressions a and b, thresholds 0.92 0.7
 *
 *  All measures of a program that differ in their threshold only are one *grade*: the kernel is asked once a pair which
 *  threshold the pair reaches, when the first of them is met, and the rest is a comparison of small integers.
 */
#ifndef CK_CONDITION_EVALUATOR_H
#define CK_CONDITION_EVALUATOR_H
#include "condition/derive.h"
#include "condition/evaluate.h"
#include "condition/sql.h"

enum { CK_RUNGS_MAX = 64 };

typedef struct ck_program_node {
    ck_op op;
    uint32_t cost;          /**< children of and/or stand by rising cost */
    uint32_t a, b;          /**< expressions of l and r */
    uint32_t child, nchildren; /**< nodes child .. child + nchildren */
    double value;
    const char *text;       /**< of the program's copy of the condition */
    uint32_t grade, place;  /**< CK_OP_MEASURE: true when the pair reaches thresholds[place] or a stricter one */
    uint32_t table_a, table_b;     /**< number of the scale; of an operand of CK_OP_DISTANCE_KM its own side's */
    uint32_t literal_a, literal_b; /**< codes of `text`, 0 when no record has it */
    uint32_t sql;                  /**< CK_OP_SQL: which of the program's */
} ck_program_node;

typedef struct ck_grade {
    ck_measure measure;
    uint32_t a, b, n;
    double threshold[CK_LADDER_MAX]; /**< strictest first */
} ck_grade;

typedef struct ck_program {
    uint32_t nroots;        /**< nodes 0 .. nroots are the conditions, in order */
    ck_condition *source;   /**< [nroots] copies */
    ck_program_node *node;
    uint32_t nnodes, ngrades;
    size_t node_room, grade_room;
    ck_grade *grade;
    uint32_t nsql;
    size_t sql_room;
    ck_sql *sql;            /**< parsed texts */
} ck_program;

typedef struct ck_dict_group {
    bool borrowed;          /**< `dict` is the column's */
    ck_dict dict;
    ck_strings *strings;    /**< NULL unless a measure reads it */
} ck_dict_group;

typedef struct ck_expr_entry {
    ck_expr expr;
    uint32_t parent;        /**< union-find over entries */
    uint32_t group;
    ck_derived_table table;
} ck_expr_entry;

/** What an atom of numbers, dates or places reads: per code of a dictionary, days, a number or an angle. */
typedef enum ck_scale_kind {
    CK_SCALE_DAYS, CK_SCALE_SWAPPED_DAYS, CK_SCALE_NUMBER,
    CK_SCALE_LENGTH,                      /* a number: of characters */
    CK_SCALE_LATITUDE, CK_SCALE_LONGITUDE /* angles */
} ck_scale_kind;

/** An angle of the globe, for the sine of half the difference of two; NAN where the text is none. */
typedef struct ck_angle {
    double sine, cosine; /**< of its half */
    double whole_cosine;
} ck_angle;
#define CK_NO_DAYS INT64_MIN       /* the text is no date */
#define CK_NO_SWAP (INT64_MIN + 1) /* a date, but none other with day and month exchanged */

typedef struct ck_scale {
    ck_scale_kind kind;
    uint32_t group;
    const char *format;     /**< borrowed from a condition; NULL: %Y-%m-%d */
    int64_t *days;          /**< or CK_NO_DAYS, CK_NO_SWAP */
    double *number;         /**< NAN where the text is no number */
    ck_angle *angle;
} ck_scale;

typedef struct ck_program_list {
    uint32_t n;
    size_t room;
    ck_program *program;
} ck_program_list;

struct ck_evaluator {
    const ck_column *column;
    uint32_t ncolumns;
    const ck_kernels *kernels;
    uint32_t nentries, ngroups, nscales;
    size_t entry_room, scale_room;
    ck_expr_entry *entry;
    ck_dict_group *group;
    ck_scale *scale;
    ck_program_list conditions, ladders;
};

/** Compile `n` conditions to a program; their expressions are registered. `program` may be freed whatever the status. */
ck_status ck_program_compile(ck_error *error, ck_evaluator *evaluator, const ck_condition *const *condition, uint32_t n,
                             ck_program *program);
void ck_program_free(ck_program *program);
/** Does any node read the column? */
bool ck_program_reads(const ck_evaluator *evaluator, const ck_program *program, uint32_t column);
/** Which sides an operation reads. */
bool ck_op_reads_a(ck_op op);
bool ck_op_reads_b(ck_op op);

/** After the derived tables are made: literals to codes, days and numbers of dictionaries, strings of measures. */
ck_status ck_scales_prepare(ck_error *error, ck_evaluator *evaluator);
void ck_scales_free(ck_evaluator *evaluator);

#endif
