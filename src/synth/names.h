/** Names of a made-up region: tables of facts, and the rules that make a person's name of them. Pure functions of (seed, person).
 *  docs/synth.md gives sources, licences and rates. */
#ifndef CK_SYNTH_NAMES_H
#define CK_SYNTH_NAMES_H
#include "synth/draw.h"
#include <carrick/status.h>

enum { CK_NAME_MAX = 48, CK_ERAS = 4, CK_COMMUNITIES_MAX = 16 };

typedef struct ck_surname {
    const char *name;
    uint32_t weight;
} ck_surname;
typedef struct ck_forename {
    const char *name;
    uint16_t weight[CK_ERAS];
} ck_forename;

/** Who bears whose surname. */
typedef enum ck_naming {
    CK_NAMING_FAMILY,    /**< the household's; most partners take it at marriage */
    CK_NAMING_BY_SEX,    /**< men the household's; most women one of their own list (Begum, Bibi) */
    CK_NAMING_PAIRED,    /**< the household's, in a form for men and one for women (Kowalski, Kowalska) */
    CK_NAMING_OWN,       /**< partners keep theirs; children have the household's */
    CK_NAMING_PATRONYMIC, /**< partners keep theirs; children have their father's forename */
    CK_NAMING_TWO        /**< two family names: the father's first and the mother's first; partners keep theirs (in households of `families`: as OWN) */
} ck_naming;

typedef struct ck_community {
    const char *name;
    uint32_t weight;        /**< share of households, summing to 1,000 */
    ck_naming rule;
    uint32_t january_first; /**< adults in 100,000 whose birthday is given as 1 January */
    const char *const *male, *const *female;                 /**< forenames, most common first, NULL at the end; NULL: the tables of all */
    const char *const *male_surname, *const *female_surname; /**< likewise */
} ck_community;

const ck_surname *ck_surnames(uint32_t *n);
const ck_forename *ck_forenames(char sex, uint32_t *n);
const ck_community *ck_communities(uint32_t *n);
/** One of the short forms of a forename, or NULL when it has none. `which` is any number. */
const char *ck_nickname(const char *forename, uint64_t which);

/** The tables ready for drawing. */
typedef struct ck_names {
    uint64_t seed;
    ck_picker community, surname, forename[2][CK_ERAS]; /**< forename: male, female */
    ck_picker zipf; /**< weights 1 / (rank + 2), for lists without counts; prefixes of it are used */
} ck_names;
ck_status ck_names_create(ck_error *error, uint64_t seed, ck_names *names);
void ck_names_free(ck_names *names);

/** A forename of the community, sex ('M', 'F') and year of birth. */
void ck_draw_forename(const ck_names *names, ck_draw *draw, const ck_community *community, char sex, int year,
                      char out[CK_NAME_MAX]);
/** A surname of the community for the sex. For CK_NAMING_PAIRED the same draws give the two forms of one surname. */
void ck_draw_surname(const ck_names *names, ck_draw *draw, const ck_community *community, char sex, char out[CK_NAME_MAX]);

#endif
