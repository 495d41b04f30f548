/* What an evaluator's tables take. */
#include "condition/evaluator.h"
#include "compare/strings.h"

static uint64_t dict_bytes(const ck_dict *dict) {
    return dict->offset ? ((uint64_t)dict->count + 2) * sizeof *dict->offset + dict->offset[dict->count + 1] : 0;
}

static uint64_t table_bytes(const ck_expr_entry *entry, const ck_dict *from) {
    const ck_derived_table *table = &entry->table;
    uint64_t values = (uint64_t)from->count + 1;
    if (table->offset)
        return (values + 1) * sizeof *table->offset + table->offset[values] * sizeof *table->item;
    return table->map ? values * sizeof *table->map : 0;
}

static uint64_t group_bytes(const ck_dict_group *group) {
    uint64_t own = group->borrowed ? 0 : dict_bytes(&group->dict);
    return own + (group->strings ? group->strings->count * (sizeof(ck_sketch) + CK_SLOT) : 0);
}

static uint64_t scale_bytes(const ck_evaluator *evaluator, const ck_scale *scale) {
    size_t width = scale->days ? sizeof *scale->days : scale->number ? sizeof *scale->number : sizeof *scale->angle;
    return ((uint64_t)evaluator->group[scale->group].dict.count + 1) * width;
}

uint64_t ck_evaluator_bytes(const ck_evaluator *evaluator) {
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < evaluator->nentries; i++)
        bytes += table_bytes(&evaluator->entry[i], &evaluator->column[evaluator->entry[i].expr.column].dict);
    for (uint32_t g = 0; g < evaluator->ngroups; g++)
        bytes += group_bytes(&evaluator->group[g]);
    for (uint32_t s = 0; s < evaluator->nscales; s++)
        bytes += scale_bytes(evaluator, &evaluator->scale[s]);
    return bytes;
}
