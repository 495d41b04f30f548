/** Text files of the result folder: read on one rank and shared, written complete or not at all. */
#ifndef CK_CLI_FILES_H
#define CK_CLI_FILES_H
#include "par/par.h"
#include <stdbool.h>
#include <stdio.h>

/** folder/name; the caller frees. Local. */
char *ck_path_join(ck_error *error, const char *folder, const char *name);
bool ck_path_is_folder(const char *path);
bool ck_path_is_file(const char *path);
bool ck_path_is_pipe(const char *path);
/** Make a folder and those above it, for this user alone. Local. */
ck_status ck_folder_make(ck_error *error, const char *path);

/** The whole file with a NUL after it. Local. The caller frees. */
ck_status ck_file_read(ck_error *error, const char *path, char **text, size_t *n);
/** As ck_file_read on rank 0, then shared. Collective. */
ck_status ck_file_share(const ck_comm *comm, ck_error *error, const char *path, char **text, size_t *n);

/** A file under a temporary name beside its final one, or standard output. */
typedef struct ck_out_file {
    FILE *stream;
    char *path, *temporary; /**< NULL for standard output */
} ck_out_file;
/** `path` NULL or "-": standard output. Local. */
ck_status ck_out_open(ck_error *error, const char *path, ck_out_file *out);
/** Flush, fsync, rename; a full disk is found here. Local. */
ck_status ck_out_commit(ck_error *error, ck_out_file *out);
/** Forget an uncommitted file. Accepts a committed and a zeroed one. Local. */
void ck_out_close(ck_out_file *out);

/** Write n bytes as a whole file. Local. */
ck_status ck_file_write(ck_error *error, const char *path, const char *text, size_t n);

#endif
