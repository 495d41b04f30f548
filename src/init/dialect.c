/* What kind of file it is: refused in a sentence, or text with a delimiter. */
#include "base/memory.h"
#include "csv/csv.h"
#include "init/extract.h"
#include <stdio.h>
#include <string.h>

enum { HEAD_BYTES = 4096, RECORDS = 500, FIELDS = 4096 };

static const char delimiters[] = {',', ';', '\t', '|'};

const char *ck_delimiter_name(char delimiter) {
    return delimiter == ',' ? "comma" : delimiter == ';' ? "semicolon" : delimiter == '\t' ? "tab" : "vertical bar";
}

/* ---- files that are no CSV ---- */

typedef struct magic {
    const char *bytes;
    size_t n;
    const char *what; /* ends the sentence "File x ..." */
} magic;

static const magic magics[] = {
    {"\xFF\xFE\0\0", 4, "is written in UTF-32, which is not read: save it as UTF-8 (iconv -f UTF-32 -t UTF-8)"},
    {"\0\0\xFE\xFF", 4, "is written in UTF-32, which is not read: save it as UTF-8 (iconv -f UTF-32 -t UTF-8)"},
    {"\xFF\xFE", 2, "is written in UTF-16 (little-endian), which is not read: save it as UTF-8 (iconv -f UTF-16 -t UTF-8)"},
    {"\xFE\xFF", 2, "is written in UTF-16 (big-endian), which is not read: save it as UTF-8 (iconv -f UTF-16 -t UTF-8)"},
    {"PK\3\4", 4, "is a spreadsheet or a zip archive, not text: save the sheet as CSV, or unpack the archive"},
    {"\xD0\xCF\x11\xE0", 4, "is an old spreadsheet, not text: save the sheet as CSV"},
    {"PAR1", 4, "is a Parquet file, which is not read: write it as CSV"},
    {"\x1F\x8B", 2, "is compressed by gzip without a name that ends in .gz: rename it"},
    {"BZh", 3, "is compressed by bzip2: unpack it, or compress it with gzip"},
    {"\x28\xB5\x2F\xFD", 4, "is compressed by zstd: unpack it, or compress it with gzip"},
    {"\xFD" "7zXZ", 5, "is compressed by xz: unpack it, or compress it with gzip"},
    {"\x89HDF", 4, "is an HDF5 file: CSV is read here"},
    {"%PDF", 4, "is a PDF, not text: CSV is read here"},
    {"sep=", 4, "begins with a line 'sep=' for spreadsheets: delete that line, so that the header comes first"},
    {"{", 1, "looks like JSON: write it as CSV"},
    {"[{", 2, "looks like JSON: write it as CSV"},
    {"<", 1, "looks like XML or HTML: write it as CSV"},
};

/* UTF-16 without a mark: text in which every other byte is NUL. @return 0 or which end holds the letters */
static int find_unmarked_utf16(const char *bytes, size_t n) {
    size_t nul[2] = {0, 0};
    for (size_t i = 0; i < n; i++)
        nul[i & 1] += bytes[i] == 0;
    if (n < 4)
        return 0;
    if (nul[1] > n / 4 && nul[0] < n / 50 + 1)
        return 1;
    return nul[0] > n / 4 && nul[1] < n / 50 + 1 ? 2 : 0;
}

static ck_status check_head(ck_error *error, const char *path, const char *bytes, size_t n) {
    if (n == 0)
        return ck_fail(error, CK_DATA, "File %s is empty: it has neither header nor rows.", path);
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if (n >= magics[i].n && memcmp(bytes, magics[i].bytes, magics[i].n) == 0)
            return ck_fail(error, CK_DATA, "File %s %s.", path, magics[i].what);
    int wide = find_unmarked_utf16(bytes, n);
    if (wide)
        return ck_fail(error, CK_DATA, "File %s seems to be written in UTF-16 (%s-endian, without a mark), which is not read: save it "
                       "as UTF-8 (iconv -f UTF-16%s -t UTF-8).", path, wide == 1 ? "little" : "big", wide == 1 ? "LE" : "BE");
    return CK_OK;
}

static ck_status read_head(ck_error *error, const char *path) {
    ck_input input = {.file = -1};
    uint64_t size = UINT64_MAX;
    if (ck_input_size(error, path, &size) == CK_OK &&
        ck_input_open(error, &input, path, 0, ck_input_is_gz(path) ? UINT64_MAX : size, HEAD_BYTES) == CK_OK) {
        while (input.end < HEAD_BYTES && !input.at_end && ck_input_more(error, &input) == CK_OK)
            ;
        if (error->status == CK_OK)
            check_head(error, path, input.bytes, input.end < HEAD_BYTES ? input.end : HEAD_BYTES);
    }
    ck_input_free(&input);
    return error->status;
}

/* ---- delimiter ---- */

/* How well a delimiter cuts the first records: the share with as many fields as the first, and how many those are. */
typedef struct fit {
    double share;
    size_t fields;
} fit;

static ck_status try_delimiter(ck_error *error, const char *path, char delimiter, fit *found) {
    ck_csv csv = {0};
    size_t records = 0, same = 0;
    uint64_t size = UINT64_MAX;
    *found = (fit){0};
    if (ck_csv_init(error, &csv, FIELDS) != CK_OK ||
        (!ck_input_is_gz(path) && ck_input_size(error, path, &size) != CK_OK) ||
        ck_csv_open(error, &csv, path, 0, 0, size, delimiter) != CK_OK || ck_csv_skip_mark(error, &csv) != CK_OK)
        goto done;
    while (records < RECORDS && ck_csv_next(error, &csv, UINT64_MAX) == CK_OK && csv.found && !ck_csv_is_final(csv.fault)) {
        if (records++ == 0)
            found->fields = csv.fault == CK_CSV_FINE ? csv.nfields : 0;
        same += csv.fault == CK_CSV_FINE && csv.nfields == found->fields;
    }
    found->share = records ? (double)same / (double)records : 0;
done:
    ck_csv_free(&csv);
    return error->status;
}

ck_status ck_dialect_guess(ck_error *error, const char *path, char *delimiter) {
    double best = 0;
    *delimiter = ',';
    if (read_head(error, path) != CK_OK)
        return error->status;
    for (size_t i = 0; i < sizeof delimiters; i++) {
        fit found;
        if (try_delimiter(error, path, delimiters[i], &found) != CK_OK)
            return error->status;
        /* Steadiness first; of two that are as steady, the one that cuts finer. */
        double score = found.fields < 2 ? 0 : found.share * (1 + (double)found.fields / (1 + (double)found.fields) / 4);
        if (score > best) {
            best = score;
            *delimiter = delimiters[i];
        }
    }
    return CK_OK;
}
