/* Labelled pairs in calibration (docs/methods.md, "Labels"). */
#include "base/memory.h"
#include "model/calibration_state.h"
#include <math.h>

/* Labels that tell as much as this many drawn alike make up half of the sums. */
static const double half_trust = 25;
/* Pairs that the usual start of m counts as, against the labels'. */
static const double start_prior = 5;

void ck_calibration_free_labels(ck_calibration_labels *labels) {
    ck_free(labels->match);
    ck_free(labels->other);
    *labels = (ck_calibration_labels){0};
}

/* The cell of a label, or n. Cells are sorted by pattern and mask. */
static size_t find_cell(const ck_cells *cells, const ck_labelled_cell *label) {
    size_t low = 0, high = cells->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        bool below = cells->pattern[middle] < label->pattern || (cells->pattern[middle] == label->pattern && cells->mask[middle] < label->mask);
        *(below ? &low : &high) = below ? middle + 1 : middle;
    }
    return low < cells->n && cells->pattern[low] == label->pattern && cells->mask[low] == label->mask ? low : cells->n;
}

/* Labels drawn alike that tell as much as these of different weights (Kish 1965), against half_trust. */
static double trust_of(double sum, double squares) {
    double alike = squares > 0 ? sum * sum / squares : 0;
    return alike / (alike + half_trust);
}

/* Levels of the matches that labels show. */
static void start_m(ck_calibration_state *s, uint32_t c) {
    double seen[CK_LEVELS_MAX + 1] = {0}, sum = 0;
    for (size_t i = 0; i < s->n; i++)
        seen[s->slot[i * s->ncomparisons + c]] += s->labels.match[i];
    for (uint32_t k = 1; k < s->width[c]; k++)
        sum += seen[k];
    for (uint32_t k = 1; k < s->width[c] && sum > 0; k++)
        s->m[c][k] = (s->labels.all_match * seen[k] / sum + start_prior * s->m[c][k]) / (s->labels.all_match + start_prior);
}

ck_status ck_calibration_read_labels(ck_error *error, ck_calibration_state *s) {
    const ck_calibration_input *input = s->input;
    ck_calibration_labels *labels = &s->labels;
    double match2 = 0, other2 = 0;
    if (!input->nlabels)
        return CK_OK;
    labels->match = ck_alloc_zero(error, s->n, sizeof *labels->match);
    labels->other = ck_alloc_zero(error, s->n, sizeof *labels->other);
    for (uint64_t i = 0; i < input->nlabels && !error->status; i++) {
        const ck_labelled_cell *label = &input->label[i];
        size_t cell = find_cell(input->cells, label);
        if (cell == s->n) {
            labels->unmade++;
            continue;
        }
        double match = label->stands_for * label->score, other = label->stands_for - match;
        labels->match[cell] += match;
        labels->other[cell] += other;
        labels->all_match += match;
        labels->all_other += other;
        match2 += match * match;
        other2 += other * other;
    }
    if (input->labels_drawn) {
        labels->trust_match = trust_of(labels->all_match, match2);
        labels->trust_other = trust_of(labels->all_other, other2);
    }
    for (uint32_t c = 0; c < s->ncomparisons && !error->status && !s->given_m; c++)
        start_m(s, c);
    return error->status;
}

/* A label that was not drawn speaks of itself alone. */
static void replace_pairs(ck_calibration_state *s) {
    for (size_t i = 0; i < s->n; i++) {
        double labelled = s->labels.match[i] + s->labels.other[i], known = fmin(labelled, s->count[i]);
        s->matched[i] = (s->count[i] - known) * s->p[i] + (known > 0 ? known * s->labels.match[i] / labelled : 0);
        s->unmatched[i] = s->count[i] - s->matched[i];
    }
}

/* Drawn labels tell all of the matches, and of the other pairs as many as they stand for: pairs below the floor were not drawn from. */
static void mix_pairs(ck_calibration_state *s) {
    const ck_calibration_labels *labels = &s->labels;
    double others = 0;
    for (size_t i = 0; i < s->n; i++)
        others += s->count[i] * (1 - s->p[i]);
    double covered = fmin(1, labels->all_other / fmax(others, 1e-300));
    for (size_t i = 0; i < s->n; i++) {
        double match = s->count[i] * s->p[i], other = s->count[i] - match;
        s->matched[i] = (1 - labels->trust_match) * match + labels->trust_match * labels->match[i];
        s->unmatched[i] = (1 - labels->trust_other * covered) * other + labels->trust_other * labels->other[i];
    }
}

void ck_calibration_join_labels(ck_calibration_state *s) {
    if (s->labels.match && s->input->labels_drawn)
        mix_pairs(s);
    else if (s->labels.match)
        replace_pairs(s);
    else
        for (size_t i = 0; i < s->n; i++) {
            s->matched[i] = s->count[i] * s->p[i];
            s->unmatched[i] = s->count[i] - s->matched[i];
        }
}
