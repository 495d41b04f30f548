/** Areas of postcodes, from an ONS postcode directory (ONSPD) or NSPL file. Its columns move with every edition, so they are found by pattern (docs/release.md). Local.
 *
 *      ck_lookup_open(&error, "ONSPD.csv", &lookup);
 *      ck_lookup_find(&lookup, ck_span_of("M1 1AA"), CK_AREA_LSOA);     its code, empty when there is none
 */
#ifndef CK_RELEASE_LOOKUP_H
#define CK_RELEASE_LOOKUP_H
#include "base/text.h"
#include "condition/intern.h"

typedef enum ck_area { CK_AREA_LSOA, CK_AREA_MSOA, CK_AREA_DISTRICT, CK_AREA_DEPRIVATION, CK_AREA_EASTING, CK_AREA_NORTHING, CK_AREAS } ck_area;

typedef struct ck_lookup {
    ck_intern postcode, value;
    uint32_t *of[CK_AREAS]; /**< [postcodes] values; NULL where the file has no such column */
    size_t room[CK_AREAS];
    double *east, *north;   /**< [values] sums over the postcodes of an LSOA, and how many */
    uint64_t *places;
} ck_lookup;

/** CK_DATA for a file without postcodes, or with a postcode twice in different areas; CK_FILE. */
ck_status ck_lookup_open(ck_error *error, const char *path, ck_lookup *lookup);
bool ck_lookup_has(const ck_lookup *lookup, ck_area area);
/** `postcode` in its clean form. */
ck_span ck_lookup_find(const ck_lookup *lookup, ck_span postcode, ck_area area);
/** Mean easting and northing, in whole metres, of the postcodes of the LSOA that the postcode is in. false when they are not known. */
bool ck_lookup_centre(const ck_lookup *lookup, ck_span postcode, int64_t *easting, int64_t *northing);
void ck_lookup_free(ck_lookup *lookup);

#endif
