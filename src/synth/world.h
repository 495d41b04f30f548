/** A region that lives: families over years, of whom registers hear late and write wrongly.
 *
 *  People live in cells of CK_CELL_HOMES homes and their kin, each a small story told quarter by quarter from a start in 2011: births, deaths,
 *  partners, children who leave, households that come and go. A cell's story is a pure function of (seed, shape, cell) and of nothing else, and its first
 *  quarters do not change when more are told: so any rank can tell any cell, and a later extract of the same region knows the same people.
 *
 *      homes of a cell        0    1    2   ...  23 | care homes | halls | gone
 *      homes lie in dwellings of the whole region, one in each; every quarter some exchange their dwellings with others (moving house)
 *      a person's number      cell * CK_CELL_LIVES + place in the cell, for ever
 *
 *  Local, thread-safe once created.
 */
#ifndef CK_SYNTH_WORLD_H
#define CK_SYNTH_WORLD_H
#include "synth/shape.h"
#include "synth/region.h"

enum {
    CK_CELL_HOMES = 24,
    CK_CELL_LIVES = 256,
    CK_STAYS = 12,
    CK_QUARTERS = 120,        /**< from 2011 to 2040 */
    CK_FIRST_EXTRACT = 59,    /**< the quarter before 2026 */
    CK_ALIVE = INT32_MAX,
    CK_NOBODY = 255,
    CK_NEVER = 255,
    CK_HOME_CARE = 100, CK_HOME_GONE = 255, /**< beside the homes 0 .. CK_CELL_HOMES - 1 */
    CK_UPRN_MAX = 13
};

typedef struct ck_world {
    uint64_t seed;
    const ck_shape *shape;
    uint32_t quarter;            /**< the last one told */
    uint64_t cells, dwellings, care_homes, units;
    uint32_t large_share;        /**< of those in care who are in the first, large care home, in 100,000 */
    uint32_t per_unit;           /**< dwellings of a postcode */
    char (*district)[6];
    uint32_t districts;
    int32_t begins[CK_QUARTERS + 1]; /**< first day of a quarter, as days since 1970 */
    uint64_t turn[CK_QUARTERS];  /**< home d exchanges with (turn - d) modulo dwellings */
    ck_names names;
    ck_picker community;         /**< by the shape's weights */
    uint32_t sources;
    uint32_t (*rate)[CK_MISTAKE_COUNT]; /**< [sources] of mistakes, in 100,000 */
} ck_world;

/** @param quarter number of the extract, 1 first */
ck_status ck_world_create(ck_error *error, const ck_shape *shape, uint64_t people, uint64_t seed, uint64_t quarter, ck_world *world);
void ck_world_free(ck_world *world);

/* ---- people ---- */

/** A home from a quarter on. */
typedef struct ck_stay {
    uint8_t quarter, home;
} ck_stay;

typedef struct ck_life {
    int32_t birth, death;      /**< days since 1970; death CK_ALIVE */
    char sex;
    uint8_t community;
    uint8_t mother, father, partner; /**< places in the cell, or CK_NOBODY */
    uint8_t home;              /**< in the last quarter */
    uint8_t married;           /**< quarter from which married_surname is borne, or CK_NEVER */
    uint8_t born;              /**< quarter of birth in the region, or CK_NEVER */
    bool twin;                 /**< of the one before */
    uint32_t stays;
    ck_stay stay[CK_STAYS];
    char forename[CK_NAME_MAX], surname[CK_NAME_MAX], married_surname[CK_NAME_MAX];
} ck_life;

typedef struct ck_cell {
    const ck_world *world;
    uint64_t number;
    uint32_t lives;
    uint32_t occupants[CK_CELL_HOMES]; /**< in the quarter being told */
    ck_life life[CK_CELL_LIVES];
    uint32_t dwelling[CK_CELL_HOMES][CK_QUARTERS]; /**< where each home lay in each quarter */
} ck_cell;

/** Tell a cell's story up to the world's quarter. */
void ck_cell_tell(const ck_world *world, uint64_t number, ck_cell *cell);
static inline uint64_t ck_life_person(const ck_cell *cell, uint32_t i) {
    return cell->number * CK_CELL_LIVES + i;
}
/** Age in whole years at the beginning of a quarter; negative before birth. */
int32_t ck_life_age(const ck_world *world, const ck_life *life, uint32_t quarter);
/** The home of a quarter's end; CK_HOME_GONE outside the region or life. */
uint8_t ck_life_home(const ck_life *life, uint32_t quarter);
/** The surname borne at a quarter's end. */
const char *ck_life_surname(const ck_life *life, uint32_t quarter);
/** The dwelling of a quarter's end, which must not be CK_HOME_GONE. */
uint64_t ck_life_dwelling(const ck_cell *cell, uint32_t i, uint32_t quarter);
/** The NHS number of a person; empty for the few who have none. */
void ck_person_nhs(const ck_world *world, uint64_t person, char out[11]);
/** A number of the test range, that nobody has. */
void ck_person_test_nhs(const ck_world *world, uint64_t person, char out[11]);
/** Quarter from which a person is opted out, or CK_NEVER. */
uint32_t ck_person_opt_out(const ck_world *world, uint64_t person);

/* Inside the story: cell.c, cell_start.c, cell_names.c. */
/** A household that comes to an empty home. @param first in the first quarter, of any age; else mostly young */
void ck_cell_settle(ck_cell *cell, uint8_t home, uint32_t quarter);
/** A new person of the cell, at home there from the quarter on; NULL when the cell is full. */
ck_life *ck_cell_add(ck_cell *cell, uint8_t home, uint32_t quarter, int32_t birth, char sex, uint8_t community);
void ck_cell_name(ck_cell *cell, uint32_t i, ck_draw *draw, const char *family);
/** The name that a wife bears from the quarter on, if she changes it. */
void ck_cell_marry(ck_cell *cell, uint32_t wife, uint32_t husband, uint32_t quarter, ck_draw *draw);

/* ---- places ---- */

typedef struct ck_place {
    uint64_t unit;      /**< number of its postcode */
    char uprn[CK_UPRN_MAX];
    char postcode[CK_POSTCODE_MAX];
    char address[CK_ADDRESS_MAX];
} ck_place;

/** Dwellings [0, dwellings), then care homes. */
void ck_place_of(const ck_world *world, uint64_t dwelling, ck_place *place);
void ck_place_uprn(const ck_world *world, uint64_t dwelling, char out[CK_UPRN_MAX]);
uint64_t ck_place_unit(const ck_world *world, uint64_t dwelling);
/** Has a UPRN of a made-up region its check digit? */
bool ck_place_uprn_valid(const char *uprn);
uint32_t ck_place_council(const ck_world *world, uint64_t unit); /**< 1 .. councils */
bool ck_place_is_social(const ck_world *world, uint64_t dwelling);
bool ck_place_is_flat(const ck_world *world, uint64_t dwelling);
/** Local area of a postcode, and what the lookup says about it. */
typedef struct ck_area {
    char lsoa[10], msoa[10], council[10];
    uint32_t easting, northing, deprivation; /**< rank, 1 the most deprived */
    int32_t latitude, longitude;             /**< millionths of a degree */
} ck_area;
void ck_place_area(const ck_world *world, uint64_t unit, ck_area *area);
void ck_place_unit_postcode(const ck_world *world, uint64_t unit, char out[CK_POSTCODE_MAX]);

/* ---- what sources hold ---- */

/** A row of a source: what it believes of a person. */
typedef struct ck_entry {
    uint32_t source;     /**< index in the shape */
    uint64_t key;        /**< of the person's register entry: draws of it are the same in all rows and extracts */
    uint64_t row;        /**< of the row, likewise */
    uint32_t life;       /**< place in the cell */
    uint32_t provider;   /**< 1 first */
    uint32_t copy;       /**< 1: a second registration */
    uint32_t since, at;  /**< quarters: registered, and seen */
    uint32_t told;       /**< quarter of the last news */
    int32_t event_day, end_day;
    uint32_t event, episode; /**< number in the quarter; in the event, 1 first */
    char id[24], local_id[24];
    uint64_t dwelling;   /**< that it believes in, before errors */
    char forename[CK_NAME_MAX], surname[CK_NAME_MAX];
    int year, month, day; /**< year 0: missing */
    char sex;             /**< 'M', 'F' or 0 */
    char postcode[CK_POSTCODE_MAX], address[CK_ADDRESS_MAX], uprn[CK_UPRN_MAX], nhs[11];
    uint64_t mistakes;   /**< bits of ck_mistake */
} ck_entry;

typedef void ck_entry_take(void *user, const ck_cell *cell, const ck_entry *entry);
/** All rows that a source holds of a person at the world's quarter. */
void ck_source_rows(const ck_cell *cell, uint32_t source, uint32_t life, ck_entry_take *take, void *user);
/** Fill in what the source believes, from key, life, since and at. */
void ck_entry_hear(const ck_cell *cell, ck_entry *entry);
/** The last quarter up to `quarter` in which a person lived in the region; -1: none. */
int32_t ck_life_last(const ck_life *life, uint32_t quarter);
bool ck_life_is_twin(const ck_cell *cell, uint32_t i);

#endif
