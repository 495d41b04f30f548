#include "cluster/inside.h"
#include "base/memory.h"
#include "base/stop.h"
#include "cluster/spread.h"
#include <math.h>
#include <string.h>

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

/* The list that is made: a, b and weight of `pairs` have room for so many. */
typedef struct pair_list {
    ck_links *pairs;
    size_t room[3];
} pair_list;

static ck_status make_room(ck_error *error, pair_list *list, uint64_t more) {
    ck_links *pairs = list->pairs;
    if (ck_grow(error, &pairs->a, &list->room[0], pairs->n + more, sizeof *pairs->a) == CK_OK &&
        ck_grow(error, &pairs->b, &list->room[1], pairs->n + more, sizeof *pairs->b) == CK_OK)
        ck_grow(error, &pairs->weight, &list->room[2], pairs->n + more, sizeof *pairs->weight);
    return error->status;
}

static void put_pair(ck_links *pairs, const ck_links *from, uint64_t i) {
    pairs->a[pairs->n] = from->a[i];
    pairs->b[pairs->n] = from->b[i];
    pairs->weight[pairs->n++] = from->weight[i];
}

/* Room for `more` is taken now, and touched, so that the engine finds it in use when it divides what memory is left. @return links that a group holds */
static uint64_t put_kept(const inside *s, ck_error *error, bool grey, uint64_t more, pair_list *list) {
    uint64_t known = 0;
    if (error->status != CK_OK || make_room(error, list, s->links->n + more) != CK_OK)
        return 0;
    for (uint64_t i = 0; i < s->links->n; i++) {
        uint32_t a = s->links->a[i], b = s->links->b[i];
        if (is_kept(s, i, grey))
            put_pair(list->pairs, s->links, i);
        known += s->group[a] && s->group[a] == s->group[b];
    }
    const ck_links *pairs = list->pairs;
    if (more == 0)
        return known;
    memset(pairs->a + pairs->n, 0, more * sizeof *pairs->a);
    memset(pairs->b + pairs->n, 0, more * sizeof *pairs->b);
    memset(pairs->weight + pairs->n, 0, more * sizeof *pairs->weight);
    return known;
}

/* --- pairs of groups, some groups at a time ------------------------------------------------------------ */

typedef struct bunches {
    uint64_t *before; /* [records] of a group's first record: pairs of the groups before it */
    uint32_t *mine;   /* [share] this rank's records of a bunch: their groups */
    uint64_t pairs;
} bunches;

/* Pairs inside groups, and of each group how many come before it. */
static ck_status count_pairs(const inside *s, ck_error *error, bunches *b) {
    const ck_people *people = s->input->people;
    b->mine = ck_alloc(error, people->end - people->begin, sizeof *b->mine);
    b->before = ck_alloc_zero(error, s->records, sizeof *b->before);
    for (uint64_t i = 0; b->before && i < s->records; i++)
        if (s->group[i])
            b->before[s->group[i] - 1]++;
    for (uint64_t i = 0; b->before && i < s->records; i++) {
        uint64_t n = b->before[i];
        b->before[i] = b->pairs;
        b->pairs += n ? n * (n - 1) / 2 : 0;
    }
    return ck_par_agree(s->comm, error);
}

/* Groups of bunch k. */
static void choose_bunch(const inside *s, const bunches *b, uint64_t most, uint64_t k) {
    const ck_people *people = s->input->people;
    for (uint64_t i = people->begin; i < people->end; i++) {
        uint32_t group = s->group[i];
        b->mine[i - people->begin] = group && b->before[group - 1] / most == k ? group : 0;
    }
}

static ck_status put_groups(const inside *s, ck_error *error, const bunches *b, ck_engine *engine, pair_list *list, uint64_t *fresh) {
    uint64_t most = ck_engine_links_at_once(engine);
    most = (most < UINT32_MAX ? most : UINT32_MAX) * (uint64_t)s->comm->size;
    for (uint64_t k = 0; k * most < b->pairs && error->status == CK_OK; k++) {
        ck_links links = {0};
        choose_bunch(s, b, most, k);
        if (ck_engine_link_groups(engine, error, s->input->scorer, b->mine, -INFINITY, &links) == CK_OK) {
            weigh_unblocked(s->input->scorer, &links);
            make_room(error, list, links.n);
            for (uint64_t i = 0; error->status == CK_OK && i < links.n; i++)
                put_pair(list->pairs, &links, i);
            *fresh += links.n;
        }
        ck_links_free(&links);
        ck_par_agree(s->comm, error);
    }
    return error->status;
}

/* The engine comes last, and goes first. */
static ck_status borrow_engine(const inside *s, ck_error *error, const bunches *b, pair_list *list, uint64_t *fresh) {
    ck_engine *own = NULL, *engine = s->input->engine;
    uint64_t *settled = engine ? NULL : ck_alloc_zero(error, (size_t)(s->records + 63) / 64, sizeof *settled);
    if (ck_par_agree(s->comm, error) == CK_OK && (engine || make_engine(s, error, settled, &own) == CK_OK))
        put_groups(s, error, b, engine ? engine : own, list, fresh);
    ck_engine_free(own);
    ck_free(settled);
    return error->status;
}

/* Kept links and the groups' pairs in one list. */
static ck_status weigh_again(inside *s, ck_error *error, bool grey, ck_links *spent, pair_list *list, uint64_t *rescored, uint64_t *large) {
    bunches b = {0};
    uint64_t fresh = 0, known = 0;
    choose_groups(s, error, large);
    ck_free(s->open);
    s->open = NULL;
    if (error->status == CK_OK && count_pairs(s, error, &b) == CK_OK) {
        known = put_kept(s, error, grey, b.pairs / (uint64_t)s->comm->size, list);
        ck_free(s->component);
        s->component = NULL;
        if (spent)
            ck_links_free(spent);
        if (b.pairs)
            borrow_engine(s, error, &b, list, &fresh);
    }
    ck_free(b.before);
    ck_free(b.mine);
    *rescored = fresh - known; /* by rank of no meaning: the sum counts */
    ck_par_sum(s->comm, rescored, 1);
    return error->status;
}

ck_status ck_pairs_inside(const ck_comm *comm, ck_error *error, const ck_persons_input *input, const ck_links *links, ck_links *spent, bool rescore, bool grey,
                          ck_links *pairs, uint64_t *rescored, uint64_t *large) {
    inside s = {.comm = comm, .input = input, .links = links, .records = input->people->records};
    pair_list list = {.pairs = pairs};
    *pairs = (ck_links){0};
    *rescored = *large = 0;
    if (rescore)
        weigh_again(&s, error, grey, spent, &list, rescored, large);
    else {
        uint64_t parts;
        s.group = ck_alloc_zero(error, s.records, sizeof *s.group);
        if (ck_par_agree(comm, error) == CK_OK && find_parts(&s, error, input->threshold_log2, &s.component, &parts) == CK_OK)
            put_kept(&s, error, grey, 0, &list);
    }
    if (ck_par_agree(comm, error) != CK_OK)
        ck_links_free(pairs);
    ck_free(s.open);
    ck_free(s.group);
    ck_free(s.component);
    return error->status;
}
