/** Keys: every record's blocking keys as small numbers, and the exact census of blocks.
 *
 *  A key is hashed (62 bits of a chain of SplitMix64 finalisers over the derived codes of its parts) and sent to the rank that owns its range of
 *  hashes, which sees every record of the block. Keys that make at least one allowed pair and are not capped are numbered 1, 2, ...
 *  in hash order over all ranks; 0 means "no key": a part is missing, nobody shares it, or it is capped. So "these two records share
 *  a key of rule r" is one integer comparison, whatever the rule.
 *
 *  Work units are cut here as well, by the cost of their blocks along the hash order, so they do not depend on the number of ranks. A giant
 *  block is cut into segments of records, and each pair of segments is a unit.
 */
#ifndef CK_BLOCK_KEYS_H
#define CK_BLOCK_KEYS_H
#include "block/groups.h"
#include "block/rule.h"
#include "condition/evaluate.h"
#include "store/people.h"

typedef enum ck_key_shape {
    CK_KEY_SINGLE, /**< at most one key a record */
    CK_KEY_CROSS,  /**< one as l and one as r */
    CK_KEY_MULTI   /**< a set */
} ck_key_shape;

/** Blocks [key_begin, key_end), or one pair of segments of a giant block. */
typedef struct ck_unit {
    uint32_t key_begin, key_end;
    uint32_t giant;            /**< UINT32_MAX, or index into giants */
    uint32_t segment_x, segment_y; /**< x <= y */
    uint64_t cost;             /**< pairs, plus a little for each record */
} ck_unit;

/** A block too large for one unit: segments of records [boundary[s], boundary[s + 1]). */
typedef struct ck_giant {
    uint32_t key, nsegments;
    uint32_t *boundary; /**< [nsegments + 1] record numbers */
} ck_giant;

typedef struct ck_rule_keys {
    ck_key_shape shape;
    bool directed;
    uint32_t nkeys;    /**< keys 1..nkeys over all ranks; of MULTI rules, some are nobody's */
    uint32_t *key;     /**< SINGLE [n]; CROSS [2n]: l, r of each record; MULTI [offset[n]]: rising inside a record, no zeros, none that
                            makes no pair first (redundant.h) */
    uint64_t *offset;  /**< MULTI [n + 1], else NULL */
    uint32_t row_word; /**< key is NULL: record i's lie in its packed row from this word on (link/packed_rows.h) */
    uint32_t nunits, ngiants;
    ck_unit *unit;     /**< the same on every rank, in key order */
    ck_giant *giant;
    ck_rule_census census;
} ck_rule_keys;

/** The giant of a key, or UINT32_MAX. Giants are few. Local. */
static inline uint32_t ck_find_giant(const ck_rule_keys *keys, uint32_t key) {
    for (uint32_t g = 0; g < keys->ngiants; g++)
        if (keys->giant[g].key == key)
            return g;
    return UINT32_MAX;
}

/** The expressions of a rule's parts, registered with an evaluator. */
typedef struct ck_rule_exprs {
    uint32_t l[CK_PARTS_MAX], r[CK_PARTS_MAX];
} ck_rule_exprs;

/** Register a rule's part expressions. Before ck_evaluator_prepare. Local. */
ck_status ck_block_add_exprs(ck_evaluator *evaluator, ck_error *error, const ck_rule *rule, ck_rule_exprs *exprs);

/** What all rules' keys are made from. */
typedef struct ck_key_source {
    const ck_comm *comm;
    const ck_people *people;       /**< with codes */
    const ck_evaluator *evaluator; /**< prepared */
    const bool *allowed;           /**< [classes * classes] (ck_class_of) */
    uint32_t threads;
    const uint64_t *settled;       /**< a bit for every record of all ranks, or NULL */
    bool settled_out;              /**< settled records have no keys, but where a rule caps its blocks */
} ck_key_source;

/** Keys, units and census of one rule. Collective. */
ck_status ck_block_keys(const ck_key_source *source, ck_error *error, const ck_rule *rule, const ck_rule_exprs *exprs,
                        ck_rule_keys *keys);
/** The same from a group a record. Only those of one of `nslices` slices, by hash, so that they can be made in memory for a few. Collective. */
ck_status ck_block_keys_of_groups(const ck_key_source *source, ck_error *error, const ck_groups *groups, uint64_t slice, uint64_t nslices,
                                  ck_rule_keys *keys);
void ck_rule_keys_free(ck_rule_keys *keys);

#endif
