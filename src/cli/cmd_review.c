/** carrick review sample|import DIR: what people who look at pairs say of the links. */
#include "assess/review.h"
#include "base/memory.h"
#include "cli/audit.h"
#include "cli/console.h"
#include "cli/files.h"
#include "csv/csv_out.h"
#include "cli/json_out.h"
#include "cli/review.h"
#include "cli/run_record.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** What follows from the answers; rank 0's. */
typedef struct review_findings {
    ck_review_sample sample;
    json_t *ids; /**< [n] of the sample: source and id of both sides */
    ck_answers answers;
    ck_review_estimate estimate, if_no_match, if_match; /**< of pairs that nobody is sure about */
    ck_kappa kappa;
} review_findings;

/* ---- reading ---- */

static ck_status read_sample(ck_error *error, const char *folder, ck_review_sample *sample, json_t **ids) {
    char *path = ck_path_join(error, folder, CK_REVIEW_SAMPLE_FILE), *text = NULL;
    size_t n = 0;
    if (path && !ck_path_is_file(path))
        ck_fail(error, CK_FILE, "'%s' holds no sample; 'carrick review sample %s' draws one.", folder, folder);
    if (!error->status && ck_file_read(error, path, &text, &n) == CK_OK) {
        json_t *root = json_loadb(text, n, 0, NULL);
        ck_review_sample_parse(error, path, root, sample);
        *ids = json_incref(json_object_get(root, "ids"));
        json_decref(root);
    }
    ck_free(text);
    ck_free(path);
    return error->status;
}

static ck_status find_out(const ck_options *options, ck_error *error, review_findings *found) {
    ck_review_counts counts[CK_REVIEW_BANDS];
    read_sample(error, options->word[1], &found->sample, &found->ids);
    for (uint32_t k = 0; k < options->answers.n && !error->status; k++)
        ck_answers_read(error, options->answers.path[k], k, &found->sample, &found->answers);
    if (!error->status && !found->answers.reviewers)
        ck_fail(error, CK_DATA, "%s holds no answers.", options->answers.path[0]);
    if (error->status)
        return error->status;
    ck_review_count(&found->sample, &found->answers, counts);
    ck_review_estimates(&found->sample, counts, CK_UNSURE_LEFT_OUT, &found->estimate);
    ck_review_estimates(&found->sample, counts, CK_UNSURE_NO_MATCH, &found->if_no_match);
    ck_review_estimates(&found->sample, counts, CK_UNSURE_MATCH, &found->if_match);
    ck_review_kappa(&found->answers, &found->kappa);
    return CK_OK;
}

/* ---- showing ---- */

static json_t *interval_json(ck_interval x) {
    return json_pack("{s:o, s:o, s:o}", "estimate", ck_json_real(x.estimate), "low", ck_json_real(x.low), "high", ck_json_real(x.high));
}

static json_t *bands_json(const review_findings *found) {
    json_t *bands = json_array();
    for (int b = 0; b < CK_REVIEW_BANDS; b++) {
        const ck_review_band *band = &found->sample.band[b];
        const ck_review_counts *c = &found->estimate.counts[b];
        json_array_append_new(bands, json_pack("{s:i, s:o, s:o, s:b, s:I, s:I, s:I, s:I, s:I, s:o}", "band", b + 1, "from", ck_json_real(band->from),
                                               "to", ck_json_real(band->to), "links", b >= CK_REVIEW_FIRST_LINK, "pairs",
                                               (json_int_t)band->pairs, "drawn", (json_int_t)band->drawn, "match", (json_int_t)c->match,
                                               "no_match", (json_int_t)c->no_match, "unsure", (json_int_t)c->unsure, "precision",
                                               interval_json(found->estimate.band[b])));
    }
    return bands;
}

static json_t *overall_json(const ck_review_estimate *e) {
    return json_pack("{s:o, s:o, s:f}", "precision", interval_json(e->precision), "recall", interval_json(e->recall), "matches", e->matches);
}

static json_t *kappa_json(const ck_kappa *kappa) {
    static const char *const word[] = {[CK_ANSWER_MATCH] = "match", [CK_ANSWER_NO_MATCH] = "no match", [CK_ANSWER_UNSURE] = "unsure"};
    json_t *table = json_array();
    for (int x = CK_ANSWER_MATCH; x < CK_ANSWERS; x++)
        for (int y = CK_ANSWER_MATCH; y < CK_ANSWERS; y++)
            json_array_append_new(table, json_pack("{s:s, s:s, s:I}", "first", word[x], "second", word[y], "pairs", (json_int_t)kappa->table[x][y]));
    return json_pack("{s:I, s:I, s:o, s:o}", "both", (json_int_t)kappa->both, "agreed", (json_int_t)kappa->agreed, "kappa",
                     interval_json(kappa->kappa), "table", table);
}

static json_t *findings_json(const review_findings *found) {
    json_t *reviewers = json_array();
    for (uint32_t k = 0; k < found->answers.reviewers; k++)
        json_array_append_new(reviewers, json_string(found->answers.name[k]));
    json_t *root = json_pack("{s:s, s:I, s:f, s:o, s:o, s:o, s:o, s:o, s:I, s:I}", "sample", found->sample.id, "seed", (json_int_t)found->sample.seed,
                             "decision_weight", found->sample.decision, "reviewers", reviewers, "bands", bands_json(found), "overall",
                             overall_json(&found->estimate), "if_unsure_are_no_matches", overall_json(&found->if_no_match),
                             "if_unsure_are_matches", overall_json(&found->if_match), "links_without_answers",
                             (json_int_t)found->estimate.links_without_answers, "pairs_without_answers",
                             (json_int_t)found->estimate.pairs_without_answers);
    if (found->answers.reviewers == 2)
        json_object_set_new(root, "two_reviewers", kappa_json(&found->kappa));
    return root;
}

static void print_interval(ck_interval x) {
    if (isnan(x.estimate))
        printf("      -");
    else
        printf(" %6.4f  [%6.4f, %6.4f]", x.estimate, x.low, x.high);
}

static void print_bands(const review_findings *found) {
    char text[CK_COUNT_TEXT];
    printf("%4s %9s %9s %14s %7s %7s %9s %7s  matches among its pairs (95 %%)\n", "band", "from", "to", "pairs", "drawn", "match", "no match", "unsure");
    for (int b = CK_REVIEW_BANDS - 1; b >= 0; b--) {
        const ck_review_band *band = &found->sample.band[b];
        const ck_review_counts *c = &found->estimate.counts[b];
        if (!band->pairs)
            continue;
        printf("%4d %9.4g %9.4g %14s %7llu %7llu %9llu %7llu ", b + 1, band->from, band->to, ck_count_text(band->pairs, text),
               (unsigned long long)band->drawn, (unsigned long long)c->match, (unsigned long long)c->no_match, (unsigned long long)c->unsure);
        print_interval(found->estimate.band[b]);
        printf("\n");
    }
}

static bool has_pairs_below(const ck_review_sample *sample) {
    bool any = false;
    for (int b = 0; b < CK_REVIEW_FIRST_LINK; b++)
        any |= sample->band[b].pairs > 0;
    return any;
}

static void print_overall(const char *name, const ck_review_estimate *e) {
    printf("%-30s precision", name);
    print_interval(e->precision);
    printf("   recall");
    print_interval(e->recall);
    printf("\n");
}

static void print_table(const review_findings *found) {
    char text[CK_COUNT_TEXT];
    const ck_kappa *kappa = &found->kappa;
    print_bands(found);
    printf("\nLinks weigh at least %g; %s.\n", found->sample.decision,
           has_pairs_below(&found->sample) ? "recall is among the pairs of links.h5 alone" : "links.h5 has no other pairs, so recall cannot be told");
    print_overall("unsure pairs left out", &found->estimate);
    print_overall("unsure pairs as no matches", &found->if_no_match);
    print_overall("unsure pairs as matches", &found->if_match);
    if (found->estimate.pairs_without_answers)
        printf("%s pairs are in bands without an answer and count nowhere.\n", ck_count_text(found->estimate.pairs_without_answers, text));
    if (found->answers.reviewers == 2) {
        printf("\nTwo reviewers agree on %llu of %llu pairs that both answered; kappa", (unsigned long long)kappa->agreed,
               (unsigned long long)kappa->both);
        print_interval(kappa->kappa);
        printf("\n");
    }
}

static ck_status show(const ck_options *options, ck_error *error, const review_findings *found) {
    char *path = ck_path_join(error, options->word[1], CK_REVIEW_FILE);
    if (path) {
        json_t *root = findings_json(found);
        char *text = ck_json_text(error, root);
        if (text && ck_file_write(error, path, text, strlen(text)) == CK_OK) {
            if (options->json)
                fputs(text, stdout);
            else
                print_table(found);
        }
        free(text);
        json_decref(root);
    }
    ck_free(path);
    return error->status;
}

/* ---- labels ---- */

static void write_label(ck_csv_out *csv, const json_t *pair, bool match) {
    static const size_t place[] = {1, 3, 0, 2}; /* the pair holds source_l, id_l, source_r, id_r */
    for (size_t k = 0; k < 4; k++) {
        const json_t *text = json_array_get(pair, place[k]);
        if (k == 2)
            ck_csv_out_integer(csv, match);
        ck_csv_out_text(csv, (ck_span){json_string_value(text), json_string_length(text)});
    }
    ck_csv_out_end_row(csv);
}

/** The decided pairs as 'carrick evaluate --labels' reads them. */
static ck_status write_labels(const char *path, ck_error *error, const review_findings *found) {
    static const char *const column[] = {"id_l", "id_r", "score", "source_l", "source_r"};
    ck_csv_out csv = {0};
    if (json_array_size(found->ids) != found->sample.n)
        return ck_fail(error, CK_FILE, "The folder's sample does not say who its pairs are; 'carrick review sample' draws it again.");
    if (ck_csv_out_open(error, path, &csv) == CK_OK) {
        for (size_t k = 0; k < sizeof column / sizeof *column; k++)
            ck_csv_out_string(&csv, column[k]);
        ck_csv_out_end_row(&csv);
        for (uint64_t i = 0; i < found->sample.n; i++) {
            ck_answer answer = ck_answers_of_pair(&found->answers, i);
            if (answer == CK_ANSWER_MATCH || answer == CK_ANSWER_NO_MATCH)
                write_label(&csv, json_array_get(found->ids, (size_t)i), answer == CK_ANSWER_MATCH);
        }
        ck_csv_out_commit(error, &csv);
    }
    ck_csv_out_close(&csv);
    return error->status;
}

static void log_import(ck_cli *cli, const review_findings *found) {
    uint64_t match = 0, no_match = 0, unsure = 0;
    for (int b = 0; b < CK_REVIEW_BANDS; b++) {
        match += found->estimate.counts[b].match;
        no_match += found->estimate.counts[b].no_match;
        unsure += found->estimate.counts[b].unsure;
    }
    ck_audit_in(cli, cli->options.word[1]);
    for (uint32_t k = 0; k < cli->options.answers.n; k++)
        ck_audit_input(cli, cli->options.answers.path[k]);
    ck_audit_count(cli, "review", json_pack("{s:I, s:I, s:I, s:I}", "reviewers", (json_int_t)found->answers.reviewers, "match", (json_int_t)match, "no_match",
                                            (json_int_t)no_match, "unsure", (json_int_t)unsure));
    ck_audit_output(cli, cli->options.out_file);
}

/** Rank 0 reads, reckons and writes: a sample is small. */
ck_status ck_review_import_run(ck_cli *cli, ck_error *error) {
    review_findings found = {0};
    if (!cli->options.answers.n)
        return ck_fail(error, CK_USAGE, "'carrick review import' needs --answers FILE, as the page saves it.");
    if (cli->comm.rank == 0 && find_out(&cli->options, error, &found) == CK_OK &&
        (!cli->options.out_file || write_labels(cli->options.out_file, error, &found) == CK_OK) && show(&cli->options, error, &found) == CK_OK)
        log_import(cli, &found);
    json_decref(found.ids);
    ck_answers_free(&found.answers);
    ck_review_sample_free(&found.sample);
    return ck_par_agree(&cli->comm, error);
}

ck_status ck_cmd_review(ck_cli *cli, ck_error *error) {
    const char *way = cli->options.word[0];
    if (strcmp(way, "sample") == 0)
        return ck_review_sample_run(cli, error);
    if (strcmp(way, "import") == 0)
        return ck_review_import_run(cli, error);
    return ck_fail(error, CK_USAGE, "'carrick review' needs sample|import DIR; see 'carrick review --help'.");
}
