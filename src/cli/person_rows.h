/** Records by person, for what is told of persons: people.h5 and index.h5 of a result on one rank, columns as they are asked for. Local. */
#ifndef CK_CLI_PERSON_ROWS_H
#define CK_CLI_PERSON_ROWS_H
#include "persons/winner.h"
#include "store/h5.h"
#include "store/links.h"
#include "store/people.h"

typedef struct ck_person_rows {
    ck_people people;       /**< without codes */
    ck_index index;         /**< with ids */
    ck_h5 *file;            /**< people.h5 */
    ck_person_records of;
    uint32_t *rows;         /**< [records] that a record stands for, or NULL: one each */
    uint32_t *source;       /**< [records] number of the record's source in people.h5 */
} ck_person_rows;

/** CK_FILE when the two are not of one run. */
ck_status ck_person_rows_open(ck_error *error, const char *people_path, const char *index_path, ck_person_rows *rows);
/** Codes of a column, [records]. The caller frees. */
ck_status ck_person_rows_read(ck_error *error, const ck_person_rows *rows, uint32_t column, uint32_t **code);
/** The same by the column's name, with its number; CK_FILE when people.h5 has none. */
ck_status ck_person_rows_find(ck_error *error, const ck_person_rows *rows, const char *name, uint32_t *column, uint32_t **code);
void ck_person_rows_close(ck_person_rows *rows);

/** [persons] the ids that last. The caller frees. */
uint64_t *ck_person_ids(ck_error *error, const ck_index *index);

#endif
