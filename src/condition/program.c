/* Conditions to programs: nodes in one array, measures gathered in grades, operands by cost. */
#include "condition/evaluator.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

bool ck_op_reads_a(ck_op op) {
    return op >= CK_OP_EQUAL && !ck_op_has_children(op) && op != CK_OP_LITERAL_R && op != CK_OP_MISSING_R && op != CK_OP_SIDE_R;
}

bool ck_op_reads_b(ck_op op) {
    return op >= CK_OP_EQUAL && !ck_op_has_children(op) && op != CK_OP_LITERAL_L && op != CK_OP_MISSING_L && op != CK_OP_SIDE_L;
}

void ck_program_free(ck_program *program) {
    for (uint32_t i = 0; i < program->nroots && program->source; i++)
        ck_condition_free(&program->source[i]);
    for (uint32_t i = 0; i < program->nsql; i++)
        ck_sql_free(&program->sql[i]);
    ck_free(program->sql);
    ck_free(program->grade);
    ck_free(program->node);
    ck_free(program->source);
    *program = (ck_program){0};
}

bool ck_program_reads(const ck_evaluator *evaluator, const ck_program *program, uint32_t column) {
    for (uint32_t i = 0; i < program->nnodes; i++) {
        const ck_program_node *node = &program->node[i];
        if (ck_op_reads_a(node->op) && evaluator->entry[node->a].expr.column == column)
            return true;
        if (ck_op_reads_b(node->op) && evaluator->entry[node->b].expr.column == column)
            return true;
    }
    return false;
}

/* ---- grades ---- */

static bool is_distance(ck_measure measure) {
    return measure == CK_LEVENSHTEIN || measure == CK_DAMERAU_LEVENSHTEIN;
}

/* Is threshold x at least as strict as y? */
static bool is_stricter(ck_measure measure, double x, double y) {
    return is_distance(measure) ? x < y : x > y;
}

static bool has_threshold(const ck_grade *grade, double value) {
    for (uint32_t i = 0; i < grade->n; i++)
        if (grade->threshold[i] == value)
            return true;
    return false;
}

/* The grade that the node may join, or a new one. */
static ck_grade *find_grade(ck_error *error, ck_program *program, const ck_program_node *node, ck_measure measure) {
    for (uint32_t i = 0; i < program->ngrades; i++) {
        ck_grade *grade = &program->grade[i];
        if (grade->measure == measure && grade->a == node->a && grade->b == node->b &&
            (grade->n < CK_LADDER_MAX || has_threshold(grade, node->value)))
            return grade;
    }
    if (ck_grow(error, &program->grade, &program->grade_room, program->ngrades + 1, sizeof *program->grade) != CK_OK)
        return NULL;
    ck_grade *grade = &program->grade[program->ngrades++];
    *grade = (ck_grade){.measure = measure, .a = node->a, .b = node->b};
    return grade;
}

static ck_status join_grade(ck_error *error, ck_program *program, ck_program_node *node, ck_measure measure) {
    ck_grade *grade = find_grade(error, program, node, measure);
    if (!grade)
        return error->status;
    node->grade = (uint32_t)(grade - program->grade);
    if (has_threshold(grade, node->value))
        return CK_OK;
    uint32_t place = grade->n++;
    for (; place > 0 && is_stricter(measure, node->value, grade->threshold[place - 1]); place--)
        grade->threshold[place] = grade->threshold[place - 1];
    grade->threshold[place] = node->value;
    return CK_OK;
}

/* Places are known when all thresholds are. */
static void place_measures(ck_program *program) {
    for (uint32_t i = 0; i < program->nnodes; i++) {
        ck_program_node *node = &program->node[i];
        if (node->op != CK_OP_MEASURE)
            continue;
        node->place = 0;
        const ck_grade *grade = &program->grade[node->grade];
        while (node->place + 1 < grade->n && grade->threshold[node->place] != node->value)
            node->place++;
    }
}

/* ---- nodes ---- */

static uint32_t cost_of_measure(ck_measure measure) {
    switch (measure) {
    case CK_PREFIX_OF: return 4;
    case CK_DICE: return 8;
    case CK_DAMERAU_LEVENSHTEIN:
    case CK_RATIO:
    case CK_TOKEN_SORT: return 64;
    case CK_TOKEN_SET: return 96;
    default: return 32;
    }
}

static uint32_t cost_of(const ck_condition *condition) {
    switch (condition->op) {
    case CK_OP_ALWAYS: return 0;
    case CK_OP_EQUAL:
    case CK_OP_MISSING:
    case CK_OP_LITERAL_L:
    case CK_OP_LITERAL_R:
    case CK_OP_LITERAL_BOTH: return 1;
    case CK_OP_MISSING_L:
    case CK_OP_MISSING_R: return 1;
    case CK_OP_MEASURE: return cost_of_measure(condition->measure);
    case CK_OP_DISTANCE_KM: return 8;
    case CK_OP_SQL: return 1000;
    default: return 2;
    }
}

static ck_status register_sides(ck_error *error, ck_evaluator *evaluator, const ck_condition *condition,
                                ck_program_node *node) {
    const ck_expr *a = &condition->a, *b = &condition->b;
    bool reads_a = ck_op_reads_a(condition->op), reads_b = ck_op_reads_b(condition->op);
    if ((reads_a && ck_expr_is_multi(a)) || (reads_b && ck_expr_is_multi(b)))
        return ck_fail(error, CK_USAGE,
                       "A condition reads an expression with several values of column '%s'; only keys of "
                       "blocking rules can.",
                       evaluator->column[reads_a ? a->column : b->column].name);
    if (condition->op == CK_OP_EQUAL) /* compared by code: one dictionary */
        return ck_evaluator_add_expr(evaluator, error, a, b, &node->a, &node->b);
    if (reads_a && ck_evaluator_add_expr(evaluator, error, a, NULL, &node->a, NULL) != CK_OK)
        return error->status;
    if (reads_b && ck_evaluator_add_expr(evaluator, error, b, NULL, &node->b, NULL) != CK_OK)
        return error->status;
    return CK_OK;
}

static int compare_cost(const void *a, const void *b) {
    const ck_program_node *x = a, *y = b;
    return (x->cost > y->cost) - (x->cost < y->cost);
}

static ck_status compile_node(ck_error *error, ck_evaluator *evaluator, ck_program *program,
                              const ck_condition *condition, uint32_t at);

/* Children stand side by side; their own children come behind them, so they may be put in another order. */
static ck_status compile_children(ck_error *error, ck_evaluator *evaluator, ck_program *program,
                                  const ck_condition *condition, uint32_t at) {
    uint32_t first = program->nnodes, n = condition->nchildren;
    if (ck_grow(error, &program->node, &program->node_room, first + n, sizeof *program->node) != CK_OK)
        return error->status;
    program->nnodes += n;
    memset(&program->node[first], 0, n * sizeof *program->node);
    uint32_t cost = 1;
    for (uint32_t i = 0; i < n; i++) {
        if (compile_node(error, evaluator, program, &condition->child[i], first + i) != CK_OK)
            return error->status;
        cost += program->node[first + i].cost;
    }
    if (condition->op <= CK_OP_OR) /* operands of others have their places */
        qsort(&program->node[first], n, sizeof *program->node, compare_cost);
    program->node[at].child = first;
    program->node[at].nchildren = n;
    program->node[at].cost = cost;
    return CK_OK;
}

/* Errors of texts were found when they were lowered; one here would be of a condition made by hand. */
static ck_status compile_sql(ck_error *error, ck_program *program, const ck_condition *condition, ck_program_node *node) {
    if (ck_grow(error, &program->sql, &program->sql_room, program->nsql + 1, sizeof *program->sql) != CK_OK)
        return error->status;
    node->sql = program->nsql++;
    ck_sql *sql = &program->sql[node->sql];
    *sql = (ck_sql){0};
    if (ck_sql_parse(error, condition->text, CK_SQL_DUCKDB, CK_SQL_OPERANDS, NULL, sql) == CK_OK &&
        ck_sql_check(error, sql, NULL) == CK_OK && sql->noperands > condition->nchildren)
        ck_fail(error, CK_INTERNAL, "A condition in SQL has %u operands of %u.", condition->nchildren, sql->noperands);
    return error->status;
}

static ck_status compile_node(ck_error *error, ck_evaluator *evaluator, ck_program *program,
                              const ck_condition *condition, uint32_t at) {
    ck_program_node node = {
        .op = condition->op, .value = condition->value, .text = condition->text, .cost = cost_of(condition)};
    if (condition->op == CK_OP_SQL && compile_sql(error, program, condition, &node) != CK_OK)
        return error->status;
    if (ck_op_has_children(condition->op)) {
        program->node[at] = node;
        return compile_children(error, evaluator, program, condition, at);
    }
    if (register_sides(error, evaluator, condition, &node) != CK_OK)
        return error->status;
    if (node.op == CK_OP_MEASURE && join_grade(error, program, &node, condition->measure) != CK_OK)
        return error->status;
    program->node[at] = node;
    return CK_OK;
}

ck_status ck_program_compile(ck_error *error, ck_evaluator *evaluator, const ck_condition *const *condition,
                             uint32_t n, ck_program *program) {
    if (!(program->source = ck_alloc_zero(error, n, sizeof *program->source)))
        return error->status;
    program->nroots = n;
    if (ck_grow(error, &program->node, &program->node_room, n, sizeof *program->node) != CK_OK)
        return error->status;
    program->nnodes = n;
    memset(program->node, 0, n * sizeof *program->node);
    for (uint32_t i = 0; i < n; i++) {
        if (ck_condition_copy(error, condition[i], &program->source[i]) != CK_OK ||
            compile_node(error, evaluator, program, &program->source[i], i) != CK_OK)
            return error->status;
    }
    place_measures(program);
    return CK_OK;
}
