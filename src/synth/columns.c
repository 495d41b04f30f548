#include "synth/columns.h"
#include "base/memory.h"
#include <carrick/clean.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- dates ---- */

void ck_print_date(const char *format, int year, int month, int day, char out[32]) {
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    static const int longest[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    int last = longest[month - 1] + (month == 2 && leap);
    size_t n = 0;
    day = day < last ? day : last; /* a day that the month lacks becomes its last */
    for (; *format && n < 24; format++) {
        if (*format != '%') {
            out[n++] = *format;
            continue;
        }
        format++;
        int written = *format == 'Y'   ? snprintf(out + n, 32 - n, "%04d", year)
                      : *format == 'y' ? snprintf(out + n, 32 - n, "%02d", year % 100)
                      : *format == 'm' ? snprintf(out + n, 32 - n, "%02d", month)
                      : *format == 'b' ? snprintf(out + n, 32 - n, "%.3s", months + (month - 1) * 3)
                                       : snprintf(out + n, 32 - n, "%02d", day);
        n += (size_t)written;
    }
    out[n] = 0;
}

void ck_print_days(const char *format, int32_t days, char out[32]) {
    int year, month, day;
    ck_date_split(days, &year, &month, &day);
    ck_print_date(format, year, month, day, out);
}

/* ---- words ---- */

/* Word k of "one|two|three". */
static void pick_word(const char *words, uint32_t k, char out[64]) {
    for (; k > 0 && strchr(words, '|'); k--)
        words = strchr(words, '|') + 1;
    snprintf(out, 64, "%.*s", (int)strcspn(words, "|"), words);
}

/* The first words more often: half of the draws fall on the first third. */
static void choose_word(const char *words, ck_draw *draw, char out[64]) {
    uint32_t n = 1;
    for (const char *at = words; (at = strchr(at, '|')); at++)
        n++;
    uint32_t a = (uint32_t)ck_draw_below(draw, n), b = (uint32_t)ck_draw_below(draw, n);
    pick_word(words, ck_draw_chance(draw, 60000) ? (a < b ? a : b) : a, out);
}

/* Codes of the national data dictionary; the general community's are those of its parts. */
static void write_ethnicity(const ck_cell *cell, const ck_entry *entry, char out[64]) {
    static const char *const codes[] = {"A|A|A|A|A|A|A|A|B|C|M|G|Z", "K", "J", "H|H|L", "H|L", "C", "R", "N|P|S", "N|N|P", "C|C|G|S"};
    const ck_life *life = &cell->life[entry->life];
    ck_draw person = ck_draw_of(cell->world->seed, CK_STREAM_PERSON, ~ck_life_person(cell, entry->life));
    ck_draw row = ck_draw_of(cell->world->seed, CK_STREAM_PAYLOAD, entry->key);
    const char *words = codes[life->community < sizeof codes / sizeof *codes ? life->community : 0];
    uint32_t n = 1;
    for (const char *at = words; (at = strchr(at, '|')); at++)
        n++;
    pick_word(words, (uint32_t)ck_draw_below(&person, n), out);
    uint64_t x = ck_draw_below(&row, 100);
    if (x < 9) /* not stated; other */
        snprintf(out, 64, "%s", x < 6 ? "Z" : "S");
}

/* ---- one column ---- */

/* Names as text: what they are made of is missing where it is empty. */
static void write_name(ck_content content, const ck_entry *entry, char out[192]) {
    const char *gap = entry->forename[0] && entry->surname[0] ? content == CK_COL_FULL_NAME ? " " : ", " : "";
    if (content == CK_COL_FULL_NAME)
        snprintf(out, 192, "%s%s%s", entry->forename, gap, entry->surname);
    else
        snprintf(out, 192, "%s%s%s", entry->surname, gap, entry->forename);
}

static void write_spaced(const char *nhs, char out[192]) {
    snprintf(out, 192, *nhs ? "%.3s %.3s %.4s" : "%s", nhs, *nhs ? nhs + 3 : "", *nhs ? nhs + 6 : "");
}

static void write_key(const ck_world *world, const char *nhs, char out[192]) {
    out[0] = 0;
    if (*nhs)
        snprintf(out, 192, "%016llx", (unsigned long long)ck_hash_bytes(nhs, strlen(nhs), ck_hash_mix(world->seed + CK_GOLDEN)));
}

/* Of the believed address; missing where the postcode is missing or none. */
static void write_lsoa(const ck_world *world, const ck_entry *entry, char out[192]) {
    ck_area area;
    out[0] = 0;
    if (!entry->postcode[0] || strncmp(entry->postcode, "ZZ99", 4) == 0)
        return;
    ck_place_area(world, ck_place_unit(world, entry->dwelling), &area);
    snprintf(out, 192, "%s", area.lsoa);
}

static void write_plain_postcode(const char *postcode, char out[192]) {
    size_t n = strcspn(postcode, " ");
    snprintf(out, 192, "%.*s%s", (int)n, postcode, postcode[n] ? postcode + n + 1 : "");
}

static void write_age_band(const ck_cell *cell, const ck_entry *entry, char out[192]) {
    int32_t age = ck_life_age(cell->world, &cell->life[entry->life], entry->at + 1);
    age = age < 0 ? 0 : age;
    snprintf(out, 192, age >= 90 ? "90+" : "%d-%d", age / 5 * 5, age / 5 * 5 + 4);
}

/* The quarter in which the source last heard; the middle of it, more or less. */
static int32_t day_in(const ck_cell *cell, const ck_entry *entry, uint32_t quarter, uint64_t salt) {
    const ck_world *world = cell->world;
    ck_draw draw = ck_draw_of(world->seed, CK_STREAM_PAYLOAD, (entry->key * CK_QUARTERS + quarter) * 4 + salt);
    int32_t day = world->begins[quarter] + (int32_t)ck_draw_below(&draw, (uint64_t)(world->begins[quarter + 1] - world->begins[quarter]));
    return day < cell->life[entry->life].birth ? cell->life[entry->life].birth : day;
}

static void write_when(const ck_cell *cell, const ck_entry *entry, const ck_column_shape *column, char out[192]) {
    int32_t day = column->content == CK_COL_SINCE        ? day_in(cell, entry, entry->since, 1)
                  : column->content == CK_COL_UPDATED    ? day_in(cell, entry, entry->told, entry->told == entry->since ? 1 : 2)
                  : column->content == CK_COL_EVENT_DATE ? entry->event_day
                  : column->content == CK_COL_END_DATE   ? entry->end_day
                                                         : cell->life[entry->life].death;
    bool none = column->content == CK_COL_DEATH_DATE && day >= cell->world->begins[entry->at + 1];
    out[0] = 0;
    if (!none)
        ck_print_days(column->text, day, out);
}

static void write_payload(const ck_cell *cell, const ck_entry *entry, const ck_column_shape *column, uint32_t position, char out[192]) {
    const ck_world *world = cell->world;
    bool of_person = column->content == CK_COL_CHOICE_OF_PERSON;
    ck_draw draw = ck_draw_of(world->seed, CK_STREAM_PAYLOAD, (of_person ? entry->key : entry->row) * 64 + position + 8);
    uint32_t year = 2011 + (entry->at + 3) / 4 - 1;
    switch (column->content) {
    case CK_COL_CHOICE:
    case CK_COL_CHOICE_OF_PERSON: choose_word(column->text, &draw, out); break;
    case CK_COL_COST: snprintf(out, 192, "%u", 50 + (unsigned)(ck_draw_below(&draw, 60) * ck_draw_below(&draw, 80))); break;
    case CK_COL_YEAR: snprintf(out, 192, "%u/%02u", year, (year + 1) % 100); break;
    case CK_COL_QUARTER: snprintf(out, 192, "%uQ%u", 2011 + entry->at / 4, 1 + entry->at % 4); break;
    case CK_COL_EVENT: snprintf(out, 192, "%llu", (unsigned long long)(entry->key % 1000000007 * 4096 + (uint64_t)entry->at * 32 + entry->event)); break;
    case CK_COL_EPISODE: snprintf(out, 192, "%u", entry->episode); break;
    case CK_COL_PROVIDER: snprintf(out, 192, "R%c%c", 'A' + (int)(entry->source % 26), 'A' + (int)(entry->provider % 26)); break;
    case CK_COL_COUNCIL: snprintf(out, 192, "%u", ck_place_council(world, ck_place_unit(world, entry->dwelling))); break;
    case CK_COL_TENURE: snprintf(out, 192, "%s", ck_place_is_social(world, entry->dwelling) ? "SOCIAL" : "OTHER"); break;
    default: out[0] = 0;
    }
}

static const char *mother_name(const ck_cell *cell, const ck_entry *entry, ck_content content) {
    uint8_t mother = cell->life[entry->life].mother;
    if (mother == CK_NOBODY)
        return "";
    return content == CK_COL_MOTHER_FORENAME ? cell->life[mother].forename : ck_life_surname(&cell->life[mother], entry->at);
}

static void write_dob(const ck_entry *entry, const char *format, char out[192]) {
    out[0] = 0;
    if (entry->year)
        ck_print_date(format, entry->year, entry->month, entry->day, out);
}

static const char *column_text(const ck_cell *cell, const ck_entry *entry, const ck_column_shape *column, uint32_t position, char out[192]) {
    switch (column->content) {
    case CK_COL_ID: return entry->id;
    case CK_COL_LOCAL_ID: return entry->local_id;
    case CK_COL_NHS: return entry->nhs;
    case CK_COL_FORENAME: return entry->forename;
    case CK_COL_SURNAME: return entry->surname;
    case CK_COL_POSTCODE: return entry->postcode;
    case CK_COL_ADDRESS: return entry->address;
    case CK_COL_UPRN: return entry->uprn;
    case CK_COL_UPRN_PLAIN: return entry->uprn + strspn(entry->uprn, "0");
    case CK_COL_MOTHER_FORENAME:
    case CK_COL_MOTHER_SURNAME: return mother_name(cell, entry, column->content);
    case CK_COL_NHS_SPACED: write_spaced(entry->nhs, out); break;
    case CK_COL_LINKAGE_KEY: write_key(cell->world, entry->nhs, out); break;
    case CK_COL_LSOA: write_lsoa(cell->world, entry, out); break;
    case CK_COL_FULL_NAME:
    case CK_COL_SURNAME_FORENAME: write_name(column->content, entry, out); break;
    case CK_COL_DOB: write_dob(entry, column->text, out); break;
    case CK_COL_SEX: pick_word(column->text, entry->sex == 'M' ? 0 : entry->sex == 'F' ? 1 : 2, out); break;
    case CK_COL_POSTCODE_PLAIN: write_plain_postcode(entry->postcode, out); break;
    case CK_COL_OPT_OUT: pick_word(column->text, ck_person_opt_out(cell->world, ck_life_person(cell, entry->life)) > entry->at, out); break;
    case CK_COL_ETHNICITY: write_ethnicity(cell, entry, out); break;
    case CK_COL_AGE_BAND: write_age_band(cell, entry, out); break;
    case CK_COL_SINCE:
    case CK_COL_UPDATED:
    case CK_COL_EVENT_DATE:
    case CK_COL_END_DATE:
    case CK_COL_DEATH_DATE: write_when(cell, entry, column, out); break;
    default: write_payload(cell, entry, column, position, out);
    }
    return out;
}

void ck_columns_print(ck_lines *lines, const ck_cell *cell, const ck_entry *entry) {
    const ck_column_shape *columns = cell->world->shape->sources[entry->source].columns;
    char text[192];
    for (uint32_t c = 0; columns[c].header; c++)
        ck_lines_field(lines, column_text(cell, entry, &columns[c], c, text));
}

char *ck_columns_header(ck_error *error, const ck_source_shape *source) {
    size_t room = 2, n = 0;
    for (const ck_column_shape *column = source->columns; column->header; column++)
        room += strlen(column->header) + 1;
    char *text = ck_alloc(error, room, 1);
    if (!text)
        return NULL;
    for (const ck_column_shape *column = source->columns; column->header; column++)
        n += (size_t)snprintf(text + n, room - n, "%s%s", n ? "," : "", column->header);
    snprintf(text + n, room - n, "\n");
    return text;
}
