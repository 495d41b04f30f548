/** How good the links are: against truth, as estimated without it, by group, and by review. */
#include "cli/json_out.h"
#include "cli/report_facts.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- shares with intervals ---- */

/** right of n, hidden where how many are right or wrong is small. */
static void add_share(ck_report_facts *f, ck_table *t, const char *name, double estimate, const json_t *interval, uint64_t right, uint64_t n) {
    bool hidden = ck_report_is_small(&f->report, right) || ck_report_is_small(&f->report, n - right);
    const double number[] = {estimate, json_number_value(json_array_get(interval, 0)), json_number_value(json_array_get(interval, 1))};
    ck_put_text(&f->report, t, name);
    for (int k = 0; k < 3; k++)
        if (hidden)
            ck_put_hidden(&f->report, t);
        else
            ck_put_number(&f->report, t, json_array_size(interval) == 2 || k == 0 ? number[k] : (double)NAN);
}

static const json_t *interval_of(const json_t *object, const char *name) {
    char key[64];
    snprintf(key, sizeof key, "%s_interval", name);
    return json_object_get(object, key);
}

/** Precision and recall of one kind of thing; `all`: how many there are in truth. */
static void add_group(ck_report_facts *f, ck_table *t, const char *words, const json_t *group, uint64_t all) {
    uint64_t found = ck_json_count_at(group, "found"), right = ck_json_count_at(group, "right");
    char name[80];
    if (!group)
        return;
    snprintf(name, sizeof name, "%s: precision", words);
    add_share(f, t, name, ck_json_real_at(group, "precision"), interval_of(group, "precision"), right, found);
    snprintf(name, sizeof name, "%s: recall", words);
    add_share(f, t, name, ck_json_real_at(group, "recall"), interval_of(group, "recall"), right, all);
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
    ck_table *t = CK_TABLE(&f->report, "curve", "curve", "wqqq", "Pairs inside persons, had the decision been another", "Match weight", "Precision", "Recall", "F1");
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
    ck_table *t = CK_TABLE(&f->report, "truth", "intervals", "tqqq", "Precision and recall at the decision, with intervals of 95 %", "Measure", "Estimate", "Low", "High");
    add_share(f, t, "Rules: true pairs made", ck_json_real_at(e, "blocking_recall"), interval_of(e, "blocking_recall"), made, pairs);
    add_group(f, t, "Links", json_object_get(e, "edge"), pairs);
    add_group(f, t, "Pairs inside persons", json_object_get(e, "closure"), pairs);
    add_group(f, t, "Whole persons", whole, ck_json_count_at(whole, "entities"));
    add_curve(f);
}

/* ---- without truth ---- */

static void add_estimate(ck_report_facts *f, ck_table *t, const char *name, const json_t *object, const char *key) {
    add_share(f, t, name, ck_json_real_at(object, key), interval_of(object, key), 0, 0);
}

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
        const json_t *interval = json_object_get(band, "false_rate_interval");
        uint64_t pairs = ck_json_count_at(band, "pairs");
        if (!pairs)
            continue;
        bound_text(json_object_get(band, "from"), "lowest", from, sizeof from);
        bound_text(json_object_get(band, "to"), "highest", to, sizeof to);
        ck_put_text(&f->report, t, from);
        ck_put_text(&f->report, t, to);
        const double number[] = {ck_json_real_at(band, "false_rate"), json_number_value(json_array_get(interval, 0)), json_number_value(json_array_get(interval, 1))};
        for (int k = 0; k < 3; k++)
            if (ck_report_is_small(&f->report, pairs))
                ck_put_hidden(&f->report, t);
            else
                ck_put_number(&f->report, t, number[k]);
    }
}

static void add_estimates(ck_report_facts *f) {
    const json_t *persons = json_object_get(f->estimates, "persons");
    ck_report_heading(&f->report, "Estimated without truth");
    ck_report_text(&f->report, "From the match probabilities, from what persons say of their pairs, and from how the blocking rules overlap. As good as the model.");
    ck_table *t = CK_TABLE(&f->report, "estimates", "intervals", "tqqq", "Expected precision and recall, with intervals of 95 %", "Measure", "Estimate", "Low", "High");
    add_estimate(f, t, "Rules: recall, at most", json_object_get(f->estimates, "blocking"), "recall");
    add_estimate(f, t, "Links: precision", f->estimates, "precision");
    add_estimate(f, t, "Links: recall among candidates", f->estimates, "recall");
    add_estimate(f, t, "Pairs inside persons: precision", persons, "precision");
    add_estimate(f, t, "Pairs inside persons: recall, at most", persons, "recall");
    add_bands(f);
}

/* ---- by group ---- */

static void add_subgroup(ck_report_facts *f, ck_table *t, const char *by, const json_t *group) {
    const json_t *pairs = json_object_get(group, "pairs");
    const char *value = json_string_value(json_object_get(group, "value")), *kind = json_string_value(json_object_get(group, "kind"));
    static const char *const measure[] = {"precision", "recall"}, *const of[] = {"found", "true"};
    char name[160];
    bool small = json_is_true(json_object_get(group, "small"));
    snprintf(name, sizeof name, "%s: %s", by, value && *value ? value : kind ? kind : "");
    ck_put_text(&f->report, t, name);
    for (int m = 0; m < 2; m++) {
        uint64_t right = ck_json_count_at(pairs, "right"), n = ck_json_count_at(pairs, of[m]);
        const json_t *interval = interval_of(pairs, measure[m]);
        const double number[] = {ck_json_real_at(pairs, measure[m]), json_number_value(json_array_get(interval, 0)), json_number_value(json_array_get(interval, 1))};
        bool hidden = f->report.suppress && (small || ck_report_is_small(&f->report, right) || ck_report_is_small(&f->report, n - right));
        for (int k = 0; k < 3; k++)
            if (hidden)
                ck_put_hidden(&f->report, t);
            else
                ck_put_number(&f->report, t, number[k]);
    }
    ck_put_text(&f->report, t, small ? "few: not to be compared" : "");
}

/** Groups are those that 'evaluate --by' was asked for, which may be of what tells persons: then they are left out. */
static void add_subgroups(ck_report_facts *f) {
    size_t i, k;
    json_t *table, *group;
    ck_report_heading(&f->report, "By group, against truth");
    ck_table *t = CK_TABLE(&f->report, "subgroups", NULL, "tppppppt", "Pairs inside persons by group, with intervals of 95 %", "Group", "Precision", "from", "to", "Recall",
                           "from", "to", "Note");
    json_array_foreach(json_object_get(f->subgroups, "tables"), i, table) {
        const char *by = json_string_value(json_object_get(table, "by"));
        ck_error told = {0};
        if (!by || ck_report_check_groupings(&told, &f->work->job.schema, by))
            continue;
        json_array_foreach(json_object_get(table, "groups"), k, group)
            add_subgroup(f, t, by, group);
    }
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
        ck_report_text(&f->report, "A sample of pairs was reviewed by people: review.json has its precision, recall and agreement.");
    if (!f->evaluation && !f->estimates && !f->review)
        ck_report_note(&f->report, "Not assessed yet: carrick evaluate (against truth), carrick estimate (without) and carrick review (by people) do so; then make this page again.");
}
