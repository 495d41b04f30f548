/** carrick evaluate --labels: links and persons against labelled pairs. */
#include "assess/labels.h"
#include "assess/measures.h"
#include "base/memory.h"
#include "cli/console.h"
#include "cli/files.h"
#include "cli/stages.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *real_json(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *bounds_json(double share, double n) {
    ck_bounds bounds = ck_wilson_share(share, n);
    return n > 0 ? json_pack("[f, f]", bounds.low, bounds.high) : json_null();
}

static double share_of(ck_label_sum sum) {
    return sum.pairs ? sum.matches / (double)sum.pairs : (double)NAN;
}

/** Precision and recall of what was put together. */
static json_t *measure_json(ck_label_sum found, ck_label_sum all) {
    double precision = share_of(found), recall = all.matches > 0 ? found.matches / all.matches : (double)NAN;
    double f1 = all.matches > 0 ? 2 * found.matches / ((double)found.pairs + all.matches) : (double)NAN;
    return json_pack("{s:I, s:f, s:o, s:o, s:o, s:o, s:o}", "found", (json_int_t)found.pairs, "right", found.matches, "precision",
                     real_json(precision), "recall", real_json(recall), "f1", real_json(f1), "precision_interval",
                     bounds_json(precision, (double)found.pairs), "recall_interval", bounds_json(recall, all.matches));
}

static json_t *sum_json(ck_label_sum sum) {
    return json_pack("{s:I, s:f, s:o, s:o}", "pairs", (json_int_t)sum.pairs, "matches", sum.matches, "share", real_json(share_of(sum)), "interval",
                     bounds_json(share_of(sum), (double)sum.pairs));
}

static json_t *bands_json(const ck_label_measures *m, double decision) {
    json_t *bands = json_array();
    for (int k = 0; k < CK_LABEL_BANDS; k++) {
        json_t *band = sum_json(m->band[k]);
        json_object_set_new(band, "from", k > 0 ? json_real(decision + ck_label_band_from(k)) : json_null());
        json_object_set_new(band, "to", k + 1 < CK_LABEL_BANDS ? json_real(decision + ck_label_band_from(k + 1)) : json_null());
        json_array_append_new(bands, band);
    }
    return bands;
}

static json_t *labels_json(const ck_labels *labels, const ck_label_measures *m, double decision) {
    return json_pack("{s:I, s:I, s:I, s:I, s:f, s:f, s:o, s:o, s:o, s:o}", "labels", (json_int_t)labels->n, "labels_without_record",
                     (json_int_t)labels->without_record, "labels_of_one_record", (json_int_t)labels->same_record, "labels_empty",
                     (json_int_t)labels->empty, "matches", m->all.matches, "decision_weight", decision, "edge", measure_json(m->links, m->all),
                     "persons", measure_json(m->persons, m->all), "bands", bands_json(m, decision), "without_weight", sum_json(m->without_weight));
}

/* ---- the table ---- */

static void print_measure(const char *words, ck_label_sum found, ck_label_sum all) {
    char text[CK_COUNT_TEXT];
    double precision = share_of(found), recall = all.matches > 0 ? found.matches / all.matches : (double)NAN;
    ck_bounds p = ck_wilson_share(precision, (double)found.pairs), r = ck_wilson_share(recall, all.matches);
    printf("%-22s %9s", words, ck_measure_text(precision, text));
    printf(" %9s", ck_measure_text(p.low, text));
    printf("-%-9s", ck_measure_text(p.high, text));
    printf(" %9s", ck_measure_text(recall, text));
    printf(" %9s", ck_measure_text(r.low, text));
    printf("-%s\n", ck_measure_text(r.high, text));
}

static void print_sum(const char *words, ck_label_sum sum) {
    char text[CK_COUNT_TEXT];
    ck_bounds bounds = ck_wilson_share(share_of(sum), (double)sum.pairs);
    printf("%-22s %9llu %9.6g %9s", words, (unsigned long long)sum.pairs, sum.matches, ck_measure_text(share_of(sum), text));
    printf(" %9s", ck_measure_text(bounds.low, text));
    printf("-%s\n", ck_measure_text(bounds.high, text));
}

static void print_table(const ck_labels *labels, const ck_label_measures *m, double decision) {
    char words[CK_COUNT_TEXT];
    printf("%llu labelled pairs, %.6g matches; left out: %llu without record, %llu of one record, %llu without score\n\n",
           (unsigned long long)labels->n, m->all.matches, (unsigned long long)labels->without_record, (unsigned long long)labels->same_record,
           (unsigned long long)labels->empty);
    printf("%-22s %9s %9s %9s %9s %9s\n", "", "precision", "95 %", "", "recall", "95 %");
    print_measure("links", m->links, m->all);
    print_measure("inside persons", m->persons, m->all);
    printf("\n%-22s %9s %9s %9s %9s\n", "match weight", "pairs", "matches", "share", "95 %");
    print_sum("no link, or below floor", m->without_weight);
    for (int k = 0; k < CK_LABEL_BANDS; k++) {
        snprintf(words, sizeof words, k ? "from %.4g%s" : "below", decision + ck_label_band_from(k),
                 k == CK_LABEL_FIRST_LINK ? " (decision)" : "");
        print_sum(words, m->band[k]);
    }
}

static void show(ck_workspace *work, ck_error *error, const char *path, const ck_labels *labels) {
    double decision = ck_decision_weight(work);
    ck_label_measures measures;
    ck_labels_measure(labels, decision, &measures);
    json_t *root = labels_json(labels, &measures, decision);
    char *text = ck_json_text(error, root);
    if (text && ck_file_write(error, path, text, strlen(text)) == CK_OK && work->cli->options.json)
        fputs(text, stdout);
    else if (!error->status)
        print_table(labels, &measures, decision);
    free(text);
    json_decref(root);
}

ck_status ck_labels_evaluate(ck_workspace *work, ck_error *error) {
    const ck_comm *comm = &work->cli->comm;
    ck_labels labels = {0};
    ck_links links = {0};
    ck_index index = {0};
    char *path = ck_path_join(error, work->folder, "labels.json");
    if (ck_par_agree(comm, error) == CK_OK && ck_stage_require(work, error, CK_STAGE_INGEST) == CK_OK &&
        ck_stage_require(work, error, CK_STAGE_LINK) == CK_OK && ck_stage_require(work, error, CK_STAGE_CLUSTER) == CK_OK &&
        ck_workspace_people(work, error, false) == CK_OK && ck_links_open(comm, error, work->links_path, &links) == CK_OK &&
        ck_index_open(comm, error, work->index_path, &index) == CK_OK &&
        ck_labels_read(comm, error, work->people_path, &work->people, work->cli->options.labels, &labels) == CK_OK &&
        ck_labels_weigh(comm, error, &links, &index, &labels) == CK_OK && comm->rank == 0)
        show(work, error, path, &labels);
    ck_free(path);
    ck_index_free(&index);
    ck_links_free(&links);
    ck_labels_free(&labels);
    return ck_par_agree(comm, error);
}
