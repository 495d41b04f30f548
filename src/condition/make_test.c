/* Tests that are several conditions in one word, and the equalities that they are made of. */
#include "condition/make_test.h"
#include "base/memory.h"

ck_status ck_make_equal(ck_parser *parser, const ck_expr *a, const ck_expr *b, ck_condition *out) {
    out->op = CK_OP_EQUAL;
    if (ck_expr_copy(parser->error, a, &out->a) != CK_OK)
        return parser->error->status;
    return ck_expr_copy(parser->error, b, &out->b);
}

static ck_status make_parent(ck_parser *parser, ck_op op, uint32_t nchildren, ck_condition *out) {
    out->op = op;
    if (!(out->child = ck_alloc_zero(parser->error, nchildren, sizeof *out->child)))
        return parser->error->status;
    out->nchildren = nchildren;
    return CK_OK;
}

ck_status ck_make_differs(ck_parser *parser, const ck_expr *expr, ck_condition *out) {
    if (make_parent(parser, CK_OP_AND, 2, out) != CK_OK)
        return parser->error->status;
    for (uint32_t i = 0; i < 2; i++)
        if (make_parent(parser, CK_OP_NOT, 1, &out->child[i]) != CK_OK || ck_make_equal(parser, expr, expr, out->child[i].child) != CK_OK)
            return parser->error->status;
    out->child[0].child->op = CK_OP_MISSING;
    return CK_OK;
}

ck_status ck_make_both_equal(ck_parser *parser, const ck_expr pair[2][2], ck_condition *out) {
    if (make_parent(parser, CK_OP_AND, 2, out) != CK_OK)
        return parser->error->status;
    for (uint32_t i = 0; i < 2; i++)
        if (ck_make_equal(parser, &pair[i][0], &pair[i][1], &out->child[i]) != CK_OK)
            return parser->error->status;
    return CK_OK;
}

ck_status ck_make_reversed(ck_parser *parser, const ck_expr *a, const ck_expr *b, ck_condition *out) {
    return ck_make_both_equal(parser, (const ck_expr[2][2]){{*a, *b}, {*b, *a}}, out);
}

/* An operation on one side alone. */
static ck_status make_sided(ck_parser *parser, ck_op op, const ck_expr *expr, ck_condition *out) {
    ck_status status = ck_make_equal(parser, expr, expr, out);
    out->op = op;
    return status;
}

/* l.a = r.b, where what would confirm it, l.b or r.a, is missing. */
static ck_status make_one_way(ck_parser *parser, const ck_expr *a, const ck_expr *b, ck_condition *out) {
    if (make_parent(parser, CK_OP_AND, 2, out) != CK_OK || ck_make_equal(parser, a, b, &out->child[0]) != CK_OK ||
        make_parent(parser, CK_OP_OR, 2, &out->child[1]) != CK_OK ||
        make_sided(parser, CK_OP_MISSING_L, b, &out->child[1].child[0]) != CK_OK)
        return parser->error->status;
    return make_sided(parser, CK_OP_MISSING_R, a, &out->child[1].child[1]);
}

ck_status ck_make_half_reversed(ck_parser *parser, const ck_expr *a, const ck_expr *b, ck_condition *out) {
    if (make_parent(parser, CK_OP_OR, 2, out) != CK_OK || make_one_way(parser, a, b, &out->child[0]) != CK_OK)
        return parser->error->status;
    return make_one_way(parser, b, a, &out->child[1]);
}

ck_status ck_make_distance(ck_parser *parser, const ck_expr *latitude, const ck_expr *longitude, ck_condition *out) {
    if (make_parent(parser, CK_OP_DISTANCE_KM, 4, out) != CK_OK)
        return parser->error->status;
    for (uint32_t i = 0; i < 4; i++)
        if (make_sided(parser, i < 2 ? CK_OP_SIDE_L : CK_OP_SIDE_R, i % 2 ? longitude : latitude, &out->child[i]) != CK_OK)
            return parser->error->status;
    return CK_OK;
}

/* A part of l's date equals a part of r's. */
static ck_status make_part_equal(ck_parser *parser, const ck_expr *date, ck_fn of_l, ck_fn of_r, size_t at, ck_condition *out) {
    out->op = CK_OP_EQUAL;
    if (ck_expr_copy(parser->error, date, &out->a) != CK_OK || ck_add_call(parser, &out->a, of_l, at) != CK_OK ||
        ck_expr_copy(parser->error, date, &out->b) != CK_OK)
        return parser->error->status;
    return ck_add_call(parser, &out->b, of_r, at);
}

ck_status ck_make_parts_swapped(ck_parser *parser, const ck_expr *date, size_t at, ck_condition *out) {
    if (make_parent(parser, CK_OP_AND, 4, out) != CK_OK || make_parent(parser, CK_OP_NOT, 1, &out->child[3]) != CK_OK ||
        make_part_equal(parser, date, CK_FN_YEAR, CK_FN_YEAR, at, &out->child[0]) != CK_OK ||
        make_part_equal(parser, date, CK_FN_MONTH, CK_FN_DAY, at, &out->child[1]) != CK_OK ||
        make_part_equal(parser, date, CK_FN_DAY, CK_FN_MONTH, at, &out->child[2]) != CK_OK)
        return parser->error->status;
    return make_part_equal(parser, date, CK_FN_MONTH, CK_FN_MONTH, at, &out->child[3].child[0]);
}

ck_status ck_make_date_parts(ck_parser *parser, const ck_expr *date, uint32_t n, size_t at, ck_condition *out) {
    static const ck_fn parts[3] = {CK_FN_YEAR, CK_FN_MONTH, CK_FN_DAY};
    uint32_t choice = 0;
    if (make_parent(parser, CK_OP_OR, n == 3 ? 1 : 3, out) != CK_OK)
        return parser->error->status;
    for (uint32_t set = 1; set < 8; set++) {
        uint32_t made = 0;
        if ((uint32_t)__builtin_popcount(set) != n)
            continue;
        ck_condition *all = &out->child[choice++];
        if (make_parent(parser, CK_OP_AND, n, all) != CK_OK)
            return parser->error->status;
        for (uint32_t i = 0; i < 3; i++)
            if ((set >> i & 1) && make_part_equal(parser, date, parts[i], parts[i], at, &all->child[made++]) != CK_OK)
                return parser->error->status;
    }
    return CK_OK;
}
