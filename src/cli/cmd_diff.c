/** carrick diff: what changed from one run to another, by source and id. */
#include "assess/changes.h"
#include "base/order.h"
#include "assess/same_rows.h"
#include "base/memory.h"
#include "cli/console.h"
#include "cli/stages.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** One run, its arrays on rank 0. */
typedef struct run_side {
    ck_workspace work;
    uint32_t *record;     /**< [rows] */
    uint32_t *person;     /**< [rows] */
    uint64_t *other;      /**< [rows] the row of the same source and id in the other run */
    uint64_t persons, nlinks;
    uint64_t *link;       /**< [nlinks] pairs of records, as rows of the first run; sorted */
    uint64_t unknown;     /**< links of records that the first run does not have */
} run_side;

/** Persons of records become persons of rows. */
static ck_status read_rows(ck_error *error, run_side *side) {
    const ck_comm *comm = &side->work.cli->comm;
    ck_index index = {0};
    uint32_t *person = NULL;
    if (ck_index_open(comm, error, side->work.index_path, &index) == CK_OK && ck_index_gather_persons(comm, error, &index, &person) == CK_OK)
        ck_records_of_rows(comm, error, &side->work.people, &side->record);
    uint64_t rows = !error->status && comm->rank == 0 ? side->work.people.rows : 0;
    side->persons = index.persons;
    side->person = ck_alloc(error, rows, sizeof *side->person);
    for (uint64_t i = 0; side->person && i < rows; i++)
        side->person[i] = person[side->record[i]];
    ck_free(person);
    ck_index_free(&index);
    return ck_par_agree(comm, error);
}

static ck_status open_side(ck_cli *cli, ck_error *error, const char *word, run_side *side) {
    if (ck_workspace_open(cli, error, word, NULL, &side->work) || ck_stage_require(&side->work, error, CK_STAGE_INGEST) ||
        ck_stage_require(&side->work, error, CK_STAGE_LINK) || ck_stage_require(&side->work, error, CK_STAGE_CLUSTER) ||
        ck_workspace_people(&side->work, error, false))
        return error->status;
    return read_rows(error, side);
}

/* ---- links ---- */

/** Links at the decision as pairs of numbers: `number` of the side's records, UINT32_MAX = none. */
static ck_status read_links(ck_error *error, run_side *side, const uint32_t *number) {
    const ck_comm *comm = &side->work.cli->comm;
    ck_links links = {0};
    double decision = ck_decision_weight(&side->work);
    uint64_t n = 0, *key = NULL, *offset = NULL;
    void *all = NULL;
    if (ck_links_open(comm, error, side->work.links_path, &links) == CK_OK)
        key = ck_alloc(error, links.n, sizeof *key);
    for (uint64_t i = 0; key && i < links.n; i++)
        if (links.weight[i] >= decision)
            key[n++] = (uint64_t)links.a[i] << 32 | links.b[i];
    if (ck_par_gather(comm, error, key, n * sizeof *key, &all, &offset) == CK_OK && comm->rank == 0) {
        uint64_t total = offset[comm->size] / sizeof *key;
        side->link = all;
        for (uint64_t i = 0; i < total; i++) {
            uint32_t a = number[side->link[i] >> 32], b = number[(uint32_t)side->link[i]];
            if (a == UINT32_MAX || b == UINT32_MAX)
                side->unknown++;
            else
                side->link[side->nlinks++] = a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a;
        }
        qsort(side->link, side->nlinks, sizeof *side->link, ck_compare_u64);
    }
    ck_free(offset);
    ck_free(key);
    ck_links_free(&links);
    return error->status;
}

/** A record is known by its first row; in the second run, by the first that the first run has too, as that run's record. */
static uint32_t *number_records(ck_error *error, const run_side *side, const run_side *first) {
    bool here = side->work.cli->comm.rank == 0;
    uint64_t records = here ? side->work.people.records : 0, rows = here ? side->work.people.rows : 0;
    uint32_t *number = ck_alloc(error, records, sizeof *number);
    for (uint64_t i = 0; number && i < records; i++)
        number[i] = UINT32_MAX;
    for (uint64_t i = 0; number && i < rows; i++) {
        uint32_t *n = &number[side->record[i]];
        if (*n == UINT32_MAX && side == first)
            *n = side->record[i];
        else if (*n == UINT32_MAX && side->other[i] != UINT64_MAX)
            *n = first->record[side->other[i]];
    }
    return number;
}

static ck_status compare_links(ck_error *error, run_side *before, run_side *after, uint64_t *removed, uint64_t *added) {
    const ck_comm *comm = &before->work.cli->comm;
    uint32_t *old = number_records(error, before, before), *now = number_records(error, after, before);
    if (ck_par_agree(comm, error) == CK_OK && read_links(error, before, old) == CK_OK && read_links(error, after, now) == CK_OK && comm->rank == 0) {
        ck_compare_sorted(before->link, before->nlinks, after->link, after->nlinks, removed, added);
        *added += after->unknown;
    }
    ck_free(old);
    ck_free(now);
    return ck_par_agree(comm, error);
}

/* ---- showing ---- */

static void show(ck_error *error, const ck_changes *c, uint64_t removed, uint64_t added, bool json) {
    const struct {
        const char *name, *words;
        uint64_t value;
    } line[] = {{"rows_before", "rows before", c->rows_before}, {"rows_after", "rows after", c->rows_after},
                {"rows_in_both", "  in both runs", c->rows_in_both}, {"persons_before", "persons before", c->persons_before},
                {"persons_after", "persons after", c->persons_after}, {"kept", "  kept, row for row", c->kept},
                {"split", "  split", c->split}, {"merged", "  merged from several", c->merged}, {"retired", "  retired", c->retired},
                {"new", "  new", c->new}, {"links_removed", "links removed", removed}, {"links_added", "links added", added}};
    char text[CK_COUNT_TEXT];
    json_t *root = json_object();
    for (size_t i = 0; i < sizeof line / sizeof *line; i++) {
        json_object_set_new(root, line[i].name, json_integer((json_int_t)line[i].value));
        if (!json)
            printf("%-24s %15s\n", line[i].words, ck_count_text(line[i].value, text));
    }
    char *out = json ? ck_json_text(error, root) : NULL;
    if (out)
        fputs(out, stdout);
    free(out);
    json_decref(root);
}

static void close_side(run_side *side) {
    ck_free(side->record);
    ck_free(side->person);
    ck_free(side->other);
    ck_free(side->link);
    ck_workspace_close(&side->work);
}

static ck_status match_rows(ck_cli *cli, ck_error *error, run_side *before, run_side *after) {
    const ck_run_people old = {before->work.people_path, &before->work.people}, now = {after->work.people_path, &after->work.people};
    return ck_same_rows(&cli->comm, error, &old, &now, &before->other, &after->other);
}

ck_status ck_cmd_diff(ck_cli *cli, ck_error *error) {
    run_side before = {0}, after = {0};
    uint64_t removed = 0, added = 0;
    ck_changes changes;
    if (open_side(cli, error, cli->options.word[0], &before) == CK_OK && open_side(cli, error, cli->options.word[1], &after) == CK_OK &&
        match_rows(cli, error, &before, &after) == CK_OK && compare_links(error, &before, &after, &removed, &added) == CK_OK && cli->comm.rank == 0) {
        ck_run_rows old = {before.work.people.rows, before.persons, before.person, before.other};
        ck_run_rows now = {after.work.people.rows, after.persons, after.person, after.other};
        if (ck_compare_runs(error, &old, &now, &changes) == CK_OK)
            show(error, &changes, removed, added, cli->options.json);
    }
    close_side(&after);
    close_side(&before);
    return ck_par_agree(&cli->comm, error);
}
