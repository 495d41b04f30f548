/** A job of stages as passes: each is a job of its own, made from the tree of the whole, and run by the same code.
 *
 *  A stage is one pass; with `rules` and a model it is two, of which the second knows what the first has decided. Every pass has all sources of the job, the
 *  people.h5 of the whole, a matrix of the pairs of sources that it may link, and the index of the pass before it as its groups. Local.
 */
#ifndef CK_JOB_PASSES_H
#define CK_JOB_PASSES_H
#include "job/job.h"
#include "job/shape.h"

enum { CK_PASSES_MAX = 64 };

/** A job with `rules` and a model becomes one of two stages; `groups` becomes a list. Before the keys are checked. */
ck_status ck_rewrite_passes(ck_error *error, const ck_shaper *shaper, ck_node *map);

/** Names of the passes, into job->pass. Every pass is derived, checked and built once, so that what is wrong is said with its place. */
ck_status ck_build_passes(ck_error *error, ck_doc *doc, ck_job *job);

/** Pass k of the whole `job` as the text of a job. `folder`: absolute, where the results of the whole are; `last`: where those are that the pass updates, or NULL.
 *  Caller frees. */
ck_status ck_pass_text(ck_error *error, const ck_job *job, uint32_t k, const char *folder, const char *last, char **text);

/** `pairs`, `between`, `one_to_one` and `many_to_one` to the fields of the job; `pairs` is written out in full. */
ck_status ck_build_pairs(ck_error *error, ck_doc *doc, ck_job *job);
/** `groups` of the job and of its sources. */
ck_status ck_build_groups(ck_error *error, const ck_doc *doc, ck_job *job);

/** The number of a source, or UINT32_MAX. */
uint32_t ck_find_source(const ck_job *job, const char *name);
/** Fail: no source (nor, with `stages`, stage) has this name. */
ck_status ck_fail_source(ck_error *error, const ck_doc *doc, const ck_job *job, const ck_node *node, const char *name);

#endif
