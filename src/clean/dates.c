/* Dates: text in a strptime-like format to days since 1970-01-01, and back. Proleptic Gregorian calendar. Follows
   DuckDB's try_strptime, so that a text column means the same date here as in a Splink model, except that day 366 of a
   common year is no date here (DuckDB: 1 January of the next), nor are the words epoch and infinity. */
#include "clean/kinds.h"
#include <stdio.h>
#include <string.h>

/* ---- calendar ---- */

static bool is_leap(int year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in_month(int year, int month) {
    static const char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days of the 400-year cycle before 1970-01-01, counted from 0000-03-01. */
enum { CYCLE_DAYS = 146097, EPOCH = 719468 };

/* With years that begin in March the leap day is last, and the days before month m (March = 0) are (153 m + 2) / 5. */
static int64_t days_of(int year, int month, int day) {
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t cycle = (y >= 0 ? y : y - 399) / 400, year_in_cycle = y - cycle * 400;
    int64_t day_in_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    return cycle * CYCLE_DAYS + year_in_cycle * 365 + year_in_cycle / 4 - year_in_cycle / 100 + day_in_year - EPOCH;
}

void ck_date_split(int64_t days, int *year, int *month, int *day) {
    int64_t since = days + EPOCH;
    int64_t cycle = (since >= 0 ? since : since - (CYCLE_DAYS - 1)) / CYCLE_DAYS, d = since - cycle * CYCLE_DAYS;
    int64_t y = (d - d / 1460 + d / 36524 - d / 146096) / 365;
    int64_t day_in_year = d - (365 * y + y / 4 - y / 100), m = (5 * day_in_year + 2) / 153;
    *day = (int)(day_in_year - (153 * m + 2) / 5 + 1);
    *month = (int)(m < 10 ? m + 3 : m - 9);
    *year = (int)(y + cycle * 400 + (*month <= 2));
}

/* ---- parsing ---- */

enum { UNKNOWN = -1, POSIX_PIVOT = 69, BIRTH_PIVOT = 30 };

/* What a format has read so far; what it does not name stays as it was. */
typedef struct {
    int year, month, day, day_of_year;
    bool names_day; /* %m or %d was read: %j is then checked but not used */
    bool english;   /* no other language's months, as in a Splink model */
    bool birth;     /* nobody is born in the future: short years below BIRTH_PIVOT only are 20.. */
    bool partial;   /* parts may be unknown, months and days up to 99, and the text may end early */
} parsed_date;

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void skip_spaces(ck_span *text) {
    while (text->n > 0 && is_space(*text->bytes)) {
        text->bytes++;
        text->n--;
    }
}

static bool read_number(ck_span *text, size_t max_digits, int low, int high, int *value) {
    int number = 0;
    size_t n = 0;
    while (n < max_digits && n < text->n && ck_is_digit(text->bytes[n]))
        number = number * 10 + (text->bytes[n++] - '0');
    text->bytes += n;
    text->n -= n;
    *value = number;
    return n > 0 && number >= low && number <= high;
}

static bool is_unknown_mark(char c) {
    return c == '?' || c == '*' || c == 'X' || c == 'x';
}

/* A part of a noisy date: a number, or unknown where there is a mark, a zero or nothing. */
static void read_noisy_number(ck_span *text, size_t max_digits, int *value) {
    int number = 0;
    size_t n = 0;
    bool marked = false;
    for (; n < max_digits && n < text->n && (ck_is_digit(text->bytes[n]) || is_unknown_mark(text->bytes[n])); n++) {
        marked |= is_unknown_mark(text->bytes[n]);
        number = number * 10 + (text->bytes[n] - '0');
    }
    text->bytes += n;
    text->n -= n;
    *value = marked || number == 0 ? UNKNOWN : number;
}

/* A year, month or day. */
static bool read_part(const parsed_date *date, ck_span *text, size_t max_digits, int low, int high, int *value) {
    if (!date->partial)
        return read_number(text, max_digits, low, high, value);
    read_noisy_number(text, max_digits, value);
    return true;
}

/* A month's name in any case, whole or its first three letters. */
static bool read_month_name(const parsed_date *date, ck_span *text, bool whole, int *month) {
    size_t n = ck_month_name(*text, whole, date->english, month);
    text->bytes += n;
    text->n -= n;
    return n > 0;
}

static bool read_short_year(const parsed_date *date, ck_span *text, int *year) {
    if (!read_number(text, 2, 0, 99, year))
        return false;
    *year += *year >= (date->birth ? BIRTH_PIVOT : POSIX_PIVOT) ? 1900 : 2000;
    return true;
}

/* Marks in place of a month's name or a short year. */
static bool skip_marks(const parsed_date *date, ck_span *text) {
    enum { MOST = 9 }; /* letters of September */
    size_t n = 0;
    while (date->partial && n < MOST && n < text->n && is_unknown_mark(text->bytes[n]))
        n++;
    text->bytes += n;
    text->n -= n;
    return n > 0;
}

static bool read_directive(char directive, ck_span *text, parsed_date *date) {
    int ignored;
    switch (directive) {
    case 'Y': return read_part(date, text, 4, 0, 9999, &date->year);
    case 'y': return skip_marks(date, text) || read_short_year(date, text, &date->year);
    case 'm': date->names_day = true; return read_part(date, text, 2, 1, 12, &date->month);
    case 'd': date->names_day = true; return read_part(date, text, 2, 1, 31, &date->day);
    case 'b': return skip_marks(date, text) || read_month_name(date, text, false, &date->month);
    case 'B': return skip_marks(date, text) || read_month_name(date, text, true, &date->month);
    case 'j': return read_number(text, 3, 1, 366, &date->day_of_year);
    case 'H': return read_number(text, 2, 0, 23, &ignored);
    case 'M':
    case 'S': return read_number(text, 2, 0, 59, &ignored);
    default: return false;
    }
}

/* A run of spaces in the format stands for a run of spaces in the text; any other byte for itself. */
static bool read_literal(const char **format, ck_span *text) {
    if (text->n == 0 || (is_space(**format) ? !is_space(*text->bytes) : *text->bytes != **format))
        return false;
    if (!is_space(*(*format)++)) {
        text->bytes++;
        text->n--;
        return true;
    }
    while (is_space(**format))
        (*format)++;
    skip_spaces(text);
    return true;
}

/* %d and %-d read the same; @return the letter, or 0 where the format is at fault. Leaves *format after it. */
static char take_directive(const char **format) {
    const char *numeric = "mdyjHMS", *others = "YbB%";
    const char *at = *format + 1;
    bool flagged = *at == '-';
    char letter = at[flagged];
    if (letter == 0 || !(strchr(numeric, letter) || (!flagged && strchr(others, letter))))
        return 0;
    *format = at + flagged + 1;
    return letter;
}

static bool read_format(const char *format, ck_span *text, parsed_date *date) {
    while (*format) {
        if (date->partial && text->n == 0)
            return true;
        if (*format != '%') {
            if (!read_literal(&format, text))
                return false;
            continue;
        }
        char letter = take_directive(&format);
        const char *percent = "%";
        if (letter == 0 || !(letter == '%' ? read_literal(&percent, text) : read_directive(letter, text, date)))
            return false;
    }
    return true;
}

static bool finish_date(const parsed_date *date, int64_t *days) {
    if (date->day_of_year > 0 && !date->names_day) {
        *days = days_of(date->year, 1, 1) + date->day_of_year - 1;
        return date->day_of_year <= 365 + is_leap(date->year);
    }
    *days = days_of(date->year, date->month, date->day);
    return date->day <= days_in_month(date->year, date->month);
}

static bool read_whole(const char *format, ck_span text, parsed_date *date) {
    skip_spaces(&text);
    if (*format == 0 || !read_format(format, &text, date))
        return false;
    skip_spaces(&text);
    return text.n == 0;
}

static bool parse_date(const char *format, ck_span text, bool english, int64_t *days) {
    parsed_date date = {.year = 1900, .month = 1, .day = 1, .english = english}; /* DuckDB's, for what the format does not name */
    return read_whole(format, text, &date) && finish_date(&date, days);
}

bool ck_date_parse(const char *format, const char *text, size_t n, int64_t *days) {
    return parse_date(format, (ck_span){text, n}, true, days);
}

bool ck_date_format_valid(const char *format) {
    if (*format == 0)
        return false;
    while (*format)
        if (*format != '%')
            format++;
        else if (take_directive(&format) == 0)
            return false;
    return true;
}

/* ---- cleaning ---- */

static const char iso_format[] = "%Y-%m-%d";

static bool parse_any(const ck_clean_options *options, ck_span value, int64_t *days) {
    if (options->nformat == 0)
        return ck_date_parse(iso_format, value.bytes, value.n, days);
    for (uint32_t i = 0; i < options->nformat; i++)
        if (parse_date(options->format[i], value, false, days))
            return true;
    return false;
}

static bool is_within(const ck_clean_options *options, int64_t days) {
    int64_t bound;
    if (options->min && ck_date_parse(iso_format, options->min, strlen(options->min), &bound) && days < bound)
        return false;
    return !(options->max && ck_date_parse(iso_format, options->max, strlen(options->max), &bound) && days > bound);
}

ck_clean_result ck_clean_date(const ck_clean_options *options, ck_span value, char *out, size_t *out_n) {
    int64_t days;
    if (!parse_any(options, value, &days))
        return CK_CLEAN_INVALID;
    if (!is_within(options, days))
        return CK_CLEAN_OUT_OF_RANGE;
    int year, month, day;
    ck_date_split(days, &year, &month, &day);
    char text[48];
    int n = snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    memcpy(out, text, (size_t)n);
    *out_n = (size_t)n;
    return CK_CLEAN_SAME;
}

/* ---- cleaning: dates of birth ---- */

/* Its parts as a format reads them: with `partial` whatever it can, without it only what may be a real date. */
static bool read_birth(const char *format, ck_span value, bool partial, parsed_date *date) {
    int64_t days;
    *date = (parsed_date){.year = UNKNOWN, .month = UNKNOWN, .day = UNKNOWN, .birth = true, .partial = partial};
    if (!read_whole(format, value, date))
        return false;
    if (date->day_of_year > 0 && !date->names_day && date->year != UNKNOWN) {
        bool real = finish_date(date, &days);
        if (real)
            ck_date_split(days, &date->year, &date->month, &date->day);
        return real;
    }
    return partial || date->year == UNKNOWN || date->month == UNKNOWN || date->day == UNKNOWN || finish_date(date, &days);
}

/* The first format under which the value may be real; else the first that can make anything of it. */
static bool read_any_birth(const ck_clean_options *options, ck_span value, parsed_date *date) {
    static const char *const standard[] = {iso_format};
    const char *const *format = options->nformat ? (const char *const *)options->format : standard;
    uint32_t n = options->nformat ? options->nformat : 1;
    for (uint32_t i = 0; i < 2 * n; i++)
        if (read_birth(format[i % n], value, i >= n, date))
            return true;
    return false;
}

/* Bounds are days for a real date, years for any other. */
static bool birth_is_within(const ck_clean_options *options, const parsed_date *date) {
    int64_t days, bound;
    int year, month, day;
    bool known = date->month != UNKNOWN && date->day != UNKNOWN && date->year != UNKNOWN;
    if (known && date->month <= 12 && finish_date(date, &days))
        return is_within(options, days);
    if (date->year == UNKNOWN)
        return true;
    if (options->min && ck_date_parse(iso_format, options->min, strlen(options->min), &bound)) {
        ck_date_split(bound, &year, &month, &day);
        if (date->year < year)
            return false;
    }
    if (!options->max || !ck_date_parse(iso_format, options->max, strlen(options->max), &bound))
        return true;
    ck_date_split(bound, &year, &month, &day);
    return date->year <= year;
}

static char *put_part(char *out, int part, int width) {
    char text[16];
    snprintf(text, sizeof text, "%0*d", width, part);
    for (int i = 0; i < width; i++)
        out[i] = part == UNKNOWN ? '?' : text[i];
    return out + width;
}

ck_clean_result ck_clean_birth_date(const ck_clean_options *options, ck_span value, char *out, size_t *out_n) {
    parsed_date date;
    if (!read_any_birth(options, value, &date))
        return CK_CLEAN_INVALID;
    if (date.year == UNKNOWN && date.month == UNKNOWN && date.day == UNKNOWN)
        return CK_CLEAN_EMPTY;
    if (!birth_is_within(options, &date))
        return CK_CLEAN_OUT_OF_RANGE;
    char *end = put_part(out, date.year, 4);
    *end++ = '-';
    end = put_part(end, date.month, 2);
    *end++ = '-';
    end = put_part(end, date.day, 2);
    *out_n = (size_t)(end - out);
    return CK_CLEAN_SAME;
}

bool ck_birth_date_parts(const char *text, size_t n, int part[3]) {
    static const size_t begin[] = {0, 5, 8}, width[] = {4, 2, 2};
    if (n != 10 || text[4] != '-' || text[7] != '-')
        return false;
    for (int i = 0; i < 3; i++) {
        part[i] = 0;
        for (size_t k = begin[i]; k < begin[i] + width[i]; k++) {
            if (!ck_is_digit(text[k]) && text[k] != '?')
                return false;
            part[i] = text[k] == '?' || part[i] < 0 ? -1 : part[i] * 10 + (text[k] - '0');
        }
    }
    return true;
}
