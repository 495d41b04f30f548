#include "ingest/values.h"
#include "base/memory.h"
#include <string.h>

enum { FIRST_SLOTS = 256, FIRST_BLOCK = 4 << 10, LAST_BLOCK = 1 << 20 };

ck_status ck_values_init(ck_error *error, ck_values *values, const ck_clean_options *options) {
    values->options = options;
    values->nslots = FIRST_SLOTS;
    values->slot = ck_alloc_zero(error, FIRST_SLOTS, sizeof *values->slot);
    return error->status;
}

void ck_values_settle(ck_values *values) {
    ck_free(values->slot);
    ck_free(values->scratch);
    values->slot = NULL;
    values->scratch = NULL;
    values->nslots = values->scratch_room = 0;
}

void ck_values_free(ck_values *values) {
    ck_values_settle(values);
    for (size_t b = 0; b < values->nblocks; b++)
        ck_free(values->block[b]);
    ck_free(values->block);
    ck_free(values->entry);
    *values = (ck_values){0};
}

static const char *keep_bytes(ck_error *error, ck_values *values, const char *bytes, size_t n) {
    if (values->nblocks == 0 || values->block_n - values->block_used < n) {
        size_t grown = values->nblocks == 0 ? FIRST_BLOCK : values->block_n * 2;
        size_t size = grown > LAST_BLOCK ? LAST_BLOCK : grown;
        if (ck_grow(error, &values->block, &values->block_room, values->nblocks + 1, sizeof *values->block) != CK_OK)
            return NULL;
        char *block = ck_alloc(error, size > n ? size : n, 1);
        if (!block)
            return NULL;
        values->block[values->nblocks++] = block;
        values->block_n = size > n ? size : n;
        values->block_used = 0;
    }
    char *kept = values->block[values->nblocks - 1] + values->block_used;
    memcpy(kept, bytes, n);
    values->block_used += n;
    return kept;
}

static ck_status grow_slots(ck_error *error, ck_values *values) {
    size_t nslots = values->nslots * 2;
    uint64_t *slot = ck_alloc_zero(error, nslots, sizeof *slot);
    if (!slot)
        return error->status;
    for (size_t i = 0; i < values->nslots; i++) {
        if (values->slot[i] == 0)
            continue;
        size_t at = (values->slot[i] >> 32) & (nslots - 1);
        while (slot[at])
            at = (at + 1) & (nslots - 1);
        slot[at] = values->slot[i];
    }
    ck_free(values->slot);
    values->slot = slot;
    values->nslots = nslots;
    return CK_OK;
}

static inline bool is_value(const ck_value *entry, const char *bytes, size_t n) {
    if (entry->n != n)
        return false;
    if (n <= CK_VALUE_INSIDE)
        return memcmp(entry->inside, bytes, n) == 0;
    return memcmp(entry->inside, bytes, CK_VALUE_HEAD) == 0 && memcmp(ck_value_span(entry).bytes, bytes, n) == 0;
}

/* The entry of some bytes, made if it is new; 0 with `error` set. */
static uint32_t find_or_add(ck_error *error, ck_values *values, const char *bytes, size_t n, uint32_t hash) {
    if (values->count + values->count / 2 >= values->nslots && grow_slots(error, values) != CK_OK)
        return 0;
    size_t at = hash & (values->nslots - 1);
    for (; values->slot[at]; at = (at + 1) & (values->nslots - 1)) {
        const ck_value *entry = &values->entry[(uint32_t)values->slot[at]];
        if (values->slot[at] >> 32 == hash && is_value(entry, bytes, n))
            return (uint32_t)values->slot[at];
    }
    if (values->count >= UINT32_MAX - 1) {
        ck_fail(error, CK_DATA, "A column has more than %u distinct values.", UINT32_MAX - 1);
        return 0;
    }
    const char *kept = n > CK_VALUE_INSIDE ? keep_bytes(error, values, bytes, n) : bytes;
    if (!kept || ck_grow(error, &values->entry, &values->entry_room, values->count + 2, sizeof *values->entry) != CK_OK)
        return 0;
    uint32_t number = (uint32_t)++values->count;
    ck_value *entry = &values->entry[number];
    *entry = (ck_value){.n = (uint32_t)n, .result = CK_VALUE_NOT_RAW};
    memcpy(entry->inside, bytes, n > CK_VALUE_INSIDE ? CK_VALUE_HEAD : n);
    if (n > CK_VALUE_INSIDE)
        memcpy(entry->inside + CK_VALUE_HEAD, &kept, sizeof kept);
    values->slot[at] = (uint64_t)hash << 32 | number;
    return number;
}

/* Clean the raw value `number` and note what became of it. */
static ck_status clean_entry(ck_error *error, ck_values *values, uint32_t number) {
    ck_span raw = ck_value_span(&values->entry[number]);
    if (ck_grow(error, &values->scratch, &values->scratch_room, ck_clean_room(raw.n), 1) != CK_OK)
        return error->status;
    size_t n = 0;
    ck_clean_result result = ck_clean_value(values->options, raw.bytes, raw.n, values->scratch, &n);
    uint32_t code = result == CK_CLEAN_SAME ? number : 0;
    if (result == CK_CLEAN_CHANGED)
        code = find_or_add(error, values, values->scratch, n, ck_values_hash(values->scratch, n));
    if (error->status != CK_OK)
        return error->status;
    if (code)
        values->entry[code].clean = true;
    values->entry[number].code = code;
    values->entry[number].result = (uint8_t)result;
    return CK_OK;
}

ck_status ck_values_take(ck_error *error, ck_values *values, ck_span raw, uint32_t hash, uint32_t *entry,
                         ck_clean_result *result) {
    uint32_t number = find_or_add(error, values, raw.bytes, raw.n, hash);
    if (number == 0)
        return error->status;
    if (values->entry[number].result == CK_VALUE_NOT_RAW && clean_entry(error, values, number) != CK_OK)
        return error->status;
    *entry = values->entry[number].code;
    *result = (ck_clean_result)values->entry[number].result;
    return CK_OK;
}
