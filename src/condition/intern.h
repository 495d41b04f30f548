/** Distinct byte strings, numbered as they come. Local; a table is for one thread at a time.
 *
 *      ck_intern names = {0};
 *      ck_intern_add(error, &names, value, &id);    0, 1, 2, ... the same value has the same number
 *      ck_intern_free(&names);
 */
#ifndef CK_CONDITION_INTERN_H
#define CK_CONDITION_INTERN_H
#include "base/text.h"
#include <carrick/status.h>
#include <stdint.h>

typedef struct ck_intern {
    uint32_t count;
    uint32_t *slot;    /**< [nslots] open addressing: number + 1, 0 = free */
    size_t nslots;     /**< a power of two, at least twice `count` */
    uint64_t *hash;    /**< [count] */
    uint64_t *end;     /**< [count] value i is bytes[end[i - 1] .. end[i]) */
    char *bytes;
    size_t hash_room, end_room, bytes_room;
} ck_intern;

/** @return CK_MEMORY, or CK_DATA for more than 2^32 - 2 values */
ck_status ck_intern_add(ck_error *error, ck_intern *intern, ck_span value, uint32_t *id);
/** The same with the value's hash (ck_hash_bytes, seed 0), as another table's hash[] has it. */
ck_status ck_intern_add_hashed(ck_error *error, ck_intern *intern, ck_span value, uint64_t hash, uint32_t *id);
/** The number of a value, UINT32_MAX when it is not there. */
uint32_t ck_intern_find(const ck_intern *intern, ck_span value);
ck_span ck_intern_get(const ck_intern *intern, uint32_t id);
/** Put n tables that share no value end to end: all's value first[k] + i is value i of table k, which is freed. Nothing can be added or looked up
 *  afterwards. */
ck_status ck_intern_join(ck_error *error, ck_intern *table, uint32_t n, ck_intern *all, uint32_t *first);
/** code[id] = place of the value in bytewise order, counted from 1. Runs on all threads of the process. */
ck_status ck_intern_rank(ck_error *error, const ck_intern *intern, uint32_t *code);
void ck_intern_free(ck_intern *intern);

#endif
