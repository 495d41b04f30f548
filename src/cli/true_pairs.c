#include "cli/true_pairs.h"
#include "base/memory.h"
#include "link/carry_links.h"

/** Weighed by the engine, also those that no rule makes. */
static ck_status weigh(ck_workspace *work, ck_error *error, ck_engine *engine, const uint32_t *group, ck_links *truth) {
    ck_links_reader links = {0};
    ck_scorer scorer = {0};
    if (ck_links_reader_open(&work->cli->comm, error, work->links_path, &links) == CK_OK &&
        ck_workspace_model_of_links(work, error, links.slice.model) == CK_OK && ck_workspace_scorer(work, error, &scorer) == CK_OK)
        ck_engine_link_groups(engine, error, &scorer, group + work->people.begin, -(double)INFINITY, truth);
    ck_scorer_free(&scorer);
    ck_links_reader_close(&links);
    return error->status;
}

/* ---- a job of stages ---- */

/** True pairs and links of stages stand side by side, by pair: a true pair takes over what its link says, and links that are not true go. Local. */
static void take_over(ck_links *both) {
    uint64_t kept = 0;
    for (uint64_t i = 0, next; i < both->n; i = next) {
        bool is_true = false;
        uint64_t link = UINT64_MAX;
        for (next = i; next < both->n && both->a[next] == both->a[i] && both->b[next] == both->b[i]; next++) {
            is_true |= both->rule[next] == CK_NO_RULE;
            link = both->rule[next] == CK_NO_RULE ? link : next;
        }
        if (!is_true)
            continue;
        both->a[kept] = both->a[i];
        both->b[kept] = both->b[i];
        both->weight[kept] = link == UINT64_MAX ? -(double)INFINITY : both->weight[link];
        both->rule[kept++] = link == UINT64_MAX ? CK_NO_RULE : both->rule[link];
    }
    both->n = kept;
}

/** Each record is what it was. */
static uint32_t *same_records(ck_error *error, uint64_t n) {
    uint32_t *record = ck_alloc(error, n, sizeof *record);
    for (uint64_t i = 0; record && i < n; i++)
        record[i] = (uint32_t)i;
    return record;
}

/** An engine without rules makes the pairs; the links say what the stages have made of them. */
static ck_status weigh_by_stages(ck_workspace *work, ck_error *error, const uint32_t *group, ck_links *truth) {
    static const ck_rules none = {0};
    const ck_comm *comm = &work->cli->comm;
    ck_engine_options options = ck_workspace_engine_options(work);
    ck_engine *engine = NULL;
    uint64_t links;
    uint32_t *record = same_records(error, work->people.records);
    if (ck_par_agree(comm, error) == CK_OK &&
        ck_engine_create(comm, error, &work->people, &none, &work->job.comparisons, &options, &engine) == CK_OK &&
        weigh(work, error, engine, group, truth) == CK_OK &&
        ck_links_carry(comm, error, work->links_path, record, work->people.records, truth, &links) == CK_OK)
        take_over(truth);
    ck_engine_free(engine);
    ck_free(record);
    return error->status;
}

ck_status ck_true_pairs(ck_workspace *work, ck_error *error, const uint32_t *group, ck_links *truth) {
    return work->job.npasses ? weigh_by_stages(work, error, group, truth) : weigh(work, error, work->engine, group, truth);
}
