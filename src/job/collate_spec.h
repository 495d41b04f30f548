/** The file of 'carrick collate' (docs/collate.md). Local. */
#ifndef CK_JOB_COLLATE_SPEC_H
#define CK_JOB_COLLATE_SPEC_H
#include "job/shape.h"
#include "release/collate.h"

typedef struct ck_collate_spec {
    char *out;              /**< folder */
    uint32_t days;          /**< of a readmission */
    uint32_t ntables;
    ck_collate_table *table;
} ck_collate_spec;

ck_status ck_collate_spec_parse(ck_error *error, const char *text, const char *path, const char *const *overrides, uint32_t noverrides, ck_collate_spec *spec);
void ck_collate_spec_free(ck_collate_spec *spec);
/** The keys as Markdown (docs/collate.md holds it word for word). Caller frees. */
ck_status ck_collate_spec_reference(ck_error *error, char **text);

#endif
