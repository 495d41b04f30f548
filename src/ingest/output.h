/** Small text files beside people.h5. Local. */
#ifndef CK_INGEST_OUTPUT_H
#define CK_INGEST_OUTPUT_H
#include <carrick/status.h>

/** Remove a file; none there is fine. */
ck_status ck_output_remove(ck_error *error, const char *path);
/** `name` in the folder of `path`; the caller frees. */
char *ck_output_beside(ck_error *error, const char *path, const char *name);

#endif
