/* Attributes: small facts on the root or on an object. Rank 0's value is written, so that all ranks hand HDF5 the same. */
#include "base/fault.h"
#include "base/memory.h"
#include "store/h5_inside.h"
#include <string.h>

static hid_t open_object(const ck_h5 *file, const char *object) {
    return H5Oopen(file->file, *object ? object : "/", H5P_DEFAULT);
}

/* Write one attribute, replacing an older one. */
static void put(ck_h5 *file, ck_error *error, const char *object, const char *name, hid_t file_type, hid_t memory_type,
                const void *value) {
    hid_t place = ck_h5_exists(file->file, object) ? open_object(file, object) : H5I_INVALID_HID;
    hid_t space = H5Screate(H5S_SCALAR), attribute = H5I_INVALID_HID;
    if (place >= 0) {
        if (H5Aexists(place, name) > 0)
            H5Adelete(place, name);
        attribute = H5Acreate2(place, name, file_type, space, H5P_DEFAULT, H5P_DEFAULT);
    }
    if (attribute < 0 || H5Awrite(attribute, memory_type, value) < 0 || ck_fault(CK_FAULT_H5))
        ck_fail(error, CK_FILE, "Cannot write %s: attribute %s of /%s fails; the disk may be full.", file->path, name,
                object);
    if (attribute >= 0)
        H5Aclose(attribute);
    H5Sclose(space);
    if (place >= 0)
        H5Oclose(place);
}

/* The attribute, or a sentence; the caller closes it. */
static hid_t find(ck_h5 *file, ck_error *error, const char *object, const char *name) {
    hid_t attribute = H5I_INVALID_HID;
    if (ck_h5_exists(file->file, object)) {
        hid_t place = open_object(file, object);
        if (H5Aexists(place, name) > 0)
            attribute = H5Aopen(place, name, H5P_DEFAULT);
        H5Oclose(place);
    }
    if (attribute < 0)
        ck_fail(error, CK_FILE, "Cannot read %s: attribute %s of /%s is absent; make the file again.", file->path, name,
                object);
    return attribute;
}

/* A UTF-8 text of n bytes, padded with NUL; at least one byte long, as HDF5 demands. */
static hid_t text_type(size_t n) {
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, n ? n : 1);
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    H5Tset_cset(type, H5T_CSET_UTF8);
    return type;
}

ck_status ck_h5_set_text(ck_h5 *file, ck_error *error, const char *object, const char *name, const char *text) {
    if (ck_par_agree(file->comm, error) != CK_OK)
        return error->status;
    uint64_t n = text ? strlen(text) : 0;
    ck_par_broadcast(file->comm, 0, &n, sizeof n);
    char *copy = ck_alloc_zero(error, n + 1, 1);
    if (copy && text && file->comm->rank == 0)
        memcpy(copy, text, n);
    ck_h5_reserve(file, error, n);
    if (ck_par_agree(file->comm, error) == CK_OK) {
        ck_par_broadcast(file->comm, 0, copy, n);
        hid_t type = text_type(n);
        put(file, error, object, name, type, type, copy);
        H5Tclose(type);
    }
    ck_free(copy);
    return ck_par_agree(file->comm, error);
}

ck_status ck_h5_get_text(ck_h5 *file, ck_error *error, const char *object, const char *name, char **text) {
    *text = NULL;
    if (ck_par_agree(file->comm, error) != CK_OK)
        return error->status;
    hid_t attribute = find(file, error, object, name);
    hid_t stored = attribute < 0 ? H5I_INVALID_HID : H5Aget_type(attribute);
    if (stored >= 0 && (H5Tget_class(stored) != H5T_STRING || H5Tis_variable_str(stored) > 0))
        ck_fail(error, CK_FILE, "Cannot read %s: attribute %s of /%s is not a text of fixed length.", file->path, name,
                object);
    size_t n = stored >= 0 ? H5Tget_size(stored) : 0;
    char *copy = error->status == CK_OK ? ck_alloc_zero(error, n + 1, 1) : NULL;
    if (copy) {
        hid_t type = text_type(n);
        if (H5Aread(attribute, type, copy) < 0 || ck_fault(CK_FAULT_H5))
            ck_fail(error, CK_FILE, "Cannot read %s: attribute %s of /%s fails.", file->path, name, object);
        H5Tclose(type);
    }
    if (stored >= 0)
        H5Tclose(stored);
    if (attribute >= 0)
        H5Aclose(attribute);
    if (ck_par_agree(file->comm, error) != CK_OK) {
        ck_free(copy);
        copy = NULL;
    }
    *text = copy;
    return error->status;
}

ck_status ck_h5_set_u64(ck_h5 *file, ck_error *error, const char *object, const char *name, uint64_t value) {
    if (ck_par_agree(file->comm, error) == CK_OK)
        ck_h5_reserve(file, error, sizeof value);
    if (ck_par_agree(file->comm, error) != CK_OK)
        return error->status;
    ck_par_broadcast(file->comm, 0, &value, sizeof value);
    put(file, error, object, name, H5T_STD_U64LE, H5T_NATIVE_UINT64, &value);
    return ck_par_agree(file->comm, error);
}

ck_status ck_h5_get_u64(ck_h5 *file, ck_error *error, const char *object, const char *name, uint64_t *value) {
    *value = 0;
    if (ck_par_agree(file->comm, error) != CK_OK)
        return error->status;
    hid_t attribute = find(file, error, object, name);
    if (attribute >= 0) {
        if (H5Aread(attribute, H5T_NATIVE_UINT64, value) < 0 || ck_fault(CK_FAULT_H5))
            ck_fail(error, CK_FILE, "Cannot read %s: attribute %s of /%s is not a number.", file->path, name, object);
        H5Aclose(attribute);
    }
    return ck_par_agree(file->comm, error);
}
