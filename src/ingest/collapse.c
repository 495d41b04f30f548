#include "ingest/collapse.h"
#include "base/hash.h"
#include "base/memory.h"
#include "ingest/spread.h"
#include <string.h>

/* What this rank's rows become. */
typedef struct ck_collapse {
    const ck_comm *comm;
    const ck_plan *plan;
    ck_people *people;
    uint64_t n;          /* rows of this rank */
    uint32_t *first;     /* [n] the row (over all ranks) that stands for each */
    uint64_t *row_begin; /* [size + 1] rows of every rank */
} ck_collapse;

/* Columns that must be present for rows of a source to collapse; NULL when it does not. Caller frees. */
static uint32_t *needed_columns(ck_error *error, const ck_ingest_spec *spec, const ck_source_spec *source) {
    uint32_t *needed = ck_alloc(error, source->ncollapse, sizeof *needed);
    for (uint32_t i = 0; needed && i < source->ncollapse; i++) {
        uint32_t c = 0;
        while (c < spec->ncolumns && strcmp(spec->column_name[c], source->collapse[i]) != 0)
            c++;
        needed[i] = c;
        if (c == spec->ncolumns) {
            ck_fail(error, CK_USAGE, "Source %s is to collapse on '%s', which is no linkage column.", source->name,
                    source->collapse[i]);
            break;
        }
    }
    return needed;
}

static bool has_all(const ck_people *people, uint64_t row, const uint32_t *needed, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        if (people->column[needed[i]].code[row] == 0)
            return false;
    return true;
}

/* ---- rows to the rank that their content hashes to ---- */

/* A row travels as its number over all ranks, its source and its codes. */
enum { ITEM_ROW, ITEM_SOURCE, ITEM_HEAD };

typedef struct ck_items {
    size_t width;                    /* words of an item */
    uint64_t *bytes, *got, *at;      /* [size], [size], [size + 1] */
    uint32_t *sent, *local;          /* words that leave; [rows sent] this rank's rows in the order sent */
    uint32_t *received;
    uint64_t nsent, nreceived;
} ck_items;

static void free_items(ck_items *items) {
    ck_free(items->bytes);
    ck_free(items->sent);
    ck_free(items->local);
    ck_free(items->received);
}

static void fill_item(const ck_people *people, uint64_t row, uint32_t source, uint32_t *item) {
    item[ITEM_ROW] = (uint32_t)(people->row_begin + row);
    item[ITEM_SOURCE] = source;
    for (uint32_t c = 0; c < people->ncolumns; c++)
        item[ITEM_HEAD + c] = people->column[c].code[row];
}

static uint64_t hash_item(const uint32_t *item, size_t width) {
    return ck_hash_bytes(item + ITEM_SOURCE, (width - ITEM_SOURCE) * sizeof *item, 0);
}

/* This rank's rows of a source that may collapse, after `n` others in `local`. */
static ck_status list_rows(ck_error *error, const ck_collapse *collapse, uint32_t place, ck_items *items) {
    const ck_people *people = collapse->people;
    const ck_source *range = &people->source[place];
    const ck_source_spec *source = &collapse->plan->spec->source[collapse->plan->order[place]];
    if (source->ncollapse == 0)
        return CK_OK;
    uint32_t *needed = needed_columns(error, collapse->plan->spec, source);
    uint64_t begin = range->row_begin > people->row_begin ? range->row_begin : people->row_begin;
    uint64_t end = range->row_end < people->row_end ? range->row_end : people->row_end;
    for (uint64_t row = begin; error->status == CK_OK && row < end; row++)
        if (has_all(people, row - people->row_begin, needed, source->ncollapse))
            items->local[items->nsent++] = (uint32_t)(row - people->row_begin);
    ck_free(needed);
    return error->status;
}

static uint32_t source_of_row(const ck_people *people, uint64_t row) {
    uint32_t s = 0;
    while (s + 1 < people->nsources && row >= people->source[s].row_end)
        s++;
    return s;
}

/* Items in the order of their owners; `local` follows them. */
static ck_status pack_items(ck_error *error, const ck_collapse *collapse, ck_items *items) {
    const ck_people *people = collapse->people;
    size_t size = (size_t)collapse->comm->size;
    uint32_t *item = ck_alloc(error, items->width, sizeof *item);
    uint32_t *owner = ck_alloc(error, items->nsent, sizeof *owner);
    uint32_t *ordered = ck_alloc(error, items->nsent, sizeof *ordered);
    items->sent = ck_alloc(error, items->nsent * items->width, sizeof *items->sent);
    if (error->status == CK_OK) {
        for (uint64_t i = 0; i < items->nsent; i++) {
            uint32_t row = items->local[i];
            fill_item(people, row, source_of_row(people, people->row_begin + row), item);
            owner[i] = (uint32_t)(hash_item(item, items->width) % size);
            items->bytes[owner[i]] += items->width * sizeof *item;
        }
        ck_spread_offsets((int)size, items->bytes, items->at);
        for (uint64_t i = 0; i < items->nsent; i++) {
            uint64_t slot = items->at[owner[i]] / (items->width * sizeof *item), row = items->local[i];
            fill_item(people, row, source_of_row(people, people->row_begin + row), items->sent + slot * items->width);
            ordered[slot] = (uint32_t)row;
            items->at[owner[i]] += items->width * sizeof *item;
        }
        uint32_t *before = items->local;
        items->local = ordered;
        ordered = before;
    }
    ck_free(item);
    ck_free(owner);
    ck_free(ordered);
    return error->status;
}

static ck_status send_items(ck_error *error, const ck_collapse *collapse, ck_items *items) {
    const ck_comm *comm = collapse->comm;
    size_t size = (size_t)comm->size;
    items->width = ITEM_HEAD + collapse->people->ncolumns;
    items->bytes = ck_alloc_zero(error, 3 * (size + 1), sizeof *items->bytes);
    items->local = ck_alloc(error, collapse->n, sizeof *items->local);
    if (error->status == CK_OK) {
        items->got = items->bytes + size + 1;
        items->at = items->got + size + 1;
        for (uint32_t p = 0; p < collapse->people->nsources && error->status == CK_OK; p++)
            list_rows(error, collapse, p, items);
    }
    if (error->status == CK_OK)
        pack_items(error, collapse, items);
    void *received = NULL;
    if (ck_par_agree(comm, error) != CK_OK ||
        ck_par_exchange(comm, error, items->sent, items->bytes, &received, items->got) != CK_OK)
        return error->status;
    ck_free(items->sent);
    items->sent = NULL;
    items->received = received;
    for (size_t r = 0; r < size; r++)
        items->nreceived += items->got[r] / (items->width * sizeof(uint32_t));
    return CK_OK;
}

/* ---- at the owner ---- */

/* The first row of the items that equal each: first[i] for item i. Items come in the order of rows, so the first that
   begins a group is the one. An open table of item numbers + 1. */
static ck_status find_first_rows(ck_error *error, const ck_items *items, uint32_t *first) {
    size_t nslots = 64, width = items->width;
    while (nslots < items->nreceived * 2)
        nslots *= 2;
    uint64_t *slot = ck_alloc_zero(error, nslots, sizeof *slot);
    for (uint64_t i = 0; slot && i < items->nreceived; i++) {
        const uint32_t *item = items->received + i * width;
        size_t at = (hash_item(item, width) >> 20) & (nslots - 1); /* low bits chose the rank */
        for (; slot[at]; at = (at + 1) & (nslots - 1)) {
            const uint32_t *other = items->received + (slot[at] - 1) * width;
            if (memcmp(item + ITEM_SOURCE, other + ITEM_SOURCE, (width - ITEM_SOURCE) * sizeof *item) == 0)
                break;
        }
        if (slot[at] == 0)
            slot[at] = i + 1;
        first[i] = items->received[(slot[at] - 1) * width + ITEM_ROW];
    }
    ck_free(slot);
    return error->status;
}

/* Which row stands for each of this rank's: collapse->first. */
static ck_status find_firsts(ck_error *error, ck_collapse *collapse) {
    const ck_comm *comm = collapse->comm;
    ck_items items = {0};
    uint32_t *first = NULL;
    void *answer = NULL;
    if (send_items(error, collapse, &items) != CK_OK)
        goto done;
    first = ck_alloc(error, items.nreceived, sizeof *first);
    if (first)
        find_first_rows(error, &items, first);
    if (ck_par_agree(comm, error) != CK_OK)
        goto done;
    for (int r = 0; r < comm->size; r++)
        items.got[r] /= items.width;
    if (ck_par_exchange(comm, error, first, items.got, &answer, items.bytes) != CK_OK)
        goto done;
    for (uint64_t i = 0; i < items.nsent; i++)
        collapse->first[items.local[i]] = ((const uint32_t *)answer)[i];
done:
    ck_free(answer);
    ck_free(first);
    free_items(&items);
    return error->status;
}

/* ---- numbering records ---- */

static int rank_of_row(const ck_collapse *collapse, uint64_t row) {
    int low = 0, high = collapse->comm->size - 1;
    while (low < high) {
        int middle = (low + high) / 2;
        if (row < collapse->row_begin[middle + 1])
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* Number the records whose first row is here, in row order; their rows' row_record is set. */
static void number_firsts(ck_collapse *collapse) {
    ck_people *people = collapse->people;
    uint64_t mine = 0;
    for (uint64_t row = 0; row < collapse->n; row++)
        mine += collapse->first[row] == people->row_begin + row;
    people->begin = ck_par_sum_before(collapse->comm, mine);
    people->end = people->begin + mine;
    people->records = mine;
    ck_par_sum(collapse->comm, &people->records, 1);
    uint64_t record = people->begin;
    for (uint64_t row = 0; row < collapse->n; row++)
        if (collapse->first[row] == people->row_begin + row)
            people->row_record[row] = (uint32_t)record++;
}

/* Record numbers of the rows that others stand for: asked of the ranks that hold those. */
static ck_status ask_records(ck_error *error, ck_collapse *collapse) {
    const ck_comm *comm = collapse->comm;
    ck_people *people = collapse->people;
    size_t size = (size_t)comm->size;
    uint64_t *count = ck_alloc_zero(error, 3 * (size + 1), sizeof *count), *got = count + size + 1, *at = got + size + 1;
    uint32_t *asked = ck_alloc(error, collapse->n, sizeof *asked), *local = ck_alloc(error, collapse->n, sizeof *local);
    void *questions = NULL, *answers = NULL;
    if (ck_par_agree(comm, error) != CK_OK)
        goto done;
    for (uint64_t row = 0; row < collapse->n; row++)
        if (collapse->first[row] != people->row_begin + row)
            count[rank_of_row(collapse, collapse->first[row])] += sizeof *asked;
    ck_spread_offsets(comm->size, count, at);
    for (uint64_t row = 0; row < collapse->n; row++) {
        if (collapse->first[row] == people->row_begin + row)
            continue;
        int owner = rank_of_row(collapse, collapse->first[row]);
        uint64_t slot = at[owner] / sizeof *asked;
        asked[slot] = collapse->first[row];
        local[slot] = (uint32_t)row;
        at[owner] += sizeof *asked;
    }
    if (ck_par_exchange(comm, error, asked, count, &questions, got) != CK_OK)
        goto done;
    uint64_t nquestions = 0, nasked = 0;
    for (size_t r = 0; r < size; r++) {
        nquestions += got[r] / sizeof *asked;
        nasked += count[r] / sizeof *asked;
    }
    uint32_t *question = questions;
    for (uint64_t i = 0; i < nquestions; i++) /* the answer takes the question's place */
        question[i] = people->row_record[question[i] - people->row_begin];
    if (ck_par_exchange(comm, error, questions, got, &answers, count) != CK_OK)
        goto done;
    for (uint64_t i = 0; i < nasked; i++)
        people->row_record[local[i]] = ((const uint32_t *)answers)[i];
done:
    ck_free(questions);
    ck_free(answers);
    ck_free(asked);
    ck_free(local);
    ck_free(count);
    return error->status;
}

/* Codes of rows to codes of records, in place. */
static void keep_first_codes(ck_collapse *collapse) {
    ck_people *people = collapse->people;
    for (uint32_t c = 0; c < people->ncolumns; c++) {
        uint64_t kept = 0;
        for (uint64_t row = 0; row < collapse->n; row++)
            if (collapse->first[row] == people->row_begin + row)
                people->column[c].code[kept++] = people->column[c].code[row];
    }
}

static ck_status count_source_records(const ck_collapse *collapse, ck_error *error) {
    ck_people *people = collapse->people;
    uint64_t *count = ck_alloc_zero(error, people->nsources, sizeof *count);
    if (ck_par_agree(collapse->comm, error) == CK_OK) {
        for (uint64_t row = 0; row < collapse->n; row++)
            if (collapse->first[row] == people->row_begin + row)
                count[source_of_row(people, people->row_begin + row)]++;
        ck_par_sum(collapse->comm, count, people->nsources);
        uint64_t at = 0;
        for (uint32_t s = 0; s < people->nsources; s++) {
            people->source[s].record_begin = at;
            people->source[s].record_end = at += count[s];
        }
    }
    ck_free(count);
    return error->status;
}

static void rows_are_records(ck_people *people) {
    people->records = people->rows;
    people->begin = people->row_begin;
    people->end = people->row_end;
    for (uint32_t s = 0; s < people->nsources; s++) {
        people->source[s].record_begin = people->source[s].row_begin;
        people->source[s].record_end = people->source[s].row_end;
    }
}

static bool any_collapses(const ck_ingest_spec *spec) {
    for (uint32_t s = 0; s < spec->nsources; s++)
        if (spec->source[s].ncollapse)
            return true;
    return false;
}

ck_status ck_collapse_rows(const ck_comm *comm, ck_error *error, const ck_plan *plan, ck_people *people) {
    if (!any_collapses(plan->spec)) {
        rows_are_records(people);
        return error->status;
    }
    ck_collapse collapse = {.comm = comm, .plan = plan, .people = people, .n = people->row_end - people->row_begin};
    void *ends = NULL;
    uint64_t *offset = NULL;
    collapse.first = ck_alloc(error, collapse.n, sizeof *collapse.first);
    collapse.row_begin = ck_alloc_zero(error, (size_t)comm->size + 1, sizeof *collapse.row_begin);
    people->row_record = ck_alloc(error, collapse.n, sizeof *people->row_record);
    if (ck_par_gather_all(comm, error, &people->row_end, sizeof people->row_end, &ends, &offset) != CK_OK)
        goto done;
    memcpy(collapse.row_begin + 1, ends, (size_t)comm->size * sizeof *collapse.row_begin);
    for (uint64_t row = 0; row < collapse.n; row++)
        collapse.first[row] = (uint32_t)(people->row_begin + row);
    if (find_firsts(error, &collapse) != CK_OK)
        goto done;
    number_firsts(&collapse);
    if (ask_records(error, &collapse) == CK_OK && count_source_records(&collapse, error) == CK_OK)
        keep_first_codes(&collapse);
done:
    ck_free(ends);
    ck_free(offset);
    ck_free(collapse.first);
    ck_free(collapse.row_begin);
    return error->status;
}
