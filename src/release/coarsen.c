#include "release/coarsen.h"
#include <carrick/clean.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NUMBER_ROOM = 32 };

const char *const ck_coarse_words[CK_COARSE_COUNT + 1] = {"keep",        "age",    "age_band", "year",            "month",       "shift",   "outward",
                                                          "postal_area", "lsoa",   "msoa",     "local_authority", "deprivation", "easting", "northing", "code", NULL};

int ck_age_on(int64_t birth, int64_t day) {
    int year, month, dom, year_of, month_of, dom_of;
    ck_date_split(birth, &year, &month, &dom);
    ck_date_split(day, &year_of, &month_of, &dom_of);
    if (day < birth)
        return -1;
    return year_of - year - (month_of < month || (month_of == month && dom_of < dom));
}

int64_t ck_shift_days(const ck_secret *key, uint64_t person, uint32_t most) {
    uint8_t digest[CK_DIGEST];
    char message[32];
    int n = snprintf(message, sizeof message, "shift %" PRIu64, person);
    ck_hmac(key, message, (size_t)n, digest);
    uint64_t number = 0;
    for (int i = 0; i < 6; i++)
        number = number << 8 | digest[i];
    int64_t place = (int64_t)(number % (2 * (uint64_t)most)); /* 0 .. 2 most - 1; 2^48 is no multiple, by less than most / 2^47 */
    return place < (int64_t)most ? place - (int64_t)most : place - (int64_t)most + 1;
}

static bool read_date(const ck_coarse_options *options, ck_span value, int64_t *days) {
    if (options->nformat == 0)
        return ck_date_parse("%Y-%m-%d", value.bytes, value.n, days);
    for (uint32_t f = 0; f < options->nformat; f++)
        if (ck_date_parse(options->format[f], value.bytes, value.n, days))
            return true;
    return false;
}

static int print_band(const ck_coarse_options *options, int age, char *room) {
    uint32_t b = options->nbands;
    while (b > 0 && age < (int)options->band[b - 1])
        b--;
    if (b == 0)
        return 0;
    if (b == options->nbands)
        return snprintf(room, NUMBER_ROOM, "%" PRIu32 "+", options->band[b - 1]);
    return snprintf(room, NUMBER_ROOM, "%" PRIu32 "-%" PRIu32, options->band[b - 1], options->band[b] - 1);
}

static int print_date(const ck_coarse_options *options, const ck_secret *key, uint64_t person, int64_t days, char *room) {
    int year, month, day, age = ck_age_on(days, options->as_of);
    if (options->as == CK_COARSE_SHIFT)
        days += ck_shift_days(key, person, options->shift_days);
    ck_date_split(days, &year, &month, &day);
    switch (options->as) {
    case CK_COARSE_AGE: return age < 0 ? 0 : snprintf(room, NUMBER_ROOM, "%d", age);
    case CK_COARSE_AGE_BAND: return age < 0 ? 0 : print_band(options, age, room);
    case CK_COARSE_YEAR: return snprintf(room, NUMBER_ROOM, "%04d", year);
    case CK_COARSE_MONTH: return snprintf(room, NUMBER_ROOM, "%04d-%02d", year, month);
    default: return snprintf(room, NUMBER_ROOM, "%04d-%02d-%02d", year, month, day);
    }
}

bool ck_lookup_tells(const ck_lookup *lookup, ck_coarse as) {
    switch (as) {
    case CK_COARSE_LSOA: return ck_lookup_has(lookup, CK_AREA_LSOA);
    case CK_COARSE_MSOA: return ck_lookup_has(lookup, CK_AREA_MSOA);
    case CK_COARSE_LOCAL_AUTHORITY: return ck_lookup_has(lookup, CK_AREA_DISTRICT);
    case CK_COARSE_DEPRIVATION: return ck_lookup_has(lookup, CK_AREA_DEPRIVATION);
    default: return ck_lookup_has(lookup, CK_AREA_LSOA) && ck_lookup_has(lookup, CK_AREA_EASTING) && ck_lookup_has(lookup, CK_AREA_NORTHING);
    }
}

/* Of a postcode in its clean form. */
static ck_span find_area(const ck_coarse_options *options, ck_span postcode, char *room) {
    size_t area, district, sector;
    int64_t east, north;
    if (!ck_postcode_parts(postcode.bytes, postcode.n, &area, &district, &sector))
        return (ck_span){"", 0};
    switch (options->as) {
    case CK_COARSE_OUTWARD: return (ck_span){postcode.bytes, district};
    case CK_COARSE_POSTAL_AREA: return (ck_span){postcode.bytes, area};
    case CK_COARSE_LSOA: return ck_lookup_find(options->lookup, postcode, CK_AREA_LSOA);
    case CK_COARSE_MSOA: return ck_lookup_find(options->lookup, postcode, CK_AREA_MSOA);
    case CK_COARSE_LOCAL_AUTHORITY: return ck_lookup_find(options->lookup, postcode, CK_AREA_DISTRICT);
    case CK_COARSE_DEPRIVATION: return ck_lookup_find(options->lookup, postcode, CK_AREA_DEPRIVATION);
    default:
        if (!ck_lookup_centre(options->lookup, postcode, &east, &north))
            return (ck_span){"", 0};
        return (ck_span){room, (size_t)snprintf(room, NUMBER_ROOM, "%" PRId64, options->as == CK_COARSE_EASTING ? east : north)};
    }
}

/* The first 16 bytes of HMAC-SHA-256 under the release's key, as person keys are. */
static ck_span code_of(const ck_secret *key, ck_span value, char *room) {
    static const ck_span purpose = {"code ", 5}; /* no value is a person's message: those of keys and shifts begin otherwise */
    enum { BYTES = 16 };
    uint8_t digest[CK_DIGEST];
    char text[2 * CK_DIGEST + 1];
    ck_hmac_labelled(key, purpose, value, digest);
    ck_digest_text(digest, false, text);
    memcpy(room, text, 2 * BYTES);
    return (ck_span){room, 2 * BYTES};
}

void ck_coarsen(const ck_coarse_options *options, const ck_secret *key, uint64_t person, ck_span value, char room[CK_COARSE_ROOM], ck_span *out) {
    static const ck_clean_options postcodes = {.kind = CK_KIND_POSTCODE};
    int64_t days;
    *out = (ck_span){"", 0};
    if (value.n == 0) {
    } else if (options->as == CK_COARSE_KEEP) {
        *out = value;
    } else if (options->as == CK_COARSE_CODE) {
        *out = code_of(key, value, room);
    } else if (ck_coarse_reads_date(options->as)) {
        if (read_date(options, value, &days))
            *out = (ck_span){room, (size_t)print_date(options, key, person, days, room)};
    } else {
        char *clean = room + NUMBER_ROOM; /* `out` may point into it */
        size_t n;
        if (ck_clean_room(value.n) <= CK_COARSE_ROOM - NUMBER_ROOM &&
            ck_clean_value(&postcodes, value.bytes, value.n, clean, &n) <= CK_CLEAN_CHANGED)
            *out = find_area(options, (ck_span){clean, n}, room);
    }
}
