/** What a file with tables of keys (shape.h) writes its rows with. Only such files include it. Local. */
#ifndef CK_JOB_KEY_ROWS_H
#define CK_JOB_KEY_ROWS_H
#include "job/shape.h"

/** The field of a struct that a key sets; of a list, with the field of its count. */
#define FIELD(type, member) .size = sizeof(((type *)0)->member), .offset = offsetof(type, member)
#define FIELDS(type, member, count) FIELD(type, member), .count_offset = offsetof(type, count)
/** The keys of a table. */
#define ROWS(table) .key = table, .nkeys = sizeof table / sizeof *table

#endif
