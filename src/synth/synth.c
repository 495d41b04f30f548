/* Writing a region of rows: the ranks format equal shares of a round of rows, whose bytes lie in the files in row order, so the
   files do not depend on the ranks. The job is written last. */
#include "synth/synth.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/out_file.h"
#include "synth/region.h"
#include "synth/writer.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { OUTPUTS = 2, BLOCK_ROWS = 1024, BLOCKS = 64, ROUND_ROWS = BLOCK_ROWS * BLOCKS, ROW_BYTES_MAX = 320 };

static const ck_writer_file outputs[OUTPUTS] = {{"records.csv", "unique_id,source,forename,surname,dob,sex,postcode,address,nhs_number\n"},
                                                {"truth.csv", "unique_id,person\n"}};

/* ---- one row as text ---- */

static char *put(char *at, const char *text, char end) {
    size_t n = strlen(text);
    memcpy(at, text, n);
    at[n] = end;
    return at + n + 1;
}

/* "r000000042": nine digits, more where the region has more rows. Says nothing of the person. */
static char *put_id(char *at, uint64_t row) {
    return at + sprintf(at, "r%09" PRIu64 ",", row + 1);
}

static size_t print_record(const ck_row *row, uint64_t i, char *out) {
    char *at = put_id(out, i);
    at = put(at, row->source, ',');
    at = put(at, row->forename, ',');
    at = put(at, row->surname, ',');
    at = put(at, row->dob, ',');
    at = put(at, row->sex, ',');
    at = put(at, row->home.postcode, ',');
    at = put(at, row->home.address, ',');
    at = put(at, row->nhs_number, '\n');
    return (size_t)(at - out);
}

static size_t print_truth(const ck_row *row, uint64_t i, char *out) {
    char *at = put_id(out, i);
    return (size_t)(at - out) + (size_t)sprintf(at, "%" PRIu64 "\n", row->person);
}

/* ---- a rank's part of a round ---- */

/* Text of up to ROUND_ROWS rows: block b of output o begins at text[o] + b * BLOCK_ROWS * ROW_BYTES_MAX and holds
   bytes[o][b]. */
typedef struct {
    char *text[OUTPUTS];
    size_t bytes[OUTPUTS][BLOCKS];
} row_text;

static char *block_of(const row_text *part, int output, int block) {
    return part->text[output] + (size_t)block * BLOCK_ROWS * ROW_BYTES_MAX;
}

static void print_block(const ck_region *region, uint64_t begin, uint64_t end, row_text *part, int block) {
    size_t n[OUTPUTS] = {0};
    for (uint64_t i = begin; i < end; i++) {
        ck_row row;
        ck_row_of(region, i, &row);
        n[0] += print_record(&row, i, block_of(part, 0, block) + n[0]);
        n[1] += print_truth(&row, i, block_of(part, 1, block) + n[1]);
    }
    for (int o = 0; o < OUTPUTS; o++)
        part->bytes[o][block] = n[o];
}

static uint64_t least(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

static void print_rows(const ck_region *region, uint64_t begin, uint64_t end, row_text *part) {
#pragma omp parallel for schedule(dynamic, 1)
    for (int block = 0; block < BLOCKS; block++) {
        uint64_t first = least(begin + (uint64_t)block * BLOCK_ROWS, end);
        print_block(region, first, least(first + BLOCK_ROWS, end), part, block);
    }
}

static ck_status take_text(ck_error *error, row_text *part) {
    for (int o = 0; o < OUTPUTS; o++)
        part->text[o] = ck_alloc(error, (size_t)ROUND_ROWS, ROW_BYTES_MAX);
    return error->status;
}

/* ---- rounds ---- */

/* Collective. Hand this rank's part to the writer. */
static ck_status append_part(const ck_comm *comm, ck_error *error, ck_writer *writer, const row_text *part) {
    ck_span pieces[OUTPUTS * BLOCKS];
    for (int o = 0; o < OUTPUTS; o++)
        for (int block = 0; block < BLOCKS; block++)
            pieces[o * BLOCKS + block] = (ck_span){block_of(part, o, block), part->bytes[o][block]};
    return ck_writer_append(comm, error, writer, pieces, BLOCKS);
}

/* Collective. All rows, a round of ROUND_ROWS a rank at a time. */
static ck_status write_rows(const ck_comm *comm, ck_error *error, const ck_region *region, ck_writer *writer, row_text *part) {
    uint64_t round = (uint64_t)ROUND_ROWS * (uint64_t)comm->size;
    for (uint64_t begin = 0; begin < region->rows; begin += round) {
        uint64_t n = least(round, region->rows - begin);
        print_rows(region, begin + ck_par_share(comm, n, comm->rank), begin + ck_par_share(comm, n, comm->rank + 1), part);
        if (append_part(comm, error, writer, part) != CK_OK)
            return error->status;
        ck_log_progress("synth", begin + n, region->rows);
    }
    return CK_OK;
}

/* ---- the job ---- */

static const char job_text[] =
    "# Links this made-up region: carrick run job.yaml\n"
    "name: made-up-region\n"
    "link: dedupe\n"
    "sources:\n"
    "  - name: region\n"
    "    file: records.csv\n"
    "    id: unique_id\n"
    "    columns:\n"
    "      forename:   {from: forename, as: name}\n"
    "      surname:    {from: surname, as: name}\n"
    "      dob:        {from: dob, as: date}\n"
    "      sex:        {from: sex, as: sex}\n"
    "      postcode:   {from: postcode, as: postcode}\n"
    "      address:    {from: address, as: category}\n"
    "      nhs_number: {from: nhs_number, as: nhs_number}\n"
    "blocking:                # a pair that agrees on every part of any rule is compared\n"
    "  - [nhs_number]\n"
    "  - [surname, dob]\n"
    "  - [forename, dob]\n"
    "  - [postcode, forename]\n"
    "  - [postcode, surname]\n"
    "  - [forename, surname, dob.year]\n"
    "  - [dob]\n"
    "  - [surname.prefix(4), dob.year, sex]\n"
    "  - [forename.prefix(4), dob.year]\n"
    "  - [postcode, dob.year]\n"
    "  - [surname, dob.month, dob.day]\n"
    "comparisons:\n"
    "  - {on: forename, preset: name}\n"
    "  - {on: surname, preset: name}\n"
    "  - {on: dob, preset: date_of_birth}\n"
    "  - {on: sex, levels: [exact]}\n"
    "  - {on: postcode, preset: postcode}\n"
    "  - {on: address, levels: [exact, levenshtein 1, levenshtein 2]}\n"
    "  - {on: nhs_number, levels: [exact, damerau_levenshtein 1]}\n"
    "prior: {rules: [[nhs_number], [forename, surname, dob]], recall: 0.8}\n"
    "train: {method: em, sessions: [[dob], [forename, surname]]}\n"
    "threshold: {match_weight: 5}\n"
    "cluster: connected\n"
    "evaluate: {truth: truth.csv, id: unique_id, entity: person}\n";

/* Rank 0. */
static ck_status write_job(ck_error *error, const char *folder) {
    size_t room = strlen(folder) + sizeof "/job.yaml";
    char *path = ck_alloc(error, room, 1);
    if (path) {
        snprintf(path, room, "%s/job.yaml", folder);
        ck_file_write(error, path, job_text, strlen(job_text));
    }
    ck_free(path);
    return error->status;
}

ck_status ck_synth(const ck_comm *comm, ck_error *error, const ck_synth_options *options, const char *folder,
                   ck_synth_counts *counts) {
    ck_region region = {0};
    row_text part = {0};
    ck_writer writer = {0};
    if (ck_region_create(error, options, &region) == CK_OK)
        take_text(error, &part);
    if (ck_par_agree(comm, error) == CK_OK && ck_writer_open(comm, error, folder, outputs, OUTPUTS, &writer) == CK_OK)
        write_rows(comm, error, &region, &writer, &part);
    if (ck_writer_finish(comm, error, &writer) == CK_OK && comm->rank == 0)
        write_job(error, folder);
    ck_par_agree(comm, error);
    *counts = (ck_synth_counts){.rows = region.rows, .people = region.people};
    for (int o = 0; o < OUTPUTS; o++)
        ck_free(part.text[o]);
    ck_region_free(&region);
    return error->status;
}
