#include "link/group.h"
#include "base/memory.h"
#include <string.h>

ck_status ck_group_open(ck_error *error, uint64_t members, uint64_t keys, uint32_t threads, ck_group *group) {
    *group = (ck_group){.threads = threads};
    group->start = ck_alloc(error, keys + 1, sizeof *group->start);
    group->row = ck_alloc(error, members, sizeof *group->row);
    group->sorted = ck_alloc(error, members, sizeof *group->sorted);
    group->count = ck_alloc(error, threads, CK_GROUP_RANGES * sizeof *group->count);
    return error->status;
}

void ck_group_close(ck_group *group) {
    ck_free(group->start);
    ck_free(group->row);
    ck_free(group->sorted);
    ck_free(group->count);
    *group = (ck_group){0};
}

static const uint32_t *find_row(const ck_row_finder *finder, uint32_t row) {
    if (row < finder->rows->visible)
        return ck_row(finder->layout, finder->rows, row);
    uint64_t copy = row - finder->rows->visible;
    return finder->copies + (finder->copy_offset ? finder->copy_offset[copy] : copy * finder->layout->nwords);
}

/* Each thread takes an equal run of the members. */
static uint32_t run_begin(const ck_group *group, uint32_t n, uint32_t t) {
    return (uint32_t)((uint64_t)n * t / group->threads);
}

/* Into ranges of 2^shift keys, stable; range r is sorted[end[r - 1]] up to sorted[end[r]]. */
static void sort_by_range(ck_group *group, const ck_member *member, uint32_t n, uint32_t shift, uint32_t *end) {
    uint32_t key_begin = group->key_begin;
#pragma omp parallel for num_threads(group->threads) schedule(static, 1)
    for (uint32_t t = 0; t < group->threads; t++) {
        uint32_t *count = group->count + (size_t)t * CK_GROUP_RANGES;
        memset(count, 0, CK_GROUP_RANGES * sizeof *count);
        for (uint32_t i = run_begin(group, n, t); i < run_begin(group, n, t + 1); i++)
            count[(member[i].key - key_begin) >> shift]++;
    }
    uint32_t sum = 0;
    for (uint32_t r = 0; r < CK_GROUP_RANGES; r++) {
        for (uint32_t t = 0; t < group->threads; t++) {
            uint32_t *count = group->count + (size_t)t * CK_GROUP_RANGES + r, members = *count;
            *count = sum;
            sum += members;
        }
        end[r] = sum;
    }
#pragma omp parallel for num_threads(group->threads) schedule(static, 1)
    for (uint32_t t = 0; t < group->threads; t++) {
        uint32_t *at = group->count + (size_t)t * CK_GROUP_RANGES;
        for (uint32_t i = run_begin(group, n, t); i < run_begin(group, n, t + 1); i++)
            group->sorted[at[(member[i].key - key_begin) >> shift]++] = member[i];
    }
}

/* A counting sort of members [begin, end), whose keys are places [key, key_end) of start. While they are laid out, start[k] is where the next of
   key k goes; then it is where key k + 1 begins. */
static void sort_range(ck_group *group, const ck_row_finder *finder, uint32_t begin, uint32_t end, uint32_t key, uint32_t key_end) {
    uint32_t *start = group->start, sum = begin;
    memset(start + key, 0, (key_end - key) * sizeof *start);
    for (uint32_t i = begin; i < end; i++)
        start[group->sorted[i].key - group->key_begin]++;
    for (uint32_t k = key; k < key_end; k++) {
        uint32_t members = start[k];
        start[k] = sum;
        sum += members;
    }
    for (uint32_t i = begin; i < end; i++)
        group->row[start[group->sorted[i].key - group->key_begin]++] = find_row(finder, group->sorted[i].row);
    for (uint32_t k = key_end - 1; k > key; k--)
        start[k] = start[k - 1];
    start[key] = begin;
}

void ck_group_sort(ck_group *group, const ck_row_finder *finder, const ck_member *member, uint32_t n, uint32_t key_begin, uint32_t key_end) {
    uint32_t shift = 0, keys = key_end - key_begin, end[CK_GROUP_RANGES];
    while (keys >> shift >= CK_GROUP_RANGES)
        shift++;
    group->key_begin = key_begin;
    group->key_end = key_end;
    sort_by_range(group, member, n, shift, end);
#pragma omp parallel for num_threads(group->threads) schedule(dynamic, 4)
    for (uint32_t r = 0; r < CK_GROUP_RANGES; r++) {
        uint64_t low = (uint64_t)r << shift, high = (uint64_t)(r + 1) << shift;
        if (low < keys)
            sort_range(group, finder, r ? end[r - 1] : 0, end[r], (uint32_t)low, (uint32_t)(high < keys ? high : keys));
    }
    group->start[keys] = n;
}
