/** How many threads a rank should run. */
#ifndef CK_CLI_THREADS_H
#define CK_CLI_THREADS_H
#include "par/par.h"

/** `asked` if not 0; else OMP_NUM_THREADS; else the cores this rank may use, shared among the ranks of the node that
 *  may use the same ones. Sets OpenMP's default too. Collective. */
ck_status ck_threads_choose(const ck_comm *comm, ck_error *error, uint64_t asked, uint32_t *threads);

#endif
