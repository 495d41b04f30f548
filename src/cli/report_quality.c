/** How good the links are: against truth, as estimated without it, by group, and by review. */
#include "base/memory.h"
#include "cli/json_out.h"
#include "cli/report_facts.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- shares with intervals ---- */

bool ck_report_tells_few(const ck_report_facts *f, uint64_t right, uint64_t n) {
    return ck_report_is_small(&f->report, right) || (n > right && ck_report_is_small(&f->report, n - right));
}

static const json_t *interval_of(const json_t *object, const char *name) {
    char key[64];
    snprintf(key, sizeof key, "%s_interval", name);
    return json_object_get(object, key);
}

/** An estimate and the two ends of its interval, which stand at `key` and at key_interval; without an interval these stay empty. */
static void put_share(ck_report_facts *f, ck_table *t, const json_t *object, const char *key, bool hidden) {
    const json_t *interval = interval_of(object, key);
    bool bounded = json_array_size(interval) == 2;
    const double number[] = {ck_json_real_at(object, key), bounded ? json_number_value(json_array_get(interval, 0)) : (double)NAN,
                             bounded ? json_number_value(json_array_get(interval, 1)) : (double)NAN};
    ck_put_numbers(&f->report, t, number, 3, hidden);
}

static void add_share(ck_report_facts *f, ck_table *t, const char *name, const json_t *object, const char *key, bool hidden) {
    ck_put_text(&f->report, t, name);
    put_share(f, t, object, key, hidden);
}

/** Are precision and recall of one kind of thing hidden, of which there are `all` in truth? Both are where one would be: how many links there are stands on the
 *  page, and from the recall how many of them are right. Both are, too, where how many records are linked is: an interval tells of how many it is. */
static bool is_hidden(const ck_report_facts *f, const json_t *group, uint64_t all) {
    uint64_t right = ck_json_count_at(group, "right");
    return f->hide_linked || ck_report_tells_few(f, right, ck_json_count_at(group, "found")) || ck_report_tells_few(f, right, all);
}

bool ck_report_precision_recall(const ck_report_facts *f, double *precision, double *recall) {
    const json_t *measured = json_object_get(f->evaluation, "closure"), *told = measured ? measured : json_object_get(f->estimates, "persons");
    bool hidden = !told || (measured && is_hidden(f, measured, ck_json_count_at(f->evaluation, "true_pairs")));
    *precision = hidden ? (double)NAN : ck_json_real_at(told, "precision");
    *recall = hidden ? (double)NAN : ck_json_real_at(told, "recall");
    return measured != NULL;
}

static void add_group(ck_report_facts *f, ck_table *t, const char *words, const json_t *group, uint64_t all) {
    char name[80];
    if (!group)
        return;
    bool hidden = is_hidden(f, group, all);
    snprintf(name, sizeof name, "%s: precision", words);
    add_share(f, t, name, group, "precision", hidden);
    snprintf(name, sizeof name, "%s: recall", words);
    add_share(f, t, name, group, "recall", hidden);
}

/* ---- against truth ---- */

/** A row of the table of weights is told when what changed since the last that was told is nothing or no small number. */
static bool is_told(const ck_report_facts *f, const json_t *part, uint64_t true_pairs, uint64_t last[3]) {
    uint64_t links = ck_json_count_at(part, "links"), right = ck_json_count_at(part, "tp");
    const uint64_t now[3] = {right, links - right, true_pairs - right};
    for (int k = 0; k < 3; k++) {
        uint64_t change = now[k] > last[k] ? now[k] - last[k] : last[k] - now[k];
        if (ck_report_is_small(&f->report, change) || ck_report_is_small(&f->report, now[k]))
            return false;
    }
    memcpy(last, now, sizeof now);
    return true;
}

static void add_curve(ck_report_facts *f) {
    uint64_t last[3] = {0}, true_pairs = ck_json_count_at(f->evaluation, "true_pairs");
    size_t i;
    json_t *row;
    ck_table *t = CK_TABLE(&f->report, "curve", "curve", "wqqq", "Pairs inside connected components, had the decision been another", "Match weight", "Precision", "Recall", "F1");
    if (t)
        t->mark = f->d.decision;
    json_array_foreach(json_object_get(f->evaluation, "table"), i, row) {
        const json_t *part = json_object_get(row, "closure");
        if (!is_told(f, part, true_pairs, last))
            continue;
        ck_put_number(&f->report, t, ck_json_real_at(row, "weight"));
        ck_put_number(&f->report, t, ck_json_real_at(part, "precision"));
        ck_put_number(&f->report, t, ck_json_real_at(part, "recall"));
        ck_put_number(&f->report, t, ck_json_real_at(part, "f1"));
    }
}

static void add_truth(ck_report_facts *f) {
    const json_t *e = f->evaluation, *whole = json_object_get(e, "whole_persons");
    uint64_t pairs = ck_json_count_at(e, "true_pairs"), made = ck_json_count_at(e, "true_candidates");
    ck_report_heading(&f->report, "Against truth");
    ck_table *t = CK_TABLE(&f->report, "truth", "intervals", "tqqq", "Precision and recall of the run, with intervals of 95 %", "Measure", "Estimate", "Low", "High");
    if (json_is_number(json_object_get(e, "blocking_recall")))
        add_share(f, t, "Rules: true pairs made", e, "blocking_recall", ck_report_tells_few(f, made, pairs));
    add_group(f, t, "Links", json_object_get(e, "edge"), pairs);
    add_group(f, t, "Pairs inside persons", json_object_get(e, "closure"), pairs);
    add_group(f, t, "Whole persons", whole, ck_json_count_at(whole, "entities"));
    if (ck_report_is_weighed(f))
        add_curve(f);
}

/* ---- without truth ---- */

static void bound_text(const json_t *value, const char *otherwise, char *text, size_t room) {
    if (json_is_number(value))
        snprintf(text, room, "%+.2f", json_number_value(value));
    else
        snprintf(text, room, "%s", otherwise);
}

static void add_bands(ck_report_facts *f) {
    size_t i;
    json_t *band;
    ck_table *t = CK_TABLE(&f->report, "bands", NULL, "ttqqq", "Estimated share of pairs that are no matches, by match weight", "From (bits)", "To", "False", "Low", "High");
    json_array_foreach(json_object_get(f->estimates, "bands"), i, band) {
        char from[32], to[32];
        uint64_t pairs = ck_json_count_at(band, "pairs");
        if (!pairs)
            continue;
        bound_text(json_object_get(band, "from"), "lowest", from, sizeof from);
        bound_text(json_object_get(band, "to"), "highest", to, sizeof to);
        ck_put_text(&f->report, t, from);
        ck_put_text(&f->report, t, to);
        put_share(f, t, band, "false_rate", ck_report_is_small(&f->report, pairs));
    }
}

static void add_estimates(ck_report_facts *f) {
    const json_t *persons = json_object_get(f->estimates, "persons");
    ck_report_heading(&f->report, "Estimated without truth");
    ck_report_text(&f->report, "From the match probabilities, from what persons say of their pairs, and from how the blocking rules overlap. As good as the model.");
    ck_table *t = CK_TABLE(&f->report, "estimates", "intervals", "tqqq", "Expected precision and recall, with intervals of 95 %", "Measure", "Estimate", "Low", "High");
    add_share(f, t, "Rules: recall, at most", json_object_get(f->estimates, "blocking"), "recall", false);
    add_share(f, t, "Links: precision", f->estimates, "precision", false);
    add_share(f, t, "Links: recall among candidates", f->estimates, "recall", false);
    add_share(f, t, "Pairs inside persons: precision", persons, "precision", false);
    add_share(f, t, "Pairs inside persons: recall, at most", persons, "recall", false);
    add_bands(f);
}

/* ---- by group ---- */

/** Files may be damaged: a text that is not there is empty. */
static const char *text_at(const json_t *object, const char *name) {
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

static void add_subgroup(ck_report_facts *f, ck_table *t, const char *by, const json_t *group, bool hidden) {
    const json_t *pairs = json_object_get(group, "pairs");
    char words[160], value[160], name[340];
    bool small = json_is_true(json_object_get(group, "small"));
    ck_report_by_text(f, by, words, sizeof words);
    ck_report_class_text(f, by, text_at(group, "kind"), text_at(group, "value"), ck_json_count_at(group, "values"), value, sizeof value);
    snprintf(name, sizeof name, "%s: %s", words, value);
    ck_put_text(&f->report, t, name);
    put_share(f, t, pairs, "precision", hidden);
    put_share(f, t, pairs, "recall", hidden);
    ck_put_text(&f->report, t, small ? "few: not to be compared" : "");
}

/** The groups of one expression. Pairs that are right, wrong and missed can be computed from shares and intervals, and those of one group from the others'. */
static void add_subgroups_by(ck_report_facts *f, ck_table *t, const json_t *table, const char *by) {
    enum { RIGHT, WRONG, MISSED, KINDS };
    const json_t *groups = json_object_get(table, "groups");
    uint32_t n = (uint32_t)json_array_size(groups);
    uint64_t *count = ck_alloc_zero(f->report.error, (size_t)n * KINDS, sizeof *count);
    bool *hidden = ck_alloc_zero(f->report.error, (size_t)n * KINDS, sizeof *hidden);
    for (uint32_t g = 0; count && hidden && g < n; g++) {
        const json_t *pairs = json_object_get(json_array_get(groups, g), "pairs");
        count[g * KINDS + RIGHT] = ck_json_count_at(pairs, "right");
        count[g * KINDS + WRONG] = ck_json_count_at(pairs, "found") - count[g * KINDS + RIGHT];
        count[g * KINDS + MISSED] = ck_json_count_at(pairs, "true") - count[g * KINDS + RIGHT];
    }
    if (count && hidden)
        ck_report_hide_square(&f->report, count, n, KINDS, false, hidden);
    for (uint32_t g = 0; count && hidden && g < n; g++) {
        const json_t *group = json_array_get(groups, g);
        const bool *of = hidden + g * KINDS;
        add_subgroup(f, t, by, group, f->hide_linked || of[RIGHT] || of[WRONG] || of[MISSED] || (f->report.suppress && json_is_true(json_object_get(group, "small"))));
    }
    ck_free(hidden);
    ck_free(count);
}

/** Groups are those that 'evaluate --by' was asked for, which may be of what tells persons: then they are left out. */
static void add_subgroups(ck_report_facts *f) {
    size_t i;
    json_t *table;
    ck_report_heading(&f->report, "By group, against truth");
    ck_table *t = CK_TABLE(&f->report, "subgroups", NULL, "tppppppt", "Pairs inside persons by group, with intervals of 95 %", "Group", "Precision", "from", "to", "Recall",
                           "from", "to", "Note");
    json_array_foreach(json_object_get(f->subgroups, "tables"), i, table) {
        const char *by = json_string_value(json_object_get(table, "by"));
        ck_error told = {0};
        if (by && ck_report_check_groupings(&told, &f->work->job.schema, by) == CK_OK)
            add_subgroups_by(f, t, table, by);
    }
}

/* ---- by review ---- */

static void add_reviewed(ck_report_facts *f, ck_table *t, const char *name, const json_t *interval) {
    static const char *const key[] = {"estimate", "low", "high"};
    ck_put_text(&f->report, t, name);
    for (int k = 0; k < 3; k++)
        ck_put_number(&f->report, t, ck_json_real_at(interval, key[k]));
}

static void add_review(ck_report_facts *f) {
    const json_t *overall = json_object_get(f->review, "overall"), *kappa = json_object_get(json_object_get(f->review, "two_reviewers"), "kappa");
    double decision = ck_json_real_at(f->review, "decision_weight");
    ck_report_heading(&f->report, "Reviewed by people");
    if (decision != f->d.decision)
        ck_report_note(&f->report, "The sample was drawn at a decision of %g bits, where this run has another.", decision);
    ck_table *t = CK_TABLE(&f->report, "review", "intervals", "tqqq", "Precision and recall by clerical review, with intervals of 95 %", "Measure", "Estimate", "Low", "High");
    add_reviewed(f, t, "Links: precision", json_object_get(overall, "precision"));
    if (json_is_number(json_object_get(json_object_get(overall, "recall"), "estimate")))
        add_reviewed(f, t, "Links: recall among pairs kept", json_object_get(overall, "recall"));
    if (json_is_number(json_object_get(kappa, "estimate")))
        ck_report_text(&f->report, "Two reviewers agree with a kappa of %.2f (%.2f to %.2f).", ck_json_real_at(kappa, "estimate"), ck_json_real_at(kappa, "low"),
                       ck_json_real_at(kappa, "high"));
}

void ck_report_quality(ck_report_facts *f) {
    ck_report_section(&f->report, "quality", "Quality of the links");
    ck_report_text(&f->report, "Precision is the share of what was linked that is right, recall the share of what should be linked that is. Accuracy is not given: nearly all pairs "
                               "are no matches, so it says nothing.");
    if (f->evaluation)
        add_truth(f);
    if (f->estimates)
        add_estimates(f);
    if (f->subgroups)
        add_subgroups(f);
    if (f->review)
        add_review(f);
    if (f->stale)
        ck_report_note(&f->report, "What carrick estimate or evaluate --by found of this folder was of other persons, so it is left out: run them again.");
    if (!f->evaluation && !f->estimates && !f->review)
        ck_report_note(&f->report, "Not assessed yet: carrick evaluate (against truth), carrick estimate (without) and carrick review (by people) do so; then make this page again.");
}
