/** Rules at a price: the greatest gain over cost first, until none pays; the price swept. Local.
 *
 *  What a rule newly brings is counted on some records, whose partners under a rule must be known; where they are not, ck_greedy_run says
 *  which options it wants to know more of, and is called again.
 */
#ifndef CK_CHOOSE_GREEDY_H
#define CK_CHOOSE_GREEDY_H
#include "choose/census.h"

/** A candidate with a cap. */
typedef struct ck_rule_option {
    uint32_t candidate;
    uint32_t cap;        /**< number in ck_caps */
    double pairs, keys;  /**< a record */
    uint64_t *cover;     /**< [nwords] the made-up partners that it finds */
} ck_rule_option;

typedef struct ck_pick {
    uint32_t option;
    double new_pairs;    /**< a record */
    double new_cover;    /**< share of the made-up partners that no pick before finds */
} ck_pick;

enum { CK_PICKS_MAX = 60, CK_WANTED_MAX = 32 };

typedef struct ck_pick_list {
    uint32_t n;
    ck_pick pick[CK_PICKS_MAX];
    double pairs, cover, worth; /**< worth: cover that counts a second finding a little */
} ck_pick_list;

typedef struct ck_greedy {
    uint32_t noptions;
    const ck_rule_option *option;
    uint32_t draws, nwords;
    double budget;
    uint32_t ncandidates;
    const ck_partner_list *partners; /**< [ncandidates] of `counted` records, where known */
    const bool *known;               /**< [ncandidates] */
    uint32_t counted;
} ck_greedy;

/** Sweep the price. `nwanted` > 0: the partners of these candidates are needed first. */
ck_status ck_greedy_run(ck_error *error, const ck_greedy *greedy, ck_pick_list *best, uint32_t wanted[CK_WANTED_MAX], uint32_t *nwanted);

#endif
