/** Memory that fails with a sentence. Everything is released with ck_free, which accepts NULL.
 *  Thread-safe. Local. */
#ifndef CK_BASE_MEMORY_H
#define CK_BASE_MEMORY_H
#include <carrick/status.h>
#include <stddef.h>
#include <stdint.h>

/** n * size bytes, not initialised, 64-byte aligned; never NULL unless `error` is set (CK_MEMORY). */
void *ck_alloc(ck_error *error, size_t n, size_t size);
/** As ck_alloc, zeroed. */
void *ck_alloc_zero(ck_error *error, size_t n, size_t size);
/** Make room for `need` elements in a growing array (doubling); `*capacity` in elements. */
ck_status ck_grow(ck_error *error, void *array_pointer, size_t *capacity, size_t need, size_t size);
/** A copy of n bytes with a NUL after them. */
char *ck_copy_text(ck_error *error, const char *text, size_t n);
char *ck_copy_string(ck_error *error, const char *text);
void ck_free(void *p);
/** The pages wholly inside p[n bytes] go back to the system: what they held is lost, the memory stays the caller's. */
void ck_forget(void *p, size_t n);
/** What was freed goes back to the system, where the allocator keeps it. */
void ck_memory_trim(void);
/** [n] texts and the list of them; NULL is none. */
void ck_free_texts(char **text, uint64_t n);

#endif
