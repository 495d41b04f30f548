/* Rules to keys: the alternatives of a condition, each with its equalities as key and the rest as filter. */
#include "cascade/cascade.h"
#include "base/memory.h"
#include <string.h>

void ck_cascade_free(ck_cascade *cascade) {
    for (uint32_t k = 0; k < cascade->n; k++)
        ck_free(cascade->rule[k].name);
    ck_free(cascade->rule);
    *cascade = (ck_cascade){0};
}

bool ck_cascade_asks_unique(const ck_cascade *cascade) {
    for (uint32_t k = 0; k < cascade->n; k++)
        if (cascade->rule[k].unique != CK_UNIQUE_NO)
            return true;
    return false;
}

/* ---- filters ---- */

/* A zeroed child more. */
static ck_condition *add_child(ck_error *error, ck_condition *parent) {
    size_t room = parent->nchildren;
    if (ck_grow(error, &parent->child, &room, parent->nchildren + 1, sizeof *parent->child) != CK_OK)
        return NULL;
    ck_condition *child = &parent->child[parent->nchildren++];
    *child = (ck_condition){0};
    return child;
}

/* The key's filter, as an "and" that takes one condition more. */
static ck_condition *add_filter(ck_error *error, ck_rule *key) {
    if (!key->has_where) {
        key->where = (ck_condition){.op = CK_OP_AND};
        key->has_where = true;
    } else if (key->where.op != CK_OP_AND) {
        ck_condition first = key->where, *child;
        key->where = (ck_condition){.op = CK_OP_AND};
        if (!(child = add_child(error, &key->where))) {
            ck_condition_free(&first);
            return NULL;
        }
        *child = first;
    }
    return add_child(error, &key->where);
}

/* Not surely `condition`. */
static ck_status forbid(ck_error *error, ck_rule *key, const ck_condition *condition) {
    ck_condition *not = add_filter(error, key), *sure = NULL;
    if (not && (not->child = ck_alloc_zero(error, 1, sizeof *not->child))) {
        not->op = CK_OP_NOT;
        not->nchildren = 1;
        sure = not->child;
        sure->op = CK_OP_SURE;
        sure->child = ck_alloc_zero(error, 1, sizeof *sure->child);
        sure->nchildren = sure->child != NULL;
    }
    return sure && sure->child ? ck_condition_copy(error, condition, sure->child) : error->status;
}

/* ---- alternatives ---- */

/* Conditions that must all hold, borrowed. */
typedef struct terms {
    size_t n, room;
    const ck_condition **term;
} terms;

typedef struct builder {
    ck_error *error;
    ck_rules *keys;
    const char *name;
    const ck_condition *unless;
} builder;

static bool is_key_part(const ck_condition *condition) {
    return condition->op == CK_OP_EQUAL && !ck_expr_is_multi(&condition->a) && !ck_expr_is_multi(&condition->b);
}

/* Does every alternative of the condition hold an equality? */
static bool has_keys(const ck_condition *condition) {
    bool any = condition->op == CK_OP_AND;
    if (!any && condition->op != CK_OP_OR)
        return is_key_part(condition);
    for (uint32_t i = 0; i < condition->nchildren; i++)
        if (has_keys(&condition->child[i]) == any)
            return any;
    return !any && condition->nchildren > 0;
}

/* What an "and" holds stands by itself. */
static ck_status add_terms(ck_error *error, terms *list, const ck_condition *condition) {
    if (condition->op == CK_OP_AND) {
        for (uint32_t i = 0; i < condition->nchildren && error->status == CK_OK; i++)
            add_terms(error, list, &condition->child[i]);
        return error->status;
    }
    if (ck_grow(error, &list->term, &list->room, list->n + 1, sizeof *list->term) == CK_OK)
        list->term[list->n++] = condition;
    return error->status;
}

static ck_status add_part(ck_error *error, ck_rule *key, const ck_condition *equal) {
    ck_part *part = &key->part[key->nparts++];
    key->directed |= !ck_expr_equal(&equal->a, &equal->b);
    if (ck_expr_copy(error, &equal->a, &part->l) == CK_OK)
        ck_expr_copy(error, &equal->b, &part->r);
    return error->status;
}

static ck_rule *add_rule(ck_error *error, ck_rules *keys, const char *name) {
    if (keys->n == CK_RULES_MAX) {
        ck_fail(error, CK_USAGE, "Rule '%s': the rules have more than %d alternatives together; each has a key of its own.", name, CK_RULES_MAX);
        return NULL;
    }
    size_t room = keys->n;
    if (ck_grow(error, &keys->rule, &room, keys->n + 1, sizeof *keys->rule) != CK_OK)
        return NULL;
    ck_rule *key = &keys->rule[keys->n++];
    *key = (ck_rule){0};
    key->text = ck_copy_string(error, name);
    return key;
}

/* One alternative, which holds an equality. */
static ck_status add_alternative(builder *b, const terms *list) {
    ck_rule *key = add_rule(b->error, b->keys, b->name);
    for (size_t i = 0; key && i < list->n && b->error->status == CK_OK; i++) {
        if (is_key_part(list->term[i]) && key->nparts < CK_PARTS_MAX) {
            add_part(b->error, key, list->term[i]);
            continue;
        }
        ck_condition *filter = add_filter(b->error, key);
        if (filter)
            ck_condition_copy(b->error, list->term[i], filter);
    }
    if (b->error->status == CK_OK && b->unless)
        forbid(b->error, key, b->unless);
    return b->error->status;
}

static ck_status add_alternatives(builder *b, const terms *list);

/* Each alternative of list->term[at], an "or", with all the other terms. */
static ck_status distribute(builder *b, const terms *list, size_t at) {
    const ck_condition *any = list->term[at];
    for (uint32_t i = 0; i < any->nchildren && b->error->status == CK_OK; i++) {
        terms with = {0};
        for (size_t k = 0; k < list->n && b->error->status == CK_OK; k++)
            add_terms(b->error, &with, k == at ? &any->child[i] : list->term[k]);
        if (b->error->status == CK_OK)
            add_alternatives(b, &with);
        ck_free(with.term);
    }
    return b->error->status;
}

static ck_status add_alternatives(builder *b, const terms *list) {
    for (size_t i = 0; i < list->n; i++)
        if (is_key_part(list->term[i]))
            return add_alternative(b, list);
    for (size_t i = 0; i < list->n; i++)
        if (list->term[i]->op == CK_OP_OR && has_keys(list->term[i]))
            return distribute(b, list, i);
    return ck_fail(b->error, CK_USAGE, "Rule '%s' has nothing to find its pairs by: each of its alternatives needs a test of equality, such as exact, soundex, "
                                       "sector or prefix 3.", b->name);
}

/* ---- rules ---- */

static ck_cascade_rule *begin_rule(ck_error *error, ck_cascade *cascade, const ck_rules *keys, const char *name, ck_unique unique) {
    size_t room = cascade->n;
    if (ck_grow(error, &cascade->rule, &room, cascade->n + 1, sizeof *cascade->rule) != CK_OK)
        return NULL;
    ck_cascade_rule *rule = &cascade->rule[cascade->n++];
    *rule = (ck_cascade_rule){.name = ck_copy_string(error, name), .unique = unique, .first = keys->n};
    return rule->name ? rule : NULL;
}

ck_status ck_cascade_add(ck_error *error, ck_cascade *cascade, ck_rules *keys, const char *name, ck_unique unique, const ck_condition *when,
                         const ck_condition *unless) {
    terms list = {0};
    builder b = {error, keys, name, unless};
    ck_cascade_rule *rule = begin_rule(error, cascade, keys, name, unique);
    if (rule && add_terms(error, &list, when) == CK_OK && add_alternatives(&b, &list) == CK_OK)
        rule->n = keys->n - rule->first;
    ck_free(list.term);
    return error->status;
}

ck_status ck_cascade_add_key(ck_error *error, ck_cascade *cascade, ck_rules *keys, const char *name, ck_unique unique, ck_rule *key,
                             const ck_condition *unless) {
    ck_cascade_rule *rule = begin_rule(error, cascade, keys, name, unique);
    ck_rule *own = rule ? add_rule(error, keys, name) : NULL;
    if (own) {
        char *text = own->text;
        *own = *key;
        own->text = text;
        ck_free(key->text);
        *key = (ck_rule){0};
        rule->n = 1;
        if (unless && error->status == CK_OK)
            forbid(error, own, unless);
    }
    return error->status;
}

ck_status ck_cascade_model(ck_error *error, const ck_cascade *cascade, ck_model *model) {
    ck_rule_order *order = &model->order;
    model->converged = true;
    model->prior = 0.5;
    model->prior_source = ck_copy_string(error, "none: rules decide");
    order->whole_masks = ck_cascade_asks_unique(cascade);
    for (uint32_t k = 0; k < cascade->n && error->status == CK_OK; k++)
        for (uint32_t i = 0; i < cascade->rule[k].n; i++) {
            order->step[order->nkeys] = (uint8_t)k;
            order->name[order->nkeys++] = ck_copy_string(error, cascade->rule[k].name);
        }
    return error->status;
}
