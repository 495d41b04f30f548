#include "base/memory.h"
#include "store/h5.h"
#include "store/links.h"

/* /person/record is the row of the table itself; it is stored so that readers need no rule about order. */
static void write_records(ck_h5 *file, ck_error *error, const ck_index *index) {
    uint64_t n = index->end - index->begin;
    uint32_t *record = ck_alloc(error, n, sizeof *record);
    for (uint64_t i = 0; record && i < n; i++)
        record[i] = (uint32_t)(index->begin + i);
    ck_h5_write(file, error, "person/record", CK_H5_U32, index->records, index->begin, n, record);
    ck_h5_set_text(file, error, "person/record", "description", "Record number of people.h5");
    ck_free(record);
}

/* Without ids of earlier runs, persons are counted from 1. */
static void write_ids(ck_h5 *file, ck_error *error, const ck_index *index) {
    uint64_t n = index->end - index->begin, *counted = index->id ? NULL : ck_alloc(error, n, sizeof *counted);
    for (uint64_t i = 0; counted && i < n; i++)
        counted[i] = (uint64_t)index->person[i] + 1;
    ck_h5_write(file, error, "person/id", CK_H5_U64, index->records, index->begin, n, index->id ? index->id : counted);
    ck_h5_set_text(file, error, "person/id", "description", "Id of the record's person, kept over updates and never given to another");
    ck_h5_set_u64(file, error, "", "next_id", index->id ? index->next_id : index->persons + 1);
    ck_free(counted);
}

ck_status ck_index_write(const ck_comm *comm, ck_error *error, const char *path, const ck_index *index) {
    ck_h5 *file;
    if (ck_h5_create(comm, error, path, "index", CK_INDEX_VERSION, &file) != CK_OK)
        return error->status;
    ck_h5_set_text(file, error, "", "stamp", index->stamp);
    ck_h5_set_u64(file, error, "", "persons", index->persons);
    write_records(file, error, index);
    ck_h5_write(file, error, "person/person", CK_H5_U32, index->records, index->begin, index->end - index->begin,
                index->person);
    ck_h5_set_text(file, error, "person/person", "description",
                   "Person of the record, counted from 0 in the order of each person's smallest record; of this file alone");
    write_ids(file, error, index);
    return ck_h5_commit(file, error);
}

/* A column that the reader may not want, in pieces: is it whole? Every rank reads as many. Collective. */
static ck_status check_column(const ck_comm *comm, ck_h5 *file, ck_error *error, const ck_index *index, const char *name, ck_h5_type type) {
    enum { PIECE = 1 << 15 };
    uint64_t longest = index->records / (uint64_t)comm->size + 1, n = index->end - index->begin, sum = 0;
    uint64_t *piece = ck_alloc(error, PIECE, sizeof *piece);
    for (uint64_t at = 0; at < longest && ck_par_agree(comm, error) == CK_OK; at += PIECE) {
        uint64_t from = at < n ? at : n, some = n - from < PIECE ? n - from : PIECE;
        ck_h5_read_part(file, error, name, type, index->begin + from, some, piece, &sum);
    }
    ck_free(piece);
    return ck_par_agree(comm, error) == CK_OK ? ck_h5_check(file, error, name, sum) : error->status;
}

ck_status ck_index_open(const ck_comm *comm, ck_error *error, const char *path, ck_index *index) {
    *index = (ck_index){0};
    ck_h5 *file;
    if (ck_h5_open(comm, error, path, "index", CK_INDEX_VERSION, &file) != CK_OK)
        return error->status;
    ck_h5_get_text(file, error, "", "stamp", &index->stamp);
    ck_h5_get_u64(file, error, "", "persons", &index->persons);
    ck_h5_get_u64(file, error, "", "next_id", &index->next_id);
    ck_h5_size(file, error, "person/person", &index->records);
    index->begin = ck_par_share(comm, index->records, comm->rank);
    index->end = ck_par_share(comm, index->records, comm->rank + 1);
    uint64_t n = index->end - index->begin;
    index->person = ck_alloc(error, n, sizeof *index->person);
    if (ck_h5_read(file, error, "person/person", CK_H5_U32, index->begin, n, index->person) == CK_OK)
        for (uint64_t i = 0; i < n; i++)
            if (index->person[i] >= index->persons)
                ck_fail(error, CK_FILE, "Cannot read %s: /person/person is damaged; make the file again.", path);
    if (ck_par_agree(comm, error) == CK_OK && check_column(comm, file, error, index, "person/record", CK_H5_U32) == CK_OK)
        check_column(comm, file, error, index, "person/id", CK_H5_U64);
    ck_h5_close(file);
    if (ck_par_agree(comm, error) != CK_OK)
        ck_index_free(index);
    return error->status;
}

ck_status ck_index_ids(const ck_comm *comm, ck_error *error, const char *path, ck_index *index) {
    ck_h5 *file;
    uint64_t n = index->end - index->begin;
    if (index->id)
        return CK_OK;
    if (ck_h5_open(comm, error, path, "index", CK_INDEX_VERSION, &file) != CK_OK)
        return error->status;
    index->id = ck_alloc(error, n, sizeof *index->id);
    if (ck_h5_read(file, error, "person/id", CK_H5_U64, index->begin, n, index->id) == CK_OK)
        for (uint64_t i = 0; i < n; i++)
            if (index->id[i] == 0 || index->id[i] >= index->next_id)
                ck_fail(error, CK_FILE, "Cannot read %s: /person/id is damaged; make the file again.", path);
    ck_h5_close(file);
    return ck_par_agree(comm, error);
}

ck_status ck_index_gather_persons(const ck_comm *comm, ck_error *error, const ck_index *index, uint32_t **person) {
    uint64_t *offset = NULL;
    *person = NULL;
    ck_par_gather(comm, error, index->person, (size_t)(index->end - index->begin) * sizeof *index->person, (void **)person, &offset);
    ck_free(offset);
    return error->status;
}

ck_status ck_index_gather_ids(const ck_comm *comm, ck_error *error, const char *path, const ck_index *index, uint64_t **id) {
    ck_index ids = {.records = index->records, .begin = index->begin, .end = index->end, .next_id = index->next_id};
    uint64_t *offset = NULL;
    *id = NULL;
    if (ck_index_ids(comm, error, path, &ids) == CK_OK)
        ck_par_gather(comm, error, ids.id, (size_t)(ids.end - ids.begin) * sizeof *ids.id, (void **)id, &offset);
    ck_free(offset);
    ck_free(ids.id);
    return error->status;
}

void ck_index_free(ck_index *index) {
    ck_free(index->id);
    ck_free(index->person);
    ck_free(index->stamp);
    *index = (ck_index){0};
}
