#include "choose/choose.h"
#include "base/log.h"
#include "base/memory.h"
#include "choose/candidates.h"
#include "choose/choosing.h"
#include "choose/partners.h"
#include <math.h>

enum { SAMPLE = 1024, FACT_RECORDS = 1 << 18, COUNTED_LEAST = 128, COUNTED_MOST = 1024 };
static const double counted_pairs = 40000; /* partners of the records on which new pairs are counted */

typedef struct chooser {
    const ck_comm *comm;
    ck_error *error;
    const ck_choose_input *input;
    bool *allowed;
    ck_key_parts parts;
    ck_sample sample;          /* records that the census asks about */
    bool *counted;             /* [sample.n] those on which new pairs are counted */
    uint32_t ncounted;
    ck_census census;
    ck_part_fact *fact;        /* [parts.n] */
    uint64_t **count;          /* [ncolumns] records by code */
    ck_learned learned;
    ck_made_partners made;     /* rank 0 */
    ck_key_count *tally;       /* [kept->ncandidates] */
    ck_choosing *kept;         /* what outlives it all */
} chooser;

static void close_chooser(chooser *c) {
    for (uint32_t k = 0; c->tally && k < c->kept->ncandidates; k++)
        ck_free(c->tally[k].size);
    for (uint32_t k = 0; c->count && k < c->input->people->ncolumns; k++)
        ck_free(c->count[k]);
    ck_free(c->tally);
    ck_made_partners_free(&c->made, &c->parts);
    ck_learned_free(&c->learned);
    ck_free(c->count);
    ck_free(c->fact);
    ck_census_close(&c->census);
    ck_sample_free(&c->sample);
    ck_key_parts_free(&c->parts);
    ck_free(c->counted);
    ck_free(c->allowed);
}

/* ---- what there is ---- */

/* Records by code, over all sources. */
static ck_status count_column(chooser *c, uint32_t column) {
    const ck_people *people = c->input->people;
    size_t width = (size_t)people->column[column].dict.count + 1;
    uint64_t *by_source = NULL;
    if (ck_people_count_codes(c->comm, c->error, people, column, &by_source) != CK_OK)
        return c->error->status;
    for (uint32_t s = 1; s < people->nsources; s++)
        for (size_t k = 0; k < width; k++)
            by_source[k] += by_source[s * width + k];
    c->count[column] = by_source;
    return CK_OK;
}

static ck_status count_columns(chooser *c) {
    const ck_people *people = c->input->people;
    c->count = ck_alloc_zero(c->error, people->ncolumns, sizeof *c->count);
    ck_par_agree(c->comm, c->error);
    for (uint32_t column = 0; column < people->ncolumns && c->error->status == CK_OK; column++)
        if (c->input->role[column] != CK_ROLE_NONE)
            count_column(c, column);
    return c->error->status;
}

/* How often chance makes two records agree on each part, and how many keys it gives. */
static ck_status learn_facts(chooser *c) {
    uint32_t n = c->parts.n;
    ck_conjunction *single = ck_alloc_zero(c->error, n, sizeof *single);
    ck_key_count *tally = ck_alloc_zero(c->error, n, sizeof *tally);
    c->fact = ck_alloc_zero(c->error, n, sizeof *c->fact);
    for (uint32_t p = 0; single && p < n; p++)
        single[p] = (ck_conjunction){1, {p}};
    c->census.stride = 1 + (uint32_t)(c->input->people->records / FACT_RECORDS);
    double sampled = fmax(1, c->sample.n), others = fmax(1, (double)ck_census_swept(&c->census) - 1);
    if (ck_par_agree(c->comm, c->error) == CK_OK && ck_census_take(&c->census, c->error, single, n, UINT64_MAX, tally, NULL) == CK_OK)
        for (uint32_t p = 0; p < n; p++) {
            c->fact[p] = (ck_part_fact){.chance = (double)tally[p].partners[CK_CAPS - 1] / sampled / others,
                                        .keys = (double)tally[p].keys / fmax(1, (double)tally[p].filled),
                                        .filled = (double)tally[p].filled / sampled};
        }
    c->census.stride = 1;
    for (uint32_t p = 0; tally && p < n; p++)
        ck_free(tally[p].size);
    ck_free(tally);
    ck_free(single);
    return c->error->status;
}

/* The smaller the budget, the more records can be looked at closely. */
static ck_status mark_counted(chooser *c) {
    uint64_t target = (uint64_t)fmin(COUNTED_MOST, fmax(COUNTED_LEAST, counted_pairs / fmax(1, c->input->budget)));
    c->counted = ck_alloc_zero(c->error, c->sample.n, sizeof *c->counted);
    for (uint32_t i = 0; c->counted && i < c->sample.n; i++) {
        c->counted[i] = ck_sample_holds(c->input->people->records, target, c->input->seed, c->sample.record[i]);
        c->ncounted += c->counted[i];
    }
    return c->error->status;
}

static ck_status look_around(chooser *c) {
    const ck_choose_input *in = c->input;
    ck_error *error = c->error;
    if (ck_engine_allow(c->error, c->input->engine, c->input->people, &c->allowed) == CK_OK)
        ck_key_parts_make(error, in->people->column, in->schema, in->role, in->repeats, in->engine->kernels, &c->parts);
    if (ck_par_agree(c->comm, error) != CK_OK || ck_sample_draw(c->comm, error, in->people, SAMPLE, in->seed, &c->sample) != CK_OK)
        return error->status;
    if (mark_counted(c) == CK_OK)
        ck_census_open(c->comm, error, in->people, &c->parts, &c->sample, c->allowed, in->engine->threads, &c->census);
    c->census.listed = c->counted;
    if (ck_par_agree(c->comm, error) != CK_OK || count_columns(c) != CK_OK)
        return error->status;
    return learn_facts(c);
}

/* ---- what could be ---- */

/* Pairs a record that the link type allows. */
static double possible(const chooser *c) {
    return c->learned.possible_pairs / fmax(1, (double)c->input->people->records);
}

/* Rank 0's candidates on every rank. */
static ck_status share_candidates(chooser *c) {
    ck_choosing *kept = c->kept;
    ck_par_broadcast(c->comm, 0, &kept->ncandidates, sizeof kept->ncandidates);
    if (c->comm->rank != 0)
        kept->candidate = ck_alloc(c->error, kept->ncandidates, sizeof *kept->candidate);
    c->tally = ck_alloc_zero(c->error, kept->ncandidates, sizeof *c->tally);
    kept->partners = ck_alloc_zero(c->error, kept->ncandidates, sizeof *kept->partners);
    if (ck_par_agree(c->comm, c->error) == CK_OK)
        ck_par_broadcast(c->comm, 0, kept->candidate, kept->ncandidates * sizeof *kept->candidate);
    return c->error->status;
}

/* Caps that are tried: up to twice the budget. Those in between that a job does not need are the seeds'. */
static bool is_cap(const chooser *c, uint32_t cap) {
    return ck_caps[cap] != 100 && (double)ck_caps[cap] <= fmax(50, 2 * c->input->budget);
}

static uint64_t largest_cap(const chooser *c) {
    uint64_t largest = 0;
    for (uint32_t cap = 0; cap + 1 < CK_CAPS; cap++)
        largest = is_cap(c, cap) ? ck_caps[cap] : largest;
    return largest;
}

static ck_status find_candidates(chooser *c) {
    ck_choosing *kept = c->kept;
    if (c->comm->rank == 0 &&
        ck_partners_make(c->error, c->input, &c->parts, &c->learned, &c->sample, c->count, &c->made) == CK_OK)
        ck_candidates_make(c->error, &c->parts, c->fact, &c->made, c->input->budget, possible(c), &kept->candidate, &kept->ncandidates);
    if (ck_par_agree(c->comm, c->error) == CK_OK && share_candidates(c) == CK_OK)
        ck_census_take(&c->census, c->error, kept->candidate, kept->ncandidates, largest_cap(c), c->tally, kept->partners);
    return c->error->status;
}

/* Which draws a rule with this cap finds: those of records whose block is not above it. @return how many */
static uint64_t cover_within(const chooser *c, const ck_key_count *tally, uint32_t cap, uint64_t *bits) {
    uint64_t n = 0;
    for (uint32_t d = 0; d < c->made.n; d++) {
        uint32_t size = tally->size[d % c->sample.n];
        if (size == 0 || size > ck_caps[cap])
            bits[d >> 6] &= ~(UINT64_C(1) << (d & 63));
    }
    for (uint32_t w = 0; w < c->made.nwords; w++)
        n += (uint64_t)__builtin_popcountll(bits[w]);
    return n;
}

static ck_status add_option(chooser *c, uint32_t candidate, uint32_t cap, size_t *room) {
    ck_choosing *kept = c->kept;
    const ck_key_count *tally = &c->tally[candidate];
    uint64_t *bits = ck_alloc(c->error, c->made.nwords, sizeof *bits);
    if (!bits || ck_grow(c->error, &kept->option, room, kept->noptions + 1, sizeof *kept->option) != CK_OK) {
        ck_free(bits);
        return c->error->status;
    }
    ck_conjunction_covers(&c->made, &kept->candidate[candidate], bits);
    if ((double)cover_within(c, tally, cap, bits) < CK_COVER_LEAST * c->made.n) {
        ck_free(bits);
        return CK_OK;
    }
    kept->option[kept->noptions++] = (ck_rule_option){.candidate = candidate, .cap = cap, .cover = bits,
                                                      .pairs = (double)tally->partners[cap] / 2 / fmax(1, c->sample.n),
                                                      .keys = (double)tally->keys / fmax(1, c->sample.n)};
    return CK_OK;
}

static ck_status list_options(chooser *c) {
    ck_choosing *kept = c->kept;
    size_t room = 0;
    kept->counted = c->ncounted;
    kept->draws = c->made.n;
    kept->nwords = c->made.nwords;
    for (uint32_t k = 0; k < kept->ncandidates; k++) {
        uint32_t noptions = kept->noptions;
        uint64_t before = UINT64_MAX;
        for (uint32_t cap = 0; cap + 1 < CK_CAPS && c->error->status == CK_OK; cap++) {
            uint64_t partners = c->tally[k].partners[cap];
            if (!is_cap(c, cap) || partners == before)
                continue;
            if ((double)partners / 2 / fmax(1, c->sample.n) > 1.05 * c->input->budget)
                break;
            before = partners;
            add_option(c, k, cap, &room);
        }
        if (kept->noptions == noptions) { /* nobody will ask */
            ck_free(kept->partners[k].partner);
            kept->partners[k] = (ck_partner_list){0};
        }
    }
    return c->error->status;
}

/* ---- all of it ---- */

/* What is kept of it, without options yet. */
static ck_status begin_choosing(chooser *c) {
    ck_choosing *kept = c->kept = ck_alloc_zero(c->error, 1, sizeof *kept);
    if (!kept || ck_choosing_name(c->error, &c->parts, kept) != CK_OK)
        return c->error->status;
    kept->budget = c->input->budget;
    kept->seeds = c->learned.nseeds;
    kept->sessions = c->learned.nsessions;
    kept->matches = c->learned.match_share * c->learned.possible_pairs;
    return CK_OK;
}

static ck_status find_options(chooser *c) {
    begin_choosing(c);
    if (ck_par_agree(c->comm, c->error) == CK_OK && find_candidates(c) == CK_OK && c->comm->rank == 0)
        list_options(c);
    return ck_par_agree(c->comm, c->error);
}

ck_status ck_choose(const ck_comm *comm, ck_error *error, const ck_choose_input *input, ck_choosing **choosing, ck_choice *choice) {
    chooser *c = ck_alloc_zero(error, 1, sizeof *c);
    *choosing = NULL;
    *choice = (ck_choice){0};
    if (ck_par_agree(comm, error) == CK_OK) {
        c->comm = comm;
        c->error = error;
        c->input = input;
        if (look_around(c) == CK_OK && ck_learn(comm, error, input, &c->parts, c->fact, &c->census, &c->learned) == CK_OK)
            find_options(c);
        close_chooser(c);
        *choosing = c->kept;
    }
    ck_free(c);
    return error->status == CK_OK ? ck_choosing_pick(comm, error, *choosing, choice) : error->status;
}

void ck_choice_free(ck_choice *choice) {
    for (uint32_t r = 0; choice->rule && r < choice->n; r++)
        ck_free(choice->rule[r].keys);
    ck_free(choice->rule);
    *choice = (ck_choice){0};
}
