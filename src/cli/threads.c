#include "cli/threads.h"
#include "base/memory.h"
#include <omp.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { THREADS_MAX = 1024 };

/** Where a rank runs: ranks with equal places share their cores. (mpirun may bind each rank to cores of its own.) */
typedef struct place {
    char host[256];
    cpu_set_t cores;
} place;

static void find_place(place *here) {
    memset(here, 0, sizeof *here);
    gethostname(here->host, sizeof here->host - 1);
    sched_getaffinity(0, sizeof here->cores, &here->cores);
}

static ck_status share_cores(const ck_comm *comm, ck_error *error, uint64_t *threads) {
    place here, *all;
    uint64_t *offset;
    find_place(&here);
    if (ck_par_gather_all(comm, error, &here, sizeof here, (void **)&all, &offset))
        return error->status;
    uint64_t cores = (uint64_t)CPU_COUNT(&here.cores), sharing = 0;
    for (int r = 0; r < comm->size; r++)
        sharing += memcmp(&all[r], &here, sizeof here) == 0;
    *threads = cores / sharing;
    ck_free(all);
    ck_free(offset);
    return CK_OK;
}

ck_status ck_threads_choose(const ck_comm *comm, ck_error *error, uint64_t asked, uint32_t *threads) {
    uint64_t chosen = asked;
    if (asked > THREADS_MAX)
        return ck_fail(error, CK_USAGE, "--threads may be at most %d.", THREADS_MAX);
    if (!chosen && getenv("OMP_NUM_THREADS"))
        chosen = (uint64_t)omp_get_max_threads();
    /* A launcher may set the variable on some ranks only: then all must still take part in the gathering. */
    uint64_t somebody_asks = chosen == 0;
    ck_par_max(comm, &somebody_asks, 1);
    uint64_t share = 1;
    if (somebody_asks && share_cores(comm, error, &share))
        return error->status;
    if (!chosen)
        chosen = share;
    *threads = (uint32_t)(chosen < 1 ? 1 : chosen > THREADS_MAX ? THREADS_MAX : chosen);
    omp_set_num_threads((int)*threads);
    return CK_OK;
}
