#include "ingest/hazards.h"
#include "base/log.h"
#include "base/memory.h"
#include "clean/role.h"
#include "clean/spikes.h"
#include <inttypes.h>
#include <string.h>

static void note(json_t *found, const char *source, const char *column, const char *hazard, const char *value, uint64_t records, double expected,
                 uint64_t present) {
    json_array_append_new(found, json_pack("{s:s, s:s, s:s, s:s, s:I, s:f, s:f}", "source", source, "column", column, "hazard", hazard, "value", value,
                                           "records", (json_int_t)records, "expected", expected, "share", (double)records / (double)present));
}

/* Records of the source that have a value at all. */
static uint64_t count_present(const ck_column *column, const uint64_t *count) {
    uint64_t present = 0;
    for (uint32_t code = 1; code <= column->dict.count; code++)
        present += count[code];
    return present;
}

static void note_spike(json_t *found, const char *source, const char *column, const ck_spike *spike, uint64_t present) {
    char text[CK_SPIKE_TEXT];
    ck_spike_text(spike, text);
    note(found, source, column, spike->year < 0 ? "day" : "date", text, spike->count, spike->expected, present);
    if (spike->year < 0)
        ck_log(CK_LOG_INFO, "source %s: %" PRIu64 " records have %s in %s, where %.0f would be as many as on other days: it stands for days that nobody "
               "knew", source, spike->count, text, column, spike->expected);
    else
        ck_log(CK_LOG_INFO, "source %s: %" PRIu64 " records have %s in %s, where %.1f would be as many as its neighbours: if it stands for no date, list it "
               "in 'missing' of the column", source, spike->count, text, column, spike->expected);
}

/* Is YYYY-MM-DD, where ? is what is not known, later than the other, all of which is known? Texts of another form are not. */
static bool is_later(ck_span date, const char *than) {
    int years = date.n == 10 && date.bytes[4] == '-' ? memcmp(date.bytes, than, 4) : -1;
    if (memchr(date.bytes, '?', date.n))
        return years > 0 && !memchr(date.bytes, '?', 4);
    return years > 0 || (years == 0 && memcmp(date.bytes, than, 10) > 0);
}

/* Births after the day that the job speaks for: mostly two digits of a year, read as those of this century. */
static void look_at_coming(const ck_column *column, const char *source, const uint64_t *count, const char *as_of, json_t *found) {
    uint64_t records = 0, present = count_present(column, count);
    for (uint32_t code = 1; code <= column->dict.count; code++)
        records += count[code] && is_later(ck_dict_value(&column->dict, code), as_of) ? count[code] : 0;
    if (!records)
        return;
    note(found, source, column->name, "to come", as_of, records, 0, present);
    ck_log(CK_LOG_INFO, "source %s: %" PRIu64 " records (%.1f %%) have in %s a date of birth after %s, the job's 'as_of': %s", source, records,
           100 * (double)records / (double)present, column->name, as_of,
           column->kind == CK_KIND_BIRTH_DATE ? "look at its 'format'" : "where its 'format' has years of two digits, write 'as: birth_date'");
}

static ck_status look_at_dates(ck_error *error, const ck_column *column, const char *source, const uint64_t *count, json_t *found) {
    ck_spike spike[CK_SPIKES_MAX];
    uint32_t n;
    uint64_t present = count_present(column, count);
    if (ck_spikes_of_column(error, &column->dict, count, spike, &n) == CK_OK)
        for (uint32_t i = 0; i < n; i++)
            note_spike(found, source, column->name, &spike[i], present);
    return error->status;
}

/* 999 000 0000 to 999 999 9999 is for tests and never issued. */
static ck_status look_at_numbers(const ck_column *column, const char *source, const uint64_t *count, json_t *found) {
    uint64_t records = 0;
    for (uint32_t code = 1; code <= column->dict.count; code++) {
        ck_span value = ck_dict_value(&column->dict, code);
        records += value.n == 10 && memcmp(value.bytes, "999", 3) == 0 ? count[code] : 0;
    }
    if (records) {
        note(found, source, column->name, "test range", "999", records, 0, count_present(column, count));
        ck_log(CK_LOG_INFO, "source %s: %" PRIu64 " records have in %s an NHS number of the test range, 999 000 0000 to 999 999 9999, which nobody has",
               source, records, column->name);
    }
    return CK_OK;
}

static ck_status look_at_column(ck_error *error, const ck_people *people, uint32_t c, const uint64_t *count, const char *as_of, json_t *found) {
    const ck_column *column = &people->column[c];
    for (uint32_t s = 0; s < people->nsources && error->status == CK_OK; s++) {
        const uint64_t *of_source = count + s * ((size_t)column->dict.count + 1);
        const char *source = people->source[s].name;
        if (column->kind == CK_KIND_NHS_NUMBER) {
            look_at_numbers(column, source, of_source, found);
            continue;
        }
        look_at_dates(error, column, source, of_source, found);
        if (as_of)
            look_at_coming(column, source, of_source, as_of, found);
    }
    return error->status;
}

ck_status ck_ingest_hazards(const ck_comm *comm, ck_error *error, const ck_people *people, const char *as_of, json_t **found) {
    *found = comm->rank == 0 ? json_array() : NULL;
    for (uint32_t c = 0; c < people->ncolumns && error->status == CK_OK; c++) {
        const ck_column *column = &people->column[c];
        uint64_t *count = NULL;
        if (column->kind != CK_KIND_NHS_NUMBER && ck_role_of(column->name, column->kind) != CK_ROLE_BIRTH_DATE)
            continue;
        if (ck_people_count_codes(comm, error, people, c, &count) == CK_OK && comm->rank == 0)
            look_at_column(error, people, c, count, as_of, *found);
        ck_free(count);
        ck_par_agree(comm, error);
    }
    return error->status;
}
