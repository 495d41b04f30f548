/** --key FILE and --key-fd N. */
#ifndef CK_CLI_SECRET_OPTION_H
#define CK_CLI_SECRET_OPTION_H
#include "cli/options.h"
#include "release/secret.h"

/** CK_USAGE when neither or both are given. Local. */
ck_status ck_secret_option(ck_error *error, const ck_options *given, ck_secret *key);

#endif
