#include "cli/release_homes.h"
#include "base/memory.h"
#include "base/order.h"
#include <carrick/clean.h>
#include <stdlib.h>

enum { NUMBER_ROOM = 1024 };

/* (property, household) of every person who has both, as one number each; sorted. */
static ck_status list_homes(ck_error *error, const ck_column *column, uint64_t persons, const uint64_t *household, uint64_t **list, uint64_t *n) {
    *n = 0;
    *list = ck_alloc(error, persons, sizeof **list);
    for (uint64_t p = 0; *list && p < persons; p++)
        if (column->code[p] && household[p])
            (*list)[(*n)++] = (uint64_t)column->code[p] << 32 | household[p];
    if (*list)
        qsort(*list, *n, sizeof **list, ck_compare_u64);
    return error->status;
}

static ck_status add_home(ck_error *error, ck_property_homes *homes, size_t *room, ck_span number, uint32_t household) {
    uint32_t id;
    if (ck_intern_add(error, &homes->number, number, &id) == CK_OK && ck_grow(error, &homes->household, room, (size_t)id + 1, sizeof *homes->household) == CK_OK)
        homes->household[id] = household;
    return error->status;
}

/* Runs of equal pairs are persons of one household at one property; the longest run of each property wins. */
static ck_status settle_homes(ck_error *error, const ck_column *column, const uint64_t *list, uint64_t n, ck_property_homes *homes) {
    size_t room = 0;
    for (uint64_t i = 0, end; i < n && error->status == CK_OK; i = end) {
        uint64_t most = 0, winner = 0;
        for (end = i; end < n && list[end] >> 32 == list[i] >> 32;) {
            uint64_t first = end;
            while (end < n && list[end] == list[first])
                end++;
            if (end - first > most) {
                most = end - first;
                winner = list[first];
            }
        }
        add_home(error, homes, &room, ck_dict_value(&column->dict, (uint32_t)(winner >> 32)), (uint32_t)winner);
    }
    return error->status;
}

ck_status ck_property_homes_make(ck_error *error, const ck_job *job, const ck_people *persons, const uint64_t *household, ck_property_homes *homes) {
    uint32_t c = ck_people_find_column(persons, job->households.by);
    uint64_t *list = NULL, n;
    if (c == UINT32_MAX)
        return ck_fail(error, CK_USAGE, "A table of households needs a number of homes as an attribute of persons: the job's 'households' tells them by '%s', which its 'person' does not name.", job->households.by);
    if (list_homes(error, &persons->column[c], persons->records, household, &list, &n) == CK_OK)
        settle_homes(error, &persons->column[c], list, n, homes);
    ck_free(list);
    return error->status;
}

uint32_t ck_property_homes_find(const ck_property_homes *homes, ck_span number) {
    static const ck_clean_options uprn = {.kind = CK_KIND_UPRN};
    char clean[NUMBER_ROOM];
    size_t n;
    uint32_t id = UINT32_MAX;
    if (ck_clean_room(number.n) <= sizeof clean && ck_clean_value(&uprn, number.bytes, number.n, clean, &n) <= CK_CLEAN_CHANGED)
        id = ck_intern_find(&homes->number, (ck_span){clean, n});
    return id == UINT32_MAX ? 0 : homes->household[id];
}

void ck_property_homes_free(ck_property_homes *homes) {
    ck_free(homes->household);
    ck_intern_free(&homes->number);
    *homes = (ck_property_homes){0};
}
