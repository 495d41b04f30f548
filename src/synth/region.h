/** A made-up region: its people, homes and rows, each a pure function of (seed, number).
 *
 *  Owns the tables and the counts; never a list of people. People are numbered in neighbourhoods of
 *  CK_NEIGHBOURHOOD consecutive numbers, each split into households by its own draws, so that a person's household is
 *  found by walking at most one neighbourhood:
 *
 *      people       0  1  2  3  4  5  6  7 ...  59 | 60 ...
 *      households  [0     ][2        ][6 ] ...     | [60 ...       numbered by their first person
 *
 *  Local, thread-safe once created.
 */
#ifndef CK_SYNTH_REGION_H
#define CK_SYNTH_REGION_H
#include "synth/names.h"
#include "synth/synth.h"
#include <stddef.h>

enum {
    CK_NEIGHBOURHOOD = 60,
    CK_HOUSEHOLD_MAX = 8,
    CK_HOMES = 3,           /**< a person's home now, and two earlier ones */
    CK_TODAY = 20453,       /**< 2025-12-31 as days since 1970-01-01: the region's "now" */
    CK_POSTCODE_MAX = 9,
    CK_ADDRESS_MAX = 72
};

typedef struct ck_region {
    uint64_t seed, rows, people, postcodes;
    ck_synth_shape shape;
    uint64_t units;        /**< postcodes that the area could have */
    uint64_t nhs_first;    /**< smallest first eight digits of NHS numbers */
    uint64_t nhs_prefixes; /**< how many of them follow */
    ck_names names;
} ck_region;

/** rows * 62 / 100 people. @return CK_USAGE for more rows than there are NHS numbers to give */
ck_status ck_region_create(ck_error *error, const ck_synth_options *options, ck_region *region);
void ck_region_free(ck_region *region);

/* ---- households ---- */

typedef enum ck_household_kind {
    CK_ALONE,
    CK_COUPLE,
    CK_FAMILY,
    CK_LONE_PARENT,
    CK_THREE_GENERATIONS,
    CK_SHARERS,
    CK_UNRELATED /**< people of any age at one address: every household of CK_SHAPE_PLAIN */
} ck_household_kind;
typedef enum ck_member_role { CK_HEAD, CK_PARTNER, CK_CHILD, CK_ELDER, CK_SHARER } ck_member_role;

typedef struct ck_household {
    uint64_t first; /**< its first person, and its number */
    uint32_t size;
    ck_household_kind kind;
    uint32_t community; /**< index into ck_communities */
    char head_sex;
} ck_household;

/** The household of a person. */
ck_household ck_household_of(const ck_region *region, uint64_t person);
ck_member_role ck_member_role_of(const ck_household *household, uint32_t position);

/* ---- people ---- */

typedef struct ck_resident {
    uint64_t person;
    uint32_t position;       /**< in the household */
    ck_member_role role;
    uint32_t community;      /**< index into ck_communities */
    char sex;                /**< 'M' or 'F' */
    int64_t birth;           /**< days since 1970-01-01 */
    char forename[CK_NAME_MAX];
    char surname[CK_NAME_MAX];
    char former_surname[CK_NAME_MAX]; /**< before marriage, or empty */
    char nhs_number[11];     /**< empty: none */
} ck_resident;

void ck_resident_of(const ck_region *region, uint64_t person, ck_resident *resident);

/* ---- places ---- */

typedef struct ck_home {
    char postcode[CK_POSTCODE_MAX];
    char address[CK_ADDRESS_MAX];
} ck_home;

/** Home of a person: which = 0 now, 1 .. CK_HOMES - 1 earlier. */
void ck_home_of(const ck_region *region, uint64_t person, uint32_t which, ck_home *home);
/** Postcodes that the area's districts allow. */
uint64_t ck_place_units(void);
/** Postcode i of [0, region->postcodes). */
void ck_place_postcode(const ck_region *region, uint64_t i, char out[CK_POSTCODE_MAX]);
/** Its street. */
void ck_place_street(const ck_region *region, uint64_t i, char *out, size_t room);

/** The valid NHS number of a person, different for each. */
void ck_nhs_number_of(const ck_region *region, uint64_t person, char out[11]);

/* ---- rows ---- */

typedef struct ck_row {
    uint64_t person;
    const char *source;
    char forename[CK_NAME_MAX], surname[CK_NAME_MAX];
    char dob[11], sex[2];
    ck_home home;
    char nhs_number[11];
} ck_row;

/** Row i of [0, region->rows): whose it is, and what its source made of it. */
void ck_row_of(const ck_region *region, uint64_t i, ck_row *row);

#endif
