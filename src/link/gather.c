#include "link/gather.h"
#include "base/memory.h"
#include "block/units.h"
#include <stdlib.h>
#include <string.h>

/* --- where a key goes --------------------------------------------------------------------------- */

/* The last plain unit that begins at or before a key. Plain units come first in the list. */
static uint32_t find_unit(const ck_rule_keys *keys, uint32_t nplain, uint32_t key) {
    uint32_t low = 0, high = nplain;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (keys->unit[middle].key_begin <= key)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static uint32_t find_segment(const ck_giant *giant, uint32_t record) {
    uint32_t s = giant->nsegments - 1;
    while (s > 0 && giant->boundary[s] > record)
        s--;
    return s;
}

static uint32_t count_plain(const ck_rule_keys *keys) {
    uint32_t n = 0;
    while (n < keys->nunits && keys->unit[n].giant == UINT32_MAX)
        n++;
    return n;
}

/* Calls `visit` for every unit that needs record's row under `key`. */
typedef void visit_unit(void *user, uint32_t unit);
static void visit_units(const ck_rule_keys *keys, uint32_t nplain, uint32_t key, uint32_t record, visit_unit *visit, void *user) {
    uint32_t g = ck_find_giant(keys, key);
    if (g == UINT32_MAX) {
        visit(user, find_unit(keys, nplain, key));
        return;
    }
    uint32_t s = find_segment(&keys->giant[g], record);
    for (uint32_t u = nplain; u < keys->nunits; u++)
        if (keys->unit[u].giant == g && (keys->unit[u].segment_x == s || keys->unit[u].segment_y == s))
            visit(user, u);
}

/* --- planning ------------------------------------------------------------------------------------ */

typedef struct unit_words {
    uint64_t *words; /* per unit */
    uint64_t row;
} unit_words;
static void add_words(void *user, uint32_t unit) {
    unit_words *w = user;
    w->words[unit] += w->row;
}

/* Words of rows per unit, over all ranks. */
static void count_words(ck_pass *pass, uint32_t nplain, uint64_t *words) {
    const ck_rule_keys *keys = pass->keys;
    for (uint64_t i = 0; i < pass->rows->n; i++) {
        const uint32_t *row = ck_row(pass->layout, pass->rows, i);
        uint64_t n;
        const uint32_t *key = ck_pass_keys(keys, i, &n);
        unit_words w = {words, ck_row_words(pass->layout, row) + 2};
        for (uint64_t k = 0; k < n; k++)
            if (key[k])
                visit_units(keys, nplain, key[k], row[CK_WORD_RECORD], add_words, &w);
    }
    ck_par_sum(pass->comm, words, keys->nunits);
}

/* A rank's units fall into waves, in order, each within the budget. */
static void assign_waves(ck_pass *pass, const uint64_t *words, uint64_t budget_words, uint64_t *filled) {
    for (int d = 0; d < pass->comm->size; d++) {
        uint64_t used = 0;
        uint32_t w = 0;
        for (uint32_t u = 0; u < pass->keys->nunits; u++) {
            if (pass->owner[u] != d)
                continue;
            if (used && used + words[u] > budget_words) {
                w++;
                used = 0;
            }
            used += words[u];
            pass->wave[u] = w;
            if (w + 1 > pass->nwaves)
                pass->nwaves = w + 1;
        }
        filled[d] = used;
    }
}

ck_status ck_pass_open(const ck_comm *comm, ck_error *error, const ck_layout *layout, const ck_packed_rows *rows, const ck_rule_keys *keys,
                       uint64_t memory_bytes, ck_pass *pass) {
    *pass = (ck_pass){.comm = comm, .layout = layout, .rows = rows, .keys = keys, .nwaves = 1};
    pass->owner = ck_alloc_zero(error, keys->nunits, sizeof *pass->owner);
    pass->wave = ck_alloc_zero(error, keys->nunits, sizeof *pass->wave);
    uint64_t *words = ck_alloc_zero(error, (size_t)keys->nunits + (size_t)comm->size, sizeof *words);
    if (ck_par_agree(comm, error) == CK_OK && comm->size > 1) {
        ck_units_assign(comm, keys, pass->owner);
        count_words(pass, count_plain(keys), words);
        assign_waves(pass, words, memory_bytes / sizeof(uint32_t), words + keys->nunits);
    }
    ck_free(words);
    return error->status;
}

/* --- one wave ------------------------------------------------------------------------------------- */

/* Rows to send: to[d] words so far for rank d (counting), or where the next goes (filling). */
typedef struct sender {
    ck_pass *pass;
    uint32_t wave;
    uint64_t *to;
    uint32_t *out;      /* NULL while counting */
    const uint32_t *row;
    uint32_t row_words, key;
    bool *sent;         /* [size] this row under this key went to rank d already (segments of one giant) */
} sender;

static void send_row(void *user, uint32_t unit) {
    sender *s = user;
    int d = s->pass->owner[unit];
    if (s->pass->wave[unit] != s->wave || s->sent[d])
        return;
    s->sent[d] = true;
    if (s->out) {
        uint32_t *out = s->out + s->to[d];
        out[0] = s->key;
        memcpy(out + 1, s->row, s->row_words * sizeof *out);
    }
    s->to[d] += s->row_words + 1;
}

static void send_rows(sender *s, uint32_t nplain) {
    const ck_pass *pass = s->pass;
    for (uint64_t i = 0; i < pass->rows->n; i++) {
        s->row = ck_row(pass->layout, pass->rows, i);
        s->row_words = ck_row_words(pass->layout, s->row);
        uint64_t n;
        const uint32_t *key = ck_pass_keys(pass->keys, i, &n);
        for (uint64_t k = 0; k < n; k++) {
            if (!key[k] || (k && key[k] == key[k - 1]))
                continue;
            s->key = key[k];
            memset(s->sent, 0, (size_t)pass->comm->size * sizeof *s->sent);
            visit_units(pass->keys, nplain, key[k], s->row[CK_WORD_RECORD], send_row, s);
        }
    }
}

/* Exchange the wave's rows; pass->words holds key, row, key, row ... in record order; *n words. */
static ck_status exchange_rows(ck_pass *pass, ck_error *error, uint32_t w, uint64_t *n) {
    const ck_comm *comm = pass->comm;
    size_t size = (size_t)comm->size;
    uint64_t *to = ck_alloc_zero(error, 3 * size, sizeof *to);
    bool *sent = ck_alloc_zero(error, size, sizeof *sent);
    uint32_t *out = NULL;
    if (ck_par_agree(comm, error) == CK_OK) {
        uint64_t *bytes = to + size, *received = to + 2 * size, total = 0;
        sender s = {.pass = pass, .wave = w, .to = to, .sent = sent};
        uint32_t nplain = count_plain(pass->keys);
        send_rows(&s, nplain);
        for (size_t d = 0; d < size; d++) {
            uint64_t words = to[d];
            bytes[d] = words * sizeof(uint32_t);
            to[d] = total;
            total += words;
        }
        out = s.out = ck_alloc(error, total, sizeof *out);
        if (ck_par_agree(comm, error) == CK_OK) {
            send_rows(&s, nplain);
            ck_par_exchange(comm, error, out, bytes, (void **)&pass->words, received);
            *n = 0;
            for (size_t d = 0; d < size; d++)
                *n += received[d] / sizeof(uint32_t);
        }
    }
    ck_free(out);
    ck_free(sent);
    ck_free(to);
    return error->status;
}

/* --- grouping by key: a stable counting sort over a contiguous range of keys -------------------------- */

static ck_status take_group(ck_group *group, ck_error *error, uint32_t key_begin, uint32_t key_end) {
    *group = (ck_group){.key_begin = key_begin, .key_end = key_end};
    group->start = ck_alloc_zero(error, (size_t)(key_end - key_begin) + 2, sizeof *group->start);
    return error->status;
}

/* Counts stand at start[key - begin + 2]; after the sums, start[k + 1] is where key k's next member goes, and after
   filling it is where key k ends. */
static ck_status sum_group(ck_group *group, ck_error *error) {
    uint64_t keys = group->key_end - group->key_begin;
    for (uint64_t k = 2; k <= keys + 1; k++)
        group->start[k] += group->start[k - 1];
    group->row = ck_alloc(error, group->start[keys + 1], sizeof *group->row);
    return error->status;
}

static ck_status group_home(ck_pass *pass, ck_error *error) {
    const ck_rule_keys *keys = pass->keys;
    ck_group *group = &pass->group;
    if (take_group(group, error, 1, keys->nkeys + 1) != CK_OK)
        return error->status;
    for (int fill = 0; fill < 2; fill++) {
        if (fill && sum_group(group, error) != CK_OK)
            return error->status;
        for (uint64_t i = 0; i < pass->rows->n; i++) {
            uint64_t n;
            const uint32_t *key = ck_pass_keys(keys, i, &n);
            for (uint64_t k = 0; k < n; k++) {
                if (!key[k] || (k && key[k] == key[k - 1]))
                    continue;
                if (fill)
                    group->row[group->start[key[k]]++] = ck_row(pass->layout, pass->rows, i);
                else
                    group->start[key[k] + 1]++;
            }
        }
    }
    return CK_OK;
}

static ck_status group_received(ck_pass *pass, ck_error *error, uint64_t n) {
    uint32_t low = UINT32_MAX, high = 0;
    const uint32_t *words = pass->words;
    for (uint64_t i = 0; i < n; i += 1 + ck_row_words(pass->layout, words + i + 1)) {
        low = words[i] < low ? words[i] : low;
        high = words[i] > high ? words[i] : high;
    }
    if (take_group(&pass->group, error, n ? low : 1, n ? high + 1 : 1) != CK_OK)
        return error->status;
    uint64_t *start = pass->group.start;
    for (uint64_t i = 0; i < n; i += 1 + ck_row_words(pass->layout, words + i + 1))
        start[words[i] - low + 2]++;
    if (sum_group(&pass->group, error) != CK_OK)
        return error->status;
    for (uint64_t i = 0; i < n; i += 1 + ck_row_words(pass->layout, words + i + 1))
        pass->group.row[start[words[i] - low + 1]++] = words + i + 1;
    return CK_OK;
}

static void drop_wave(ck_pass *pass) {
    ck_free(pass->words);
    ck_free(pass->group.start);
    ck_free(pass->group.row);
    pass->words = NULL;
    pass->group = (ck_group){0};
}

ck_status ck_pass_gather(ck_pass *pass, ck_error *error, uint32_t w) {
    drop_wave(pass);
    uint64_t n = 0;
    if (pass->comm->size == 1)
        group_home(pass, error);
    else if (exchange_rows(pass, error, w, &n) == CK_OK)
        group_received(pass, error, n);
    return ck_par_agree(pass->comm, error);
}

void ck_pass_close(ck_pass *pass) {
    drop_wave(pass);
    ck_free(pass->owner);
    ck_free(pass->wave);
    *pass = (ck_pass){0};
}
