/** What the job says of persons beyond who is who: which value of an attribute wins, and what a household is. Local. */
#ifndef CK_JOB_PERSON_KEYS_H
#define CK_JOB_PERSON_KEYS_H
#include "job/job.h"
#include "job/shape.h"

extern const ck_table ck_attribute_keys; /**< ck_attribute_spec */
extern const ck_table ck_household_keys; /**< ck_household_spec */

/** `person` and `households`; their defaults are written into the tree. After the sources. */
ck_status ck_build_persons(ck_error *error, ck_doc *doc, ck_job *job);
void ck_free_persons(ck_job *job);

#endif
