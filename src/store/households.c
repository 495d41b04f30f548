#include "store/households.h"
#include "base/memory.h"
#include "store/h5.h"

static void write_array(ck_h5 *file, ck_error *error, const char *name, ck_h5_type type, uint64_t n, const void *elements, const char *description) {
    ck_h5_write_root(file, error, name, type, n, elements);
    ck_h5_set_text(file, error, name, "description", description);
}

ck_status ck_households_write(const ck_comm *comm, ck_error *error, const char *path, const ck_households *households) {
    ck_h5 *file;
    if (ck_h5_create(comm, error, path, "households", CK_HOUSEHOLDS_VERSION, &file) != CK_OK)
        return error->status;
    ck_h5_set_text(file, error, "", "stamp", households->stamp);
    write_array(file, error, "person/household", CK_H5_U32, comm->rank ? 0 : households->persons, households->household,
                "Household of each person of index.h5, from 1; 0: no home is known");
    uint64_t n = comm->rank ? 0 : households->households;
    write_array(file, error, "household/size", CK_H5_U32, n, households->size, "Persons of household h at h - 1");
    write_array(file, error, "household/kind", CK_H5_U8, n, households->kind, "0: private, 1: an institution, since it is large, 2: an institution by its address");
    write_array(file, error, "household/key", CK_H5_U8, n, households->key, "1: by the home's number (UPRN), 2: by its address");
    return ck_h5_commit(file, error);
}

static void *read_array(ck_h5 *file, ck_error *error, const char *name, ck_h5_type type, size_t width, uint64_t *n) {
    uint64_t have = 0;
    if (ck_h5_size(file, error, name, &have) == CK_OK && *n != UINT64_MAX && have != *n)
        ck_fail(error, CK_FILE, "households.h5 is damaged: /%s has another length than what stands beside it; make the file again.", name);
    void *elements = error->status == CK_OK ? ck_alloc(error, have, width) : NULL;
    ck_h5_read(file, error, name, type, 0, elements ? have : 0, elements);
    *n = have;
    return elements;
}

static bool is_whole(const ck_households *h) {
    for (uint64_t p = 0; p < h->persons; p++)
        if (h->household[p] > h->households)
            return false;
    for (uint64_t i = 0; i < h->households; i++)
        if (h->size[i] == 0 || h->size[i] > h->persons)
            return false;
    return true;
}

ck_status ck_households_open(const ck_comm *comm, ck_error *error, const char *path, ck_households *households) {
    ck_h5 *file;
    *households = (ck_households){.persons = UINT64_MAX, .households = UINT64_MAX};
    if (ck_h5_open(comm, error, path, "households", CK_HOUSEHOLDS_VERSION, &file) != CK_OK)
        return error->status;
    ck_h5_get_text(file, error, "", "stamp", &households->stamp);
    households->household = read_array(file, error, "person/household", CK_H5_U32, sizeof *households->household, &households->persons);
    households->size = read_array(file, error, "household/size", CK_H5_U32, sizeof *households->size, &households->households);
    households->kind = read_array(file, error, "household/kind", CK_H5_U8, 1, &households->households);
    households->key = read_array(file, error, "household/key", CK_H5_U8, 1, &households->households);
    ck_h5_close(file);
    if (error->status == CK_OK && !is_whole(households))
        ck_fail(error, CK_FILE, "Cannot read %s: /person/household or /household/size is damaged; make the file again.", path);
    if (ck_par_agree(comm, error) != CK_OK)
        ck_households_free(households);
    return error->status;
}

void ck_households_free(ck_households *households) {
    ck_free(households->household);
    ck_free(households->size);
    ck_free(households->kind);
    ck_free(households->key);
    ck_free(households->stamp);
    *households = (ck_households){0};
}
