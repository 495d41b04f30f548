#include "plan/batch.h"
#include "base/memory.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { GIB = 1 << 30 };

static const char head[] = "#!/bin/bash\n"
                           "# Written by 'carrick plan' (plan.json beside it tells why):   sbatch job.sbatch\n"
                           "# Ended by its time limit, the job saves what is done, goes back to the queue, and carries on from there.\n"
                           "# CARRICK: the program, where it is not on the PATH.  CARRICK_MPI: how srun starts MPI programs ('srun --mpi=list').\n"
                           "#SBATCH --job-name=%s\n"
                           "#SBATCH --nodes=%u\n"
                           "#SBATCH --ntasks=%u\n"
                           "#SBATCH --ntasks-per-node=%u\n"
                           "#SBATCH --cpus-per-task=%u\n"
                           "#SBATCH --mem=%lluG\n"
                           "#SBATCH --time=%llu:%02llu:00\n"
                           "#SBATCH --signal=USR1@180\n"
                           "#SBATCH --requeue\n"
                           "#SBATCH --open-mode=append\n"
                           "#SBATCH --output=carrick-%%j.log\n"
                           "export OMP_NUM_THREADS=%u\n"
                           "for ((k = 0; k < ${SLURM_RESTART_COUNT:-0}; k++)); do # a step of a number that a lost node does not know\n"
                           "    srun --mpi=none --nodes=1 --ntasks=1 true\n"
                           "done\n"
                           "status=0\n"
                           "srun --mpi=\"${CARRICK_MPI:-pmix}\" --cpus-per-task=%u --kill-on-bad-exit=1 \"${CARRICK:-carrick}\" run ";
static const char middle[] = " --out ";
static const char tail[] = " \"$@\" || status=$?\n"
                           "if [ \"$status\" = 75 ]; then\n"
                           "    echo 'Not done within the time limit: back to the queue, to be resumed.'\n"
                           "    scontrol requeue \"$SLURM_JOB_ID\"\n"
                           "fi\n"
                           "exit \"$status\"\n";

uint64_t ck_batch_memory(uint64_t node_bytes) {
    return (node_bytes + node_bytes / 4 + GIB - 1) / GIB * GIB;
}

/** In single quotes, which only a single quote ends. @return what follows */
static char *put_quoted(char *to, const char *text) {
    *to++ = '\'';
    for (; *text; text++) {
        if (*text == '\'')
            to = stpcpy(to, "'\\''");
        else
            *to++ = *text;
    }
    *to++ = '\'';
    *to = 0;
    return to;
}

/** Letters, digits and dashes: a name that needs no quotes. */
static void plain_name(const char *name, char plain[64]) {
    size_t n = 0;
    for (; *name && n < 63; name++)
        plain[n++] = isalnum((unsigned char)*name) ? *name : '-';
    plain[n] = 0;
}

ck_status ck_batch_text(ck_error *error, const ck_batch *batch, char **text) {
    size_t room = sizeof head + sizeof middle + sizeof tail + 256 + 4 * (strlen(batch->job) + strlen(batch->folder));
    char name[64];
    const ck_layout_of_ranks *shape = &batch->shape;
    *text = ck_alloc(error, room, 1);
    if (!*text)
        return error->status;
    plain_name(batch->name, name);
    unsigned long long minutes = (batch->seconds + 59) / 60, gib = (batch->node_bytes + GIB - 1) / GIB;
    int n = snprintf(*text, room, head, name, shape->nodes, shape->ranks, ck_ranks_of_node(shape), shape->threads, gib, minutes / 60, minutes % 60,
                     shape->threads, shape->threads);
    char *at = put_quoted(*text + n, batch->job);
    at = put_quoted(stpcpy(at, middle), batch->folder);
    strcpy(at, tail);
    return CK_OK;
}
