/** Blocking rules without labels: which keys find most matches within a budget of pairs a record (docs/choose.md).
 *
 *  Parts of keys come from the columns' roles; what matches look like, from EM sessions on pairs that strong parts bring together; what a
 *  rule would find, from made-up partners; what it would cost, from a census of all records. Rules are then taken greedily at a price
 *  for pairs, and the price is swept. All numbers that cross ranks are integers and all sums of fractions are rank 0's, so the choice
 *  is the same on any number of ranks and threads.
 *
 *      ck_choice choice = {0}, other = {0};
 *      ck_choosing *choosing = NULL;
 *      ck_choose(comm, error, &input, &choosing, &choice);               choice.rule[r].keys "surname.soundex, dob.year", .max_block 50
 *      ck_choose_again(comm, error, choosing, &trained, &other);         after training: other.look tells what came of it
 *      ck_choosing_free(choosing), ck_choice_free(&choice), ck_choice_free(&other);
 *
 *  Collective.
 */
#ifndef CK_CHOOSE_CHOOSE_H
#define CK_CHOOSE_CHOOSE_H
#include "choose/learn.h"
#include "choose/second_look.h"

typedef struct ck_chosen_rule {
    char *keys;          /**< its parts in the job's words, separated by ", " */
    uint64_t max_block;
    double new_pairs;    /**< a record, that no rule before makes */
    double new_matches;  /**< expected likewise, over all records */
    double share;        /**< of the matches that it is expected to find by itself */
    double found;        /**< share of the matches that this rule and those before are expected to find */
} ck_chosen_rule;

typedef struct ck_choice {
    uint32_t n;
    ck_chosen_rule *rule;
    double budget, pairs;        /**< a record: allowed; expected */
    double recall;               /**< share of the matches that the rules are expected to find */
    double matches;              /**< expected in all */
    uint32_t parts, candidates;  /**< looked at */
    uint32_t seeds, sessions;    /**< learnt from; sessions that could train */
    ck_look look;                /**< the second; nothing in a first choice */
} ck_choice;

/** What the choice was made among. It borrows nothing. */
typedef struct ck_choosing ck_choosing;

/** The same on every rank. CK_DATA when no rule can be found. The caller frees `choosing` and `choice`, whatever came of it. */
ck_status ck_choose(const ck_comm *comm, ck_error *error, const ck_choose_input *input, ck_choosing **choosing, ck_choice *choice);
/** Once more, with what training found of the first choice: its rules again, or others where these pay. */
ck_status ck_choose_again(const ck_comm *comm, ck_error *error, const ck_choosing *choosing, const ck_trained_rules *trained, ck_choice *choice);
void ck_choice_free(ck_choice *choice);
void ck_choosing_free(ck_choosing *choosing);

#endif
