/* The draft as a job file, each guess with its evidence beside it. */
#include "base/memory.h"
#include "init/draft.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- pieces ---- */

/* A text between quotes, as YAML reads it; on one line whatever it holds. */
static void put_quoted(FILE *out, const char *text) {
    fputc('"', out);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7F)
            fprintf(out, "\\x%02X", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

/* 1234567 as 1,234,567 */
static void put_count(FILE *out, uint64_t count) {
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)count);
    for (int i = 0; i < n; i++)
        fprintf(out, "%s%c", i && (n - i) % 3 == 0 ? "," : "", digits[i]);
}

static void put_dates(FILE *out, const ck_date_shapes *dates, bool birth) {
    bool settled = dates->day_first || dates->month_first;
    if (dates->day_first + dates->month_first && dates->nformat)
        fprintf(out, "; %zu sampled values can only have the day first, %zu only the month", dates->day_first, dates->month_first);
    if (dates->open && !settled)
        fprintf(out, "; day and month could be either way round in all %zu: check", dates->open);
    if (dates->short_years)
        fprintf(out, "; two-digit years from %d are taken for 19.., below for 20..", birth ? 30 : 69);
}

static void put_evidence(FILE *out, const ck_draft_file *file, uint32_t column) {
    const ck_guess *guess = &file->guess[column];
    const ck_extract_column *of = &file->extract.column[column];
    fprintf(out, "# %s", guess->why);
    if (guess->meaning == CK_MEANS_BIRTH_DATE || guess->meaning == CK_MEANS_DATE)
        put_dates(out, &guess->dates, guess->meaning == CK_MEANS_BIRTH_DATE);
    fprintf(out, "; filled in %u %%, %s", ck_percent(file->extract.rows ? (double)of->filled / (double)file->extract.rows : 0),
            of->tally.depth ? "about " : "");
    put_count(out, ck_tally_distinct(&of->tally));
    fprintf(out, " different");
    if (guess->looks.nmissing)
        fprintf(out, "; %u %% of those sampled mean missing", ck_percent(guess->looks.missing_share));
}

/* ---- a column ---- */

static bool is_default_format(const ck_date_shapes *dates) {
    return dates->nformat == 0 || (dates->nformat == 1 && strcmp(dates->format[0], "%Y-%m-%d") == 0);
}

static void put_list(FILE *out, const char *key, const char *items, size_t stride, uint32_t n) {
    fprintf(out, ", %s: [", key);
    for (uint32_t i = 0; i < n; i++) {
        fprintf(out, "%s", i ? ", " : "");
        put_quoted(out, items + i * stride);
    }
    fputc(']', out);
}

static void put_from(FILE *out, const ck_draft_file *file, uint32_t column) {
    const ck_guess *guess = &file->guess[column];
    fprintf(out, "from: %s", guess->npart ? "[" : "");
    for (uint32_t i = 0; i < guess->npart; i++) {
        fprintf(out, "%s", i ? ", " : "");
        put_quoted(out, ck_draft_header(file, guess->part[i]));
    }
    if (guess->npart)
        fputc(']', out);
    else
        put_quoted(out, ck_draft_header(file, column));
}

/* `name` is the column's in the job, `part` what of the file's column it takes, or NULL. */
static void put_part(FILE *out, const ck_draft_file *file, uint32_t column, const char *name, const char *part) {
    const ck_guess *guess = &file->guess[column];
    bool date = strcmp(guess->kind, "date") == 0 || strcmp(guess->kind, "birth_date") == 0;
    fprintf(out, "      %s: {", name);
    put_from(out, file, column);
    if (part)
        fprintf(out, ", part: %s", part);
    fprintf(out, ", as: %s", guess->kind);
    if (date && guess->npart == 0 && !is_default_format(&guess->dates))
        put_list(out, "formats", guess->dates.format[0], sizeof guess->dates.format[0], guess->dates.nformat);
    if (guess->looks.nmissing)
        put_list(out, "missing", guess->looks.missing[0], sizeof guess->looks.missing[0], guess->looks.nmissing);
    fprintf(out, "} ");
    put_evidence(out, file, column);
    fputc('\n', out);
}

static void put_column(FILE *out, const ck_draft_file *file, uint32_t column) {
    static const char *const parts[][2] = {[CK_SPLIT_COMMA] = {"before_comma", "after_comma"}, [CK_SPLIT_FORENAME_FIRST] = {"last_word", "before_last"},
                                           [CK_SPLIT_SURNAME_FIRST] = {"first_word", "after_first"}};
    const ck_guess *guess = &file->guess[column];
    if (!guess->split_names) {
        put_part(out, file, column, guess->name, NULL);
        return;
    }
    put_part(out, file, column, "surname", parts[guess->split][0]);
    put_part(out, file, column, "forename", parts[guess->split][1]);
}

/* ---- a source ---- */

static void put_left_out(FILE *out, const ck_draft_file *file) {
    bool any = false;
    for (uint32_t c = 0; c < file->extract.ncolumns; c++) {
        const ck_guess *guess = &file->guess[c];
        bool is_part = strcmp(guess->why, "part of a date of three columns") == 0;
        if (guess->kind || (int64_t)c == file->id || is_part)
            continue;
        fprintf(out, "%s    #   ", any ? "" : "    # Left out:\n");
        put_quoted(out, ck_draft_header(file, c));
        fprintf(out, ": %s\n", guess->why);
        any = true;
    }
}

static void put_reading(FILE *out, const ck_extract *extract) {
    if (extract->delimiter != ',') {
        fprintf(out, "    delimiter: ");
        put_quoted(out, extract->delimiter == '\t' ? "tab" : (char[]){extract->delimiter, 0});
        fprintf(out, " # cuts the rows into the header's %u fields\n", extract->ncolumns);
    }
    if (extract->encoding == CK_WINDOWS_1252) {
        fprintf(out, "    encoding: windows-1252 # of ");
        put_count(out, extract->high);
        fprintf(out, " rows with letters beyond ASCII, most are not UTF-8\n");
    }
    if (ck_extract_rejects(extract)) {
        fprintf(out, "    rejects: %llu # left out and listed in rejects.csv: ", (unsigned long long)ck_extract_rejects(extract));
        fprintf(out, "%llu with another number of fields, %llu with quotes that do not pair, %llu with bytes that are no text\n",
                (unsigned long long)extract->ragged, (unsigned long long)extract->quotes, (unsigned long long)extract->bytes);
    }
}

static ck_status put_file(ck_error *error, FILE *out, const ck_draft_file *file) {
    char *path = realpath(file->extract.path, NULL);
    if (!path)
        return ck_fail(error, CK_FILE, "File %s cannot be read: %s.", file->extract.path, strerror(errno));
    fprintf(out, "  - name: ");
    put_quoted(out, file->name);
    fprintf(out, "\n    file: ");
    put_quoted(out, path);
    fprintf(out, " # ");
    put_count(out, file->extract.rows);
    fprintf(out, " row%s, %u column%s\n", file->extract.rows == 1 ? "" : "s", file->extract.ncolumns, file->extract.ncolumns == 1 ? "" : "s");
    free(path);
    return CK_OK;
}

static ck_status put_source(ck_error *error, FILE *out, const ck_draft *draft, const ck_draft_file *file) {
    if (put_file(error, out, file) != CK_OK)
        return error->status;
    put_reading(out, &file->extract);
    fprintf(out, "    %s", file->id < 0 ? "# no id" : "id: ");
    if (file->id >= 0)
        put_quoted(out, ck_draft_header(file, (uint32_t)file->id));
    fprintf(out, "%s%s\n", file->id < 0 ? ": " : " # ", file->id_why);
    if (draft->nfiles > 1)
        fprintf(out, "    unique: %s # %s\n", file->unique ? "true" : "false", file->unique_why);
    fprintf(out, "    columns:\n");
    for (uint32_t c = 0; c < file->extract.ncolumns; c++)
        if (file->guess[c].kind)
            put_column(out, file, c);
    put_left_out(out, file);
    return CK_OK;
}

/* ---- the job ---- */

/* The sources' names, as many as keep it short. */
static void put_job_name(FILE *out, const ck_draft *draft) {
    char name[2 * CK_DRAFT_NAME + 8];
    size_t n = (size_t)snprintf(name, sizeof name, "%s", draft->file[0].name);
    for (uint32_t f = 1; f < draft->nfiles && n < CK_DRAFT_NAME / 2; f++)
        n += (size_t)snprintf(name + n, sizeof name - n, "-%s", draft->file[f].name);
    put_quoted(out, name);
}

static void put_head(FILE *out, const ck_draft *draft) {
    fprintf(out, "# Set up from the extracts alone. Beside each line stands what it was guessed from: counts and shares of a sample of rows\n"
                 "# (of all rows where it says so of ids, filled and different values). Check it, change what is wrong, then\n"
                 "#   carrick run THIS.yaml --out DIR\nname: ");
    put_job_name(out, draft);
    fputc('\n', out);
    if (draft->nfiles == 1)
        fprintf(out, "link: dedupe # one file\n");
    else if (ck_draft_all_once(draft))
        fprintf(out, "link: link # no file seems to hold a person twice, so only rows of different files are compared\n");
    else
        fprintf(out, "link: link_and_dedupe # some files may hold a person more than once\n");
}

ck_status ck_draft_write(ck_error *error, const ck_draft *draft, char **text) {
    char *made = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&made, &n);
    if (!out)
        return ck_fail(error, CK_MEMORY, "Out of memory for the text of the job.");
    put_head(out, draft);
    fprintf(out, "sources:\n");
    for (uint32_t f = 0; f < draft->nfiles && error->status == CK_OK; f++)
        put_source(error, out, draft, &draft->file[f]);
    fprintf(out, "comparisons: auto\nblocking: auto\n");
    bool failed = ferror(out) != 0;
    if ((fclose(out) != 0 || failed) && error->status == CK_OK)
        ck_fail(error, CK_MEMORY, "Out of memory for the text of the job.");
    if (error->status == CK_OK)
        *text = ck_copy_text(error, made, n);
    free(made);
    return error->status;
}
