/** Clerical review: pairs drawn by band of match weight, what reviewers say of them, and what follows for all pairs.
 *
 *  The bands are of the match weight relative to the decision t, in bits; those from t on are links:
 *
 *      .. t-8 | t-4 | t-2 | t | t+2 | t+4 | t+8 | t+16 ..
 *
 *  Inside a band the pairs are a simple random sample without replacement, chosen by a hash of the pair and the seed: the same on any number of
 *  ranks. Formulas are in docs/review.md. Knows no names, ids or values of people.
 */
#ifndef CK_ASSESS_REVIEW_H
#define CK_ASSESS_REVIEW_H
#include "assess/intervals.h"
#include "base/text.h"
#include "store/links.h"
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

enum { CK_REVIEW_BANDS = 9, CK_REVIEW_FIRST_LINK = 4, CK_REVIEW_ID_TEXT = 17, CK_REVIEWERS_MAX = 2 };

typedef struct ck_review_band {
    double from, to; /**< match weights [from, to); the outermost are infinite */
    uint64_t pairs;  /**< in links.h5 */
    uint64_t drawn;  /**< of them in the sample */
} ck_review_band;

typedef struct ck_review_pair {
    uint64_t key; /**< by which it was chosen */
    uint32_t a, b, band;
} ck_review_pair;

/** A sample, the same on every rank. Pairs stand in an order that says nothing of their bands. */
typedef struct ck_review_sample {
    uint64_t seed, n;
    double decision;
    ck_review_band band[CK_REVIEW_BANDS];
    ck_review_pair *pair;          /**< [n] */
    char id[CK_REVIEW_ID_TEXT];    /**< hash of the pairs and the seed: answers to another sample are told by it */
} ck_review_sample;

/** Draw n pairs, or all where there are fewer: as many from each band, where a band has them. Collective.
 *  @return CK_DATA when there is no pair */
ck_status ck_review_draw(const ck_comm *comm, ck_error *error, const ck_links *links, double decision, uint64_t n, uint64_t seed,
                         ck_review_sample *sample);
void ck_review_sample_free(ck_review_sample *sample);
/** The sample as it is kept in the result folder, and back; `path` stands for it in messages. Local. */
json_t *ck_review_sample_json(const ck_review_sample *sample);
ck_status ck_review_sample_parse(ck_error *error, const char *path, const json_t *root, ck_review_sample *sample);

/* ---- the page ---- */

/** One pair as a reviewer sees it: source, id and value of every column, of both sides; empty: missing. */
typedef struct ck_review_card {
    ck_span source[2], id[2];
    const ck_span *value[2]; /**< [ncolumns] */
} ck_review_card;

/** The parts of one HTML page that needs nothing else: the beginning, a card for each pair in order, the end. Write errors stay in the
 *  stream's flag. Local. */
void ck_review_page_begin(FILE *stream, const ck_review_sample *sample, const char *const *column, uint32_t ncolumns);
void ck_review_page_card(FILE *stream, bool first, const ck_review_card *card, uint32_t ncolumns);
void ck_review_page_end(FILE *stream);

/* ---- answers ---- */

typedef enum ck_answer { CK_ANSWER_NONE, CK_ANSWER_MATCH, CK_ANSWER_NO_MATCH, CK_ANSWER_UNSURE } ck_answer;
enum { CK_ANSWERS = CK_ANSWER_UNSURE + 1 };

/** What each reviewer said of each pair of a sample. */
typedef struct ck_answers {
    uint64_t pairs;
    uint32_t reviewers;
    char *name[CK_REVIEWERS_MAX];
    uint8_t *answer[CK_REVIEWERS_MAX]; /**< [pairs] ck_answer */
} ck_answers;

/** Add a file with the columns pair and answer (match, no match, unsure, or empty), and, where they are there, reviewer and sample. Rows
 *  without a reviewer are of one that is called "file K". CK_FILE, CK_DATA: the sentence names file, row and column. Local. */
ck_status ck_answers_read(ck_error *error, const char *path, uint32_t k, const ck_review_sample *sample, ck_answers *answers);
void ck_answers_free(ck_answers *answers);
/** What all who answered said of a pair; unsure where they differ. Local. */
ck_answer ck_answers_of_pair(const ck_answers *answers, uint64_t pair);

/* ---- estimates ---- */

typedef struct ck_review_counts {
    uint64_t match, no_match, unsure;
} ck_review_counts;

/** What is taken of pairs that nobody is sure about. */
typedef enum ck_unsure { CK_UNSURE_LEFT_OUT, CK_UNSURE_NO_MATCH, CK_UNSURE_MATCH } ck_unsure;

typedef struct ck_review_estimate {
    ck_review_counts counts[CK_REVIEW_BANDS];
    ck_interval band[CK_REVIEW_BANDS]; /**< share of matches among the band's pairs */
    ck_interval precision;             /**< of all links in bands with answers */
    ck_interval recall;                /**< matches among links, of matches in all bands with answers; NAN where no pair is below the decision */
    double matches;                    /**< in all bands with answers */
    uint64_t links_without_answers, pairs_without_answers;
} ck_review_estimate;

/** Agreement of two reviewers over the pairs that both answered, three answers being possible. */
typedef struct ck_kappa {
    uint64_t both, agreed;
    uint64_t table[CK_ANSWERS][CK_ANSWERS]; /**< [first's][second's] */
    ck_interval kappa;
} ck_kappa;

void ck_review_count(const ck_review_sample *sample, const ck_answers *answers, ck_review_counts counts[CK_REVIEW_BANDS]);
void ck_review_estimates(const ck_review_sample *sample, const ck_review_counts counts[CK_REVIEW_BANDS], ck_unsure unsure,
                         ck_review_estimate *estimate);
void ck_review_kappa(const ck_answers *answers, ck_kappa *kappa);

#endif
