/** What a job will cost, before it is run: the memory of a rank and the seconds of every stage, from counts that the census knows exactly.
 *
 *  Arithmetic only: no files, no ranks, no clock. The same input gives the same prices.
 *
 *  Notation: N ranks, K of them on a node, T threads a rank; n = records / N; s(x) = x / N, rounded up; w = words (4 bytes) of a packed row;
 *  f = (N - K) / N, the share of the members that come from other nodes; e, m, k = entries, members, shared keys of a rule (rule.h).
 *
 *  Memory of a rank, in bytes:
 *
 *      program       24 MiB; N > 1: 30 MiB            code, MPI, HDF5
 *      ingest        120 s(rows) + dictionaries       rows, values and ids while extracts are read and sorted
 *      dictionaries  8 (values + 2) + their bytes     every rank holds all of them
 *      derived       as measured                      tables of expressions, strings made ready; every rank holds all of them
 *      codes         4 columns n
 *      keys          4 n; across columns 8 n; sets 8 n + 4 s(e)                        over all rules
 *      key making    32 s(e) + 120 s(k); N > 1: the larger of 52 s(e) and 40 s(e) + 120 s(k)   of the largest rule
 *      rows          (4 w n + 4 s(m) of sets + 8 n where there are sets) K             the node's rows, shared by its ranks
 *      passes        (24, N > 1: 32) g + 4 s(k) + 12 w f g                             of the largest rule; g = members in flight:
 *                    the smaller of s(m) and FLIGHT / (24 + 4 w f)
 *      workers       (1.5 MiB + 10240 w) T; N > 1: 16 MiB more, for what ranks hand to one another
 *      links         96 s(links) + 8 n                 kept, sorted, written
 *      clusters      40 records + 60 s(links)          connected components: 4 records + 60 s(links)
 *
 *  A stage needs the terms that a table in price_memory.c names; the peak is the largest stage. What a node is charged counts its shared rows
 *  once: K (peak - rows) + rows.
 *
 *  Seconds, of N T cores: work / (N T), but for what every rank does alone. The work of comparing comes from a timed sample of units (or
 *  from a given rate), that of the rest from rates (seconds an item and core, in price_time.c). Local.
 */
#ifndef CK_PLAN_PRICE_H
#define CK_PLAN_PRICE_H
#include "block/rule.h"

/** One rule's work. */
typedef struct ck_rule_load {
    uint64_t entries, members, keys, pairs, new_pairs; /**< as the census has them */
    bool multi, cross;                                 /**< a set of keys a record; keys across columns */
    double compare_seconds;                            /**< of one core, for all of its pairs */
} ck_rule_load;

/** What is to be done, whoever does it. */
typedef struct ck_workload {
    uint64_t rows, records;
    uint32_t columns, row_words, nrules;
    uint64_t dictionary_bytes, derived_bytes;
    uint64_t links;                                    /**< expected */
    uint64_t random_pairs;                             /**< of training; 0 when the model is given */
    uint64_t sampled_above;                            /**< candidate pairs above which training counts its large rules on samples; 0: never */
    bool trains, connected;
    bool low_floor;                                    /**< links are kept below weight 0, so that every pair is compared to its end */
    bool counts;                                       /**< new pairs are counted before anything is compared, for max_pairs */
    ck_rule_load rule[CK_RULES_MAX];
} ck_workload;

/** Who does it. */
typedef struct ck_layout_of_ranks {
    uint32_t ranks, nodes, threads;                    /**< threads of a rank; ranks >= nodes >= 1 */
} ck_layout_of_ranks;
uint32_t ck_ranks_of_node(const ck_layout_of_ranks *shape); /**< the fullest node's */

/* ---- memory ---- */

typedef enum ck_memory_term {
    CK_TERM_PROGRAM, CK_TERM_INGEST, CK_TERM_DICTIONARIES, CK_TERM_DERIVED, CK_TERM_CODES, CK_TERM_KEYS, CK_TERM_KEY_MAKING, CK_TERM_ROWS,
    CK_TERM_PASSES, CK_TERM_WORKERS, CK_TERM_LINKS, CK_TERM_CLUSTERS, CK_MEMORY_TERMS
} ck_memory_term;
typedef enum ck_priced_stage { CK_PRICED_INGEST, CK_PRICED_BLOCKS, CK_PRICED_TRAIN, CK_PRICED_LINK, CK_PRICED_CLUSTER, CK_PRICED_STAGES } ck_priced_stage;
extern const char *const ck_memory_term_names[CK_MEMORY_TERMS];
extern const char *const ck_priced_stage_names[CK_PRICED_STAGES];

typedef struct ck_memory_price {
    uint64_t term[CK_MEMORY_TERMS];                    /**< bytes of a rank */
    uint64_t stage[CK_PRICED_STAGES];
    ck_priced_stage largest;
    uint64_t peak;                                     /**< of the largest stage */
    uint64_t node;                                     /**< of the fullest node, its shared rows once */
} ck_memory_price;
void ck_price_memory(const ck_workload *load, const ck_layout_of_ranks *shape, ck_memory_price *price);
/** Is the term smaller with more ranks? */
bool ck_term_divides(ck_memory_term term);
/** The least ranks, of nodes as full as these, with which a rank's peak is within `bytes`; 0 when none of up to 65536 does. */
uint32_t ck_price_least_ranks(const ck_workload *load, const ck_layout_of_ranks *shape, uint64_t bytes);

/* ---- time ---- */

typedef struct ck_time_price {
    double stage[CK_PRICED_STAGES]; /**< seconds */
    double total;
    uint64_t limit;                 /**< seconds to ask for: twice the total and ten minutes, in whole quarters of an hour */
} ck_time_price;
void ck_price_time(const ck_workload *load, const ck_layout_of_ranks *shape, ck_time_price *price);
/** Fill compare_seconds of every rule for a rate that is given: pairs that an earlier rule made cost a tenth. */
void ck_price_by_rate(ck_workload *load, double rate);

#endif
