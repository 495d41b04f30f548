/** Stage link: model.json and people.h5 to links.h5. */
#include "base/log.h"
#include "base/memory.h"
#include "cli/census.h"
#include "cli/console.h"
#include "cli/groups.h"
#include "cli/passes.h"
#include "cli/stages.h"
#include "cli/update.h"
#include "cluster/units.h"
#include "link/kept_links.h"
#include "link/ledger.h"
#include <stdio.h>

ck_status ck_link_depends(ck_workspace *work, ck_error *error, ck_stamp *stamp) {
    char people[CK_STAMP_TEXT];
    const char *model = work->model_path;
    uint64_t hash;
    if (work->job.npasses)
        return ck_stage_require(work, error, CK_STAGE_INGEST) ? error->status : ck_passes_depend(work, error, CK_STAGE_LINK, stamp);
    if (ck_stage_require(work, error, CK_STAGE_INGEST) || ck_stage_require(work, error, CK_STAGE_TRAIN) ||
        ck_stage_kept_stamp(work, error, CK_STAGE_INGEST, people) ||
        ck_hash_files(&work->cli->comm, error, &model, 1, &hash, NULL, NULL))
        return error->status;
    ck_stamp_add(stamp, people);
    ck_stamp_add_hash(stamp, hash);
    ck_stamp_add(stamp, work->part[CK_STAGE_TRAIN]); /* rules and comparisons are there */
    if (work->job.cascade.n && ck_groups_depend(work, error, stamp) != CK_OK)
        return error->status;
    return ck_update_depend(work, error, stamp);
}

/** How even the work was: pairs compared by each rank. */
static json_t *load_json(const ck_comm *comm, ck_error *error, uint64_t compared_here) {
    void *all;
    uint64_t *offset;
    json_t *list = json_array();
    if (ck_par_gather_all(comm, error, &compared_here, sizeof compared_here, &all, &offset))
        return list;
    for (int r = 0; r < comm->size; r++)
        json_array_append_new(list, json_integer((json_int_t)((uint64_t *)all)[r]));
    ck_free(all);
    ck_free(offset);
    return list;
}

static void describe_links(const ck_workspace *work, ck_error *error, const ck_link_counts *counts, ck_stage_result *result) {
    char pairs[CK_COUNT_TEXT], links[CK_COUNT_TEXT];
    json_t *fresh = json_array();
    for (uint32_t r = 0; r < work->job.rules.n; r++)
        json_array_append_new(fresh, json_integer((json_int_t)counts->new_pairs[r]));
    ck_census_show_new(&work->job.rules, counts->new_pairs);
    snprintf(result->text, sizeof result->text, "%s pairs, %s links at weight %g and above", ck_count_text(counts->pairs, pairs),
             ck_count_text(counts->links, links), work->job.floor);
    result->work = counts->pairs;
    result->unit = "pairs";
    result->counts = json_pack("{s:I, s:I, s:o, s:o}", "candidates", (json_int_t)counts->pairs, "links", (json_int_t)counts->links,
                               "new_pairs", fresh, "compared_by_rank", load_json(&work->cli->comm, error, counts->compared_here));
}

/** Once links.h5 is there, nothing of the folder's unfinished work is wanted any more. */
static void forget_runs(const ck_workspace *work) {
    if (work->cli->comm.rank == 0) {
        ck_ledger_forget(work->folder, "counts");
        ck_ledger_forget(work->folder, "links");
    }
}

static ck_status write_links(ck_workspace *work, ck_error *error, const char *stamp, ck_kept_links *kept, ck_links_next *next, void *giver) {
    ck_free(kept->all.model);
    ck_free(kept->all.stamp);
    kept->all.model = ck_copy_string(error, work->model_text);
    kept->all.stamp = ck_copy_string(error, stamp);
    if (ck_par_agree(&work->cli->comm, error))
        return error->status;
    return ck_links_write_parts(&work->cli->comm, error, work->links_path, &kept->all, next, giver);
}

/* ---- rules alone ---- */

/** Links by rule, a rule of several keys being one. */
static json_t *decided_json(ck_workspace *work, const ck_settled *settled) {
    const ck_cascade *cascade = &work->job.cascade;
    json_t *list = json_array();
    ck_par_sum(&work->cli->comm, settled->decided, cascade->n);
    for (uint32_t k = 0; k < cascade->n; k++)
        json_array_append_new(list, json_pack("{s:s, s:I}", "rule", cascade->rule[k].name, "links", (json_int_t)settled->decided[k]));
    return list;
}

static void describe_rules(ck_workspace *work, ck_error *error, ck_settled *settled, const ck_link_counts *counts, ck_stage_result *result) {
    char pairs[CK_COUNT_TEXT], links[CK_COUNT_TEXT], ties[CK_COUNT_TEXT];
    describe_links(work, error, counts, result);
    json_object_set_new(result->counts, "decided", decided_json(work, settled));
    ck_par_sum(&work->cli->comm, &settled->ties, 1);
    json_object_set_new(result->counts, "undecided", json_integer((json_int_t)settled->ties));
    snprintf(result->text, sizeof result->text, "%s pairs, %s links by %u rules, %s undecided", ck_count_text(counts->pairs, pairs),
             ck_count_text(counts->links - settled->ties, links), work->job.cascade.n, ck_count_text(settled->ties, ties));
}

/** The smallest record of each record's group, NULL where the job has none. */
static ck_status least_of_units(ck_workspace *work, ck_error *error, uint32_t **unit) {
    if (ck_groups_load(work, error) || !work->units)
        return error->status;
    *unit = ck_alloc(error, work->people.records, sizeof **unit);
    for (uint64_t i = 0; *unit && i < work->people.records; i++)
        (*unit)[i] = work->units->first[work->units->unit[i]];
    return ck_par_agree(&work->cli->comm, error);
}

static ck_status finish_rules(ck_workspace *work, ck_error *error, const char *stamp, ck_kept_links *kept, const ck_link_counts *counts,
                              ck_stage_result *result) {
    ck_settled settled = {0};
    uint32_t *unit = NULL;
    if (least_of_units(work, error, &unit) == CK_OK &&
        ck_cascade_settle(&work->cli->comm, error, &work->job.cascade, &work->people, unit, kept, &settled) == CK_OK &&
        write_links(work, error, stamp, kept, ck_settled_next, &settled) == CK_OK)
        describe_rules(work, error, &settled, counts, result);
    ck_settled_close(&settled);
    ck_free(unit);
    return error->status;
}

/* ---- the stage ---- */

ck_status ck_link_finish(ck_workspace *work, ck_error *error, const char *stamp, ck_kept_links *kept, const ck_link_counts *counts, ck_stage_result *result) {
    if (work->job.cascade.n)
        finish_rules(work, error, stamp, kept, counts, result);
    else if (write_links(work, error, stamp, kept, ck_kept_links_next, kept) == CK_OK)
        describe_links(work, error, counts, result);
    if (!error->status)
        forget_runs(work);
    return error->status;
}

ck_status ck_link_run(ck_workspace *work, ck_error *error, const char *stamp, ck_stage_result *result) {
    ck_scorer scorer = {0};
    ck_kept_links kept = {0};
    ck_link_counts counts = {0};
    if (work->job.npasses)
        return ck_passes_link(work, error, stamp, result);
    if (ck_update_wanted(work))
        return ck_update_links(work, error, stamp, result);
    if (work->job.update && work->job.has_trace)
        ck_log(CK_LOG_INFO, "A trace is made anew in an update: it asks its index for every row without a number.");
    if (ck_workspace_engine(work, error) == CK_OK && ck_workspace_model(work, error) == CK_OK && ck_workspace_scorer(work, error, &scorer) == CK_OK &&
        ck_engine_link_kept(work->engine, error, &scorer, work->job.floor, stamp, &kept, &counts) == CK_OK)
        ck_link_finish(work, error, stamp, &kept, &counts, result);
    ck_kept_links_close(&kept);
    ck_scorer_free(&scorer);
    return error->status;
}
