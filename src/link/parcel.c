#include "link/parcel.h"
#include "base/memory.h"
#include <string.h>

enum { ROOM = CK_PARCEL_BYTES / sizeof(uint32_t), HEAD = 2 };

ck_sight ck_rows_sight(const ck_layout *layout, const ck_packed_rows *rows) {
    uint64_t begin = rows->visible ? ck_row(layout, rows, 0)[CK_WORD_RECORD] : 0;
    return (ck_sight){begin, begin + rows->visible};
}

static bool sees(ck_sight sight, const uint32_t *row) {
    return row[CK_WORD_RECORD] >= sight.begin && row[CK_WORD_RECORD] < sight.end;
}

/* --- packing ------------------------------------------------------------------------------------------- */

/* Where to write, and how far. */
typedef struct pen {
    const ck_layout *layout;
    ck_sight sight;
    uint32_t *at, *end;
} pen;

static bool write_row(pen *to, const uint32_t *row) {
    uint32_t n = sees(to->sight, row) ? 1 : ck_row_words(to->layout, row);
    if (to->end - to->at < n)
        return false;
    memcpy(to->at, row, n * sizeof *row);
    to->at += n;
    return true;
}

/* Of a giant's tile the members of its segments, in record order; of any other unit all but those of giants among its keys. */
static bool is_wanted(const ck_rule_keys *keys, const ck_unit *unit, uint32_t key, const uint32_t *row) {
    if (unit->giant == UINT32_MAX)
        return ck_find_giant(keys, key) == UINT32_MAX;
    const uint32_t *boundary = keys->giant[unit->giant].boundary;
    uint32_t record = row[CK_WORD_RECORD], x = unit->segment_x, y = unit->segment_y;
    return (record >= boundary[x] && record < boundary[x + 1]) || (record >= boundary[y] && record < boundary[y + 1]);
}

static bool write_unit(pen *to, const ck_rule_keys *keys, uint32_t u, const ck_group *group) {
    const ck_unit *unit = &keys->unit[u];
    uint32_t nkeys = unit->key_end - unit->key_begin, members = 0;
    if (to->end - to->at < nkeys + 2)
        return false;
    uint32_t *start = to->at + 1;
    *to->at = u;
    to->at += nkeys + 2;
    for (uint32_t k = 0; k < nkeys; k++) {
        uint32_t key = unit->key_begin + k, place = key - group->key_begin;
        start[k] = members;
        for (uint32_t i = group->start[place]; i < group->start[place + 1]; i++) {
            if (!is_wanted(keys, unit, key, group->row[i]))
                continue;
            if (!write_row(to, group->row[i]))
                return false;
            members++;
        }
    }
    start[nkeys] = members;
    return true;
}

uint64_t ck_parcel_pack(ck_tasks *tasks, const ck_layout *layout, ck_sight sight, uint32_t helpers, uint32_t *words) {
    uint32_t wanted = ck_tasks_to_give(tasks, helpers), n = 0, i;
    pen to = {layout, sight, words + HEAD, words + ROOM};
    while (n < wanted && n < CK_PARCEL_TASKS && ck_tasks_take(tasks, true, &i)) {
        uint32_t *before = to.at;
        if (!write_unit(&to, tasks->keys, tasks->unit[i], &tasks->group[i * tasks->groups_apart])) {
            to.at = before;
            ck_tasks_put_back(tasks);
            break;
        }
        n++;
    }
    words[0] = tasks->pass;
    words[1] = n;
    return n ? (uint64_t)(to.at - words) : 0;
}

/* --- unpacking ----------------------------------------------------------------------------------------- */

ck_status ck_parcel_create(ck_error *error, ck_parcel **parcel) {
    *parcel = ck_alloc_zero(error, 1, sizeof **parcel);
    if (*parcel)
        (*parcel)->row = ck_alloc(error, ROOM, sizeof *(*parcel)->row);
    return error->status;
}

void ck_parcel_free(ck_parcel *parcel) {
    if (parcel)
        ck_free(parcel->row);
    ck_free(parcel);
}

void ck_parcel_unpack(const uint32_t *words, const ck_rule_keys *keys, const ck_layout *layout, const ck_packed_rows *rows, ck_parcel *parcel) {
    const ck_sight sight = ck_rows_sight(layout, rows);
    const uint32_t *at = words + HEAD, **row = parcel->row;
    parcel->tasks = (ck_tasks){.keys = keys, .pass = words[0], .n = words[1], .unit = parcel->unit, .group = parcel->group, .groups_apart = 1};
    for (uint32_t i = 0; i < parcel->tasks.n; i++) {
        const ck_unit *unit = &keys->unit[*at];
        uint32_t nkeys = unit->key_end - unit->key_begin;
        parcel->unit[i] = *at++;
        parcel->group[i] = (ck_group){.key_begin = unit->key_begin, .key_end = unit->key_end, .start = (uint32_t *)(uintptr_t)at, .row = row};
        uint32_t members = at[nkeys];
        at += nkeys + 1;
        for (uint32_t m = 0; m < members; m++) {
            bool seen = sees(sight, at);
            *row++ = seen ? ck_row(layout, rows, at[CK_WORD_RECORD] - sight.begin) : at;
            at += seen ? 1 : ck_row_words(layout, at);
        }
    }
    ck_tasks_offer(&parcel->tasks);
}
