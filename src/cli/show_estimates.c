#include "cli/show_estimates.h"
#include "base/memory.h"
#include "cli/console.h"
#include "cli/files.h"
#include "cli/json_out.h"
#include <math.h>
#include <stdio.h>

/* `key` and `key`_interval. */
static void set_interval(json_t *to, const char *key, ck_interval x) {
    char name[48];
    snprintf(name, sizeof name, "%s_interval", key);
    json_object_set_new(to, key, ck_json_real(x.estimate));
    json_object_set_new(to, name, ck_json_bounds((ck_bounds){x.low, x.high}));
}

static json_t *bands_json(const ck_estimates_shown *s) {
    json_t *bands = json_array();
    for (int k = 0; k < CK_LABEL_BANDS; k++) {
        const ck_link_sum *sum = &s->pairs->band[k];
        json_t *band = json_pack("{s:o, s:o, s:I, s:f}", "from", ck_json_real(s->decision + ck_label_band_from(k)), "to",
                                 ck_json_real(s->decision + ck_label_band_from(k + 1)), "pairs",
                                 (json_int_t)sum->links, "matches", sum->matches);
        set_interval(band, "false_rate", s->found.false_rate[k]);
        json_array_append_new(bands, band);
    }
    return bands;
}

static json_t *blocking_json(const ck_estimates_shown *s) {
    const ck_captures *c = s->captures;
    json_t *blocking = json_pack("{s:i, s:f, s:f, s:f}", "rules", (int)c->rules, "matches", c->matches, "matches_by_one_rule", c->once,
                                 "matches_by_two_rules", c->twice);
    json_object_set_new(blocking, "missed_by_captures", ck_json_real(c->missed));
    set_interval(blocking, "missed", s->found.missed);
    set_interval(blocking, "recall", s->found.blocking_recall);
    return blocking;
}

static json_t *persons_json(const ck_estimates_shown *s) {
    json_t *persons = json_pack("{s:I, s:f}", "pairs", (json_int_t)s->pairs->inside.links, "matches", s->pairs->inside.matches);
    set_interval(persons, "precision", s->found.persons_precision);
    set_interval(persons, "recall", s->found.persons_recall);
    return persons;
}

static json_t *estimates_json(const ck_estimates_shown *s, const ck_run_record *record) {
    json_t *root = json_pack("{s:o, s:f, s:I}", "persons_stamp", ck_run_record_persons_stamp(record), "decision_weight", s->decision, "links", (json_int_t)s->found.links);
    set_interval(root, "matches", s->found.matches);
    set_interval(root, "precision", s->found.precision);
    set_interval(root, "recall", s->found.recall);
    json_object_set_new(root, "persons", persons_json(s));
    json_object_set_new(root, "bands", bands_json(s));
    json_object_set_new(root, "blocking", blocking_json(s));
    json_object_set_new(root, "models", json_integer(s->models));
    json_object_set_new(root, "records", json_integer((json_int_t)s->records));
    json_object_set_new(root, "unlinkable", json_integer((json_int_t)s->unlinkable));
    json_object_set_new(root, "unlinkable_share", ck_json_real(s->records ? (double)s->unlinkable / (double)s->records : NAN));
    return root;
}

/* ---- the table ---- */

static void print_share(const char *words, ck_interval x) {
    char a[CK_COUNT_TEXT], b[CK_COUNT_TEXT], c[CK_COUNT_TEXT];
    printf("%-48s %12s  %9s .. %s\n", words, ck_measure_text(x.estimate, a), ck_measure_text(x.low, b), ck_measure_text(x.high, c));
}

static void print_number(const char *words, ck_interval x) {
    if (isnan(x.estimate))
        printf("%-48s %12s\n", words, "cannot tell");
    else
        printf("%-48s %12.0f  %9.0f .. %.0f\n", words, x.estimate, x.low, x.high);
}

static void print_band(const ck_estimates_shown *s, int k) {
    char words[48], a[CK_COUNT_TEXT], b[CK_COUNT_TEXT], c[CK_COUNT_TEXT];
    const ck_link_sum *sum = &s->pairs->band[k];
    const ck_interval *rate = &s->found.false_rate[k];
    snprintf(words, sizeof words, k ? "from %.4g%s" : "below", s->decision + ck_label_band_from(k), k == CK_LABEL_FIRST_LINK ? " (decision)" : "");
    printf("%-22s %12llu %12.6g %12s  %9s .. %s\n", words, (unsigned long long)sum->links, sum->matches, ck_measure_text(rate->estimate, a),
           ck_measure_text(rate->low, b), ck_measure_text(rate->high, c));
}

static void print_table(const ck_estimates_shown *s) {
    char text[CK_COUNT_TEXT];
    const ck_estimates *e = &s->found;
    printf("%-48s %12s  95 of 100 possible truths\n", "links at the decision", ck_count_text(e->links, text));
    print_number("expected matches among the candidate pairs", e->matches);
    print_share("expected precision of the links", e->precision);
    print_share("expected recall of the candidate pairs", e->recall);
    print_number("matches that no rule makes, at least", e->missed);
    print_share("expected blocking recall, at most", e->blocking_recall);
    printf("%-48s %12s\n", "pairs inside persons", ck_count_text(e->inside, text));
    print_share("expected precision of the persons' pairs", e->persons_precision);
    print_share("expected recall of the persons' pairs, at most", e->persons_recall);
    printf("%-48s %12s\n\n", "records that could not link to themselves", ck_count_text(s->unlinkable, text));
    printf("%-22s %12s %12s %12s\n", "match weight", "pairs", "matches", "false rate");
    for (int k = 0; k < CK_LABEL_BANDS; k++)
        print_band(s, k);
}

ck_status ck_estimates_show(ck_workspace *work, ck_error *error, const ck_estimates_shown *shown) {
    char *path = ck_path_join(error, work->folder, "estimates.json");
    if (work->cli->comm.rank == 0 && path && ck_json_file(error, path, estimates_json(shown, &work->record), work->cli->options.json) == CK_OK &&
        !work->cli->options.json)
        print_table(shown);
    ck_free(path);
    return ck_par_agree(&work->cli->comm, error);
}
