#include "report/report.h"
#include "base/memory.h"
#include <math.h>
#include <stdarg.h>
#include <string.h>

enum { TEXT_MOST = 2000 };

void ck_report_init(ck_report *report, ck_error *error) {
    report->error = error;
    report->figures.ncolumns = 2;
    strcpy(report->figures.format, "tt");
}

static void free_cells(ck_table *table) {
    for (size_t i = 0; i < table->ncells; i++)
        ck_free(table->cell[i].text);
    ck_free(table->cell);
    ck_free(table->style);
    ck_free(table->caption);
    ck_free(table->id);
}

void ck_report_free(ck_report *report) {
    for (size_t i = 0; i < report->nblocks; i++) {
        if (report->block[i].table)
            free_cells(report->block[i].table);
        ck_free(report->block[i].table);
        ck_free(report->block[i].text);
        ck_free(report->block[i].id);
    }
    ck_free(report->block);
    free_cells(&report->figures);
    *report = (ck_report){0};
}

/* ---- blocks ---- */

static ck_block *add_block(ck_report *report, ck_block_kind kind) {
    if (report->error->status || ck_grow(report->error, &report->block, &report->room, report->nblocks + 1, sizeof *report->block))
        return NULL;
    ck_block *block = &report->block[report->nblocks++];
    *block = (ck_block){.kind = kind};
    return block;
}

static void add_text(ck_report *report, ck_block_kind kind, const char *format, va_list arguments) {
    char text[TEXT_MOST];
    ck_block *block = add_block(report, kind);
    vsnprintf(text, sizeof text, format, arguments);
    if (block)
        block->text = ck_copy_string(report->error, text);
}

void ck_report_section(ck_report *report, const char *id, const char *heading) {
    ck_block *block = add_block(report, CK_BLOCK_SECTION);
    if (!block)
        return;
    block->id = ck_copy_string(report->error, id);
    block->text = ck_copy_string(report->error, heading);
}

void ck_report_heading(ck_report *report, const char *text) {
    ck_block *block = add_block(report, CK_BLOCK_HEADING);
    if (block)
        block->text = ck_copy_string(report->error, text);
}

void ck_report_text(ck_report *report, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    add_text(report, CK_BLOCK_TEXT, format, arguments);
    va_end(arguments);
}

void ck_report_note(ck_report *report, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    add_text(report, CK_BLOCK_NOTE, format, arguments);
    va_end(arguments);
}

void ck_report_figure(ck_report *report, const char *label, const char *value) {
    ck_put_text(report, &report->figures, label);
    ck_put_text(report, &report->figures, value);
}

/* ---- tables ---- */

ck_table *ck_report_table(ck_report *report, const char *id, const char *chart, const char *format, const char *const *heading, const char *caption) {
    ck_block *block = add_block(report, CK_BLOCK_TABLE);
    ck_table *table = block ? ck_alloc_zero(report->error, 1, sizeof *table) : NULL;
    if (!table)
        return NULL;
    block->table = table;
    table->id = ck_copy_string(report->error, id);
    table->caption = ck_copy_string(report->error, caption);
    table->chart = chart;
    table->mark = (double)NAN;
    table->ncolumns = (uint32_t)strlen(format);
    snprintf(table->format, sizeof table->format, "%s", format);
    for (uint32_t c = 0; c < table->ncolumns; c++)
        table->heading[c] = heading[c];
    return table;
}

static ck_cell *add_cell(ck_report *report, ck_table *table, ck_cell_kind kind) {
    if (report->error->status || !table || ck_grow(report->error, &table->cell, &table->room, table->ncells + 1, sizeof *table->cell))
        return NULL;
    ck_cell *cell = &table->cell[table->ncells++];
    *cell = (ck_cell){.kind = kind};
    return cell;
}

void ck_put_text(ck_report *report, ck_table *table, const char *text) {
    bool any = text && *text;
    ck_cell *cell = add_cell(report, table, any ? CK_CELL_TEXT : CK_CELL_EMPTY);
    if (cell && any)
        cell->text = ck_copy_string(report->error, text);
}

void ck_put_number(ck_report *report, ck_table *table, double number) {
    ck_cell *cell = add_cell(report, table, isfinite(number) ? CK_CELL_NUMBER : CK_CELL_EMPTY);
    if (cell)
        cell->number = number;
}

void ck_put_hidden(ck_report *report, ck_table *table) {
    add_cell(report, table, CK_CELL_HIDDEN);
}

void ck_put_numbers(ck_report *report, ck_table *table, const double *number, uint32_t n, bool hidden) {
    for (uint32_t k = 0; k < n; k++)
        if (hidden)
            ck_put_hidden(report, table);
        else
            ck_put_number(report, table, number[k]);
}

void ck_put_count(ck_report *report, ck_table *table, uint64_t count, bool hidden) {
    if (hidden || ck_report_is_small(report, count))
        ck_put_hidden(report, table);
    else
        ck_put_number(report, table, (double)count);
}

void ck_row_style(ck_report *report, ck_table *table, char style) {
    if (report->error->status || !table)
        return;
    size_t row = table->ncells / table->ncolumns;
    if (ck_grow(report->error, &table->style, &table->style_room, row + 1, 1) == CK_OK)
        table->style[row] = style;
}
