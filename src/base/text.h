/** Borrowed pieces of text and help with misspelt words. Local, thread-safe. */
#ifndef CK_BASE_TEXT_H
#define CK_BASE_TEXT_H
#include <stdbool.h>
#include <stddef.h>

/** n bytes that somebody else owns; not NUL-terminated. */
typedef struct ck_span {
    const char *bytes;
    size_t n;
} ck_span;

ck_span ck_span_of(const char *text);
bool ck_span_is(ck_span span, const char *text);
/** Bytewise order, shorter first on a tie (as memcmp). */
int ck_span_compare(ck_span a, ck_span b);

/** The word of `words` (n of them) nearest to `word` by edit distance, or NULL when none is near
 *  (more than a third of its letters differ); of two as near, the one with the same first letter. For "did you mean ...?" */
const char *ck_text_nearest(const char *word, const char *const *words, size_t n);

#endif
