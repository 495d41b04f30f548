#include "base/path.h"
#include "base/fault.h"
#include "base/memory.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *ck_path_join(ck_error *error, const char *folder, const char *name) {
    size_t n = strlen(folder) + strlen(name) + 2;
    char *path = ck_alloc(error, n, 1);
    if (path)
        snprintf(path, n, "%s/%s", folder, name);
    return path;
}

bool ck_path_is_folder(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

bool ck_path_is_file(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

bool ck_path_is_pipe(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISFIFO(info.st_mode);
}

ck_status ck_path_readable(ck_error *error, const char *path) {
    if (ck_path_is_folder(path))
        return ck_fail(error, CK_FILE, "Cannot read %s: it is a folder.", path);
    if (access(path, R_OK) != 0)
        return ck_fail(error, CK_FILE, "Cannot read %s: %s.", path, strerror(errno));
    return CK_OK;
}

static ck_status read_stream(ck_error *error, const char *path, FILE *stream, char **text, size_t *n) {
    size_t capacity = 0, got;
    do {
        if (ck_grow(error, text, &capacity, *n + 65536 + 1, 1))
            return error->status;
        got = fread(*text + *n, 1, 65536, stream);
        *n += got;
    } while (got);
    (*text)[*n] = 0;
    if (ck_fault(CK_FAULT_READ) || ferror(stream))
        return ck_fail(error, CK_FILE, "'%s' cannot be read: %s.", path, strerror(errno));
    return CK_OK;
}

ck_status ck_file_read(ck_error *error, const char *path, char **text, size_t *n) {
    *text = NULL;
    *n = 0;
    FILE *stream = ck_fault(CK_FAULT_READ) ? NULL : fopen(path, "rb");
    if (!stream)
        return ck_fail(error, CK_FILE, "'%s' cannot be read: %s.", path, strerror(errno));
    ck_status status = read_stream(error, path, stream, text, n);
    fclose(stream);
    if (status) {
        ck_free(*text);
        *text = NULL;
    }
    return status;
}

ck_status ck_file_read_text(ck_error *error, const char *path, char **text, size_t *n) {
    if (ck_file_read(error, path, text, n) != CK_OK || strlen(*text) == *n)
        return error->status;
    ck_fail(error, CK_DATA, "'%s' is no text in UTF-8: byte %zu is NUL.", path, strlen(*text) + 1);
    ck_free(*text);
    *text = NULL;
    *n = 0;
    return error->status;
}
