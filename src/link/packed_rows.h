/** Packed rows: everything the pair engine needs of a record, side by side, so that fetching a record is one or two cache lines
 *  and sending it is one copy.
 *
 *      word 0       record number
 *      word 1       source number, or class of the record (block/rule.h)
 *      then         codes of the columns that comparisons and filters read
 *      then         derived codes that the vectorised front compares
 *      then a rule  SINGLE: key      CROSS: key as l, key as r      MULTI: signature low, high, count
 *      tail         MULTI rules' keys, rule after rule (rows have different lengths then)
 */
#ifndef CK_LINK_PACKED_ROWS_H
#define CK_LINK_PACKED_ROWS_H
#include "block/keys.h"
#include "par/share.h"

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

/** The rows that this rank sees: its own and those of its neighbours on the same machine, in record order. */
typedef struct ck_packed_rows {
    uint64_t n;          /**< this rank's rows */
    uint64_t begin;      /**< the first of them */
    uint64_t visible;    /**< all that it sees: rows [0, visible) */
    uint64_t packed;     /**< of this rank's: those that are not left unset */
    uint32_t *words;
    uint64_t *offset;    /**< [visible] in words when variable, else NULL */
    ck_share word_share, offset_share; /**< their memory, and which ranks' rows are seen */
} ck_packed_rows;

static inline const uint32_t *ck_row(const ck_layout *layout, const ck_packed_rows *rows, uint64_t i) {
    return rows->words + (rows->offset ? rows->offset[i] : i * layout->nwords);
}
/** Does this rank see the rows of rank r? Then r sees its. */
static inline bool ck_rows_visible(const ck_packed_rows *rows, int r) {
    return r >= rows->word_share.begin && r < rows->word_share.end;
}
/** Length of a row in words. */
uint32_t ck_row_words(const ck_layout *layout, const uint32_t *row);
/** The keys of MULTI rule r in a row: pointer and, in *n, how many; rising. */
const uint32_t *ck_row_keys(const ck_layout *layout, const uint32_t *row, uint32_t r, uint32_t *n);

/** This rank's keys of its record i: pointer and, in *n, how many; zeros are to be skipped. Local. */
static inline const uint32_t *ck_record_keys(const ck_layout *layout, const ck_packed_rows *rows, const ck_rule_keys *keys, uint64_t i, uint64_t *n) {
    if (keys->shape == CK_KEY_MULTI) {
        *n = keys->offset[i + 1] - keys->offset[i];
        return keys->key + keys->offset[i];
    }
    *n = keys->shape == CK_KEY_CROSS ? 2 : 1;
    return keys->key ? keys->key + *n * i : ck_row(layout, rows, rows->begin + i) + keys->row_word;
}

/** What rows are packed from. */
typedef struct ck_packing {
    const ck_people *people;
    const ck_layout *layout;
    ck_rule_keys *keys;      /**< [layout->nrules] */
    const uint64_t *settled;
    uint32_t threads;
    uint64_t memory_bytes;   /**< of this rank; where they are scarce, keys that a row holds are then kept there alone; 0: not known */
} ck_packing;

/** Pack this rank's records, where its neighbours see them, but for settled ones without a key: those are left unset. Collective. */
ck_status ck_packed_rows_make(const ck_comm *comm, ck_error *error, const ck_packing *packing, ck_packed_rows *rows);
void ck_packed_rows_free(ck_packed_rows *rows);

#endif
