/** What persons are like, without truth: who has found a partner and by which rule, how large and how tightly knit persons are, what their records
 *  contradict one another in. docs/methods.md, "Description of a run". Rank 0 works; functions are Local unless marked.
 */
#ifndef CK_ASSESS_DESCRIBE_H
#define CK_ASSESS_DESCRIBE_H
#include "assess/grouping.h"
#include "store/links.h"

/** A link at or above the decision inside one person. */
typedef struct ck_inner_link {
    uint32_t a, b, rule;
} ck_inner_link;
/** All of them on rank 0 in order of (a, b), elsewhere NULL; the caller frees. Collective. */
ck_status ck_inner_links(const ck_comm *comm, ck_error *error, const ck_links *links, const uint32_t *person, double decision, ck_inner_link **inner,
                         uint64_t *n);

enum { CK_NOT_LINKED = 255, CK_LINKED_BY_NO_RULE = 254 };
/** passed[record]: the first rule that links the record to another of its person; CK_LINKED_BY_NO_RULE when its person has a partner for it but no link
 *  of its own; CK_NOT_LINKED without a partner. A partner is a record of the same person with which the link type allows a pair. */
ck_status ck_find_passes(ck_error *error, const ck_people *people, const bool *allowed, const uint32_t *person, uint64_t persons,
                         const ck_inner_link *link, uint64_t nlinks, uint8_t *passed);

/** Records of one class with and without a partner. */
typedef struct ck_rate {
    uint64_t linked, unlinked;
} ck_rate;
/** rate[grouping->n] */
void ck_rates_of(const ck_people *people, const uint8_t *passed, const ck_grouping *grouping, ck_rate *rate);
/** Standardised difference of a class's share among the linked and among the unlinked: (p - q) / sqrt((p (1 - p) + q (1 - q)) / 2), NAN where that has no
 *  meaning. */
double ck_standardised_difference(ck_rate class, ck_rate all);

/** Persons of one size; bridges are links without which the person would fall apart (in persons of three records and more). */
typedef struct ck_size_row {
    uint64_t size, persons, pairs, links, bridges;
} ck_size_row;
/** One row for each size that there is, rising; pairs are those that the link type allows. The caller frees *row. */
ck_status ck_person_sizes(ck_error *error, const ck_people *people, const bool *allowed, const uint32_t *person, uint64_t persons,
                          const ck_inner_link *link, uint64_t nlinks, ck_size_row **row, uint64_t *n);

/** Persons that hold several values of a column (missing ones aside); code[records], 0 = missing. */
ck_status ck_count_conflicts(ck_error *error, uint64_t records, const uint32_t *person, uint64_t persons, const uint32_t *code, uint64_t *conflicts);
/** Persons that hold several records of a source. */
ck_status ck_count_doubles(ck_error *error, const ck_source *source, const uint32_t *person, uint64_t persons, uint64_t *doubles);

/** Pairs of links.h5 that have one agreement pattern. */
typedef struct ck_pattern_row {
    uint64_t pattern, pairs, links; /**< links: at or above the decision */
    uint64_t matches_2_32;          /**< expected matches, in whole 2^-32 */
    double least, most;             /**< weights */
} ck_pattern_row;
/** By falling pairs, then pattern; rank 0's, the caller frees. Collective; the same for any number of ranks. */
ck_status ck_count_patterns(const ck_comm *comm, ck_error *error, const ck_links *links, double decision, ck_pattern_row **row, uint64_t *n);

#endif
