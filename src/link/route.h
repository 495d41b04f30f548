/** Where the rows of a pass are wanted: every unit has one rank and one wave in which it is done, and every rank needs the rows of its
 *  units. A member is a row under one key of the pass. Members are listed in record order, by slices of the records, so that threads count
 *  and write them side by side.
 *
 *  Rows that the other rank sees (packed_rows.h) are named by their number; others are copied behind the members, each once a wave and rank.
 */
#ifndef CK_LINK_ROUTE_H
#define CK_LINK_ROUTE_H
#include "link/packed_rows.h"

typedef struct ck_member {
    uint32_t key, row; /**< row: number among the visible rows, or among the copies from one rank in one wave */
} ck_member;

/** What goes from one rank to another. */
typedef struct ck_load {
    uint64_t members, copies, words; /**< words of the copied rows */
} ck_load;

typedef struct ck_route {
    const ck_comm *comm;
    const ck_layout *layout;
    const ck_packed_rows *rows;
    const ck_rule_keys *keys;
    uint32_t nslices, nplain, nwaves;
    uint32_t shift, *first_unit;  /**< [(nkeys >> shift) + 2] the plain unit of the first key of each stretch of keys */
    int *owner;                   /**< [nunits] rank; -1: nobody's, it is done */
    uint32_t *wave;               /**< [nunits] */
    ck_load *send;                /**< [nwaves][size][nslices] of this rank */
    ck_load *receive;             /**< [nwaves][size] */
    struct ck_route_scan *scan;   /**< [nslices] what threads need while they count and list */
} ck_route;

/** Decide who does what when: the members and copies of a wave take at most memory_bytes where one unit does. Units with done[u] != 0 are left out
 *  (NULL: none is). Collective. CK_MEMORY. */
ck_status ck_route_make(const ck_comm *comm, ck_error *error, const ck_layout *layout, const ck_packed_rows *rows, const ck_rule_keys *keys,
                        const uint8_t *done, uint32_t threads, uint64_t memory_bytes, ck_route *route);
void ck_route_free(ck_route *route);

/** What this rank sends to rank d in wave w. Local. */
ck_load ck_route_load(const ck_route *route, uint32_t w, int d);
/** List this rank's members of wave w, rank after rank, and the rows that are copied, likewise. Local, with nslices threads. */
void ck_route_list(const ck_route *route, uint32_t w, ck_member *member, uint32_t *words);
/** The keys of this rank's units in wave w: all are in [*begin, *end). Local. */
void ck_route_keys(const ck_route *route, uint32_t w, uint32_t *begin, uint32_t *end);

#endif
