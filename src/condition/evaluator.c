/* Making an evaluator: expressions registered, joined in groups, derived. */
#include "condition/evaluator.h"
#include "base/memory.h"
#include <string.h>

ck_status ck_evaluator_create(ck_error *error, const ck_column *column, uint32_t ncolumns, const ck_kernels *kernels,
                              ck_evaluator **evaluator) {
    *evaluator = ck_alloc_zero(error, 1, sizeof **evaluator);
    if (!*evaluator)
        return error->status;
    (*evaluator)->column = column;
    (*evaluator)->ncolumns = ncolumns;
    (*evaluator)->kernels = kernels;
    return CK_OK;
}

static void free_programs(ck_program_list *list) {
    for (uint32_t i = 0; i < list->n; i++)
        ck_program_free(&list->program[i]);
    ck_free(list->program);
}

static void free_groups(ck_evaluator *evaluator) {
    for (uint32_t i = 0; i < evaluator->ngroups; i++) {
        ck_strings_free(evaluator->group[i].strings);
        if (!evaluator->group[i].borrowed)
            ck_dict_free(&evaluator->group[i].dict);
    }
    ck_free(evaluator->group);
}

void ck_evaluator_free(ck_evaluator *evaluator) {
    if (!evaluator)
        return;
    ck_scales_free(evaluator);
    free_groups(evaluator);
    for (uint32_t i = 0; i < evaluator->nentries; i++) {
        ck_derived_table_free(&evaluator->entry[i].table);
        ck_expr_free(&evaluator->entry[i].expr);
    }
    ck_free(evaluator->entry);
    free_programs(&evaluator->ladders);
    free_programs(&evaluator->conditions);
    ck_free(evaluator);
}

/* ---- expressions ---- */

static uint32_t find_root(const ck_evaluator *evaluator, uint32_t i) {
    while (evaluator->entry[i].parent != i)
        i = evaluator->entry[i].parent;
    return i;
}

static ck_status add_entry(ck_evaluator *evaluator, ck_error *error, const ck_expr *expr, uint32_t *number) {
    for (*number = 0; *number < evaluator->nentries; ++*number)
        if (ck_expr_equal(&evaluator->entry[*number].expr, expr))
            return CK_OK;
    if (expr->column >= evaluator->ncolumns || expr->ncalls > CK_EXPR_CALLS)
        return ck_fail(error, CK_INTERNAL, "An expression reads column %u of %u.", expr->column, evaluator->ncolumns);
    if (ck_grow(error, &evaluator->entry, &evaluator->entry_room, *number + 1, sizeof *evaluator->entry) != CK_OK)
        return error->status;
    ck_expr_entry *entry = &evaluator->entry[*number];
    *entry = (ck_expr_entry){.parent = *number};
    if (ck_expr_copy(error, expr, &entry->expr) != CK_OK)
        return error->status;
    evaluator->nentries++;
    return CK_OK;
}

ck_status ck_evaluator_add_expr(ck_evaluator *evaluator, ck_error *error, const ck_expr *expr, const ck_expr *other,
                                uint32_t *number, uint32_t *other_number) {
    if (add_entry(evaluator, error, expr, number) != CK_OK || !other)
        return error->status;
    if (add_entry(evaluator, error, other, other_number) != CK_OK)
        return error->status;
    uint32_t a = find_root(evaluator, *number), b = find_root(evaluator, *other_number);
    evaluator->entry[a > b ? a : b].parent = a > b ? b : a;
    return CK_OK;
}

/* ---- conditions ---- */

static ck_status add_program(ck_evaluator *evaluator, ck_error *error, ck_program_list *list,
                             const ck_condition *const *condition, uint32_t n, uint32_t *number) {
    if (ck_grow(error, &list->program, &list->room, list->n + 1, sizeof *list->program) != CK_OK)
        return error->status;
    ck_program *program = &list->program[list->n];
    *program = (ck_program){0};
    if (ck_program_compile(error, evaluator, condition, n, program) != CK_OK) {
        ck_program_free(program);
        return error->status;
    }
    *number = list->n++;
    return CK_OK;
}

ck_status ck_evaluator_add_condition(ck_evaluator *evaluator, ck_error *error, const ck_condition *condition,
                                     uint32_t *number) {
    return add_program(evaluator, error, &evaluator->conditions, &condition, 1, number);
}

ck_status ck_evaluator_add_ladder(ck_evaluator *evaluator, ck_error *error, const ck_condition *const *condition,
                                  uint32_t n, uint32_t *number) {
    if (n > CK_RUNGS_MAX)
        return ck_fail(error, CK_USAGE, "A comparison has %u levels; at most %d can be.", n, CK_RUNGS_MAX);
    return add_program(evaluator, error, &evaluator->ladders, condition, n, number);
}

/* ---- derived tables ---- */

/* A plain column that shares with nobody keeps its own dictionary. */
static bool keeps_dictionary(const ck_evaluator *evaluator, uint32_t n, const uint32_t *member) {
    return n == 1 && evaluator->entry[member[0]].expr.ncalls == 0;
}

static ck_status derive_group(ck_evaluator *evaluator, ck_error *error, ck_dict_group *group, uint32_t n,
                              const uint32_t *member) {
    ck_expr_entry *entry = evaluator->entry;
    if (keeps_dictionary(evaluator, n, member)) {
        const ck_column *column = &evaluator->column[entry[member[0]].expr.column];
        group->dict = column->dict;
        group->borrowed = true;
        return ck_derive_identity(error, column, &entry[member[0]].table);
    }
    const ck_expr **expr = ck_alloc(error, n, sizeof *expr);
    ck_derived_table **table = ck_alloc(error, n, sizeof *table);
    for (uint32_t i = 0; i < n && expr && table; i++) {
        expr[i] = &entry[member[i]].expr;
        table[i] = &entry[member[i]].table;
    }
    if (expr && table)
        ck_derive_shared(error, evaluator->column, expr, n, table, &group->dict);
    ck_free(table);
    ck_free(expr);
    return error->status;
}

static ck_status derive_groups(ck_evaluator *evaluator, ck_error *error, uint32_t *member) {
    for (uint32_t root = 0; root < evaluator->nentries; root++) {
        if (evaluator->entry[root].parent != root)
            continue;
        uint32_t n = 0, g = evaluator->ngroups++;
        for (uint32_t i = root; i < evaluator->nentries; i++) {
            if (find_root(evaluator, i) != root)
                continue;
            evaluator->entry[i].group = g;
            member[n++] = i;
        }
        if (derive_group(evaluator, error, &evaluator->group[g], n, member) != CK_OK)
            return error->status;
    }
    return CK_OK;
}

ck_status ck_evaluator_prepare(ck_evaluator *evaluator, ck_error *error) {
    uint32_t n = evaluator->nentries;
    uint32_t *member = ck_alloc(error, n, sizeof *member);
    evaluator->group = ck_alloc_zero(error, n, sizeof *evaluator->group);
    if (member && evaluator->group && derive_groups(evaluator, error, member) == CK_OK)
        ck_scales_prepare(error, evaluator);
    ck_free(member);
    return error->status;
}

ck_derived ck_evaluator_derived(const ck_evaluator *evaluator, uint32_t number) {
    const ck_expr_entry *entry = &evaluator->entry[number];
    const ck_dict *dict = &evaluator->group[entry->group].dict;
    return (ck_derived){.map = entry->table.map,
                        .offset = entry->table.offset,
                        .item = entry->table.item,
                        .count = dict->count,
                        .dict = dict};
}

/* ---- questions ---- */

bool ck_evaluator_condition_reads(const ck_evaluator *evaluator, uint32_t number, uint32_t column) {
    return ck_program_reads(evaluator, &evaluator->conditions.program[number], column);
}

bool ck_evaluator_ladder_reads(const ck_evaluator *evaluator, uint32_t number, uint32_t column) {
    return ck_program_reads(evaluator, &evaluator->ladders.program[number], column);
}

