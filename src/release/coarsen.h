/** What may go out of a value: it is cleaned as its meaning asks, and made coarse. Pure functions of one value and its person's key. Local.
 *
 *      age           whole years on the release's date          1980-05-17 at 2026-07-01 -> 46
 *      age_band      the band that the age is in                 -> 45-54
 *      year, month   of a date                                   -> 1980, 1980-05
 *      shift         a date, moved by as many days for all of a person's dates
 *      outward, postal_area          of a postcode               M1 1AA -> M1, M
 *      lsoa, msoa, local_authority, deprivation, easting, northing   of a postcode, through a lookup; coordinates are those of the LSOA's middle
 *      code          a keyed code of the value: equal values of the release have equal codes, and those of another release have others
 *      keep          as it is
 */
#ifndef CK_RELEASE_COARSEN_H
#define CK_RELEASE_COARSEN_H
#include "release/lookup.h"
#include "release/secret.h"

typedef enum ck_coarse {
    CK_COARSE_KEEP, CK_COARSE_AGE, CK_COARSE_AGE_BAND, CK_COARSE_YEAR, CK_COARSE_MONTH, CK_COARSE_SHIFT, CK_COARSE_OUTWARD, CK_COARSE_POSTAL_AREA,
    CK_COARSE_LSOA, CK_COARSE_MSOA, CK_COARSE_LOCAL_AUTHORITY, CK_COARSE_DEPRIVATION, CK_COARSE_EASTING, CK_COARSE_NORTHING, CK_COARSE_CODE,
    CK_COARSE_COUNT
} ck_coarse;

/** Words of the release file, in that order, ending with NULL. */
extern const char *const ck_coarse_words[CK_COARSE_COUNT + 1];
static inline bool ck_coarse_reads_date(ck_coarse as) { return as >= CK_COARSE_AGE && as <= CK_COARSE_SHIFT; }
static inline bool ck_coarse_reads_lookup(ck_coarse as) { return as >= CK_COARSE_LSOA && as <= CK_COARSE_NORTHING; }

static inline bool ck_coarse_reads_postcode(ck_coarse as) { return as >= CK_COARSE_OUTWARD && as <= CK_COARSE_NORTHING; }

/** How one column is made coarse. */
typedef struct ck_coarse_options {
    ck_coarse as;
    char **format;          /**< [nformat] of dates; default %Y-%m-%d */
    uint32_t nformat;
    uint32_t nbands;
    uint32_t *band;         /**< [nbands] rising lowest ages of the bands, the last open; below the first: no value */
    uint32_t shift_days;    /**< the most that a date is moved, either way; never 0 days */
    int64_t as_of;          /**< day of ages, since 1970 */
    const ck_lookup *lookup;
} ck_coarse_options;

/** Has the lookup what such a column is made of? */
bool ck_lookup_tells(const ck_lookup *lookup, ck_coarse as);
enum { CK_COARSE_ROOM = 512 };
/** `out` points to `value`, into `room`, or into the lookup; empty when the value is missing, not of its meaning, or not known. `person_key`: for shift. */
void ck_coarsen(const ck_coarse_options *options, const ck_secret *key, uint64_t person, ck_span value, char room[CK_COARSE_ROOM], ck_span *out);

/** The days by which a person's dates are moved: from -most to most, without 0, by HMAC of the person's id. */
int64_t ck_shift_days(const ck_secret *key, uint64_t person, uint32_t most);

/** Years completed on `day` by somebody born on `birth`; -1 before birth. Born on 29 February: on 1 March of common years. */
int ck_age_on(int64_t birth, int64_t day);

#endif
