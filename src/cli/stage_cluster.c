/** Stage cluster: links.h5 to index.h5. */
#include "base/log.h"
#include "base/memory.h"
#include "cascade/ties.h"
#include "cli/console.h"
#include "cli/flow_counts.h"
#include "cli/groups.h"
#include "cli/passes.h"
#include "cli/person_ids.h"
#include "cli/stages.h"
#include "cli/ties_out.h"
#include <math.h>
#include <stdio.h>

ck_status ck_cluster_depends(ck_workspace *work, ck_error *error, ck_stamp *stamp) {
    char links[CK_STAMP_TEXT];
    if (ck_stage_require(work, error, CK_STAGE_INGEST) || ck_stage_require(work, error, CK_STAGE_LINK) ||
        ck_stage_kept_stamp(work, error, CK_STAGE_LINK, links))
        return error->status;
    ck_stamp_add(stamp, links);
    if (ck_groups_depend(work, error, stamp) || ck_passes_depend(work, error, CK_STAGE_CLUSTER, stamp))
        return error->status;
    return ck_person_ids_depend(work, error, stamp);
}

double ck_decision_weight(ck_workspace *work) {
    double weight = work->job.match_weight;
    if (work->cli->comm.rank == 0) {
        const json_t *counts = json_object_get(ck_run_record_stage(&work->record, "cluster"), "counts");
        const json_t *kept = json_object_get(counts, "match_weight");
        weight = json_is_number(kept) ? json_number_value(kept) : weight;
    }
    ck_par_broadcast(&work->cli->comm, 0, &weight, sizeof weight);
    return weight;
}

/** The job's weight, or the one that its false discovery rate asks for. */
static ck_status decide(ck_workspace *work, ck_error *error, ck_links_reader *links, double *weight) {
    enum { NO_LINK = 1000 };
    ck_fdr fdr = {0};
    *weight = work->job.match_weight;
    if (isnan(work->job.fdr))
        return CK_OK;
    ck_fdr_init(error, &fdr);
    ck_links_reader_rewind(links);
    while (ck_links_reader_next(links, error))
        ck_fdr_count(&fdr, &links->slice);
    if (ck_fdr_decide(&work->cli->comm, error, &fdr, work->job.fdr, work->job.floor, weight) == CK_OK && isinf(*weight)) {
        ck_log(CK_LOG_WARN, "No weight keeps the expected share of false links within %g; nothing is linked.", work->job.fdr);
        *weight = NO_LINK;
    }
    ck_fdr_free(&fdr);
    return error->status;
}

static json_t *sources_json(const ck_workspace *work, const ck_persons_report *report) {
    json_t *sources = json_object();
    for (uint32_t s = 0; s < report->nsources; s++) {
        json_t *source = json_pack("{s:b}", "unique", report->unique[s]);
        if (isfinite(report->duplicates[s]))
            json_object_set_new(source, "duplicates_per_record", json_real(report->duplicates[s]));
        if (report->within[s] < 0)
            json_object_set_new(source, "within_bits", json_real(report->within[s]));
        json_object_set_new(sources, work->people.source[s].name, source);
    }
    return sources;
}

static void describe(const ck_workspace *work, const ck_index *index, double weight, const ck_persons_report *report,
                     ck_stage_result *result) {
    char records[CK_COUNT_TEXT], persons[CK_COUNT_TEXT];
    static const char *const methods[] = {"merge", "best_link", "connected"};
    snprintf(result->text, sizeof result->text, "%s records are %s persons at weight %g and above", ck_count_text(index->records, records),
             ck_count_text(index->persons, persons), weight);
    result->work = index->records;
    result->unit = "records";
    result->counts = json_pack("{s:I, s:I, s:f, s:s, s:o, s:I, s:I, s:f, s:I}", "records", (json_int_t)index->records, "persons",
                               (json_int_t)index->persons, "match_weight", weight, "method", methods[work->job.cluster], "sources",
                               sources_json(work, report), "rescored_pairs", (json_int_t)report->rescored, "records_in_cut_components",
                               (json_int_t)report->large, "second_pass_bits", report->boost, "ties", (json_int_t)report->ties.n);
}

/** Those of the clustering, and of rules whose matches were not the only ones. */
static ck_status write_ties(ck_workspace *work, ck_error *error, ck_links_reader *links, ck_ties *ties) {
    char text[CK_COUNT_TEXT];
    uint64_t before = ties->n;
    if (before)
        ck_log(CK_LOG_WARN, "%s links were not taken, since another of the same weight excludes each of them; ties.csv lists them.",
               ck_count_text(before, text));
    if (work->job.cascade.n && ck_cascade_ties(&work->cli->comm, error, links, work->people.records, ties) == CK_OK && ties->n > before)
        ck_log(CK_LOG_WARN, "%s matches were not the only ones of their records, and no rule decided them; ties.csv lists them.",
               ck_count_text(ties->n - before, text));
    return error->status ? error->status : ck_ties_write(work, error, ties);
}

static ck_status write_index(ck_workspace *work, ck_error *error, const char *stamp, ck_index *index) {
    ck_free(index->stamp);
    index->stamp = ck_copy_string(error, stamp);
    if (ck_par_agree(&work->cli->comm, error) || ck_person_ids_give(work, error, index))
        return error->status;
    return ck_index_write(&work->cli->comm, error, work->index_path, index);
}

/** The persons of a job of stages are those of its last one. */
static ck_status take_last(ck_workspace *work, ck_error *error, const char *stamp, ck_stage_result *result) {
    ck_index index = {0};
    if (ck_passes_index(work, error, &index) == CK_OK && write_index(work, error, stamp, &index) == CK_OK)
        ck_passes_describe(work, error, &index, result);
    ck_index_free(&index);
    return error->status;
}

ck_status ck_cluster_run(ck_workspace *work, ck_error *error, const char *stamp, ck_stage_result *result) {
    const ck_comm *comm = &work->cli->comm;
    ck_links_reader links = {0};
    ck_index index = {0};
    ck_scorer scorer = {0};
    ck_engine_options options;
    ck_persons_input input;
    ck_persons_report report = {0};
    double weight;
    if (work->job.npasses)
        return take_last(work, error, stamp, result);
    if (ck_links_reader_open(comm, error, work->links_path, &links) == CK_OK && decide(work, error, &links, &weight) == CK_OK &&
        ck_workspace_persons_input(work, error, &links.slice, weight, &scorer, &options, &input) == CK_OK &&
        ck_cluster_persons_file(comm, error, &input, &links, &index, &report) == CK_OK && write_ties(work, error, &links, &report.ties) == CK_OK &&
        write_index(work, error, stamp, &index) == CK_OK)
        describe(work, &index, weight, &report, result);
    if (!error->status)
        ck_flow_count(work, error, &links, &index, weight, result->counts);
    ck_persons_report_free(&report);
    ck_scorer_free(&scorer);
    ck_index_free(&index);
    ck_links_reader_close(&links);
    return error->status;
}
