/** The job file: YAML to one struct, wholly validated before any work; its echo (job.resolved.yaml). docs/job.md is its reference.
 *  Every error names file, line and the nearest known name. Local (rank 0 reads; the text is broadcast by the caller). */
#ifndef CK_JOB_JOB_H
#define CK_JOB_JOB_H
#include "assess/evaluate.h"
#include "cascade/cascade.h"
#include "cluster/persons.h"
#include "ingest/ingest.h"
#include "link/train.h"
#include "persons/winner.h"
#include "trace/trace.h"

/** Persons that are decided already. */
typedef struct ck_group_spec {
    uint32_t source;             /**< number of the source, or UINT32_MAX: of all */
    uint32_t column;             /**< linkage column whose values tell, or UINT32_MAX */
    char *from, *of;             /**< result folder whose index tells, and the source's name there (NULL: the same) */
} ck_group_spec;

/** An attribute of persons: which value wins. Columns by name. */
typedef struct ck_attribute_spec {
    char *name;
    uint32_t ncolumns, nsources;
    char **column;               /**< taken together from one row */
    char **source;               /**< order of the sources; others come after */
    ck_winner_rule rule;
    char *date, *valid_from, *valid_to; /**< or NULL */
} ck_attribute_spec;

/** What tells homes. */
typedef struct ck_household_spec {
    char *by;                    /**< column of the home's number, or "none" */
    uint32_t naddress;
    char **address;
    uint64_t institution;        /**< homes of more persons are institutions */
} ck_household_spec;

typedef struct ck_job {
    char *name;
    ck_link_type link_type;
    char *people;                /**< result folder whose people.h5 is linked, or NULL: the job ingests its own */
    bool *pairs;                 /**< [nsources * nsources] which sources may be linked, in job order; NULL: as link_type says */
    uint32_t *side;              /**< [nsources] sources of one number are a side */
    bool *once;                  /**< [nsources] a person has at most one row or group of the source's side; NULL: of none is that said */
    bool one_to_one;
    char *many_side;             /**< a source of the side that is not `once`, or NULL */
    uint32_t ngroups;
    ck_group_spec *group;
    bool has_trace;
    ck_trace_rules trace;        /**< how rows get the number of a person of one source (docs/trace.md) */
    uint32_t npasses;            /**< of a job of stages (job/passes.h), which has no rules and comparisons itself; else 0 */
    char **pass;                 /**< [npasses] names of their folders */
    ck_ingest_spec ingest;       /**< sources, columns */
    ck_schema schema;            /**< borrowed view of ingest's columns, and of the tuples below; every text is read with it */
    ck_tuple_list tuples;        /**< columns that texts read together (a+b, conditions of a Splink model): ck_people_add_tuple */
    char **schema_name;          /**< with tuples: names of the schema, of which the last tuples.n are the job's; else NULL */
    ck_kind *schema_kind;
    bool auto_rules, auto_comparisons; /**< to be chosen from the data: `rules`, `comparisons` are empty */
    double budget;               /**< of auto rules: pairs a record */
    uint64_t max_pairs;          /**< of the whole job and of every rule; 0: any number */
    ck_rules rules;              /**< of blocking; in a job of rules alone the keys of the cascade */
    ck_cascade cascade;          /**< n = 0: none */
    ck_comparisons comparisons;
    ck_train_options train;
    char *model_file;            /**< m, u and prior from here instead of training, or NULL */
    char *splink_file;           /**< rules and comparisons come from this Splink model, or NULL */
    bool splink_given;           /**< so do m, u (in `comparisons`; NAN where untrained) and prior */
    double splink_prior;
    double floor;                /**< weight; default 0, or -10 where a second pass may look below 0 */
    double match_weight, review_weight; /**< bits; default 0 and match_weight. With `fdr` the match weight is found from the links */
    double fdr;                  /**< expected share of false links to stay within, or NAN */
    ck_cluster_method cluster;
    bool update;                 /**< what has not changed since `previous` keeps its links */
    char *previous;              /**< result folder whose persons keep their ids, or NULL */
    char *as_of;                 /**< date that the job speaks for (YYYY-MM-DD), or NULL */
    uint32_t nattributes;
    ck_attribute_spec *attribute;
    bool has_households;
    ck_household_spec households;
    bool has_truth;
    ck_truth_spec truth;
    char *resolved;              /**< job.resolved.yaml: every default written out, paths absolute */
} ck_job;

/** Parse and validate `text` (the content of `path`; relative paths in it are relative to its folder). `overrides`: [n] "key=value" with
 *  dotted keys ("threshold.match=0.95", "floor=-20", "blocking[0].max_block=50"), values parsed as YAML. With `check_files` every file must be
 *  there and its header must have the columns; without, a job whose extracts are gone can still have its later stages redone. */
ck_status ck_job_parse(ck_error *error, const char *text, const char *path, const char *const *overrides, uint32_t noverrides,
                       bool check_files, ck_job *job);
void ck_job_free(ck_job *job);

/** Text that changes exactly when a stage's options change: the part of the resolved job that "ingest", "choose", "train", "link",
 *  "cluster", "evaluate" or "persons" reads. Caller frees. */
ck_status ck_job_part(ck_error *error, const ck_job *job, const char *stage, char **text);

/** The keys of the job file as Markdown, from the tables that check it (docs/job.md holds it word for word). Caller frees. */
ck_status ck_job_reference(ck_error *error, char **text);

#endif
