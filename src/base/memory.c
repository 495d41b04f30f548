#include "base/memory.h"
#include "base/fault.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

static void *fail_memory(ck_error *error, size_t n, size_t size) {
    ck_fail(error, CK_MEMORY, "Out of memory: %zu x %zu bytes could not be had; give the job more memory or ranks.",
            n, size);
    return NULL;
}

void *ck_alloc(ck_error *error, size_t n, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes) || bytes > SIZE_MAX - 128)
        return fail_memory(error, n, size);
    void *p = ck_fault(CK_FAULT_ALLOC) ? NULL : aligned_alloc(64, bytes == 0 ? 64 : (bytes + 63) & ~(size_t)63);
    return p ? p : fail_memory(error, n, size);
}

void *ck_alloc_zero(ck_error *error, size_t n, size_t size) {
    void *p = ck_alloc(error, n, size);
    if (p)
        memset(p, 0, n * size);
    return p;
}

ck_status ck_grow(ck_error *error, void *array_pointer, size_t *capacity, size_t need, size_t size) {
    if (need <= *capacity)
        return CK_OK;
    size_t room = *capacity < 16 ? 16 : *capacity;
    while (room < need) /* above the largest size there is no larger one */
        room = __builtin_add_overflow(room, room / 2 + 1, &room) ? need : room;
    void **array = array_pointer;
    size_t bytes;
    void *p = __builtin_mul_overflow(room, size, &bytes) || ck_fault(CK_FAULT_ALLOC) ? NULL : realloc(*array, bytes);
    if (!p) {
        fail_memory(error, room, size);
        return CK_MEMORY;
    }
    *array = p;
    *capacity = room;
    return CK_OK;
}

char *ck_copy_text(ck_error *error, const char *text, size_t n) {
    char *copy = ck_alloc(error, n + 1, 1);
    if (copy) {
        if (n)
            memcpy(copy, text, n);
        copy[n] = 0;
    }
    return copy;
}

char *ck_copy_string(ck_error *error, const char *text) {
    return ck_copy_text(error, text, strlen(text));
}

void ck_free(void *p) {
    free(p);
}

void ck_forget(void *p, size_t n) {
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), begin = ((uintptr_t)p + page - 1) / page * page, end = ((uintptr_t)p + n) / page * page;
    if (p && begin < end)
        madvise((void *)begin, end - begin, MADV_DONTNEED); /* a hint: where it fails the memory is merely kept */
}

void ck_memory_trim(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

void ck_free_texts(char **text, uint64_t n) {
    for (uint64_t i = 0; text && i < n; i++)
        ck_free(text[i]);
    ck_free(text);
}
