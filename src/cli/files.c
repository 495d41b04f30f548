#include "cli/files.h"
#include "base/memory.h"
#include <string.h>
#include <sys/stat.h>

ck_status ck_file_apart(ck_error *error, const char *out, const char *in) {
    struct stat a, b;
    if (!out || !in || stat(out, &a) != 0 || stat(in, &b) != 0 || !S_ISREG(a.st_mode) || a.st_dev != b.st_dev || a.st_ino != b.st_ino)
        return error->status;
    return ck_fail(error, CK_USAGE, "'%s' is read here, so it is not written over; name another file.", in);
}

ck_status ck_file_share(const ck_comm *comm, ck_error *error, const char *path, char **text, size_t *n) {
    *text = NULL;
    *n = 0;
    if (comm->rank == 0)
        ck_file_read_text(error, path, text, n);
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
