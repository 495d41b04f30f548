/** The page as HTML. Every text is escaped, so that no name of a column or value of a group can be markup. */
#include "report/page.h"
#include "report/report.h"
#include <math.h>
#include <string.h>

bool ck_report_has_charts(void) {
    return ck_report_charts[0] != '\0';
}

static void write_text(FILE *out, const char *text) {
    for (; *text; text++)
        switch (*text) {
        case '<': fputs("&lt;", out); break;
        case '>': fputs("&gt;", out); break;
        case '&': fputs("&amp;", out); break;
        case '"': fputs("&quot;", out); break;
        default: putc(*text, out);
        }
}

/* ---- numbers ---- */

enum { NUMBER_TEXT = CK_PERCENT_TEXT };

/** Decimals of a format's data-value: no more than are shown. */
static int decimals_of(char format) {
    switch (format) {
    case 'n': return 0;
    case 'p': return 3;
    case 'q': return 5;
    case 'w': return 2;
    case 'd': return 3;
    default: return 6;
    }
}

static void group_thousands(double number, char *text) {
    char plain[NUMBER_TEXT];
    int n = snprintf(plain, sizeof plain, "%.0f", number), to = 0, digits = n - (plain[0] == '-');
    for (int i = 0; i < n; i++) {
        int left = n - i;
        if (i > n - digits && left % 3 == 0)
            text[to++] = ',';
        text[to++] = plain[i];
    }
    text[to] = '\0';
}

void ck_percent_text(double share, char text[CK_PERCENT_TEXT]) {
    bool nearly = (share >= 0.9995 && share < 1) || (share > 0 && share < 0.0005); /* 100.0 % is said of all alone, 0.0 % of none */
    snprintf(text, CK_PERCENT_TEXT, nearly ? "%.3f %%" : "%.1f %%", 100 * share);
}

static void number_text(char format, double number, char text[NUMBER_TEXT]) {
    switch (format) {
    case 'n': group_thousands(number, text); break;
    case 'p': ck_percent_text(number, text); break;
    case 'q': snprintf(text, NUMBER_TEXT, "%.3f %%", 100 * number); break;
    case 'w': snprintf(text, NUMBER_TEXT, "%+.2f", number); break;
    case 'd': snprintf(text, NUMBER_TEXT, "%+.3f", number); break;
    default: snprintf(text, NUMBER_TEXT, number >= 1e-4 || number == 0 ? "%.4f" : "%.1e", number);
    }
}

/* ---- tables ---- */

static void write_cell(FILE *out, const ck_table *table, const ck_cell *cell, uint32_t column) {
    char text[NUMBER_TEXT], format = table->format[column];
    fprintf(out, column ? "<td" : "<th scope=\"row\"");
    if (format != 't')
        fputs(" class=\"number\"", out);
    fputs(" data-label=\"", out);
    write_text(out, table->heading[column]);
    putc('"', out);
    if (cell->kind == CK_CELL_NUMBER) {
        number_text(format, cell->number, text);
        fprintf(out, " data-value=\"%.*f\">%s", decimals_of(format), cell->number, text);
    } else if (cell->kind == CK_CELL_TEXT) {
        putc('>', out);
        write_text(out, cell->text);
    } else {
        fputs(cell->kind == CK_CELL_HIDDEN ? "><abbr title=\"suppressed\">[c]</abbr>" : ">", out);
    }
    fputs(column ? "</td>" : "</th>", out);
}

static void write_rows(FILE *out, const ck_table *table) {
    fprintf(out, "<thead><tr>");
    for (uint32_t c = 0; c < table->ncolumns; c++) {
        fputs(table->format[c] == 't' ? "<th scope=\"col\">" : "<th scope=\"col\" class=\"number\">", out);
        write_text(out, table->heading[c]);
        fputs("</th>", out);
    }
    fputs("</tr></thead>\n<tbody>\n", out);
    for (size_t i = 0; i < table->ncells; i += table->ncolumns) {
        fputs("<tr>", out);
        for (uint32_t c = 0; c < table->ncolumns; c++)
            write_cell(out, table, &table->cell[i + c], c);
        fputs("</tr>\n", out);
    }
    fputs("</tbody>", out);
}

/** The table in a box that scrolls by itself, and that the keyboard reaches. */
static void write_table(FILE *out, const ck_table *table, const char *class) {
    fprintf(out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-labelledby=\"%s-caption\"><table id=\"%s\" class=\"%s\"", table->id, table->id, class);
    if (isfinite(table->mark))
        fprintf(out, " data-mark=\"%.2f\"", table->mark);
    fprintf(out, "><caption id=\"%s-caption\">", table->id);
    write_text(out, table->caption);
    fputs("</caption>\n", out);
    write_rows(out, table);
    fputs("</table></div>\n", out);
}

/** A place for each chart that the table names. */
static void write_drawings(FILE *out, const ck_table *table) {
    for (const char *name = table->chart; *name; name += strspn(name, " ")) {
        size_t n = strcspn(name, " ");
        fprintf(out, "<div class=\"drawing\" role=\"img\" data-of=\"%s\" data-kind=\"%.*s\" aria-label=\"Chart: ", table->id, (int)n, name);
        write_text(out, table->caption);
        fputs(". The table below has its numbers.\"></div>\n", out);
        name += n;
    }
}

static void write_figure(FILE *out, const ck_table *table) {
    fputs("<figure class=\"chart\">\n<div class=\"drawings\">\n", out);
    write_drawings(out, table);
    fputs("</div>\n<figcaption>", out);
    write_text(out, table->caption);
    fputs("</figcaption>\n<details><summary>Show the numbers</summary>\n", out);
    write_table(out, table, "numbers");
    fputs("</details>\n</figure>\n", out);
}

static void write_nothing(FILE *out, const ck_table *table) {
    fputs("<p class=\"note\">", out);
    write_text(out, table->caption);
    fputs(": there are none.</p>\n", out);
}

/* ---- the flow diagram ---- */

static void write_step(FILE *out, const ck_table *table, size_t row, char style, bool inside, double whole) {
    const ck_cell *cell = &table->cell[row * table->ncolumns];
    char text[NUMBER_TEXT] = "[c]";
    if (cell[2].kind == CK_CELL_NUMBER)
        number_text('n', cell[2].number, text);
    const char *const class = style == 's' ? "left" : style == 'p' ? "part" : "step";
    fprintf(out, inside ? "<li class=\"%s\">" : "<div class=\"%s\">", class);
    fputs("<span class=\"label\">", out);
    write_text(out, cell[0].kind == CK_CELL_TEXT ? cell[0].text : "");
    if (cell[1].kind == CK_CELL_TEXT) {
        fputs(" <span class=\"detail\">", out);
        write_text(out, cell[1].text);
        fputs("</span>", out);
    }
    fprintf(out, "</span> <span class=\"count\">%s</span>", text);
    if (style == 'p' && cell[2].kind == CK_CELL_NUMBER && whole > 0)
        fprintf(out, "<span class=\"share\" aria-hidden=\"true\"><span style=\"width:%.1f%%\"></span></span>", 100 * cell[2].number / whole);
    fputs(inside ? "</li>\n" : "</div>\n", out);
}

/** Largest part of the step that begins at `row`, for the bars. */
static double largest_part(const ck_table *table, size_t row, size_t rows) {
    double largest = 0;
    for (size_t i = row + 1; i < rows && table->style[i] != 'm'; i++)
        if (table->style[i] == 'p' && table->cell[i * table->ncolumns + 2].kind == CK_CELL_NUMBER)
            largest = fmax(largest, table->cell[i * table->ncolumns + 2].number);
    return largest;
}

static void write_parts(FILE *out, const ck_table *table, size_t row, size_t rows, char style, const char *class) {
    double largest = largest_part(table, row, rows);
    bool any = false;
    for (size_t i = row + 1; i < rows && table->style[i] != 'm'; i++)
        if (table->style[i] == style) {
            if (!any)
                fprintf(out, "<ul class=\"%s\">\n", class);
            any = true;
            write_step(out, table, i, style, true, largest);
        }
    if (any)
        fputs("</ul>\n", out);
}

static void write_flow(FILE *out, const ck_table *table) {
    size_t rows = table->ncells / table->ncolumns;
    fputs("<figure class=\"flow\">\n<ol>\n", out);
    for (size_t row = 0; row < rows; row++) {
        if (table->style[row] != 'm')
            continue;
        fputs("<li>\n<div class=\"box\">", out);
        write_step(out, table, row, 'm', false, 0);
        write_parts(out, table, row, rows, 'p', "parts");
        fputs("</div>\n", out);
        write_parts(out, table, row, rows, 's', "leaving");
        fputs("</li>\n", out);
    }
    fputs("</ol>\n<figcaption>", out);
    write_text(out, table->caption);
    fputs("</figcaption>\n<details><summary>Show the numbers</summary>\n", out);
    write_table(out, table, "numbers");
    fputs("</details>\n</figure>\n", out);
}

/* ---- the page ---- */

static void write_block(FILE *out, const ck_block *block) {
    switch (block->kind) {
    case CK_BLOCK_SECTION:
        fprintf(out, "<section id=\"%s\" aria-labelledby=\"%s-heading\">\n<h2 id=\"%s-heading\">", block->id, block->id, block->id);
        break;
    case CK_BLOCK_HEADING: fputs("<h3>", out); break;
    case CK_BLOCK_TEXT: fputs("<p>", out); break;
    case CK_BLOCK_NOTE: fputs("<p class=\"note\">", out); break;
    case CK_BLOCK_TABLE:
        if (block->table->ncells == 0)
            write_nothing(out, block->table);
        else if (!block->table->chart)
            write_table(out, block->table, "numbers");
        else if (strcmp(block->table->chart, "checklist") == 0)
            write_table(out, block->table, "checklist");
        else if (strcmp(block->table->chart, "flow") == 0)
            write_flow(out, block->table);
        else
            write_figure(out, block->table);
        return;
    }
    write_text(out, block->text);
    fputs(block->kind == CK_BLOCK_SECTION ? "</h2>\n" : block->kind == CK_BLOCK_HEADING ? "</h3>\n" : "</p>\n", out);
}

static void write_contents(const ck_report *report, FILE *out) {
    fputs("<nav aria-label=\"Contents\">\n<ul>\n", out);
    for (size_t i = 0; i < report->nblocks; i++)
        if (report->block[i].kind == CK_BLOCK_SECTION) {
            fprintf(out, "<li><a href=\"#%s\">", report->block[i].id);
            write_text(out, report->block[i].text);
            fputs("</a></li>\n", out);
        }
    fputs("</ul>\n</nav>\n", out);
}

static void write_figures(const ck_report *report, FILE *out) {
    fputs("<dl class=\"figures\">\n", out);
    for (size_t i = 0; i + 1 < report->figures.ncells; i += 2) {
        fputs("<div><dt>", out);
        write_text(out, report->figures.cell[i].text);
        fputs("</dt><dd>", out);
        write_text(out, report->figures.cell[i + 1].text);
        fputs("</dd></div>\n", out);
    }
    fputs("</dl>\n", out);
}

static void write_head(const ck_report *report, FILE *out) {
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n<title>", out);
    write_text(out, report->title);
    fputs(": ", out);
    write_text(out, report->name);
    fputs("</title>\n<style>\n", out);
    fputs((const char *)ck_report_style, out);
    fputs("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the report</a>\n<header>\n<p class=\"kicker\">", out);
    write_text(out, report->title);
    fputs("</p>\n<h1>", out);
    write_text(out, report->name);
    fputs("</h1>\n", out);
    if (report->suppress > 1)
        fprintf(out, "<p class=\"badge\">For sharing: counts from 1 to %llu, and others that would tell them, are suppressed and shown as [c].</p>\n",
                (unsigned long long)report->suppress - 1);
    else
        fputs("<p class=\"badge inner\">For the linkage team: all counts are told. Share a page made with --suppress instead.</p>\n", out);
    write_figures(report, out);
    fputs("</header>\n", out);
}

static void write_foot(const ck_report *report, FILE *out) {
    fputs("<footer>\n<p>Made by Carrick ", out);
    write_text(out, report->version);
    fputs(". The page holds counts, model parameters and weights, no person's values, and asks nothing of a network.</p>\n", out);
    if (ck_report_has_charts()) {
        fputs("<details><summary>Licence of the chart library</summary><p class=\"licence\">", out);
        write_text(out, (const char *)ck_report_licence);
        fputs("</p></details>\n", out);
    }
    fputs("</footer>\n", out);
    if (ck_report_has_charts())
        fprintf(out, "<script>\n%s\n</script>\n", (const char *)ck_report_charts);
    fprintf(out, "<script>\n%s</script>\n</body>\n</html>\n", (const char *)ck_report_script);
}

void ck_report_write(const ck_report *report, FILE *out) {
    bool open = false;
    write_head(report, out);
    write_contents(report, out);
    fputs("<main id=\"main\">\n", out);
    if (!ck_report_has_charts())
        fputs("<p class=\"note\">This page has no charts, since the program was built without Chart.js: the tables have all numbers.</p>\n", out);
    for (size_t i = 0; i < report->nblocks; i++) {
        if (report->block[i].kind == CK_BLOCK_SECTION && open)
            fputs("</section>\n", out);
        open = open || report->block[i].kind == CK_BLOCK_SECTION;
        write_block(out, &report->block[i]);
    }
    fputs(open ? "</section>\n</main>\n" : "</main>\n", out);
    write_foot(report, out);
}
