#include "link/packed_rows.h"
#include "base/clock.h"
#include "base/memory.h"
#include <string.h>

enum { STRETCH = 1 << 16, AMPLE_PASS = 64 << 20 };

uint32_t ck_row_words(const ck_layout *layout, const uint32_t *row) {
    uint32_t words = layout->nwords;
    for (uint32_t r = 0; layout->variable && r < layout->nrules; r++)
        if (layout->shape[r] == CK_KEY_MULTI)
            words += row[layout->key_word[r] + 2];
    return words;
}

const uint32_t *ck_row_keys(const ck_layout *layout, const uint32_t *row, uint32_t r, uint32_t *n) {
    const uint32_t *tail = row + layout->nwords;
    for (uint32_t q = 0; q < r; q++)
        if (layout->shape[q] == CK_KEY_MULTI)
            tail += row[layout->key_word[q] + 2];
    *n = row[layout->key_word[r] + 2];
    return tail;
}

/* 64 bits that two sets with a common key always share one of. */
static uint64_t signature(const uint32_t *key, uint64_t n) {
    uint64_t bits = 0;
    for (uint64_t k = 0; k < n; k++)
        bits |= UINT64_C(1) << (key[k] * UINT32_C(0x9e3779b1) >> 26);
    return bits;
}

static void pack_keys(const ck_layout *layout, const ck_rule_keys *keys, uint64_t i, uint32_t *row, uint32_t **tail) {
    for (uint32_t r = 0; r < layout->nrules; r++) {
        uint32_t *word = row + layout->key_word[r];
        if (layout->shape[r] == CK_KEY_SINGLE) {
            word[0] = keys[r].key[i];
        } else if (layout->shape[r] == CK_KEY_CROSS) {
            word[0] = keys[r].key[2 * i];
            word[1] = keys[r].key[2 * i + 1];
        } else {
            const uint32_t *set = keys[r].key + keys[r].offset[i];
            uint64_t n = keys[r].offset[i + 1] - keys[r].offset[i], bits = signature(set, n);
            word[0] = (uint32_t)bits;
            word[1] = (uint32_t)(bits >> 32);
            word[2] = (uint32_t)n;
            memcpy(*tail, set, n * sizeof *set);
            *tail += n;
        }
    }
}

static void pack_row(const ck_people *people, const ck_rule_keys *keys, const ck_layout *layout, uint64_t i, uint32_t source,
                     uint32_t *row) {
    row[CK_WORD_RECORD] = (uint32_t)(people->begin + i);
    row[CK_WORD_SOURCE] = source;
    for (uint32_t c = 0; c < layout->ncolumns; c++)
        if (layout->column_word[c])
            row[layout->column_word[c]] = people->column[c].code[i];
    for (uint32_t d = 0; d < layout->nderived; d++)
        row[layout->derived_word + d] = layout->derived[d].map[people->column[layout->derived_column[d]].code[i]];
    uint32_t *tail = row + layout->nwords;
    pack_keys(layout, keys, i, row, &tail);
}

/* Words of row i's tail. */
static uint64_t tail_words(const ck_rule_keys *keys, const ck_layout *layout, uint64_t i) {
    uint64_t words = 0;
    for (uint32_t r = 0; r < layout->nrules; r++)
        if (layout->shape[r] == CK_KEY_MULTI)
            words += keys[r].offset[i + 1] - keys[r].offset[i];
    return words;
}

static uint64_t own_words(const ck_rule_keys *keys, const ck_layout *layout, uint64_t n) {
    uint64_t words = n * layout->nwords;
    for (uint64_t i = 0; layout->variable && i < n; i++)
        words += tail_words(keys, layout, i);
    return words;
}

/* Shared memory for the rows, and for where they begin. Collective. */
static ck_status take_rows(const ck_comm *comm, ck_error *error, const ck_rule_keys *keys, const ck_layout *layout, ck_packed_rows *rows) {
    uint64_t offsets = layout->variable ? rows->n : 0;
    if (ck_share_open(comm, error, own_words(keys, layout, rows->n) * sizeof *rows->words, &rows->word_share) != CK_OK ||
        ck_share_open(comm, error, offsets * sizeof *rows->offset, &rows->offset_share) != CK_OK)
        return error->status;
    rows->words = rows->word_share.bytes;
    if (layout->variable) {
        rows->offset = rows->offset_share.bytes;
        rows->begin = rows->offset_share.mine / sizeof *rows->offset;
        rows->visible = rows->offset_share.total / sizeof *rows->offset;
        uint64_t at = rows->word_share.mine / sizeof *rows->words;
        for (uint64_t i = 0; i < rows->n; i++) {
            rows->offset[rows->begin + i] = at;
            at += layout->nwords + tail_words(keys, layout, i);
        }
    } else {
        size_t row = layout->nwords * sizeof *rows->words;
        rows->begin = rows->word_share.mine / row;
        rows->visible = rows->word_share.total / row;
    }
    return CK_OK;
}

/* Is the row of any use? One that is settled and holds no key is never fetched. */
static bool is_asked(const ck_rule_keys *keys, const ck_layout *layout, uint64_t i) {
    bool any = false;
    for (uint32_t r = 0; r < layout->nrules && !any; r++)
        any = layout->shape[r] == CK_KEY_SINGLE  ? keys[r].key[i] != 0
              : layout->shape[r] == CK_KEY_CROSS ? keys[r].key[2 * i] || keys[r].key[2 * i + 1]
                                                 : keys[r].offset[i + 1] > keys[r].offset[i];
    return any;
}

/* Would rows, keys and some room for passes not fit side by side? Rows that are left unset hold no keys, and little memory. */
static bool is_scarce(const ck_packing *from, const ck_packed_rows *rows) {
    return from->memory_bytes && !from->settled && from->memory_bytes < ck_clock_rss_bytes() + rows->word_share.total + rows->offset_share.total + AMPLE_PASS;
}

/* Keys of records [begin, end) that their rows hold now. */
static void forget_keys(const ck_packing *from, uint64_t begin, uint64_t end) {
    for (uint32_t r = 0; r < from->layout->nrules; r++) {
        uint64_t n = from->keys[r].shape == CK_KEY_CROSS ? 2 : 1;
        if (from->keys[r].shape != CK_KEY_MULTI)
            ck_forget(from->keys[r].key + n * begin, n * (end - begin) * sizeof *from->keys[r].key);
    }
}

static void leave_keys_in_rows(const ck_packing *from) {
    for (uint32_t r = 0; r < from->layout->nrules; r++)
        if (from->keys[r].shape != CK_KEY_MULTI) {
            ck_free(from->keys[r].key);
            from->keys[r].key = NULL;
            from->keys[r].row_word = from->layout->key_word[r];
        }
}

/* Stretch by stretch, so that keys go as rows come. */
static void pack_rows(const ck_packing *from, ck_packed_rows *rows) {
    const ck_people *people = from->people;
    bool scarce = is_scarce(from, rows);
    uint64_t packed = 0;
    for (uint64_t begin = 0; begin < rows->n; begin += STRETCH) {
        uint64_t end = rows->n - begin < STRETCH ? rows->n : begin + STRETCH;
#pragma omp parallel for num_threads(from->threads) schedule(static) reduction(+ : packed)
        for (uint64_t i = begin; i < end; i++) {
            if (ck_is_settled(from->settled, people->begin + i) && !is_asked(from->keys, from->layout, i))
                continue;
            packed++;
            pack_row(people, from->keys, from->layout, i,
                     ck_class_of(from->settled, people->nsources, ck_people_source_of(people, people->begin + i), people->begin + i),
                     (uint32_t *)(uintptr_t)ck_row(from->layout, rows, rows->begin + i));
        }
        if (scarce)
            forget_keys(from, begin, end);
    }
    if (scarce)
        leave_keys_in_rows(from);
    rows->packed = packed;
}

ck_status ck_packed_rows_make(const ck_comm *comm, ck_error *error, const ck_packing *packing, ck_packed_rows *rows) {
    *rows = (ck_packed_rows){.n = packing->people->end - packing->people->begin};
    if (take_rows(comm, error, packing->keys, packing->layout, rows) == CK_OK)
        pack_rows(packing, rows);
    return ck_par_agree(comm, error); /* the neighbours' rows are there, too */
}

void ck_packed_rows_free(ck_packed_rows *rows) {
    ck_share_close(&rows->word_share);
    ck_share_close(&rows->offset_share);
    *rows = (ck_packed_rows){0};
}
