/** Values that an extract has where it has none: birth dates that stand for "not known" or are yet to come, NHS numbers of the test range. They stay as they are;
 *  ingest and profile say how many there are (docs/hazards.md). */
#ifndef CK_INGEST_HAZARDS_H
#define CK_INGEST_HAZARDS_H
#include "store/people.h"
#include <jansson.h>

/** Look at every column of birth dates and NHS numbers, source by source, and say a sentence for each finding. `as_of` is YYYY-MM-DD, or NULL: no date is
 *  yet to come. On rank 0 *found is a list of {"source", "column", "hazard": "day" or "date" or "to come" or "test range", "value", "records", "expected", "share"},
 *  the caller's; the share is that of the source's records that have a value; the value of what is to come is as_of. Collective. */
ck_status ck_ingest_hazards(const ck_comm *comm, ck_error *error, const ck_people *people, const char *as_of, json_t **found);

#endif
