/* Places: postcodes of the real shape in eight areas of the North West coast, streets, homes. */
#include "synth/region.h"
#include <stdio.h>
#include <string.h>

/* Postcode areas and their districts, first to last. Facts of the Postcode Address File. */
typedef struct {
    const char *area;
    uint32_t first, last;
} district_run;
static const district_run runs[] = {{"LA", 1, 23}, {"PR", 1, 9},   {"PR", 25, 26}, {"FY", 1, 8},   {"BB", 1, 12}, {"BB", 18, 18},
                                    {"L", 1, 40},  {"CH", 1, 8},   {"CH", 41, 49}, {"CH", 60, 66}, {"WA", 1, 16}, {"WN", 1, 8}};
static const char inward_letters[] = "ABDEFGHJLNPQRSTUWXYZ"; /* all but C I K M O V */
enum { RUNS = sizeof runs / sizeof *runs, SECTORS = 10, LETTERS = sizeof inward_letters - 1, PER_DISTRICT = SECTORS * LETTERS * LETTERS };

uint64_t ck_place_units(void) {
    uint64_t districts = 0;
    for (int r = 0; r < RUNS; r++)
        districts += runs[r].last - runs[r].first + 1;
    return districts * PER_DISTRICT;
}

void ck_place_postcode(const ck_region *region, uint64_t i, char out[CK_POSTCODE_MAX]) {
    uint64_t unit = ck_permute(region->seed, CK_STREAM_UNITS, region->units, i);
    uint32_t district = (uint32_t)(unit / PER_DISTRICT), rest = (uint32_t)(unit % PER_DISTRICT);
    const district_run *run = runs;
    for (; district > run->last - run->first; run++)
        district -= run->last - run->first + 1;
    snprintf(out, CK_POSTCODE_MAX, "%s%u %u%c%c", run->area, (run->first + district) % 100, rest / (LETTERS * LETTERS) % 10,
             inward_letters[rest / LETTERS % LETTERS], inward_letters[rest % LETTERS]);
}

static const char *const street_names[] = {
    "HIGH",      "STATION",  "MAIN",      "PARK",     "CHURCH",   "LONDON",   "VICTORIA", "GREEN",    "MANOR",    "KINGS",    "QUEENS",
    "NEW",       "GRANGE",   "NORTH",     "SOUTH",    "WEST",     "EAST",     "MILL",     "ALEXANDRA", "SPRINGFIELD", "GEORGE", "CHESTER",
    "LANCASTER", "PRESTON",  "LIVERPOOL", "BLACKPOOL", "ALBERT",  "YORK",     "STANLEY",  "DERBY",    "CLIFTON",  "BEECH",    "OAK",
    "ELM",       "ASH",      "CEDAR",     "WILLOW",   "HAWTHORN", "LABURNUM", "CHESTNUT", "LIME",     "MAPLE",    "ROWAN",    "SYCAMORE",
    "BIRCH",     "HOLLY",    "POPLAR",    "HAZEL",    "LAUREL",   "BROOK",    "RIVER",    "BRIDGE",   "MEADOW",   "ORCHARD",  "FIELD",
    "WOOD",      "HILL",     "MOSS",      "MARSH",    "SANDY",    "SHORE",    "PROMENADE", "MARINE",  "HARBOUR",  "QUAY",     "DOCK",
    "CANAL",     "WHARF",    "SCHOOL",    "COLLEGE",  "CHAPEL",   "ABBEY",    "PRIORY",   "ST JAMES", "ST JOHNS", "ST MARYS", "ST PETERS",
    "ST PAULS",  "ST ANNES", "TRINITY",   "WINDSOR",  "BALMORAL", "SANDRINGHAM", "OSBORNE", "CLARENCE", "GLOUCESTER", "CAMBRIDGE", "OXFORD",
    "ETON",      "HARROW",   "RUGBY",     "DURHAM",   "LINCOLN",  "NORFOLK",  "SUFFOLK",  "ESSEX",    "KENT",     "SUSSEX",   "DEVON",
    "CORNWALL",  "DORSET",   "SOMERSET",  "WARWICK",  "STAFFORD", "LEICESTER", "BEDFORD", "HEREFORD", "WORCESTER", "CUMBERLAND", "WESTMORLAND",
    "KENDAL",    "GRASMERE", "WINDERMERE", "CONISTON", "AMBLESIDE", "KESWICK", "THIRLMERE", "ULLSWATER", "DERWENT", "BUTTERMERE", "RYDAL",
    "LANGDALE",  "BORROWDALE", "ENNERDALE", "ESKDALE", "WASDALE", "LUNE",     "WYRE",     "RIBBLE",   "HODDER",   "MERSEY",   "WEAVER",
    "DEE",       "IRWELL",   "DOUGLAS",   "YARROW",   "DARWEN",   "CALDER",   "BOWLAND",  "PENDLE",   "RIVINGTON", "FAIRFIELD", "HIGHFIELD",
    "WESTFIELD", "NORTHFIELD", "BANKFIELD", "MOORFIELD", "GREENFIELD", "WOODLANDS", "HILLSIDE", "LAKESIDE", "PARKSIDE", "BROADWAY", "CROSS",
    "MARKET",    "CASTLE",   "TOWER",     "GARDEN",   "ROSE",     "LILY",     "PRIMROSE", "HEATHER",  "LAVENDER", "IVY",      "FERN",
    "NELSON",    "WELLINGTON", "WATERLOO", "TRAFALGAR", "CHURCHILL", "GLADSTONE", "DISRAELI", "PEEL",  "RUSSELL",  "CAVENDISH", "DEVONSHIRE"};
/* How a street is called: the common ones several times. */
static const char *const street_kinds[] = {"ROAD",  "ROAD",   "ROAD",   "ROAD",     "STREET", "STREET", "STREET",  "AVENUE", "AVENUE",
                                           "CLOSE", "CLOSE",  "CLOSE",  "LANE",     "LANE",   "DRIVE",  "DRIVE",   "GROVE",  "WAY",
                                           "COURT", "CRESCENT", "PLACE", "TERRACE", "GARDENS", "MEWS",  "VIEW",    "RISE"};

void ck_place_street(const ck_region *region, uint64_t i, char *out, size_t room) {
    ck_draw draw = ck_draw_of(region->seed, CK_STREAM_STREET, i);
    snprintf(out, room, "%s %s", street_names[ck_draw_below(&draw, sizeof street_names / sizeof *street_names)],
             street_kinds[ck_draw_below(&draw, sizeof street_kinds / sizeof *street_kinds)]);
}

/* The home that a number stands for. */
static void place_home(const ck_region *region, uint64_t number, ck_home *home) {
    enum { DOORS = 119, FLATS = 24, FLAT_SHARE = 8000 };
    ck_draw draw = ck_draw_of(region->seed, CK_STREAM_PLACE, number);
    uint64_t postcode = ck_draw_below(&draw, region->postcodes);
    unsigned door = 1 + (unsigned)ck_draw_below(&draw, DOORS);
    char street[CK_ADDRESS_MAX - 24];
    ck_place_postcode(region, postcode, home->postcode);
    ck_place_street(region, postcode, street, sizeof street);
    if (ck_draw_chance(&draw, FLAT_SHARE))
        snprintf(home->address, CK_ADDRESS_MAX, "FLAT %u %u %s", 1 + (unsigned)ck_draw_below(&draw, FLATS), door, street);
    else
        snprintf(home->address, CK_ADDRESS_MAX, "%u %s", door, street);
}

/* An earlier home is one where some other household lives now. Most people moved with their household, some on their own. */
void ck_home_of(const ck_region *region, uint64_t person, uint32_t which, ck_home *home) {
    enum { MOVED_ALONE = 30000 };
    ck_household household = ck_household_of(region, person);
    if (which > 0) {
        ck_draw alone = ck_draw_of(region->seed, CK_STREAM_HISTORY, ~person);
        uint64_t mover = ck_draw_chance(&alone, MOVED_ALONE) ? person : household.first;
        ck_draw draw = ck_draw_of(region->seed, CK_STREAM_PLACE, ~(mover * CK_HOMES + which));
        household = ck_household_of(region, ck_draw_below(&draw, region->people));
    }
    place_home(region, household.first, home);
}
