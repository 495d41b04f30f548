/** Rows that cannot be used: listed by the threads that meet them, judged and written together.
 *  What is kept of a row is where it is and why it was refused; never a value. */
#ifndef CK_INGEST_REJECTS_H
#define CK_INGEST_REJECTS_H
#include "ingest/plan.h"

typedef enum ck_reject_reason {
    CK_REJECT_RAGGED,      /**< another number of fields than the header */
    CK_REJECT_NUL,
    CK_REJECT_ENCODING,
    CK_REJECT_NO_ID,
    CK_REJECT_QUOTE,
    CK_REJECT_QUOTE_LINES, /**< from here on: always an error */
    CK_REJECT_OPEN,
    CK_REJECT_LONG
} ck_reject_reason;

typedef struct ck_reject {
    uint32_t file;   /**< piece while reading, then file of the plan */
    uint32_t number; /**< row in the piece while reading, then in the file; from 1 */
    uint32_t column; /**< number in the file's header; UINT32_MAX: the row as a whole */
    uint32_t reason, fields;
} ck_reject;

typedef struct ck_rejects {
    ck_reject *item;
    size_t n, room;
    uint64_t *count; /**< [nsources] all of them; `item` holds at most rejects_max + 1 of a source, the first */
} ck_rejects;

ck_status ck_rejects_init(ck_error *error, ck_rejects *rejects, const ck_plan *plan);
void ck_rejects_free(ck_rejects *rejects);
/** Note one. Local; one thread a list, pieces in rising order. */
ck_status ck_rejects_add(ck_error *error, ck_rejects *rejects, const ck_plan *plan, ck_reject reject);
/** Bring the ranks' lists together: `count` becomes that of all ranks, `item` (on rank 0; empty elsewhere) sorted by
 *  file and row. Items have final rows. Collective. CK_DATA when a source has too many or a final one, naming the first. */
ck_status ck_rejects_judge(const ck_comm *comm, ck_error *error, ck_rejects *rejects, const ck_plan *plan);
/** rejects.csv on rank 0 when there are any; else an earlier one is removed. Collective. */
ck_status ck_rejects_write(const ck_comm *comm, ck_error *error, const ck_rejects *rejects, const ck_plan *plan,
                           const char *path);

#endif
