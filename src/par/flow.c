#include "par/flow.h"
#include "base/memory.h"
#include "par/handle.h"
#include <string.h>

/* Pieces small enough that the first are there while the last are on their way; and a tag of their own. */
enum { FLOW_PIECE = 1 << 20, FLOW_TAG = 1, FLOW_EXCHANGES = 2, FLOW_VOTES = 1 };

ck_status ck_flow_open(const ck_comm *comm, ck_error *error, uint64_t most_bytes, ck_flow *flow) {
    *flow = (ck_flow){.comm = comm};
    uint64_t room = comm->size == 1 ? 0 : most_bytes / FLOW_PIECE + 2 * FLOW_EXCHANGES * (uint64_t)comm->size + FLOW_VOTES;
    if (room > INT32_MAX)
        return ck_fail(error, CK_MEMORY, "Ranks would exchange %llu bytes at a time; use more ranks.", (unsigned long long)most_bytes);
    MPI_Request *request = ck_alloc(error, room, sizeof *request);
    flow->request = request;
    flow->room = (int)room;
    return error->status;
}

void ck_flow_close(ck_flow *flow) {
    ck_free(flow->request);
    *flow = (ck_flow){0};
}

void ck_flow_begin(ck_flow *flow, const void *send, const uint64_t *send_bytes, void *receive, const uint64_t *receive_bytes) {
    const ck_comm *comm = flow->comm;
    MPI_Request *request = flow->request;
    const char *out = send;
    char *in = receive;
    if (comm->size > 1)
        ck_par_before_send(comm);
    for (int r = 0; r < comm->size; in += receive_bytes[r++])
        for (uint64_t at = 0; r != comm->rank && at < receive_bytes[r]; at += FLOW_PIECE)
            MPI_Irecv(in + at, ck_par_piece(receive_bytes[r] - at, FLOW_PIECE), MPI_BYTE, r, FLOW_TAG, ck_par_mpi(comm), &request[flow->n++]);
    for (int r = 0; r < comm->size; out += send_bytes[r++])
        for (uint64_t at = 0; r != comm->rank && at < send_bytes[r]; at += FLOW_PIECE)
            MPI_Isend(out + at, ck_par_piece(send_bytes[r] - at, FLOW_PIECE), MPI_BYTE, r, FLOW_TAG, ck_par_mpi(comm), &request[flow->n++]);
    in = receive;
    out = send;
    for (int r = 0; r < comm->rank; r++) {
        in += receive_bytes[r];
        out += send_bytes[r];
    }
    if (send_bytes[comm->rank])
        memcpy(in, out, send_bytes[comm->rank]);
}

void ck_flow_vote(ck_flow *flow, int vote) {
    MPI_Request *request = flow->request;
    flow->vote = flow->outcome = vote;
    if (flow->comm->size > 1)
        MPI_Iallreduce(&flow->vote, &flow->outcome, 1, MPI_INT, MPI_MAX, ck_par_mpi(flow->comm), &request[flow->n++]);
}

bool ck_flow_advance(ck_flow *flow) {
    int done = 0;
    if (flow->n)
        MPI_Testall(flow->n, flow->request, &done, MPI_STATUSES_IGNORE);
    if (done)
        flow->n = 0;
    return flow->n == 0;
}

void ck_flow_end(ck_flow *flow) {
    if (flow->n)
        MPI_Waitall(flow->n, flow->request, MPI_STATUSES_IGNORE);
    flow->n = 0;
}
