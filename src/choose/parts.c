#include "choose/parts.h"
#include "base/hash.h"
#include "base/memory.h"
#include "condition/parse.h"
#include <stdio.h>
#include <string.h>

enum { TEXT_ROOM = 1024 };

/* What making a set of parts needs. */
typedef struct making {
    ck_error *error;
    const ck_column *column;
    const ck_schema *schema;
    const ck_role *role;
    const bool *repeats;
    ck_key_parts *parts;
    uint32_t number[CK_KEY_PARTS_MAX][CK_PART_EXPRS]; /* of the expressions, in the evaluator */
} making;

/* ---- expressions ---- */

/* The part makes its values without a table. */
static bool keep_expr(making *m, ck_key_part *part, uint32_t column, const ck_expr *expr) {
    part->read[part->nexprs++] = column;
    part->dict = &m->column[column].dict;
    part->expr = ck_alloc_zero(m->error, 1, sizeof *part->expr);
    return part->expr && ck_expr_copy(m->error, expr, part->expr) == CK_OK;
}

/* Register "column" + calls for the part; false when the calls do not read the column's kind. */
static bool add_expr(making *m, ck_key_part *part, uint32_t column, const char *calls, size_t n) {
    char text[TEXT_ROOM];
    ck_error refused = {0};
    ck_expr expr;
    uint32_t *number = m->number[part - m->parts->part], at = part->nexprs;
    snprintf(text, sizeof text, "%s%.*s", m->schema->name[column], (int)n, calls);
    if (at == CK_PART_EXPRS || ck_parse_expr(&refused, m->schema, text, &expr) != CK_OK)
        return false;
    if (part->shape == CK_PART_UNION && part->column != CK_NAMES_TOGETHER && expr.ncalls) {
        bool kept = keep_expr(m, part, column, &expr);
        ck_expr_free(&expr);
        return kept;
    }
    /* Values of different columns can only be the same in one dictionary. */
    bool shared = at > 0 && part->shape != CK_PART_JOINED;
    ck_expr first = {.column = part->read[0]};
    if (shared) {
        snprintf(text, sizeof text, "%s%.*s", m->schema->name[part->read[0]], (int)n, calls);
        ck_parse_expr(m->error, m->schema, text, &first);
    }
    if (m->error->status == CK_OK)
        ck_evaluator_add_expr(m->parts->evaluator, m->error, &expr, shared ? &first : NULL, &number[at], shared ? &number[0] : NULL);
    if (shared)
        ck_expr_free(&first);
    ck_expr_free(&expr);
    part->read[part->nexprs++] = column;
    return m->error->status == CK_OK;
}

static void append(char *text, const char *more) {
    size_t n = strlen(text);
    snprintf(text + n, TEXT_ROOM - n, "%s", more);
}

/* A new part of a row, without expressions. */
static ck_key_part *begin_part(making *m, const ck_part_row *row, uint32_t column, uint32_t group) {
    ck_key_parts *parts = m->parts;
    if (parts->n == CK_KEY_PARTS_MAX)
        return NULL;
    ck_key_part *part = &parts->part[parts->n];
    *part = (ck_key_part){.column = column, .group = group, .shape = row->shape, .strong = row->strong};
    return part;
}

static ck_status end_part(making *m, ck_key_part *part, const char *text) {
    if ((part->text = ck_copy_string(m->error, text))) {
        part->salt = ck_hash_bytes(text, strlen(text), 0);
        m->parts->n++;
    }
    return m->error->status;
}

static ck_status add_column_part(making *m, const ck_part_row *row, uint32_t column) {
    char text[TEXT_ROOM] = "";
    ck_key_part *part = begin_part(m, row, column, ck_role_is_name(m->role[column]) ? CK_NAMES_TOGETHER : column);
    const char *calls = row->calls;
    if (!part)
        return CK_OK;
    do {
        size_t n = row->shape == CK_PART_JOINED ? strcspn(calls, " ") : strlen(calls);
        if (!add_expr(m, part, column, calls, n))
            return m->error->status;
        append(text, part->nexprs > 1 ? ", " : "");
        append(text, m->schema->name[column]);
        size_t at = strlen(text);
        snprintf(text + at, sizeof text - at, "%.*s", (int)n, calls);
        calls += n + (calls[n] == ' ');
    } while (*calls);
    return end_part(m, part, text);
}

/* The part of all columns of names. With one such column it is that column's. */
static ck_status add_names_part(making *m, const ck_part_row *row) {
    char text[TEXT_ROOM] = "";
    ck_key_part *part = begin_part(m, row, CK_NAMES_TOGETHER, CK_NAMES_TOGETHER);
    for (uint32_t c = 0; part && c < m->schema->ncolumns - m->schema->ntuples; c++) {
        if (!ck_role_is_name(m->role[c]))
            continue;
        if (!add_expr(m, part, c, row->calls, strlen(row->calls)))
            return m->error->status;
        append(text, part->nexprs > 1 ? "+" : "");
        append(text, m->schema->name[c]);
    }
    if (!part || part->nexprs == 0)
        return CK_OK;
    append(text, row->shape == CK_PART_INITIALS ? ".word_initials" : row->calls);
    append(text, row->ending ? row->ending : "");
    return end_part(m, part, text);
}

static ck_status add_row(making *m, const ck_part_row *row) {
    if (row->roles == 0)
        return add_names_part(m, row);
    for (uint32_t c = 0; c < m->schema->ncolumns - m->schema->ntuples && m->error->status == CK_OK; c++)
        if ((row->roles >> m->role[c] & 1) && !m->repeats[c])
            add_column_part(m, row, c);
    return m->error->status;
}

/* ---- tables ---- */

/* The first character of each word of names, as a hash. */
static ck_status make_initials(making *m, const ck_derived *words) {
    uint32_t *initial = m->parts->initial = ck_alloc_zero(m->error, (size_t)words->count + 1, sizeof *initial);
    for (uint32_t c = 1; initial && c <= words->count; c++) {
        ck_span word = ck_dict_value(words->dict, c);
        size_t n = word.n ? 1 : 0;
        while (n < word.n && ((unsigned char)word.bytes[n] & 0xC0) == 0x80)
            n++;
        initial[c] = (uint32_t)ck_hash_bytes(word.bytes, n, 1);
    }
    return m->error->status;
}

static ck_status link_tables(making *m) {
    for (uint32_t p = 0; p < m->parts->n; p++) {
        ck_key_part *part = &m->parts->part[p];
        for (uint32_t e = 0; e < part->nexprs && !part->expr; e++)
            part->value[e] = ck_evaluator_derived(m->parts->evaluator, m->number[p][e]);
        if (part->shape == CK_PART_INITIALS) {
            if (!m->parts->initial && make_initials(m, &part->value[0]) != CK_OK)
                return m->error->status;
            part->initial = m->parts->initial;
        }
    }
    return CK_OK;
}

ck_status ck_key_parts_make(ck_error *error, const ck_column *column, const ck_schema *schema, const ck_role *role, const bool *repeats,
                            const ck_kernels *kernels, ck_key_parts *parts) {
    making *m = ck_alloc_zero(error, 1, sizeof *m);
    *parts = (ck_key_parts){.part = ck_alloc_zero(error, CK_KEY_PARTS_MAX, sizeof *parts->part)};
    if (error->status == CK_OK &&
        ck_evaluator_create(error, column, schema->ncolumns - schema->ntuples, kernels, &parts->evaluator) == CK_OK) {
        *m = (making){.error = error, .column = column, .schema = schema, .role = role, .repeats = repeats, .parts = parts};
        for (uint32_t r = 0; r < ck_part_nrows && error->status == CK_OK; r++)
            add_row(m, &ck_part_rows[r]);
        if (error->status == CK_OK && ck_evaluator_prepare(parts->evaluator, error) == CK_OK)
            link_tables(m);
    }
    ck_free(m);
    return error->status;
}

void ck_key_parts_free(ck_key_parts *parts) {
    for (uint32_t p = 0; parts->part && p < CK_KEY_PARTS_MAX; p++) {
        if (parts->part[p].expr)
            ck_expr_free(parts->part[p].expr);
        ck_free(parts->part[p].expr);
        ck_free(parts->part[p].text);
    }
    ck_free(parts->part);
    ck_free(parts->initial);
    ck_evaluator_free(parts->evaluator);
    *parts = (ck_key_parts){0};
}

/* ---- values ---- */

static inline uint64_t hash_one(uint64_t salt, uint64_t code) {
    return ck_hash_mix(salt + UINT64_C(0x9e3779b97f4a7c15) * code);
}
static inline uint64_t hash_two(uint64_t salt, uint64_t x, uint64_t y) {
    return ck_hash_mix(hash_one(salt, x) + UINT64_C(0xd1342543de82ef95) * y);
}

/* The distinct codes of a union for record i: [n] in values->item. */
static ck_status unite(ck_error *error, const ck_key_part *part, const uint32_t *const *code, uint64_t i, ck_part_values *values, uint32_t *n) {
    *n = 0;
    for (uint32_t e = 0; e < part->nexprs; e++) {
        const ck_derived *value = &part->value[e];
        uint32_t base = code[part->read[e]][i], single = value->map ? value->map[base] : 0;
        const uint32_t *item = value->map ? &single : value->item + value->offset[base];
        uint64_t count = value->map ? single != 0 : value->offset[base + 1] - value->offset[base];
        if (ck_grow(error, &values->item, &values->item_room, *n + count, sizeof *values->item) != CK_OK)
            return error->status;
        for (uint64_t k = 0; k < count; k++) {
            uint32_t seen = 0;
            while (e > 0 && seen < *n && values->item[seen] != item[k])
                seen++;
            if (e == 0 || seen == *n)
                values->item[(*n)++] = item[k];
        }
    }
    return CK_OK;
}

static bool join(const ck_key_part *part, const uint32_t *const *code, uint64_t i, uint64_t *hash) {
    uint64_t sum = part->salt;
    for (uint32_t e = 0; e < part->nexprs; e++) {
        uint32_t value = part->value[e].map[code[part->read[e]][i]];
        if (!value)
            return false;
        sum = hash_one(sum, value);
    }
    *hash = sum;
    return true;
}

/* Upper bound of the hashes that n codes make. */
static size_t most_hashes(const ck_key_part *part, uint64_t n) {
    return part->shape == CK_PART_UNION ? n : part->shape == CK_PART_PAIRS ? n * (n + 1) / 2 : n * n;
}

uint32_t ck_part_hashes(const ck_key_part *part, const uint32_t *item, uint32_t n, uint64_t *hash) {
    uint32_t m = 0;
    for (uint32_t i = 0; i < n && part->shape == CK_PART_UNION; i++)
        hash[m++] = hash_one(part->salt, item[i]);
    for (uint32_t i = 0; i < n && part->shape == CK_PART_PAIRS; i++)
        for (uint32_t j = i + 1; j < n; j++)
            hash[m++] = item[i] < item[j] ? hash_two(part->salt, item[i], item[j]) : hash_two(part->salt, item[j], item[i]);
    for (uint32_t i = 0; i < n && part->shape == CK_PART_INITIALS; i++)
        for (uint32_t j = 0; j < n; j++) {
            uint64_t h = hash_two(part->salt, item[i], part->initial[item[j]]);
            uint32_t seen = 0;
            while (i != j && seen < m && hash[seen] != h)
                seen++;
            if (i != j && seen == m)
                hash[m++] = h;
        }
    return m;
}

/* The texts that a part makes of a value of its column: rising, each once. @return how many, in values->text */
static uint32_t derive_texts(ck_error *error, const ck_key_part *part, uint32_t code, ck_part_values *values) {
    uint32_t n = 0;
    if (code == 0 || ck_value_set_derive(error, part->expr, ck_dict_value(part->dict, code), &values->derived) != CK_OK ||
        ck_grow(error, &values->text, &values->text_room, values->derived.list.n, sizeof *values->text) != CK_OK)
        return 0;
    for (size_t k = 0; k < values->derived.list.n; k++) {
        ck_span text = ck_value_set_get(&values->derived, k);
        uint32_t at = n;
        while (at > 0 && ck_span_compare(values->text[at - 1], text) > 0)
            at--;
        if (at > 0 && ck_span_compare(values->text[at - 1], text) == 0)
            continue;
        memmove(&values->text[at + 1], &values->text[at], (n - at) * sizeof *values->text);
        values->text[at] = text;
        n++;
    }
    return n;
}

/* The values of records whose part has no table. */
static ck_status fill_derived(ck_error *error, const ck_key_part *part, const uint32_t *code, uint64_t n, ck_part_values *values) {
    uint32_t at = 0;
    for (uint64_t i = 0; i < n; i++) {
        uint32_t m = derive_texts(error, part, code[i], values);
        values->start[i] = at;
        if (error->status != CK_OK || ck_grow(error, &values->hash, &values->hash_room, (size_t)at + m, sizeof *values->hash) != CK_OK)
            return error->status;
        for (uint32_t k = 0; k < m; k++)
            values->hash[at++] = hash_one(part->salt, ck_hash_bytes(values->text[k].bytes, values->text[k].n, 0));
    }
    values->start[n] = at;
    return CK_OK;
}

ck_status ck_part_values_fill(ck_error *error, const ck_key_part *part, const uint32_t *const *code, uint64_t begin, uint64_t end,
                              ck_part_values *values) {
    uint32_t at = 0, n;
    if (ck_grow(error, &values->start, &values->start_room, end - begin + 1, sizeof *values->start) != CK_OK ||
        ck_grow(error, &values->hash, &values->hash_room, end - begin + 1, sizeof *values->hash) != CK_OK)
        return error->status;
    if (part->expr)
        return fill_derived(error, part, code[part->read[0]] + begin, end - begin, values);
    for (uint64_t i = begin; i < end; i++) {
        values->start[i - begin] = at;
        if (part->shape == CK_PART_JOINED) {
            if (ck_grow(error, &values->hash, &values->hash_room, at + 1, sizeof *values->hash) != CK_OK)
                return error->status;
            at += join(part, code, i, &values->hash[at]);
            continue;
        }
        if (unite(error, part, code, i, values, &n) != CK_OK ||
            ck_grow(error, &values->hash, &values->hash_room, at + most_hashes(part, n), sizeof *values->hash) != CK_OK)
            return error->status;
        at += ck_part_hashes(part, values->item, n, values->hash + at);
    }
    values->start[end - begin] = at;
    return CK_OK;
}

void ck_part_values_free(ck_part_values *values) {
    ck_free(values->start);
    ck_free(values->hash);
    ck_free(values->item);
    ck_free(values->text);
    ck_value_set_free(&values->derived);
    *values = (ck_part_values){0};
}
