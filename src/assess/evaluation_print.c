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

static void print_measures(FILE *out, const ck_evaluation *e) {
    fputs("  ", out);
    print_number(out, "blocking_recall", e->blocking_recall, ",\n");
    fputs("  \"edge\": {", out);
    print_number(out, "f1", e->edge_f1, ", ");
    print_number(out, "precision", e->edge_precision, ", ");
    print_number(out, "recall", e->edge_recall, ", ");
    print_number(out, "best_f1", e->edge_best_f1, ", ");
    print_number(out, "best_weight", e->edge_best_weight, "},\n");
    fputs("  \"closure\": {", out);
    print_number(out, "f1", e->closure_f1, ", ");
    print_number(out, "precision", e->closure_precision, ", ");
    print_number(out, "recall", e->closure_recall, ", ");
    print_number(out, "threshold_weight", e->threshold_weight, ", ");
    print_number(out, "best_f1", e->closure_best_f1, ", ");
    print_number(out, "best_weight", e->closure_best_weight, "}\n");
}

ck_status ck_evaluation_print(ck_error *error, const ck_evaluation *evaluation, char **text) {
    size_t n = 0;
    *text = NULL;
    FILE *out = open_memstream(text, &n);
    if (out) {
        fputs("{\n", out);
        print_counts(out, evaluation);
        print_measures(out, evaluation);
        fputs("}\n", out);
    }
    if (!out || fclose(out) != 0) {
        free(*text);
        *text = NULL;
        ck_fail(error, CK_MEMORY, "Out of memory while the evaluation is written.");
    }
    return error->status;
}
