/* An outer London borough, years 2011 onward: individuals and households, health and council, linkage keys in place of NHS numbers, UPRNs, grouped ages. */
#include "synth/shape.h"

/* Near the 2021 census of Barking and Dagenham (docs/synth.md). In the order of ck_communities. */
static const uint32_t communities[] = {448, 102, 90, 55, 10, 75, 8, 22, 165, 25};
static const uint32_t sizes[CK_SIZES] = {240, 255, 185, 165, 90, 40, 16, 9};

static const ck_source_shape sources[] = {
    {.name = "gp_years", .membership = CK_MEMBER_YEARLY, .joins_within = 2, .share = {98500, 97500, 95000, 98500}, .kept = 2000, .contact = 45000,
     .hears_address = 75000, .hears_name = 70000, .entry = ck_careful_entry, .but = CK_BUT({CK_ERR_NO_UPRN, 4000}),
     .columns = CK_COLUMNS({"row_id", CK_COL_ID, NULL}, {"person_key", CK_COL_LINKAGE_KEY, NULL}, {"property_id", CK_COL_UPRN, NULL}, {"year", CK_COL_YEAR, NULL},
                           {"age_band", CK_COL_AGE_BAND, NULL}, {"sex", CK_COL_SEX, "M|F|U"}, {"ethnic_category", CK_COL_ETHNICITY, NULL},
                           {"lsoa", CK_COL_LSOA, NULL}, {"long_term_conditions", CK_COL_CHOICE_OF_PERSON, "0|0|0|1|2|3|4"}, {"frailty", CK_COL_CHOICE, "Fit|Mild|Moderate|Severe"})},
    {.name = "hospital", .membership = CK_MEMBER_EVENTS, .share = {60000, 40000, 42000, 80000}, .events = {9000, 4500, 7000, 18000}, .contact = 50000, .hears_address = 60000,
     .hears_name = 50000, .entry = ck_busy_entry, .but = CK_BUT({CK_ERR_NO_NHS, 2500}),
     .columns = CK_COLUMNS({"activity_id", CK_COL_ID, NULL}, {"person_key", CK_COL_LINKAGE_KEY, NULL}, {"age_band", CK_COL_AGE_BAND, NULL}, {"sex", CK_COL_SEX, "1|2|9"}, {"lsoa", CK_COL_LSOA, NULL},
                           {"activity_date", CK_COL_EVENT_DATE, "%Y-%m-%d"}, {"activity_type", CK_COL_CHOICE, "Outpatient|Emergency|Admission"}, {"cost", CK_COL_COST, NULL})},
    {.name = "social_care_years", .membership = CK_MEMBER_YEARLY, .joins_within = 24, .share = {1200, 2200, 1700, 14000}, .leaves = 2500, .kept = 5000, .contact = 35000,
     .hears_address = 80000, .hears_name = 60000, .entry = ck_office_entry, .but = CK_BUT({CK_ERR_NO_NHS, 8000}, {CK_ERR_NO_UPRN, 9000}),
     .columns = CK_COLUMNS({"row_id", CK_COL_ID, NULL}, {"person_key", CK_COL_LINKAGE_KEY, NULL}, {"property_id", CK_COL_UPRN, NULL}, {"year", CK_COL_YEAR, NULL}, {"age_band", CK_COL_AGE_BAND, NULL},
                           {"sex", CK_COL_SEX, "Male|Female|Unknown"}, {"service", CK_COL_CHOICE, "Home care|Direct payment|Day care|Residential|Equipment"}, {"cost_band", CK_COL_CHOICE, "0-4999|5000-9999|10000-24999|25000+"})},
    {.name = "housing", .membership = CK_MEMBER_TENANT, .share = {95000, 95000, 98000, 99000}, .contact = 8000, .hears_address = 100000, .hears_name = 50000, .entry = ck_office_entry,
     .but = CK_BUT({CK_ERR_NO_UPRN, 1000}),
     .columns = CK_COLUMNS({"tenancy_person", CK_COL_ID, NULL}, {"property_id", CK_COL_UPRN, NULL}, {"age_band", CK_COL_AGE_BAND, NULL}, {"sex", CK_COL_SEX, "M|F|"}, {"tenancy_start", CK_COL_SINCE, "%Y-%m-%d"},
                           {"arrears", CK_COL_CHOICE_OF_PERSON, "No|No|Yes"})},
    {.name = "council_tax", .membership = CK_MEMBER_LIABLE, .share = {0, 0, 98500, 99000}, .contact = 4000, .hears_address = 100000, .hears_name = 60000, .entry = ck_office_entry,
     .but = CK_BUT({CK_ERR_NO_UPRN, 300}),
     .columns = CK_COLUMNS({"account_person", CK_COL_ID, NULL}, {"property_id", CK_COL_UPRN, NULL}, {"liable_from", CK_COL_SINCE, "%Y-%m-%d"}, {"band", CK_COL_CHOICE_OF_PERSON, "C|D|B|E|A|F|G"},
                           {"support", CK_COL_CHOICE_OF_PERSON, "None|None|Reduction"})},
    {0}};

const ck_shape ck_shape_care_city = {
    .name = "care-city",
    .summary = "an outer London borough by year from 2011: health and council, linkage keys in place of NHS numbers, properties, grouped ages",
    .people = 220000,
    .residents_per_100_homes = 276,
    .districts = "RM6 RM8 RM9 RM10 IG11",
    .councils = 1,
    .easting = 543500,
    .northing = 182500,
    .latitude = 51522000,
    .longitude = 68000,
    .flats = 32000,
    .social = 29000,
    .communities = communities,
    .sizes = sizes,
    .sharers = 6,
    .move = 1300,
    .leave = 1200,
    .arrive = 40000,
    .young = 60,
    .in_care = 240,
    .sources = sources,
};
