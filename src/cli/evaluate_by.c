/** carrick evaluate --by: quality of pairs and persons by subgroup. */
#include "assess/subgroups.h"
#include "assess/truth.h"
#include "base/memory.h"
#include "cli/console.h"
#include "cli/files.h"
#include "csv/csv_out.h"
#include "cli/json_out.h"
#include "cli/stages.h"
#include "cli/true_pairs.h"
#include "cluster/spread.h"
#include <stdio.h>
#include <string.h>

/* Values of fewer records are one class, unless --show-values: a group so small could be told to be somebody. */
enum { LEAST_RECORDS = 10, GROUPINGS_MAX = 16 };

/** Everything that is measured; the first grouping is of all records. */
typedef struct by {
    uint32_t n;
    ck_grouping grouping[GROUPINGS_MAX];
    ck_subgroup *subgroup[GROUPINGS_MAX];
    double decision;
    uint64_t without_truth;
} by;

static void free_by(by *b) {
    for (uint32_t g = 0; g < b->n; g++) {
        ck_grouping_free(&b->grouping[g]);
        ck_free(b->subgroup[g]);
    }
}

/* ---- measuring ---- */

static ck_status add_grouping(ck_workspace *work, ck_error *error, const char *text, const uint32_t *group, by *b) {
    uint64_t least = work->cli->options.show_values ? 1 : LEAST_RECORDS;
    if (b->n == GROUPINGS_MAX)
        return ck_fail(error, CK_USAGE, "--by takes at most %d expressions.", GROUPINGS_MAX - 1);
    return ck_grouping_make(&work->cli->comm, error, &work->people, &work->job.schema, work->cli->kernels, text, group, least, &b->grouping[b->n++]);
}

static ck_status make_groupings(ck_workspace *work, ck_error *error, const uint32_t *group, by *b) {
    add_grouping(work, error, NULL, group, b);
    for (const char *list = work->cli->options.by; list && !error->status; list = *list == ',' ? list + 1 : NULL) {
        size_t n = ck_grouping_first(list);
        char *text = ck_copy_text(error, list, n);
        if (ck_par_agree(&work->cli->comm, error) == CK_OK)
            add_grouping(work, error, text, group, b);
        ck_free(text);
        list += n;
    }
    return error->status;
}

static ck_status measure_groupings(ck_workspace *work, ck_error *error, const uint32_t *group, const ck_links *truth, by *b) {
    const ck_comm *comm = &work->cli->comm;
    ck_known known = {.people = &work->people, .group = group};
    ck_index index = {0};
    uint32_t *person = NULL;
    bool *allowed = NULL;
    for (uint64_t i = 0; i < work->people.records; i++) {
        known.groups = group[i] > known.groups ? group[i] : known.groups;
        b->without_truth += group[i] == 0;
    }
    ck_workspace_allowed(work, error, &allowed);
    known.allowed = allowed;
    if (ck_par_agree(comm, error) == CK_OK && ck_index_open(comm, error, work->index_path, &index) == CK_OK)
        ck_gather_persons(comm, error, &index, &person);
    for (uint32_t g = 0; g < b->n && !error->status; g++) {
        b->subgroup[g] = ck_alloc(error, b->grouping[g].n, sizeof *b->subgroup[g]);
        if (ck_par_agree(comm, error) == CK_OK)
            ck_subgroups_measure(comm, error, &known, person, index.persons, truth, b->decision, &b->grouping[g], b->subgroup[g]);
    }
    ck_free(person);
    ck_free(allowed);
    ck_index_free(&index);
    return error->status;
}

static ck_status measure(ck_workspace *work, ck_error *error, by *b) {
    uint32_t *group = NULL;
    uint64_t without_record;
    ck_links truth = {0};
    b->decision = ck_decision_weight(work);
    if ((work->job.npasses ? ck_workspace_people(work, error, true) : ck_workspace_engine(work, error)) == CK_OK &&
        ck_truth_join(&work->cli->comm, error, work->people_path, &work->people, &work->job.truth, &group, &without_record) == CK_OK &&
        make_groupings(work, error, group, b) == CK_OK && ck_true_pairs(work, error, group, &truth) == CK_OK)
        measure_groupings(work, error, group, &truth, b);
    ck_links_free(&truth);
    ck_free(group);
    return error->status;
}

/* ---- JSON ---- */

/** The measures of one class, each once: pairs, then persons. */
typedef struct measures {
    ck_tally persons;
    double f1, persons_f1;
    ck_interval precision, recall, persons_precision, persons_recall;
    uint64_t missed;
} measures;

static ck_interval share_of(uint64_t right, uint64_t n) {
    ck_bounds bounds = ck_wilson_bounds(right, n);
    return (ck_interval){n ? (double)right / (double)n : NAN, bounds.low, bounds.high};
}

static measures measures_of(const ck_subgroup *s) {
    ck_tally persons = {s->persons, s->whole};
    return (measures){.persons = persons, .f1 = ck_f1(s->pairs, s->true_pairs), .persons_f1 = ck_f1(persons, s->entities),
                      .precision = ck_wilson_of_ratio(&s->precision, (double)s->pairs.found),
                      .recall = ck_wilson_of_ratio(&s->recall, (double)s->true_pairs), .persons_precision = share_of(s->whole, s->persons),
                      .persons_recall = share_of(s->whole, s->entities), .missed = s->true_pairs - s->pairs.right};
}

static json_t *tally_json(uint64_t found, uint64_t right, uint64_t truth, ck_interval precision, ck_interval recall, double f1) {
    return json_pack("{s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o}", "found", (json_int_t)found, "right", (json_int_t)right, "true", (json_int_t)truth,
                     "precision", ck_json_real(precision.estimate), "precision_interval", ck_json_bounds((ck_bounds){precision.low, precision.high}),
                     "recall", ck_json_real(recall.estimate), "recall_interval", ck_json_bounds((ck_bounds){recall.low, recall.high}), "f1",
                     ck_json_real(f1));
}

static json_t *class_json(const ck_class *class, const ck_subgroup *s) {
    measures m = measures_of(s);
    json_t *pairs = tally_json(s->pairs.found, s->pairs.right, s->true_pairs, m.precision, m.recall, m.f1), *missed = json_object();
    for (int k = 0; k < CK_MISSES; k++)
        json_object_set_new(missed, ck_miss_word((ck_miss)k), json_integer((json_int_t)s->missed[k]));
    json_object_set_new(pairs, "true_shared", json_integer((json_int_t)s->true_shared));
    json_object_set_new(pairs, "missed", json_integer((json_int_t)m.missed));
    json_object_set_new(pairs, "missed_by", missed);
    return json_pack("{s:s, s:s, s:I, s:I, s:b, s:o, s:o}", "kind", ck_class_word(class->kind), "value", class->value, "values",
                     (json_int_t)class->values, "records", (json_int_t)class->records, "small", ck_subgroup_is_small(s), "pairs", pairs, "persons",
                     tally_json(s->persons, s->whole, s->entities, m.persons_precision, m.persons_recall, m.persons_f1));
}

static json_t *by_json(const by *b, const ck_run_record *record) {
    json_t *tables = json_array();
    for (uint32_t g = 1; g < b->n; g++) {
        json_t *groups = json_array();
        for (uint32_t k = 0; k < b->grouping[g].n; k++)
            json_array_append_new(groups, class_json(&b->grouping[g].class[k], &b->subgroup[g][k]));
        json_array_append_new(tables, json_pack("{s:s, s:o}", "by", b->grouping[g].text, "groups", groups));
    }
    return json_pack("{s:o, s:f, s:I, s:o, s:o}", "persons_stamp", ck_run_record_persons_stamp(record), "decision_weight", b->decision, "records_without_truth", (json_int_t)b->without_truth, "all",
                     class_json(&b->grouping[0].class[0], &b->subgroup[0][0]), "tables", tables);
}

/* ---- CSV ---- */

static void write_share(ck_csv_out *csv, ck_interval share) {
    const double value[] = {share.estimate, share.low, share.high};
    for (int k = 0; k < 3; k++)
        if (isfinite(value[k]))
            ck_csv_out_real(csv, value[k]);
        else
            ck_csv_out_string(csv, "");
}

static void write_f1(ck_csv_out *csv, double f1) {
    if (isfinite(f1))
        ck_csv_out_real(csv, f1);
    else
        ck_csv_out_string(csv, "");
}

static void write_class(ck_csv_out *csv, const char *text, const ck_class *class, const ck_subgroup *s) {
    measures m = measures_of(s);
    const uint64_t pairs[] = {s->pairs.found, s->pairs.right, s->true_pairs, s->true_shared, m.missed, s->missed[CK_MISS_RULES],
                              s->missed[CK_MISS_WEIGHT], s->missed[CK_MISS_CLUSTERS]};
    ck_csv_out_string(csv, text);
    ck_csv_out_string(csv, ck_class_word(class->kind));
    ck_csv_out_string(csv, class->value);
    ck_csv_out_integer(csv, (int64_t)class->records);
    ck_csv_out_integer(csv, ck_subgroup_is_small(s));
    for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++)
        ck_csv_out_integer(csv, (int64_t)pairs[k]);
    write_share(csv, m.precision);
    write_share(csv, m.recall);
    write_f1(csv, m.f1);
    ck_csv_out_integer(csv, (int64_t)s->persons);
    ck_csv_out_integer(csv, (int64_t)s->entities);
    ck_csv_out_integer(csv, (int64_t)s->whole);
    write_share(csv, m.persons_precision);
    write_share(csv, m.persons_recall);
    write_f1(csv, m.persons_f1);
    ck_csv_out_end_row(csv);
}

static ck_status write_csv(ck_error *error, const char *path, const by *b) {
    static const char *const names[] = {"by", "kind", "value", "records", "small", "found", "right", "true_pairs", "true_shared", "missed",
                                        "missed_by_rules", "missed_by_weight", "missed_by_clusters", "precision", "precision_low",
                                        "precision_high", "recall", "recall_low", "recall_high", "f1", "persons", "entities", "whole_persons",
                                        "persons_precision", "persons_precision_low", "persons_precision_high", "persons_recall",
                                        "persons_recall_low", "persons_recall_high", "persons_f1"};
    ck_csv_out csv = {0};
    if (ck_csv_out_open(error, path, &csv) == CK_OK) {
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            ck_csv_out_string(&csv, names[k]);
        ck_csv_out_end_row(&csv);
        for (uint32_t g = 0; g < b->n; g++)
            for (uint32_t k = 0; k < b->grouping[g].n; k++)
                write_class(&csv, b->grouping[g].text, &b->grouping[g].class[k], &b->subgroup[g][k]);
        ck_csv_out_commit(error, &csv);
    }
    ck_csv_out_close(&csv);
    return error->status;
}

/* ---- the table ---- */

enum { SHOWN_MAX = 40 };

static void print_share(ck_interval share) {
    char text[CK_COUNT_TEXT];
    printf(" %7s", ck_measure_text(share.estimate, text));
    if (isfinite(share.low))
        printf(" %.3f-%.3f", share.low, share.high);
    else
        printf(" %11s", "");
}

static void print_class(const ck_class *class, const ck_subgroup *s) {
    char words[CK_COUNT_TEXT * 2], text[CK_COUNT_TEXT];
    measures m = measures_of(s);
    if (class->kind == CK_CLASS_OTHERS)
        snprintf(words, sizeof words, "(%llu others)", (unsigned long long)class->values);
    else
        snprintf(words, sizeof words, class->kind == CK_CLASS_VALUE ? "%.40s" : "(%.40s)", class->kind == CK_CLASS_VALUE ? class->value : ck_class_word(class->kind));
    printf("%-16s%c %9llu %10llu", words, ck_subgroup_is_small(s) ? '*' : ' ', (unsigned long long)class->records, (unsigned long long)s->true_pairs);
    print_share(m.precision);
    print_share(m.recall);
    printf(" %7s %8llu %8llu %8llu", ck_measure_text(m.f1, text), (unsigned long long)s->missed[CK_MISS_RULES],
           (unsigned long long)s->missed[CK_MISS_WEIGHT], (unsigned long long)s->missed[CK_MISS_CLUSTERS]);
    printf(" %7s", ck_measure_text(m.persons_precision.estimate, text));
    printf(" %7s\n", ck_measure_text(m.persons_recall.estimate, text));
}

/** Of many groups only those that are not small. @return whether some are small */
static bool print_grouping(const ck_grouping *grouping, const ck_subgroup *subgroup) {
    uint32_t small = 0, hidden;
    for (uint32_t k = 0; k < grouping->n; k++)
        small += ck_subgroup_is_small(&subgroup[k]);
    hidden = grouping->n > SHOWN_MAX ? small : 0;
    printf("\nby %s\n", grouping->text);
    for (uint32_t k = 0; k < grouping->n; k++)
        if (!hidden || !ck_subgroup_is_small(&subgroup[k]))
            print_class(&grouping->class[k], &subgroup[k]);
    if (hidden)
        printf("and %u small groups, which are in subgroups.csv\n", hidden);
    return small > hidden;
}

static void print_table(const by *b) {
    bool small = false;
    printf("%-17s %9s %10s %7s %11s %7s %11s %7s %26s %15s\n", "", "", "true", "", "", "", "", "", "pairs missed by", "whole persons");
    printf("%-17s %9s %10s %7s %11s %7s %11s %7s %8s %8s %8s %7s %7s\n", "", "records", "pairs", "prec.", "95 %", "recall", "95 %", "F1", "rules",
           "weight", "clusters", "prec.", "recall");
    print_class(&b->grouping[0].class[0], &b->subgroup[0][0]);
    for (uint32_t g = 1; g < b->n; g++)
        small = print_grouping(&b->grouping[g], b->subgroup[g]) || small;
    if (small)
        printf("\n* fewer than %d persons or entities with a pair: too small to compare\n", CK_SUBGROUP_SMALL);
}

static ck_status show(ck_workspace *work, ck_error *error, const by *b) {
    char *json_path = ck_path_join(error, work->folder, "subgroups.json"), *csv_path = ck_path_join(error, work->folder, "subgroups.csv");
    bool json = work->cli->options.json;
    if (work->cli->comm.rank == 0 && !error->status && write_csv(error, csv_path, b) == CK_OK &&
        ck_json_file(error, json_path, by_json(b, &work->record), json) == CK_OK && !json)
        print_table(b);
    ck_free(json_path);
    ck_free(csv_path);
    return ck_par_agree(&work->cli->comm, error);
}

ck_status ck_evaluate_by(ck_workspace *work, ck_error *error) {
    by b = {0};
    if (ck_stage_require_truth(work, error) == CK_OK && ck_stage_require(work, error, CK_STAGE_INGEST) == CK_OK &&
        ck_stage_require(work, error, CK_STAGE_LINK) == CK_OK && ck_stage_require(work, error, CK_STAGE_CLUSTER) == CK_OK &&
        measure(work, error, &b) == CK_OK)
        show(work, error, &b);
    free_by(&b);
    return error->status;
}
