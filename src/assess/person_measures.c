/* Persons against entities: B-cubed and whole persons. */
#include "assess/measures.h"
#include "base/memory.h"

typedef struct ck_overlap {
    uint64_t *person_size, *group_size; /* known records of each */
    uint32_t *by_person, *sorted;       /* known records by (group, person) */
    uint32_t *key;
    uint64_t n;
} ck_overlap;

static ck_status init_overlap(ck_error *error, const ck_known *known, uint64_t persons, ck_overlap *o) {
    uint64_t records = known->people->records;
    *o = (ck_overlap){0};
    o->person_size = ck_alloc_zero(error, persons, sizeof *o->person_size);
    o->group_size = ck_alloc_zero(error, (uint64_t)known->groups + 1, sizeof *o->group_size);
    o->by_person = ck_alloc(error, records, sizeof *o->by_person);
    o->sorted = ck_alloc(error, records, sizeof *o->sorted);
    o->key = ck_alloc(error, records, sizeof *o->key);
    return error->status;
}

static void free_overlap(ck_overlap *o) {
    ck_free(o->person_size);
    ck_free(o->group_size);
    ck_free(o->by_person);
    ck_free(o->sorted);
    ck_free(o->key);
}

/* By person, then, as the sort is stable, by group. Records without truth come first and are passed over. */
static ck_status sort_records(ck_error *error, const ck_known *known, const uint32_t *person, uint64_t persons, ck_overlap *o) {
    uint64_t records = known->people->records, unknown;
    if (ck_sort_by_key(error, person, records, persons, o->by_person))
        return error->status;
    for (uint64_t i = 0; i < records; i++) {
        uint32_t group = known->group[o->by_person[i]];
        o->key[i] = group;
        o->group_size[group]++;
        o->person_size[person[o->by_person[i]]] += group != 0;
    }
    if (ck_sort_by_key(error, o->key, records, (uint64_t)known->groups + 1, o->sorted))
        return error->status;
    unknown = o->group_size[0];
    o->n = records - unknown;
    for (uint64_t i = 0; i < o->n; i++)
        o->key[i] = o->by_person[o->sorted[i + unknown]];
    return CK_OK;
}

/* One run of records that are of one person and one entity. */
static void add_run(ck_person_measures *m, uint64_t run, uint64_t person_size, uint64_t group_size) {
    double both = (double)run * (double)run;
    m->bcubed_precision += both / (double)person_size;
    m->bcubed_recall += both / (double)group_size;
    m->whole += run == person_size && run == group_size;
}

static void measure_runs(const ck_known *known, const uint32_t *person, uint64_t persons, const ck_overlap *o, ck_person_measures *m) {
    for (uint64_t begin = 0, end; begin < o->n; begin = end) {
        uint32_t p = person[o->key[begin]], g = known->group[o->key[begin]];
        for (end = begin + 1; end < o->n && person[o->key[end]] == p && known->group[o->key[end]] == g; end++)
            continue;
        add_run(m, end - begin, o->person_size[p], o->group_size[g]);
    }
    for (uint64_t p = 0; p < persons; p++)
        m->persons += o->person_size[p] > 0;
    for (uint64_t g = 1; g <= known->groups; g++)
        m->entities += o->group_size[g] > 0;
    m->bcubed_precision = o->n ? m->bcubed_precision / (double)o->n : (double)NAN;
    m->bcubed_recall = o->n ? m->bcubed_recall / (double)o->n : (double)NAN;
    m->bcubed_f1 = 2 * m->bcubed_precision * m->bcubed_recall / (m->bcubed_precision + m->bcubed_recall);
}

ck_status ck_persons_measure(ck_error *error, const ck_known *known, const uint32_t *person, uint64_t persons, ck_person_measures *measures) {
    ck_overlap o;
    *measures = (ck_person_measures){0};
    if (init_overlap(error, known, persons, &o) == CK_OK && sort_records(error, known, person, persons, &o) == CK_OK)
        measure_runs(known, person, persons, &o, measures);
    free_overlap(&o);
    return error->status;
}
