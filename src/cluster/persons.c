#include "cluster/persons.h"
#include "base/memory.h"
#include "base/stop.h"
#include "cluster/inside.h"
#include "cluster/spread.h"
#include "cluster/units.h"
#include <math.h>

/* A source with fewer expected duplicates a record holds a person once. */
static const double unique_limit = 0.01;

/* What the work passes from step to step. */
typedef struct work {
    const ck_comm *comm;
    const ck_persons_input *input;
    ck_persons_report *report;
    bool *allowed;
    bool *apart;    /* [nsources * nsources] a person has no record of both; on the diagonal: at most one */
    uint32_t *root; /* [records] on every rank */
    ck_links *own;  /* links that were read for this work alone, or NULL */
} work;

void ck_persons_report_free(ck_persons_report *report) {
    ck_free(report->unique);
    ck_free(report->duplicates);
    ck_free(report->within);
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
    report->within = ck_alloc_zero(error, n, sizeof *report->within);
    w->apart = ck_alloc_zero(error, (size_t)n * n, sizeof *w->apart);
    w->root = w->input->method != CK_CLUSTER_CONNECTED ? ck_alloc(error, people->records, sizeof *w->root) : NULL;
    ck_engine_allow(error, w->input->engine_options, people, &w->allowed); /* sources found to hold a person once are of jobs that pair none with itself */
    if (ck_par_agree(w->comm, error) != CK_OK)
        return error->status;
    for (uint32_t s = 0; s < n; s++) {
        report->unique[s] = people->source[s].unique || (w->input->unique && w->input->unique[s]) || (w->input->once && w->input->once[s]);
        report->duplicates[s] = NAN;
    }
    return CK_OK;
}

static bool pairs_within(const work *w) {
    for (uint32_t s = 0; s < w->report->nsources; s++)
        if (w->allowed[s * w->report->nsources + s])
            return true;
    return false;
}

/* Sources of a link job that nobody has called unique are looked at. Where duplicates inside sources are linked too, only the job's word counts. */
static ck_status test_sources(work *w, ck_error *error) {
    ck_persons_report *report = w->report;
    if (w->input->method == CK_CLUSTER_CONNECTED || pairs_within(w) || w->input->unique || w->input->units || w->input->once)
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

/* Where sources are linked with one another and with themselves, what a match is worth inside each is found from the links; rules decide without. */
static bool weighs_within(const work *w) {
    return w->input->method == CK_CLUSTER_MERGE && w->report->nsources > 1 && pairs_within(w) && !w->input->scorer->nkeys;
}

static void count_file(const work *w, ck_error *error, ck_links_reader *reader, ck_within *within) {
    ck_links_reader_rewind(reader);
    while (ck_links_reader_next(reader, error))
        if (ck_links_check(error, &reader->slice, w->input->people->records) == CK_OK)
            ck_within_count(within, w->input->people, &reader->slice);
}

/* Of links in memory (reader NULL) or in a file. */
static ck_status find_within(work *w, ck_error *error, const ck_links *links, ck_links_reader *reader) {
    ck_within within = {0};
    if (!weighs_within(w))
        return CK_OK;
    ck_within_init(error, w->report->nsources, &within);
    if (ck_par_agree(w->comm, error) == CK_OK && links)
        ck_within_count(&within, w->input->people, links);
    else if (error->status == CK_OK)
        count_file(w, error, reader, &within);
    if (ck_par_agree(w->comm, error) == CK_OK)
        ck_within_find(w->comm, &within, w->report->within);
    ck_within_free(&within);
    return error->status;
}

static uint32_t count_unique(const ck_persons_report *report) {
    uint32_t n = 0;
    for (uint32_t s = 0; s < report->nsources; s++)
        n += report->unique[s];
    return n;
}

/* A source that holds a person once keeps its own records apart, a side those of all its sources. */
static void find_apart(work *w) {
    const ck_persons_input *input = w->input;
    uint32_t n = w->report->nsources;
    for (uint32_t s = 0; s < n; s++)
        for (uint32_t t = 0; t < n; t++)
            w->apart[s * n + t] = (s == t && w->report->unique[s]) ||
                                  (input->once && input->side && input->once[s] && input->once[t] && input->side[s] == input->side[t]);
}

/* --- clusters -------------------------------------------------------------------------------------------- */

static ck_status spread_records(work *w, ck_error *error, const ck_person_limits *limits, const ck_links *pairs, ck_component_kernel *kernel) {
    return ck_spread_components(w->comm, error, limits, pairs, w->input->engine_options->threads, kernel, w->root, &w->report->ties);
}

/* A tie is told by the first records of its units. */
static void expand(const ck_units *units, const uint32_t *unit_root, uint32_t *root, ck_ties *ties) {
    for (uint64_t i = 0; i < units->records; i++)
        root[i] = units->first[unit_root[units->unit[i]]];
    for (uint64_t i = 0; ties->tie && i < ties->n; i++) {
        ck_tie *tie = &ties->tie[i];
        *tie = (ck_tie){units->first[tie->a], units->first[tie->b], units->first[tie->set], tie->weight};
    }
}

/* The pairs of records become pairs of units. */
static ck_status spread_units(work *w, ck_error *error, const ck_person_limits *of_records, const ck_links *pairs, ck_component_kernel *kernel) {
    const ck_units *units = w->input->units;
    ck_person_limits limits;
    ck_links of_units = {0};
    uint32_t *root = ck_alloc(error, units->n, sizeof *root);
    ck_unit_limits(error, units, of_records, &limits);
    ck_units_of_links(error, units, pairs, &of_units);
    if (ck_par_agree(w->comm, error) == CK_OK &&
        ck_spread_components(w->comm, error, &limits, &of_units, w->input->engine_options->threads, kernel, root, &w->report->ties) == CK_OK)
        expand(units, root, w->root, &w->report->ties);
    ck_links_free(&of_units);
    ck_unit_limits_free(&limits);
    ck_free(root);
    return error->status;
}

static ck_status spread(work *w, ck_error *error, const ck_links *pairs, ck_component_kernel *kernel) {
    ck_person_limits limits = {.people = w->input->people, .allowed = w->allowed, .apart = w->apart, .within = w->report->within, .threshold_log2 = w->input->threshold_log2};
    ck_stop_check(error);
    if (ck_par_agree(w->comm, error) != CK_OK)
        return error->status;
    return w->input->units ? spread_units(w, error, &limits, pairs, kernel) : spread_records(w, error, &limits, pairs, kernel);
}

/* The first pass's persons settle which pairs are still free; then all of it once more. */
static ck_status merge_again(work *w, ck_error *error, ck_links *pairs) {
    const ck_persons_input *input = w->input;
    uint64_t persons = ck_cluster_number_persons(w->root, input->people->records);
    if (ck_second_pass(w->comm, error, input->people, w->report->unique, input->threshold_log2, w->root, persons, pairs, &w->report->boost) != CK_OK)
        return error->status;
    return spread(w, error, pairs, ck_merge_component);
}

/* The second pass knows sources that hold a person once, not units and sides. */
static bool looks_twice(const work *w) {
    return count_unique(w->report) > 0 && !w->input->units && !w->input->once;
}

static ck_status merge(work *w, ck_error *error, const ck_links *links) {
    ck_links pairs = {0};
    bool all = count_unique(w->report) == w->report->nsources, twice = looks_twice(w);
    if (ck_pairs_inside(w->comm, error, w->input, links, w->own, !all, twice, &pairs, &w->report->rescored, &w->report->large) == CK_OK) {
        if (w->input->units) /* of many sources each, so that clusters of them are not asked which they share */
            ck_within_weigh(w->input->people, w->report->within, &pairs);
        if (spread(w, error, &pairs, ck_merge_component) == CK_OK && twice)
            merge_again(w, error, &pairs);
    }
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
    find_apart(w);
    if (w->input->method == CK_CLUSTER_CONNECTED)
        return ck_cluster_connected(w->comm, error, w->input->people->records, w->input->units, links, w->input->threshold_log2, index);
    if ((w->input->method == CK_CLUSTER_MERGE ? merge(w, error, links) : link_best(w, error, links)) == CK_OK)
        take_index(w, error, index);
    return error->status;
}

static ck_status cluster_file(work *w, ck_error *error, ck_links_reader *reader, ck_index *index) {
    const ck_persons_input *input = w->input;
    ck_links needed = {0};
    if (input->method == CK_CLUSTER_CONNECTED)
        return ck_cluster_connected_file(w->comm, error, input->people->records, input->units, reader, input->threshold_log2, index);
    bool grey = input->method == CK_CLUSTER_MERGE && looks_twice(w);
    w->own = &needed;
    if (ck_links_needed(w->comm, error, input, reader, grey, &needed) == CK_OK)
        cluster(w, error, &needed, index);
    ck_links_free(&needed);
    return error->status;
}

static void finish(work *w) {
    ck_free(w->root);
    ck_free(w->apart);
    ck_free(w->allowed);
}

ck_status ck_cluster_persons(const ck_comm *comm, ck_error *error, const ck_persons_input *input, const ck_links *links, ck_index *index,
                             ck_persons_report *report) {
    work w = {.comm = comm, .input = input, .report = report};
    *index = (ck_index){0};
    if (start(&w, error) == CK_OK && test_sources(&w, error) == CK_OK && find_within(&w, error, links, NULL) == CK_OK)
        cluster(&w, error, links, index);
    finish(&w);
    return error->status;
}

ck_status ck_cluster_persons_file(const ck_comm *comm, ck_error *error, const ck_persons_input *input, ck_links_reader *reader, ck_index *index,
                                  ck_persons_report *report) {
    work w = {.comm = comm, .input = input, .report = report};
    *index = (ck_index){0};
    if (start(&w, error) == CK_OK && test_sources(&w, error) == CK_OK && find_within(&w, error, NULL, reader) == CK_OK)
        cluster_file(&w, error, reader, index);
    finish(&w);
    return error->status;
}
