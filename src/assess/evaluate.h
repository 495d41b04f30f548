/** Evaluation against truth. Collective. JSON keys are a contract: records, true_pairs, candidates, blocking_recall,
 *  edge {best_f1, best_weight}, closure {f1, precision, recall, threshold_weight, best_f1, best_weight}. */
#ifndef CK_ASSESS_EVALUATE_H
#define CK_ASSESS_EVALUATE_H
#include "cluster/cluster.h"
#include "link/engine.h"

typedef struct ck_truth_spec {
    char *file;               /**< CSV or CSV.gz */
    char *id, *entity;        /**< header names */
    char *source;             /**< header of the source column, or NULL: ids are looked up in every source */
} ck_truth_spec;

typedef struct ck_evaluation {
    uint64_t rows, records_without_truth, truth_without_record;
    uint64_t true_pairs, candidates, true_candidates;
    double blocking_recall;
    double edge_f1, edge_precision, edge_recall, edge_best_f1, edge_best_weight;
    double closure_f1, closure_precision, closure_recall, closure_best_f1, closure_best_weight;
    double threshold_weight;
} ck_evaluation;

/** Closure and edge measures at the job's threshold and best over the sweep. Pairs are of rows whose truth is known and that the link
 *  type allows. Pairs missed by blocking count as misses; `engine` (never NULL) tests each true pair against the rules. */
ck_status ck_evaluate(const ck_comm *comm, ck_error *error, const char *people_path, const ck_people *people, ck_engine *engine,
                      const ck_links *links, uint64_t candidates, const ck_truth_spec *truth, const bool *allowed,
                      double floor, double threshold_log2, ck_evaluation *evaluation);
/** JSON text; caller frees. Local. */
ck_status ck_evaluation_print(ck_error *error, const ck_evaluation *evaluation, char **text);

#endif
