/** One record through the steps. Local; no other room includes it. */
#ifndef CK_TRACE_WALK_H
#define CK_TRACE_WALK_H
#include "trace/inside.h"

/** A person of the index that a step looks at. */
typedef struct ck_candidate {
    uint32_t person, hits;               /**< hits: keys that it shares with the record, as bits */
    uint32_t good;                       /**< conditions that a row of it meets, as bits */
    double part[CK_TRACE_PARTS];         /**< best over its rows; NAN: null */
    double score;
} ck_candidate;

/** What a thread works with. */
typedef struct ck_walker {
    const ck_trace *trace;
    ck_scratch *scratch;
    ck_trace_pairs pairs;
    uint32_t *place;                     /**< [npersons + 1] place among the candidates + 1, 0: none */
    uint32_t n;
    size_t room;
    ck_candidate *candidate;
    uint64_t record;
} ck_walker;

ck_status ck_walker_begin(ck_error *error, const ck_trace *trace, ck_walker *walker);
void ck_walker_end(ck_walker *walker); /**< accepts a zeroed struct */
/** CK_MEMORY, or what evaluation says. */
ck_status ck_walk(ck_walker *walker, ck_error *error, uint64_t record, ck_trace_answer *answer);

#endif
