#include "block/entries.h"
#include <string.h>

enum { INSERTION = 24, LOW_PASSES = 6 };

/* The low two bits are the side, which must not order a block. */
static inline size_t digit(const ck_entry *entry, unsigned shift) {
    return ((entry->hash & ~(uint64_t)3) >> shift) & 255;
}

static void sort_pass(const ck_entry *from, ck_entry *to, size_t n, unsigned shift) {
    size_t at[257] = {0};
    for (size_t i = 0; i < n; i++)
        at[digit(&from[i], shift) + 1]++;
    for (int d = 1; d < 256; d++)
        at[d] += at[d - 1];
    for (size_t i = 0; i < n; i++)
        to[at[digit(&from[i], shift)]++] = from[i];
}

static void insertion_sort(ck_entry *e, size_t n) {
    for (size_t i = 1; i < n; i++) {
        ck_entry x = e[i];
        size_t j = i;
        for (; j > 0 && ck_entry_key(&e[j - 1]) > ck_entry_key(&x); j--)
            e[j] = e[j - 1];
        e[j] = x;
    }
}

static void sort_by_low_bits(ck_entry *e, ck_entry *spare, size_t n) {
    for (unsigned pass = 0; pass < LOW_PASSES; pass += 2) {
        sort_pass(e, spare, n, 8 * pass);
        sort_pass(spare, e, n, 8 * (pass + 1));
    }
}

/* After the two passes that order bits 40..55, runs that agree above bit 40 are short unless they are one block. */
static void finish_runs(ck_entry *e, ck_entry *spare, size_t n) {
    for (size_t i = 0; i < n;) {
        size_t j = i + 1;
        int mixed = 0;
        for (; j < n && e[j].hash >> 40 == e[i].hash >> 40; j++)
            mixed |= ck_entry_key(&e[j]) != ck_entry_key(&e[i]);
        if (mixed && j - i <= INSERTION)
            insertion_sort(e + i, j - i);
        else if (mixed)
            sort_by_low_bits(e + i, spare, j - i);
        i = j;
    }
}

static void sort_bucket(ck_entry *e, ck_entry *spare, size_t n) {
    if (n <= INSERTION) {
        insertion_sort(e, n);
        return;
    }
    sort_pass(e, spare, n, 40);
    sort_pass(spare, e, n, 48);
    finish_runs(e, spare, n);
}

static void count_slices(const ck_entry *e, size_t n, uint32_t threads, size_t (*at)[CK_BUCKETS]) {
#pragma omp parallel for num_threads(threads) schedule(static, 1)
    for (uint32_t t = 0; t < threads; t++) {
        size_t begin = n * t / threads, end = n * (t + 1) / threads;
        memset(at[t], 0, sizeof at[t]);
        for (size_t i = begin; i < end; i++)
            at[t][e[i].hash >> 56]++;
    }
}

void ck_entries_sort(ck_entry *entries, ck_entry *spare, size_t n, uint32_t threads, size_t bucket[CK_BUCKETS + 1]) {
    enum { SLICES = 64 };
    if (threads > SLICES)
        threads = SLICES;
    size_t at[SLICES][CK_BUCKETS];
    count_slices(entries, n, threads, at);
    size_t sum = 0;
    for (int b = 0; b < CK_BUCKETS; b++) {
        bucket[b] = sum;
        for (uint32_t t = 0; t < threads; t++) {
            size_t count = at[t][b];
            at[t][b] = sum;
            sum += count;
        }
    }
    bucket[CK_BUCKETS] = n;
#pragma omp parallel for num_threads(threads) schedule(static, 1)
    for (uint32_t t = 0; t < threads; t++)
        for (size_t i = n * t / threads; i < n * (t + 1) / threads; i++)
            spare[at[t][entries[i].hash >> 56]++] = entries[i];
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
    for (int b = 0; b < CK_BUCKETS; b++) {
        size_t begin = bucket[b], m = bucket[b + 1] - begin;
        sort_bucket(spare + begin, entries + begin, m);
        memcpy(entries + begin, spare + begin, m * sizeof *entries);
    }
}
