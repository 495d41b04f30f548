#include "reference/linkage.h"
#include "reference/condition.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The keys of one side of a record: the product of its parts' values, written out with lengths. */
typedef struct key_list {
    size_t n;
    char **key;
} key_list;

static void add_key(key_list *list, const char *key) {
    list->key = realloc(list->key, (list->n + 1) * sizeof *list->key);
    list->key[list->n++] = strdup(key);
}

static void free_keys(key_list *list) {
    for (size_t i = 0; i < list->n; i++)
        free(list->key[i]);
    free(list->key);
}

static void extend(const reference_job *job, const ck_rule *rule, uint32_t p, int right, uint32_t record, const char *so_far, key_list *list) {
    if (p == rule->nparts) {
        add_key(list, so_far);
        return;
    }
    const ck_expr *expr = right ? &rule->part[p].r : &rule->part[p].l;
    reference_values values = reference_expr(expr, job->schema, job->value + (size_t)record * job->schema->ncolumns);
    for (size_t i = 0; i < values.n; i++) {
        size_t room = strlen(so_far) + strlen(values.value[i]) + 32;
        char *longer = malloc(room);
        snprintf(longer, room, "%s%zu:%s|", so_far, strlen(values.value[i]), values.value[i]);
        extend(job, rule, p + 1, right, record, longer, list);
        free(longer);
    }
    reference_values_free(&values);
}

/* All records' keys of a rule: side 0 left, 1 right; capped keys are dropped. */
typedef struct rule_keys {
    key_list *side[2];
} rule_keys;

static int has_key(const key_list *list, const char *key) {
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->key[i], key) == 0)
            return 1;
    return 0;
}

static int is_cross(const ck_rule *rule) {
    for (uint32_t p = 0; p < rule->nparts; p++)
        if (!ck_expr_equal(&rule->part[p].l, &rule->part[p].r))
            return 1;
    return 0;
}

static rule_keys make_keys(const reference_job *job, const ck_rule *rule) {
    rule_keys keys;
    for (int s = 0; s < 2; s++) {
        keys.side[s] = calloc(job->records, sizeof **keys.side);
        for (uint32_t i = 0; i < job->records; i++)
            extend(job, rule, 0, s, i, "", &keys.side[s][i]);
    }
    return keys;
}

static void free_rule_keys(const reference_job *job, rule_keys *keys) {
    for (int s = 0; s < 2; s++) {
        for (uint32_t i = 0; i < job->records; i++)
            free_keys(&keys->side[s][i]);
        free(keys->side[s]);
    }
}

static uint64_t block_records(const reference_job *job, const rule_keys *keys, const char *key) {
    uint64_t n = 0;
    for (uint32_t i = 0; i < job->records; i++)
        n += has_key(&keys->side[0][i], key) || has_key(&keys->side[1][i], key);
    return n;
}

static int allowed(const reference_job *job, uint32_t a, uint32_t b) {
    return job->allowed[job->source[a] * job->nsources + job->source[b]];
}

/* Uncapped keys that a (as l) and b (as r) share, or, undirected, the other way round; each distinct key once. */
static uint64_t shared_keys(const reference_job *job, const ck_rule *rule, const rule_keys *keys, uint32_t a, uint32_t b) {
    uint64_t n = 0;
    int both_ways = is_cross(rule) && !rule->directed;
    for (int way = 0; way <= both_ways; way++) {
        const key_list *left = &keys->side[0][way ? b : a], *right = &keys->side[1][way ? a : b];
        for (size_t i = 0; i < left->n; i++) {
            const char *key = left->key[i];
            int counted = way && has_key(&keys->side[0][a], key) && has_key(&keys->side[1][b], key);
            if (!counted && has_key(right, key) && (!rule->max_block || block_records(job, keys, key) <= rule->max_block))
                n++;
        }
    }
    return n;
}

uint64_t reference_rule_pairs(const reference_job *job, uint32_t r) {
    rule_keys keys = make_keys(job, &job->rules->rule[r]);
    uint64_t n = 0;
    for (uint32_t a = 0; a < job->records; a++)
        for (uint32_t b = a + 1; b < job->records; b++)
            if (allowed(job, a, b))
                n += shared_keys(job, &job->rules->rule[r], &keys, a, b);
    free_rule_keys(job, &keys);
    return n;
}

static uint64_t pattern_of(const reference_job *job, uint32_t a, uint32_t b) {
    uint64_t pattern = 0, stride = 1;
    const char *const *l = job->value + (size_t)a * job->schema->ncolumns, *const *r = job->value + (size_t)b * job->schema->ncolumns;
    for (uint32_t c = 0; c < job->comparisons->n; c++) {
        const ck_comparison *comparison = &job->comparisons->comparison[c];
        uint32_t k = 0;
        while (reference_condition(&comparison->level[k].condition, job->schema, l, r) != 1)
            k++;
        int nulls = comparison->level[0].is_null ? 1 : 0, nonnull = (int)comparison->nlevels - nulls;
        int gamma = comparison->level[k].is_null ? -1 : nonnull - 1 - ((int)k - nulls);
        pattern += (uint64_t)(gamma + 1) * stride;
        stride *= (uint64_t)nonnull + 1;
    }
    return pattern;
}

reference_pair *reference_linkage(const reference_job *job, size_t *n) {
    reference_pair *pairs = malloc((size_t)(job->records * job->records / 2 + 1) * sizeof *pairs);
    rule_keys keys[CK_RULES_MAX];
    for (uint32_t r = 0; r < job->rules->n; r++)
        keys[r] = make_keys(job, &job->rules->rule[r]);
    *n = 0;
    for (uint32_t a = 0; a < job->records; a++)
        for (uint32_t b = a + 1; b < job->records; b++) {
            if (!allowed(job, a, b))
                continue;
            reference_pair pair = {a, b, pattern_of(job, a, b), 0};
            for (uint32_t r = 0; r < job->rules->n; r++) {
                const ck_rule *rule = &job->rules->rule[r];
                if (shared_keys(job, rule, &keys[r], a, b) &&
                    (!rule->has_where || reference_condition(&rule->where, job->schema, job->value + (size_t)a * job->schema->ncolumns,
                                                             job->value + (size_t)b * job->schema->ncolumns) == 1))
                    pair.mask |= UINT64_C(1) << r;
            }
            pairs[(*n)++] = pair;
        }
    for (uint32_t r = 0; r < job->rules->n; r++)
        free_rule_keys(job, &keys[r]);
    return pairs;
}
