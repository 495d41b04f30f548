#include "store/h5.h"
#include "base/fault.h"
#include "base/memory.h"
#include "base/out_file.h"
#include "store/h5_inside.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *ck_h5_library(void) {
    static char text[48];
    unsigned major = 0, minor = 0, release = 0;
    H5get_libversion(&major, &minor, &release);
    snprintf(text, sizeof text, "HDF5 %u.%u.%u", major, minor, release);
    return text;
}

/* One rank opens as any program does; several go through MPI-IO, with metadata read and written together. */
static hid_t access_properties(const ck_comm *comm) {
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (comm->size > 1) {
        /* The handle begins with the communicator (par.h). */
        H5Pset_fapl_mpio(access, *(MPI_Comm *)comm->handle, MPI_INFO_NULL);
        H5Pset_all_coll_metadata_ops(access, true);
        H5Pset_coll_metadata_write(access, true);
    }
#if H5_VERSION_GE(1, 10, 2)
    /* From this version of the format on metadata carry checksums, as our datasets do: a flipped bit is found wherever it is. */
    H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_LATEST);
#endif
#if H5_VERSION_GE(1, 10, 7)
    /* Cluster file systems often have no locks; writers use a name of their own, so none are needed. */
    H5Pset_file_locking(access, false, true);
#endif
    return access;
}

/* A handle with its names, before any file is touched. */
static ck_h5 *new_handle(const ck_comm *comm, ck_error *error, const char *path, bool writing) {
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL); /* failures are told in sentences of our own */
    ck_h5 *file = ck_alloc_zero(error, 1, sizeof *file);
    if (file) {
        *file = (ck_h5){.comm = comm, .file = H5I_INVALID_HID, .writing = writing, .fd = -1};
        file->path = ck_copy_string(error, path);
        file->temporary = writing ? ck_out_temporary(error, path) : NULL;
    }
    if (ck_par_agree(comm, error) != CK_OK) {
        ck_h5_close(file);
        file = NULL;
    }
    return file;
}

/* HDF5 hides errno, so the reason is asked of the system first. */
static int try_open(ck_error *error, const char *path, const char *named, int flags, const char *verb) {
    int fd = ck_fault(flags & O_CREAT ? CK_FAULT_WRITE : CK_FAULT_READ) ? -1 : open(path, flags | O_CLOEXEC, 0666);
    if (fd < 0)
        ck_fail(error, CK_FILE, "Cannot %s %s: %s.", verb, named, strerror(errno));
    return fd;
}

/* More than HDF5 spends on the header of an object and the groups on its way, or on an attribute. */
static const uint64_t OBJECT_BYTES = 16 << 10, STEP_BYTES = 1 << 20;

void ck_h5_reserve(ck_h5 *file, ck_error *error, uint64_t bytes) {
    if (file->fd < 0)
        return;
    file->used += bytes + OBJECT_BYTES;
    if (file->used <= file->reserved)
        return;
    int failed = fallocate(file->fd, 0, 0, (off_t)(file->used + STEP_BYTES));
    if (failed && (errno == ENOSPC || errno == EFBIG || errno == EDQUOT))
        ck_fail(error, CK_FILE, "Cannot write %s: no room for %llu more bytes; the disk may be full (%s).", file->path,
                (unsigned long long)(file->used + STEP_BYTES - file->reserved), strerror(errno));
    else
        file->reserved = file->used + STEP_BYTES; /* or the file system makes no promises */
}

ck_status ck_h5_create(const ck_comm *comm, ck_error *error, const char *path, const char *file_kind,
                       uint32_t format_version, ck_h5 **out) {
    *out = NULL;
    ck_h5 *file = new_handle(comm, error, path, true);
    if (!file)
        return error->status;
    if (comm->rank == 0)
        file->fd = try_open(error, file->temporary, path, O_RDWR | O_CREAT | O_TRUNC, "write");
    if (error->status == CK_OK)
        ck_h5_reserve(file, error, 0);
    if (ck_par_agree(comm, error) == CK_OK) {
        hid_t access = access_properties(comm), create = H5Pcreate(H5P_FILE_CREATE);
        H5Pset_obj_track_times(create, false); /* same input, same bytes */
        file->file = H5Fcreate(file->temporary, H5F_ACC_TRUNC, create, access);
        H5Pclose(create);
        H5Pclose(access);
        if (file->file < 0 || ck_fault(CK_FAULT_H5))
            ck_fail(error, CK_FILE, "Cannot write %s: HDF5 cannot create it.", path);
    }
    ck_h5_set_text(file, error, "", "carrick_file", file_kind);
    ck_h5_set_u64(file, error, "", "format_version", format_version);
    if (error->status != CK_OK) {
        ck_h5_close(file);
        return error->status;
    }
    *out = file;
    return CK_OK;
}

static void check_readable(ck_error *error, const char *path) {
    int fd = try_open(error, path, path, O_RDONLY, "read");
    if (fd >= 0)
        close(fd);
}

/* Is this the kind and version of file that the caller can read? */
static void check_kind(ck_h5 *file, ck_error *error, const char *file_kind, uint32_t format_version) {
    char *kind = NULL;
    uint64_t version = 0;
    ck_error absent = {0};
    ck_h5_get_text(file, &absent, "", "carrick_file", &kind);
    ck_h5_get_u64(file, &absent, "", "format_version", &version);
    if (absent.status != CK_OK || strcmp(kind, file_kind) != 0)
        ck_fail(error, CK_FILE, "%s is not a %s file of Carrick.", file->path, file_kind);
    else if (version != format_version)
        ck_fail(error, CK_FILE, "%s has format version %llu, but this Carrick reads version %u; make it again.",
                file->path, (unsigned long long)version, format_version);
    ck_free(kind);
}

ck_status ck_h5_open(const ck_comm *comm, ck_error *error, const char *path, const char *file_kind,
                     uint32_t format_version, ck_h5 **out) {
    *out = NULL;
    ck_h5 *file = new_handle(comm, error, path, false);
    if (!file)
        return error->status;
    if (comm->rank == 0)
        check_readable(error, path);
    if (ck_par_agree(comm, error) == CK_OK) {
        hid_t access = access_properties(comm);
        file->file = H5Fopen(path, H5F_ACC_RDONLY, access);
        H5Pclose(access);
        if (file->file < 0 || ck_fault(CK_FAULT_H5))
            ck_fail(error, CK_FILE, "Cannot read %s: it is not a whole HDF5 file (perhaps cut short); make it again.",
                    path);
    }
    if (ck_par_agree(comm, error) == CK_OK)
        check_kind(file, error, file_kind, format_version);
    if (ck_par_agree(comm, error) != CK_OK) {
        ck_h5_close(file);
        return error->status;
    }
    *out = file;
    return CK_OK;
}

/* Flush and close the HDF5 file, and give back what was reserved and not used (MPI-IO sets the size itself). */
static void finish(ck_h5 *file, ck_error *error) {
    hsize_t size = 0;
    bool good = H5Fflush(file->file, H5F_SCOPE_LOCAL) >= 0;
    if (file->comm->size == 1)
        good = good && H5Fget_filesize(file->file, &size) >= 0;
    good = H5Fclose(file->file) >= 0 && !ck_fault(CK_FAULT_H5) && good;
    file->file = H5I_INVALID_HID;
    if (good && file->comm->size == 1)
        good = ftruncate(file->fd, (off_t)size) == 0;
    if (!good)
        ck_fail(error, CK_FILE, "Cannot write %s: the disk may be full.", file->path);
}

/* The bytes must be on the disk before the name is, or a power cut leaves a good name on a bad file. */
static void publish(ck_h5 *file, ck_error *error) {
    if (ck_out_sync(error, file->fd, file->path) == CK_OK)
        ck_out_rename(error, file->temporary, file->path);
}

ck_status ck_h5_commit(ck_h5 *file, ck_error *error) {
    const ck_comm *comm = file->comm;
    if (ck_par_agree(comm, error) == CK_OK)
        finish(file, error);
    if (ck_par_agree(comm, error) == CK_OK && comm->rank == 0)
        publish(file, error);
    if (ck_par_agree(comm, error) == CK_OK)
        file->writing = false;
    ck_h5_close(file);
    return error->status;
}

void ck_h5_close(ck_h5 *file) {
    if (!file)
        return;
    if (file->file >= 0)
        H5Fclose(file->file);
    if (file->fd >= 0)
        close(file->fd);
    if (file->writing && file->temporary && file->comm->rank == 0)
        unlink(file->temporary);
    ck_free(file->temporary);
    ck_free(file->path);
    ck_free(file);
}
