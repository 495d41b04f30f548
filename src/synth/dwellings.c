/* Where dwellings lie: dwelling numbers run through the postcodes in order, postcodes through sectors, districts and areas, so that neighbours in number are
   neighbours on the ground. */
#include "synth/world.h"
#include <stdio.h>
#include <string.h>

static const char inward_letters[] = "ABDEFGHJLNPQRSTUWXYZ"; /* all but C I K M O V */
enum { LETTERS = sizeof inward_letters - 1, PER_SECTOR = LETTERS * LETTERS, PER_DISTRICT = 10 * PER_SECTOR, UNITS_OF_LSOA = 40, LSOAS_OF_MSOA = 5 };

/* ---- postcodes ---- */

uint64_t ck_place_unit(const ck_world *world, uint64_t dwelling) {
    return dwelling / world->per_unit;
}

/* The units in use are spread evenly over those that the districts allow. */
void ck_place_unit_postcode(const ck_world *world, uint64_t unit, char out[CK_POSTCODE_MAX]) {
    uint64_t all = (uint64_t)world->districts * PER_DISTRICT, step = all / world->units;
    ck_draw draw = ck_draw_of(world->seed, CK_STREAM_UNITS, unit);
    uint64_t at = (uint64_t)((unsigned __int128)unit * all / world->units) + ck_draw_below(&draw, step ? step : 1);
    uint32_t rest = (uint32_t)(at % PER_DISTRICT);
    snprintf(out, CK_POSTCODE_MAX, "%.4s %u%c%c", world->district[at / PER_DISTRICT], rest / PER_SECTOR, inward_letters[rest / LETTERS % LETTERS],
             inward_letters[rest % LETTERS]);
}

uint32_t ck_place_council(const ck_world *world, uint64_t unit) {
    return (uint32_t)((unsigned __int128)unit * world->shape->councils / world->units) + 1;
}

/* ---- property numbers ---- */

/* Luhn's check digit of the first n digits. */
static char check_digit(const char *digits, size_t n) {
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned d = (unsigned)(digits[n - 1 - i] - '0') << (i % 2 == 0);
        sum += d > 9 ? d - 9 : d;
    }
    return (char)('0' + (10 - sum % 10) % 10);
}

/* 99, nine digits that say nothing, and a check digit of our own: no UPRN of a council begins with 99. */
void ck_place_uprn(const ck_world *world, uint64_t dwelling, char out[CK_UPRN_MAX]) {
    uint64_t given = ck_permute(world->seed, CK_STREAM_UPRN, 1000000000, dwelling);
    char text[32];
    snprintf(text, sizeof text, "99%09u", (unsigned)given);
    memcpy(out, text, 11);
    out[11] = check_digit(out, 11);
    out[12] = 0;
}

bool ck_place_uprn_valid(const char *uprn) {
    return strlen(uprn) == 12 && strspn(uprn, "0123456789") == 12 && memcmp(uprn, "99", 2) == 0 && check_digit(uprn, 11) == uprn[11];
}

/* ---- addresses ---- */

bool ck_place_is_flat(const ck_world *world, uint64_t dwelling) {
    ck_draw draw = ck_draw_of(world->seed, CK_STREAM_FACT, ck_place_unit(world, dwelling));
    return dwelling < world->dwellings && ck_draw_chance(&draw, world->shape->flats);
}

bool ck_place_is_social(const ck_world *world, uint64_t dwelling) {
    ck_draw draw = ck_draw_of(world->seed, CK_STREAM_FACT, ck_place_unit(world, dwelling) * 8 + 1);
    return dwelling < world->dwellings && ck_draw_chance(&draw, world->shape->social);
}

/* A postcode is a block of flats or a stretch of a street: its doors follow from its number. */
static void write_address(const ck_world *world, uint64_t dwelling, uint64_t unit, char out[CK_ADDRESS_MAX]) {
    ck_region street_of = {.seed = world->seed};
    char street[CK_ADDRESS_MAX - 24], house[CK_ADDRESS_MAX - 24];
    unsigned door = (unsigned)(dwelling % world->per_unit);
    ck_draw draw = ck_draw_of(world->seed, CK_STREAM_PLACE, unit);
    unsigned first = 1 + 2 * (unsigned)ck_draw_below(&draw, 60), step = 1 + (unsigned)ck_draw_below(&draw, 2);
    ck_place_street(&street_of, unit / 2, street, sizeof street);
    ck_place_street(&street_of, ~unit, house, sizeof house);
    if (dwelling >= world->dwellings)
        snprintf(out, CK_ADDRESS_MAX, "%.20s CARE HOME %u %.30s", house, first + door, street);
    else if (!ck_place_is_flat(world, dwelling))
        snprintf(out, CK_ADDRESS_MAX, "%u %s", first + door * step, street);
    else if (first % 3 == 0)
        snprintf(out, CK_ADDRESS_MAX, "FLAT %u %.*s HOUSE %.26s", door + 1, (int)strcspn(house, " "), house, street);
    else
        snprintf(out, CK_ADDRESS_MAX, "FLAT %u %u %.40s", door + 1, first, street);
}

void ck_place_of(const ck_world *world, uint64_t dwelling, ck_place *place) {
    place->unit = ck_place_unit(world, dwelling);
    ck_place_uprn(world, dwelling, place->uprn);
    ck_place_unit_postcode(world, place->unit, place->postcode);
    write_address(world, dwelling, place->unit, place->address);
}

/* ---- areas ---- */

/* Areas lie in rows of a square, 600 m apart; postcodes in them 80 m apart. Codes are of the right form, above all that were given. */
void ck_place_area(const ck_world *world, uint64_t unit, ck_area *area) {
    enum { LSOA_METRES = 600, UNIT_METRES = 80, DEPRIVATION_RANKS = 32844, RANK_STEP = 4000 };
    unsigned lsoa = (unsigned)(unit / UNITS_OF_LSOA), within = (unsigned)(unit % UNITS_OF_LSOA), side = 1;
    while ((uint64_t)side * side * UNITS_OF_LSOA < world->units)
        side++;
    uint32_t east = lsoa % side * LSOA_METRES + within % 7 * UNIT_METRES, north = lsoa / side * LSOA_METRES + within / 7 * UNIT_METRES;
    snprintf(area->lsoa, sizeof area->lsoa, "E01%06u", (900000 + lsoa) % 1000000);
    snprintf(area->msoa, sizeof area->msoa, "E02%06u", (900000 + lsoa / LSOAS_OF_MSOA) % 1000000);
    snprintf(area->council, sizeof area->council, "E09%06u", 900000 + ck_place_council(world, unit));
    area->easting = world->shape->easting + east;
    area->northing = world->shape->northing + north;
    area->latitude = world->shape->latitude + (int32_t)(north * 9); /* a metre is about nine millionths of a degree of latitude */
    area->longitude = world->shape->longitude + (int32_t)((uint64_t)east * 147 / 10); /* and 14.7 of longitude at 52 degrees */
    ck_draw around = ck_draw_of(world->seed, CK_STREAM_FACT, ~(uint64_t)(lsoa / LSOAS_OF_MSOA)), own = ck_draw_of(world->seed, CK_STREAM_FACT, ~(uint64_t)lsoa ^ 1 << 20);
    area->deprivation = (uint32_t)(1 + ck_draw_below(&around, DEPRIVATION_RANKS - RANK_STEP) + ck_draw_below(&own, RANK_STEP));
}
