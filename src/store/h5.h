/** Result files: one thin layer over HDF5, the only room that includes <hdf5.h>.
 *
 *  A file is written under a temporary name beside its final one, and renamed when complete (commit).
 *  Datasets are one-dimensional, contiguous, unfiltered, little-endian; each carries an attribute `checksum`
 *  (sum over elements of mix(index, bytes) modulo 2^64, so that it does not depend on how many ranks wrote
 *  it), verified when a dataset is read as a whole over the ranks. HDF5's own metadata (attributes, places, sizes) carry checksums of the
 *  library. Root attributes: `carrick_file`
 *  ("people", "links", "index"), `format_version`, plus texts and numbers of the writer's choice.
 *
 *  All functions are Collective unless marked Local; all agree on errors.
 */
#ifndef CK_STORE_H5_H
#define CK_STORE_H5_H
#include "par/par.h"
#include <stdbool.h>

typedef enum ck_h5_type { CK_H5_U8, CK_H5_U16, CK_H5_U32, CK_H5_U64, CK_H5_I32, CK_H5_I64, CK_H5_F64 } ck_h5_type;
typedef struct ck_h5 ck_h5;

ck_status ck_h5_create(const ck_comm *comm, ck_error *error, const char *path, const char *file_kind,
                       uint32_t format_version, ck_h5 **file);
/** Close, fsync and rename to the final name. Frees the handle on success and on failure. */
ck_status ck_h5_commit(ck_h5 *file, ck_error *error);
/** Open for reading; CK_FILE with a sentence if it is absent, truncated, of another kind or version. */
ck_status ck_h5_open(const ck_comm *comm, ck_error *error, const char *path, const char *file_kind,
                     uint32_t format_version, ck_h5 **file);
/** Close; removes the temporary file of an uncommitted one. Accepts NULL. */
void ck_h5_close(ck_h5 *file);

/** Write elements [begin, begin + n) of a dataset of `total` elements from this rank. Intermediate groups are
 *  made. Every element must be written exactly once over the ranks; n may be 0. */
ck_status ck_h5_write(ck_h5 *file, ck_error *error, const char *name, ck_h5_type type, uint64_t total,
                      uint64_t begin, uint64_t n, const void *elements);
/** The same in parts: each rank writes as many as it likes, in any order, between begin and end. */
typedef struct ck_h5_parts {
    ck_h5 *file;
    const char *name; /**< borrowed */
    ck_h5_type type;
    int64_t dataset;
    uint64_t total, written, sum; /**< elements of all ranks; of this one, and their checksum */
} ck_h5_parts;
ck_status ck_h5_begin_parts(ck_h5 *file, ck_error *error, const char *name, ck_h5_type type, uint64_t total, ck_h5_parts *parts);
ck_status ck_h5_write_part(ck_h5_parts *parts, ck_error *error, uint64_t begin, uint64_t n, const void *elements); /**< Local */
ck_status ck_h5_end_parts(ck_h5_parts *parts, ck_error *error); /**< also after a failure */
/** A small dataset held by rank 0 alone (others pass n = 0). */
ck_status ck_h5_write_root(ck_h5 *file, ck_error *error, const char *name, ck_h5_type type, uint64_t n,
                           const void *elements);
bool ck_h5_has(ck_h5 *file, const char *name); /**< Collective, no error */
ck_status ck_h5_size(ck_h5 *file, ck_error *error, const char *name, uint64_t *elements);
/** Read [begin, begin + n); converts integer widths. Verifies the checksum if the ranks' pieces cover the
 *  dataset exactly once or if every rank reads all of it. */
ck_status ck_h5_read(ck_h5 *file, ck_error *error, const char *name, ck_h5_type type, uint64_t begin,
                     uint64_t n, void *elements);
/** The same for a dataset that is read in many parts: `*sum` gathers what ck_h5_check compares when the parts of all ranks have
 *  covered it exactly once. */
ck_status ck_h5_read_part(ck_h5 *file, ck_error *error, const char *name, ck_h5_type type, uint64_t begin,
                          uint64_t n, void *elements, uint64_t *sum);
ck_status ck_h5_check(ck_h5 *file, ck_error *error, const char *name, uint64_t sum);

/** Attributes of the root ("") or of an object. Text is UTF-8. The reader's text is the caller's to free. */
ck_status ck_h5_set_text(ck_h5 *file, ck_error *error, const char *object, const char *name, const char *text);
ck_status ck_h5_get_text(ck_h5 *file, ck_error *error, const char *object, const char *name, char **text);
ck_status ck_h5_set_u64(ck_h5 *file, ck_error *error, const char *object, const char *name, uint64_t value);
ck_status ck_h5_get_u64(ck_h5 *file, ck_error *error, const char *object, const char *name, uint64_t *value);

/** "HDF5 1.10.8". Local. */
const char *ck_h5_library(void);

#endif
