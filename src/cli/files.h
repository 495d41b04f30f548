/** Text files: paths, and reading on one rank and sharing. How they are written: base/out_file.h. */
#ifndef CK_CLI_FILES_H
#define CK_CLI_FILES_H
#include "base/out_file.h"
#include "par/par.h"
#include <stdbool.h>

/** folder/name; the caller frees. Local. */
char *ck_path_join(ck_error *error, const char *folder, const char *name);
bool ck_path_is_folder(const char *path);
bool ck_path_is_file(const char *path);
bool ck_path_is_pipe(const char *path);
/** The whole file with a NUL after it. Local. The caller frees. */
ck_status ck_file_read(ck_error *error, const char *path, char **text, size_t *n);
/** As ck_file_read on rank 0, then shared. Collective. */
ck_status ck_file_share(const ck_comm *comm, ck_error *error, const char *path, char **text, size_t *n);

#endif
