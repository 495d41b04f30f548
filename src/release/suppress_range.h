/** What an outsider can work out of a table with hidden cells: linear programmes (GLPK). Inner part of suppress.c. Local. */
#ifndef CK_RELEASE_SUPPRESS_RANGE_H
#define CK_RELEASE_SUPPRESS_RANGE_H
#include "release/suppress.h"

/** The equations of a table as it is shown now. */
typedef struct ck_outsider ck_outsider;
ck_status ck_outsider_make(ck_error *error, const ck_count_table *table, const ck_small_numbers *rule, ck_outsider **outsider);
ck_status ck_outsider_range(ck_error *error, ck_outsider *outsider, uint64_t cell, uint64_t *least, uint64_t *greatest);
void ck_outsider_free(ck_outsider *outsider);

#endif
