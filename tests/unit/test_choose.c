/* The census of key parts against counting by hand, and the choice at a price on a case that can be seen through. */
#include "choose/census.h"
#include "base/memory.h"
#include "choose/second_look.h"
#include "base/hash.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { RECORDS = 600, COLUMNS = 3, SOURCES = 2 };

/* ---- made-up people ---- */

static const char *const forenames[] = {"ANN", "ANNA", "BOB", "MARY ANN", "ROSE", "TOM"};
static const char *const surnames[] = {"ANN", "LEE", "SMITH", "SMYTHE", "VAN DER BERG", "WU"};
static const char *const dates[] = {"1980-01-01", "1980-02-01", "1981-12-31", "\?\?\?\?-05-07", "1999-09-09"};
static const char *const *const texts[COLUMNS] = {forenames, surnames, dates};
static const uint32_t counts[COLUMNS] = {6, 6, 5};
static char *names[COLUMNS] = {(char *)"forename", (char *)"surname", (char *)"dob"};
static ck_kind kinds[COLUMNS] = {CK_KIND_NAME, CK_KIND_NAME, CK_KIND_BIRTH_DATE};

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void make_dict(uint32_t c, ck_dict *dict) {
    const char *sorted[8];
    size_t n = 0;
    memcpy(sorted, texts[c], counts[c] * sizeof *sorted);
    qsort(sorted, counts[c], sizeof *sorted, by_text);
    *dict = (ck_dict){.count = counts[c], .offset = calloc(counts[c] + 2, sizeof(uint64_t)), .bytes = calloc(1, 256)};
    for (uint32_t k = 0; k < counts[c]; k++) {
        memcpy(dict->bytes + n, sorted[k], strlen(sorted[k]));
        n += strlen(sorted[k]);
        dict->offset[k + 2] = n;
    }
}

static void make_people(ck_people *people, ck_column *column, ck_source *source) {
    for (uint32_t s = 0; s < SOURCES; s++)
        source[s] = (ck_source){.record_begin = s * RECORDS / SOURCES, .record_end = (s + 1) * RECORDS / SOURCES};
    for (uint32_t c = 0; c < COLUMNS; c++) {
        column[c] = (ck_column){.name = names[c], .kind = kinds[c], .code = calloc(RECORDS, sizeof(uint32_t))};
        make_dict(c, &column[c].dict);
        for (uint32_t r = 0; r < RECORDS; r++)
            column[c].code[r] = (uint32_t)(ck_hash_mix(r * COLUMNS + c + 1) % (counts[c] + 1)); /* 0: missing */
    }
    *people = (ck_people){.records = RECORDS, .end = RECORDS, .nsources = SOURCES, .source = source, .ncolumns = COLUMNS, .column = column};
}

static void free_people(ck_people *people) {
    for (uint32_t c = 0; c < COLUMNS; c++) {
        free(people->column[c].code);
        free(people->column[c].dict.offset);
        free(people->column[c].dict.bytes);
    }
}

/* ---- counting by hand ---- */

typedef struct fixture {
    ck_people people;
    ck_column column[COLUMNS];
    ck_source source[SOURCES];
    ck_key_parts parts;
    ck_part_values all[CK_KEY_PARTS_MAX]; /* of every record */
    ck_sample sample;
    ck_census census;
    bool allowed[SOURCES * SOURCES];
} fixture;

static const ck_comm alone = {0, 1, NULL};

static void set_up(fixture *f, uint64_t sampled, bool link, uint32_t threads) {
    ck_error error = {0};
    ck_role role[COLUMNS] = {CK_ROLE_FORENAME, CK_ROLE_SURNAME, CK_ROLE_BIRTH_DATE};
    bool repeats[COLUMNS] = {false};
    ck_schema schema = {.ncolumns = COLUMNS, .name = names, .kind = kinds};
    const uint32_t *code[COLUMNS];
    memset(f, 0, sizeof *f);
    make_people(&f->people, f->column, f->source);
    for (uint32_t k = 0; k < SOURCES * SOURCES; k++)
        f->allowed[k] = !link || k + 1 < SOURCES * SOURCES; /* the last source holds a person once */
    for (uint32_t c = 0; c < COLUMNS; c++)
        code[c] = f->column[c].code;
    assert_int_equal(ck_key_parts_make(&error, f->column, &schema, role, repeats, ck_kernels_choose(NULL), &f->parts), CK_OK);
    assert_true(f->parts.n > 20);
    for (uint32_t p = 0; p < f->parts.n; p++)
        assert_int_equal(ck_part_values_fill(&error, &f->parts.part[p], code, 0, RECORDS, &f->all[p]), CK_OK);
    assert_int_equal(ck_sample_draw(&alone, &error, &f->people, sampled, 7, &f->sample), CK_OK);
    assert_int_equal(ck_census_open(&alone, &error, &f->people, &f->parts, &f->sample, f->allowed, threads, &f->census), CK_OK);
}

static void tear_down(fixture *f) {
    for (uint32_t p = 0; p < f->parts.n; p++)
        ck_part_values_free(&f->all[p]);
    ck_census_close(&f->census);
    ck_sample_free(&f->sample);
    ck_key_parts_free(&f->parts);
    free_people(&f->people);
}

/* Has record r the key: a value of each part that sums to it? */
static bool has_key(const fixture *f, const ck_conjunction *of, uint32_t r, uint64_t key, uint32_t from) {
    if (from == CK_CONJUNCTION_PARTS)
        return false;
    const ck_part_values *values = &f->all[of->part[from]];
    for (uint32_t x = values->start[r]; x < values->start[r + 1]; x++)
        if (from + 1 == of->n ? values->hash[x] == key : has_key(f, of, r, key - values->hash[x], from + 1))
            return true;
    return false;
}

/* Pairs of a record of the sample and another that may be paired, by block size; one for each key that they share. */
static void count_by_hand(const fixture *f, const ck_conjunction *of, uint64_t partners[CK_CAPS]) {
    memset(partners, 0, CK_CAPS * sizeof *partners);
    for (uint32_t i = 0; i < f->sample.n; i++) {
        uint32_t r = f->sample.record[i];
        const ck_part_values *one = &f->all[of->part[0]], *two = of->n > 1 ? &f->all[of->part[1]] : NULL;
        for (uint32_t x = one->start[r]; x < one->start[r + 1]; x++)
            for (uint32_t y = two ? two->start[r] : 0; y < (two ? two->start[r + 1] : 1); y++) {
                uint64_t key = one->hash[x] + (two ? two->hash[y] : 0), size = 0, pairs = 0;
                for (uint32_t s = 0; s < RECORDS; s++)
                    if (has_key(f, of, s, key, 0)) {
                        size++;
                        pairs += s != r && f->allowed[(r >= RECORDS / 2) * SOURCES + (s >= RECORDS / 2)];
                    }
                for (int cap = 0; cap < CK_CAPS; cap++)
                    partners[cap] += size <= ck_caps[cap] ? pairs : 0;
            }
    }
}

static void check_census(uint64_t sampled, bool link, uint32_t threads, uint64_t limit) {
    ck_error error = {0};
    fixture *f = calloc(1, sizeof *f);
    set_up(f, sampled, link, threads);
    ck_conjunction conjunction[64] = {0};
    ck_key_count count[64];
    uint32_t n = 0;
    for (uint32_t p = 0; p < f->parts.n && n < 64; p++)
        conjunction[n++] = p % 2 ? (ck_conjunction){2, {p - 1, p}} : (ck_conjunction){1, {p}};
    assert_int_equal(ck_census_take(&f->census, &error, conjunction, n, limit, count, NULL), CK_OK);
    for (uint32_t k = 0; k < n; k++) {
        uint64_t expected[CK_CAPS];
        count_by_hand(f, &conjunction[k], expected);
        for (int cap = 0; cap < CK_CAPS && ck_caps[cap] <= limit; cap++)
            assert_int_equal(count[k].partners[cap], expected[cap]);
        ck_free(count[k].size);
    }
    tear_down(f);
    free(f);
}

static void census_counts_every_record(void **state) {
    (void)state;
    check_census(RECORDS, false, 1, UINT64_MAX);
    check_census(RECORDS, false, 3, UINT64_MAX);
}

static void census_of_a_sample_has_whole_blocks(void **state) {
    (void)state;
    check_census(40, false, 2, UINT64_MAX);
    check_census(40, false, 2, 50);
}

/* Runs of 4,096: of 10,000 records every second run is the first 4,096 and the last 1,808. */
static void some_runs_are_swept(void **state) {
    (void)state;
    const ck_people people = {.records = 10000};
    for (uint32_t stride = 1; stride <= 4; stride++) {
        const ck_census census = {.people = &people, .stride = stride};
        uint64_t n = 0;
        for (uint64_t r = 0; r < people.records; r++)
            n += ck_census_sweeps(&census, r);
        assert_int_equal(ck_census_swept(&census), n);
        assert_int_equal(n, stride == 1 ? 10000 : stride == 2 ? 5904 : 4096);
    }
}

static void census_tells_which_sources_may_be_paired(void **state) {
    (void)state;
    check_census(100, true, 2, UINT64_MAX);
}

static void partners_share_a_key(void **state) {
    (void)state;
    ck_error error = {0};
    fixture *f = calloc(1, sizeof *f);
    set_up(f, 60, true, 2);
    uint32_t met = 0;
    for (uint32_t p = 0; p + 1 < f->parts.n; p += 3) {
        ck_conjunction of = {2, {p, p + 1}};
        ck_partner_list list = {0};
        bool found[RECORDS];
        assert_int_equal(ck_census_take(&f->census, &error, &of, 1, 100, NULL, &list), CK_OK);
        for (uint32_t i = 0; i < f->sample.n; i++) {
            memset(found, 0, sizeof found);
            for (size_t k = 0; k < list.n; k++)
                if (list.partner[k].sampled == i) {
                    assert_false(found[list.partner[k].record]); /* each once */
                    found[list.partner[k].record] = true;
                    assert_true(list.partner[k].size <= 100);
                    met++;
                }
            assert_false(found[f->sample.record[i]]);
            for (uint32_t s = 0; s < RECORDS; s++)
                assert_true(!found[s] || s < RECORDS / 2 || f->sample.record[i] < RECORDS / 2);
        }
        ck_free(list.partner);
    }
    assert_true(met > 100);
    tear_down(f);
    free(f);
}

static void draws_of_fewer_are_within_draws_of_more(void **state) {
    (void)state;
    uint32_t few = 0, many = 0;
    for (uint64_t r = 0; r < 100000; r++) {
        bool a = ck_sample_holds(100000, 1000, 3, r), b = ck_sample_holds(100000, 4000, 3, r);
        assert_true(!a || b);
        few += a;
        many += b;
    }
    assert_in_range(few, 900, 1100);
    assert_in_range(many, 3800, 4200);
}

/* ---- greedy ---- */

/* Three rules: a wide and dear one, a narrow one within it, and one that alone finds the rest. */
static void greedy_takes_what_pays(void **state) {
    (void)state;
    ck_error error = {0};
    uint64_t wide = UINT64_C(0x0FFFFFFF), narrow = UINT64_C(0x00000FFF), rest = UINT64_C(0xF0000000);
    ck_partner wide_pairs[20], narrow_pairs[2], rest_pairs[3];
    for (uint32_t i = 0, n = 0; i < 10; i++)
        for (uint32_t k = 0; k < 2; k++)
            wide_pairs[n++] = (ck_partner){i, 100 + 10 * k + i, 5};
    narrow_pairs[0] = wide_pairs[0];
    narrow_pairs[1] = wide_pairs[1];
    for (uint32_t k = 0; k < 3; k++)
        rest_pairs[k] = (ck_partner){k, 500 + k, 40};
    ck_partner_list partners[] = {{20, wide_pairs}, {2, narrow_pairs}, {3, rest_pairs}};
    ck_rule_option option[] = {{0, 1, 1.0, 1, &wide}, {1, 1, .1, 1, &narrow}, {2, 1, .15, 1, &rest}};
    ck_greedy greedy = {.noptions = 3, .option = option, .draws = 32, .nwords = 1, .budget = 10, .partners = partners, .counted = 10};
    ck_pick_list best;
    assert_int_equal(ck_greedy_run(&error, &greedy, &best), CK_OK);
    assert_true(best.n >= 2);
    assert_int_equal(best.pick[0].option, 0);
    assert_int_equal(best.pick[1].option, 2);
    assert_true(best.cover == 1);
    assert_true(best.pick[0].new_pairs == 1 && best.pick[1].new_pairs == .15);
    greedy.budget = .5; /* the wide one does not fit */
    assert_int_equal(ck_greedy_run(&error, &greedy, &best), CK_OK);
    for (uint32_t k = 0; k < best.n; k++)
        assert_int_not_equal(best.pick[k].option, 0);
    assert_true(best.pairs <= .5 && best.cover == .5);
}

/* ---- the second look ---- */

/* Three rules of one pair a record each, of which the budget allows two: they find 15, 11 and 6 of the 32 partners, each others. */
static void look(double first_found, double second_found, ck_pick_list *picks, ck_look *result) {
    uint64_t low = 0x00007fff, high = 0x07ff0000, rest = 0xf8008000;
    ck_partner pairs[3][20];
    ck_error error = {0};
    for (uint32_t k = 0; k < 20; k++)
        for (uint32_t r = 0; r < 3; r++)
            pairs[r][k] = (ck_partner){k % 10, 100 * (r + 1) + k / 10, 40};
    ck_partner_list partners[] = {{20, pairs[0]}, {20, pairs[1]}, {20, pairs[2]}};
    ck_rule_option option[] = {{0, 1, 1.0, 1, &low}, {1, 1, 1.0, 1, &high}, {2, 1, 1.0, 1, &rest}};
    ck_greedy greedy = {.noptions = 3, .option = option, .draws = 32, .nwords = 1, .budget = 2, .partners = partners, .counted = 10};
    double found[] = {first_found, second_found};
    ck_trained_rules trained = {2, found, first_found + second_found};
    assert_int_equal(ck_greedy_run(&error, &greedy, picks), CK_OK);
    assert_int_equal(picks->n, 2);
    assert_int_equal(ck_look_again(&error, &greedy, &trained, picks, result), CK_OK);
}

static void rules_that_keep_their_promise_stay(void **state) {
    (void)state;
    ck_pick_list picks;
    ck_look result;
    look(1500, 1100, &picks, &result);
    assert_false(result.replaced);
    assert_true(result.kept_recall > 26. / 32 - 1e-9 && result.kept_recall < 26. / 32 + 1e-9);
    assert_true(result.new_recall > 26. / 32 - 1e-9 && result.new_recall < 26. / 32 + 1e-9);
    assert_int_equal(picks.pick[0].option, 0);
    assert_int_equal(picks.pick[1].option, 1);
}

/* The second finds a hundredth of what the first does: its 11 partners weigh an eighth each, the least there is. */
static void a_rule_that_finds_little_is_replaced(void **state) {
    (void)state;
    ck_pick_list picks;
    ck_look result;
    look(2500, 25, &picks, &result);
    assert_true(result.replaced);
    assert_int_equal(picks.n, 2);
    assert_int_equal(picks.pick[0].option, 0);
    assert_int_equal(picks.pick[1].option, 2);
    assert_true(result.new_recall >= result.kept_recall + CK_LOOK_MARGIN);
    assert_true(picks.pairs <= 2);
}

static void shortfall_counts_what_was_promised_as_new(void **state) {
    (void)state;
    const double found[] = {600, 100, 300}, share[] = {.6, .2, .2}, fresh[] = {.6, .1, .1};
    ck_trained_rules trained = {3, found, 800}; /* of 1,000: the second finds half of its 200, the third more than promised */
    double sum = ck_look_shortfall(&trained, share, fresh, .8);
    assert_true(sum > .05 - 1e-12 && sum < .05 + 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(census_counts_every_record),
        cmocka_unit_test(census_of_a_sample_has_whole_blocks),
        cmocka_unit_test(some_runs_are_swept),
        cmocka_unit_test(census_tells_which_sources_may_be_paired),
        cmocka_unit_test(partners_share_a_key),
        cmocka_unit_test(draws_of_fewer_are_within_draws_of_more),
        cmocka_unit_test(greedy_takes_what_pays),
        cmocka_unit_test(rules_that_keep_their_promise_stay),
        cmocka_unit_test(a_rule_that_finds_little_is_replaced),
        cmocka_unit_test(shortfall_counts_what_was_promised_as_new),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
