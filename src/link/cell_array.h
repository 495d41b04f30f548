/** Counts of a pass whose cells are few: an array, so that counting a pair is one addition. In a pass over rule r every mask has bit r,
 *  none below it, and any above it:
 *
 *      cell = pattern + npatterns * (mask >> shift)      shift = r + 1 (0 when pairs are not made by rules)
 *
 *  Private to a thread. Local. */
#ifndef CK_LINK_CELL_ARRAY_H
#define CK_LINK_CELL_ARRAY_H
#include "link/cell_table.h"

enum {
    CK_CELL_ARRAY_CELLS = 8192,
    CK_CELL_ARRAY_COPIES = 4 /**< neighbouring pairs, often of one cell, are counted apart: none waits for the one before */
};

typedef struct ck_cell_array {
    uint32_t ncells; /**< 0: too many, the pass counts in a cell table */
    uint32_t npatterns, shift, own_mask;
    uint64_t *count; /**< [CK_CELL_ARRAY_COPIES][CK_CELL_ARRAY_CELLS + 1]: the cell `ncells` takes what is not to be counted */
} ck_cell_array;

ck_status ck_cell_array_create(ck_error *error, ck_cell_array *array);
void ck_cell_array_free(ck_cell_array *array);
/** Begin a pass over rule `rule` of `nrules` (no rule's: rule >= nrules); nothing is counted yet. */
void ck_cell_array_start(ck_cell_array *array, uint64_t npatterns, uint32_t rule, uint32_t nrules);
/** Move the counts to a cell table. */
ck_status ck_cell_array_empty(ck_cell_array *array, ck_error *error, ck_cell_table *cells);

/** Count n cells; room for up to 3 more is written behind them. */
static inline void ck_cell_array_add(ck_cell_array *array, uint32_t *cell, uint32_t n) {
    uint64_t *count = array->count;
    for (uint32_t t = n; t % CK_CELL_ARRAY_COPIES; t++)
        cell[t] = array->ncells;
    for (uint32_t t = 0; t < n; t += CK_CELL_ARRAY_COPIES)
        for (uint32_t copy = 0; copy < CK_CELL_ARRAY_COPIES; copy++)
            count[copy * (CK_CELL_ARRAY_CELLS + 1) + cell[t + copy]]++;
}

#endif
