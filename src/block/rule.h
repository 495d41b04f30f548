/** Blocking rules: which pairs are compared. A rule gives a record no key (a part is missing), one, or a small set; a pair
 *  is made once, by the first rule and first key that both records share and whose filter holds. */
#ifndef CK_BLOCK_RULE_H
#define CK_BLOCK_RULE_H
#include "condition/condition.h"

enum { CK_RULES_MAX = 64, CK_PARTS_MAX = 8 };

typedef struct ck_part {
    ck_expr l, r;  /**< equal in a plain part; they differ in a cross-column part (forename = surname) */
} ck_part;

typedef struct ck_rule {
    char *text;          /**< as the user wrote it, for reports */
    uint32_t nparts;
    ck_part part[CK_PARTS_MAX];
    bool directed;       /**< cross parts hold for l and r as written only (Splink); else either way round */
    bool has_where;
    ck_condition where;
    uint64_t max_block;  /**< 0 = no cap; keys of larger blocks are dropped, as if missing */
    uint64_t max_pairs;  /**< 0 = any number; a job whose rule makes more pairs stops before the work (plan/limit.h) */
} ck_rule;

typedef struct ck_rules {
    uint32_t n;
    ck_rule *rule;
} ck_rules;
void ck_rules_free(ck_rules *rules);

/** What the link type allows. */
typedef enum ck_link_type { CK_DEDUPE, CK_LINK, CK_LINK_AND_DEDUPE } ck_link_type;
/** allowed[s * nsources + t]: may a record of source s be paired with one of t? Symmetric. */
void ck_link_allowed(ck_link_type type, uint32_t nsources, const bool *unique, bool *allowed);

/** Records whose pairs with one another are known and not to be made again: a bit each, NULL = none is. What is allowed is then told by class: the source of
 *  a record that is not settled, nsources + the source of one that is. */
static inline bool ck_is_settled(const uint64_t *settled, uint64_t record) {
    return settled && (settled[record / 64] >> (record % 64) & 1);
}
static inline uint32_t ck_class_of(const uint64_t *settled, uint32_t nsources, uint32_t source, uint64_t record) {
    return ck_is_settled(settled, record) ? nsources + source : source;
}
static inline uint32_t ck_count_classes(const uint64_t *settled, uint32_t nsources) {
    return settled ? 2 * nsources : nsources;
}

/** The exact census, before any pair is made. */
typedef struct ck_block_info {
    uint64_t hash, records, pairs;
} ck_block_info;
enum { CK_LARGEST_BLOCKS = 5 };
typedef struct ck_rule_census {
    uint64_t keys;            /**< distinct keys that two or more records share */
    uint64_t pairs;           /**< pairs in uncapped blocks that the link type allows (for a rule with several keys a record: counted once a key) */
    uint64_t new_pairs;       /**< candidate pairs that this rule is the first to make, its filter passed; counted by ck_engine_count_new_pairs */
    uint64_t capped_blocks, capped_pairs;
    uint64_t entries;         /**< keys of all records, shared or not */
    uint64_t members;         /**< records of the uncapped blocks, counted once a key that is not redundant */
    uint32_t nlargest;
    ck_block_info largest[CK_LARGEST_BLOCKS];
} ck_rule_census;

#endif
