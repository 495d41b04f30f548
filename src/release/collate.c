#include "release/collate.h"
#include "base/memory.h"
#include "csv/sheet.h"
#include <carrick/clean.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { NO_COLUMN = UINT32_MAX };

/* ---- reading ---- */

typedef struct reading {
    const ck_collate_table *table;
    ck_sheet sheet;
    uint32_t person, start, end, provider, spell, order, method, kind; /* columns; `kind` is the number of its text */
} reading;

static ck_status find(ck_error *error, const reading *r, const char *name, uint32_t *column) {
    *column = NO_COLUMN;
    return name ? ck_sheet_find(error, &r->sheet, name, column) : CK_OK;
}

static ck_status open_table(ck_error *error, ck_collation *c, const ck_collate_table *t, reading *r) {
    uint32_t empty;
    r->table = t;
    if (ck_intern_add(error, &c->texts, (ck_span){"", 0}, &empty) != CK_OK || ck_intern_add(error, &c->texts, ck_span_of(t->kind), &r->kind) != CK_OK ||
        ck_sheet_open(error, t->file, CK_UTF8, ',', &r->sheet) != CK_OK || find(error, r, t->person, &r->person) != CK_OK ||
        find(error, r, t->start, &r->start) != CK_OK || find(error, r, t->end, &r->end) != CK_OK || find(error, r, t->provider, &r->provider) != CK_OK ||
        find(error, r, t->spell, &r->spell) != CK_OK || find(error, r, t->order, &r->order) != CK_OK)
        return error->status;
    return find(error, r, t->method, &r->method);
}

static ck_span field(const reading *r, uint32_t column) {
    return column == NO_COLUMN ? (ck_span){"", 0} : r->sheet.field[column];
}

/* CK_NO_DAY for an empty field; CK_DATA for one that is no date. */
static ck_status read_day(ck_error *error, const reading *r, uint32_t column, int32_t *day) {
    static char iso[] = "%Y-%m-%d", *standard[] = {iso};
    char *const *format = r->table->nformat ? r->table->format : standard;
    uint32_t n = r->table->nformat ? r->table->nformat : 1;
    ck_span text = field(r, column);
    int64_t days;
    *day = CK_NO_DAY;
    if (text.n == 0)
        return CK_OK;
    for (uint32_t f = 0; f < n; f++)
        if (ck_date_parse(format[f], text.bytes, text.n, &days)) {
            *day = (int32_t)days;
            return CK_OK;
        }
    return ck_fail(error, CK_DATA, "Row %" PRIu64 " of %s, column '%s': there is no date of the form %s.", r->sheet.row, r->table->file, r->sheet.name[column], format[0]);
}

static ck_status read_order(ck_error *error, const reading *r, uint32_t *order) {
    ck_span text = field(r, r->order);
    uint64_t value = 0;
    *order = UINT32_MAX;
    for (size_t i = 0; i < text.n; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9' || value > 100000000)
            return ck_fail(error, CK_DATA, "Row %" PRIu64 " of %s, column '%s': the order of an episode must be a whole number.", r->sheet.row, r->table->file,
                           r->sheet.name[r->order]);
        value = value * 10 + (uint64_t)(text.bytes[i] - '0');
    }
    if (text.n)
        *order = (uint32_t)value;
    return CK_OK;
}

static bool is_emergency(const reading *r) {
    ck_span method = field(r, r->method);
    for (uint32_t i = 0; i < r->table->nemergency; i++)
        if (ck_span_is(method, r->table->emergency[i]))
            return true;
    return r->table->nemergency == 0;
}

static ck_status read_row(ck_error *error, ck_collation *c, const reading *r) {
    ck_contact contact = {.kind = r->kind, .episodes = 1, .since = CK_NO_DAY, .admission = r->table->admissions};
    c->rows++;
    if (field(r, r->person).n == 0) {
        c->without_person++;
        return CK_OK;
    }
    if (read_day(error, r, r->start, &contact.start) != CK_OK || read_day(error, r, r->end, &contact.end) != CK_OK || read_order(error, r, &contact.order) != CK_OK)
        return error->status;
    if (contact.start == CK_NO_DAY) {
        c->without_date++;
        return CK_OK;
    }
    contact.emergency = contact.admission && is_emergency(r);
    if (ck_intern_add(error, &c->texts, field(r, r->person), &contact.person) == CK_OK && ck_intern_add(error, &c->texts, field(r, r->provider), &contact.provider) == CK_OK &&
        ck_intern_add(error, &c->texts, field(r, r->spell), &contact.spell) == CK_OK && ck_grow(error, &c->contact, &c->room, c->contacts + 1, sizeof contact) == CK_OK)
        c->contact[c->contacts++] = contact;
    return error->status;
}

ck_status ck_collate_add(ck_error *error, ck_collation *c, const ck_collate_table *table) {
    reading r = {0};
    if (open_table(error, c, table, &r) == CK_OK)
        while (ck_sheet_next(error, &r.sheet) && read_row(error, c, &r) == CK_OK)
            ;
    ck_sheet_close(&r.sheet);
    return error->status;
}

/* ---- spells ---- */

static int by_number(uint64_t a, uint64_t b) {
    return a < b ? -1 : a > b;
}

static int by_day(int32_t a, int32_t b) {
    return a < b ? -1 : a > b;
}

/* Everything else that a contact says, so that equal places are equal contacts. */
static int compare_rest(const ck_contact *p, const ck_contact *q) {
    int order = by_number(p->kind, q->kind);
    order = order ? order : by_number(p->provider, q->provider);
    order = order ? order : by_number(p->spell, q->spell);
    order = order ? order : by_number(p->order, q->order);
    order = order ? order : by_day(p->start, q->start);
    order = order ? order : by_day(p->end, q->end);
    return order ? order : by_number(p->emergency, q->emergency);
}

static int compare_spells(const void *a, const void *b) {
    const ck_contact *p = a, *q = b;
    int order = by_number(p->person, q->person);
    return order ? order : compare_rest(p, q);
}

static int compare_times(const void *a, const void *b) {
    const ck_contact *p = a, *q = b;
    int order = by_number(p->person, q->person);
    order = order ? order : by_day(p->start, q->start);
    order = order ? order : by_day(p->end == CK_NO_DAY ? INT32_MAX : p->end, q->end == CK_NO_DAY ? INT32_MAX : q->end);
    return order ? order : compare_rest(p, q);
}

static bool same_spell(const ck_contact *a, const ck_contact *b) {
    return a->spell && a->person == b->person && a->kind == b->kind && a->provider == b->provider && a->spell == b->spell;
}

/* Episodes come in their order: the first says how the spell began; it lasts from the earliest start to the latest end. */
static void join_spells(ck_collation *c) {
    uint64_t n = 0;
    for (uint64_t i = 0; i < c->contacts; i++) {
        ck_contact *spell = n ? &c->contact[n - 1] : NULL, next = c->contact[i];
        if (!spell || !same_spell(spell, &next)) {
            c->contact[n++] = next;
            continue;
        }
        spell->start = next.start < spell->start ? next.start : spell->start;
        spell->end = next.end > spell->end ? next.end : spell->end;
        spell->episodes += next.episodes;
    }
    c->contacts = n;
}

/* ---- readmissions ---- */

uint64_t ck_collation_person_end(const ck_collation *c, uint64_t i) {
    uint64_t end = i;
    while (end < c->contacts && c->contact[end].person == c->contact[i].person)
        end++;
    return end;
}

static void find_readmissions(ck_collation *c, uint64_t begin, uint64_t end, uint32_t days) {
    int32_t discharged = CK_NO_DAY;
    for (uint64_t i = begin; i < end; i++) {
        ck_contact *contact = &c->contact[i];
        if (!contact->admission)
            continue;
        if (discharged != CK_NO_DAY) {
            contact->since = contact->start > discharged ? contact->start - discharged : 0;
            contact->transfer = contact->since == 0;
            contact->readmission = contact->emergency && !contact->transfer && (uint32_t)contact->since <= days;
        }
        if (contact->end > discharged)
            discharged = contact->end;
    }
}

/* Texts are numbered as they come, which is the order of the files: their places in bytewise order are not. */
static ck_status number_by_bytes(ck_error *error, ck_collation *c) {
    c->rank = ck_alloc(error, c->texts.count, sizeof *c->rank);
    if (error->status != CK_OK || ck_intern_rank(error, &c->texts, c->rank) != CK_OK)
        return error->status;
    for (uint64_t i = 0; i < c->contacts; i++) {
        ck_contact *contact = &c->contact[i];
        contact->person = c->rank[contact->person];
        contact->kind = c->rank[contact->kind];
        contact->provider = c->rank[contact->provider];
        contact->spell = contact->spell ? c->rank[contact->spell] : 0;
    }
    return CK_OK;
}

/* Back to the numbers that the texts have. */
static ck_status number_by_text(ck_error *error, ck_collation *c) {
    uint32_t *text = ck_alloc_zero(error, (size_t)c->texts.count + 1, sizeof *text);
    for (uint32_t id = 0; text && id < c->texts.count; id++)
        text[c->rank[id]] = id;
    for (uint64_t i = 0; text && i < c->contacts; i++) {
        ck_contact *contact = &c->contact[i];
        contact->person = text[contact->person];
        contact->kind = text[contact->kind];
        contact->provider = text[contact->provider];
        contact->spell = text[contact->spell];
    }
    ck_free(text);
    return error->status;
}

ck_status ck_collate(ck_error *error, ck_collation *c, uint32_t days) {
    if (c->contacts == 0)
        return CK_OK;
    if (number_by_bytes(error, c) != CK_OK)
        return error->status;
    qsort(c->contact, c->contacts, sizeof *c->contact, compare_spells);
    join_spells(c);
    qsort(c->contact, c->contacts, sizeof *c->contact, compare_times);
    for (uint64_t i = 0, end; i < c->contacts; i = end) {
        end = ck_collation_person_end(c, i);
        find_readmissions(c, i, end, days);
    }
    return number_by_text(error, c);
}

void ck_collation_free(ck_collation *c) {
    ck_intern_free(&c->texts);
    ck_free(c->contact);
    ck_free(c->rank);
    *c = (ck_collation){0};
}
