/** Dates of birth that stand for "not known": days of the year, and single dates, that far too many people have. Pure; thread-safe. */
#ifndef CK_CLEAN_SPIKES_H
#define CK_CLEAN_SPIKES_H
#include "store/people.h"

/** People born on a real day (days since 1970-01-01). */
typedef struct ck_day_count {
    int64_t day;
    uint64_t count;
} ck_day_count;

/** A spike: how many people have it, and how many would if it were like its neighbours. */
typedef struct ck_spike {
    int year;          /**< -1: the day in every year */
    int month, day;
    uint64_t count;
    double expected;
} ck_spike;

enum { CK_SPIKES_MAX = 8 };

/** Find the spikes of one source. `days` ([n], each day once) is sorted.
 *
 *  A day of the year: as many as 2 times the median day of the year has, and 5 standard deviations and 10 people more. 29 February has no part in it.
 *  A date that is the first of a month, a day of its month's number (11 November) or 31 December: as many as 5 times the mean of the dates within half a year,, and of the same day in the five years before and after, and 10 people more,
 *  and .002 of all: somebody with many rows is no placeholder.
 *  @return how many, at most CK_SPIKES_MAX, those of every year first, by count */
uint32_t ck_spikes_find(const ck_day_count *days, size_t n, ck_spike spike[CK_SPIKES_MAX]);

/** The same of a column of one source: `count` has how many records hold each code of the dictionary. What is no real day is left out. Local. */
ck_status ck_spikes_of_column(ck_error *error, const ck_dict *dict, const uint64_t *count, ck_spike spike[CK_SPIKES_MAX], uint32_t *n);

enum { CK_SPIKE_TEXT = 16 };
/** "1 January", or "1900-01-01". @return text */
const char *ck_spike_text(const ck_spike *spike, char text[CK_SPIKE_TEXT]);

#endif
