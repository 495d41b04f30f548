#include "compare/bit_lists.h"
#include "base/base64.h"
#include "base/memory.h"
#include <string.h>

static uint64_t words_of(const ck_strings *strings, uint32_t value, uint8_t bits[CK_CLK_BYTES_MAX]) {
    ck_span text = ck_strings_span(strings, value);
    return ck_clk_decode(text.bytes, text.n, bits, CK_CLK_BYTES_MAX) / sizeof(uint64_t);
}

static void fill_value(ck_bit_lists *lists, uint32_t value, const uint8_t *bits, uint64_t n) {
    uint64_t *word = lists->word + lists->first[value];
    if (n)
        memcpy(word, bits, n * sizeof *word);
    for (uint64_t i = 0; i < n; i++)
        lists->ones[value] += (uint32_t)__builtin_popcountll(word[i]);
}

ck_status ck_bit_lists_create(ck_error *error, const ck_strings *strings, ck_bit_lists **lists) {
    uint8_t bits[CK_CLK_BYTES_MAX];
    ck_bit_lists *made = ck_alloc_zero(error, 1, sizeof *made);
    if (!made)
        return error->status;
    made->first = ck_alloc_zero(error, (size_t)strings->count + 1, sizeof *made->first);
    made->ones = ck_alloc_zero(error, strings->count, sizeof *made->ones);
    for (uint32_t v = 0; error->status == CK_OK && v < strings->count; v++)
        made->first[v + 1] = made->first[v] + words_of(strings, v, bits);
    if (error->status == CK_OK)
        made->word = ck_alloc(error, made->first[strings->count], sizeof *made->word);
    for (uint32_t v = 0; error->status == CK_OK && v < strings->count; v++)
        fill_value(made, v, bits, words_of(strings, v, bits));
    if (error->status != CK_OK) {
        ck_bit_lists_free(made);
        return error->status;
    }
    *lists = made;
    return CK_OK;
}

void ck_bit_lists_free(ck_bit_lists *lists) {
    if (!lists)
        return;
    ck_free(lists->word);
    ck_free(lists->first);
    ck_free(lists->ones);
    ck_free(lists);
}
