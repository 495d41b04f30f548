#include "assess/sensitivity.h"
#include "base/memory.h"
#include <stdbool.h>
#include <stddef.h>

/* A division as seen from another: how many records a person has, and with which of the other's persons, if with one only. */
typedef struct view {
    uint64_t *size;
    uint32_t *with;
    uint8_t *several;
} view;

static void free_view(view *v) {
    ck_free(v->size);
    ck_free(v->with);
    ck_free(v->several);
}

static ck_status look(ck_error *error, uint64_t records, const uint32_t *mine, uint64_t persons, const uint32_t *theirs, view *v) {
    v->size = ck_alloc_zero(error, persons, sizeof *v->size);
    v->with = ck_alloc(error, persons, sizeof *v->with);
    v->several = ck_alloc_zero(error, persons, 1);
    for (uint64_t i = 0; error->status == CK_OK && i < records; i++) {
        uint32_t p = mine[i];
        if (v->size[p]++ == 0)
            v->with[p] = theirs[i];
        else if (v->with[p] != theirs[i])
            v->several[p] = 1;
    }
    return error->status;
}

static void compare(const view *before, uint64_t persons_before, const view *after, uint64_t persons_after, ck_person_change *change) {
    for (uint64_t p = 0; p < persons_before; p++) {
        bool same = !before->several[p] && before->size[p] && before->size[p] == after->size[before->with[p]];
        change->split += before->several[p];
        change->persons_changed += !same && before->size[p];
        change->records_changed += same ? 0 : before->size[p];
    }
    for (uint64_t p = 0; p < persons_after; p++)
        change->joined += after->several[p];
}

ck_status ck_compare_persons(ck_error *error, uint64_t records, const uint32_t *before, uint64_t persons_before, const uint32_t *after,
                             uint64_t persons_after, ck_person_change *change) {
    view old = {0}, new = {0};
    *change = (ck_person_change){.persons = persons_after};
    if (look(error, records, before, persons_before, after, &old) == CK_OK && look(error, records, after, persons_after, before, &new) == CK_OK)
        compare(&old, persons_before, &new, persons_after, change);
    free_view(&new);
    free_view(&old);
    return error->status;
}
