#include "assess/review.h"
#include "base/hash.h"
#include "base/memory.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

static const double band_edge[CK_REVIEW_BANDS - 1] = {-8, -4, -2, 0, 2, 4, 8, 16};
_Static_assert(CK_REVIEW_FIRST_LINK == 4, "the edge at the decision is the fourth");

/** The pairs of one band on this rank that may still be chosen. */
typedef struct band_choice {
    ck_review_pair *pair;
    size_t n, room, wanted;
    uint64_t limit; /**< no key above it is among the `wanted` smallest */
} band_choice;

static int compare_keys(const void *x, const void *y) {
    const ck_review_pair *a = x, *b = y;
    if (a->band != b->band)
        return a->band < b->band ? -1 : 1;
    return (a->key > b->key) - (a->key < b->key);
}

/** By a second hash: the order of the keys alone would tell the bands apart, for small keys are of large bands. */
static int compare_places(const void *x, const void *y) {
    uint64_t a = ck_hash_mix(~((const ck_review_pair *)x)->key), b = ck_hash_mix(~((const ck_review_pair *)y)->key);
    return (a > b) - (a < b);
}

static uint32_t band_of(double weight, double decision) {
    uint32_t band = 0;
    while (band < CK_REVIEW_BANDS - 1 && weight >= decision + band_edge[band])
        band++;
    return band;
}

/** One to one for pairs under one seed, so no two pairs have one key. */
static uint64_t key_of(uint32_t a, uint32_t b, uint64_t seed) {
    return ck_hash_mix(ck_hash_mix((uint64_t)a << 32 | b) ^ ck_hash_mix(seed));
}

/** As many from each band; what a small band cannot give goes to the others, what does not divide to those next to the decision. */
static void share_out(uint64_t n, ck_review_band *band) {
    static const uint8_t nearest[CK_REVIEW_BANDS] = {4, 3, 5, 2, 6, 1, 7, 0, 8};
    bool progress = true;
    while (n && progress) {
        uint64_t open = 0, each;
        for (int b = 0; b < CK_REVIEW_BANDS; b++)
            open += band[b].drawn < band[b].pairs;
        progress = open > 0;
        each = n > open && open ? n / open : 1;
        for (int k = 0; k < CK_REVIEW_BANDS; k++) {
            ck_review_band *here = &band[nearest[k]];
            uint64_t room = here->pairs - here->drawn, more = each < room ? each : room;
            more = more < n ? more : n;
            here->drawn += more;
            n -= more;
        }
    }
}

static void keep_smallest(band_choice *choice) {
    if (choice->n) /* without pairs there is no array */
        qsort(choice->pair, choice->n, sizeof *choice->pair, compare_keys);
    if (choice->n > choice->wanted)
        choice->n = choice->wanted;
    if (choice->n && choice->n == choice->wanted)
        choice->limit = choice->pair[choice->n - 1].key;
}

static ck_status offer(ck_error *error, band_choice *choice, ck_review_pair pair) {
    if (!choice->wanted || pair.key > choice->limit)
        return CK_OK;
    if (choice->n >= 2 * choice->wanted)
        keep_smallest(choice);
    if (ck_grow(error, &choice->pair, &choice->room, choice->n + 1, sizeof pair) == CK_OK)
        choice->pair[choice->n++] = pair;
    return error->status;
}

/** This rank's smallest keys of every band, band after band. */
static ck_status choose_here(ck_error *error, const ck_links *links, const ck_review_sample *sample, ck_review_pair **chosen, size_t *n) {
    band_choice choice[CK_REVIEW_BANDS] = {0};
    size_t room = 0;
    for (int b = 0; b < CK_REVIEW_BANDS; b++)
        choice[b] = (band_choice){.wanted = (size_t)sample->band[b].drawn, .limit = UINT64_MAX};
    for (uint64_t i = 0; i < links->n && !error->status; i++) {
        uint32_t band = band_of(links->weight[i], sample->decision), a = links->a[i], b = links->b[i];
        offer(error, &choice[band], (ck_review_pair){key_of(a, b, sample->seed), a, b, band});
    }
    for (int b = 0; b < CK_REVIEW_BANDS; b++) {
        keep_smallest(&choice[b]);
        if (ck_grow(error, chosen, &room, *n + choice[b].n + 1, sizeof **chosen) == CK_OK)
            for (size_t i = 0; i < choice[b].n; i++)
                (*chosen)[(*n)++] = choice[b].pair[i];
        ck_free(choice[b].pair);
    }
    return error->status;
}

static void count_bands(const ck_comm *comm, const ck_links *links, ck_review_sample *sample) {
    uint64_t pairs[CK_REVIEW_BANDS] = {0};
    for (uint64_t i = 0; i < links->n; i++)
        pairs[band_of(links->weight[i], sample->decision)]++;
    ck_par_sum(comm, pairs, CK_REVIEW_BANDS);
    for (int b = 0; b < CK_REVIEW_BANDS; b++)
        sample->band[b] = (ck_review_band){.from = b ? sample->decision + band_edge[b - 1] : -(double)INFINITY,
                                           .to = b < CK_REVIEW_BANDS - 1 ? sample->decision + band_edge[b] : (double)INFINITY,
                                           .pairs = pairs[b]};
}

/** The smallest keys of all ranks' choices, which stand in `all`. */
static void take_smallest(ck_review_sample *sample, ck_review_pair *all, size_t n) {
    uint64_t taken[CK_REVIEW_BANDS] = {0}, hash = ck_hash_mix(sample->seed);
    qsort(all, n, sizeof *all, compare_keys);
    for (size_t i = 0; i < n; i++)
        if (taken[all[i].band]++ < sample->band[all[i].band].drawn)
            all[sample->n++] = all[i];
    qsort(all, (size_t)sample->n, sizeof *all, compare_places);
    for (uint64_t i = 0; i < sample->n; i++)
        hash = ck_hash_mix(hash ^ ((uint64_t)all[i].a << 32 | all[i].b)) + all[i].band;
    snprintf(sample->id, sizeof sample->id, "%016" PRIx64, hash);
    sample->pair = all;
}

ck_status ck_review_draw(const ck_comm *comm, ck_error *error, const ck_links *links, double decision, uint64_t n, uint64_t seed,
                         ck_review_sample *sample) {
    *sample = (ck_review_sample){.seed = seed, .decision = decision};
    ck_review_pair *here = NULL;
    void *all = NULL;
    uint64_t *offset = NULL;
    size_t nhere = 0;
    if (links->total == 0)
        return ck_fail(error, CK_DATA, "There are no pairs to review: links.h5 is empty; a lower floor: in the job keeps more.");
    count_bands(comm, links, sample);
    share_out(n, sample->band);
    choose_here(error, links, sample, &here, &nhere);
    if (ck_par_gather_all(comm, error, here, nhere * sizeof *here, &all, &offset) == CK_OK)
        take_smallest(sample, all, (size_t)offset[comm->size] / sizeof *here);
    ck_free(offset);
    ck_free(here);
    return error->status;
}

void ck_review_sample_free(ck_review_sample *sample) {
    ck_free(sample->pair);
    *sample = (ck_review_sample){0};
}

/* ---- in the result folder ---- */

json_t *ck_review_sample_json(const ck_review_sample *sample) {
    json_t *bands = json_array(), *pairs = json_array();
    for (int b = 0; b < CK_REVIEW_BANDS; b++) {
        const ck_review_band *band = &sample->band[b];
        json_array_append_new(bands, json_pack("{s:o, s:o, s:I, s:I}", "from", isfinite(band->from) ? json_real(band->from) : json_null(), "to",
                                               isfinite(band->to) ? json_real(band->to) : json_null(), "pairs", (json_int_t)band->pairs,
                                               "drawn", (json_int_t)band->drawn));
    }
    for (uint64_t i = 0; i < sample->n; i++)
        json_array_append_new(pairs, json_pack("[I, I, I]", (json_int_t)sample->pair[i].a, (json_int_t)sample->pair[i].b,
                                               (json_int_t)sample->pair[i].band));
    return json_pack("{s:s, s:I, s:f, s:o, s:o}", "sample", sample->id, "seed", (json_int_t)sample->seed, "decision_weight", sample->decision,
                     "bands", bands, "pairs", pairs);
}

static bool parse_band(const json_t *kept, ck_review_band *band) {
    const json_t *from = json_object_get(kept, "from"), *to = json_object_get(kept, "to");
    json_int_t pairs = json_integer_value(json_object_get(kept, "pairs")), drawn = json_integer_value(json_object_get(kept, "drawn"));
    *band = (ck_review_band){.from = json_is_number(from) ? json_number_value(from) : -(double)INFINITY,
                             .to = json_is_number(to) ? json_number_value(to) : (double)INFINITY,
                             .pairs = (uint64_t)pairs,
                             .drawn = (uint64_t)drawn};
    return drawn >= 0 && pairs >= drawn;
}

static bool parse_pair(const json_t *kept, ck_review_sample *sample) {
    json_int_t a = json_integer_value(json_array_get(kept, 0)), b = json_integer_value(json_array_get(kept, 1));
    json_int_t band = json_integer_value(json_array_get(kept, 2));
    if (json_array_size(kept) != 3 || a < 0 || b <= a || b > UINT32_MAX || band < 0 || band >= CK_REVIEW_BANDS)
        return false;
    sample->pair[sample->n++] = (ck_review_pair){0, (uint32_t)a, (uint32_t)b, (uint32_t)band};
    return true;
}

ck_status ck_review_sample_parse(ck_error *error, const char *path, const json_t *root, ck_review_sample *sample) {
    const json_t *bands = json_object_get(root, "bands"), *pairs = json_object_get(root, "pairs");
    const char *id = json_string_value(json_object_get(root, "sample"));
    uint64_t counted[CK_REVIEW_BANDS] = {0};
    bool good = id && json_array_size(bands) == CK_REVIEW_BANDS;
    *sample = (ck_review_sample){.seed = (uint64_t)json_integer_value(json_object_get(root, "seed")),
                                 .decision = json_number_value(json_object_get(root, "decision_weight"))};
    sample->pair = ck_alloc(error, json_array_size(pairs), sizeof *sample->pair);
    if (!sample->pair)
        return error->status;
    snprintf(sample->id, sizeof sample->id, "%s", id ? id : "");
    for (size_t b = 0; b < CK_REVIEW_BANDS && good; b++)
        good = parse_band(json_array_get(bands, b), &sample->band[b]);
    for (size_t i = 0; i < json_array_size(pairs) && good; i++)
        good = parse_pair(json_array_get(pairs, i), sample) && ++counted[sample->pair[i].band];
    for (int b = 0; b < CK_REVIEW_BANDS && good; b++)
        good = counted[b] == sample->band[b].drawn;
    if (!good || !sample->n)
        ck_fail(error, CK_FILE, "'%s' is no sample of 'carrick review sample'; draw it again.", path);
    return error->status;
}
