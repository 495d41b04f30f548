/** A sieve of a part: of every distinct value of its columns, only what a sample has as well; and strips of records seen through it.
 *
 *      ck_sieve_make(error, part, column, values_of_sample, code_of_sample, n, &sieve);
 *      ck_strip_fill(error, part, &sieve, code, begin, end, &strip);
 *      who of the strip has value v of the sample: strip.holder[strip.begin[v] .. strip.begin[v + 1])
 *      what record i of the strip has of it:       strip.number[strip.first[i] .. strip.first[i + 1])
 *
 *  Values of the sample are numbered from 0. Local; a sieve is read-only once made.
 */
#ifndef CK_CHOOSE_SIEVE_H
#define CK_CHOOSE_SIEVE_H
#include "choose/parts.h"

/** The sample's distinct values, numbered, by open addressing; hash 0 is never one. */
typedef struct ck_known_values {
    uint64_t *hash, mask;
    uint32_t *number;
    uint32_t n;
} ck_known_values;

typedef struct ck_sieve {
    ck_known_values known;
    uint32_t *sampled; /**< number of each of the sample's values, in their order */
    /* a part of one column: what each code of the column has that the sample has */
    uint32_t *start;   /**< [codes + 2] */
    uint32_t *number;
    /* a part of several columns: which values of their shared dictionary the sample has */
    uint64_t *bit;
    uint32_t *first[CK_PART_EXPRS], *item[CK_PART_EXPRS]; /**< of each expression: those values of each code of its column */
} ck_sieve;

/** `sample` are the part's values of the sample's records, whose codes of column c are code[c] ([n]). */
ck_status ck_sieve_make(ck_error *error, const ck_key_part *part, const ck_column *column, const ck_part_values *sample,
                        const uint32_t *const *code, uint32_t n, ck_sieve *sieve);
void ck_sieve_free(ck_sieve *sieve);

enum { CK_NO_NUMBER = UINT32_MAX };

/** What the records of a strip have of a sieve, by record and by value. Buffers grow and are kept for the next strip. */
typedef struct ck_strip {
    uint32_t *first;  /**< [records + 1] */
    uint32_t *number;
    uint32_t *begin;  /**< [known.n + 1] */
    uint32_t *holder; /**< places in the strip, rising */
    uint32_t *only;   /**< [records] the one number of each; CK_NO_NUMBER: none */
    bool single;      /**< no record has more than one */
    size_t first_room, number_room, begin_room, holder_room, only_room, item_room, hash_room;
    uint32_t *item;   /**< room for one record */
    uint64_t *hash;
} ck_strip;
/** Records [begin, end), whose codes of column c are code[c]. */
ck_status ck_strip_fill(ck_error *error, const ck_key_part *part, const ck_sieve *sieve, const uint32_t *const *code, uint64_t begin, uint64_t end,
                        ck_strip *strip);
void ck_strip_free(ck_strip *strip);

/** Has record i of the strip the value? */
static inline bool ck_strip_has(const ck_strip *strip, uint32_t i, uint32_t number) {
    if (strip->single)
        return strip->only[i] == number;
    for (uint32_t x = strip->first[i]; x < strip->first[i + 1]; x++)
        if (strip->number[x] == number)
            return true;
    return false;
}

#endif
