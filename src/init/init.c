#include "init/init.h"
#include "base/memory.h"
#include "init/draft.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void free_draft(ck_draft *draft) {
    for (uint32_t f = 0; draft->file && f < draft->nfiles; f++) {
        for (uint32_t c = 0; draft->file[f].guess && c < draft->file[f].extract.ncolumns; c++)
            ck_guess_free(&draft->file[f].guess[c]);
        ck_free(draft->file[f].guess);
        ck_extract_free(&draft->file[f].extract);
    }
    ck_free(draft->file);
}

/* ---- names of sources ---- */

static void name_source(ck_draft *draft, uint32_t f) {
    static const char *const ends[] = {".gz", ".csv", ".tsv", ".txt", ".psv", ".dat"};
    const char *path = draft->file[f].extract.path, *slash = strrchr(path, '/');
    char plain[CK_DRAFT_NAME];
    snprintf(plain, sizeof plain - 8, "%s", slash ? slash + 1 : path);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t n = strlen(plain), k = strlen(ends[i]);
        if (n > k && strcmp(plain + n - k, ends[i]) == 0)
            plain[n - k] = 0;
    }
    strcpy(draft->file[f].name, plain);
    for (uint32_t k = 2, before = 0; before < f; before++)
        if (strcmp(draft->file[before].name, draft->file[f].name) == 0) {
            snprintf(draft->file[f].name, sizeof draft->file[f].name, "%.110s_%u", plain, k++);
            before = UINT32_MAX; /* from the start */
        }
}

/* ---- dates in which day and month may be either ---- */

/* Where a column cannot tell, the others do. @return is the month first? */
static bool is_month_first(const ck_draft *draft) {
    size_t day = 0, month = 0;
    for (uint32_t f = 0; f < draft->nfiles; f++)
        for (uint32_t c = 0; c < draft->file[f].extract.ncolumns; c++) {
            day += draft->file[f].guess[c].dates.day_first;
            month += draft->file[f].guess[c].dates.month_first;
        }
    return month > day;
}

static void read_month_first(ck_draft *draft) {
    for (uint32_t f = 0; f < draft->nfiles; f++)
        for (uint32_t c = 0; c < draft->file[f].extract.ncolumns; c++) {
            ck_guess *guess = &draft->file[f].guess[c];
            ck_date_shapes_find(guess->looks.value, guess->looks.n, true, &guess->dates);
        }
}

/* ---- the draft ---- */

static ck_status scan_file(ck_error *error, ck_draft *draft, uint32_t f, const char *path) {
    ck_draft_file *file = &draft->file[f];
    if (ck_extract_scan(error, path, &file->extract) != CK_OK)
        return error->status;
    name_source(draft, f);
    file->guess = ck_alloc_zero(error, file->extract.ncolumns, sizeof *file->guess);
    for (uint32_t c = 0; c < file->extract.ncolumns && error->status == CK_OK; c++)
        ck_guess_column(error, &file->extract, c, false, &file->guess[c]);
    return error->status;
}

static ck_status check_file(ck_error *error, const ck_draft_file *file) {
    bool truth = false;
    for (uint32_t c = 0; c < file->extract.ncolumns; c++) {
        truth |= file->guess[c].meaning == CK_MEANS_TRUTH;
        if (file->guess[c].kind)
            return CK_OK;
    }
    if (truth)
        return ck_fail(error, CK_DATA, "File %s seems to say who is who, and holds nothing to link by: leave it out here, and measure with "
                       "'carrick evaluate DIR --truth FILE' afterwards.", file->extract.path);
    return ck_fail(error, CK_DATA, "File %s has no column to link by among its %u: each is empty, holds one value only, numbers rows, or says "
                   "where rows come from.", file->extract.path, file->extract.ncolumns);
}

static ck_status check_common(ck_error *error, const ck_draft *draft) {
    const ck_draft_file *first = &draft->file[0];
    for (uint32_t c = 0; c < first->extract.ncolumns && draft->nfiles > 1; c++)
        for (uint32_t f = 1; f < draft->nfiles && first->guess[c].kind; f++)
            if (ck_draft_find(&draft->file[f], first->guess[c].split_names ? "surname" : first->guess[c].name) >= 0)
                return CK_OK;
    if (draft->nfiles == 1)
        return CK_OK;
    return ck_fail(error, CK_DATA, "File %s shares no column with the other%s: none of its names, nor what they mean, is in another file. Give "
                   "columns that hold the same thing the same name.", first->extract.path, draft->nfiles > 2 ? "s" : "");
}

static ck_status make_draft(ck_error *error, const char *const *path, ck_draft *draft) {
    for (uint32_t f = 0; f < draft->nfiles; f++)
        if (scan_file(error, draft, f, path[f]) != CK_OK)
            return error->status;
    if (is_month_first(draft))
        read_month_first(draft);
    for (uint32_t f = 0; f < draft->nfiles; f++)
        if (ck_draft_settle(error, &draft->file[f]) != CK_OK || check_file(error, &draft->file[f]) != CK_OK)
            return error->status;
    if (ck_draft_agree(error, draft) != CK_OK || check_common(error, draft) != CK_OK || ck_draft_find_once(error, draft) != CK_OK)
        return error->status;
    if (draft->nfiles > 1 && ck_draft_all_once(draft))
        ck_draft_drop_lonely(draft);
    return error->status;
}

ck_status ck_init_job(ck_error *error, const char *const *file, uint32_t nfiles, char **text) {
    ck_draft draft = {.nfiles = nfiles};
    *text = NULL;
    draft.file = ck_alloc_zero(error, nfiles, sizeof *draft.file);
    if (draft.file && make_draft(error, file, &draft) == CK_OK)
        ck_draft_write(error, &draft, text);
    free_draft(&draft);
    return error->status;
}
