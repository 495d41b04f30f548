#include "cli/plan_out.h"
#include "base/size.h"
#include "cli/census.h"
#include "cli/console.h"
#include "plan/limit.h"
#include <inttypes.h>
#include <stdio.h>

/* ---- for a person ---- */

static const char *time_text(double seconds, char text[CK_COUNT_TEXT]) {
    uint64_t whole = (uint64_t)(seconds + 0.5);
    if (whole < 60)
        snprintf(text, CK_COUNT_TEXT, "%.1f s", seconds);
    else
        snprintf(text, CK_COUNT_TEXT, "%" PRIu64 ":%02" PRIu64 ":%02" PRIu64, whole / 3600, whole / 60 % 60, whole % 60);
    return text;
}

/* Records of the largest block that a rule's cap leaves; the cap where that is not known. */
static uint64_t largest_left(const ck_rule *rule, const ck_rule_census *census) {
    for (uint32_t i = 0; i < census->nlargest; i++)
        if (!rule->max_block || census->largest[i].records <= rule->max_block)
            return census->largest[i].records;
    return rule->max_block;
}

static void show_rules(const ck_rules *rules, const ck_rule_census *census, uint64_t all) {
    printf("\n%-6s %15s %15s %8s %15s %9s\n", "rule", "pairs", "new pairs", "of all", "largest block", "largest 5");
    for (uint32_t r = 0; r < rules->n; r++) {
        char pairs[CK_COUNT_TEXT], added[CK_COUNT_TEXT], records[CK_COUNT_TEXT];
        printf("%-6u %15s %15s %7.1f%% %15s %8.1f%%  %s\n", r, ck_count_text(census[r].pairs, pairs), ck_count_text(census[r].new_pairs, added),
               all ? 100 * (double)census[r].new_pairs / (double)all : 0, ck_count_text(largest_left(&rules->rule[r], &census[r]), records),
               100 * ck_largest_share(&rules->rule[r], &census[r]), rules->rule[r].text);
    }
}

static void show_memory(const ck_plan_report *report) {
    printf("\nmemory of a rank, in MiB\n");
    for (int t = 0; t < CK_MEMORY_TERMS; t++)
        printf("  %-14s %12.1f%s\n", ck_memory_term_names[t], (double)report->memory.term[t] / (1 << 20),
               ck_term_divides((ck_memory_term)t) ? "" : "   the same on more ranks");
}

static void show_stages(const ck_plan_report *report) {
    char text[CK_COUNT_TEXT];
    printf("\n%-8s %15s %15s\n", "stage", "MiB of a rank", "time");
    for (int s = 0; s < CK_PRICED_STAGES; s++)
        printf("%-8s %15.1f %15s\n", ck_priced_stage_names[s], (double)report->memory.stage[s] / (1 << 20), time_text(report->time.stage[s], text));
    printf("%-8s %15.1f %15s\n", "peak", (double)report->memory.peak / (1 << 20), time_text(report->time.total, text));
}

/* A rule that makes most of the pairs is the first thing to look at. */
static void show_advice(const ck_workspace *work, const ck_plan_report *report, uint64_t all) {
    const ck_rules *rules = &work->job.rules;
    const ck_rule_census *census = ck_engine_census(work->engine);
    char remedy[CK_REMEDY_TEXT];
    for (uint32_t r = 0; r < rules->n && rules->n > 1; r++)
        if (census[r].new_pairs > all / 2)
            printf("Rule %u makes %.0f %% of the pairs; to compare fewer, %s.\n", r, 100 * (double)census[r].new_pairs / (double)all,
                   ck_rule_remedy(&rules->rule[r], &census[r], remedy));
    if (report->shape.nodes > report->shape.ranks)
        printf("There are more nodes than ranks.\n");
}

static uint64_t all_pairs(const ck_workload *load) {
    uint64_t all = 0;
    for (uint32_t r = 0; r < load->nrules; r++)
        all += load->rule[r].new_pairs;
    return all;
}

void ck_plan_show(const ck_workspace *work, const ck_plan_report *report) {
    char pairs[CK_COUNT_TEXT], links[CK_COUNT_TEXT], rate[CK_COUNT_TEXT], records[CK_COUNT_TEXT], node[CK_SIZE_TEXT], asked[CK_SIZE_TEXT],
        limit[CK_COUNT_TEXT];
    uint64_t all = all_pairs(&report->load);
    printf("%s records, %s pairs to compare, %s links expected (%s); %u ranks of %u threads on %u nodes\n",
           ck_count_text(report->load.records, records), ck_count_text(all, pairs), ck_count_text(report->load.links, links),
           report->links_known ? "as an earlier run found" : "a guess", report->shape.ranks, report->shape.threads, report->shape.nodes);
    show_rules(&work->job.rules, ck_engine_census(work->engine), all);
    show_memory(report);
    show_stages(report);
    printf("\na core compares %s pairs a second (%s)\n", ck_rate_text(report->rate, rate), report->rate_given ? "given" : "timed here");
    printf("a node needs %s; asked for: %s and %s\n", ck_size_text(report->memory.node, node), ck_size_text(report->ask_memory, asked),
           time_text((double)report->time.limit, limit));
    show_advice(work, report, all);
}

/* ---- as JSON ---- */

static json_t *terms_json(const uint64_t *bytes, const char *const *names, int n) {
    json_t *object = json_object();
    for (int i = 0; i < n; i++)
        json_object_set_new(object, names[i], json_integer((json_int_t)bytes[i]));
    return object;
}

static json_t *seconds_json(const ck_time_price *time) {
    json_t *object = json_object();
    for (int s = 0; s < CK_PRICED_STAGES; s++)
        json_object_set_new(object, ck_priced_stage_names[s], json_real(time->stage[s]));
    return object;
}

static json_t *rules_json(const ck_workspace *work, const ck_workload *load) {
    json_t *list = ck_census_json(&work->job.rules, ck_engine_census(work->engine)), *rule;
    size_t r;
    json_array_foreach(list, r, rule) {
        json_object_set_new(rule, "new_pairs", json_integer((json_int_t)ck_engine_census(work->engine)[r].new_pairs));
        json_object_set_new(rule, "largest_share", json_real(ck_largest_share(&work->job.rules.rule[r], &ck_engine_census(work->engine)[r])));
        json_object_set_new(rule, "compare_core_seconds", json_real(load->rule[r].compare_seconds));
    }
    return list;
}

json_t *ck_plan_json(const ck_workspace *work, const ck_plan_report *report) {
    const ck_workload *load = &report->load;
    const ck_memory_price *memory = &report->memory;
    bool fits = !report->memory_limit || memory->peak <= report->memory_limit;
    return json_pack("{s:s, s:{s:I, s:I, s:I, s:I, s:b}, s:{s:I, s:I, s:I}, s:o, s:{s:o, s:o, s:s, s:I, s:I, s:I, s:I, s:I, s:b}, "
                     "s:{s:f, s:b, s:o, s:f}, s:{s:I, s:I}}",
                     "job", work->job.name, "work", "records", (json_int_t)load->records, "rows", (json_int_t)load->rows, "pairs", (json_int_t)all_pairs(load),
                     "links_expected", (json_int_t)load->links, "links_known", report->links_known, "ranks", "ranks", (json_int_t)report->shape.ranks, "nodes",
                     (json_int_t)report->shape.nodes, "threads", (json_int_t)report->shape.threads, "rules", rules_json(work, load), "memory", "terms",
                     terms_json(memory->term, ck_memory_term_names, CK_MEMORY_TERMS), "stages", terms_json(memory->stage, ck_priced_stage_names, CK_PRICED_STAGES),
                     "largest_stage", ck_priced_stage_names[memory->largest], "peak_bytes", (json_int_t)memory->peak, "node_bytes", (json_int_t)memory->node,
                     "limit_bytes", (json_int_t)report->memory_limit, "least_ranks", (json_int_t)report->least_ranks, "node_asked_bytes",
                     (json_int_t)report->ask_memory, "fits", fits, "time", "pairs_per_core_second", report->rate, "rate_given", report->rate_given,
                     "seconds", seconds_json(&report->time), "total_seconds", report->time.total, "asked", "node_bytes", (json_int_t)report->ask_memory,
                     "seconds", (json_int_t)report->time.limit);
}
