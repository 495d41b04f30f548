/** Comparisons by role: what `comparisons: auto` stands for, in the words of a job file. Local. */
#ifndef CK_JOB_LADDERS_H
#define CK_JOB_LADDERS_H
#include "choose/facts.h"
#include "condition/condition.h"

/** A list of comparisons, as YAML under the key `comparisons`. facts: [schema->ncolumns]. CK_DATA when no column can be compared. Caller frees. */
ck_status ck_ladders_write(ck_error *error, const ck_schema *schema, const ck_column_facts *facts, char **text);

#endif
