/** The pairs of a run with what the persons say of them, and truths that they leave possible (docs/methods.md, "Estimates without truth").
 *
 *  A pair's own weight is not all there is: two records that are both surely a third are one person, whatever they say to each other; and a link
 *  whose persons already hold a record of one unique source has lost to another. Knows no truth. Collective. */
#ifndef CK_ASSESS_PERSON_PAIRS_H
#define CK_ASSESS_PERSON_PAIRS_H
#include "assess/labels.h"

/** Pairs and the sum of their match probabilities. */
typedef struct ck_link_sum {
    uint64_t links;
    double matches;
} ck_link_sum;

/** Matches under one possible truth. */
typedef struct ck_possible_truth {
    uint64_t band[CK_LABEL_BANDS]; /**< among the pairs of links.h5, by weight */
    uint64_t inside;               /**< among the allowed pairs inside persons */
    uint64_t inside_links;         /**< of them, in links.h5 */
} ck_possible_truth;

typedef struct ck_person_pairs_input {
    const ck_people *people;
    const ck_links *links;   /**< this rank's share */
    const ck_index *index;
    const bool *allowed;     /**< [nsources * nsources] may sources be paired? */
    const bool *unique;      /**< [nsources] holds a person once */
    double decision;
    uint32_t nshifts;
    const double *shift;     /**< [nshifts] bits by which a model makes pairs likelier; truth t has shift[t % nshifts] */
    uint32_t ntruths;
    ck_possible_truth *truth; /**< [ntruths] filled */
} ck_person_pairs_input;

typedef struct ck_person_pairs {
    ck_link_sum band[CK_LABEL_BANDS]; /**< of links.h5, by weight around the decision (ck_label_band_from) */
    ck_link_sum inside;               /**< allowed pairs inside persons */
    ck_link_sum inside_links;         /**< of them, in links.h5 */
} ck_person_pairs;

/** Fill `pairs` and the truths, the same on every rank: sums over ranks are of whole matches or 2^-32 parts of one. Memory: three words a record
 *  or person on every rank, and the links inside persons once more. */
ck_status ck_person_pairs_measure(const ck_comm *comm, ck_error *error, const ck_person_pairs_input *input, ck_person_pairs *pairs);

/** The band of a weight, in bits from the decision. Local. */
int ck_label_band_of(double relative);

#endif
