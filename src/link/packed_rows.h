/** Packed rows: everything the pair engine needs of a record, side by side, so that fetching a record is one or two cache lines
 *  and sending it is one copy.
 *
 *      word 0       record number
 *      word 1       source number
 *      then         codes of the columns that comparisons and filters read
 *      then         derived codes that the vectorised front compares
 *      then a rule  SINGLE: key      CROSS: key as l, key as r      MULTI: signature low, high, count
 *      tail         MULTI rules' keys, rule after rule (rows have different lengths then)
 */
#ifndef CK_LINK_PACKED_ROWS_H
#define CK_LINK_PACKED_ROWS_H
#include "block/keys.h"

enum { CK_WORD_RECORD = 0, CK_WORD_SOURCE = 1, CK_COLUMNS_MAX = 256, CK_WORDS_MAX = 512 };

typedef struct ck_layout {
    uint32_t nwords;                        /**< fixed part */
    uint32_t ncolumns, column_word[CK_COLUMNS_MAX]; /**< word of a column's code; 0 = not carried */
    uint32_t nrules;
    ck_key_shape shape[CK_RULES_MAX];
    uint32_t key_word[CK_RULES_MAX];
    uint32_t nderived, derived_word;        /**< derived code d is word derived_word + d */
    uint32_t derived_column[CK_COLUMNS_MAX];
    ck_derived derived[CK_COLUMNS_MAX];
    bool variable;                          /**< some rule is MULTI: rows have tails */
} ck_layout;

typedef struct ck_packed_rows {
    uint64_t n;
    uint32_t *words;
    uint64_t *offset; /**< [n + 1] in words when variable, else NULL */
} ck_packed_rows;

static inline const uint32_t *ck_row(const ck_layout *layout, const ck_packed_rows *rows, uint64_t i) {
    return rows->words + (rows->offset ? rows->offset[i] : i * layout->nwords);
}
/** Length of a row in words. */
uint32_t ck_row_words(const ck_layout *layout, const uint32_t *row);
/** The keys of MULTI rule r in a row: pointer and, in *n, how many; rising. */
const uint32_t *ck_row_keys(const ck_layout *layout, const uint32_t *row, uint32_t r, uint32_t *n);

/** Pack this rank's records. keys[r] for r < layout->nrules. Local. */
ck_status ck_packed_rows_make(ck_error *error, const ck_people *people, const ck_rule_keys *keys, const ck_layout *layout, uint32_t threads,
                       ck_packed_rows *rows);
void ck_packed_rows_free(ck_packed_rows *rows);

#endif
