/** Made-up partners: how true partners of some records would agree, column by column.
 *
 *  For the parts of one column (all names are one) probable matches that other columns have found and weighed tell which parts agree together.
 *  A record's partner is made up by drawing, for every column by itself, one such table row of a record whose own value is about as rare:
 *  a value that is there once is often a typing error. Rank 0 alone, from numbers that are the same on any number of ranks. Local.
 */
#ifndef CK_CHOOSE_PARTNERS_H
#define CK_CHOOSE_PARTNERS_H
#include "choose/learn.h"

enum { CK_DRAWS = 8 };

typedef struct ck_made_partners {
    uint32_t n;       /**< CK_DRAWS of each record of the sample; draw d is of record d % sample.n */
    uint32_t nwords;  /**< 64-bit words of n bits */
    uint64_t **bit;   /**< [parts] bit d: the part agrees in draw d */
} ck_made_partners;

/** count[c]: records by code of column c. */
ck_status ck_partners_make(ck_error *error, const ck_choose_input *input, const ck_key_parts *parts, const ck_learned *learned,
                           const ck_sample *sample, uint64_t *const *count, ck_made_partners *made);
void ck_made_partners_free(ck_made_partners *made, const ck_key_parts *parts);

#endif
