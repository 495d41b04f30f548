#include "synth/world.h"
#include "base/memory.h"
#include <carrick/clean.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DISTRICTS_MAX = 400, PER_UNIT = 16, CARE_BEDS = 45, LARGE_CARE_HOME = 400, UNITS_OF_DISTRICT = 4000 };

/* First eight digits of NHS numbers: a range of which none was ever issued, less the test range above it. Of the ten numbers with eight given first digits
   nine have a check digit. */
enum { NHS_FIRST = 80000000, NHS_PREFIXES = 19900000, NHS_TEST_FIRST = 99900000, NHS_TEST_PREFIXES = 99999, NHS_PER_PREFIX = 9 };

/* ---- creation ---- */

/* "E1 E1W PR1-9" as districts. @return how many */
static uint32_t read_districts(const char *text, char (*district)[6]) {
    uint32_t n = 0;
    while (*text && n < DISTRICTS_MAX) {
        char word[16], area[3] = "";
        size_t length = strcspn(text, " ");
        snprintf(word, sizeof word, "%.*s", (int)length, text);
        text += length + (text[length] == ' ');
        const char *dash = strchr(word, '-');
        size_t letters = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        snprintf(area, sizeof area, "%.*s", (int)letters, word);
        int first = atoi(word + letters), last = dash ? atoi(dash + 1) : first;
        for (int d = first; dash && d <= last && n < DISTRICTS_MAX; d++)
            snprintf(district[n++], sizeof *district, "%s%d", area, d % 100);
        if (!dash)
            snprintf(district[n++], sizeof *district, "%.5s", word);
    }
    return n;
}

static void count_quarters(ck_world *world) {
    for (int q = 0; q <= CK_QUARTERS; q++) {
        char text[32];
        int64_t days = 0;
        int n = snprintf(text, sizeof text, "%04d-%02d-01", 2011 + q / 4, 1 + q % 4 * 3);
        ck_date_parse("%Y-%m-%d", text, (size_t)n, &days);
        world->begins[q] = (int32_t)days;
    }
    for (uint64_t q = 0; q < CK_QUARTERS; q++) {
        ck_draw draw = ck_draw_of(world->seed, CK_STREAM_TURN, ~q);
        world->turn[q] = ck_draw_below(&draw, world->dwellings);
    }
}

static ck_status weigh_communities(ck_error *error, ck_world *world) {
    uint32_t n;
    const ck_community *list = ck_communities(&n);
    world->community = (ck_picker){n, ck_alloc(error, n, sizeof *world->community.below)};
    uint64_t sum = 0;
    for (uint32_t c = 0; c < n && !error->status; c++)
        world->community.below[c] = sum += world->shape->communities ? world->shape->communities[c] : list[c].weight;
    return error->status;
}

static ck_status weigh_mistakes(ck_error *error, ck_world *world) {
    const ck_source_shape *sources = world->shape->sources;
    while (sources[world->sources].name)
        world->sources++;
    world->rate = ck_alloc_zero(error, world->sources, sizeof *world->rate);
    for (uint32_t s = 0; s < world->sources && !error->status; s++) {
        if (sources[s].entry)
            memcpy(world->rate[s], sources[s].entry, sizeof world->rate[s]);
        for (const ck_mistake_rate *but = sources[s].but; but && but->rate; but++)
            world->rate[s][but->mistake] = but->rate;
    }
    return error->status;
}

static void lay_out(ck_world *world, uint64_t people) {
    world->cells = people * 100 / world->shape->residents_per_100_homes / CK_CELL_HOMES;
    world->cells += world->cells == 0;
    world->dwellings = world->cells * CK_CELL_HOMES;
    uint64_t in_care = people * world->shape->in_care / 100000, large = in_care * 4 / 5 < LARGE_CARE_HOME ? in_care * 4 / 5 : LARGE_CARE_HOME;
    world->care_homes = 2 + (in_care - large) / CARE_BEDS;
    world->large_share = in_care ? (uint32_t)(large * 100000 / in_care) : 0;
    uint64_t most = (uint64_t)world->districts * UNITS_OF_DISTRICT, everywhere = world->dwellings + world->care_homes;
    world->per_unit = PER_UNIT;
    while ((everywhere + world->per_unit - 1) / world->per_unit > most)
        world->per_unit++;
    world->units = (everywhere + world->per_unit - 1) / world->per_unit;
}

ck_status ck_world_create(ck_error *error, const ck_shape *shape, uint64_t people, uint64_t seed, uint64_t quarter, ck_world *world) {
    static const uint64_t people_max = 100000000;
    *world = (ck_world){.seed = seed, .shape = shape};
    if (quarter < 1 || quarter > CK_QUARTERS - CK_FIRST_EXTRACT)
        return ck_fail(error, CK_USAGE, "A made-up region has quarters 1 to %d.", CK_QUARTERS - CK_FIRST_EXTRACT);
    if (people > people_max)
        return ck_fail(error, CK_USAGE, "A made-up region has at most 100 million people.");
    world->quarter = CK_FIRST_EXTRACT + (uint32_t)quarter - 1;
    world->district = ck_alloc_zero(error, DISTRICTS_MAX, sizeof *world->district);
    if (!error->status && ck_names_create(error, seed, &world->names) == CK_OK && weigh_communities(error, world) == CK_OK && weigh_mistakes(error, world) == CK_OK) {
        world->districts = read_districts(shape->districts, world->district);
        lay_out(world, people ? people : shape->people);
        count_quarters(world);
    }
    if (error->status)
        ck_world_free(world);
    return error->status;
}

void ck_world_free(ck_world *world) {
    ck_free(world->rate);
    ck_free(world->community.below);
    ck_names_free(&world->names);
    ck_free(world->district);
    *world = (ck_world){0};
}

/* ---- numbers of people ---- */

static void write_nhs(uint64_t first, uint64_t given, char out[11]) {
    char digits[24];
    unsigned wanted = (unsigned)(given % NHS_PER_PREFIX);
    for (unsigned ninth = 0; ninth < 10; ninth++) {
        snprintf(digits, sizeof digits, "%08u%u", (unsigned)(first + given / NHS_PER_PREFIX), ninth);
        int check = ck_nhs_check_digit(digits);
        if (check < 0 || wanted-- > 0)
            continue;
        digits[9] = (char)('0' + check);
        memcpy(out, digits, 10);
        out[10] = 0;
        return;
    }
}

void ck_person_nhs(const ck_world *world, uint64_t person, char out[11]) {
    enum { HAS_ONE = 98500 };
    ck_draw draw = ck_draw_of(world->seed, CK_STREAM_NUMBER, person);
    out[0] = 0;
    if (ck_draw_chance(&draw, HAS_ONE))
        write_nhs(NHS_FIRST, ck_permute(world->seed, CK_STREAM_NHS, (uint64_t)NHS_PREFIXES * NHS_PER_PREFIX, person), out);
}

void ck_person_test_nhs(const ck_world *world, uint64_t person, char out[11]) {
    ck_draw draw = ck_draw_of(world->seed, CK_STREAM_NUMBER, ~person);
    write_nhs(NHS_TEST_FIRST, ck_draw_below(&draw, (uint64_t)NHS_TEST_PREFIXES * NHS_PER_PREFIX), out);
}

/* One in twenty by the first extract, one in 600 more a quarter; from the second quarter of 2018 on. */
uint32_t ck_person_opt_out(const ck_world *world, uint64_t person) {
    enum { OPTS_OUT = 7600, FROM = 29, UNTIL = 75 };
    ck_draw draw = ck_draw_of(world->seed, CK_STREAM_PERSON, person);
    return ck_draw_chance(&draw, OPTS_OUT) ? FROM + (uint32_t)ck_draw_below(&draw, UNTIL - FROM) : CK_NEVER;
}
