/* Scoring tables: logarithms are taken once, on rank 0, and broadcast, so that every rank adds the same bits. */
#include "model/rule_tables.h"
#include "base/memory.h"
#include "par/par.h"
#include "store/frequencies.h"
#include <math.h>
#include <string.h>

static double u_of_level(const ck_comparison *comparison, uint32_t index) {
    double u = comparison->level[index].u;
    return isnan(u) ? ck_default_u(comparison, ck_level_gamma(comparison, index)) : u;
}

/* What a value's frequency is held against: what calibration found, else u of the exact level, else the level's own. */
static double reference_u(const ck_comparison *comparison, uint32_t index) {
    const ck_level *level = &comparison->level[index];
    if (level->tf_u > 0)
        return level->tf_u;
    uint32_t exact = level->tf_own_u ? UINT32_MAX : ck_exact_level(comparison, index);
    return u_of_level(comparison, exact == UINT32_MAX ? index : exact);
}

static void fill_level(ck_scorer *scorer, const ck_comparison *comparison, uint32_t c, uint32_t index) {
    const ck_level *level = &comparison->level[index];
    if (level->is_null)
        return;
    int gamma = ck_level_gamma(comparison, index);
    double m = isnan(level->m) ? ck_default_m(comparison, gamma) : level->m;
    scorer->weight[c][gamma + 1] = log2(m / u_of_level(comparison, index));
    if (level->tf_column == UINT32_MAX || level->tf_weight == 0)
        return;
    ck_tf_term *term = &scorer->tf[c][gamma + 1];
    term->column = level->tf_column;
    term->weight = level->tf_weight;
    term->log2_u = log2(reference_u(comparison, index));
    term->damping = level->tf_damping;
    term->log2_minimum = level->tf_minimum_u > 0 ? log2(level->tf_minimum_u) : -INFINITY;
}

static void fill_tables(ck_scorer *scorer, const ck_model *model) {
    scorer->prior_log2 = ck_weight_of_probability(model->prior);
    for (uint32_t c = 0; c < model->comparisons.n; c++)
        for (uint32_t i = 0; i < model->comparisons.comparison[c].nlevels; i++)
            fill_level(scorer, &model->comparisons.comparison[c], c, i);
}

/* Which comparisons have a term: from the model's structure, so that every rank knows before the broadcast. */
static void list_terms(ck_scorer *scorer, const ck_model *model) {
    for (uint32_t c = 0; c < model->comparisons.n; c++) {
        const ck_comparison *comparison = &model->comparisons.comparison[c];
        bool any = false;
        for (uint32_t i = 0; i < comparison->nlevels; i++)
            any = any || (!comparison->level[i].is_null && comparison->level[i].tf_column != UINT32_MAX);
        if (any)
            scorer->term[scorer->nterms++] = c;
    }
}

bool ck_model_reads_frequency(const ck_model *model, uint32_t column) {
    for (uint32_t c = 0; c < model->comparisons.n; c++) {
        const ck_comparison *comparison = &model->comparisons.comparison[c];
        for (uint32_t i = 0; i < comparison->nlevels; i++)
            if (!comparison->level[i].is_null && comparison->level[i].tf_column == column)
                return true;
    }
    return false;
}

/* log2(records with the code / records with any), over all sources; -infinity for missing and unused codes. */
static void fill_frequencies(double *log2_tf, const uint64_t *count, uint32_t codes, uint32_t nsources) {
    uint64_t present = 0;
    for (uint32_t s = 0; s < nsources; s++)
        for (uint32_t code = 1; code <= codes; code++)
            present += count[(size_t)s * (codes + 1) + code];
    log2_tf[0] = -INFINITY;
    for (uint32_t code = 1; code <= codes; code++) {
        uint64_t n = 0;
        for (uint32_t s = 0; s < nsources; s++)
            n += count[(size_t)s * (codes + 1) + code];
        log2_tf[code] = n ? log2((double)n / (double)present) : -INFINITY;
    }
}

/* The values of a dictionary as frequent as they were; both are sorted. What was not there counts as one record. */
static void fill_as_of(double *log2_tf, const ck_frequency *was, const ck_dict *now) {
    uint64_t present = 0;
    for (uint32_t code = 0; code <= was->dict.count; code++)
        present += was->count[code];
    log2_tf[0] = -INFINITY;
    for (uint32_t code = 1, old = 1; code <= now->count; code++) {
        int order = 1;
        while (old <= was->dict.count && (order = ck_span_compare(ck_dict_value(&was->dict, old), ck_dict_value(now, code))) < 0)
            old++;
        uint64_t n = old <= was->dict.count && order == 0 ? was->count[old] : 0;
        log2_tf[code] = present ? log2((double)(n ? n : 1) / (double)present) : -INFINITY;
    }
}

/* Collective. */
static ck_status make_frequencies(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_frequencies *frequencies, uint32_t column,
                                  double **log2_tf) {
    uint32_t codes = people->column[column].dict.count;
    const ck_frequency *was = frequencies ? ck_frequencies_find(frequencies, people->column[column].name) : NULL;
    uint64_t *count = NULL;
    if (was || ck_people_count_codes(comm, error, people, column, &count) == CK_OK)
        *log2_tf = ck_alloc(error, (size_t)codes + 1, sizeof **log2_tf);
    if (ck_par_agree(comm, error) == CK_OK) {
        if (comm->rank == 0 && was)
            fill_as_of(*log2_tf, was, &people->column[column].dict);
        else if (comm->rank == 0)
            fill_frequencies(*log2_tf, count, codes, people->nsources);
        ck_par_broadcast(comm, 0, *log2_tf, ((size_t)codes + 1) * sizeof **log2_tf);
    }
    ck_free(count);
    return error->status;
}

/* What a value of this frequency adds; it falls as the frequency rises. */
static double addend(const ck_tf_term *term, double log2_tf) {
    double excess = (log2_tf > term->log2_minimum ? log2_tf : term->log2_minimum) - term->log2_u;
    if (term->damping > 0)
        excess = log2((1 - term->damping) * exp2(excess) + term->damping);
    return term->weight * -excess;
}

/* The largest belongs to the rarest value. */
static double largest_addend(const ck_scorer *scorer, const ck_people *people, const ck_tf_term *term) {
    const double *log2_tf = scorer->log2_tf[term->column];
    double bound = 0; /* both missing */
    for (uint32_t code = 1; code <= people->column[term->column].dict.count; code++)
        if (log2_tf[code] > -INFINITY)
            bound = fmax(bound, addend(term, log2_tf[code]));
    return bound;
}

static void fill_bounds(ck_scorer *scorer, const ck_people *people) {
    for (uint32_t c = 0; c < scorer->ncomparisons; c++)
        for (uint32_t g = 0; g <= CK_LEVELS_MAX; g++)
            if (scorer->tf[c][g].column != UINT32_MAX)
                scorer->tf_bound[c][g] = largest_addend(scorer, people, &scorer->tf[c][g]);
}

static void clear_tables(ck_scorer *scorer) {
    memset(scorer, 0, sizeof *scorer); /* padding too: the tables are broadcast as bytes */
    for (uint32_t c = 0; c < CK_COMPARISONS_MAX; c++)
        for (uint32_t g = 0; g <= CK_LEVELS_MAX; g++)
            scorer->tf[c][g].column = UINT32_MAX;
}

/* Collective. */
static ck_status share_rules(const ck_comm *comm, ck_error *error, const ck_model *model, ck_scorer *scorer) {
    if (comm->rank == 0)
        ck_rule_tables_make(error, model, &scorer->rules);
    else
        scorer->rules = ck_alloc_zero(error, 1, ck_rule_tables_bytes(model->nrules));
    if (ck_par_agree(comm, error) == CK_OK)
        ck_par_broadcast(comm, 0, scorer->rules, ck_rule_tables_bytes(model->nrules));
    return error->status;
}

ck_status ck_scorer_create(const ck_comm *comm, ck_error *error, const ck_model *model, const ck_people *people, ck_scorer *scorer) {
    return ck_scorer_create_as_of(comm, error, model, people, NULL, scorer);
}

ck_status ck_scorer_create_as_of(const ck_comm *comm, ck_error *error, const ck_model *model, const ck_people *people,
                                 const ck_frequencies *frequencies, ck_scorer *scorer) {
    clear_tables(scorer);
    scorer->ncomparisons = model->comparisons.n;
    scorer->ncolumns = people->ncolumns;
    ck_pattern_strides(error, &model->comparisons, scorer->stride);
    if (!error->status)
        scorer->log2_tf = ck_alloc_zero(error, people->ncolumns, sizeof *scorer->log2_tf);
    if (ck_par_agree(comm, error) != CK_OK)
        goto done;
    list_terms(scorer, model);
    if (comm->rank == 0)
        fill_tables(scorer, model);
    ck_par_broadcast(comm, 0, &scorer->prior_log2, sizeof scorer->prior_log2);
    ck_par_broadcast(comm, 0, scorer->weight, sizeof scorer->weight);
    ck_par_broadcast(comm, 0, scorer->tf, sizeof scorer->tf);
    scorer->uses_masks = model->nrules > 0 || model->order.nkeys > 0;
    scorer->nkeys = model->order.nkeys;
    scorer->first_rule_only = scorer->nkeys > 0 && !model->order.whole_masks;
    memcpy(scorer->step, model->order.step, sizeof scorer->step);
    if (model->nrules > 0 && share_rules(comm, error, model, scorer) != CK_OK)
        goto done;
    for (uint32_t column = 0; column < people->ncolumns; column++)
        if (ck_model_reads_frequency(model, column) &&
            make_frequencies(comm, error, people, frequencies, column, &scorer->log2_tf[column]) != CK_OK)
            goto done;
    fill_bounds(scorer, people);
done:
    if (error->status)
        ck_scorer_free(scorer);
    return error->status;
}

void ck_scorer_free(ck_scorer *scorer) {
    for (uint32_t column = 0; scorer->log2_tf && column < scorer->ncolumns; column++)
        ck_free(scorer->log2_tf[column]);
    ck_free(scorer->log2_tf);
    ck_free(scorer->rules);
    memset(scorer, 0, sizeof *scorer);
}

static void read_slots(const ck_scorer *scorer, uint64_t pattern, uint8_t slot[CK_COMPARISONS_MAX]) {
    for (uint32_t c = 0; c < scorer->ncomparisons; c++)
        slot[c] = (uint8_t)(ck_pattern_gamma(scorer->stride, c, pattern) + 1);
}

/* The addends of a pair in comparison order, added to `sum`; those outside the home also to *outside. */
static double add_frequencies(const ck_scorer *scorer, uint64_t pattern, const uint32_t *l, const uint32_t *r, double sum,
                              double *outside) {
    for (uint32_t t = 0; t < scorer->nterms; t++) {
        uint32_t c = scorer->term[t];
        const ck_tf_term *term = &scorer->tf[c][ck_pattern_gamma(scorer->stride, c, pattern) + 1];
        if (term->column == UINT32_MAX)
            continue;
        const double *log2_tf = scorer->log2_tf[term->column];
        /* -infinity stands for missing, so the maximum is also "the other side's when one is missing". */
        double left = log2_tf[l[term->column]], right = log2_tf[r[term->column]];
        double tf = left > right ? left : right;
        if (tf == -INFINITY)
            continue;
        double bits = addend(term, tf);
        sum += bits;
        if (scorer->rules && !(scorer->rules->home >> c & 1))
            *outside += bits;
    }
    return sum;
}

/* Of a pair that no rule makes: below that of all that one makes. */
static double weigh_keys(const ck_scorer *scorer, uint64_t mask) {
    return mask ? ck_cascade_weight(scorer->step[__builtin_ctzll(mask)]) : -ck_cascade_weight(0);
}

double ck_score_pattern(const ck_scorer *scorer, uint64_t pattern, uint64_t mask) {
    if (scorer->nkeys)
        return weigh_keys(scorer, mask);
    if (scorer->rules) {
        uint8_t slot[CK_COMPARISONS_MAX];
        read_slots(scorer, pattern, slot);
        return ck_rule_tables_weigh(scorer->rules, slot, mask, (ck_tf_sums){0});
    }
    double weight = scorer->prior_log2;
    for (uint32_t c = 0; c < scorer->ncomparisons; c++)
        weight += scorer->weight[c][ck_pattern_gamma(scorer->stride, c, pattern) + 1];
    return weight;
}

double ck_score_pair(const ck_scorer *scorer, uint64_t pattern, double base, const uint32_t *l, const uint32_t *r) {
    double outside = 0;
    return add_frequencies(scorer, pattern, l, r, base, &outside);
}

double ck_score_link(const ck_scorer *scorer, uint64_t pattern, uint64_t mask, double base, const uint32_t *l, const uint32_t *r) {
    if (!scorer->rules)
        return ck_score_pair(scorer, pattern, base, l, r);
    ck_tf_sums tf = {0};
    uint8_t slot[CK_COMPARISONS_MAX];
    tf.all = add_frequencies(scorer, pattern, l, r, 0, &tf.outside_home);
    read_slots(scorer, pattern, slot);
    return ck_rule_tables_weigh(scorer->rules, slot, mask, tf);
}

/* More than all rounding of a sum of at most 65 terms below 2^12 bits each. */
static const double rounding_slack = 1e-9;

double ck_score_tf_bound(const ck_scorer *scorer, uint64_t pattern, uint64_t mask) {
    ck_tf_sums most = {0};
    for (uint32_t t = 0; t < scorer->nterms; t++) {
        uint32_t c = scorer->term[t];
        double bound = scorer->tf_bound[c][ck_pattern_gamma(scorer->stride, c, pattern) + 1];
        most.all += bound;
        if (scorer->rules && !(scorer->rules->home >> c & 1))
            most.outside_home += bound;
    }
    double bound = most.all;
    if (scorer->rules && bound > 0) { /* the weight rises with both sums */
        uint8_t slot[CK_COMPARISONS_MAX];
        read_slots(scorer, pattern, slot);
        bound = ck_rule_tables_weigh(scorer->rules, slot, mask, most) - ck_score_pattern(scorer, pattern, mask);
    }
    return most.all > 0 ? bound + rounding_slack : 0;
}

void ck_score_explain(const ck_scorer *scorer, uint64_t pattern, uint64_t mask, const uint32_t *l, const uint32_t *r,
                      ck_explanation *explanation) {
    double base = ck_score_pattern(scorer, pattern, mask);
    if (scorer->rules) {
        uint8_t slot[CK_COMPARISONS_MAX];
        read_slots(scorer, pattern, slot);
        ck_rule_tables_explain(scorer->rules, slot, mask, explanation);
    } else if (scorer->nkeys) {
        *explanation = (ck_explanation){.prior = base};
    } else {
        *explanation = (ck_explanation){.prior = scorer->prior_log2};
        for (uint32_t c = 0; c < scorer->ncomparisons; c++)
            explanation->comparison[c] = scorer->weight[c][ck_pattern_gamma(scorer->stride, c, pattern) + 1];
    }
    explanation->weight = ck_score_link(scorer, pattern, mask, base, l, r);
    explanation->term_frequency = explanation->weight - base;
}

double ck_probability_of_weight(double weight_log2) {
    if (weight_log2 >= 0)
        return 1 / (1 + exp2(-weight_log2));
    double odds = exp2(weight_log2);
    return odds / (1 + odds);
}

double ck_weight_of_probability(double probability) {
    return log2(probability / (1 - probability));
}
