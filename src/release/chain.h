/** A log that shows when it was edited: each line is one JSON object that carries the SHA-256 of the line before it and of itself.
 *
 *      {"line":1, ... ,"previous":"000...","sha256":"<of everything of the line before this member>"}
 *
 *  A line that was changed, removed or put in does not fit. Lines taken off the end leave a log that fits: who keeps the last SHA-256 elsewhere sees that
 *  too. Local. */
#ifndef CK_RELEASE_CHAIN_H
#define CK_RELEASE_CHAIN_H
#include "release/secret.h"

enum { CK_CHAIN_TEXT = 2 * CK_DIGEST + 1 };

/** Append a line. `members`: the inside of a JSON object, without braces and line breaks. The line is on the disk when it ends. CK_FILE. */
ck_status ck_chain_append(ck_error *error, const char *path, const char *members);
/** CK_DATA naming the first line that does not fit. `*lines` and `last`, the SHA-256 of the last line (zeros when there is none), are also told then as far as it fits. */
ck_status ck_chain_verify(ck_error *error, const char *path, uint64_t *lines, char last[CK_CHAIN_TEXT]);
/** SHA-256 of a file's bytes. */
ck_status ck_chain_hash_file(ck_error *error, int file, const char *path, char digest[CK_CHAIN_TEXT]);

#endif
