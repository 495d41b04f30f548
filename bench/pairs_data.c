#include "pairs_data.h"
#include "base/hash.h"
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const bench_column_name[BENCH_COLUMNS] = {"forename", "surname", "dob", "sex", "postcode"};
const ck_kind bench_column_kind[BENCH_COLUMNS] = {CK_KIND_NAME, CK_KIND_NAME, CK_KIND_DATE, CK_KIND_SEX, CK_KIND_POSTCODE};

enum { FORENAMES = 5000, SURNAMES = 60000, FIELD = 16, NAME_LETTERS = 14, SECTORS = 2000, UNITS = 16 };

typedef struct name_list {
    uint32_t n;
    char (*name)[FIELD];
    double *below; /* shares summed up to and with each name; the first is the most frequent */
} name_list;

typedef struct bench_draw {
    uint64_t state;
} bench_draw;

static void *take(size_t n, size_t size) {
    void *p = calloc(n ? n : 1, size);
    if (!p) {
        fprintf(stderr, "pairs: out of memory\n");
        exit(6);
    }
    return p;
}

static uint32_t below(bench_draw *draw, uint32_t n) {
    draw->state += UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)((ck_hash_mix(draw->state) >> 32) * n >> 32);
}

/* ---- names ---- */

static void make_name(bench_draw *draw, char out[FIELD]) {
    static const char *const ONSET[] = {"B", "C", "D", "F",  "G",  "H",  "J",  "K",  "L",  "M",  "N",  "P",  "R", "S",
                                        "T", "W", "BR", "CH", "CL", "CR", "GR", "SH", "ST", "TH", "TR", "WH", "",  ""};
    static const char *const VOWEL[] = {"A", "E", "I", "O", "U", "A", "E", "O", "I", "EA", "OO", "Y"};
    static const char *const CODA[] = {"", "", "", "", "", "", "", "N", "R", "L", "S", "T", "LL", "RD", "CK"};
    static const char *const END[] = {"", "", "", "SON", "TON", "LEY", "ER", "S", "MAN", "ING", "EY", "Y"};
    char name[64] = "";
    for (uint32_t syllables = 1 + (below(draw, 8) > 2); syllables-- > 0;) {
        strcat(name, ONSET[below(draw, sizeof ONSET / sizeof *ONSET)]);
        strcat(name, VOWEL[below(draw, sizeof VOWEL / sizeof *VOWEL)]);
        strcat(name, CODA[below(draw, sizeof CODA / sizeof *CODA)]);
    }
    strcat(name, END[below(draw, sizeof END / sizeof *END)]);
    snprintf(out, FIELD, "%.*s", NAME_LETTERS, name);
}

/* Names of at least two letters; a name drawn twice is merely more frequent. */
static name_list make_names(bench_draw *draw, uint32_t n) {
    name_list list = {n, take(n, sizeof *list.name), take(n, sizeof *list.below)};
    double sum = 0;
    for (uint32_t i = 0; i < n; i++) {
        do
            make_name(draw, list.name[i]);
        while (strlen(list.name[i]) < 2);
        list.below[i] = sum += 1 / pow(i + 8., .9);
    }
    return list;
}

static void pick_name(const name_list *list, bench_draw *draw, char out[FIELD]) {
    double x = below(draw, UINT32_MAX) / (double)UINT32_MAX * list->below[list->n - 1];
    uint32_t low = 0, high = list->n - 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (list->below[middle] < x)
            low = middle + 1;
        else
            high = middle;
    }
    memcpy(out, list->name[low], FIELD);
}

/* One letter replaced, put in, left out or exchanged with the next. */
static void misspell(bench_draw *draw, char name[FIELD]) {
    size_t n = strlen(name), at = below(draw, (uint32_t)n);
    char letter = (char)('A' + below(draw, 26));
    switch (below(draw, 4)) {
    case 0:
        name[at] = letter;
        break;
    case 1:
        if (n < NAME_LETTERS) {
            memmove(name + at + 1, name + at, n - at + 1);
            name[at] = letter;
        }
        break;
    case 2:
        if (n > 2)
            memmove(name + at, name + at + 1, n - at);
        break;
    default:
        if (at + 1 < n) {
            letter = name[at];
            name[at] = name[at + 1];
            name[at + 1] = letter;
        }
    }
}

/* ---- records ---- */

typedef char record_fields[BENCH_COLUMNS][FIELD]; /* an empty field is missing */

static void draw_postcode(bench_draw *draw, char out[FIELD]) {
    static const char *const AREA[] = {"LA", "PR", "FY", "BB", "LS", "WA", "CH", "WN"};
    static const char LETTER[] = "ABDEFGHJLNPQRSTU";
    uint32_t code = below(draw, SECTORS * UNITS), sector = code / UNITS;
    snprintf(out, FIELD, "%s%u %uA%c", AREA[sector % 8], 1 + sector / 80, sector / 8 % 10, LETTER[code % UNITS]);
}

static void draw_dob(bench_draw *draw, char out[FIELD]) {
    snprintf(out, FIELD, "%u-%02u-%02u", 1925 + below(draw, 90), 1 + below(draw, 12), 1 + below(draw, 28));
}

/* A person who is not there yet; some names are misspelt. */
static void draw_person(bench_draw *draw, const name_list *forenames, const name_list *surnames, record_fields f) {
    pick_name(forenames, draw, f[BENCH_FORENAME]);
    pick_name(surnames, draw, f[BENCH_SURNAME]);
    for (int c = BENCH_FORENAME; c <= BENCH_SURNAME; c++)
        if (below(draw, 100) < 3)
            misspell(draw, f[c]);
    draw_dob(draw, f[BENCH_DOB]);
    snprintf(f[BENCH_SEX], FIELD, "%c", "FM"[below(draw, 2)]);
    draw_postcode(draw, f[BENCH_POSTCODE]);
}

/* Another record of a person, with errors. */
static void draw_copy(bench_draw *draw, record_fields f) {
    char other[FIELD];
    for (int c = BENCH_FORENAME; c <= BENCH_SURNAME; c++)
        if (f[c][0] && below(draw, 100) < 15)
            misspell(draw, f[c]);
    if (below(draw, 100) < 5) {
        draw_dob(draw, other);
        memcpy(f[BENCH_DOB] + 8, other + 8, 2);
    }
    if (below(draw, 100) < 15)
        draw_postcode(draw, f[BENCH_POSTCODE]);
}

static void draw_records(uint32_t n, uint64_t seed, record_fields *fields) {
    bench_draw draw = {seed};
    name_list forenames = make_names(&draw, FORENAMES), surnames = make_names(&draw, SURNAMES);
    for (uint32_t i = 0; i < n; i++) {
        if (i > 100 && below(&draw, 100) < 20) {
            memcpy(fields[i], fields[below(&draw, i)], sizeof *fields);
            draw_copy(&draw, fields[i]);
        } else {
            draw_person(&draw, &forenames, &surnames, fields[i]);
        }
        if (below(&draw, 100) < 2)
            fields[i][BENCH_FORENAME][0] = 0;
    }
    free(forenames.name);
    free(forenames.below);
    free(surnames.name);
    free(surnames.below);
}

void bench_records_make(uint32_t n, uint64_t seed, bench_records *records) {
    record_fields *fields = take(n, sizeof *fields);
    draw_records(n, seed, fields);
    *records = (bench_records){n, BENCH_COLUMNS, take((size_t)n * BENCH_COLUMNS, sizeof(char *)), (char *)fields};
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t c = 0; c < BENCH_COLUMNS; c++)
            records->value[(size_t)i * BENCH_COLUMNS + c] = fields[i][c][0] ? fields[i][c] : NULL;
}

/* Is the value among the first `blocks` distinct ones met so far? It is put there while there is room. */
static bool is_in_sample(const char **met, uint32_t *nmet, uint32_t blocks, const char *value, size_t left_off) {
    size_t n = strlen(value) - left_off;
    for (uint32_t b = 0; b < *nmet; b++)
        if (strlen(met[b]) == n + left_off && strncmp(met[b], value, n) == 0)
            return true;
    if (*nmet == blocks)
        return false;
    met[(*nmet)++] = value;
    return true;
}

void bench_records_sample(const bench_records *records, uint32_t column, size_t left_off, uint32_t blocks, bench_records *sample) {
    const char **met = take(blocks, sizeof *met);
    uint32_t nmet = 0, width = records->ncolumns;
    *sample = (bench_records){.ncolumns = width, .value = take((size_t)records->n * width, sizeof(char *))};
    for (uint32_t i = 0; i < records->n; i++) {
        const char **value = records->value + (size_t)i * width;
        if (value[column] && is_in_sample(met, &nmet, blocks, value[column], left_off))
            memcpy(sample->value + (size_t)sample->n++ * width, value, width * sizeof *value);
    }
    free(met);
}

void bench_records_of(const ck_people *people, uint32_t n, bench_records *records) {
    size_t bytes = 0, at = 0;
    uint32_t width = people->ncolumns;
    for (uint32_t c = 0; c < width; c++)
        for (uint32_t i = 0; i < n; i++)
            bytes += ck_dict_value(&people->column[c].dict, people->column[c].code[i]).n + 1;
    *records = (bench_records){n, width, take((size_t)n * width, sizeof(char *)), take(bytes, 1)};
    for (uint32_t c = 0; c < width; c++)
        for (uint32_t i = 0; i < n; i++) {
            ck_span value = ck_dict_value(&people->column[c].dict, people->column[c].code[i]);
            records->value[(size_t)i * width + c] = people->column[c].code[i] ? records->bytes + at : NULL;
            memcpy(records->bytes + at, value.bytes, value.n);
            at += value.n + 1;
        }
}

int bench_records_write(const bench_records *records, const char *path) {
    FILE *out = fopen(path, "w");
    if (!out)
        return 0;
    fputs("id", out);
    for (uint32_t c = 0; c < records->ncolumns; c++)
        fprintf(out, ",%s", bench_column_name[c]);
    for (uint32_t i = 0; i < records->n; i++) {
        fprintf(out, "\n%u", i);
        for (uint32_t c = 0; c < records->ncolumns; c++) {
            const char *value = records->value[(size_t)i * records->ncolumns + c];
            fprintf(out, ",%s", value ? value : "");
        }
    }
    fputc('\n', out);
    return fclose(out) == 0;
}

void bench_records_free(bench_records *records) {
    free(records->value);
    free(records->bytes);
    *records = (bench_records){0};
}
