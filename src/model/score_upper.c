/* Upper bounds of a weight, comparison by comparison, for pruning before everything is compared. */
#include "model/rule_tables.h"
#include <math.h>

static void raise_to(const ck_scorer *scorer, const ck_rule_table *table, double *prior, double (*upper)[CK_LEVELS_MAX + 1]) {
    *prior = fmax(*prior, table->match - table->chance);
    for (uint32_t c = 0; c < scorer->ncomparisons; c++)
        for (uint32_t digit = 0; digit < scorer->stride[c + 1] / scorer->stride[c]; digit++)
            upper[c][digit] = fmax(upper[c][digit], table->m[c][digit] - table->u[c][digit]);
}

/* A rule's weight without its household term is larger; the mean over rules is at most the largest; and the largest sum is at
   most the sum of the largest. */
void ck_score_upper(const ck_scorer *scorer, uint32_t first_rule, bool alone, double *prior,
                    double upper[CK_COMPARISONS_MAX][CK_LEVELS_MAX + 1]) {
    *prior = scorer->rules ? -INFINITY : scorer->nkeys ? ck_cascade_weight(0) : scorer->prior_log2;
    for (uint32_t c = 0; c < scorer->ncomparisons; c++)
        for (uint32_t digit = 0; digit <= CK_LEVELS_MAX; digit++)
            upper[c][digit] = scorer->rules ? -INFINITY : scorer->weight[c][digit];
    if (scorer->rules) {
        bool blocked = first_rule < scorer->rules->nrules, active = blocked && scorer->rules->active >> first_rule & 1;
        if (!active)
            raise_to(scorer, &scorer->rules->none, prior, upper);
        uint32_t begin = blocked ? first_rule : 0, end = !alone ? scorer->rules->nrules : blocked ? first_rule + 1 : 0;
        for (uint32_t r = begin; r < end; r++)
            if (scorer->rules->active >> r & 1)
                raise_to(scorer, &scorer->rules->rule[r], prior, upper);
    }
    for (uint32_t c = 0; c < scorer->ncomparisons; c++)
        for (uint32_t digit = 0; digit <= CK_LEVELS_MAX; digit++)
            upper[c][digit] += scorer->tf_bound[c][digit];
}
