#include "base/text.h"
#include <string.h>

ck_span ck_span_of(const char *text) {
    return (ck_span){text, strlen(text)};
}

bool ck_span_is(ck_span span, const char *text) {
    return span.n == strlen(text) && memcmp(span.bytes, text, span.n) == 0;
}

int ck_span_compare(ck_span a, ck_span b) {
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.bytes, b.bytes, n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

enum { WORD_MAX = 64 };

static size_t edit_distance(const char *a, const char *b) {
    size_t na = strlen(a), nb = strlen(b), row[WORD_MAX + 1];
    if (na > WORD_MAX || nb > WORD_MAX)
        return WORD_MAX;
    for (size_t j = 0; j <= nb; j++)
        row[j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[nb];
}

const char *ck_text_nearest(const char *word, const char *const *words, size_t n) {
    const char *nearest = NULL;
    size_t best = strlen(word) / 3 + 2;
    for (size_t i = 0; i < n; i++) {
        size_t distance = edit_distance(word, words[i]);
        bool first_letter = nearest && distance == best && words[i][0] == word[0] && nearest[0] != word[0];
        if (distance < best || first_letter) {
            best = distance;
            nearest = words[i];
        }
    }
    return nearest;
}
