/* Writing a region: the ranks format equal shares of a round of rows, whose bytes lie in the files in row order, so the
   files do not depend on the ranks. Every file is written under a temporary name and renamed at the end, the job last. */
#include "synth/synth.h"
#include "base/log.h"
#include "base/fault.h"
#include "base/memory.h"
#include "base/out_file.h"
#include "synth/region.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { OUTPUTS = 2, BLOCK_ROWS = 1024, BLOCKS = 64, ROUND_ROWS = BLOCK_ROWS * BLOCKS, ROW_BYTES_MAX = 320, PATH_ROOM = 4096 };

static const char *const output_names[OUTPUTS] = {"records.csv", "truth.csv"};
static const char *const headers[OUTPUTS] = {"unique_id,source,forename,surname,dob,sex,postcode,address,nhs_number\n",
                                             "unique_id,person\n"};

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

/* ---- files ---- */

typedef struct {
    char path[PATH_ROOM], temporary[PATH_ROOM + 16];
    int handle;
    uint64_t bytes; /* written by all ranks so far */
} output;

static ck_status write_at(ck_error *error, const output *file, const char *bytes, size_t n, uint64_t offset) {
    while (n > 0) {
        ssize_t written = ck_fault(CK_FAULT_WRITE) ? -1 : pwrite(file->handle, bytes, n, (off_t)offset);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return ck_fail(error, CK_FILE, "Cannot write %s: %s.", file->path, written < 0 ? strerror(errno) : "the disk takes no more");
        bytes += written;
        n -= (size_t)written;
        offset += (uint64_t)written;
    }
    return CK_OK;
}

static void name_output(ck_error *error, output *file, const char *folder, const char *name) {
    *file = (output){.handle = -1};
    int n = snprintf(file->path, sizeof file->path, "%s/%s", folder, name);
    snprintf(file->temporary, sizeof file->temporary, "%s.partial", file->path);
    if (n < 0 || (size_t)n >= sizeof file->path)
        ck_fail(error, CK_USAGE, "The name of the folder of the made-up region is too long.");
}

static void open_output(ck_error *error, output *file, int flags) {
    if (error->status != CK_OK)
        return;
    file->handle = ck_fault(CK_FAULT_WRITE) ? -1 : open(file->temporary, O_WRONLY | O_CLOEXEC | flags, 0666);
    if (file->handle < 0)
        ck_fail(error, CK_FILE, "Cannot write %s: %s.", file->temporary, strerror(errno));
}

static ck_status close_output(ck_error *error, output *file) {
    int handle = file->handle;
    file->handle = -1;
    if (handle < 0)
        return error->status;
    ck_out_sync(error, handle, file->path);
    if (close(handle) != 0)
        ck_fail(error, CK_FILE, "Cannot write %s: %s.", file->path, strerror(errno));
    return error->status;
}

static void rename_output(ck_error *error, const output *file) {
    if (error->status == CK_OK)
        ck_out_rename(error, file->temporary, file->path);
}

/* ---- rounds ---- */

/* Collective. Write this rank's part of an output behind those of lower ranks. */
static void append_part(const ck_comm *comm, ck_error *error, output *file, const row_text *part, int o) {
    uint64_t mine = 0;
    for (int block = 0; block < BLOCKS; block++)
        mine += part->bytes[o][block];
    uint64_t offset = file->bytes + ck_par_sum_before(comm, mine), total = mine;
    ck_par_sum(comm, &total, 1);
    for (int block = 0; block < BLOCKS && error->status == CK_OK; block++) {
        write_at(error, file, block_of(part, o, block), part->bytes[o][block], offset);
        offset += part->bytes[o][block];
    }
    file->bytes += total;
}

/* Collective. All rows, a round of ROUND_ROWS a rank at a time. */
static ck_status write_rows(const ck_comm *comm, ck_error *error, const ck_region *region, output *files, row_text *part) {
    uint64_t round = (uint64_t)ROUND_ROWS * (uint64_t)comm->size;
    for (uint64_t begin = 0; begin < region->rows; begin += round) {
        uint64_t n = least(round, region->rows - begin);
        print_rows(region, begin + ck_par_share(comm, n, comm->rank), begin + ck_par_share(comm, n, comm->rank + 1), part);
        for (int o = 0; o < OUTPUTS; o++)
            append_part(comm, error, &files[o], part, o);
        if (ck_par_agree(comm, error) != CK_OK)
            return error->status;
        ck_log_progress("synth", begin + n, region->rows);
    }
    return CK_OK;
}

/* Collective. Rank 0 makes folder and files, the others open them. */
static ck_status open_outputs(const ck_comm *comm, ck_error *error, const char *folder, output *files) {
    bool root = comm->rank == 0;
    for (int o = 0; o < OUTPUTS; o++)
        name_output(error, &files[o], folder, output_names[o]);
    if (root && error->status == CK_OK && ck_folder_make(error, folder) == CK_OK)
        for (int o = 0; o < OUTPUTS; o++) {
            open_output(error, &files[o], O_CREAT | O_TRUNC);
            if (error->status == CK_OK)
                write_at(error, &files[o], headers[o], strlen(headers[o]), 0);
        }
    if (ck_par_agree(comm, error) != CK_OK)
        return error->status;
    for (int o = 0; o < OUTPUTS; o++) {
        if (!root)
            open_output(error, &files[o], 0);
        files[o].bytes = strlen(headers[o]);
    }
    return ck_par_agree(comm, error);
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

static ck_status write_job(ck_error *error, const char *folder) {
    output job;
    name_output(error, &job, folder, "job.yaml");
    open_output(error, &job, O_CREAT | O_TRUNC);
    if (error->status == CK_OK)
        write_at(error, &job, job_text, strlen(job_text), 0);
    close_output(error, &job);
    rename_output(error, &job);
    if (error->status != CK_OK)
        unlink(job.temporary);
    return error->status;
}

/* Collective. Close, and on rank 0 give the files their names or remove them. */
static ck_status finish_outputs(const ck_comm *comm, ck_error *error, const char *folder, output *files) {
    for (int o = 0; o < OUTPUTS; o++)
        close_output(error, &files[o]);
    ck_par_agree(comm, error);
    if (comm->rank == 0) {
        for (int o = 0; o < OUTPUTS; o++)
            rename_output(error, &files[o]);
        if (error->status == CK_OK)
            write_job(error, folder);
        for (int o = 0; o < OUTPUTS && error->status != CK_OK; o++)
            unlink(files[o].temporary);
    }
    return ck_par_agree(comm, error);
}

ck_status ck_synth(const ck_comm *comm, ck_error *error, const ck_synth_options *options, const char *folder,
                   ck_synth_counts *counts) {
    ck_region region = {0};
    row_text part = {0};
    output *files = ck_alloc_zero(error, OUTPUTS, sizeof *files);
    if (files && ck_region_create(error, options, &region) == CK_OK)
        take_text(error, &part);
    if (ck_par_agree(comm, error) == CK_OK) {
        if (open_outputs(comm, error, folder, files) == CK_OK)
            write_rows(comm, error, &region, files, &part);
        finish_outputs(comm, error, folder, files);
    }
    *counts = (ck_synth_counts){.rows = region.rows, .people = region.people};
    for (int o = 0; o < OUTPUTS; o++)
        ck_free(part.text[o]);
    ck_region_free(&region);
    ck_free(files);
    return error->status;
}
