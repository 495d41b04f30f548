/** carrick plan: what a job will take, before anything is compared. */
#include "base/memory.h"
#include "base/size.h"
#include "cli/files.h"
#include "cli/json_out.h"
#include "cli/plan_out.h"
#include "cli/stages.h"
#include "plan/batch.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SAMPLE_PAIRS = 2000000, DEFAULT_RANDOM_PAIRS = 3000000 };
/* Links that a record is expected to have where no earlier run tells: at and above weight 0 hardly more than true pairs are kept. */
static const double links_per_record = 1, links_per_record_below_0 = 4;

/* ---- what is asked for ---- */

static ck_status read_options(const ck_cli *cli, ck_error *error, ck_plan_report *report) {
    const ck_options *options = &cli->options;
    uint64_t ranks = options->ranks ? options->ranks : (uint64_t)cli->comm.size, nodes = options->nodes ? options->nodes : 1;
    uint64_t threads = options->cpus ? options->cpus : cli->threads;
    if (ranks > 1000000 || nodes > ranks || threads > 4096)
        return ck_fail(error, CK_USAGE, "A plan needs at most a million ranks, no more --nodes than --ranks, and --cpus of at most 4096.");
    if (options->rate < 0 || (options->rate > 0 && options->rate < 1))
        return ck_fail(error, CK_USAGE, "--rate needs pairs a second of at least 1, not %g.", options->rate);
    report->shape = (ck_layout_of_ranks){(uint32_t)ranks, (uint32_t)nodes, (uint32_t)threads};
    return options->plan_memory ? ck_size_parse(error, "--memory", options->plan_memory, &report->memory_limit) : CK_OK;
}

/* ---- what is to be done ---- */

static uint64_t dictionary_bytes(const ck_people *people) {
    uint64_t bytes = 0;
    for (uint32_t c = 0; c < people->ncolumns; c++) {
        const ck_dict *dict = &people->column[c].dict;
        bytes += 8 * ((uint64_t)dict->count + 2) + dict->offset[dict->count + 1];
    }
    return bytes;
}

/** An earlier run's links, where they are of these rules and this model; else a guess. */
static void expect_links(const ck_workspace *work, ck_plan_report *report) {
    ck_workload *load = &report->load;
    uint64_t pairs = 0;
    for (uint32_t r = 0; r < load->nrules; r++)
        pairs += load->rule[r].new_pairs;
    report->links_known = ck_run_record_stage(&work->record, "link") && ck_run_record_count(&work->record, "link", "candidates") == pairs;
    double guess = (work->job.floor < 0 ? links_per_record_below_0 : links_per_record) * (double)load->records;
    load->links = report->links_known ? ck_run_record_count(&work->record, "link", "links") : (uint64_t)guess;
    load->links = load->links < pairs ? load->links : pairs;
}

static void measure(const ck_workspace *work, ck_workload *load) {
    const ck_rule_census *census = ck_engine_census(work->engine);
    const ck_people *people = &work->people;
    const ck_job *job = &work->job;
    ck_engine_sizes sizes;
    ck_engine_measure(work->engine, &sizes);
    *load = (ck_workload){.rows = people->rows, .records = people->records, .columns = people->ncolumns, .row_words = sizes.row_words,
                          .nrules = job->rules.n, .dictionary_bytes = dictionary_bytes(people), .derived_bytes = sizes.derived_bytes,
                          .trains = !job->model_file && !job->splink_given, .connected = job->cluster == CK_CLUSTER_CONNECTED, .low_floor = job->floor < 0};
    load->counts = ck_workspace_may_pass_limit(work);
    /* Separate sessions read all pairs. Labels do too, but come later than a plan. */
    if (load->trains && job->train.method == CK_TRAIN_CALIBRATED)
        load->sampled_above = job->train.pairs;
    if (load->trains)
        load->random_pairs = job->train.random_pairs ? job->train.random_pairs : DEFAULT_RANDOM_PAIRS;
    for (uint32_t r = 0; r < load->nrules; r++)
        load->rule[r] = (ck_rule_load){.entries = census[r].entries, .members = census[r].members, .keys = census[r].keys, .pairs = census[r].pairs,
                                       .new_pairs = census[r].new_pairs, .multi = sizes.multi[r], .cross = sizes.cross[r]};
}

/** Some of the real pairs of every rule, timed, stand for all. Collective. */
static ck_status time_pairs(ck_workspace *work, ck_error *error, ck_plan_report *report) {
    ck_engine_sample sample[CK_RULES_MAX];
    ck_workload *load = &report->load;
    if (ck_engine_time_sample(work->engine, error, SAMPLE_PAIRS, sample))
        return error->status;
    double pairs = 0, seconds = 0;
    for (uint32_t r = 0; r < load->nrules; r++) {
        load->rule[r].compare_seconds = sample[r].cost ? sample[r].seconds * ((double)sample[r].all_cost / (double)sample[r].cost) : 0;
        pairs += (double)load->rule[r].new_pairs;
        seconds += load->rule[r].compare_seconds;
    }
    report->rate = seconds > 0 ? pairs / seconds : 0;
    return CK_OK;
}

static ck_status find_rate(ck_workspace *work, ck_error *error, ck_plan_report *report) {
    report->rate_given = work->cli->options.rate > 0;
    if (!report->rate_given)
        return time_pairs(work, error, report);
    report->rate = work->cli->options.rate;
    ck_price_by_rate(&report->load, report->rate);
    return CK_OK;
}

/* ---- what comes of it ---- */

static char *absolute(ck_error *error, const char *path) {
    char found[PATH_MAX];
    return ck_copy_string(error, realpath(path, found) ? found : path);
}

static ck_status write_batch(const ck_workspace *work, ck_error *error, const ck_plan_report *report, const char *path) {
    /* The folder holds the job whole, so that a job file that moves or changes later does no harm. */
    char *folder = absolute(error, work->folder), *text = NULL;
    ck_batch batch = {.name = work->job.name, .job = folder, .folder = folder, .shape = report->shape, .node_bytes = report->ask_memory,
                      .seconds = report->time.limit};
    if (folder && ck_batch_text(error, &batch, &text) == CK_OK)
        ck_file_write(error, path, text, strlen(text));
    ck_free(text);
    ck_free(folder);
    return error->status;
}

static ck_status fail_memory(ck_error *error, const ck_plan_report *report) {
    char peak[CK_SIZE_TEXT], limit[CK_SIZE_TEXT], change[96];
    const ck_memory_price *memory = &report->memory;
    if (report->least_ranks)
        snprintf(change, sizeof change, "%u ranks of that size would do", report->least_ranks);
    else
        snprintf(change, sizeof change, "no number of such ranks would do: give each more, or drop columns or rules");
    return ck_fail(error, CK_MEMORY, "The job does not fit: stage %s needs %s of each of %u ranks, and --memory allows %s; %s.",
                   ck_priced_stage_names[memory->largest], ck_size_text(memory->peak, peak), report->shape.ranks,
                   ck_size_text(report->memory_limit, limit), change);
}

/** Rank 0. */
static ck_status tell(const ck_workspace *work, ck_error *error, ck_plan_report *report) {
    char *json_path = ck_path_join(error, work->folder, "plan.json"), *batch_path = ck_path_join(error, work->folder, "job.sbatch");
    ck_price_memory(&report->load, &report->shape, &report->memory);
    ck_price_time(&report->load, &report->shape, &report->time);
    bool fits = !report->memory_limit || report->memory.peak <= report->memory_limit;
    if (!fits)
        report->least_ranks = ck_price_least_ranks(&report->load, &report->shape, report->memory_limit);
    report->ask_memory = ck_batch_memory(report->memory.node);
    if (!error->status) {
        ck_plan_show(work, report);
        ck_json_file(error, json_path, ck_plan_json(work, report), false);
        if (!fits) {
            unlink(batch_path); /* of an earlier plan, which would be taken for this one's */
            fail_memory(error, report);
        } else if (!error->status && write_batch(work, error, report, batch_path) == CK_OK)
            printf("\n%s\n%s\n", json_path, batch_path);
    }
    ck_free(json_path);
    ck_free(batch_path);
    return error->status;
}

static ck_status plan(ck_workspace *work, ck_error *error) {
    ck_plan_report *report = ck_alloc_zero(error, 1, sizeof *report);
    if (report)
        read_options(work->cli, error, report);
    if (ck_par_agree(&work->cli->comm, error) == CK_OK && ck_stage_make(work, error, CK_STAGE_INGEST, NULL) == CK_OK &&
        (!work->chooses || ck_stage_make(work, error, CK_STAGE_CHOOSE, NULL) == CK_OK) && ck_workspace_engine(work, error) == CK_OK &&
        ck_workspace_count_pairs(work, error) == CK_OK) {
        measure(work, &report->load);
        if (find_rate(work, error, report) == CK_OK && work->cli->comm.rank == 0) {
            expect_links(work, report);
            tell(work, error, report);
        }
    }
    ck_par_agree(&work->cli->comm, error);
    ck_free(report);
    return error->status;
}

ck_status ck_cmd_plan(ck_cli *cli, ck_error *error) {
    ck_workspace work = {0};
    if (ck_workspace_open(cli, error, cli->options.word[0], NULL, &work) == CK_OK)
        plan(&work, error);
    ck_workspace_close(&work);
    return error->status;
}
