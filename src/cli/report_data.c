/** Persons and households, and the data as they came. */
#include "base/memory.h"
#include "cli/json_out.h"
#include "cli/report_facts.h"
#include <math.h>
#include <stdio.h>

/* ---- sizes ---- */

/** Persons (or households) of one size, or of all sizes from `from` on where `to` is UINT64_MAX. */
typedef struct size_band {
    uint64_t from, to, count;
} size_band;

/** Does an open band tell how many persons of one size are in it, and is that a small number? Who knows the sum of all sizes, as that of persons' records
 *  is known, knows the band's: `excess` is that less what it would be were all of the least size. An excess of 1 is one person of the next size. Of the least
 *  size there are from persons - excess to persons - 1; any other size may as well not be there. */
static bool tells_size(const ck_report_facts *f, uint64_t least, uint64_t persons, uint64_t excess) {
    return excess == 1 || (ck_report_is_small(&f->report, least) && persons > excess && ck_report_is_small(&f->report, persons - 1));
}

/** The sizes from band `k` on as one open band, in *open. @return whether it tells a small number */
static bool is_open_told(const ck_report_facts *f, const size_band *band, uint64_t k, uint64_t n, size_band *open) {
    uint64_t excess = 0;
    *open = (size_band){.from = band[k].from, .to = UINT64_MAX};
    for (uint64_t i = k; i < n; i++) {
        open->count += band[i].count;
        excess += (band[i].from - open->from) * band[i].count;
    }
    return ck_report_is_small(&f->report, open->count) || tells_size(f, band[k].count, open->count, excess);
}

/** Put the sizes from the first that holds a small number on into one open band, and as many before it as it takes to tell no small number. @return bands */
static uint64_t merge_sizes(const ck_report_facts *f, size_band *band, uint64_t n) {
    uint64_t k = 0;
    size_band open;
    while (k < n && !ck_report_is_small(&f->report, band[k].count))
        k++;
    if (k == n)
        return n;
    while (is_open_told(f, band, k, n, &open) && k > 0)
        k--;
    band[k] = open;
    return k + 1;
}

static void add_sizes(ck_report_facts *f, const char *id, const char *caption, const char *of, const char *counted, size_band *band, uint64_t n) {
    char text[64];
    n = merge_sizes(f, band, n);
    ck_table *t = CK_TABLE(&f->report, id, "bars", "tn", caption, of, counted);
    for (uint64_t i = 0; i < n; i++) {
        if (band[i].from == band[i].to)
            snprintf(text, sizeof text, "%llu", (unsigned long long)band[i].from);
        else
            snprintf(text, sizeof text, "%llu or more", (unsigned long long)band[i].from);
        ck_put_text(&f->report, t, text);
        ck_put_count(&f->report, t, band[i].count, false);
    }
}

static void add_person_sizes(ck_report_facts *f) {
    size_band *band = ck_alloc(f->report.error, f->d.nsizes, sizeof *band);
    for (uint64_t i = 0; band && i < f->d.nsizes; i++)
        band[i] = (size_band){f->d.size[i].size, f->d.size[i].size, f->d.size[i].persons};
    if (band)
        add_sizes(f, "sizes", "Persons by number of records", "Records", "Persons", band, f->d.nsizes);
    ck_free(band);
}

/** Private households by how many persons; institutions are told together. */
static void add_households(ck_report_facts *f, const ck_households *households) {
    enum { MOST = 32 };
    size_band band[MOST];
    uint64_t n = 0, by_size[MOST + 1] = {0}, institutions = 0;
    for (uint64_t h = 0; h < households->households; h++) {
        if (households->kind[h] != CK_HOUSEHOLD_PRIVATE)
            institutions++;
        else
            by_size[households->size[h] < MOST ? households->size[h] : MOST]++;
    }
    for (uint64_t size = 1; size <= MOST; size++)
        if (by_size[size] && n < MOST)
            band[n++] = (size_band){size, size < MOST ? size : UINT64_MAX, by_size[size]};
    ck_report_heading(&f->report, "Households");
    if (!ck_report_is_small(&f->report, institutions))
        ck_report_text(&f->report, "Private households alone; %llu more home%s institutions or very large.", (unsigned long long)institutions,
                       institutions == 1 ? " is" : "s are");
    add_sizes(f, "households", "Private households by number of persons", "Persons", "Households", band, n);
}

/* ---- contradictions ---- */

static void add_conflicts(ck_report_facts *f) {
    const ck_people *people = &f->work->people;
    ck_table *t = CK_TABLE(&f->report, "conflicts", NULL, "ttn", "Persons with several values of a column, or several records of a source", "Several", "Of", "Persons");
    for (uint32_t c = 0; c < f->work->job.ingest.ncolumns && c < people->ncolumns; c++) {
        ck_put_text(&f->report, t, "values");
        ck_put_text(&f->report, t, people->column[c].name);
        ck_put_count(&f->report, t, f->d.conflicts ? f->d.conflicts[c] : 0, false);
    }
    for (uint32_t s = 0; s < people->nsources; s++) {
        ck_put_text(&f->report, t, "records");
        ck_put_text(&f->report, t, people->source[s].name);
        ck_put_count(&f->report, t, f->d.doubles ? f->d.doubles[s] : 0, false);
    }
}

void ck_report_persons(ck_report_facts *f, const ck_households *households) {
    ck_report_section(&f->report, "persons", "Persons");
    if (f->hide_linked)
        ck_report_note(&f->report, "Suppressed: how many records are linked is hidden, and sizes would tell it.");
    else
        add_person_sizes(f);
    add_conflicts(f);
    if (households)
        add_households(f, households);
}

/* ---- the data ---- */

static const char *const fate[] = {"same", "changed", "empty", "placeholder", "invalid", "check digit", "out of range"};
enum { PLACEHOLDER = 3, FATES = sizeof fate / sizeof *fate };

/** @return rows of the column */
static uint64_t count_fates(ck_report_facts *f, const json_t *column, uint64_t count[FATES], bool hidden[FATES]) {
    uint64_t rows = 0;
    for (int k = 0; k < FATES; k++)
        rows += count[k] = ck_json_count_at(column, fate[k]);
    ck_report_hide(&f->report, count, FATES, hidden);
    return rows;
}

/** All placeholders, unless the sum would tell the one number of a column that is hidden. */
static void tell_placeholders(ck_report_facts *f) {
    uint64_t placeholders = 0, rows = 0, count[FATES];
    bool told = true, hidden[FATES];
    size_t s, c;
    json_t *source, *column;
    json_array_foreach(json_object_get(f->ingest, "sources"), s, source)
        json_array_foreach(json_object_get(source, "columns"), c, column) {
            rows += count_fates(f, column, count, hidden);
            placeholders += count[PLACEHOLDER];
            told = told && !hidden[PLACEHOLDER];
        }
    if (!rows)
        ck_report_note(&f->report, "No row was kept.");
    else if (told)
        ck_report_text(&f->report, "Placeholders found (values that stand for none, such as a sex of X or a postcode of ZZ99): %llu. They count as missing.", (unsigned long long)placeholders);
    else
        ck_report_text(&f->report, "Placeholders (values that stand for none, such as a sex of X or a postcode of ZZ99) count as missing; how many there are is suppressed, since it would tell a small number.");
}

/** A column that the source does not have has no rows. */
static void add_column(ck_report_facts *f, ck_table *t, const char *source, const json_t *column) {
    uint64_t count[FATES];
    bool hidden[FATES];
    uint64_t rows = count_fates(f, column, count, hidden);
    if (!rows)
        return;
    ck_put_text(&f->report, t, source);
    ck_put_text(&f->report, t, json_string_value(json_object_get(column, "name")));
    for (int k = 0; k < FATES; k++)
        if (hidden[k])
            ck_put_hidden(&f->report, t);
        else
            ck_put_number(&f->report, t, (double)count[k] / (double)rows);
}

void ck_report_data(ck_report_facts *f) {
    size_t s, c;
    json_t *source, *column;
    ck_report_section(&f->report, "data", "The data as they came");
    if (!f->ingest) {
        ck_report_note(&f->report, "The folder has no ingest.json: what cleaning did is not known.");
        return;
    }
    tell_placeholders(f);
    ck_table *t = CK_TABLE(&f->report, "columns", NULL, "ttppppppp", "What became of the values of each column, as shares of the rows", "Source", "Column", "As it was", "Cleaned", "Empty",
                           "Placeholder", "Invalid", "Check digit", "Out of range");
    json_array_foreach(json_object_get(f->ingest, "sources"), s, source)
        json_array_foreach(json_object_get(source, "columns"), c, column)
            add_column(f, t, json_string_value(json_object_get(source, "name")), column);
}
