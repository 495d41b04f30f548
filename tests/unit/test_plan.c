/* Prices of a plan: by hand on round numbers, and as they must move; limits on pairs; sizes as people write them; the job script. */
#include "base/memory.h"
#include "base/size.h"
#include "plan/batch.h"
#include "plan/limit.h"
#include "plan/price.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

enum { MIB = 1 << 20 };

/* A million records of eight columns in rows of 20 words; one plain rule, all of whose keys are shared by four. */
static ck_workload million(void) {
    return (ck_workload){.rows = 1000000, .records = 1000000, .columns = 8, .row_words = 20, .nrules = 1, .dictionary_bytes = 5000000,
                         .derived_bytes = 7000000, .links = 500000, .random_pairs = 3000000, .trains = true,
                         .rule = {{.entries = 1000000, .members = 1000000, .keys = 250000, .pairs = 1500000, .new_pairs = 1500000, .compare_seconds = 2}}};
}

static ck_memory_price price(const ck_workload *load, uint32_t ranks, uint32_t nodes, uint32_t threads) {
    ck_layout_of_ranks shape = {ranks, nodes, threads};
    ck_memory_price result;
    ck_price_memory(load, &shape, &result);
    return result;
}

static void terms_of_one_rank_are_as_by_hand(void **state) {
    (void)state;
    ck_workload load = million();
    ck_memory_price p = price(&load, 1, 1, 1);
    assert_int_equal(p.term[CK_TERM_DICTIONARIES], 5000000);
    assert_int_equal(p.term[CK_TERM_DERIVED], 7000000);
    assert_int_equal(p.term[CK_TERM_CODES], 32000000);                  /* 4 * 8 columns */
    assert_int_equal(p.term[CK_TERM_KEYS], 4000000);
    assert_int_equal(p.term[CK_TERM_KEY_MAKING], 32000000 + 30000000);  /* entry and spare; 120 a key */
    assert_int_equal(p.term[CK_TERM_ROWS], 80000000);
    assert_int_equal(p.term[CK_TERM_PASSES], 24000000 + 1000000);
    assert_int_equal(p.term[CK_TERM_LINKS], 48000000 + 8000000);
    assert_int_equal(p.term[CK_TERM_CLUSTERS], 40000000 + 30000000);
    uint64_t data = p.term[CK_TERM_PROGRAM] + 5000000 + 7000000 + 32000000 + 4000000;
    assert_int_equal(p.stage[CK_PRICED_BLOCKS], data + 62000000);
    assert_int_equal(p.stage[CK_PRICED_LINK], data + 80000000 + 25000000 + p.term[CK_TERM_WORKERS] + 56000000);
    assert_int_equal(p.peak, p.stage[p.largest]);
    assert_int_equal(p.node, p.peak);
}

static void sets_and_cross_keys_take_their_own(void **state) {
    (void)state;
    ck_workload load = million();
    load.rule[0].entries = 6000000;
    load.rule[0].members = 5000000;
    load.rule[0].multi = true;
    ck_memory_price p = price(&load, 2, 1, 1);
    assert_int_equal(p.term[CK_TERM_KEYS], 4000000 + 12000000);               /* offsets; keys */
    assert_int_equal(p.term[CK_TERM_KEY_MAKING], 52 * 3000000);               /* what is sent beside what came */
    assert_int_equal(p.term[CK_TERM_ROWS], 2 * (40000000 + 10000000 + 4000000)); /* words, tails, offsets of both ranks */
    load.rule[0].multi = false;
    load.rule[0].cross = true;
    assert_int_equal(price(&load, 2, 1, 1).term[CK_TERM_KEYS], 4000000);      /* two keys of half the records */
}

static void rows_in_flight_are_bounded_and_grow_by_copies_between_nodes(void **state) {
    (void)state;
    ck_workload load = million();
    load.rule[0].members = UINT64_C(1) << 40;
    uint64_t flight = 256 * (uint64_t)MIB;
    ck_memory_price one = price(&load, 1, 1, 1), two = price(&load, 2, 2, 1);
    assert_in_range(one.term[CK_TERM_PASSES], flight, flight + 4 * 250000);
    uint64_t members = flight / (24 + 40); /* half of the rows, of 80 bytes, come from the other node */
    assert_in_range(two.term[CK_TERM_PASSES], members * (32 + 120), members * (32 + 120) + 4 * 125000 + 152);
}

static void a_node_counts_shared_rows_once(void **state) {
    (void)state;
    ck_workload load = million();
    ck_memory_price p = price(&load, 4, 1, 2);
    assert_int_equal(p.term[CK_TERM_ROWS], 80000000); /* all that the node holds */
    assert_int_equal(p.node, 4 * (p.peak - 80000000) + 80000000);
    assert_int_equal(price(&load, 4, 4, 2).term[CK_TERM_ROWS], 20000000);
    uint64_t handed = 16 * (uint64_t)MIB, worker = price(&load, 1, 1, 1).term[CK_TERM_WORKERS];
    assert_int_equal(price(&load, 4, 1, 2).term[CK_TERM_WORKERS], 2 * worker + handed); /* ranks hand units on, threads do not */
}

static void least_ranks_fit_and_one_node_less_does_not(void **state) {
    (void)state;
    ck_workload load = million();
    load.connected = true;
    uint64_t most = 80 * (uint64_t)MIB;
    ck_layout_of_ranks shape = {1, 1, 1};
    uint32_t ranks = ck_price_least_ranks(&load, &shape, most);
    assert_true(ranks > 1);
    assert_true(price(&load, ranks, ranks, 1).peak <= most);
    assert_true(price(&load, ranks - 1, ranks - 1, 1).peak > most);
    assert_int_equal(ck_price_least_ranks(&load, &shape, 30 * (uint64_t)MIB), 0); /* dictionaries do not divide */
    ck_layout_of_ranks pairs = {2, 1, 1};
    assert_int_equal(ck_price_least_ranks(&load, &pairs, most) % 2, 0);
}

static void terms_that_divide_are_those_that_shrink(void **state) {
    (void)state;
    ck_workload load = million();
    ck_memory_price one = price(&load, 2, 2, 1), many = price(&load, 64, 64, 1);
    for (int t = 0; t < CK_MEMORY_TERMS; t++)
        if (ck_term_divides((ck_memory_term)t))
            assert_true(many.term[t] < one.term[t]);
    assert_int_equal(many.term[CK_TERM_DICTIONARIES], one.term[CK_TERM_DICTIONARIES]);
}

static ck_time_price times(const ck_workload *load, uint32_t ranks, uint32_t threads) {
    ck_layout_of_ranks shape = {ranks, 1, threads};
    ck_time_price result;
    ck_price_time(load, &shape, &result);
    return result;
}

static void time_divides_by_cores_but_for_what_every_rank_does(void **state) {
    (void)state;
    ck_workload load = million();
    ck_time_price one = times(&load, 1, 1), eight = times(&load, 4, 2);
    assert_true(fabs(one.stage[CK_PRICED_LINK] / eight.stage[CK_PRICED_LINK] - 8) < 1e-9);
    assert_true(fabs(one.stage[CK_PRICED_TRAIN] / eight.stage[CK_PRICED_TRAIN] - 8) < 1e-9);
    assert_true(fabs(one.stage[CK_PRICED_INGEST] / eight.stage[CK_PRICED_INGEST] - 4) < 1e-9); /* by ranks */
    assert_true(one.stage[CK_PRICED_CLUSTER] == eight.stage[CK_PRICED_CLUSTER]);
    load.derived_bytes = 0; /* which every rank makes, with its threads */
    assert_true(fabs(times(&load, 1, 1).stage[CK_PRICED_BLOCKS] / times(&load, 4, 2).stage[CK_PRICED_BLOCKS] - 8) < 1e-9);
    load.trains = false;
    assert_true(times(&load, 1, 1).stage[CK_PRICED_TRAIN] == 0);
    assert_int_equal(price(&load, 1, 1, 1).stage[CK_PRICED_TRAIN], 0);
}

static void a_rate_prices_new_pairs_and_those_that_are_known(void **state) {
    (void)state;
    ck_workload load = million();
    ck_price_by_rate(&load, 3e6);
    assert_true(fabs(load.rule[0].compare_seconds - 0.5) < 1e-12);
    ck_time_price usual = times(&load, 1, 1);
    ck_price_by_rate(&load, 1e6);
    ck_time_price slow = times(&load, 1, 1);
    assert_true(fabs(slow.stage[CK_PRICED_LINK] - usual.stage[CK_PRICED_LINK] - 0.6) < 1e-9); /* the rest is beyond the floor's reach */
    assert_true(fabs(slow.stage[CK_PRICED_TRAIN] - usual.stage[CK_PRICED_TRAIN] - 1) < 1e-9);
    load.low_floor = true;
    double whole = times(&load, 1, 1).stage[CK_PRICED_LINK];
    load.low_floor = false;
    assert_true(fabs(whole - slow.stage[CK_PRICED_LINK] - 0.4 * 1.5) < 1e-9);
    load.rule[0].new_pairs = 0; /* an earlier rule made them all */
    ck_price_by_rate(&load, 1000);
    assert_true(fabs(load.rule[0].compare_seconds - 150) < 1e-9);
}

/* 20 million pairs of which 18 are one rule's, at a second a million. */
static void large_rules_are_trained_on_samples(void **state) {
    (void)state;
    ck_workload load = million();
    load.nrules = 2;
    load.random_pairs = load.records = 0;
    load.rule[0] = (ck_rule_load){.pairs = 18000000, .new_pairs = 18000000, .compare_seconds = 18};
    load.rule[1] = (ck_rule_load){.pairs = 2000000, .new_pairs = 2000000, .compare_seconds = 2};
    assert_true(fabs(times(&load, 1, 1).stage[CK_PRICED_TRAIN] - 20) < 1e-9);
    load.sampled_above = 20000000; /* no more than that */
    assert_true(fabs(times(&load, 1, 1).stage[CK_PRICED_TRAIN] - 20) < 1e-9);
    load.sampled_above = 19000000; /* a twentieth of it, and all of the small rule, which makes more than a tenth */
    assert_true(fabs(times(&load, 1, 1).stage[CK_PRICED_TRAIN] - 2 * 0.95) < 1e-9);
    load.rule[1].multi = true;
    assert_true(fabs(times(&load, 1, 1).stage[CK_PRICED_TRAIN] - 0.95 - 2) < 1e-9);
    double linking = times(&load, 1, 1).stage[CK_PRICED_LINK];
    load.sampled_above = 0;
    assert_true(times(&load, 1, 1).stage[CK_PRICED_LINK] == linking); /* always all pairs */
}

static void counting_is_priced_where_a_limit_asks_for_it(void **state) {
    (void)state;
    ck_workload load = million();
    double blocks = times(&load, 1, 1).stage[CK_PRICED_BLOCKS];
    load.counts = true;
    assert_true(fabs(times(&load, 1, 1).stage[CK_PRICED_BLOCKS] - blocks - 45e-9 * 1e6 - 3e-9 * 1.5e6) < 1e-9);
}

static void time_asked_for_has_a_margin_in_quarters(void **state) {
    (void)state;
    ck_workload load = {.records = 0};
    assert_int_equal(times(&load, 1, 1).limit, 900);
    load = million();
    load.rule[0].compare_seconds = 36000;
    ck_time_price p = times(&load, 1, 1);
    assert_int_equal(p.limit % 900, 0);
    assert_true((double)p.limit >= 2 * p.total && (double)p.limit <= 2 * p.total + 1500);
}

/* ---- limits ---- */

static void limits_name_the_rule_and_the_remedy(void **state) {
    (void)state;
    ck_rule rule[2] = {{.text = (char *)"nhs"}, {.text = (char *)"surname, dob"}};
    ck_rules rules = {2, rule};
    ck_rule_census census[2] = {{.pairs = 100, .new_pairs = 100, .nlargest = 1, .largest = {{1, 3, 3}}},
                                {.pairs = 1000, .new_pairs = 950, .nlargest = 2, .largest = {{1, 40, 780}, {2, 12, 66}}}};
    ck_error error = {0};
    assert_int_equal(ck_limit_rules(&error, &rules, census, 0), CK_OK);
    assert_int_equal(ck_limit_rules(&error, &rules, census, 1000), CK_OK);
    assert_int_equal(ck_limit_job(&error, &rules, census, 1050), CK_OK);
    assert_int_equal(ck_limit_rules(&error, &rules, census, 999), CK_DATA);
    assert_non_null(strstr(error.text, "Blocking rule 1 (surname, dob) would make 1000 pairs, more than the 999 that max_pairs of the job allows"));
    assert_non_null(strstr(error.text, "40 records and 780 pairs, its 2 largest 85 % of the pairs"));
    assert_non_null(strstr(error.text, "'max_block: 11'"));
    error = (ck_error){0};
    assert_int_equal(ck_limit_job(&error, &rules, census, 1049), CK_DATA);
    assert_non_null(strstr(error.text, "rule 1 (surname, dob) alone adds 950"));
    error = (ck_error){0};
    rule[0].max_pairs = 99;
    assert_int_equal(ck_limit_rules(&error, &rules, census, 0), CK_DATA);
    assert_non_null(strstr(error.text, "rule 0 (nhs) would make 100 pairs, more than the 99 that max_pairs of the rule allows"));
    assert_non_null(strstr(error.text, "another part"));
    rule[0].max_pairs = 100;
    error = (ck_error){0};
    char remedy[CK_REMEDY_TEXT];
    rule[1].max_block = 20; /* which drops the larger of the two */
    assert_true(fabs(ck_largest_share(&rule[1], &census[1]) - 0.066) < 1e-12);
    assert_string_equal(ck_rule_remedy(&rule[1], &census[1], remedy), "lower its max_block (now 20), or give it another part");
    assert_int_equal(ck_limit_rules(&error, &rules, census, 500), CK_DATA);
    assert_non_null(strstr(error.text, "its largest block has 12 records and 66 pairs, its 1 largest 7 % of the pairs"));
    rule[1].max_block = 5;
    error = (ck_error){0};
    assert_int_equal(ck_limit_rules(&error, &rules, census, 500), CK_DATA);
    assert_non_null(strstr(error.text, "of the job allows. To compare fewer, lower its max_block"));
    error = (ck_error){0};
    assert_int_equal(ck_limit_rules(&error, &rules, census, 0), CK_OK);
}

/* ---- sizes ---- */

static void sizes_are_read_as_slurm_reads_them(void **state) {
    (void)state;
    static const struct { const char *text; uint64_t bytes; } good[] = {
        {"1", 1}, {"512M", 512 * (uint64_t)MIB}, {"2G", UINT64_C(2) << 30}, {"1.5 GiB", UINT64_C(3) << 29}, {"4kb", 4096}, {"1T", UINT64_C(1) << 40}, {"7B", 7}};
    static const char *const bad[] = {"", "G", "-1G", "0", "2X", "2GG", "1e30", "nan", "2 G x", "0.5"};
    ck_error error = {0};
    uint64_t bytes;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_int_equal(ck_size_parse(&error, "--memory", good[i].text, &bytes), CK_OK);
        assert_int_equal(bytes, good[i].bytes);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        error = (ck_error){0};
        assert_int_equal(ck_size_parse(&error, "--memory", bad[i], &bytes), CK_USAGE);
    }
    assert_non_null(strstr(error.text, "--memory needs a size such as 512M or 2G, not '0.5'"));
    char text[CK_SIZE_TEXT];
    assert_string_equal(ck_size_text(1023, text), "1023 B");
    assert_string_equal(ck_size_text(UINT64_C(3) << 29, text), "1.5 GiB");
    assert_string_equal(ck_size_text(UINT64_C(300) << 20, text), "300 MiB");
}

/* ---- the script ---- */

static void the_script_asks_and_quotes(void **state) {
    (void)state;
    ck_error error = {0};
    char *text;
    ck_batch batch = {.name = "north & west", .job = "/data/it's here/job.yaml", .folder = "/data/$HOME", .shape = {10, 4, 8},
                      .node_bytes = ck_batch_memory(UINT64_C(10) << 30), .seconds = 100 * 900};
    assert_int_equal(ck_batch_text(&error, &batch, &text), CK_OK);
    static const char *const lines[] = {"#!/bin/bash\n", "\n#SBATCH --job-name=north---west\n", "\n#SBATCH --nodes=4\n", "\n#SBATCH --ntasks=10\n",
                                        "\n#SBATCH --ntasks-per-node=3\n", "\n#SBATCH --cpus-per-task=8\n", "\n#SBATCH --mem=13G\n",
                                        "\n#SBATCH --time=25:00:00\n", "\n#SBATCH --signal=USR1@180\n", "\n#SBATCH --requeue\n",
                                        "run '/data/it'\\''s here/job.yaml' --out '/data/$HOME' \"$@\"", "= 75 ]"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_non_null(strstr(text, lines[i]));
    ck_free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terms_of_one_rank_are_as_by_hand),
        cmocka_unit_test(sets_and_cross_keys_take_their_own),
        cmocka_unit_test(rows_in_flight_are_bounded_and_grow_by_copies_between_nodes),
        cmocka_unit_test(a_node_counts_shared_rows_once),
        cmocka_unit_test(least_ranks_fit_and_one_node_less_does_not),
        cmocka_unit_test(terms_that_divide_are_those_that_shrink),
        cmocka_unit_test(time_divides_by_cores_but_for_what_every_rank_does),
        cmocka_unit_test(a_rate_prices_new_pairs_and_those_that_are_known),
        cmocka_unit_test(large_rules_are_trained_on_samples), cmocka_unit_test(counting_is_priced_where_a_limit_asks_for_it),
        cmocka_unit_test(time_asked_for_has_a_margin_in_quarters),
        cmocka_unit_test(limits_name_the_rule_and_the_remedy),
        cmocka_unit_test(sizes_are_read_as_slurm_reads_them),
        cmocka_unit_test(the_script_asks_and_quotes),
    };
    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
