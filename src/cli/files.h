/** Text files that one rank reads for all. */
#ifndef CK_CLI_FILES_H
#define CK_CLI_FILES_H
#include "base/out_file.h"
#include "base/path.h"
#include "par/par.h"

/** As ck_file_read on rank 0, then shared. Collective. */
ck_status ck_file_share(const ck_comm *comm, ck_error *error, const char *path, char **text, size_t *n);

#endif
