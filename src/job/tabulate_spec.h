/** The file of 'carrick tabulate' (docs/tabulate.md). Local. */
#ifndef CK_JOB_TABULATE_SPEC_H
#define CK_JOB_TABULATE_SPEC_H
#include "job/shape.h"
#include "release/suppress.h"

typedef struct ck_tabulate_spec {
    char *input;            /**< CSV file, such as a table of a release */
    char *distinct;         /**< column whose distinct values are counted, or NULL: rows are */
    uint32_t nby;
    char **by;              /**< [nby] 1 to CK_DIMENSIONS_MAX columns */
    char *total;            /**< word for totals */
    ck_small_numbers rule;
} ck_tabulate_spec;

ck_status ck_tabulate_spec_parse(ck_error *error, const char *text, const char *path, const char *const *overrides, uint32_t noverrides, ck_tabulate_spec *spec);
void ck_tabulate_spec_free(ck_tabulate_spec *spec);
/** The keys as Markdown (docs/tabulate.md holds it word for word). Caller frees. */
ck_status ck_tabulate_spec_reference(ck_error *error, char **text);

#endif
