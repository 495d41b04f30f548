/** The rows of a release: a result folder's index beside the sources' own files, which are read again by their ids. Rank 0, Local. */
#ifndef CK_CLI_RELEASE_ROWS_H
#define CK_CLI_RELEASE_ROWS_H
#include "cli/release_homes.h"
#include "job/release_spec.h"

/** What was read of one table's source. */
typedef struct ck_release_counts {
    uint64_t read;     /**< rows of the files but the rejected ones */
    uint64_t rejected; /**< that cannot be used, as 'rejects' of the source allows: ingest left them out too */
    uint64_t unknown;  /**< not in the index (opted out, without an id), or of a property where nobody lives */
    uint64_t taken;    /**< in the release before small groups */
} ck_release_counts;

typedef struct ck_release_input {
    ck_job job;
    char *people_path;
    ck_people people;
    ck_people persons;    /**< persons.h5 with codes, where a table is of persons */
    ck_index index;
    uint64_t *person_id;  /**< [persons] */
    uint64_t *household;  /**< [persons] of households.h5 where the release has a household key, or NULL */
    uint64_t households;
    ck_property_homes homes;       /**< where a table is of households */
    ck_lookup lookup;
    ck_release release;
} ck_release_input;

/** Everything that the release file names, coarse; CK_DATA when a column looks identifying and is not allowed. `key`: of this release. */
ck_status ck_release_read(ck_error *error, ck_release_spec *spec, const ck_secret *key, ck_release_input *input, ck_release_counts *counts);
void ck_release_input_close(ck_release_input *input);

#endif
