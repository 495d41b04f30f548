/** Tuples of people's columns, as further columns: see ck_tuple. Collective; the result does not depend on the number of ranks.
 *
 *      ck_people_add_tuple(comm, error, &people, &tuple, "first_name+surname");
 */
#ifndef CK_CONDITION_TUPLES_H
#define CK_CONDITION_TUPLES_H
#include "condition/condition.h"
#include "store/people.h"

/** `people` has codes; the new column is its last. */
ck_status ck_people_add_tuple(const ck_comm *comm, ck_error *error, ck_people *people, const ck_tuple *tuple, const char *name);

#endif
