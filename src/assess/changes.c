#include "assess/changes.h"
#include "base/memory.h"
#include <stdbool.h>

/* A person as seen from the other run. */
typedef struct ck_fate {
    uint64_t rows;
    uint32_t first;   /* person of the other run that its first common row is of */
    bool met, several, /* any common row; of several persons */
        lost;         /* some row is not in the other run */
} ck_fate;

static ck_fate *find_fates(ck_error *error, const ck_run_rows *run, const ck_run_rows *other, uint64_t *in_both) {
    ck_fate *fate = ck_alloc_zero(error, run->persons, sizeof *fate);
    *in_both = 0;
    for (uint64_t i = 0; fate && i < run->rows; i++) {
        ck_fate *f = &fate[run->person[i]];
        f->rows++;
        if (run->other[i] == UINT64_MAX) {
            f->lost = true;
            continue;
        }
        uint32_t person = other->person[run->other[i]];
        f->several = f->several || (f->met && f->first != person);
        f->first = f->met ? f->first : person;
        f->met = true;
        ++*in_both;
    }
    return fate;
}

ck_status ck_compare_runs(ck_error *error, const ck_run_rows *before, const ck_run_rows *after, ck_changes *c) {
    *c = (ck_changes){.rows_before = before->rows, .rows_after = after->rows, .persons_before = before->persons, .persons_after = after->persons};
    ck_fate *old = find_fates(error, before, after, &c->rows_in_both), *now = find_fates(error, after, before, &c->rows_in_both);
    if (error->status == CK_OK) {
        for (uint64_t p = 0; p < before->persons; p++) {
            const ck_fate *f = &old[p];
            c->split += f->several;
            c->retired += !f->met;
            c->kept += f->met && !f->several && !f->lost && f->rows == now[f->first].rows;
        }
        for (uint64_t p = 0; p < after->persons; p++) {
            c->merged += now[p].several;
            c->new += !now[p].met;
        }
    }
    ck_free(old);
    ck_free(now);
    return error->status;
}

void ck_compare_sorted(const uint64_t *before, uint64_t nbefore, const uint64_t *after, uint64_t nafter, uint64_t *removed, uint64_t *added) {
    uint64_t i = 0, k = 0, both = 0;
    while (i < nbefore && k < nafter) {
        uint64_t x = before[i], y = after[k];
        both += x == y;
        i += x <= y;
        k += y <= x;
    }
    *removed = nbefore - both;
    *added = nafter - both;
}
