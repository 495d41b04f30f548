/** Two runs compared by their rows: which persons stayed, split, merged, came and went. Local. */
#ifndef CK_ASSESS_CHANGES_H
#define CK_ASSESS_CHANGES_H
#include <carrick/status.h>
#include <stdint.h>

/** The rows of one run. */
typedef struct ck_run_rows {
    uint64_t rows, persons;
    const uint32_t *person; /**< [rows] below persons */
    const uint64_t *other;  /**< [rows] the same row in the other run, UINT64_MAX = it is not there */
} ck_run_rows;

typedef struct ck_changes {
    uint64_t rows_before, rows_after, rows_in_both;
    uint64_t persons_before, persons_after;
    uint64_t kept;    /**< persons that are, row for row, persons of the other run */
    uint64_t split;   /**< old persons whose rows are several persons now */
    uint64_t merged;  /**< new persons that hold rows of several old ones */
    uint64_t retired; /**< old persons without a row in the new run */
    uint64_t new;     /**< new persons without a row in the old run */
} ck_changes;

ck_status ck_compare_runs(ck_error *error, const ck_run_rows *before, const ck_run_rows *after, ck_changes *changes);

/** Links in rising order, a run's against the other's: how many are only in the one or the other. */
void ck_compare_sorted(const uint64_t *before, uint64_t nbefore, const uint64_t *after, uint64_t nafter, uint64_t *removed, uint64_t *added);

#endif
