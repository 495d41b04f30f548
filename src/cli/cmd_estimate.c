/** carrick estimate: how good the links and persons should be, without any truth. */
#include "assess/resample.h"
#include "base/log.h"
#include "base/memory.h"
#include "cli/console.h"
#include "cli/files.h"
#include "cli/show_estimates.h"
#include "cli/stages.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_MODELS = 20, TRUTHS_A_MODEL = 10 };

/* What is counted before anything is concluded. */
typedef struct estimation {
    ck_workspace *work;
    ck_scorer scorer;
    ck_cells cells;
    double *weight;             /* [cells.n] */
    ck_captures captures, *model_captures;
    uint32_t nmodels, ntruths;
    double *shift;              /* [nmodels] bits */
    ck_possible_truth *truth;   /* [ntruths] */
    ck_person_pairs pairs;
    double unblocked_share;
} estimation;

static void close_estimation(estimation *e) {
    ck_free(e->truth);
    ck_free(e->shift);
    ck_free(e->model_captures);
    ck_free(e->weight);
    ck_cells_free(&e->cells);
    ck_scorer_free(&e->scorer);
}

static ck_status open_estimation(estimation *e, ck_error *error, const ck_links *links) {
    ck_workspace *work = e->work;
    const ck_comm *comm = &work->cli->comm;
    if (ck_workspace_engine(work, error) || ck_workspace_model_of_links(work, error, links->model) ||
        ck_workspace_scorer(work, error, &e->scorer) || ck_engine_count_cells(work->engine, error, true, &e->cells))
        return error->status;
    e->nmodels = work->cli->options.bootstrap ? (uint32_t)work->cli->options.bootstrap : DEFAULT_MODELS;
    e->ntruths = TRUTHS_A_MODEL * e->nmodels;
    e->weight = ck_alloc(error, e->cells.n, sizeof *e->weight);
    e->model_captures = ck_alloc_zero(error, e->nmodels, sizeof *e->model_captures);
    e->shift = ck_alloc_zero(error, e->nmodels, sizeof *e->shift);
    e->truth = ck_alloc_zero(error, e->ntruths, sizeof *e->truth);
    if (!error->status) {
        ck_weigh_cells(&e->cells, &e->scorer, e->weight);
        ck_count_captures(&e->cells, e->cells.count, e->weight, 0, work->job.floor, &e->captures);
    }
    return ck_par_agree(comm, error);
}

/* ---- what other models would say ---- */

/* By how many bits do calibrations of resampled pairs find matches likelier than that of the pairs themselves? Rank 0. */
static ck_status find_shifts(estimation *e, ck_error *error, ck_resampler *resampler) {
    double usual = 0, share = 0;
    ck_resample_share(error, resampler, UINT64_MAX, &e->work->model, &usual);
    for (uint32_t k = 0; k < e->nmodels && !error->status; k++)
        if (ck_resample_share(error, resampler, k, &e->work->model, &share) == CK_OK && usual > 0)
            e->shift[k] = ck_shift_of_matches(&e->cells, e->weight, share / usual);
    return error->status;
}

/* Captures of resampled pairs. Rank 0. */
static ck_status recapture(estimation *e, ck_error *error) {
    uint64_t *count = ck_alloc(error, e->cells.n, sizeof *count);
    for (uint32_t k = 0; k < e->nmodels && count; k++) {
        ck_draw_counts(&e->cells, k, count);
        ck_count_captures(&e->cells, count, e->weight, e->shift[k], e->work->job.floor, &e->model_captures[k]);
    }
    ck_free(count);
    return error->status;
}

static ck_status try_models(estimation *e, ck_error *error) {
    ck_workspace *work = e->work;
    const ck_comm *comm = &work->cli->comm;
    ck_resampler resampler = {0};
    if (work->model.nrules > 0) {
        ck_engine_options options = ck_workspace_engine_options(work);
        ck_train_options how = ck_workspace_train_options(work);
        if (ck_resampler_open(comm, error, &work->people, &work->job.rules, &how, &options, work->engine, &work->model, &resampler) == CK_OK &&
            comm->rank == 0)
            find_shifts(e, error, &resampler);
        ck_resampler_close(&resampler);
    } else {
        ck_log(CK_LOG_INFO, "The model is not calibrated: intervals take it as it is, and tell what chance alone leaves open.");
    }
    if (comm->rank == 0 && !error->status)
        recapture(e, error);
    if (ck_par_agree(comm, error) == CK_OK) {
        ck_par_broadcast(comm, 0, e->shift, e->nmodels * sizeof *e->shift);
        ck_par_broadcast(comm, 0, e->model_captures, e->nmodels * sizeof *e->model_captures);
    }
    return error->status;
}

/* ---- what the persons say ---- */

/* Of the pairs inside persons that are not in links.h5: the share that no rule makes; the others weigh less than the floor. */
static ck_status find_unblocked(estimation *e, ck_error *error, const ck_index *index) {
    uint64_t n = index->end - index->begin, unblocked = 0, absent = e->pairs.inside.links - e->pairs.inside_links.links;
    uint32_t *group = ck_alloc(error, n, sizeof *group);
    ck_cells cells = {0};
    for (uint64_t i = 0; group && i < n; i++)
        group[i] = index->person[i] + 1;
    if (ck_par_agree(&e->work->cli->comm, error) == CK_OK && ck_engine_count_groups(e->work->engine, error, group, &cells) == CK_OK)
        for (size_t i = 0; i < cells.n; i++)
            unblocked += cells.mask[i] ? 0 : cells.count[i];
    e->unblocked_share = absent ? fmin(1, (double)unblocked / (double)absent) : 0;
    ck_cells_free(&cells);
    ck_free(group);
    return error->status;
}

static ck_status look_at_persons(estimation *e, ck_error *error, const ck_links *links, const ck_index *index, double decision) {
    bool *allowed = NULL, *unique = NULL;
    ck_person_pairs_input input = {.people = &e->work->people, .links = links, .index = index, .decision = decision, .nshifts = e->nmodels,
                                   .shift = e->shift, .ntruths = e->ntruths, .truth = e->truth};
    if (ck_workspace_allowed(e->work, error, &allowed) == CK_OK && ck_cluster_unique(e->work, error, &unique) == CK_OK) {
        input.allowed = allowed;
        input.unique = unique;
        if (ck_person_pairs_measure(&e->work->cli->comm, error, &input, &e->pairs) == CK_OK)
            find_unblocked(e, error, index);
    }
    ck_free(unique);
    ck_free(allowed);
    return ck_par_agree(&e->work->cli->comm, error);
}

/* ---- all of it ---- */

static ck_status estimate(ck_workspace *work, ck_error *error, const ck_links *links, const ck_index *index) {
    const ck_comm *comm = &work->cli->comm;
    estimation e = {.work = work};
    ck_estimates_shown shown = {.decision = ck_decision_weight(work)};
    if (open_estimation(&e, error, links) == CK_OK &&
        ck_count_unlinkable(comm, error, &work->people, &work->job.comparisons, work->job.rules.n, &e.scorer, work->cli->kernels, shown.decision,
                            &shown.unlinkable) == CK_OK &&
        try_models(&e, error) == CK_OK && look_at_persons(&e, error, links, index, shown.decision) == CK_OK) {
        const ck_expected *expected = &work->model.expected;
        bool unknown = work->model.nrules > 0 && expected->links > 0 && isnan(expected->precision);
        ck_estimate_input input = {.unknown = unknown, .pairs = &e.pairs, .captures = &e.captures, .unblocked_share = e.unblocked_share, .nmodels = e.nmodels,
                                   .model_captures = e.model_captures, .ntruths = e.ntruths, .truth = e.truth};
        shown.records = work->people.records;
        shown.pairs = &e.pairs;
        shown.captures = &e.captures;
        shown.models = work->model.nrules ? e.nmodels : 0;
        if (ck_estimates_conclude(error, &input, &shown.found) == CK_OK)
            ck_estimates_show(work, error, &shown);
    }
    close_estimation(&e);
    return ck_par_agree(comm, error);
}

ck_status ck_cmd_estimate(ck_cli *cli, ck_error *error) {
    ck_workspace work;
    ck_links links = {0};
    ck_index index = {0};
    if (ck_workspace_open(cli, error, cli->options.word[0], NULL, &work) == CK_OK && ck_workspace_require_model(&work, error) == CK_OK &&
        ck_stage_require(&work, error, CK_STAGE_INGEST) == CK_OK &&
        ck_stage_require(&work, error, CK_STAGE_LINK) == CK_OK && ck_stage_require(&work, error, CK_STAGE_CLUSTER) == CK_OK &&
        ck_links_open(&cli->comm, error, work.links_path, &links) == CK_OK && ck_index_open(&cli->comm, error, work.index_path, &index) == CK_OK)
        estimate(&work, error, &links, &index);
    ck_index_free(&index);
    ck_links_free(&links);
    ck_workspace_close(&work);
    return error->status;
}
