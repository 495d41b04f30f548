#include "ingest/sort.h"
#include <omp.h>
#include <string.h>

/* Below FEW insertion is fastest; from TASK on a part is worth another thread. */
enum { KEY_BYTES = 8, FEW = 20, TASK = 1 << 14 };

typedef struct ck_sort {
    ck_sort_text *text;
    const void *user;
} ck_sort;

/* Bytes depth .. depth + 8 as a big-endian integer, zeros after the end. */
static uint64_t key_at(ck_span text, size_t depth) {
    uint64_t key = 0;
    if (text.n > depth)
        memcpy(&key, text.bytes + depth, text.n - depth < KEY_BYTES ? text.n - depth : KEY_BYTES);
    return __builtin_bswap64(key);
}

static inline void swap(ck_sort_item *a, ck_sort_item *b) {
    ck_sort_item t = *a;
    *a = *b;
    *b = t;
}

static void sort_few(ck_sort_item *a, size_t n) {
    for (size_t i = 1; i < n; i++) {
        ck_sort_item item = a[i];
        size_t at = i;
        for (; at > 0 && a[at - 1].key > item.key; at--)
            a[at] = a[at - 1];
        a[at] = item;
    }
}

static void sift_down(ck_sort_item *a, size_t root, size_t n) {
    for (size_t child; (child = 2 * root + 1) < n; root = child) {
        if (child + 1 < n && a[child + 1].key > a[child].key)
            child++;
        if (a[root].key >= a[child].key)
            return;
        swap(&a[root], &a[child]);
    }
}

static void sort_heap(ck_sort_item *a, size_t n) {
    for (size_t i = n / 2; i-- > 0;)
        sift_down(a, i, n);
    for (size_t i = n; i-- > 1;) {
        swap(&a[0], &a[i]);
        sift_down(a, 0, i);
    }
}

static uint64_t middle_of(uint64_t a, uint64_t b, uint64_t c) {
    return a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b);
}

static uint64_t choose_pivot(const ck_sort_item *a, size_t n) {
    size_t step = n / 8;
    if (n < 200)
        return middle_of(a[0].key, a[n / 2].key, a[n - 1].key);
    return middle_of(middle_of(a[0].key, a[step].key, a[2 * step].key),
                     middle_of(a[3 * step].key, a[4 * step].key, a[5 * step].key),
                     middle_of(a[6 * step].key, a[7 * step].key, a[n - 1].key));
}

/* Hoare's partition: keys of [0, *left) <= pivot <= keys of [*right, n), and between them only the pivot. */
static void partition(ck_sort_item *a, size_t n, size_t *left, size_t *right) {
    uint64_t pivot = choose_pivot(a, n);
    ptrdiff_t i = 0, j = (ptrdiff_t)n - 1;
    while (i <= j) {
        while (a[i].key < pivot)
            i++;
        while (a[j].key > pivot)
            j--;
        if (i <= j)
            swap(&a[i++], &a[j--]);
    }
    *left = (size_t)(j + 1);
    *right = (size_t)i;
}

/* Quicksort that falls back on heapsort where its pivots are bad; its larger parts are tasks. */
static void sort_keys(ck_sort_item *a, size_t n, int depth) {
    while (n > FEW) {
        if (depth-- == 0) {
            sort_heap(a, n);
            return;
        }
        size_t left, right;
        partition(a, n, &left, &right);
        if (left > TASK) {
#pragma omp task firstprivate(a, left, depth)
            sort_keys(a, left, depth);
        } else {
            sort_keys(a, left, depth);
        }
        a += right;
        n -= right;
    }
    sort_few(a, n);
}

static int depth_limit(size_t n) {
    return 2 * (64 - __builtin_clzll((unsigned long long)n | 1));
}

static void load_keys(const ck_sort *sort, ck_sort_item *items, size_t n, size_t depth) {
    if (n <= TASK) {
        for (size_t i = 0; i < n; i++)
            items[i].key = key_at(sort->text(sort->user, items[i].store, items[i].place), depth);
        return;
    }
#pragma omp taskloop grainsize(TASK)
    for (size_t i = 0; i < n; i++)
        items[i].key = key_at(sort->text(sort->user, items[i].store, items[i].place), depth);
}

static bool any_longer(const ck_sort *sort, const ck_sort_item *items, size_t n, size_t length) {
    for (size_t i = 0; i < n; i++)
        if (sort->text(sort->user, items[i].store, items[i].place).n > length)
            return true;
    return false;
}

/* Sort items whose first `depth` bytes are equal. */
static void sort_at(const ck_sort *sort, ck_sort_item *items, size_t n, size_t depth) {
    load_keys(sort, items, n, depth);
    if (n > TASK) {
#pragma omp taskgroup
        sort_keys(items, n, depth_limit(n));
    } else { /* makes no tasks to wait for */
        sort_keys(items, n, depth_limit(n));
    }
    size_t end;
    for (size_t begin = 0; begin < n; begin = end) {
        end = begin + 1;
        while (end < n && items[end].key == items[begin].key)
            end++;
        /* A key that ends in a zero byte ends its text: all of its run are equal. */
        if (end - begin < 2 || (items[begin].key & 0xFF) == 0 ||
            !any_longer(sort, items + begin, end - begin, depth + KEY_BYTES))
            continue;
        if (end - begin > TASK) {
#pragma omp task firstprivate(items, begin, end, depth)
            sort_at(sort, items + begin, end - begin, depth + KEY_BYTES);
        } else {
            sort_at(sort, items + begin, end - begin, depth + KEY_BYTES);
        }
    }
}

void ck_sort_by_text(ck_sort_item *items, size_t n, ck_sort_text *text, const void *user) {
    ck_sort sort = {text, user};
#pragma omp parallel
#pragma omp single
    sort_at(&sort, items, n, 0);
}
