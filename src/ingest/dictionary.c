#include "ingest/dictionary.h"
#include "base/memory.h"
#include "ingest/sort.h"
#include "ingest/spread.h"
#include <string.h>

/* A list of texts one after the other. */
typedef struct ck_texts {
    uint64_t n, bytes_n;
    uint32_t *length;
    char *bytes;
} ck_texts;

static void free_texts(ck_texts *texts) {
    ck_free(texts->length);
    ck_free(texts->bytes);
    *texts = (ck_texts){0};
}

/* ---- this rank's clean values as items: store = table, place = entry ---- */

static ck_span table_text(const void *user, uint32_t store, uint32_t place) {
    return ck_value_span(&((ck_values *const *)user)[store]->entry[place]);
}

static ck_sort_item *list_clean(ck_error *error, ck_values *const *tables, uint32_t ntables, size_t *n) {
    size_t room = 0;
    for (uint32_t t = 0; t < ntables; t++)
        for (size_t e = 1; e <= tables[t]->count; e++)
            room += tables[t]->entry[e].clean;
    *n = 0;
    ck_sort_item *items = ck_alloc(error, room, sizeof *items);
    for (uint32_t t = 0; items && t < ntables; t++)
        for (size_t e = 1; e <= tables[t]->count; e++)
            if (tables[t]->entry[e].clean)
                items[(*n)++] = (ck_sort_item){0, t, (uint32_t)e};
    return items;
}

/* ---- sorted items to a list of distinct texts ---- */

/* Number the distinct texts of sorted items from 0 (in `key`). @return how many; *bytes_n: their bytes */
static uint64_t number_distinct(ck_sort_item *items, size_t n, ck_sort_text *text, const void *user,
                                uint64_t *bytes_n) {
    uint64_t distinct = 0;
    ck_span last = {NULL, 0};
    *bytes_n = 0;
    for (size_t i = 0; i < n; i++) {
        ck_span now = text(user, items[i].store, items[i].place);
        if (i == 0 || ck_span_compare(last, now) != 0) {
            distinct++;
            *bytes_n += now.n;
            last = now;
        }
        items[i].key = distinct - 1;
    }
    return distinct;
}

static ck_status list_distinct(ck_error *error, ck_sort_item *items, size_t n, ck_sort_text *text, const void *user,
                               ck_texts *texts) {
    ck_sort_by_text(items, n, text, user);
    texts->n = number_distinct(items, n, text, user, &texts->bytes_n);
    texts->length = ck_alloc(error, texts->n, sizeof *texts->length);
    texts->bytes = ck_alloc(error, texts->bytes_n, 1);
    if (error->status != CK_OK)
        return error->status;
    char *at = texts->bytes;
    for (size_t i = 0; i < n; i++) {
        if (i && items[i].key == items[i - 1].key)
            continue;
        ck_span now = text(user, items[i].store, items[i].place);
        texts->length[items[i].key] = (uint32_t)now.n;
        memcpy(at, now.bytes, now.n);
        at += now.n;
    }
    return CK_OK;
}

/* The whole list becomes the dictionary. */
static ck_status make_dict(ck_error *error, ck_texts *texts, ck_dict *dict) {
    dict->count = (uint32_t)texts->n;
    dict->offset = ck_alloc(error, texts->n + 2, sizeof *dict->offset);
    if (!dict->offset)
        return error->status;
    dict->offset[0] = dict->offset[1] = 0;
    for (uint64_t i = 0; i < texts->n; i++)
        dict->offset[i + 2] = dict->offset[i + 1] + texts->length[i];
    dict->bytes = texts->bytes;
    texts->bytes = NULL;
    return CK_OK;
}

static ck_status check_count(ck_error *error, const char *column, uint64_t count) {
    if (count < UINT32_MAX)
        return CK_OK;
    return ck_fail(error, CK_DATA, "Column '%s' has %llu distinct values; %u are the most.", column,
                   (unsigned long long)count, UINT32_MAX - 1);
}

static ck_status make_alone(ck_error *error, ck_values *const *tables, ck_sort_item *items, size_t n,
                            const char *column, ck_dict *dict) {
    ck_texts texts = {0};
    if (list_distinct(error, items, n, table_text, tables, &texts) == CK_OK &&
        check_count(error, column, texts.n) == CK_OK && make_dict(error, &texts, dict) == CK_OK)
        for (size_t i = 0; i < n; i++)
            tables[items[i].store]->entry[items[i].place].code = (uint32_t)items[i].key + 1;
    free_texts(&texts);
    return error->status;
}

/* ---- several ranks ---- */

/* Values on their way: by destination, in the order of items; `item` says which one each is. */
typedef struct ck_parcel {
    uint64_t *count, *bytes_count; /* [size] values and bytes to each rank */
    uint64_t *got, *got_bytes;     /* [size] from each rank */
    uint64_t *offset;              /* [size + 1] scratch */
    size_t *item;                  /* [n] */
    ck_texts out, in;
} ck_parcel;

static void free_parcel(ck_parcel *parcel) {
    ck_free(parcel->count);
    ck_free(parcel->offset);
    ck_free(parcel->item);
    free_texts(&parcel->out);
    free_texts(&parcel->in);
}

static ck_status choose_ranges(const ck_comm *comm, ck_error *error, ck_values *const *tables,
                               const ck_sort_item *items, size_t n, ck_spread *spread) {
    size_t samples = ck_spread_samples(comm, n);
    ck_spread_key *sample = ck_alloc(error, samples, sizeof *sample);
    for (size_t i = 0; sample && i < samples; i++) {
        const ck_sort_item *item = &items[(size_t)((unsigned __int128)n * i / samples)];
        sample[i] = (ck_spread_key){0, table_text(tables, item->store, item->place)};
    }
    ck_spread_choose(comm, error, sample, sample ? samples : 0, spread);
    ck_free(sample);
    return error->status;
}

static ck_status pack(const ck_comm *comm, ck_error *error, ck_values *const *tables, ck_sort_item *items, size_t n,
                      const ck_spread *spread, ck_parcel *parcel) {
    size_t size = (size_t)comm->size;
    parcel->count = ck_alloc_zero(error, size, 4 * sizeof *parcel->count);
    parcel->offset = ck_alloc_zero(error, 2 * (size + 1), sizeof *parcel->offset);
    parcel->item = ck_alloc(error, n, sizeof *parcel->item);
    parcel->out.length = ck_alloc(error, n, sizeof *parcel->out.length);
    if (error->status != CK_OK)
        return error->status;
    parcel->bytes_count = parcel->count + size;
    parcel->got = parcel->count + 2 * size;
    parcel->got_bytes = parcel->count + 3 * size;
    for (size_t i = 0; i < n; i++) {
        ck_span text = table_text(tables, items[i].store, items[i].place);
        items[i].key = (uint64_t)ck_spread_rank(spread, (ck_spread_key){0, text});
        parcel->count[items[i].key]++;
        parcel->bytes_count[items[i].key] += text.n;
    }
    uint64_t *at = parcel->offset, *bytes_at = parcel->offset + size + 1;
    ck_spread_offsets(comm->size, parcel->count, at);
    ck_spread_offsets(comm->size, parcel->bytes_count, bytes_at);
    parcel->out.bytes = ck_alloc(error, bytes_at[size], 1);
    if (!parcel->out.bytes)
        return error->status;
    for (size_t i = 0; i < n; i++) {
        ck_span text = table_text(tables, items[i].store, items[i].place);
        uint64_t to = items[i].key, slot = at[to]++;
        parcel->item[slot] = i;
        parcel->out.length[slot] = (uint32_t)text.n;
        memcpy(parcel->out.bytes + bytes_at[to], text.bytes, text.n);
        bytes_at[to] += text.n;
    }
    return CK_OK;
}

static void scale(uint64_t *values, int n, uint64_t by) {
    for (int i = 0; i < n; i++)
        values[i] *= by;
}

static void unscale(uint64_t *values, int n, uint64_t by) {
    for (int i = 0; i < n; i++)
        values[i] /= by;
}

/* Exchange arrays of u32: counts are of elements. */
static ck_status exchange_u32(const ck_comm *comm, ck_error *error, const uint32_t *send, uint64_t *count,
                              uint32_t **received, uint64_t *got) {
    void *bytes = NULL;
    scale(count, comm->size, sizeof *send);
    ck_par_exchange(comm, error, send, count, &bytes, got);
    unscale(count, comm->size, sizeof *send);
    unscale(got, comm->size, sizeof *send);
    *received = bytes;
    return error->status;
}

static ck_status send_values(const ck_comm *comm, ck_error *error, ck_parcel *parcel) {
    void *bytes = NULL;
    if (exchange_u32(comm, error, parcel->out.length, parcel->count, &parcel->in.length, parcel->got) != CK_OK ||
        ck_par_exchange(comm, error, parcel->out.bytes, parcel->bytes_count, &bytes, parcel->got_bytes) != CK_OK)
        return error->status;
    parcel->in.bytes = bytes;
    for (int r = 0; r < comm->size; r++) {
        parcel->in.n += parcel->got[r];
        parcel->in.bytes_n += parcel->got_bytes[r];
    }
    free_texts(&parcel->out);
    return CK_OK;
}

/* Received values as items: place = value, store = unused; their texts by offset. */
typedef struct ck_offsets {
    const char *bytes;
    const uint64_t *offset;
} ck_offsets;

static ck_span offset_text(const void *user, uint32_t store, uint32_t place) {
    (void)store;
    const ck_offsets *texts = user;
    return (ck_span){texts->bytes + texts->offset[place], (size_t)(texts->offset[place + 1] - texts->offset[place])};
}

/* The distinct values of this rank's range, and for each received value its number among them. */
static ck_status make_shard(ck_error *error, const ck_texts *in, ck_texts *shard, uint32_t *reply) {
    uint64_t *offset = ck_alloc_zero(error, in->n + 1, sizeof *offset);
    ck_sort_item *items = ck_alloc(error, in->n, sizeof *items);
    if (in->n >= UINT32_MAX)
        ck_fail(error, CK_MEMORY, "A rank received %llu values of one column; start more ranks.", (unsigned long long)in->n);
    if (error->status == CK_OK) {
        for (uint64_t i = 0; i < in->n; i++) {
            items[i] = (ck_sort_item){0, 0, (uint32_t)i};
            offset[i + 1] = offset[i] + in->length[i];
        }
        ck_offsets texts = {in->bytes, offset};
        if (list_distinct(error, items, in->n, offset_text, &texts, shard) == CK_OK)
            for (uint64_t i = 0; i < in->n; i++)
                reply[items[i].place] = (uint32_t)items[i].key;
    }
    ck_free(items);
    ck_free(offset);
    return error->status;
}

/* All ranks' shards in rank order. */
static ck_status gather_shards(const ck_comm *comm, ck_error *error, ck_texts *shard, const char *column,
                               uint64_t *first, ck_dict *dict) {
    ck_texts all = {0};
    void *length = NULL, *bytes = NULL;
    uint64_t *offset = NULL, *bytes_offset = NULL;
    if (ck_par_gather_all(comm, error, shard->length, shard->n * sizeof *shard->length, &length, &offset) == CK_OK &&
        ck_par_gather_all(comm, error, shard->bytes, shard->bytes_n, &bytes, &bytes_offset) == CK_OK) {
        for (int r = 0; r < comm->size; r++)
            first[r] = offset[r] / sizeof *shard->length;
        all = (ck_texts){.n = offset[comm->size] / sizeof *shard->length, .length = length, .bytes = bytes};
        length = bytes = NULL;
        if (check_count(error, column, all.n) == CK_OK)
            make_dict(error, &all, dict);
    }
    free_texts(&all);
    ck_free(length);
    ck_free(bytes);
    ck_free(offset);
    ck_free(bytes_offset);
    return ck_par_agree(comm, error);
}

/* Answers stand as the values were sent; a rank's shard begins at its `first` value. */
static void take_codes(const ck_comm *comm, ck_values *const *tables, const ck_sort_item *items,
                       const ck_parcel *parcel, const uint64_t *first, const uint32_t *answer) {
    uint64_t i = 0;
    for (int r = 0; r < comm->size; r++)
        for (uint64_t end = i + parcel->count[r]; i < end; i++) {
            const ck_sort_item *item = &items[parcel->item[i]];
            tables[item->store]->entry[item->place].code = (uint32_t)(first[r] + answer[i]) + 1;
        }
}

static ck_status make_together(const ck_comm *comm, ck_error *error, ck_values *const *tables, ck_sort_item *items,
                               size_t n, const char *column, ck_dict *dict) {
    ck_parcel parcel = {0};
    ck_spread spread = {0};
    ck_texts shard = {0};
    uint32_t *reply = NULL, *answer = NULL;
    uint64_t *first = ck_alloc(error, (size_t)comm->size, sizeof *first);
    if (choose_ranges(comm, error, tables, items, n, &spread) != CK_OK)
        goto done;
    pack(comm, error, tables, items, n, &spread, &parcel);
    if (ck_par_agree(comm, error) != CK_OK || send_values(comm, error, &parcel) != CK_OK)
        goto done;
    reply = ck_alloc(error, parcel.in.n, sizeof *reply);
    if (reply)
        make_shard(error, &parcel.in, &shard, reply);
    if (ck_par_agree(comm, error) != CK_OK)
        goto done;
    free_texts(&parcel.in);
    if (exchange_u32(comm, error, reply, parcel.got, &answer, parcel.got_bytes) != CK_OK ||
        gather_shards(comm, error, &shard, column, first, dict) != CK_OK)
        goto done;
    take_codes(comm, tables, items, &parcel, first, answer);
done:
    ck_free(first);
    ck_free(answer);
    ck_free(reply);
    free_texts(&shard);
    free_parcel(&parcel);
    ck_spread_free(&spread);
    return error->status;
}

ck_status ck_dictionary_make(const ck_comm *comm, ck_error *error, ck_values *const *tables, uint32_t ntables,
                             const char *column, ck_dict *dict) {
    size_t n = 0;
    ck_sort_item *items = list_clean(error, tables, ntables, &n);
    if (ck_par_agree(comm, error) != CK_OK)
        ;
    else if (comm->size == 1)
        make_alone(error, tables, items, n, column, dict);
    else
        make_together(comm, error, tables, items, n, column, dict);
    ck_free(items);
    return error->status;
}

/* ---- two dictionaries ---- */

static uint32_t next_used(const ck_dict *old, const uint64_t *used, uint32_t code) {
    do
        code++;
    while (code <= old->count && !(used[code / 64] >> (code % 64) & 1));
    return code;
}

/* How the old value a and the fresh one b stand in the common order; one of them is there. */
static int compare_next(const ck_dict *old, uint32_t a, const ck_dict *fresh, uint32_t b) {
    return a > old->count ? 1 : b > fresh->count ? -1 : ck_span_compare(ck_dict_value(old, a), ck_dict_value(fresh, b));
}

static uint64_t dict_bytes(const ck_dict *dict) {
    return dict->count ? dict->offset[dict->count + 1] : 0;
}

/* `to` has room for both. @return how many values it has */
static uint64_t join_values(const ck_dict *old, const uint64_t *used, const ck_dict *fresh, uint32_t *old_code, uint32_t *fresh_code, ck_dict *to) {
    uint64_t n = 0;
    for (uint32_t a = next_used(old, used, 0), b = 1; a <= old->count || b <= fresh->count; n++) {
        int order = compare_next(old, a, fresh, b);
        ck_span value = order <= 0 ? ck_dict_value(old, a) : ck_dict_value(fresh, b);
        memcpy(to->bytes + to->offset[n + 1], value.bytes, value.n);
        to->offset[n + 2] = to->offset[n + 1] + value.n;
        if (order >= 0)
            fresh_code[b++] = (uint32_t)n + 1;
        if (order <= 0) {
            old_code[a] = (uint32_t)n + 1;
            a = next_used(old, used, a);
        }
    }
    return n;
}

ck_status ck_dictionary_merge(ck_error *error, const ck_dict *old, const uint64_t *used, const char *column, uint32_t *old_code, uint32_t *fresh_code,
                              ck_dict *dict) {
    ck_dict both = {0};
    both.offset = ck_alloc_zero(error, (size_t)old->count + dict->count + 2, sizeof *both.offset);
    both.bytes = ck_alloc(error, dict_bytes(old) + dict_bytes(dict), 1);
    if (error->status == CK_OK) {
        uint64_t n = join_values(old, used, dict, old_code, fresh_code, &both);
        both.count = (uint32_t)n;
        check_count(error, column, n);
    }
    ck_dict_free(dict);
    *dict = both;
    return error->status;
}
