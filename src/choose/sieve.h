/** A sieve of a part: of every distinct value of its columns, only what a sample has as well. What a sweep meets of a record is then a
 *  look-up, and mostly nothing.
 *
 *      ck_sieve_make(error, part, column, values_of_sample, &sieve);
 *      ck_sieve_tile(error, part, &sieve, code, begin, end, &tile);
 *      for each i of tile.active: tile.hash[tile.start[i] .. + tile.count[i])
 *
 *  Local; a sieve is read-only once made.
 */
#ifndef CK_CHOOSE_SIEVE_H
#define CK_CHOOSE_SIEVE_H
#include "choose/parts.h"

typedef struct ck_sieve {
    /* a part of one column: hashes of each code of the column that the sample has */
    uint32_t *start; /**< [codes + 2] */
    uint64_t *hash;
    /* a part of several columns: which values of their shared dictionary the sample has */
    uint64_t *bit;
    uint32_t *first[CK_PART_EXPRS], *item[CK_PART_EXPRS]; /**< of each expression: those values of each code of its column */
} ck_sieve;

/** `sample` are the part's values of the sample's records, whose codes of column c are code[c] ([n]). */
ck_status ck_sieve_make(ck_error *error, const ck_key_part *part, const ck_column *column, const ck_part_values *sample,
                        const uint32_t *const *code, uint32_t n, ck_sieve *sieve);
void ck_sieve_free(ck_sieve *sieve);

/** What some records have of a sieve. Buffers grow and are kept for the next tile. */
typedef struct ck_sieve_tile {
    const uint64_t *hash;
    uint32_t *start, *count; /**< [records] */
    uint32_t *active;        /**< records that have any, rising */
    uint32_t nactive;
    size_t records_room, own_room, item_room;
    uint64_t *own;
    uint32_t *item;
} ck_sieve_tile;
/** At most CK_SIEVE_RECORDS records. */
enum { CK_SIEVE_RECORDS = 4096 };
ck_status ck_sieve_tile_fill(ck_error *error, const ck_key_part *part, const ck_sieve *sieve, const uint32_t *const *code, uint64_t begin,
                             uint64_t end, ck_sieve_tile *tile);
void ck_sieve_tile_free(ck_sieve_tile *tile);

#endif
