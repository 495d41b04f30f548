/** Single records of people.h5 by their ids. Collective. */
#ifndef CK_CLI_LOOKUP_H
#define CK_CLI_LOOKUP_H
#include "cli/workspace.h"

/** A record as a person asked for it. */
typedef struct ck_lookup {
    uint32_t record, source;
    uint32_t *code; /**< [ncolumns] on every rank; the caller frees */
} ck_lookup;

/** Find the record of an id; `source` NULL: wherever it is. `which` is "first" or "second". CK_USAGE when no source or more than one
 *  holds it: the sentence never repeats the id. After ck_workspace_people with codes. */
ck_status ck_lookup_id(ck_workspace *work, ck_error *error, const char *which, const char *id, const char *source, ck_lookup *found);

/** A record of people.h5 by its number, with its codes. */
ck_status ck_lookup_record(ck_workspace *work, ck_error *error, uint32_t record, ck_lookup *found);

/** The id of a record's person in index.h5, opened with ids. */
ck_status ck_lookup_person(const ck_comm *comm, ck_error *error, const ck_index *index, uint32_t record, uint64_t *id);

#endif
