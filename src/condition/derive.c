/* Derived tables. The codes of each column are cut into chunks; each chunk derives its values and numbers its
   distinct ones by itself, in parallel; their union is sorted; then each chunk writes its part of the tables, in
   parallel. */
#include "condition/derive.h"
#include "base/memory.h"
#include "condition/calls.h"
#include "condition/intern.h"
#include <omp.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_LEAST = 1024 }; /* codes that are worth a thread */

typedef struct chunk {
    uint32_t expr;       /* which of the group */
    uint32_t begin, end; /* base codes */
    ck_intern distinct;  /* values of this chunk */
    uint32_t *code;      /* [distinct.count] their derived codes */
    uint32_t *item;      /* [nitems] of one code after another: numbers in `distinct`, later derived codes */
    uint32_t *count;     /* [end - begin] items of each code */
    size_t nitems, item_room;
    ck_error error;
} chunk;

typedef struct group {
    const ck_column *column;
    const ck_expr *const *expr;
    ck_derived_table *const *table;
    chunk *chunk;
    size_t nchunks;
} group;

void ck_derived_table_free(ck_derived_table *table) {
    ck_free(table->item);
    ck_free(table->offset);
    ck_free(table->map);
    *table = (ck_derived_table){0};
}

ck_status ck_derive_identity(ck_error *error, const ck_column *column, ck_derived_table *table) {
    size_t n = (size_t)column->dict.count + 1;
    if (!(table->map = ck_alloc(error, n, sizeof *table->map)))
        return error->status;
    for (size_t i = 0; i < n; i++)
        table->map[i] = (uint32_t)i;
    table->identity = true;
    return CK_OK;
}

/* ---- chunks ---- */

static void free_chunks(group *g) {
    for (size_t i = 0; i < g->nchunks; i++) {
        chunk *c = &g->chunk[i];
        ck_free(c->count);
        ck_free(c->item);
        ck_free(c->code);
        ck_intern_free(&c->distinct);
    }
    ck_free(g->chunk);
    g->chunk = NULL;
    g->nchunks = 0;
}

static size_t chunks_of(uint32_t count) {
    size_t most = (size_t)omp_get_max_threads(), wanted = count / CHUNK_LEAST + 1;
    return wanted < most ? wanted : most;
}

static ck_status cut_chunks(ck_error *error, group *g, uint32_t nexprs) {
    size_t n = 0;
    for (uint32_t e = 0; e < nexprs; e++)
        n += chunks_of(g->column[g->expr[e]->column].dict.count);
    if (!(g->chunk = ck_alloc_zero(error, n, sizeof *g->chunk)))
        return error->status;
    for (uint32_t e = 0; e < nexprs; e++) {
        uint64_t codes = g->column[g->expr[e]->column].dict.count, parts = chunks_of((uint32_t)codes);
        for (uint64_t k = 0; k < parts; k++)
            g->chunk[g->nchunks++] = (chunk){.expr = e,
                                             .begin = (uint32_t)(1 + codes * k / parts),
                                             .end = (uint32_t)(1 + codes * (k + 1) / parts)};
    }
    return CK_OK;
}

/* The first failure of any chunk. */
static ck_status check_chunks(ck_error *error, const group *g) {
    for (size_t i = 0; i < g->nchunks; i++)
        if (g->chunk[i].error.status != CK_OK)
            return ck_fail(error, g->chunk[i].error.status, "%s", g->chunk[i].error.text);
    return CK_OK;
}

/* ---- values ---- */

static ck_status take_values(chunk *c, const ck_value_set *values) {
    size_t n = values->list.n;
    if (ck_grow(&c->error, &c->item, &c->item_room, c->nitems + n, sizeof *c->item) != CK_OK)
        return c->error.status;
    for (size_t i = 0; i < n; i++)
        if (ck_intern_add(&c->error, &c->distinct, ck_value_set_get(values, i), &c->item[c->nitems + i]) != CK_OK)
            return c->error.status;
    c->nitems += n;
    return CK_OK;
}

static void derive_chunk(const group *g, chunk *c) {
    const ck_expr *expr = g->expr[c->expr];
    const ck_dict *base = &g->column[expr->column].dict;
    ck_value_set values = {0};
    c->count = ck_alloc(&c->error, c->end - c->begin, sizeof *c->count);
    for (uint32_t code = c->begin; code < c->end && c->error.status == CK_OK; code++) {
        if (ck_value_set_derive(&c->error, expr, ck_dict_value(base, code), &values) == CK_OK &&
            take_values(c, &values) == CK_OK)
            c->count[code - c->begin] = (uint32_t)values.list.n;
    }
    ck_value_set_free(&values);
}

/* ---- the shared dictionary ---- */

/* Which thread unites a value. */
static inline uint32_t share_of(uint64_t hash, uint32_t nshares) {
    return (uint32_t)((hash >> 32) * nshares >> 32);
}

/* One share's distinct values of all chunks; chunk.code[i] = their number in it. */
static ck_status unite_share(const group *g, ck_error *error, uint32_t share, uint32_t nshares, ck_intern *table) {
    for (size_t k = 0; k < g->nchunks; k++) {
        chunk *c = &g->chunk[k];
        for (uint32_t i = 0; i < c->distinct.count; i++)
            if (share_of(c->distinct.hash[i], nshares) == share &&
                ck_intern_add_hashed(error, table, ck_intern_get(&c->distinct, i), c->distinct.hash[i], &c->code[i]) != CK_OK)
                return error->status;
    }
    return CK_OK;
}

static ck_status unite_shares(ck_error *error, const group *g, uint32_t nshares, ck_intern *table) {
#pragma omp parallel for schedule(static, 1)
    for (uint32_t s = 0; s < nshares; s++) {
        ck_error local = {0};
        if (unite_share(g, &local, s, nshares, &table[s]) != CK_OK)
#pragma omp critical
            ck_fail(error, local.status, "%s", local.text);
    }
    return error->status;
}

/* Distinct values of all chunks in `all`; chunk.code[i] = their number there. Each thread unites the values that its share of the hashes holds. */
static ck_status unite_chunks(ck_error *error, group *g, ck_intern *all) {
    uint32_t nshares = (uint32_t)omp_get_max_threads();
    ck_intern *table = ck_alloc_zero(error, nshares, sizeof *table);
    uint32_t *first = ck_alloc(error, nshares, sizeof *first);
    for (size_t k = 0; k < g->nchunks; k++)
        g->chunk[k].code = ck_alloc(error, g->chunk[k].distinct.count, sizeof *g->chunk[k].code);
    if (error->status == CK_OK && unite_shares(error, g, nshares, table) == CK_OK && ck_intern_join(error, table, nshares, all, first) == CK_OK)
        for (size_t k = 0; k < g->nchunks; k++)
            for (uint32_t i = 0; i < g->chunk[k].distinct.count; i++)
                g->chunk[k].code[i] += first[share_of(g->chunk[k].distinct.hash[i], nshares)];
    for (uint32_t s = 0; table && s < nshares; s++)
        ck_intern_free(&table[s]);
    ck_free(first);
    ck_free(table);
    return error->status;
}

static ck_status write_dict(ck_error *error, const ck_intern *all, const uint32_t *rank, ck_dict *dict) {
    size_t bytes = all->count ? (size_t)all->end[all->count - 1] : 0;
    dict->offset = ck_alloc_zero(error, (size_t)all->count + 2, sizeof *dict->offset);
    dict->bytes = ck_alloc(error, bytes, 1);
    if (!dict->offset || !dict->bytes)
        return error->status;
    dict->count = all->count;
    for (uint32_t i = 0; i < all->count; i++)
        dict->offset[rank[i] + 1] = ck_intern_get(all, i).n;
    for (uint32_t code = 1; code <= all->count; code++)
        dict->offset[code + 1] += dict->offset[code];
    for (uint32_t i = 0; i < all->count; i++) {
        ck_span value = ck_intern_get(all, i);
        if (value.n)
            memcpy(dict->bytes + dict->offset[rank[i]], value.bytes, value.n);
    }
    return CK_OK;
}

/* Number -> code in every chunk, and the dictionary. */
static ck_status sort_values(ck_error *error, group *g, ck_dict *dict) {
    ck_intern all = {0};
    uint32_t *rank = NULL;
    ck_status status = unite_chunks(error, g, &all);
    if (status == CK_OK && (rank = ck_alloc(error, all.count, sizeof *rank)))
        status = ck_intern_rank(error, &all, rank);
    if (error->status == CK_OK)
        status = write_dict(error, &all, rank, dict);
    for (size_t k = 0; k < g->nchunks && error->status == CK_OK; k++)
        for (uint32_t i = 0; i < g->chunk[k].distinct.count; i++)
            g->chunk[k].code[i] = rank[g->chunk[k].code[i]];
    ck_free(rank);
    ck_intern_free(&all);
    return status == CK_OK ? error->status : status;
}

/* ---- tables ---- */

static int compare_codes(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Derived codes in place of chunk numbers; each base code's items rising and distinct, closed up. */
static void settle_items(chunk *c) {
    size_t from = 0, to = 0;
    for (uint32_t k = 0; k < c->end - c->begin; k++) {
        uint32_t n = c->count[k], kept = 0;
        uint32_t *item = c->item + from;
        from += n;
        for (uint32_t i = 0; i < n; i++)
            item[i] = c->code[item[i]];
        if (n > 1)
            qsort(item, n, sizeof *item, compare_codes);
        for (uint32_t i = 0; i < n; i++)
            if (i == 0 || item[i] != c->item[to + kept - 1])
                c->item[to + kept++] = item[i];
        c->count[k] = kept;
        to += kept;
    }
    c->nitems = to;
}

static ck_status alloc_tables(ck_error *error, group *g, uint32_t nexprs) {
    for (uint32_t e = 0; e < nexprs; e++) {
        size_t codes = g->column[g->expr[e]->column].dict.count;
        ck_derived_table *table = g->table[e];
        if (!ck_expr_is_multi(g->expr[e])) {
            if (!(table->map = ck_alloc_zero(error, codes + 1, sizeof *table->map)))
                return error->status;
            continue;
        }
        size_t nitems = 0;
        for (size_t k = 0; k < g->nchunks; k++)
            nitems += g->chunk[k].expr == e ? g->chunk[k].nitems : 0;
        table->offset = ck_alloc_zero(error, codes + 2, sizeof *table->offset);
        table->item = ck_alloc(error, nitems, sizeof *table->item);
        if (!table->offset || !table->item)
            return error->status;
    }
    return CK_OK;
}

/* Chunks of an expression come one after another, so the items of each begin where the last one's end. */
static void write_tables(const group *g) {
    for (size_t k = 0; k < g->nchunks; k++) {
        const chunk *c = &g->chunk[k];
        ck_derived_table *table = g->table[c->expr];
        size_t from = 0;
        for (uint32_t code = c->begin; code < c->end; code++) {
            uint32_t n = c->count[code - c->begin];
            if (table->map && n)
                table->map[code] = c->item[from];
            if (table->offset)
                table->offset[code + 1] = table->offset[code] + n;
            from += n;
        }
        if (table->item && c->nitems)
            memcpy(table->item + table->offset[c->begin], c->item, c->nitems * sizeof *c->item);
    }
}

ck_status ck_derive_shared(ck_error *error, const ck_column *column, const ck_expr *const *expr, uint32_t n,
                           ck_derived_table *const *table, ck_dict *dict) {
    group g = {.column = column, .expr = expr, .table = table};
    ck_status status = cut_chunks(error, &g, n);
    if (status == CK_OK) {
#pragma omp parallel for schedule(dynamic, 1)
        for (size_t k = 0; k < g.nchunks; k++)
            derive_chunk(&g, &g.chunk[k]);
        status = check_chunks(error, &g);
    }
    if (status == CK_OK)
        status = sort_values(error, &g, dict);
    if (status == CK_OK) {
#pragma omp parallel for schedule(dynamic, 1)
        for (size_t k = 0; k < g.nchunks; k++)
            settle_items(&g.chunk[k]);
        status = alloc_tables(error, &g, n);
    }
    if (status == CK_OK)
        write_tables(&g);
    free_chunks(&g);
    return status;
}
