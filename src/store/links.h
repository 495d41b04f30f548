/** links.h5 and index.h5.
 *
 *  links.h5: /pairs/{a,b,weight,pattern,rule}, sorted by (a, b), a < b record numbers of people.h5; weight is the
 *  match weight in bits (log2 odds); pattern as ck_pattern (model/comparison.h); rule is the index of the first
 *  blocking rule that makes the pair. index.h5: /person/{record,person,id}: of each record the number of its person (0.., of this file
 *  alone) and the person's id (from 1, which lasts over updates; attribute next_id: the smallest that was never given). Collective.
 */
#ifndef CK_STORE_LINKS_H
#define CK_STORE_LINKS_H
#include "par/par.h"
#include <stdbool.h>

enum { CK_LINKS_VERSION = 1, CK_INDEX_VERSION = 2 };

typedef struct ck_links {
    uint64_t total, begin, n; /**< all; this rank's [begin, begin + n) */
    uint32_t *a, *b;          /**< [n] */
    double *weight;           /**< [n] bits */
    uint64_t *pattern;        /**< [n] */
    uint8_t *rule;            /**< [n] */
    char *model;              /**< model.json that scored them, as text */
    char *stamp;
} ck_links;

/** Write; n may differ by rank; slices are in rank order. total and begin are computed. */
ck_status ck_links_write(const ck_comm *comm, ck_error *error, const char *path, const ck_links *links);
/** The same without ever holding a rank's slice as a whole: `next` gives its next part, in order, n = 0 after the last; what it points to stays the
 *  giver's. `links` has n (of the slice), model and stamp. `next` is Local. */
typedef ck_status ck_links_next(void *giver, ck_error *error, ck_links *part);
ck_status ck_links_write_parts(const ck_comm *comm, ck_error *error, const char *path, const ck_links *links, ck_links_next *next, void *giver);
/** Read an even share of the links. */
ck_status ck_links_open(const ck_comm *comm, ck_error *error, const char *path, ck_links *links);
void ck_links_free(ck_links *links);

/** The links of a file in slices, each rank its even share: memory by the slice, whatever the file holds.
 *
 *      ck_links_reader_open(comm, error, path, &reader);
 *      ck_links_reader_rewind(&reader);                                    before each time through the file
 *      while (ck_links_reader_next(&reader, error)) use(&reader.slice);    as often on every rank; slice.n may be 0
 *      ck_links_reader_close(&reader);
 *
 *  A file is known to be whole when all of it was read: error is set then if it is not. Links in memory are read in the same way. */
typedef struct ck_links_reader {
    const ck_comm *comm;
    struct ck_h5 *file;
    const ck_links *whole;  /**< in place of a file */
    ck_links slice;         /**< total, begin, n, a, b, weight of the links at hand; model and stamp of all. Without pattern and rule. */
    uint64_t at, n, most;   /**< links of this rank's share: handed out (or passed), all, and of the rank with most */
    uint64_t sum[3];
} ck_links_reader;

ck_status ck_links_reader_open(const ck_comm *comm, ck_error *error, const char *path, ck_links_reader *reader);
/** Of links in memory (n, a, b, weight; borrowed), each rank its own. */
void ck_links_reader_view(const ck_comm *comm, const ck_links *links, ck_links_reader *reader);
void ck_links_reader_rewind(ck_links_reader *reader);
/** @return whether there is another slice on some rank; false at the end, on an error, and when a stop is requested */
bool ck_links_reader_next(ck_links_reader *reader, ck_error *error);
void ck_links_reader_close(ck_links_reader *reader); /**< accepts a zeroed struct */

typedef struct ck_index {
    uint64_t records, begin, end; /**< this rank's even share of the records */
    uint64_t persons;             /**< how many */
    uint64_t next_id;             /**< no id from here on was ever given; 0 on writing: every id is person + 1 */
    uint32_t *person;             /**< [end - begin] 0..persons-1, numbered by their smallest record */
    uint64_t *id;                 /**< [end - begin] id of the record's person; on writing NULL: person + 1; on reading NULL until ck_index_ids */
    char *stamp;
} ck_index;

ck_status ck_index_write(const ck_comm *comm, ck_error *error, const char *path, const ck_index *index);
/** Reads the persons; all of the file is checked. */
ck_status ck_index_open(const ck_comm *comm, ck_error *error, const char *path, ck_index *index);
/** Ids of the persons of this rank's records into index->id: what is shown to people wherever a person is shown. `path` as it was opened. */
ck_status ck_index_ids(const ck_comm *comm, ck_error *error, const char *path, ck_index *index);
/** Person of every record on rank 0 (NULL elsewhere). Caller frees. */
ck_status ck_index_gather_persons(const ck_comm *comm, ck_error *error, const ck_index *index, uint32_t **person);
/** Their ids likewise, for tables of rows. */
ck_status ck_index_gather_ids(const ck_comm *comm, ck_error *error, const char *path, const ck_index *index, uint64_t **id);
void ck_index_free(ck_index *index);

#endif
