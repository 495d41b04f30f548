/* Datasets: one-dimensional, contiguous, unfiltered. Each rank moves its own contiguous slice, independently of the
 * others: slices are large and do not interleave, so collective buffering would only copy them once more, and a rank
 * whose disk is full cannot leave the others waiting. */
#include "base/fault.h"
#include "base/hash.h"
#include "base/lanes.h"
#include "base/memory.h"
#include "store/h5_inside.h"
#include <stdlib.h>
#include <string.h>

/* MPI-IO counts bytes in an int. */
static const uint64_t PIECE_BYTES = UINT64_C(1) << 30;

hid_t ck_h5_memory_type(ck_h5_type type) {
    const hid_t types[] = {H5T_NATIVE_UINT8,  H5T_NATIVE_UINT16, H5T_NATIVE_UINT32, H5T_NATIVE_UINT64,
                           H5T_NATIVE_INT32, H5T_NATIVE_INT64,  H5T_NATIVE_DOUBLE};
    return types[type];
}

hid_t ck_h5_file_type(ck_h5_type type) {
    const hid_t types[] = {H5T_STD_U8LE,  H5T_STD_U16LE, H5T_STD_U32LE,  H5T_STD_U64LE,
                           H5T_STD_I32LE, H5T_STD_I64LE, H5T_IEEE_F64LE};
    return types[type];
}

static size_t width_of(ck_h5_type type) {
    const size_t widths[] = {1, 2, 4, 8, 4, 8, 8};
    return widths[type];
}

/* The sum over elements that stands for the dataset. An integer counts as the 64 bits of its value, whatever its
 * width, so a file checks out when it is read into wider integers too. */
#define SUM_AS(ctype, to_bits)                                                                                      \
    do {                                                                                                            \
        const ctype *x = elements;                                                                                  \
        for (uint64_t i = 0; i < n; i++)                                                                            \
            sum += ck_hash_mix(ck_hash_mix(begin + i + 1) ^ (to_bits));                                             \
    } while (0)

typedef uint64_t any_bits __attribute__((may_alias)); /* doubles count by their bits */

LANES static uint64_t checksum(ck_h5_type type, uint64_t begin, uint64_t n, const void *elements) {
    uint64_t sum = 0;
    switch (type) {
    case CK_H5_U8: SUM_AS(uint8_t, x[i]); break;
    case CK_H5_U16: SUM_AS(uint16_t, x[i]); break;
    case CK_H5_U32: SUM_AS(uint32_t, x[i]); break;
    case CK_H5_I32: SUM_AS(int32_t, (uint64_t)(int64_t)x[i]); break;
    case CK_H5_U64:
    case CK_H5_I64:
    case CK_H5_F64: SUM_AS(any_bits, x[i]); break;
    }
    return sum;
}

bool ck_h5_exists(hid_t file, const char *name) {
    char part[1024];
    size_t n = strlen(name);
    if (n >= sizeof part)
        return false;
    for (size_t i = 1; i <= n; i++) {
        if (name[i] != '/' && name[i] != 0)
            continue;
        memcpy(part, name, i);
        part[i] = 0;
        if (H5Lexists(file, part, H5P_DEFAULT) <= 0)
            return false;
    }
    return true;
}

bool ck_h5_has(ck_h5 *file, const char *name) {
    return ck_h5_exists(file->file, name);
}

/* The groups on the way to a dataset, without times in them, which HDF5 would put into those it makes itself. */
static void create_groups(hid_t file, const char *name) {
    char part[1024];
    hid_t create = H5Pcreate(H5P_GROUP_CREATE);
    H5Pset_obj_track_times(create, false);
    for (const char *slash = strchr(name, '/'); slash && (size_t)(slash - name) < sizeof part; slash = strchr(slash + 1, '/')) {
        memcpy(part, name, (size_t)(slash - name));
        part[slash - name] = 0;
        hid_t group = ck_h5_exists(file, part) ? H5I_INVALID_HID : H5Gcreate2(file, part, H5P_DEFAULT, create, H5P_DEFAULT);
        if (group >= 0)
            H5Gclose(group);
    }
    H5Pclose(create);
}

static hid_t create_dataset(ck_h5 *file, const char *name, ck_h5_type type, uint64_t total) {
    hsize_t extent = total;
    create_groups(file->file, name);
    hid_t space = H5Screate_simple(1, &extent, NULL), create = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_layout(create, H5D_CONTIGUOUS);
    H5Pset_alloc_time(create, H5D_ALLOC_TIME_EARLY);
    H5Pset_fill_time(create, H5D_FILL_TIME_NEVER); /* every element is written */
    H5Pset_obj_track_times(create, false);         /* same input, same bytes */
    hid_t dataset = H5Dcreate2(file->file, name, ck_h5_file_type(type), space, H5P_DEFAULT, create, H5P_DEFAULT);
    H5Pclose(create);
    H5Sclose(space);
    return dataset;
}

/* Move [begin, begin + n) between memory and the dataset, a piece at a time. */
static bool move_pieces(hid_t dataset, ck_h5_type type, uint64_t begin, uint64_t n, const void *from, void *to) {
    hid_t space = H5Dget_space(dataset), memory_type = ck_h5_memory_type(type);
    uint64_t room = PIECE_BYTES / width_of(type);
    bool good = space >= 0;
    for (uint64_t at = 0; good && at < n; at += room) {
        hsize_t start = begin + at, count = n - at < room ? n - at : room;
        size_t byte = (size_t)at * width_of(type);
        hid_t memory = H5Screate_simple(1, &count, NULL);
        herr_t moved = H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &count, NULL);
        if (moved >= 0)
            moved = from ? H5Dwrite(dataset, memory_type, memory, space, H5P_DEFAULT, (const char *)from + byte)
                         : H5Dread(dataset, memory_type, memory, space, H5P_DEFAULT, (char *)to + byte);
        H5Sclose(memory);
        good = moved >= 0;
    }
    if (space >= 0)
        H5Sclose(space);
    return good;
}

ck_status ck_h5_begin_parts(ck_h5 *file, ck_error *error, const char *name, ck_h5_type type, uint64_t total, ck_h5_parts *parts) {
    *parts = (ck_h5_parts){file, name, type, H5I_INVALID_HID, total, 0, 0};
    ck_h5_reserve(file, error, total * width_of(type));
    if (ck_par_agree(file->comm, error) == CK_OK)
        parts->dataset = create_dataset(file, name, type, total);
    return error->status;
}

ck_status ck_h5_write_part(ck_h5_parts *parts, ck_error *error, uint64_t begin, uint64_t n, const void *elements) {
    if (error->status != CK_OK)
        return error->status;
    parts->written += n;
    parts->sum += checksum(parts->type, begin, n, elements);
    if (begin + n <= parts->total && /* else the sum of all parts is wrong too, and ck_h5_end_parts says so */
        (parts->dataset < 0 || !move_pieces(parts->dataset, parts->type, begin, n, elements, NULL) || ck_fault(CK_FAULT_H5)))
        ck_fail(error, CK_FILE, "Cannot write %s: /%s fails; the disk may be full.", parts->file->path, parts->name);
    return error->status;
}

ck_status ck_h5_end_parts(ck_h5_parts *parts, ck_error *error) {
    ck_h5 *file = parts->file;
    bool made = parts->dataset >= 0;
    if (made)
        H5Dclose(parts->dataset);
    if (ck_par_agree(file->comm, error) != CK_OK)
        return error->status;
    uint64_t sums[2] = {parts->written, parts->sum};
    ck_par_sum(file->comm, sums, 2);
    if (sums[0] != parts->total)
        return ck_fail(error, CK_INTERNAL, "Writing /%s of %s: the ranks hold %llu elements, not %llu.", parts->name, file->path,
                       (unsigned long long)sums[0], (unsigned long long)parts->total);
    return ck_h5_set_u64(file, error, parts->name, "checksum", sums[1]);
}

ck_status ck_h5_write(ck_h5 *file, ck_error *error, const char *name, ck_h5_type type, uint64_t total, uint64_t begin,
                      uint64_t n, const void *elements) {
    ck_h5_parts parts;
    if (ck_h5_begin_parts(file, error, name, type, total, &parts) != CK_OK)
        return error->status;
    ck_h5_write_part(&parts, error, begin, n, elements);
    return ck_h5_end_parts(&parts, error);
}

ck_status ck_h5_write_root(ck_h5 *file, ck_error *error, const char *name, ck_h5_type type, uint64_t n,
                           const void *elements) {
    uint64_t total = n;
    ck_par_broadcast(file->comm, 0, &total, sizeof total);
    bool root = file->comm->rank == 0;
    return ck_h5_write(file, error, name, type, total, root ? 0 : total, root ? n : 0, elements);
}

/* Open a dataset of one dimension and say how long it is; a sentence otherwise. */
static hid_t open_dataset(ck_h5 *file, ck_error *error, const char *name, uint64_t *elements) {
    *elements = 0;
    hid_t dataset = ck_h5_exists(file->file, name) ? H5Dopen2(file->file, name, H5P_DEFAULT) : H5I_INVALID_HID;
    if (dataset < 0) {
        ck_fail(error, CK_FILE, "Cannot read %s: /%s is absent; make the file again.", file->path, name);
        return dataset;
    }
    hid_t space = H5Dget_space(dataset);
    hsize_t extent = 0;
    if (H5Sget_simple_extent_ndims(space) != 1 || H5Sget_simple_extent_dims(space, &extent, NULL) < 0)
        ck_fail(error, CK_FILE, "Cannot read %s: /%s has not one dimension.", file->path, name);
    *elements = extent;
    H5Sclose(space);
    return dataset;
}

ck_status ck_h5_size(ck_h5 *file, ck_error *error, const char *name, uint64_t *elements) {
    *elements = 0;
    if (ck_par_agree(file->comm, error) != CK_OK)
        return error->status;
    hid_t dataset = open_dataset(file, error, name, elements);
    if (dataset >= 0)
        H5Dclose(dataset);
    return ck_par_agree(file->comm, error);
}

static int by_begin(const void *a, const void *b) {
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Do the slices {begin, n} of the ranks tile [0, total) exactly once? Empty ones have begin = total. */
static bool slices_tile(uint64_t *slice, size_t ranks, uint64_t total) {
    qsort(slice, ranks, 2 * sizeof *slice, by_begin);
    uint64_t at = 0;
    for (size_t r = 0; r < ranks && slice[2 * r + 1]; r++) {
        if (slice[2 * r] != at)
            return false;
        at += slice[2 * r + 1];
    }
    return at == total;
}

static void compare_sum(ck_h5 *file, ck_error *error, const char *name, uint64_t sum) {
    uint64_t stored = 0;
    if (ck_h5_get_u64(file, error, name, "checksum", &stored) == CK_OK && stored != sum)
        ck_fail(error, CK_FILE, "Cannot read %s: /%s does not match its checksum; the file is damaged: delete it, and make it again.",
                file->path, name);
}

ck_status ck_h5_check(ck_h5 *file, ck_error *error, const char *name, uint64_t sum) {
    ck_par_sum(file->comm, &sum, 1);
    compare_sum(file, error, name, sum);
    return ck_par_agree(file->comm, error);
}

/* What was read against the stored sum, when the ranks read all of it once together, or all of it each. */
static void verify(ck_h5 *file, ck_error *error, const char *name, uint64_t total, uint64_t begin, uint64_t n,
                   uint64_t sum) {
    uint64_t mine[2] = {n ? begin : total, n}, all_of_it = n == total, *offset;
    void *slices;
    if (ck_par_gather_all(file->comm, error, mine, sizeof mine, &slices, &offset) != CK_OK)
        return;
    bool once = slices_tile(slices, (size_t)file->comm->size, total);
    ck_free(slices);
    ck_free(offset);
    ck_par_sum(file->comm, &all_of_it, 1);
    bool each = all_of_it == (uint64_t)file->comm->size;
    if (!once && !each)
        return;
    if (!each)
        ck_par_sum(file->comm, &sum, 1);
    compare_sum(file, error, name, sum);
}

/* Each rank its slice; `*total` is how long the dataset is. */
static ck_status read_slice(ck_h5 *file, ck_error *error, const char *name, ck_h5_type type, uint64_t begin, uint64_t n,
                            void *elements, uint64_t *total_out) {
    uint64_t total = 0;
    if (ck_par_agree(file->comm, error) != CK_OK)
        return error->status;
    hid_t dataset = open_dataset(file, error, name, &total);
    if (dataset >= 0) {
        if (n > total || begin > total - n)
            ck_fail(error, CK_FILE, "Cannot read %s: /%s holds only %llu elements; make the file again.", file->path,
                    name, (unsigned long long)total);
        else if (!move_pieces(dataset, type, begin, n, NULL, elements) || ck_fault(CK_FAULT_H5))
            ck_fail(error, CK_FILE, "Cannot read %s: /%s fails.", file->path, name);
        H5Dclose(dataset);
    }
    *total_out = total;
    return ck_par_agree(file->comm, error);
}

ck_status ck_h5_read_part(ck_h5 *file, ck_error *error, const char *name, ck_h5_type type, uint64_t begin, uint64_t n,
                          void *elements, uint64_t *sum) {
    uint64_t total = 0;
    if (read_slice(file, error, name, type, begin, n, elements, &total) == CK_OK)
        *sum += checksum(type, begin, n, elements);
    return error->status;
}

ck_status ck_h5_read(ck_h5 *file, ck_error *error, const char *name, ck_h5_type type, uint64_t begin, uint64_t n,
                     void *elements) {
    uint64_t total = 0;
    if (read_slice(file, error, name, type, begin, n, elements, &total) == CK_OK)
        verify(file, error, name, total, begin, n, checksum(type, begin, n, elements));
    return ck_par_agree(file->comm, error);
}
