/** A release to files: a CSV a table, one SQLite database, one HDF5 file. Every table has the person key first (and the household key second, where there is
 *  one; a table of households that alone), then its columns; rows in the order of ck_release_order. Rank 0, Local, but for HDF5. */
#ifndef CK_RELEASE_WRITE_RELEASE_H
#define CK_RELEASE_WRITE_RELEASE_H
#include "par/par.h"
#include "release/release_table.h"

typedef struct ck_release_keys {
    const ck_secret *person, *household; /**< derived for this release alone */
} ck_release_keys;

/** Call for each row of a table in order: names of the columns first (row 0), then their values. */
typedef ck_status ck_release_row(void *user, ck_error *error, const ck_span *field, uint32_t n);
/** Feed a table to `take`, header first. `*rows`: how many rows there were. */
ck_status ck_release_walk(ck_error *error, const ck_release *release, const ck_release_table *table, const ck_release_keys *keys, ck_release_row *take, void *user,
                          uint64_t *rows);

ck_status ck_release_write_csv(ck_error *error, const ck_release *release, const ck_release_keys *keys, const char *folder, uint64_t *rows);
/** CK_FILE with SQLite's reason. */
ck_status ck_release_write_sqlite(ck_error *error, const ck_release *release, const ck_release_keys *keys, const char *path);
/** /tables/<name>/<column>/{bytes,offset}, kind "release". On a communicator of one rank. */
ck_status ck_release_write_h5(const ck_comm *alone, ck_error *error, const ck_release *release, const ck_release_keys *keys, const char *path);

#endif
