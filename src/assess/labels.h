/** Labelled pairs as truth: what reviewers said of pairs, 0 (no match), 1 (match) or a probability between.
 *
 *  A label counts as many times as its sampling weight says, which is 1 over the probability that the pair was chosen to be labelled. Without
 *  weights every label counts once, and the measures speak of the labelled pairs only. Collective unless marked Local. */
#ifndef CK_ASSESS_LABELS_H
#define CK_ASSESS_LABELS_H
#include "assess/intervals.h"
#include "assess/review.h"
#include "store/links.h"
#include "store/people.h"

typedef struct ck_label {
    uint32_t a, b; /**< records, a < b */
    double score;  /**< probability of a match, [0, 1] */
    double stands_for; /**< sampling weight: how many pairs, > 0 */
    double weight; /**< of the pair in links.h5; NAN: it is not there */
    bool together; /**< one person in index.h5 */
} ck_label;

typedef enum ck_label_weights { CK_WEIGHTS_NONE, CK_WEIGHTS_COLUMN, CK_WEIGHTS_SAMPLE } ck_label_weights;

typedef struct ck_labels {
    uint64_t n;
    ck_label_weights weights;
    ck_label *label;         /**< [n] in the file's order, on every rank */
    uint64_t without_record; /**< rows that name an id which is not in people.h5; left out */
    uint64_t same_record;    /**< rows that name one record twice; left out */
    uint64_t empty;          /**< rows without a score; left out */
} ck_labels;

/** Read a CSV file (or .gz) with the columns id_l, id_r, score and, where ids alone do not tell, source_l and source_r; where it has a column
 *  sampling_weight, that too.
 *  @return CK_FILE, CK_DATA: naming file, row and column of what is wrong; no label that is of people.h5 */
ck_status ck_labels_read(const ck_comm *comm, ck_error *error, const char *people_path, const ck_people *people, const char *file,
                         ck_labels *labels);
void ck_labels_free(ck_labels *labels);
/** Labels without weights, all of them of pairs of the sample, take those of its strata: a band's pairs / the labels in it. Otherwise nothing is done. Local. */
ck_status ck_labels_use_sample(ck_error *error, ck_labels *labels, const ck_review_sample *sample);
/** Give the labels their weights and persons. `links` and `index` are every rank's shares. */
ck_status ck_labels_weigh(const ck_comm *comm, ck_error *error, const ck_links *links, const ck_index *index, ck_labels *labels);

/** Labelled pairs and the share of matches among the pairs that they stand for: share.size pairs, of them share.right matches. */
typedef struct ck_label_sum {
    uint64_t pairs;
    ck_ratio share;
} ck_label_sum;

/** What was put together: its precision is found.share. */
typedef struct ck_label_found {
    ck_label_sum found;
    ck_ratio recall; /**< of all matches, those found */
} ck_label_found;

enum { CK_LABEL_BANDS = 9 };
/** Lower end of a band in bits from the decision; the first is -infinity, and the one after the last begins at infinity. Those from CK_LABEL_FIRST_LINK on are links. Local. */
enum { CK_LABEL_FIRST_LINK = 4 };
double ck_label_band_from(int band);

typedef struct ck_label_measures {
    ck_label_sum all;
    ck_label_found links, persons;     /**< links: at or above the decision; persons: inside one person */
    ck_label_sum without_weight;       /**< pairs that links.h5 does not have */
    ck_label_sum band[CK_LABEL_BANDS];
} ck_label_measures;
/** Local. */
void ck_labels_measure(const ck_labels *labels, double decision, ck_label_measures *measures);

#endif
