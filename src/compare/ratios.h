/** Ratios: how much of two texts stands in both in the same order, whole, by sorted words or by sets of words; and
 *  whether one text begins the other. A text of these measures (an address, an e-mail) seldom fits a byte lane, so
 *  the vector holds one text, not many: its bytes are compared with a byte of the other text at once, and the answer
 *  is a column of the table. One source for all instruction sets; with none of them the words of words.c serve.
 *
 *      indel = la + lb - 2 * common          common: the longest common subsequence, in bytes
 *      ratio = 1 - indel / (la + lb)
 */
#ifndef CK_COMPARE_RATIOS_H
#define CK_COMPARE_RATIOS_H
#include "compare/bounds.h"
#include "compare/word_lists.h"
#include "compare/words.h"
#include <string.h>
#if defined(__AVX2__)
#include <immintrin.h>
#endif

/* ---- doubles: the operations of rapidfuzz 3 in their order, then divided by 100 ---- */

static inline double ck_ratio_of(uint32_t indel, uint32_t bytes) {
    double distance = bytes ? (double)indel / (double)bytes : 0.0;
    return (1.0 - distance) * 100.0 / 100.0;
}
/** The same number by other roundings, as token_set has it. */
static inline double ck_token_ratio_of(uint32_t indel, uint32_t bytes) {
    double hundred = bytes ? 100.0 - 100.0 * (double)indel / (double)bytes : 100.0;
    return hundred / 100.0;
}

/* ---- common subsequence ---- */

#if defined(__AVX2__)
enum { CK_RATIO_ROWS = 64 /**< bytes of a text that fits the vector */ };

/** Bit i: byte i of the text equals `byte`; `wide`: the text has more than 32 bytes. */
static inline uint64_t ck_ratio_equal(const bool wide, const char text[CK_RATIO_ROWS], char byte) {
#if defined(__AVX512BW__)
    (void)wide;
    return _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(text), _mm512_set1_epi8(byte));
#else
    __m256i all = _mm256_set1_epi8(byte);
    uint32_t low = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)text), all));
    if (!wide)
        return low;
    const __m256i *rest = (const __m256i *)(text + 32);
    uint32_t high = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_loadu_si256(rest), all));
    return (uint64_t)high << 32 | low;
#endif
}

/** Longest common subsequence, column by column: a row's bit is 0 once the subsequence grows there (Hyyrö 2004). */
static inline uint32_t ck_ratio_common_in_vector(const bool wide, ck_span down, ck_span across) {
    char text[CK_RATIO_ROWS] = {0};
    uint64_t open = ~UINT64_C(0);
    memcpy(text, down.bytes, down.n);
    for (size_t j = 0; j < across.n; j++) {
        uint64_t equal = ck_ratio_equal(wide, text, across.bytes[j]), grown = open & equal;
        open = (open + grown) | (open & ~equal);
    }
    return (uint32_t)__builtin_popcountll(~open & ~UINT64_C(0) >> (64 - down.n));
}
#else
enum { CK_RATIO_ROWS = 0 };
static inline uint32_t ck_ratio_common_in_vector(const bool wide, ck_span down, ck_span across) {
    (void)wide, (void)down, (void)across;
    return 0;
}
#endif

static inline uint32_t ck_ratio_common(ck_words *words, ck_span a, ck_span b) {
    uint32_t ends = ck_words_trim(&a, &b);
    ck_span longer = a.n < b.n ? b : a, shorter = a.n < b.n ? a : b;
    if (shorter.n == 0)
        return ends;
    if (longer.n <= CK_RATIO_ROWS / 2)
        return ends + ck_ratio_common_in_vector(false, longer, shorter);
    if (longer.n <= CK_RATIO_ROWS)
        return ends + ck_ratio_common_in_vector(true, longer, shorter);
    if (shorter.n <= CK_RATIO_ROWS)
        return ends + ck_ratio_common_in_vector(true, shorter, longer);
    return ends + ck_words_common(words, longer, shorter);
}

static inline uint32_t ck_ratio_indel(ck_words *words, ck_span a, ck_span b) {
    return (uint32_t)(a.n + b.n) - 2 * ck_ratio_common(words, a, b);
}

/* ---- ratio ---- */

static inline double ck_ratio_of_pair(ck_words *words, const ck_pairs *pairs, size_t k) {
    ck_span a = ck_strings_span(pairs->x, pairs->a[k]), b = ck_strings_span(pairs->y, pairs->b[k]);
    return ck_ratio_of(ck_ratio_indel(words, a, b), (uint32_t)(a.n + b.n));
}

/** The least ratio that reaches any threshold, in 1 / CK_BOUND_ONE, rounded down. */
static inline int64_t ck_ratio_need(double loosest) {
    double need = (loosest - 1e-9) * CK_BOUND_ONE;
    return need > 0.0 ? (int64_t)need : 0;
}

/** May two texts of `bytes` bytes together, no more than `common` of them in common, reach `need`? */
static inline bool ck_ratio_allows(int64_t need, int32_t common, uint32_t bytes) {
    return 2 * (int64_t)common * CK_BOUND_ONE >= need * (int64_t)bytes;
}

static inline void ck_ratio_ladder(ck_words *words, const ck_ladder *ladder, const ck_pairs *pairs, uint8_t *out) {
    int64_t need = ck_ratio_need(ck_bounds_loosest(ladder));
    for (size_t k = 0; k < pairs->n; k++) {
        const ck_sketch *a = &pairs->x->sketch[pairs->a[k]], *b = &pairs->y->sketch[pairs->b[k]];
        out[k] = (uint8_t)ladder->n;
        if (ck_ratio_allows(need, ck_bounds_common(a, b), (uint32_t)a->length + b->length))
            out[k] = ck_ladder_level(ladder, ck_ratio_of_pair(words, pairs, k));
    }
}

/** The pairs' sorted texts. */
static inline ck_pairs ck_ratio_sorted(const ck_pairs *pairs) {
    return (ck_pairs){pairs->x->lists->sorted, pairs->y->lists->sorted, pairs->a, pairs->b, pairs->n};
}

/* ---- sets of words ---- */

/** What a pair has in common and what not, words joined by one space. */
typedef struct ck_word_sets {
    uint32_t both, left, right; /**< bytes of the joined common words, of those of a alone, of b alone */
    bool shares;
    char left_text[CK_STRING_MAX], right_text[CK_STRING_MAX];
} ck_word_sets;

static inline void ck_word_sets_add(const ck_word_list *list, uint32_t i, char *text, uint32_t *n) {
    if (*n)
        text[(*n)++] = ' ';
    memcpy(text + *n, list->bytes + list->word[i].begin, list->word[i].n);
    *n += list->word[i].n;
}

static inline void ck_word_sets_part(const ck_word_list *a, const ck_word_list *b, ck_word_sets *sets) {
    uint32_t i = 0, j = 0;
    sets->both = sets->left = sets->right = 0;
    sets->shares = false;
    while (i < a->n || j < b->n) {
        int order = i == a->n ? 1 : j == b->n ? -1 : ck_word_compare(a, i, b, j);
        if (order == 0) {
            sets->both += a->word[i].n + sets->shares;
            sets->shares = true;
        } else if (order < 0) {
            ck_word_sets_add(a, i, sets->left_text, &sets->left);
        } else {
            ck_word_sets_add(b, j, sets->right_text, &sets->right);
        }
        i += order <= 0;
        j += order >= 0;
    }
}

/** The ratios of the common words with each side: what of a side is not common must be put in. */
static inline double ck_word_sets_inner(const ck_word_sets *sets) {
    if (!sets->shares)
        return 0.0;
    double left = ck_token_ratio_of(sets->left + 1, 2 * sets->both + sets->left + 1),
           right = ck_token_ratio_of(sets->right + 1, 2 * sets->both + sets->right + 1);
    return left > right ? left : right;
}

/** The ratio of both sides, each led by the common words, when what is not common lies `indel` apart. */
static inline double ck_word_sets_outer(const ck_word_sets *sets, uint32_t indel) {
    uint32_t lead = sets->both + sets->shares;
    return ck_token_ratio_of(indel, 2 * lead + sets->left + sets->right);
}

static inline double ck_token_set_full(ck_words *words, const ck_word_sets *sets) {
    ck_span left = {sets->left_text, sets->left}, right = {sets->right_text, sets->right};
    double outer = ck_word_sets_outer(sets, ck_ratio_indel(words, left, right)), inner = ck_word_sets_inner(sets);
    return inner > outer ? inner : outer;
}

static inline bool ck_word_sets_nested(const ck_word_sets *sets) {
    return sets->shares && (!sets->left || !sets->right);
}

static inline void ck_token_set_measure(ck_words *words, ck_word_sets *sets, const ck_pairs *pairs, double *out) {
    for (size_t k = 0; k < pairs->n; k++) {
        ck_word_list a = ck_word_lists_get(pairs->x->lists, pairs->a[k]), b = ck_word_lists_get(pairs->y->lists, pairs->b[k]);
        out[k] = 0.0;
        if (!a.n || !b.n)
            continue;
        ck_word_sets_part(&a, &b, sets);
        out[k] = ck_word_sets_nested(sets) ? 1.0 : ck_token_set_full(words, sets);
    }
}

/** Bytes of a value's words as a sketch would count them, so that they fit what sketches say is common. */
static inline uint32_t ck_token_set_bytes(const struct ck_word_lists *lists, uint32_t value) {
    return lists->joined[value] < CK_LENGTH_LONG ? lists->joined[value] : CK_LENGTH_LONG;
}

/** May the pair reach `loosest`? Two values whose marks share no bit have no word in common: what is left is a ratio of
 *  letters. Of two of which each has a bit that the other lacks neither holds all words of the other. */
static inline bool ck_token_set_allows(double loosest, int64_t need, const ck_pairs *pairs, size_t k) {
    const struct ck_word_lists *x = pairs->x->lists, *y = pairs->y->lists;
    uint32_t i = pairs->a[k], j = pairs->b[k];
    uint64_t a = x->marks[i], b = y->marks[j];
    if (a & b)
        return loosest < 1.0 || !(a & ~b) || !(b & ~a);
    int32_t common = ck_bounds_common(&x->sorted->sketch[i], &y->sorted->sketch[j]);
    return ck_ratio_allows(need, common, ck_token_set_bytes(x, i) + ck_token_set_bytes(y, j));
}

/** The level; letters are read only where their answer may change it. */
static inline uint8_t ck_token_set_level(ck_words *words, const ck_word_sets *sets, const ck_ladder *ladder) {
    if (ck_word_sets_nested(sets))
        return ck_ladder_level(ladder, 1.0);
    uint32_t apart = sets->left > sets->right ? sets->left - sets->right : sets->right - sets->left;
    uint8_t least = ck_ladder_level(ladder, ck_word_sets_inner(sets)),
            best = ck_ladder_level(ladder, ck_word_sets_outer(sets, apart));
    return best >= least ? least : ck_ladder_level(ladder, ck_token_set_full(words, sets));
}

static inline void ck_token_set_ladder(ck_words *words, ck_word_sets *sets, const ck_ladder *ladder, const ck_pairs *pairs,
                                       uint8_t *out) {
    double loosest = ck_bounds_loosest(ladder);
    int64_t need = ck_ratio_need(loosest);
    for (size_t k = 0; k < pairs->n; k++) {
        ck_word_list a = ck_word_lists_get(pairs->x->lists, pairs->a[k]), b = ck_word_lists_get(pairs->y->lists, pairs->b[k]);
        if (!a.n || !b.n) {
            out[k] = ck_ladder_level(ladder, 0.0);
            continue;
        }
        out[k] = (uint8_t)ladder->n;
        if (!ck_token_set_allows(loosest, need, pairs, k))
            continue;
        ck_word_sets_part(&a, &b, sets);
        out[k] = ck_token_set_level(words, sets, ladder);
    }
}

/* ---- beginnings ---- */

static inline double ck_prefix_of_pair(const ck_pairs *pairs, size_t k) {
    const ck_sketch *x = &pairs->x->sketch[pairs->a[k]], *y = &pairs->y->sketch[pairs->b[k]];
    uint32_t shorter = x->length < y->length ? x->length : y->length;
    uint64_t bits = shorter < CK_PREFIX ? (UINT64_C(1) << 8 * shorter) - 1 : UINT32_MAX;
    if (!shorter || ((x->prefix ^ y->prefix) & bits))
        return 0.0;
    ck_span a = ck_strings_span(pairs->x, pairs->a[k]), b = ck_strings_span(pairs->y, pairs->b[k]);
    return memcmp(a.bytes, b.bytes, a.n < b.n ? a.n : b.n) == 0 ? 1.0 : 0.0;
}

/* ---- batches: false when the measure is none of these ---- */

static inline bool ck_ratios_measure(ck_measure measure, const ck_pairs *pairs, double *out) {
    if (measure < CK_RATIO || measure > CK_PREFIX_OF)
        return false;
    ck_words words;
    ck_words_init(&words);
    if (measure == CK_TOKEN_SET) {
        ck_word_sets sets;
        ck_token_set_measure(&words, &sets, pairs, out);
        return true;
    }
    ck_pairs texts = measure == CK_TOKEN_SORT ? ck_ratio_sorted(pairs) : *pairs;
    for (size_t k = 0; k < pairs->n; k++)
        out[k] = measure == CK_PREFIX_OF ? ck_prefix_of_pair(pairs, k) : ck_ratio_of_pair(&words, &texts, k);
    return true;
}

static inline bool ck_ratios_ladder(const ck_ladder *ladder, const ck_pairs *pairs, uint8_t *out) {
    if (ladder->measure < CK_RATIO || ladder->measure > CK_PREFIX_OF)
        return false;
    ck_words words;
    ck_words_init(&words);
    ck_pairs texts = ladder->measure == CK_TOKEN_SORT ? ck_ratio_sorted(pairs) : *pairs;
    if (ladder->measure == CK_TOKEN_SET) {
        ck_word_sets sets;
        ck_token_set_ladder(&words, &sets, ladder, pairs, out);
    } else if (ladder->measure == CK_PREFIX_OF) {
        for (size_t k = 0; k < pairs->n; k++)
            out[k] = ck_ladder_level(ladder, ck_prefix_of_pair(pairs, k));
    } else {
        ck_ratio_ladder(&words, ladder, &texts, out);
    }
    return true;
}

#endif
