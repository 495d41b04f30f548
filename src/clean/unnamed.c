/* What is written in place of a name before a child has one: BABY, BABY GIRL, TWIN 1, INFANT OF ANN, B/O ANN. */
#include "clean/kinds.h"
#include <string.h>

/* Words that no name is made of when one of the first few is among them; the first two stand before OF as well. */
static const char *const words[] = {"BOY",   "GIRL", "BABY", "INFANT", "TWIN",  "TRIPLET", "NEWBORN", "UNNAMED", "MALE", "FEMALE", "NEW",
                                    "BORN",  "ONE",  "TWO",  "THREE",  "FIRST", "SECOND",  "THIRD",   "I",       "II",   "III",    "A",
                                    "B",     "C",    "NO"};
enum { WORDS = sizeof words / sizeof *words, BEFORE_OF = 2, TELLING = 8 };

static ck_span next_word(ck_span *text) {
    const char *space = memchr(text->bytes, ' ', text->n);
    ck_span word = {text->bytes, space ? (size_t)(space - text->bytes) : text->n};
    size_t used = word.n + (space != NULL);
    *text = (ck_span){text->bytes + used, text->n - used};
    return word;
}

static int find_word(ck_span word) {
    for (int i = 0; i < WORDS; i++)
        if (ck_span_is(word, words[i]))
            return i;
    return WORDS;
}

bool ck_name_is_unnamed(ck_span raw, ck_span clean) {
    bool child = false, telling = false;
    if (raw.n >= 4 && ck_to_upper(raw.bytes[0]) == 'B' && raw.bytes[1] == '/' && ck_to_upper(raw.bytes[2]) == 'O')
        return true;
    while (clean.n) {
        ck_span word = next_word(&clean);
        if (ck_span_is(word, "OF"))
            return child || telling;
        int w = find_word(word);
        if (w == WORDS)
            return false;
        child |= w < BEFORE_OF;
        telling |= w >= BEFORE_OF && w < TELLING;
    }
    return telling;
}
