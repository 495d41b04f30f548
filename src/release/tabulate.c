#include "release/tabulate.h"
#include "base/memory.h"
#include "csv/sheet.h"
#include <stdlib.h>
#include <string.h>

/* The file as numbers: categories of each row, and whose it is. */
typedef struct reading {
    ck_sheet sheet;
    uint32_t column[CK_DIMENSIONS_MAX], counted;
    ck_intern persons;
    uint32_t *code;     /* [rows][nby] */
    uint32_t *person;   /* [rows] */
    size_t code_room, person_room;
} reading;

typedef struct seat {
    uint64_t cell;
    uint32_t person;
} seat;

static ck_status open_sheet(ck_error *error, reading *r, const char *path, char *const *by, uint32_t nby, const char *distinct) {
    if (ck_sheet_open(error, path, CK_UTF8, ',', &r->sheet) != CK_OK)
        return error->status;
    for (uint32_t d = 0; d < nby; d++)
        if (ck_sheet_find(error, &r->sheet, by[d], &r->column[d]) != CK_OK)
            return error->status;
    return distinct ? ck_sheet_find(error, &r->sheet, distinct, &r->counted) : CK_OK;
}

static ck_status read_rows(ck_error *error, reading *r, uint32_t nby, bool distinct, ck_tabulation *t) {
    while (ck_sheet_next(error, &r->sheet)) {
        ck_span person = distinct ? r->sheet.field[r->counted] : (ck_span){"", 0};
        t->rows++;
        if (distinct && person.n == 0)
            continue;
        if (ck_grow(error, &r->code, &r->code_room, (t->counted + 1) * nby, sizeof *r->code) != CK_OK ||
            ck_grow(error, &r->person, &r->person_room, t->counted + 1, sizeof *r->person) != CK_OK ||
            (distinct && ck_intern_add(error, &r->persons, person, &r->person[t->counted]) != CK_OK))
            break;
        for (uint32_t d = 0; d < nby && error->status == CK_OK; d++)
            ck_intern_add(error, &t->category[d], r->sheet.field[r->column[d]], &r->code[t->counted * nby + d]);
        t->counted++;
    }
    return error->status;
}

/* ---- the order of categories ---- */

/* No text comes first, then texts that begin with a number, such as 5-9, then all others. */
typedef enum rank { NOTHING, NUMBER, WORD } rank;

typedef struct label {
    ck_span text;
    rank rank;
    double number; /* of NUMBER */
    uint32_t id;
} label;

static int compare_labels(const void *a, const void *b) {
    const label *p = a, *q = b;
    if (p->rank != q->rank)
        return p->rank < q->rank ? -1 : 1;
    if (p->number != q->number)
        return p->number < q->number ? -1 : 1;
    return ck_span_compare(p->text, q->text);
}

static label label_of(const ck_intern *categories, uint32_t id) {
    char copy[32];
    label of = {.text = ck_intern_get(categories, id), .id = id};
    size_t n = of.text.n < sizeof copy - 1 ? of.text.n : sizeof copy - 1, digits = 0;
    memcpy(copy, of.text.bytes, n);
    copy[n] = 0;
    digits = strspn(copy + (*copy == '-'), "0123456789."); /* not what else strtod takes for a number: Nantwich, infirmary, 0x5 */
    copy[digits + (*copy == '-')] = 0;
    of.rank = n == 0 ? NOTHING : strpbrk(copy, "0123456789") ? NUMBER : WORD;
    of.number = of.rank == NUMBER ? strtod(copy, NULL) : 0;
    return of;
}

static ck_status order_categories(ck_error *error, const ck_intern *categories, uint32_t **order, uint32_t **at) {
    label *labels = ck_alloc(error, categories->count, sizeof *labels);
    *order = ck_alloc(error, categories->count, sizeof **order);
    *at = ck_alloc(error, categories->count, sizeof **at);
    if (error->status == CK_OK) {
        for (uint32_t id = 0; id < categories->count; id++)
            labels[id] = label_of(categories, id);
        qsort(labels, categories->count, sizeof *labels, compare_labels);
        for (uint32_t place = 0; place < categories->count; place++) {
            (*order)[labels[place].id] = place;
            (*at)[place] = labels[place].id;
        }
    }
    ck_free(labels);
    return error->status;
}

/* ---- counting ---- */

static int compare_seats(const void *a, const void *b) {
    const seat *p = a, *q = b;
    if (p->person != q->person)
        return p->person < q->person ? -1 : 1;
    return p->cell < q->cell ? -1 : p->cell > q->cell;
}

static uint64_t cell_of(const ck_tabulation *t, const uint32_t *code) {
    uint64_t cell = 0;
    for (uint32_t d = 0; d < t->table.ndimensions; d++)
        cell += t->order[d][code[d]] * ck_count_stride(&t->table, d);
    return cell;
}

/* Each (person, cell) once; rows, when these are counted, are persons of their own. */
static ck_status count_cells(ck_error *error, const reading *r, bool distinct, ck_tabulation *t) {
    uint32_t nby = t->table.ndimensions;
    seat *seats = distinct ? ck_alloc(error, t->counted, sizeof *seats) : NULL;
    for (uint64_t i = 0; error->status == CK_OK && i < t->counted; i++) {
        uint64_t cell = cell_of(t, &r->code[i * nby]);
        if (distinct)
            seats[i] = (seat){cell, r->person[i]};
        else
            t->table.count[cell]++;
    }
    if (seats)
        qsort(seats, t->counted, sizeof *seats, compare_seats);
    for (uint64_t i = 0; seats && i < t->counted; i++) {
        bool same_person = i && seats[i].person == seats[i - 1].person;
        if (same_person && seats[i].cell == seats[i - 1].cell)
            continue;
        t->table.count[seats[i].cell]++;
        t->repeated += same_person;
    }
    ck_free(seats);
    if (error->status == CK_OK)
        ck_count_totals(&t->table);
    return error->status;
}

ck_status ck_tabulation_read(ck_error *error, const char *path, char *const *by, uint32_t nby, const char *distinct, ck_tabulation *tabulation) {
    reading r = {0};
    uint32_t size[CK_DIMENSIONS_MAX] = {0};
    *tabulation = (ck_tabulation){0};
    if (open_sheet(error, &r, path, by, nby, distinct) == CK_OK && read_rows(error, &r, nby, distinct, tabulation) == CK_OK) {
        for (uint32_t d = 0; d < nby && error->status == CK_OK; d++) {
            order_categories(error, &tabulation->category[d], &tabulation->order[d], &tabulation->at[d]);
            size[d] = tabulation->category[d].count;
        }
        if (error->status == CK_OK && ck_count_table_make(error, nby, size, &tabulation->table) == CK_OK)
            count_cells(error, &r, distinct, tabulation);
    }
    ck_sheet_close(&r.sheet);
    ck_intern_free(&r.persons);
    ck_free(r.code);
    ck_free(r.person);
    if (error->status != CK_OK)
        ck_tabulation_free(tabulation);
    return error->status;
}

void ck_tabulation_free(ck_tabulation *tabulation) {
    ck_count_table_free(&tabulation->table);
    for (uint32_t d = 0; d < CK_DIMENSIONS_MAX; d++) {
        ck_intern_free(&tabulation->category[d]);
        ck_free(tabulation->order[d]);
        ck_free(tabulation->at[d]);
    }
    *tabulation = (ck_tabulation){0};
}
