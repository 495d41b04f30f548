/** Small text files that appear whole or not at all. Local. */
#ifndef CK_INGEST_OUTPUT_H
#define CK_INGEST_OUTPUT_H
#include <carrick/status.h>
#include <stddef.h>

/** Write n bytes under a temporary name, fsync, and rename to `path`. CK_FILE; an earlier file then stays as it was. */
ck_status ck_output_replace(ck_error *error, const char *path, const char *bytes, size_t n);
/** Remove a file; none there is fine. */
ck_status ck_output_remove(ck_error *error, const char *path);
/** `name` in the folder of `path`; the caller frees. */
char *ck_output_beside(ck_error *error, const char *path, const char *name);

#endif
