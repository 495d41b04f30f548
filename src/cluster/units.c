#include "cluster/units.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

enum { CLASSES_MAX = 64, SORTS_MAX = 2048 };

/* ---- what belongs together ---- */

/* Until ck_units_finish `unit` holds parents. */
ck_status ck_units_begin(ck_error *error, uint64_t records, ck_units *units) {
    *units = (ck_units){.records = records, .unit = ck_alloc(error, records, sizeof *units->unit)};
    for (uint64_t i = 0; units->unit && i < records; i++)
        units->unit[i] = (uint32_t)i;
    return error->status;
}

void ck_units_unite(ck_units *units, uint32_t a, uint32_t b) {
    ck_union_join(units->unit, a, b);
}

ck_status ck_units_unite_equal(ck_error *error, ck_units *units, uint64_t begin, uint64_t n, const uint32_t *value) {
    uint32_t most = 0;
    for (uint64_t i = 0; i < n; i++)
        most = value[i] > most ? value[i] : most;
    uint32_t *first = ck_alloc_zero(error, (size_t)most + 1, sizeof *first); /* record + 1 of each value */
    for (uint64_t i = 0; first && i < n; i++) {
        uint32_t record = (uint32_t)(begin + i);
        if (value[i] && first[value[i]])
            ck_units_unite(units, first[value[i]] - 1, record);
        else if (value[i])
            first[value[i]] = record + 1;
    }
    ck_free(first);
    return error->status;
}

ck_status ck_units_finish(ck_error *error, ck_units *units) {
    units->n = (uint32_t)ck_cluster_number_persons(units->unit, units->records);
    units->first = ck_alloc(error, units->n, sizeof *units->first);
    for (uint64_t i = units->records; units->first && i-- > 0;)
        units->first[units->unit[i]] = (uint32_t)i;
    return error->status;
}

void ck_units_free(ck_units *units) {
    ck_free(units->first);
    ck_free(units->unit);
    *units = (ck_units){0};
}

ck_status ck_units_of_links(ck_error *error, const ck_units *units, const ck_links *links, ck_links *of_units) {
    *of_units = (ck_links){.a = ck_alloc(error, links->n, sizeof *links->a), .b = ck_alloc(error, links->n, sizeof *links->b),
                           .weight = ck_alloc(error, links->n, sizeof *links->weight)};
    for (uint64_t i = 0; error->status == CK_OK && i < links->n; i++) {
        uint32_t a = units->unit[links->a[i]], b = units->unit[links->b[i]];
        if (a == b)
            continue;
        of_units->a[of_units->n] = a < b ? a : b;
        of_units->b[of_units->n] = a < b ? b : a;
        of_units->weight[of_units->n++] = links->weight[i];
    }
    return error->status;
}

/* ---- sorts of units ---- */

/* Sources that may do the same are of one class; a unit's sort is the set of classes of its records. */
typedef struct sorter {
    const ck_person_limits *limits; /* of records */
    uint32_t nclasses, source_of[CLASSES_MAX];
    uint32_t *class_of;             /* [nsources] */
    uint64_t *mask;                 /* [units] */
    uint64_t *distinct;             /* [nsorts] rising */
    uint32_t nsorts;
} sorter;

static bool same_rows(const bool *matrix, uint32_t n, uint32_t s, uint32_t t) {
    return memcmp(matrix + (size_t)s * n, matrix + (size_t)t * n, n * sizeof *matrix) == 0;
}

static ck_status find_classes(ck_error *error, sorter *s) {
    uint32_t n = s->limits->people->nsources;
    s->class_of = ck_alloc(error, n, sizeof *s->class_of);
    for (uint32_t i = 0; s->class_of && i < n; i++) {
        uint32_t c = 0;
        while (c < s->nclasses && !(same_rows(s->limits->allowed, n, s->source_of[c], i) && same_rows(s->limits->apart, n, s->source_of[c], i)))
            c++;
        if (c == CLASSES_MAX)
            return ck_fail(error, CK_USAGE, "Groups of records are of more than %d sorts of sources that may be linked differently.", CLASSES_MAX);
        if (c == s->nclasses)
            s->source_of[s->nclasses++] = i;
        s->class_of[i] = c;
    }
    return error->status;
}

static int by_mask(const void *x, const void *y) {
    const uint64_t *a = x, *b = y;
    return (*a > *b) - (*a < *b);
}

static ck_status find_masks(ck_error *error, sorter *s, const ck_units *units) {
    const ck_people *people = s->limits->people;
    s->mask = ck_alloc_zero(error, units->n, sizeof *s->mask);
    s->distinct = ck_alloc(error, units->n, sizeof *s->distinct);
    for (uint32_t source = 0; !error->status && source < people->nsources; source++)
        for (uint64_t i = people->source[source].record_begin; i < people->source[source].record_end; i++)
            s->mask[units->unit[i]] |= UINT64_C(1) << s->class_of[source];
    if (error->status)
        return error->status;
    memcpy(s->distinct, s->mask, units->n * sizeof *s->mask);
    qsort(s->distinct, units->n, sizeof *s->distinct, by_mask);
    for (uint32_t i = 0; i < units->n; i++)
        if (s->nsorts == 0 || s->distinct[i] != s->distinct[s->nsorts - 1])
            s->distinct[s->nsorts++] = s->distinct[i];
    if (s->nsorts > SORTS_MAX)
        return ck_fail(error, CK_USAGE, "Groups of records mix their sources in %u ways; at most %d are possible.", s->nsorts, SORTS_MAX);
    return CK_OK;
}

/* Does the matrix of sources hold for some class of one mask and some of the other? */
static bool holds(const sorter *s, const bool *matrix, uint64_t x, uint64_t y) {
    for (uint32_t c = 0; c < s->nclasses; c++)
        for (uint32_t d = 0; (x >> c & 1) && d < s->nclasses; d++)
            if ((y >> d & 1) && matrix[s->source_of[c] * s->limits->people->nsources + s->source_of[d]])
                return true;
    return false;
}

static ck_status fill(ck_error *error, const sorter *s, const ck_units *units, ck_person_limits *limits) {
    uint32_t n = s->nsorts;
    bool *allowed = ck_alloc(error, (size_t)n * n, sizeof *allowed), *apart = ck_alloc(error, (size_t)n * n, sizeof *apart);
    uint32_t *sort = ck_alloc(error, units->n, sizeof *sort);
    *limits = (ck_person_limits){.people = s->limits->people, .allowed = allowed, .apart = apart, .threshold_log2 = s->limits->threshold_log2, .nsorts = n,
                                 .units = units->n, .sort = sort};
    for (uint32_t x = 0; !error->status && x < n; x++)
        for (uint32_t y = 0; y < n; y++) {
            allowed[x * n + y] = holds(s, s->limits->allowed, s->distinct[x], s->distinct[y]);
            apart[x * n + y] = holds(s, s->limits->apart, s->distinct[x], s->distinct[y]);
        }
    for (uint32_t i = 0; !error->status && i < units->n; i++)
        sort[i] = (uint32_t)((const uint64_t *)bsearch(&s->mask[i], s->distinct, n, sizeof *s->distinct, by_mask) - s->distinct);
    return error->status;
}

ck_status ck_unit_limits(ck_error *error, const ck_units *units, const ck_person_limits *of_records, ck_person_limits *limits) {
    sorter s = {.limits = of_records};
    *limits = (ck_person_limits){0};
    if (find_classes(error, &s) == CK_OK && find_masks(error, &s, units) == CK_OK)
        fill(error, &s, units, limits);
    ck_free(s.distinct);
    ck_free(s.mask);
    ck_free(s.class_of);
    return error->status;
}

void ck_unit_limits_free(ck_person_limits *limits) {
    ck_free((void *)limits->allowed);
    ck_free((void *)limits->apart);
    ck_free((void *)limits->sort);
    *limits = (ck_person_limits){0};
}
