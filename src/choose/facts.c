#include "choose/facts.h"
#include "base/memory.h"
#include "choose/parts.h"
#include "choose/sample.h"
#include <string.h>

enum { SAMPLE = 3000, SEED = 11 };
static const double placeholder_share = .02, repeats_share = .8;

/* ---- dates ---- */

static bool is_first_of_january(ck_span date) {
    return date.n == 10 && memcmp(date.bytes + 4, "-01-01", 6) == 0;
}

/* Counts of one column, over sources. */
static void look_at_values(const ck_column *column, const uint64_t *count, uint32_t nsources, uint64_t records, ck_column_facts *facts) {
    uint64_t present = 0, first = 0;
    double squares = 0;
    facts->years = facts->role == CK_ROLE_BIRTH_DATE && column->dict.count > 0;
    for (uint32_t code = 1; code <= column->dict.count; code++) {
        ck_span value = ck_dict_value(&column->dict, code);
        uint64_t n = 0;
        for (uint32_t s = 0; s < nsources; s++)
            n += count[(size_t)s * (column->dict.count + 1) + code];
        present += n;
        squares += (double)n * (double)n;
        first += is_first_of_january(value) ? n : 0;
        facts->years &= value.n == 10 && memcmp(value.bytes + 4, "-?\?-?\?", 6) == 0;
        facts->partial |= memchr(value.bytes, '?', value.n) != NULL;
    }
    facts->distinct = column->dict.count;
    facts->chance = present ? squares / ((double)present * (double)present) : 0;
    facts->filled = records ? (double)present / (double)records : 0;
    facts->placeholder = facts->role == CK_ROLE_BIRTH_DATE && (double)first > placeholder_share * (double)present;
    facts->partial &= facts->role == CK_ROLE_BIRTH_DATE;
}

static void add_meaningless(ck_column_facts *facts, const ck_spike *spike) {
    char text[CK_SPIKE_TEXT];
    ck_spike_text(spike, text);
    for (uint32_t i = 0; i < facts->nmeaningless; i++)
        if (strcmp(facts->meaningless[i], text) == 0)
            return;
    if (facts->nmeaningless < CK_SPIKES_MAX)
        memcpy(facts->meaningless[facts->nmeaningless++], text, sizeof text);
}

/* Placeholders of each source by itself: one office's habit drowns among the others. */
static ck_status look_at_spikes(ck_error *error, const ck_column *column, const uint64_t *count, uint32_t nsources, ck_column_facts *facts) {
    for (uint32_t s = 0; s < nsources && facts->role == CK_ROLE_BIRTH_DATE; s++) {
        ck_spike spike[CK_SPIKES_MAX];
        uint32_t n;
        if (ck_spikes_of_column(error, &column->dict, count + s * ((size_t)column->dict.count + 1), spike, &n) != CK_OK)
            return error->status;
        for (uint32_t i = 0; i < n; i++)
            if (spike[i].year >= 0)
                add_meaningless(facts, &spike[i]);
            else
                facts->placeholder |= spike[i].month == 1 && spike[i].day == 1;
    }
    return CK_OK;
}

/* ---- full names ---- */

static bool has_word(ck_span text, ck_span word) {
    for (size_t i = 0; i + word.n <= text.n; i++) {
        bool begins = i == 0 || text.bytes[i - 1] == ' ', ends = i + word.n == text.n || text.bytes[i + word.n] == ' ';
        if (begins && ends && memcmp(text.bytes + i, word.bytes, word.n) == 0)
            return true;
    }
    return false;
}

static bool has_words(ck_span text, ck_span words) {
    for (size_t i = 0; i < words.n;) {
        size_t n = 0;
        while (i + n < words.n && words.bytes[i + n] != ' ')
            n++;
        if (n && !has_word(text, (ck_span){words.bytes + i, n}))
            return false;
        i += n + 1;
    }
    return true;
}

static ck_span value_of(const ck_people *people, const ck_sample *sample, uint32_t column, uint32_t i) {
    uint32_t code = sample->code[column][i];
    return code ? ck_dict_value(&people->column[column].dict, code) : (ck_span){"", 0};
}

/* Does the full name hold the words of the other names, nearly always? */
static bool repeats(const ck_people *people, const ck_sample *sample, const ck_column_facts *facts, uint32_t ncolumns, uint32_t full) {
    uint64_t seen = 0, same = 0;
    for (uint32_t i = 0; i < sample->n; i++) {
        ck_span name = value_of(people, sample, full, i);
        bool all = true, other = false;
        for (uint32_t c = 0; c < ncolumns && name.n; c++)
            if (facts[c].role == CK_ROLE_FORENAME || facts[c].role == CK_ROLE_SURNAME) {
                ck_span words = value_of(people, sample, c, i);
                all = all && has_words(name, words);
                other = other || words.n > 0;
            }
        seen += name.n > 0;
        same += other && all;
    }
    return seen > 0 && (double)same > repeats_share * (double)seen;
}

static void look_at_names(const ck_people *people, const ck_sample *sample, uint32_t ncolumns, ck_column_facts *facts) {
    uint32_t names = 0;
    for (uint32_t c = 0; c < ncolumns; c++)
        names += facts[c].role == CK_ROLE_FORENAME || facts[c].role == CK_ROLE_SURNAME;
    for (uint32_t c = 0; c < ncolumns && names >= 2; c++)
        facts[c].repeats = facts[c].role == CK_ROLE_FULL_NAME && repeats(people, sample, facts, ncolumns, c);
}

ck_status ck_column_facts_find(const ck_comm *comm, ck_error *error, const ck_people *people, uint32_t ncolumns, ck_column_facts *facts) {
    ck_sample sample = {0};
    memset(facts, 0, ncolumns * sizeof *facts);
    for (uint32_t c = 0; c < ncolumns && error->status == CK_OK; c++) {
        uint64_t *count = NULL;
        facts[c].role = ck_role_of(people->column[c].name, people->column[c].kind);
        if (ck_people_count_codes(comm, error, people, c, &count) == CK_OK) {
            look_at_values(&people->column[c], count, people->nsources, people->records, &facts[c]);
            look_at_spikes(error, &people->column[c], count, people->nsources, &facts[c]);
        }
        ck_free(count);
        ck_par_agree(comm, error);
    }
    if (error->status == CK_OK && ck_sample_draw(comm, error, people, SAMPLE, SEED, &sample) == CK_OK)
        look_at_names(people, &sample, ncolumns, facts);
    ck_sample_free(&sample);
    return error->status;
}
