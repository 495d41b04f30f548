#include "cli/files.h"
#include "base/memory.h"

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
