/** What the name of a column says of what it would give away. Local. */
#ifndef CK_CLI_RELEASE_NAMES_H
#define CK_CLI_RELEASE_NAMES_H
#include <stdbool.h>

bool ck_name_is_identifying(const char *header);
bool ck_name_is_birth_date(const char *header);

#endif
