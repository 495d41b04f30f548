/** Records of a CSV file (RFC 4180), from any byte range of it.
 *
 *  A record ends at a CR or LF that has an even number of quotes before it; in a well-formed file that is the end of a
 *  record outside quotes, doubled quotes included, and it can be told from a count of quotes alone, whatever was
 *  read before. Empty lines are no records. A quote where RFC 4180 allows none makes the record a faulty one; if it also
 *  holds line ends, then where records end is not certain any more, and the fault is final.
 *
 *      ck_csv_open(&error, &csv, path, begin, end, size, ',');
 *      ck_csv_skip(&error, &csv, quoted);           only when `begin` is not the start of the data
 *      while (ck_csv_next(&error, &csv, end) == CK_OK && csv.found) use(csv.field, csv.nfields);
 *
 *  Local; one thread a reader. */
#ifndef CK_CSV_CSV_H
#define CK_CSV_CSV_H
#include "base/text.h"
#include "csv/input.h"

typedef enum ck_csv_fault {
    CK_CSV_FINE,
    CK_CSV_QUOTE,       /**< a quote inside an unquoted field, or text after a closing quote */
    CK_CSV_QUOTE_LINES, /**< the same, and the record holds line ends: final */
    CK_CSV_OPEN,        /**< the file ends inside a quoted field: final */
    CK_CSV_LONG         /**< longer than CK_CSV_RECORD_BYTES: final */
} ck_csv_fault;
enum { CK_CSV_RECORD_BYTES = 16 << 20, CK_CSV_FIELDS = 1 << 16 };

typedef struct ck_csv {
    ck_input input;
    uint8_t sort_of[256]; /**< what a byte means, by delimiter */
    char delimiter;
    ck_span *field;       /**< [at most field_room] of the record; valid until the next call */
    size_t field_room, nfields; /**< nfields may exceed field_room: then only those stored are there */
    char *text;           /**< quoted fields without their quotes */
    size_t text_room, text_n;
    bool found;           /**< is there a record? */
    bool odd;             /**< it holds NUL or bytes from 0x80 on */
    ck_csv_fault fault;
} ck_csv;

/** Prepare a zeroed reader with room for `fields` fields. */
ck_status ck_csv_init(ck_error *error, ck_csv *csv, size_t fields);
void ck_csv_free(ck_csv *csv);
/** Open a range that begins at `begin`; `size`: where the file ends, UINT64_MAX for .gz. */
ck_status ck_csv_open(ck_error *error, ck_csv *csv, const char *path, uint64_t begin, uint64_t end, uint64_t size,
                      char delimiter);
void ck_csv_close(ck_csv *csv);
/** At the start of a file: step over a UTF-8 mark; CK_DATA for UTF-16. */
ck_status ck_csv_skip_mark(ck_error *error, ck_csv *csv);
/** Step from `begin` to the first start of a record at or after it; `quoted`: is begin inside quotes? `end` ends the
 *  search. The reader must be open at begin - 1. */
ck_status ck_csv_skip(ck_error *error, ck_csv *csv, uint64_t end, bool quoted);
/** The next record that starts before `end`, if there is one (`found`). Only `fault` is set of a faulty one. After a
 *  final fault nothing more is found. */
ck_status ck_csv_next(ck_error *error, ck_csv *csv, uint64_t end);
static inline bool ck_csv_is_final(ck_csv_fault fault) { return fault >= CK_CSV_QUOTE_LINES; }

/** Count the quotes of a range of a plain file, modulo 2. */
ck_status ck_csv_quote_parity(ck_error *error, ck_input *input, const char *path, uint64_t begin, uint64_t end,
                              uint64_t size, uint64_t *parity);

#endif
