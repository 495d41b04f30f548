/** What carrick describe and carrick report say of a finished run: gathered on rank 0 from its folder. */
#include "base/memory.h"
#include "cli/describe.h"
#include "cli/stages.h"
#include "cluster/spread.h"

/* As evaluate --by: values of fewer records are one group unless --show-values. */
enum { LEAST_RECORDS = 10 };

void ck_description_free(ck_description *d) {
    for (uint32_t g = 0; g < d->ngroupings; g++) {
        ck_grouping_free(&d->grouping[g]);
        ck_free(d->rate[g]);
    }
    ck_free(d->person);
    ck_free(d->passed);
    ck_free(d->size);
    ck_free(d->pattern);
    ck_free(d->conflicts);
    ck_free(d->doubles);
}

/* ---- groups ---- */

static ck_status add_grouping(ck_workspace *work, ck_error *error, const char *text, ck_description *d) {
    uint64_t least = work->cli->options.show_values ? 1 : LEAST_RECORDS;
    if (d->ngroupings == CK_DESCRIBE_GROUPINGS)
        return ck_fail(error, CK_USAGE, "--by takes at most %d expressions.", CK_DESCRIBE_GROUPINGS - 2);
    ck_grouping *grouping = &d->grouping[d->ngroupings++];
    return ck_grouping_make(&work->cli->comm, error, &work->people, &work->job.schema, work->cli->kernels, text, NULL,
                            d->ngroupings <= 2 ? 1 : least, grouping); /* sources are no secret */
}

static ck_status make_groupings(ck_workspace *work, ck_error *error, const char *by, ck_description *d) {
    if (add_grouping(work, error, NULL, d) == CK_OK)
        add_grouping(work, error, "source", d);
    for (const char *list = by; list && !error->status; list = *list == ',' ? list + 1 : NULL) {
        size_t n = ck_grouping_first(list);
        char *text = ck_copy_text(error, list, n);
        if (ck_par_agree(&work->cli->comm, error) == CK_OK)
            add_grouping(work, error, text, d);
        ck_free(text);
        list += n;
    }
    return error->status;
}

/* ---- persons ---- */

static ck_status describe_persons(ck_workspace *work, ck_error *error, const bool *allowed, const ck_inner_link *link, uint64_t nlinks,
                                  ck_description *d) {
    const ck_people *people = &work->people;
    d->passed = ck_alloc(error, people->records, 1);
    for (uint32_t g = 0; g < d->ngroupings; g++)
        d->rate[g] = ck_alloc(error, d->grouping[g].n, sizeof *d->rate[g]);
    if (error->status || ck_find_passes(error, people, allowed, d->person, d->persons, link, nlinks, d->passed) ||
        ck_person_sizes(error, people, allowed, d->person, d->persons, link, nlinks, &d->size, &d->nsizes))
        return error->status;
    for (uint64_t i = 0; i < people->records; i++)
        d->linked_by[d->passed[i]]++;
    for (uint32_t g = 0; g < d->ngroupings; g++)
        ck_rates_of(people, d->passed, &d->grouping[g], d->rate[g]);
    d->doubles = ck_alloc(error, people->nsources, sizeof *d->doubles);
    for (uint32_t s = 0; d->doubles && s < people->nsources; s++)
        ck_count_doubles(error, &people->source[s], d->person, d->persons, &d->doubles[s]);
    return error->status;
}

/** One column's codes at a time come to rank 0. */
static ck_status find_conflicts(ck_workspace *work, ck_error *error, ck_description *d) {
    const ck_comm *comm = &work->cli->comm;
    const ck_people *people = &work->people;
    d->conflicts = ck_alloc_zero(error, people->ncolumns, sizeof *d->conflicts);
    for (uint32_t c = 0; c < people->ncolumns; c++) {
        uint64_t *offset = NULL;
        void *code = NULL;
        if (ck_par_gather(comm, error, people->column[c].code, (people->end - people->begin) * sizeof *people->column[c].code, &code, &offset) == CK_OK &&
            comm->rank == 0)
            ck_count_conflicts(error, people->records, d->person, d->persons, code, &d->conflicts[c]);
        ck_free(offset);
        ck_free(code);
        if (ck_par_agree(comm, error))
            return error->status;
    }
    return CK_OK;
}

ck_status ck_description_make(ck_workspace *work, ck_error *error, const ck_links *links, const char *by, ck_description *d) {
    const ck_comm *comm = &work->cli->comm;
    ck_index index = {0};
    ck_inner_link *link = NULL;
    bool *allowed = NULL;
    ck_links counted = *links; /* a view */
    if (work->job.cascade.n)
        counted.pattern = NULL; /* masks of keys, not agreement */
    d->work = work;
    d->decision = ck_decision_weight(work);
    d->links = links->total;
    ck_workspace_allowed(work, error, &allowed);
    if (ck_par_agree(comm, error) == CK_OK && make_groupings(work, error, by, d) == CK_OK &&
        ck_index_open(comm, error, work->index_path, &index) == CK_OK && ck_gather_persons(comm, error, &index, &d->person) == CK_OK &&
        ck_inner_links(comm, error, links, d->person, d->decision, &link, &d->inner) == CK_OK &&
        ck_count_patterns(comm, error, &counted, d->decision, &d->pattern, &d->npatterns) == CK_OK) {
        d->persons = index.persons;
        if (comm->rank == 0)
            describe_persons(work, error, allowed, link, d->inner, d);
        if (ck_par_agree(comm, error) == CK_OK)
            find_conflicts(work, error, d);
    }
    ck_free(link);
    ck_free(allowed);
    ck_index_free(&index);
    return error->status;
}
