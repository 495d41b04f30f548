/** Values that an extract has where it has none: birth dates that stand for "not known", NHS numbers of the test range. They stay as they are; ingest and
 *  profile say how many there are (docs/hazards.md). */
#ifndef CK_INGEST_HAZARDS_H
#define CK_INGEST_HAZARDS_H
#include "store/people.h"
#include <jansson.h>

/** Look at every column of birth dates and NHS numbers, source by source, and say a sentence for each finding. On rank 0 *found is a list of
 *  {"source", "column", "hazard": "day" or "date" or "test range", "value", "records", "expected", "share"}, the
 *  caller's; the share is that of the source's records that have a value. Collective. */
ck_status ck_ingest_hazards(const ck_comm *comm, ck_error *error, const ck_people *people, json_t **found);

#endif
