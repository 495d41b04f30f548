/** What ck_comm.handle points to. Inner part of par/. */
#ifndef CK_PAR_HANDLE_H
#define CK_PAR_HANDLE_H
#include "base/fault.h"
#include "par/par.h"
#include <mpi.h>
#include <stdbool.h>

/** No message is larger, so that counts fit an int and buffers inside MPI stay small. */
enum { CK_PIECE_BYTES = 4 << 20 };

/** The communicator comes first, which store/ relies on. */
typedef struct ck_par_handle {
    MPI_Comm mpi;
    MPI_Errhandler when_lost;
    bool stop_mpi; /**< MPI was started here, not by an embedding program */
} ck_par_handle;

static inline MPI_Comm ck_par_mpi(const ck_comm *comm) {
    return ((const ck_par_handle *)comm->handle)->mpi;
}
/** Before a message goes out: the place where sending fails on purpose, as it does when another node is gone. */
static inline void ck_par_before_send(const ck_comm *comm) {
    if (ck_fault(CK_FAULT_SEND))
        MPI_Comm_call_errhandler(ck_par_mpi(comm), MPI_ERR_OTHER);
}
/** The size of the next piece of what is left. */
static inline int ck_par_piece(uint64_t left, uint64_t limit) {
    return (int)(left < limit ? left : limit);
}

#endif
