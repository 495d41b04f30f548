/** The keys of `trace`: how numbers are found for rows that lack them (docs/trace.md). Local. */
#ifndef CK_JOB_TRACE_KEYS_H
#define CK_JOB_TRACE_KEYS_H
#include "job/job.h"
#include "job/shape.h"

extern const ck_table ck_trace_keys; /**< ck_trace_rules */

/** A job or stage of a preset's trace alone, as yet unchecked, gets the rules of the preset. */
ck_status ck_add_rules_of_trace(ck_error *error, ck_doc *doc, ck_node *map);
/** Fill the job's trace, after the sources. ck_trace_rules_free frees it. */
ck_status ck_build_trace(ck_error *error, const ck_doc *doc, ck_job *job);

#endif
