#include "par/share.h"
#include "base/memory.h"
#include "par/handle.h"
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* What ranks tell each other before they share. */
typedef struct member {
    uint64_t bytes;
    int32_t machine;   /* lowest rank of the same machine */
    int32_t limit;     /* ranks that may share */
} member;

/* How to find the memory that the first rank of a group made, and proof that it is that. */
typedef struct origin {
    int32_t made, pid, file;
    uint64_t device, inode;
} origin;

static int32_t sharing_limit(void) {
    const char *text = getenv("CARRICK_SHARING_RANKS");
    long limit = text ? strtol(text, NULL, 10) : 0;
    return limit > 0 && limit < INT32_MAX ? (int32_t)limit : INT32_MAX;
}

/* Collective. */
static int32_t find_machine(const ck_comm *comm) {
    int lowest = comm->rank;
    if (comm->size > 1) {
        MPI_Comm machine;
        MPI_Comm_split_type(ck_par_mpi(comm), MPI_COMM_TYPE_SHARED, comm->rank, MPI_INFO_NULL, &machine);
        MPI_Bcast(&lowest, 1, MPI_INT, 0, machine);
        MPI_Comm_free(&machine);
    }
    return lowest;
}

/* The first rank of the group that `rank` belongs to: a run of ranks on one machine, cut every `limit`. Rank 0's limit holds for all. */
static int group_begin(const member *all, int rank) {
    int first = rank, limit = all[0].limit;
    while (first > 0 && all[first - 1].machine == all[rank].machine)
        first--;
    return first + (rank - first) / limit * limit;
}

static void lay_out(const ck_comm *comm, const member *all, ck_share *share) {
    share->begin = group_begin(all, comm->rank);
    share->end = comm->rank + 1;
    while (share->end < comm->size && group_begin(all, share->end) == share->begin)
        share->end++;
    for (int r = share->begin; r < share->end; r++) {
        share->mine += r < comm->rank ? all[r].bytes : 0;
        share->total += all[r].bytes;
    }
}

/* Memory without a name, so that nothing is left behind when a rank is killed. @return its file, -1 where there is no such thing */
static int make_file(uint64_t bytes, origin *mine) {
    struct stat found;
    int file = memfd_create("carrick", MFD_CLOEXEC);
    if (file >= 0 && (ftruncate(file, (off_t)bytes) != 0 || fstat(file, &found) != 0)) {
        close(file);
        file = -1;
    }
    if (file >= 0)
        *mine = (origin){1, (int32_t)getpid(), file, (uint64_t)found.st_dev, (uint64_t)found.st_ino};
    return file;
}

static int open_file(const origin *from) {
    char path[64];
    struct stat found;
    if (!from->made)
        return -1;
    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)from->pid, (int)from->file);
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file >= 0 && (fstat(file, &found) != 0 || (uint64_t)found.st_dev != from->device || (uint64_t)found.st_ino != from->inode)) {
        close(file);
        file = -1;
    }
    return file;
}

static void map_file(int file, ck_share *share) {
    if (file < 0)
        return;
    void *bytes = mmap(NULL, share->total, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    share->mapped = bytes != MAP_FAILED;
    share->bytes = share->mapped ? bytes : NULL;
}

/* Does the whole group see its memory? The files of first ranks stay open until all have answered. Collective. */
static ck_status map_together(const ck_comm *comm, ck_error *error, ck_share *share) {
    bool alone = share->end - share->begin == 1 || share->total == 0;
    origin mine = {0}, *origins = NULL;
    uint64_t *offset = NULL;
    int file = !alone && comm->rank == share->begin ? make_file(share->total, &mine) : -1;
    uint8_t *seen = NULL;
    if (ck_par_gather_all(comm, error, &mine, sizeof mine, (void **)&origins, &offset) == CK_OK && !alone) {
        if (comm->rank != share->begin)
            file = open_file(&origins[share->begin]);
        map_file(file, share);
    }
    ck_free(offset);
    offset = NULL;
    uint8_t mapped = share->mapped;
    if (ck_par_gather_all(comm, error, &mapped, sizeof mapped, (void **)&seen, &offset) == CK_OK)
        for (int r = share->begin; r < share->end; r++)
            mapped &= seen[r];
    if (!mapped)
        ck_share_close(share);
    if (file >= 0)
        close(file);
    ck_free(offset);
    ck_free(seen);
    ck_free(origins);
    return error->status;
}

ck_status ck_share_open(const ck_comm *comm, ck_error *error, uint64_t n, ck_share *share) {
    *share = (ck_share){0};
    member mine = {n, find_machine(comm), sharing_limit()}, *all = NULL;
    uint64_t *offset = NULL;
    if (ck_par_gather_all(comm, error, &mine, sizeof mine, (void **)&all, &offset) == CK_OK) {
        lay_out(comm, all, share);
        map_together(comm, error, share);
    }
    if (error->status == CK_OK && !share->mapped) {
        *share = (ck_share){.begin = comm->rank, .end = comm->rank + 1, .total = n};
        share->bytes = ck_alloc(error, n, 1);
    }
    ck_free(offset);
    ck_free(all);
    if (ck_par_agree(comm, error) != CK_OK)
        ck_share_close(share);
    return error->status;
}

void ck_share_close(ck_share *share) {
    if (share->mapped)
        munmap(share->bytes, share->total);
    else
        ck_free(share->bytes);
    share->bytes = NULL;
    share->mapped = false;
}
