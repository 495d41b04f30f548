#include "assess/review.h"
#include <math.h>

static const ck_interval nothing = {(double)NAN, (double)NAN, (double)NAN};

/** A sum of independent estimates with the distances to their limits, by which intervals of sums are recovered. */
typedef struct weighted_sum {
    double estimate, below2, above2; /**< sums of squares */
} weighted_sum;

static void add(weighted_sum *sum, double weight, ck_interval share) {
    double below = weight * (share.estimate - share.low), above = weight * (share.high - share.estimate);
    sum->estimate += weight * share.estimate;
    sum->below2 += below * below;
    sum->above2 += above * above;
}

/** How far (1 - r) A - r B is above its lower limit of 0 (side < 0), or below its upper limit. */
static double excess(double r, const weighted_sum *a, const weighted_sum *b, int side) {
    double spread = side < 0 ? (1 - r) * (1 - r) * a->below2 + r * r * b->above2 : (1 - r) * (1 - r) * a->above2 + r * r * b->below2;
    return (1 - r) * a->estimate - r * b->estimate + side * sqrt(spread);
}

/** The r between `low` and `high` where the excess, not negative at `low` and not positive at `high`, is 0. */
static double solve(double low, double high, const weighted_sum *a, const weighted_sum *b, int side) {
    for (int k = 0; k < 60; k++) {
        double middle = (low + high) / 2;
        if (excess(middle, a, b, side) > 0)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

/** A / (A + B): the shares r for which (1 - r) A - r B may be 0. */
static ck_interval ratio(const weighted_sum *a, const weighted_sum *b) {
    double sum = a->estimate + b->estimate;
    if (!(sum > 0))
        return nothing;
    double r = a->estimate / sum;
    return (ck_interval){r, solve(0, r, a, b, -1), solve(r, 1, a, b, 1)};
}

static ck_interval share_of(const weighted_sum *sum, double total) {
    if (!(total > 0))
        return nothing;
    double p = sum->estimate / total;
    return (ck_interval){p, fmax(0, p - sqrt(sum->below2) / total), fmin(1, p + sqrt(sum->above2) / total)};
}

void ck_review_count(const ck_review_sample *sample, const ck_answers *answers, ck_review_counts counts[CK_REVIEW_BANDS]) {
    for (int b = 0; b < CK_REVIEW_BANDS; b++)
        counts[b] = (ck_review_counts){0};
    for (uint64_t i = 0; i < sample->n; i++) {
        ck_review_counts *c = &counts[sample->pair[i].band];
        ck_answer answer = ck_answers_of_pair(answers, i);
        c->match += answer == CK_ANSWER_MATCH;
        c->no_match += answer == CK_ANSWER_NO_MATCH;
        c->unsure += answer == CK_ANSWER_UNSURE;
    }
}

static ck_interval estimate_band(const ck_review_counts *c, uint64_t pairs, ck_unsure unsure) {
    uint64_t match = c->match + (unsure == CK_UNSURE_MATCH ? c->unsure : 0);
    uint64_t n = c->match + c->no_match + (unsure == CK_UNSURE_LEFT_OUT ? 0 : c->unsure);
    return ck_wilson_of_sample(match, n, pairs);
}

void ck_review_estimates(const ck_review_sample *sample, const ck_review_counts counts[CK_REVIEW_BANDS], ck_unsure unsure,
                         ck_review_estimate *estimate) {
    weighted_sum side[2] = {{0, 0, 0}, {0, 0, 0}}; /* below the decision, links */
    double links = 0;
    bool below = false; /* else links alone were kept, and nothing tells what is missing */
    *estimate = (ck_review_estimate){.matches = 0};
    for (int b = 0; b < CK_REVIEW_BANDS; b++) {
        bool link = b >= CK_REVIEW_FIRST_LINK;
        uint64_t pairs = sample->band[b].pairs;
        below |= !link && pairs;
        ck_interval share = estimate_band(&counts[b], pairs, unsure);
        estimate->counts[b] = counts[b];
        estimate->band[b] = share;
        if (isnan(share.estimate)) {
            estimate->pairs_without_answers += pairs;
            estimate->links_without_answers += link ? pairs : 0;
            continue;
        }
        add(&side[link], (double)pairs, share);
        links += link ? (double)pairs : 0;
    }
    estimate->matches = side[0].estimate + side[1].estimate;
    estimate->precision = share_of(&side[1], links);
    estimate->recall = below ? ratio(&side[1], &side[0]) : nothing;
}

/** Cohen (1960), with the standard error given there. */
void ck_review_kappa(const ck_answers *answers, ck_kappa *kappa) {
    uint64_t first[CK_ANSWERS] = {0}, second[CK_ANSWERS] = {0};
    *kappa = (ck_kappa){.kappa = nothing};
    if (answers->reviewers != 2)
        return;
    for (uint64_t i = 0; i < answers->pairs; i++) {
        uint8_t x = answers->answer[0][i], y = answers->answer[1][i];
        if (x == CK_ANSWER_NONE || y == CK_ANSWER_NONE)
            continue;
        kappa->table[x][y]++;
        kappa->both++;
        kappa->agreed += x == y;
        first[x]++;
        second[y]++;
    }
    double n = (double)kappa->both, chance = 0;
    for (int k = 0; k < CK_ANSWERS; k++)
        chance += (double)first[k] * (double)second[k] / (n * n);
    if (!kappa->both || !(chance < 1))
        return;
    double agreed = (double)kappa->agreed / n, value = (agreed - chance) / (1 - chance);
    double error = CK_Z95 * sqrt(agreed * (1 - agreed) / n) / (1 - chance);
    kappa->kappa = (ck_interval){value, fmax(-1, value - error), fmin(1, value + error)};
}
