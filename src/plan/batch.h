/** A job script for Slurm, as text. Local. */
#ifndef CK_PLAN_BATCH_H
#define CK_PLAN_BATCH_H
#include "plan/price.h"

typedef struct ck_batch {
    const char *name, *job, *folder;   /**< of the job; paths, of any bytes but NUL */
    ck_layout_of_ranks shape;
    uint64_t node_bytes;               /**< to ask for */
    uint64_t seconds;                  /**< likewise */
} ck_batch;

/** Memory of a node to ask for: the price and a quarter more, in whole GiB. */
uint64_t ck_batch_memory(uint64_t node_bytes);

/** The script: asks for nodes, ranks, cores, memory and time; is warned three minutes before its time is up (then Carrick saves and
 *  exits 75) and goes back to the queue. The caller frees. CK_MEMORY. */
ck_status ck_batch_text(ck_error *error, const ck_batch *batch, char **text);

#endif
