/** The rule by which persons keep their ids when they are linked anew. Local.
 *
 *  Of an old person's rows that are still there, the part that is more than half is who the person is; of two halves, the one with the
 *  smallest row (source, then id). When none is so large, the old id ends. Where several old persons are most in the same new person, the one
 *  with most rows there gives it its id, then the one with the smallest row; the other ids end. All other new persons get ids that were never
 *  given, in the order of the new persons. An id that has ended never comes back.
 *
 *      old A = {1 2 3}, B = {4 5}, C = {6}        new {1 2 | 4 5} {3} {7}
 *      A's part {1 2} is 2 of 3, B's {4 5} is 2 of 2; each claims the first person with 2 rows, and 1 is the smallest row: A's id stays.
 *      merged B -> A;   split A -> new (3);   new (7);   retired C.
 */
#ifndef CK_ASSESS_KEEP_IDS_H
#define CK_ASSESS_KEEP_IDS_H
#include <carrick/status.h>
#include <stddef.h>
#include <stdint.h>

typedef enum ck_id_reason {
    CK_ID_NEW,     /**< a person without any row of an old one: no old id */
    CK_ID_MERGED,  /**< the old person went into another whole or for the most part; the old id ends */
    CK_ID_SPLIT,   /**< rows of the old person are a person of a new id */
    CK_ID_MOVED,   /**< fewer rows of the old person than would carry its id are another old person's now */
    CK_ID_RETIRED, /**< the old id ends: no row is left, or no part was half of them; no new id */
    CK_ID_REASONS
} ck_id_reason;
extern const char *const ck_id_reason_names[CK_ID_REASONS];

/** Rows of one old person that are one new person under another id. 0: none. */
typedef struct ck_id_change {
    ck_id_reason reason;
    uint64_t old_id, new_id, rows;
} ck_id_change;

typedef struct ck_keep_ids {
    uint64_t rows, persons;     /**< now; rows in their canonical order */
    const uint32_t *person;     /**< [rows] */
    const uint32_t *old_person; /**< [rows] CK_NO_PERSON: the row was not there */
    uint64_t old_persons;
    const uint64_t *old_id;     /**< [old_persons] */
    uint64_t next_id;           /**< no id from here on was ever given */
} ck_keep_ids;
#define CK_NO_PERSON UINT32_MAX

typedef struct ck_kept_ids {
    uint64_t *id;         /**< [persons] */
    uint64_t next_id, kept;
    ck_id_change *change; /**< [nchanges] by old id (new persons last), then new id */
    size_t nchanges;
    uint64_t count[CK_ID_REASONS]; /**< changes by reason */
} ck_kept_ids;

/** Memory: 8 bytes a row, 33 a person. CK_MEMORY. */
ck_status ck_ids_keep(ck_error *error, const ck_keep_ids *input, ck_kept_ids *kept);
void ck_kept_ids_free(ck_kept_ids *kept);

#endif
