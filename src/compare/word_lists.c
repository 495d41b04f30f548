/** Words of dictionaries (layout in word_lists.h). */
#include "compare/word_lists.h"
#include "base/memory.h"
#include <stdlib.h>

static uint64_t key_of(ck_span word) {
    uint64_t key = 0;
    for (size_t i = 0; i < 8; i++)
        key = key << 8 | (i < word.n ? (unsigned char)word.bytes[i] : 0u);
    return key;
}

/** One of 64 bits (FNV-1a, its high bits). */
static uint64_t mark_of(ck_span word) {
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < word.n; i++)
        hash = (hash ^ (unsigned char)word.bytes[i]) * UINT64_C(1099511628211);
    return UINT64_C(1) << (hash * UINT64_C(0x9e3779b97f4a7c15) >> 58);
}

/** The next word from *at on; false when there is none. */
static bool next_word(ck_span value, size_t *at, ck_span *word) {
    while (*at < value.n && value.bytes[*at] == ' ')
        ++*at;
    size_t begin = *at;
    while (*at < value.n && value.bytes[*at] != ' ')
        ++*at;
    *word = (ck_span){value.bytes + begin, *at - begin};
    return word->n > 0;
}

static uint32_t cut_words(ck_span value, ck_span *word) {
    uint32_t n = 0;
    for (size_t at = 0; next_word(value, &at, &word[n]);)
        n++;
    return n;
}

static int compare_spans(const void *a, const void *b) {
    return ck_span_compare(*(const ck_span *)a, *(const ck_span *)b);
}

/** Write value v's sorted text, and its distinct words from `to` on. @return where the next value's words go */
static uint64_t fill_value(struct ck_word_lists *lists, uint32_t v, ck_span *word, uint32_t n, uint64_t to) {
    uint64_t first = to, at = 0;
    char *text = lists->bytes + lists->offset[v];
    uint32_t joined = 0;
    qsort(word, n, sizeof *word, compare_spans);
    for (uint32_t i = 0; i < n; i++) {
        if (i)
            text[at++] = ' ';
        memcpy(text + at, word[i].bytes, word[i].n);
        if (i == 0 || ck_span_compare(word[i], word[i - 1]) != 0) {
            lists->word[to++] = (ck_word){key_of(word[i]), (uint32_t)at, (uint32_t)word[i].n};
            lists->marks[v] |= mark_of(word[i]);
            joined += (uint32_t)word[i].n + (to - first > 1);
        }
        at += word[i].n;
    }
    lists->joined[v] = joined;
    lists->offset[v + 1] = lists->offset[v] + at;
    lists->first[v + 1] = to;
    return to;
}

/** Words of all values together, and of the value that has most. */
static uint64_t count_words(const ck_strings *strings, uint32_t *most) {
    uint64_t all = 0;
    *most = 0;
    for (uint32_t v = 0; v < strings->count; v++) {
        ck_span word;
        uint32_t n = 0;
        for (size_t at = 0; next_word(ck_strings_span(strings, v), &at, &word);)
            n++;
        all += n;
        *most = n > *most ? n : *most;
    }
    return all;
}

static ck_status alloc_lists(ck_error *error, const ck_strings *strings, uint64_t nwords, struct ck_word_lists *made) {
    uint32_t count = strings->count;
    made->offset = ck_alloc_zero(error, (size_t)count + 1, sizeof *made->offset);
    made->bytes = ck_alloc(error, (size_t)(strings->offset[count] - strings->offset[0]) + 1, 1);
    made->first = ck_alloc_zero(error, (size_t)count + 1, sizeof *made->first);
    made->word = ck_alloc(error, (size_t)nwords, sizeof *made->word);
    made->marks = ck_alloc_zero(error, count, sizeof *made->marks);
    made->joined = ck_alloc(error, count, sizeof *made->joined);
    return error->status;
}

ck_status ck_word_lists_create(ck_error *error, const ck_strings *strings, struct ck_word_lists **lists) {
    uint32_t most;
    uint64_t nwords = count_words(strings, &most), to = 0;
    ck_span *word = ck_alloc(error, (size_t)most + 1, sizeof *word);
    struct ck_word_lists *made = ck_alloc_zero(error, 1, sizeof *made);
    *lists = NULL;
    if (!word || !made || alloc_lists(error, strings, nwords, made) != CK_OK)
        goto end;
    for (uint32_t v = 0; v < strings->count; v++)
        to = fill_value(made, v, word, cut_words(ck_strings_span(strings, v), word), to);
    if (ck_strings_create(error, strings->count, made->offset, made->bytes, &made->sorted) == CK_OK) {
        *lists = made;
        made = NULL;
    }
end:
    ck_word_lists_free(made);
    ck_free(word);
    return error->status;
}

void ck_word_lists_free(struct ck_word_lists *lists) {
    if (!lists)
        return;
    ck_strings_free(lists->sorted);
    ck_free(lists->joined);
    ck_free(lists->marks);
    ck_free(lists->word);
    ck_free(lists->first);
    ck_free(lists->bytes);
    ck_free(lists->offset);
    ck_free(lists);
}
