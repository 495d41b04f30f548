/* Jobs of stages: their passes as jobs; pairs of sources and sides. */
#include "base/memory.h"
#include "job/passes.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define SOURCE(name) "  - {name: " name ", file: f.csv, columns: {forename: {as: name}, dob: {as: date}, nhs: {as: nhs_number}}}\n"
#define SOURCES "name: town\nsources:\n" SOURCE("housing") SOURCE("tax") SOURCE("gp") SOURCE("acute")
#define RULES "rules: [{name: nhs, when: exact nhs}]"
#define MODEL "blocking: [dob], comparisons: [{on: forename, levels: [exact]}, {on: dob, levels: [exact]}]"
#define MODEL_LINES "blocking: [dob]\ncomparisons: [{on: forename, levels: [exact]}, {on: dob, levels: [exact]}]\n"
#define STAGES                                                                                                                \
    "stages:\n  - {name: council, sources: [housing, tax], " RULES "}\n"                                                       \
    "  - {name: health, sources: [gp, acute], " RULES "}\n"                                                                    \
    "  - {name: across, between: [council, health], one_to_one: true, " RULES ", " MODEL "}\n"

static void parse(const char *text, ck_job *job) {
    ck_error error = {0};
    if (ck_job_parse(&error, text, "/tmp/job.yaml", NULL, 0, false, job) != CK_OK)
        fail_msg("%s", error.text);
}

static void refuses(const char *text, const char *words) {
    ck_error error = {0};
    ck_job job;
    assert_int_equal(ck_job_parse(&error, text, "/tmp/job.yaml", NULL, 0, false, &job), CK_USAGE);
    if (!strstr(error.text, words))
        fail_msg("'%s' is not in: %s", words, error.text);
}

/** Pass k as the job that it is. */
static void derive(const ck_job *whole, uint32_t k, ck_job *job) {
    ck_error error = {0};
    char *text;
    if (ck_pass_text(&error, whole, k, "/out", NULL, &text) != CK_OK)
        fail_msg("%s", error.text);
    parse(text, job);
    ck_free(text);
}

static void expect_pairs(const ck_job *job, const char *rows) {
    uint32_t n = job->ingest.nsources;
    for (uint32_t k = 0; k < n * n; k++)
        if (job->pairs[k] != (rows[k / n * (n + 1) + k % n] == '1'))
            fail_msg("%s-%s is %d", job->ingest.source[k / n].name, job->ingest.source[k % n].name, job->pairs[k]);
}

static void every_stage_is_a_pass_and_rules_with_a_model_are_two(void **state) {
    (void)state;
    static const char *const names[] = {"council", "health", "across.rules", "across"};
    ck_job job, again;
    parse(SOURCES STAGES, &job);
    assert_int_equal(job.npasses, 4);
    for (uint32_t k = 0; k < 4; k++)
        assert_string_equal(job.pass[k], names[k]);
    assert_int_equal(job.comparisons.n, 0);
    parse(job.resolved, &again);
    assert_string_equal(again.resolved, job.resolved);
    ck_job_free(&again);
    ck_job_free(&job);
}

static void a_pass_links_its_sources_and_knows_the_pass_before(void **state) {
    (void)state;
    ck_job whole, pass;
    parse(SOURCES STAGES, &whole);
    derive(&whole, 0, &pass);
    assert_string_equal(pass.name, "town.council");
    assert_string_equal(pass.people, "/out");
    assert_int_equal(pass.ngroups, 0);
    assert_true(pass.cascade.n == 1 && pass.cluster == CK_CLUSTER_CONNECTED);
    expect_pairs(&pass, "1100 1100 0000 0000");
    ck_job_free(&pass);
    derive(&whole, 1, &pass);
    assert_string_equal(pass.group[0].from, "/out/stages/council");
    expect_pairs(&pass, "0000 0000 0011 0011");
    ck_job_free(&pass);
    derive(&whole, 2, &pass);
    assert_true(pass.cascade.n == 1 && pass.comparisons.n == 0 && pass.cluster == CK_CLUSTER_BEST_LINK);
    ck_job_free(&pass);
    derive(&whole, 3, &pass);
    assert_string_equal(pass.group[0].from, "/out/stages/across.rules");
    assert_true(pass.cascade.n == 0 && pass.comparisons.n == 2 && pass.cluster == CK_CLUSTER_BEST_LINK);
    expect_pairs(&pass, "0011 0011 1100 1100");
    assert_true(pass.side[0] == pass.side[1] && pass.side[2] == pass.side[3] && pass.side[0] != pass.side[2]);
    assert_true(pass.once[0] && pass.once[1] && pass.once[2] && pass.once[3]);
    ck_job_free(&pass);
    ck_job_free(&whole);
}

static void rules_with_a_model_are_two_stages(void **state) {
    (void)state;
    ck_job job, pass;
    parse(SOURCES "pairs: {gp-housing: yes}\nfloor: -3\n" RULES "\nblocking: [dob]\ncomparisons: [{on: forename, levels: [exact]}]\n", &job);
    assert_int_equal(job.npasses, 2);
    assert_string_equal(job.pass[0], "rules");
    assert_string_equal(job.pass[1], "model");
    derive(&job, 1, &pass);
    expect_pairs(&pass, "0010 0000 1000 0000");
    assert_true(pass.floor == -3);
    ck_job_free(&pass);
    ck_job_free(&job);
}

static void a_stage_says_what_the_job_leaves_open(void **state) {
    (void)state;
    ck_job job, pass;
    parse(SOURCES "decide: weight 4\nprior: 0.01\nstages:\n  - {name: one, sources: [housing], " MODEL "}\n"
                  "  - {name: two, many_to_one: one, between: [one, tax], threshold: {match_weight: 7}, " MODEL "}\n", &job);
    derive(&job, 0, &pass);
    assert_true(pass.match_weight == 4);
    ck_job_free(&pass);
    derive(&job, 1, &pass);
    assert_true(pass.match_weight == 7 && !pass.once[0] && pass.once[1]);
    ck_job_free(&pass);
    ck_job_free(&job);
}

/* A name outweighs a star, and both outweigh `link`. */
static void pairs_outweigh_link(void **state) {
    (void)state;
    ck_job job, again;
    parse(SOURCES "link: link\npairs: {tax-housing: no, \"*-gp\": no, gp-gp: yes}\n" MODEL_LINES, &job);
    expect_pairs(&job, "0001 0001 0010 1100");
    parse(job.resolved, &again);
    assert_string_equal(again.resolved, job.resolved);
    ck_job_free(&again);
    ck_job_free(&job);
    parse(SOURCES "link: link\n" MODEL_LINES, &job);
    assert_null(job.pairs);
    ck_job_free(&job);
}

static void names_that_make_no_sense_are_refused(void **state) {
    (void)state;
    refuses(SOURCES "pairs: {gp-gq: yes}\n" MODEL_LINES, "'gp-gq' is no pair of sources");
    refuses(SOURCES "pairs: {gp-gp: perhaps}\n" MODEL_LINES, "true or false");
    refuses(SOURCES "pairs: [gp-gp]\n" MODEL_LINES, "a mapping to yes and no is needed");
    refuses(SOURCES "between: [gp, [tax, gp]]\n" MODEL_LINES, "'gp' is on two sides");
    refuses(SOURCES "link: link\nmany_to_one: council\n" MODEL_LINES, "The source 'council' is not known");
    refuses(SOURCES "stages: []\n", "empty");
    refuses(SOURCES "stages:\n  - {name: a, sources: [b], " RULES "}\n  - {name: b, " RULES "}\n", "stages[0].sources[0]: Stage 'b' is a later one");
    refuses(SOURCES "stages:\n  - {name: a, link: dedupe, " RULES "}\n", "Key 'link' belongs to the job");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_stage_is_a_pass_and_rules_with_a_model_are_two),
        cmocka_unit_test(a_pass_links_its_sources_and_knows_the_pass_before),
        cmocka_unit_test(rules_with_a_model_are_two_stages),
        cmocka_unit_test(a_stage_says_what_the_job_leaves_open),
        cmocka_unit_test(pairs_outweigh_link),
        cmocka_unit_test(names_that_make_no_sense_are_refused),
    };
    return cmocka_run_group_tests_name("passes", tests, NULL, NULL);
}
