/** Small people in memory, for tests of rooms that read them: one rank, records given as texts. */
#ifndef CK_TESTS_REFERENCE_PEOPLE_H
#define CK_TESTS_REFERENCE_PEOPLE_H
#include "store/people.h"

/** `value[record * ncolumns + column]`, NULL = missing (borrowed); sources have `sizes` records each, in order. */
void reference_people_build(const char *const *value, uint32_t ncolumns, const char *const *name, const ck_kind *kind,
                            uint32_t nsources, const uint64_t *sizes, ck_people *people);

#endif
