/** carrick evaluate --labels: links and persons against labelled pairs. */
#include "assess/labels.h"
#include "assess/measures.h"
#include "base/memory.h"
#include "cli/console.h"
#include "cli/files.h"
#include "cli/json_out.h"
#include "cli/review.h"
#include "cli/stages.h"
#include <stdio.h>

/** The interval of a sum, as wide as so many labels allow, whatever pairs they stand for. */
static ck_interval interval_of(const ck_ratio *ratio) {
    return ck_wilson_of_ratio(ratio, (double)ratio->clusters);
}

static json_t *bounds_json(ck_interval share) {
    return ck_json_bounds((ck_bounds){share.low, share.high});
}

/** 2 right / (found + matches). */
static double f1_of(const ck_label_found *m) {
    return m->recall.size > 0 ? 2 * m->found.share.right / (m->found.share.size + m->recall.size) : (double)NAN;
}

/** Precision and recall of what was put together. */
static json_t *measure_json(const ck_label_found *m) {
    ck_interval precision = interval_of(&m->found.share), recall = interval_of(&m->recall);
    return json_pack("{s:I, s:f, s:f, s:o, s:o, s:o, s:o, s:o}", "found", (json_int_t)m->found.pairs, "stands_for", m->found.share.size, "right",
                     m->found.share.right, "precision", ck_json_real(precision.estimate), "recall", ck_json_real(recall.estimate), "f1",
                     ck_json_real(f1_of(m)), "precision_interval", bounds_json(precision), "recall_interval", bounds_json(recall));
}

static json_t *sum_json(const ck_label_sum *sum) {
    ck_interval share = interval_of(&sum->share);
    return json_pack("{s:I, s:f, s:f, s:o, s:o}", "pairs", (json_int_t)sum->pairs, "stands_for", sum->share.size, "matches", sum->share.right, "share",
                     ck_json_real(share.estimate), "interval", bounds_json(share));
}

static json_t *bands_json(const ck_label_measures *m, double decision) {
    json_t *bands = json_array();
    for (int k = 0; k < CK_LABEL_BANDS; k++) {
        json_t *band = sum_json(&m->band[k]);
        json_object_set_new(band, "from", ck_json_real(decision + ck_label_band_from(k)));
        json_object_set_new(band, "to", ck_json_real(decision + ck_label_band_from(k + 1)));
        json_array_append_new(bands, band);
    }
    return bands;
}

static const char *weights_word(ck_label_weights weights) {
    static const char *const word[] = {[CK_WEIGHTS_NONE] = "none", [CK_WEIGHTS_COLUMN] = "column", [CK_WEIGHTS_SAMPLE] = "sample"};
    return word[weights];
}

static json_t *labels_json(const ck_labels *labels, const ck_label_measures *m, double decision) {
    return json_pack("{s:I, s:s, s:f, s:I, s:I, s:I, s:f, s:f, s:o, s:o, s:o, s:o}", "labels", (json_int_t)labels->n, "weights",
                     weights_word(labels->weights), "stands_for", m->all.share.size, "labels_without_record", (json_int_t)labels->without_record,
                     "labels_of_one_record", (json_int_t)labels->same_record, "labels_empty", (json_int_t)labels->empty, "matches",
                     m->all.share.right, "decision_weight", decision, "edge", measure_json(&m->links), "persons", measure_json(&m->persons), "bands",
                     bands_json(m, decision), "without_weight", sum_json(&m->without_weight));
}

/* ---- the table ---- */

static void print_share(ck_interval share) {
    char text[CK_COUNT_TEXT];
    printf(" %9s", ck_measure_text(share.estimate, text));
    printf(" %9s", ck_measure_text(share.low, text));
    printf("-%-9s", ck_measure_text(share.high, text));
}

static void print_measure(const char *words, const ck_label_found *m) {
    char text[CK_COUNT_TEXT];
    printf("%-22s", words);
    print_share(interval_of(&m->found.share));
    print_share(interval_of(&m->recall));
    printf(" %9s\n", ck_measure_text(f1_of(m), text));
}

static void print_sum(const char *words, const ck_label_sum *sum) {
    printf("%-22s %9llu %12.6g %12.6g", words, (unsigned long long)sum->pairs, sum->share.size, sum->share.right);
    print_share(interval_of(&sum->share));
    putchar('\n');
}

static const char *weights_sentence(ck_label_weights weights) {
    static const char *const sentence[] = {
        [CK_WEIGHTS_NONE] = "Each label counts once: what follows holds for the labelled pairs.",
        [CK_WEIGHTS_COLUMN] = "Each label counts as its sampling_weight says.",
        [CK_WEIGHTS_SAMPLE] = "The labels are of this folder's review sample: each counts for its share of the pairs of its band.",
    };
    return sentence[weights];
}

static void print_table(const ck_labels *labels, const ck_label_measures *m, double decision) {
    char words[CK_COUNT_TEXT];
    printf("%llu labelled pairs that stand for %.9g, of them %.6g matches; left out: %llu without record, %llu of one record, %llu without score\n%s\n\n",
           (unsigned long long)labels->n, m->all.share.size, m->all.share.right, (unsigned long long)labels->without_record,
           (unsigned long long)labels->same_record, (unsigned long long)labels->empty, weights_sentence(labels->weights));
    printf("%-22s %9s %9s %9s %9s %9s %9s %9s\n", "", "precision", "95 %", "", "recall", "95 %", "", "F1");
    print_measure("links", &m->links);
    print_measure("inside persons", &m->persons);
    printf("\n%-22s %9s %12s %12s %9s %9s\n", "match weight", "labels", "pairs", "matches", "share", "95 %");
    print_sum("no link, or below floor", &m->without_weight);
    for (int k = 0; k < CK_LABEL_BANDS; k++) {
        snprintf(words, sizeof words, k ? "from %.4g%s" : "below", decision + ck_label_band_from(k),
                 k == CK_LABEL_FIRST_LINK ? " (decision)" : "");
        print_sum(words, &m->band[k]);
    }
}

static void show(const ck_workspace *work, ck_error *error, const char *path, const ck_labels *labels, double decision) {
    bool json = work->cli->options.json;
    ck_label_measures measures;
    ck_labels_measure(labels, decision, &measures);
    if (ck_json_file(error, path, labels_json(labels, &measures, decision), json) == CK_OK && !json)
        print_table(labels, &measures, decision);
}

ck_status ck_labels_weights_of(const ck_workspace *work, ck_error *error, const char *sample_file, ck_labels *labels) {
    char *path = ck_path_join(error, work->folder, sample_file), *text = NULL;
    size_t n;
    ck_review_sample sample = {0};
    if (path && ck_path_is_file(path) && ck_file_read(error, path, &text, &n) == CK_OK) {
        json_t *root = json_loads(text, 0, NULL);
        if (ck_review_sample_parse(error, path, root, &sample) == CK_OK)
            ck_labels_use_sample(error, labels, &sample);
        json_decref(root);
    }
    ck_review_sample_free(&sample);
    ck_free(text);
    ck_free(path);
    return error->status;
}

ck_status ck_labels_evaluate(ck_workspace *work, ck_error *error) {
    const ck_comm *comm = &work->cli->comm;
    double decision = ck_decision_weight(work);
    ck_labels labels = {0};
    ck_links links = {0};
    ck_index index = {0};
    char *path = ck_path_join(error, work->folder, "labels.json");
    if (ck_par_agree(comm, error) == CK_OK && ck_stage_require(work, error, CK_STAGE_INGEST) == CK_OK &&
        ck_stage_require(work, error, CK_STAGE_LINK) == CK_OK && ck_stage_require(work, error, CK_STAGE_CLUSTER) == CK_OK &&
        ck_workspace_people(work, error, false) == CK_OK && ck_links_open(comm, error, work->links_path, &links) == CK_OK &&
        ck_index_open(comm, error, work->index_path, &index) == CK_OK &&
        ck_labels_read(comm, error, work->people_path, &work->people, work->cli->options.labels, &labels) == CK_OK &&
        ck_labels_weigh(comm, error, &links, &index, &labels) == CK_OK && comm->rank == 0 &&
        ck_labels_weights_of(work, error, CK_REVIEW_SAMPLE_FILE, &labels) == CK_OK)
        show(work, error, path, &labels, decision);
    ck_free(path);
    ck_index_free(&index);
    ck_links_free(&links);
    ck_labels_free(&labels);
    return ck_par_agree(comm, error);
}
