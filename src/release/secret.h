/** Keys: read from a file that others cannot read, or from a descriptor that is open already; never from an argument, the job or the environment.
 *
 *  The bytes are in memory that is locked, guarded and wiped (libsodium); while a key is loaded the process leaves no core dump and cannot be
 *  traced by others of the same user. Local.
 *
 *      ck_secret_load(&error, "project.key", &key);
 *      ck_hmac_text(&key, text, n, digest);
 *      ck_secret_free(&key);
 */
#ifndef CK_RELEASE_SECRET_H
#define CK_RELEASE_SECRET_H
#include "base/text.h"
#include <carrick/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CK_SECRET_LEAST = 16, CK_SECRET_MOST = 4096, CK_DIGEST = 32 };

typedef struct ck_secret {
    unsigned char *bytes; /**< [n] NULL: none */
    size_t n;
} ck_secret;

/** The key is the file's bytes without a line end behind them, of which there are at least CK_SECRET_LEAST. CK_FILE when the file cannot be read, or when
 *  anybody but its owner could (modes other than 0600 and 0400); CK_DATA for a key that is too short or too long. */
ck_status ck_secret_load(ck_error *error, const char *path, ck_secret *secret);
/** The same from an open file descriptor, whose mode is its owner's affair. */
ck_status ck_secret_load_fd(ck_error *error, int fd, ck_secret *secret);
/** 32 bytes of the system's randomness as 64 hexadecimal digits, in a new file of mode 0600. CK_FILE when the file is there already. */
ck_status ck_secret_make(ck_error *error, const char *path);
void ck_secret_free(ck_secret *secret); /**< accepts a zeroed struct */

/** HMAC-SHA-256 (RFC 2104, FIPS 198-1) of n bytes. */
void ck_hmac(const ck_secret *secret, const void *bytes, size_t n, uint8_t digest[CK_DIGEST]);
/** The same of a label and a value behind it. */
void ck_hmac_labelled(const ck_secret *secret, ck_span label, ck_span value, uint8_t digest[CK_DIGEST]);
/** A key of its own for one purpose: HMAC-SHA-256 of the purpose's name. */
ck_status ck_secret_derive(ck_error *error, const ck_secret *secret, const char *purpose, ck_secret *derived);

/** A digest as 64 hexadecimal digits and a NUL. */
void ck_digest_text(const uint8_t digest[CK_DIGEST], bool upper, char text[2 * CK_DIGEST + 1]);

#endif
