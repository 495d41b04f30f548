/** The distinct values of one field as one thread reads them: each is cleaned when it is first seen, and a row keeps
 *  the number of its clean value.
 *
 *  One entry may play two parts: a raw value (`result` says what cleaning made of it, `code` which entry is the clean
 *  form) and a clean value (`clean`). "ANN" is often both. Local; one thread a table. */
#ifndef CK_INGEST_VALUES_H
#define CK_INGEST_VALUES_H
#include "base/hash.h"
#include "base/text.h"
#include <carrick/clean.h>
#include <string.h>

enum { CK_VALUE_NOT_RAW = 255, CK_VALUE_HEAD = 14, CK_VALUE_INSIDE = CK_VALUE_HEAD + sizeof(char *) };

/** Half a cache line; a look-up of a value that is known mostly touches nothing else.
 *
 *      n   code  result clean  head               rest
 *      4 | 4   | 1    | 1    | 14               | 8       n <= 22: the bytes fill head and go on into rest
 *                                                         n > 22:  rest points to all of them, head repeats the first
 */
typedef struct ck_value {
    uint32_t n;
    uint32_t code;  /**< of a raw value: the entry of its clean form, 0 = missing. Of a clean one, when the dictionary
                         is made: its code there */
    uint8_t result; /**< ck_clean_result of a raw value; CK_VALUE_NOT_RAW when it is none */
    bool clean;
    char inside[CK_VALUE_INSIDE];
} ck_value;

/** The bytes of a value; valid until the next value is added. */
static inline ck_span ck_value_span(const ck_value *value) {
    const char *bytes = value->inside;
    if (value->n > CK_VALUE_INSIDE)
        memcpy(&bytes, value->inside + CK_VALUE_HEAD, sizeof bytes);
    return (ck_span){bytes, value->n};
}

typedef struct ck_values {
    const ck_clean_options *options;
    ck_value *entry; /**< entries 1..count */
    size_t count, entry_room;
    uint64_t *slot;  /**< hash (high half) and entry (low half); 0 = free */
    size_t nslots;   /**< a power of two */
    char **block;    /**< the bytes of long values */
    size_t nblocks, block_room, block_n, block_used;
    char *scratch;
    size_t scratch_room;
} ck_values;

/** Prepare a zeroed table. `options` is borrowed. */
ck_status ck_values_init(ck_error *error, ck_values *values, const ck_clean_options *options);
void ck_values_free(ck_values *values);

/** The hash of a raw value, for the two functions below. */
static inline uint32_t ck_values_hash(const char *bytes, size_t n) {
    return (uint32_t)ck_hash_bytes(bytes, n, 0);
}
/** Have the slot of a hash fetched while something else is done; then, when it is there, the entry it leads to. */
static inline void ck_values_prefetch_slot(const ck_values *values, uint32_t hash) {
    __builtin_prefetch(&values->slot[hash & (values->nslots - 1)]);
}
static inline void ck_values_prefetch_entry(const ck_values *values, uint32_t hash) {
    __builtin_prefetch(&values->entry[(uint32_t)values->slot[hash & (values->nslots - 1)]]);
}
/** Entry of the clean form of a raw value of n > 0 bytes; 0 = missing. *result: what cleaning did. */
ck_status ck_values_take(ck_error *error, ck_values *values, ck_span raw, uint32_t hash, uint32_t *entry,
                         ck_clean_result *result);
/** Give back what only reading needs: all but the entries and their bytes. */
void ck_values_settle(ck_values *values);

#endif
