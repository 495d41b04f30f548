#include "assess/evaluate.h"
#include "assess/measures.h"
#include "assess/truth.h"
#include "base/memory.h"
#include <string.h>

/* True pairs, and those that blocking reaches, by asking the rules about each. */
static ck_status measure_blocking(ck_error *error, const ck_engine_lender *lender, const ck_known *known, ck_evaluation *e) {
    ck_engine *engine = NULL;
    ck_cells cells = {0};
    e->blocking_recall = (double)NAN;
    if (!lender)
        return CK_OK;
    if (lender->lend(lender->owner, error, &engine) == CK_OK)
        ck_engine_count_groups(engine, error, known->group + known->people->begin, &cells);
    lender->take_back(lender->owner);
    for (size_t i = 0; error->status == CK_OK && i < cells.n; i++) {
        e->true_pairs += cells.count[i];
        e->true_candidates += cells.mask[i] ? cells.count[i] : 0;
    }
    ck_cells_free(&cells);
    e->blocking_recall = ck_recall((ck_tally){0, e->true_candidates}, e->true_pairs);
    return error->status;
}

/* The engine counts pair by pair; the groups' sizes must give the same. */
static ck_status check_true_pairs(const ck_comm *comm, ck_error *error, const ck_known *known, bool asked, ck_evaluation *e) {
    uint64_t pairs = 0;
    if (comm->rank == 0)
        ck_closure_true_pairs(error, known, &pairs);
    ck_par_broadcast(comm, 0, &pairs, sizeof pairs);
    if (!asked)
        e->true_pairs = pairs;
    if (!error->status && pairs != e->true_pairs)
        ck_fail(error, CK_INTERNAL, "The rules were asked about %llu true pairs, but there are %llu.",
                (unsigned long long)e->true_pairs, (unsigned long long)pairs);
    return ck_par_agree(comm, error);
}

static ck_status measure_edges(const ck_comm *comm, ck_error *error, const ck_known *known, ck_links_reader *links,
                               ck_evaluation *e) {
    ck_edge_measures m;
    if (ck_edges_measure(comm, error, known, links, e->true_pairs, e->threshold_weight, &m) != CK_OK)
        return error->status;
    e->edge = m.at_threshold;
    memcpy(e->edge_sweep, m.sweep + (e->sweep_lowest - CK_SWEEP_LOWEST),
           (size_t)(CK_SWEEP_HIGHEST - e->sweep_lowest + 1) * sizeof *m.sweep);
    e->edge_f1 = ck_f1(m.at_threshold, e->true_pairs);
    e->edge_precision = ck_precision(m.at_threshold);
    e->edge_recall = ck_recall(m.at_threshold, e->true_pairs);
    e->edge_best_f1 = ck_f1(m.best, e->true_pairs);
    e->edge_best_weight = m.best_weight;
    return CK_OK;
}

/* Closure over the persons that clustering made. */
static ck_status measure_closure(const ck_comm *comm, ck_error *error, const ck_known *known, const ck_index *index, ck_evaluation *e) {
    uint64_t *offset = NULL;
    void *person = NULL;
    ck_tally tally = {0, 0};
    if (index->records != known->people->records)
        ck_fail(error, CK_FILE, "The persons are of %llu records, but people.h5 has %llu; cluster again.",
                (unsigned long long)index->records, (unsigned long long)known->people->records);
    if (ck_par_gather(comm, error, index->person, (index->end - index->begin) * sizeof *index->person, &person, &offset) == CK_OK &&
        comm->rank == 0)
        if (ck_closure_of_persons(error, known, person, index->persons, &tally) == CK_OK)
            ck_persons_measure(error, known, person, index->persons, &e->persons);
    e->closure = tally;
    e->closure_f1 = ck_f1(tally, e->true_pairs);
    e->closure_precision = ck_precision(tally);
    e->closure_recall = ck_recall(tally, e->true_pairs);
    ck_free(person);
    ck_free(offset);
    return ck_par_agree(comm, error);
}

/* Best closure over whole weights; at equal F1 the highest weight. */
static void choose_best(ck_evaluation *e) {
    e->closure_best_f1 = ck_f1((ck_tally){0, 0}, e->true_pairs);
    e->closure_best_weight = (double)NAN;
    for (int t = CK_SWEEP_HIGHEST; t >= e->sweep_lowest; t--) {
        double f1 = ck_f1(e->closure_sweep[t - e->sweep_lowest], e->true_pairs);
        if (f1 > e->closure_best_f1) {
            e->closure_best_f1 = f1;
            e->closure_best_weight = t;
        }
    }
}

static ck_status measure_sweep(const ck_comm *comm, ck_error *error, const ck_known *known, ck_links_reader *links,
                               double floor_log2, ck_evaluation *e) {
    ck_forest forest;
    double from = floor_log2 > CK_SWEEP_LOWEST ? ceil(floor_log2) : CK_SWEEP_LOWEST;
    e->sweep_lowest = from < CK_SWEEP_HIGHEST ? (int)from : CK_SWEEP_HIGHEST;
    if (ck_cluster_forest(comm, error, known->people->records, links, e->sweep_lowest, CK_SWEEP_HIGHEST, &forest) == CK_OK &&
        comm->rank == 0 && ck_closure_sweep(error, known, &forest, e->sweep_lowest, CK_SWEEP_HIGHEST, e->closure_sweep) == CK_OK)
        choose_best(e);
    ck_forest_free(&forest);
    return ck_par_agree(comm, error);
}

/* Records of sources that the job links with nothing are none of its business. */
static void leave_out(const ck_people *people, const bool *allowed, uint32_t *group, ck_evaluation *e) {
    uint32_t n = people->nsources;
    bool any = false;
    for (uint32_t k = 0; k < n * n; k++)
        any = any || allowed[k];
    for (uint32_t s = 0; any && s < n; s++) {
        const ck_source *source = &people->source[s];
        bool linked = false;
        for (uint32_t t = 0; t < n; t++)
            linked = linked || allowed[s * n + t];
        if (linked)
            continue;
        e->records -= source->record_end - source->record_begin;
        e->rows -= source->row_end - source->row_begin;
        for (uint64_t i = source->record_begin; i < source->record_end; i++)
            group[i] = 0;
    }
}

static void describe_records(const ck_people *people, uint32_t *group, ck_known *known, ck_evaluation *e) {
    uint64_t known_records = 0;
    e->records = people->records;
    e->rows = people->rows;
    leave_out(people, known->allowed, group, e);
    for (uint64_t i = 0; i < people->records; i++) {
        known_records += group[i] != 0;
        known->groups = group[i] > known->groups ? group[i] : known->groups;
    }
    e->records_without_truth = e->records - known_records;
}

ck_status ck_evaluate(const ck_comm *comm, ck_error *error, const char *people_path, const ck_people *people,
                      const ck_engine_lender *engine, ck_links_reader *links, const ck_index *index, uint64_t candidates,
                      const ck_truth_spec *truth, const bool *allowed, double floor_log2, double threshold_log2, ck_evaluation *evaluation) {
    ck_evaluation e = {.candidates = candidates, .threshold_weight = threshold_log2};
    uint32_t *group = NULL;
    if (ck_truth_join(comm, error, people_path, people, truth, &group, &e.truth_without_record) == CK_OK) {
        ck_known known = {.people = people, .group = group, .allowed = allowed};
        describe_records(people, group, &known, &e);
        if (measure_blocking(error, engine, &known, &e) == CK_OK &&
            check_true_pairs(comm, error, &known, engine != NULL, &e) == CK_OK &&
            measure_closure(comm, error, &known, index, &e) == CK_OK &&
            measure_sweep(comm, error, &known, links, floor_log2, &e) == CK_OK) /* refuses links beyond the records */
            measure_edges(comm, error, &known, links, &e);
    }
    ck_free(group);
    ck_par_broadcast(comm, 0, &e, sizeof e); /* rank 0 has the measures */
    *evaluation = e;
    return error->status;
}
