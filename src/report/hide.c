/** Small numbers of the version that is shared. Totals stand in several places of a page, so they are never hidden for another number's sake, as
 *  ck_suppress would: what is hidden with a small number are its neighbours, until nobody who knows all totals can find a narrower range for any of them
 *  than the rule tells (ck_suppress_range). */
#include "base/memory.h"
#include "release/suppress.h"
#include "report/report.h"
#include <string.h>

bool ck_report_is_small(const ck_report *report, uint64_t count) {
    return count > 0 && count < report->suppress;
}

/* Rows of a table are hidden as a whole, as the page shows them; of a single row its cells are. */
typedef struct hiding {
    ck_report *report;
    ck_small_numbers rule;
    ck_count_table table;
    uint64_t rows, columns;
    bool row_sums; /* a hidden row's sum is told elsewhere */
} hiding;

static uint64_t cell_of(const hiding *h, uint64_t row, uint64_t column) {
    return row * (h->columns + 1) + column;
}

static void hide_cell(hiding *h, uint64_t cell) {
    if (h->table.count[cell])
        h->table.hidden[cell] = ck_report_is_small(h->report, h->table.count[cell]) ? CK_HIDDEN_SMALL : CK_HIDDEN_OTHER;
}

static void hide_unit(hiding *h, uint64_t row, uint64_t column) {
    if (h->rows == 1)
        hide_cell(h, cell_of(h, row, column));
    for (uint64_t j = 0; h->rows > 1 && j < h->columns + !h->row_sums; j++)
        hide_cell(h, cell_of(h, row, j));
}

static void hide_small(hiding *h) {
    for (uint64_t i = 0; i <= h->rows; i++)
        for (uint64_t j = 0; j <= h->columns; j++) {
            uint64_t cell = cell_of(h, i, j);
            if (!ck_report_is_small(h->report, h->table.count[cell]))
                continue;
            if (i < h->rows && j < h->columns)
                hide_unit(h, i, j);
            else
                h->table.hidden[cell] = CK_HIDDEN_SMALL;
        }
    for (uint64_t j = 0; h->rows == 1 && j < h->columns; j++) /* the sums of a single row's columns are its cells */
        h->table.hidden[cell_of(h, 1, j)] = h->table.hidden[cell_of(h, 0, j)];
}

/** Can an outsider tell a hidden cell more closely than the rule does? */
static bool is_told(hiding *h) {
    for (uint64_t i = 0; i < h->rows && !h->report->error->status; i++)
        for (uint64_t j = 0; j < h->columns; j++) {
            uint64_t cell = cell_of(h, i, j), least, greatest;
            if (h->table.hidden[cell] != CK_HIDDEN_SMALL)
                continue;
            if (ck_suppress_range(h->report->error, &h->table, &h->rule, cell, &least, &greatest) || least > h->rule.low || greatest < h->rule.high)
                return true;
        }
    return false;
}

/** Hide the least of what is shown and not 0. @return whether there was any */
static bool hide_another(hiding *h) {
    uint64_t least = UINT64_MAX, row = 0, column = 0;
    for (uint64_t i = 0; i < h->rows; i++)
        for (uint64_t j = 0; j < h->columns; j++) {
            uint64_t cell = cell_of(h, i, j), size = h->table.count[h->rows > 1 ? cell_of(h, i, h->columns) : cell];
            if (h->table.hidden[cell] == CK_SHOWN && h->table.count[cell] && size < least) {
                least = size;
                row = i;
                column = j;
            }
        }
    if (least == UINT64_MAX)
        return false;
    hide_unit(h, row, column);
    if (h->rows == 1)
        h->table.hidden[cell_of(h, 1, column)] = h->table.hidden[cell_of(h, 0, column)];
    return true;
}

/** Is a sum small that the page tells elsewhere: of all, or of a column? */
static bool has_small_sum(const hiding *h) {
    bool small = ck_report_is_small(h->report, h->table.count[cell_of(h, h->rows, h->columns)]);
    for (uint64_t j = 0; h->rows > 1 && j < h->columns; j++)
        small = small || ck_report_is_small(h->report, h->table.count[cell_of(h, h->rows, j)]);
    return small;
}

/** @return whether what is hidden is safe */
static bool hide_enough(hiding *h) {
    if (has_small_sum(h))
        return false;
    hide_small(h);
    while (!h->report->error->status && is_told(h))
        if (!hide_another(h))
            return false;
    return !h->report->error->status;
}

bool ck_report_hide_square(ck_report *report, const uint64_t *count, uint32_t rows, uint32_t columns, bool row_sums, bool *hidden) {
    hiding h = {.report = report, .rows = rows, .columns = columns, .row_sums = row_sums,
                .rule = {.low = 1, .high = report->suppress ? report->suppress - 1 : 0, .show_zero = true, .secondary = true}};
    const uint32_t size[] = {rows, columns};
    bool safe = true;
    memset(hidden, 0, (size_t)rows * columns * sizeof *hidden);
    if (report->error->status || report->suppress < 2 || !rows || !columns)
        return true;
    if (ck_count_table_make(report->error, 2, size, &h.table) == CK_OK) {
        for (uint64_t i = 0; i < rows; i++)
            for (uint64_t j = 0; j < columns; j++)
                h.table.count[cell_of(&h, i, j)] = count[i * columns + j];
        ck_count_totals(&h.table);
        safe = hide_enough(&h);
        for (uint64_t i = 0; i < rows; i++)
            for (uint64_t j = 0; j < columns; j++)
                hidden[i * columns + j] = !safe || h.table.hidden[cell_of(&h, i, j)] != CK_SHOWN;
    }
    ck_count_table_free(&h.table);
    return safe;
}

bool ck_report_hide(ck_report *report, const uint64_t *count, uint32_t n, bool *hidden) {
    return ck_report_hide_square(report, count, 1, n, true, hidden);
}
