/* Preloaded by tests/run.sh --mpi mpich. MPICH over UCX turns in circles while it waits; where ranks outnumber cores, a rank that waits then keeps the
 * one it waits for from running. Open MPI has a setting that gives way (mpi_yield_when_idle); here each round that moved nothing does. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sched.h>

unsigned ucp_worker_progress(void *worker);

unsigned ucp_worker_progress(void *worker) {
    static unsigned (*progress)(void *);
    if (!progress)
        *(void **)&progress = dlsym(RTLD_NEXT, "ucp_worker_progress");
    unsigned moved = progress(worker);
    if (!moved)
        sched_yield();
    return moved;
}
