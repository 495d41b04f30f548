/** What a choice is made among: every option with what it finds and whom it pairs, whoever asks. It needs neither the people nor the census that it was
 *  made from, so that a second look after training costs no more than picking anew. Inner part of choose.c; options are rank 0's.
 */
#ifndef CK_CHOOSE_CHOOSING_H
#define CK_CHOOSE_CHOOSING_H
#include "choose/choose.h"
#include "choose/greedy.h"

struct ck_choosing {
    double budget;
    uint32_t nparts;
    char **text;                 /**< [nparts] of each part, as a rule says it */
    uint32_t ncandidates;
    ck_conjunction *candidate;   /**< the same on every rank */
    uint32_t seeds, sessions;    /**< learnt from; sessions that could train (rank 0) */
    double matches;              /**< expected in all (rank 0) */
    /* rank 0 */
    uint32_t noptions;
    ck_rule_option *option;
    ck_partner_list *partners;   /**< [ncandidates] of those records on which new pairs are counted */
    uint32_t counted;            /**< those records */
    uint32_t draws, nwords;      /**< made-up partners, and the words of a cover */
    ck_pick_list first;          /**< what the first choice took */
};

/** Copies of the parts' texts, which outlive the parts. Local. */
ck_status ck_choosing_name(ck_error *error, const ck_key_parts *parts, ck_choosing *choosing);
/** Rank 0's first pick, and the rules in words on every rank. Collective. */
ck_status ck_choosing_pick(const ck_comm *comm, ck_error *error, ck_choosing *choosing, ck_choice *choice);

#endif
