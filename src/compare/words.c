/** Similarities of one pair of any length (words.h). A long string is worked off in strips of 64 bytes of
 *  `a`, so that one table of 256 words serves any length. */
#include "compare/words.h"
#include "compare/exact.h"
#include <assert.h>
#include <string.h>

enum { STRIP = 64 };

static size_t min_size(size_t a, size_t b) {
    return a < b ? a : b;
}
static size_t max_size(size_t a, size_t b) {
    return a > b ? a : b;
}
static unsigned char byte_at(ck_span span, size_t i) {
    return (unsigned char)span.bytes[i];
}

void ck_words_init(ck_words *words) {
    memset(words->at, 0, sizeof words->at);
}

/** at[c] gets bit i where strip byte i is c. */
static void enter_strip(ck_words *words, ck_span strip) {
    for (size_t i = 0; i < strip.n; i++)
        words->at[byte_at(strip, i)] |= UINT64_C(1) << i;
}

static void leave_strip(ck_words *words, ck_span strip) {
    for (size_t i = 0; i < strip.n; i++)
        words->at[byte_at(strip, i)] = 0;
}

static ck_span strip_of(ck_span a, size_t begin) {
    return (ck_span){a.bytes + begin, min_size(STRIP, a.n - begin)};
}

/* ---- Jaro ---- */

/** Bits [begin, end) of a word, for 0 <= begin < end <= 64. */
static uint64_t bit_range(size_t begin, size_t end) {
    return (~UINT64_C(0) >> (STRIP - (end - begin))) << begin;
}

/** Every byte of b without a partner takes the first free equal byte of a's strip within the window. A byte
 *  takes from the first strip where it can, whatever later strips hold, so strip after strip gives the
 *  matches of the plain rule. */
static uint32_t match_strip(ck_words *words, ck_span a, size_t begin, ck_span b, size_t window) {
    ck_span strip = strip_of(a, begin);
    uint64_t *taken = &words->taken_a[begin / STRIP];
    uint32_t matches = 0;
    enter_strip(words, strip);
    *taken = 0;
    size_t last = min_size(b.n, begin + strip.n + window);
    for (size_t j = begin > window ? begin - window : 0; j < last; j++) {
        uint64_t bit_j = UINT64_C(1) << (j % STRIP);
        if (words->taken_b[j / STRIP] & bit_j)
            continue;
        size_t from = j > begin + window ? j - window - begin : 0;
        size_t to = min_size(strip.n, j + window + 1 - begin);
        uint64_t free = words->at[byte_at(b, j)] & ~*taken & bit_range(from, to);
        if (!free)
            continue;
        *taken |= free & -free;
        words->taken_b[j / STRIP] |= bit_j;
        matches++;
    }
    leave_strip(words, strip);
    return matches;
}

/** Position of the next taken byte from `*word`'s remaining bits on; there must be one. */
static size_t next_taken(const uint64_t *taken, size_t *index, uint64_t *rest) {
    while (!*rest)
        *rest = taken[++*index];
    size_t position = *index * STRIP + (size_t)__builtin_ctzll(*rest);
    *rest &= *rest - 1;
    return position;
}

/** Matched bytes that differ when both strings' matches are read in order, halved. */
static uint32_t count_transpositions(const ck_words *words, ck_span a, ck_span b, uint32_t matches) {
    size_t word_a = 0, word_b = 0;
    uint64_t rest_a = words->taken_a[0], rest_b = words->taken_b[0];
    uint32_t differ = 0;
    for (uint32_t k = 0; k < matches; k++) {
        size_t i = next_taken(words->taken_a, &word_a, &rest_a);
        size_t j = next_taken(words->taken_b, &word_b, &rest_b);
        differ += byte_at(a, i) != byte_at(b, j);
    }
    return differ / 2;
}

static double measure_jaro(ck_words *words, ck_span a, ck_span b) {
    if (!a.n || !b.n)
        return 0.0;
    size_t half = max_size(a.n, b.n) / 2;
    size_t window = half ? half - 1 : 0;
    memset(words->taken_b, 0, (b.n + STRIP - 1) / STRIP * sizeof words->taken_b[0]);
    uint32_t matches = 0;
    for (size_t begin = 0; begin < a.n; begin += STRIP)
        matches += match_strip(words, a, begin, b, window);
    if (!matches)
        return 0.0;
    return ck_exact_jaro(matches, count_transpositions(words, a, b, matches), (double)a.n, (double)b.n);
}

static uint32_t common_prefix(ck_span a, ck_span b, size_t limit) {
    size_t most = min_size(limit, min_size(a.n, b.n)), n = 0;
    while (n < most && a.bytes[n] == b.bytes[n])
        n++;
    return (uint32_t)n;
}

/* ---- Jaccard ---- */

static uint32_t count_set(const uint64_t set[4]) {
    int n = 0;
    for (int w = 0; w < 4; w++)
        n += __builtin_popcountll(set[w]);
    return (uint32_t)n;
}

static void collect_bytes(ck_span span, uint64_t set[4]) {
    for (size_t i = 0; i < span.n; i++)
        set[byte_at(span, i) / 64] |= UINT64_C(1) << (byte_at(span, i) % 64);
}

double ck_words_jaccard(ck_span a, ck_span b) {
    uint64_t in_a[4] = {0}, in_b[4] = {0}, in_both[4];
    collect_bytes(a, in_a);
    collect_bytes(b, in_b);
    for (int w = 0; w < 4; w++)
        in_both[w] = in_a[w] & in_b[w];
    return ck_exact_jaccard(count_set(in_both), count_set(in_a), count_set(in_b));
}

/* ---- edit distances ---- */

uint32_t ck_words_trim(ck_span *a, ck_span *b) {
    size_t before = a->n, head = common_prefix(*a, *b, SIZE_MAX);
    a->bytes += head, a->n -= head;
    b->bytes += head, b->n -= head;
    while (a->n && b->n && a->bytes[a->n - 1] == b->bytes[b->n - 1])
        a->n--, b->n--;
    return (uint32_t)(before - a->n);
}

/** 64 rows of the table, column by column (Myers 1999, Hyyrö 2003): bit i of `rise` (`fall`) says that the
 *  cell in row i is one more (less) than the one above it. `step` carries each column's difference to the
 *  cell on its left from the row above the strip to the strip's last row. @return the sum of the steps of the
 *  last row. */
static int64_t edit_strip(ck_words *words, ck_span strip, ck_span b) {
    uint64_t rise = ~UINT64_C(0), fall = 0, last = UINT64_C(1) << (strip.n - 1);
    int64_t sum = 0;
    enter_strip(words, strip);
    for (size_t j = 0; j < b.n; j++) {
        int above = words->step[j];
        uint64_t equal = words->at[byte_at(b, j)];
        uint64_t vertical = equal | fall;
        equal |= above < 0;
        uint64_t diagonal = (((equal & rise) + rise) ^ rise) | equal;
        uint64_t right_more = fall | ~(diagonal | rise), right_less = rise & diagonal;
        int below = ((right_more & last) != 0) - ((right_less & last) != 0);
        right_more = right_more << 1 | (above > 0);
        right_less = right_less << 1 | (above < 0);
        rise = right_less | ~(vertical | right_more);
        fall = right_more & vertical;
        words->step[j] = (int8_t)below;
        sum += below;
    }
    leave_strip(words, strip);
    return sum;
}

static uint32_t measure_levenshtein(ck_words *words, ck_span a, ck_span b) {
    ck_words_trim(&a, &b);
    if (!a.n || !b.n)
        return (uint32_t)(a.n + b.n);
    int64_t sum = 0;
    memset(words->step, 1, b.n);
    for (size_t begin = 0; begin < a.n; begin += STRIP)
        sum = edit_strip(words, strip_of(a, begin), b);
    return (uint32_t)((int64_t)a.n + sum);
}

static uint16_t min_u16(uint32_t a, uint32_t b) {
    return (uint16_t)(a < b ? a : b);
}

/** What a row of the unrestricted table keeps of earlier ones. */
typedef struct exchange_rows {
    uint16_t *now, *above;  /**< [-1 .. b.n] of rows i and i - 1 */
    uint16_t *before_equal; /**< [j]: cell (k - 1, j - 2) of the last row k whose byte of a is b's j-th */
} exchange_rows;

/** Row i of the unrestricted distance in linear space: of all exchanges of two bytes that lie apart only
 *  those need a look whose bytes are neighbours in at least one string (Zhao & Sahni 2019). */
static void fill_exchange_row(ck_words *words, const exchange_rows *rows, ck_span a, ck_span b, size_t i,
                              uint16_t far) {
    unsigned char byte = byte_at(a, i - 1);
    uint16_t *now = rows->now, *above = rows->above;
    size_t last_column = 0;       /* the last j of this row where the bytes are equal */
    uint16_t before_column = far; /* cell (i - 2, last_column - 1) */
    uint16_t two_above_left =
        now[0]; /* cell (i - 2, j - 1): `now` still holds row i - 2 where not yet written */
    now[0] = (uint16_t)i;
    for (size_t j = 1; j <= b.n; j++) {
        bool equal = byte == byte_at(b, j - 1);
        uint16_t best = min_u16(above[j - 1] + !equal, min_u16(now[j - 1] + 1u, above[j] + 1u));
        if (equal) {
            last_column = j;
            rows->before_equal[j] = j > 1 ? above[j - 2] : far;
            before_column = two_above_left;
        } else {
            size_t last_row = words->last_row[byte_at(b, j - 1)];
            if (last_column && j - last_column == 1)
                best = min_u16(best, rows->before_equal[j] + (uint32_t)(i - last_row));
            else if (last_row && i - last_row == 1)
                best = min_u16(best, before_column + (uint32_t)(j - last_column));
        }
        two_above_left = now[j];
        now[j] = best;
    }
    words->last_row[byte] = (uint16_t)i;
}

static uint32_t measure_damerau_levenshtein(ck_words *words, ck_span a, ck_span b) {
    ck_words_trim(&a, &b);
    if (!a.n || !b.n)
        return (uint32_t)(a.n + b.n);
    uint16_t far = (uint16_t)(max_size(a.n, b.n) + 1);
    exchange_rows rows = {words->row[0], words->row[1], words->row[2]};
    for (size_t j = 0; j <= b.n; j++) {
        rows.now[j] = (uint16_t)j;
        rows.above[j] = rows.before_equal[j] = far;
        if (j)
            words->last_row[byte_at(b, j - 1)] = 0;
    }
    for (size_t i = 0; i < a.n; i++)
        words->last_row[byte_at(a, i)] = 0;
    for (size_t i = 1; i <= a.n; i++) {
        uint16_t *row = rows.now;
        rows.now = rows.above;
        rows.above = row;
        fill_exchange_row(words, &rows, a, b, i, far);
    }
    return rows.now[b.n];
}

/* ---- common subsequence ---- */

/** One strip's columns: a row's bit in `open` is 0 once the subsequence grows there; `step` carries each column's
 *  overflow of the strip above into the one below. */
static uint32_t common_in_strip(ck_words *words, ck_span strip, ck_span b) {
    uint64_t open = ~UINT64_C(0);
    enter_strip(words, strip);
    for (size_t j = 0; j < b.n; j++) {
        uint64_t equal = words->at[byte_at(b, j)], grown = open & equal, sum = open + grown;
        uint64_t carried = sum + (uint64_t)words->step[j];
        words->step[j] = (int8_t)((sum < open) | (carried < sum));
        open = carried | (open & ~equal);
    }
    leave_strip(words, strip);
    return (uint32_t)__builtin_popcountll(~open & bit_range(0, strip.n));
}

uint32_t ck_words_common(ck_words *words, ck_span a, ck_span b) {
    uint32_t common = 0;
    memset(words->step, 0, b.n);
    for (size_t begin = 0; begin < a.n; begin += STRIP)
        common += common_in_strip(words, strip_of(a, begin), b);
    return common;
}

double ck_words_measure(ck_words *words, ck_measure measure, ck_span a, ck_span b) {
    assert(a.n <= CK_STRING_MAX && b.n <= CK_STRING_MAX);
    switch (measure) {
    case CK_JARO_WINKLER:
        return ck_exact_winkler(measure_jaro(words, a, b), common_prefix(a, b, 4));
    case CK_JARO:
        return measure_jaro(words, a, b);
    case CK_JACCARD:
        return ck_words_jaccard(a, b);
    case CK_LEVENSHTEIN:
        return measure_levenshtein(words, a, b);
    case CK_DAMERAU_LEVENSHTEIN:
        return measure_damerau_levenshtein(words, a, b);
    case CK_RATIO:
    case CK_TOKEN_SORT:
    case CK_TOKEN_SET:
    case CK_PREFIX_OF:
    case CK_DICE:
        break;
    }
    assert(!"a measure of ratios.h or bit_lists.h");
    return 0.0;
}
