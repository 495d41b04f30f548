#include "init/guess.h"
#include "base/memory.h"
#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Shares of values that make a guess: most of them, nearly all, and enough against a name's claim. */
#define MOST 0.5
#define NEARLY_ALL 0.8
static const double constant = 0.985, empty = 0.005, long_text = 80;
enum { LIFETIME_YEARS = 20, CATEGORIES = 200, EMPTY_ROWS = 1000 };

/* Names under which the rooms that come later know what a column says (clean/role.h). */
static const char *const names[CK_MEANS_COUNT] = {
    [CK_MEANS_FORENAME] = "forename", [CK_MEANS_MIDDLE_NAME] = "middle_name", [CK_MEANS_SURNAME] = "surname",
    [CK_MEANS_PREVIOUS_SURNAME] = "previous_surname", [CK_MEANS_FULL_NAME] = "full_name", [CK_MEANS_BIRTH_DATE] = "dob",
    [CK_MEANS_BIRTH_YEAR] = "dob", [CK_MEANS_BIRTH_PLACE] = "birth_place", [CK_MEANS_AGE] = "age", [CK_MEANS_SEX] = "sex",
    [CK_MEANS_POSTCODE] = "postcode", [CK_MEANS_ADDRESS] = "address", [CK_MEANS_HOUSE_NUMBER] = "house_number",
    [CK_MEANS_TOWN] = "town", [CK_MEANS_COUNTY] = "county", [CK_MEANS_COUNTRY] = "country", [CK_MEANS_LATITUDE] = "latitude",
    [CK_MEANS_LONGITUDE] = "longitude", [CK_MEANS_NORTHING] = "northing",
    [CK_MEANS_EASTING] = "easting", [CK_MEANS_PHONE] = "phone", [CK_MEANS_EMAIL] = "email",
    [CK_MEANS_NHS_NUMBER] = "nhs_number", [CK_MEANS_UPRN] = "uprn",
};

unsigned ck_percent(double share) {
    double percent = round(share * 100);
    return percent >= 100 && share < 1 ? 99 : percent < 1 && share > 0 ? 1 : (unsigned)percent;
}

void ck_guess_leave_out(ck_guess *guess, const char *format, ...) {
    va_list values;
    guess->kind = NULL;
    va_start(values, format);
    vsnprintf(guess->why, sizeof guess->why, format, values);
    va_end(values);
}

void ck_guess_take(ck_guess *guess, ck_meaning meaning, const char *kind, const char *format, ...) {
    va_list values;
    guess->meaning = meaning;
    guess->kind = kind;
    if (names[meaning])
        strcpy(guess->name, names[meaning]);
    va_start(values, format);
    vsnprintf(guess->why, sizeof guess->why, format, values);
    va_end(values);
}

/* ---- nothing to link by ---- */

static bool leave_out_useless(ck_guess *guess, const ck_extract *extract, uint32_t column) {
    const ck_extract_column *of = &extract->column[column];
    const ck_looks *looks = &guess->looks;
    double filled = extract->rows ? (double)of->filled / (double)extract->rows : 0;
    if (guess->meaning == CK_MEANS_TRUTH)
        ck_guess_leave_out(guess, "its name says that it tells who is who; a truth is never used to link (evaluate: may measure against it)");
    else if (of->filled == 0)
        ck_guess_leave_out(guess, "empty in every row");
    else if (looks->n == 0)
        ck_guess_leave_out(guess, "every sampled value means missing");
    else if (guess->meaning == CK_MEANS_SOURCE)
        ck_guess_leave_out(guess, "its name says where a row comes from, which is no property of a person");
    else if (guess->meaning == CK_MEANS_GROUP)
        ck_guess_leave_out(guess, "its name says a household or a family, whose members are different people");
    else if (guess->meaning == CK_MEANS_STAMP)
        ck_guess_leave_out(guess, "its name says when or by whom a row was written, which is no property of a person");
    else if (looks->distinct <= 1 && extract->rows > 1)
        ck_guess_leave_out(guess, "holds one value only, which tells nobody apart");
    else if (looks->top > constant && looks->n > 50)
        ck_guess_leave_out(guess, "%u %% of the values are one and the same", ck_percent(looks->top));
    else if (filled < empty && extract->rows >= EMPTY_ROWS)
        ck_guess_leave_out(guess, "filled in fewer than 1 row in %d", (int)(1 / empty));
    else
        return false;
    guess->is_id_only = guess->meaning == CK_MEANS_TRUTH;
    return true;
}

/* ---- what the values alone prove ---- */

static ck_status take_proven(ck_error *error, ck_guess *guess) {
    const ck_looks *looks = &guess->looks;
    double postcode, nhs;
    if (ck_looks_clean(error, looks, "postcode", &postcode) != CK_OK || ck_looks_clean(error, looks, "nhs_number", &nhs) != CK_OK)
        return error->status;
    if (looks->email > MOST)
        ck_guess_take(guess, CK_MEANS_EMAIL, "email", "%u %% have the form of an e-mail address", ck_percent(looks->email));
    else if (postcode > MOST && looks->length > 4.5)
        ck_guess_take(guess, CK_MEANS_POSTCODE, "postcode", "%u %% have the form of a UK postcode", ck_percent(postcode));
    else if (nhs > (guess->meaning == CK_MEANS_NHS_NUMBER ? MOST : 0.9) && looks->n > 5)
        ck_guess_take(guess, CK_MEANS_NHS_NUMBER, "nhs_number", "%u %% are ten digits with the check digit of an NHS number", ck_percent(nhs));
    return CK_OK;
}

/* ---- what the name says and the values bear out ---- */

static double share_between(const ck_looks *looks, double low, double high) {
    size_t within = 0;
    for (size_t i = 0; i < looks->n; i++) {
        char *end;
        double value = strtod(looks->value[i], &end);
        within += end != looks->value[i] && *end == 0 && value >= low && value <= high;
    }
    return looks->n ? (double)within / (double)looks->n : 0;
}

static void take_name(ck_guess *guess) {
    const ck_looks *looks = &guess->looks;
    if (guess->meaning == CK_MEANS_FULL_NAME && looks->letters < NEARLY_ALL && looks->words >= 2)
        ck_guess_take(guess, CK_MEANS_TEXT, "text", "the header says a name, but %u %% have digits or signs, as names of things do",
                      100 - ck_percent(looks->letters));
    else if (looks->letters >= 0.3)
        ck_guess_take(guess, guess->meaning, "name", "header; %u %% are words of letters%s", ck_percent(looks->letters),
                      guess->meaning == CK_MEANS_FULL_NAME && looks->words >= 1.4 ? ", mostly several" : "");
    else if (looks->n) {
        ck_guess_take(guess, CK_MEANS_NOTHING, "category", "the header says a name, but only %u %% are words of letters: codes, of which "
                      "equal ones agree", ck_percent(looks->letters));
        strcpy(guess->name, "coded");
    }
}

static void take_place(ck_guess *guess) {
    const ck_looks *looks = &guess->looks;
    if (looks->letters > NEARLY_ALL)
        ck_guess_take(guess, guess->meaning, "name", "header; %u %% are words of letters", ck_percent(looks->letters));
    else if (looks->whole > MOST || looks->distinct <= CATEGORIES)
        ck_guess_take(guess, guess->meaning, "category", "header; %zu different sampled values", looks->distinct);
    else
        ck_guess_take(guess, guess->meaning, "address", "header");
}

static void take_home(ck_guess *guess) {
    const ck_looks *looks = &guess->looks;
    bool lone = looks->words < 1.3 && looks->length < 6 && looks->letters < MOST;
    if (guess->meaning == CK_MEANS_HOUSE_NUMBER && looks->words > 2)
        guess->meaning = CK_MEANS_ADDRESS;
    if (guess->meaning == CK_MEANS_HOUSE_NUMBER || lone)
        ck_guess_take(guess, CK_MEANS_HOUSE_NUMBER, "address", "header; short, with a number");
    else
        ck_guess_take(guess, CK_MEANS_ADDRESS, "address", "header; %.1f words on average", looks->words);
}

/* H and M: of hombre and mujer, or of homme and madame. M alone is no woman. */
static bool has_m_for_women(const ck_looks *looks) {
    bool h = false, m = false, other = false;
    for (size_t i = 0; i < looks->n; i++)
        if (looks->value[i][0] && !looks->value[i][1]) {
            int letter = toupper((unsigned char)looks->value[i][0]);
            h |= letter == 'H';
            m |= letter == 'M';
            other |= strchr("FWKV", letter) != NULL;
        }
    return h && m && !other;
}

static ck_status take_sex(ck_error *error, ck_guess *guess) {
    double share;
    if (ck_looks_clean(error, &guess->looks, "sex", &share) != CK_OK)
        return error->status;
    if (share >= NEARLY_ALL && has_m_for_women(&guess->looks))
        ck_guess_take(guess, CK_MEANS_SEX, "category", "header; H and M, of which M seems to mean women: compared as they stand");
    else if (share >= NEARLY_ALL)
        ck_guess_take(guess, CK_MEANS_SEX, "sex", "header; %u %% are codes or words for a sex", ck_percent(share));
    else if (guess->looks.distinct <= 20)
        ck_guess_take(guess, CK_MEANS_SEX, "category", "header; %zu different values, which are compared as they stand", guess->looks.distinct);
    return CK_OK;
}

static void take_number_of_person(ck_guess *guess) {
    const ck_looks *looks = &guess->looks;
    if (guess->meaning == CK_MEANS_PHONE && looks->digits > MOST)
        ck_guess_take(guess, CK_MEANS_PHONE, "phone", "header; %u %% have seven digits or more", ck_percent(looks->digits));
    else if (guess->meaning == CK_MEANS_IDENTIFIER || guess->meaning == CK_MEANS_SOME_ID || guess->meaning == CK_MEANS_NHS_NUMBER)
        ck_guess_take(guess, CK_MEANS_IDENTIFIER, "identifier", "header; %zu different values in %zu sampled rows",
                      looks->distinct, looks->n);
}

static void take_date(ck_guess *guess) {
    const ck_date_shapes *dates = &guess->dates;
    double share = dates->values ? (double)dates->dates / (double)dates->values : 0;
    if (share > MOST && guess->meaning == CK_MEANS_BIRTH_DATE)
        ck_guess_take(guess, CK_MEANS_BIRTH_DATE, "birth_date", "header; %u %% are dates, the middle nine tenths from %d to %d",
                      ck_percent(share), dates->year_low, dates->year_high);
    else if (share > MOST)
        ck_guess_take(guess, CK_MEANS_DATE, "date", "%u %% are dates, the middle nine tenths from %d to %d", ck_percent(share),
                      dates->year_low, dates->year_high);
    else if ((double)dates->serial > MOST * (double)dates->values)
        ck_guess_take(guess, CK_MEANS_NOTHING, "integer", "%u %% are whole numbers like a spreadsheet's day numbers, which are not read as dates: "
                      "compared as numbers; format the column as YYYY-MM-DD before saving it as CSV",
                      ck_percent((double)dates->serial / (double)dates->values));
}

static void take_part_of_birth(ck_guess *guess) {
    static const double bounds[3][2] = {{1750, 2150}, {0, 12}, {0, 31}};
    int part = (int)guess->meaning - CK_MEANS_BIRTH_YEAR;
    double share = share_between(&guess->looks, bounds[part][0], bounds[part][1]);
    if (part == 0 && share <= NEARLY_ALL)
        share = share_between(&guess->looks, 0, 99);
    if (share > NEARLY_ALL)
        ck_guess_take(guess, guess->meaning, "integer", "header; %u %% are whole numbers of the right size", ck_percent(share));
}

/* "Geburtstag", "birth": the whole date by its name, but its values are days or years. */
static void take_day_or_year(ck_guess *guess) {
    ck_meaning meaning = share_between(&guess->looks, 1, 31) > NEARLY_ALL ? CK_MEANS_BIRTH_DAY :
                         share_between(&guess->looks, 1750, 2150) > NEARLY_ALL ? CK_MEANS_BIRTH_YEAR : CK_MEANS_NOTHING;
    if (meaning == CK_MEANS_NOTHING)
        return;
    guess->meaning = meaning;
    take_part_of_birth(guess);
}

static void take_figure(ck_guess *guess) {
    const ck_looks *looks = &guess->looks;
    double high = guess->meaning == CK_MEANS_LATITUDE ? 90 : 180;
    bool coordinate = guess->meaning == CK_MEANS_LATITUDE || guess->meaning == CK_MEANS_LONGITUDE;
    if (coordinate && share_between(looks, -high, high) > NEARLY_ALL)
        ck_guess_take(guess, guess->meaning, "number", "header; numbers within %d degrees", (int)high);
    else if ((guess->meaning == CK_MEANS_NORTHING || guess->meaning == CK_MEANS_EASTING) && share_between(looks, 0, 1e7) > NEARLY_ALL)
        ck_guess_take(guess, guess->meaning, "number", "header; metres of a grid");
    else if (guess->meaning == CK_MEANS_AGE && share_between(looks, 0, 125) > NEARLY_ALL)
        ck_guess_take(guess, CK_MEANS_AGE, "integer", "header; numbers up to 125");
    else if (guess->meaning == CK_MEANS_AMOUNT && share_between(looks, -HUGE_VAL, HUGE_VAL) > NEARLY_ALL)
        ck_guess_take(guess, CK_MEANS_AMOUNT, "number", "header; numbers");
}

static ck_status take_claimed(ck_error *error, ck_guess *guess) {
    const ck_looks *looks = &guess->looks;
    double share = 0;
    switch (guess->meaning) {
    case CK_MEANS_FORENAME: case CK_MEANS_MIDDLE_NAME: case CK_MEANS_SURNAME: case CK_MEANS_PREVIOUS_SURNAME: case CK_MEANS_FULL_NAME:
        take_name(guess);
        break;
    case CK_MEANS_TOWN: case CK_MEANS_COUNTY: case CK_MEANS_COUNTRY: case CK_MEANS_BIRTH_PLACE:
        take_place(guess);
        break;
    case CK_MEANS_ADDRESS: case CK_MEANS_HOUSE_NUMBER:
        take_home(guess);
        break;
    case CK_MEANS_SEX:
        return take_sex(error, guess);
    case CK_MEANS_POSTCODE:
        if (looks->length < 16)
            ck_guess_take(guess, CK_MEANS_POSTCODE, "category", "header; not of the UK's form, compared as it stands");
        break;
    case CK_MEANS_PHONE: case CK_MEANS_IDENTIFIER: case CK_MEANS_SOME_ID: case CK_MEANS_NHS_NUMBER:
        take_number_of_person(guess);
        break;
    case CK_MEANS_UPRN:
        if (ck_looks_clean(error, looks, "uprn", &share) == CK_OK && share > NEARLY_ALL)
            ck_guess_take(guess, CK_MEANS_UPRN, "uprn", "header; %u %% are numbers of a property", ck_percent(share));
        break;
    case CK_MEANS_BIRTH_DATE: case CK_MEANS_DATE:
        take_date(guess);
        if (!guess->kind && guess->meaning == CK_MEANS_BIRTH_DATE)
            take_day_or_year(guess);
        break;
    case CK_MEANS_BIRTH_YEAR: case CK_MEANS_BIRTH_MONTH: case CK_MEANS_BIRTH_DAY:
        take_part_of_birth(guess);
        break;
    case CK_MEANS_LATITUDE: case CK_MEANS_LONGITUDE: case CK_MEANS_NORTHING: case CK_MEANS_EASTING: case CK_MEANS_AGE: case CK_MEANS_AMOUNT:
        take_figure(guess);
        break;
    case CK_MEANS_CATEGORY:
        if (looks->length < 60)
            ck_guess_take(guess, CK_MEANS_CATEGORY, looks->letters > 0.98 ? "name" : "category", "header; %zu different sampled values", looks->distinct);
        break;
    case CK_MEANS_TEXT:
        ck_guess_take(guess, CK_MEANS_TEXT, "text", "header; %.1f words on average", looks->words);
        break;
    case CK_MEANS_ROW_ID:
        ck_guess_leave_out(guess, "its name says that it numbers rows");
        guess->is_id_only = true;
        strcpy(guess->name, "id");
        break;
    default:
        break;
    }
    return error->status;
}

/* ---- what the values suggest when the name says nothing ---- */

static void take_numbers(ck_guess *guess) {
    const ck_looks *looks = &guess->looks;
    double apart = (double)looks->distinct / (double)looks->n;
    if (looks->digits > NEARLY_ALL && looks->sign > 0.3)
        ck_guess_take(guess, CK_MEANS_PHONE, "phone", "%u %% have seven digits or more, many with a leading +, ( or 0",
                      ck_percent(looks->digits));
    else if (looks->number > NEARLY_ALL && looks->decimal > MOST)
        ck_guess_take(guess, CK_MEANS_AMOUNT, "number", "%u %% are numbers with a fraction", ck_percent(looks->number));
    else if (looks->digits > NEARLY_ALL || (apart > MOST && looks->length >= 6))
        ck_guess_take(guess, CK_MEANS_IDENTIFIER, "identifier", "long numbers, %zu different in %zu sampled rows",
                      looks->distinct, looks->n);
    else
        ck_guess_take(guess, CK_MEANS_CATEGORY, looks->whole > NEARLY_ALL ? "integer" : "number", "numbers, %zu different in %zu sampled rows",
                      looks->distinct, looks->n);
}

/* Share of the values of which the first or the last word is a short number, as houses have: 12, 12a. */
static double share_with_number(const ck_looks *looks) {
    enum { DIGITS = 5 };
    size_t found = 0;
    for (size_t i = 0; i < looks->n; i++) {
        const char *first = looks->value[i], *last = strrchr(first, ' ');
        bool begins = isdigit((unsigned char)*first) && strcspn(first, " ,") <= DIGITS;
        bool ends = last && isdigit((unsigned char)last[1]) && strlen(last + 1) <= DIGITS;
        found += last && (begins || ends);
    }
    return looks->n ? (double)found / (double)looks->n : 0;
}

static ck_status take_likely(ck_error *error, ck_guess *guess) {
    const ck_looks *looks = &guess->looks;
    double sex;
    if (ck_looks_clean(error, looks, "sex", &sex) != CK_OK)
        return error->status;
    if (guess->dates.dates > (size_t)(NEARLY_ALL * (double)looks->n) && looks->length >= 8)
        take_date(guess);
    else if (sex > 0.95 && !has_m_for_women(looks) && looks->letters > MOST && looks->distinct >= 2 && looks->distinct <= 6)
        ck_guess_take(guess, CK_MEANS_SEX, "sex", "%u %% are codes or words for a sex", ck_percent(sex));
    else if (looks->number > NEARLY_ALL || looks->digits > NEARLY_ALL)
        take_numbers(guess);
    else if (looks->address > MOST && (looks->words >= 2.5 || share_with_number(looks) > NEARLY_ALL))
        ck_guess_take(guess, CK_MEANS_ADDRESS, "address", "%u %% are words with a number", ck_percent(looks->address));
    else if (looks->distinct <= CATEGORIES && (double)looks->distinct < MOST * (double)looks->n)
        ck_guess_take(guess, CK_MEANS_CATEGORY, looks->letters > 0.98 ? "name" : "category", "%zu different sampled values", looks->distinct);
    else if (looks->serial > NEARLY_ALL)
        ck_guess_take(guess, CK_MEANS_IDENTIFIER, "identifier", "letters and digits without spaces");
    else if (looks->letters > NEARLY_ALL && looks->words < 2.5)
        ck_guess_take(guess, CK_MEANS_TEXT, "name", "%u %% are words of letters", ck_percent(looks->letters));
    else if (looks->length > long_text)
        ck_guess_leave_out(guess, "long free text (%.0f bytes on average)", looks->length);
    else
        ck_guess_take(guess, CK_MEANS_TEXT, "text", "%.1f words on average", looks->words);
    return CK_OK;
}

/* ---- a column ---- */

/* A kind of numbers is of no use where cleaning keeps few of them (12,50 for 12.50). */
static ck_status check_numbers(ck_error *error, ck_guess *guess) {
    double share = 1;
    bool numbers = guess->kind && (strcmp(guess->kind, "number") == 0 || strcmp(guess->kind, "integer") == 0);
    if (numbers && ck_looks_clean(error, &guess->looks, guess->kind, &share) == CK_OK && share < NEARLY_ALL) {
        char why[CK_GUESS_WHY];
        snprintf(why, sizeof why, "%.250s; only %u %% can be read as numbers, so compared as they stand", guess->why, ck_percent(share));
        strcpy(guess->why, why);
        guess->kind = "category";
    }
    return error->status;
}

static void name_otherwise(ck_guess *guess, const char *header, uint32_t column) {
    if (guess->name[0])
        return;
    ck_header_word(header, guess->name, sizeof guess->name - 8);
    if (!guess->name[0])
        snprintf(guess->name, sizeof guess->name, "column_%u", column + 1);
}

ck_status ck_guess_column(ck_error *error, const ck_extract *extract, uint32_t column, bool month_first, ck_guess *guess) {
    const char *header = extract->column[column].header;
    *guess = (ck_guess){.meaning = ck_header_meaning(header)};
    if (ck_looks_find(error, extract, column, &guess->looks) != CK_OK)
        return error->status;
    if (guess->meaning == CK_MEANS_GROUP && guess->looks.letters > NEARLY_ALL)
        guess->meaning = CK_MEANS_SURNAME; /* "family" that holds words: a name, no number */
    ck_date_shapes_find(guess->looks.value, guess->looks.n, month_first, &guess->dates);
    if (leave_out_useless(guess, extract, column))
        return CK_OK;
    take_proven(error, guess);
    if (!guess->kind && error->status == CK_OK && take_claimed(error, guess) == CK_OK && !guess->kind && !guess->is_id_only)
        take_likely(error, guess);
    if (ck_header_is_others(header) && guess->kind)
        guess->name[0] = 0; /* somebody else's name, number or address: compared, but as itself */
    name_otherwise(guess, header, column);
    return error->status == CK_OK ? check_numbers(error, guess) : error->status;
}

void ck_guess_free(ck_guess *guess) {
    ck_looks_free(&guess->looks);
}
