/** Gathering passes: wave after wave of a list of routes, the rows that this rank is to work on, grouped by key. While one wave is worked on,
 *  the members of the next are on their way.
 *
 *      ck_gather_open(comm, error, route, nroutes, &gather);    Collective
 *      while (ck_gather_next(&gather, leave))                   every rank as often
 *          ... work on gather.group, for route gather.pass; the main thread calls ck_gather_advance now and then ...
 *      ck_gather_close(&gather);
 *
 *  Nothing fails between open and close, so ranks need not agree in between and may be a wave apart.
 */
#ifndef CK_LINK_GATHER_H
#define CK_LINK_GATHER_H
#include "link/group.h"
#include "par/flow.h"

typedef struct ck_gather {
    const ck_comm *comm;
    const ck_route *const *route; /**< [nroutes] */
    uint32_t nroutes;
    uint32_t pass, wave;          /**< what group holds */
    ck_group group;
    /* inner part */
    bool started;
    uint32_t next_pass, next_wave; /* what is on its way */
    ck_flow flow;
    ck_member *out, *in;
    uint32_t *out_words, *in_words[2];
    uint64_t *copy_offset;
    uint64_t *bytes;               /* [4 * size] */
} ck_gather;

/** Routes, over the same rows, are borrowed. Collective. CK_MEMORY. */
ck_status ck_gather_open(const ck_comm *comm, ck_error *error, const ck_route *const *route, uint32_t nroutes, ck_gather *gather);
/** `leave`: this rank would rather stop here. What it says is heard with the next wave, so all ranks leave before the same one, soon.
 *  @return false after the last wave of the last route, or when all leave */
bool ck_gather_next(ck_gather *gather, bool leave);
/** Let what is on its way move on; from the main thread; cheap. @return true when ck_gather_next need not wait */
static inline bool ck_gather_advance(ck_gather *gather) {
    return ck_flow_advance(&gather->flow);
}
/** After the last wave. Local; accepts a zeroed struct. */
void ck_gather_close(ck_gather *gather);

#endif
