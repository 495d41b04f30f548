#include "clean/spikes.h"
#include "base/memory.h"
#include "base/order.h"
#include <carrick/clean.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MONTHS = 13, DAYS = 32, HALF_YEAR = 183, YEARS_ASIDE = 5 };
static const double day_factor = 2, date_factor = 5, deviations = 5, least_surplus = 10, least_share = .002;

static int by_day(const void *a, const void *b) {
    int64_t x = ((const ck_day_count *)a)->day, y = ((const ck_day_count *)b)->day;
    return (x > y) - (x < y);
}

static bool is_spike(uint64_t count, double expected, double factor) {
    double n = (double)count;
    return n >= factor * expected && n >= expected + deviations * sqrt(expected) + least_surplus;
}

/* Put in by kind and count; the least falls out. */
static void add_spike(ck_spike *spike, uint32_t *n, ck_spike now) {
    uint32_t at = *n;
    while (at > 0 && (spike[at - 1].year < 0) == (now.year < 0) && spike[at - 1].count < now.count)
        at--;
    if (at == CK_SPIKES_MAX)
        return;
    *n += *n < CK_SPIKES_MAX;
    memmove(spike + at + 1, spike + at, (*n - at - 1) * sizeof *spike);
    spike[at] = now;
}

/* ---- days of the year ---- */

static double median_day(uint64_t of_year[MONTHS][DAYS]) {
    static const int days_in[MONTHS] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint64_t count[365];
    size_t n = 0;
    for (int month = 1; month < MONTHS; month++)
        for (int day = 1; day <= days_in[month]; day++)
            count[n++] = of_year[month][day];
    qsort(count, n, sizeof *count, ck_compare_u64);
    return (double)count[n / 2];
}

static void find_days(const ck_day_count *days, size_t n, ck_spike *spike, uint32_t *found) {
    uint64_t of_year[MONTHS][DAYS] = {{0}};
    for (size_t i = 0; i < n; i++) {
        int year, month, day;
        ck_date_split(days[i].day, &year, &month, &day);
        of_year[month][day] += days[i].count;
    }
    double expected = median_day(of_year);
    for (int month = 1; month < MONTHS; month++)
        for (int day = 1; day < DAYS; day++)
            if (is_spike(of_year[month][day], expected, day_factor))
                add_spike(spike, found, (ck_spike){-1, month, day, of_year[month][day], expected});
}

/* ---- dates ---- */

static uint64_t count_of(const ck_day_count *days, size_t n, int year, int month, int day) {
    char text[16];
    int64_t number;
    size_t length = (size_t)snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    if (year < 0 || !ck_date_parse("%Y-%m-%d", text, length, &number))
        return 0;
    const ck_day_count key = {number, 0}, *at = bsearch(&key, days, n, sizeof *days, by_day);
    return at ? at->count : 0;
}

/* What people write for a date that they do not know: the first of a month, 11 November, the last of the year. Any other date that many rows have is
   somebody's who comes often. */
static bool is_round(const ck_spike *date) {
    return date->day == 1 || date->day == date->month || (date->month == 12 && date->day == 31);
}

/* Mean of the same day in the years around. */
static double in_other_years(const ck_day_count *days, size_t n, const ck_spike *date) {
    uint64_t sum = 0;
    for (int aside = 1; aside <= YEARS_ASIDE; aside++)
        sum += count_of(days, n, date->year - aside, date->month, date->day) + count_of(days, n, date->year + aside, date->month, date->day);
    return (double)sum / (2 * YEARS_ASIDE);
}

static void find_dates(const ck_day_count *days, size_t n, ck_spike *spike, uint32_t *found) {
    size_t begin = 0, end = 0;
    uint64_t around = 0, all = 0; /* people of days[begin..end) */
    for (size_t i = 0; i < n; i++)
        all += days[i].count;
    for (size_t i = 0; i < n; i++) {
        for (; end < n && days[end].day <= days[i].day + HALF_YEAR; end++)
            around += days[end].count;
        for (; days[begin].day < days[i].day - HALF_YEAR; begin++)
            around -= days[begin].count;
        double near = (double)(around - days[i].count) / (2 * HALF_YEAR);
        if ((double)days[i].count < least_share * (double)all || !is_spike(days[i].count, near, date_factor))
            continue;
        ck_spike date = {.count = days[i].count};
        ck_date_split(days[i].day, &date.year, &date.month, &date.day);
        date.expected = fmax(near, in_other_years(days, n, &date));
        if (is_round(&date) && is_spike(date.count, date.expected, date_factor))
            add_spike(spike, found, date);
    }
}

uint32_t ck_spikes_find(const ck_day_count *days, size_t n, ck_spike spike[CK_SPIKES_MAX]) {
    uint32_t found = 0;
    find_days(days, n, spike, &found);
    find_dates(days, n, spike, &found);
    return found;
}

/* ---- a column ---- */

ck_status ck_spikes_of_column(ck_error *error, const ck_dict *dict, const uint64_t *count, ck_spike spike[CK_SPIKES_MAX], uint32_t *n) {
    ck_day_count *days = ck_alloc(error, dict->count, sizeof *days);
    size_t ndays = 0;
    *n = 0;
    if (!days && dict->count)
        return error->status;
    for (uint32_t code = 1; code <= dict->count; code++) {
        ck_span value = ck_dict_value(dict, code);
        int64_t day;
        if (count[code] && ck_date_parse("%Y-%m-%d", value.bytes, value.n, &day))
            days[ndays++] = (ck_day_count){day, count[code]};
    }
    qsort(days, ndays, sizeof *days, by_day);
    *n = ck_spikes_find(days, ndays, spike);
    ck_free(days);
    return CK_OK;
}

const char *ck_spike_text(const ck_spike *spike, char text[CK_SPIKE_TEXT]) {
    static const char *const months[MONTHS] = {"",     "January", "February",  "March",   "April",    "May",     "June",
                                               "July", "August",  "September", "October", "November", "December"};
    if (spike->year < 0)
        snprintf(text, CK_SPIKE_TEXT, "%d %s", spike->day % DAYS, months[spike->month % MONTHS]);
    else
        snprintf(text, CK_SPIKE_TEXT, "%04d-%02d-%02d", spike->year % 10000, spike->month % MONTHS, spike->day % DAYS);
    return text;
}
