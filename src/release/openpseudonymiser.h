/** The digest of OpenPseudonymiser, for those who must meet one that is in use. A salted digest of a short number can be found by trial once the salt
 *  is known: prefer HMAC. Local. */
#ifndef CK_RELEASE_OPENPSEUDONYMISER_H
#define CK_RELEASE_OPENPSEUDONYMISER_H
#include "base/text.h"
#include "release/secret.h"

typedef struct ck_named_value {
    const char *name;
    ck_span value;
} ck_named_value;

/** SHA-256, in upper-case hexadecimal digits, of the values in the order of their names' bytes, without spaces, tabs and line ends, and the salt without
 *  blanks around it (openpseudonymiser.org, FAQ). The values are put in that order in place. */
ck_status ck_openpseudonymiser(ck_error *error, const ck_secret *salt, ck_named_value *value, size_t n, char text[2 * CK_DIGEST + 1]);

#endif
