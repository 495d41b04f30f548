/** A second look at the rules, when training has told what each of them found.
 *
 *  The made-up partners are weighed anew, so that each rule finds the share of them that it found of the matches; rules are picked once more
 *  with those weights, and take the place of the first where they promise more by a margin. Rank 0 alone. Local.
 */
#ifndef CK_CHOOSE_SECOND_LOOK_H
#define CK_CHOOSE_SECOND_LOOK_H
#include "choose/greedy.h"

/** What training found with the rules of the first choice. */
typedef struct ck_trained_rules {
    uint32_t n;
    const double *found; /**< [n] expected matches among all pairs of each rule */
    double found_all;    /**< among the pairs of all rules */
} ck_trained_rules;

/** What came of it; shares of the matches as training weighs the partners. */
typedef struct ck_look {
    bool replaced;
    double kept_recall, kept_pairs; /**< of the first choice */
    double new_recall, new_pairs;   /**< of the second */
} ck_look;

/** Other rules must promise to find at least this share of the matches more. */
#define CK_LOOK_MARGIN .005

/** `share`, `fresh`: shares of the matches that the rules promised to find, all and those that no rule before finds. How much of what was promised as new
 *  was not found? No other choice can pay where that is within the margin. */
double ck_look_shortfall(const ck_trained_rules *trained, const double *share, const double *fresh, double recall);
/** `picks` are the first choice; the second takes their place where it pays. */
ck_status ck_look_again(ck_error *error, const ck_greedy *greedy, const ck_trained_rules *trained, ck_pick_list *picks, ck_look *look);

#endif
