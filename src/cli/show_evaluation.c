/** evaluation.json for people: the table of measures, and --table as CSV. */
#include "base/memory.h"
#include "cli/console.h"
#include "csv/csv_out.h"
#include "cli/files.h"
#include "cli/stages.h"
#include <math.h>
#include <stdio.h>

/** evaluation.<group>.<name>, or evaluation.<name> without a group; NAN where it is null or absent. */
static double real_at(const json_t *evaluation, const char *group, const char *name) {
    const json_t *object = group ? json_object_get(evaluation, group) : evaluation;
    const json_t *value = json_object_get(object, name);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static void print_count(const json_t *evaluation, const char *name, const char *words) {
    char text[CK_COUNT_TEXT];
    const json_t *value = json_object_get(evaluation, name);
    if (value)
        printf("%-34s %15s\n", words, ck_count_text((uint64_t)json_integer_value(value), text));
}

static void print_group(const json_t *evaluation, const char *group, const char *words) {
    static const char *const measures[] = {"precision", "recall", "f1", "best_f1"};
    char text[CK_COUNT_TEXT];
    printf("%-22s", words);
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
        printf(" %9s", ck_measure_text(real_at(evaluation, group, measures[i]), text));
    double weight = real_at(evaluation, group, "best_weight");
    snprintf(text, sizeof text, isfinite(weight) ? "%.4g" : "-", weight);
    printf(" %9s\n", text);
}

/** The low and high end, "0.9500-0.9900". */
static void print_interval(const json_t *evaluation, const char *group, const char *name) {
    const json_t *pair = json_object_get(group ? json_object_get(evaluation, group) : evaluation, name);
    if (json_array_size(pair) == 2)
        printf("   %.4f-%.4f", json_number_value(json_array_get(pair, 0)), json_number_value(json_array_get(pair, 1)));
    else
        printf("   %13s", "-");
}

static void print_intervals(const json_t *evaluation) {
    static const char *const group[][2] = {{"edge", "pairs above threshold"}, {"closure", "pairs inside persons"}, {"whole_persons", "whole persons"}};
    printf("\n%-22s   %-13s   %s\n", "intervals of 95 %", "precision", "recall");
    for (size_t g = 0; g < sizeof group / sizeof *group; g++) {
        printf("%-22s", group[g][1]);
        print_interval(evaluation, group[g][0], "precision_interval");
        print_interval(evaluation, group[g][0], "recall_interval");
        putchar('\n');
    }
    printf("%-22s   %13s", "blocking", "");
    print_interval(evaluation, NULL, "blocking_recall_interval");
    putchar('\n');
}

static void print_table(const json_t *evaluation) {
    print_count(evaluation, "records", "records");
    print_count(evaluation, "records_without_truth", "  of them without truth");
    print_count(evaluation, "true_pairs", "true pairs");
    print_count(evaluation, "candidates", "candidate pairs");
    char text[CK_COUNT_TEXT];
    printf("%-34s %15s\n", "blocking recall", ck_measure_text(real_at(evaluation, NULL, "blocking_recall"), text));
    printf("%-34s %15.4g\n\n", "threshold (match weight)", real_at(evaluation, "closure", "threshold_weight"));
    printf("%-22s %9s %9s %9s %9s %9s\n", "", "precision", "recall", "F1", "best F1", "at weight");
    print_group(evaluation, "edge", "pairs above threshold");
    print_group(evaluation, "closure", "pairs inside persons");
    print_group(evaluation, "bcubed", "records (B-cubed)");
    print_group(evaluation, "whole_persons", "whole persons");
    print_intervals(evaluation);
}

/** One part (edge or closure) of one row of the table. */
static void write_row_part(ck_csv_out *csv, const json_t *part) {
    static const char *const measure[] = {"precision", "recall", "f1"};
    ck_csv_out_integer(csv, json_integer_value(json_object_get(part, "links")));
    ck_csv_out_integer(csv, json_integer_value(json_object_get(part, "tp")));
    for (size_t k = 0; k < sizeof measure / sizeof *measure; k++) {
        const json_t *value = json_object_get(part, measure[k]);
        if (json_is_number(value))
            ck_csv_out_real(csv, json_number_value(value));
        else
            ck_csv_out_string(csv, ""); /* no meaning: precision of nothing found */
    }
}

/** --table: the table of evaluation.json as CSV. */
static ck_status write_table(ck_error *error, const char *path, const json_t *evaluation) {
    static const char *const names[] = {"weight", "edge_links", "edge_tp", "edge_precision", "edge_recall", "edge_f1", "closure_links",
                                        "closure_tp", "closure_precision", "closure_recall", "closure_f1"};
    ck_csv_out csv = {0};
    size_t i;
    json_t *row;
    if (ck_csv_out_open(error, path, &csv) == CK_OK) {
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            ck_csv_out_string(&csv, names[k]);
        ck_csv_out_end_row(&csv);
        json_array_foreach(json_object_get(evaluation, "table"), i, row) {
            ck_csv_out_integer(&csv, json_integer_value(json_object_get(row, "weight")));
            write_row_part(&csv, json_object_get(row, "edge"));
            write_row_part(&csv, json_object_get(row, "closure"));
            ck_csv_out_end_row(&csv);
        }
        ck_csv_out_commit(error, &csv);
    }
    ck_csv_out_close(&csv);
    return error->status;
}

static void show_here(const ck_options *options, ck_error *error, const char *text, bool json) {
    json_t *evaluation = json_loads(text, 0, NULL);
    if (options->table)
        write_table(error, options->table, evaluation);
    if (!error->status && json)
        fputs(text, stdout);
    else if (!error->status && evaluation)
        print_table(evaluation);
    json_decref(evaluation);
}

ck_status ck_evaluation_show(ck_workspace *work, ck_error *error, bool json) {
    char *text = NULL;
    size_t n;
    if (work->cli->comm.rank == 0 && ck_file_read(error, work->evaluation_path, &text, &n) == CK_OK)
        show_here(&work->cli->options, error, text, json);
    ck_free(text);
    return ck_par_agree(&work->cli->comm, error);
}
