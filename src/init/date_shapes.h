/** How the dates of a column are written, from a sample of its values. Local, thread-safe.
 *
 *  Each value has a shape: its separators, where the year stands, what follows the date. The commonest shapes become formats
 *  for the job. Whether day or month comes first is told by values above 12; a shape alone cannot tell it. */
#ifndef CK_INIT_DATE_SHAPES_H
#define CK_INIT_DATE_SHAPES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CK_DATE_FORMATS = 4, CK_DATE_FORMAT_ROOM = 64 };

typedef struct ck_date_shapes {
    size_t values, dates;      /**< looked at, and of the form of a date */
    uint32_t nformat;
    char format[CK_DATE_FORMATS][CK_DATE_FORMAT_ROOM];
    size_t with[CK_DATE_FORMATS]; /**< values of each */
    size_t open;               /**< values in which day and month could be either */
    size_t day_first, month_first; /**< values that can only be the one, the other */
    bool short_years;          /**< years of two digits */
    size_t serial;             /**< whole numbers that could be a spreadsheet's days since 1900 */
    int year_low, year_high;   /**< 5th and 95th percentile of the years */
} ck_date_shapes;

/** Look at n values (NUL-terminated). `month_first`: how to read what may be either. */
void ck_date_shapes_find(const char *const *value, size_t n, bool month_first, ck_date_shapes *shapes);

#endif
