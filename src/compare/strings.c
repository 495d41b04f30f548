/** Dictionaries prepared for the kernels (layout in strings.h). */
#include "compare/strings.h"
#include "base/memory.h"
#include "compare/bit_lists.h"
#include "compare/word_lists.h"
#include <string.h>

static uint8_t page_of(unsigned char byte) {
    switch (byte >> 5) {
    case 1:
        return 0;
    case 2:
        return CK_PAGE_UPPER;
    case 3:
        return CK_PAGE_LOWER;
    default:
        return CK_PAGE_OTHER;
    }
}

/** A sketch of a long value that no bound can hold against it but its length. */
static ck_sketch sketch_of_long(void) {
    return (ck_sketch){
        .letters = UINT64_MAX, .length = CK_LENGTH_LONG, .repeats = CK_LENGTH_LONG, .pages = CK_PAGE_OTHER};
}

static ck_sketch sketch_of(ck_span value) {
    ck_sketch sketch = {.length = (uint8_t)value.n};
    for (size_t i = 0; i < value.n; i++) {
        unsigned char byte = (unsigned char)value.bytes[i];
        sketch.letters |= UINT64_C(1) << ck_strings_fold(byte);
        sketch.pages |= page_of(byte);
    }
    sketch.repeats = (uint8_t)(value.n - (size_t)__builtin_popcountll(sketch.letters));
    return sketch;
}

static ck_status check_lengths(ck_error *error, uint32_t count, const uint64_t *offset) {
    for (uint32_t v = 0; v < count; v++)
        if (offset[v + 1] - offset[v] > CK_STRING_MAX)
            return ck_fail(error, CK_DATA,
                           "A value of %llu bytes cannot be compared by similarity: at most %d are taken.",
                           (unsigned long long)(offset[v + 1] - offset[v]), (int)CK_STRING_MAX);
    return CK_OK;
}

static void fill(ck_strings *strings) {
    for (uint32_t v = 0; v < strings->count; v++) {
        ck_span value = ck_strings_span(strings, v);
        strings->sketch[v] = value.n < CK_LENGTH_LONG ? sketch_of(value) : sketch_of_long();
        if (!value.n)
            continue;
        memcpy(&strings->sketch[v].prefix, value.bytes, value.n < CK_PREFIX ? value.n : CK_PREFIX);
        memcpy(strings->slot[v], value.bytes, value.n < CK_SLOT ? value.n : CK_SLOT);
    }
}

ck_status ck_strings_create(ck_error *error, uint32_t count, const uint64_t *offset, const char *bytes,
                            ck_strings **strings) {
    *strings = NULL;
    ck_status status = check_lengths(error, count, offset);
    if (status != CK_OK)
        return status;
    ck_strings *made = ck_alloc_zero(error, 1, sizeof *made);
    if (!made)
        return error->status;
    made->count = count;
    made->offset = offset;
    made->bytes = bytes;
    made->sketch = ck_alloc(error, count, sizeof *made->sketch);
    made->slot = ck_alloc_zero(error, count, sizeof *made->slot);
    if (!made->sketch || !made->slot) {
        ck_strings_free(made);
        return error->status;
    }
    fill(made);
    *strings = made;
    return CK_OK;
}

void ck_strings_free(ck_strings *strings) {
    if (!strings)
        return;
    ck_word_lists_free(strings->lists);
    ck_bit_lists_free(strings->bits);
    ck_free(strings->slot);
    ck_free(strings->sketch);
    ck_free(strings);
}

ck_status ck_strings_add_bits(ck_error *error, ck_strings *strings) {
    return strings->bits ? CK_OK : ck_bit_lists_create(error, strings, &strings->bits);
}

ck_status ck_strings_add_words(ck_error *error, ck_strings *strings) {
    return strings->lists ? CK_OK : ck_word_lists_create(error, strings, &strings->lists);
}
