/* Days and numbers of whole dictionaries, once per distinct value; codes of literals; strings of measures. */
#include "condition/evaluator.h"
#include "base/memory.h"
#include "condition/calls.h"
#include <inttypes.h>
#include <carrick/clean.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void ck_scales_free(ck_evaluator *evaluator) {
    for (uint32_t i = 0; i < evaluator->nscales; i++) {
        ck_free(evaluator->scale[i].angle);
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

static double length_of(ck_span text) {
    double n = 0;
    for (size_t i = 0; i < text.n; n++)
        i += ck_utf8_prefix(text.bytes + i, text.n - i, 1);
    return n;
}

static double number_of(const ck_scale *scale, ck_span text) {
    double number;
    if (scale->kind == CK_SCALE_LENGTH)
        return length_of(text);
    return ck_value_number(text, &number) ? number : NAN;
}

/* Of degrees: latitudes end at the poles, longitudes go once round. */
static ck_angle angle_of(const ck_scale *scale, ck_span text) {
    double degrees, most = scale->kind == CK_SCALE_LATITUDE ? 90.0 : 180.0, radian = acos(-1.0) / 180.0;
    if (!ck_value_number(text, &degrees) || fabs(degrees) > most)
        return (ck_angle){NAN, NAN, NAN};
    return (ck_angle){sin(degrees * radian / 2), cos(degrees * radian / 2), cos(degrees * radian)};
}

static ck_status fill_numbers(ck_error *error, const ck_dict *dict, ck_scale *scale) {
    int64_t n = (int64_t)dict->count + 1;
    if (!(scale->number = ck_alloc(error, (size_t)n, sizeof *scale->number)))
        return error->status;
#pragma omp parallel for schedule(static)
    for (int64_t code = 0; code < n; code++)
        scale->number[code] = code ? number_of(scale, ck_dict_value(dict, (uint32_t)code)) : NAN;
    return CK_OK;
}

static ck_status fill_angles(ck_error *error, const ck_dict *dict, ck_scale *scale) {
    int64_t n = (int64_t)dict->count + 1;
    if (!(scale->angle = ck_alloc(error, (size_t)n, sizeof *scale->angle)))
        return error->status;
#pragma omp parallel for schedule(static)
    for (int64_t code = 0; code < n; code++)
        scale->angle[code] = code ? angle_of(scale, ck_dict_value(dict, (uint32_t)code)) : (ck_angle){NAN, NAN, NAN};
    return CK_OK;
}

static ck_status fill_days(ck_error *error, const ck_dict *dict, ck_scale *scale) {
    int64_t n = (int64_t)dict->count + 1;
    if (!(scale->days = ck_alloc(error, (size_t)n, sizeof *scale->days)))
        return error->status;
#pragma omp parallel for schedule(static)
    for (int64_t code = 0; code < n; code++)
        scale->days[code] = code ? days_of(scale, ck_dict_value(dict, (uint32_t)code)) : CK_NO_DAYS;
    return CK_OK;
}

static ck_status fill_scale(ck_error *error, const ck_dict *dict, ck_scale *scale) {
    switch (scale->kind) {
    case CK_SCALE_NUMBER:
    case CK_SCALE_LENGTH: return fill_numbers(error, dict, scale);
    case CK_SCALE_LATITUDE:
    case CK_SCALE_LONGITUDE: return fill_angles(error, dict, scale);
    default: return fill_days(error, dict, scale);
    }
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

/* A column that an expression of the group reads. */
static const char *name_group(const ck_evaluator *evaluator, uint32_t number) {
    uint32_t e = 0;
    while (e + 1 < evaluator->nentries && evaluator->entry[e].group != number)
        e++;
    return evaluator->column[evaluator->entry[e].expr.column].name;
}

static ck_status check_lengths(ck_error *error, const ck_evaluator *evaluator, uint32_t number) {
    const ck_dict *dict = &evaluator->group[number].dict;
    for (uint32_t v = 0; v <= dict->count; v++)
        if (dict->offset[v + 1] - dict->offset[v] > CK_STRING_MAX)
            return ck_fail(error, CK_DATA, "Column '%s' has a value of %" PRIu64 " bytes, which cannot be compared by similarity: at most %d are taken.",
                           name_group(evaluator, number), dict->offset[v + 1] - dict->offset[v], (int)CK_STRING_MAX);
    return CK_OK;
}

static ck_status make_strings(ck_error *error, const ck_evaluator *evaluator, ck_measure measure, uint32_t number) {
    ck_dict_group *group = &evaluator->group[number];
    if (!group->strings && check_lengths(error, evaluator, number) != CK_OK)
        return error->status;
    bool words = measure == CK_TOKEN_SORT || measure == CK_TOKEN_SET;
    if (!group->strings && ck_strings_create(error, group->dict.count + 1, group->dict.offset, group->dict.bytes,
                                             &group->strings) != CK_OK)
        return error->status;
    if (measure == CK_DICE)
        return ck_strings_add_bits(error, group->strings);
    return words ? ck_strings_add_words(error, group->strings) : CK_OK;
}

static ck_status find_both_scales(ck_error *error, ck_evaluator *evaluator, ck_scale_kind kind_a,
                                  ck_scale_kind kind_b, uint32_t group_a, uint32_t group_b, ck_program_node *node) {
    const char *format = kind_a <= CK_SCALE_SWAPPED_DAYS ? node->text : NULL;
    if (find_scale(error, evaluator, kind_a, group_a, format, &node->table_a) != CK_OK)
        return error->status;
    return find_scale(error, evaluator, kind_b, group_b, format, &node->table_b);
}

/* Operands: latitude and longitude of l, then of r. */
static ck_status prepare_places(ck_error *error, ck_evaluator *evaluator, ck_program_node *operand) {
    for (uint32_t i = 0; i < 4; i++) {
        uint32_t group = evaluator->entry[i < 2 ? operand[i].a : operand[i].b].group;
        if (find_scale(error, evaluator, i % 2 ? CK_SCALE_LONGITUDE : CK_SCALE_LATITUDE, group, NULL, &operand[i].table_a) != CK_OK)
            return error->status;
    }
    return CK_OK;
}

static ck_status prepare_node(ck_error *error, ck_evaluator *evaluator, ck_program *program, ck_program_node *node) {
    if (node->op == CK_OP_DISTANCE_KM)
        return prepare_places(error, evaluator, &program->node[node->child]);
    if (node->op < CK_OP_EQUAL || node->op == CK_OP_SQL)
        return CK_OK;
    uint32_t a = evaluator->entry[node->a].group, b = evaluator->entry[node->b].group;
    switch (node->op) {
    case CK_OP_MEASURE:
        if (make_strings(error, evaluator, program->grade[node->grade].measure, a) != CK_OK)
            return error->status;
        return make_strings(error, evaluator, program->grade[node->grade].measure, b);
    case CK_OP_DAYS: return find_both_scales(error, evaluator, CK_SCALE_DAYS, CK_SCALE_DAYS, a, b, node);
    case CK_OP_DAY_MONTH_SWAPPED:
        return find_both_scales(error, evaluator, CK_SCALE_SWAPPED_DAYS, CK_SCALE_DAYS, a, b, node);
    case CK_OP_LENGTH: return find_both_scales(error, evaluator, CK_SCALE_LENGTH, CK_SCALE_LENGTH, a, b, node);
    case CK_OP_NUMBER_DIFFERENCE:
    case CK_OP_NUMBER_PERCENT:
    case CK_OP_NUMBER_RELATIVE:
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
            if (prepare_node(error, evaluator, &list->program[i], &list->program[i].node[k]) != CK_OK)
                return error->status;
    return CK_OK;
}

ck_status ck_scales_prepare(ck_error *error, ck_evaluator *evaluator) {
    if (prepare_list(error, evaluator, &evaluator->conditions) != CK_OK)
        return error->status;
    return prepare_list(error, evaluator, &evaluator->ladders);
}
