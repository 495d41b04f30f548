#ifndef CK_LINK_LINK_ITEM_H
#define CK_LINK_LINK_ITEM_H
#include <stdint.h>

/** One link on its way between workers and ranks, and as runs hold it: no gaps between its members. */
typedef struct ck_link_item {
    uint32_t a, b;
    double weight;
    uint64_t pattern;
    uint64_t rule;
} ck_link_item;

#endif
