#include "link/cell_array.h"
#include <stdbool.h>

ck_status ck_cell_array_create(ck_error *error, ck_cell_array *array) {
    *array = (ck_cell_array){.count = ck_alloc_zero(error, (size_t)CK_CELL_ARRAY_COPIES * (CK_CELL_ARRAY_CELLS + 1), sizeof *array->count)};
    return error->status;
}

void ck_cell_array_free(ck_cell_array *array) {
    ck_free(array->count);
    *array = (ck_cell_array){0};
}

void ck_cell_array_start(ck_cell_array *array, uint64_t npatterns, uint32_t rule, uint32_t nrules) {
    bool by_rule = rule < nrules;
    uint32_t later = by_rule ? nrules - rule - 1 : nrules;
    bool few = nrules <= 32 && later < 13 && npatterns <= (uint32_t)CK_CELL_ARRAY_CELLS >> later;
    array->ncells = few ? (uint32_t)npatterns << later : 0;
    array->npatterns = few ? (uint32_t)npatterns : 0;
    array->shift = by_rule ? rule + 1 : 0;
    array->own_mask = by_rule ? UINT32_C(1) << (rule & 31) : 0;
}

ck_status ck_cell_array_empty(ck_cell_array *array, ck_error *error, ck_cell_table *cells) {
    for (uint32_t cell = 0; error->status == CK_OK && cell < array->ncells; cell++) {
        uint64_t n = 0;
        for (uint32_t copy = 0; copy < CK_CELL_ARRAY_COPIES; copy++) {
            uint64_t *count = &array->count[copy * (CK_CELL_ARRAY_CELLS + 1) + cell];
            n += *count;
            *count = 0;
        }
        if (!n)
            continue;
        uint64_t mask = (uint64_t)(cell / array->npatterns) << array->shift | array->own_mask;
        size_t i = ck_cell_table_find(cells, error, cell % array->npatterns, mask);
        if (i != SIZE_MAX)
            cells->count[i] += n;
    }
    for (uint32_t copy = 0; copy < CK_CELL_ARRAY_COPIES; copy++) /* it may be a cell that counts in the next pass */
        array->count[copy * (CK_CELL_ARRAY_CELLS + 1) + array->ncells] = 0;
    return error->status;
}
