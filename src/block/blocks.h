/** Blocks on the rank that owns their hashes: counting, capping, numbering, cutting into units. Inner part of keys.c. */
#ifndef CK_BLOCK_BLOCKS_H
#define CK_BLOCK_BLOCKS_H
#include "block/entries.h"
#include "block/keys.h"

/** Records of a giant block that make one segment, and the pairs above which a block is giant. */
enum { CK_SEGMENT_RECORDS = 1024, CK_GIANT_PAIRS = 1 << 22 };

/** Number the keys of this rank's entries (sorted here; `spare` has room for n): number[entry.origin] = key or 0. Fills the census, nkeys and
 *  the units of `keys`. Collective. */
ck_status ck_blocks_number(const ck_key_source *source, ck_error *error, ck_entry *entries, ck_entry *spare, size_t n,
                           uint64_t max_block, ck_rule_keys *keys, uint32_t *number);

#endif
