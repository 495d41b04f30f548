/** How many there were at each step, and who was linked and who was not. */
#include "assess/intervals.h"
#include "base/memory.h"
#include "cli/json_out.h"
#include "cli/report_facts.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_step(ck_report_facts *f, ck_table *t, char style, const char *label, const char *detail, uint64_t count, bool hidden) {
    ck_row_style(&f->report, t, style);
    ck_put_text(&f->report, t, label);
    ck_put_text(&f->report, t, detail);
    ck_put_count(&f->report, t, count, hidden);
}

/* ---- rows ---- */

/** Each of the sources' numbers, hidden so that none follows from the others. */
static void add_rows(ck_report_facts *f, ck_table *t) {
    enum { READ, OPTED_OUT, REJECTED, KINDS };
    uint64_t sum[KINDS] = {0}, part[KINDS];
    bool hidden[KINDS] = {0}, all;
    size_t s;
    json_t *source;
    json_array_foreach(json_object_get(f->ingest, "sources"), s, source) {
        sum[READ] += ck_json_count_at(source, "rows_read");
        sum[OPTED_OUT] += ck_json_count_at(source, "rows_opted_out");
        sum[REJECTED] += ck_json_count_at(source, "rows_rejected");
    }
    part[0] = sum[OPTED_OUT];
    part[1] = sum[REJECTED];
    part[2] = sum[READ] - sum[OPTED_OUT] - sum[REJECTED];
    all = !ck_report_hide(&f->report, part, KINDS, hidden);
    add_step(f, t, 'm', "Rows received", "", sum[READ], all || hidden[2]); /* rows kept are told below */
    if (!f->report.suppress)
        json_array_foreach(json_object_get(f->ingest, "sources"), s, source)
            add_step(f, t, 'p', json_string_value(json_object_get(source, "name")), "", ck_json_count_at(source, "rows_read"), false);
    add_step(f, t, 's', "Opted out", "", part[0], hidden[0]);
    add_step(f, t, 's', "Rejected", "", part[1], hidden[1]);
}

static void add_records(ck_report_facts *f, ck_table *t) {
    const ck_people *people = &f->work->people;
    uint64_t *count = ck_alloc_zero(f->report.error, people->nsources, sizeof *count);
    bool *hidden = ck_alloc_zero(f->report.error, people->nsources, sizeof *hidden), all = false;
    add_step(f, t, 'm', "Records", people->rows == people->records ? "" : "rows that repeat every linkage field are one", people->records, false);
    for (uint32_t s = 0; hidden && count && s < people->nsources; s++)
        count[s] = people->source[s].record_end - people->source[s].record_begin;
    if (hidden && count)
        all = !ck_report_hide(&f->report, count, people->nsources, hidden);
    for (uint32_t s = 0; hidden && s < people->nsources; s++)
        all = all || hidden[s]; /* with one all: the table by source may hide others for its sake */
    for (uint32_t s = 0; hidden && count && people->nsources > 1 && s < people->nsources; s++)
        add_step(f, t, 'p', people->source[s].name, "", count[s], all);
    ck_free(hidden);
    ck_free(count);
}

/* ---- pairs ---- */

static const char *rule_text(const ck_report_facts *f, size_t rule) {
    return rule < f->work->job.rules.n ? f->work->job.rules.rule[rule].text : "";
}

static void add_parts_by_rule(ck_report_facts *f, ck_table *t, const char *label, const uint64_t *count, uint32_t n, bool hide) {
    bool *hidden = ck_alloc_zero(f->report.error, n, sizeof *hidden), all = false;
    if (hidden && n)
        all = !ck_report_hide(&f->report, count, n, hidden);
    for (uint32_t r = 0; hidden && r < n; r++) {
        char detail[300];
        snprintf(detail, sizeof detail, "%s", rule_text(f, r));
        add_step(f, t, 'p', label, detail, count[r], hide || all || hidden[r]);
    }
    ck_free(hidden);
}

static void add_pairs(ck_report_facts *f, ck_table *t) {
    enum { ABOVE, BETWEEN, BELOW, KINDS };
    const ck_run_record *record = &f->work->record;
    const json_t *made = json_object_get(json_object_get(ck_run_record_stage(record, "link"), "counts"), "new_pairs");
    uint64_t possible = ck_run_record_count(record, "train", "possible_pairs"), candidates = ck_run_record_count(record, "link", "candidates");
    uint64_t part[KINDS] = {0}, rule[64] = {0};
    bool hidden[KINDS] = {0}, all, staged = f->work->job.npasses;
    uint32_t n = json_array_size(made) < 64 ? (uint32_t)json_array_size(made) : 64;
    for (uint32_t r = 0; r < n; r++)
        rule[r] = (uint64_t)json_integer_value(json_array_get(made, r));
    for (int k = 0; k < CK_BITS; k++)
        part[k < CK_BITS_BELOW ? BETWEEN : ABOVE] += f->bits[k];
    part[BELOW] = candidates > f->d.links ? candidates - f->d.links : 0;
    if (!ck_report_is_weighed(f)) { /* rules and stages link or do not: a floor says nothing */
        part[BELOW] += part[BETWEEN];
        part[BETWEEN] = 0;
    }
    all = !ck_report_hide(&f->report, part, KINDS, hidden);
    f->hide_links = hidden[ABOVE] || all;
    if (possible > candidates)
        add_step(f, t, 's', "Pairs that no rule makes", "never compared", possible - candidates, false);
    add_step(f, t, 'm', "Candidate pairs compared", staged ? "in all stages; links by the first stage that makes them" : "by the first rule that makes them", candidates, all);
    add_parts_by_rule(f, t, "", rule, n, all);
    if (ck_report_is_weighed(f)) {
        add_step(f, t, 's', "Below the floor", "not kept", part[BELOW], hidden[BELOW]);
        add_step(f, t, 'm', "Pairs kept", "at or above the floor", f->d.links, hidden[BELOW] || all);
        add_step(f, t, 's', "Below the decision", "", part[BETWEEN], hidden[BETWEEN]);
        add_step(f, t, 'm', "Links", "at or above the decision", part[ABOVE], hidden[ABOVE]);
    } else {
        add_step(f, t, 's', "Not linked", staged ? "by their stage, or linked by one before" : "where their rule asks for the only one", part[BELOW], hidden[BELOW]);
        add_step(f, t, 'm', "Links", staged ? "at or above the decision of their stage" : "", part[ABOVE], hidden[ABOVE]);
    }
}

/* ---- records and persons ---- */

static void add_linked(ck_report_facts *f, ck_table *t) {
    const ck_rate all = f->d.rate[0][0];
    const uint64_t both[] = {all.linked, all.unlinked};
    bool hidden[2] = {0}, told = ck_report_hide(&f->report, both, 2, hidden);
    f->hide_linked = hidden[0] || hidden[1] || !told;
    add_step(f, t, 'm', "Records linked", f->work->job.npasses ? "by the first stage that links them to another of their person" : "by the first rule that links them to another of their person",
             all.linked, f->hide_linked);
    uint64_t by[256];
    uint32_t n = f->work->job.rules.n < CK_LINKED_BY_NO_RULE ? f->work->job.rules.n : CK_LINKED_BY_NO_RULE;
    memcpy(by, f->d.linked_by, n * sizeof *by);
    by[n] = f->d.linked_by[CK_LINKED_BY_NO_RULE];
    bool *part = ck_alloc_zero(f->report.error, n + 1, sizeof *part);
    if (part)
        told = ck_report_hide(&f->report, by, n + 1, part);
    for (uint32_t r = 0; part && r <= n; r++)
        if (r < n || by[r])
            add_step(f, t, 'p', r < n ? "" : "by others' links alone", r < n ? rule_text(f, r) : "", by[r], f->hide_linked || !told || part[r]);
    ck_free(part);
    add_step(f, t, 's', "Records not linked", "", all.unlinked, f->hide_linked);
}

static void add_persons(ck_report_facts *f, ck_table *t) {
    uint64_t kind[2] = {0};
    bool hidden[2] = {0};
    for (uint64_t i = 0; i < f->d.nsizes; i++)
        kind[f->d.size[i].size > 1] += f->d.size[i].persons;
    bool told = ck_report_hide(&f->report, kind, 2, hidden);
    add_step(f, t, 'm', "Persons", "", f->d.persons, !told || f->hide_linked); /* records less persons tell how few are linked */
    add_step(f, t, 'p', "of several records", "", kind[1], hidden[1] || f->hide_linked);
    add_step(f, t, 'p', "of one record", "", kind[0], hidden[0] || f->hide_linked);
}

void ck_report_flow(ck_report_facts *f) {
    ck_report_section(&f->report, "flow", "Flow");
    ck_table *t = CK_TABLE(&f->report, "flow-table", "flow", "ttn", "Rows, records, pairs and persons at each step of the linkage", "Step", "Detail", "Count");
    add_rows(f, t);
    add_records(f, t);
    add_pairs(f, t);
    add_linked(f, t);
    add_persons(f, t);
}

/* ---- groups ---- */

static void add_rate(ck_report_facts *f, ck_table *t, const char *name, ck_rate rate, bool hidden) {
    ck_rate all = f->d.rate[0][0];
    uint64_t n = rate.linked + rate.unlinked;
    ck_bounds bounds = ck_wilson_bounds(rate.linked, n);
    const double number[] = {(double)rate.linked, (double)rate.unlinked, (double)rate.linked / (double)n, bounds.low, bounds.high,
                             (double)rate.linked / (double)all.linked, (double)rate.unlinked / (double)all.unlinked, ck_standardised_difference(rate, all)};
    ck_put_text(&f->report, t, name);
    ck_put_numbers(&f->report, t, number, sizeof number / sizeof *number, hidden);
}

/** Does class `a` come after `b`, where both are values that begin with a number, as bands of age do? Else the order of the grouping stands. */
static bool comes_after(const ck_class *a, const ck_class *b) {
    char *end_a, *end_b;
    if (a->kind != CK_CLASS_VALUE || b->kind != CK_CLASS_VALUE)
        return false;
    unsigned long first = strtoul(a->value, &end_a, 10), second = strtoul(b->value, &end_b, 10);
    return end_a > a->value && end_b > b->value && first > second;
}

/** Classes in the order of their numbers. */
static void order_classes(const ck_grouping *grouping, uint32_t *order) {
    for (uint32_t k = 0; k < grouping->n; k++) {
        uint32_t at = k;
        for (; at > 0 && comes_after(&grouping->class[order[at - 1]], &grouping->class[k]); at--)
            order[at] = order[at - 1];
        order[at] = k;
    }
}

static void add_rates(ck_report_facts *f, ck_table *t, uint32_t g, const bool *hidden) {
    const ck_grouping *grouping = &f->d.grouping[g];
    uint32_t *order = ck_alloc(f->report.error, grouping->n, sizeof *order);
    char name[200];
    if (order)
        order_classes(grouping, order);
    for (uint32_t i = 0; order && i < grouping->n; i++) {
        uint32_t k = order[i];
        const ck_class *class = &grouping->class[k];
        ck_report_class_text(f, grouping->text, ck_class_word(class->kind), class->value, class->values, name, sizeof name);
        add_rate(f, t, name, f->d.rate[g][k], hidden[2 * k] || hidden[2 * k + 1]);
    }
    ck_free(order);
}

static void add_grouping(ck_report_facts *f, uint32_t g) {
    const ck_grouping *grouping = &f->d.grouping[g];
    const ck_rate *rate = f->d.rate[g];
    char id[32], by[160], name[200];
    bool *hidden = ck_alloc_zero(f->report.error, 2 * (size_t)grouping->n, sizeof *hidden), told = true, any = false;
    uint64_t *count = ck_alloc_zero(f->report.error, 2 * (size_t)grouping->n, sizeof *count);
    snprintf(id, sizeof id, "group-%u", g);
    ck_report_by_text(f, grouping->text, by, sizeof by);
    snprintf(name, sizeof name, "By %s", by);
    ck_report_heading(&f->report, name);
    for (uint32_t k = 0; hidden && count && k < grouping->n; k++) {
        count[2 * k] = rate[k].linked;
        count[2 * k + 1] = rate[k].unlinked;
    }
    if (hidden && count)
        told = ck_report_hide_square(&f->report, count, grouping->n, 2, g == 1, hidden); /* records by source stand in the flow */
    for (uint32_t k = 0; hidden && k < grouping->n; k++)
        any = any || !(hidden[2 * k] || hidden[2 * k + 1]);
    if (f->hide_linked || !told || (!any && grouping->n)) {
        ck_report_note(&f->report, "Suppressed as a whole: its sums, which stand elsewhere on this page, would tell what is hidden.");
    } else if (hidden && count) {
        snprintf(name, sizeof name, "Records linked and not linked by %s", by);
        ck_table *t = CK_TABLE(&f->report, id, "rates differences", "tnnpppppd", name, "Group", "Linked", "Not linked", "Rate", "Low", "High", "Share of linked",
                               "Share of not linked", "Standardised difference");
        add_rates(f, t, g, hidden);
    }
    ck_free(count);
    ck_free(hidden);
}

void ck_report_groups(ck_report_facts *f) {
    ck_report_section(&f->report, "groups", "Linked and not linked");
    ck_report_text(&f->report, "A record is linked when its person holds another record that it may be paired with. Rates have Wilson's intervals of 95 %%. The standardised "
                               "difference compares a group's share among linked records with its share among those not linked; beyond 0.1 either way it is often called notable.");
    if (!f->work->people.records) {
        ck_report_note(&f->report, "No record was kept: there is nobody to compare.");
        return;
    }
    for (uint32_t g = 1; g < f->d.ngroupings; g++)
        if (g > 1 || f->work->people.nsources > 1)
            add_grouping(f, g);
    if (f->d.ngroupings == 2 && f->work->people.nsources == 1)
        ck_report_note(&f->report, "The job has no columns of age, sex, area, deprivation or ethnicity to group by: --by takes others.");
}
