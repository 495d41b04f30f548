/* Days and numbers of whole dictionaries, once per distinct value; codes of literals; strings of measures. */
#include "condition/evaluator.h"
#include "base/memory.h"
#include "condition/calls.h"
#include <carrick/clean.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void ck_scales_free(ck_evaluator *evaluator) {
    for (uint32_t i = 0; i < evaluator->nscales; i++) {
        ck_free(evaluator->scale[i].number);
        ck_free(evaluator->scale[i].days);
    }
    ck_free(evaluator->scale);
    evaluator->scale = NULL;
    evaluator->nscales = 0;
}

/* The date with day and month exchanged, when there is one and it is another. */
static int64_t swap_day_and_month(int64_t days) {
    int year, month, day;
    char text[48];
    ck_date_split(days, &year, &month, &day);
    if (day == month || day > 12)
        return CK_NO_SWAP;
    int n = snprintf(text, sizeof text, "%04d-%02d-%02d", year, day, month);
    return ck_date_parse("%Y-%m-%d", text, (size_t)n, &days) ? days : CK_NO_SWAP;
}

static int64_t days_of(const ck_scale *scale, ck_span text) {
    int64_t days;
    if (!ck_value_days(scale->format, text, &days))
        return CK_NO_DAYS;
    return scale->kind == CK_SCALE_DAYS ? days : swap_day_and_month(days);
}

static ck_status fill_scale(ck_error *error, const ck_dict *dict, ck_scale *scale) {
    int64_t n = (int64_t)dict->count + 1;
    if (scale->kind == CK_SCALE_NUMBER) {
        if (!(scale->number = ck_alloc(error, (size_t)n, sizeof *scale->number)))
            return error->status;
#pragma omp parallel for schedule(static)
        for (int64_t code = 0; code < n; code++)
            if (code == 0 || !ck_value_number(ck_dict_value(dict, (uint32_t)code), &scale->number[code]))
                scale->number[code] = NAN;
        return CK_OK;
    }
    if (!(scale->days = ck_alloc(error, (size_t)n, sizeof *scale->days)))
        return error->status;
#pragma omp parallel for schedule(static)
    for (int64_t code = 0; code < n; code++)
        scale->days[code] = code ? days_of(scale, ck_dict_value(dict, (uint32_t)code)) : CK_NO_DAYS;
    return CK_OK;
}

static bool same_format(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* The number of the scale of a dictionary, made when it is new. */
static ck_status find_scale(ck_error *error, ck_evaluator *evaluator, ck_scale_kind kind, uint32_t group,
                            const char *format, uint32_t *number) {
    for (*number = 0; *number < evaluator->nscales; ++*number) {
        const ck_scale *scale = &evaluator->scale[*number];
        if (scale->kind == kind && scale->group == group && same_format(scale->format, format))
            return CK_OK;
    }
    if (ck_grow(error, &evaluator->scale, &evaluator->scale_room, *number + 1, sizeof *evaluator->scale) != CK_OK)
        return error->status;
    ck_scale *scale = &evaluator->scale[evaluator->nscales++];
    *scale = (ck_scale){.kind = kind, .group = group, .format = format};
    return fill_scale(error, &evaluator->group[group].dict, scale);
}

static ck_status make_strings(ck_error *error, ck_dict_group *group) {
    if (group->strings)
        return CK_OK;
    return ck_strings_create(error, group->dict.count + 1, group->dict.offset, group->dict.bytes, &group->strings);
}

static ck_status find_both_scales(ck_error *error, ck_evaluator *evaluator, ck_scale_kind kind_a,
                                  ck_scale_kind kind_b, uint32_t group_a, uint32_t group_b, ck_program_node *node) {
    const char *format = kind_a == CK_SCALE_NUMBER ? NULL : node->text;
    if (find_scale(error, evaluator, kind_a, group_a, format, &node->table_a) != CK_OK)
        return error->status;
    return find_scale(error, evaluator, kind_b, group_b, format, &node->table_b);
}

static ck_status prepare_node(ck_error *error, ck_evaluator *evaluator, ck_program_node *node) {
    if (node->op < CK_OP_EQUAL || node->op == CK_OP_SQL)
        return CK_OK;
    uint32_t a = evaluator->entry[node->a].group, b = evaluator->entry[node->b].group;
    switch (node->op) {
    case CK_OP_MEASURE:
        if (make_strings(error, &evaluator->group[a]) != CK_OK)
            return error->status;
        return make_strings(error, &evaluator->group[b]);
    case CK_OP_DAYS: return find_both_scales(error, evaluator, CK_SCALE_DAYS, CK_SCALE_DAYS, a, b, node);
    case CK_OP_DAY_MONTH_SWAPPED:
        return find_both_scales(error, evaluator, CK_SCALE_SWAPPED_DAYS, CK_SCALE_DAYS, a, b, node);
    case CK_OP_NUMBER_DIFFERENCE:
    case CK_OP_NUMBER_PERCENT:
        return find_both_scales(error, evaluator, CK_SCALE_NUMBER, CK_SCALE_NUMBER, a, b, node);
    case CK_OP_LITERAL_L:
    case CK_OP_LITERAL_R:
    case CK_OP_LITERAL_BOTH: {
        ck_span text = ck_span_of(node->text ? node->text : "");
        node->literal_a = ck_dict_find(&evaluator->group[a].dict, text);
        node->literal_b = ck_dict_find(&evaluator->group[b].dict, text);
        return CK_OK;
    }
    default: return CK_OK;
    }
}

static ck_status prepare_list(ck_error *error, ck_evaluator *evaluator, ck_program_list *list) {
    for (uint32_t i = 0; i < list->n; i++)
        for (uint32_t k = 0; k < list->program[i].nnodes; k++)
            if (prepare_node(error, evaluator, &list->program[i].node[k]) != CK_OK)
                return error->status;
    return CK_OK;
}

ck_status ck_scales_prepare(ck_error *error, ck_evaluator *evaluator) {
    if (prepare_list(error, evaluator, &evaluator->conditions) != CK_OK)
        return error->status;
    return prepare_list(error, evaluator, &evaluator->ladders);
}
