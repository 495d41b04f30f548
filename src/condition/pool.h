/** Memory that is given back all at once: the nodes of a parsed text, the values of one evaluation. Local; not thread-safe.
 *
 *      ck_pool pool = {0};
 *      node = ck_pool_take(error, &pool, sizeof *node);   zeroed
 *      ck_pool_reset(&pool);                              all of it may be used again
 *      ck_pool_free(&pool);
 */
#ifndef CK_CONDITION_POOL_H
#define CK_CONDITION_POOL_H
#include <carrick/status.h>
#include <stddef.h>

typedef struct ck_pool_block ck_pool_block;

typedef struct ck_pool {
    ck_pool_block *first, *now; /**< blocks before `now` are full */
    size_t used;                /**< bytes of `now` */
} ck_pool;

/** n bytes, zeroed, aligned for any type; NULL with CK_MEMORY in `error`. */
void *ck_pool_take(ck_error *error, ck_pool *pool, size_t n);
/** A copy of n bytes with a NUL after them. */
char *ck_pool_copy(ck_error *error, ck_pool *pool, const char *bytes, size_t n);
void ck_pool_reset(ck_pool *pool);
void ck_pool_free(ck_pool *pool);

#endif
