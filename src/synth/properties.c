#include "synth/properties.h"
#include "synth/columns.h"
#include <stdio.h>
#include <string.h>

const ck_writer_file ck_property_files[CK_PROPERTIES] = {
    [CK_PROPERTY_POSTCODES] = {"postcodes.csv", "pcd,pcd2,pcds,dointr,doterm,oslaua,oseast1m,osnrth1m,oa11,lsoa11,msoa11,lat,long,imd,oa21,lsoa21,msoa21\n"},
    [CK_PROPERTY_GAZETTEER] = {"gazetteer.csv", "UPRN,CLASSIFICATION_CODE,ADDRESS,POSTCODE,X_COORDINATE,Y_COORDINATE,LSOA,START_DATE\n"},
    [CK_PROPERTY_ENERGY] = {"energy_ratings.csv", "certificate,uprn,current_energy_rating,current_energy_efficiency,property_type,total_floor_area,lodgement_date\n"},
    [CK_PROPERTY_OCCUPATION] = {"multiple_occupation.csv", "licence,uprn,scheme,permitted_occupants,valid_from\n"},
    [CK_PROPERTY_BEHAVIOUR] = {"anti_social_behaviour.csv", "incident,uprn,category,reported\n"},
    [CK_PROPERTY_PESTS] = {"pest_control.csv", "job,uprn,pest,visited,charge\n"},
};

/* ---- postcodes ---- */

static void write_degrees(int32_t millionths, char out[32]) {
    uint32_t size = (uint32_t)(millionths < 0 ? -millionths : millionths);
    snprintf(out, 32, "%s%u.%06u", millionths < 0 ? "-" : "", size / 1000000, size % 1000000);
}

static void print_postcode(const ck_world *world, uint64_t unit, ck_lines *lines) {
    char postcode[CK_POSTCODE_MAX], latitude[32], longitude[32];
    ck_area area;
    ck_place_unit_postcode(world, unit, postcode);
    ck_place_area(world, unit, &area);
    write_degrees(area.latitude, latitude);
    write_degrees(area.longitude, longitude);
    int outward = (int)strcspn(postcode, " ");
    const char *inward = postcode + outward + 1;
    if (!ck_lines_begin(lines, unit))
        return;
    ck_lines_format(lines, "%-4.*s%s", outward, postcode, inward);
    ck_lines_format(lines, "%-4.*s %s", outward, postcode, inward);
    ck_lines_field(lines, postcode);
    ck_lines_field(lines, "198001");
    ck_lines_field(lines, "");
    ck_lines_field(lines, area.council);
    ck_lines_format(lines, "%u", area.easting);
    ck_lines_format(lines, "%07u", area.northing);
    ck_lines_format(lines, "E00%06u", (unsigned)((900000 + unit / 8) % 1000000));
    ck_lines_field(lines, area.lsoa);
    ck_lines_field(lines, area.msoa);
    ck_lines_field(lines, latitude);
    ck_lines_field(lines, longitude);
    ck_lines_format(lines, "%u", area.deprivation);
    ck_lines_format(lines, "E00%06u", (unsigned)((900000 + unit / 8) % 1000000));
    ck_lines_field(lines, area.lsoa);
    ck_lines_field(lines, area.msoa);
    ck_lines_end(lines);
}

void ck_property_postcodes(const ck_world *world, uint64_t begin, uint64_t end, ck_lines *lines) {
    for (uint64_t unit = begin; unit < end; unit++)
        print_postcode(world, unit, lines);
}

/* ---- dwellings ---- */

/* In 100,000 dwellings. */
enum { HAS_ENERGY = 72000, MULTIPLE = 2800, BEHAVIOUR = 3500, PESTS = 4200 };

typedef struct dwelling_view {
    const ck_world *world;
    uint64_t number;
    ck_place place;
    ck_draw draw;
} dwelling_view;

/* A day between 2011 and the end of the world's quarter; what lies behind a later extract's is not in this one. */
static bool draw_day(dwelling_view *d, uint32_t quarters, char out[32]) {
    const ck_world *world = d->world;
    uint32_t first = CK_QUARTERS < quarters ? 0 : CK_QUARTERS - quarters;
    uint32_t quarter = first + (uint32_t)ck_draw_below(&d->draw, CK_QUARTERS - first);
    ck_print_days("%Y-%m-%d", world->begins[quarter] + (int32_t)ck_draw_below(&d->draw, 90), out);
    return quarter <= world->quarter;
}

static void print_gazetteer(dwelling_view *d, ck_lines *lines) {
    ck_area area;
    char day[32];
    ck_place_area(d->world, d->place.unit, &area);
    ck_print_days("%Y-%m-%d", -4000 + (int32_t)ck_draw_below(&d->draw, 18000), day);
    if (!ck_lines_begin(lines, d->number))
        return;
    ck_lines_field(lines, d->place.uprn);
    ck_lines_field(lines, d->number >= d->world->dwellings ? "RI01" : ck_place_is_flat(d->world, d->number) ? "RD06" : "RD04");
    ck_lines_field(lines, d->place.address);
    ck_lines_field(lines, d->place.postcode);
    ck_lines_format(lines, "%u", area.easting);
    ck_lines_format(lines, "%u", area.northing);
    ck_lines_field(lines, area.lsoa);
    ck_lines_field(lines, day);
    ck_lines_end(lines);
}

/* Begin a line about the dwelling: a number of its own and the UPRN. */
static bool begin_about(dwelling_view *d, ck_lines *lines, const char *prefix, uint32_t number) {
    if (!ck_lines_begin(lines, ck_hash_mix((d->number * 64 + number) * CK_GOLDEN)))
        return false;
    ck_lines_format(lines, "%s%09llu", prefix, (unsigned long long)ck_permute(d->world->seed + (unsigned char)prefix[0], CK_STREAM_ID, d->world->dwellings * 64, d->number * 64 + number));
    ck_lines_field(lines, d->place.uprn);
    return true;
}

static void print_energy(dwelling_view *d, ck_lines *lines) {
    char day[32];
    uint32_t points = 30 + (uint32_t)(ck_draw_below(&d->draw, 36) + ck_draw_below(&d->draw, 34));
    if (!ck_draw_chance(&d->draw, HAS_ENERGY) || !draw_day(d, CK_QUARTERS, day) || !begin_about(d, lines, "EPC", 0))
        return;
    ck_lines_format(lines, "%c", points >= 92 ? 'A' : points >= 81 ? 'B' : points >= 69 ? 'C' : points >= 55 ? 'D' : points >= 39 ? 'E' : points >= 21 ? 'F' : 'G');
    ck_lines_format(lines, "%u", points);
    ck_lines_field(lines, ck_place_is_flat(d->world, d->number) ? "Flat" : "House");
    ck_lines_format(lines, "%u", 28 + (unsigned)(ck_draw_below(&d->draw, 45) + ck_draw_below(&d->draw, 40)));
    ck_lines_field(lines, day);
    ck_lines_end(lines);
}

static void print_occupation(dwelling_view *d, ck_lines *lines) {
    char day[32];
    if (!ck_draw_chance(&d->draw, MULTIPLE) || !draw_day(d, 80, day) || !begin_about(d, lines, "HMO", 0))
        return;
    ck_lines_field(lines, ck_draw_chance(&d->draw, 60000) ? "Additional" : "Mandatory");
    ck_lines_format(lines, "%u", 3 + (unsigned)ck_draw_below(&d->draw, 6));
    ck_lines_field(lines, day);
    ck_lines_end(lines);
}

/* None, one or several incidents of a dwelling. */
static void print_incidents(dwelling_view *d, ck_lines *lines, uint32_t rate, const char *prefix, const char *const *kinds, uint32_t n, bool charged) {
    char day[32];
    for (uint32_t number = 0; number < 20 && ck_draw_chance(&d->draw, number ? 35000 : rate * 2); number++) {
        const char *kind = kinds[ck_draw_below(&d->draw, n)];
        uint32_t charge = 40 + 10 * (uint32_t)ck_draw_below(&d->draw, 12);
        if (!draw_day(d, 100, day) || !begin_about(d, lines, prefix, number))
            continue;
        ck_lines_field(lines, kind);
        ck_lines_field(lines, day);
        if (charged)
            ck_lines_format(lines, "%u", charge);
        ck_lines_end(lines);
    }
}

static void print_dwelling(dwelling_view *d, ck_lines *const *lines) {
    static const char *const behaviour[] = {"Noise", "Noise", "Drugs", "Harassment", "Vandalism", "Rubbish", "Animals"};
    static const char *const pests[] = {"Mice", "Mice", "Rats", "Cockroaches", "Bed bugs", "Ants", "Pigeons"};
    print_gazetteer(d, lines[CK_PROPERTY_GAZETTEER]);
    if (d->number >= d->world->dwellings)
        return;
    print_energy(d, lines[CK_PROPERTY_ENERGY]);
    print_occupation(d, lines[CK_PROPERTY_OCCUPATION]);
    print_incidents(d, lines[CK_PROPERTY_BEHAVIOUR], BEHAVIOUR, "ASB", behaviour, sizeof behaviour / sizeof *behaviour, false);
    print_incidents(d, lines[CK_PROPERTY_PESTS], PESTS, "P", pests, sizeof pests / sizeof *pests, true);
}

void ck_property_dwellings(const ck_world *world, uint64_t begin, uint64_t end, ck_lines *const *lines) {
    for (uint64_t number = begin; number < end; number++) {
        dwelling_view d = {.world = world, .number = number, .draw = ck_draw_of(world->seed, CK_STREAM_FACT, (number << 3) + 5)};
        ck_place_of(world, number, &d.place);
        print_dwelling(&d, lines);
    }
}
