#include "block/keys.h"
#include "base/hash.h"
#include "base/memory.h"
#include "block/blocks.h"
#include "block/entries.h"
#include "block/fresh_keys.h"
#include "block/redundant.h"
#include <omp.h>
#include <string.h>

ck_status ck_block_add_exprs(ck_evaluator *evaluator, ck_error *error, const ck_rule *rule, ck_rule_exprs *exprs) {
    for (uint32_t p = 0; p < rule->nparts; p++) {
        const ck_part *part = &rule->part[p];
        bool cross = !ck_expr_equal(&part->l, &part->r);
        if (ck_evaluator_add_expr(evaluator, error, &part->l, cross ? &part->r : NULL, &exprs->l[p],
                                  cross ? &exprs->r[p] : NULL) != CK_OK)
            return error->status;
        if (!cross)
            exprs->r[p] = exprs->l[p];
    }
    return CK_OK;
}

/* One side of a rule, ready to be evaluated for a record. */
typedef struct side {
    uint32_t nparts;
    ck_derived part[CK_PARTS_MAX];
    const uint32_t *code[CK_PARTS_MAX]; /* of the part's column, this rank's records */
    bool multi;
} side;

static side make_side(const ck_key_source *source, const ck_rule *rule, const uint32_t *exprs, bool right) {
    side s = {.nparts = rule->nparts};
    for (uint32_t p = 0; p < rule->nparts; p++) {
        const ck_expr *expr = right ? &rule->part[p].r : &rule->part[p].l;
        s.part[p] = ck_evaluator_derived(source->evaluator, exprs[p]);
        s.code[p] = source->people->column[expr->column].code;
        s.multi |= s.part[p].map == NULL;
    }
    return s;
}

static inline uint64_t chain(uint64_t hash, uint32_t code) {
    return ck_hash_mix(hash + UINT64_C(0x9e3779b97f4a7c15) * ((uint64_t)code + 1));
}
static inline uint64_t finish(uint64_t hash, unsigned flag) {
    return (hash & ~(uint64_t)3) | flag;
}

/* Hash of a single-valued side, 0 when a part is missing. */
static uint64_t hash_single(const side *s, uint64_t i, unsigned flag) {
    uint64_t hash = 0;
    for (uint32_t p = 0; p < s->nparts; p++) {
        uint32_t derived = s->part[p].map[s->code[p][i]];
        if (!derived)
            return 0;
        hash = chain(hash, derived);
    }
    return finish(hash, flag);
}

/* How many keys a record has: the product over its parts. */
static uint64_t count_multi(const side *s, uint64_t i) {
    uint64_t product = 1;
    for (uint32_t p = 0; p < s->nparts && product; p++) {
        uint32_t code = s->code[p][i];
        product *= s->part[p].map ? s->part[p].map[code] != 0 : s->part[p].offset[code + 1] - s->part[p].offset[code];
    }
    return product;
}

/* The k-th key of a record's product, in mixed radix over its parts. */
static uint64_t hash_multi(const side *s, uint64_t i, uint64_t k) {
    uint64_t hash = 0;
    for (uint32_t p = 0; p < s->nparts; p++) {
        const ck_derived *part = &s->part[p];
        uint32_t code = s->code[p][i];
        if (part->map) {
            hash = chain(hash, part->map[code]);
            continue;
        }
        uint64_t n = part->offset[code + 1] - part->offset[code];
        hash = chain(hash, part->item[part->offset[code] + k % n]);
        k /= n;
    }
    return finish(hash, CK_SIDE_BOTH);
}

/* The entries of a rule on this rank; origin = slot in keys->key. */
typedef struct entry_list {
    size_t n;
    ck_entry *entry, *spare;
} entry_list;

static void free_entries(entry_list *list) {
    ck_free(list->entry);
    ck_free(list->spare);
    *list = (entry_list){0};
}

static ck_status take_entries(entry_list *list, ck_error *error, size_t room) {
    list->entry = ck_alloc(error, room, sizeof *list->entry);
    list->spare = ck_alloc(error, room, sizeof *list->spare);
    return error->status;
}

/* The hashes of record i, 0 = none. */
static inline void hash_record(const side *l, const side *r, uint64_t i, uint64_t hash[2]) {
    hash[0] = hash_single(l, i, r ? CK_SIDE_L : CK_SIDE_BOTH);
    hash[1] = r ? hash_single(r, i, CK_SIDE_R) : 0;
}

/* One entry for each key of records [begin, end), of slots i * width + side; keys that no fresh record has are none. @return how many */
static size_t make_entries(const ck_fresh_keys *fresh, uint64_t first_record, const side *l, const side *r, uint64_t begin, uint64_t end, ck_entry *to) {
    size_t n = 0, width = r ? 2 : 1;
    for (uint64_t i = begin; i < end; i++) {
        uint64_t hash[2];
        if (!ck_fresh_keys_asks(fresh, i))
            continue;
        hash_record(l, r, i, hash);
        for (size_t s = 0; s < width; s++)
            if (hash[s] && ck_fresh_keys_has(fresh, hash[s]))
                to[n++] = (ck_entry){hash[s], (uint32_t)(first_record + i), (uint32_t)(i * width + s)};
    }
    return n;
}

/* The keys that fresh records have, over all ranks. Collective. */
static ck_status find_fresh(const ck_key_source *source, ck_error *error, const side *l, const side *r, uint64_t max_block, ck_fresh_keys *fresh) {
    enum { SET = 8 }; /* keys of a record that has a set of them, about */
    uint64_t n = source->people->end - source->people->begin, hash[2];
    ck_fresh_keys_open(source, error, max_block, l->multi ? SET : r ? 2 : 1, fresh);
    for (uint64_t i = 0; fresh->bits && i < n; i++) {
        if (ck_is_settled(source->settled, source->people->begin + i))
            continue;
        for (uint64_t k = l->multi ? count_multi(l, i) : 0; k > 0; k--)
            ck_fresh_keys_add(fresh, hash_multi(l, i, k - 1));
        if (l->multi)
            continue;
        hash_record(l, r, i, hash);
        ck_fresh_keys_add(fresh, hash[0]);
        ck_fresh_keys_add(fresh, hash[1]);
    }
    if (ck_par_agree(source->comm, error) == CK_OK)
        ck_fresh_keys_share(source->comm, fresh);
    return error->status;
}

/* By slices of the records, each where its entries would be if every slot had one; then they move together. */
static void fill_fixed(entry_list *list, const ck_fresh_keys *fresh, const ck_people *people, const side *l, const side *r, uint32_t threads) {
    enum { SLICES = 64 };
    uint64_t n = people->end - people->begin, width = r ? 2 : 1;
    uint32_t slices = threads < SLICES ? threads : SLICES;
    size_t made[SLICES] = {0};
#pragma omp parallel for num_threads(slices) schedule(static, 1)
    for (uint32_t t = 0; t < slices; t++)
        made[t] = make_entries(fresh, people->begin, l, r, n * t / slices, n * (t + 1) / slices, list->entry + n * t / slices * width);
    for (uint32_t t = 0; t < slices; t++) {
        memmove(list->entry + list->n, list->entry + n * t / slices * width, made[t] * sizeof *list->entry);
        list->n += made[t];
    }
}

static ck_status make_fixed(const ck_key_source *source, ck_error *error, const ck_fresh_keys *fresh, const side *l, const side *r,
                            ck_rule_keys *keys, entry_list *list) {
    uint64_t n = source->people->end - source->people->begin, slots = n * (r ? 2 : 1);
    keys->key = ck_alloc_zero(error, slots, sizeof *keys->key);
    if (take_entries(list, error, slots + 1) == CK_OK)
        fill_fixed(list, fresh, source->people, l, r, source->threads);
    return error->status;
}

/* Entries of keys that no fresh record has go. */
static void keep_fresh(const ck_fresh_keys *fresh, entry_list *list) {
    size_t kept = 0;
    for (size_t i = 0; fresh->bits && i < list->n; i++)
        if (ck_fresh_keys_has(fresh, list->entry[i].hash))
            list->entry[kept++] = list->entry[i];
    list->n = fresh->bits ? kept : list->n;
}

static ck_status make_multi(const ck_key_source *source, ck_error *error, const ck_fresh_keys *fresh, const side *s, ck_rule_keys *keys,
                            entry_list *list) {
    uint64_t n = source->people->end - source->people->begin;
    keys->offset = ck_alloc_zero(error, n + 1, sizeof *keys->offset);
    if (error->status != CK_OK)
        return error->status;
#pragma omp parallel for num_threads(source->threads) schedule(static)
    for (uint64_t i = 0; i < n; i++)
        keys->offset[i + 1] = ck_fresh_keys_asks(fresh, i) ? count_multi(s, i) : 0;
    for (uint64_t i = 0; i < n; i++)
        keys->offset[i + 1] += keys->offset[i];
    uint64_t total = keys->offset[n];
    if (total >= UINT32_MAX)
        return ck_fail(error, CK_MEMORY, "A blocking rule makes %llu keys on one rank, more than 4 billion; use more ranks or fewer keys.",
                       (unsigned long long)total);
    keys->key = ck_alloc_zero(error, total, sizeof *keys->key);
    if (take_entries(list, error, total + 1) != CK_OK)
        return error->status;
    list->n = total;
#pragma omp parallel for num_threads(source->threads) schedule(dynamic, 4096)
    for (uint64_t i = 0; i < n; i++)
        for (uint64_t k = keys->offset[i]; k < keys->offset[i + 1]; k++)
            list->entry[k] = (ck_entry){hash_multi(s, i, k - keys->offset[i]), (uint32_t)(source->people->begin + i), (uint32_t)k};
    keep_fresh(fresh, list);
    return CK_OK;
}

/* --- the exchange with the owners of the hashes ------------------------------------------------ */

static int owner_of(const ck_comm *comm, const ck_entry *entry) {
    return (int)(((unsigned __int128)entry->hash * (unsigned)comm->size) >> 64);
}

/* Order the entries by owner (stable); sent[i] = slot of the i-th one sent. */
static ck_status order_by_owner(const ck_comm *comm, ck_error *error, entry_list *list, uint32_t **sent, uint64_t *send_bytes) {
    *sent = ck_alloc(error, list->n + 1, sizeof **sent);
    uint64_t *at = ck_alloc_zero(error, (size_t)comm->size + 1, sizeof *at);
    if (error->status == CK_OK) {
        for (size_t i = 0; i < list->n; i++)
            at[owner_of(comm, &list->entry[i]) + 1]++;
        for (int d = 0; d < comm->size; d++) {
            send_bytes[d] = at[d + 1] * sizeof(ck_entry);
            at[d + 1] += at[d];
        }
        for (size_t i = 0; i < list->n; i++) {
            uint64_t to = at[owner_of(comm, &list->entry[i])]++;
            list->spare[to] = list->entry[i];
            (*sent)[to] = list->entry[i].origin;
        }
    }
    ck_free(at);
    return error->status;
}

/* What went to the owners of the hashes: entry i of those sent is slot sent[i]. */
typedef struct parcel {
    uint32_t *sent;
    uint64_t *bytes, *out, *in; /* [size] of the numbers that go out to each owner, and that came in from each rank */
    uint64_t nsent, nowned;
} parcel;

/* The owner's numbers, by origin, back to the slots they are of. Collective. */
static ck_status return_numbers(const ck_comm *comm, ck_error *error, const parcel *sent, const uint32_t *number, ck_rule_keys *keys) {
    uint32_t *returned = NULL;
    if (ck_par_exchange(comm, error, number, sent->in, (void **)&returned, sent->out) == CK_OK)
        for (uint64_t i = 0; i < sent->nsent; i++)
            keys->key[sent->sent[i]] = returned[i];
    ck_free(returned);
    return error->status;
}

/* Redundant keys are cleared by their owners. Collective. */
static ck_status clear_over_ranks(const ck_key_source *source, ck_error *error, const parcel *sent, uint32_t *number, ck_rule_keys *keys) {
    uint64_t n = source->people->end - source->people->begin;
    uint32_t *lowest = ck_alloc(error, keys->offset[n], sizeof *lowest), *out = ck_alloc(error, sent->nsent, sizeof *out), *in = NULL;
    if (lowest && out) {
        ck_redundant_lowest(keys, n, lowest);
        for (uint64_t i = 0; i < sent->nsent; i++)
            out[i] = lowest[sent->sent[i]];
    }
    if (ck_par_agree(source->comm, error) == CK_OK &&
        ck_par_exchange(source->comm, error, out, sent->out, (void **)&in, sent->in) == CK_OK)
        ck_redundant_clear(error, in, sent->nowned, number);
    ck_free(lowest);
    ck_free(out);
    ck_free(in);
    return ck_par_agree(source->comm, error) == CK_OK ? return_numbers(source->comm, error, sent, number, keys) : error->status;
}

/* Entries to their owners, numbers back. `number` (of the owner's received entries, by origin) is filled by ck_blocks_number. */
static ck_status number_over_ranks(const ck_key_source *source, ck_error *error, entry_list *list, uint64_t max_block,
                                   ck_rule_keys *keys) {
    const ck_comm *comm = source->comm;
    uint32_t *number = NULL;
    ck_entry *received = NULL;
    entry_list owned = {0};
    parcel sent = {.bytes = ck_alloc_zero(error, 4 * (size_t)comm->size, sizeof *sent.bytes), .nsent = list->n};
    if (ck_par_agree(comm, error) != CK_OK)
        goto done;
    uint64_t *send = sent.bytes, *receive = send + comm->size;
    sent.in = receive + comm->size;
    sent.out = sent.in + comm->size;
    order_by_owner(comm, error, list, &sent.sent, send);
    if (ck_par_agree(comm, error) != CK_OK || ck_par_exchange(comm, error, list->spare, send, (void **)&received, receive) != CK_OK)
        goto done;
    for (int d = 0; d < comm->size; d++) {
        sent.nowned += receive[d] / sizeof(ck_entry);
        sent.in[d] = receive[d] / sizeof(ck_entry) * sizeof(uint32_t);
    }
    free_entries(list);
    owned = (entry_list){sent.nowned, received, ck_alloc(error, sent.nowned + 1, sizeof *owned.spare)};
    received = NULL;
    number = ck_alloc_zero(error, owned.n + 1, sizeof *number);
    for (size_t i = 0; i < owned.n; i++)
        owned.entry[i].origin = (uint32_t)i;
    if (ck_par_agree(comm, error) == CK_OK &&
        ck_blocks_number(source, error, owned.entry, owned.spare, owned.n, max_block, keys, number) == CK_OK) {
        free_entries(&owned);
        if (return_numbers(comm, error, &sent, number, keys) == CK_OK && keys->shape == CK_KEY_MULTI)
            clear_over_ranks(source, error, &sent, number, keys);
    }
done:
    free_entries(&owned);
    ck_free(received);
    ck_free(number);
    ck_free(sent.sent);
    ck_free(sent.bytes);
    return error->status;
}

/* All entries are here. */
static ck_status clear_alone(const ck_key_source *source, ck_error *error, ck_rule_keys *keys) {
    uint64_t n = source->people->end - source->people->begin;
    uint32_t *lowest = ck_alloc(error, keys->offset[n], sizeof *lowest);
    if (lowest) {
        ck_redundant_lowest(keys, n, lowest);
        ck_redundant_clear(error, lowest, keys->offset[n], keys->key);
    }
    ck_free(lowest);
    return error->status;
}

static ck_status number_entries(const ck_key_source *source, ck_error *error, entry_list *list, uint64_t max_block, ck_rule_keys *keys) {
    if (ck_par_agree(source->comm, error) != CK_OK)
        return error->status;
    if (source->comm->size > 1)
        return number_over_ranks(source, error, list, max_block, keys);
    ck_blocks_number(source, error, list->entry, list->spare, list->n, max_block, keys, keys->key);
    free_entries(list);
    return error->status == CK_OK && keys->shape == CK_KEY_MULTI ? clear_alone(source, error, keys) : error->status;
}

static void sort_small(uint32_t *key, uint64_t n) {
    for (uint64_t i = 1; i < n; i++) {
        uint32_t x = key[i];
        uint64_t j = i;
        for (; j > 0 && key[j - 1] > x; j--)
            key[j] = key[j - 1];
        key[j] = x;
    }
}

/* Drop zeros and repeats inside each record, in rising order; what is left are the members. Collective. */
static void compact_multi(const ck_comm *comm, ck_rule_keys *keys, uint64_t n, uint32_t threads) {
#pragma omp parallel for num_threads(threads) schedule(static)
    for (uint64_t i = 0; i < n; i++)
        sort_small(keys->key + keys->offset[i], keys->offset[i + 1] - keys->offset[i]);
    uint64_t to = 0;
    for (uint64_t i = 0, begin = 0; i < n; i++) {
        uint64_t end = keys->offset[i + 1], first = to;
        for (uint64_t k = begin; k < end; k++)
            if (keys->key[k] && (to == first || keys->key[to - 1] != keys->key[k]))
                keys->key[to++] = keys->key[k];
        keys->offset[i + 1] = to;
        begin = end;
    }
    ck_par_sum(comm, &to, 1);
    keys->census.members = to;
}

ck_status ck_block_keys(const ck_key_source *source, ck_error *error, const ck_rule *rule, const ck_rule_exprs *exprs,
                        ck_rule_keys *keys) {
    *keys = (ck_rule_keys){.directed = rule->directed};
    side l = make_side(source, rule, exprs->l, false), r = make_side(source, rule, exprs->r, true);
    bool cross = memcmp(exprs->l, exprs->r, rule->nparts * sizeof *exprs->l) != 0;
    keys->shape = cross ? CK_KEY_CROSS : l.multi ? CK_KEY_MULTI : CK_KEY_SINGLE;
    entry_list list = {0};
    ck_fresh_keys fresh = {0};
    if (find_fresh(source, error, &l, cross ? &r : NULL, rule->max_block, &fresh) == CK_OK) {
        if (keys->shape == CK_KEY_MULTI)
            make_multi(source, error, &fresh, &l, keys, &list);
        else
            make_fixed(source, error, &fresh, &l, cross ? &r : NULL, keys, &list);
        number_entries(source, error, &list, rule->max_block, keys);
    }
    free_entries(&list);
    ck_fresh_keys_close(&fresh);
    if (error->status == CK_OK && keys->shape == CK_KEY_MULTI)
        compact_multi(source->comm, keys, source->people->end - source->people->begin, source->threads);
    return error->status;
}

/* Entries of records [begin, end) whose groups are of the slice, from the entry of the first on. @return how many */
static size_t fill_groups(const ck_groups *groups, uint64_t first_record, uint64_t slice, uint64_t nslices, uint64_t begin, uint64_t end, ck_entry *entry) {
    size_t n = 0;
    for (uint64_t i = begin; i < end; i++) {
        uint64_t group = groups->of(groups->owner, i), hash = ck_hash_mix(group);
        if (group && (nslices == 1 || hash % nslices == slice))
            entry[n++] = (ck_entry){finish(hash, CK_SIDE_BOTH), (uint32_t)(first_record + i), (uint32_t)i};
    }
    return n;
}

/* By slices of the records, each in its place, which then move together. */
static void list_groups(const ck_key_source *source, const ck_groups *groups, uint64_t slice, uint64_t nslices, entry_list *list) {
    enum { SLICES = 64 };
    uint64_t n = source->people->end - source->people->begin;
    uint32_t slices = source->threads < SLICES ? source->threads : SLICES;
    size_t kept[SLICES];
#pragma omp parallel for num_threads(slices) schedule(static, 1)
    for (uint32_t t = 0; t < slices; t++) {
        uint64_t begin = n * t / slices;
        kept[t] = fill_groups(groups, source->people->begin, slice, nslices, begin, n * (t + 1) / slices, list->entry + begin);
    }
    for (uint32_t t = 0; t < slices; t++) {
        memmove(list->entry + list->n, list->entry + n * t / slices, kept[t] * sizeof *list->entry);
        list->n += kept[t];
    }
}

ck_status ck_block_keys_of_groups(const ck_key_source *source, ck_error *error, const ck_groups *groups, uint64_t slice, uint64_t nslices,
                                  ck_rule_keys *keys) {
    *keys = (ck_rule_keys){.shape = CK_KEY_SINGLE};
    uint64_t n = source->people->end - source->people->begin;
    entry_list list = {0};
    keys->key = ck_alloc_zero(error, n, sizeof *keys->key);
    if (take_entries(&list, error, n + 1) == CK_OK)
        list_groups(source, groups, slice, nslices, &list);
    number_entries(source, error, &list, 0, keys);
    free_entries(&list);
    return error->status;
}

void ck_rule_keys_free(ck_rule_keys *keys) {
    for (uint32_t g = 0; g < keys->ngiants; g++)
        ck_free(keys->giant[g].boundary);
    ck_free(keys->giant);
    ck_free(keys->unit);
    ck_free(keys->offset);
    ck_free(keys->key);
    *keys = (ck_rule_keys){0};
}
