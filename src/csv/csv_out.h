/** CSV as RFC 4180 has it, except that lines end with LF: fields with a comma, quote or line break are quoted, quotes doubled.
 *  A failed write is found at ck_csv_out_commit. Local. */
#ifndef CK_CSV_CSV_OUT_H
#define CK_CSV_CSV_OUT_H
#include "base/text.h"
#include "base/out_file.h"
#include <stdint.h>

typedef struct ck_csv_out {
    ck_out_file file;
    bool in_row;   /**< the next field needs a comma before it */
    bool blank;    /**< the row has one field so far, and it is empty */
    uint64_t rows; /**< that have ended, a header too */
} ck_csv_out;

/** `path` NULL or "-": standard output. */
ck_status ck_csv_out_open(ck_error *error, const char *path, ck_csv_out *csv);
/** For nobody but the owner, as ck_out_open_private. */
ck_status ck_csv_out_open_private(ck_error *error, const char *path, ck_csv_out *csv);
void ck_csv_out_text(ck_csv_out *csv, ck_span text);
void ck_csv_out_string(ck_csv_out *csv, const char *text);
void ck_csv_out_integer(ck_csv_out *csv, int64_t value);
/** The shortest decimal that reads back as the same double. */
void ck_csv_out_real(ck_csv_out *csv, double value);
void ck_csv_out_end_row(ck_csv_out *csv);
/** As ck_out_settle. */
ck_status ck_csv_out_settle(ck_error *error, ck_csv_out *csv);
ck_status ck_csv_out_commit(ck_error *error, ck_csv_out *csv);
void ck_csv_out_close(ck_csv_out *csv);

enum { CK_REAL_TEXT = 32 };
/** Shortest of %.15g, %.16g, %.17g that reads back exactly. @return `text` */
const char *ck_real_text(double value, char text[CK_REAL_TEXT]);

#endif
