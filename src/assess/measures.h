/** Measures from counts, and the counting of pairs inside groups and components. */
#ifndef CK_ASSESS_MEASURES_H
#define CK_ASSESS_MEASURES_H
#include "assess/intervals.h"
#include "cluster/cluster.h"
#include <math.h>

/** Pairs said to be links, and those of them that are true. */
typedef struct ck_tally {
    uint64_t found, right;
} ck_tally;

/** NAN where a measure has no meaning: precision of nothing found, the others without any true pair. Local. */
static inline double ck_precision(ck_tally t) {
    return t.found ? (double)t.right / (double)t.found : (double)NAN;
}
static inline double ck_recall(ck_tally t, uint64_t true_pairs) {
    return true_pairs ? (double)t.right / (double)true_pairs : (double)NAN;
}
static inline double ck_f1(ck_tally t, uint64_t true_pairs) {
    return true_pairs ? 2 * (double)t.right / (double)(t.found + true_pairs) : (double)NAN;
}

/** The whole weights of the threshold table. */
enum { CK_SWEEP_LOWEST = -8, CK_SWEEP_HIGHEST = 40, CK_SWEEP_WEIGHTS = CK_SWEEP_HIGHEST - CK_SWEEP_LOWEST + 1 };

/** What is known of the records, on every rank. */
typedef struct ck_known {
    const ck_people *people;
    const uint32_t *group; /**< [people->records] true entity, 0 = not known */
    uint32_t groups;       /**< the largest group */
    const bool *allowed;   /**< [nsources * nsources] may sources be paired? */
} ck_known;

/** Link tallies: those at or above `threshold`, and at the weight where F1 is largest (the highest such weight; NAN
 *  and F1 0 when nothing is found). Every distinct weight is tried. Links with an unknown side are left out.
 *  The results are rank 0's. Memory: 24 bytes a distinct weight, twice, and some slices. Collective. */
typedef struct ck_edge_measures {
    ck_tally at_threshold, best;
    double best_weight;
    ck_tally sweep[CK_SWEEP_WEIGHTS]; /**< at or above CK_SWEEP_LOWEST + k */
} ck_edge_measures;
ck_status ck_edges_measure(const ck_comm *comm, ck_error *error, const ck_known *known, ck_links_reader *links, uint64_t true_pairs,
                           double threshold_log2, ck_edge_measures *measures);

/** True pairs: allowed pairs of known records inside groups. Local. */
ck_status ck_closure_true_pairs(ck_error *error, const ck_known *known, uint64_t *pairs);
/** Allowed pairs of known records inside persons, person[records]. Local. */
ck_status ck_closure_of_persons(ck_error *error, const ck_known *known, const uint32_t *person, uint64_t persons,
                                ck_tally *tally);
/** The same inside the components of the forest's edges of bin >= t, for t = lowest..highest: tally[t - lowest].
 *  Local. */
ck_status ck_closure_sweep(ck_error *error, const ck_known *known, const ck_forest *forest, int lowest, int highest,
                           ck_tally *tally);

/** Persons against entities, both restricted to the known records. B-cubed (Bagga and Baldwin 1998) is the mean over records: of the
 *  record's person, the share that is of its entity; of its entity, the share that is in its person. */
typedef struct ck_person_measures {
    double bcubed_precision, bcubed_recall, bcubed_f1; /**< NAN without known records */
    uint64_t persons, entities, whole;                 /**< with a known record; whole: persons that are exactly an entity */
} ck_person_measures;
/** Measure person[records], below `persons`. Local; a few words a record. */
ck_status ck_persons_measure(ck_error *error, const ck_known *known, const uint32_t *person, uint64_t persons, ck_person_measures *measures);

/** Stable counting sort: sorted[n] are 0..n-1 by rising key < nkeys. Local. */
ck_status ck_sort_by_key(ck_error *error, const uint32_t *key, uint64_t n, uint64_t nkeys, uint32_t *sorted);

#endif
