#include "base/memory.h"
#include "trace/trace.h"

static void free_step(ck_trace_step *step) {
    ck_free(step->name);
    for (uint32_t i = 0; i < step->nneeds; i++)
        ck_expr_free(&step->needs[i]);
    for (uint32_t k = 0; k < step->nkeys; k++)
        for (uint32_t i = 0; i < step->key[k].n; i++)
            ck_expr_free(&step->key[k].part[i]);
    for (uint32_t i = 0; i < step->nwhen; i++)
        ck_condition_free(&step->when[i]);
}

static void free_part(ck_trace_part *part) {
    ck_free(part->name);
    ck_expr_free(&part->on);
    for (uint32_t i = 0; i < part->nlevels; i++)
        ck_condition_free(&part->level[i]);
}

void ck_trace_rules_free(ck_trace_rules *rules) {
    for (uint32_t i = 0; rules->step && i < rules->nsteps; i++)
        free_step(&rules->step[i]);
    for (uint32_t i = 0; rules->part && i < rules->nparts; i++)
        free_part(&rules->part[i]);
    for (uint32_t i = 0; rules->nickname && i < rules->nnicknames; i++)
        ck_free(rules->nickname[i]);
    for (int i = 0; i < CK_TRACE_CODES; i++)
        ck_free(rules->code[i]);
    ck_free(rules->nickname);
    ck_free(rules->part);
    ck_free(rules->step);
    ck_free(rules->several);
    ck_free(rules->nobody);
    ck_free(rules->index);
    *rules = (ck_trace_rules){0};
}
