#include "cluster/inside.h"
#include "base/memory.h"
#include "base/stop.h"
#include "cluster/spread.h"
#include <math.h>

enum { LARGEST_COMPONENT = 400, MOST_CUTS = 64 };
/* A model of sessions knows nothing of pairs that no rule makes: the calibrated model's 6 bits against them stand in for its prior. */
static const double unblocked_bits = -6;

/* What is known of all records, on every rank. */
typedef struct inside {
    const ck_comm *comm;
    const ck_persons_input *input;
    const ck_links *links;
    uint64_t records;
    uint32_t *component; /* at the threshold */
    uint32_t *group;     /* smallest record + 1 of a part whose pairs are weighed again, 0 = none */
    uint8_t *open;       /* part of a component that is too large so far */
    uint64_t still_open;
} inside;

static ck_status find_parts(const inside *s, ck_error *error, double threshold, uint32_t **part, uint64_t *parts) {
    ck_index index = {0};
    *part = NULL;
    if (ck_cluster_connected(s->comm, error, s->records, s->input->units, s->links, threshold, &index) == CK_OK)
        ck_gather_persons(s->comm, error, &index, part);
    *parts = index.persons;
    ck_index_free(&index);
    return error->status;
}

/* Links that are known inside each part, over all ranks. */
static void count_known(const inside *s, const uint32_t *part, uint64_t parts, uint64_t *known) {
    for (uint64_t i = 0; i < s->links->n; i++)
        if (part[s->links->a[i]] == part[s->links->b[i]])
            known[part[s->links->a[i]]]++;
    ck_par_sum(s->comm, known, parts);
}

/* Open records of small parts are settled: in a group where some pair of the part is not known. */
static void settle(inside *s, const uint32_t *part, const uint64_t *known, uint64_t *size, uint32_t *first) {
    for (uint64_t i = 0; i < s->records; i++)
        if (size[part[i]]++ == 0)
            first[part[i]] = (uint32_t)i;
    s->still_open = 0;
    for (uint64_t i = 0; i < s->records; i++) {
        uint64_t n = size[part[i]];
        if (!s->open[i])
            continue;
        if (n > LARGEST_COMPONENT) {
            s->still_open++;
            continue;
        }
        s->open[i] = 0;
        if (n > 2 && known[part[i]] < n * (n - 1) / 2)
            s->group[i] = first[part[i]] + 1;
    }
}

/* One cut; the first finds the components themselves. */
static ck_status cut(inside *s, ck_error *error, double threshold) {
    uint32_t *part = NULL, *first = NULL;
    uint64_t parts = 0, *known = NULL, *size = NULL;
    ck_stop_check(error);
    if (find_parts(s, error, threshold, &part, &parts) == CK_OK) {
        known = ck_alloc_zero(error, parts, sizeof *known);
        size = ck_alloc_zero(error, parts, sizeof *size);
        first = ck_alloc(error, parts, sizeof *first);
    }
    if (ck_par_agree(s->comm, error) == CK_OK) {
        count_known(s, part, parts, known);
        settle(s, part, known, size, first);
    }
    ck_free(first);
    ck_free(size);
    ck_free(known);
    if (s->component)
        ck_free(part);
    else
        s->component = part;
    return error->status;
}

static ck_status choose_groups(inside *s, ck_error *error, uint64_t *large) {
    double threshold = s->input->threshold_log2;
    s->group = ck_alloc_zero(error, s->records, sizeof *s->group);
    s->open = ck_alloc(error, s->records, 1);
    for (uint64_t i = 0; s->open && i < s->records; i++)
        s->open[i] = 1;
    if (ck_par_agree(s->comm, error) != CK_OK || cut(s, error, threshold) != CK_OK)
        return error->status;
    *large = s->still_open;
    for (int k = 1; k <= MOST_CUTS && s->still_open && error->status == CK_OK; k++)
        cut(s, error, threshold + k);
    return error->status;
}

/** An engine of the grouped records alone, for pairs of one group. */
static ck_status make_engine(const inside *s, ck_error *error, uint64_t *settled, ck_engine **engine) {
    ck_engine_options options = *s->input->engine_options;
    for (uint64_t i = 0; i < s->records; i++)
        if (!s->group[i])
            settled[i / 64] |= UINT64_C(1) << (i % 64);
    options.settled = settled;
    options.settled_out = true;
    return ck_engine_create(s->comm, error, s->input->people, s->input->rules, s->input->comparisons, &options, engine);
}

static void weigh_unblocked(const ck_scorer *scorer, ck_links *fresh) {
    for (uint64_t i = 0; !scorer->uses_masks && i < fresh->n; i++)
        if (fresh->rule[i] == CK_NO_RULE)
            fresh->weight[i] = fmin(0, fresh->weight[i] - scorer->prior_log2 + unblocked_bits);
}

static bool is_kept(const inside *s, uint64_t i, bool grey) {
    uint32_t a = s->links->a[i], b = s->links->b[i];
    if (s->component[a] != s->component[b])
        return grey && s->links->weight[i] > s->input->threshold_log2 - ck_grey_bits;
    return !s->group[a] || s->group[a] != s->group[b]; /* else it comes with the group */
}

static void put_pair(ck_links *pairs, const ck_links *from, uint64_t i) {
    pairs->a[pairs->n] = from->a[i];
    pairs->b[pairs->n] = from->b[i];
    pairs->weight[pairs->n++] = from->weight[i];
}

/* Kept links and the groups' pairs in one list. */
static ck_status join_lists(const inside *s, ck_error *error, bool grey, const ck_links *fresh, ck_links *pairs, uint64_t *rescored) {
    uint64_t n = s->links->n + fresh->n, known = 0;
    pairs->a = ck_alloc(error, n, sizeof *pairs->a);
    pairs->b = ck_alloc(error, n, sizeof *pairs->b);
    pairs->weight = ck_alloc(error, n, sizeof *pairs->weight);
    for (uint64_t i = 0; error->status == CK_OK && i < s->links->n; i++) {
        uint32_t a = s->links->a[i], b = s->links->b[i];
        if (is_kept(s, i, grey))
            put_pair(pairs, s->links, i);
        known += s->group[a] && s->group[a] == s->group[b];
    }
    for (uint64_t i = 0; error->status == CK_OK && i < fresh->n; i++)
        put_pair(pairs, fresh, i);
    *rescored = fresh->n - known; /* by rank of no meaning: the sum counts */
    ck_par_sum(s->comm, rescored, 1);
    return ck_par_agree(s->comm, error);
}

/** Every pair of one group, weighed. */
static ck_status weigh_groups(const inside *s, ck_error *error, ck_links *fresh) {
    const ck_persons_input *input = s->input;
    ck_engine *own = NULL;
    uint64_t *settled = input->engine ? NULL : ck_alloc_zero(error, (size_t)(s->records + 63) / 64, sizeof *settled);
    if (ck_par_agree(s->comm, error) == CK_OK && (input->engine || make_engine(s, error, settled, &own) == CK_OK) &&
        ck_engine_link_groups(own ? own : input->engine, error, input->scorer, s->group + input->people->begin, -INFINITY, fresh) == CK_OK)
        weigh_unblocked(input->scorer, fresh);
    ck_engine_free(own);
    ck_free(settled);
    return error->status;
}

ck_status ck_pairs_inside(const ck_comm *comm, ck_error *error, const ck_persons_input *input, const ck_links *links, bool rescore, bool grey,
                          ck_links *pairs, uint64_t *rescored, uint64_t *large) {
    inside s = {.comm = comm, .input = input, .links = links, .records = input->people->records};
    ck_links fresh = {0};
    *pairs = (ck_links){0};
    *rescored = *large = 0;
    if (rescore) {
        choose_groups(&s, error, large);
        if (error->status == CK_OK)
            weigh_groups(&s, error, &fresh);
    } else {
        uint64_t parts;
        s.group = ck_alloc_zero(error, s.records, sizeof *s.group);
        if (ck_par_agree(comm, error) == CK_OK)
            find_parts(&s, error, input->threshold_log2, &s.component, &parts);
    }
    if (error->status == CK_OK)
        join_lists(&s, error, grey, &fresh, pairs, rescored);
    if (error->status != CK_OK)
        ck_links_free(pairs);
    ck_links_free(&fresh);
    ck_free(s.open);
    ck_free(s.group);
    ck_free(s.component);
    return error->status;
}
