/** Memory that ranks of one machine see together: what each rank writes into its part, all of them read in place, so nothing that
 *  neighbours need of each other is sent or held twice.
 *
 *      ck_share share;
 *      ck_share_open(comm, error, my_bytes, &share);   Collective
 *      memcpy((char *)share.bytes + share.mine, ...);  each its own part
 *      ck_par_agree(comm, error);                      now the others' parts may be read
 *      ck_share_close(&share);
 *
 *  Ranks that follow each other on one machine share; where memory cannot be shared, each rank sees its own part alone and everything
 *  else works as between machines. CARRICK_SHARING_RANKS=n lets at most n ranks share (1: none), for tests and odd machines.
 */
#ifndef CK_PAR_SHARE_H
#define CK_PAR_SHARE_H
#include "par/par.h"
#include <stdbool.h>

typedef struct ck_share {
    int begin, end;      /**< ranks [begin, end) see each other's parts; this one among them */
    uint64_t mine;       /**< where this rank's part begins, in bytes */
    uint64_t total;      /**< bytes of all parts, which lie in rank order without gaps */
    void *bytes;         /**< [total], 64-byte aligned; not initialised */
    bool mapped;
} ck_share;

/** Take `n` bytes for this rank. Collective. CK_MEMORY. */
ck_status ck_share_open(const ck_comm *comm, ck_error *error, uint64_t n, ck_share *share);
/** Local; accepts a zeroed struct. The others keep what they see. */
void ck_share_close(ck_share *share);

#endif
