/** carrick report: one page that tells what a run did and how good it is, without a person's value. */
#include "base/log.h"
#include "base/memory.h"
#include "cli/audit.h"
#include "cli/console.h"
#include "cli/files.h"
#include "cli/json_out.h"
#include "cli/report_facts.h"
#include "cli/stages.h"
#include <math.h>
#include <stdio.h>

static void free_facts(ck_report_facts *f) {
    json_decref(f->review);
    json_decref(f->subgroups);
    json_decref(f->estimates);
    json_decref(f->evaluation);
    json_decref(f->ingest);
    ck_description_free(&f->d);
    ck_report_free(&f->report);
}

/** What estimate and evaluate --by found, where it is of these persons. */
static json_t *load_of_persons(ck_report_facts *f, const char *name) {
    json_t *found = ck_json_load(f->work->folder, name);
    if (!found || ck_run_record_is_of_persons(&f->work->record, found))
        return found;
    f->stale = true;
    json_decref(found);
    return NULL;
}

/** What lies in the folder as JSON. */
static void load_files(ck_report_facts *f) {
    const char *folder = f->work->folder;
    f->ingest = ck_json_load(folder, "ingest.json");
    if (ck_run_record_stage(&f->work->record, "evaluate"))
        f->evaluation = ck_json_load(folder, "evaluation.json");
    f->estimates = load_of_persons(f, "estimates.json");
    f->subgroups = load_of_persons(f, "subgroups.json");
    f->review = ck_json_load(folder, "review.json");
}

/* ---- the few numbers at the top ---- */

static void add_figure(ck_report_facts *f, const char *label, double share) {
    char text[CK_PERCENT_TEXT];
    ck_percent_text(share, text);
    if (isfinite(share))
        ck_report_figure(&f->report, label, text);
}

static void add_count(ck_report_facts *f, const char *label, uint64_t count) {
    char text[CK_COUNT_TEXT];
    ck_report_figure(&f->report, label, ck_report_is_small(&f->report, count) ? "[c]" : ck_count_text(count, text));
}

static void add_figures(ck_report_facts *f) {
    const ck_rate all = f->d.rate[0][0];
    double precision, recall;
    bool measured = ck_report_precision_recall(f, &precision, &recall);
    add_count(f, "Records", f->work->people.records);
    if (!f->hide_linked) {
        add_count(f, "Persons", f->d.persons);
        add_figure(f, "Records linked", (double)all.linked / (double)(all.linked + all.unlinked));
    }
    add_figure(f, measured ? "Precision, against truth" : "Precision, estimated", precision);
    add_figure(f, measured ? "Recall, against truth" : "Recall, estimated at most", recall);
}

/* ---- the page ---- */

static ck_status write_page(ck_report_facts *f, ck_error *error) {
    const ck_options *options = &f->work->cli->options;
    char *path = options->out_file ? ck_copy_string(error, options->out_file) : ck_path_join(error, f->work->folder, "report.html");
    ck_out_file file = {0};
    if (path && ck_out_open(error, path, &file) == CK_OK) {
        ck_report_write(&f->report, file.stream);
        if (ck_out_commit(error, &file) == CK_OK) {
            if (file.path)
                ck_log(CK_LOG_INFO, "The page is %s.", path);
            ck_audit_count(f->work->cli, "report", json_pack("{s:I, s:I, s:I, s:I}", "records", (json_int_t)f->work->people.records, "persons", (json_int_t)f->d.persons,
                                                             "links", (json_int_t)f->d.links, "suppressed_below", (json_int_t)options->suppress));
            ck_audit_output(f->work->cli, path);
        }
    }
    ck_out_close(&file);
    ck_free(path);
    return error->status;
}

static ck_status tell(ck_report_facts *f, ck_error *error, const ck_households *households) {
    load_files(f);
    ck_report_flow(f);
    add_figures(f);
    ck_report_groups(f);
    ck_report_histogram(f);
    ck_report_model(f);
    ck_report_waterfalls(f);
    ck_report_quality(f);
    ck_report_persons(f, households);
    ck_report_data(f);
    ck_report_statement(f);
    return error->status ? error->status : write_page(f, error);
}

/* ---- gathering ---- */

static ck_status open_households(ck_report_facts *f, ck_error *error, ck_households *households, bool *there) {
    const ck_comm *comm = &f->work->cli->comm;
    char *path = ck_path_join(error, f->work->folder, "households.h5");
    uint8_t found = comm->rank == 0 && path && ck_path_is_file(path) && ck_run_record_stage(&f->work->record, "persons");
    if (ck_par_agree(comm, error) == CK_OK) {
        ck_par_broadcast(comm, 0, &found, sizeof found);
        *there = found;
        if (found)
            ck_households_open(comm, error, path, households);
    }
    ck_free(path);
    return error->status;
}

static ck_status gather(ck_report_facts *f, ck_error *error, const ck_links *links, const char *by) {
    if (ck_description_make(f->work, error, links, *by ? by : NULL, &f->d) == CK_OK && ck_report_weights(f, error, links) == CK_OK && ck_report_is_weighed(f))
        ck_report_pairs(f, error, links);
    return error->status;
}

static ck_status report(ck_workspace *work, ck_error *error, const ck_links *links) {
    const ck_options *options = &work->cli->options;
    ck_households households = {0};
    bool housed = false;
    ck_report_facts f = {.work = work, .report = {.title = "Linkage report", .name = work->job.name, .version = CARRICK_VERSION, .suppress = options->suppress}};
    char *by = options->by ? ck_copy_string(error, options->by) : ck_report_groupings(error, &work->job.schema);
    ck_report_init(&f.report, error);
    f.d.suppress = options->suppress;
    if (by)
        ck_report_check_groupings(error, &work->job.schema, by);
    if (ck_par_agree(&work->cli->comm, error) == CK_OK && gather(&f, error, links, by) == CK_OK && open_households(&f, error, &households, &housed) == CK_OK &&
        work->cli->comm.rank == 0)
        tell(&f, error, housed ? &households : NULL);
    ck_households_free(&households);
    free_facts(&f);
    ck_free(by);
    return ck_par_agree(&work->cli->comm, error);
}

ck_status ck_cmd_report(ck_cli *cli, ck_error *error) {
    ck_workspace work;
    ck_links links = {0};
    if (cli->options.suppress && !cli->options.out_file)
        return ck_fail(error, CK_USAGE, "--suppress needs --out FILE: a page to be shared must not stand among files that are not.");
    if (ck_workspace_open(cli, error, cli->options.word[0], NULL, &work) == CK_OK && ck_stage_require(&work, error, CK_STAGE_INGEST) == CK_OK &&
        ck_stage_require(&work, error, CK_STAGE_LINK) == CK_OK && ck_stage_require(&work, error, CK_STAGE_CLUSTER) == CK_OK &&
        ck_workspace_people(&work, error, true) == CK_OK && ck_links_open(&cli->comm, error, work.links_path, &links) == CK_OK)
        report(&work, error, &links);
    ck_links_free(&links);
    ck_workspace_close(&work);
    return error->status;
}
