/* Is a source free of duplicates? Its records are looked at alone: every other one, and those outside the sample, lose their values, so the
 * rules give them no key. */
#include "base/hash.h"
#include "base/memory.h"
#include "cluster/persons.h"
#include "model/in_file.h"
#include <math.h>

/* A source at the limit (.01 duplicates a record) shows 400 of them in a sample of records / n: their number is good to 5 %. */
static const double sampled_pairs_of_records = 40000;

static bool is_sampled(uint64_t record, uint64_t cut) {
    return ck_hash_mix(record + 1) <= cut;
}

/* A view of people in which only the sampled records of one source have values. */
static ck_status thin_people(ck_error *error, const ck_people *people, uint32_t source, uint64_t cut, ck_column **column) {
    uint64_t n = people->end - people->begin;
    *column = ck_alloc_zero(error, people->ncolumns, sizeof **column);
    for (uint32_t c = 0; error->status == CK_OK && c < people->ncolumns; c++) {
        (*column)[c] = people->column[c];
        (*column)[c].code = ck_alloc_zero(error, n, sizeof *people->column[c].code);
        for (uint64_t i = 0; (*column)[c].code && i < n; i++) {
            uint64_t record = people->begin + i;
            bool inside = record >= people->source[source].record_begin && record < people->source[source].record_end;
            if (inside && is_sampled(record, cut))
                (*column)[c].code[i] = people->column[c].code[i];
        }
    }
    return error->status;
}

static void free_columns(const ck_people *people, ck_column *column) {
    for (uint32_t c = 0; column && c < people->ncolumns; c++)
        ck_free(column[c].code);
    ck_free(column);
}

static double pairs_of(double n) {
    return n * (n - 1) / 2;
}

/* Share of the source's pairs that are pairs of the sample. The same on every rank. */
static double sampled_share(const ck_source *source, uint64_t cut) {
    uint64_t n = 0;
    for (uint64_t i = source->record_begin; i < source->record_end; i++)
        n += is_sampled(i, cut);
    return pairs_of((double)n) / pairs_of((double)(source->record_end - source->record_begin));
}

/* Floating point is rank 0's. */
static ck_status expect(const ck_comm *comm, ck_error *error, const ck_scorer *scorer, const ck_cells *cells, double *matches) {
    if (comm->rank == 0)
        ck_expect_in_file(error, scorer, cells, matches);
    ck_par_broadcast(comm, 0, matches, sizeof *matches);
    return ck_par_agree(comm, error);
}

ck_status ck_source_duplicates(const ck_comm *comm, ck_error *error, const ck_persons_input *input, uint32_t source, double *duplicates) {
    const ck_source *of = &input->people->source[source];
    double records = (double)(of->record_end - of->record_begin), share = fmin(1, sqrt(sampled_pairs_of_records / fmax(records, 1)));
    uint64_t cut = share < 1 ? (uint64_t)ldexp(share, 64) : UINT64_MAX;
    ck_people thin = *input->people;
    ck_engine_options options = *input->engine_options;
    ck_engine *engine = NULL;
    ck_cells cells = {0};
    double matches = 0;
    *duplicates = 0;
    if (records < 2)
        return CK_OK;
    options.link_type = CK_DEDUPE;
    options.allowed = NULL;
    thin_people(error, input->people, source, cut, &thin.column);
    if (ck_par_agree(comm, error) == CK_OK &&
        ck_engine_create(comm, error, &thin, input->rules, input->comparisons, &options, &engine) == CK_OK &&
        ck_engine_count_cells(engine, error, true, &cells) == CK_OK &&
        expect(comm, error, input->scorer, &cells, &matches) == CK_OK)
        *duplicates = matches / fmax(sampled_share(of, cut), 1e-300) / records;
    ck_cells_free(&cells);
    ck_engine_free(engine);
    free_columns(input->people, thin.column);
    return error->status;
}
