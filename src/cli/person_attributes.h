/** The persons that a job's `person` and `households` ask for, from its result. Rank 0, Local. */
#ifndef CK_CLI_PERSON_ATTRIBUTES_H
#define CK_CLI_PERSON_ATTRIBUTES_H
#include "cli/person_rows.h"
#include "job/job.h"
#include "persons/home.h"
#include "persons/values.h"
#include "store/households.h"

/** What an attribute came to. */
typedef struct ck_attribute_result {
    uint32_t *winner;             /**< [persons] record, or CK_NO_WINNER */
    ck_disagreements *by_source;  /**< [sources of people.h5] */
} ck_attribute_result;

/** Which record wins, of values that were numbered; what is not valid on the job's date loses its number. */
ck_status ck_attribute_decide(ck_error *error, const ck_job *job, const ck_person_rows *rows, const ck_attribute_spec *attribute, uint32_t *value, ck_attribute_result *result);
void ck_attribute_result_free(ck_attribute_result *result);

/** persons.h5 in the form of people.h5: one source `persons`, of each person of index.h5 in order its id and the values that won. */
ck_status ck_persons_write(ck_error *error, const ck_job *job, const ck_person_rows *rows, const ck_attribute_result *result, const char *path, const char *stamp);
/** disagreements.csv. */
ck_status ck_disagreements_write(ck_error *error, const ck_job *job, const ck_person_rows *rows, const ck_attribute_result *result, const char *path);
/** The households of the job's rule; where there is none for `address`, the most frequent home. */
ck_status ck_households_of_job(ck_error *error, const ck_job *job, const ck_person_rows *rows, ck_households *households);

#endif
