/** A job made from the extracts on the command line (init/init.h), for `carrick init` and `carrick run`. */
#ifndef CK_CLI_SETUP_H
#define CK_CLI_SETUP_H
#include "cli/command.h"

/** The job's text, the same on every rank; the caller frees. Collective. */
ck_status ck_setup_make(ck_cli *cli, ck_error *error, char **text);

#endif
