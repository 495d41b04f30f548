/** Sorting texts by bytes: eight bytes at a time as one integer, ties by the next eight. On all threads. Local. */
#ifndef CK_INGEST_SORT_H
#define CK_INGEST_SORT_H
#include "base/text.h"
#include <stdint.h>

/** A text and where it is held; `key` is the sort's own. */
typedef struct ck_sort_item {
    uint64_t key;
    uint32_t store, place;
} ck_sort_item;

/** The text of an item. No text may hold a NUL byte. Thread-safe. */
typedef ck_span ck_sort_text(const void *user, uint32_t store, uint32_t place);

/** Sort; the order of equal texts is open. n log n whatever the texts. */
void ck_sort_by_text(ck_sort_item *items, size_t n, ck_sort_text *text, const void *user);

#endif
