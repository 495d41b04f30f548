/** Keys of sets that make no pair of their own. Inner part of keys.c.
 *
 *  Two records that share several keys of a rule are paired in the block of the lowest. When the records of a block all have the same lowest
 *  key, and it is another, no pair is made in that block: its key is taken from every set. (As when nobody else has a surname that becomes the
 *  same by leaving out that letter.) The lowest key of a record always stays, so that records share a key as before, and the same first one.
 */
#ifndef CK_BLOCK_REDUNDANT_H
#define CK_BLOCK_REDUNDANT_H
#include "block/keys.h"

/** The lowest key of the record of each slot of a MULTI rule's `n` records: lowest[offset[n]], 0 = it has none. Local. */
void ck_redundant_lowest(const ck_rule_keys *keys, uint64_t n, uint32_t *lowest);
/** Clear redundant keys. Entry i has key number[i] (0 = none) and its record the lowest key lowest[i]; all entries of these keys are here.
 *  Local. CK_MEMORY. */
ck_status ck_redundant_clear(ck_error *error, const uint32_t *lowest, size_t n, uint32_t *number);

#endif
