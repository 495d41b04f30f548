#include "par/par.h"
#include "base/fault.h"
#include "base/memory.h"
#include "par/handle.h"
#include <stdlib.h>
#include <string.h>

enum { PIECE_WORDS = CK_PIECE_BYTES / 8 };

/* ---- starting and ending ---- */

static ck_par_last_words *last_words;

void ck_par_set_last_words(ck_par_last_words *say) {
    last_words = say;
}

/* Signature of MPI. A rank that cannot talk can neither agree with the others nor leave them waiting. */
static void end_all(MPI_Comm *comm, int *code, ...) {
    char why[MPI_MAX_ERROR_STRING] = "";
    int n = 0, rank = 0;
    ck_error error = {0};
    MPI_Error_string(*code, why, &n);
    MPI_Comm_rank(*comm, &rank);
    ck_fail(&error, CK_INTERNAL, "Rank %d cannot reach the others any more (%s); finished stages are kept, and the same command carries on.",
            rank, why);
    if (last_words)
        last_words(&error);
    MPI_Abort(*comm, (int)error.status);
}

/* A process that no launcher started needs no daemon of Open MPI, and no search for a network: each takes 0.2 s. Nor does it need a session folder, which
   all such processes of a user would share: one that ends takes it from one that starts. What the user has set stays. */
static void set_up_alone(void) {
    static const char *const launched[] = {"OMPI_COMM_WORLD_SIZE", "PMIX_NAMESPACE", "PMIX_RANK", "PMI_SIZE", "PMI_RANK", "SLURM_STEP_ID"};
    setenv("OMPI_MCA_ess_singleton_isolated", "1", 0);
    for (size_t i = 0; i < sizeof launched / sizeof *launched; i++)
        if (getenv(launched[i]))
            return;
    setenv("OMPI_MCA_pml", "ob1", 0);
    setenv("OMPI_MCA_orte_create_session_dirs", "0", 0);
}

ck_status ck_par_start(int *argc, char ***argv, ck_comm *comm, ck_error *error) {
    *comm = (ck_comm){.rank = 0, .size = 1, .handle = NULL};
    ck_par_handle *handle = ck_alloc_zero(error, 1, sizeof *handle);
    if (!handle)
        return error->status;
    int running = 0, provided = MPI_THREAD_SINGLE;
    set_up_alone();
    MPI_Initialized(&running);
    if (running)
        MPI_Query_thread(&provided);
    else
        MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &provided);
    handle->stop_mpi = !running;
    MPI_Comm_dup(MPI_COMM_WORLD, &handle->mpi);
    MPI_Comm_create_errhandler(end_all, &handle->when_lost);
    MPI_Comm_set_errhandler(handle->mpi, handle->when_lost);
    MPI_Comm_rank(handle->mpi, &comm->rank);
    MPI_Comm_size(handle->mpi, &comm->size);
    comm->handle = handle;
    ck_fault_set_rank(comm->rank);
    if (provided < MPI_THREAD_FUNNELED)
        ck_fail(error, CK_INTERNAL, "This MPI library was built without threads (it must provide MPI_THREAD_FUNNELED).");
    return ck_par_agree(comm, error);
}

void ck_par_stop(ck_comm *comm) {
    ck_par_handle *handle = comm->handle;
    if (!handle)
        return;
    MPI_Comm_free(&handle->mpi);
    MPI_Errhandler_free(&handle->when_lost);
    if (handle->stop_mpi)
        MPI_Finalize();
    ck_free(handle);
    *comm = (ck_comm){.rank = 0, .size = 1, .handle = NULL};
}

/* Libraries answer with a paragraph ("Open MPI v4.1.4, package: ..."); name and version are its first words. */
const char *ck_par_library(void) {
    static char text[MPI_MAX_LIBRARY_VERSION_STRING];
    char full[MPI_MAX_LIBRARY_VERSION_STRING] = "";
    int n = 0;
    MPI_Get_library_version(full, &n);
    size_t out = 0;
    for (const char *p = full; *p && *p != ',' && *p != '\n'; p++) {
        bool version_mark = *p == 'v' && p > full && p[-1] == ' ' && p[1] >= '0' && p[1] <= '9';
        if (!version_mark)
            text[out++] = *p == '\t' ? ' ' : *p;
    }
    text[out] = 0;
    return text;
}

/* ---- agreement, sums, exchange ---- */

/* A stop is milder than what cannot be mended by carrying on: files, memory, broken promises. */
static int severity(ck_status status) {
    return status == CK_STOPPED ? 2 * CK_NOT_CONVERGED + 1 : 2 * (int)status;
}

ck_status ck_par_agree(const ck_comm *comm, ck_error *error) {
    if (comm->size == 1)
        return error->status;
    struct {
        int severity, rank;
    } worst = {severity(error->status), comm->rank};
    /* MPI_MAXLOC gives the lowest rank among equals. */
    MPI_Allreduce(MPI_IN_PLACE, &worst, 1, MPI_2INT, MPI_MAXLOC, ck_par_mpi(comm));
    if (worst.severity != 0)
        MPI_Bcast(error, (int)sizeof *error, MPI_BYTE, worst.rank, ck_par_mpi(comm));
    return error->status;
}

static void reduce_words(const ck_comm *comm, uint64_t *values, size_t n, MPI_Datatype type, MPI_Op op) {
    for (size_t at = 0; at < n; at += PIECE_WORDS)
        MPI_Allreduce(MPI_IN_PLACE, values + at, ck_par_piece(n - at, PIECE_WORDS), type, op, ck_par_mpi(comm));
}

void ck_par_sum(const ck_comm *comm, uint64_t *values, size_t n) {
    if (comm->size > 1)
        reduce_words(comm, values, n, MPI_UINT64_T, MPI_SUM);
}

static void flip_highest_bits(uint64_t *values, size_t n) {
    for (size_t i = 0; i < n; i++)
        values[i] ^= UINT64_C(1) << 63;
}

/* MPICH 4.0 compares unsigned words as signed ones, so they are sent as such, in the same order. */
void ck_par_max(const ck_comm *comm, uint64_t *values, size_t n) {
    if (comm->size == 1)
        return;
    flip_highest_bits(values, n);
    reduce_words(comm, values, n, MPI_INT64_T, MPI_MAX);
    flip_highest_bits(values, n);
}

void ck_par_or(const ck_comm *comm, uint64_t *words, size_t n) {
    if (comm->size > 1)
        reduce_words(comm, words, n, MPI_UINT64_T, MPI_BOR);
}

uint64_t ck_par_sum_before(const ck_comm *comm, uint64_t value) {
    uint64_t before = 0;
    if (comm->size > 1)
        MPI_Exscan(&value, &before, 1, MPI_UINT64_T, MPI_SUM, ck_par_mpi(comm));
    return comm->rank == 0 ? 0 : before; /* MPI leaves rank 0's result undefined */
}

void ck_par_broadcast(const ck_comm *comm, int root, void *bytes, size_t n) {
    if (comm->size == 1)
        return;
    for (size_t at = 0; at < n; at += CK_PIECE_BYTES)
        MPI_Bcast((char *)bytes + at, ck_par_piece(n - at, CK_PIECE_BYTES), MPI_BYTE, root, ck_par_mpi(comm));
}

/* Everybody's n as offsets [size + 1]; NULL with `error` set when memory is out. */
static uint64_t *gather_offsets(const ck_comm *comm, ck_error *error, uint64_t n) {
    uint64_t *offset = ck_alloc_zero(error, (size_t)comm->size + 1, sizeof *offset);
    if (ck_par_agree(comm, error) != CK_OK) {
        ck_free(offset);
        return NULL;
    }
    if (comm->size == 1)
        offset[1] = n;
    else
        MPI_Allgather(&n, 1, MPI_UINT64_T, offset + 1, 1, MPI_UINT64_T, ck_par_mpi(comm));
    for (int r = 0; r < comm->size; r++)
        offset[r + 1] += offset[r];
    return offset;
}

ck_status ck_par_gather_all(const ck_comm *comm, ck_error *error, const void *bytes, size_t n, void **all,
                            uint64_t **offset) {
    *all = NULL;
    *offset = NULL;
    uint64_t *at = gather_offsets(comm, error, n);
    if (!at)
        return error->status;
    char *buffer = ck_alloc(error, at[comm->size], 1);
    if (ck_par_agree(comm, error) != CK_OK) {
        ck_free(buffer);
        ck_free(at);
        return error->status;
    }
    if (n)
        memcpy(buffer + at[comm->rank], bytes, n);
    for (int r = 0; r < comm->size; r++)
        ck_par_broadcast(comm, r, buffer + at[r], at[r + 1] - at[r]);
    *all = buffer;
    *offset = at;
    return CK_OK;
}

static void send_pieces(const ck_comm *comm, int to, const char *bytes, uint64_t n) {
    ck_par_before_send(comm);
    for (uint64_t at = 0; at < n; at += CK_PIECE_BYTES)
        MPI_Send(bytes + at, ck_par_piece(n - at, CK_PIECE_BYTES), MPI_BYTE, to, 0, ck_par_mpi(comm));
}

static void receive_pieces(const ck_comm *comm, int from, char *bytes, uint64_t n) {
    for (uint64_t at = 0; at < n; at += CK_PIECE_BYTES)
        MPI_Recv(bytes + at, ck_par_piece(n - at, CK_PIECE_BYTES), MPI_BYTE, from, 0, ck_par_mpi(comm), MPI_STATUS_IGNORE);
}

ck_status ck_par_gather(const ck_comm *comm, ck_error *error, const void *bytes, size_t n, void **all,
                        uint64_t **offset) {
    *all = NULL;
    *offset = NULL;
    uint64_t *at = gather_offsets(comm, error, n);
    if (!at)
        return error->status;
    char *buffer = comm->rank == 0 ? ck_alloc(error, at[comm->size], 1) : NULL;
    if (ck_par_agree(comm, error) != CK_OK) {
        ck_free(buffer);
        ck_free(at);
        return error->status;
    }
    if (comm->rank != 0) {
        send_pieces(comm, 0, bytes, n);
        ck_free(at);
        return CK_OK;
    }
    if (n)
        memcpy(buffer, bytes, n);
    for (int r = 1; r < comm->size; r++)
        receive_pieces(comm, r, buffer + at[r], at[r + 1] - at[r]);
    *all = buffer;
    *offset = at;
    return CK_OK;
}

/* The data of an exchange: at step k every rank sends to the k-th rank after it and receives from the k-th before,
 * piece by piece, so that each rank has one message out and one in at a time. Steps without data cost nothing. */
static void exchange_pieces(const ck_comm *comm, const char *send, const uint64_t *send_bytes, char *receive,
                            const uint64_t *receive_bytes, uint64_t *send_at, uint64_t *receive_at) {
    send_at[0] = receive_at[0] = 0;
    for (int r = 1; r < comm->size; r++) {
        send_at[r] = send_at[r - 1] + send_bytes[r - 1];
        receive_at[r] = receive_at[r - 1] + receive_bytes[r - 1];
    }
    if (send_bytes[comm->rank])
        memcpy(receive + receive_at[comm->rank], send + send_at[comm->rank], send_bytes[comm->rank]);
    for (int k = 1; k < comm->size; k++) {
        int to = (comm->rank + k) % comm->size, from = (comm->rank - k + comm->size) % comm->size;
        uint64_t out = 0, in = 0;
        ck_par_before_send(comm);
        while (out < send_bytes[to] || in < receive_bytes[from]) {
            int nout = ck_par_piece(send_bytes[to] - out, CK_PIECE_BYTES), nin = ck_par_piece(receive_bytes[from] - in, CK_PIECE_BYTES);
            MPI_Sendrecv(send + send_at[to] + out, nout, MPI_BYTE, nout ? to : MPI_PROC_NULL, 0,
                         receive + receive_at[from] + in, nin, MPI_BYTE, nin ? from : MPI_PROC_NULL, 0, ck_par_mpi(comm),
                         MPI_STATUS_IGNORE);
            out += (uint64_t)nout;
            in += (uint64_t)nin;
        }
    }
}

ck_status ck_par_exchange(const ck_comm *comm, ck_error *error, const void *send, const uint64_t *send_bytes,
                          void **received, uint64_t *received_bytes) {
    *received = NULL;
    size_t size = (size_t)comm->size;
    uint64_t *at = ck_alloc_zero(error, 2 * size, sizeof *at);
    char *buffer = NULL;
    if (ck_par_agree(comm, error) != CK_OK)
        goto done;
    if (size == 1)
        received_bytes[0] = send_bytes[0];
    else
        MPI_Alltoall(send_bytes, 1, MPI_UINT64_T, received_bytes, 1, MPI_UINT64_T, ck_par_mpi(comm));
    uint64_t total = 0;
    for (size_t r = 0; r < size; r++)
        total += received_bytes[r];
    buffer = ck_alloc(error, total, 1);
    if (ck_par_agree(comm, error) != CK_OK)
        goto done;
    exchange_pieces(comm, send, send_bytes, buffer, received_bytes, at, at + size);
    *received = buffer;
    buffer = NULL;
done:
    ck_free(buffer);
    ck_free(at);
    return error->status;
}

int ck_par_owner(const ck_comm *comm, uint64_t n, uint64_t i) {
    if (n == 0)
        return 0;
    int r = (int)((unsigned __int128)i * (unsigned)comm->size / n);
    while (r > 0 && ck_par_share(comm, n, r) > i)
        r--;
    while (r + 1 < comm->size && ck_par_share(comm, n, r + 1) <= i)
        r++;
    return r;
}
