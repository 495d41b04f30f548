#include "assess/evaluate.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The shortest decimal that reads back as the same double; null where a measure has no meaning. */
static void print_number(FILE *out, const char *name, double value, const char *after) {
    char text[40] = "null";
    for (int digits = 6; isfinite(value) && digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    fprintf(out, "\"%s\": %s%s", name, text, after);
}

static void print_count(FILE *out, const char *name, uint64_t value) {
    fprintf(out, "  \"%s\": %llu,\n", name, (unsigned long long)value);
}

static void print_counts(FILE *out, const ck_evaluation *e) {
    print_count(out, "records", e->records);
    print_count(out, "rows", e->rows);
    print_count(out, "records_without_truth", e->records_without_truth);
    print_count(out, "truth_without_record", e->truth_without_record);
    print_count(out, "true_pairs", e->true_pairs);
    print_count(out, "candidates", e->candidates);
    print_count(out, "true_candidates", e->true_candidates);
}

static void print_interval(FILE *out, const char *name, uint64_t right, uint64_t n, const char *after) {
    ck_bounds interval = ck_wilson_bounds(right, n);
    if (n)
        fprintf(out, "\"%s\": [%.6g, %.6g]%s", name, interval.low, interval.high, after);
    else
        fprintf(out, "\"%s\": null%s", name, after);
}

static void print_tally(FILE *out, ck_tally tally, uint64_t true_pairs, const char *after) {
    fprintf(out, "\"found\": %llu, \"right\": %llu, ", (unsigned long long)tally.found, (unsigned long long)tally.right);
    print_interval(out, "precision_interval", tally.right, tally.found, ", ");
    print_interval(out, "recall_interval", tally.right, true_pairs, after);
}

static void print_persons(FILE *out, const ck_person_measures *p) {
    ck_tally whole = {p->persons, p->whole};
    fputs("  \"bcubed\": {", out);
    print_number(out, "precision", p->bcubed_precision, ", ");
    print_number(out, "recall", p->bcubed_recall, ", ");
    print_number(out, "f1", p->bcubed_f1, "},\n");
    fputs("  \"whole_persons\": {", out);
    print_number(out, "precision", ck_precision(whole), ", ");
    print_number(out, "recall", ck_recall(whole, p->entities), ", ");
    print_number(out, "f1", ck_f1(whole, p->entities), ", ");
    fprintf(out, "\"entities\": %llu, ", (unsigned long long)p->entities);
    print_tally(out, whole, p->entities, "},\n");
}

static void print_row_part(FILE *out, const char *name, ck_tally tally, uint64_t true_pairs, const char *after) {
    fprintf(out, "\"%s\": {\"links\": %llu, \"tp\": %llu, ", name, (unsigned long long)tally.found, (unsigned long long)tally.right);
    print_number(out, "precision", ck_precision(tally), ", ");
    print_number(out, "recall", ck_recall(tally, true_pairs), ", ");
    print_number(out, "f1", ck_f1(tally, true_pairs), after);
}

static void print_sweep(FILE *out, const ck_evaluation *e) {
    fputs("  \"table\": [", out);
    for (int t = e->sweep_lowest; t <= CK_SWEEP_HIGHEST; t++) {
        fprintf(out, "%s\n    {\"weight\": %d, ", t > e->sweep_lowest ? "," : "", t);
        print_row_part(out, "edge", e->edge_sweep[t - e->sweep_lowest], e->true_pairs, "}, ");
        print_row_part(out, "closure", e->closure_sweep[t - e->sweep_lowest], e->true_pairs, "}}");
    }
    fputs("\n  ]\n", out);
}

static void print_measures(FILE *out, const ck_evaluation *e) {
    fputs("  ", out);
    print_number(out, "blocking_recall", e->blocking_recall, ",\n  ");
    print_interval(out, "blocking_recall_interval", e->true_candidates, isnan(e->blocking_recall) ? 0 : e->true_pairs, ",\n");
    fputs("  \"edge\": {", out);
    print_number(out, "f1", e->edge_f1, ", ");
    print_number(out, "precision", e->edge_precision, ", ");
    print_number(out, "recall", e->edge_recall, ", ");
    print_number(out, "best_f1", e->edge_best_f1, ", ");
    print_number(out, "best_weight", e->edge_best_weight, ", ");
    print_tally(out, e->edge, e->true_pairs, "},\n");
    fputs("  \"closure\": {", out);
    print_number(out, "f1", e->closure_f1, ", ");
    print_number(out, "precision", e->closure_precision, ", ");
    print_number(out, "recall", e->closure_recall, ", ");
    print_number(out, "threshold_weight", e->threshold_weight, ", ");
    print_number(out, "best_f1", e->closure_best_f1, ", ");
    print_number(out, "best_weight", e->closure_best_weight, ", ");
    print_tally(out, e->closure, e->true_pairs, "},\n");
}

ck_status ck_evaluation_print(ck_error *error, const ck_evaluation *evaluation, char **text) {
    size_t n = 0;
    *text = NULL;
    FILE *out = open_memstream(text, &n);
    if (out) {
        fputs("{\n", out);
        print_counts(out, evaluation);
        print_measures(out, evaluation);
        print_persons(out, &evaluation->persons);
        print_sweep(out, evaluation);
        fputs("}\n", out);
    }
    if (!out || fclose(out) != 0) {
        free(*text);
        *text = NULL;
        ck_fail(error, CK_MEMORY, "Out of memory while the evaluation is written.");
    }
    return error->status;
}
