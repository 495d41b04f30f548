/** The first record of a CSV file: names of columns. */
#ifndef CK_CSV_HEADER_H
#define CK_CSV_HEADER_H
#include "csv/encoding.h"
#include <carrick/status.h>
#include <stdint.h>

/** Names of the columns of a file, and where its records begin.
 *  CK_DATA for an empty file, a faulty or too wide header, bytes that are not of the encoding. Local. The caller frees with ck_header_free. */
ck_status ck_header_read(ck_error *error, const char *path, char delimiter, ck_encoding encoding, char ***names,
                         uint64_t *n, uint64_t *data_begin);
void ck_header_free(char **names, uint64_t n);

#endif
