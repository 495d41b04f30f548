/** A Splink model (its settings as JSON, versions 3 to 5): what it says, and the same as a job's rules and comparisons.
 *
 *      ck_splink_read(error, "model.json", &splink);        parsed, nothing of any data is known yet
 *      ck_splink_job(error, &splink, files, n, &text);      the job file that scores those files with it
 *      ck_splink_build(error, &splink, train, job);         rules, comparisons, m, u of a job with sources
 *      ck_splink_free(&splink);
 *
 *  docs/splink.md says what is understood. Errors are CK_USAGE sentences naming file, comparison and level (or blocking rule),
 *  character and token. Local.
 */
#ifndef CK_JOB_SPLINK_H
#define CK_JOB_SPLINK_H
#include "condition/sql.h"
#include "job/job.h"

typedef struct ck_splink_level {
    char *label, *tf_column;  /**< NULL: none */
    ck_sql sql;               /**< root NULL: ELSE */
    bool is_null, fix_m, fix_u, own_u;
    double m, u;              /**< NAN: untrained */
    double tf_weight, tf_minimum_u;
} ck_splink_level;

typedef struct ck_splink_comparison {
    char *name;
    uint32_t nlevels;
    ck_splink_level *level;
} ck_splink_comparison;

typedef struct ck_splink_rule {
    char *text;
    ck_sql sql;
    uint32_t nexploded;       /**< 0, or columns.n */
    bool *exploded;           /**< [nexploded] is the column a list of which the rule takes one item at a time? */
} ck_splink_rule;

typedef struct ck_splink {
    char *path;
    ck_link_type link_type;
    double prior;
    char *id;                 /**< header of the id */
    uint32_t ncomparisons, nrules;
    ck_splink_comparison *comparison;
    ck_splink_rule *rule;
    ck_sql_columns columns;   /**< that its texts speak of */
} ck_splink;

/** `separator`: of lists in cells; NULL: ";". Borrowed. */
ck_status ck_splink_read(ck_error *error, const char *path, const char *separator, ck_splink *splink);
void ck_splink_free(ck_splink *splink);

/** The text of a job that links `files` with the model: every column that the model needs as text (numbers where it calculates
 *  with them), sources named after the files. Caller frees. */
ck_status ck_splink_job(ck_error *error, const ck_splink *splink, const char *const *file, uint32_t nfiles, char **text);

/** Fill the job's rules, comparisons, tf settings, m, u and prior. With `train`, m and u that are not fixed are left to training. */
ck_status ck_splink_build(ck_error *error, ck_splink *splink, bool train, ck_job *job);

#endif
