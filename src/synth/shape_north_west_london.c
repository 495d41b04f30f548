/* Three councils of north west London: adult social care events by quarter, and children looked after by year; each beside an index of patients with NHS numbers. */
#include "synth/shape.h"

static const uint32_t communities[] = {420, 20, 75, 235, 25, 75, 15, 60, 55, 20}; /* in the order of ck_communities */
static const uint32_t sizes[CK_SIZES] = {240, 265, 180, 170, 80, 40, 16, 9};

#define PATIENTS                                                                                                                                             \
    {.name = "patients", .membership = CK_MEMBER_REGISTER, .joins_within = 2, .share = {98500, 97500, 95000, 98500}, .kept = 3000, .twice = 100, .contact = 45000, \
     .hears_address = 75000, .hears_name = 70000, .entry = ck_careful_entry, .but = CK_BUT({CK_ERR_NO_NHS, 20}),                                              \
     .columns = CK_COLUMNS({"patient_id", CK_COL_ID, NULL}, {"nhs_number", CK_COL_NHS, NULL}, {"forename", CK_COL_FORENAME, NULL}, {"surname", CK_COL_SURNAME, NULL}, \
                           {"sex", CK_COL_SEX, "M|F|I"}, {"dob", CK_COL_DOB, "%Y-%m-%d"}, {"postcode", CK_COL_POSTCODE, NULL}, {"address", CK_COL_ADDRESS, NULL}, \
                           {"opted_out", CK_COL_OPT_OUT, "Y|N"})}

/* ---- adult social care ---- */

/* One specification for all, filled in by each council in its own way. */
#define CLIENT_EVENTS(NAME, COUNCIL, DATE, SEX, NHS, POSTCODE, ...)                                                                                          \
    {.name = NAME, .membership = CK_MEMBER_EVENTS, .council = COUNCIL, .counted = true, .from_age = 18, .share = {0, 0, 2090, 16600}, .window = 4,             \
     .events = {0, 0, 172000, 172000}, .contact = 40000, .hears_address = 75000, .hears_name = 60000, .entry = ck_office_entry, .but = CK_BUT(__VA_ARGS__),    \
     .columns = CK_COLUMNS({"event_id", CK_COL_ID, NULL}, {"la_client_id", CK_COL_LOCAL_ID, NULL}, {"nhs_number", NHS, NULL}, {"first_name", CK_COL_FORENAME, NULL}, \
                           {"last_name", CK_COL_SURNAME, NULL}, {"date_of_birth", CK_COL_DOB, DATE}, {"gender", CK_COL_SEX, SEX}, {"postcode", POSTCODE, NULL}, \
                           {"ethnicity", CK_COL_ETHNICITY, NULL}, {"quarter", CK_COL_QUARTER, NULL},                                                          \
                           {"event_type", CK_COL_CHOICE, "Service|Assessment|Review|Request"}, {"event_start_date", CK_COL_EVENT_DATE, DATE},                  \
                           {"event_end_date", CK_COL_END_DATE, DATE},                                                                                         \
                           {"service_type", CK_COL_CHOICE, "Long term: community|Short term|Long term: nursing|Long term: residential|Carer support"},        \
                           {"primary_support_reason", CK_COL_CHOICE_OF_PERSON, "Physical support|Memory and cognition|Learning disability|Mental health|Sensory|Social support"}, \
                           {"planned_cost", CK_COL_COST, NULL})}

static const ck_source_shape social_care[] = {
    CLIENT_EVENTS("north", 1, "%d/%m/%Y", "1|2|0", CK_COL_NHS, CK_COL_POSTCODE, {CK_ERR_NO_NHS, 9000}, {CK_ERR_NO_DOB, 500}),
    CLIENT_EVENTS("west", 2, "%d/%m/%Y", "1|2|0", CK_COL_NHS_SPACED, CK_COL_POSTCODE, {CK_ERR_NO_NHS, 14000}, {CK_ERR_NO_DOB, 500}),
    CLIENT_EVENTS("south", 3, "%Y-%m-%d", "Male|Female|Unknown", CK_COL_NHS, CK_COL_POSTCODE_PLAIN, {CK_ERR_NO_NHS, 22000}, {CK_ERR_NO_DOB, 900}, {CK_ERR_NAMES_SWAPPED, 1500}),
    PATIENTS, {0}};

#define NORTH_WEST_LONDON                                                                                                                                    \
    .districts = "HA0 HA1-5 HA7-9 NW2 NW9 NW10 UB3 UB4 UB7-10", .councils = 3, .easting = 505000, .northing = 177000,                   \
    .latitude = 51482000, .longitude = -489000, .flats = 38000, .social = 17000, .communities = communities, .sizes = sizes, .sharers = 8, .move = 1300,     \
    .leave = 1200, .arrive = 40000, .young = 58, .in_care = 300, .residents_per_100_homes = 262

const ck_shape ck_shape_social_care = {
    .name = "nwl-social-care",
    .summary = "three councils' adult social care, client-level events of a year, some without NHS number; and an index of patients",
    .people = 900000,
    NORTH_WEST_LONDON,
    .counted_people = 23366,
    .counted_rows = 145853,
    .sources = social_care,
};

/* ---- children looked after ---- */

#define CHILDREN(NAME, COUNCIL, DATE, SEX, NHS, ...)                                                                                                         \
    {.name = NAME, .membership = CK_MEMBER_YEARLY, .council = COUNCIL, .counted = true, .to_age = 17, .joins_within = 60, .share = {2000, 2000, 0, 0},         \
     .leaves = 9000, .kept = 0, .window = 20, .contact = 40000, .hears_address = 60000, .hears_name = 60000, .entry = ck_office_entry, .but = CK_BUT(__VA_ARGS__), \
     .columns = CK_COLUMNS({"row_id", CK_COL_ID, NULL}, {"child_id", CK_COL_LOCAL_ID, NULL}, {"nhs_number", NHS, NULL}, {"forename", CK_COL_FORENAME, NULL}, {"surname", CK_COL_SURNAME, NULL}, \
                           {"dob", CK_COL_DOB, DATE}, {"sex", CK_COL_SEX, SEX}, {"home_postcode", CK_COL_POSTCODE, NULL}, {"ethnicity", CK_COL_ETHNICITY, NULL}, {"year", CK_COL_YEAR, NULL}, \
                           {"began", CK_COL_SINCE, DATE}, {"category_of_need", CK_COL_CHOICE_OF_PERSON, "N1|N5|N4|N6|N8|N2|N3"}, {"legal_status", CK_COL_CHOICE, "C2|V2|C1|E1|D1"},     \
                           {"placement", CK_COL_CHOICE, "U4|U6|K2|U1|P1|P2|R1"}, {"weekly_cost", CK_COL_COST, NULL})}

static const ck_source_shape looked_after[] = {
    CHILDREN("north", 1, "%d/%m/%Y", "1|2|", CK_COL_NHS, {CK_ERR_NO_NHS, 20000}, {CK_ERR_NO_DOB, 100}, {CK_ERR_NINETEEN_HUNDRED, CK_RARE}),
    CHILDREN("west", 2, "%d/%m/%Y", "1|2|", CK_COL_NHS_SPACED, {CK_ERR_NO_NHS, 26000}, {CK_ERR_NO_DOB, 100}, {CK_ERR_NINETEEN_HUNDRED, CK_RARE}),
    CHILDREN("south", 3, "%Y-%m-%d", "Male|Female|", CK_COL_NHS, {CK_ERR_NO_NHS, 34000}, {CK_ERR_NO_DOB, 200}, {CK_ERR_NINETEEN_HUNDRED, CK_RARE}, {CK_ERR_FORMER_SURNAME, 15000}),
    PATIENTS, {0}};

const ck_shape ck_shape_looked_after = {
    .name = "nwl-looked-after",
    .summary = "three councils' children looked after, a row a year over five years; and an index of patients",
    .people = 900000,
    NORTH_WEST_LONDON,
    .counted_people = 2258,
    .sources = looked_after,
};
