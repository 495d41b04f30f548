#include "choose/partners.h"
#include "base/memory.h"
#include "choose/draw.h"
#include <stdlib.h>
#include <string.h>

enum { ROWS = 20000, PROBABLE_LEAST = 100, FEW = 50, STRATUM_LEAST = 20, CLASSES = 6, COARSENINGS = 3, MOVED_ONE_IN = 20 };
enum { STREAM_PAIR = 1, STREAM_SIDE, STREAM_ROW, STREAM_MOVED };
enum {
    HOME = 1u << CK_ROLE_ADDRESS | 1u << CK_ROLE_HOUSE_NUMBER | 1u << CK_ROLE_DWELLING | 1u << CK_ROLE_POSTCODE | 1u << CK_ROLE_PLACE |
           1u << CK_ROLE_NORTHING | 1u << CK_ROLE_EASTING
};

static const double moves_least = .02; /* of matches differ wholly in something of the home, before anybody seems to move */

/* The agreements of one group of parts over probable matches. */
typedef struct table {
    uint32_t group;
    uint32_t *left, *right;  /* [ROWS] places in learned->rows; left is the record whose partner right is */
    struct stratum *stratum; /* [ROWS] of left, rising */
} table;

typedef struct stratum {
    uint64_t of;
    uint32_t row;
} stratum;

static void free_table(table *t) {
    ck_free(t->left);
    ck_free(t->right);
    ck_free(t->stratum);
}

/* ---- probable matches ---- */

static uint32_t comparisons_of(const ck_learned *learned, uint32_t group) {
    uint32_t of = 0;
    for (uint32_t c = 0; c < learned->comparisons.n; c++)
        of |= (learned->subject[c].group == group ? UINT32_C(1) : 0) << c;
    return of;
}

/* Seeds that read nothing of the group. */
static uint64_t seeds_without(const ck_key_parts *parts, const ck_learned *learned, uint32_t group) {
    uint64_t without = 0;
    for (uint32_t s = 0; s < learned->nseeds; s++) {
        bool reads = false;
        for (uint32_t i = 0; i < learned->seed[s].n; i++)
            reads |= parts->part[learned->seed[s].part[i]].group == group;
        without |= (reads ? UINT64_C(0) : UINT64_C(1)) << s;
    }
    return without;
}

/* Running sums of P(match) over the pairs that other columns found and weigh; all probable ones when those are too few. @return their sum */
static double sum_probable(const ck_learned *learned, uint64_t seeds, uint32_t left_out, double *sum) {
    double total = 0;
    for (size_t k = 0; k < learned->npairs; k++) {
        double p = learned->mask[k] & seeds ? ck_probability_of_weight(ck_learned_weight(learned, learned->pattern[k], left_out)) : 0;
        total += p > .5 ? p : 0;
        sum[k] = total;
    }
    return total;
}

static size_t find_sum(const double *sum, size_t n, double at) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sum[middle] <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n ? low : n - 1;
}

/* ROWS draws of pairs, each in proportion to its probability, either record first. */
static ck_status draw_pairs(ck_error *error, const ck_choose_input *input, const ck_key_parts *parts, const ck_learned *learned, table *t) {
    double *sum = ck_alloc(error, learned->npairs, sizeof *sum);
    t->left = ck_alloc(error, ROWS, sizeof *t->left);
    t->right = ck_alloc(error, ROWS, sizeof *t->right);
    if (error->status == CK_OK && learned->npairs > 0) {
        double total = sum_probable(learned, seeds_without(parts, learned, t->group), comparisons_of(learned, t->group), sum);
        if (total < PROBABLE_LEAST)
            total = sum_probable(learned, UINT64_MAX, 0, sum);
        for (uint64_t i = 0; i < ROWS; i++) {
            /* One draw from each of ROWS equal pieces of the sum: less chance than independent draws. */
            double at = ((double)i + ck_draw_unit(input->seed, STREAM_PAIR + 16 * t->group, i)) / ROWS;
            size_t k = total > 0 ? find_sum(sum, learned->npairs, at * total) : (size_t)(at * (double)learned->npairs);
            bool turn = ck_draw_hash(input->seed, STREAM_SIDE + 16 * t->group, i) & 1;
            t->left[i] = turn ? learned->b[k] : learned->a[k];
            t->right[i] = turn ? learned->a[k] : learned->b[k];
        }
    }
    ck_free(sum);
    return error->status;
}

/* ---- strata ---- */

/* How many records have the value: missing, 1, 2-3, 4-10, 11-100, more. */
static uint64_t rarity(uint64_t count, uint32_t code) {
    return code == 0 ? 0 : count < 2 ? 1 : count < 4 ? 2 : count < 11 ? 3 : count < 101 ? 4 : 5;
}

static uint32_t group_of(const ck_choose_input *input, uint32_t column) {
    return ck_role_is_name(input->role[column]) ? CK_NAMES_TOGETHER : column;
}

/* The rarities of a record's values in the group's columns, as one number. */
static uint64_t stratum_of(const ck_choose_input *input, uint32_t group, uint64_t *const *count, uint32_t *const *code, uint32_t i) {
    uint64_t number = 0;
    for (uint32_t c = 0; c < input->schema->ncolumns; c++)
        if (input->role[c] != CK_ROLE_NONE && !input->repeats[c] && group_of(input, c) == group)
            number = number * CLASSES + rarity(count[c][code[c][i]], code[c][i]);
    return number;
}

static int compare_strata(const void *x, const void *y) {
    const stratum *a = x, *b = y;
    if (a->of != b->of)
        return a->of < b->of ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

static ck_status sort_strata(ck_error *error, const ck_choose_input *input, const ck_learned *learned, uint64_t *const *count, table *t) {
    t->stratum = ck_alloc(error, ROWS, sizeof *t->stratum);
    for (uint32_t i = 0; t->stratum && i < ROWS; i++)
        t->stratum[i] = (stratum){stratum_of(input, t->group, count, learned->rows.code, t->left[i]), i};
    if (t->stratum)
        qsort(t->stratum, ROWS, sizeof *t->stratum, compare_strata);
    return error->status;
}

/* First place whose stratum / step is not below `of`. */
static uint32_t find_stratum(const table *t, uint64_t step, uint64_t of) {
    uint32_t low = 0, high = ROWS;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (t->stratum[middle].of / step < of)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* A row of the record's own stratum, or of a coarser one that has enough. */
static uint32_t draw_row(const ck_choose_input *input, const table *t, uint64_t of, uint32_t draw) {
    uint64_t step = 1;
    for (int k = 0; k < COARSENINGS; k++, step *= CLASSES) {
        uint32_t begin = find_stratum(t, step, of / step), end = find_stratum(t, step, of / step + 1);
        if (end - begin >= STRATUM_LEAST)
            return t->stratum[begin + ck_draw_below(input->seed, STREAM_ROW + 16 * t->group, draw, end - begin)].row;
    }
    return (uint32_t)ck_draw_below(input->seed, STREAM_ROW + 16 * t->group, draw, ROWS);
}

/* ---- agreements ---- */

static bool share_value(const ck_part_values *left, const ck_part_values *right, uint32_t i) {
    for (uint32_t x = left->start[i]; x < left->start[i + 1]; x++)
        for (uint32_t y = right->start[i]; y < right->start[i + 1]; y++)
            if (left->hash[x] == right->hash[y])
                return true;
    return false;
}

/* Codes of the records at `place`, column by column. */
static ck_status gather_codes(ck_error *error, const ck_sample *rows, const uint32_t *place, uint32_t **code) {
    for (uint32_t c = 0; c < rows->ncolumns; c++) {
        if (!(code[c] = ck_alloc(error, ROWS, sizeof **code)))
            return error->status;
        for (uint32_t i = 0; i < ROWS; i++)
            code[c][i] = rows->code[c][place[i]];
    }
    return CK_OK;
}

/* agrees[i]: do left and right of row i share a value of the part? */
static ck_status find_agreement(ck_error *error, const ck_key_part *part, uint32_t *const *left, uint32_t *const *right, ck_part_values values[2],
                                bool *agrees) {
    if (ck_part_values_fill(error, part, (const uint32_t *const *)left, 0, ROWS, &values[0]) == CK_OK &&
        ck_part_values_fill(error, part, (const uint32_t *const *)right, 0, ROWS, &values[1]) == CK_OK)
        for (uint32_t i = 0; i < ROWS; i++)
            agrees[i] = share_value(&values[0], &values[1], i);
    return error->status;
}

/* Does everybody found so far live where they lived? Then they were found by their homes, and who moved is not among them. */
static bool nobody_moves(const ck_learned *learned) {
    bool nobody = true;
    for (uint32_t c = 0; c < learned->comparisons.n; c++) {
        const ck_comparison *comparison = &learned->comparisons.comparison[c];
        bool home = learned->subject[c].roles && !(learned->subject[c].roles & ~(uint32_t)HOME);
        nobody &= !home || comparison->level[comparison->nlevels - 1].m < moves_least;
    }
    return nobody;
}

/* One partner in so many has moved, where nobody else seems to: nothing of its home agrees. Without it rules that read a home alone would
   seem to miss nobody. */
static bool has_moved(const ck_choose_input *input, uint32_t draw) {
    return ck_draw_below(input->seed, STREAM_MOVED, draw, MOVED_ONE_IN) == 0;
}

static bool is_of_home(const ck_choose_input *input, uint32_t group) {
    return group != CK_NAMES_TOGETHER && (HOME >> input->role[group] & 1);
}

/* Set the bits of a part: the draw's row agrees, and the record has a value at all. */
static ck_status set_bits(ck_error *error, const ck_key_part *part, const ck_sample *sample, const bool *agrees, const uint32_t *row,
                          ck_part_values *values, const ck_made_partners *made, uint64_t **bit) {
    *bit = ck_alloc_zero(error, made->nwords, sizeof **bit);
    if (!*bit || ck_part_values_fill(error, part, (const uint32_t *const *)sample->code, 0, sample->n, values) != CK_OK)
        return error->status;
    for (uint32_t d = 0; d < made->n; d++) {
        uint32_t i = d % sample->n;
        if (values->start[i + 1] > values->start[i] && agrees[row[d]])
            (*bit)[d >> 6] |= UINT64_C(1) << (d & 63);
    }
    return CK_OK;
}

/* Bits of all parts of a group from its table. */
static ck_status apply_table(ck_error *error, const ck_choose_input *input, const ck_key_parts *parts, const ck_learned *learned,
                             const ck_sample *sample, uint64_t *const *count, const table *t, ck_made_partners *made) {
    uint32_t ncolumns = learned->rows.ncolumns, *row = ck_alloc(error, made->n, sizeof *row);
    uint32_t **left = ck_alloc_zero(error, ncolumns, sizeof *left), **right = ck_alloc_zero(error, ncolumns, sizeof *right);
    bool *agrees = ck_alloc_zero(error, ROWS + 1, sizeof *agrees); /* the last: of those who moved, false */
    ck_part_values values[2] = {0};
    if (error->status == CK_OK && gather_codes(error, &learned->rows, t->left, left) == CK_OK &&
        gather_codes(error, &learned->rows, t->right, right) == CK_OK) {
        bool home = is_of_home(input, t->group) && nobody_moves(learned);
        for (uint32_t d = 0; d < made->n; d++)
            row[d] = home && has_moved(input, d) ? ROWS : draw_row(input, t, stratum_of(input, t->group, count, sample->code, d % sample->n), d);
        for (uint32_t p = 0; p < parts->n && error->status == CK_OK; p++)
            if (parts->part[p].group == t->group && find_agreement(error, &parts->part[p], left, right, values, agrees) == CK_OK)
                set_bits(error, &parts->part[p], sample, agrees, row, &values[0], made, &made->bit[p]);
    }
    for (uint32_t c = 0; left && right && c < ncolumns; c++) {
        ck_free(left[c]);
        ck_free(right[c]);
    }
    ck_part_values_free(&values[0]);
    ck_part_values_free(&values[1]);
    ck_free(agrees);
    ck_free(left);
    ck_free(right);
    ck_free(row);
    return error->status;
}

/* No pair was found to learn from: a partner agrees in whatever the record has. */
static ck_status agree_in_all(ck_error *error, const ck_key_parts *parts, const ck_sample *sample, ck_made_partners *made) {
    static const bool agrees = true;
    ck_part_values values = {0};
    uint32_t *row = ck_alloc_zero(error, made->n, sizeof *row);
    for (uint32_t p = 0; row && p < parts->n && error->status == CK_OK; p++)
        set_bits(error, &parts->part[p], sample, &agrees, row, &values, made, &made->bit[p]);
    ck_part_values_free(&values);
    ck_free(row);
    return error->status;
}

static ck_status make_group(ck_error *error, const ck_choose_input *input, const ck_key_parts *parts, const ck_learned *learned,
                            const ck_sample *sample, uint64_t *const *count, uint32_t group, ck_made_partners *made) {
    table t = {.group = group};
    if (draw_pairs(error, input, parts, learned, &t) == CK_OK && sort_strata(error, input, learned, count, &t) == CK_OK)
        apply_table(error, input, parts, learned, sample, count, &t, made);
    free_table(&t);
    return error->status;
}

ck_status ck_partners_make(ck_error *error, const ck_choose_input *input, const ck_key_parts *parts, const ck_learned *learned,
                           const ck_sample *sample, uint64_t *const *count, ck_made_partners *made) {
    *made = (ck_made_partners){.n = sample->n * CK_DRAWS, .nwords = (sample->n * CK_DRAWS + 63) / 64};
    made->bit = ck_alloc_zero(error, parts->n, sizeof *made->bit);
    if (error->status == CK_OK && learned->npairs == 0)
        return agree_in_all(error, parts, sample, made);
    for (uint32_t p = 0; p < parts->n && error->status == CK_OK; p++)
        if (!made->bit[p])
            make_group(error, input, parts, learned, sample, count, parts->part[p].group, made);
    return error->status;
}

void ck_made_partners_free(ck_made_partners *made, const ck_key_parts *parts) {
    for (uint32_t p = 0; made->bit && p < parts->n; p++)
        ck_free(made->bit[p]);
    ck_free(made->bit);
    *made = (ck_made_partners){0};
}
