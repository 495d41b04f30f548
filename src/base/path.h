/** Paths, and whole files read into memory. How files are written: base/out_file.h. Local. */
#ifndef CK_BASE_PATH_H
#define CK_BASE_PATH_H
#include <carrick/status.h>
#include <stdbool.h>
#include <stddef.h>

/** folder/name; the caller frees. */
char *ck_path_join(ck_error *error, const char *folder, const char *name);
bool ck_path_is_folder(const char *path);
bool ck_path_is_file(const char *path);
bool ck_path_is_pipe(const char *path);
/** CK_FILE with the reason when nothing can be read there: it is absent, a folder, or not to be read. */
ck_status ck_path_readable(ck_error *error, const char *path);
/** The whole file with a NUL after it; CK_FILE. The caller frees. */
ck_status ck_file_read(ck_error *error, const char *path, char **text, size_t *n);
/** The same of a text: CK_DATA when it holds a NUL, behind which nothing would be seen. */
ck_status ck_file_read_text(ck_error *error, const char *path, char **text, size_t *n);

#endif
