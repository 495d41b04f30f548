#include "ingest/plan.h"
#include "base/memory.h"
#include "csv/csv.h"
#include "csv/header.h"
#include <omp.h>
#include <string.h>

/* Pieces: small enough that threads finish together, large enough that looking for the first record costs nothing. */
enum { PIECE_LEAST_BYTES = 64 << 10, PIECE_MOST_BYTES = 4 << 20, PIECES_A_RANK = 64, GZ_RATIO = 5 };

static uint32_t count_from(const ck_source_spec *source) {
    uint32_t n = 1;
    for (uint32_t f = 0; f < source->nfields; f++)
        n += source->field[f].nfrom;
    return n;
}

/* ---- order of the sources: the text that Splink compares, up to the id ---- */

static int compare_sources(const ck_ingest_spec *spec, uint32_t a, uint32_t b) {
    const char *names[2] = {spec->source[a].name, spec->source[b].name};
    if (spec->sources_by_name)
        return strcmp(names[0], names[1]);
    size_t i = 0;
    while (names[0][i] && names[0][i] == names[1][i])
        i++;
    static const char rest[] = "-__-";
    char tail[2][sizeof rest + 256];
    for (int k = 0; k < 2; k++) { /* what differs first lies within the rest of the shorter name and the mark */
        size_t n = strnlen(names[k] + i, 255);
        memcpy(tail[k], names[k] + i, n);
        memcpy(tail[k] + n, rest, sizeof rest);
    }
    return strcmp(tail[0], tail[1]);
}

static void order_sources(ck_plan *plan) {
    const ck_ingest_spec *spec = plan->spec;
    for (uint32_t s = 0; s < spec->nsources; s++) {
        uint32_t at = s;
        for (; at > 0 && compare_sources(spec, s, plan->order[at - 1]) < 0; at--)
            plan->order[at] = plan->order[at - 1];
        plan->order[at] = s;
    }
    for (uint32_t i = 0; i < spec->nsources; i++)
        plan->place[plan->order[i]] = i;
}

/* ---- files and their columns ---- */

static ck_status list_files(ck_error *error, ck_plan *plan) {
    const ck_ingest_spec *spec = plan->spec;
    for (uint32_t s = 0; s < spec->nsources; s++)
        plan->nfiles += spec->source[s].nfiles;
    plan->file = ck_alloc_zero(error, plan->nfiles, sizeof *plan->file);
    plan->field_base = ck_alloc_zero(error, (size_t)spec->nsources + 1, sizeof *plan->field_base);
    plan->order = ck_alloc_zero(error, spec->nsources, sizeof *plan->order);
    plan->place = ck_alloc_zero(error, spec->nsources, sizeof *plan->place);
    if (error->status != CK_OK)
        return error->status;
    uint32_t f = 0;
    for (uint32_t s = 0; s < spec->nsources; s++) {
        const ck_source_spec *source = &spec->source[s];
        plan->field_base[s + 1] = plan->field_base[s] + source->nfields;
        for (uint32_t i = 0; i < source->nfiles; i++, f++) {
            ck_plan_file *file = &plan->file[f];
            *file = (ck_plan_file){.source = s, .path = source->file[i], .gz = ck_input_is_gz(source->file[i])};
            file->from = ck_alloc_zero(error, count_from(source), sizeof *file->from);
        }
    }
    plan->nfields = plan->field_base[spec->nsources];
    order_sources(plan);
    return error->status;
}

static ck_status find_name(ck_error *error, const ck_plan_file *file, const char *name, uint32_t *number) {
    uint64_t found = 0;
    for (uint64_t i = 0; i < file->nheader; i++) {
        if (strcmp(file->header[i], name) != 0)
            continue;
        *number = (uint32_t)i;
        found++;
    }
    if (found > 1)
        return ck_fail(error, CK_DATA, "File %s has %llu columns called '%s'; which is meant cannot be told.", file->path,
                       (unsigned long long)found, name);
    if (found == 1)
        return CK_OK;
    const char *nearest = ck_text_nearest(name, (const char *const *)file->header, (size_t)file->nheader);
    return ck_fail(error, CK_DATA, "File %s has no column '%s'%s%s%s.", file->path, name, nearest ? "; is '" : "",
                   nearest ? nearest : "", nearest ? "' meant?" : "");
}

static ck_status look_at_file(ck_error *error, const ck_ingest_spec *spec, ck_plan_file *file) {
    const ck_source_spec *source = &spec->source[file->source];
    const char *flag = spec->optouts.source ? spec->optouts.source[file->source].flag : NULL;
    char delimiter = source->delimiter ? source->delimiter : ',';
    if (ck_input_size(error, file->path, &file->size) != CK_OK ||
        ck_header_read(error, file->path, delimiter, source->encoding, &file->header, &file->nheader,
                       &file->data_begin) != CK_OK ||
        (source->id && find_name(error, file, source->id, &file->from[0]) != CK_OK) || (flag && find_name(error, file, flag, &file->flag) != CK_OK))
        return error->status;
    if (!source->id)
        file->from[0] = CK_NO_ID;
    uint32_t k = 1;
    for (uint32_t f = 0; f < source->nfields; f++)
        for (uint32_t i = 0; i < source->field[f].nfrom; i++)
            if (find_name(error, file, source->field[f].from[i], &file->from[k++]) != CK_OK)
                return error->status;
    return CK_OK;
}

static ck_status share_files(const ck_comm *comm, ck_error *error, ck_plan *plan) {
    for (uint32_t f = 0; comm->rank == 0 && f < plan->nfiles && error->status == CK_OK; f++)
        look_at_file(error, plan->spec, &plan->file[f]);
    if (ck_par_agree(comm, error) != CK_OK)
        return error->status;
    for (uint32_t f = 0; f < plan->nfiles; f++) {
        ck_plan_file *file = &plan->file[f];
        uint64_t told[4] = {file->size, file->data_begin, file->nheader, file->flag};
        ck_par_broadcast(comm, 0, told, sizeof told);
        file->size = told[0];
        file->data_begin = told[1];
        file->nheader = told[2];
        file->flag = (uint32_t)told[3];
        ck_par_broadcast(comm, 0, file->from, count_from(&plan->spec->source[file->source]) * sizeof *file->from);
    }
    return CK_OK;
}

/* ---- pieces ---- */

static uint64_t piece_bytes(const ck_comm *comm, const ck_plan *plan) {
    if (plan->spec->piece_bytes)
        return plan->spec->piece_bytes;
    uint64_t total = 0;
    for (uint32_t f = 0; f < plan->nfiles; f++)
        total += plan->file[f].gz ? 0 : plan->file[f].size;
    uint64_t bytes = total / ((uint64_t)comm->size * PIECES_A_RANK);
    return bytes < PIECE_LEAST_BYTES ? PIECE_LEAST_BYTES : bytes > PIECE_MOST_BYTES ? PIECE_MOST_BYTES : bytes;
}

static ck_status cut_pieces(ck_error *error, ck_plan *plan, uint64_t bytes) {
    size_t room = 0;
    for (uint32_t f = 0; f < plan->nfiles; f++) {
        const ck_plan_file *file = &plan->file[f];
        uint64_t at = file->gz ? 0 : file->data_begin, end = file->gz ? 1 : file->size;
        for (; at < end; at += bytes) {
            if (plan->npieces == UINT32_MAX ||
                ck_grow(error, &plan->piece, &room, (size_t)plan->npieces + 1, sizeof *plan->piece) != CK_OK)
                return ck_fail(error, CK_MEMORY, "Out of memory for the list of pieces to read.");
            plan->piece[plan->npieces++] = (ck_piece){
                .file = f, .begin = at, .end = file->gz ? UINT64_MAX : end - at < bytes ? end : at + bytes};
            if (end - at < bytes)
                break; /* at + bytes might not fit */
        }
    }
    return CK_OK;
}

static uint64_t price(const ck_plan *plan, const ck_piece *piece) {
    const ck_plan_file *file = &plan->file[piece->file];
    return file->gz ? file->size * GZ_RATIO + 1 : piece->end - piece->begin;
}

/* Runs of pieces of about the same number of bytes, in rank order. */
static void share_pieces(const ck_comm *comm, ck_plan *plan) {
    uint64_t total = 0, before = 0;
    for (uint32_t p = 0; p < plan->npieces; p++)
        total += price(plan, &plan->piece[p]);
    uint32_t begin = 0, end = 0;
    for (uint32_t p = 0; p < plan->npieces; p++) {
        uint64_t middle = before + price(plan, &plan->piece[p]) / 2;
        int owner = ck_par_owner(comm, total, middle);
        begin += owner < comm->rank;
        end += owner <= comm->rank;
        before += price(plan, &plan->piece[p]);
    }
    plan->piece_begin = begin;
    plan->piece_end = end;
}

/* Does each piece begin inside quotes? An exclusive prefix sum of the pieces' quote parities within a file. */
static ck_status find_quoted_pieces(const ck_comm *comm, ck_error *error, ck_plan *plan) {
    uint64_t *parity = ck_alloc_zero(error, plan->npieces, sizeof *parity);
    int nthreads = omp_get_max_threads();
    ck_error *errors = ck_alloc_zero(error, (size_t)nthreads, sizeof *errors);
    if (ck_par_agree(comm, error) != CK_OK)
        goto done;
#pragma omp parallel num_threads(nthreads)
    {
        ck_input input = {.file = -1};
        ck_error *mine = &errors[omp_get_thread_num()];
#pragma omp for schedule(dynamic)
        for (uint32_t p = plan->piece_begin; p < plan->piece_end; p++) {
            const ck_piece *piece = &plan->piece[p];
            const ck_plan_file *file = &plan->file[piece->file];
            bool matters = piece->end < file->size; /* a piece of the same file follows */
            if (matters && !file->gz && mine->status == CK_OK)
                ck_csv_quote_parity(mine, &input, file->path, piece->begin, piece->end, file->size, &parity[p]);
        }
        ck_input_free(&input);
    }
    for (int t = 0; t < nthreads; t++)
        if (errors[t].status != CK_OK)
            ck_fail(error, errors[t].status, "%s", errors[t].text);
    if (ck_par_agree(comm, error) != CK_OK)
        goto done;
    ck_par_sum(comm, parity, plan->npieces);
    for (uint32_t p = 1; p < plan->npieces; p++)
        if (plan->piece[p].file == plan->piece[p - 1].file)
            plan->piece[p].quoted = plan->piece[p - 1].quoted ^ (parity[p - 1] & 1);
done:
    ck_free(errors);
    ck_free(parity);
    return error->status;
}

ck_status ck_plan_make(const ck_comm *comm, ck_error *error, const ck_ingest_spec *spec, ck_plan *plan) {
    *plan = (ck_plan){.spec = spec};
    list_files(error, plan);
    if (ck_par_agree(comm, error) != CK_OK || share_files(comm, error, plan) != CK_OK)
        return error->status;
    cut_pieces(error, plan, piece_bytes(comm, plan));
    if (ck_par_agree(comm, error) != CK_OK)
        return error->status;
    share_pieces(comm, plan);
    return find_quoted_pieces(comm, error, plan);
}

void ck_plan_free(ck_plan *plan) {
    for (uint32_t f = 0; plan->file && f < plan->nfiles; f++) {
        if (plan->file[f].header)
            ck_header_free(plan->file[f].header, plan->file[f].nheader);
        ck_free(plan->file[f].from);
    }
    ck_free(plan->file);
    ck_free(plan->piece);
    ck_free(plan->field_base);
    ck_free(plan->order);
    ck_free(plan->place);
    *plan = (ck_plan){0};
}

ck_status ck_ingest_header(ck_error *error, const ck_source_spec *source, const char *path, char ***names, uint32_t *n) {
    uint64_t count = 0, data_begin;
    ck_header_read(error, path, source->delimiter ? source->delimiter : ',', source->encoding, names, &count,
                   &data_begin);
    *n = (uint32_t)count;
    return error->status;
}
