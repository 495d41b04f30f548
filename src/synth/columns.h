/** Rows as text: one table of columns for each source. Local. */
#ifndef CK_SYNTH_COLUMNS_H
#define CK_SYNTH_COLUMNS_H
#include "synth/lines.h"
#include "synth/world.h"

/** Add the fields of an entry, as its source's columns say. */
void ck_columns_print(ck_lines *lines, const ck_cell *cell, const ck_entry *entry);
/** The header line of a source, with its newline. The caller frees. */
char *ck_columns_header(ck_error *error, const ck_source_shape *source);
/** A date in a format of %d %m %Y %y %b, as days since 1970. */
void ck_print_date(const char *format, int year, int month, int day, char out[32]);
void ck_print_days(const char *format, int32_t days, char out[32]);

#endif
