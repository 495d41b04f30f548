/** What the values of a column look like: counts over the sampled rows, without the values that mean missing. Local. */
#ifndef CK_INIT_LOOKS_H
#define CK_INIT_LOOKS_H
#include "init/extract.h"

enum { CK_MISSING_WORDS = 8, CK_MISSING_ROOM = 32 };

typedef struct ck_looks {
    const char **value;  /**< [n] borrowed from the sample, in the order of the file */
    size_t n, distinct;
    double collision;    /**< how likely two rows agree */
    double top;          /**< share of the commonest value */
    /* shares of the values: */
    double whole;        /**< a whole number */
    double number;       /**< a number */
    double decimal;      /**< a number with a fraction */
    double digits;       /**< seven digits or more and at most one letter */
    double sign;         /**< begins with +, ( or 0 */
    double letters;      /**< no digits, and letters for the greatest part */
    double address;      /**< a number, then words; or words, then a number */
    double email;        /**< a@b.c */
    double serial;       /**< one word of letters and digits (hashes, keys) */
    double words;        /**< mean number of words */
    double length;       /**< mean bytes */
    double least, most;  /**< of the numbers */
    uint32_t nmissing;
    char missing[CK_MISSING_WORDS][CK_MISSING_ROOM]; /**< words that mean missing, as the file writes them */
    double missing_share; /**< of the filled sampled rows */
} ck_looks;

ck_status ck_looks_find(ck_error *error, const ck_extract *extract, uint32_t column, ck_looks *looks);
void ck_looks_free(ck_looks *looks);
/** Share of the values that cleaning as `kind` keeps. */
ck_status ck_looks_clean(ck_error *error, const ck_looks *looks, const char *kind, double *share);

#endif
