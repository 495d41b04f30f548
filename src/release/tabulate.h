/** Counts of a CSV file by categories of its columns. Local.
 *
 *      ck_tabulation_read(&error, "gp.csv", by, 2, "person_key", &tabulation);
 *      ck_suppress(&error, &tabulation.table, rule, &others);
 *      ck_tabulation_free(&tabulation);
 */
#ifndef CK_RELEASE_TABULATE_H
#define CK_RELEASE_TABULATE_H
#include "condition/intern.h"
#include "release/suppress.h"

typedef struct ck_tabulation {
    ck_count_table table;
    ck_intern category[CK_DIMENSIONS_MAX];   /**< of each column; the empty text is one */
    uint32_t *order[CK_DIMENSIONS_MAX];      /**< [categories] place in the table: no text, then numbers by size, then others by bytes */
    uint32_t *at[CK_DIMENSIONS_MAX];         /**< [categories] which stands at a place */
    uint64_t rows, counted, repeated;        /**< of the file; with a value to count; persons that stand in several cells */
} ck_tabulation;

/** `distinct` NULL: rows are counted. Totals are sums of cells. CK_DATA for a missing column. */
ck_status ck_tabulation_read(ck_error *error, const char *path, char *const *by, uint32_t nby, const char *distinct, ck_tabulation *tabulation);
void ck_tabulation_free(ck_tabulation *tabulation);

#endif
