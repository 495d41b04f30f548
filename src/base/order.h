/** Orders for qsort. Local, thread-safe. */
#ifndef CK_BASE_ORDER_H
#define CK_BASE_ORDER_H
#include <stdint.h>

/** Rising uint64_t. */
static inline int ck_compare_u64(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

#endif
