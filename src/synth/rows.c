/* Rows: what a source holds about a person, and what went wrong on the way. One table describes each source. */
#include "synth/errors.h"
#include "synth/region.h"
#include <carrick/clean.h>
#include <stdio.h>
#include <string.h>

/* Rates in 100,000 rows of the source. */
typedef struct {
    const char *name;
    uint32_t share; /* of all rows */
    uint32_t nickname, former_surname, earlier_home, names_swapped;
    uint32_t typo_forename, typo_surname, typo_address, typo_postcode, typo_nhs_number;
    uint32_t wrong_day, wrong_month, wrong_year, day_month_swapped, wrong_sex;
    uint32_t no_forename, no_surname, no_dob, no_sex, no_postcode, no_address, no_nhs_number;
} source_profile;

static const source_profile sources[] = {
    {"gp",       50000, 4000, 14000, 17000, 400, 2500, 2500, 4500, 800,  100, 800,  500, 500, 700, 150,
                         600,  200,  700,  700, 2200, 3000, 12000},
    {"council",  20000, 7000, 18000, 18000, 900, 3300, 3300, 5000, 900,  300, 1100, 700, 700, 900, 300,
                         1500, 400, 1900, 1700, 3200, 4000, 96000},
    {"hospital", 30000, 6000, 17000, 20000, 700, 3600, 3600, 6000, 1200, 500, 1200, 700, 700, 900, 300,
                         1300, 400, 900,  900, 4200, 5700, 27000},
};

static const source_profile *draw_source(ck_draw *draw) {
    const source_profile *profile = sources;
    for (uint64_t x = ck_draw_below(draw, 100000); x >= profile->share; profile++)
        x -= profile->share;
    return profile;
}

/* ---- what the source was told ---- */

static void tell_names(const source_profile *profile, const ck_resident *resident, ck_draw *draw, ck_row *row) {
    memcpy(row->forename, resident->forename, CK_NAME_MAX);
    memcpy(row->surname, resident->surname, CK_NAME_MAX);
    const char *nickname = ck_nickname(resident->forename, ck_draw_next(draw));
    if (ck_draw_chance(draw, profile->nickname) && nickname)
        snprintf(row->forename, CK_NAME_MAX, "%s", nickname);
    if (ck_draw_chance(draw, profile->former_surname) && resident->former_surname[0])
        memcpy(row->surname, resident->former_surname, CK_NAME_MAX);
}

/* One home in the source's rows of a person's earlier time, the nearer past twice as often. */
static void tell_home(const ck_region *region, const source_profile *profile, uint64_t person, ck_draw *draw, ck_row *row) {
    bool earlier = ck_draw_chance(draw, profile->earlier_home);
    uint32_t which = ck_draw_chance(draw, 66667) ? 1 : 2;
    ck_home_of(region, person, earlier ? which : 0, &row->home);
}

static void tell_birth(const source_profile *profile, int64_t birth, ck_draw *draw, ck_row *row) {
    int year, month, day;
    ck_date_split(birth, &year, &month, &day);
    if (ck_draw_chance(draw, profile->wrong_day))
        ck_err_day(draw, &day);
    if (ck_draw_chance(draw, profile->wrong_month))
        ck_err_month(draw, &month);
    if (ck_draw_chance(draw, profile->wrong_year))
        ck_err_year(draw, &year);
    if (ck_draw_chance(draw, profile->day_month_swapped))
        ck_err_day_month(&day, &month);
    ck_err_print_date(year, month, day, row->dob);
}

static void tell(const ck_region *region, const source_profile *profile, const ck_resident *resident, ck_draw *draw, ck_row *row) {
    tell_names(profile, resident, draw, row);
    tell_home(region, profile, resident->person, draw, row);
    tell_birth(profile, resident->birth, draw, row);
    bool male = (resident->sex == 'M') != ck_draw_chance(draw, profile->wrong_sex);
    row->sex[0] = male ? 'M' : 'F';
    row->sex[1] = 0;
    memcpy(row->nhs_number, resident->nhs_number, sizeof row->nhs_number);
}

/* ---- how it was written down ---- */

static void swap_names(ck_row *row) {
    char forename[CK_NAME_MAX];
    memcpy(forename, row->forename, CK_NAME_MAX);
    memcpy(row->forename, row->surname, CK_NAME_MAX);
    memcpy(row->surname, forename, CK_NAME_MAX);
}

static void mistype(const source_profile *profile, ck_draw *draw, ck_row *row) {
    if (ck_draw_chance(draw, profile->typo_forename))
        ck_err_typo(draw, row->forename, sizeof row->forename);
    if (ck_draw_chance(draw, profile->typo_surname))
        ck_err_typo(draw, row->surname, sizeof row->surname);
    if (ck_draw_chance(draw, profile->typo_address))
        ck_err_typo(draw, row->home.address, sizeof row->home.address);
    if (ck_draw_chance(draw, profile->typo_postcode))
        ck_err_postcode(draw, row->home.postcode);
    if (ck_draw_chance(draw, profile->typo_nhs_number))
        ck_err_digits(draw, row->nhs_number);
}

static void leave_out(const source_profile *profile, ck_draw *draw, ck_row *row) {
    const struct { uint32_t rate; char *field; } fields[] = {
        {profile->no_forename, row->forename}, {profile->no_surname, row->surname},
        {profile->no_dob, row->dob},           {profile->no_sex, row->sex},
        {profile->no_postcode, row->home.postcode}, {profile->no_address, row->home.address},
        {profile->no_nhs_number, row->nhs_number},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (ck_draw_chance(draw, fields[i].rate))
            fields[i].field[0] = 0;
}

/* The first rows hold every person once, the others anybody; the permutation hides which is which. */
static uint64_t person_of(const ck_region *region, uint64_t i) {
    uint64_t place = ck_permute(region->seed, CK_STREAM_ORDER, region->rows, i);
    if (place < region->people)
        return place;
    ck_draw draw = ck_draw_of(region->seed, CK_STREAM_ROW, ~place);
    return ck_draw_below(&draw, region->people);
}

void ck_row_of(const ck_region *region, uint64_t i, ck_row *row) {
    ck_draw draw = ck_draw_of(region->seed, CK_STREAM_ROW, i);
    ck_draw errors = ck_draw_of(region->seed, CK_STREAM_ERRORS, i);
    const source_profile *profile = draw_source(&draw);
    ck_resident resident;
    ck_resident_of(region, person_of(region, i), &resident);
    row->person = resident.person;
    row->source = profile->name;
    tell(region, profile, &resident, &draw, row);
    mistype(profile, &errors, row);
    if (ck_draw_chance(&errors, profile->names_swapped))
        swap_names(row);
    leave_out(profile, &errors, row);
}
