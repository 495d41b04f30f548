/** The file of 'carrick release' (docs/release.md): which columns of which sources go out, how coarse, and what is checked. Local. */
#ifndef CK_JOB_RELEASE_SPEC_H
#define CK_JOB_RELEASE_SPEC_H
#include "job/shape.h"
#include "release/coarsen.h"
#include "release/release_table.h"

typedef struct ck_release_column {
    char *name;        /**< in the release */
    char *from;        /**< header in the source's file, or column of persons.h5 */
    ck_coarse_options coarse;
    char *allow;       /**< why a column that looks identifying may go out, or NULL */
} ck_release_column;

typedef struct ck_release_source {
    char *name;        /**< of the table */
    char *source;      /**< of the job, or NULL */
    bool persons;      /**< in its place: a row a person, of persons.h5 */
    char *households;  /**< in its place: a CSV file of properties, a row of the home's household, or NULL */
    char *property;    /**< its column of the property's number */
    uint32_t ncolumns;
    ck_release_column *column;
} ck_release_source;

enum { CK_RELEASE_CSV = 1, CK_RELEASE_HDF5 = 2, CK_RELEASE_SQLITE = 4 };

typedef struct ck_release_spec {
    char *name;        /**< of the release: its keys are made with it, so no other release has the same */
    char *index;       /**< result folder */
    char *out;         /**< folder that is made */
    char *lookup;      /**< ONSPD or NSPL file, or NULL */
    int64_t as_of;     /**< days since 1970; INT64_MIN: not given */
    bool household_key;
    unsigned formats;  /**< CK_RELEASE_* */
    ck_small_rule small, homes; /**< of persons, of homes; without columns: no check */
    uint32_t ntables;
    ck_release_source *table;
} ck_release_spec;

ck_status ck_release_spec_parse(ck_error *error, const char *text, const char *path, const char *const *overrides, uint32_t noverrides, ck_release_spec *spec);
void ck_release_spec_free(ck_release_spec *spec);
/** The keys as Markdown (docs/release.md holds it word for word). Caller frees. */
ck_status ck_release_spec_reference(ck_error *error, char **text);

#endif
