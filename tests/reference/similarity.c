/** The slow and obvious similarities (see similarity.h). */
#include "reference/similarity.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t min_size(size_t a, size_t b) {
    return a < b ? a : b;
}
static size_t max_size(size_t a, size_t b) {
    return a > b ? a : b;
}

/** Jaro 1989: every byte of b, first to last, takes the first free equal byte of a within the window.
 *  Writes the matched bytes of both in order; their number. */
static size_t match_in_window(const char *a, size_t na, const char *b, size_t nb, char *of_a, char *of_b) {
    bool taken[REFERENCE_MAX] = {false};
    size_t half = max_size(na, nb) / 2;
    size_t window = half > 0 ? half - 1 : 0;
    size_t matches = 0;
    for (size_t j = 0; j < nb; j++) {
        size_t begin = j > window ? j - window : 0;
        size_t end = min_size(na, j + window + 1);
        for (size_t i = begin; i < end; i++) {
            if (taken[i] || a[i] != b[j])
                continue;
            taken[i] = true;
            of_b[matches++] = b[j];
            break;
        }
    }
    for (size_t i = 0, k = 0; i < na; i++)
        if (taken[i])
            of_a[k++] = a[i];
    return matches;
}

double reference_jaro(const char *a, size_t na, const char *b, size_t nb) {
    char of_a[REFERENCE_MAX], of_b[REFERENCE_MAX];
    size_t matches = match_in_window(a, na, b, nb, of_a, of_b);
    if (matches == 0)
        return 0.0;
    size_t out_of_order = 0;
    for (size_t k = 0; k < matches; k++)
        out_of_order += of_a[k] != of_b[k];
    double m = (double)matches;
    double transpositions = (double)(out_of_order / 2);
    return (m / (double)na + m / (double)nb + (m - transpositions) / m) / 3.0;
}

double reference_jaro_winkler(const char *a, size_t na, const char *b, size_t nb) {
    double jaro = reference_jaro(a, na, b, nb);
    if (!(jaro > 0.7))
        return jaro;
    size_t prefix = 0;
    while (prefix < 4 && prefix < na && prefix < nb && a[prefix] == b[prefix])
        prefix++;
    return fma((double)prefix * 0.1, 1.0 - jaro, jaro); /* one rounding, as DuckDB: it decides ties at 0.92 */
}

double reference_jaccard(const char *a, size_t na, const char *b, size_t nb) {
    bool in_a[256] = {false}, in_b[256] = {false};
    for (size_t i = 0; i < na; i++)
        in_a[(unsigned char)a[i]] = true;
    for (size_t j = 0; j < nb; j++)
        in_b[(unsigned char)b[j]] = true;
    unsigned both = 0, either = 0;
    for (unsigned c = 0; c < 256; c++) {
        both += in_a[c] && in_b[c];
        either += in_a[c] || in_b[c];
    }
    return either ? (double)both / (double)either : 0.0;
}

unsigned reference_levenshtein(const char *a, size_t na, const char *b, size_t nb) {
    static unsigned d[REFERENCE_MAX + 1][REFERENCE_MAX + 1];
    for (size_t i = 0; i <= na; i++) {
        for (size_t j = 0; j <= nb; j++) {
            if (i == 0 || j == 0) {
                d[i][j] = (unsigned)(i + j);
                continue;
            }
            unsigned best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            if (d[i - 1][j] + 1 < best)
                best = d[i - 1][j] + 1;
            if (d[i][j - 1] + 1 < best)
                best = d[i][j - 1] + 1;
            d[i][j] = best;
        }
    }
    return d[na][nb];
}

/** The last row before i whose byte equals c, counted from 1; 0 if there is none. */
static size_t last_before(const char *s, size_t i, char c) {
    while (--i > 0)
        if (s[i - 1] == c)
            return i;
    return 0;
}

unsigned reference_damerau_levenshtein(const char *a, size_t na, const char *b, size_t nb) {
    static unsigned d[REFERENCE_MAX + 1][REFERENCE_MAX + 1];
    for (size_t i = 0; i <= na; i++) {
        for (size_t j = 0; j <= nb; j++) {
            if (i == 0 || j == 0) {
                d[i][j] = (unsigned)(i + j);
                continue;
            }
            unsigned best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            if (d[i - 1][j] + 1 < best)
                best = d[i - 1][j] + 1;
            if (d[i][j - 1] + 1 < best)
                best = d[i][j - 1] + 1;
            /* Exchange a[k] and a[i]'s neighbours: what stood between them is deleted here and inserted
             *  there. */
            size_t k = last_before(a, i, b[j - 1]);
            size_t l = last_before(b, j, a[i - 1]);
            if (k > 0 && l > 0) {
                unsigned exchanged = d[k - 1][l - 1] + (unsigned)(i - k - 1) + 1 + (unsigned)(j - l - 1);
                if (exchanged < best)
                    best = exchanged;
            }
            d[i][j] = best;
        }
    }
    return d[na][nb];
}

/* ---- ratios ---- */

/** Insertions and deletions that turn one into the other. */
static unsigned indel_distance(const char *a, size_t na, const char *b, size_t nb) {
    static unsigned d[REFERENCE_MAX + 1][REFERENCE_MAX + 1];
    for (size_t i = 0; i <= na; i++) {
        for (size_t j = 0; j <= nb; j++) {
            if (i == 0 || j == 0)
                d[i][j] = (unsigned)(i + j);
            else if (a[i - 1] == b[j - 1])
                d[i][j] = d[i - 1][j - 1];
            else
                d[i][j] = 1 + (d[i - 1][j] < d[i][j - 1] ? d[i - 1][j] : d[i][j - 1]);
        }
    }
    return d[na][nb];
}

double reference_ratio(const char *a, size_t na, const char *b, size_t nb) {
    double indel = indel_distance(a, na, b, nb), bytes = (double)(na + nb);
    double similarity = 1.0 - (na + nb > 0 ? indel / bytes : 0.0);
    return similarity * 100.0 / 100.0; /* not the same number: it decides ties */
}

typedef struct word_bag {
    size_t n;
    char *word[REFERENCE_MAX]; /**< rising; [0] holds the memory of all when sorting is over */
    char *memory;
} word_bag;

static int compare_words(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/** Words by bytes. NUL bytes are made 0x01, which the tests leave out. */
static word_bag words_of(const char *text, size_t n) {
    word_bag bag = {.memory = malloc(n + 1)};
    if (!bag.memory)
        abort();
    for (size_t i = 0; i < n; i++)
        bag.memory[i] = text[i] ? text[i] : '\1';
    bag.memory[n] = 0;
    char *rest = bag.memory;
    for (char *word; (word = strtok_r(rest, " ", &rest)) != NULL;)
        bag.word[bag.n++] = word;
    qsort(bag.word, bag.n, sizeof *bag.word, compare_words);
    return bag;
}

static bool has_word(const word_bag *bag, const char *word) {
    for (size_t i = 0; i < bag->n; i++)
        if (strcmp(bag->word[i], word) == 0)
            return true;
    return false;
}

static void join_word(char *text, const char *word) {
    if (text[0])
        strcat(text, " ");
    strcat(text, word);
}

double reference_token_sort(const char *a, size_t na, const char *b, size_t nb) {
    word_bag x = words_of(a, na), y = words_of(b, nb);
    char left[REFERENCE_MAX + 1] = "", right[REFERENCE_MAX + 1] = "";
    for (size_t i = 0; i < x.n; i++)
        join_word(left, x.word[i]);
    for (size_t j = 0; j < y.n; j++)
        join_word(right, y.word[j]);
    free(y.memory);
    free(x.memory);
    return reference_ratio(left, strlen(left), right, strlen(right));
}

static double token_ratio(double indel, size_t bytes) {
    return bytes > 0 ? 100.0 - 100.0 * indel / (double)bytes : 100.0;
}

/** `both`: the words of x that y has too; `only`: the others; each once. */
static void part_words(const word_bag *x, const word_bag *y, char *both, char *only) {
    for (size_t i = 0; i < x->n; i++)
        if (i == 0 || strcmp(x->word[i], x->word[i - 1]) != 0)
            join_word(has_word(y, x->word[i]) ? both : only, x->word[i]);
}

double reference_token_set(const char *a, size_t na, const char *b, size_t nb) {
    word_bag x = words_of(a, na), y = words_of(b, nb);
    char both[REFERENCE_MAX + 1] = "", left[REFERENCE_MAX + 1] = "", right[REFERENCE_MAX + 1] = "";
    part_words(&x, &y, both, left);
    both[0] = 0;
    part_words(&y, &x, both, right);
    free(y.memory);
    free(x.memory);
    if (x.n == 0 || y.n == 0)
        return 0.0;
    size_t n = strlen(both), space = n > 0, of_left = n + space + strlen(left), of_right = n + space + strlen(right);
    if (n > 0 && (!left[0] || !right[0]))
        return 1.0;
    double best = token_ratio(indel_distance(left, strlen(left), right, strlen(right)), of_left + of_right);
    if (n > 0) {
        best = fmax(best, token_ratio((double)(of_left - n), n + of_left));
        best = fmax(best, token_ratio((double)(of_right - n), n + of_right));
    }
    return best / 100.0;
}

double reference_prefix_of(const char *a, size_t na, const char *b, size_t nb) {
    size_t shorter = min_size(na, nb);
    return shorter > 0 && memcmp(a, b, shorter) == 0;
}

/* Base64 to bits, one after another; 0 unless it is a whole number of 64-bit words in its one spelling. */
static size_t bits_of(const char *text, size_t n, unsigned char *bit) {
    static const char sign[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t padding = 0, bits = 0;
    while (padding < 2 && padding < n && text[n - 1 - padding] == '=')
        padding++;
    for (size_t i = 0; i + padding < n; i++) {
        const char *at = text[i] ? strchr(sign, text[i]) : NULL;
        if (!at)
            return 0;
        for (int k = 5; k >= 0; k--)
            bit[bits++] = (unsigned char)((at - sign) >> k & 1);
    }
    for (size_t spare = bits % 8; n % 4 == 0 && spare; spare--)
        if (bit[--bits])
            return 0;
    return n % 4 || bits % 64 ? 0 : bits;
}

double reference_dice(const char *a, size_t na, const char *b, size_t nb) {
    enum { BITS = 6 * 20000 };
    static unsigned char x[BITS], y[BITS];
    size_t nx = na <= 2732 ? bits_of(a, na, x) : 0, ny = nb <= 2732 ? bits_of(b, nb, y) : 0;
    double both = 0, either = 0;
    if (nx != ny)
        return 0.0;
    for (size_t i = 0; i < nx; i++) {
        both += 2 * (x[i] && y[i]);
        either += x[i] + y[i];
    }
    return either > 0 ? both / either : 0.0;
}

double reference_measure(ck_measure measure, const char *a, size_t na, const char *b, size_t nb) {
    switch (measure) {
    case CK_JARO_WINKLER:
        return reference_jaro_winkler(a, na, b, nb);
    case CK_JARO:
        return reference_jaro(a, na, b, nb);
    case CK_JACCARD:
        return reference_jaccard(a, na, b, nb);
    case CK_LEVENSHTEIN:
        return reference_levenshtein(a, na, b, nb);
    case CK_DAMERAU_LEVENSHTEIN:
        return reference_damerau_levenshtein(a, na, b, nb);
    case CK_RATIO:
        return reference_ratio(a, na, b, nb);
    case CK_TOKEN_SORT:
        return reference_token_sort(a, na, b, nb);
    case CK_TOKEN_SET:
        return reference_token_set(a, na, b, nb);
    case CK_PREFIX_OF:
        return reference_prefix_of(a, na, b, nb);
    case CK_DICE:
        return reference_dice(a, na, b, nb);
    }
    return 0.0;
}

unsigned reference_level(ck_measure measure, double value, const double *threshold, unsigned n) {
    bool distance = measure == CK_LEVENSHTEIN || measure == CK_DAMERAU_LEVENSHTEIN;
    for (unsigned t = 0; t < n; t++)
        if (distance ? value <= threshold[t] : value >= threshold[t])
            return t;
    return n;
}
