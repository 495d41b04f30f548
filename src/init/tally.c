#include "init/tally.h"
#include "base/memory.h"

ck_status ck_tally_init(ck_error *error, ck_value_tally *tally, uint32_t most) {
    *tally = (ck_value_tally){.most = most};
    tally->entry = ck_alloc_zero(error, (size_t)most * 2, sizeof *tally->entry);
    return error->status;
}

void ck_tally_free(ck_value_tally *tally) {
    ck_free(tally->entry);
    *tally = (ck_value_tally){0};
}

static bool is_kept(const ck_value_tally *tally, uint64_t hash) {
    return tally->depth == 0 || hash >> (64 - tally->depth) == 0;
}

/* The slot of a hash, or the free one where it belongs. */
static ck_tally_entry *find_slot(const ck_value_tally *tally, uint64_t hash) {
    uint64_t mask = (uint64_t)tally->most * 2 - 1, at = hash & mask;
    while (tally->entry[at].count && tally->entry[at].hash != hash)
        at = (at + 1) & mask;
    return &tally->entry[at];
}

/* Runs of the table are closed up again by adding each entry anew, from the first free slot on and once around. */
static void halve(ck_value_tally *tally) {
    uint64_t slots = (uint64_t)tally->most * 2, start = 0;
    tally->depth++;
    while (tally->entry[start].count)
        start++;
    for (uint64_t i = 1; i < slots; i++) {
        ck_tally_entry *old = &tally->entry[(start + i) & (slots - 1)], entry = *old;
        if (!entry.count)
            continue;
        *old = (ck_tally_entry){0};
        if (is_kept(tally, entry.hash))
            *find_slot(tally, entry.hash) = entry;
        else
            tally->n--;
    }
}

void ck_tally_add(ck_value_tally *tally, uint64_t hash) {
    if (!is_kept(tally, hash))
        return;
    ck_tally_entry *slot = find_slot(tally, hash);
    tally->n += slot->count == 0;
    slot->hash = hash;
    slot->count++;
    while (tally->n > tally->most)
        halve(tally);
}

uint64_t ck_tally_distinct(const ck_value_tally *tally) {
    return (uint64_t)tally->n << tally->depth;
}

double ck_tally_pairs(const ck_value_tally *tally) {
    double pairs = 0;
    for (uint64_t i = 0; i < (uint64_t)tally->most * 2; i++)
        pairs += (double)tally->entry[i].count * ((double)tally->entry[i].count - 1) / 2;
    return pairs * (double)(UINT64_C(1) << tally->depth);
}

double ck_tally_shared(const ck_value_tally *a, const ck_value_tally *b) {
    const ck_value_tally *deeper = a->depth < b->depth ? b : a, *other = deeper == a ? b : a;
    uint64_t kept = 0, found = 0;
    for (uint64_t i = 0; i < (uint64_t)other->most * 2; i++)
        if (other->entry[i].count && is_kept(deeper, other->entry[i].hash)) {
            kept++;
            found += find_slot(deeper, other->entry[i].hash)->count > 0;
        }
    uint64_t smaller = kept < deeper->n ? kept : deeper->n;
    return smaller ? (double)found / (double)smaller : 0;
}
