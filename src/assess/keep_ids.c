#include "assess/keep_ids.h"
#include "base/memory.h"
#include <stdbool.h>
#include <stdlib.h>

const char *const ck_id_reason_names[CK_ID_REASONS] = {"new", "merged", "split", "moved", "retired"};

/* Rows of one old person in one new person; `first` is the smallest row. */
typedef struct part {
    uint32_t person;
    uint64_t rows, first;
} part;

/* The old person that most speaks for a new one. */
typedef struct claim {
    uint32_t old; /* CK_NO_PERSON: nobody */
    uint64_t rows, first;
} claim;

typedef struct keeper {
    const ck_keep_ids *in;
    ck_kept_ids *out;
    uint64_t *begin; /* [old_persons + 1] */
    uint64_t *row;   /* rows of old persons, person after person, rising in each */
    claim *claim;    /* [persons] */
    bool *known;     /* [persons] some row is of an old person */
    part *parts;     /* of the old person at hand */
    size_t parts_room, changes_room;
} keeper;

/* ---- rows by old person ---- */

static ck_status list_rows(keeper *k, ck_error *error) {
    const ck_keep_ids *in = k->in;
    uint64_t there = 0;
    k->begin = ck_alloc_zero(error, in->old_persons + 2, sizeof *k->begin);
    for (uint64_t i = 0; k->begin && i < in->rows; i++)
        if (in->old_person[i] != CK_NO_PERSON) {
            k->begin[in->old_person[i] + 2]++;
            there++;
        }
    k->row = ck_alloc(error, there, sizeof *k->row);
    if (error->status)
        return error->status;
    for (uint64_t o = 0; o < in->old_persons; o++)
        k->begin[o + 2] += k->begin[o + 1];
    for (uint64_t i = 0; i < in->rows; i++)
        if (in->old_person[i] != CK_NO_PERSON)
            k->row[k->begin[in->old_person[i] + 1]++] = i;
    return CK_OK;
}

static int compare_parts(const void *x, const void *y) {
    const part *a = x, *b = y;
    if (a->person != b->person)
        return a->person < b->person ? -1 : 1;
    return (a->first > b->first) - (a->first < b->first);
}

/* Are all rows of an old person in one new person? Mostly they are. */
static bool is_whole(const keeper *k, uint64_t begin, uint64_t end) {
    uint32_t person = k->in->person[k->row[begin]];
    while (++begin < end && k->in->person[k->row[begin]] == person)
        continue;
    return begin == end;
}

/* The parts of an old person, by new person. @return how many; 0 when no row is left, or without memory */
static size_t find_parts(keeper *k, ck_error *error, uint64_t old) {
    uint64_t begin = k->begin[old], n = k->begin[old + 1] - begin;
    size_t nparts = 0;
    if (ck_grow(error, &k->parts, &k->parts_room, n, sizeof *k->parts) != CK_OK || n == 0)
        return 0;
    if (is_whole(k, begin, begin + n)) {
        k->parts[0] = (part){k->in->person[k->row[begin]], n, k->row[begin]};
        return 1;
    }
    for (uint64_t i = 0; i < n; i++) {
        uint64_t row = k->row[begin + i];
        k->parts[i] = (part){k->in->person[row], 1, row};
    }
    qsort(k->parts, n, sizeof *k->parts, compare_parts);
    for (uint64_t i = 0; i < n; i++) {
        if (nparts && k->parts[nparts - 1].person == k->parts[i].person)
            k->parts[nparts - 1].rows++;
        else
            k->parts[nparts++] = k->parts[i];
    }
    return nparts;
}

/* Does x speak louder than y: more rows, then the smaller row? */
static bool is_louder(uint64_t rows_x, uint64_t first_x, uint64_t rows_y, uint64_t first_y) {
    return rows_x != rows_y ? rows_x > rows_y : first_x < first_y;
}

/* The part that carries the id of an old person of n rows: half of them or more. NULL: none. */
static const part *find_heir(const part *parts, size_t nparts, uint64_t n) {
    const part *heir = NULL;
    for (size_t i = 0; i < nparts; i++)
        if (2 * parts[i].rows >= n && (!heir || is_louder(parts[i].rows, parts[i].first, heir->rows, heir->first)))
            heir = &parts[i];
    return heir;
}

/* ---- who has which id ---- */

static ck_status make_claims(keeper *k, ck_error *error) {
    for (uint64_t p = 0; p < k->in->persons; p++)
        k->claim[p].old = CK_NO_PERSON;
    for (uint64_t o = 0; o < k->in->old_persons && !error->status; o++) {
        size_t nparts = find_parts(k, error, o);
        for (size_t i = 0; i < nparts; i++)
            k->known[k->parts[i].person] = true;
        const part *heir = find_heir(k->parts, nparts, k->begin[o + 1] - k->begin[o]);
        claim *held = heir ? &k->claim[heir->person] : NULL;
        if (held && (held->old == CK_NO_PERSON || is_louder(heir->rows, heir->first, held->rows, held->first)))
            *held = (claim){(uint32_t)o, heir->rows, heir->first};
    }
    return error->status;
}

static ck_status add_change(keeper *k, ck_error *error, ck_id_change change) {
    ck_kept_ids *out = k->out;
    if (ck_grow(error, &out->change, &k->changes_room, out->nchanges + 1, sizeof *out->change) == CK_OK) {
        out->change[out->nchanges++] = change;
        out->count[change.reason]++;
    }
    return error->status;
}

/* Rows of persons that nobody knew are counted for their lines of the log: claims hold the counts, since nobody claims them. */
static void count_unknown(keeper *k) {
    for (uint64_t i = 0; i < k->in->rows; i++)
        if (!k->known[k->in->person[i]])
            k->claim[k->in->person[i]].rows++;
}

static ck_status give_ids(keeper *k, ck_error *error) {
    ck_kept_ids *out = k->out;
    out->next_id = k->in->next_id;
    count_unknown(k);
    for (uint64_t p = 0; p < k->in->persons && !error->status; p++) {
        bool claimed = k->claim[p].old != CK_NO_PERSON;
        out->id[p] = claimed ? k->in->old_id[k->claim[p].old] : out->next_id++;
        out->kept += claimed;
        if (!k->known[p])
            add_change(k, error, (ck_id_change){CK_ID_NEW, 0, out->id[p], k->claim[p].rows});
    }
    return error->status;
}

/* ---- what became of the old ids ---- */

static ck_status tell_parts(keeper *k, ck_error *error, uint64_t o, size_t nparts) {
    const part *heir = find_heir(k->parts, nparts, k->begin[o + 1] - k->begin[o]);
    uint64_t old_id = k->in->old_id[o];
    for (size_t i = 0; i < nparts && !error->status; i++) {
        const part *p = &k->parts[i];
        const claim *held = &k->claim[p->person];
        ck_id_reason reason = p == heir ? CK_ID_MERGED : held->old == CK_NO_PERSON ? CK_ID_SPLIT : CK_ID_MOVED;
        if (held->old != o)
            add_change(k, error, (ck_id_change){reason, old_id, k->out->id[p->person], p->rows});
    }
    if (!heir)
        add_change(k, error, (ck_id_change){CK_ID_RETIRED, old_id, 0, 0});
    return error->status;
}

static int compare_changes(const void *x, const void *y) {
    const ck_id_change *a = x, *b = y;
    uint64_t old_a = a->old_id - 1, old_b = b->old_id - 1; /* none comes last */
    if (old_a != old_b)
        return old_a < old_b ? -1 : 1;
    uint64_t new_a = a->new_id - 1, new_b = b->new_id - 1;
    return (new_a > new_b) - (new_a < new_b);
}

static ck_status tell_changes(keeper *k, ck_error *error) {
    for (uint64_t o = 0; o < k->in->old_persons && !error->status; o++) {
        size_t nparts = find_parts(k, error, o);
        if (!error->status)
            tell_parts(k, error, o, nparts);
    }
    if (!error->status && k->out->nchanges)
        qsort(k->out->change, k->out->nchanges, sizeof *k->out->change, compare_changes);
    return error->status;
}

ck_status ck_ids_keep(ck_error *error, const ck_keep_ids *input, ck_kept_ids *kept) {
    *kept = (ck_kept_ids){.id = ck_alloc(error, input->persons, sizeof *kept->id)};
    keeper k = {.in = input, .out = kept, .claim = ck_alloc_zero(error, input->persons, sizeof *k.claim),
                .known = ck_alloc_zero(error, input->persons, sizeof *k.known)};
    if (!error->status && list_rows(&k, error) == CK_OK && make_claims(&k, error) == CK_OK && give_ids(&k, error) == CK_OK)
        tell_changes(&k, error);
    ck_free(k.parts);
    ck_free(k.known);
    ck_free(k.claim);
    ck_free(k.row);
    ck_free(k.begin);
    if (error->status)
        ck_kept_ids_free(kept);
    return error->status;
}

void ck_kept_ids_free(ck_kept_ids *kept) {
    ck_free(kept->change);
    ck_free(kept->id);
    *kept = (ck_kept_ids){0};
}
