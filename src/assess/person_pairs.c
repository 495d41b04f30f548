#include "assess/person_pairs.h"
#include "assess/measures.h"
#include "assess/resample.h"
#include "base/hash.h"
#include "base/memory.h"
#include "cluster/spread.h"
#include "model/model.h"
#include <math.h>
#include <string.h>

/* Persons of more records are judged by their pairs alone: paths through all of them would cost the cube of their number. */
enum { MOST_RECORDS = 256 };
/* Odds of 2^24 leave nothing to draw. */
static const double settled = 24;

/* Sums of one rank; PART counts 2^-32 of a match. */
typedef struct fixed_sum {
    uint64_t pairs, whole, part;
} fixed_sum;

typedef struct measure {
    const ck_comm *comm;
    ck_error *error;
    const ck_person_pairs_input *in;
    uint32_t *person;    /* [records] on every rank */
    uint32_t *member;    /* [records] sorted by person */
    uint64_t *held;      /* [persons] bits of the unique sources that a person has a record of */
    uint64_t *strongest; /* [persons] of the links inside it, as a key */
    double *chain;       /* [MOST_RECORDS^2] log2 of the probability that two records are one person, by way of others */
    int8_t *band;        /* [MOST_RECORDS^2] of the pair in links.h5, -1: it is not there */
    double *share;       /* [nshifts] of one pair: its probability under each model */
    fixed_sum sum[CK_LABEL_BANDS], inside, inside_links;
    ck_possible_truth certain;
} measure;

int ck_label_band_of(double relative) {
    int band = CK_LABEL_BANDS - 1;
    while (relative < ck_label_band_from(band))
        band--;
    return band;
}

static void add_part(fixed_sum *sum, double p) {
    sum->pairs++;
    sum->part += (uint64_t)(p * 0x1p32 + .5);
    sum->whole += sum->part >> 32;
    sum->part &= UINT32_MAX;
}

/* ---- one pair --------------------------------------------------------------------------------------------------- */

/* A pair of links.h5 (band >= 0) or not, inside a person or not. */
typedef struct pair_place {
    int band;
    bool inside;
} pair_place;

static void add_match(ck_possible_truth *truth, pair_place at) {
    if (at.band >= 0)
        truth->band[at.band]++;
    truth->inside += at.inside;
    truth->inside_links += at.inside && at.band >= 0;
}

/* In truth t the pair is a match when a number drawn by hash is below its probability under that truth's model. Pairs of one `seed` share the
   numbers: they are right or wrong together, which is how persons err. */
static void draw_truths(measure *m, pair_place at, double p, uint64_t seed) {
    double odds = ck_weight_of_probability(p);
    if (odds <= -settled || odds >= settled) {
        if (odds > 0)
            add_match(&m->certain, at);
        return;
    }
    for (uint32_t k = 0; k < m->in->nshifts; k++)
        m->share[k] = ck_probability_of_weight(odds + m->in->shift[k]);
    for (uint32_t t = 0; t < m->in->ntruths; t++)
        if (ck_uniform_of_hash(ck_hash_mix(seed ^ ck_hash_mix(t + 1))) < m->share[t % m->in->nshifts])
            add_match(&m->in->truth[t], at);
}

static void add_pair(measure *m, pair_place at, double p, uint64_t seed) {
    if (at.band >= 0)
        add_part(&m->sum[at.band], p);
    if (at.inside)
        add_part(&m->inside, p);
    if (at.inside && at.band >= 0)
        add_part(&m->inside_links, p);
    draw_truths(m, at, p, seed);
}

/* ---- pairs between persons ------------------------------------------------------------------------------------- */

/* Weights as integers of the same order, above 0. */
static uint64_t key_of_weight(double weight) {
    uint64_t bits;
    weight += 0.0;
    memcpy(&bits, &weight, sizeof bits);
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static double odds_of_key(uint64_t key) {
    uint64_t bits = key >> 63 ? key & ~(UINT64_C(1) << 63) : ~key;
    double weight;
    if (!key)
        return 0;
    memcpy(&weight, &bits, sizeof weight);
    return exp2(fmin(weight, 500));
}

/* Where both persons have a record of one unique source the link competes with what holds each of them together: one of these at most is right. */
static double weigh_rivals(const measure *m, uint32_t a, uint32_t b, double weight) {
    uint32_t x = m->person[a], y = m->person[b];
    if (!(m->held[x] & m->held[y]))
        return ck_probability_of_weight(weight);
    double odds = exp2(fmin(weight, 500));
    return odds / (1 + odds + fmax(odds_of_key(m->strongest[x]), odds_of_key(m->strongest[y])));
}

static void measure_between(measure *m) {
    const ck_links *links = m->in->links;
    for (uint64_t i = 0; i < links->n; i++) {
        uint32_t a = links->a[i], b = links->b[i];
        if (m->person[a] != m->person[b])
            add_pair(m, (pair_place){ck_label_band_of(links->weight[i] - m->in->decision), false}, weigh_rivals(m, a, b, links->weight[i]),
                     ck_hash_mix((uint64_t)a << 32 | b));
    }
}

/* ---- pairs inside persons -------------------------------------------------------------------------------------- */

/* A link inside a person, sent to the rank that looks at it. */
typedef struct inner_link {
    uint32_t person, a, b, unused;
    double weight;
} inner_link;

/* Most probable chains of links, in rising order of what they lead through (Floyd 1962). */
static void find_chains(double *chain, uint64_t n) {
    for (uint64_t k = 0; k < n; k++)
        for (uint64_t i = 0; i < n; i++)
            for (uint64_t j = 0; j < n && chain[i * n + k] > -settled; j++)
                chain[i * n + j] = fmax(chain[i * n + j], chain[i * n + k] + chain[k * n + j]);
}

static uint64_t place_of(const uint32_t *member, uint64_t n, uint32_t record) {
    uint64_t low = 0, high = n;
    while (low + 1 < high) {
        uint64_t middle = low + (high - low) / 2;
        *(member[middle] <= record ? &low : &high) = middle;
    }
    return low;
}

/* The pairs of one person: member[n], rising, and its links. */
static void measure_person(measure *m, const uint32_t *member, uint64_t n, const inner_link *link, uint64_t nlinks) {
    const ck_person_pairs_input *in = m->in;
    uint64_t seed = ck_hash_mix(~(uint64_t)m->person[member[0]]);
    for (uint64_t k = 0; k < n * n; k++) {
        m->chain[k] = -2 * settled;
        m->band[k] = -1;
    }
    for (uint64_t k = 0; k < nlinks; k++) {
        uint64_t i = place_of(member, n, link[k].a), j = place_of(member, n, link[k].b);
        m->chain[i * n + j] = m->chain[j * n + i] = log2(ck_probability_of_weight(link[k].weight));
        m->band[i * n + j] = (int8_t)ck_label_band_of(link[k].weight - in->decision);
    }
    find_chains(m->chain, n);
    for (uint64_t i = 0; i < n; i++)
        for (uint64_t j = i + 1; j < n; j++)
            if (in->allowed[ck_people_source_of(in->people, member[i]) * in->people->nsources + ck_people_source_of(in->people, member[j])])
                add_pair(m, (pair_place){m->band[i * n + j], true}, exp2(m->chain[i * n + j]), seed);
}

/* A person of too many records: what its links say alone. */
static void measure_large(measure *m, const inner_link *link, uint64_t nlinks) {
    for (uint64_t k = 0; k < nlinks; k++)
        add_pair(m, (pair_place){ck_label_band_of(link[k].weight - m->in->decision), true}, ck_probability_of_weight(link[k].weight),
                 ck_hash_mix(~(uint64_t)link[k].person));
}

static bool is_mine(const measure *m, uint64_t person) {
    return ck_hash_mix(person) % (uint64_t)m->comm->size == (uint64_t)m->comm->rank;
}

/* Persons in rising order, each with its links; `order` sorts those by person. */
static void measure_persons(measure *m, const inner_link *link, const uint32_t *order, uint64_t nlinks, inner_link *room) {
    uint64_t records = m->in->people->records, at = 0;
    for (uint64_t first = 0, end; first < records; first = end) {
        uint32_t person = m->person[m->member[first]];
        for (end = first + 1; end < records && m->person[m->member[end]] == person; end++)
            continue;
        if (end - first < 2 || !is_mine(m, person))
            continue;
        uint64_t n = 0;
        for (; at < nlinks && link[order[at]].person == person; at++)
            room[n++] = link[order[at]];
        if (end - first <= MOST_RECORDS)
            measure_person(m, m->member + first, end - first, room, n);
        else
            measure_large(m, room, n);
    }
}

static ck_status send_links(measure *m, inner_link **received, uint64_t *n) {
    const ck_links *links = m->in->links;
    uint64_t size = (uint64_t)m->comm->size, *bytes = ck_alloc_zero(m->error, size, sizeof *bytes);
    uint64_t *at = ck_alloc_zero(m->error, size + 1, sizeof *at), *came = ck_alloc_zero(m->error, size, sizeof *came), total = 0;
    void *all = NULL;
    inner_link *send = NULL;
    for (int pass = 0; pass < 2 && !m->error->status; pass++) {
        for (uint64_t i = 0; i < links->n; i++) {
            uint32_t person = m->person[links->a[i]];
            if (person != m->person[links->b[i]])
                continue;
            uint64_t to = ck_hash_mix(person) % size;
            if (pass == 0)
                at[to + 1]++;
            else
                send[at[to]++] = (inner_link){person, links->a[i], links->b[i], 0, links->weight[i]};
        }
        for (uint64_t d = 0; d < size && pass == 0; d++) {
            bytes[d] = at[d + 1] * sizeof *send;
            at[d + 1] += at[d];
        }
        send = pass == 0 ? ck_alloc(m->error, at[size], sizeof *send) : send;
    }
    if (ck_par_agree(m->comm, m->error) == CK_OK && ck_par_exchange(m->comm, m->error, send, bytes, &all, came) == CK_OK)
        for (uint64_t d = 0; d < size; d++)
            total += came[d] / sizeof *send;
    *received = all;
    *n = total;
    ck_free(send);
    ck_free(came);
    ck_free(at);
    ck_free(bytes);
    return m->error->status;
}

static ck_status measure_inside(measure *m) {
    inner_link *link = NULL, *room = NULL;
    uint64_t n = 0;
    uint32_t *order = NULL, *key = NULL;
    if (send_links(m, &link, &n) == CK_OK) {
        order = ck_alloc(m->error, n, sizeof *order);
        key = ck_alloc(m->error, n, sizeof *key);
        room = ck_alloc(m->error, n, sizeof *room);
        for (uint64_t i = 0; key && i < n; i++)
            key[i] = link[i].person;
        if (!m->error->status && ck_sort_by_key(m->error, key, n, m->in->index->persons, order) == CK_OK)
            measure_persons(m, link, order, n, room);
    }
    ck_free(room);
    ck_free(key);
    ck_free(order);
    ck_free(link);
    return ck_par_agree(m->comm, m->error);
}

/* ---- all ---------------------------------------------------------------------------------------------------------- */

static ck_status take_room(measure *m) {
    uint64_t records = m->in->people->records, persons = m->in->index->persons;
    if (ck_gather_persons(m->comm, m->error, m->in->index, &m->person) != CK_OK)
        return m->error->status;
    m->member = ck_alloc(m->error, records, sizeof *m->member);
    m->held = ck_alloc_zero(m->error, persons, sizeof *m->held);
    m->strongest = ck_alloc_zero(m->error, persons, sizeof *m->strongest);
    m->share = ck_alloc(m->error, m->in->nshifts, sizeof *m->share);
    m->chain = ck_alloc(m->error, (size_t)MOST_RECORDS * MOST_RECORDS, sizeof *m->chain);
    m->band = ck_alloc(m->error, (size_t)MOST_RECORDS * MOST_RECORDS, sizeof *m->band);
    if (!m->error->status)
        ck_sort_by_key(m->error, m->person, records, persons, m->member);
    return ck_par_agree(m->comm, m->error);
}

static void look_at_persons(measure *m) {
    const ck_person_pairs_input *in = m->in;
    for (uint32_t s = 0; s < in->people->nsources; s++)
        for (uint64_t i = in->people->source[s].record_begin; i < in->people->source[s].record_end && in->unique[s] && s < 64; i++)
            m->held[m->person[i]] |= UINT64_C(1) << s;
    for (uint64_t i = 0; i < in->links->n; i++) {
        uint32_t person = m->person[in->links->a[i]];
        uint64_t key = key_of_weight(in->links->weight[i]);
        if (person == m->person[in->links->b[i]] && key > m->strongest[person])
            m->strongest[person] = key;
    }
    ck_par_max(m->comm, m->strongest, in->index->persons);
}

static ck_link_sum finish(const ck_comm *comm, fixed_sum sum) {
    uint64_t v[] = {sum.pairs, sum.whole, sum.part};
    ck_par_sum(comm, v, 3);
    return (ck_link_sum){v[0], (double)v[1] + (double)v[2] * 0x1p-32};
}

static void add_truth(ck_possible_truth *sum, const ck_possible_truth *more) {
    for (int k = 0; k < CK_LABEL_BANDS; k++)
        sum->band[k] += more->band[k];
    sum->inside += more->inside;
    sum->inside_links += more->inside_links;
}

static void share_sums(measure *m, ck_person_pairs *pairs) {
    const ck_person_pairs_input *in = m->in;
    for (int k = 0; k < CK_LABEL_BANDS; k++)
        pairs->band[k] = finish(m->comm, m->sum[k]);
    pairs->inside = finish(m->comm, m->inside);
    pairs->inside_links = finish(m->comm, m->inside_links);
    for (uint32_t t = 0; t < in->ntruths; t++)
        add_truth(&in->truth[t], &m->certain);
    ck_par_sum(m->comm, (uint64_t *)in->truth, in->ntruths * sizeof *in->truth / sizeof(uint64_t));
}

ck_status ck_person_pairs_measure(const ck_comm *comm, ck_error *error, const ck_person_pairs_input *input, ck_person_pairs *pairs) {
    measure m = {.comm = comm, .error = error, .in = input};
    *pairs = (ck_person_pairs){0};
    if (input->ntruths)
        memset(input->truth, 0, input->ntruths * sizeof *input->truth);
    if (take_room(&m) == CK_OK) {
        look_at_persons(&m);
        measure_between(&m);
        if (measure_inside(&m) == CK_OK)
            share_sums(&m, pairs);
    }
    ck_free(m.band);
    ck_free(m.chain);
    ck_free(m.share);
    ck_free(m.strongest);
    ck_free(m.held);
    ck_free(m.member);
    ck_free(m.person);
    return ck_par_agree(comm, error);
}
