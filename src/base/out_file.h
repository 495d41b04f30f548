/** Files that appear under their name whole or not at all: written under a temporary name beside it, put on the disk, renamed, and the
 *  name put on the disk too. A full disk, a kill or a power cut leaves the file that was there before.
 *
 *      ck_out_file out = {0};
 *      if (ck_out_open(error, path, &out) == CK_OK) {
 *          fwrite(bytes, 1, n, out.stream);            a failure is remembered by the stream, and
 *          ck_out_commit(error, &out);                 told here
 *      }
 *      ck_out_close(&out);                             removes what was not committed
 *
 *  Local. CK_FILE with the file's name and the system's reason.
 */
#ifndef CK_BASE_OUT_FILE_H
#define CK_BASE_OUT_FILE_H
#include <carrick/status.h>
#include <stddef.h>
#include <stdio.h>

/** A file under its temporary name, or standard output. */
typedef struct ck_out_file {
    FILE *stream;
    char *path, *temporary; /**< NULL for standard output; `temporary` also for a device or a pipe, which is written as it is */
} ck_out_file;
/** `path` NULL or "-": standard output. */
ck_status ck_out_open(ck_error *error, const char *path, ck_out_file *out);
/** The same for what nobody but its owner may read: mode 0600 from its first moment, whatever the umask. A device or a pipe keeps its own. */
ck_status ck_out_open_private(ck_error *error, const char *path, ck_out_file *out);
/** Put on the disk what is to be committed later: of files that belong together none appears before all have found room. */
ck_status ck_out_settle(ck_error *error, ck_out_file *out);
ck_status ck_out_commit(ck_error *error, ck_out_file *out);
/** Forget an uncommitted file. Accepts a committed and a zeroed one. */
void ck_out_close(ck_out_file *out);

/** Write n bytes as a whole file. */
ck_status ck_file_write(ck_error *error, const char *path, const char *text, size_t n);

/** The same in steps, for files that are written otherwise: the temporary name of `path` (the caller frees) ... */
char *ck_out_temporary(ck_error *error, const char *path);
/** ... the bytes of an open file to the disk; file systems that cannot are forgiven ... */
ck_status ck_out_sync(ck_error *error, int file, const char *path);
/** ... and the name, when the bytes are there. */
ck_status ck_out_rename(ck_error *error, const char *temporary, const char *path);

/** Make a folder and those above it, for this user alone. */
ck_status ck_folder_make(ck_error *error, const char *path);

#endif
