#include "choose/second_look.h"
#include "base/memory.h"
#include <math.h>

enum { ROUNDS = 30 };
static const double lightest = .125, heaviest = 8; /* weights of partners: a rule says little of one */

static double matches_in_all(const ck_trained_rules *trained, double recall) {
    return trained->found_all / fmax(recall, 1e-9);
}

double ck_look_shortfall(const ck_trained_rules *trained, const double *share, const double *fresh, double recall) {
    double all = matches_in_all(trained, recall), sum = 0;
    for (uint32_t r = 0; r < trained->n; r++)
        sum += fresh[r] * fmax(0, 1 - trained->found[r] / fmax(share[r] * all, 1e-9));
    return sum;
}

/* ---- weights ---- */

static double weigh(const uint64_t *bits, uint32_t nwords, const double *weight) {
    double sum = 0;
    for (uint32_t w = 0; w < nwords; w++)
        for (uint64_t left = bits[w]; left; left &= left - 1)
            sum += weight[64 * w + (uint32_t)__builtin_ctzll(left)];
    return sum;
}

/* Let the draws of `bits` weigh `wanted` together, as far as single ones may. */
static void scale(const uint64_t *bits, uint32_t nwords, double wanted, double *weight) {
    double sum = weigh(bits, nwords, weight), factor = sum > 0 ? wanted / sum : 1;
    for (uint32_t w = 0; w < nwords; w++)
        for (uint64_t left = bits[w]; left; left &= left - 1) {
            double *own = &weight[64 * w + (uint32_t)__builtin_ctzll(left)];
            *own = fmin(heaviest, fmax(lightest, *own * factor));
        }
}

static void unite(const ck_greedy *greedy, const ck_pick_list *picks, uint64_t *all) {
    for (uint32_t w = 0; w < greedy->nwords; w++) {
        all[w] = 0;
        for (uint32_t r = 0; r < picks->n; r++)
            all[w] |= greedy->option[picks->pick[r].option].cover[w];
    }
}

/* Share of the matches that the picks find. */
static double recall_of(const ck_greedy *greedy, const ck_pick_list *picks, const double *weight, uint64_t *all) {
    unite(greedy, picks, all);
    return weigh(all, greedy->nwords, weight) / greedy->draws;
}

/* Rule after rule is given its share, and all together theirs, until they agree: draws that no rule finds keep their weight. */
static void weigh_draws(const ck_greedy *greedy, const ck_pick_list *picks, const ck_trained_rules *trained, uint64_t *all, double *weight) {
    double matches = matches_in_all(trained, picks->cover), draws = greedy->draws;
    for (uint32_t d = 0; d < 64 * greedy->nwords; d++)
        weight[d] = d < greedy->draws;
    unite(greedy, picks, all);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        for (uint32_t r = 0; r < picks->n; r++)
            scale(greedy->option[picks->pick[r].option].cover, greedy->nwords, draws * fmin(1, trained->found[r] / matches), weight);
        scale(all, greedy->nwords, draws * picks->cover, weight);
    }
}

/* ---- looking ---- */

ck_status ck_look_again(ck_error *error, const ck_greedy *greedy, const ck_trained_rules *trained, ck_pick_list *picks, ck_look *look) {
    ck_greedy weighed = *greedy;
    double *weight = ck_alloc(error, 64 * (size_t)greedy->nwords, sizeof *weight);
    uint64_t *all = ck_alloc(error, greedy->nwords, sizeof *all);
    ck_pick_list *second = ck_alloc_zero(error, 1, sizeof *second);
    *look = (ck_look){.kept_recall = picks->cover, .kept_pairs = picks->pairs};
    if (error->status == CK_OK && trained->n == picks->n && trained->found_all > 0) {
        weigh_draws(greedy, picks, trained, all, weight);
        weighed.weight = weight;
        look->kept_recall = recall_of(greedy, picks, weight, all);
        if (ck_greedy_run(error, &weighed, second) == CK_OK) {
            look->new_recall = second->cover;
            look->new_pairs = second->pairs;
            look->replaced = look->new_recall >= look->kept_recall + CK_LOOK_MARGIN;
        }
        if (look->replaced)
            *picks = *second;
    }
    ck_free(second);
    ck_free(all);
    ck_free(weight);
    return error->status;
}
