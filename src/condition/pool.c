#include "condition/pool.h"
#include "base/memory.h"
#include <string.h>

enum { BLOCK = 1 << 13, ALIGN = 16 };

struct ck_pool_block {
    ck_pool_block *next;
    size_t size;
    _Alignas(ALIGN) char bytes[];
};

/* The next block that has room for n bytes: one kept from before, or a new one behind the current. */
static ck_pool_block *next_block(ck_error *error, ck_pool *pool, size_t n) {
    ck_pool_block *next = pool->now ? pool->now->next : pool->first;
    if (next && next->size >= n)
        return next;
    size_t size = n > BLOCK ? n : BLOCK;
    ck_pool_block *block = ck_alloc(error, 1, sizeof *block + size);
    if (!block)
        return NULL;
    *block = (ck_pool_block){.next = next, .size = size};
    *(pool->now ? &pool->now->next : &pool->first) = block;
    return block;
}

void *ck_pool_take(ck_error *error, ck_pool *pool, size_t n) {
    n = (n + ALIGN - 1) / ALIGN * ALIGN;
    if (!pool->now || pool->now->size - pool->used < n) {
        ck_pool_block *block = next_block(error, pool, n);
        if (!block)
            return NULL;
        pool->now = block;
        pool->used = 0;
    }
    char *bytes = pool->now->bytes + pool->used;
    pool->used += n;
    return memset(bytes, 0, n);
}

char *ck_pool_copy(ck_error *error, ck_pool *pool, const char *bytes, size_t n) {
    char *copy = ck_pool_take(error, pool, n + 1);
    if (copy && n)
        memcpy(copy, bytes, n);
    return copy;
}

void ck_pool_reset(ck_pool *pool) {
    pool->now = NULL;
    pool->used = 0;
}

void ck_pool_free(ck_pool *pool) {
    for (ck_pool_block *block = pool->first, *next; block; block = next) {
        next = block->next;
        ck_free(block);
    }
    *pool = (ck_pool){0};
}
