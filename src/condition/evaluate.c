/* Running programs on batches of pairs: nodes by recursion, each on the pairs that are still open; nothing is
 * allocated. */
#include "condition/evaluator.h"
#include "base/memory.h"
#include "condition/sql_eval.h"
#include <assert.h>
#include <math.h>
#include <string.h>

enum { GRADE_OPEN = 255, GRADE_UNKNOWN = 254, OPERANDS_MAX = 99 /* $99 is the last that is read */ };

/* The pairs that one and/or hands to its next operand. */
typedef struct frame {
    uint32_t pick[CK_BATCH];  /* place in the batch */
    uint32_t place[CK_BATCH]; /* place in the list of the and/or */
    uint8_t out[CK_BATCH];
} frame;

struct ck_scratch {
    frame *frame;               /* [depth] */
    uint8_t (*grade)[CK_BATCH]; /* [ngrades] first threshold that the pair reaches */
    frame ladder;
    uint32_t a[CK_BATCH], b[CK_BATCH], open[CK_BATCH]; /* of one measure */
    uint8_t level[CK_BATCH];
    ck_sql_context sql;
};

typedef struct run {
    const ck_evaluator *evaluator;
    const ck_program *program;
    const ck_pair_batch *batch;
    ck_scratch *scratch;
} run;

/* ---- scratch ---- */

static uint32_t depth_of(const ck_program *program, uint32_t number) {
    const ck_program_node *node = &program->node[number];
    uint32_t deepest = 0;
    for (uint32_t i = 0; i < node->nchildren; i++) {
        uint32_t depth = depth_of(program, node->child + i);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest + (node->nchildren > 0);
}

static void measure_programs(const ck_program_list *list, uint32_t *depth, uint32_t *ngrades) {
    for (uint32_t i = 0; i < list->n; i++) {
        const ck_program *program = &list->program[i];
        *ngrades = program->ngrades > *ngrades ? program->ngrades : *ngrades;
        for (uint32_t root = 0; root < program->nroots; root++) {
            uint32_t deep = depth_of(program, root);
            *depth = deep > *depth ? deep : *depth;
        }
    }
}

ck_status ck_scratch_create(ck_error *error, const ck_evaluator *evaluator, ck_scratch **scratch) {
    uint32_t depth = 0, ngrades = 0;
    measure_programs(&evaluator->conditions, &depth, &ngrades);
    measure_programs(&evaluator->ladders, &depth, &ngrades);
    *scratch = ck_alloc_zero(error, 1, sizeof **scratch);
    if (!*scratch)
        return error->status;
    (*scratch)->frame = ck_alloc(error, depth, sizeof *(*scratch)->frame);
    (*scratch)->grade = ck_alloc(error, ngrades, sizeof *(*scratch)->grade);
    if (!(*scratch)->frame || !(*scratch)->grade) {
        ck_scratch_free(*scratch);
        *scratch = NULL;
        return error->status;
    }
    return CK_OK;
}

void ck_scratch_free(ck_scratch *scratch) {
    if (!scratch)
        return;
    ck_sql_context_free(&scratch->sql);
    ck_free(scratch->grade);
    ck_free(scratch->frame);
    ck_free(scratch);
}

ck_status ck_scratch_check(const ck_scratch *scratch, ck_error *error) {
    const ck_error *found = &scratch->sql.error;
    return found->status == CK_OK ? error->status : ck_fail(error, found->status, "%s", found->text);
}

/* ---- one side of a batch ---- */

typedef struct side {
    const uint32_t *code; /* base codes of the batch */
    const uint32_t *map;  /* NULL: the derived code is the base code */
} side;

static side make_side(const ck_evaluator *evaluator, uint32_t number, const uint32_t *const *codes) {
    const ck_expr_entry *entry = &evaluator->entry[number];
    return (side){codes[entry->expr.column], entry->table.identity ? NULL : entry->table.map};
}

static inline uint32_t code_at(side s, uint32_t pair) {
    uint32_t code = s.code[pair];
    return s.map ? s.map[code] : code;
}

static side left_side(const run *r, const ck_program_node *node) {
    return make_side(r->evaluator, node->a, r->batch->l);
}

static side right_side(const run *r, const ck_program_node *node) {
    return make_side(r->evaluator, node->b, r->batch->r);
}

/* ---- atoms: out[j] for the pair pick[j] ---- */

static void run_equal(const run *r, const ck_program_node *node, const uint32_t *pick, size_t n, uint8_t *out) {
    side left = left_side(r, node), right = right_side(r, node);
    for (size_t j = 0; j < n; j++) {
        uint32_t a = code_at(left, pick[j]), b = code_at(right, pick[j]);
        out[j] = (a == 0) | (b == 0) ? CK_UNKNOWN : a == b;
    }
}

static void run_missing(const run *r, const ck_program_node *node, const uint32_t *pick, size_t n, uint8_t *out) {
    side left = left_side(r, node), right = right_side(r, node);
    for (size_t j = 0; j < n; j++)
        out[j] = (code_at(left, pick[j]) == 0) | (code_at(right, pick[j]) == 0);
}

static void run_missing_side(side s, const uint32_t *pick, size_t n, uint8_t *out) {
    for (size_t j = 0; j < n; j++)
        out[j] = code_at(s, pick[j]) == 0;
}

static void run_literal(side s, uint32_t literal, const uint32_t *pick, size_t n, uint8_t *out) {
    for (size_t j = 0; j < n; j++) {
        uint32_t code = code_at(s, pick[j]);
        out[j] = code == 0 ? CK_UNKNOWN : code == literal;
    }
}

static uint8_t both(uint8_t x, uint8_t y) {
    if (x == CK_FALSE || y == CK_FALSE)
        return CK_FALSE;
    return x == CK_UNKNOWN || y == CK_UNKNOWN ? CK_UNKNOWN : CK_TRUE;
}

static uint8_t either(uint8_t x, uint8_t y) {
    if (x == CK_TRUE || y == CK_TRUE)
        return CK_TRUE;
    return x == CK_UNKNOWN || y == CK_UNKNOWN ? CK_UNKNOWN : CK_FALSE;
}

static void run_literal_both(const run *r, const ck_program_node *node, const uint32_t *pick, size_t n,
                             uint8_t *out) {
    uint8_t *right = r->scratch->level;
    run_literal(left_side(r, node), node->literal_a, pick, n, out);
    run_literal(right_side(r, node), node->literal_b, pick, n, right);
    for (size_t j = 0; j < n; j++)
        out[j] = both(out[j], right[j]);
}

/* Seconds in doubles, as EPOCH differences are compared: 30.4375 days are 2629800.0 seconds. */
static uint8_t within_days(int64_t a, int64_t b, double days) {
    if (a == CK_NO_DAYS || b == CK_NO_DAYS)
        return CK_UNKNOWN;
    return fabs((double)(a - b) * 86400.0) <= days * 86400.0;
}

static void run_days(const run *r, const ck_program_node *node, const uint32_t *pick, size_t n, uint8_t *out) {
    side left = left_side(r, node), right = right_side(r, node);
    const int64_t *a = r->evaluator->scale[node->table_a].days, *b = r->evaluator->scale[node->table_b].days;
    for (size_t j = 0; j < n; j++)
        out[j] = within_days(a[code_at(left, pick[j])], b[code_at(right, pick[j])], node->value);
}

static void run_swapped(const run *r, const ck_program_node *node, const uint32_t *pick, size_t n, uint8_t *out) {
    side left = left_side(r, node), right = right_side(r, node);
    const int64_t *swapped = r->evaluator->scale[node->table_a].days, *days = r->evaluator->scale[node->table_b].days;
    for (size_t j = 0; j < n; j++) {
        int64_t a = swapped[code_at(left, pick[j])], b = days[code_at(right, pick[j])];
        out[j] = a == CK_NO_DAYS || b == CK_NO_DAYS ? CK_UNKNOWN : a == b;
    }
}

static bool compare_numbers(ck_op op, double a, double b, double value) {
    double difference = fabs(a - b);
    switch (op) {
    case CK_OP_NUMBER_PERCENT: return difference / (b > a ? b : a) < value;
    case CK_OP_NUMBER_RELATIVE: return a == b || difference / fmax(fabs(a), fabs(b)) <= value;
    case CK_OP_LENGTH: return a >= value && b >= value;
    default: return difference <= value;
    }
}

static void run_number(const run *r, const ck_program_node *node, const uint32_t *pick, size_t n, uint8_t *out) {
    side left = left_side(r, node), right = right_side(r, node);
    const double *number_a = r->evaluator->scale[node->table_a].number,
                 *number_b = r->evaluator->scale[node->table_b].number;
    for (size_t j = 0; j < n; j++) {
        double a = number_a[code_at(left, pick[j])], b = number_b[code_at(right, pick[j])];
        out[j] = isnan(a) || isnan(b) ? CK_UNKNOWN : compare_numbers(node->op, a, b, node->value);
    }
}

static double sine_of_half_difference(const ck_angle *a, const ck_angle *b) {
    return a->sine * b->cosine - a->cosine * b->sine;
}

/* The haversine of the angle between two places; not a number when one is none. */
static double haversine(const ck_angle *north_a, const ck_angle *east_a, const ck_angle *north_b, const ck_angle *east_b) {
    double north = sine_of_half_difference(north_a, north_b), east = sine_of_half_difference(east_a, east_b);
    return north * north + north_a->whole_cosine * north_b->whole_cosine * east * east;
}

/* The greatest haversine within so many km. */
static double haversine_within(double km) {
    double half = km / (2 * CK_EARTH_KM);
    return half >= acos(0.0) ? INFINITY : sin(half) * sin(half);
}

static void run_distance(const run *r, const ck_program_node *node, const uint32_t *pick, size_t n, uint8_t *out) {
    const ck_program_node *operand = &r->program->node[node->child];
    const ck_scale *scale = r->evaluator->scale;
    const ck_angle *north_l = scale[operand[0].table_a].angle, *east_l = scale[operand[1].table_a].angle,
                   *north_r = scale[operand[2].table_a].angle, *east_r = scale[operand[3].table_a].angle;
    side north_left = left_side(r, &operand[0]), east_left = left_side(r, &operand[1]),
         north_right = right_side(r, &operand[2]), east_right = right_side(r, &operand[3]);
    double most = haversine_within(node->value);
    for (size_t j = 0; j < n; j++) {
        uint32_t pair = pick[j];
        double far = haversine(&north_l[code_at(north_left, pair)], &east_l[code_at(east_left, pair)],
                               &north_r[code_at(north_right, pair)], &east_r[code_at(east_right, pair)]);
        out[j] = isnan(far) ? CK_UNKNOWN : far <= most;
    }
}

/* ---- measures ---- */

/* Ask the kernel for the pairs that it has not graded yet. */
static void fill_grades(const run *r, const ck_program_node *node, const uint32_t *pick, size_t n) {
    const ck_grade *grade = &r->program->grade[node->grade];
    const ck_expr_entry *entry = r->evaluator->entry;
    const ck_dict_group *group = r->evaluator->group;
    side left = left_side(r, node), right = right_side(r, node);
    ck_scratch *s = r->scratch;
    uint8_t *known = s->grade[node->grade];
    size_t m = 0;
    for (size_t j = 0; j < n; j++) {
        uint32_t pair = pick[j];
        if (known[pair] != GRADE_OPEN)
            continue;
        s->a[m] = code_at(left, pair);
        s->b[m] = code_at(right, pair);
        s->open[m] = pair;
        known[pair] = GRADE_UNKNOWN;
        m += s->a[m] && s->b[m];
    }
    if (m == 0)
        return;
    ck_ladder_batch(r->evaluator->kernels, grade->measure, group[entry[node->a].group].strings,
                    group[entry[node->b].group].strings, grade->threshold, grade->n, s->a, s->b, m, s->level);
    for (size_t k = 0; k < m; k++)
        known[s->open[k]] = s->level[k];
}

static void run_measure(const run *r, const ck_program_node *node, const uint32_t *pick, size_t n, uint8_t *out) {
    fill_grades(r, node, pick, n);
    const uint8_t *known = r->scratch->grade[node->grade];
    for (size_t j = 0; j < n; j++)
        out[j] = known[pick[j]] == GRADE_UNKNOWN ? CK_UNKNOWN : known[pick[j]] <= node->place;
}

/* ---- SQL ---- */

/* The value of an operand of CK_OP_SQL. */
static ck_sql_value operand_of(const run *r, const ck_program_node *operand, uint32_t pair) {
    bool left = operand->op == CK_OP_SIDE_L;
    uint32_t number = left ? operand->a : operand->b;
    uint32_t code = code_at(left ? left_side(r, operand) : right_side(r, operand), pair);
    if (code == 0)
        return (ck_sql_value){.type = CK_SQL_ANY};
    return ck_sql_text_value(ck_dict_value(&r->evaluator->group[r->evaluator->entry[number].group].dict, code));
}

/* An evaluation that fails leaves its cause in the scratch (ck_scratch_check). */
static void run_sql(const run *r, const ck_program_node *node, const uint32_t *pick, size_t n, uint8_t *out) {
    ck_sql_value operand[OPERANDS_MAX], value;
    ck_sql_context *context = &r->scratch->sql;
    context->operand = operand;
    for (size_t j = 0; j < n; j++) {
        for (uint32_t i = 0; i < node->nchildren; i++)
            operand[i] = operand_of(r, &r->program->node[node->child + i], pick[j]);
        bool good = ck_sql_evaluate(context, &r->program->sql[node->sql], &value) == CK_OK;
        out[j] = !good || value.type != CK_SQL_BOOL ? CK_UNKNOWN : value.number != 0;
    }
}

/* ---- trees ---- */

static void run_node(const run *r, uint32_t number, const uint32_t *pick, size_t n, uint32_t depth, uint8_t *out);

/* The first operand on all pairs, the next on those that it leaves open, and so on. */
static void run_joined(const run *r, const ck_program_node *node, const uint32_t *pick, size_t n, uint32_t depth,
                       uint8_t *out) {
    uint8_t decided = node->op == CK_OP_AND ? CK_FALSE : CK_TRUE;
    frame *f = &r->scratch->frame[depth];
    memset(out, decided ? CK_FALSE : CK_TRUE, n); /* of no operands */
    for (uint32_t i = 0; i < node->nchildren; i++) {
        size_t m = 0;
        for (size_t j = 0; j < n; j++) {
            f->pick[m] = pick[j];
            f->place[m] = (uint32_t)j;
            m += out[j] != decided;
        }
        if (m == 0)
            return;
        run_node(r, node->child + i, f->pick, m, depth + 1, f->out);
        for (size_t k = 0; k < m; k++) {
            uint8_t *verdict = &out[f->place[k]];
            *verdict = decided ? either(*verdict, f->out[k]) : both(*verdict, f->out[k]);
        }
    }
}

static void run_not(const run *r, const ck_program_node *node, const uint32_t *pick, size_t n, uint32_t depth,
                    uint8_t *out) {
    run_node(r, node->child, pick, n, depth + 1, out);
    for (size_t j = 0; j < n; j++)
        out[j] = out[j] == CK_UNKNOWN ? CK_UNKNOWN : !out[j];
}

static void run_sure(const run *r, const ck_program_node *node, const uint32_t *pick, size_t n, uint32_t depth, uint8_t *out) {
    run_node(r, node->child, pick, n, depth + 1, out);
    for (size_t j = 0; j < n; j++)
        out[j] = out[j] == CK_TRUE;
}

static void run_node(const run *r, uint32_t number, const uint32_t *pick, size_t n, uint32_t depth, uint8_t *out) {
    const ck_program_node *node = &r->program->node[number];
    switch (node->op) {
    case CK_OP_AND:
    case CK_OP_OR: run_joined(r, node, pick, n, depth, out); break;
    case CK_OP_NOT: run_not(r, node, pick, n, depth, out); break;
    case CK_OP_SURE: run_sure(r, node, pick, n, depth, out); break;
    case CK_OP_ALWAYS: memset(out, CK_TRUE, n); break;
    case CK_OP_EQUAL: run_equal(r, node, pick, n, out); break;
    case CK_OP_MISSING: run_missing(r, node, pick, n, out); break;
    case CK_OP_MEASURE: run_measure(r, node, pick, n, out); break;
    case CK_OP_DAYS: run_days(r, node, pick, n, out); break;
    case CK_OP_DAY_MONTH_SWAPPED: run_swapped(r, node, pick, n, out); break;
    case CK_OP_NUMBER_DIFFERENCE:
    case CK_OP_NUMBER_PERCENT:
    case CK_OP_NUMBER_RELATIVE:
    case CK_OP_LENGTH: run_number(r, node, pick, n, out); break;
    case CK_OP_LITERAL_L: run_literal(left_side(r, node), node->literal_a, pick, n, out); break;
    case CK_OP_LITERAL_R: run_literal(right_side(r, node), node->literal_b, pick, n, out); break;
    case CK_OP_LITERAL_BOTH: run_literal_both(r, node, pick, n, out); break;
    case CK_OP_MISSING_L: run_missing_side(left_side(r, node), pick, n, out); break;
    case CK_OP_MISSING_R: run_missing_side(right_side(r, node), pick, n, out); break;
    case CK_OP_SQL: run_sql(r, node, pick, n, out); break;
    case CK_OP_DISTANCE_KM: run_distance(r, node, pick, n, out); break;
    case CK_OP_SIDE_L:
    case CK_OP_SIDE_R: memset(out, CK_UNKNOWN, n); break;
    }
}

/* ---- programs ---- */

static void start_run(const run *r) {
    size_t n = r->batch->n;
    assert(n <= CK_BATCH);
    for (uint32_t g = 0; g < r->program->ngrades; g++)
        memset(r->scratch->grade[g], GRADE_OPEN, n);
    for (size_t k = 0; k < n; k++)
        r->scratch->ladder.pick[k] = (uint32_t)k;
}

void ck_evaluate_condition(const ck_evaluator *evaluator, ck_scratch *scratch, uint32_t number,
                           const ck_pair_batch *batch, uint8_t *out) {
    run r = {evaluator, &evaluator->conditions.program[number], batch, scratch};
    start_run(&r);
    run_node(&r, 0, scratch->ladder.pick, batch->n, 0, out);
}

/* Are the rungs the thresholds of one measure, in order? Then the kernel's grade is the rung. */
static bool is_one_measure(const ck_program *program) {
    for (uint32_t rung = 0; rung < program->nroots; rung++)
        if (program->node[rung].op != CK_OP_MEASURE || program->node[rung].place != rung)
            return false;
    return program->nroots > 0 && program->ngrades == 1;
}

/* The kernel reads the batch's own codes, without lists of open pairs, where they are not mapped. A missing side (to the kernel: no
   letters) reaches no rung. */
static bool grade_directly(const run *r, uint8_t *out) {
    const ck_program_node *node = &r->program->node[0];
    if (!is_one_measure(r->program))
        return false;
    side left = left_side(r, node), right = right_side(r, node);
    size_t n = r->batch->n;
    if (left.map || right.map)
        return false;
    const ck_grade *grade = &r->program->grade[node->grade];
    const ck_expr_entry *entry = r->evaluator->entry;
    ck_ladder_batch(r->evaluator->kernels, grade->measure, r->evaluator->group[entry[node->a].group].strings,
                    r->evaluator->group[entry[node->b].group].strings, grade->threshold, grade->n, left.code, right.code, n, out);
    uint8_t none = (uint8_t)r->program->nroots;
    for (size_t k = 0; k < n; k++)
        out[k] = left.code[k] && right.code[k] ? out[k] : none;
    return true;
}

void ck_evaluate_ladder(const ck_evaluator *evaluator, ck_scratch *scratch, uint32_t number,
                        const ck_pair_batch *batch, uint8_t *out) {
    run r = {evaluator, &evaluator->ladders.program[number], batch, scratch};
    frame *open = &scratch->ladder;
    size_t n = batch->n;
    if (n > 0 && grade_directly(&r, out))
        return;
    start_run(&r);
    memset(out, (int)r.program->nroots, n);
    for (uint32_t rung = 0; rung < r.program->nroots && n > 0; rung++) {
        size_t left = 0;
        run_node(&r, rung, open->pick, n, 0, open->out);
        for (size_t j = 0; j < n; j++) {
            uint32_t pair = open->pick[j];
            if (open->out[j] == CK_TRUE)
                out[pair] = (uint8_t)rung;
            open->pick[left] = pair;
            left += open->out[j] != CK_TRUE;
        }
        n = left;
    }
}
