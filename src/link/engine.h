/** The pair engine: blocks in, patterns and scores out. Distributes the pairs over ranks and threads; every result is the same
 *  for any number of either.
 *
 *      ck_engine_create(...);                     keys, census
 *      ck_engine_count_cells(engine, ...);        training histogram
 *      ck_engine_link(engine, ..., scorer, ...);  links at or above the floor
 *
 *  All functions are Collective.
 */
#ifndef CK_LINK_ENGINE_H
#define CK_LINK_ENGINE_H
#include "block/groups.h"
#include "block/rule.h"
#include "model/model.h"
#include "store/links.h"

typedef struct ck_engine ck_engine;

typedef struct ck_engine_options {
    const ck_kernels *kernels;
    ck_link_type link_type;
    const bool *allowed;      /**< [nsources * nsources] symmetric: which sources may be paired, in place of `link_type`; NULL: as that says */
    const uint64_t *settled;  /**< a bit for each record of all ranks (borrowed): two whose bits are set are never paired; NULL: none is set */
    bool settled_out;         /**< settled records are not paired at all: they cost next to nothing */
    uint32_t threads;         /**< >= 1 */
    uint64_t memory_bytes;    /**< that this rank may take with all it holds; 0: not known */
    bool memory_asked;        /**< too little of it is an error; else the work goes on with the least */
} ck_engine_options;

/** [nsources * nsources] may a record of one source of `people` be paired with one of another? As `options` say, but never two of a unique source. The caller
 *  frees. Local. */
ck_status ck_engine_allow(ck_error *error, const ck_engine_options *options, const ck_people *people, bool **allowed);

/** `people` (with codes), `rules` and `comparisons` are borrowed for the engine's life. */
ck_status ck_engine_create(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_rules *rules,
                           const ck_comparisons *comparisons, const ck_engine_options *options, ck_engine **engine);
void ck_engine_free(ck_engine *engine);

/** An engine for as long as it is needed. It is the largest thing in memory: who borrows it takes it late and gives it back early, and its owner may
 *  free it then. */
typedef struct ck_engine_lender {
    ck_status (*lend)(void *owner, ck_error *error, ck_engine **engine); /**< Collective */
    void (*take_back)(void *owner);                                      /**< Local */
    void *owner;
} ck_engine_lender;
/** Links that a rank may hold at a time, while it makes them. The same on every rank. Local. */
uint64_t ck_engine_links_at_once(const ck_engine *engine);

/** From now on the passes over all rules keep what they have done in `folder` (borrowed; link/ledger.h), so that a later process carries on; NULL: not.
 *  `stamp` names everything that counts and cells depend on. Local. */
void ck_engine_keep(ck_engine *engine, const char *folder, const char *stamp);

/** [rules.n] the same on every rank. */
const ck_rule_census *ck_engine_census(const ck_engine *engine);
/** [rules.n] this rank's keys (block/keys.h). Local. */
const struct ck_rule_keys *ck_engine_keys(const ck_engine *engine);
/** The first of this rank's record i by one rule, 0 = none; the keys themselves may lie elsewhere. Local. */
uint32_t ck_engine_first_key(const ck_engine *engine, uint32_t rule, uint64_t i);
/** [nsources * nsources] may a record of source s be paired with one of t? Local. */
const bool *ck_engine_allowed(const ck_engine *engine);
/** Pairs that the link type allows at all. */
uint64_t ck_engine_possible_pairs(const ck_engine *engine);

/** Count the candidate pairs by the first rule that makes them, before anything is compared (filters are asked), into the census. */
ck_status ck_engine_count_new_pairs(ck_engine *engine, ck_error *error);
/** Cells of all candidate pairs, each pair once. `compare` false: patterns are 0 (only rule masks are counted). */
ck_status ck_engine_count_cells(ck_engine *engine, ck_error *error, bool compare, ck_cells *cells);
/** Cells of the candidate pairs whose first rule is one of `which` (bit r: rule r). */
ck_status ck_engine_count_rules(ck_engine *engine, ck_error *error, uint64_t which, ck_cells *cells);
/** Cells of about `target` allowed pairs chosen by hash (all pairs when there are no more); masks are filled too. */
ck_status ck_engine_count_random(ck_engine *engine, ck_error *error, uint64_t target, uint64_t seed, ck_cells *cells);
/** Cells of the allowed pairs inside groups: group[i] of this rank's record i, 0 = in none. (Truth: misses by blocking.) */
ck_status ck_engine_count_groups(ck_engine *engine, ck_error *error, const uint32_t *group, ck_cells *cells);
/** The same by numbers of 64 bits that are not kept. */
ck_status ck_engine_count_buckets(ck_engine *engine, ck_error *error, const ck_groups *buckets, ck_cells *cells);

/** How large the engine's parts are, whatever the number of ranks. */
typedef struct ck_engine_sizes {
    uint32_t row_words;                  /**< of a packed row without the keys of MULTI rules */
    bool multi[CK_RULES_MAX];            /**< keys of the rule are a set: a row holds each of its members' keys behind the words */
    bool cross[CK_RULES_MAX];            /**< a row holds two keys of the rule */
    uint64_t derived_bytes;              /**< of every rank: derived tables, their dictionaries, strings made ready for the kernels */
} ck_engine_sizes;
/** Local. */
void ck_engine_measure(const ck_engine *engine, ck_engine_sizes *sizes);

/** What it costs to compare the pairs of one rule, from whole units chosen by hash. */
typedef struct ck_engine_sample {
    uint64_t units, cost;       /**< looked at; cost as ck_unit's */
    uint64_t all_cost;          /**< of all units */
    uint64_t pairs;             /**< candidate pairs that the rule is the first to make, in the units looked at */
    double seconds;             /**< of threads' computing in them, over all ranks */
} ck_engine_sample;
/** Compare about `target` pairs of each rule as ck_engine_count_cells does, and time it: sample[rules.n]. Which pairs does not depend on ranks; how
 *  long it took does. */
ck_status ck_engine_time_sample(ck_engine *engine, ck_error *error, uint64_t target, ck_engine_sample *sample);

typedef struct ck_link_counts {
    uint64_t pairs;                       /**< candidate pairs, each once */
    uint64_t new_pairs[CK_RULES_MAX];     /**< by the first rule that makes them */
    uint64_t links;
    uint64_t compared_here;               /**< pairs of this rank */
} ck_link_counts;
/** Score every candidate pair; keep those with weight >= floor, sorted by (a, b), to be had in pieces (link/kept_links.h; the caller closes). Kept where
 *  ck_engine_keep says, under a stamp that names the scorer and the floor too; NULL: not kept. */
struct ck_kept_links;
ck_status ck_engine_link_kept(ck_engine *engine, ck_error *error, const ck_scorer *scorer, double floor, const char *stamp,
                              struct ck_kept_links *kept, ck_link_counts *counts);
/** The same in memory, not kept: this rank's slice. */
ck_status ck_engine_link(ck_engine *engine, ck_error *error, const ck_scorer *scorer, double floor, ck_links *links,
                         ck_link_counts *counts);
/** Score every allowed pair inside groups (group[i] of this rank's record i, 0 = in none), also those that no rule makes (their mask is 0): for
 *  re-scoring inside components. rule is the first rule of the pair's mask, or CK_NO_RULE. Otherwise as ck_engine_link. */
enum { CK_NO_RULE = 255 };
ck_status ck_engine_link_groups(ck_engine *engine, ck_error *error, const ck_scorer *scorer, const uint32_t *group, double floor,
                                ck_links *links);

#endif
