/** All-pairs linkage, slow and obvious: every allowed pair is asked whether it shares a key of each rule, as texts, and its levels are asked
 *  one after another. No blocking index, no codes, no batches. */
#ifndef CK_REFERENCE_LINKAGE_H
#define CK_REFERENCE_LINKAGE_H
#include "block/rule.h"
#include "model/comparison.h"

typedef struct reference_pair {
    uint32_t a, b;
    uint64_t pattern, mask;
} reference_pair;

typedef struct reference_job {
    const ck_schema *schema;
    const char *const *value;  /* [record * ncolumns + column], NULL = missing */
    uint64_t records;
    const uint32_t *source;    /* [records] */
    uint32_t nsources;
    const bool *allowed;
    const ck_rules *rules;
    const ck_comparisons *comparisons;
} reference_job;

/** Every allowed pair, also those that no rule makes (mask 0), in order of (a, b). Free with free(). */
reference_pair *reference_linkage(const reference_job *job, size_t *n);
/** Pairs that rule r's uncapped blocks make, its filter aside. */
uint64_t reference_rule_pairs(const reference_job *job, uint32_t r);

#endif
