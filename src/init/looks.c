#include "init/looks.h"
#include "base/memory.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- missing ---- */

/* What files write where nothing is known, in any case. Those of letters count when they stand in more than one row, for each
   of them is also somebody's name. */
static const char *const missing_words[] = {
    "null", "n/a", "na", "#n/a", "none", "nan", "nil", "-", "--", "---", ".", "..", "?", "??", "???", "*", "\\N", "<na>", "(null)", "[null]",
    "unknown", "unk", "unkn", "not known", "notknown", "not stated", "not specified", "not given", "not applicable", "not available",
    "not recorded", "missing", "blank", "empty", "undefined", "tbc", "tba", "unbekannt", "keine angabe", "k.a.", "inconnu", "inconnue",
    "non renseigne", "desconocido", "desconocida", "sin datos", "s/d", "sconosciuto", "onbekend", "nieznany", "nieznana", "brak",
    "desconhecido", "okand", "ukendt", "ukjent", "xx", "xxx", "xxxx", "zzz", "zzzz", "no fixed abode", "nfa", NULL};

/* Dates on which nobody was born. */
static const char *const no_dates[] = {
    "0000-00-00", "00/00/0000", "00.00.0000", "00000000", "0001-01-01", "01/01/0001", "9999-12-31", "31/12/9999", "31.12.9999", "99991231",
    "9999-01-01", "0001-01-01 00:00:00", "9999-12-31 00:00:00", "0001-01-01T00:00:00", "9999-12-31T00:00:00", NULL};

/* Days that stand for an unknown one when they are far commoner than any other. */
static const char *const missing_dates[] = {
    "1753-01-01", "01/01/1753", "1800-01-01", "01/01/1800", "18000101", "1899-12-30", "1899-12-31", "30/12/1899", "31/12/1899",
    "1900-01-01", "01/01/1900", "1/1/1900", "01.01.1900", "1.1.1900", "01-01-1900", "1900/01/01", "19000101", "01-JAN-1900", "1901-01-01",
    "01/01/1901", "01.01.1901", "19010101", "1900-01-01 00:00:00", "01/01/1900 00:00", "01/01/1900 00:00:00", "1900-01-01T00:00:00", NULL};
enum { FAR_COMMONER = 4, SURE_FILLER = 9 /* digits: a shorter number may be somebody's, 12345 is a postcode in Germany */ };

static bool is_listed(const char *const *words, const char *text) {
    for (; *words; words++)
        if (strcasecmp(*words, text) == 0)
            return true;
    return false;
}

/* 0000000000, 9999999: one digit over and over, or counted through. */
static bool is_filler_number(const char *text) {
    size_t n = strspn(text, "0123456789"), same = strspn(text, (char[]){text[0], 0});
    return n >= 5 && text[n] == 0 && (same == n || strncmp(text, "1234567890123", n) == 0) && n <= 13;
}

static bool has_letter(const char *text) {
    while (*text && !isalpha((unsigned char)*text))
        text++;
    return *text != 0;
}

/* `count` of n rows hold the text; `common`: as many hold the commonest value that is not listed above. */
static bool means_missing(const char *text, size_t count, size_t n, size_t common) {
    if (strlen(text) >= CK_MISSING_ROOM)
        return false;
    if (is_listed(missing_words, text))
        return !has_letter(text) || count > 1 || strchr("#<([\\", text[0]);
    if (is_listed(no_dates, text))
        return true;
    if (is_listed(missing_dates, text))
        return count >= 3 && count * 500 >= n && count >= FAR_COMMONER * common;
    return is_filler_number(text) && count > 1 && (strlen(text) >= SURE_FILLER || count >= FAR_COMMONER * common);
}

/* ---- one value ---- */

static bool is_number(const char *text, bool *fraction) {
    text += *text == '-' || *text == '+';
    size_t n = strspn(text, "0123456789");
    *fraction = n && (text[n] == '.' || text[n] == ',') && isdigit((unsigned char)text[n + 1]);
    text += n;
    if (*fraction)
        text += 1 + strspn(text + 1, "0123456789");
    return n > 0 && *text == 0;
}

static bool is_email(const char *text) {
    const char *at = strchr(text, '@');
    return at && at > text && at[1] && !strpbrk(text, " ,;");
}

/* What the classes of its bytes are. */
typedef struct make {
    size_t bytes, digits, letters, spaces, words, others;
    bool digit_word, letter_word; /* words with a digit, words of three letters or more */
} make;

static make take_apart(const char *text) {
    make of = {0};
    size_t run = 0;
    for (bool inside = false; *text; text++) {
        unsigned char c = (unsigned char)*text;
        of.bytes++;
        of.digits += isdigit(c) != 0;
        of.letters += isalpha(c) || c >= 0x80;
        of.spaces += c == ' ';
        of.others += !isalnum(c) && c < 0x80 && c != ' ';
        of.digit_word |= isdigit(c) != 0;
        run = isalpha(c) || c >= 0x80 ? run + 1 : 0;
        of.letter_word |= run >= 3;
        bool in = c != ' ' && c != ',';
        of.words += in && !inside;
        inside = in;
    }
    return of;
}

static void look_at(ck_looks *looks, const char *text) {
    make of = take_apart(text);
    bool fraction, number = is_number(text, &fraction);
    looks->whole += number && !fraction;
    looks->number += number;
    looks->decimal += number && fraction;
    looks->digits += of.digits >= 7 && of.letters <= 1 + of.digits / 10;
    looks->sign += strchr("+(0", text[0]) != NULL;
    looks->letters += of.digits == 0 && of.letters * 3 >= of.bytes * 2;
    looks->address += of.digit_word && of.letter_word && of.words >= 2 && !fraction;
    looks->email += is_email(text);
    looks->serial += of.words == 1 && of.digits && of.letters && of.others <= 4;
    looks->words += (double)of.words;
    looks->length += (double)of.bytes;
    double value = number ? strtod(text, NULL) : 0;
    if (number && (looks->least > looks->most || value < looks->least))
        looks->least = value;
    if (number && value > looks->most)
        looks->most = value;
}

/* ---- a column ---- */

static int compare_texts(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t find_run_end(const char *const *sorted, size_t n, size_t i) {
    size_t j = i + 1;
    while (j < n && strcmp(sorted[i], sorted[j]) == 0)
        j++;
    return j;
}

static size_t find_commonest(const char *const *sorted, size_t n) {
    size_t most = 0;
    for (size_t i = 0, j; i < n; i = j) {
        j = find_run_end(sorted, n, i);
        if (j - i > most && !is_listed(missing_words, sorted[i]) && !is_listed(missing_dates, sorted[i]) && !is_filler_number(sorted[i]))
            most = j - i;
    }
    return most;
}

/* Runs of equal values in `sorted`: how many there are, the commonest, and those that mean missing. */
static void count_runs(ck_looks *looks, const char *const *sorted, size_t n) {
    double agree = 0;
    size_t missing = 0, most = 0, common = find_commonest(sorted, n);
    for (size_t i = 0, j; i < n; i = j) {
        j = find_run_end(sorted, n, i);
        if (means_missing(sorted[i], j - i, n, common)) {
            missing += j - i;
            if (looks->nmissing < CK_MISSING_WORDS)
                strcpy(looks->missing[looks->nmissing++], sorted[i]);
            continue;
        }
        looks->distinct++;
        most = j - i > most ? j - i : most;
        agree += (double)(j - i) * (double)(j - i - 1);
    }
    double left = (double)(n - missing);
    looks->collision = left > 1 ? agree / left / (left - 1) : 0;
    looks->top = left > 0 ? (double)most / left : 0;
    looks->missing_share = n ? (double)missing / (double)n : 0;
}

static bool is_missing_here(const ck_looks *looks, const char *text) {
    for (uint32_t i = 0; i < looks->nmissing; i++)
        if (strcmp(looks->missing[i], text) == 0)
            return true;
    return false;
}

static void finish(ck_looks *looks) {
    double *share[] = {&looks->whole, &looks->number, &looks->decimal, &looks->digits, &looks->sign, &looks->letters, &looks->address,
                       &looks->email, &looks->serial, &looks->words, &looks->length};
    for (size_t i = 0; looks->n && i < sizeof share / sizeof *share; i++)
        *share[i] /= (double)looks->n;
}

ck_status ck_looks_find(ck_error *error, const ck_extract *extract, uint32_t column, ck_looks *looks) {
    size_t n = 0;
    *looks = (ck_looks){.least = 1, .most = 0};
    const char **sorted = ck_alloc(error, extract->nsampled + 1, sizeof *sorted);
    looks->value = ck_alloc(error, extract->nsampled + 1, sizeof *looks->value);
    if (error->status != CK_OK)
        goto done;
    for (size_t i = 0; i < extract->nsampled; i++)
        if (*ck_extract_value(extract, i, column))
            sorted[n++] = ck_extract_value(extract, i, column);
    if (n)
        qsort(sorted, n, sizeof *sorted, compare_texts);
    count_runs(looks, sorted, n);
    for (size_t i = 0; i < extract->nsampled; i++) {
        const char *value = ck_extract_value(extract, i, column);
        if (!*value || is_missing_here(looks, value))
            continue;
        looks->value[looks->n++] = value;
        look_at(looks, value);
    }
    finish(looks);
done:
    ck_free(sorted);
    return error->status;
}

void ck_looks_free(ck_looks *looks) {
    ck_free(looks->value);
    *looks = (ck_looks){0};
}

ck_status ck_looks_clean(ck_error *error, const ck_looks *looks, const char *kind, double *share) {
    ck_clean_options options = {.kind = ck_kind_parse(kind)};
    size_t kept = 0, out_n;
    *share = 0;
    char *out = ck_alloc(error, ck_clean_room(CK_SAMPLE_CELL_BYTES * 3), 1);
    if (!out || options.kind == CK_KIND_COUNT)
        goto done;
    for (size_t i = 0; i < looks->n; i++) {
        ck_clean_result result = ck_clean_value(&options, looks->value[i], strlen(looks->value[i]), out, &out_n);
        kept += result == CK_CLEAN_SAME || result == CK_CLEAN_CHANGED || result == CK_CLEAN_PLACEHOLDER;
    }
    *share = looks->n ? (double)kept / (double)looks->n : 0;
done:
    ck_free(out);
    return error->status;
}
