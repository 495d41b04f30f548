/** What carrick report reads of links.h5: how many links have which weight, and a few of them to be taken apart. */
#include "base/memory.h"
#include "cli/explain_pair.h"
#include "cli/lookup.h"
#include "cli/report_facts.h"
#include <math.h>

bool ck_report_is_weighed(const ck_report_facts *f) {
    return !f->work->job.cascade.n && !f->work->job.npasses;
}

ck_status ck_report_weights(ck_report_facts *f, ck_error *error, const ck_links *links) {
    for (uint64_t i = 0; i < links->n; i++) {
        double bin = floor(links->weight[i] - f->d.decision) + CK_BITS_BELOW;
        f->bits[bin < 0 ? 0 : bin > CK_BITS - 1 ? CK_BITS - 1 : (int)bin]++;
    }
    ck_par_sum(&f->work->cli->comm, f->bits, CK_BITS);
    return error->status;
}

/* ---- which patterns ---- */

static void take_pattern(ck_report_facts *f, const ck_pattern_row *row, const char *why) {
    for (uint32_t k = 0; k < f->npairs; k++)
        if (row && f->pair[k].pattern == row->pattern)
            return;
    if (row)
        f->pair[f->npairs++] = (ck_report_pair){.why = why, .pattern = row->pattern, .alike = row->pairs};
}

/** The commonest pattern of links, the one with the weakest links, the one with the strongest of the others, and the weakest that was kept. Of rare
 *  patterns none is taken in a version to be shared. Rank 0. */
static void choose_patterns(ck_report_facts *f) {
    const ck_pattern_row *commonest = NULL, *weakest = NULL, *strongest = NULL, *last = NULL;
    for (uint64_t i = 0; i < f->d.npatterns; i++) {
        const ck_pattern_row *row = &f->d.pattern[i];
        if (ck_report_is_small(&f->report, row->pairs))
            continue;
        if (row->links == row->pairs && !commonest)
            commonest = row;
        if (row->links == row->pairs && (!weakest || row->least < weakest->least))
            weakest = row;
        if (!row->links && (!strongest || row->most > strongest->most))
            strongest = row;
        if (!row->links && (!last || row->least < last->least))
            last = row;
    }
    take_pattern(f, commonest, "The commonest agreement among links");
    take_pattern(f, weakest, "Just enough: among the weakest links");
    take_pattern(f, strongest, "Not quite: among the strongest pairs that are not linked");
    take_pattern(f, last, "Far from it: among the weakest pairs that were kept");
}

/* ---- a pair of each ---- */

/** The first pair of the file with the pattern: the first rank that has one tells. */
static ck_status find_pair(const ck_comm *comm, ck_error *error, const ck_links *links, uint64_t pattern, uint32_t record[2]) {
    uint64_t i = 0, best;
    while (i < links->n && links->pattern[i] != pattern)
        i++;
    uint64_t place = i < links->n ? UINT64_MAX - (links->begin + i) : 0; /* the greatest is the first */
    best = place;
    ck_par_max(comm, &best, 1);
    if (!best)
        return ck_fail(error, CK_FILE, "links.h5 has lost a pair; 'carrick link' makes it again.");
    uint64_t found[2] = {0};
    if (place == best) {
        found[0] = links->a[i];
        found[1] = links->b[i];
    }
    ck_par_sum(comm, found, 2);
    record[0] = (uint32_t)found[0];
    record[1] = (uint32_t)found[1];
    return CK_OK;
}

static ck_status explain_pair(ck_report_facts *f, ck_error *error, const ck_links *links, const ck_pair_engine *engine, const ck_scorer *scorer, ck_report_pair *pair) {
    uint32_t record[2] = {0};
    uint64_t pattern, mask = 0;
    ck_lookup a = {0}, b = {0};
    if (find_pair(&f->work->cli->comm, error, links, pair->pattern, record) == CK_OK && ck_lookup_record(f->work, error, record[0], &a) == CK_OK &&
        ck_lookup_record(f->work, error, record[1], &b) == CK_OK && ck_pair_compare(engine, error, record[0], record[1], &pattern, &mask) == CK_OK)
        ck_score_explain(scorer, pair->pattern, mask, a.code, b.code, &pair->explanation);
    ck_free(a.code);
    ck_free(b.code);
    return error->status;
}

ck_status ck_report_pairs(ck_report_facts *f, ck_error *error, const ck_links *links) {
    const ck_comm *comm = &f->work->cli->comm;
    ck_pair_engine engine = {0};
    ck_scorer scorer = {0};
    choose_patterns(f);
    ck_par_broadcast(comm, 0, &f->npairs, sizeof f->npairs);
    ck_par_broadcast(comm, 0, f->pair, f->npairs * sizeof *f->pair); /* `why` is rank 0's to read */
    if (f->npairs && ck_workspace_model_of_links(f->work, error, links->model) == CK_OK && ck_workspace_scorer(f->work, error, &scorer) == CK_OK &&
        ck_pattern_strides(error, &f->work->job.comparisons, f->stride) == CK_OK && ck_pair_engine_open(f->work, error, &engine) == CK_OK)
        for (uint32_t k = 0; k < f->npairs && !error->status; k++)
            explain_pair(f, error, links, &engine, &scorer, &f->pair[k]);
    ck_pair_engine_close(&engine);
    ck_scorer_free(&scorer);
    return ck_par_agree(comm, error);
}
