/* Names drawn from the tables, and the long tails that tables lack: rarer surnames composed of place elements and
   spelling variants, joined names, variants of forenames. */
#include "synth/names.h"
#include "base/memory.h"
#include <stdio.h>
#include <string.h>

/* Shares in 100,000. The listed surnames hold about two thirds of the population, the rest is spread over hundreds of
   thousands of names (docs/synth.md compares). */
enum { JOINED_SURNAME = 4500, RARE_SURNAME = 31000 };
static const uint32_t rare_forename[CK_ERAS] = {8000, 10000, 13000, 20000};

/* ---- pickers ---- */

static ck_status create_picker(ck_error *error, ck_picker *picker, uint32_t n) {
    picker->n = n;
    picker->below = ck_alloc(error, n, sizeof *picker->below);
    return error->status;
}

static void sum_up(ck_picker *picker) {
    for (uint32_t i = 1; i < picker->n; i++)
        picker->below[i] += picker->below[i - 1];
}

static ck_status create_surnames(ck_error *error, ck_names *names) {
    uint32_t n;
    const ck_surname *list = ck_surnames(&n);
    if (create_picker(error, &names->surname, n) != CK_OK)
        return error->status;
    for (uint32_t i = 0; i < n; i++)
        names->surname.below[i] = list[i].weight;
    sum_up(&names->surname);
    return CK_OK;
}

static ck_status create_forenames(ck_error *error, ck_names *names, int sex, int era) {
    uint32_t n;
    const ck_forename *list = ck_forenames("MF"[sex], &n);
    ck_picker *picker = &names->forename[sex][era];
    if (create_picker(error, picker, n) != CK_OK)
        return error->status;
    for (uint32_t i = 0; i < n; i++)
        picker->below[i] = list[i].weight[era];
    sum_up(picker);
    return CK_OK;
}

static ck_status create_communities(ck_error *error, ck_names *names) {
    uint32_t n;
    const ck_community *list = ck_communities(&n);
    if (create_picker(error, &names->community, n) != CK_OK)
        return error->status;
    for (uint32_t i = 0; i < n; i++)
        names->community.below[i] = list[i].weight;
    sum_up(&names->community);
    return CK_OK;
}

static ck_status create_zipf(ck_error *error, ck_names *names) {
    enum { LIST_MAX = 64 };
    if (create_picker(error, &names->zipf, LIST_MAX) != CK_OK)
        return error->status;
    for (uint32_t i = 0; i < LIST_MAX; i++)
        names->zipf.below[i] = 1000000 / (i + 2);
    sum_up(&names->zipf);
    return CK_OK;
}

ck_status ck_names_create(ck_error *error, uint64_t seed, ck_names *names) {
    *names = (ck_names){.seed = seed};
    create_surnames(error, names);
    create_communities(error, names);
    create_zipf(error, names);
    for (int sex = 0; sex < 2; sex++)
        for (int era = 0; era < CK_ERAS; era++)
            create_forenames(error, names, sex, era);
    if (error->status != CK_OK)
        ck_names_free(names);
    return error->status;
}

void ck_names_free(ck_names *names) {
    for (int sex = 0; sex < 2; sex++)
        for (int era = 0; era < CK_ERAS; era++)
            ck_free(names->forename[sex][era].below);
    ck_free(names->zipf.below);
    ck_free(names->community.below);
    ck_free(names->surname.below);
    *names = (ck_names){0};
}

static const char *pick_listed(const ck_names *names, ck_draw *draw, const char *const *list) {
    uint32_t n = 0;
    while (list[n] && n < names->zipf.n)
        n++;
    return list[ck_pick(&(ck_picker){n, names->zipf.below}, draw)];
}

/* ---- spelling ---- */

static void copy_name(char out[CK_NAME_MAX], const char *name) {
    snprintf(out, CK_NAME_MAX, "%s", name);
}

/* Replace the first `from` after the first letter of the name, if it is there and there is room. */
static bool respell(char name[CK_NAME_MAX], const char *from, const char *to) {
    char *at = *name ? strstr(name + 1, from) : NULL, rest[CK_NAME_MAX];
    if (!at || strlen(name) + strlen(to) >= CK_NAME_MAX)
        return false;
    copy_name(rest, at + strlen(from));
    snprintf(at, (size_t)(name + CK_NAME_MAX - at), "%s%s", to, rest);
    return true;
}

/* Spellings that English names swap. One that applies is used, the search beginning at a drawn place. */
static void vary_spelling(char name[CK_NAME_MAX], ck_draw *draw) {
    static const char *const swaps[][2] = {
        {"Y", "I"},   {"I", "Y"},   {"PH", "F"},  {"CK", "K"},  {"C", "K"},    {"K", "C"},   {"NN", "N"},  {"N", "NN"},
        {"LL", "L"},  {"L", "LL"},  {"TT", "T"},  {"T", "TT"},  {"RR", "R"},   {"R", "RR"},  {"EA", "EE"}, {"EE", "EA"},
        {"AI", "AY"}, {"AY", "AI"}, {"OU", "OO"}, {"TH", "T"},  {"SS", "S"},   {"S", "SS"},  {"IE", "EY"}, {"EY", "IE"},
        {"E", "A"},   {"A", "E"},   {"O", "U"},   {"M", "MM"},  {"V", "F"},    {"W", "WH"},  {"B", "BB"},  {"D", "DD"},
    };
    enum { SWAPS = sizeof swaps / sizeof *swaps };
    size_t start = ck_draw_below(draw, SWAPS);
    for (size_t i = 0; i < SWAPS; i++)
        if (respell(name, swaps[(start + i) % SWAPS][0], swaps[(start + i) % SWAPS][1]))
            return;
}

/* ---- surnames ---- */

/* The surname of a rank in the tail: an element of place, an ending, sometimes a suffix or another spelling. About
   76 * 56 * 12 forms before spellings. */
static void compose_surname(uint64_t seed, uint64_t rank, char out[CK_NAME_MAX]) {
    static const char *const heads[] = {
        "ASH",  "BARN", "BECK", "BIRCH", "BLACK", "BRAD", "BRAM", "BRECK", "BROAD", "BURN", "CALD", "CARL", "CHAD", "CHEST", "CLAY",
        "COL",  "CROS", "CUNL", "DAL",   "DEN",   "DUN",  "ECCLE", "ELLS", "FAIR",  "FARN", "FERN", "GARS", "GOLD", "GREN",  "HAD",
        "HALL", "HARD", "HART", "HASL",  "HATH",  "HAW",  "HAZEL", "HEATH", "HES",  "HIND", "HOL",  "HOR",  "HUDD", "INGLE", "KEN",
        "KIRK", "LANG", "LIND", "LONG",  "LUD",   "MARS", "MEAD", "MEL",   "MID",   "NEW",  "NORTH", "OAK", "ORM",  "PEN",   "PICK",
        "RAD",  "RAM",  "RAVEN", "RIB",  "ROS",   "RUSH", "SAND", "SHEL",  "SHER",  "STAN", "SWIN", "THORN", "WAL", "WEST",  "WHIT", "WIN"};
    static const char *const tails[] = {
        "ACRE",  "BANK", "BECK",  "BOROUGH", "BOTTOM", "BRIDGE", "BROOK", "BURN",  "BURY", "BY",    "CAR",   "CLIFFE", "CLOUGH", "COMBE",
        "COTE",  "CROFT", "DALE", "DEN",     "DITCH",  "DON",    "ERTON", "FIELD", "FOLD", "FORD",  "GATE",  "GRAVE",  "GROVE",  "HALGH",
        "HAM",   "HEAD", "HOLME", "HOUSE",   "HURST",  "INGHAM", "INGTON", "LAND", "LEY",  "LOW",   "MAN",   "MERE",   "MORE",   "OVER",
        "RIDGE", "ROYD", "SALL",  "SHAW",    "STEAD",  "STER",   "STONE", "THORPE", "TON", "TREE",  "WARD",  "WELL",   "WICK",   "WORTH"};
    static const char *const ends[] = {"", "", "", "", "", "S", "E", "ER", "SON", "Y", "ES", "ETT"};
    ck_draw draw = ck_draw_of(seed, CK_STREAM_TAIL, rank);
    snprintf(out, CK_NAME_MAX, "%s%s%s", heads[ck_draw_below(&draw, sizeof heads / sizeof *heads)],
             tails[ck_draw_below(&draw, sizeof tails / sizeof *tails)], ends[ck_draw_below(&draw, sizeof ends / sizeof *ends)]);
    for (uint64_t changes = ck_draw_below(&draw, 3); changes > 0; changes--)
        vary_spelling(out, &draw);
}

/* A rank with a density that falls as 1 / rank over most of its range: a drawn number of bits, then a drawn number. */
static uint64_t draw_rank(ck_draw *draw) {
    enum { BITS_LOW = 8, BITS_HIGH = 20 };
    return ck_draw_below(draw, UINT64_C(1) << (BITS_LOW + ck_draw_below(draw, BITS_HIGH - BITS_LOW + 1)));
}

/* Three fifths of the tail are composed, the others a listed surname in another spelling. */
static void draw_rare_surname(const ck_names *names, ck_draw *draw, char out[CK_NAME_MAX]) {
    uint32_t n;
    if (ck_draw_chance(draw, 60000)) {
        compose_surname(names->seed, draw_rank(draw), out);
        return;
    }
    copy_name(out, ck_surnames(&n)[ck_draw_below(draw, names->surname.n)].name);
    for (uint64_t changes = 1 + ck_draw_below(draw, 2); changes > 0; changes--)
        vary_spelling(out, draw);
}

static const char *pick_surname(const ck_names *names, ck_draw *draw) {
    uint32_t n;
    return ck_surnames(&n)[ck_pick(&names->surname, draw)].name;
}

void ck_draw_surname(const ck_names *names, ck_draw *draw, const ck_community *community, char sex, char out[CK_NAME_MAX]) {
    const char *const *list = sex == 'F' && community->female_surname ? community->female_surname : community->male_surname;
    uint64_t kind = ck_draw_below(draw, 100000);
    if (list) {
        copy_name(out, pick_listed(names, draw, list));
    } else if (kind < RARE_SURNAME) {
        draw_rare_surname(names, draw, out);
    } else if (kind < RARE_SURNAME + JOINED_SURNAME) {
        const char *first = pick_surname(names, draw);
        snprintf(out, CK_NAME_MAX, "%s-%s", first, pick_surname(names, draw));
    } else {
        copy_name(out, pick_surname(names, draw));
    }
}

/* ---- forenames ---- */

static int era_of(int year) {
    return year < 1950 ? 0 : year < 1976 ? 1 : year < 1996 ? 2 : 3;
}

static const char *pick_forename(const ck_names *names, ck_draw *draw, char sex, int era) {
    uint32_t n;
    return ck_forenames(sex, &n)[ck_pick(&names->forename[sex == 'F'][era], draw)].name;
}

/* Joined names and other spellings. */
static void draw_rare_forename(const ck_names *names, ck_draw *draw, char sex, int era, char out[CK_NAME_MAX]) {
    const char *first = pick_forename(names, draw, sex, era);
    copy_name(out, first);
    if (ck_draw_chance(draw, sex == 'F' ? 30000 : 15000)) {
        const char *second = pick_forename(names, draw, sex, era);
        if (second != first) {
            snprintf(out, CK_NAME_MAX, "%s-%s", first, second);
            return;
        }
    }
    vary_spelling(out, draw);
}

void ck_draw_forename(const ck_names *names, ck_draw *draw, const ck_community *community, char sex, int year,
                      char out[CK_NAME_MAX]) {
    const char *const *list = sex == 'F' ? community->female : community->male;
    int era = era_of(year);
    bool rare = ck_draw_chance(draw, rare_forename[era]);
    if (list) {
        copy_name(out, pick_listed(names, draw, list));
        if (rare) /* another way to write it in Latin letters */
            vary_spelling(out, draw);
    } else if (rare) {
        draw_rare_forename(names, draw, sex, era, out);
    } else {
        copy_name(out, pick_forename(names, draw, sex, era));
    }
}
