#include "choose/candidates.h"
#include "base/memory.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { KEYS_MOST = 16, PART_KEYS_MOST = 14, EXTENDED_MOST = 4000, BEST = 4, PRICES = 5 };
static const double chance_most = .9, extension_chance_most = .5, filled_least = .01;
static const double dear = .5;         /* pairs a record above which a rule is refined */
static const double prices[PRICES] = {1e-2, 1e-3, 1e-4, 1e-5, 1e-6};

typedef struct draft {
    ck_conjunction of;
    double chance, keys, filled; /* products */
    double off;                  /* how far its pairs are from what is aimed at */
} draft;

typedef struct draft_list {
    draft *draft;
    size_t n, room;
} draft_list;

/* What making candidates needs. */
typedef struct making {
    ck_error *error;
    const ck_key_parts *parts;
    const ck_part_fact *fact;
    double budget, pairs;
} making;

static bool is_usable(const ck_part_fact *fact) {
    return fact->filled > filled_least && fact->chance < chance_most && fact->keys <= PART_KEYS_MOST;
}

static ck_status add_draft(making *m, draft_list *list, const draft *added) {
    if (ck_grow(m->error, &list->draft, &list->room, list->n + 1, sizeof *list->draft) == CK_OK)
        list->draft[list->n++] = *added;
    return m->error->status;
}

/* `from` and one more part, its parts in rising order; false when they do not go together or cannot pay. */
static bool extend(const making *m, const draft *from, uint32_t p, draft *to) {
    const ck_part_fact *fact = &m->fact[p];
    uint32_t at = 0;
    if (!is_usable(fact) || fact->chance >= extension_chance_most || from->keys * fact->keys > KEYS_MOST ||
        from->chance * fact->chance * m->pairs >= 6 * m->budget)
        return false;
    for (uint32_t i = 0; i < from->of.n; i++)
        if (!ck_parts_agree(&m->parts->part[from->of.part[i]], &m->parts->part[p]))
            return false;
    *to = (draft){.of.n = from->of.n + 1, .chance = from->chance * fact->chance, .keys = from->keys * fact->keys, .filled = from->filled * fact->filled};
    for (uint32_t i = 0; i < from->of.n; i++) {
        if (at == i && p < from->of.part[i])
            to->of.part[at++] = p;
        to->of.part[at++] = from->of.part[i];
    }
    if (at < to->of.n)
        to->of.part[at] = p;
    to->off = fabs(log(fmax(1e-12, to->chance) * m->pairs / fmax(.5, m->budget / 20)));
    return true;
}

static int compare_parts(const ck_conjunction *a, const ck_conjunction *b) {
    return memcmp(a, b, sizeof *a);
}

static int by_parts(const void *x, const void *y) {
    return compare_parts(&((const draft *)x)->of, &((const draft *)y)->of);
}

static int by_off(const void *x, const void *y) {
    const draft *a = x, *b = y;
    if (a->off != b->off)
        return a->off < b->off ? -1 : 1;
    return by_parts(a, b);
}

/* Each once, the nearest to the aim first, no more than are looked at. */
static void settle(draft_list *list) {
    size_t kept = 0;
    qsort(list->draft, list->n, sizeof *list->draft, by_parts);
    for (size_t i = 0; i < list->n; i++)
        if (kept == 0 || by_parts(&list->draft[kept - 1], &list->draft[i]) != 0)
            list->draft[kept++] = list->draft[i];
    qsort(list->draft, kept, sizeof *list->draft, by_off);
    list->n = kept < EXTENDED_MOST ? kept : EXTENDED_MOST;
}

/* Every conjunction that is cheap enough, refining those that are dear. */
static ck_status draft_all(making *m, draft_list *all) {
    draft_list now = {0}, next = {0};
    for (uint32_t p = 0; p < m->parts->n; p++)
        if (is_usable(&m->fact[p]))
            add_draft(m, &now, &(draft){.of = {1, {p}}, .chance = m->fact[p].chance, .keys = m->fact[p].keys, .filled = m->fact[p].filled});
    for (uint32_t level = 1; level <= CK_CONJUNCTION_PARTS && m->error->status == CK_OK; level++) {
        next.n = 0;
        for (size_t i = 0; i < now.n && m->error->status == CK_OK; i++) {
            const draft *d = &now.draft[i];
            draft longer;
            if (level == 1 || d->chance * m->pairs <= 20 * m->budget)
                add_draft(m, all, d);
            for (uint32_t p = 0; level < CK_CONJUNCTION_PARTS && d->chance * m->pairs > dear && p < m->parts->n; p++)
                if (extend(m, d, p, &longer))
                    add_draft(m, &next, &longer);
        }
        if (m->error->status == CK_OK)
            settle(&next);
        draft_list swap = now;
        now = next;
        next = swap;
    }
    ck_free(now.draft);
    ck_free(next.draft);
    return m->error->status;
}

uint64_t ck_conjunction_covers(const ck_made_partners *made, const ck_conjunction *conjunction, uint64_t *bits) {
    uint64_t n = 0;
    for (uint32_t w = 0; w < made->nwords; w++) {
        uint64_t word = made->bit[conjunction->part[0]][w];
        for (uint32_t i = 1; i < conjunction->n; i++)
            word &= made->bit[conjunction->part[i]][w];
        bits[w] = word;
        n += (uint64_t)__builtin_popcountll(word);
    }
    return n;
}

/* ---- the best of each set of columns ---- */

/* A draft as it does at one price. */
typedef struct entry {
    uint32_t column[CK_CONJUNCTION_PARTS], price; /* columns rising */
    double worth;
    size_t draft;
} entry;

static int by_worth(const void *x, const void *y) {
    const entry *a = x, *b = y;
    int order = memcmp(a->column, b->column, sizeof a->column);
    if (order != 0 || a->price != b->price)
        return order ? order : a->price < b->price ? -1 : 1;
    if (a->worth != b->worth)
        return a->worth > b->worth ? -1 : 1;
    return (a->draft > b->draft) - (a->draft < b->draft);
}

static void list_columns(const ck_key_parts *parts, const ck_conjunction *of, uint32_t column[CK_CONJUNCTION_PARTS]) {
    for (uint32_t i = 0; i < of->n; i++) {
        uint32_t c = parts->part[of->part[i]].column + 1, at = i; /* 0: the names together, or none */
        c = c ? c : UINT32_MAX;
        for (; at > 0 && column[at - 1] > c; at--)
            column[at] = column[at - 1];
        column[at] = c;
    }
}

static ck_status weigh(making *m, const draft_list *all, const ck_made_partners *made, entry *list, size_t *n) {
    uint64_t *bits = ck_alloc(m->error, made->nwords, sizeof *bits);
    *n = 0;
    for (size_t i = 0; bits && i < all->n; i++) {
        const draft *d = &all->draft[i];
        double cover = (double)ck_conjunction_covers(made, &d->of, bits) / fmax(1, made->n);
        for (uint32_t k = 0; k < PRICES && cover >= CK_COVER_LEAST; k++) {
            entry *e = &list[(*n)++];
            *e = (entry){.price = k, .worth = cover - prices[k] * (d->chance * m->pairs + CK_KEY_COST * d->keys * d->filled), .draft = i};
            list_columns(m->parts, &d->of, e->column);
        }
    }
    ck_free(bits);
    return m->error->status;
}

/* keep[i]: draft i is one of the best of its columns at some price, or a single part. */
static ck_status pick(making *m, const draft_list *all, const ck_made_partners *made, bool *keep) {
    size_t n = 0, first = 0;
    entry *list = ck_alloc(m->error, all->n * PRICES, sizeof *list);
    if (list && weigh(m, all, made, list, &n) == CK_OK) {
        qsort(list, n, sizeof *list, by_worth);
        for (size_t i = 0; i < n; i++) {
            bool same = i > 0 && list[i].price == list[i - 1].price && memcmp(list[i].column, list[i - 1].column, sizeof list[i].column) == 0;
            first = same ? first : i;
            keep[list[i].draft] |= i - first < BEST || all->draft[list[i].draft].of.n == 1;
        }
    }
    ck_free(list);
    return m->error->status;
}

ck_status ck_candidates_make(ck_error *error, const ck_key_parts *parts, const ck_part_fact *fact, const ck_made_partners *made, double budget,
                             double pairs, ck_conjunction **candidate, uint32_t *n) {
    making m = {error, parts, fact, budget, pairs};
    draft_list all = {0};
    bool *keep = NULL;
    *n = 0;
    if (draft_all(&m, &all) == CK_OK && (keep = ck_alloc_zero(error, all.n, sizeof *keep)) && pick(&m, &all, made, keep) == CK_OK &&
        (*candidate = ck_alloc(error, all.n, sizeof **candidate)))
        for (size_t i = 0; i < all.n; i++)
            if (keep[i])
                (*candidate)[(*n)++] = all.draft[i].of;
    ck_free(keep);
    ck_free(all.draft);
    return error->status;
}
