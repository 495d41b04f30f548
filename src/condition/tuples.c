/* Each rank numbers its distinct tuples; their texts go to every rank, which sorts their union: the dictionary. */
#include "condition/tuples.h"
#include "base/memory.h"
#include "condition/intern.h"
#include <string.h>

typedef struct making {
    const ck_comm *comm;
    ck_error *error;
    const ck_people *people;
    const ck_tuple *tuple;
    ck_intern mine, all; /* tuples of this rank; of all */
    uint32_t *id;        /* [end - begin] of each record, in `mine` */
    char *text;          /* of one tuple */
    size_t text_room;
} making;

static ck_status print_tuple(making *m, uint64_t record, ck_span *text) {
    size_t n = 0;
    for (uint32_t i = 0; i < m->tuple->n; i++) {
        const ck_column *column = &m->people->column[m->tuple->column[i]];
        ck_span value = column->code[record] ? ck_dict_value(&column->dict, column->code[record]) : (ck_span){"", 0};
        if (memchr(value.bytes, CK_TUPLE_END, value.n))
            return ck_fail(m->error, CK_DATA, "Column %s holds the control character 1F, which cannot be in a column that is read together "
                           "with others.", column->name);
        if (ck_grow(m->error, &m->text, &m->text_room, n + value.n + 1, 1) != CK_OK)
            return m->error->status;
        memcpy(m->text + n, value.bytes, value.n);
        n += value.n;
        m->text[n++] = CK_TUPLE_END;
    }
    *text = (ck_span){m->text, n};
    return CK_OK;
}

static ck_status number_mine(making *m) {
    uint64_t n = m->people->end - m->people->begin;
    ck_span text;
    if (!(m->id = ck_alloc(m->error, n, sizeof *m->id)))
        return m->error->status;
    for (uint64_t i = 0; i < n; i++)
        if (print_tuple(m, i, &text) != CK_OK || ck_intern_add(m->error, &m->mine, text, &m->id[i]) != CK_OK)
            return m->error->status;
    return CK_OK;
}

/* Every tuple has the same number of ends, so their texts in a row can be told apart. */
static ck_status unite(making *m, const char *bytes, uint64_t n) {
    uint64_t begin = 0;
    uint32_t ends = 0, id;
    for (uint64_t i = 0; i < n; i++) {
        if (bytes[i] != CK_TUPLE_END || ++ends < m->tuple->n)
            continue;
        if (ck_intern_add(m->error, &m->all, (ck_span){bytes + begin, (size_t)(i + 1 - begin)}, &id) != CK_OK)
            return m->error->status;
        begin = i + 1;
        ends = 0;
    }
    return CK_OK;
}

static ck_status share(making *m) {
    void *bytes = NULL;
    uint64_t *offset = NULL;
    size_t n = m->mine.count ? (size_t)m->mine.end[m->mine.count - 1] : 0;
    if (ck_par_gather_all(m->comm, m->error, m->mine.bytes, n, &bytes, &offset) == CK_OK) {
        unite(m, bytes, offset[m->comm->size]);
        ck_free(bytes);
        ck_free(offset);
    }
    return ck_par_agree(m->comm, m->error);
}

static ck_status write_dict(making *m, const uint32_t *code, ck_dict *dict) {
    size_t bytes = m->all.count ? (size_t)m->all.end[m->all.count - 1] : 0;
    dict->offset = ck_alloc_zero(m->error, (size_t)m->all.count + 2, sizeof *dict->offset);
    dict->bytes = ck_alloc(m->error, bytes, 1);
    if (m->error->status != CK_OK)
        return m->error->status;
    dict->count = m->all.count;
    for (uint32_t i = 0; i < m->all.count; i++)
        dict->offset[code[i] + 1] = ck_intern_get(&m->all, i).n;
    for (uint32_t c = 1; c <= m->all.count; c++)
        dict->offset[c + 1] += dict->offset[c];
    for (uint32_t i = 0; i < m->all.count; i++) {
        ck_span text = ck_intern_get(&m->all, i);
        memcpy(dict->bytes + dict->offset[code[i]], text.bytes, text.n);
    }
    return CK_OK;
}

static ck_status write_column(making *m, ck_column *column) {
    uint64_t n = m->people->end - m->people->begin;
    uint32_t *code = ck_alloc(m->error, m->all.count, sizeof *code), all;
    column->code = ck_alloc(m->error, n, sizeof *column->code);
    if (m->error->status == CK_OK && ck_intern_rank(m->error, &m->all, code) == CK_OK && write_dict(m, code, &column->dict) == CK_OK)
        for (uint64_t i = 0; i < n; i++) {
            ck_intern_add(m->error, &m->all, ck_intern_get(&m->mine, m->id[i]), &all); /* it is there */
            column->code[i] = code[all];
        }
    ck_free(code);
    return m->error->status;
}

/* Room for one more column. */
static ck_status widen(ck_error *error, ck_people *people) {
    ck_column *wider = ck_alloc_zero(error, people->ncolumns + 1, sizeof *wider);
    if (!wider)
        return error->status;
    memcpy(wider, people->column, people->ncolumns * sizeof *wider);
    ck_free(people->column);
    people->column = wider;
    return CK_OK;
}

ck_status ck_people_add_tuple(const ck_comm *comm, ck_error *error, ck_people *people, const ck_tuple *tuple, const char *name) {
    making m = {.comm = comm, .error = error, .people = people, .tuple = tuple};
    widen(error, people);
    number_mine(&m);
    if (ck_par_agree(comm, error) == CK_OK && share(&m) == CK_OK) {
        ck_column *column = &people->column[people->ncolumns];
        column->kind = CK_KIND_TEXT;
        if ((column->name = ck_copy_string(error, name)))
            write_column(&m, column);
        people->ncolumns++;
    }
    ck_free(m.text);
    ck_free(m.id);
    ck_intern_free(&m.all);
    ck_intern_free(&m.mine);
    return ck_par_agree(comm, error);
}
