#include "release/suppress_range.h"
#include "base/memory.h"
#include <glpk.h>
#include <math.h>

/* Cells that are not exactly known are variables; every line with one of them is an equation. */
struct ck_outsider {
    const ck_count_table *table;
    const ck_small_numbers *rule;
    glp_prob *lp;
    int *variable;   /* [ncells] number from 1; 0: known */
    uint64_t *cell;  /* [variables + 1] */
    int variables;
};

static bool is_known(const ck_outsider *o, uint64_t cell) {
    return o->table->hidden[cell] == CK_SHOWN && (o->rule->round_to <= 1 || o->table->count[cell] == 0);
}

/* What is known of a cell: a hidden one is no zero where zeros are shown; a rounded one is within half a step. */
static void bound_variable(const ck_outsider *o, int v, uint64_t cell) {
    double shown = (double)ck_count_shown(o->rule, o->table->count[cell]), half = (double)(o->rule->round_to / 2);
    double above = o->rule->round_to % 2 ? half : half - 1; /* halves go up */
    if (o->table->hidden[cell] != CK_SHOWN)
        glp_set_col_bnds(o->lp, v, GLP_LO, o->rule->show_zero ? 1.0 : 0.0, 0.0);
    else if (half + above > 0)
        glp_set_col_bnds(o->lp, v, GLP_DB, fmax(shown - half, 0.0), shown + above);
    else
        glp_set_col_bnds(o->lp, v, GLP_FX, shown, shown);
}

static ck_status add_variables(ck_error *error, ck_outsider *o) {
    uint64_t n = 0;
    for (uint64_t cell = 0; cell < o->table->ncells; cell++)
        n += !is_known(o, cell);
    o->variable = ck_alloc_zero(error, o->table->ncells, sizeof *o->variable);
    o->cell = ck_alloc(error, n + 1, sizeof *o->cell);
    if (error->status != CK_OK)
        return error->status;
    if (n)
        glp_add_cols(o->lp, (int)n);
    for (uint64_t cell = 0; cell < o->table->ncells; cell++) {
        if (is_known(o, cell))
            continue;
        o->variable[cell] = ++o->variables;
        o->cell[o->variables] = cell;
        bound_variable(o, o->variables, cell);
    }
    return CK_OK;
}

/* Members of a line sum to its total: the unknown ones to what the known ones leave. */
static void add_line(ck_outsider *o, uint64_t first, uint64_t stride, uint64_t n, int *index, double *value) {
    int terms = 0;
    double rest = 0;
    for (uint64_t i = 0; i < n; i++) {
        uint64_t cell = first + i * stride;
        double sign = i + 1 < n ? 1.0 : -1.0;
        if (o->variable[cell]) {
            index[++terms] = o->variable[cell];
            value[terms] = sign;
        } else {
            rest -= sign * (double)o->table->count[cell];
        }
    }
    if (terms == 0)
        return;
    int row = glp_add_rows(o->lp, 1);
    glp_set_row_bnds(o->lp, row, GLP_FX, rest, rest);
    glp_set_mat_row(o->lp, row, terms, index, value);
}

static ck_status add_lines(ck_error *error, ck_outsider *o) {
    uint64_t longest = 0;
    for (uint32_t d = 0; d < o->table->ndimensions; d++)
        longest = o->table->size[d] > longest ? o->table->size[d] : longest;
    int *index = ck_alloc(error, longest + 2, sizeof *index);
    double *value = ck_alloc(error, longest + 2, sizeof *value);
    for (uint32_t d = 0; error->status == CK_OK && d < o->table->ndimensions; d++) {
        uint64_t stride = ck_count_stride(o->table, d), n = (uint64_t)o->table->size[d] + 1;
        for (uint64_t cell = 0; cell < o->table->ncells; cell++)
            if (cell / stride % n == 0)
                add_line(o, cell, stride, n, index, value);
    }
    ck_free(index);
    ck_free(value);
    return error->status;
}

ck_status ck_outsider_make(ck_error *error, const ck_count_table *table, const ck_small_numbers *rule, ck_outsider **outsider) {
    ck_outsider *o = ck_alloc_zero(error, 1, sizeof *o);
    *outsider = o;
    if (!o)
        return error->status;
    o->table = table;
    o->rule = rule;
    glp_term_out(GLP_OFF);
    o->lp = glp_create_prob();
    if (add_variables(error, o) == CK_OK)
        add_lines(error, o);
    return error->status;
}

/* The least (or greatest) value of the variable; INFINITY when nothing bounds it. */
static ck_status solve(ck_error *error, ck_outsider *o, int v, int direction, double *value) {
    glp_smcp how;
    glp_init_smcp(&how);
    how.msg_lev = GLP_MSG_OFF;
    glp_set_obj_dir(o->lp, direction);
    glp_set_obj_coef(o->lp, v, 1.0);
    int failed = glp_simplex(o->lp, &how), status = glp_get_status(o->lp);
    glp_set_obj_coef(o->lp, v, 0.0);
    *value = status == GLP_UNBND ? INFINITY : glp_get_col_prim(o->lp, v);
    if (failed || (status != GLP_OPT && status != GLP_UNBND))
        return ck_fail(error, CK_INTERNAL, "The range of a hidden count cannot be worked out (status %d).", status);
    return CK_OK;
}

ck_status ck_outsider_range(ck_error *error, ck_outsider *o, uint64_t cell, uint64_t *least, uint64_t *greatest) {
    static const double slack = 1e-6;
    double low, high;
    int v = o->variable[cell];
    if (solve(error, o, v, GLP_MIN, &low) != CK_OK || solve(error, o, v, GLP_MAX, &high) != CK_OK)
        return error->status;
    *least = low > slack ? (uint64_t)ceil(low - slack) : 0;
    *greatest = isinf(high) ? UINT64_MAX : (uint64_t)floor(high + slack);
    return CK_OK;
}

void ck_outsider_free(ck_outsider *outsider) {
    if (!outsider)
        return;
    glp_delete_prob(outsider->lp);
    ck_free(outsider->variable);
    ck_free(outsider->cell);
    ck_free(outsider);
}
