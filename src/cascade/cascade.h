/** A cascade: deterministic rules in order, of which the first that holds for a pair decides (docs/rules.md).
 *
 *  A rule is a blocking rule that decides. The equalities of its condition are the key, all else is the filter; an `or` at the top gives a rule several keys.
 *  The pair engine (link/engine.h) makes the pairs, as it does for any rules, and keeps of each the set of keys that it meets. What pairs cannot tell by
 *  themselves, whether a match is the only one of its records, is settled afterwards over all of them.
 *
 *      ck_cascade_add(error, &cascade, &keys, "name_dob", CK_UNIQUE_BOTH, &when, &unless);
 *      ck_engine_link_kept(...);                                            with a scorer of such a model: weights, masks
 *      ck_cascade_settle(comm, error, &cascade, people, NULL, &kept, &settled);
 *      ck_links_write_parts(comm, error, path, &kept.all, ck_settled_next, &settled);
 *      ck_settled_close(&settled);
 */
#ifndef CK_CASCADE_CASCADE_H
#define CK_CASCADE_CASCADE_H
#include "block/rule.h"
#include "link/kept_links.h"
#include "model/model.h"

/** On which side a match must be the only one, as flags. */
typedef enum ck_unique { CK_UNIQUE_NO = 0, CK_UNIQUE_LEFT = 1, CK_UNIQUE_RIGHT = 2, CK_UNIQUE_BOTH = 3 } ck_unique;

typedef struct ck_cascade_rule {
    char *name;
    ck_unique unique;
    uint32_t first, n; /**< its keys are rules [first, first + n) of the engine */
} ck_cascade_rule;

typedef struct ck_cascade {
    uint32_t n;        /**< 0: there is none */
    ck_cascade_rule *rule;
} ck_cascade;
void ck_cascade_free(ck_cascade *cascade);

/** One rule more: its keys go behind those in `keys`, each called by the rule's name. `unless` may be NULL: what forbids the match; only what is true forbids.
 *  CK_USAGE when an alternative of `when` asks for no equality, and when there are too many keys. Local. */
ck_status ck_cascade_add(ck_error *error, ck_cascade *cascade, ck_rules *keys, const char *name, ck_unique unique, const ck_condition *when,
                         const ck_condition *unless);
/** The same of a rule whose one key is made already: what it holds moves, but its text. Local. */
ck_status ck_cascade_add_key(ck_error *error, ck_cascade *cascade, ck_rules *keys, const char *name, ck_unique unique, ck_rule *key,
                             const ck_condition *unless);

/** The model of a cascade: weights that say nothing but the order. Local. */
ck_status ck_cascade_model(ck_error *error, const ck_cascade *cascade, ck_model *model);

/** Is some rule's match to be the only one? Local. */
bool ck_cascade_asks_unique(const ck_cascade *cascade);

/** Links as the rules decide them. A match that none of its rules decides, because its records have several, stays with a weight below 0:
 *  -(the weight that the first of these rules would have given). */
typedef struct ck_settled {
    const ck_cascade *cascade;
    const ck_people *people;
    ck_kept_links *kept;
    uint8_t **several; /**< [rule * nsources + source] bits by record: several partners in the source by that rule; NULL: not asked */
    uint64_t *decided; /**< [n] links by rule, this rank's, once all parts were handed out */
    uint64_t ties;     /**< matches of this rank that no rule decides, likewise */
} ck_settled;

/** Look through the links that the engine has kept (rule masks as patterns) once for every unique rule and source. Partners that are one unit, or that earlier
 *  rules have put together, count as one. `unit`: [records] the smallest record of each record's unit, or NULL. Memory by records. Collective. */
ck_status ck_cascade_settle(const ck_comm *comm, ck_error *error, const ck_cascade *cascade, const ck_people *people, const uint32_t *unit,
                            ck_kept_links *kept, ck_settled *settled);
/** The next part of the links, a ck_links_next of a ck_settled. Patterns stay the masks of keys, so that links can be settled again beside others. Local. */
ck_status ck_settled_next(void *settled, ck_error *error, ck_links *part);
/** Links that were settled once as the engine keeps them: each weighs what the first rule of its mask gives. @return false when a mask is of no rule. Local. */
bool ck_cascade_weigh(const ck_cascade *cascade, ck_links *links);
void ck_settled_close(ck_settled *settled); /**< accepts a zeroed struct */

#endif
