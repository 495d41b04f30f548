/** The words of every value of a dictionary, cut, sorted and joined once, so that a pair of values meets them ready.
 *
 *      value    HIGH ST 12 HIGH
 *      sorted   12 HIGH HIGH ST                  what token_sort compares
 *      words    12 | HIGH | ST                   rising by bytes, each once: what token_set compares
 *      marks    a bit for each word, by its hash; two values whose marks share no bit share no word
 *
 *  Words stand between spaces. Local.
 */
#ifndef CK_COMPARE_WORD_LISTS_H
#define CK_COMPARE_WORD_LISTS_H
#include "compare/strings.h"
#include <string.h>

typedef struct ck_word {
    uint64_t key;   /**< first eight bytes, the first one highest, zero padded: numbers in the order of the bytes */
    uint32_t begin; /**< in the value's sorted text */
    uint32_t n;
} ck_word;

struct ck_word_lists {
    ck_strings *sorted;     /**< the sorted texts as a dictionary */
    uint64_t *offset;       /**< [count + 1] of `sorted` */
    char *bytes;
    uint64_t *first;        /**< [count + 1] words of value v: word[first[v]] .. word[first[v + 1]] */
    ck_word *word;
    uint64_t *marks;        /**< [count] */
    uint32_t *joined;       /**< [count] bytes of the words with one space between them */
};

/** One value's words. */
typedef struct ck_word_list {
    const ck_word *word;
    const char *bytes; /**< that `begin` counts from */
    uint32_t n, joined;
} ck_word_list;

ck_status ck_word_lists_create(ck_error *error, const ck_strings *strings, struct ck_word_lists **lists);
void ck_word_lists_free(struct ck_word_lists *lists);

static inline ck_word_list ck_word_lists_get(const struct ck_word_lists *lists, uint32_t value) {
    uint64_t first = lists->first[value];
    return (ck_word_list){lists->word + first, lists->bytes + lists->offset[value],
                          (uint32_t)(lists->first[value + 1] - first), lists->joined[value]};
}

/** Order of two words by their bytes. */
static inline int ck_word_compare(const ck_word_list *a, uint32_t i, const ck_word_list *b, uint32_t j) {
    const ck_word *x = &a->word[i], *y = &b->word[j];
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    uint32_t shorter = x->n < y->n ? x->n : y->n;
    int order = shorter > 8 ? memcmp(a->bytes + x->begin, b->bytes + y->begin, shorter) : 0;
    return order ? order : (x->n > y->n) - (x->n < y->n);
}

#endif
