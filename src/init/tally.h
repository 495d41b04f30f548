/** Counts of distinct values in bounded memory: distinct sampling (Gibbons 2001).
 *
 *  Values are taken by their hash. Those whose hash begins with `depth` zero bits are kept, with an exact count each; when
 *  there are too many, depth grows by one and half of them go. Which are kept depends on the values alone, not on their
 *  order, and a value that is kept is counted in every row. Local.
 *
 *      ck_tally_init(&error, &tally, 1024);
 *      ck_tally_add(&tally, ck_hash_bytes(bytes, n, 0));   once a row
 *      ck_tally_distinct(&tally);                          exact while depth is 0
 */
#ifndef CK_INIT_TALLY_H
#define CK_INIT_TALLY_H
#include <carrick/status.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct ck_tally_entry {
    uint64_t hash, count; /**< count 0: free */
} ck_tally_entry;

typedef struct ck_value_tally {
    ck_tally_entry *entry; /**< [2 * most] open addressing */
    uint32_t n, most, depth;
} ck_value_tally;

/** Prepare a zeroed tally that keeps at most `most` values (a power of two). */
ck_status ck_tally_init(ck_error *error, ck_value_tally *tally, uint32_t most);
void ck_tally_add(ck_value_tally *tally, uint64_t hash);
/** About how many different values were added. */
uint64_t ck_tally_distinct(const ck_value_tally *tally);
/** About how many pairs of additions were of one value. */
double ck_tally_pairs(const ck_value_tally *tally);
/** Share of the different values of the smaller of two tallies that are in the other, about. */
double ck_tally_shared(const ck_value_tally *a, const ck_value_tally *b);
void ck_tally_free(ck_value_tally *tally);

#endif
