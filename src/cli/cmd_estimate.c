/** carrick estimate: how good the links should be, without any truth. */
#include "assess/unlabelled.h"
#include "base/memory.h"
#include "cli/console.h"
#include "cli/files.h"
#include "cli/stages.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct estimates {
    double decision;
    uint64_t records, unlinkable;
    ck_link_sum band[CK_LABEL_BANDS], linked, rest; /**< at or above the decision, and below */
    ck_captures captures;
    double matches;                 /**< among the candidate pairs */
    double precision, recall, blocking_recall, recall_in_all;
} estimates;

static void conclude(estimates *e) {
    for (int k = 0; k < CK_LABEL_BANDS; k++) {
        ck_link_sum *sum = k >= CK_LABEL_FIRST_LINK ? &e->linked : &e->rest;
        sum->links += e->band[k].links;
        sum->matches += e->band[k].matches;
    }
    e->matches = e->linked.matches + e->rest.matches + e->captures.below_floor;
    e->precision = e->linked.links ? e->linked.matches / (double)e->linked.links : NAN;
    e->recall = e->matches > 0 ? e->linked.matches / e->matches : NAN;
    e->blocking_recall = e->captures.matches > 0 ? e->captures.matches / (e->captures.matches + e->captures.missed) : NAN;
    e->recall_in_all = e->recall * e->blocking_recall;
}

static ck_status estimate(ck_workspace *work, ck_error *error, const ck_links *links, estimates *e) {
    const ck_comm *comm = &work->cli->comm;
    ck_scorer scorer = {0};
    ck_cells cells = {0};
    if (ck_workspace_engine(work, error) == CK_OK && ck_workspace_model_of_links(work, error, links->model) == CK_OK &&
        ck_scorer_create(comm, error, &work->model, &work->people, &scorer) == CK_OK &&
        ck_engine_count_cells(work->engine, error, true, &cells) == CK_OK &&
        ck_sum_links(comm, error, links, e->decision, e->band) == CK_OK &&
        ck_count_unlinkable(comm, error, &work->people, &work->job.comparisons, work->job.rules.n, &scorer, work->cli->kernels, e->decision,
                            &e->unlinkable) == CK_OK) {
        e->records = work->people.records;
        ck_count_captures(&cells, &scorer, work->job.floor, &e->captures);
        conclude(e);
    }
    ck_cells_free(&cells);
    ck_scorer_free(&scorer);
    return error->status;
}

/* ---- showing ---- */

static json_t *real_json(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

/** Share of a band's pairs that are expected to be no match. */
static double false_rate(ck_link_sum sum) {
    return sum.links ? 1 - sum.matches / (double)sum.links : NAN;
}

static json_t *bands_json(const estimates *e) {
    json_t *bands = json_array();
    for (int k = 0; k < CK_LABEL_BANDS; k++)
        json_array_append_new(bands, json_pack("{s:o, s:o, s:I, s:f, s:o}", "from", real_json(e->decision + ck_label_band_from(k)), "to",
                                               k + 1 < CK_LABEL_BANDS ? real_json(e->decision + ck_label_band_from(k + 1)) : json_null(), "pairs",
                                               (json_int_t)e->band[k].links, "matches", e->band[k].matches, "false_rate",
                                               real_json(false_rate(e->band[k]))));
    return bands;
}

static json_t *estimates_json(const estimates *e) {
    const ck_captures *c = &e->captures;
    json_t *blocking = json_pack("{s:i, s:f, s:f, s:f, s:o, s:o}", "rules", (int)c->rules, "matches", c->matches, "matches_by_one_rule", c->once,
                                 "matches_by_two_rules", c->twice, "missed", real_json(c->missed), "recall", real_json(e->blocking_recall));
    return json_pack("{s:f, s:I, s:f, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:o}", "decision_weight", e->decision, "links",
                     (json_int_t)e->linked.links, "matches", e->matches, "precision", real_json(e->precision), "recall", real_json(e->recall),
                     "recall_with_blocking", real_json(e->recall_in_all), "bands", bands_json(e), "blocking", blocking, "records",
                     (json_int_t)e->records, "unlinkable", (json_int_t)e->unlinkable, "unlinkable_share",
                     real_json(e->records ? (double)e->unlinkable / (double)e->records : NAN));
}

static void print_share(const char *words, double value) {
    char text[CK_COUNT_TEXT];
    printf("%-44s %12s\n", words, ck_measure_text(value, text));
}

static void print_table(const estimates *e) {
    char text[CK_COUNT_TEXT];
    printf("%-44s %12s\n", "links at the decision", ck_count_text(e->linked.links, text));
    printf("%-44s %12.6g\n", "expected matches among the candidate pairs", e->matches);
    print_share("expected precision", e->precision);
    print_share("expected recall of the candidate pairs", e->recall);
    print_share("expected blocking recall", e->blocking_recall);
    print_share("expected recall, misses by blocking counted", e->recall_in_all);
    if (isfinite(e->captures.missed))
        printf("%-44s %12.6g\n", "matches that no rule makes, at least", e->captures.missed);
    printf("%-44s %12s\n\n", "records that could not link to themselves", ck_count_text(e->unlinkable, text));
    printf("%-22s %12s %12s %12s\n", "match weight", "pairs", "matches", "false rate");
    for (int k = 0; k < CK_LABEL_BANDS; k++) {
        char words[CK_COUNT_TEXT];
        snprintf(words, sizeof words, k ? "from %.4g%s" : "below", e->decision + ck_label_band_from(k),
                 k == CK_LABEL_FIRST_LINK ? " (decision)" : "");
        printf("%-22s %12llu %12.6g %12s\n", words, (unsigned long long)e->band[k].links, e->band[k].matches,
               ck_measure_text(false_rate(e->band[k]), text));
    }
}

static ck_status show(ck_workspace *work, ck_error *error, const estimates *e) {
    char *path = ck_path_join(error, work->folder, "estimates.json");
    if (work->cli->comm.rank == 0 && path) {
        json_t *root = estimates_json(e);
        char *text = ck_json_text(error, root);
        if (text && ck_file_write(error, path, text, strlen(text)) == CK_OK && work->cli->options.json)
            fputs(text, stdout);
        else if (!error->status)
            print_table(e);
        free(text);
        json_decref(root);
    }
    ck_free(path);
    return ck_par_agree(&work->cli->comm, error);
}

ck_status ck_cmd_estimate(ck_cli *cli, ck_error *error) {
    ck_workspace work;
    ck_links links = {0};
    estimates e = {0};
    if (ck_workspace_open(cli, error, cli->options.word[0], NULL, &work) == CK_OK && ck_stage_require(&work, error, CK_STAGE_INGEST) == CK_OK &&
        ck_stage_require(&work, error, CK_STAGE_LINK) == CK_OK && ck_stage_require(&work, error, CK_STAGE_CLUSTER) == CK_OK &&
        ck_links_open(&cli->comm, error, work.links_path, &links) == CK_OK) {
        e.decision = ck_decision_weight(&work);
        if (estimate(&work, error, &links, &e) == CK_OK)
            show(&work, error, &e);
    }
    ck_links_free(&links);
    ck_workspace_close(&work);
    return error->status;
}
