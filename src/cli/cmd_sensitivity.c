/** carrick sensitivity: the persons again at other decisions and by other models. */
#include "assess/resample.h"
#include "assess/sensitivity.h"
#include "base/log.h"
#include "base/memory.h"
#include "cli/console.h"
#include "cli/files.h"
#include "cli/stages.h"
#include "cluster/spread.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bits above and below the decision. */
static const double shifts[] = {-5, -3, -2, -1, -0.5, 0.5, 1, 2, 3, 5};
enum { STEPS = sizeof shifts / sizeof *shifts, DEFAULT_MODELS = 5 };

/* One decision. `known` false: it lies below the floor. */
typedef struct decision_step {
    double weight;
    bool known;
    ck_person_change change;
} decision_step;

typedef struct decisions {
    double decision;
    uint64_t records, persons;
    decision_step step[STEPS];
    uint64_t nmodels;
    ck_person_change *model; /* [nmodels] at the decision, by models of resampled pairs */
} decisions;

/** Other persons against those of index.h5, on rank 0. */
static ck_status compare(const ck_comm *comm, ck_error *error, const ck_index *index, const uint32_t *before, uint64_t persons, ck_person_change *change) {
    uint32_t *after = NULL;
    if (ck_gather_persons(comm, error, index, &after) == CK_OK && comm->rank == 0)
        ck_compare_persons(error, index->records, before, persons, after, index->persons, change);
    ck_free(after);
    return ck_par_agree(comm, error);
}

/** Persons of the links of the file at one weight. */
static ck_status try_weight(const ck_comm *comm, ck_error *error, const ck_persons_input *input, ck_links_reader *links, const uint32_t *before,
                            uint64_t persons, ck_person_change *change) {
    ck_index index = {0};
    ck_persons_report report = {0};
    if (ck_cluster_persons_file(comm, error, input, links, &index, &report) == CK_OK)
        compare(comm, error, &index, before, persons, change);
    ck_persons_report_free(&report);
    ck_index_free(&index);
    return error->status;
}

ck_status ck_cluster_unique(ck_workspace *work, ck_error *error, bool **unique) {
    uint32_t n = work->people.nsources;
    *unique = ck_alloc_zero(error, n, sizeof **unique);
    if (ck_par_agree(&work->cli->comm, error))
        return error->status;
    json_t *counts = json_object_get(ck_run_record_stage(&work->record, "cluster"), "counts");
    for (uint32_t s = 0; s < n; s++) {
        json_t *source = json_object_get(json_object_get(counts, "sources"), work->people.source[s].name);
        (*unique)[s] = json_is_true(json_object_get(source, "unique"));
    }
    ck_par_broadcast(&work->cli->comm, 0, *unique, n * sizeof **unique);
    return CK_OK;
}

/** Link and cluster by the model of one replicate. */
static ck_status try_model(ck_workspace *work, ck_error *error, ck_resampler *resampler, ck_persons_input *input, const uint32_t *before,
                           uint64_t persons, uint64_t replicate, ck_person_change *change) {
    const ck_comm *comm = &work->cli->comm;
    ck_scorer scorer = {0};
    ck_links links = {0};
    ck_link_counts counts;
    ck_index index = {0};
    ck_persons_report report = {0};
    if (ck_resample_model(comm, error, resampler, replicate, &work->model) == CK_OK &&
        ck_workspace_scorer(work, error, &scorer) == CK_OK &&
        ck_engine_link(work->engine, error, &scorer, work->job.floor, &links, &counts) == CK_OK) {
        input->scorer = &scorer;
        if (ck_cluster_persons(comm, error, input, &links, &index, &report) == CK_OK)
            compare(comm, error, &index, before, persons, change);
    }
    ck_persons_report_free(&report);
    ck_index_free(&index);
    ck_links_free(&links);
    ck_scorer_free(&scorer);
    return error->status;
}

static ck_status try_models(ck_workspace *work, ck_error *error, ck_persons_input *input, const uint32_t *before, decisions *found) {
    const ck_comm *comm = &work->cli->comm;
    ck_resampler resampler = {0};
    uint64_t n = work->cli->options.bootstrap ? work->cli->options.bootstrap : DEFAULT_MODELS;
    if (!work->model_open || work->model.nrules == 0) {
        ck_log(CK_LOG_INFO, "The model is not calibrated, or connected components need none: no models of resampled pairs are tried.");
        return CK_OK;
    }
    ck_engine_options options = ck_workspace_engine_options(work);
    ck_train_options how = ck_workspace_train_options(work);
    found->model = ck_alloc_zero(error, n, sizeof *found->model);
    if (ck_par_agree(comm, error) == CK_OK &&
        ck_resampler_open(comm, error, &work->people, &work->job.rules, &how, &options, work->engine, &work->model, &resampler) == CK_OK) {
        input->threshold_log2 = found->decision;
        for (; found->nmodels < n && !error->status; found->nmodels++)
            try_model(work, error, &resampler, input, before, found->persons, found->nmodels, &found->model[found->nmodels]);
    }
    ck_resampler_close(&resampler);
    return error->status;
}

static ck_status try_all(ck_workspace *work, ck_error *error, ck_links_reader *links, const ck_index *index, decisions *found) {
    const ck_comm *comm = &work->cli->comm;
    ck_scorer scorer = {0};
    ck_engine_options options;
    ck_persons_input input;
    bool *unique = NULL;
    uint32_t *before = NULL;
    if ((work->job.cluster == CK_CLUSTER_CONNECTED || ck_workspace_engine(work, error) == CK_OK) && /* one for all weights */
        ck_workspace_persons_input(work, error, &links->slice, found->decision, &scorer, &options, &input) == CK_OK &&
        ck_cluster_unique(work, error, &unique) == CK_OK && ck_gather_persons(comm, error, index, &before) == CK_OK) {
        input.unique = unique;
        for (int k = 0; k < STEPS && !error->status; k++) {
            decision_step *step = &found->step[k];
            input.threshold_log2 = step->weight = found->decision + shifts[k];
            step->known = step->weight >= work->job.floor;
            if (step->known)
                try_weight(comm, error, &input, links, before, index->persons, &step->change);
        }
        if (!error->status)
            try_models(work, error, &input, before, found);
    }
    ck_free(before);
    ck_free(unique);
    ck_scorer_free(&scorer);
    return error->status;
}

/* ---- showing ---- */

static json_t *change_json(double weight, const ck_person_change *c) {
    return json_pack("{s:f, s:I, s:I, s:I, s:I, s:I}", "weight", weight, "persons", (json_int_t)c->persons, "persons_changed",
                     (json_int_t)c->persons_changed, "records_changed", (json_int_t)c->records_changed, "split", (json_int_t)c->split, "joined",
                     (json_int_t)c->joined);
}

static json_t *steps_json(const decisions *found) {
    json_t *steps = json_array();
    for (int k = 0; k < STEPS; k++)
        if (found->step[k].known)
            json_array_append_new(steps, change_json(found->step[k].weight, &found->step[k].change));
    return steps;
}

static json_t *models_json(const decisions *found) {
    json_t *models = json_array();
    for (uint64_t k = 0; k < found->nmodels; k++)
        json_array_append_new(models, change_json(found->decision, &found->model[k]));
    return models;
}

static void print_change(const decisions *found, const ck_person_change *c) {
    char text[CK_COUNT_TEXT];
    printf(" %12s", ck_count_text(c->persons, text));
    printf(" %15s", ck_count_text(c->persons_changed, text));
    printf(" %8.3f%%", found->persons ? 100 * (double)c->persons_changed / (double)found->persons : 0.0);
    printf(" %15s", ck_count_text(c->records_changed, text));
    printf(" %9s", ck_count_text(c->split, text));
    printf(" %9s\n", ck_count_text(c->joined, text));
}

static void print_table(const decisions *found) {
    char text[CK_COUNT_TEXT];
    printf("%s records are ", ck_count_text(found->records, text));
    printf("%s persons at weight %g. At other weights:\n\n", ck_count_text(found->persons, text), found->decision);
    printf("%9s %12s %15s %9s %15s %9s %9s\n", "weight", "persons", "persons changed", "share", "records changed", "split", "joined");
    for (int k = 0; k < STEPS; k++)
        if (found->step[k].known) {
            printf("%9.4g", found->step[k].weight);
            print_change(found, &found->step[k].change);
        }
    if (found->nmodels)
        printf("\nAt weight %g, by models of resampled pairs:\n\n", found->decision);
    for (uint64_t k = 0; k < found->nmodels; k++) {
        printf("%9llu", (unsigned long long)k + 1);
        print_change(found, &found->model[k]);
    }
}

static ck_status show(ck_workspace *work, ck_error *error, const decisions *found) {
    char *path = ck_path_join(error, work->folder, "sensitivity.json");
    if (work->cli->comm.rank == 0 && path) {
        json_t *root = json_pack("{s:f, s:I, s:I, s:o, s:o}", "decision_weight", found->decision, "records", (json_int_t)found->records, "persons",
                                 (json_int_t)found->persons, "decisions", steps_json(found), "models", models_json(found));
        char *text = ck_json_text(error, root);
        if (text && ck_file_write(error, path, text, strlen(text)) == CK_OK && work->cli->options.json)
            fputs(text, stdout);
        else if (!error->status)
            print_table(found);
        free(text);
        json_decref(root);
    }
    ck_free(path);
    return ck_par_agree(&work->cli->comm, error);
}

static ck_status explore(ck_workspace *work, ck_error *error) {
    const ck_comm *comm = &work->cli->comm;
    ck_links_reader links = {0};
    ck_index index = {0};
    decisions found = {.decision = ck_decision_weight(work)};
    if (ck_links_reader_open(comm, error, work->links_path, &links) == CK_OK && ck_index_open(comm, error, work->index_path, &index) == CK_OK) {
        found.records = index.records;
        found.persons = index.persons;
        if (try_all(work, error, &links, &index, &found) == CK_OK)
            show(work, error, &found);
    }
    ck_free(found.model);
    ck_index_free(&index);
    ck_links_reader_close(&links);
    return error->status;
}

ck_status ck_cmd_sensitivity(ck_cli *cli, ck_error *error) {
    ck_workspace work;
    if (ck_workspace_open(cli, error, cli->options.word[0], NULL, &work) == CK_OK && ck_workspace_require_model(&work, error) == CK_OK &&
        ck_stage_require(&work, error, CK_STAGE_INGEST) == CK_OK &&
        ck_stage_require(&work, error, CK_STAGE_LINK) == CK_OK && ck_stage_require(&work, error, CK_STAGE_CLUSTER) == CK_OK)
        explore(&work, error);
    ck_workspace_close(&work);
    return error->status;
}
