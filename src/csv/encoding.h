/** Bytes of an extract to UTF-8. Local, thread-safe. */
#ifndef CK_CSV_ENCODING_H
#define CK_CSV_ENCODING_H
#include "base/text.h"
#include <stddef.h>

typedef enum ck_encoding { CK_UTF8, CK_WINDOWS_1252 } ck_encoding;

/** The most bytes of UTF-8 that a byte of windows-1252 becomes. */
enum { CK_WINDOWS_1252_WIDTH = 3 };

/** Why bytes of a field cannot be used. */
typedef enum ck_text_fault { CK_TEXT_FINE, CK_TEXT_NUL, CK_TEXT_UNDEFINED } ck_text_fault;

/** Check a field and make it UTF-8: *field then points to itself or into `room`, which has CK_WINDOWS_1252_WIDTH
 *  bytes for each of the field's; *used is how many were written. UNDEFINED: bytes that are not of the encoding. */
ck_text_fault ck_text_decode(ck_encoding encoding, ck_span *field, char *room, size_t *used);

#endif
