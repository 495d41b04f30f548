#include "cli/files.h"
#include "base/memory.h"
#include <errno.h>
#include <stdlib.h>
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

ck_status ck_folder_make(ck_error *error, const char *path) {
    char *part = ck_copy_string(error, path);
    if (!part)
        return error->status;
    for (char *slash = part + 1; !error->status && slash; ) {
        slash = strchr(slash, '/');
        if (slash)
            *slash = 0;
        /* People's data: nobody else may look unless the user says so with chmod. */
        if (mkdir(part, 0700) != 0 && errno != EEXIST)
            ck_fail(error, CK_FILE, "Folder '%s' cannot be made: %s.", part, strerror(errno));
        if (slash)
            *slash++ = '/';
    }
    ck_free(part);
    if (!error->status && !ck_path_is_folder(path))
        ck_fail(error, CK_FILE, "'%s' is in the way: a folder is needed there.", path);
    return error->status;
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
    if (ferror(stream))
        return ck_fail(error, CK_FILE, "'%s' cannot be read: %s.", path, strerror(errno));
    return CK_OK;
}

ck_status ck_file_read(ck_error *error, const char *path, char **text, size_t *n) {
    *text = NULL;
    *n = 0;
    FILE *stream = fopen(path, "rb");
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

ck_status ck_file_share(const ck_comm *comm, ck_error *error, const char *path, char **text, size_t *n) {
    *text = NULL;
    *n = 0;
    if (comm->rank == 0)
        ck_file_read(error, path, text, n);
    uint64_t bytes = *n;
    ck_par_broadcast(comm, 0, &bytes, sizeof bytes);
    if (comm->rank != 0)
        *text = ck_alloc(error, (size_t)bytes + 1, 1);
    if (ck_par_agree(comm, error)) {
        ck_free(*text);
        *text = NULL;
        return error->status;
    }
    *n = (size_t)bytes;
    ck_par_broadcast(comm, 0, *text, *n);
    (*text)[*n] = 0;
    return CK_OK;
}

ck_status ck_out_open(ck_error *error, const char *path, ck_out_file *out) {
    *out = (ck_out_file){.stream = stdout};
    if (!path || strcmp(path, "-") == 0)
        return CK_OK;
    size_t n = strlen(path) + sizeof ".partial";
    out->stream = NULL;
    out->path = ck_copy_string(error, path);
    out->temporary = ck_alloc(error, n, 1);
    if (error->status)
        return error->status;
    snprintf(out->temporary, n, "%s.partial", path);
    out->stream = fopen(out->temporary, "wb");
    if (!out->stream)
        return ck_fail(error, CK_FILE, "'%s' cannot be written: %s.", path, strerror(errno));
    return CK_OK;
}

ck_status ck_out_commit(ck_error *error, ck_out_file *out) {
    const char *name = out->path ? out->path : "standard output";
    bool written = fflush(out->stream) == 0 && !ferror(out->stream);
    if (written && out->path)
        written = fsync(fileno(out->stream)) == 0;
    if (out->path) {
        written = fclose(out->stream) == 0 && written;
        out->stream = NULL;
        written = written && rename(out->temporary, out->path) == 0;
    }
    if (!written)
        return ck_fail(error, CK_FILE, "'%s' could not be written whole: %s; free some space and try again.", name, strerror(errno));
    ck_free(out->temporary);
    out->temporary = NULL;
    return CK_OK;
}

void ck_out_close(ck_out_file *out) {
    if (out->path && out->stream)
        fclose(out->stream);
    if (out->temporary)
        unlink(out->temporary);
    ck_free(out->temporary);
    ck_free(out->path);
    *out = (ck_out_file){0};
}

ck_status ck_file_write(ck_error *error, const char *path, const char *text, size_t n) {
    ck_out_file out = {0};
    if (ck_out_open(error, path, &out) == CK_OK) {
        /* A short write leaves the stream's error flag set, which commit reports. */
        fwrite(text, 1, n, out.stream);
        ck_out_commit(error, &out);
    }
    ck_out_close(&out);
    return error->status;
}
