/* Levels, gammas and patterns of a list of comparisons. */
#include "model/comparison.h"
#include "base/memory.h"
#include <math.h>

static void free_level(ck_level *level) {
    ck_free(level->label);
    ck_condition_free(&level->condition);
}

void ck_comparisons_free(ck_comparisons *comparisons) {
    for (uint32_t c = 0; c < comparisons->n; c++) {
        ck_comparison *comparison = &comparisons->comparison[c];
        for (uint32_t i = 0; i < comparison->nlevels; i++) free_level(&comparison->level[i]);
        ck_free(comparison->level);
        ck_free(comparison->name);
    }
    ck_free(comparisons->comparison);
    *comparisons = (ck_comparisons){0};
}

int ck_level_gamma(const ck_comparison *comparison, uint32_t index) {
    return comparison->level[index].is_null ? -1 : (int)(comparison->nlevels - 1 - index);
}

uint32_t ck_level_of_gamma(const ck_comparison *comparison, int gamma) {
    return gamma < 0 ? 0 : comparison->nlevels - 1 - (uint32_t)gamma;
}

uint32_t ck_comparison_radix(const ck_comparison *comparison) {
    uint32_t nulls = comparison->nlevels > 0 && comparison->level[0].is_null;
    return comparison->nlevels - nulls + 1;
}

bool ck_level_condition_reads(const ck_condition *condition, uint32_t column) {
    for (uint32_t i = 0; i < condition->nchildren; i++)
        if (ck_level_condition_reads(&condition->child[i], column))
            return true;
    if (ck_op_has_children(condition->op))
        return false;
    switch (condition->op) {
    case CK_OP_ALWAYS: return false;
    case CK_OP_LITERAL_L: return condition->a.column == column;
    case CK_OP_LITERAL_R: return condition->b.column == column;
    default: return condition->a.column == column || condition->b.column == column;
    }
}

bool ck_comparison_reads(const ck_comparison *comparison, uint32_t column) {
    for (uint32_t i = 0; i < comparison->nlevels; i++)
        if (!comparison->level[i].is_null && ck_level_condition_reads(&comparison->level[i].condition, column))
            return true;
    return false;
}

bool ck_comparison_is_of(const ck_comparison *comparison, uint32_t column) {
    uint32_t top = comparison->nlevels > 1 && comparison->level[0].is_null ? 1 : 0;
    return comparison->nlevels > 0 && ck_level_condition_reads(&comparison->level[top].condition, column);
}

uint32_t ck_exact_level(const ck_comparison *comparison, uint32_t index) {
    uint32_t column = comparison->level[index].tf_column;
    for (uint32_t i = 0; i < comparison->nlevels; i++) {
        const ck_condition *condition = &comparison->level[i].condition;
        bool plain = condition->op == CK_OP_EQUAL && condition->a.ncalls == 0 && condition->b.ncalls == 0;
        if (plain && condition->a.column == column && condition->b.column == column)
            return i;
    }
    return UINT32_MAX;
}

void ck_level_values_clear(ck_level_values *values) {
    for (uint32_t c = 0; c < CK_COMPARISONS_MAX; c++)
        for (uint32_t i = 0; i < CK_LEVELS_MAX; i++)
            values->v[c][i] = NAN;
}

ck_status ck_pattern_strides(ck_error *error, const ck_comparisons *comparisons, uint64_t stride[CK_COMPARISONS_MAX + 1]) {
    if (comparisons->n > CK_COMPARISONS_MAX)
        return ck_fail(error, CK_USAGE, "There are %u comparisons; at most %d are possible.", comparisons->n, CK_COMPARISONS_MAX);
    stride[0] = 1;
    for (uint32_t c = 0; c < comparisons->n; c++) {
        uint64_t radix = ck_comparison_radix(&comparisons->comparison[c]);
        if (stride[c] > (UINT64_C(1) << 63) / radix)
            return ck_fail(error, CK_USAGE, "The comparisons have too many levels: the product of (levels + 1) passes 2^63 at "
                           "comparison '%s'. Use fewer comparisons or levels.", comparisons->comparison[c].name);
        stride[c + 1] = stride[c] * radix;
    }
    return CK_OK;
}
