/** What a row is before it is cleaned: the raw value of a linkage column, which is a field of it or several joined, and its id. Local. */
#ifndef CK_INGEST_RAW_H
#define CK_INGEST_RAW_H
#include "base/text.h"
#include "ingest/ingest.h"

static inline ck_span ck_trim_blanks(ck_span text) {
    while (text.n && (text.bytes[0] == ' ' || text.bytes[0] == '\t')) {
        text.bytes++;
        text.n--;
    }
    while (text.n && (text.bytes[text.n - 1] == ' ' || text.bytes[text.n - 1] == '\t'))
        text.n--;
    return text;
}
/** Bytes that ck_field_raw may write; 0 when the column is a field as it stands. */
size_t ck_field_join_room(const ck_span *field, const ck_field_spec *spec, const uint32_t *from);
/** The raw value of a linkage column: `from` [spec->nfrom] are numbers of the row's fields. What is made of several stands at `out`; of one it is
 *  the field itself or a part of it. */
ck_span ck_field_raw(const ck_span *field, const ck_field_spec *spec, const uint32_t *from, char *out);
/** Id of a row of a source that has no column of them: its number in its file, from 1; of a source of several files with the number of the file
 *  before it, as 2:15. `file` from 0. */
enum { CK_ROW_ID_TEXT = 48 };
ck_span ck_row_id(uint32_t nfiles, uint32_t file, uint64_t row, char text[CK_ROW_ID_TEXT]);

#endif
