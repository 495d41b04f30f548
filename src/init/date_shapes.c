#include "init/date_shapes.h"
#include "clean/kinds.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SHAPES = 24, YEAR_LEAST = 1750, YEAR_MOST = 2150, YEARS = 10000 };

/* Where the year stands, and what else is a number. */
typedef enum order { NO_DATE, YEAR_FIRST, YEAR_LAST, NAMED_SECOND, NAMED_FIRST, COMPACT_FIRST, COMPACT_LAST, SIX } order;

/* One value taken apart. */
typedef struct shape {
    order order;
    bool short_year;
    char before[2][4];  /* between first and second, second and third */
    char tail[24];      /* directives of the time */
    bool long_name;     /* of the month */
    int part[3];
} shape;

typedef struct shape_count {
    shape shape;
    size_t n;
} shape_count;

/* Shapes of a column. */
typedef struct tally {
    shape_count item[SHAPES];
    size_t n;
    size_t first_above_12, second_above_12, first_above_31, last_above_31, open;
    uint32_t *year; /* [YEARS] values of each; lives on the caller's stack */
} tally;

/* ---- one value ---- */

/* Letters of any language, up to the next sign or digit. */
static size_t count_letters(const char *text) {
    size_t n = 0;
    while (isalpha((unsigned char)text[n]) || (unsigned char)text[n] >= 0x80)
        n++;
    return n;
}

static bool is_month_name(const char *word, size_t n, bool *is_long) {
    int month;
    *is_long = n > 3;
    return n >= 3 && ck_month_name((ck_span){word, n}, n > 3, false, &month) == n;
}

/* "T00:00:00.000Z" to "T%H:%M:%S.000Z"; false when it is no time. */
static bool read_tail(const char *text, char *tail, size_t room) {
    static const char *const directives[] = {"%H", "%M", "%S"};
    size_t n = 0, numbers = 0;
    if (*text == 0)
        return true;
    if (*text != ' ' && *text != 'T')
        return false;
    tail[n++] = *text++;
    while (*text && n + 4 < room) {
        if (isdigit((unsigned char)*text) && numbers < 3) {
            n += strlen(strcpy(tail + n, directives[numbers++]));
            text += strspn(text, "0123456789");
        } else if (strchr(":.Z0", *text)) {
            tail[n++] = *text++;
        } else {
            return false;
        }
    }
    tail[n] = 0;
    return *text == 0 && numbers >= 2;
}

/* A run of 8 or 6 digits. */
static bool read_compact(const char *text, size_t n, shape *of) {
    int all = atoi(text), first = n == 8 ? all / 10000 : all / 10000, last = n == 8 ? all % 10000 : all % 100;
    if (n == 6) {
        *of = (shape){.order = SIX, .short_year = true, .part = {first, all / 100 % 100, last}};
        return all / 100 % 100 <= 31 && all / 100 % 100 > 0;
    }
    if (first >= YEAR_LEAST && first <= YEAR_MOST)
        *of = (shape){.order = COMPACT_FIRST, .part = {first, all / 100 % 100, all % 100}};
    else
        *of = (shape){.order = COMPACT_LAST, .part = {all / 1000000, all / 10000 % 100, last}};
    return (last >= YEAR_LEAST && last <= YEAR_MOST) || of->order == COMPACT_FIRST;
}

/* Three parts with something between them. */
static bool read_parts(const char *text, shape *of, const char **rest) {
    size_t digits[3] = {0, 0, 0};
    int named = -1;
    *of = (shape){0};
    for (int i = 0; i < 3; i++) {
        size_t n = strspn(text, "0123456789"), letters = n ? 0 : count_letters(text);
        if (n == 0 && (named >= 0 || !is_month_name(text, letters, &of->long_name)))
            return false;
        if (n == 0)
            named = i;
        if (n > 4 || n == 3)
            return false;
        digits[i] = n;
        of->part[i] = n ? atoi(text) : 0;
        text += n + letters;
        for (size_t k = 0; i < 2; k++) {
            if (!*text || !strchr("-/. ,", *text) || k > 2) {
                if (k == 0 || k > 2)
                    return false;
                break;
            }
            of->before[i][k] = *text++;
        }
    }
    *rest = text;
    of->short_year = digits[0] < 3 && digits[2] < 3;
    if (named >= 0) {
        of->order = named == 1 && digits[0] <= 2 ? NAMED_SECOND : named == 0 ? NAMED_FIRST : NO_DATE;
        return of->order != NO_DATE;
    }
    of->order = digits[0] == 4 ? YEAR_FIRST : YEAR_LAST;
    return digits[1] <= 2 && !(digits[0] == 4 && digits[2] == 4);
}

static bool read_shape(const char *text, shape *of) {
    size_t n = strspn(text, "0123456789");
    const char *rest = text + n;
    bool compact = (n == 8 || n == 6) && (*rest == 0 || *rest == ' ' || *rest == 'T');
    if (!(compact ? read_compact(text, n, of) : read_parts(text, of, &rest)))
        return false;
    memset(of->tail, 0, sizeof of->tail);
    return read_tail(rest, of->tail, sizeof of->tail);
}

/* ---- a column ---- */

static bool is_same_shape(const shape *a, const shape *b) {
    return a->order == b->order && a->short_year == b->short_year && a->long_name == b->long_name &&
           memcmp(a->before, b->before, sizeof a->before) == 0 && strcmp(a->tail, b->tail) == 0;
}

static void count_shape(tally *counts, const shape *of) {
    size_t k = 0;
    while (k < counts->n && !is_same_shape(&counts->item[k].shape, of))
        k++;
    if (k == SHAPES)
        return;
    if (k == counts->n)
        counts->item[counts->n++] = (shape_count){.shape = *of};
    counts->item[k].n++;
    if (of->order == YEAR_LAST || of->order == COMPACT_LAST) {
        bool day = of->part[0] > 12 && of->part[0] <= 31, month = of->part[1] > 12 && of->part[1] <= 31;
        counts->first_above_12 += day && !month;
        counts->second_above_12 += month && !day;
        counts->open += !day && !month && of->part[0] != of->part[1];
    }
    counts->first_above_31 += of->short_year && of->part[0] > 31;
    counts->last_above_31 += of->short_year && of->part[2] > 31;
    bool leads = of->order == YEAR_FIRST || of->order == COMPACT_FIRST;
    int year = of->part[leads ? 0 : 2];
    if (of->short_year)
        year += year >= 30 ? 1900 : 2000; /* as of births: clean/dates.c */
    if (year >= 0 && year < YEARS)
        counts->year[year]++;
}

static int compare_counts(const void *a, const void *b) {
    const shape_count *x = a, *y = b;
    return x->n < y->n ? 1 : x->n > y->n ? -1 : strcmp(x->shape.before[0], y->shape.before[0]);
}

/* The format of a shape; `first`: of day and month, is the month first? `year_leads`: of two-digit years. */
static void write_format(const shape *of, bool first, bool year_leads, char *out) {
    const char *y = of->short_year ? "%y" : "%Y", *b = of->long_name ? "%B" : "%b";
    const char *one = first ? "%m" : "%d", *two = first ? "%d" : "%m", *three = y;
    if (of->order == YEAR_FIRST || of->order == COMPACT_FIRST || (year_leads && of->short_year && of->order != NAMED_SECOND)) {
        one = y;
        two = "%m";
        three = "%d";
    } else if (of->order == NAMED_SECOND) {
        one = "%d";
        two = b;
    } else if (of->order == NAMED_FIRST) {
        one = b;
        two = "%d";
    }
    snprintf(out, CK_DATE_FORMAT_ROOM, "%s%.3s%s%.3s%s%s", one, of->before[0], two, of->before[1], three, of->tail);
}

static void add_format(ck_date_shapes *shapes, const shape *of, bool month_first, bool year_leads, size_t n) {
    char format[CK_DATE_FORMAT_ROOM];
    write_format(of, month_first, year_leads, format);
    for (uint32_t i = 0; i < shapes->nformat; i++)
        if (strcmp(shapes->format[i], format) == 0)
            return;
    if (shapes->nformat == CK_DATE_FORMATS)
        return;
    strcpy(shapes->format[shapes->nformat], format);
    shapes->with[shapes->nformat++] = n;
}

/* Shapes that are more than slips. Both orders where values prove both. */
static void make_formats(const tally *counts, bool month_first, ck_date_shapes *shapes) {
    bool first = shapes->month_first == shapes->day_first ? month_first : shapes->month_first > shapes->day_first;
    size_t fewer = first ? shapes->day_first : shapes->month_first, more = first ? shapes->month_first : shapes->day_first;
    bool year_leads = counts->first_above_31 > counts->last_above_31, both = fewer >= 3 && fewer * 50 >= more;
    for (size_t k = 0; k < counts->n; k++) {
        const shape_count *item = &counts->item[k];
        if (item->n < 2 && item->n * 200 < shapes->dates)
            continue;
        add_format(shapes, &item->shape, first, year_leads, item->n);
        shapes->short_years |= item->shape.short_year;
        if (both && (item->shape.order == YEAR_LAST || item->shape.order == COMPACT_LAST))
            add_format(shapes, &item->shape, !first, year_leads, fewer);
    }
}

static int find_percentile(const uint32_t *year, size_t n, double share) {
    double seen = 0;
    for (int y = 0; y < YEARS; y++) {
        seen += year[y];
        if (seen > share * (double)n)
            return y;
    }
    return 0;
}

void ck_date_shapes_find(const char *const *value, size_t n, bool month_first, ck_date_shapes *shapes) {
    uint32_t year[YEARS] = {0};
    tally counts = {.year = year};
    *shapes = (ck_date_shapes){.values = n};
    for (size_t i = 0; i < n; i++) {
        shape of;
        size_t digits = strspn(value[i], "0123456789");
        int number = digits == 5 && value[i][5] == 0 ? atoi(value[i]) : 0;
        shapes->serial += number >= 10000 && number <= 60000;
        if (!read_shape(value[i], &of))
            continue;
        shapes->dates++;
        count_shape(&counts, &of);
    }
    shapes->day_first = counts.first_above_12;
    shapes->month_first = counts.second_above_12;
    shapes->open = counts.open;
    qsort(counts.item, counts.n, sizeof *counts.item, compare_counts);
    make_formats(&counts, month_first, shapes);
    shapes->year_low = find_percentile(year, shapes->dates, 0.05);
    shapes->year_high = find_percentile(year, shapes->dates, 0.95);
}
