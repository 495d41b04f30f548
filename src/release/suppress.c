#include "release/suppress.h"
#include "base/memory.h"
#include "release/suppress_range.h"
#include <inttypes.h>
#include <string.h>

const char *const ck_small_number_presets[] = {"nhs-hes", "ons-10-5", "srs-10", "under-5", "five-or-fewer", NULL};
static const ck_small_numbers presets[] = {
    {1, 7, true, 5, false, "*"}, {0, 9, false, 5, false, "c"}, {1, 9, true, 1, true, "c"}, {1, 4, true, 1, true, "<5"}, {1, 5, true, 1, true, "<=5"},
};

const ck_small_numbers *ck_small_numbers_find(const char *preset) {
    for (size_t i = 0; ck_small_number_presets[i]; i++)
        if (strcmp(ck_small_number_presets[i], preset) == 0)
            return &presets[i];
    return NULL;
}

/* ---- tables ---- */

ck_status ck_count_table_make(ck_error *error, uint32_t ndimensions, const uint32_t *size, ck_count_table *table) {
    enum { MOST = 10000000 };
    *table = (ck_count_table){.ndimensions = ndimensions, .ncells = 1};
    for (uint32_t d = 0; d < ndimensions; d++) {
        table->size[d] = size[d];
        table->ncells *= (uint64_t)size[d] + 1;
        if (table->ncells > MOST)
            return ck_fail(error, CK_DATA, "The table would have more than %d cells; tabulate by fewer columns.", MOST);
    }
    table->count = ck_alloc_zero(error, table->ncells, sizeof *table->count);
    table->hidden = ck_alloc_zero(error, table->ncells, sizeof *table->hidden);
    return error->status;
}

void ck_count_table_free(ck_count_table *table) {
    ck_free(table->count);
    ck_free(table->hidden);
    *table = (ck_count_table){0};
}

uint64_t ck_count_stride(const ck_count_table *table, uint32_t dimension) {
    uint64_t stride = 1;
    for (uint32_t d = dimension + 1; d < table->ndimensions; d++)
        stride *= (uint64_t)table->size[d] + 1;
    return stride;
}

/* One dimension after another: totals of totals come of themselves. */
void ck_count_totals(ck_count_table *table) {
    for (uint32_t d = 0; d < table->ndimensions; d++) {
        uint64_t stride = ck_count_stride(table, d), n = (uint64_t)table->size[d] + 1;
        for (uint64_t cell = 0; cell < table->ncells; cell++) {
            uint64_t place = cell / stride % n, total = cell + (n - 1 - place) * stride;
            if (place == 0)
                table->count[total] = 0;
            if (place < n - 1)
                table->count[total] += table->count[cell];
        }
    }
}

uint64_t ck_count_shown(const ck_small_numbers *rule, uint64_t count) {
    return rule->round_to > 1 ? (count + rule->round_to / 2) / rule->round_to * rule->round_to : count;
}

/* ---- hiding ---- */

static bool is_small(const ck_small_numbers *rule, uint64_t count) {
    return rule->high && count >= rule->low && count <= rule->high && !(count == 0 && rule->show_zero);
}

/* May the cell be hidden for another's sake? Zeros that are always shown would only be told apart by their absence. */
static bool may_hide(const ck_count_table *table, const ck_small_numbers *rule, uint64_t cell) {
    return table->hidden[cell] == CK_SHOWN && !(table->count[cell] == 0 && rule->show_zero);
}

static uint32_t count_totals_of(const ck_count_table *table, uint64_t cell) {
    uint32_t n = 0;
    for (uint32_t d = 0; d < table->ndimensions; d++)
        n += cell / ck_count_stride(table, d) % ((uint64_t)table->size[d] + 1) == table->size[d];
    return n;
}

/* Of two cells, the one that is total of less is hidden first, then the smaller count, then the earlier one. */
static bool is_better(const ck_count_table *table, uint64_t a, uint64_t b) {
    if (b == UINT64_MAX)
        return true;
    uint32_t totals_a = count_totals_of(table, a), totals_b = count_totals_of(table, b);
    if (totals_a != totals_b)
        return totals_a < totals_b;
    return table->count[a] != table->count[b] ? table->count[a] < table->count[b] : a < b;
}

/* Another cell of a line through `cell`, in which few are hidden. */
static uint64_t choose_in_line(const ck_count_table *table, const ck_small_numbers *rule, uint64_t cell, uint32_t d, uint32_t *hidden) {
    uint64_t stride = ck_count_stride(table, d), n = (uint64_t)table->size[d] + 1, first = cell - cell / stride % n * stride, best = UINT64_MAX;
    *hidden = 0;
    for (uint64_t i = 0; i < n; i++) {
        uint64_t other = first + i * stride;
        *hidden += table->hidden[other] != CK_SHOWN;
        if (may_hide(table, rule, other) && is_better(table, other, best))
            best = other;
    }
    return best;
}

/* The cell to hide next so that `cell` becomes safe: on the line where fewest are hidden; where its own lines have none left, anywhere. */
static uint64_t choose_next(const ck_count_table *table, const ck_small_numbers *rule, uint64_t cell) {
    uint64_t best = UINT64_MAX;
    uint32_t fewest = UINT32_MAX, hidden;
    for (uint32_t d = 0; d < table->ndimensions; d++) {
        uint64_t other = choose_in_line(table, rule, cell, d, &hidden);
        if (other != UINT64_MAX && hidden < fewest) {
            fewest = hidden;
            best = other;
        }
    }
    for (uint64_t other = 0; best == UINT64_MAX && other < table->ncells; other++)
        if (may_hide(table, rule, other))
            best = other;
    return best;
}

/* Where zeros are shown, everybody sees how many counts below a total are not 0: it is at least that many, whatever is hidden. */
static ck_status count_nonzero(ck_error *error, const ck_count_table *table, ck_count_table *nonzero) {
    if (ck_count_table_make(error, table->ndimensions, table->size, nonzero) != CK_OK)
        return error->status;
    for (uint64_t cell = 0; cell < table->ncells; cell++)
        nonzero->count[cell] = table->count[cell] > 0;
    ck_count_totals(nonzero);
    return CK_OK;
}

/* A table in the course of being made safe. */
typedef struct safety {
    ck_count_table *table;
    const ck_small_numbers *rule;
    ck_count_table nonzero;  /* counts of parts other than 0 */
    ck_outsider *outsider;   /* NULL: to be made of what is hidden now */
    uint64_t others, hidden; /* hidden for the sake of small ones; for any */
    uint64_t work;           /* hidden cells of the ranges that were asked for: what a linear programme costs goes by them */
} safety;

/* Hide a cell for another's sake, or show it again. */
static void set_hidden(safety *s, uint64_t cell, ck_hidden hidden) {
    bool more = hidden == CK_HIDDEN_OTHER;
    s->others = more ? s->others + 1 : s->others - 1;
    s->hidden = more ? s->hidden + 1 : s->hidden - 1;
    s->table->hidden[cell] = hidden;
    ck_outsider_free(s->outsider);
    s->outsider = NULL;
}

static ck_status find_range(ck_error *error, safety *s, uint64_t cell, uint64_t *least, uint64_t *greatest) {
    if (!s->outsider && ck_outsider_make(error, s->table, s->rule, &s->outsider) != CK_OK)
        return error->status;
    s->work += s->hidden;
    return ck_outsider_range(error, s->outsider, cell, least, greatest);
}

/* Is the range of a small count as wide as the rule? */
static bool is_safe(ck_error *error, safety *s, uint64_t cell) {
    uint64_t least, greatest, seen = s->rule->show_zero ? s->nonzero.count[cell] : 0;
    return find_range(error, s, cell, &least, &greatest) == CK_OK && least <= (seen > s->rule->low ? seen : s->rule->low) && greatest >= s->rule->high;
}

/* Hiding more only widens what an outsider must think possible, so one time through the small cells is enough. */
static void hide_others(ck_error *error, safety *s) {
    for (uint64_t cell = 0, next; cell < s->table->ncells && error->status == CK_OK; cell++)
        while (s->table->hidden[cell] == CK_HIDDEN_SMALL && !is_safe(error, s, cell)) {
            if (error->status != CK_OK || (next = choose_next(s->table, s->rule, cell)) == UINT64_MAX)
                break;
            set_hidden(s, next, CK_HIDDEN_OTHER);
        }
}

static void show_if_safe(ck_error *error, safety *s, uint64_t other) {
    bool safe = true;
    set_hidden(s, other, CK_SHOWN);
    for (uint64_t cell = 0; safe && cell < s->table->ncells; cell++)
        if (s->table->hidden[cell] == CK_HIDDEN_SMALL)
            safe = is_safe(error, s, cell);
    if (!safe)
        set_hidden(s, other, CK_HIDDEN_OTHER);
}

/* What was hidden early may be needless after what was hidden later. Totals are tried first, for they tell readers most; in a large table no more than there is
 * time for. */
static void show_needless(ck_error *error, safety *s, uint64_t work) {
    s->work = 0;
    for (uint32_t totals = s->table->ndimensions + 1; totals-- > 0;)
        for (uint64_t cell = s->table->ncells; cell-- > 0;)
            if (s->table->hidden[cell] == CK_HIDDEN_OTHER && count_totals_of(s->table, cell) == totals && s->work < work && error->status == CK_OK)
                show_if_safe(error, s, cell);
}

/* Whoever can work a count out learns nothing when it is shown. */
static void show_told(ck_error *error, safety *s) {
    uint64_t least, greatest;
    for (uint64_t cell = 0; cell < s->table->ncells && error->status == CK_OK; cell++)
        if (s->table->hidden[cell] == CK_HIDDEN_OTHER && find_range(error, s, cell, &least, &greatest) == CK_OK && least == greatest)
            set_hidden(s, cell, CK_SHOWN);
}

static ck_status protect(ck_error *error, ck_count_table *table, const ck_small_numbers *rule, uint64_t work, uint64_t *others) {
    safety s = {.table = table, .rule = rule};
    for (uint64_t cell = 0; cell < table->ncells; cell++)
        s.hidden += table->hidden[cell] != CK_SHOWN;
    if (count_nonzero(error, table, &s.nonzero) == CK_OK) {
        hide_others(error, &s);
        show_needless(error, &s, work);
        show_told(error, &s);
    }
    *others = s.others;
    ck_outsider_free(s.outsider);
    ck_count_table_free(&s.nonzero);
    return error->status;
}

ck_status ck_suppress_within(ck_error *error, ck_count_table *table, const ck_small_numbers *rule, uint64_t work, uint64_t *others) {
    *others = 0;
    for (uint64_t cell = 0; cell < table->ncells; cell++)
        table->hidden[cell] = is_small(rule, table->count[cell]) ? CK_HIDDEN_SMALL : CK_SHOWN;
    return rule->secondary ? protect(error, table, rule, work, others) : CK_OK;
}

ck_status ck_suppress(ck_error *error, ck_count_table *table, const ck_small_numbers *rule, uint64_t *others) {
    enum { WORK_MOST = 2000000 };
    return ck_suppress_within(error, table, rule, WORK_MOST, others);
}

ck_status ck_suppress_range(ck_error *error, const ck_count_table *table, const ck_small_numbers *rule, uint64_t cell, uint64_t *least, uint64_t *greatest) {
    ck_outsider *outsider = NULL;
    if (ck_outsider_make(error, table, rule, &outsider) == CK_OK)
        ck_outsider_range(error, outsider, cell, least, greatest);
    ck_outsider_free(outsider);
    return error->status;
}
