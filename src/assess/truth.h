/** Truth: which entity each record is of, from a CSV file. */
#ifndef CK_ASSESS_TRUTH_H
#define CK_ASSESS_TRUTH_H
#include "assess/evaluate.h"

/** The rows of a truth file, as rank 0 holds them. */
typedef struct ck_truth_table {
    uint64_t n, groups;
    size_t id_room, offset_room, group_room, source_room;
    char *id_bytes;
    uint64_t *id_offset; /**< [n + 1] */
    uint32_t *group;     /**< [n] entities counted from 1 in order of appearance; 0: the entity is empty */
    uint64_t *entity_offset; /**< [groups + 1] the text of group k is bytes [offset[k - 1], offset[k]) of entity_bytes */
    char *entity_bytes;
    uint32_t *source;    /**< [n] number of the source, CK_TRUTH_ANY or CK_TRUTH_NONE */
} ck_truth_table;
enum { CK_TRUTH_ANY = -1, CK_TRUTH_NONE = -2 };

/** Read the file (CSV or CSV.gz, UTF-8, comma). Errors are CK_FILE or CK_DATA sentences with file, row and column.
 *  Source names that people do not have are no error: their rows have no record. Local. */
ck_status ck_truth_read(ck_error *error, const ck_truth_spec *spec, const ck_people *people, ck_truth_table *table);
void ck_truth_free(ck_truth_table *table);

/** The row of people.h5 of every row of `table`: row[n] on rank 0, UINT64_MAX where there is none. An id that several sources hold and that has
 *  no source of its own is an error that names the file's row. `table` is rank 0's. Collective. */
ck_status ck_truth_find_rows(const ck_comm *comm, ck_error *error, const char *people_path, const ck_people *people, const char *file,
                             const ck_truth_table *table, uint64_t *row);

/** The entity group of every record on every rank ([records], 0 = not known; the caller frees), and how many truth rows
 *  have no record. A record of several rows (collapse) takes the entity of its first row that has one; rows that
 *  contradict it are told by a warning. Collective. */
ck_status ck_truth_join(const ck_comm *comm, ck_error *error, const char *people_path, const ck_people *people,
                        const ck_truth_spec *spec, uint32_t **group, uint64_t *without_record);

#endif
