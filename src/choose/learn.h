/** What pairs tell without labels: seeds, their pairs, m and u.
 *
 *  Seeds are conjunctions of strong parts in blocks of at most 100: among their pairs are many matches. All pairs of some records (chosen by
 *  hash) under all seeds are compared; an EM session a seed, with what the seed reads left out, gives m; random pairs give u.
 *  docs/choose.md has the formulas. Pairs live on rank 0; m and u are known there. Collective unless marked Local.
 */
#ifndef CK_CHOOSE_LEARN_H
#define CK_CHOOSE_LEARN_H
#include "choose/census.h"
#include "link/engine.h"

enum { CK_SEEDS_MAX = 60 };

/** What is known of a part, or of a conjunction of independent ones. */
typedef struct ck_part_fact {
    double chance; /**< share of pairs that agree */
    double keys;   /**< mean number of a record that has any */
    double filled; /**< share of records that have any */
} ck_part_fact;

/** The job as choosing sees it; everything is borrowed. */
typedef struct ck_choose_input {
    const ck_people *people;             /**< with codes */
    const ck_schema *schema;             /**< the people's columns */
    const ck_role *role;                 /**< [ncolumns]; CK_ROLE_NONE: not used */
    const bool *repeats;                 /**< [ncolumns] a full name that only repeats other columns */
    const ck_comparisons *comparisons;
    const ck_engine_options *engine;
    double budget;                       /**< pairs a record */
    uint64_t seed;                       /**< of hashes */
} ck_choose_input;

/** What a comparison is of, by its most specific level. */
typedef struct ck_subject {
    uint32_t roles;  /**< bit r: a column of role r */
    uint32_t group;  /**< its column, or CK_NAMES_TOGETHER; UINT32_MAX - 1: several that are no names */
} ck_subject;

typedef struct ck_learned {
    uint32_t nseeds, nsessions;      /**< seeds; those that could train */
    ck_conjunction seed[CK_SEEDS_MAX];
    double possible_pairs;           /**< that the link type allows */
    /* rank 0 */
    ck_comparisons comparisons;      /**< with m and u; conditions are borrowed from the input's */
    ck_subject subject[CK_COMPARISONS_MAX];
    uint64_t stride[CK_COMPARISONS_MAX + 1];
    ck_sample rows;                  /**< records of the pairs */
    size_t npairs;
    uint32_t *a, *b;                 /**< [npairs] places in `rows` */
    uint64_t *mask, *pattern;        /**< [npairs] bit s: seed s makes it */
    double match_share;              /**< P(two random records match) */
} ck_learned;

/** `fact` ([parts->n]) are those of the parts; `census` asks about a sample of all records. */
ck_status ck_learn(const ck_comm *comm, ck_error *error, const ck_choose_input *input, const ck_key_parts *parts, const ck_part_fact *fact,
                   ck_census *census, ck_learned *learned);
void ck_learned_free(ck_learned *learned);

/** log2 odds of a match, without the comparisons of `left_out` (bits). Local, rank 0. */
double ck_learned_weight(const ck_learned *learned, uint64_t pattern, uint32_t left_out);
/** May two parts stand in one rule? Not those of one column, nor names together with one column of names. Local. */
bool ck_parts_agree(const ck_key_part *a, const ck_key_part *b);

#endif
