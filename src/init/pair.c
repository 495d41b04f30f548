/* Several files whose columns hold the same under unlike names (title and name, prov and provincia): brought together by their values. */
#include "base/hash.h"
#include "base/memory.h"
#include "base/order.h"
#include "init/draft.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double alike_least = .25;  /* share of the words in common */
static const double shared_least = .03; /* of the different numbers of one file that are in the other */
static const double alike_ahead = 1.2;  /* times the next best */
enum { MAGNITUDES = 128 };

/* ---- how alike two columns are ---- */

/* Hashes of all words of the sampled values, sorted; numbers by their magnitude. */
typedef struct words {
    size_t n, room;
    uint64_t *hash;
} words;

static ck_status add_words(ck_error *error, words *to, char *text) {
    char *rest = NULL;
    for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        if (ck_grow(error, &to->hash, &to->room, to->n + 1, sizeof *to->hash) != CK_OK)
            return error->status;
        to->hash[to->n++] = ck_hash_bytes(word, strlen(word), 0);
    }
    return error->status;
}

/* A number with a fraction is one word: how large it is, in steps of a half. */
static void write_magnitude(const char *value, char *out, size_t room) {
    double number = fabs(strtod(value, NULL));
    snprintf(out, room, "%.0f", fmin(fmax(2 * log2(number + 1e-9), -MAGNITUDES), MAGNITUDES));
}

static ck_status find_words(ck_error *error, const ck_looks *looks, words *found) {
    ck_clean_options options = {.kind = CK_KIND_ADDRESS};
    size_t n = 0, room = ck_clean_room(CK_SAMPLE_CELL_BYTES * 3) + 1;
    char *text = ck_alloc(error, room, 1);
    *found = (words){0};
    for (size_t i = 0; text && i < looks->n && error->status == CK_OK; i++) {
        if (looks->decimal > .5)
            write_magnitude(looks->value[i], text, room);
        else if (ck_clean_value(&options, looks->value[i], strlen(looks->value[i]), text, &n) <= CK_CLEAN_CHANGED)
            text[n] = 0;
        else
            continue;
        add_words(error, found, text);
    }
    if (found->n)
        qsort(found->hash, found->n, sizeof *found->hash, ck_compare_u64);
    ck_free(text);
    return error->status;
}

/* Sum over the words of the smaller of their two shares: 1 for the same words equally common. */
static double share_words(const words *a, const words *b) {
    double share = 0;
    for (size_t i = 0, j = 0, k; i < a->n; i = k) {
        size_t same = 0;
        for (k = i; k < a->n && a->hash[k] == a->hash[i]; k++)
            ;
        for (; j < b->n && b->hash[j] < a->hash[i]; j++)
            ;
        for (; j + same < b->n && b->hash[j + same] == a->hash[i]; same++)
            ;
        share += fmin((double)(k - i) / (double)a->n, (double)same / (double)(b->n + (b->n == 0)));
    }
    return share;
}

/* ---- which columns are to be paired ---- */

/* Long numbers, nearly all different: their words tell nothing, only equal ones do. */
static bool is_numbers(const ck_guess *guess) {
    return guess->looks.digits > .8 && (double)guess->looks.distinct > .3 * (double)guess->looks.n;
}

/* Does its name say nothing by which another column could not be the same? */
static bool is_open(const ck_guess *guess) {
    switch (guess->meaning) {
    case CK_MEANS_NOTHING: case CK_MEANS_TEXT: case CK_MEANS_CATEGORY: case CK_MEANS_SOME_ID: case CK_MEANS_IDENTIFIER: case CK_MEANS_AMOUNT:
        return true;
    default:
        return false;
    }
}

static bool is_lonely(const ck_draft *draft, uint32_t f, uint32_t c) {
    const ck_guess *guess = &draft->file[f].guess[c];
    uint32_t have = 0;
    for (uint32_t k = 0; guess->kind && k < draft->nfiles; k++)
        have += k != f && ck_draft_find(&draft->file[k], guess->name) >= 0;
    return guess->kind && have == 0 && !guess->split_names && (int64_t)c != draft->file[f].id;
}

/* Could the two be one? A name of either must not be taken in the other file. */
static bool may_pair(const ck_guess *a, const ck_guess *b) {
    bool dates = a->dates.dates * 2 > a->dates.values && a->dates.values, other = b->dates.dates * 2 > b->dates.values && b->dates.values;
    return (is_open(a) || is_open(b)) && dates == other && is_numbers(a) == is_numbers(b) && (a->looks.decimal > .5) == (b->looks.decimal > .5);
}

/* A column that stands alone; its words once something is to be compared with them. */
typedef struct lonely {
    uint32_t column;
    bool known;
    words words;
} lonely;

static ck_status learn_words(ck_error *error, const ck_guess *guess, lonely *column) {
    if (column->known)
        return CK_OK;
    column->known = true;
    return find_words(error, &guess->looks, &column->words);
}

static ck_status find_alike(ck_error *error, const ck_draft_file *f, lonely *a, const ck_draft_file *g, lonely *b, double *alike) {
    const ck_guess *one = &f->guess[a->column], *two = &g->guess[b->column];
    *alike = 0;
    if (!may_pair(one, two))
        return CK_OK;
    if (is_numbers(one)) {
        double shared = ck_tally_shared(&f->extract.column[a->column].tally, &g->extract.column[b->column].tally);
        *alike = shared >= shared_least ? fmax(shared, alike_least) : 0;
        return CK_OK;
    }
    if (learn_words(error, one, a) == CK_OK && learn_words(error, two, b) == CK_OK)
        *alike = share_words(&a->words, &b->words);
    return error->status;
}

/* ---- pairing ---- */

/* What both are called: by the name that is known, but a thing is no person. */
static void join(ck_draft *draft, uint32_t f, uint32_t a, uint32_t g, uint32_t b, double alike) {
    ck_guess *one = &draft->file[f].guess[a], *two = &draft->file[g].guess[b];
    bool text = strcmp(one->kind, "text") == 0 || strcmp(two->kind, "text") == 0;
    bool known = !is_open(two) && !(text && two->meaning == CK_MEANS_FULL_NAME);
    ck_guess *from = known ? two : one, *to = known ? one : two;
    if (!known && text && from->meaning == CK_MEANS_FULL_NAME) {
        from = two;
        to = one;
    }
    const ck_draft_file *other = &draft->file[to == two ? f : g];
    strcpy(to->name, from->name);
    to->meaning = from->meaning;
    if (!is_open(from))
        to->kind = from->kind;
    snprintf(to->why, sizeof to->why, "its header is another, but its values are like those of '%.60s' in %.60s (%u %% of the words)", from->name, other->name,
             ck_percent(alike));
}

enum { PAIRED_MOST = CK_DRAFT_COLUMNS * 2 };

/* The columns of a file that stand alone. @return how many */
static uint32_t list_lonely(const ck_draft *draft, uint32_t f, lonely column[PAIRED_MOST]) {
    uint32_t n = 0;
    for (uint32_t c = 0; c < draft->file[f].extract.ncolumns && n < PAIRED_MOST; c++)
        if (is_lonely(draft, f, c))
            column[n++] = (lonely){.column = c};
    return n;
}

typedef struct table {
    uint32_t na, nb;
    lonely a[PAIRED_MOST], b[PAIRED_MOST];
    double alike[PAIRED_MOST][PAIRED_MOST]; /* 0: cannot be, or not any more */
} table;

/* The best pair that is well ahead of what else its columns could be. */
static bool find_best(const table *t, uint32_t *best_a, uint32_t *best_b) {
    double best = alike_least;
    bool found = false;
    for (uint32_t i = 0; i < t->na; i++)
        for (uint32_t j = 0; j < t->nb; j++) {
            double next = 0;
            for (uint32_t k = 0; k < t->na; k++)
                next = fmax(next, k == i ? 0 : t->alike[k][j]);
            for (uint32_t k = 0; k < t->nb; k++)
                next = fmax(next, k == j ? 0 : t->alike[i][k]);
            if (t->alike[i][j] < best || t->alike[i][j] < alike_ahead * next)
                continue;
            best = t->alike[i][j];
            *best_a = i;
            *best_b = j;
            found = true;
        }
    return found;
}

static ck_status fill_table(ck_error *error, const ck_draft *draft, uint32_t f, uint32_t g, table *t) {
    t->na = list_lonely(draft, f, t->a);
    t->nb = list_lonely(draft, g, t->b);
    for (uint32_t i = 0; i < t->na; i++)
        for (uint32_t j = 0; j < t->nb && error->status == CK_OK; j++)
            find_alike(error, &draft->file[f], &t->a[i], &draft->file[g], &t->b[j], &t->alike[i][j]);
    for (uint32_t i = 0; i < t->na; i++)
        ck_free(t->a[i].words.hash);
    for (uint32_t j = 0; j < t->nb; j++)
        ck_free(t->b[j].words.hash);
    return error->status;
}

static ck_status pair_files(ck_error *error, ck_draft *draft, uint32_t f, uint32_t g, table *t) {
    if (fill_table(error, draft, f, g, t) != CK_OK)
        return error->status;
    for (uint32_t i, j; find_best(t, &i, &j);) {
        join(draft, f, t->a[i].column, g, t->b[j].column, t->alike[i][j]);
        for (uint32_t k = 0; k < t->na; k++)
            t->alike[k][j] = 0;
        for (uint32_t k = 0; k < t->nb; k++)
            t->alike[i][k] = 0;
    }
    return error->status;
}

ck_status ck_draft_pair(ck_error *error, ck_draft *draft) {
    table *t = ck_alloc(error, 1, sizeof *t);
    for (uint32_t g = 1; t && g < draft->nfiles; g++)
        for (uint32_t f = 0; f < g && error->status == CK_OK; f++)
            pair_files(error, draft, f, g, t);
    ck_free(t);
    return error->status;
}
