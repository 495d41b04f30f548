#include "ingest/output.h"
#include "base/memory.h"
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static ck_status fail_writing(ck_error *error, const char *path) {
    return ck_fail(error, CK_FILE, "File %s cannot be written: %s.", path, strerror(errno));
}

ck_status ck_output_replace(ck_error *error, const char *path, const char *bytes, size_t n) {
    size_t path_n = strlen(path);
    char *part = ck_alloc(error, path_n + sizeof ".part", 1);
    if (!part)
        return error->status;
    memcpy(part, path, path_n);
    memcpy(part + path_n, ".part", sizeof ".part");
    FILE *file = fopen(part, "wb");
    bool fine = file && (n == 0 || fwrite(bytes, n, 1, file) == 1) && fflush(file) == 0 && fsync(fileno(file)) == 0;
    if (!fine)
        fail_writing(error, path);
    if (file && fclose(file) != 0)
        fail_writing(error, path);
    if (error->status == CK_OK && rename(part, path) != 0)
        fail_writing(error, path);
    if (error->status != CK_OK && file)
        unlink(part);
    ck_free(part);
    return error->status;
}

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
