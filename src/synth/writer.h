/** The files of a region: every rank adds its pieces of each file in rounds, in rank order, so that the bytes do not depend on how many ranks
 *  there are. Each file is written under a temporary name; all get their names at the end, or none does.
 *
 *      ck_writer writer = {0};
 *      if (ck_writer_open(comm, error, folder, files, n, &writer) == CK_OK)
 *          ... ck_writer_append(comm, error, &writer, pieces, npieces) ...
 *      ck_writer_finish(comm, error, &writer);
 */
#ifndef CK_SYNTH_WRITER_H
#define CK_SYNTH_WRITER_H
#include "base/text.h"
#include "par/par.h"

typedef struct ck_writer_file {
    const char *name;   /**< in the folder */
    const char *header; /**< its first line, with the newline; may be empty */
} ck_writer_file;

typedef struct ck_writer_output ck_writer_output;
typedef struct ck_writer {
    ck_writer_output *output; /**< [n] */
    uint32_t n;
} ck_writer;

/** Collective. Make the folder if absent, and the files with their headers. */
ck_status ck_writer_open(const ck_comm *comm, ck_error *error, const char *folder, const ck_writer_file *files, uint32_t n, ck_writer *writer);
/** Collective. Add pieces[f * npieces + p], p ascending, to file f, behind those of lower ranks. */
ck_status ck_writer_append(const ck_comm *comm, ck_error *error, ck_writer *writer, const ck_span *pieces, uint32_t npieces);
/** Collective. Give the files their names if all is well on every rank, else remove them. Accepts a zeroed writer. */
ck_status ck_writer_finish(const ck_comm *comm, ck_error *error, ck_writer *writer);

#endif
