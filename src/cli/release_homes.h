/** Whose home a property is: from persons' numbers of properties to households. What is known of a property goes out with its household's key alone. Local. */
#ifndef CK_CLI_RELEASE_HOMES_H
#define CK_CLI_RELEASE_HOMES_H
#include "condition/intern.h"
#include "job/job.h"
#include "store/people.h"

typedef struct ck_property_homes {
    ck_intern number;    /**< of properties, in their clean form */
    uint32_t *household; /**< [number.count] 1.. as in households.h5 */
} ck_property_homes;

/** A property is the home of the household most of whose persons have its number (of equals the first). `persons`: with codes; `household`: [persons]. CK_USAGE when
 *  persons have no such attribute: `households` of the job names the column, and `person` must too. */
ck_status ck_property_homes_make(ck_error *error, const ck_job *job, const ck_people *persons, const uint64_t *household, ck_property_homes *homes);
/** Household of a property as a file writes its number; 0: nobody's home. */
uint32_t ck_property_homes_find(const ck_property_homes *homes, ck_span number);
void ck_property_homes_free(ck_property_homes *homes); /**< accepts a zeroed struct */

#endif
