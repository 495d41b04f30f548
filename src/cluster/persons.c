#include "cluster/persons.h"
#include "base/memory.h"
#include "base/stop.h"
#include "cluster/inside.h"
#include "cluster/spread.h"
#include <math.h>

/* A source with fewer expected duplicates a record holds a person once. */
static const double unique_limit = 0.01;

/* What the work passes from step to step. */
typedef struct work {
    const ck_comm *comm;
    const ck_persons_input *input;
    ck_persons_report *report;
    bool *allowed;
    uint32_t *root; /* [records] on every rank */
} work;

void ck_persons_report_free(ck_persons_report *report) {
    ck_free(report->unique);
    ck_free(report->duplicates);
    ck_free(report->ties.tie);
    *report = (ck_persons_report){0};
}

/* --- sources --------------------------------------------------------------------------------------------- */

static ck_status start(work *w, ck_error *error) {
    const ck_people *people = w->input->people;
    ck_persons_report *report = w->report;
    uint32_t n = people->nsources;
    *report = (ck_persons_report){.nsources = n};
    report->unique = ck_alloc_zero(error, n, sizeof *report->unique);
    report->duplicates = ck_alloc_zero(error, n, sizeof *report->duplicates);
    w->allowed = ck_alloc_zero(error, (size_t)n * n, sizeof *w->allowed);
    w->root = w->input->method != CK_CLUSTER_CONNECTED ? ck_alloc(error, people->records, sizeof *w->root) : NULL;
    if (ck_par_agree(w->comm, error) != CK_OK)
        return error->status;
    for (uint32_t s = 0; s < n; s++) {
        report->unique[s] = people->source[s].unique || (w->input->unique && w->input->unique[s]);
        report->duplicates[s] = NAN;
    }
    ck_link_allowed(w->input->engine_options->link_type, n, report->unique, w->allowed); /* in a link job found ones change nothing */
    return CK_OK;
}

/* Sources of a link job that nobody has called unique are looked at. Where duplicates inside sources are linked too, only the job's word counts. */
static ck_status test_sources(work *w, ck_error *error) {
    ck_persons_report *report = w->report;
    if (w->input->method == CK_CLUSTER_CONNECTED || w->input->engine_options->link_type != CK_LINK || w->input->unique)
        return CK_OK;
    for (uint32_t s = 0; s < report->nsources; s++) {
        if (report->unique[s])
            continue;
        if (ck_source_duplicates(w->comm, error, w->input, s, &report->duplicates[s]) != CK_OK)
            return error->status;
        report->unique[s] = report->duplicates[s] < unique_limit;
    }
    return CK_OK;
}

static uint32_t count_unique(const ck_persons_report *report) {
    uint32_t n = 0;
    for (uint32_t s = 0; s < report->nsources; s++)
        n += report->unique[s];
    return n;
}

/* --- clusters -------------------------------------------------------------------------------------------- */

static ck_status spread(work *w, ck_error *error, const ck_links *pairs, ck_component_kernel *kernel) {
    ck_person_limits limits = {w->input->people, w->allowed, w->report->unique, w->input->threshold_log2};
    ck_stop_check(error);
    if (ck_par_agree(w->comm, error) != CK_OK)
        return error->status;
    return ck_spread_components(w->comm, error, &limits, pairs, w->input->engine_options->threads, kernel, w->root, &w->report->ties);
}

/* The first pass's persons settle which pairs are still free; then all of it once more. */
static ck_status merge_again(work *w, ck_error *error, ck_links *pairs) {
    const ck_persons_input *input = w->input;
    uint64_t persons = ck_cluster_number_persons(w->root, input->people->records);
    if (ck_second_pass(w->comm, error, input->people, w->report->unique, input->threshold_log2, w->root, persons, pairs, &w->report->boost) != CK_OK)
        return error->status;
    return spread(w, error, pairs, ck_merge_component);
}

static ck_status merge(work *w, ck_error *error, const ck_links *links) {
    ck_links pairs = {0};
    uint32_t unique = count_unique(w->report);
    bool all = unique == w->report->nsources;
    if (ck_pairs_inside(w->comm, error, w->input, links, !all, unique > 0, &pairs, &w->report->rescored, &w->report->large) == CK_OK &&
        spread(w, error, &pairs, ck_merge_component) == CK_OK && unique > 0)
        merge_again(w, error, &pairs);
    ck_links_free(&pairs);
    return error->status;
}

static ck_status link_best(work *w, ck_error *error, const ck_links *links) {
    if (count_unique(w->report) == 0)
        return ck_fail(error, CK_USAGE, "'cluster: best_link' needs a source that holds a person once, and none is; "
                                        "say 'unique: true' of one, or take 'cluster: merge'.");
    return spread(w, error, links, ck_best_link_component);
}

/* Every rank keeps its share of the roots, as persons. */
static ck_status take_index(work *w, ck_error *error, ck_index *index) {
    uint64_t records = w->input->people->records;
    *index = (ck_index){.records = records, .begin = ck_par_share(w->comm, records, w->comm->rank),
                        .end = ck_par_share(w->comm, records, w->comm->rank + 1)};
    index->persons = ck_cluster_number_persons(w->root, records);
    index->person = ck_alloc(error, index->end - index->begin, sizeof *index->person);
    for (uint64_t i = index->begin; index->person && i < index->end; i++)
        index->person[i - index->begin] = w->root[i];
    return ck_par_agree(w->comm, error);
}

static ck_status cluster(work *w, ck_error *error, const ck_links *links, ck_index *index) {
    if (w->input->method == CK_CLUSTER_CONNECTED)
        return ck_cluster_connected(w->comm, error, w->input->people->records, links, w->input->threshold_log2, index);
    if ((w->input->method == CK_CLUSTER_MERGE ? merge(w, error, links) : link_best(w, error, links)) == CK_OK)
        take_index(w, error, index);
    return error->status;
}

static ck_status cluster_file(work *w, ck_error *error, ck_links_reader *reader, ck_index *index) {
    const ck_persons_input *input = w->input;
    ck_links needed = {0};
    if (input->method == CK_CLUSTER_CONNECTED)
        return ck_cluster_connected_file(w->comm, error, input->people->records, reader, input->threshold_log2, index);
    bool grey = input->method == CK_CLUSTER_MERGE && count_unique(w->report) > 0;
    if (ck_links_needed(w->comm, error, input, reader, grey, &needed) == CK_OK)
        cluster(w, error, &needed, index);
    ck_links_free(&needed);
    return error->status;
}

static void finish(work *w) {
    ck_free(w->root);
    ck_free(w->allowed);
}

ck_status ck_cluster_persons(const ck_comm *comm, ck_error *error, const ck_persons_input *input, const ck_links *links, ck_index *index,
                             ck_persons_report *report) {
    work w = {.comm = comm, .input = input, .report = report};
    *index = (ck_index){0};
    if (start(&w, error) == CK_OK && test_sources(&w, error) == CK_OK)
        cluster(&w, error, links, index);
    finish(&w);
    return error->status;
}

ck_status ck_cluster_persons_file(const ck_comm *comm, ck_error *error, const ck_persons_input *input, ck_links_reader *reader, ck_index *index,
                                  ck_persons_report *report) {
    work w = {.comm = comm, .input = input, .report = report};
    *index = (ck_index){0};
    if (start(&w, error) == CK_OK && test_sources(&w, error) == CK_OK)
        cluster_file(&w, error, reader, index);
    finish(&w);
    return error->status;
}
