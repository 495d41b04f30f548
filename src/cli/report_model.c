/** Weights of links, the model that gives them, and a few of them taken apart. */
#include "cli/console.h"
#include "cli/explain_pair.h"
#include "cli/report_facts.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- histogram ---- */

/** Bins that a version to be shared hides: those below the decision and those above it have a sum each that is told. */
static void hide_bins(ck_report_facts *f, uint32_t first, uint32_t n, bool *hidden) {
    uint32_t below = first >= CK_BITS_BELOW ? 0 : n < CK_BITS_BELOW - first ? n : CK_BITS_BELOW - first;
    ck_report_hide(&f->report, f->bits + first, below, hidden);
    ck_report_hide(&f->report, f->bits + first + below, n - below, hidden + below);
}

/** Where the page of a job of stages has what is told of each alone. */
static void tell_stages(ck_report_facts *f, const char *why) {
    char list[400] = "";
    for (uint32_t k = 0; k < f->work->job.npasses; k++) {
        size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", k ? ", " : "", f->work->job.pass[k]);
    }
    ck_report_note(&f->report, "%s Each stage has a page of its own: carrick report on the folders of stages/ (%s).", why, list);
}

void ck_report_histogram(ck_report_facts *f) {
    uint32_t first = 0, end = CK_BITS;
    bool hidden[CK_BITS] = {0};
    ck_report_section(&f->report, "weights", "Match weights");
    while (first < end && !f->bits[first])
        first++;
    while (end > first && !f->bits[end - 1])
        end--;
    if (f->work->job.npasses) {
        tell_stages(f, "The job links in stages, whose weights have no common scale.");
        return;
    }
    if (f->hide_links || f->work->job.cascade.n || first == end) {
        ck_report_note(&f->report, f->work->job.cascade.n ? "The job has rules alone, whose order is no evidence: there are no weights to draw."
                                   : first == end         ? "No pair was kept."
                                                          : "Suppressed as a whole: how many pairs are links is hidden.");
        return;
    }
    ck_report_text(&f->report, "The match weight of a pair is the log2 of the odds that its records are of one person. Pairs at or above the decision (%g bits) are links.", f->d.decision);
    hide_bins(f, first, end - first, hidden);
    ck_table *t = CK_TABLE(&f->report, "weights-table", "histogram", "wwn", "Pairs kept, by match weight", "From (bits)", "To", "Pairs");
    if (t)
        t->mark = f->d.decision;
    for (uint32_t k = first; k < end; k++) {
        double from = f->d.decision + (double)k - CK_BITS_BELOW;
        ck_put_number(&f->report, t, from);
        ck_put_number(&f->report, t, from + 1);
        ck_put_count(&f->report, t, f->bits[k], hidden[k - first]);
    }
}

/* ---- the model ---- */

static void add_levels(ck_report_facts *f, ck_table *t, const ck_comparison *comparison) {
    for (uint32_t k = 0; k < comparison->nlevels; k++) {
        const ck_level *level = &comparison->level[k];
        if (level->is_null)
            continue;
        ck_put_text(&f->report, t, comparison->name);
        ck_put_text(&f->report, t, level->label);
        ck_put_number(&f->report, t, level->m);
        ck_put_number(&f->report, t, level->u);
        ck_put_number(&f->report, t, log2(level->m / level->u));
        ck_put_text(&f->report, t, level->tf_column != UINT32_MAX ? "by value" : "");
    }
}

void ck_report_model(ck_report_facts *f) {
    const ck_comparisons *comparisons = &f->work->job.comparisons;
    ck_report_section(&f->report, "model", "The model");
    if (f->work->job.npasses) {
        tell_stages(f, "The job links in stages, by rules or by models of their own.");
        return;
    }
    if (f->work->job.cascade.n || !f->work->model_open) {
        ck_report_note(&f->report, "%s", f->work->job.cascade.n ? "The job links by deterministic rules, in order, without a model: job.resolved.yaml has them." : "There is no model of these links.");
        return;
    }
    char text[CK_COUNT_TEXT];
    ck_report_text(&f->report, "m is the probability of a level among matches, u among pairs that are none; the level's match weight is log2(m/u). A level marked by value is worth "
                               "more for a rare value and less for a common one. Before anything is compared, 1 pair in %s is taken for a match.",
                   ck_count_text((uint64_t)fmin(1 / f->work->model.prior + 0.5, 1e18), text));
    ck_table *t = CK_TABLE(&f->report, "model-table", "weights", "ttmmwt", "Match weight of every comparison level", "Comparison", "Level", "m", "u", "Weight (bits)",
                           "Term frequencies");
    for (uint32_t c = 0; c < comparisons->n; c++)
        add_levels(f, t, &comparisons->comparison[c]);
    if (f->work->model.nrules)
        ck_report_note(&f->report, "The model is calibrated by rule: the weight of a pair also depends on the rules that make it, so its terms below differ from the levels' own weights.");
}

/* ---- pairs ---- */

static void add_term(ck_report_facts *f, ck_table *t, const char *name, const char *level, double bits, double *sum) {
    *sum += bits;
    ck_put_text(&f->report, t, name);
    ck_put_text(&f->report, t, level);
    ck_put_number(&f->report, t, bits);
    ck_put_number(&f->report, t, *sum);
}

static void add_pair(ck_report_facts *f, uint32_t k) {
    const ck_report_pair *pair = &f->pair[k];
    const ck_comparisons *comparisons = &f->work->job.comparisons;
    char id[32], caption[120], text[CK_COUNT_TEXT];
    double sum = 0;
    snprintf(id, sizeof id, "pair-%u", k + 1);
    ck_report_heading(&f->report, pair->why);
    if (f->report.suppress) /* how many they are could tell what a hidden bar of the weights holds */
        ck_report_text(&f->report, "One of at least %llu pairs that agree in this way.", (unsigned long long)f->report.suppress);
    else
        ck_report_text(&f->report, pair->alike == 1 ? "No other pair agrees in this way." : "One of %s pairs that agree in this way.", ck_count_text(pair->alike, text));
    snprintf(caption, sizeof caption, "Match weight term by term, pair %u", k + 1);
    ck_table *t = CK_TABLE(&f->report, id, "waterfall", "ttww", caption, "Term", "Level", "Bits", "Sum so far");
    if (t)
        t->mark = f->d.decision;
    add_term(f, t, "prior", "", pair->explanation.prior, &sum);
    for (uint32_t c = 0; c < comparisons->n; c++)
        add_term(f, t, comparisons->comparison[c].name, ck_level_of_pattern(comparisons, f->stride, c, pair->pattern)->label, pair->explanation.comparison[c], &sum);
    if (!f->report.suppress)
        add_term(f, t, "term frequencies", "", pair->explanation.term_frequency, &sum);
    ck_put_text(&f->report, t, f->report.suppress ? "before term frequencies" : "match weight");
    ck_put_text(&f->report, t, "");
    ck_put_number(&f->report, t, (double)NAN);
    ck_put_number(&f->report, t, sum);
}

void ck_report_waterfalls(ck_report_facts *f) {
    ck_report_section(&f->report, "pairs", "Pairs taken apart");
    if (!f->npairs) {
        ck_report_note(&f->report, "%s", f->work->job.npasses     ? "Pairs are taken apart on the pages of stages that have a model."
                                         : f->work->job.cascade.n ? "Rules alone link or do not: there is nothing to add up."
                                         : f->report.suppress     ? "There is no pair to show: none was kept, or none that agrees as many others do."
                                                                  : "There is no pair to show: none was kept.");
        return;
    }
    ck_report_text(&f->report, "How the match weight of a pair comes about, term by term; from left to right it grows more likely a match. Values and ids are never shown.%s",
                   f->report.suppress ? " What the commonness of its values adds is left out, since it could tell a rare value." : "");
    for (uint32_t k = 0; k < f->npairs; k++)
        add_pair(f, k);
}
