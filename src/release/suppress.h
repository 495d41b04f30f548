/** Tables of counts with small numbers hidden, and enough others that no hidden one can be computed from the rest. Local.
 *
 *      two dimensions of 2 and 3 categories, and their totals:      cell[i * 4 + j], i = 2 and j = 3 are the totals
 *
 *           a  b  c  all
 *       x   3  9  8  20        with five-or-fewer: 3 is hidden; so is one more of its row and of its column, and one that closes the square, for
 *       y   7  2  6  15        20 - 9 - 8 would tell it otherwise
 *      all 10 11 14  35
 *
 *  A hidden cell is safe when an outsider who knows the rule, every number that is shown, and that totals are sums, can find no narrower range for it than the
 *  rule tells anyway: the least and the greatest values that fit (linear programmes) are at most `low` (or as many as a total is seen to have parts
 *  that are not 0) and at least `high`. */
#ifndef CK_RELEASE_SUPPRESS_H
#define CK_RELEASE_SUPPRESS_H
#include <carrick/status.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct ck_small_numbers {
    uint64_t low, high;  /**< counts from low to high are hidden; high 0: none */
    bool show_zero;      /**< a count of 0 is shown (and never hidden for another's sake) */
    uint64_t round_to;   /**< others are rounded to the nearest multiple, halves up; 0, 1: not */
    bool secondary;      /**< hide more until the hidden ones are safe */
    char symbol[8];      /**< that stands for a hidden count */
} ck_small_numbers;

/** nhs-hes, ons-10-5, srs-10, under-5, five-or-fewer (docs/tabulate.md has their sources); NULL when there is none. */
const ck_small_numbers *ck_small_numbers_find(const char *preset);
extern const char *const ck_small_number_presets[]; /**< ends with NULL */

enum { CK_DIMENSIONS_MAX = 4 };
typedef enum ck_hidden { CK_SHOWN, CK_HIDDEN_SMALL, CK_HIDDEN_OTHER } ck_hidden;

typedef struct ck_count_table {
    uint32_t ndimensions, size[CK_DIMENSIONS_MAX]; /**< categories without the total */
    uint64_t ncells;                                /**< product of (size + 1) */
    uint64_t *count;                                /**< [ncells] true; totals are made by ck_count_totals */
    ck_hidden *hidden;                              /**< [ncells] */
} ck_count_table;

/** Zeroed cells. CK_DATA for more than 10 million. */
ck_status ck_count_table_make(ck_error *error, uint32_t ndimensions, const uint32_t *size, ck_count_table *table);
void ck_count_table_free(ck_count_table *table);
/** Distance of neighbours along a dimension: cell = sum of place * stride. */
uint64_t ck_count_stride(const ck_count_table *table, uint32_t dimension);
void ck_count_totals(ck_count_table *table);

/** Hide by the rule. `*others`: cells hidden for the sake of small ones. CK_INTERNAL when a linear programme has no answer. */
ck_status ck_suppress(ck_error *error, ck_count_table *table, const ck_small_numbers *rule, uint64_t *others);
/** The same with less time: in all, the ranges that are asked for to show again what need not be hidden run over `work` hidden cells. With none, more counts may be
 *  hidden than needed; but none that an outsider can work out. */
ck_status ck_suppress_within(ck_error *error, ck_count_table *table, const ck_small_numbers *rule, uint64_t work, uint64_t *others);
/** The least and greatest whole numbers that an outsider finds for a hidden cell. */
ck_status ck_suppress_range(ck_error *error, const ck_count_table *table, const ck_small_numbers *rule, uint64_t cell, uint64_t *least, uint64_t *greatest);
/** As it is shown: rounded. */
uint64_t ck_count_shown(const ck_small_numbers *rule, uint64_t count);

#endif
