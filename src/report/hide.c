/** Small numbers of the version that is shared: the rule is that of release/suppress.h. */
#include "base/memory.h"
#include "release/suppress.h"
#include "report/report.h"
#include <string.h>

bool ck_report_is_small(const ck_report *report, uint64_t count) {
    return count > 0 && count < report->suppress;
}

void ck_report_hide_square(ck_report *report, const uint64_t *count, uint32_t rows, uint32_t columns, bool *hidden) {
    const ck_small_numbers rule = {.low = 1, .high = report->suppress ? report->suppress - 1 : 0, .show_zero = true, .secondary = true};
    const uint32_t size[] = {rows, columns};
    ck_count_table table = {0};
    uint64_t others;
    memset(hidden, 0, (size_t)(rows + 1) * (columns + 1) * sizeof *hidden);
    if (report->error->status || report->suppress < 2)
        return;
    if (ck_count_table_make(report->error, 2, size, &table) == CK_OK) {
        uint64_t stride = ck_count_stride(&table, 0), step = ck_count_stride(&table, 1);
        for (uint64_t i = 0; i < rows; i++)
            for (uint64_t j = 0; j < columns; j++)
                table.count[i * stride + j * step] = count[i * columns + j];
        ck_count_totals(&table);
        ck_suppress(report->error, &table, &rule, &others);
        for (uint64_t i = 0; i <= rows; i++)
            for (uint64_t j = 0; j <= columns; j++)
                hidden[i * (columns + 1) + j] = table.hidden[i * stride + j * step] != CK_SHOWN;
    }
    ck_count_table_free(&table);
}

void ck_report_hide(ck_report *report, const uint64_t *count, uint32_t n, bool *hidden, bool *total) {
    bool *square = ck_alloc_zero(report->error, 2 * ((size_t)n + 1), sizeof *square);
    if (square && n) {
        ck_report_hide_square(report, count, 1, n, square);
        memcpy(hidden, square, n * sizeof *hidden);
    }
    *total = square && n && square[n];
    ck_free(square);
}
