/** Fingerprints of input files: the number that `xxhsum -H3` prints. */
#include "base/fault.h"
#include "base/hash.h"
#include "base/memory.h"
#include "cli/stages.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { PIECE_BYTES = 1 << 20 };

static ck_status hash_stream(ck_error *error, const char *path, FILE *stream, uint64_t *hash) {
    char *piece = ck_alloc(error, PIECE_BYTES, 1);
    XXH3_state_t *state = XXH3_createState();
    if (piece && state) {
        size_t n;
        XXH3_64bits_reset(state);
        while ((n = fread(piece, 1, PIECE_BYTES, stream)) > 0)
            XXH3_64bits_update(state, piece, n);
        *hash = XXH3_64bits_digest(state);
        if (ck_fault(CK_FAULT_READ) || ferror(stream))
            ck_fail(error, CK_FILE, "'%s' cannot be read: %s.", path, strerror(errno));
    } else {
        ck_fail(error, CK_MEMORY, "Out of memory while hashing '%s'.", path);
    }
    XXH3_freeState(state);
    ck_free(piece);
    return error->status;
}

static ck_status hash_file(ck_error *error, const char *path, uint64_t *hash, uint64_t *bytes, uint64_t *modified) {
    struct stat info;
    FILE *stream = ck_fault(CK_FAULT_READ) ? NULL : fopen(path, "rb");
    if (!stream)
        return ck_fail(error, CK_FILE, "'%s' cannot be read: %s.", path, strerror(errno));
    hash_stream(error, path, stream, hash);
    if (fstat(fileno(stream), &info) == 0) {
        *bytes = (uint64_t)info.st_size;
        *modified = (uint64_t)info.st_mtime;
    }
    fclose(stream);
    return error->status;
}

ck_status ck_hash_files(const ck_comm *comm, ck_error *error, const char *const *path, size_t n, uint64_t *hash, uint64_t *bytes,
                        uint64_t *modified) {
    uint64_t *all = ck_alloc_zero(error, 3 * n, sizeof *all);
    for (size_t i = 0; i < n && !error->status; i++)
        if (i % (size_t)comm->size == (size_t)comm->rank)
            hash_file(error, path[i], &all[3 * i], &all[3 * i + 1], &all[3 * i + 2]);
    /* Files that others hash are zero here, so the sum hands everything to everyone. */
    if (ck_par_agree(comm, error) == CK_OK) {
        ck_par_sum(comm, all, 3 * n);
        for (size_t i = 0; i < n; i++) {
            hash[i] = all[3 * i];
            if (bytes)
                bytes[i] = all[3 * i + 1];
            if (modified)
                modified[i] = all[3 * i + 2];
        }
    }
    ck_free(all);
    return error->status;
}
