#include "ingest/output.h"
#include "base/memory.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

ck_status ck_output_remove(ck_error *error, const char *path) {
    if (unlink(path) != 0 && errno != ENOENT)
        return ck_fail(error, CK_FILE, "File %s of an earlier run cannot be removed: %s.", path, strerror(errno));
    return CK_OK;
}

char *ck_output_beside(ck_error *error, const char *path, const char *name) {
    const char *slash = strrchr(path, '/');
    size_t folder_n = slash ? (size_t)(slash - path) + 1 : 0, name_n = strlen(name);
    char *beside = ck_alloc(error, folder_n + name_n + 1, 1);
    if (!beside)
        return NULL;
    memcpy(beside, path, folder_n);
    memcpy(beside + folder_n, name, name_n + 1);
    return beside;
}
