/** A flow: bytes that travel between ranks while they compute.
 *
 *      ck_flow_begin(&flow, ...);    every rank; amounts are known on both sides
 *      ... compute; the main thread calls ck_flow_advance now and then ...
 *      ck_flow_end(&flow);           what was received may be read, what was sent may be overwritten
 *
 *  One flow at a time is under way on a communicator, apart from its beginnings that were not ended; ranks may be one flow apart. Called by the main
 *  thread only.
 */
#ifndef CK_PAR_FLOW_H
#define CK_PAR_FLOW_H
#include "par/par.h"
#include <stdbool.h>

typedef struct ck_flow {
    const ck_comm *comm;
    void *request;      /**< [room] of MPI */
    int n, room;
    int vote, outcome;  /**< of the flow under way: this rank's, and everybody's when it has ended */
} ck_flow;

/** Room for flows of at most `most_bytes` to and from one rank together. Local. CK_MEMORY. */
ck_status ck_flow_open(const ck_comm *comm, ck_error *error, uint64_t most_bytes, ck_flow *flow);
void ck_flow_close(ck_flow *flow); /**< after ck_flow_end; Local; accepts a zeroed struct */

/** Add an exchange to the flow: send_bytes[d] bytes of `send` go to rank d, receive_bytes[s] come from rank s, parts in rank order; the part for
 *  oneself is copied at once. Zero sizes cost nothing. */
void ck_flow_begin(ck_flow *flow, const void *send, const uint64_t *send_bytes, void *receive, const uint64_t *receive_bytes);
/** Add a vote to the flow: when it has ended, `outcome` is 1 on every rank if any rank voted so, else 0. Once in a flow, by all ranks; the struct stays
 *  where it is. */
void ck_flow_vote(ck_flow *flow, int vote);
/** Let messages move on; cheap. @return true when ck_flow_end need not wait */
bool ck_flow_advance(ck_flow *flow);
void ck_flow_end(ck_flow *flow);

#endif
