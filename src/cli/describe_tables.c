/** The tables of carrick describe. */
#include "assess/intervals.h"
#include "base/memory.h"
#include "cli/files.h"
#include "csv/csv_out.h"
#include "cli/describe.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static bool is_small(const ck_description *d, uint64_t count) {
    return count > 0 && count < d->suppress;
}

/** A count that is not told is an empty cell. */
static void write_count(ck_csv_out *csv, const ck_description *d, uint64_t count) {
    if (is_small(d, count))
        ck_csv_out_string(csv, "");
    else
        ck_csv_out_integer(csv, (int64_t)count);
}

static void write_real(ck_csv_out *csv, double value) {
    if (isfinite(value))
        ck_csv_out_real(csv, value);
    else
        ck_csv_out_string(csv, "");
}

static void write_header(ck_csv_out *csv, const char *const *name, size_t n) {
    for (size_t k = 0; k < n; k++)
        ck_csv_out_string(csv, name[k]);
    ck_csv_out_end_row(csv);
}
#define WRITE_HEADER(csv, ...) write_header(csv, (const char *const[]){__VA_ARGS__}, sizeof(const char *const[]){__VA_ARGS__} / sizeof(char *))

typedef void write_table(ck_csv_out *csv, const ck_description *d);

static ck_status write_file(ck_error *error, const ck_description *d, const char *name, write_table *write) {
    char *path = ck_path_join(error, d->folder, name);
    ck_csv_out csv = {0};
    if (path && ck_csv_out_open(error, path, &csv) == CK_OK) {
        write(&csv, d);
        ck_csv_out_commit(error, &csv);
    }
    ck_csv_out_close(&csv);
    ck_free(path);
    return error->status;
}

/* ---- flow ---- */

static void write_step(ck_csv_out *csv, const ck_description *d, const char *step, const char *detail, uint64_t count) {
    ck_csv_out_string(csv, step);
    ck_csv_out_string(csv, detail);
    write_count(csv, d, count);
    ck_csv_out_end_row(csv);
}

static uint64_t integer_at(const json_t *object, const char *name) {
    return (uint64_t)json_integer_value(json_object_get(object, name));
}

static void write_sources(ck_csv_out *csv, const ck_description *d) {
    ck_error unread = {0};
    const ck_people *people = &d->work->people;
    char *path = ck_path_join(&unread, d->work->folder, "ingest.json");
    json_t *ingest = path ? json_load_file(path, 0, NULL) : NULL, *source;
    size_t s;
    json_array_foreach(json_object_get(ingest, "sources"), s, source) {
        const char *name = json_string_value(json_object_get(source, "name"));
        write_step(csv, d, "rows read", name ? name : "", integer_at(source, "rows_read"));
        if (json_object_get(source, "rows_opted_out"))
            write_step(csv, d, "rows opted out", name ? name : "", integer_at(source, "rows_opted_out"));
        write_step(csv, d, "rows rejected", name ? name : "", integer_at(source, "rows_rejected"));
    }
    for (s = 0; s < people->nsources; s++)
        write_step(csv, d, "records", people->source[s].name, people->source[s].record_end - people->source[s].record_begin);
    json_decref(ingest);
    ck_free(path);
}

static const char *rule_text(const ck_description *d, uint32_t rule) {
    return rule < d->work->job.rules.n ? d->work->job.rules.rule[rule].text : "";
}

static void write_pairs(ck_csv_out *csv, const ck_description *d) {
    const json_t *link = json_object_get(ck_run_record_stage(&d->work->record, "link"), "counts"), *pairs;
    size_t r;
    write_step(csv, d, "pairs possible", "", ck_run_record_count(&d->work->record, "train", "possible_pairs"));
    json_array_foreach(json_object_get(link, "new_pairs"), r, pairs)
        write_step(csv, d, "pairs first made by rule", rule_text(d, (uint32_t)r), (uint64_t)json_integer_value(pairs));
    write_step(csv, d, "candidate pairs", "", integer_at(link, "candidates"));
    write_step(csv, d, "pairs at or above the floor", "", d->links);
    write_step(csv, d, "links inside persons", "", d->inner);
}

static void write_flow(ck_csv_out *csv, const ck_description *d) {
    uint64_t single = 0;
    WRITE_HEADER(csv, "step", "detail", "count");
    write_sources(csv, d);
    write_pairs(csv, d);
    for (uint32_t r = 0; r < CK_LINKED_BY_NO_RULE; r++)
        if (r < d->work->job.rules.n)
            write_step(csv, d, "records first linked by rule", rule_text(d, r), d->linked_by[r]);
    write_step(csv, d, "records linked by others' links alone", "", d->linked_by[CK_LINKED_BY_NO_RULE]);
    write_step(csv, d, "records not linked", "", d->linked_by[CK_NOT_LINKED]);
    for (uint64_t i = 0; i < d->nsizes; i++)
        single += d->size[i].size == 1 ? d->size[i].persons : 0;
    write_step(csv, d, "persons", "", d->persons);
    write_step(csv, d, "persons of several records", "", d->persons - single);
}

/* ---- match rates ---- */

static uint64_t records_of(ck_rate rate) {
    return rate.linked + rate.unlinked;
}

static bool has_small(const ck_description *d, ck_rate rate) {
    return is_small(d, rate.linked) || is_small(d, rate.unlinked);
}

/** The row that is hidden with a lone hidden one, which the others and the sum would tell: the smallest that is not. */
static uint32_t second_hidden(const ck_description *d, uint32_t g) {
    uint32_t hidden = 0, smallest = UINT32_MAX;
    for (uint32_t k = 0; k < d->grouping[g].n; k++) {
        ck_rate rate = d->rate[g][k];
        hidden += has_small(d, rate);
        if (!has_small(d, rate) && (smallest == UINT32_MAX || records_of(rate) < records_of(d->rate[g][smallest])))
            smallest = k;
    }
    return hidden == 1 ? smallest : UINT32_MAX;
}

static void write_rate(ck_csv_out *csv, const char *by, const ck_class *class, ck_rate rate, ck_rate all, bool hidden) {
    ck_bounds bounds = ck_wilson_bounds(rate.linked, records_of(rate));
    const double share[] = {(double)rate.linked / (double)records_of(rate), bounds.low, bounds.high, (double)rate.linked / (double)all.linked,
                            (double)rate.unlinked / (double)all.unlinked, ck_standardised_difference(rate, all)};
    ck_csv_out_string(csv, by);
    ck_csv_out_string(csv, ck_class_word(class->kind));
    ck_csv_out_string(csv, class->value);
    ck_csv_out_integer(csv, hidden);
    for (int k = 0; k < 2 && !hidden; k++)
        ck_csv_out_integer(csv, (int64_t)(k ? rate.unlinked : rate.linked));
    for (size_t k = 0; k < sizeof share / sizeof *share && !hidden; k++)
        write_real(csv, share[k]);
    for (size_t k = 0; k < 2 + sizeof share / sizeof *share && hidden; k++)
        ck_csv_out_string(csv, "");
    ck_csv_out_end_row(csv);
}

static void write_linked(ck_csv_out *csv, const ck_description *d) {
    ck_rate all = d->rate[0][0];
    WRITE_HEADER(csv, "by", "kind", "value", "suppressed", "linked", "unlinked", "rate", "rate_low", "rate_high", "share_of_linked",
                 "share_of_unlinked", "standardised_difference");
    for (uint32_t g = 0; g < d->ngroupings; g++) {
        uint32_t second = second_hidden(d, g);
        for (uint32_t k = 0; k < d->grouping[g].n; k++)
            write_rate(csv, d->grouping[g].text, &d->grouping[g].class[k], d->rate[g][k], all, has_small(d, d->rate[g][k]) || k == second);
    }
}

/* ---- persons ---- */

static void write_persons(ck_csv_out *csv, const ck_description *d) {
    WRITE_HEADER(csv, "records", "persons", "pairs", "links", "density", "bridges");
    for (uint64_t i = 0; i < d->nsizes; i++) {
        const ck_size_row *row = &d->size[i];
        bool hidden = is_small(d, row->persons);
        ck_csv_out_integer(csv, (int64_t)row->size);
        write_count(csv, d, row->persons);
        for (int k = 0; k < 2; k++)
            write_count(csv, d, hidden ? 1 : k ? row->links : row->pairs);
        write_real(csv, row->pairs && !hidden ? (double)row->links / (double)row->pairs : (double)NAN);
        write_count(csv, d, hidden ? 1 : row->bridges);
        ck_csv_out_end_row(csv);
    }
}

static void write_conflict(ck_csv_out *csv, const ck_description *d, const char *what, const char *name, const char *kind, uint64_t persons) {
    ck_csv_out_string(csv, what);
    ck_csv_out_string(csv, name);
    ck_csv_out_string(csv, kind);
    write_count(csv, d, persons);
    ck_csv_out_end_row(csv);
}

static void write_conflicts(ck_csv_out *csv, const ck_description *d) {
    const ck_people *people = &d->work->people;
    WRITE_HEADER(csv, "several", "of", "kind", "persons");
    for (uint32_t c = 0; c < d->work->job.ingest.ncolumns; c++)
        write_conflict(csv, d, "values", people->column[c].name, ck_kind_name(people->column[c].kind), d->conflicts[c]);
    for (uint32_t s = 0; s < people->nsources; s++)
        write_conflict(csv, d, "records", people->source[s].name, people->source[s].unique ? "unique source" : "source", d->doubles[s]);
}

/* ---- patterns ---- */

static void write_pattern(ck_csv_out *csv, const ck_description *d, const uint64_t *stride, const ck_pattern_row *row, bool others) {
    for (uint32_t c = 0; c < d->work->job.comparisons.n; c++)
        if (others)
            ck_csv_out_string(csv, "");
        else
            ck_csv_out_integer(csv, ck_pattern_gamma(stride, c, row->pattern));
    ck_csv_out_integer(csv, (int64_t)row->pairs);
    ck_csv_out_integer(csv, (int64_t)row->links);
    ck_csv_out_real(csv, row->least);
    ck_csv_out_real(csv, row->most);
    ck_csv_out_real(csv, (double)row->matches_2_32 / 0x1p32 / (double)row->pairs);
    ck_csv_out_end_row(csv);
}

static void write_patterns(ck_csv_out *csv, const ck_description *d) {
    const ck_comparisons *comparisons = &d->work->job.comparisons;
    ck_error refused = {0}; /* the job was checked for too many patterns */
    uint64_t stride[CK_COMPARISONS_MAX + 1];
    ck_pattern_row rest = {.least = (double)INFINITY, .most = -(double)INFINITY};
    if (ck_pattern_strides(&refused, comparisons, stride) != CK_OK)
        return;
    for (uint32_t c = 0; c < comparisons->n; c++) {
        char name[256];
        snprintf(name, sizeof name, "gamma_%s", comparisons->comparison[c].name);
        ck_csv_out_string(csv, name);
    }
    WRITE_HEADER(csv, "pairs", "links", "least_weight", "most_weight", "mean_probability");
    for (uint64_t i = 0; i < d->npatterns; i++) {
        const ck_pattern_row *row = &d->pattern[i];
        if (!is_small(d, row->pairs)) {
            write_pattern(csv, d, stride, row, false);
            continue;
        }
        rest.pairs += row->pairs;
        rest.links += row->links;
        rest.matches_2_32 += row->matches_2_32;
        rest.least = fmin(rest.least, row->least);
        rest.most = fmax(rest.most, row->most);
    }
    if (rest.pairs >= d->suppress && rest.pairs > 0)
        write_pattern(csv, d, stride, &rest, true);
}

ck_status ck_describe_tables(ck_error *error, const ck_description *d) {
    static const struct table {
        const char *name;
        write_table *write;
    } table[] = {{"flow.csv", write_flow}, {"linked.csv", write_linked}, {"persons.csv", write_persons}, {"conflicts.csv", write_conflicts},
                 {"patterns.csv", write_patterns}};
    for (size_t k = 0; k < sizeof table / sizeof *table && !error->status; k++)
        write_file(error, d, table[k].name, table[k].write);
    return error->status;
}
