#include "synth/region.h"
#include <carrick/clean.h>
#include <stdio.h>
#include <string.h>

enum { PEOPLE_PERCENT = 62, PEOPLE_PER_POSTCODE = 40, POSTCODES_MIN = 50, NHS_PER_PREFIX = 9 };

/* First eight digits of NHS numbers. The test range, 999 and six digits and a check digit, is never issued and holds
   899,991 people here; larger regions take all of 800 to 999, of which the NHS issues none. The prefix of nothing but nines is
   left out, for the number of nothing but nines is no number. */
static const uint64_t test_first = 99900000, spare_first = 80000000, after_last = 99999999;

ck_status ck_region_create(ck_error *error, const ck_synth_options *options, ck_region *region) {
    uint64_t rows = options->rows, seed = options->seed;
    uint64_t people = rows / 100 * PEOPLE_PERCENT + rows % 100 * PEOPLE_PERCENT / 100;
    people += people == 0;
    bool small = people <= (after_last - test_first) * NHS_PER_PREFIX;
    *region = (ck_region){.seed = seed, .rows = rows, .people = people, .shape = options->shape, .units = ck_place_units()};
    region->nhs_first = small ? test_first : spare_first;
    region->nhs_prefixes = after_last - region->nhs_first;
    region->postcodes = people / PEOPLE_PER_POSTCODE;
    if (region->postcodes < POSTCODES_MIN)
        region->postcodes = POSTCODES_MIN;
    if (region->postcodes > region->units)
        region->postcodes = region->units;
    if (rows == 0)
        return ck_fail(error, CK_USAGE, "A made-up region has at least one row.");
    if (people > region->nhs_prefixes * NHS_PER_PREFIX)
        return ck_fail(error, CK_USAGE, "A made-up region has at most 290 million rows: there are no NHS numbers for more people.");
    return ck_names_create(error, seed, &region->names);
}

void ck_region_free(ck_region *region) {
    ck_names_free(&region->names);
}

/* Of the ten numbers with eight given first digits at most one has no check digit (the ninth digit has weight 2, and 2 d
   takes ten of the eleven residues); nine are left for nine people. */
void ck_nhs_number_of(const ck_region *region, uint64_t person, char out[11]) {
    uint64_t given = ck_permute(region->seed, CK_STREAM_NHS, region->nhs_prefixes * NHS_PER_PREFIX, person);
    unsigned prefix = (unsigned)(region->nhs_first + given / NHS_PER_PREFIX), wanted = (unsigned)(given % NHS_PER_PREFIX);
    char digits[16];
    for (unsigned ninth = 0; ninth < 10; ninth++) {
        snprintf(digits, sizeof digits, "%08u%u", prefix, ninth);
        int check = ck_nhs_check_digit(digits);
        if (check < 0 || wanted-- > 0)
            continue;
        digits[9] = (char)('0' + check);
        digits[10] = 0;
        memcpy(out, digits, 11);
        return;
    }
}
