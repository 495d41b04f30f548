/** Rules at a price: the greatest gain over cost first, until none pays; the price swept. Local.
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

enum { CK_PICKS_MAX = 60 };

typedef struct ck_pick_list {
    uint32_t n;
    ck_pick pick[CK_PICKS_MAX];
    double pairs, cover, worth; /**< worth: cover that counts a second finding a little */
} ck_pick_list;

typedef struct ck_greedy {
    uint32_t noptions;
    const ck_rule_option *option;
    uint32_t draws, nwords;
    const double *weight;            /**< [64 * nwords] of the made-up partners, `draws` together; NULL: 1 each */
    double budget;
    const ck_partner_list *partners; /**< [candidates] of `counted` records */
    uint32_t counted;
} ck_greedy;

/** Sweep the price. */
ck_status ck_greedy_run(ck_error *error, const ck_greedy *greedy, ck_pick_list *best);

#endif
