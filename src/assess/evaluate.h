/** Evaluation against truth: what blocking reaches, what the links say (edge), what the persons say (closure).
 *
 *  Pairs are of records: with collapse, rows that are one record are not a pair. Only records whose truth is known and
 *  pairs that the link type allows count; records without truth are left out and counted, though they may join others
 *  into one person. A true pair that blocking misses is a miss. F1 = 2 right / (found + true). A measure without meaning
 *  (precision of nothing found, the others without any true pair) is NAN, and null in JSON.
 *
 *  closure speaks of the persons that clustering made; its best_f1 is that of connected components over whole weights.
 *
 *  B-cubed and whole persons speak of all known records, whatever the link type allows: an entity whose records may not be paired is missed
 *  there. Intervals are Wilson's; pairs of one person are not independent, so those of pairs are too narrow rather than too wide.
 *
 *  JSON keys are a contract: records, true_pairs, candidates, blocking_recall, edge {best_f1, best_weight},
 *  closure {f1, precision, recall, threshold_weight, best_f1, best_weight}; more keys may be added. */
#ifndef CK_ASSESS_EVALUATE_H
#define CK_ASSESS_EVALUATE_H
#include "assess/measures.h"
#include "cluster/cluster.h"
#include "link/engine.h"

typedef struct ck_truth_spec {
    char *file;               /**< CSV or CSV.gz */
    char *id, *entity;        /**< header names */
    char *source;             /**< header of the source column, or NULL: ids are looked up in every source */
} ck_truth_spec;

typedef struct ck_evaluation {
    uint64_t records, rows;         /**< of people.h5 */
    uint64_t records_without_truth; /**< left out */
    uint64_t truth_without_record;  /**< rows of the truth file that name no row of people.h5; left out */
    uint64_t true_pairs, candidates, true_candidates; /**< true_candidates: true pairs that some rule makes */
    double blocking_recall;
    double edge_f1, edge_precision, edge_recall, edge_best_f1, edge_best_weight;
    double closure_f1, closure_precision, closure_recall, closure_best_f1, closure_best_weight;
    double threshold_weight;
    ck_tally edge, closure;         /**< at the threshold, and inside the persons */
    ck_person_measures persons;
    int sweep_lowest;               /**< the table begins here; it ends at CK_SWEEP_HIGHEST */
    ck_tally edge_sweep[CK_SWEEP_WEIGHTS], closure_sweep[CK_SWEEP_WEIGHTS]; /**< [weight - sweep_lowest] */
} ck_evaluation;

/** Measure everything: the persons of `index` (every rank's share), the links at `threshold_log2` and best over a sweep: edge over every distinct weight (at equal F1 the
 *  highest), closure over whole weights from max(floor_log2, -8) to 40. `engine` is borrowed to
 *  test each true pair against the rules, NULL: links are of several rule sets, and how many true pairs they make is not told; `candidates` is what the link stage counted;
 *  `allowed` as ck_link_allowed.
 *
 *  Collective; the same result on every rank. Memory: the engine and 4 bytes a record; then 40 bytes a record on every rank, and 48 bytes a distinct
 *  weight; the ids of a source before.
 *  @return CK_FILE, CK_DATA: the truth cannot be read, or names file, row and column of what is wrong with it: a ragged
 *          row, a stray quote, an empty id, one id with two entities, a column that is absent or twice there, no id that
 *          is in the people */
ck_status ck_evaluate(const ck_comm *comm, ck_error *error, const char *people_path, const ck_people *people,
                      const ck_engine_lender *engine, ck_links_reader *links, const ck_index *index, uint64_t candidates, const ck_truth_spec *truth,
                      const bool *allowed, double floor_log2, double threshold_log2, ck_evaluation *evaluation);
/** JSON text; caller frees. Local. */
ck_status ck_evaluation_print(ck_error *error, const ck_evaluation *evaluation, char **text);

#endif
