/** From the checked tree to the structs of ck_job: what the tables cannot say alone. Every function fails with the place in
 *  the job file; what it has made by then belongs to the job. Local. */
#ifndef CK_JOB_BUILD_H
#define CK_JOB_BUILD_H
#include "job/job.h"
#include "job/job_keys.h"

/** Sources, columns and the schema; no file is touched. */
ck_status ck_build_sources(ck_error *error, const ck_doc *doc, ck_job *job);
/** Are the sources' files there, and do their headers hold the columns? */
ck_status ck_check_source_files(ck_error *error, const ck_doc *doc, const ck_job *job);
/** Also the truth's and the model's. */
ck_status ck_check_files(ck_error *error, const ck_doc *doc, const ck_job *job);
/** One rule. */
ck_status ck_build_rule(ck_error *error, const ck_doc *doc, const ck_schema *schema, const ck_node *map, ck_rule *rule);
/** The rules of a cascade, and the keys that find their pairs. */
ck_status ck_build_cascade(ck_error *error, const ck_doc *doc, const ck_job *job, const ck_node *map, ck_cascade *cascade, ck_rules *keys);
/** The rules of a list node. */
ck_status ck_build_rules(ck_error *error, const ck_doc *doc, const ck_schema *schema, const ck_node *list, ck_rules *rules);
/** Comparisons; the null level of each is written into the tree. */
ck_status ck_build_comparisons(ck_error *error, ck_doc *doc, const ck_schema *schema, ck_comparisons *comparisons);
/** Training, model file and prior. */
ck_status ck_build_training(ck_error *error, const ck_doc *doc, ck_job *job);
/** When all texts are read: the schema with the tuples that they asked for after its columns. */
ck_status ck_build_tuples(ck_error *error, ck_job *job);
/** The checked tree to the whole job. */
ck_status ck_build_job(ck_error *error, ck_doc *doc, bool check_files, ck_job *job);
ck_status ck_build_truth(ck_error *error, const ck_doc *doc, ck_job *job);
/** Floor, thresholds (written into the tree) and truth. */
ck_status ck_build_decision(ck_error *error, ck_doc *doc, ck_job *job);

void ck_free_sources(ck_ingest_spec *spec);

#endif
