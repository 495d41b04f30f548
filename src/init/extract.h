/** One extract, looked at once from end to end: how it is written, what each column holds, and a sample of its rows.
 *
 *  Memory is bounded whatever the file's length: rows are kept by the hash of their number, so that the sample is even over
 *  the file and the same on every machine, and distinct values are tallied by their hash. Values stay inside this room: what
 *  leaves it are counts. Local.
 *
 *      if (ck_extract_scan(&error, "gp.csv", &extract) == CK_OK)
 *          for (size_t i = 0; i < extract.nsampled; i++) look(ck_extract_value(&extract, i, column));
 *      ck_extract_free(&extract);
 */
#ifndef CK_INIT_EXTRACT_H
#define CK_INIT_EXTRACT_H
#include "ingest/ingest.h"
#include "init/tally.h"

enum {
    CK_SAMPLE_ROWS = 8192,      /**< at most; fewer of files with many columns */
    CK_SAMPLE_CELLS = 1 << 20,  /**< rows times columns, at most */
    CK_SAMPLE_CELL_BYTES = 120, /**< the rest of a longer value is not looked at */
    CK_SAMPLE_TALLY = 1024      /**< distinct values tallied of each column */
};

typedef struct ck_extract_column {
    char *header;    /**< UTF-8, as it stands in the file */
    uint64_t filled; /**< rows with more than blanks */
    uint64_t longest;
    ck_value_tally tally;  /**< of the filled values, without blanks at their ends */
} ck_extract_column;

typedef struct ck_sample_row {
    uint64_t hash;
    uint32_t *at; /**< [ncolumns] where the texts begin; the row's one block of memory */
    char *text;   /**< the values, trimmed, each with a NUL; in the same block */
} ck_sample_row;

typedef struct ck_extract {
    const char *path;
    char delimiter;
    ck_encoding encoding;
    uint64_t data_begin;    /**< where the header ends */
    uint32_t ncolumns;
    ck_extract_column *column;
    uint64_t rows;          /**< whole ones */
    uint64_t ragged, quotes, bytes; /**< rows that ingest would leave out: fields, quotes, bytes that are no text */
    uint64_t high;          /**< whole rows with bytes beyond ASCII */
    size_t nsampled;
    ck_sample_row *sample;  /**< [nsampled] in the order of the file, in UTF-8 */
} ck_extract;

/** Look at a file. CK_DATA with a sentence that says what to do for one that cannot be read: UTF-16, a spreadsheet, no
 *  header, no rows, a quote that does not end. No sentence holds a value, nor what may be one in a file without header. */
ck_status ck_extract_scan(ck_error *error, const char *path, ck_extract *extract);
void ck_extract_free(ck_extract *extract);
static inline const char *ck_extract_value(const ck_extract *extract, size_t row, uint32_t column) {
    return extract->sample[row].text + extract->sample[row].at[column];
}
/** Rows that ingest would leave out. */
static inline uint64_t ck_extract_rejects(const ck_extract *extract) {
    return extract->ragged + extract->quotes + extract->bytes;
}

/** Is the file text that can be read, and what stands between its fields? (dialect.c) */
ck_status ck_dialect_guess(ck_error *error, const char *path, char *delimiter);
/** ", ", "a comma": for sentences. */
const char *ck_delimiter_name(char delimiter);

/** Each whole row of the extract once more, in order. */
typedef void ck_row_use(void *user, uint64_t row, const ck_span *field);
ck_status ck_extract_again(ck_error *error, const ck_extract *extract, ck_row_use *use, void *user);
/** Without blanks at either end. */
ck_span ck_trim_blanks(ck_span text);

#endif
