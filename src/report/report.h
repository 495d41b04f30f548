/** A report of a linkage as one HTML page: sections of paragraphs and tables, and a chart beside a table where one helps. This room knows nothing of
 *  records or files of a run: it holds what it is told, hides what is small, and writes the page.
 *
 *      ck_report report = {.title = "Linkage report", .suppress = 10};
 *      ck_report_init(&report, error);
 *      ck_report_section(&report, "persons", "Persons");
 *      ck_table *t = ck_report_table(&report, "sizes", "bars", "tn", (const char *const[]){"Records", "Persons"}, "Persons by number of records");
 *      ck_put_text(&report, t, "1");
 *      ck_put_number(&report, t, 6892);
 *      ck_report_write(&report, stream);
 *      ck_report_free(&report);
 *
 *  Nothing on the page asks for a network, and its policy forbids it. A chart is drawn in the browser from its table alone, so that what is hidden in a
 *  table is nowhere on the page. The same report is the same bytes. An error sticks: after it, everything that adds does nothing, and tables are those
 *  of a report that will not be written. Local. */
#ifndef CK_REPORT_REPORT_H
#define CK_REPORT_REPORT_H
#include <carrick/status.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

typedef enum ck_cell_kind { CK_CELL_EMPTY, CK_CELL_TEXT, CK_CELL_NUMBER, CK_CELL_HIDDEN } ck_cell_kind;
typedef struct ck_cell {
    ck_cell_kind kind;
    char *text;
    double number;
} ck_cell;

enum { CK_REPORT_COLUMNS = 12 };

/** How a column's cells are written: t text, n whole number, p percent, q percent with two more decimals, w bits with their sign, d difference with
 *  its sign, m probability. What stands in data-value, for charts, has no more digits than what is shown. */
typedef struct ck_table {
    char *id, *caption;
    const char *chart;                    /**< what script.js is to draw of it, or NULL; flow and checklist are layouts of the page itself */
    double mark;                          /**< a place on the chart's axis: the decision; NAN: none */
    uint32_t ncolumns;
    char format[CK_REPORT_COLUMNS + 1];
    const char *heading[CK_REPORT_COLUMNS]; /**< texts that outlive the report */
    ck_cell *cell;                        /**< [ncells] row after row */
    size_t ncells, room;
    char *style;                          /**< [rows] of a flow: m a step, s what left before it, p a part of it */
    size_t style_room;
} ck_table;

typedef enum ck_block_kind { CK_BLOCK_SECTION, CK_BLOCK_HEADING, CK_BLOCK_TEXT, CK_BLOCK_NOTE, CK_BLOCK_TABLE } ck_block_kind;
typedef struct ck_block {
    ck_block_kind kind;
    char *id, *text;
    ck_table *table;
} ck_block;

typedef struct ck_report {
    const char *title, *name, *version;   /**< of the page, of the job, of Carrick; borrowed */
    uint64_t suppress;                    /**< counts from 1 to suppress - 1 are hidden; 0: all are told */
    ck_error *error;
    ck_block *block;
    size_t nblocks, room;
    ck_table figures;                     /**< the few numbers at the top of the page: text, text */
} ck_report;

void ck_report_init(ck_report *report, ck_error *error); /**< title, name, version and suppress are set by the caller */
void ck_report_free(ck_report *report);                  /**< accepts a zeroed struct */

/** A section, which the contents list; a heading within it; a paragraph; a paragraph set apart. */
void ck_report_section(ck_report *report, const char *id, const char *heading);
void ck_report_heading(ck_report *report, const char *text);
void ck_report_text(ck_report *report, const char *format, ...) __attribute__((format(printf, 2, 3)));
void ck_report_note(ck_report *report, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** One of the few numbers at the top. */
void ck_report_figure(ck_report *report, const char *label, const char *value);

/** An empty table, after what was added before; its rows are filled cell by cell. */
ck_table *ck_report_table(ck_report *report, const char *id, const char *chart, const char *format, const char *const *heading, const char *caption);
void ck_put_text(ck_report *report, ck_table *table, const char *text);
void ck_put_number(ck_report *report, ck_table *table, double number); /**< NAN: empty */
void ck_put_hidden(ck_report *report, ck_table *table);
void ck_put_numbers(ck_report *report, ck_table *table, const double *number, uint32_t n, bool hidden); /**< all of them, or none */
/** A count, hidden when it is small or `hidden`. */
void ck_put_count(ck_report *report, ck_table *table, uint64_t count, bool hidden);
/** The style of the row that is about to be filled. */
void ck_row_style(ck_report *report, ck_table *table, char style);

/* ---- small numbers (hide.c) ---- */

bool ck_report_is_small(const ck_report *report, uint64_t count);
/** Which of n counts, whose sum is told, are to be hidden: small ones, and others until none can be computed. @return false: all are, and so must the sum be */
bool ck_report_hide(ck_report *report, const uint64_t *count, uint32_t n, bool *hidden);
/** The same of rows of counts whose sums by column are told, and with `row_sums` those by row, of hidden rows too: hidden[rows * columns]. A row with a hidden
 *  count is to be hidden as a whole. */
bool ck_report_hide_square(ck_report *report, const uint64_t *count, uint32_t rows, uint32_t columns, bool row_sums, bool *hidden);

/** A share as the page writes it: "98.4 %". */
enum { CK_PERCENT_TEXT = 48 };
void ck_percent_text(double share, char text[CK_PERCENT_TEXT]);

/** Write the page; failures are the stream's. */
void ck_report_write(const ck_report *report, FILE *stream);
/** Was a library for charts found when this was built? Without it the page has the tables, and says so. */
bool ck_report_has_charts(void);

#endif
