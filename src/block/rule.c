#include "block/rule.h"
#include "base/memory.h"

void ck_rules_free(ck_rules *rules) {
    for (uint32_t r = 0; r < rules->n; r++) {
        ck_rule *rule = &rules->rule[r];
        for (uint32_t p = 0; p < rule->nparts; p++) {
            ck_expr_free(&rule->part[p].l);
            ck_expr_free(&rule->part[p].r);
        }
        if (rule->has_where)
            ck_condition_free(&rule->where);
        ck_free(rule->text);
    }
    ck_free(rules->rule);
    *rules = (ck_rules){0};
}

void ck_link_allowed(ck_link_type type, uint32_t nsources, const bool *unique, bool *allowed) {
    for (uint32_t s = 0; s < nsources; s++)
        for (uint32_t t = 0; t < nsources; t++)
            allowed[s * nsources + t] = s == t ? type != CK_LINK && !unique[s] : type != CK_DEDUPE;
}
