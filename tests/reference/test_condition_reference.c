/** The evaluator against the slow and obvious conditions: random tables with missing values, ties, odd bytes and text that
 *  does not parse; random expressions, conditions and ladders; every pair must get the same answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/hash.h"
#include "base/memory.h"
#include "condition/evaluate.h"
#include "reference/condition.h"
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 10, RECORDS = 60, POOL = 40, ROUNDS = 40, PROGRAMS = 12, LADDER = 8, PAIRS = 3600 };

/* ---- chance ---- */

static uint64_t state;

static uint32_t pick(uint32_t n) {
    state += UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(ck_hash_mix(state) % n);
}

static bool chance(uint32_t percent) {
    return pick(100) < percent;
}

#define PICK(array) (array)[pick(sizeof(array) / sizeof *(array))]

/* ---- values ---- */

static const char *const pieces[] = {"A", "B", "AN", "NA", "ANN", "\xc3\x89", "\xc3\xa9", "\xe2\x82\xac", "\xff", "\xc3", "s", "\xc3\x9f",
                                     " ", "  ", "@", "-", "H", "W", "MARTHA", "MARHTA", "0", "\xf0\x9f\x98\x80", "i", "\xc4\xb0"};
static const char *const letters[] = {"A", "B", "C", "ANN", "LEE", "MAR", "THA", "HTA", " ", "E", "T", "SMITH", "JON", "ES"};
static const char *const odd_dates[] = {"31/02/2001", "1/2/2003", "01-02-2003", "", "2001-01-01", "01/02/2003 ", "xx/yy/zzzz", "29/02/2000"};
static const char *const postcodes[] = {"LS1 4AB", "LS1 4AC", "LS1 5AB", "LS14 4AB", "M1 1AA", "M1 2AA", "SW1A 1AA", "SW1A 2AA", "ls1 4ab"};
static const char *const no_postcodes[] = {"LS14AB", "LS1", "none", "M1 1A", "SW1A1AA", "LS1  4AB", "4AB LS1"};
static const char *const numbers[] = {"0", "1", "2", "10", "11", "-5", "100", "99.5", "1e3", "0.1", "0.2", "0.3", "110", "90"};
static const char *const no_numbers[] = {"ten", "1,5", "nan", "inf", "0x10", "1e999", "1.", ".5", "+7", " 1", "1e", "-", "."};
static const char *const hosts[] = {"@a.uk", "@b.org", "@", "@x@y", ""};

static void join(char *out, const char *const *piece, size_t n, uint32_t most) {
    out[0] = 0;
    for (uint32_t k = 1 + pick(most); k > 0; k--)
        strcat(out, piece[pick((uint32_t)n)]);
}

static void make_date(char *out, const char *format) {
    int year = 1999 + (int)pick(3), month = 1 + (int)pick(12), day = 1 + (int)pick(28);
    if (format[1] == 'Y')
        sprintf(out, "%04d-%02d-%02d", year, month, day);
    else
        sprintf(out, "%02d/%02d/%04d", day, month, year);
}

static const ck_kind kinds[COLUMNS] = {CK_KIND_TEXT, CK_KIND_NAME, CK_KIND_NAME, CK_KIND_DATE, CK_KIND_TEXT, CK_KIND_POSTCODE,
                                       CK_KIND_TEXT, CK_KIND_NUMBER, CK_KIND_TEXT, CK_KIND_EMAIL};
static char *names[COLUMNS] = {"note", "forename", "surname", "dob", "born", "postcode", "place", "amount", "sum", "email"};
static const ck_schema schema = {.ncolumns = COLUMNS, .name = names, .kind = (ck_kind *)(uintptr_t)kinds};

static void make_value(uint32_t column, char *out) {
    switch (column) {
    case 0: join(out, pieces, sizeof pieces / sizeof *pieces, 6); break;
    case 1:
    case 2: join(out, letters, sizeof letters / sizeof *letters, 4); break;
    case 3: make_date(out, "%Y"); break;
    case 4: chance(75) ? make_date(out, "%d") : (void)strcpy(out, PICK(odd_dates)); break;
    case 5: strcpy(out, PICK(postcodes)); break;
    case 6: strcpy(out, chance(60) ? PICK(postcodes) : PICK(no_postcodes)); break;
    case 7: strcpy(out, PICK(numbers)); break;
    case 8: strcpy(out, chance(60) ? PICK(numbers) : PICK(no_numbers)); break;
    default: join(out, letters, sizeof letters / sizeof *letters, 2); strcat(out, PICK(hosts));
    }
}

/* ---- tables: texts for the reference, columns of codes for the evaluator ---- */

typedef struct table {
    ck_column column[COLUMNS];
    const char *text[RECORDS][COLUMNS]; /* NULL = missing; in `pool` */
    uint32_t code[COLUMNS][RECORDS];
    char pool[COLUMNS][POOL][64];
} table;

static int compare_texts(const void *a, const void *b) {
    return strcmp(a, b);
}

static void make_dict(ck_dict *dict, char pool[POOL][64]) {
    ck_error error = {0};
    size_t bytes = 0;
    qsort(pool, POOL, 64, compare_texts);
    dict->offset = ck_alloc_zero(&error, POOL + 2, sizeof *dict->offset);
    dict->bytes = ck_alloc(&error, POOL * 64, 1);
    dict->count = 0;
    for (int i = 0; i < POOL; i++) {
        if (!pool[i][0] || (i > 0 && strcmp(pool[i], pool[i - 1]) == 0))
            continue;
        dict->count++;
        memcpy(dict->bytes + bytes, pool[i], strlen(pool[i]));
        bytes += strlen(pool[i]);
        dict->offset[dict->count + 1] = bytes;
    }
}

static void make_table(table *t) {
    for (uint32_t c = 0; c < COLUMNS; c++) {
        for (int i = 0; i < POOL; i++)
            make_value(c, t->pool[c][i]);
        t->column[c] = (ck_column){.name = names[c], .kind = kinds[c]};
        make_dict(&t->column[c].dict, t->pool[c]);
        bool none = chance(3);
        for (int r = 0; r < RECORDS; r++) {
            const char *text = t->pool[c][pick(POOL)];
            t->text[r][c] = none || chance(15) || !text[0] ? NULL : text;
            t->code[c][r] = t->text[r][c] ? ck_dict_find(&t->column[c].dict, ck_span_of(text)) : 0;
        }
    }
}

static void free_table(table *t) {
    for (uint32_t c = 0; c < COLUMNS; c++)
        ck_dict_free(&t->column[c].dict);
}

/* ---- random trees ---- */

static char *random_format(void) {
    static const char *const formats[] = {"%d/%m/%Y", "%Y-%m-%d"};
    ck_error error = {0};
    return chance(30) ? NULL : ck_copy_string(&error, PICK(formats));
}

/* Multi-valued calls in the order that the parser allows: words, pairs, deletions, each at most once. */
static ck_expr random_expr(uint32_t column, bool multi) {
    ck_expr expr = ck_expr_column(column);
    expr.empty_is_value = chance(20);
    int stage = multi ? 0 : 3;
    for (uint32_t n = chance(45) ? 0 : 1 + pick(3); n > 0; n--) {
        ck_fn fn = pick(multi ? CK_FN_PAIRS + 1 : CK_FN_WORDS);
        int order = fn == CK_FN_WORDS ? 1 : fn == CK_FN_PAIRS ? 2 : fn == CK_FN_DELETIONS ? 3 : 0;
        if (order && order <= stage)
            continue;
        stage = order ? order : stage;
        ck_call *call = &expr.call[expr.ncalls++];
        *call = (ck_call){.fn = fn};
        if (fn == CK_FN_PREFIX || fn == CK_FN_SUBSTR)
            call->arg[0] = (int32_t)(1 + pick(3));
        if (fn == CK_FN_SUBSTR)
            call->arg[1] = (int32_t)(1 + pick(3));
        if (fn >= CK_FN_YEAR && fn <= CK_FN_DATE)
            call->format = random_format();
    }
    return expr;
}

/* The other side: mostly the same expression, or the same calls on a column with like values, sometimes another. */
static ck_expr other_side(const ck_expr *a) {
    static const uint32_t partner[COLUMNS] = {6, 2, 1, 4, 3, 6, 5, 8, 7, 0};
    ck_error error = {0};
    ck_expr b;
    if (chance(20))
        return random_expr(chance(50) ? a->column : pick(COLUMNS), false);
    ck_expr_copy(&error, a, &b);
    if (chance(35))
        b.column = partner[a->column];
    if (chance(10))
        b.empty_is_value = !a->empty_is_value;
    return b;
}

static double random_value(const ck_condition *condition) {
    static const double similarity[] = {1.0, 0.92, 0.88, 0.7, 0.5, 0.0, 0.8}, edits[] = {0, 1, 2, 3};
    static const double lengths[] = {1, 2, 4, 5};
    static const double days[] = {0, 1, 10, 365.25 / 12, 365.25, 30, 31}, difference[] = {0, 1, 0.1, 10, 100};
    switch (condition->op) {
    case CK_OP_MEASURE:
        return condition->measure == CK_LEVENSHTEIN || condition->measure == CK_DAMERAU_LEVENSHTEIN ? PICK(edits) : PICK(similarity);
    case CK_OP_LENGTH: return PICK(lengths);
    case CK_OP_NUMBER_RELATIVE:
    case CK_OP_DAYS: return PICK(days);
    case CK_OP_NUMBER_PERCENT: return PICK(similarity);
    default: return PICK(difference);
    }
}

static void fill_atom(const table *t, ck_condition *condition) {
    static const uint32_t dates[] = {3, 3, 4, 4, 0}, amounts[] = {7, 7, 8, 8, 3};
    ck_error error = {0};
    bool is_date = condition->op == CK_OP_DAYS || condition->op == CK_OP_DAY_MONTH_SWAPPED;
    bool is_number = condition->op >= CK_OP_NUMBER_DIFFERENCE && condition->op <= CK_OP_NUMBER_RELATIVE;
    uint32_t column = is_date ? PICK(dates) : is_number ? PICK(amounts) : pick(COLUMNS);
    condition->measure = (ck_measure)pick(CK_MEASURES);
    condition->value = random_value(condition);
    condition->a = random_expr(column, false);
    condition->b = other_side(&condition->a);
    if (is_date)
        condition->text = random_format();
    if (condition->op >= CK_OP_LITERAL_L && condition->op <= CK_OP_LITERAL_BOTH)
        condition->text = ck_copy_string(&error, chance(80) ? t->pool[column][pick(POOL)] : "nobody");
}

/* Numbers and texts as degrees; no threshold is near a distance that the numbers make. */
static void fill_distance(ck_condition *condition) {
    static const double km[] = {0.5, 500.5, 5000.25, 15000.75, 1e5};
    static const uint32_t columns[] = {7, 8, 7, 8, 0};
    ck_error error = {0};
    uint32_t latitude = PICK(columns), longitude = PICK(columns);
    condition->value = PICK(km);
    condition->nchildren = 4;
    condition->child = ck_alloc_zero(&error, 4, sizeof *condition->child);
    for (uint32_t i = 0; i < 4; i++) {
        ck_expr expr = ck_expr_column(i % 2 ? longitude : latitude);
        condition->child[i] = (ck_condition){.op = i < 2 ? CK_OP_SIDE_L : CK_OP_SIDE_R, .a = expr, .b = expr};
    }
}

static void random_condition(const table *t, ck_condition *condition, uint32_t depth) {
    ck_error error = {0};
    *condition = (ck_condition){.op = (ck_op)pick(depth ? CK_OP_MISSING_R + 1 : CK_OP_MISSING_R + 1 - CK_OP_ALWAYS)};
    if (!depth)
        condition->op += CK_OP_ALWAYS;
    if (depth && chance(40))
        condition->op = (ck_op)pick(CK_OP_SURE + 1);
    if (condition->op > CK_OP_ALWAYS && chance(7)) {
        condition->op = CK_OP_DISTANCE_KM;
        fill_distance(condition);
    } else if (condition->op > CK_OP_ALWAYS) {
        fill_atom(t, condition);
    }
    if (condition->op >= CK_OP_ALWAYS)
        return;
    condition->nchildren = condition->op >= CK_OP_NOT ? 1 : 1 + pick(4);
    condition->child = ck_alloc_zero(&error, condition->nchildren, sizeof *condition->child);
    for (uint32_t i = 0; i < condition->nchildren; i++)
        random_condition(t, &condition->child[i], depth - 1);
}

/* Rungs of a ladder often ask the same measure of the same expressions with other thresholds. */
static void vary_condition(const ck_condition *from, ck_condition *to) {
    ck_error error = {0};
    ck_condition_copy(&error, from, to);
    ck_condition *atom = to;
    while (atom->nchildren && atom->op <= CK_OP_SURE)
        atom = &atom->child[pick(atom->nchildren)];
    if (atom->op == CK_OP_MEASURE)
        atom->value = random_value(atom);
}

/* ---- the comparison ---- */

typedef struct programs {
    ck_condition condition[PROGRAMS];
    uint32_t number[PROGRAMS];
    ck_condition ladder[PROGRAMS][LADDER];
    uint32_t length[PROGRAMS], ladder_number[PROGRAMS];
    ck_expr expr[PROGRAMS];
    uint32_t expr_number[PROGRAMS];
} programs;

static void make_programs(const table *t, programs *p) {
    for (int i = 0; i < PROGRAMS; i++) {
        random_condition(t, &p->condition[i], pick(4));
        p->expr[i] = random_expr(pick(COLUMNS), true);
        p->length[i] = 1 + pick(LADDER);
        for (uint32_t k = 0; k < p->length[i]; k++) {
            if (k > 0 && chance(50))
                vary_condition(&p->ladder[i][k - 1], &p->ladder[i][k]);
            else
                random_condition(t, &p->ladder[i][k], pick(3));
        }
    }
}

static void free_programs(programs *p) {
    for (int i = 0; i < PROGRAMS; i++) {
        ck_condition_free(&p->condition[i]);
        ck_expr_free(&p->expr[i]);
        for (uint32_t k = 0; k < p->length[i]; k++)
            ck_condition_free(&p->ladder[i][k]);
    }
}

static ck_evaluator *make_evaluator(const table *t, programs *p, const char *isa) {
    ck_error error = {0};
    ck_evaluator *evaluator = NULL;
    assert_int_equal(ck_evaluator_create(&error, t->column, COLUMNS, ck_kernels_choose(isa), &evaluator), CK_OK);
    for (int i = 0; i < PROGRAMS; i++) {
        const ck_condition *rung[LADDER];
        for (uint32_t k = 0; k < p->length[i]; k++)
            rung[k] = &p->ladder[i][k];
        ck_evaluator_add_condition(evaluator, &error, &p->condition[i], &p->number[i]);
        ck_evaluator_add_expr(evaluator, &error, &p->expr[i], NULL, &p->expr_number[i], NULL);
        ck_evaluator_add_ladder(evaluator, &error, rung, p->length[i], &p->ladder_number[i]);
    }
    ck_evaluator_prepare(evaluator, &error);
    assert_string_equal(error.text, "");
    return evaluator;
}

static void check_value(const ck_derived *d, uint32_t code, const char *expected) {
    ck_span value = code ? ck_dict_value(d->dict, code) : (ck_span){"", 0};
    if (!ck_span_is(value, expected))
        fail_msg("derived value '%.*s' should be '%s'", (int)value.n, value.bytes, expected);
}

static void check_derived(const table *t, const ck_expr *expr, ck_derived d) {
    const ck_dict *base = &t->column[expr->column].dict;
    for (uint32_t code = 0; code <= base->count; code++) {
        char text[65] = {0};
        const char *record[COLUMNS] = {NULL};
        ck_span value = ck_dict_value(base, code);
        memcpy(text, value.bytes, value.n);
        record[expr->column] = code ? text : NULL;
        reference_values expected = reference_expr(expr, &schema, record);
        if (d.map) {
            assert_true(expected.n <= 1);
            assert_int_equal(d.map[code] != 0, expected.n);
            check_value(&d, d.map[code], expected.n ? expected.value[0] : "");
        } else {
            assert_int_equal(d.offset[code + 1] - d.offset[code], expected.n);
            for (size_t i = 0; i < expected.n; i++)
                check_value(&d, d.item[d.offset[code] + i], expected.value[i]);
        }
        reference_values_free(&expected);
    }
    for (uint32_t code = 2; code <= d.count; code++)
        assert_true(ck_span_compare(ck_dict_value(d.dict, code - 1), ck_dict_value(d.dict, code)) < 0);
}

typedef struct pairs {
    uint32_t l[COLUMNS][PAIRS], r[COLUMNS][PAIRS];
    const uint32_t *left[COLUMNS], *right[COLUMNS];
} pairs;

static ck_pair_batch all_pairs(const table *t, pairs *p) {
    for (uint32_t c = 0; c < COLUMNS; c++) {
        for (uint32_t k = 0; k < PAIRS; k++) {
            p->l[c][k] = t->code[c][k / RECORDS];
            p->r[c][k] = t->code[c][k % RECORDS];
        }
        p->left[c] = p->l[c];
        p->right[c] = p->r[c];
    }
    return (ck_pair_batch){PAIRS, p->left, p->right};
}

static uint8_t expected_rung(const table *t, const programs *p, uint32_t i, uint32_t k) {
    uint8_t rung = 0;
    while (rung < p->length[i] &&
           reference_condition(&p->ladder[i][rung], &schema, t->text[k / RECORDS], t->text[k % RECORDS]) != CK_TRUE)
        rung++;
    return rung;
}

static void check_programs(const table *t, programs *p, const char *isa) {
    static pairs batch_pairs;
    static uint8_t out[PAIRS];
    ck_error error = {0};
    ck_scratch *scratch = NULL;
    ck_evaluator *evaluator = make_evaluator(t, p, isa);
    ck_pair_batch batch = all_pairs(t, &batch_pairs);
    assert_int_equal(ck_scratch_create(&error, evaluator, &scratch), CK_OK);
    for (uint32_t i = 0; i < PROGRAMS; i++) {
        check_derived(t, &p->expr[i], ck_evaluator_derived(evaluator, p->expr_number[i]));
        ck_evaluate_condition(evaluator, scratch, p->number[i], &batch, out);
        for (uint32_t k = i % 7; k < PAIRS; k += 7) /* some of the pairs: the reference is slow */
            assert_int_equal(out[k], reference_condition(&p->condition[i], &schema, t->text[k / RECORDS], t->text[k % RECORDS]));
        ck_evaluate_ladder(evaluator, scratch, p->ladder_number[i], &batch, out);
        for (uint32_t k = i % 13; k < PAIRS; k += 13)
            assert_int_equal(out[k], expected_rung(t, p, i, k));
    }
    ck_scratch_free(scratch);
    ck_evaluator_free(evaluator);
}

static void equals_the_reference(void **unused) {
    (void)unused;
    static table t;
    static programs p;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        state = round * 1000;
        memset(&p, 0, sizeof p);
        make_table(&t);
        make_programs(&t, &p);
        omp_set_num_threads(round % 2 ? 3 : 1);
        check_programs(&t, &p, round % 4 ? NULL : "scalar");
        free_programs(&p);
        free_table(&t);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(equals_the_reference)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
