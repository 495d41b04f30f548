#include "synth/writer.h"
#include "base/fault.h"
#include "base/memory.h"
#include "base/out_file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PATH_ROOM = 4096 };

struct ck_writer_output {
    char path[PATH_ROOM], temporary[PATH_ROOM + 16];
    int handle;
    uint64_t bytes; /* written by all ranks so far */
};

static ck_status write_at(ck_error *error, const ck_writer_output *file, const char *bytes, size_t n, uint64_t offset) {
    while (n > 0) {
        ssize_t written = ck_fault(CK_FAULT_WRITE) ? -1 : pwrite(file->handle, bytes, n, (off_t)offset);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return ck_fail(error, CK_FILE, "Cannot write %s: %s.", file->path, written < 0 ? strerror(errno) : "the disk takes no more");
        bytes += written;
        n -= (size_t)written;
        offset += (uint64_t)written;
    }
    return CK_OK;
}

static void name_output(ck_error *error, ck_writer_output *file, const char *folder, const char *name) {
    *file = (ck_writer_output){.handle = -1};
    int n = snprintf(file->path, sizeof file->path, "%s/%s", folder, name);
    snprintf(file->temporary, sizeof file->temporary, "%s.partial", file->path);
    if (n < 0 || (size_t)n >= sizeof file->path)
        ck_fail(error, CK_USAGE, "The name of the folder of the made-up region is too long.");
}

static void open_output(ck_error *error, ck_writer_output *file, int flags) {
    if (error->status != CK_OK)
        return;
    file->handle = ck_fault(CK_FAULT_WRITE) ? -1 : open(file->temporary, O_WRONLY | O_CLOEXEC | flags, 0666);
    if (file->handle < 0)
        ck_fail(error, CK_FILE, "Cannot write %s: %s.", file->temporary, strerror(errno));
}

static ck_status close_output(ck_error *error, ck_writer_output *file) {
    int handle = file->handle;
    file->handle = -1;
    if (handle < 0)
        return error->status;
    ck_out_sync(error, handle, file->path);
    if (close(handle) != 0)
        ck_fail(error, CK_FILE, "Cannot write %s: %s.", file->path, strerror(errno));
    return error->status;
}

static void create_outputs(ck_error *error, const char *folder, const ck_writer_file *files, ck_writer *writer) {
    if (error->status != CK_OK || ck_folder_make(error, folder) != CK_OK)
        return;
    for (uint32_t o = 0; o < writer->n; o++) {
        open_output(error, &writer->output[o], O_CREAT | O_TRUNC);
        if (error->status == CK_OK)
            write_at(error, &writer->output[o], files[o].header, strlen(files[o].header), 0);
    }
}

/* Rank 0 makes folder and files, the others open them. */
ck_status ck_writer_open(const ck_comm *comm, ck_error *error, const char *folder, const ck_writer_file *files, uint32_t n, ck_writer *writer) {
    *writer = (ck_writer){.output = ck_alloc_zero(error, n, sizeof *writer->output)};
    if (ck_par_agree(comm, error) != CK_OK)
        return error->status;
    writer->n = n;
    for (uint32_t o = 0; o < n; o++)
        name_output(error, &writer->output[o], folder, files[o].name);
    if (comm->rank == 0)
        create_outputs(error, folder, files, writer);
    if (ck_par_agree(comm, error) != CK_OK)
        return error->status;
    for (uint32_t o = 0; o < n; o++) {
        if (comm->rank > 0)
            open_output(error, &writer->output[o], 0);
        writer->output[o].bytes = strlen(files[o].header);
    }
    return ck_par_agree(comm, error);
}

static void append_file(const ck_comm *comm, ck_error *error, ck_writer_output *file, const ck_span *piece, uint32_t npieces) {
    uint64_t mine = 0;
    for (uint32_t p = 0; p < npieces; p++)
        mine += piece[p].n;
    uint64_t offset = file->bytes + ck_par_sum_before(comm, mine), total = mine;
    ck_par_sum(comm, &total, 1);
    for (uint32_t p = 0; p < npieces && error->status == CK_OK; p++) {
        write_at(error, file, piece[p].bytes, piece[p].n, offset);
        offset += piece[p].n;
    }
    file->bytes += total;
}

ck_status ck_writer_append(const ck_comm *comm, ck_error *error, ck_writer *writer, const ck_span *pieces, uint32_t npieces) {
    for (uint32_t o = 0; o < writer->n; o++)
        append_file(comm, error, &writer->output[o], pieces + (size_t)o * npieces, npieces);
    return ck_par_agree(comm, error);
}

ck_status ck_writer_finish(const ck_comm *comm, ck_error *error, ck_writer *writer) {
    for (uint32_t o = 0; o < writer->n; o++)
        close_output(error, &writer->output[o]);
    ck_par_agree(comm, error);
    if (comm->rank == 0) {
        for (uint32_t o = 0; o < writer->n && error->status == CK_OK; o++)
            ck_out_rename(error, writer->output[o].temporary, writer->output[o].path);
        for (uint32_t o = 0; o < writer->n && error->status != CK_OK; o++)
            unlink(writer->output[o].temporary);
    }
    ck_free(writer->output);
    *writer = (ck_writer){0};
    return ck_par_agree(comm, error);
}
