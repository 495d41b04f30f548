/** Shapes: tables that say what a made-up region is like and what its extracts look like. A new kind of region is a new table, no code.
 *
 *  Rates are in 100,000 unless their name says otherwise. Ages are in whole years.
 */
#ifndef CK_SYNTH_SHAPE_H
#define CK_SYNTH_SHAPE_H
#include "synth/names.h"
#include <stdbool.h>

enum { CK_PROVIDERS_MAX = 8, CK_AGE_BANDS = 4, CK_SIZES = 8 };

/** Ages below 5, 5 to 17, 18 to 64, 65 and more. */
typedef uint32_t ck_by_age[CK_AGE_BANDS];

/** Whom a source holds rows of. */
typedef enum ck_membership {
    CK_MEMBER_REGISTER, /**< people who once came: a row from then until some time after they left */
    CK_MEMBER_TENANT,   /**< people whose dwelling the landlord owns */
    CK_MEMBER_LIABLE,   /**< the one or two eldest grown-ups of every dwelling */
    CK_MEMBER_EVENTS,   /**< people known to the source: a row an event, or several (episodes of a spell) */
    CK_MEMBER_YEARLY,   /**< a row a year (April to March) that a person is in the source */
    CK_MEMBER_BIRTH,    /**< births in the region */
    CK_MEMBER_DEATH     /**< deaths in the region */
} ck_membership;

/** What can go wrong with a value; each is a label of errors.csv. Rates of a source are given for each. */
#define CK_MISTAKES(X)                                                                                                                       \
    X(NICKNAME, "forename", "nickname")                                                                                                      \
    X(INITIAL, "forename", "initial_only")                                                                                                   \
    X(SECOND_NAME, "forename", "middle_name_added")                                                                                          \
    X(BABY_NAME, "forename", "baby_name")                                                                                                    \
    X(FORMER_SURNAME, "surname", "former_surname")                                                                                           \
    X(TRUNCATED, "surname", "truncated")                                                                                                     \
    X(HALF_SURNAME, "surname", "half_of_two")                                                                                                \
    X(NAMES_SWAPPED, "forename", "exchanged_with_surname")                                                                                   \
    X(TYPO_FORENAME, "forename", "typing_error")                                                                                             \
    X(TYPO_SURNAME, "surname", "typing_error")                                                                                               \
    X(TYPO_ADDRESS, "address", "typing_error")                                                                                               \
    X(TYPO_POSTCODE, "postcode", "typing_error")                                                                                             \
    X(TYPO_NHS, "nhs_number", "typing_error")                                                                                                \
    X(OLD_ADDRESS, "address", "out_of_date")                                                                                                 \
    X(OLD_SURNAME, "surname", "out_of_date")                                                                                                 \
    X(WRONG_DAY, "dob", "wrong_day")                                                                                                         \
    X(WRONG_MONTH, "dob", "wrong_month")                                                                                                     \
    X(WRONG_YEAR, "dob", "wrong_year")                                                                                                       \
    X(DAY_MONTH, "dob", "day_month_exchanged")                                                                                               \
    X(FIRST_JANUARY, "dob", "placeholder_1_january")                                                                                         \
    X(NINETEEN_HUNDRED, "dob", "placeholder_1900")                                                                                           \
    X(WRONG_SEX, "sex", "wrong")                                                                                                             \
    X(MOTHERS_NHS, "nhs_number", "mothers")                                                                                                  \
    X(OTHERS_NHS, "nhs_number", "of_a_relative")                                                                                             \
    X(TEST_NHS, "nhs_number", "test_range")                                                                                                  \
    X(PSEUDO_POSTCODE, "postcode", "pseudo_postcode")                                                                                        \
    X(NO_FORENAME, "forename", "missing")                                                                                                    \
    X(NO_SURNAME, "surname", "missing")                                                                                                      \
    X(NO_DOB, "dob", "missing")                                                                                                              \
    X(NO_SEX, "sex", "missing")                                                                                                              \
    X(NO_POSTCODE, "postcode", "missing")                                                                                                    \
    X(NO_ADDRESS, "address", "missing")                                                                                                      \
    X(NO_UPRN, "uprn", "missing")                                                                                                            \
    X(NO_NHS, "nhs_number", "missing")

#define CK_MISTAKE_ID(id, field, text) CK_ERR_##id,
typedef enum ck_mistake { CK_MISTAKES(CK_MISTAKE_ID) CK_MISTAKE_COUNT } ck_mistake;
#undef CK_MISTAKE_ID

typedef struct ck_mistake_rate {
    ck_mistake mistake;
    uint32_t rate; /**< 0 ends a list: CK_RARE stands for hardly ever */
} ck_mistake_rate;
enum { CK_RARE = 1 };
/** A register that somebody checks; a system that many hands fill in; one that is kept for something else than knowing people. */
extern const uint32_t ck_careful_entry[CK_MISTAKE_COUNT], ck_busy_entry[CK_MISTAKE_COUNT], ck_office_entry[CK_MISTAKE_COUNT];

/** What stands in a column. */
typedef enum ck_content {
    CK_COL_ID, CK_COL_LOCAL_ID, /**< of the row; of the person at the provider */
    CK_COL_NHS, CK_COL_NHS_SPACED,
    CK_COL_LINKAGE_KEY,         /**< sixteen digits of base 16, the same wherever the NHS number is the same */
    CK_COL_FORENAME, CK_COL_SURNAME, CK_COL_FULL_NAME, CK_COL_SURNAME_FORENAME, /**< "ANN SMITH"; "SMITH, ANN" */
    CK_COL_DOB,                 /**< text: its strftime format, of %d %m %Y %b %y */
    CK_COL_SEX,                 /**< text: man|woman|not known */
    CK_COL_POSTCODE, CK_COL_POSTCODE_PLAIN, /**< with its space; without */
    CK_COL_ADDRESS,
    CK_COL_LSOA,
    CK_COL_UPRN, CK_COL_UPRN_PLAIN, /**< twelve digits; without leading zeros */
    CK_COL_OPT_OUT,             /**< text: yes|no */
    CK_COL_ETHNICITY,           /**< code of the national data dictionary */
    CK_COL_CHOICE,              /**< text: one|of|these, the first ones more often; the same in every extract */
    CK_COL_CHOICE_OF_PERSON,    /**< likewise, the same in all rows of a person */
    CK_COL_SINCE, CK_COL_UPDATED, CK_COL_EVENT_DATE, CK_COL_END_DATE, CK_COL_DEATH_DATE, /**< text: date format */
    CK_COL_YEAR,                /**< of the row of a yearly source, as 2025/26 */
    CK_COL_QUARTER,             /**< of an event, as 2025Q4 */
    CK_COL_EVENT, CK_COL_EPISODE, /**< number of the event; of the episode in it */
    CK_COL_PROVIDER, CK_COL_COUNCIL,
    CK_COL_COST, CK_COL_AGE_BAND, CK_COL_TENURE,
    CK_COL_MOTHER_FORENAME, CK_COL_MOTHER_SURNAME
} ck_content;

typedef struct ck_column_shape {
    const char *header;
    ck_content content;
    const char *text; /**< as the content asks */
} ck_column_shape;

typedef struct ck_source_shape {
    const char *name; /**< of the source; its file is NAME.csv */
    ck_membership membership;
    bool counted;               /**< its people and rows are those that the shape counts exactly */
    uint8_t council;            /**< holds those who live in this council's part; 0: everywhere */
    uint8_t providers;          /**< organisations with registers of their own; 0: one */
    uint8_t late;               /**< quarters since its last refresh */
    uint8_t from_age, to_age;   /**< to_age 0: no upper limit */
    uint8_t joins_within;       /**< quarters after arrival, or after the first fitting age, in which members join */
    ck_by_age share;            /**< people who are in the source, or are known to it */
    uint32_t twice;             /**< members with a second row */
    uint32_t kept;              /**< members whose row stays when they are gone */
    uint32_t contact, hears_address, hears_name; /**< in a quarter; and when in contact: of a new address, of a new name */
    ck_by_age events;           /**< in a quarter, of those known */
    uint32_t episodes;          /**< further rows of an event */
    uint8_t window;             /**< quarters of events in an extract; 0: all */
    uint32_t leaves;            /**< members who leave the source in a quarter (care ended); 0: none while resident */
    const uint32_t *entry;      /**< [CK_MISTAKE_COUNT] rates of mistakes; NULL: none */
    const ck_mistake_rate *but; /**< and what differs; ends with an empty one */
    const ck_column_shape *columns; /**< ends with a NULL header */
} ck_source_shape;

typedef struct ck_shape {
    const char *name, *summary;
    uint64_t people;            /**< residents by default */
    uint32_t residents_per_100_homes;
    const char *districts;      /**< postcode districts in order, runs as "PR1-9" */
    uint32_t councils;          /**< equal parts of the districts */
    uint32_t easting, northing; /**< of its south-west corner, in metres */
    int32_t latitude, longitude; /**< of the same, in millionths of a degree */
    uint32_t flats;             /**< dwellings that are flats */
    uint32_t social;            /**< dwellings that the council lets */
    const uint32_t *communities; /**< weights in the order of ck_communities; NULL: theirs */
    const uint32_t *sizes;      /**< households in 1,000 by size, 1 to CK_SIZES */
    uint32_t sharers;           /**< of households of two and more, in 100 */
    uint32_t move, leave, arrive; /**< of homes in a quarter: exchange their people with another, empty, fill when empty */
    uint32_t young;             /**< arriving heads who are under 35, in 100 */
    uint32_t old;               /**< heads without children who are 50 to 80 at first, beside those of any age, in 100 */
    uint32_t in_care;           /**< residents of care homes, as measured: so many make the large one hold 400 */
    bool properties;            /**< files about dwellings: gazetteer, energy ratings, multiple occupation, ... */
    uint64_t counted_people, counted_rows; /**< of the default region's first extract, in the counted sources together; 0: as they come */
    const ck_source_shape *sources; /**< ends with a NULL name */
} ck_shape;

/** Lists in a table. */
#define CK_COLUMNS(...) (const ck_column_shape[]){__VA_ARGS__, {0}}
#define CK_BUT(...) (const ck_mistake_rate[]){__VA_ARGS__, {0}}

/** NULL when there is none of the name. */
const ck_shape *ck_shape_find(const char *name);
/** Shape i, or NULL when there are no more. */
const ck_shape *ck_shape_at(uint32_t i);

extern const ck_shape ck_shape_tower_hamlets, ck_shape_care_city, ck_shape_social_care, ck_shape_looked_after, ck_shape_commissioning;

#endif
