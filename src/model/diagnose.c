/* What a calibrated model expects of its own links, and which comparisons go together more than it assumes. */
#include "model/calibrate.h"
#include "base/memory.h"
#include "model/rule_tables.h"
#include <math.h>
#include <stdlib.h>

static ck_status read_slots(ck_error *error, const ck_comparisons *comparisons, const ck_cells *cells, uint8_t **slot) {
    uint64_t stride[CK_COMPARISONS_MAX + 1];
    *slot = ck_alloc(error, cells->n, comparisons->n);
    if (!*slot || ck_pattern_strides(error, comparisons, stride) != CK_OK)
        return error->status;
    for (size_t i = 0; i < cells->n; i++)
        for (uint32_t c = 0; c < comparisons->n; c++)
            (*slot)[i * comparisons->n + c] = (uint8_t)(ck_pattern_gamma(stride, c, cells->pattern[i]) + 1);
    return CK_OK;
}

ck_status ck_cell_weights(ck_error *error, const ck_model *model, const ck_cells *cells, double *weight, double *household) {
    ck_rule_tables *tables = NULL;
    uint8_t *slot = NULL;
    const ck_tf_sums without = {0};
    if (ck_rule_tables_make(error, model, &tables) == CK_OK && read_slots(error, &model->comparisons, cells, &slot) == CK_OK)
        for (size_t i = 0; i < cells->n; i++) {
            const uint8_t *s = slot + i * model->comparisons.n;
            weight[i] = ck_rule_tables_weigh(tables, s, cells->mask[i], without);
            if (household)
                household[i] = ck_rule_tables_household(tables, s, cells->mask[i]);
        }
    ck_free(slot);
    ck_free(tables);
    return error->status;
}

/* --- expected quality ----------------------------------------------------------------------------------------- */

typedef struct weighed {
    double weight, pairs;
} weighed;

static int compare_weighed(const void *x, const void *y) {
    double a = ((const weighed *)x)->weight, b = ((const weighed *)y)->weight;
    return (a > b) - (a < b);
}

/* The weight that half of the links pass. */
static ck_status find_median(ck_error *error, const ck_cells *cells, const double *weight, double links, double *median) {
    weighed *link = ck_alloc(error, cells->n, sizeof *link);
    size_t n = 0;
    for (size_t i = 0; link && i < cells->n; i++)
        if (weight[i] >= 0)
            link[n++] = (weighed){weight[i], (double)cells->count[i]};
    if (n > 0) {
        qsort(link, n, sizeof *link, compare_weighed);
        double before = 0;
        for (size_t i = 0; i < n && before < links / 2; i++) {
            before += link[i].pairs;
            *median = link[i].weight;
        }
    }
    ck_free(link);
    return error->status;
}

ck_status ck_expect_quality(ck_error *error, ck_model *model, const ck_cells *cells) {
    ck_expected *expected = &model->expected;
    double *weight = ck_alloc(error, cells->n, sizeof *weight), *household = ck_alloc(error, cells->n, sizeof *household);
    double matches = 0, homes = 0, links = 0, good = 0, undecided = 0;
    *expected = (ck_expected){NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    if (!error->status && ck_cell_weights(error, model, cells, weight, household) == CK_OK) {
        for (size_t i = 0; i < cells->n; i++) {
            double p = ck_probability_of_weight(weight[i]), n = (double)cells->count[i];
            matches += n * p;
            homes += n * (1 - p) * household[i];
            links += weight[i] >= 0 ? n : 0;
            good += weight[i] >= 0 ? n * p : 0;
            undecided += p > .05 && p < .95 ? n * p : 0;
        }
        *expected = (ck_expected){.matches = matches, .household_pairs = homes, .links = links, .precision = links > 0 ? good / links : NAN,
                                  .recall = matches > 0 ? good / matches : NAN, .undecided = matches > 0 ? undecided / matches : NAN,
                                  .median_link = NAN};
        find_median(error, cells, weight, links, &expected->median_link);
    }
    ck_free(household);
    ck_free(weight);
    return error->status;
}

/* --- dependence ------------------------------------------------------------------------------------------------ */

enum { STRONGEST = 5, WIDTH = CK_LEVELS_MAX + 1 };

/* Counts of two comparisons' levels in one class: within a group of cells, and observed and expected over all groups. */
typedef struct cross_table {
    double pairs, group[WIDTH][WIDTH], observed[WIDTH][WIDTH], expected[WIDTH][WIDTH];
} cross_table;

/* The group's levels as if independent are added to what is expected. */
static void close_group(cross_table *t, uint32_t wa, uint32_t wb) {
    double row[WIDTH] = {0}, column[WIDTH] = {0}, sum = 0;
    for (uint32_t a = 1; a < wa; a++)
        for (uint32_t b = 1; b < wb; b++) {
            row[a] += t->group[a][b];
            column[b] += t->group[a][b];
            sum += t->group[a][b];
        }
    for (uint32_t a = 1; a < wa; a++)
        for (uint32_t b = 1; b < wb; b++) {
            t->observed[a][b] += t->group[a][b];
            t->expected[a][b] += sum > 0 ? row[a] * column[b] / sum : 0;
            t->group[a][b] = 0;
        }
    t->pairs += sum;
}

/* Cells by first rule, so that what a rule does to its pairs is not taken for dependence. */
typedef struct class_cells {
    const ck_comparisons *comparisons;
    const ck_cells *cells;
    const uint8_t *slot;
    const double *pairs; /* of the class in each cell */
    uint32_t nrules;
    size_t *order, *begin; /* cells sorted by first rule; [nrules + 1] */
} class_cells;

static void fill_table(const class_cells *k, uint32_t a, uint32_t b, cross_table *t) {
    uint32_t wa = ck_comparison_radix(&k->comparisons->comparison[a]), wb = ck_comparison_radix(&k->comparisons->comparison[b]);
    *t = (cross_table){0};
    for (uint32_t r = 0; r < k->nrules; r++) {
        for (size_t j = k->begin[r]; j < k->begin[r + 1]; j++) {
            const uint8_t *slot = k->slot + k->order[j] * k->comparisons->n;
            if (slot[a] && slot[b])
                t->group[slot[a]][slot[b]] += k->pairs[k->order[j]];
        }
        close_group(t, wa, wb);
    }
}

/* Mutual information, and the pair of levels that adds most to it. */
static ck_dependence read_table(const class_cells *k, uint32_t a, uint32_t b, const cross_table *t) {
    ck_dependence found = {.comparison = {a, b}};
    double most = -INFINITY;
    for (uint32_t x = 1; x < WIDTH; x++)
        for (uint32_t y = 1; y < WIDTH; y++) {
            if (!(t->observed[x][y] > 0 && t->expected[x][y] > 0))
                continue;
            double bits = t->observed[x][y] / t->pairs * log2(t->observed[x][y] / t->expected[x][y]);
            found.information += bits;
            if (bits > most) {
                most = bits;
                found.level[0] = ck_level_of_gamma(&k->comparisons->comparison[a], (int)x - 1);
                found.level[1] = ck_level_of_gamma(&k->comparisons->comparison[b], (int)y - 1);
                found.observed = t->observed[x][y];
                found.expected = t->expected[x][y];
            }
        }
    return found;
}

/* Keep the strongest, rising order of comparisons on a tie. @return how many are kept */
static uint32_t keep_strongest(ck_dependence *kept, uint32_t n, ck_dependence found) {
    uint32_t at = n;
    while (at > 0 && kept[at - 1].information < found.information)
        at--;
    if (at == STRONGEST)
        return n;
    uint32_t grown = n < STRONGEST ? n + 1 : n;
    for (uint32_t i = grown - 1; i > at; i--)
        kept[i] = kept[i - 1];
    kept[at] = found;
    return grown;
}

static uint32_t search_class(const class_cells *k, bool matches, cross_table *room, ck_dependence *kept) {
    uint32_t n = 0;
    for (uint32_t a = 0; a < k->comparisons->n; a++)
        for (uint32_t b = a + 1; b < k->comparisons->n; b++) {
            fill_table(k, a, b, room);
            ck_dependence found = read_table(k, a, b, room);
            found.among_matches = matches;
            if (found.information > 1e-6)
                n = keep_strongest(kept, n, found);
        }
    return n;
}

static void sort_by_first_rule(class_cells *k) {
    for (size_t i = 0; i < k->cells->n; i++)
        if (k->cells->mask[i])
            k->begin[ck_first_rule(k->cells->mask[i]) + 1]++;
    for (uint32_t r = 0; r < k->nrules; r++)
        k->begin[r + 1] += k->begin[r];
    size_t at[65];
    for (uint32_t r = 0; r < k->nrules; r++)
        at[r] = k->begin[r];
    for (size_t i = 0; i < k->cells->n; i++)
        if (k->cells->mask[i])
            k->order[at[ck_first_rule(k->cells->mask[i])]++] = i;
}

ck_status ck_measure_dependence(ck_error *error, ck_model *model, const ck_cells *cells) {
    double *pairs = ck_alloc(error, cells->n, sizeof *pairs);
    uint8_t *slot = NULL;
    cross_table *room = ck_alloc(error, 1, sizeof *room);
    class_cells k = {.comparisons = &model->comparisons, .cells = cells, .pairs = pairs, .nrules = model->nrules,
                     .order = ck_alloc(error, cells->n, sizeof *k.order), .begin = ck_alloc_zero(error, model->nrules + 1, sizeof *k.begin)};
    ck_dependence *kept = ck_alloc_zero(error, 2 * STRONGEST, sizeof *kept);
    if (error->status || read_slots(error, &model->comparisons, cells, &slot) != CK_OK ||
        ck_cell_weights(error, model, cells, pairs, NULL) != CK_OK)
        goto done;
    k.slot = slot;
    sort_by_first_rule(&k);
    for (size_t i = 0; i < cells->n; i++)
        pairs[i] = (double)cells->count[i] * ck_probability_of_weight(pairs[i]);
    uint32_t n = search_class(&k, true, room, kept);
    for (size_t i = 0; i < cells->n; i++)
        pairs[i] = (double)cells->count[i] - pairs[i];
    n += search_class(&k, false, room, kept + n);
    ck_free(model->dependence);
    model->dependence = kept;
    model->ndependences = n;
    kept = NULL;
done:
    ck_free(kept);
    ck_free(k.begin);
    ck_free(k.order);
    ck_free(room);
    ck_free(slot);
    ck_free(pairs);
    return error->status;
}
