/** What a finished run made, as a programme publishes it beside its data: gathered once, for the tables of carrick describe and the page of
 *  carrick report. Rank 0 writes. */
#ifndef CK_CLI_DESCRIBE_H
#define CK_CLI_DESCRIBE_H
#include "assess/describe.h"
#include "cli/workspace.h"

enum { CK_DESCRIBE_GROUPINGS = 16 };

/** What the tables are made of, on rank 0. */
typedef struct ck_description {
    const ck_workspace *work;
    const char *folder;            /**< where the tables go */
    double decision;
    uint64_t suppress;             /**< counts from 1 to suppress - 1 are not told; 0: all are */
    uint32_t *person;
    uint64_t persons;
    uint8_t *passed;               /**< [records] ck_find_passes */
    uint64_t linked_by[256];       /**< records by passed */
    uint32_t ngroupings;
    ck_grouping grouping[CK_DESCRIBE_GROUPINGS]; /**< the first is of all records, the second of sources */
    ck_rate *rate[CK_DESCRIBE_GROUPINGS];
    uint64_t nsizes, npatterns;
    ck_size_row *size;
    ck_pattern_row *pattern;
    uint64_t *conflicts;           /**< [ncolumns] persons with several values */
    uint64_t *doubles;             /**< [nsources] persons with several records of the source */
    uint64_t links;                /**< of links.h5 */
    uint64_t inner;                /**< at or above the decision, inside persons */
} ck_description;

/** Gather it: persons, match rates by the expressions of `by` (NULL: by source alone), sizes, contradictions, patterns. `suppress` and `folder` are the
 *  caller's. Collective; rank 0's only, but for groupings, decision and links. */
ck_status ck_description_make(ck_workspace *work, ck_error *error, const ck_links *links, const char *by, ck_description *d);
void ck_description_free(ck_description *d); /**< accepts a zeroed struct; Local */

/** flow.csv, linked.csv, persons.csv, conflicts.csv, patterns.csv (describe_tables.c). */
ck_status ck_describe_tables(ck_error *error, const ck_description *d);
/** statement.md (describe_statement.c). */
ck_status ck_describe_statement(ck_error *error, const ck_description *d);

#endif
