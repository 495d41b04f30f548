/** Text files that one rank reads for all, and files that are not to be written over. */
#ifndef CK_CLI_FILES_H
#define CK_CLI_FILES_H
#include "base/out_file.h"
#include "base/path.h"
#include "par/par.h"

/** As ck_file_read_text on rank 0, then shared. Collective. */
ck_status ck_file_share(const ck_comm *comm, ck_error *error, const char *path, char **text, size_t *n);
/** CK_USAGE when a file to be written (NULL: none) is one that is read. Local. */
ck_status ck_file_apart(ck_error *error, const char *out, const char *in);

#endif
