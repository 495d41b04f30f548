/* Blocking rules, also those of sessions and priors. */
#include "base/memory.h"
#include "condition/parse.h"
#include "job/build.h"
#include <stdio.h>
#include <string.h>

/** The rule in words, for reports: "surname.soundex, dob where levenshtein dob 2, blocks up to 500". */
static ck_status describe_rule(ck_error *error, const ck_node *map, ck_rule *rule) {
    const ck_node *keys = ck_node_get(map, "keys"), *where = ck_node_get(map, "where");
    size_t room = 64 + (where ? strlen(where->text) : 0), used = 0;
    for (size_t i = 0; i < keys->n; i++)
        room += strlen(keys->entry[i].value->text) + 2;
    if (!(rule->text = ck_alloc_zero(error, room, 1)))
        return error->status;
    for (size_t i = 0; i < keys->n; i++)
        used += (size_t)snprintf(rule->text + used, room - used, "%s%s", i ? ", " : "", keys->entry[i].value->text);
    if (where)
        used += (size_t)snprintf(rule->text + used, room - used, " where %s", where->text);
    if (rule->max_block)
        snprintf(rule->text + used, room - used, ", blocks up to %llu", (unsigned long long)rule->max_block);
    return CK_OK;
}

static ck_status build_part(ck_error *error, const ck_doc *doc, const ck_schema *schema, const ck_node *node, ck_rule *rule) {
    ck_error inner = {0};
    ck_part *part = &rule->part[rule->nparts];
    if (ck_parse_key(&inner, schema, node->text, &part->l, &part->r) != CK_OK)
        return ck_node_carry(error, doc, node, &inner);
    rule->nparts++;
    return CK_OK;
}

static bool is_cross(const ck_part *part) {
    return !ck_expr_equal(&part->l, &part->r);
}

/** A key of a set of values is one hash; which of l's values meets which of r's column is not. */
static ck_status check_mix(ck_error *error, const ck_doc *doc, const ck_node *keys, const ck_rule *rule) {
    bool cross = false, multi = false;
    for (uint32_t i = 0; i < rule->nparts; i++) {
        cross |= is_cross(&rule->part[i]);
        multi |= ck_expr_is_multi(&rule->part[i].l) || ck_expr_is_multi(&rule->part[i].r);
    }
    if (cross && multi)
        return ck_node_fail(error, doc, keys,
                            "One rule cannot have both a part across columns (with =) and a part of several values "
                            "(words, deletions, pairs); make two rules of it.");
    return CK_OK;
}

static ck_status build_where(ck_error *error, const ck_doc *doc, const ck_schema *schema, const ck_node *where, ck_rule *rule) {
    ck_error inner = {0};
    if (!where)
        return CK_OK;
    if (ck_parse_condition(&inner, schema, where->text, NULL, 0, NULL, &rule->where) != CK_OK)
        return ck_node_carry(error, doc, where, &inner);
    rule->has_where = true;
    return CK_OK;
}

ck_status ck_build_rule(ck_error *error, const ck_doc *doc, const ck_schema *schema, const ck_node *map, ck_rule *rule) {
    const ck_node *keys = ck_node_get(map, "keys");
    if (keys->n > CK_PARTS_MAX)
        return ck_node_fail(error, doc, keys, "A rule has at most %d parts, but %zu are written.", CK_PARTS_MAX, keys->n);
    if (ck_shape_fill(error, &ck_rule_keys, map, rule) != CK_OK || describe_rule(error, map, rule) != CK_OK)
        return error->status;
    for (size_t i = 0; i < keys->n; i++)
        if (build_part(error, doc, schema, keys->entry[i].value, rule) != CK_OK)
            return error->status;
    if (check_mix(error, doc, keys, rule) != CK_OK)
        return error->status;
    return build_where(error, doc, schema, ck_node_get(map, "where"), rule);
}

ck_status ck_build_rules(ck_error *error, const ck_doc *doc, const ck_schema *schema, const ck_node *list, ck_rules *rules) {
    if (list->n > CK_RULES_MAX)
        return ck_node_fail(error, doc, list, "At most %d rules are possible, but %zu are written.", CK_RULES_MAX, list->n);
    rules->rule = ck_alloc_zero(error, list->n, sizeof *rules->rule);
    if (!rules->rule)
        return error->status;
    rules->n = (uint32_t)list->n;
    for (uint32_t r = 0; r < rules->n; r++)
        if (ck_build_rule(error, doc, schema, list->entry[r].value, &rules->rule[r]) != CK_OK)
            return error->status;
    return CK_OK;
}
