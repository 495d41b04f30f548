/** A YAML file of one table: parsed, overridden, checked and rewritten into its canonical form (shape.h). The job is one; what is pseudonymised and what is
 *  released are others. Local. */
#ifndef CK_JOB_SPEC_H
#define CK_JOB_SPEC_H
#include "job/shape.h"

/** `text` is the content of `path`, in whose folder relative paths begin. `overrides` as in ck_job_parse. Free the document also after an error. */
ck_status ck_spec_read(ck_error *error, ck_doc *doc, const ck_table *table, const char *text, const char *path, const char *const *overrides,
                       uint32_t noverrides);
/** Are the `formats` of a mapping formats of dates? */
ck_status ck_spec_check_formats(ck_error *error, const ck_doc *doc, const ck_node *map, char *const *format, uint32_t n);

#endif
