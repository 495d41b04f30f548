#include "assess/describe.h"
#include "assess/measures.h"
#include "base/memory.h"
#include <string.h>

ck_status ck_inner_links(const ck_comm *comm, ck_error *error, const ck_links *links, const uint32_t *person, double decision, ck_inner_link **inner,
                         uint64_t *n) {
    uint64_t kept = 0, *offset = NULL;
    void *all = NULL;
    ck_inner_link *mine = ck_alloc(error, links->n, sizeof *mine);
    for (uint64_t i = 0; mine && i < links->n; i++)
        if (links->weight[i] >= decision && person[links->a[i]] == person[links->b[i]])
            mine[kept++] = (ck_inner_link){links->a[i], links->b[i], links->rule[i]};
    ck_par_gather(comm, error, mine, kept * sizeof *mine, &all, &offset);
    *inner = all;
    *n = offset ? offset[comm->size] / sizeof *mine : 0;
    ck_free(offset);
    ck_free(mine);
    return error->status;
}

/* ---- partners ---- */

/* Records by person: the members of person p are member[start[p]..start[p + 1]). */
typedef struct members {
    uint64_t *start;
    uint32_t *member;
} members;

static ck_status list_members(ck_error *error, uint64_t records, const uint32_t *person, uint64_t persons, members *m) {
    m->start = ck_alloc_zero(error, persons + 1, sizeof *m->start);
    m->member = ck_alloc(error, records, sizeof *m->member);
    if (error->status || ck_sort_by_key(error, person, records, persons, m->member))
        return error->status;
    for (uint64_t i = 0; i < records; i++)
        m->start[person[i] + 1]++;
    for (uint64_t p = 0; p < persons; p++)
        m->start[p + 1] += m->start[p];
    return CK_OK;
}

static void free_members(members *m) {
    ck_free(m->start);
    ck_free(m->member);
}

static void count_sources(const ck_people *people, const members *m, uint64_t p, uint64_t *count) {
    memset(count, 0, people->nsources * sizeof *count);
    for (uint64_t i = m->start[p]; i < m->start[p + 1]; i++)
        count[ck_people_source_of(people, m->member[i])]++;
}

static bool has_partner(const ck_people *people, const bool *allowed, const uint64_t *count, uint32_t source) {
    for (uint32_t t = 0; t < people->nsources; t++)
        if (allowed[(size_t)source * people->nsources + t] && count[t] > (t == source))
            return true;
    return false;
}

ck_status ck_find_passes(ck_error *error, const ck_people *people, const bool *allowed, const uint32_t *person, uint64_t persons,
                         const ck_inner_link *link, uint64_t nlinks, uint8_t *passed) {
    members m = {0};
    uint64_t *count = ck_alloc(error, people->nsources, sizeof *count);
    if (count && list_members(error, people->records, person, persons, &m) == CK_OK) {
        for (uint64_t p = 0; p < persons; p++) {
            count_sources(people, &m, p, count);
            for (uint64_t i = m.start[p]; i < m.start[p + 1]; i++)
                passed[m.member[i]] = has_partner(people, allowed, count, ck_people_source_of(people, m.member[i])) ? CK_LINKED_BY_NO_RULE : CK_NOT_LINKED;
        }
        for (uint64_t i = 0; i < nlinks; i++) {
            uint8_t rule = (uint8_t)link[i].rule, *a = &passed[link[i].a], *b = &passed[link[i].b];
            *a = rule < *a ? rule : *a;
            *b = rule < *b ? rule : *b;
        }
    }
    free_members(&m);
    ck_free(count);
    return error->status;
}

void ck_rates_of(const ck_people *people, const uint8_t *passed, const ck_grouping *grouping, ck_rate *rate) {
    memset(rate, 0, grouping->n * sizeof *rate);
    for (uint64_t i = 0; i < people->records; i++) {
        rate[grouping->of[i]].linked += passed[i] != CK_NOT_LINKED;
        rate[grouping->of[i]].unlinked += passed[i] == CK_NOT_LINKED;
    }
}

double ck_standardised_difference(ck_rate class, ck_rate all) {
    if (!all.linked || !all.unlinked)
        return (double)NAN;
    double p = (double)class.linked / (double)all.linked, q = (double)class.unlinked / (double)all.unlinked;
    double spread = (p * (1 - p) + q * (1 - q)) / 2;
    return spread > 0 ? (p - q) / sqrt(spread) : (double)NAN;
}

/* ---- sizes ---- */

/* The links of every record, both ways; edge[k] is the link of neighbour[k]. */
typedef struct graph {
    uint64_t *start;
    uint32_t *neighbour;
    uint64_t *edge;
} graph;

static ck_status make_graph(ck_error *error, uint64_t records, const ck_inner_link *link, uint64_t nlinks, graph *g) {
    g->start = ck_alloc_zero(error, records + 2, sizeof *g->start);
    g->neighbour = ck_alloc(error, 2 * nlinks, sizeof *g->neighbour);
    g->edge = ck_alloc(error, 2 * nlinks, sizeof *g->edge);
    if (error->status)
        return error->status;
    uint64_t *next = g->start + 1; /* becomes the starts themselves */
    for (uint64_t i = 0; i < nlinks; i++) {
        next[link[i].a + 1]++;
        next[link[i].b + 1]++;
    }
    for (uint64_t r = 0; r < records; r++)
        next[r + 1] += next[r];
    for (uint64_t i = 0; i < 2 * nlinks; i++) {
        uint32_t from = i % 2 ? link[i / 2].b : link[i / 2].a, to = i % 2 ? link[i / 2].a : link[i / 2].b;
        g->neighbour[next[from]] = to;
        g->edge[next[from]++] = i / 2;
    }
    return CK_OK;
}

static void free_graph(graph *g) {
    ck_free(g->start);
    ck_free(g->neighbour);
    ck_free(g->edge);
}

/* Depth-first search for bridges (Tarjan 1974), with a stack of its own: a chain of records may be long. */
typedef struct search {
    const graph *g;
    uint64_t *order, *low, *at, *by, clock; /* per record: when it was met, the earliest that it reaches, its next neighbour, the link it came by */
    uint32_t *stack;
} search;

static ck_status start_search(ck_error *error, uint64_t records, search *s) {
    s->order = ck_alloc_zero(error, records, sizeof *s->order);
    s->low = ck_alloc(error, records, sizeof *s->low);
    s->at = ck_alloc(error, records, sizeof *s->at);
    s->by = ck_alloc(error, records, sizeof *s->by);
    s->stack = ck_alloc(error, records, sizeof *s->stack);
    return error->status;
}

static void free_search(search *s) {
    ck_free(s->order);
    ck_free(s->low);
    ck_free(s->at);
    ck_free(s->by);
    ck_free(s->stack);
}

static void meet(search *s, uint32_t record, uint64_t by, uint64_t *depth) {
    s->order[record] = s->low[record] = ++s->clock;
    s->at[record] = s->g->start[record];
    s->by[record] = by;
    s->stack[(*depth)++] = record;
}

/* Bridges among the links of all that `root` is connected with. */
static uint64_t bridges_from(search *s, uint32_t root) {
    uint64_t depth = 0, bridges = 0;
    meet(s, root, UINT64_MAX, &depth);
    while (depth > 0) {
        uint32_t x = s->stack[depth - 1];
        if (s->at[x] < s->g->start[x + 1]) {
            uint64_t k = s->at[x]++;
            uint32_t y = s->g->neighbour[k];
            if (s->g->edge[k] == s->by[x])
                continue;
            if (!s->order[y])
                meet(s, y, s->g->edge[k], &depth);
            else if (s->order[y] < s->low[x])
                s->low[x] = s->order[y];
        } else if (--depth > 0) {
            uint32_t parent = s->stack[depth - 1];
            bridges += s->low[x] > s->order[parent];
            s->low[parent] = s->low[x] < s->low[parent] ? s->low[x] : s->low[parent];
        }
    }
    return bridges;
}

static uint64_t allowed_pairs(const ck_people *people, const bool *allowed, const uint64_t *count) {
    uint64_t pairs = 0;
    for (uint32_t s = 0; s < people->nsources; s++) {
        pairs += allowed[(size_t)s * people->nsources + s] && count[s] ? count[s] * (count[s] - 1) / 2 : 0;
        for (uint32_t t = s + 1; t < people->nsources; t++)
            pairs += allowed[(size_t)s * people->nsources + t] ? count[s] * count[t] : 0;
    }
    return pairs;
}

/* Persons into by_size[size], which has room for every size up to the largest. */
static void add_persons(const ck_people *people, const bool *allowed, uint64_t persons, const members *m, search *s, uint64_t *count,
                        ck_size_row *by_size) {
    for (uint64_t p = 0; p < persons; p++) {
        uint64_t size = m->start[p + 1] - m->start[p];
        ck_size_row *row = &by_size[size];
        count_sources(people, m, p, count);
        row->size = size;
        row->persons++;
        row->pairs += allowed_pairs(people, allowed, count);
        for (uint64_t i = m->start[p]; i < m->start[p + 1]; i++) {
            uint32_t record = m->member[i];
            row->links += s->g->start[record + 1] - s->g->start[record]; /* of both ends, halved below */
            if (size > 2 && !s->order[record])
                row->bridges += bridges_from(s, record);
        }
    }
}

static uint64_t keep_sizes(ck_size_row *row, uint64_t largest) {
    uint64_t n = 0;
    for (uint64_t size = 0; size <= largest; size++)
        if (row[size].persons) {
            row[n] = row[size];
            row[n++].links /= 2;
        }
    return n;
}

ck_status ck_person_sizes(ck_error *error, const ck_people *people, const bool *allowed, const uint32_t *person, uint64_t persons,
                          const ck_inner_link *link, uint64_t nlinks, ck_size_row **row, uint64_t *n) {
    members m = {0};
    graph g = {0};
    search s = {.g = &g};
    uint64_t largest = 0, *count = ck_alloc(error, people->nsources, sizeof *count);
    *row = NULL;
    *n = 0;
    if (count && list_members(error, people->records, person, persons, &m) == CK_OK && make_graph(error, people->records, link, nlinks, &g) == CK_OK &&
        start_search(error, people->records, &s) == CK_OK) {
        for (uint64_t p = 0; p < persons; p++)
            largest = m.start[p + 1] - m.start[p] > largest ? m.start[p + 1] - m.start[p] : largest;
        *row = ck_alloc_zero(error, largest + 1, sizeof **row);
        if (*row) {
            add_persons(people, allowed, persons, &m, &s, count, *row);
            *n = keep_sizes(*row, largest);
        }
    }
    free_search(&s);
    free_graph(&g);
    free_members(&m);
    ck_free(count);
    return error->status;
}

/* ---- contradictions ---- */

ck_status ck_count_conflicts(ck_error *error, uint64_t records, const uint32_t *person, uint64_t persons, const uint32_t *code, uint64_t *conflicts) {
    uint32_t *first = ck_alloc_zero(error, persons, sizeof *first);
    bool *several = ck_alloc_zero(error, persons, sizeof *several);
    *conflicts = 0;
    for (uint64_t i = 0; !error->status && i < records; i++) {
        uint32_t p = person[i];
        if (!code[i])
            continue;
        *conflicts += first[p] && first[p] != code[i] && !several[p];
        several[p] = several[p] || (first[p] && first[p] != code[i]);
        first[p] = first[p] ? first[p] : code[i];
    }
    ck_free(several);
    ck_free(first);
    return error->status;
}

ck_status ck_count_doubles(ck_error *error, const ck_source *source, const uint32_t *person, uint64_t persons, uint64_t *doubles) {
    uint8_t *held = ck_alloc_zero(error, persons, sizeof *held);
    *doubles = 0;
    for (uint64_t i = source->record_begin; held && i < source->record_end; i++) {
        uint8_t *h = &held[person[i]];
        *doubles += *h == 1;
        *h = *h < 2 ? *h + 1 : 2;
    }
    ck_free(held);
    return error->status;
}
