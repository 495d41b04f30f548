/** Versions of Carrick, its libraries, MPI, and the instruction set in use: for --version and run.json. Local. */
#ifndef CK_CLI_VERSIONS_H
#define CK_CLI_VERSIONS_H
#include "cli/command.h"
#include "store/h5.h"
#include <jansson.h>

/** Name to text; NULL when memory is out. The caller releases it. */
json_t *ck_versions(const ck_cli *cli);

#endif
