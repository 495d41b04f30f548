#include "base/out_file.h"
#include "base/fault.h"
#include "base/memory.h"
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static ck_status fail_writing(ck_error *error, const char *path) {
    return ck_fail(error, CK_FILE, "'%s' cannot be written: %s.", path, strerror(errno));
}

/* ---- steps ---- */

char *ck_out_temporary(ck_error *error, const char *path) {
    size_t n = strlen(path) + sizeof ".partial";
    char *name = ck_alloc(error, n, 1);
    if (name)
        snprintf(name, n, "%s.partial", path);
    return name;
}

ck_status ck_out_sync(ck_error *error, int file, const char *path) {
    bool done = !ck_fault(CK_FAULT_FSYNC) && fsync(file) == 0;
    return done || errno == EINVAL || errno == ENOTSUP ? error->status : fail_writing(error, path);
}

/* A new name is on the disk when its folder is. */
static ck_status sync_folder_of(ck_error *error, const char *path) {
    const char *slash = strrchr(path, '/');
    size_t n = !slash ? 0 : slash == path ? 1 : (size_t)(slash - path);
    char *folder = n ? ck_copy_text(error, path, n) : ck_copy_string(error, ".");
    int file = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (file >= 0) {
        ck_out_sync(error, file, path);
        close(file);
    } else if (folder) {
        fail_writing(error, path);
    }
    ck_free(folder);
    return error->status;
}

ck_status ck_out_rename(ck_error *error, const char *temporary, const char *path) {
    if (ck_fault(CK_FAULT_RENAME) || rename(temporary, path) != 0)
        return fail_writing(error, path);
    return sync_folder_of(error, path);
}

/* ---- whole files ---- */

/* Devices and pipes are written as they are: a rename would put a file in their place. */
static bool is_stream(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

/* Made anew: what a process that was killed left under the name may be open elsewhere. */
static FILE *make_private(const char *path) {
    unlink(path);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *stream = file >= 0 ? fdopen(file, "wb") : NULL;
    if (file >= 0 && !stream)
        close(file);
    return stream;
}

static FILE *open_stream(const ck_out_file *out, bool private) {
    if (ck_fault(CK_FAULT_WRITE))
        return NULL;
    if (private && out->temporary)
        return make_private(out->temporary);
    return fopen(out->temporary ? out->temporary : out->path, "wbe");
}

static ck_status open_out(ck_error *error, const char *path, bool private, ck_out_file *out) {
    *out = (ck_out_file){.stream = stdout};
    if (!path || strcmp(path, "-") == 0)
        return CK_OK;
    out->stream = NULL;
    out->path = ck_copy_string(error, path);
    out->temporary = is_stream(path) ? NULL : ck_out_temporary(error, path);
    if (error->status)
        return error->status;
    out->stream = open_stream(out, private);
    return out->stream ? CK_OK : fail_writing(error, path);
}

ck_status ck_out_open(ck_error *error, const char *path, ck_out_file *out) {
    return open_out(error, path, false, out);
}

ck_status ck_out_open_private(ck_error *error, const char *path, ck_out_file *out) {
    return open_out(error, path, true, out);
}

ck_status ck_out_settle(ck_error *error, ck_out_file *out) {
    const char *name = out->path ? out->path : "standard output";
    if (ck_fault(CK_FAULT_WRITE) || fflush(out->stream) != 0 || ferror(out->stream))
        return ck_fail(error, CK_FILE, "'%s' could not be written whole: %s; free some space and try again.", name, strerror(errno));
    return out->path ? ck_out_sync(error, fileno(out->stream), out->path) : CK_OK;
}

ck_status ck_out_commit(ck_error *error, ck_out_file *out) {
    if (ck_out_settle(error, out) != CK_OK || !out->path)
        return error->status;
    bool closed = fclose(out->stream) == 0;
    out->stream = NULL;
    if (!closed)
        fail_writing(error, out->path);
    if (error->status == CK_OK && out->temporary && ck_out_rename(error, out->temporary, out->path) == CK_OK) {
        ck_free(out->temporary);
        out->temporary = NULL;
    }
    return error->status;
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

/* ---- folders ---- */

ck_status ck_folder_make(ck_error *error, const char *path) {
    struct stat found;
    char *part = ck_copy_string(error, path);
    if (!part)
        return error->status;
    for (char *slash = part + 1; !error->status && slash; ) {
        slash = strchr(slash, '/');
        if (slash)
            *slash = 0;
        /* People's data: nobody else may look unless the user says so with chmod. */
        if (ck_fault(CK_FAULT_MKDIR) || (mkdir(part, 0700) != 0 && errno != EEXIST))
            ck_fail(error, CK_FILE, "Folder '%s' cannot be made: %s.", part, strerror(errno));
        if (slash)
            *slash++ = '/';
    }
    ck_free(part);
    if (!error->status && !(stat(path, &found) == 0 && S_ISDIR(found.st_mode)))
        ck_fail(error, CK_FILE, "'%s' is in the way: a folder is needed there.", path);
    return error->status;
}
