/** String similarities, slow and obvious: full tables and plain loops, written from the definitions. The
 *  kernels in src/compare must equal these bit for bit. Strings are bytes. */
#ifndef CK_REFERENCE_SIMILARITY_H
#define CK_REFERENCE_SIMILARITY_H
#include <carrick/similarity.h>

/** Longest string the tables hold. */
enum { REFERENCE_MAX = 1024 };

double reference_jaro(const char *a, size_t na, const char *b, size_t nb);
double reference_jaro_winkler(const char *a, size_t na, const char *b, size_t nb);
double reference_jaccard(const char *a, size_t na, const char *b, size_t nb);
unsigned reference_levenshtein(const char *a, size_t na, const char *b, size_t nb);
unsigned reference_damerau_levenshtein(const char *a, size_t na, const char *b, size_t nb);
/** Of values of rapidfuzz, divided by 100; words stand between spaces. */
double reference_ratio(const char *a, size_t na, const char *b, size_t nb);
double reference_token_sort(const char *a, size_t na, const char *b, size_t nb);
double reference_token_set(const char *a, size_t na, const char *b, size_t nb);
double reference_prefix_of(const char *a, size_t na, const char *b, size_t nb);

/** Any of them. */
double reference_dice(const char *a, size_t na, const char *b, size_t nb); /**< of Bloom filters in base64 */
double reference_measure(ck_measure measure, const char *a, size_t na, const char *b, size_t nb);
/** The first of n thresholds that `value` reaches (similarities: at least; distances: at most), or n. */
unsigned reference_level(ck_measure measure, double value, const double *threshold, unsigned n);

#endif
