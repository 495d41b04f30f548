#include "assess/estimates.h"
#include "base/memory.h"
#include <math.h>
#include <stdlib.h>

/* What is concluded, in one order, so that expected values and every truth pass through the same arithmetic. */
enum { MATCHES, PRECISION, RECALL, MISSED, BLOCKING, PERSONS_PRECISION, PERSONS_RECALL, BANDS, FACTS = BANDS + CK_LABEL_BANDS };

/* Matches: of links.h5 by band, of pairs inside persons, and of those in links.h5. */
typedef struct matches {
    double band[CK_LABEL_BANDS], inside, inside_links;
} matches;

static matches expected_matches(const ck_person_pairs *pairs) {
    matches m = {.inside = pairs->inside.matches, .inside_links = pairs->inside_links.matches};
    for (int k = 0; k < CK_LABEL_BANDS; k++)
        m.band[k] = pairs->band[k].matches;
    return m;
}

static matches true_matches(const ck_possible_truth *truth) {
    matches m = {.inside = (double)truth->inside, .inside_links = (double)truth->inside_links};
    for (int k = 0; k < CK_LABEL_BANDS; k++)
        m.band[k] = (double)truth->band[k];
    return m;
}

static double share(double part, double whole) {
    return whole > 0 ? part / whole : (double)NAN;
}

static void conclude(const ck_estimate_input *in, const matches *m, const ck_captures *captures, double fact[FACTS]) {
    double links = 0, right = 0, all = captures->below_floor, seen = in->unblocked_share * (m->inside - m->inside_links);
    for (int k = 0; k < CK_LABEL_BANDS; k++) {
        double pairs = (double)in->pairs->band[k].links;
        fact[BANDS + k] = 1 - share(m->band[k], pairs);
        all += m->band[k];
        links += k >= CK_LABEL_FIRST_LINK ? pairs : 0;
        right += k >= CK_LABEL_FIRST_LINK ? m->band[k] : 0;
    }
    fact[MATCHES] = all;
    fact[PRECISION] = share(right, links);
    fact[RECALL] = share(right, all);
    fact[MISSED] = fmax(seen, captures->missed); /* which may be NAN */
    fact[BLOCKING] = isnan(captures->missed) ? (double)NAN : share(all, all + fact[MISSED]);
    fact[PERSONS_PRECISION] = share(m->inside, (double)in->pairs->inside.links);
    fact[PERSONS_RECALL] = fmin(1, share(m->inside, all + fact[MISSED]));
    for (int k = 0; in->unknown && k < FACTS; k++)
        fact[k] = NAN;
}

static int by_value(const void *x, const void *y) {
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

/* The middle 95 of 100 among the values that are numbers, and the estimate with them. */
static ck_interval interval_of(double estimate, double *value, uint32_t n) {
    uint32_t known = 0;
    for (uint32_t t = 0; t < n; t++)
        if (!isnan(value[t]))
            value[known++] = value[t];
    if (isnan(estimate) || !known)
        return (ck_interval){estimate, (double)NAN, (double)NAN};
    qsort(value, known, sizeof *value, by_value);
    double low = value[(uint32_t)(.025 * known)], high = value[known - 1 - (uint32_t)(.025 * known)];
    return (ck_interval){estimate, fmin(low, estimate), fmax(high, estimate)};
}

static void name_facts(const ck_interval fact[FACTS], ck_estimates *e) {
    e->matches = fact[MATCHES];
    e->precision = fact[PRECISION];
    e->recall = fact[RECALL];
    e->missed = fact[MISSED];
    e->blocking_recall = fact[BLOCKING];
    e->persons_precision = fact[PERSONS_PRECISION];
    e->persons_recall = fact[PERSONS_RECALL];
    for (int k = 0; k < CK_LABEL_BANDS; k++)
        e->false_rate[k] = fact[BANDS + k];
}

ck_status ck_estimates_conclude(ck_error *error, const ck_estimate_input *in, ck_estimates *estimates) {
    double fact[FACTS], *value = ck_alloc(error, in->ntruths + 1, FACTS * sizeof *value); /* [FACTS][ntruths] */
    ck_interval found[FACTS];
    *estimates = (ck_estimates){.inside = in->pairs->inside.links};
    for (int k = CK_LABEL_FIRST_LINK; k < CK_LABEL_BANDS; k++)
        estimates->links += in->pairs->band[k].links;
    if (!value)
        return error->status;
    for (uint32_t t = 0; t < in->ntruths; t++) {
        matches m = true_matches(&in->truth[t]);
        conclude(in, &m, &in->model_captures[t % in->nmodels], fact);
        for (int k = 0; k < FACTS; k++)
            value[(size_t)k * in->ntruths + t] = fact[k];
    }
    matches m = expected_matches(in->pairs);
    conclude(in, &m, in->captures, fact);
    for (int k = 0; k < FACTS; k++)
        found[k] = interval_of(fact[k], value + (size_t)k * in->ntruths, in->ntruths);
    name_facts(found, estimates);
    ck_free(value);
    return CK_OK;
}
