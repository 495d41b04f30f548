#include "release/lookup.h"
#include "base/hash.h"
#include "base/memory.h"
#include "csv/sheet.h"
#include <carrick/clean.h>
#include <inttypes.h>
#include <math.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

/* Headers of the editions from 2011 to 2026; where several match, the first pattern that does counts, then the last column. */
static const char *const postcode_patterns[] = {"^pcds?$", "^pcd[278]$", "^postcode$", NULL};
static const char *const area_patterns[CK_AREAS][4] = {
    [CK_AREA_LSOA] = {"^lsoa21(cd)?$", "^lsoa[12]1(cd)?$", "^lsoa[0-9]*(cd)?$", NULL},
    [CK_AREA_MSOA] = {"^msoa21(cd)?$", "^msoa[12]1(cd)?$", "^msoa[0-9]*(cd)?$", NULL},
    [CK_AREA_DISTRICT] = {"^oslaua$", "^lad[0-9]{2}cd$", "^laua$", NULL},
    [CK_AREA_DEPRIVATION] = {"^imd([0-9]{2}(ind)?)?$", NULL},
    [CK_AREA_EASTING] = {"^(os)?east1m$", NULL},
    [CK_AREA_NORTHING] = {"^(os)?nr?o?r?th1m$", NULL},
};

static bool matches(ck_error *error, const char *pattern, const char *name) {
    regex_t compiled;
    if (regcomp(&compiled, pattern, REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0)
        return ck_fail(error, CK_MEMORY, "Out of memory for a pattern.") == CK_OK;
    bool found = regexec(&compiled, name, 0, NULL, 0) == 0;
    regfree(&compiled);
    return found;
}

/* The column that the first fitting pattern names; UINT32_MAX when none does. */
static uint32_t find_column(ck_error *error, const ck_sheet *sheet, const char *const *pattern) {
    for (; *pattern; pattern++)
        for (uint32_t c = sheet->ncolumns; c-- > 0;)
            if (matches(error, *pattern, sheet->name[c]))
                return c;
    return UINT32_MAX;
}

static ck_span find_text(const ck_lookup *lookup, uint32_t place, ck_area area) {
    return lookup->of[area] ? ck_intern_get(&lookup->value, lookup->of[area][place]) : (ck_span){"", 0};
}

static double number_of(ck_span text) {
    char copy[32], *end;
    if (text.n == 0 || text.n >= sizeof copy)
        return NAN;
    memcpy(copy, text.bytes, text.n);
    copy[text.n] = 0;
    double number = strtod(copy, &end);
    return *end ? NAN : number;
}

static ck_status take_row(ck_error *error, ck_lookup *lookup, const ck_sheet *sheet, uint32_t postcode, const uint32_t column[CK_AREAS]) {
    static const ck_clean_options options = {.kind = CK_KIND_POSTCODE};
    ck_span raw = sheet->field[postcode];
    char clean[512];
    size_t n;
    uint32_t place, before = lookup->postcode.count;
    if (ck_clean_room(raw.n) > sizeof clean || ck_clean_value(&options, raw.bytes, raw.n, clean, &n) > CK_CLEAN_CHANGED)
        return CK_OK; /* of Guernsey, say, or none: no record of ours can have it */
    if (ck_intern_add(error, &lookup->postcode, (ck_span){clean, n}, &place) != CK_OK)
        return error->status;
    for (int a = 0; a < CK_AREAS; a++) {
        uint32_t value;
        if (column[a] == UINT32_MAX)
            continue;
        if (ck_intern_add(error, &lookup->value, sheet->field[column[a]], &value) != CK_OK ||
            ck_grow(error, &lookup->of[a], &lookup->room[a], lookup->postcode.count, sizeof *lookup->of[a]) != CK_OK)
            return error->status;
        if (place < before && lookup->of[a][place] != value)
            return ck_fail(error, CK_DATA, "Row %" PRIu64 " of %s: this postcode stood before, in another area.", sheet->row, sheet->path);
        lookup->of[a][place] = value;
    }
    return CK_OK;
}

/* Means over the postcodes of each LSOA. */
static ck_status sum_places(ck_error *error, ck_lookup *lookup) {
    lookup->east = ck_alloc_zero(error, lookup->value.count, sizeof *lookup->east);
    lookup->north = ck_alloc_zero(error, lookup->value.count, sizeof *lookup->north);
    lookup->places = ck_alloc_zero(error, lookup->value.count, sizeof *lookup->places);
    if (error->status != CK_OK || !lookup->of[CK_AREA_LSOA])
        return error->status;
    for (uint32_t place = 0; place < lookup->postcode.count; place++) {
        double east = number_of(find_text(lookup, place, CK_AREA_EASTING)), north = number_of(find_text(lookup, place, CK_AREA_NORTHING));
        uint32_t lsoa = lookup->of[CK_AREA_LSOA][place];
        if (isnan(east) || isnan(north))
            continue;
        lookup->east[lsoa] += east;
        lookup->north[lsoa] += north;
        lookup->places[lsoa]++;
    }
    return CK_OK;
}

ck_status ck_lookup_open(ck_error *error, const char *path, ck_lookup *lookup) {
    ck_sheet sheet = {0};
    uint32_t column[CK_AREAS], none;
    *lookup = (ck_lookup){0};
    if (ck_sheet_open(error, path, CK_UTF8, ',', &sheet) == CK_OK && ck_intern_add(error, &lookup->value, (ck_span){"", 0}, &none) == CK_OK) {
        uint32_t postcode = find_column(error, &sheet, postcode_patterns);
        for (int a = 0; a < CK_AREAS; a++)
            column[a] = find_column(error, &sheet, area_patterns[a]);
        if (postcode == UINT32_MAX)
            ck_fail(error, CK_DATA, "File %s has no column of postcodes (pcds, pcd, pcd7, pcd8 or postcode): is it an ONSPD or NSPL file?", path);
        while (ck_sheet_next(error, &sheet))
            if (take_row(error, lookup, &sheet, postcode, column) != CK_OK)
                break;
    }
    if (error->status == CK_OK)
        sum_places(error, lookup);
    ck_sheet_close(&sheet);
    if (error->status != CK_OK)
        ck_lookup_free(lookup);
    return error->status;
}

bool ck_lookup_has(const ck_lookup *lookup, ck_area area) {
    return lookup->of[area] != NULL;
}

static uint32_t find_place(const ck_lookup *lookup, ck_span postcode) {
    return ck_intern_find(&lookup->postcode, postcode);
}

ck_span ck_lookup_find(const ck_lookup *lookup, ck_span postcode, ck_area area) {
    uint32_t place = find_place(lookup, postcode);
    return place == UINT32_MAX ? (ck_span){"", 0} : find_text(lookup, place, area);
}

bool ck_lookup_centre(const ck_lookup *lookup, ck_span postcode, int64_t *easting, int64_t *northing) {
    uint32_t place = find_place(lookup, postcode);
    if (place == UINT32_MAX || !lookup->of[CK_AREA_LSOA])
        return false;
    uint32_t lsoa = lookup->of[CK_AREA_LSOA][place];
    if (lookup->places[lsoa] == 0 || lsoa == 0)
        return false;
    *easting = llround(lookup->east[lsoa] / (double)lookup->places[lsoa]);
    *northing = llround(lookup->north[lsoa] / (double)lookup->places[lsoa]);
    return true;
}

void ck_lookup_free(ck_lookup *lookup) {
    ck_intern_free(&lookup->postcode);
    ck_intern_free(&lookup->value);
    for (int a = 0; a < CK_AREAS; a++)
        ck_free(lookup->of[a]);
    ck_free(lookup->east);
    ck_free(lookup->north);
    ck_free(lookup->places);
    *lookup = (ck_lookup){0};
}
