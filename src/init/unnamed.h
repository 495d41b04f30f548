/** Forenames that are common in Europe and beyond, to know names of people by. Local. */
#ifndef CK_INIT_UNNAMED_H
#define CK_INIT_UNNAMED_H
#include <stdbool.h>

/** Is a word (cleaned as a name) among the commonest forenames of a country? */
bool ck_is_common_forename(const char *word);

#endif
