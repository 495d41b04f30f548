/* Tracing on a small index: who is one person of it, which step decides, the best part over a person's rows, what keeps several apart, and why there is nobody.
 * Alone one rank; tests/ranks/rooms.sh runs it at 1 to 4, whose answers are to be the same. */
#include "base/memory.h"
#include "compare/kernels.h"
#include "condition/parse.h"
#include "reference/people.h"
#include "trace/trace.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>
#include "rank_test.h"

enum { NUMBER, NEXT, WRITTEN, SURNAME, POSTCODE, COLUMNS, TRACED = 9, INDEX = 10 };
static const char *const names[] = {"number", "next", "written", "surname", "postcode"};
static const ck_kind kinds[] = {CK_KIND_IDENTIFIER, CK_KIND_IDENTIFIER, CK_KIND_IDENTIFIER, CK_KIND_TEXT, CK_KIND_TEXT};
static const ck_schema schema = {.ncolumns = COLUMNS, .name = (char **)(uintptr_t)names, .kind = (ck_kind *)(uintptr_t)kinds};

static const char *const rows[TRACED + INDEX][COLUMNS] = {
    /* traced, records 0 to 8 */
    {"10", NULL, "10", "WARD", "LS1 4AP"},
    {"20", NULL, "20", "KAYE", "CF10 1BH"},
    {NULL, NULL, NULL, "HALL", "LS1"},
    {NULL, NULL, NULL, "LEE", "LS1 4AP"},
    {NULL, NULL, "1O", NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
    {NULL, NULL, NULL, "HALL", NULL},
    {NULL, NULL, NULL, "ZOE", "ZE1 0AA"},
    {"10", NULL, "10", "KAYE", "LS1 4AP"},
    /* the index */
    {"10", NULL, NULL, "WARD", "M1 1AE"},
    {"10", NULL, NULL, "HALL", "LS1 4AP"},
    {"20", "30", NULL, "KAY", "B1 1AA"},
    {"30", "40", NULL, "KAY", "CF10 1BH"},
    {"40", NULL, NULL, "KAYE", "CF10 1BH"},
    {"50", NULL, NULL, "LEE", "LS1 4AP"},
    {"60", NULL, NULL, "LEA", "LS1 4AP"},
    {NULL, NULL, NULL, "HALL", "LS1 4AP"},
    {"70", "80", NULL, "ROUND", "E1 6AN"},
    {"80", "70", NULL, "ROUND", "E1 6AN"},
};

/* ---- rules ---- */

static ck_expr expr(const char *text) {
    ck_error error = {0};
    ck_expr made = {0};
    if (ck_parse_expr(&error, &schema, text, &made) != CK_OK)
        fail_msg("%s: %s", text, error.text);
    return made;
}

static ck_condition condition(const char *text) {
    ck_error error = {0};
    ck_condition made = {0};
    if (ck_parse_condition(&error, &schema, text, NULL, 0, NULL, &made) != CK_OK)
        fail_msg("%s: %s", text, error.text);
    return made;
}

/* By number, if surname and postcode agree; else the best by surname and postcode. */
static ck_trace_rules make_rules(void) {
    ck_error error = {0};
    ck_trace_rules rules = {.index = ck_copy_string(&error, "s1"), .number = NUMBER, .superseded_by = NEXT, .as_given = WRITTEN, .nsteps = 2, .nparts = 2,
                            .step = ck_alloc_zero(&error, 2, sizeof(ck_trace_step)), .part = ck_alloc_zero(&error, 2, sizeof(ck_trace_part)),
                            .candidates = 50, .margin = 5, .least = 50};
    rules.step[0] = (ck_trace_step){.nneeds = 1, .needs = {expr("number")}, .nkeys = 1, .key = {{1, {expr("number")}}}, .nwhen = 2,
                                    .when = {condition("exact surname"), condition("exact postcode")}, .score = 100};
    rules.step[1] = (ck_trace_step){.nneeds = 2, .needs = {expr("surname"), expr("postcode")}, .nkeys = 2,
                                    .key = {{1, {expr("postcode")}}, {1, {expr("surname")}}}, .score = NAN};
    rules.part[0] = (ck_trace_part){.by = CK_TRACE_SIMILARITY, .on = expr("surname")};
    rules.part[1] = (ck_trace_part){.by = CK_TRACE_PREFIX, .on = expr("postcode")};
    return rules;
}

/* ---- running ---- */

/* This rank's share of the records; `whole` keeps the codes of all, to be let go. */
static void take_share(ck_people *people, uint32_t *whole[COLUMNS]) {
    people->begin = ck_par_share(&comm, people->records, comm.rank);
    people->end = ck_par_share(&comm, people->records, comm.rank + 1);
    for (int c = 0; c < COLUMNS; c++) {
        whole[c] = people->column[c].code;
        people->column[c].code += people->begin;
    }
}

typedef struct traced {
    uint32_t persons;
    char number[TRACED][8]; /* "" nobody */
    ck_trace_answer answer[TRACED];
} traced;

static traced run(const ck_trace_rules *rules) {
    static const uint64_t sizes[] = {TRACED, INDEX};
    ck_error error = {0};
    ck_people people;
    uint32_t *whole[COLUMNS];
    ck_trace *trace = NULL;
    ck_trace_answers answers = {0};
    traced told = {0};
    reference_people_build(&rows[0][0], COLUMNS, names, kinds, 2, sizes, &people);
    take_share(&people, whole);
    if (ck_trace_open(&comm, &error, &people, rules, &ck_kernels_scalar, &trace) != CK_OK || ck_trace_run(trace, &error, &answers) != CK_OK)
        fail_msg("%s", error.text);
    assert_int_equal(answers.n, TRACED);
    told.persons = ck_trace_persons(trace);
    for (int i = 0; i < TRACED; i++) {
        told.answer[i] = answers.answer[i];
        if (answers.answer[i].person) {
            ck_span number = ck_trace_number(trace, answers.answer[i].person);
            memcpy(told.number[i], number.bytes, number.n);
        }
    }
    ck_free(answers.answer);
    ck_trace_close(trace);
    for (int c = 0; c < COLUMNS; c++)
        people.column[c].code = whole[c];
    ck_people_free(&people);
    return told;
}

static void is_told(const traced *told, int i, ck_trace_code code, const char *number, int step, int candidates, int score) {
    const ck_trace_answer *answer = &told->answer[i];
    if (answer->record != (uint32_t)i || answer->code != code || strcmp(told->number[i], number) != 0 || answer->step != step ||
        answer->candidates != candidates || answer->score != score)
        fail_msg("record %d (%u): code %d, number '%s', step %d, %d candidates, score %d", i, answer->record, answer->code, told->number[i], answer->step,
                 answer->candidates, answer->score);
}

/* ---- tests ---- */

static void persons_are_numbers_followed_to_the_last(void **state) {
    (void)state;
    ck_trace_rules rules = make_rules();
    assert_int_equal(run(&rules).persons, 6); /* 10, 40 (with 20 and 30), 50, 60, and the two of the ring; a row without number is nobody */
    rules.superseded_by = UINT32_MAX;
    assert_int_equal(run(&rules).persons, 8);
    ck_trace_rules_free(&rules);
}

static void the_first_step_that_finds_somebody_decides(void **state) {
    (void)state;
    ck_trace_rules rules = make_rules();
    traced told = run(&rules);
    is_told(&told, 0, CK_TRACE_FOUND, "10", 0, 1, 10000);      /* the surname is one row's, the postcode another's */
    is_told(&told, 1, CK_TRACE_SUPERSEDED, "40", 0, 1, 10000); /* by the first number of a chain */
    is_told(&told, 2, CK_TRACE_FOUND, "10", 1, 1, 7143);       /* the mean of 100 and of 3 letters of 7; the row without number is no candidate */
    assert_int_equal(told.answer[2].part[0], 10000);
    assert_int_equal(told.answer[2].part[1], 4286);
    is_told(&told, 3, CK_TRACE_FOUND, "50", 1, 3, 10000);      /* LEA has 91.11 */
    is_told(&told, 8, CK_TRACE_SEVERAL, "", 1, 4, 7639);       /* of the number's person the surname differs; the next step finds LEE and LEA equally near */
    ck_trace_rules_free(&rules);
}

static void nobody_has_a_reason(void **state) {
    (void)state;
    ck_trace_rules rules = make_rules();
    traced told = run(&rules);
    is_told(&told, 4, CK_TRACE_INVALID, "", 2, 0, CK_TRACE_NULL);
    is_told(&told, 5, CK_TRACE_EMPTY, "", 2, 0, CK_TRACE_NULL);
    is_told(&told, 6, CK_TRACE_TOO_LITTLE, "", 2, 0, CK_TRACE_NULL);
    is_told(&told, 7, CK_TRACE_NOBODY, "", 2, 0, CK_TRACE_NULL);
    rules.least = 80;
    told = run(&rules);
    is_told(&told, 2, CK_TRACE_NOBODY, "", 2, 0, CK_TRACE_NULL);
    ck_trace_rules_free(&rules);
}

static void close_ones_are_several(void **state) {
    (void)state;
    ck_trace_rules rules = make_rules();
    rules.margin = 9; /* LEA is 8.89 below */
    traced told = run(&rules);
    is_told(&told, 3, CK_TRACE_SEVERAL, "", 1, 3, 10000);
    rules.candidates = 1; /* LEE shares both keys and comes first */
    told = run(&rules);
    is_told(&told, 3, CK_TRACE_FOUND, "50", 1, 1, 10000);
    /* Several whom a step without score leaves are told, unless a later one decides. */
    ck_condition_free(&rules.step[0].when[0]);
    ck_condition_free(&rules.step[0].when[1]);
    rules.step[0].nwhen = 1;
    rules.step[0].when[0] = condition("exact postcode");
    ck_expr_free(&rules.step[0].needs[0]);
    ck_expr_free(&rules.step[0].key[0].part[0]);
    rules.step[0].needs[0] = expr("postcode");
    rules.step[0].key[0].part[0] = expr("postcode");
    rules.least = 101;
    told = run(&rules);
    is_told(&told, 3, CK_TRACE_SEVERAL, "", 0, 3, CK_TRACE_NULL);
    ck_trace_rules_free(&rules);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(persons_are_numbers_followed_to_the_last),
        cmocka_unit_test(the_first_step_that_finds_somebody_decides),
        cmocka_unit_test(nobody_has_a_reason),
        cmocka_unit_test(close_ones_are_several),
    };
    RUN_AT_RANKS(argc, argv, "trace", tests);
}
