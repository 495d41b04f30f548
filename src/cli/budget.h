/** How much memory a rank may take: what --memory says, else what the machine, its control group and Slurm leave to it. */
#ifndef CK_CLI_BUDGET_H
#define CK_CLI_BUDGET_H
#include "par/par.h"

/** `asked` as 4G, or NULL: seven eighths of what this node has (the least of SLURM_MEM_PER_NODE or SLURM_MEM_PER_CPU, the limits of cgroups, and
 *  the memory of the machine), shared evenly by the ranks on it. 0 when nothing is known. Ranks may differ. Collective. CK_USAGE. */
ck_status ck_budget_choose(const ck_comm *comm, ck_error *error, const char *asked, uint64_t *bytes);

#endif
