/* Chance agreement of blocking keys, and levels among pairs that share them. */
#include "link/train_rules.h"
#include "base/hash.h"
#include "base/memory.h"
#include "block/keys.h"
#include "link/train_home.h"
#include "link/train_sample.h"
#include "par/par.h"
#include <math.h>
#include <string.h>

/* Pairs a key whose levels are counted: a share of .1 is then good to 1.5 %; and records that they come from, where there are more: enough that hardly two pairs
   share one. */
static const double wanted_pairs = 40000, wanted_records = 200000;
enum { LEAST_GROUPS = 5 };

/* --- functions of columns ------------------------------------------------------------------------------------- */

/* Per value of y: records, and smallest and largest x among them, as values whose maximum over ranks is wanted. */
typedef struct value_range {
    uint64_t *high, *low, *records; /* x, ~x, count */
} value_range;

/* @return false as soon as a value of y is seen with two of x */
static bool collect(const ck_people *people, uint32_t y, uint32_t x, value_range *range) {
    const uint32_t *cy = people->column[y].code, *cx = people->column[x].code;
    for (uint64_t i = 0; i < people->end - people->begin; i++) {
        uint32_t v = cy[i];
        if (v == 0)
            continue;
        if (range->records[v]++ > 0 && range->high[v] != cx[i])
            return false;
        range->high[v] = cx[i];
        range->low[v] = ~(uint64_t)cx[i];
    }
    return true;
}

static bool one_value_each(const value_range *range, size_t n) {
    uint64_t groups = 0;
    for (size_t v = 1; v < n; v++) {
        if (range->records[v] < 2)
            continue;
        if (range->high[v] != ~range->low[v])
            return false;
        groups++;
    }
    return groups >= LEAST_GROUPS;
}

ck_status ck_train_determines(const ck_comm *comm, ck_error *error, const ck_people *people, uint32_t y, uint32_t x, bool *determines) {
    size_t n = (size_t)people->column[y].dict.count + 1;
    *determines = x == y;
    if (x == y || people->column[x].dict.count >= people->column[y].dict.count)
        return ck_par_agree(comm, error);
    uint64_t *room = ck_alloc_zero(error, 3 * n, sizeof *room), failed = 0;
    if (ck_par_agree(comm, error) == CK_OK) {
        value_range range = {room, room + n, room + 2 * n};
        failed = !collect(people, y, x, &range);
        ck_par_max(comm, &failed, 1);
        if (!failed) {
            ck_par_max(comm, room, 2 * n);
            ck_par_sum(comm, range.records, n);
            *determines = one_value_each(&range, n);
        }
    }
    ck_free(room);
    return error->status;
}

/* --- sets of key parts ------------------------------------------------------------------------------------------ */

/* A set of parts, as a rule of its own. */
typedef struct key_set {
    ck_rule rule;     /* parts borrowed from the rule that they come from */
    ck_rule_exprs exprs;
    bool wants_levels;
    double share;     /* of all allowed pairs */
    double levels[CK_COMPARISONS_MAX][CK_LEVELS_MAX]; /* pairs by level index */
} key_set;

typedef struct key_sets {
    const ck_comm *comm;
    ck_error *error;
    const ck_people *people;
    const ck_comparisons *comparisons;
    const ck_engine_options *options;
    const ck_train_options *how;
    ck_engine *engine;         /* of the job's rules: compares pairs of any groups */
    ck_evaluator *evaluator;
    double possible;
    uint32_t n;
    size_t room;
    key_set *set;
} key_sets;

static bool same_parts(const ck_rule *a, const ck_rule *b) {
    bool same = a->nparts == b->nparts && a->directed == b->directed;
    for (uint32_t k = 0; same && k < a->nparts; k++)
        same = ck_expr_equal(&a->part[k].l, &b->part[k].l) && ck_expr_equal(&a->part[k].r, &b->part[k].r);
    return same;
}

/* @return the number of the set, made when it is new; UINT32_MAX when memory runs out */
static uint32_t find_set(key_sets *sets, const ck_rule *rule, uint32_t parts, bool wants_levels) {
    ck_rule wanted = {.text = rule->text, .directed = rule->directed};
    for (uint32_t k = 0; k < rule->nparts; k++)
        if (parts >> k & 1)
            wanted.part[wanted.nparts++] = rule->part[k];
    uint32_t i = 0;
    while (i < sets->n && !same_parts(&sets->set[i].rule, &wanted))
        i++;
    if (i == sets->n) {
        if (ck_grow(sets->error, &sets->set, &sets->room, (size_t)i + 1, sizeof *sets->set) != CK_OK)
            return UINT32_MAX;
        sets->set[sets->n++] = (key_set){.rule = wanted};
    }
    sets->set[i].wants_levels |= wants_levels;
    return i;
}

/* Is `column` the one that is read, or one of the tuple that is? */
static bool holds(const key_sets *sets, uint32_t read, uint32_t column) {
    uint32_t first = sets->people->ncolumns - sets->how->ntuples;
    return read < first ? read == column : ck_tuple_holds(&sets->how->tuple[read - first], column);
}

static bool is_of(const key_sets *sets, const ck_comparison *comparison, uint32_t column) {
    bool is = false;
    for (uint32_t read = 0; read < sets->people->ncolumns; read++)
        is |= holds(sets, read, column) && ck_comparison_is_of(comparison, read);
    return is;
}

/* Does a key that agrees in column x say something of y: is x a function of y, or a name of which y is a part, or the other way round? Collective. */
static bool speaks_of(const key_sets *sets, uint32_t x, uint32_t y) {
    const ck_column *column = sets->people->column;
    bool speaks = false;
    ck_train_determines(sets->comm, sets->error, sets->people, y, x, &speaks);
    return speaks || ck_train_share_name(&column[x], &column[y]);
}

/* Does a part say something of a comparison: one of its columns of one that it is of? Collective. */
static bool part_affects(key_sets *sets, const ck_part *part, const ck_comparison *comparison) {
    uint32_t n = sets->people->ncolumns - sets->how->ntuples;
    bool affects = false;
    for (uint32_t y = 0; y < n; y++)
        for (uint32_t x = 0; x < n && is_of(sets, comparison, y) && !affects; x++)
            affects = (holds(sets, part->l.column, x) || holds(sets, part->r.column, x)) && speaks_of(sets, x, y);
    return affects;
}

static bool is_multi(const ck_rule *rule) {
    bool multi = false;
    for (uint32_t k = 0; k < rule->nparts; k++)
        multi |= ck_expr_is_multi(&rule->part[k].l);
    return multi;
}

static bool is_cross(const key_set *set) {
    return memcmp(set->exprs.l, set->exprs.r, set->rule.nparts * sizeof *set->exprs.l) != 0;
}

/* --- pairs that share a set --------------------------------------------------------------------------------------- */

/* Allowed pairs of records of one value, of which source s has records[s * width]. */
static uint64_t pairs_of_value(const uint64_t *records, size_t width, uint32_t nsources, const bool *allowed) {
    uint64_t pairs = 0;
    for (uint32_t s = 0; s < nsources; s++) {
        uint64_t n = records[s * width];
        for (uint32_t t = 0; n && t < s; t++)
            pairs += allowed[s * nsources + t] ? n * records[t * width] : 0;
        pairs += n && allowed[s * nsources + s] ? n * (n - 1) / 2 : 0;
    }
    return pairs;
}

/* One part of one value a record: the dictionary tells. Collective. */
static ck_status count_by_dictionary(const key_sets *sets, const key_set *set, uint64_t *pairs) {
    const ck_people *people = sets->people;
    const ck_derived part = ck_evaluator_derived(sets->evaluator, set->exprs.l[0]);
    uint32_t column = set->rule.part[0].l.column, codes = people->column[column].dict.count;
    size_t width = (size_t)part.count + 1;
    uint64_t *count = NULL, *folded = ck_alloc_zero(sets->error, people->nsources * width, sizeof *folded);
    if (ck_par_agree(sets->comm, sets->error) == CK_OK && ck_people_count_codes(sets->comm, sets->error, people, column, &count) == CK_OK) {
        for (uint32_t s = 0; s < people->nsources; s++)
            for (uint32_t code = 1; code <= codes; code++)
                folded[s * width + part.map[code]] += count[(size_t)s * (codes + 1) + code];
        for (size_t value = 1; value < width; value++)
            *pairs += pairs_of_value(folded + value, width, people->nsources, ck_engine_allowed(sets->engine));
    }
    ck_free(count);
    ck_free(folded);
    return sets->error->status;
}

/* Any parts: the census of their keys. Collective. */
static ck_status count_by_keys(const key_sets *sets, const key_set *set, uint64_t *pairs) {
    ck_rule_keys keys = {0};
    const ck_key_source source = {sets->comm, sets->people, sets->evaluator, ck_engine_allowed(sets->engine), sets->options->threads, NULL, false};
    ck_block_keys(&source, sets->error, &set->rule, &set->exprs, &keys);
    *pairs = keys.census.pairs;
    ck_rule_keys_free(&keys);
    return sets->error->status;
}

/* --- levels among pairs that share a set -------------------------------------------------------------------------- */

/* From the cells whose masks have all bits of `must`. */
static ck_status add_levels(const key_sets *sets, const ck_cells *cells, uint64_t must, key_set *set) {
    uint64_t stride[CK_COMPARISONS_MAX + 1];
    if (ck_pattern_strides(sets->error, sets->comparisons, stride) != CK_OK)
        return sets->error->status;
    for (size_t i = 0; i < cells->n; i++)
        for (uint32_t c = 0; c < sets->comparisons->n && (cells->mask[i] & must) == must; c++) {
            int gamma = ck_pattern_gamma(stride, c, cells->pattern[i]);
            set->levels[c][ck_level_of_gamma(&sets->comparisons->comparison[c], gamma)] += (double)cells->count[i];
        }
    return CK_OK;
}

/* A hash of the record's key, 0 when it has none. Of several values, the one of least hash: two records share it the more likely the more of
   their values they share. */
static uint64_t key_hash(const ck_evaluator *evaluator, const ck_people *people, const ck_rule *rule, const ck_rule_exprs *exprs,
                         uint64_t seed, uint64_t i) {
    uint64_t hash = 1;
    for (uint32_t k = 0; k < rule->nparts; k++) {
        ck_derived derived = ck_evaluator_derived(evaluator, exprs->l[k]);
        uint32_t code = people->column[rule->part[k].l.column].code[i];
        uint64_t least = 0;
        if (derived.map) {
            least = derived.map[code];
        } else {
            uint64_t best = UINT64_MAX;
            for (uint64_t j = derived.offset[code]; j < derived.offset[code + 1]; j++) {
                uint64_t h = ck_hash_mix(seed + derived.item[j]);
                if (h <= best) {
                    best = h;
                    least = derived.item[j];
                }
            }
        }
        if (least == 0)
            return 0;
        hash = ck_hash_mix(hash + UINT64_C(0x9e3779b97f4a7c15) * (least + 1));
    }
    return hash;
}

/* The groups of a set's sample: records of one key and one bucket. */
typedef struct set_sample {
    const key_sets *sets;
    const key_set *set;
    ck_pair_sample sample;
} set_sample;

static uint64_t group_of(const void *owner, uint64_t i) {
    const set_sample *of = owner;
    const key_sets *sets = of->sets;
    uint64_t bucket = ck_sample_bucket(&of->sample, sets->how->seed, sets->people->begin + i);
    uint64_t key = bucket ? key_hash(sets->evaluator, sets->people, &of->set->rule, &of->set->exprs, sets->how->seed, i) : 0;
    return key ? ck_sample_group(key, bucket) : 0;
}

/* Pairs inside groups of a key and a bucket, compared by an engine whose masks tell, where `must` is not 0, that they share the set. Collective. */
static ck_status sample_levels(const key_sets *sets, ck_engine *engine, uint64_t must, double pairs, key_set *set) {
    const set_sample of = {sets, set, ck_plan_pair_sample(pairs, (double)sets->people->records, wanted_pairs, wanted_records)};
    ck_cells cells = {0};
    if (ck_engine_count_buckets(engine, sets->error, &(ck_groups){group_of, &of}, &cells) == CK_OK)
        add_levels(sets, &cells, must, set);
    ck_cells_free(&cells);
    return sets->error->status;
}

/* Levels with an engine of the set's own. Of keys of several values whose pairs are few, all pairs are counted, each once. A cross part
   (forename = surname) groups by its left side alone, so its pairs are found where both sides are the same, and the mask tells which
   are the rule's. Collective. */
static ck_status count_apart(const key_sets *sets, bool all, double pairs, key_set *set) {
    ck_engine *engine = NULL;
    ck_cells cells = {0};
    const ck_rules one = {1, &set->rule};
    if (ck_engine_create(sets->comm, sets->error, sets->people, &one, sets->comparisons, sets->options, &engine) == CK_OK) {
        if (!all) {
            sample_levels(sets, engine, 1, pairs, set);
        } else if (ck_engine_count_cells(engine, sets->error, true, &cells) == CK_OK) {
            add_levels(sets, &cells, 1, set);
            set->share = (double)ck_cells_total(&cells) / sets->possible;
        }
    }
    ck_cells_free(&cells);
    ck_engine_free(engine);
    return sets->error->status;
}

/* Collective. */
static ck_status measure_set(const key_sets *sets, key_set *set) {
    uint64_t counted = 0;
    bool multi = is_multi(&set->rule), cross = is_cross(set);
    if ((set->rule.nparts == 1 && !multi && !cross ? count_by_dictionary : count_by_keys)(sets, set, &counted) != CK_OK)
        return sets->error->status;
    double pairs = (double)counted;
    set->share = fmax(pairs, 1) / sets->possible;
    if (!set->wants_levels || counted == 0)
        return CK_OK;
    bool all = multi && pairs <= 50 * wanted_pairs;
    return all || cross ? count_apart(sets, all, pairs, set) : sample_levels(sets, sets->engine, 0, pairs, set);
}

/* Collective. */
static ck_status measure_sets(key_sets *sets) {
    const ck_people *people = sets->people;
    if (ck_evaluator_create(sets->error, people->column, people->ncolumns, sets->options->kernels, &sets->evaluator) == CK_OK)
        for (uint32_t s = 0; s < sets->n; s++)
            ck_block_add_exprs(sets->evaluator, sets->error, &sets->set[s].rule, &sets->set[s].exprs);
    if (sets->error->status == CK_OK)
        ck_evaluator_prepare(sets->evaluator, sets->error);
    ck_par_agree(sets->comm, sets->error);
    for (uint32_t s = 0; s < sets->n && sets->error->status == CK_OK; s++)
        measure_set(sets, &sets->set[s]);
    ck_evaluator_free(sets->evaluator);
    return sets->error->status;
}

/* --- facts -------------------------------------------------------------------------------------------------------- */

/* Which set each part, and each affected comparison, of a rule belongs to. */
typedef struct rule_sets {
    uint32_t part[CK_PARTS_MAX], comparison[CK_COMPARISONS_MAX];
} rule_sets;

/* Collective. */
static ck_status list_sets(key_sets *sets, const ck_rule *rule, rule_sets *of, ck_rule_facts *facts) {
    uint32_t affecting[CK_COMPARISONS_MAX] = {0};
    facts->text = rule->text;
    facts->nparts = rule->has_where ? 0 : rule->nparts; /* how many chance pairs pass a filter is not known */
    for (uint32_t k = 0; k < rule->nparts; k++) {
        of->part[k] = find_set(sets, rule, UINT32_C(1) << k, false);
        for (uint32_t c = 0; c < sets->comparisons->n; c++)
            if (part_affects(sets, &rule->part[k], &sets->comparisons->comparison[c]))
                affecting[c] |= UINT32_C(1) << k;
    }
    for (uint32_t c = 0; c < sets->comparisons->n; c++) {
        facts->affected |= (affecting[c] ? UINT32_C(1) : 0) << c;
        if (affecting[c])
            of->comparison[c] = find_set(sets, rule, affecting[c], true);
    }
    return ck_par_agree(sets->comm, sets->error);
}

static void take_levels(const ck_comparison *comparison, const double *pairs, double *share) {
    double total = 0;
    for (uint32_t i = 0; i < comparison->nlevels; i++)
        total += comparison->level[i].is_null ? 0 : pairs[i];
    for (uint32_t i = 0; i < comparison->nlevels && total > 0; i++)
        if (!comparison->level[i].is_null)
            share[i] = pairs[i] / total;
}

static void take_facts(const key_sets *sets, const ck_rule *rule, const rule_sets *of, ck_rule_facts *facts) {
    ck_level_values_clear(&facts->levels);
    for (uint32_t k = 0; k < rule->nparts; k++)
        facts->part_share[k] = sets->set[of->part[k]].share;
    for (uint32_t c = 0; c < sets->comparisons->n; c++) {
        facts->affected_share[c] = NAN;
        if (!(facts->affected >> c & 1))
            continue;
        const key_set *set = &sets->set[of->comparison[c]];
        facts->affected_share[c] = set->share;
        take_levels(&sets->comparisons->comparison[c], set->levels[c], facts->levels.v[c]);
    }
}

ck_status ck_train_rule_facts(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_rules *rules,
                              const ck_comparisons *comparisons, const ck_train_options *how, const ck_engine_options *options, ck_engine *engine,
                              ck_rule_facts *facts) {
    key_sets sets = {.comm = comm, .error = error, .people = people, .comparisons = comparisons, .how = how, .options = options, .engine = engine,
                     .possible = fmax((double)ck_engine_possible_pairs(engine), 1)};
    rule_sets *of = ck_alloc_zero(error, rules->n, sizeof *of);
    memset(facts, 0, rules->n * sizeof *facts);
    ck_par_agree(comm, error);
    for (uint32_t r = 0; r < rules->n && error->status == CK_OK; r++)
        list_sets(&sets, &rules->rule[r], &of[r], &facts[r]);
    if (error->status == CK_OK)
        measure_sets(&sets);
    for (uint32_t r = 0; r < rules->n && error->status == CK_OK; r++)
        take_facts(&sets, &rules->rule[r], &of[r], &facts[r]);
    ck_free(sets.set);
    ck_free(of);
    return error->status;
}
