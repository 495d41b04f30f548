/** Work units: blocks cut along the hash order into pieces of near-equal cost, whatever the number of ranks. Inner part of keys.c. */
#ifndef CK_BLOCK_UNITS_H
#define CK_BLOCK_UNITS_H
#include "block/entries.h"
#include "block/keys.h"

/** A block on its owner: entries [begin, end). */
typedef struct ck_block {
    size_t begin, end;
    uint64_t hash, records, pairs;
} ck_block;
typedef struct ck_block_list {
    size_t n, room;
    ck_block *block;
} ck_block_list;

/** The largest blocks of all ranks, by pairs, then hash. Collective. */
ck_status ck_units_largest(const ck_comm *comm, ck_error *error, const ck_block_list *blocks, ck_rule_census *census);
/** Units and giants of a rule; block i of this rank has key first + i. Collective. */
ck_status ck_units_cut(const ck_comm *comm, ck_error *error, const ck_entry *entries, const ck_block_list *blocks, uint64_t first,
                       ck_rule_keys *keys);
/** A rank's share of the units: unit u is done by the rank on which the middle of its cost falls. Those with done[u] != 0 are nobody's, -1 (NULL: none is).
 *  owner[nunits]. Local. */
void ck_units_assign(const ck_comm *comm, const ck_rule_keys *keys, const uint8_t *done, int *owner);

#endif
