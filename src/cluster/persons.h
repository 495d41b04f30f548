/** From scored pairs to persons (docs/methods.md, "Persons"): which sources hold a person once, what the pairs inside components weigh
 *  that no rule made, the clusters themselves, and the second pass. Collective; the same bytes whatever ranks and threads there are.
 *
 *      ck_persons_input input = {.method = CK_CLUSTER_MERGE, .people = &people, .engine_options = &options, ...};
 *      ck_cluster_persons(comm, &error, &input, &links, &index, &report);
 */
#ifndef CK_CLUSTER_PERSONS_H
#define CK_CLUSTER_PERSONS_H
#include "cluster/cluster.h"
#include "cluster/spread.h"
#include "link/engine.h"

typedef enum ck_cluster_method {
    CK_CLUSTER_MERGE,     /**< greedy merging of clusters */
    CK_CLUSTER_BEST_LINK, /**< best links first, for sources that hold a person once */
    CK_CLUSTER_CONNECTED  /**< whatever hangs together */
} ck_cluster_method;

/** All borrowed. With CK_CLUSTER_CONNECTED only people is read. */
typedef struct ck_persons_input {
    ck_cluster_method method;
    double threshold_log2;
    const ck_people *people;      /**< with codes */
    const ck_rules *rules;
    const ck_comparisons *comparisons;
    const ck_engine_options *engine_options;
    ck_engine *engine;            /**< of the rules and comparisons, or NULL: one is made of the records that need it */
    const ck_scorer *scorer;      /**< that weighed the links */
    const bool *unique;           /**< [nsources] what an earlier report found, or NULL: sources are looked at */
    const ck_units *units;        /**< records that are one person already, or NULL; then sources are not looked at */
    const uint32_t *side;         /**< [nsources] sources of one number are a side, or NULL: each is its own */
    const bool *once;             /**< [nsources] a person has at most one record or unit of the source's side, or NULL */
} ck_persons_input;

/** How the persons were found; the same on every rank. */
typedef struct ck_persons_report {
    uint32_t nsources;
    bool *unique;           /**< [nsources] taken to hold a person once, or to be of a side that does */
    double *duplicates;     /**< [nsources] expected duplicates a record inside the source; NAN: not looked at */
    double *within;         /**< [nsources] bits that pairs inside the source lost before merging: 0 or less */
    uint64_t rescored;      /**< pairs inside components that no link was kept of */
    uint64_t large;         /**< records in components that were cut before their pairs were weighed */
    double boost;           /**< bits that the second pass added to pairs still free; 0 without one */
    ck_ties ties;           /**< links not taken because others of the same weight exclude them */
} ck_persons_report;
void ck_persons_report_free(ck_persons_report *report);

/** Persons of the links with weight >= the threshold. `links`: n, a, b, weight; those below the threshold tell what speaks against a merge. CK_USAGE when
 *  best links are asked for and no source holds a person once. Set index->stamp afterwards. */
ck_status ck_cluster_persons(const ck_comm *comm, ck_error *error, const ck_persons_input *input, const ck_links *links, ck_index *index,
                             ck_persons_report *report);
/** The same of a file, read slice by slice. In memory at once: no link for connected components; those at or above the threshold (16 bytes each) for best links;
 *  for merging also every other link inside their components and, where a source may hold a person once, those up to 10 bits below the threshold. */
ck_status ck_cluster_persons_file(const ck_comm *comm, ck_error *error, const ck_persons_input *input, ck_links_reader *reader, ck_index *index,
                                  ck_persons_report *report);

/** Expected duplicates a record inside source s, from the pairs that the rules make there. Of sources of more than 40,000 records a sample
 *  that shows the limit of .01 to about 5 %. */
ck_status ck_source_duplicates(const ck_comm *comm, ck_error *error, const ck_persons_input *input, uint32_t source, double *duplicates);

/** The pairs as the second pass sees them: those that a person already known does not exclude weigh `*boost` bits more, those that one excludes stay only at
 *  or above the threshold. person: [records] of the first pass. */
ck_status ck_second_pass(const ck_comm *comm, ck_error *error, const ck_people *people, const bool *unique, double threshold_log2,
                         const uint32_t *person, uint64_t persons, ck_links *pairs, double *boost);

/** Links by weight, all of them and those inside each source: slices are counted, then what a pair inside a source weighs less is found once. */
typedef struct ck_within {
    uint32_t nsources;
    uint64_t *count; /**< [(nsources + 1) * bins]; all links last */
} ck_within;
ck_status ck_within_init(ck_error *error, uint32_t nsources, ck_within *within);                    /**< Local */
void ck_within_count(ck_within *within, const ck_people *people, const ck_links *links);           /**< Local */
/** bits[nsources]: log2 odds of a match among the links inside the source less those among all links, 0 at most. Collective, once. */
void ck_within_find(const ck_comm *comm, ck_within *within, double *bits);
void ck_within_free(ck_within *within);
/** Pairs inside a source weigh so much less. Local. */
void ck_within_weigh(const ck_people *people, const double *bits, ck_links *pairs);

/** Links by weight, with how many of them are expected to be false: slices are counted, then the decision is made once. */
typedef struct ck_fdr {
    uint64_t *count;
} ck_fdr;
ck_status ck_fdr_init(ck_error *error, ck_fdr *fdr);       /**< Local */
void ck_fdr_count(ck_fdr *fdr, const ck_links *links);     /**< Local */
/** The lowest whole sixteenth of a bit, at least `lowest`, at which the links at or above it hold no more than `rate` of false ones by their own
 *  probabilities (expected false discovery rate). +infinity when there is none. */
ck_status ck_fdr_decide(const ck_comm *comm, ck_error *error, ck_fdr *fdr, double rate, double lowest, double *threshold_log2);
void ck_fdr_free(ck_fdr *fdr);

#endif
