/* Commissioning data of a whole region: everybody's registration, and two years of contacts with six trusts, each with patient numbers of its own. */
#include "synth/shape.h"

static const uint32_t sizes[CK_SIZES] = {301, 340, 160, 129, 45, 17, 5, 3}; /* near the 2021 census of England and Wales */

#define DEMOGRAPHICS(DATE, SEX)                                                                                                                              \
    {"PROCODET", CK_COL_PROVIDER, NULL}, {"LOPATID", CK_COL_LOCAL_ID, NULL}, {"NEWNHSNO", CK_COL_NHS, NULL}, {"FORENAME", CK_COL_FORENAME, NULL},             \
        {"SURNAME", CK_COL_SURNAME, NULL}, {"SEX", CK_COL_SEX, SEX}, {"DOB", CK_COL_DOB, DATE}, {"HOMEADD", CK_COL_POSTCODE, NULL}, {"ETHNOS", CK_COL_ETHNICITY, NULL}
#define CONTACTS .membership = CK_MEMBER_EVENTS, .window = 8, .providers = 6, .contact = 50000, .hears_address = 60000, .hears_name = 50000, .entry = ck_busy_entry

static const ck_source_shape sources[] = {
    {.name = "gp", .membership = CK_MEMBER_REGISTER, .joins_within = 2, .share = {99000, 98500, 97500, 99000}, .kept = 2500, .twice = 150, .contact = 40000,
     .hears_address = 75000, .hears_name = 70000, .entry = ck_careful_entry, .but = CK_BUT({CK_ERR_NO_NHS, 20}),
     .columns = CK_COLUMNS({"patient_id", CK_COL_ID, NULL}, {"nhs_number", CK_COL_NHS, NULL}, {"forename", CK_COL_FORENAME, NULL}, {"surname", CK_COL_SURNAME, NULL}, {"sex", CK_COL_SEX, "M|F|I"},
                           {"dob", CK_COL_DOB, "%Y-%m-%d"}, {"postcode", CK_COL_POSTCODE, NULL}, {"address", CK_COL_ADDRESS, NULL}, {"ethnicity", CK_COL_ETHNICITY, NULL},
                           {"registered", CK_COL_SINCE, "%Y-%m-%d"}, {"opted_out", CK_COL_OPT_OUT, "Y|N"})},
    {.name = "inpatient", CONTACTS, .share = {45000, 20000, 40000, 78000}, .events = {9000, 7000, 16000, 26000}, .episodes = 33000, .but = CK_BUT({CK_ERR_NO_NHS, 1200}),
     .columns = CK_COLUMNS({"EPIKEY", CK_COL_ID, NULL}, {"SPELL", CK_COL_EVENT, NULL}, {"EPIORDER", CK_COL_EPISODE, NULL}, DEMOGRAPHICS("%d/%m/%Y", "1|2|9"), {"ADMIDATE", CK_COL_EVENT_DATE, "%d/%m/%Y"},
                           {"DISDATE", CK_COL_END_DATE, "%d/%m/%Y"}, {"ADMIMETH", CK_COL_CHOICE, "11|21|12|28|31|22"}, {"DIAG_01", CK_COL_CHOICE, "I25|J18|N39|K80|S72|J44|C50|E11|R07|F32"}, {"TARIFF", CK_COL_COST, NULL})},
    {.name = "emergency", CONTACTS, .share = {72000, 60000, 52000, 68000}, .events = {21000, 12000, 14000, 20000}, .but = CK_BUT({CK_ERR_NO_NHS, 4500}, {CK_ERR_PSEUDO_POSTCODE, 1500}),
     .columns = CK_COLUMNS({"AEKEY", CK_COL_ID, NULL}, DEMOGRAPHICS("%Y-%m-%d", "1|2|0"), {"ARRIVALDATE", CK_COL_EVENT_DATE, "%Y-%m-%d"}, {"ARRIVALMODE", CK_COL_CHOICE, "2|1|1"},
                           {"ACUITY", CK_COL_CHOICE, "3|4|5|2|1"}, {"DISPOSAL", CK_COL_CHOICE, "Discharged|Admitted|Referred|Left"}, {"TARIFF", CK_COL_COST, NULL})},
    {.name = "outpatient", CONTACTS, .late = 1, .share = {38000, 34000, 46000, 82000}, .events = {42000, 38000, 61000, 101000}, .but = CK_BUT({CK_ERR_NO_NHS, 700}),
     .columns = CK_COLUMNS({"ATTENDKEY", CK_COL_ID, NULL}, DEMOGRAPHICS("%Y%m%d", "1|2|9"), {"APPTDATE", CK_COL_EVENT_DATE, "%Y%m%d"}, {"ATTENDED", CK_COL_CHOICE, "5|5|5|3|6|7"},
                           {"FIRSTATT", CK_COL_CHOICE, "2|1"}, {"TRETSPEF", CK_COL_CHOICE, "110|130|502|320|330|120|410|300"}, {"TARIFF", CK_COL_COST, NULL})},
    {0}};

const ck_shape ck_shape_commissioning = {
    .name = "nwc",
    .summary = "commissioning data of a region: the register of general practice, spells and episodes, emergency and outpatient attendances at six trusts",
    .people = 2000000,
    .residents_per_100_homes = 226,
    .districts = "LA1-23 PR1-9 PR25-26 FY1-8 BB1-12 BB18 L1-40 CH1-8 CH41-49 CH60-66 WA1-16 WN1-8",
    .councils = 14,
    .easting = 320000,
    .northing = 380000,
    .latitude = 53310000,
    .longitude = -3200000,
    .flats = 15000,
    .social = 18000,
    .sizes = sizes,
    .sharers = 5,
    .move = 1300,
    .leave = 700,
    .arrive = 35000,
    .young = 55,
    .old = 16,
    .in_care = 450,
    .sources = sources,
};
