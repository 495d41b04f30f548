/* Opt-outs in the sources' files: what a row says, and a look through all rows before they are read. */
#include "base/log.h"
#include "base/memory.h"
#include "csv/encoding.h"
#include "ingest/optouts.h"
#include "ingest/raw.h"
#include "ingest/read.h"
#include <inttypes.h>
#include <omp.h>
#include <string.h>

/* ---- one row ---- */

/* The next character that says something, in lower case; -1 at the end. Passed over: blanks, no-break blanks (C2 A0), quotes. */
static int next_said(ck_span text, size_t *at) {
    while (*at < text.n) {
        unsigned char c = (unsigned char)text.bytes[(*at)++];
        if (c == 0xC2 && *at < text.n && (unsigned char)text.bytes[*at] == 0xA0)
            ++*at;
        else if (c > ' ' && c != '"' && c != '\'')
            return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
    }
    return -1;
}

static bool says_the_same(ck_span a, ck_span b) {
    size_t i = 0, j = 0;
    int x, y;
    do {
        x = next_said(a, &i);
        y = next_said(b, &j);
    } while (x == y && x >= 0);
    return x == y;
}

ck_optout_flag ck_optout_flag_of(const ck_plan *plan, const ck_plan_file *file, const ck_csv *csv) {
    enum { LONGEST = 256 };
    const ck_optout_source *source = &plan->spec->optouts.source[file->source];
    ck_optout_flag flag = CK_OPTOUT_NONE;
    char room[LONGEST * CK_WINDOWS_1252_WIDTH];
    size_t used;
    if (!source->flag)
        return CK_OPTOUT_NONE;
    ck_span text = ck_trim_blanks(csv->field[file->flag]);
    if (csv->odd && text.n <= LONGEST)
        ck_text_decode(plan->spec->source[file->source].encoding, &text, room, &used);
    for (uint32_t v = 0; v < source->nvalues; v++) {
        ck_span value = ck_span_of(source->value[v]);
        if (ck_span_compare(text, value) == 0)
            return CK_OPTOUT_FLAGGED;
        if (text.n && says_the_same(text, value))
            flag = CK_OPTOUT_NEAR;
    }
    return flag;
}

ck_status ck_optout_number_of(ck_error *error, ck_optout_look *look, const ck_plan *plan, const ck_plan_file *file, const ck_csv *csv, uint64_t *number) {
    const ck_source_spec *source = &plan->spec->source[file->source];
    uint32_t f = plan->spec->optouts.source[file->source].field;
    const uint32_t *from = file->from + 1;
    *number = 0;
    if (f == UINT32_MAX)
        return CK_OK;
    for (uint32_t k = 0; k < f; k++)
        from += source->field[k].nfrom;
    const ck_field_spec *field = &source->field[f];
    if (ck_grow(error, &look->joined, &look->joined_room, ck_field_join_room(csv->field, field, from) + 1, 1) != CK_OK)
        return error->status;
    ck_span raw = ck_field_raw(csv->field, field, from, look->joined), digits = {0};
    if (ck_grow(error, &look->clean, &look->clean_room, ck_clean_room(raw.n), 1) != CK_OK)
        return error->status;
    ck_clean_value(&field->clean, raw.bytes, raw.n, look->clean, &digits.n);
    digits.bytes = look->clean;
    *number = ck_optouts_number(digits);
    return CK_OK;
}

static bool has_asked(const ck_optouts *set, uint64_t number) {
    const ck_optouts asked = {.number = set->asked, .nnumbers = set->nasked};
    return ck_optouts_has_number(&asked, number);
}

ck_status ck_optout_goes(ck_error *error, ck_optout_look *look, const ck_plan *plan, const ck_plan_file *file, const ck_csv *csv, const ck_optouts *set,
                         ck_optout_counts *counts, bool *goes) {
    const ck_optout_source *source = &plan->spec->optouts.source[file->source];
    ck_optout_flag flag = ck_optout_flag_of(plan, file, csv);
    uint64_t number = 0;
    *goes = flag == CK_OPTOUT_FLAGGED;
    if (!*goes && source->linked && file->from[0] != CK_NO_ID)
        *goes = ck_optouts_has_row(set, plan->spec->source[file->source].name, csv->field[file->from[0]]);
    if (!*goes && source->applies && ck_optout_number_of(error, look, plan, file, csv, &number) == CK_OK)
        *goes = ck_optouts_has_number(set, number);
    counts->left_out += *goes;
    counts->flagged += flag == CK_OPTOUT_FLAGGED;
    counts->near += flag == CK_OPTOUT_NEAR && !*goes;
    counts->unasked += number && set->nasked && !*goes && !has_asked(set, number);
    return error->status;
}

void ck_optouts_warn(const ck_plan *plan, const ck_optout_counts *counts) {
    for (uint32_t s = 0; plan->spec->optouts.source && s < plan->spec->nsources; s++) {
        const ck_optout_source *source = &plan->spec->optouts.source[s];
        const char *name = plan->spec->source[s].name;
        if (source->flag && counts[s].flagged == 0 && !plan->spec->source[s].changes)
            ck_log(CK_LOG_WARN, "No row of source '%s' has one of the opt-out values in its column '%s'.", name, source->flag);
        if (counts[s].near)
            ck_log(CK_LOG_WARN, "%" PRIu64 " rows of source '%s' have in column '%s' what differs from an opt-out value in capitals, blanks or quotes alone. They count as "
                   "not opted out; list each way of writing in 'values'.", counts[s].near, name, source->flag);
        if (counts[s].unasked)
            ck_log(CK_LOG_WARN, "%" PRIu64 " rows of source '%s' have an NHS number that is not in '%s', so nobody has asked whether these people opted out. "
                   "'carrick optout request' writes a new list.", counts[s].unasked, name, plan->spec->optouts.sent);
    }
}

void ck_optout_look_free(ck_optout_look *look) {
    if (look->clean)
        explicit_bzero(look->clean, look->clean_room);
    if (look->joined)
        explicit_bzero(look->joined, look->joined_room);
    ck_free(look->clean);
    ck_free(look->joined);
    *look = (ck_optout_look){0};
}

/* ---- all rows ---- */

typedef struct scanner {
    ck_error error;
    const ck_plan *plan;
    bool all;
    ck_csv csv;
    ck_optout_look look;
    ck_optouts found;
} scanner;

static bool is_wanted(const ck_plan *plan, const ck_plan_file *file, bool all) {
    const ck_optout_source *source = &plan->spec->optouts.source[file->source];
    return all ? source->applies : source->flag != NULL;
}

/* Rows that cannot be used are for the reading to judge. */
static ck_status take_row(scanner *s, const ck_plan_file *file) {
    ck_error *error = &s->error;
    uint64_t number;
    const ck_csv *csv = &s->csv;
    if (csv->fault != CK_CSV_FINE || csv->nfields != file->nheader)
        return CK_OK;
    bool flagged = ck_optout_flag_of(s->plan, file, csv) == CK_OPTOUT_FLAGGED;
    if (!flagged && !s->all)
        return CK_OK;
    if (!s->all && file->from[0] != CK_NO_ID)
        ck_optouts_add_row(error, &s->found, ck_optouts_row_key(s->plan->spec->source[file->source].name, csv->field[file->from[0]]));
    if (error->status == CK_OK && ck_optout_number_of(error, &s->look, s->plan, file, csv, &number) == CK_OK && number)
        ck_optouts_add_number(error, &s->found, number);
    if (s->found.nnumbers > 1u << 20 && s->found.nnumbers == s->found.number_room)
        ck_optouts_sort(&s->found); /* before it grows: repeats go */
    return error->status;
}

static void scan_piece(scanner *s, const ck_piece *piece) {
    const ck_plan_file *file = &s->plan->file[piece->file];
    if (!is_wanted(s->plan, file, s->all))
        return;
    ck_piece_open(&s->error, &s->csv, s->plan, piece);
    while (s->error.status == CK_OK && ck_csv_next(&s->error, &s->csv, piece->end) == CK_OK && s->csv.found)
        take_row(s, file);
    ck_csv_close(&s->csv);
}

static void prepare(scanner *s, const ck_plan *plan, bool all) {
    size_t fields = 1;
    for (uint32_t f = 0; f < plan->nfiles; f++)
        fields = plan->file[f].nheader > fields ? (size_t)plan->file[f].nheader : fields;
    *s = (scanner){.plan = plan, .all = all, .csv.input.file = -1};
    ck_csv_init(&s->error, &s->csv, fields);
}

static ck_status merge(ck_error *error, scanner *s, ck_optouts *set) {
    if (s->error.status != CK_OK)
        ck_fail(error, s->error.status, "%s", s->error.text);
    for (size_t i = 0; i < s->found.nnumbers && error->status == CK_OK; i++)
        ck_optouts_add_number(error, set, s->found.number[i]);
    for (size_t i = 0; i < s->found.nrows && error->status == CK_OK; i++)
        ck_optouts_add_row(error, set, s->found.row[i]);
    ck_csv_free(&s->csv);
    ck_optouts_free(&s->found);
    ck_optout_look_free(&s->look);
    return error->status;
}

static ck_status share_list(const ck_comm *comm, ck_error *error, uint64_t **list, size_t *n, size_t *room) {
    void *all = NULL;
    uint64_t *offset = NULL;
    if (ck_par_gather_all(comm, error, *list, *n * sizeof **list, &all, &offset) == CK_OK) {
        if (*list)
            explicit_bzero(*list, *room * sizeof **list);
        ck_free(*list);
        *list = all;
        *n = *room = (size_t)offset[comm->size] / sizeof **list;
    }
    ck_free(offset);
    return error->status;
}

ck_status ck_optouts_scan(const ck_comm *comm, ck_error *error, const ck_plan *plan, bool all, ck_optouts *set) {
    uint32_t n = (uint32_t)omp_get_max_threads();
    scanner *scanners = ck_alloc_zero(error, n, sizeof *scanners);
    if (scanners) {
        for (uint32_t t = 0; t < n; t++)
            prepare(&scanners[t], plan, all);
#pragma omp parallel for schedule(dynamic) num_threads((int)n)
        for (uint32_t p = plan->piece_begin; p < plan->piece_end; p++) {
            scanner *s = &scanners[omp_get_thread_num()];
            if (s->error.status == CK_OK)
                scan_piece(s, &plan->piece[p]);
        }
        for (uint32_t t = 0; t < n; t++)
            merge(error, &scanners[t], set);
        ck_free(scanners);
    }
    ck_optouts_sort(set);
    if (share_list(comm, error, &set->number, &set->nnumbers, &set->number_room) == CK_OK)
        share_list(comm, error, &set->row, &set->nrows, &set->row_room);
    ck_optouts_sort(set);
    return error->status;
}

/* ---- together ---- */

ck_status ck_optouts_find(const ck_comm *comm, ck_error *error, const ck_plan *plan, const ck_optouts *more, ck_optouts *set) {
    bool flags = false;
    if (!plan->spec->optouts.source)
        return CK_OK;
    for (uint32_t s = 0; s < plan->spec->nsources; s++)
        flags = flags || plan->spec->optouts.source[s].flag;
    if (flags && ck_optouts_scan(comm, error, plan, false, set) != CK_OK)
        return error->status;
    for (size_t i = 0; more && i < more->nrows && error->status == CK_OK; i++)
        ck_optouts_add_row(error, set, more->row[i]);
    if (comm->rank == 0 && error->status == CK_OK)
        ck_optouts_read_list(error, &plan->spec->optouts, set);
    if (ck_par_agree(comm, error) != CK_OK)
        return error->status;
    /* Rank 0 alone has read the lists. */
    if (share_list(comm, error, &set->number, &set->nnumbers, &set->number_room) == CK_OK)
        share_list(comm, error, &set->asked, &set->nasked, &set->asked_room);
    ck_optouts_sort(set);
    return error->status;
}

ck_status ck_optouts_request(const ck_comm *comm, ck_error *error, const ck_ingest_spec *spec, ck_optouts *set) {
    ck_plan plan = {0};
    if (ck_plan_make(comm, error, spec, &plan) == CK_OK)
        ck_optouts_scan(comm, error, &plan, true, set);
    ck_plan_free(&plan);
    return error->status;
}
