/** Ladders of every role in the words of a job: each parses, and puts pairs on the level that its words mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "condition/evaluate.h"
#include "condition/parse.h"
#include <string.h>

enum { RUNGS = 7, CASES = 9 };

/* A pair: l's value and other value, r's; '' is missing. It reaches the level `rung`, counted from the top. */
typedef struct pair_case {
    const char *l[2], *r[2];
    uint8_t rung;
} pair_case;

typedef struct role_ladder {
    const char *role;
    ck_kind kind;
    const char *level[RUNGS];
    pair_case pair[CASES];
} role_ladder;

#define ONE(x, y, rung) {{x, ""}, {y, ""}, rung}

static const role_ladder ladders[] = {
    {"forename", CK_KIND_NAME,
     {"exact value", "reversed value other", "half_reversed value other",
      "value.squeezed jaro_winkler 0.92 or value.squeezed damerau_levenshtein 1 and value length 4",
      "value.squeezed jaro_winkler 0.88 or value.squeezed prefix_of or value word_subset and value length 3", "value jaro_winkler 0.7", "else"},
     {{{"ANN", "LEE"}, {"ANN", "POE"}, 0}, {{"ANN", "LEE"}, {"LEE", "ANN"}, 1}, {{"ANN", "LEE"}, {"LEE", ""}, 2}, {{"ANN", ""}, {"LEE", "ANN"}, 2},
      {{"ANN", "LEE"}, {"LEE", "ROE"}, 6}, ONE("XAVER", "SAVER", 3), ONE("DIX", "NIX", 5), ONE("J", "JOHN", 4), ONE("MARY JO ANN", "ANN MARY", 4)}},
    {"birth date", CK_KIND_BIRTH_DATE,
     {"exact value and not missing value.complete",
      "(damerau_levenshtein value 1 or day_month_swapped value) and not missing value.complete and not literal value.substr(6, 5) \"01-01\"",
      "date_parts value 2", "value.year exact and missing value.complete", "value.year exact or within value 366 days", "value.year difference 10",
      "else"},
     {ONE("1980-02-31", "1980-02-31", 0), ONE("1980-02-31", "1980-31-02", 1), ONE("1980-05-12", "1980-05-21", 1), ONE("1980-05-12", "1981-05-12", 1),
      ONE("1980-01-01", "1981-01-01", 2), ONE("1980-05-12", "1975-05-12", 2), ONE("1980-\?\?-\?\?", "1980-05-12", 3), ONE("1980-05-12", "1980-11-30", 4),
      ONE("1980-05-12", "1989-11-30", 5)}},
    {"e-mail", CK_KIND_EMAIL,
     {"exact value", "damerau_levenshtein value 2 and value ratio 0.7 or value ratio 0.9", "user value", "value ratio 0.75", "else"},
     {ONE("dix@a.uk", "dix@a.uk", 0), ONE("dixon@a.uk", "dxion@a.uk", 1), ONE("dix@a.uk", "dix@mail.org", 2), ONE("j.smith@post.uk", "smithson@post.uk", 3),
      ONE("j.smith@post.uk", "ann@b.org", 4)}},
    {"address", CK_KIND_ADDRESS,
     {"value.sorted_words exact", "value token_sort 0.92", "value.numbers exact and value token_set 0.6",
      "value token_set 0.85 or value jaro_winkler 0.88", "value.numbers exact or value jaro_winkler 0.7", "else"},
     {ONE("12 HIGH STREET", "HIGH STREET 12", 0), ONE("12 HIGH STREET", "12 HIGH STRET", 1), ONE("FLAT 2 12 HIGH STREET", "2 12 HIGH ST", 2),
      ONE("HIGH STREET 9", "HIGH STREET", 3), ONE("12 HIGH STREET", "12 LOWER MEADOW", 4), ONE("12 HIGH STREET", "7 LOWER MEADOW", 5)}},
    {"telephone", CK_KIND_PHONE,
     {"exact value", "damerau_levenshtein value 1 or value length 7 and value.last(7) exact", "damerau_levenshtein value 2", "else"},
     {ONE("1134960123", "1134960123", 0), ONE("1134960123", "1134960132", 1), ONE("1134960123", "4960123", 1), ONE("12", "13", 1),
      ONE("1134960123", "1134960444", 3), ONE("1134960123", "1134960145", 2)}},
    {"text", CK_KIND_TEXT,
     {"exact value", "value ratio 0.9 or value jaro_winkler 0.95", "value ratio 0.8 or value word_subset", "value jaro_winkler 0.88 or value token_set 0.75",
      "value jaro_winkler 0.7 or value token_set 0.5", "else"},
     {ONE("card at the shop", "card at the shop", 0), ONE("card at the shop", "card at the shops", 1), ONE("the shop card at", "shop card", 2),
      ONE("transfer", "qqqqq", 5)}},
    {"amount", CK_KIND_NUMBER,
     {"difference value 0", "value relative 0.5%", "value relative 2%", "value relative 5%", "value relative 20%", "else"},
     {ONE("0", "0", 0), ONE("100", "99.5", 1), ONE("-100", "-98", 2), ONE("100", "95", 3), ONE("100", "80", 4), ONE("-100", "100", 5)}},
    {"date", CK_KIND_DATE,
     {"exact value", "within value 1 day", "within value 3 days", "within value 7 days", "within value 30 days", "else"},
     {ONE("2020-02-28", "2020-02-28", 0), ONE("2020-02-28", "2020-02-29", 1), ONE("2020-02-28", "2020-03-02", 2), ONE("2020-02-28", "2020-03-06", 3),
      ONE("2020-02-28", "2020-03-20", 4), ONE("2020-02-28", "2021-02-28", 5)}},
};

/* The four texts of a pair as one dictionary, which both columns have. */
typedef struct small_dict {
    uint64_t offset[6];
    char bytes[256];
    ck_dict dict;
} small_dict;

static void make_dict(small_dict *d, const pair_case *pair) {
    const char *text[4] = {pair->l[0], pair->l[1], pair->r[0], pair->r[1]}, *before = "";
    *d = (small_dict){.dict = {0, d->offset, d->bytes}};
    for (;;) {
        const char *next = NULL;
        for (int i = 0; i < 4; i++)
            if (strcmp(text[i], before) > 0 && (!next || strcmp(text[i], next) < 0))
                next = text[i];
        if (!next)
            return;
        strcat(d->bytes, next);
        d->offset[++d->dict.count + 1] = strlen(d->bytes);
        before = next;
    }
}

static void check_pair(const role_ladder *ladder, const pair_case *pair) {
    static char *names[] = {"value", "other"};
    ck_kind kinds[] = {ladder->kind, ladder->kind};
    ck_schema schema = {.ncolumns = 2, .name = names, .kind = kinds};
    ck_condition condition[RUNGS];
    const ck_condition *rung[RUNGS];
    ck_error error = {0};
    ck_evaluator *evaluator;
    ck_scratch *scratch;
    small_dict d;
    uint32_t n = 0, number, code[4];
    uint8_t out;
    make_dict(&d, pair);
    ck_column column[2] = {{.name = names[0], .kind = ladder->kind, .dict = d.dict}, {.name = names[1], .kind = ladder->kind, .dict = d.dict}};
    for (; n < RUNGS && ladder->level[n]; n++) {
        if (ck_parse_condition(&error, &schema, ladder->level[n], NULL, 0, NULL, &condition[n]) != CK_OK)
            fail_msg("%s: %s", ladder->role, error.text);
        rung[n] = &condition[n];
    }
    assert_int_equal(ck_evaluator_create(&error, column, 2, ck_kernels_choose(NULL), &evaluator), CK_OK);
    assert_int_equal(ck_evaluator_add_ladder(evaluator, &error, rung, n, &number), CK_OK);
    assert_int_equal(ck_evaluator_prepare(evaluator, &error), CK_OK);
    assert_int_equal(ck_scratch_create(&error, evaluator, &scratch), CK_OK);
    for (int i = 0; i < 4; i++) {
        const char *text = i < 2 ? pair->l[i] : pair->r[i - 2];
        code[i] = *text ? ck_dict_find(&d.dict, ck_span_of(text)) : 0;
    }
    ck_evaluate_ladder(evaluator, scratch, number,
                       &(ck_pair_batch){1, (const uint32_t *[]){&code[0], &code[1]}, (const uint32_t *[]){&code[2], &code[3]}}, &out);
    if (out != pair->rung)
        fail_msg("%s '%s', '%s' and '%s', '%s' reach level %d, not %d", ladder->role, pair->l[0], pair->l[1], pair->r[0], pair->r[1], out, pair->rung);
    ck_scratch_free(scratch);
    ck_evaluator_free(evaluator);
    for (uint32_t i = 0; i < n; i++)
        ck_condition_free(&condition[i]);
}

static void ladders_mean_what_they_say(void **unused) {
    (void)unused;
    for (size_t i = 0; i < sizeof ladders / sizeof *ladders; i++)
        for (size_t k = 0; k < CASES && ladders[i].pair[k].l[0]; k++)
            check_pair(&ladders[i], &ladders[i].pair[k]);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(ladders_mean_what_they_say)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
