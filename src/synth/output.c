/* A region as files: the extracts of each source, and what is true. Blocks of cells are told and printed by whichever rank and thread; their texts lie in the files in
   order of the blocks. In a block the rows of a file are in the order of a hash, which says nothing of whose they are. */
#include "base/log.h"
#include "base/memory.h"
#include "base/out_file.h"
#include "synth/columns.h"
#include "synth/properties.h"
#include "synth/quota.h"
#include "synth/synth.h"
#include "synth/truths.h"
#include "synth/writer.h"
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_CELLS = 64, BLOCKS = 8, FILES_MAX = 48, NAME_ROOM = 48 };

typedef struct region_files {
    ck_writer_file file[FILES_MAX];
    char name[FILES_MAX][NAME_ROOM];
    char *header[FILES_MAX]; /* of sources; NULL for others */
    uint64_t rows[FILES_MAX];
    uint32_t n, truths, properties; /* sources first, then truths, then properties */
} region_files;

/* The lines of each file for each block of a round. */
typedef struct round_lines {
    ck_lines *lines; /* [n][BLOCKS] */
    ck_cell *cell[BLOCKS];
    ck_quota quota;
} round_lines;

/* ---- the files ---- */

static void add_file(region_files *files, const char *name, const char *header) {
    snprintf(files->name[files->n], NAME_ROOM, "%s", name);
    files->file[files->n] = (ck_writer_file){files->name[files->n], header};
    files->n++;
}

static ck_status list_files(ck_error *error, const ck_world *world, region_files *files) {
    *files = (region_files){0};
    for (uint32_t s = 0; s < world->sources; s++) {
        char name[NAME_ROOM];
        snprintf(name, sizeof name, "%.40s.csv", world->shape->sources[s].name);
        files->header[s] = ck_columns_header(error, &world->shape->sources[s]);
        add_file(files, name, files->header[s]);
    }
    files->truths = files->n;
    for (uint32_t t = 0; t < CK_TRUTHS; t++)
        add_file(files, ck_truth_files[t].name, ck_truth_files[t].header);
    files->properties = files->n;
    for (uint32_t p = 0; p < (world->shape->properties ? CK_PROPERTIES : 1u); p++)
        add_file(files, ck_property_files[p].name, ck_property_files[p].header);
    return error->status;
}

static void free_files(region_files *files) {
    for (uint32_t f = 0; f < files->n; f++)
        ck_free(files->header[f]);
}

/* ---- a block ---- */

typedef struct printing {
    const region_files *files;
    ck_lines *lines[FILES_MAX];
    const ck_quota *quota;
    uint64_t rows_of_life, counted_rows;
} printing;

static void print_entry(void *user, const ck_cell *cell, const ck_entry *entry) {
    printing *p = user;
    ck_lines *lines = p->lines[entry->source];
    if (cell->world->shape->sources[entry->source].counted && !ck_quota_takes(p->quota, ck_life_person(cell, entry->life), p->counted_rows++))
        return;
    p->rows_of_life++;
    if (!ck_lines_begin(lines, entry->row))
        return;
    ck_columns_print(lines, cell, entry);
    ck_lines_end(lines);
    ck_truth_row(p->lines[p->files->truths + CK_TRUTH_ROWS], p->lines[p->files->truths + CK_TRUTH_ERRORS], cell, entry);
}

static void print_cell(const ck_cell *cell, printing *p) {
    for (uint32_t life = 0; life < cell->lives; life++) {
        p->rows_of_life = p->counted_rows = 0;
        for (uint32_t source = 0; source < cell->world->sources; source++)
            ck_source_rows(cell, source, life, print_entry, p);
        ck_truth_life(&p->lines[p->files->truths], cell, life, p->rows_of_life > 0);
    }
}

static uint64_t share(uint64_t n, uint64_t part, uint64_t parts) {
    return (uint64_t)((unsigned __int128)n * part / parts);
}

/* Cells of the block, and its share of postcodes and dwellings. */
static void print_block(const ck_world *world, const region_files *files, uint64_t block, uint64_t blocks, round_lines *round, uint32_t slot) {
    printing p = {.files = files, .quota = &round->quota};
    for (uint32_t f = 0; f < files->n; f++) {
        p.lines[f] = &round->lines[(size_t)f * BLOCKS + slot];
        ck_lines_clear(p.lines[f]);
    }
    if (block >= blocks)
        return;
    uint64_t end = (block + 1) * BLOCK_CELLS;
    for (uint64_t number = block * BLOCK_CELLS; number < world->cells && number < end; number++) {
        ck_cell_tell(world, number, round->cell[slot]);
        print_cell(round->cell[slot], &p);
    }
    ck_property_postcodes(world, share(world->units, block, blocks), share(world->units, block + 1, blocks), p.lines[files->properties]);
    uint64_t places = world->dwellings + world->care_homes;
    if (world->shape->properties)
        ck_property_dwellings(world, share(places, block, blocks), share(places, block + 1, blocks), &p.lines[files->properties]);
}

/* ---- rounds ---- */

static ck_status take_round(ck_error *error, const region_files *files, round_lines *round) {
    *round = (round_lines){.lines = ck_alloc_zero(error, (size_t)files->n * BLOCKS, sizeof *round->lines)};
    for (int slot = 0; slot < BLOCKS; slot++)
        round->cell[slot] = ck_alloc(error, 1, sizeof *round->cell[slot]);
    return error->status;
}

static void free_round(const region_files *files, round_lines *round) {
    for (int slot = 0; slot < BLOCKS; slot++)
        ck_free(round->cell[slot]);
    for (size_t i = 0; round->lines && i < (size_t)files->n * BLOCKS; i++)
        ck_lines_free(&round->lines[i]);
    ck_free(round->lines);
}

/* Collective. Put the lines in order and hand them to the writer. */
static ck_status write_round(const ck_comm *comm, ck_error *error, ck_writer *writer, region_files *files, round_lines *round) {
    size_t n = (size_t)files->n * BLOCKS;
    ck_span *pieces = ck_alloc(error, n, sizeof *pieces);
    if (ck_par_agree(comm, error) != CK_OK) {
        ck_free(pieces);
        return error->status;
    }
#pragma omp parallel for schedule(dynamic, 1)
    for (size_t i = 0; i < n; i++)
        pieces[i] = ck_lines_ordered(&round->lines[i]);
    for (size_t i = 0; i < n; i++) {
        files->rows[i / BLOCKS] += round->lines[i].lines;
        if (round->lines[i].error.status && !error->status)
            *error = round->lines[i].error;
    }
    if (ck_par_agree(comm, error) == CK_OK)
        ck_writer_append(comm, error, writer, pieces, BLOCKS);
    ck_free(pieces);
    return error->status;
}

static ck_status write_blocks(const ck_comm *comm, ck_error *error, const ck_world *world, ck_writer *writer, region_files *files, round_lines *round) {
    uint64_t blocks = (world->cells + BLOCK_CELLS - 1) / BLOCK_CELLS, at_once = (uint64_t)BLOCKS * (uint64_t)comm->size;
    for (uint64_t begin = 0; begin < blocks; begin += at_once) {
        uint64_t n = at_once < blocks - begin ? at_once : blocks - begin;
        uint64_t first = begin + ck_par_share(comm, n, comm->rank), end = begin + ck_par_share(comm, n, comm->rank + 1);
#pragma omp parallel for schedule(dynamic, 1)
        for (uint32_t slot = 0; slot < BLOCKS; slot++)
            print_block(world, files, first + slot < end ? first + slot : blocks, blocks, round, slot);
        if (write_round(comm, error, writer, files, round) != CK_OK)
            return error->status;
        ck_log_progress("synth", begin + n, blocks);
    }
    ck_par_sum(comm, files->rows, files->n);
    return CK_OK;
}

/* ---- what was made ---- */

static json_t *describe_columns(const char *header) {
    json_t *columns = json_array();
    for (size_t n; *header && *header != '\n'; header += n + (header[n] == ',')) {
        n = strcspn(header, ",\n");
        json_array_append_new(columns, json_stringn(header, n));
    }
    return columns;
}

static json_t *describe_file(const ck_world *world, const region_files *files, uint32_t f) {
    const char *what = f < files->truths ? "source" : f < files->properties ? "truth" : "lookup or property";
    json_t *file = json_pack("{s:s, s:s, s:I, s:o}", "name", files->name[f], "holds", what, "rows", (json_int_t)files->rows[f], "columns",
                             describe_columns(files->file[f].header));
    if (file && f < files->truths) {
        char date[32];
        ck_print_days("%Y-%m-%d", world->begins[world->quarter - world->shape->sources[f].late + 1] - 1, date);
        json_object_set_new(file, "source", json_string(world->shape->sources[f].name));
        json_object_set_new(file, "as_of", json_string(date));
    }
    return file;
}

static ck_status write_description(ck_error *error, const char *folder, const ck_world *world, const region_files *files, const ck_synth_counts *counts) {
    char date[32];
    ck_print_days("%Y-%m-%d", world->begins[world->quarter + 1] - 1, date);
    json_t *list = json_array();
    for (uint32_t f = 0; f < files->n; f++)
        json_array_append_new(list, describe_file(world, files, f));
    json_t *root = json_pack("{s:s, s:s, s:I, s:I, s:s, s:I, s:o}", "shape", world->shape->name, "summary", world->shape->summary, "seed",
                             (json_int_t)world->seed, "quarter", (json_int_t)(world->quarter - CK_FIRST_EXTRACT + 1), "as_of", date, "residents",
                             (json_int_t)counts->people, "files", list);
    char *text = root ? json_dumps(root, JSON_INDENT(2)) : NULL;
    size_t room = strlen(folder) + sizeof "/shape.json";
    char *path = ck_alloc(error, room, 1);
    if (!text)
        ck_fail(error, CK_MEMORY, "Out of memory for shape.json.");
    if (path && text) {
        snprintf(path, room, "%s/shape.json", folder);
        ck_file_write(error, path, text, strlen(text));
    }
    ck_free(path);
    free(text);
    json_decref(root);
    return error->status;
}

ck_status ck_synth_region(const ck_comm *comm, ck_error *error, const ck_synth_region_options *options, const char *folder, ck_synth_counts *counts) {
    ck_world world = {0};
    region_files files = {0};
    round_lines round = {0};
    ck_writer writer = {0};
    *counts = (ck_synth_counts){0};
    if (ck_world_create(error, options->shape, options->people, options->seed, options->quarter, &world) == CK_OK &&
        list_files(error, &world, &files) == CK_OK)
        take_round(error, &files, &round);
    if (ck_quota_find(comm, error, options->shape, options->people, options->seed, &round.quota) == CK_OK && ck_writer_open(comm, error, folder, files.file, files.n, &writer) == CK_OK)
        write_blocks(comm, error, &world, &writer, &files, &round);
    for (uint32_t f = 0; f < files.truths; f++)
        counts->rows += files.rows[f];
    counts->people = files.rows[files.truths + CK_TRUTH_HOUSEHOLDS];
    if (ck_writer_finish(comm, error, &writer) == CK_OK && comm->rank == 0)
        write_description(error, folder, &world, &files, counts);
    free_round(&files, &round);
    free_files(&files);
    ck_world_free(&world);
    return ck_par_agree(comm, error);
}
