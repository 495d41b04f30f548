/** Ranks: the only room that knows MPI.
 *
 *  Owns the communicator, the agreement on errors, sums, and the exchange of bytes. Never knows what a
 *  record is. Integers cross ranks; floating point crosses only as broadcast bytes. One process started
 *  without mpirun is one rank.
 *
 *  Every function not marked Local is Collective: all ranks call it, in the same order. A local failure is
 *  carried in `ck_error` to the next ck_par_agree, never returned past a collective call. Functions that take a
 *  `ck_error` agree on it on entry too, so a rank may come to them with a failure of its own.
 *
 *      ck_comm comm;
 *      if (ck_par_start(&argc, &argv, &comm, &error) == CK_OK) { ... }
 *      ck_par_stop(&comm);
 *
 *  A lone rank needs no MPI: with ck_comm comm = {0, 1, NULL} every function is a copy in memory.
 */
#ifndef CK_PAR_PAR_H
#define CK_PAR_PAR_H
#include <carrick/status.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ck_comm {
    int rank, size;
    void *handle; /**< owned by par/; begins with the MPI_Comm, which store/ hands to HDF5; NULL: one rank without MPI */
} ck_comm;

/** What to do with the sentence of a rank that MPI cannot serve any more (a node or the network is gone), before it ends all ranks with
 *  CK_INTERNAL: there is nobody left to agree with. NULL: silence, the default. Local; before ck_par_start. */
typedef void ck_par_last_words(const ck_error *error);
void ck_par_set_last_words(ck_par_last_words *say);

/** Start MPI (FUNNELED). @return CK_OK or CK_INTERNAL */
ck_status ck_par_start(int *argc, char ***argv, ck_comm *comm, ck_error *error);
void ck_par_stop(ck_comm *comm);
/** Version text of the MPI library, e.g. "Open MPI 4.1.4". Local. */
const char *ck_par_library(void);

/** Every rank leaves with the most severe status of all; the sentence is that of the lowest rank that has
 *  it. A rank's own success is overwritten by another's failure. */
ck_status ck_par_agree(const ck_comm *comm, ck_error *error);

void ck_par_sum(const ck_comm *comm, uint64_t *values, size_t n); /**< in place, all ranks, any n */
void ck_par_max(const ck_comm *comm, uint64_t *values, size_t n);
void ck_par_or(const ck_comm *comm, uint64_t *words, size_t n); /**< bit by bit */
uint64_t ck_par_sum_before(const ck_comm *comm, uint64_t value); /**< exclusive prefix sum over ranks */
void ck_par_broadcast(const ck_comm *comm, int root, void *bytes, size_t n); /**< any n */

/** All ranks' bytes, in rank order, on every rank. `*all` and `*offset` ([size + 1]) are the caller's to
 *  ck_free. Agrees on errors itself: same status everywhere. */
ck_status ck_par_gather_all(const ck_comm *comm, ck_error *error, const void *bytes, size_t n, void **all,
                            uint64_t **offset);
/** The same on rank 0 only (elsewhere *all = NULL, *offset = NULL). */
ck_status ck_par_gather(const ck_comm *comm, ck_error *error, const void *bytes, size_t n, void **all,
                        uint64_t **offset);

/** Personalised exchange of bytes: send_bytes[d] bytes go to rank d, laid out in rank order in `send`.
 *  `*received` holds the parts in rank order; received_bytes[s] how many came from rank s (caller's array
 *  of `size`). Sends in pieces of at most 4 MiB. Agrees on errors itself. The caller frees *received. */
ck_status ck_par_exchange(const ck_comm *comm, ck_error *error, const void *send,
                          const uint64_t *send_bytes, void **received, uint64_t *received_bytes);

/** The first item of rank r's even share of n items: n * r / size. Local. */
static inline uint64_t ck_par_share(const ck_comm *comm, uint64_t n, int r) {
    return (uint64_t)((unsigned __int128)n * (unsigned)r / (unsigned)comm->size);
}
/** The rank whose even share holds item i of n. Local. */
int ck_par_owner(const ck_comm *comm, uint64_t n, uint64_t i);

#endif
