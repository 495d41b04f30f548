/* The rules of a cascade: conditions to the keys that find their pairs. */
#include "base/memory.h"
#include "condition/parse.h"
#include "job/build.h"
#include <string.h>

/** The conditions of a list as children of `op`. */
static ck_status parse_list(ck_error *error, const ck_doc *doc, const ck_schema *schema, const ck_node *list, ck_op op, ck_condition *out) {
    *out = (ck_condition){.op = op};
    if (!(out->child = ck_alloc_zero(error, list->n, sizeof *out->child)))
        return error->status;
    for (size_t i = 0; i < list->n && !error->status; i++) {
        ck_error inner = {0};
        const ck_node *item = list->entry[i].value;
        if (ck_parse_condition(&inner, schema, item->text, NULL, 0, NULL, &out->child[out->nchildren++]) != CK_OK)
            ck_node_carry(error, doc, item, &inner);
    }
    return error->status;
}

/** What forbids a match: any of the rule's own conditions and of the cascade's. */
static ck_status parse_unless(ck_error *error, const ck_doc *doc, const ck_schema *schema, const ck_node *own, const ck_node *all, ck_condition *out) {
    const ck_node *list[] = {own, all};
    *out = (ck_condition){.op = CK_OP_OR};
    if (!(out->child = ck_alloc_zero(error, 2, sizeof *out->child)))
        return error->status;
    for (int k = 0; k < 2 && !error->status; k++)
        if (list[k])
            parse_list(error, doc, schema, list[k], CK_OP_OR, &out->child[out->nchildren++]);
    return error->status;
}

/** What a builder passes along. */
typedef struct builder {
    ck_error *error;
    const ck_doc *doc;
    const ck_job *job;
    ck_cascade *cascade;
    ck_rules *keys;
} builder;

static ck_status add_condition(builder *b, const ck_node *rule, const ck_cascade_fields *fields, const ck_condition *unless) {
    const ck_node *when = ck_node_get(rule, "when");
    ck_condition all = {0};
    ck_error inner = {0};
    if (parse_list(b->error, b->doc, &b->job->schema, when, CK_OP_AND, &all) == CK_OK)
        ck_cascade_add(&inner, b->cascade, b->keys, fields->name, fields->unique, &all, unless);
    ck_condition_free(&all);
    return inner.status ? ck_node_carry(b->error, b->doc, when, &inner) : b->error->status;
}

/** A rule written as blocking rules are. */
static ck_status add_key(builder *b, const ck_node *rule, const ck_cascade_fields *fields, const ck_condition *unless) {
    ck_rules one = {.n = 1, .rule = ck_alloc_zero(b->error, 1, sizeof *one.rule)};
    ck_error inner = {0};
    if (!one.rule)
        return b->error->status;
    if (ck_build_rule(b->error, b->doc, &b->job->schema, rule, one.rule) == CK_OK)
        ck_cascade_add_key(&inner, b->cascade, b->keys, fields->name, fields->unique, one.rule, unless);
    ck_rules_free(&one);
    return inner.status ? ck_node_carry(b->error, b->doc, rule, &inner) : b->error->status;
}

static void set_limits(builder *b, const ck_cascade_fields *fields) {
    const ck_cascade_rule *rule = &b->cascade->rule[b->cascade->n - 1];
    for (uint32_t k = rule->first; k < rule->first + rule->n; k++) {
        b->keys->rule[k].max_block = fields->max_block;
        b->keys->rule[k].max_pairs = fields->max_pairs;
    }
}

/** In one source no record is the left or the right one by more than chance. */
static ck_status check_unique(const builder *b, const ck_node *rule, ck_unique unique) {
    bool one_sided = unique == CK_UNIQUE_LEFT || unique == CK_UNIQUE_RIGHT;
    if (one_sided && b->job->link_type == CK_DEDUPE)
        return ck_node_fail(b->error, b->doc, ck_node_get(rule, "unique"), "Rows of one source have no left and no right; write 'unique: both'.");
    return CK_OK;
}

static ck_status add_rule(builder *b, const ck_node *rule, const ck_node *forbid_all) {
    const ck_node *own = ck_node_get(rule, "unless");
    bool forbids = own || forbid_all;
    ck_condition unless = {0};
    ck_cascade_fields fields = {0};
    if (ck_shape_fill(b->error, &ck_cascade_rule_keys, rule, &fields) == CK_OK && check_unique(b, rule, fields.unique) == CK_OK &&
        (!forbids || parse_unless(b->error, b->doc, &b->job->schema, own, forbid_all, &unless) == CK_OK)) {
        if ((ck_node_get(rule, "when") ? add_condition : add_key)(b, rule, &fields, forbids ? &unless : NULL) == CK_OK)
            set_limits(b, &fields);
    }
    ck_condition_free(&unless);
    ck_free(fields.name);
    return b->error->status;
}

/** Two rules of one name could not be told apart in any result. */
static ck_status check_names(ck_error *error, const ck_doc *doc, const ck_node *list) {
    for (size_t i = 0; i < list->n; i++)
        for (size_t k = 0; k < i; k++) {
            const ck_node *name = ck_node_get(list->entry[i].value, "name"), *other = ck_node_get(list->entry[k].value, "name");
            if (strcmp(name->text, other->text) == 0)
                return ck_node_fail(error, doc, name, "Two rules are called '%s'.", name->text);
        }
    return CK_OK;
}

ck_status ck_build_cascade(ck_error *error, const ck_doc *doc, const ck_job *job, const ck_node *map, ck_cascade *cascade, ck_rules *keys) {
    builder b = {error, doc, job, cascade, keys};
    const ck_node *list = ck_node_get(map, "steps");
    check_names(error, doc, list);
    for (size_t i = 0; i < list->n && !error->status; i++)
        add_rule(&b, list->entry[i].value, ck_node_get(map, "unless"));
    return error->status;
}
