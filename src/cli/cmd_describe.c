/** carrick describe: flow, match rates, persons, contradictions, patterns and a statement, without truth. */
#include "base/log.h"
#include "base/memory.h"
#include "cli/describe.h"
#include "cli/files.h"
#include "cli/stages.h"
#include "cluster/spread.h"
#include <string.h>

/* As evaluate --by: values of fewer records are one group unless --show-values. */
enum { LEAST_RECORDS = 10 };

static void free_description(ck_description *d) {
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

static ck_status make_groupings(ck_workspace *work, ck_error *error, ck_description *d) {
    if (add_grouping(work, error, NULL, d) == CK_OK)
        add_grouping(work, error, "source", d);
    for (const char *list = work->cli->options.by; list && !error->status; list = *list == ',' ? list + 1 : NULL) {
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

static ck_status describe(ck_workspace *work, ck_error *error, const ck_links *links, ck_description *d) {
    const ck_comm *comm = &work->cli->comm;
    ck_index index = {0};
    ck_inner_link *link = NULL;
    bool *allowed = NULL;
    ck_workspace_allowed(work, error, &allowed);
    if (ck_par_agree(comm, error) == CK_OK && make_groupings(work, error, d) == CK_OK &&
        ck_index_open(comm, error, work->index_path, &index) == CK_OK && ck_gather_persons(comm, error, &index, &d->person) == CK_OK &&
        ck_inner_links(comm, error, links, d->person, d->decision, &link, &d->inner) == CK_OK &&
        ck_count_patterns(comm, error, links, d->decision, &d->pattern, &d->npatterns) == CK_OK) {
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

/* ---- the command ---- */

static ck_status write_tables(const ck_workspace *work, ck_error *error, const ck_description *d) {
    if (work->cli->comm.rank == 0 && ck_folder_make(error, d->folder) == CK_OK && ck_describe_tables(error, d) == CK_OK &&
        ck_describe_statement(error, d) == CK_OK)
        ck_log(CK_LOG_INFO, "flow.csv, linked.csv, persons.csv, conflicts.csv, patterns.csv and statement.md are in '%s'.", d->folder);
    return ck_par_agree(&work->cli->comm, error);
}

ck_status ck_cmd_describe(ck_cli *cli, ck_error *error) {
    ck_workspace work;
    ck_links links = {0};
    ck_description d = {.work = &work, .suppress = cli->options.suppress};
    if (cli->options.suppress && !cli->options.out_file)
        return ck_fail(error, CK_USAGE, "--suppress needs --out FOLDER: tables to be published must not stand among those that are not.");
    if (ck_workspace_open(cli, error, cli->options.word[0], NULL, &work) == CK_OK && ck_stage_require(&work, error, CK_STAGE_INGEST) == CK_OK &&
        ck_stage_require(&work, error, CK_STAGE_LINK) == CK_OK && ck_stage_require(&work, error, CK_STAGE_CLUSTER) == CK_OK &&
        ck_workspace_people(&work, error, true) == CK_OK && ck_links_open(&cli->comm, error, work.links_path, &links) == CK_OK) {
        d.folder = cli->options.out_file ? cli->options.out_file : work.folder;
        d.decision = ck_decision_weight(&work);
        d.links = links.total;
        if (describe(&work, error, &links, &d) == CK_OK)
            write_tables(&work, error, &d);
    }
    free_description(&d);
    ck_links_free(&links);
    ck_workspace_close(&work);
    return error->status;
}
