/* People: sex, date of birth, names. Each question about a person has its own stream, so the head of a household, a father or a twin
   can be asked about without making the whole person. */
#include "synth/region.h"
#include <carrick/clean.h>
#include <stdio.h>
#include <string.h>

/* In 100,000. */
enum {
    TWIN = 3000,            /* a child born on the day of the one before */
    TWIN_UNRELATED = 300,   /* somebody among unrelated people who is the twin of the one before */
    NAMED_AS_PARENT = 1500, /* a child with the forename of the head of its own sex: father and son */
    TAKES_NAME = 78000,     /* partners who bear the household's surname, where families share one */
    JOINS_NAMES = 4000,     /* ... or both, joined */
    FORMER_NAME = 9000,     /* other women with an earlier surname */
    FORMER_UNRELATED = 40000, /* ... where nobody's partner is told apart */
    OWN_LIST = 65000,       /* women with a surname of their own list (CK_NAMING_BY_SEX) */
    HAS_NHS_NUMBER = 93000,
    CHILD_JANUARY_FIRST_DIVISOR = 8
};

static ck_draw draw_for(const ck_region *region, ck_stream stream, const ck_household *household, uint32_t position) {
    return ck_draw_of(region->seed, stream, household->first + position);
}

static char other_sex(char sex) {
    return sex == 'M' ? 'F' : 'M';
}

static char sex_of(const ck_region *region, const ck_household *household, uint32_t position) {
    ck_draw draw = draw_for(region, CK_STREAM_BIRTH, household, position);
    switch (ck_member_role_of(household, position)) {
    case CK_HEAD: return household->head_sex;
    case CK_PARTNER: return ck_draw_chance(&draw, 98000) ? other_sex(household->head_sex) : household->head_sex;
    case CK_ELDER: return ck_draw_chance(&draw, 70000) ? 'F' : 'M';
    default: return ck_draw_chance(&draw, 51300) ? 'M' : 'F';
    }
}

/* ---- dates of birth ---- */

/* Age of a head: those with children at home are 22 to 61, others 18 to 97 and more often old. */
static int64_t head_age(const ck_household *household, ck_draw *draw) {
    switch (household->kind) {
    case CK_FAMILY:
    case CK_LONE_PARENT:
    case CK_THREE_GENERATIONS: return 22 + (int64_t)(ck_draw_below(draw, 21) + ck_draw_below(draw, 20));
    case CK_SHARERS: return 18 + (int64_t)ck_draw_below(draw, 25);
    case CK_UNRELATED: return (int64_t)ck_draw_below(draw, 96);
    default: return 18 + (int64_t)(ck_draw_below(draw, 41) + ck_draw_below(draw, 40));
    }
}

static int64_t clamp(int64_t x, int64_t low, int64_t high) {
    return x < low ? low : x > high ? high : x;
}

/* Age in whole years, before the day is drawn. `draw` is the person's own; the head's age is drawn anew from the head's. */
static int64_t age_of(const ck_region *region, const ck_household *household, uint32_t position, ck_draw *draw) {
    ck_draw head_draw = draw_for(region, CK_STREAM_BIRTH, household, 0);
    ck_draw_next(&head_draw); /* the sex */
    int64_t head = head_age(household, &head_draw);
    switch (ck_member_role_of(household, position)) {
    case CK_HEAD: return head;
    case CK_PARTNER: return clamp(head - 6 + (int64_t)(ck_draw_below(draw, 7) + ck_draw_below(draw, 7)), 18, 100);
    case CK_ELDER: return head + 22 + (int64_t)ck_draw_below(draw, 14);
    case CK_SHARER: return household->kind == CK_UNRELATED ? head_age(household, draw) : 18 + (int64_t)ck_draw_below(draw, 30);
    case CK_CHILD: break;
    }
    int64_t age = head - 18 - (int64_t)ck_draw_below(draw, 24);
    return age >= 0 ? age : (int64_t)ck_draw_below(draw, (uint64_t)clamp(head - 18, 1, 17));
}

static bool is_child(const ck_household *household, uint32_t position) {
    return ck_member_role_of(household, position) == CK_CHILD;
}

/* May the person be a twin of the one before? How often, in 100,000. */
static uint32_t twin_share(const ck_household *household, uint32_t position) {
    if (position == 0)
        return 0;
    if (household->kind == CK_UNRELATED)
        return TWIN_UNRELATED;
    return is_child(household, position) && is_child(household, position - 1) ? TWIN : 0;
}

/* The first of the twins or triplets of whom the person is one; itself for nearly everybody. */
static uint32_t born_with(const ck_region *region, const ck_household *household, uint32_t position) {
    for (;; position--) {
        ck_draw draw = draw_for(region, CK_STREAM_HISTORY, household, position);
        if (!ck_draw_chance(&draw, twin_share(household, position)))
            return position;
    }
}

/* The household's; unrelated people, twins apart, have each their own. */
static uint32_t community_number(const ck_region *region, const ck_household *household, uint32_t position) {
    if (household->kind != CK_UNRELATED)
        return household->community;
    ck_draw draw = draw_for(region, CK_STREAM_COMMUNITY, household, born_with(region, household, position));
    return ck_pick(&region->names.community, &draw);
}

static const ck_community *community_of(const ck_region *region, const ck_household *household, uint32_t position) {
    uint32_t n;
    return &ck_communities(&n)[community_number(region, household, position)];
}

static int64_t birth_of(const ck_region *region, const ck_household *household, uint32_t position) {
    position = born_with(region, household, position);
    ck_draw draw = draw_for(region, CK_STREAM_BIRTH, household, position);
    ck_draw_next(&draw); /* the sex */
    int64_t age = age_of(region, household, position, &draw);
    ck_draw day_draw = draw_for(region, CK_STREAM_BIRTHDAY, household, position);
    int64_t birth = CK_TODAY - (age * 1461 + 3) / 4 - (int64_t)ck_draw_below(&day_draw, 365);
    uint32_t share = community_of(region, household, position)->january_first;
    bool child = CK_TODAY - birth < 18 * 365;
    if (!ck_draw_chance(&day_draw, child ? share / CHILD_JANUARY_FIRST_DIVISOR : share))
        return birth;
    int year, month, day;
    ck_date_split(birth, &year, &month, &day);
    for (; month > 1 || day > 1; ck_date_split(birth, &year, &month, &day))
        birth -= month > 1 ? 28 * (month - 1) : day - 1; /* back to 1 January of the same year */
    return birth;
}

static int year_of(int64_t birth) {
    int year, month, day;
    ck_date_split(birth, &year, &month, &day);
    return year;
}

/* ---- forenames ---- */

/* The name that `attempt` gives, whoever else bears it. */
static void try_forename(const ck_region *region, const ck_household *household, uint32_t position, uint32_t attempt,
                         char out[CK_NAME_MAX]) {
    ck_draw draw = draw_for(region, CK_STREAM_FORENAME, household, position);
    draw.state += (uint64_t)attempt << 32;
    ck_draw_forename(&region->names, &draw, community_of(region, household, position), sex_of(region, household, position),
                     year_of(birth_of(region, household, position)), out);
}

/* Does an elder sibling bear the name at its first attempt? (Nearly always that is its name.) */
static bool is_taken(const ck_region *region, const ck_household *household, uint32_t position, const char *forename) {
    char other[CK_NAME_MAX];
    uint32_t first = is_child(household, position) ? 1 : born_with(region, household, position);
    for (uint32_t earlier = first; earlier < position; earlier++) {
        if (is_child(household, earlier) != is_child(household, position))
            continue;
        try_forename(region, household, earlier, 0, other);
        if (strcmp(other, forename) == 0)
            return true;
    }
    return false;
}

static void forename_of(const ck_region *region, const ck_household *household, uint32_t position, char out[CK_NAME_MAX]) {
    enum { ATTEMPTS = 8 };
    try_forename(region, household, position, 0, out);
    ck_draw draw = draw_for(region, CK_STREAM_HISTORY, household, position);
    ck_draw_next(&draw); /* twin or not */
    bool heir = ck_draw_chance(&draw, NAMED_AS_PARENT) && is_child(household, position);
    if (heir && sex_of(region, household, position) == household->head_sex)
        try_forename(region, household, 0, 0, out);
    for (uint32_t attempt = 1; attempt < ATTEMPTS && is_taken(region, household, position, out); attempt++)
        try_forename(region, household, position, attempt, out);
}

/* ---- surnames ---- */

/* The household's surname in the form for a sex. */
static void household_surname(const ck_region *region, const ck_household *household, char sex, char out[CK_NAME_MAX]) {
    const ck_community *community = community_of(region, household, 0);
    bool paired = community->rule == CK_NAMING_PAIRED;
    ck_draw draw = draw_for(region, CK_STREAM_SURNAME, household, 0);
    ck_draw_surname(&region->names, &draw, community, paired ? sex : 'M', out);
}

/* A surname of the person's own, apart from the household's: the first it bore, or another. */
typedef enum { FIRST_SURNAME = 1, OTHER_SURNAME = 2 } own_name;
static void own_surname(const ck_region *region, const ck_household *household, uint32_t position, char sex, own_name which,
                        char out[CK_NAME_MAX]) {
    const ck_community *community = community_of(region, household, position);
    bool listed = community->rule == CK_NAMING_PAIRED || community->rule == CK_NAMING_BY_SEX;
    ck_draw draw = draw_for(region, CK_STREAM_SURNAME, household, position);
    draw.state += (uint64_t)which << 32; /* the head's own is not the household's */
    ck_draw_surname(&region->names, &draw, community, listed ? sex : 'M', out);
}

/* A partner's: the household's with the one of birth as a former one, both joined, or that of birth. */
static void partner_surname(const ck_region *region, const ck_household *household, ck_draw *draw, ck_resident *partner) {
    ck_naming rule = community_of(region, household, partner->position)->rule;
    char born[CK_NAME_MAX];
    own_surname(region, household, partner->position, partner->sex, FIRST_SURNAME, born);
    uint64_t choice = rule == CK_NAMING_OWN || rule == CK_NAMING_PATRONYMIC ? UINT64_MAX : ck_draw_below(draw, 100000);
    if (choice >= TAKES_NAME + JOINS_NAMES) {
        memcpy(partner->surname, born, sizeof born);
        return;
    }
    memcpy(partner->former_surname, born, sizeof born);
    household_surname(region, household, partner->sex, partner->surname);
    size_t n = strlen(partner->surname);
    if (choice >= TAKES_NAME && !strchr(partner->surname, '-') && !strchr(born, '-'))
        snprintf(partner->surname + n, CK_NAME_MAX - n, "-%s", born);
}

/* A child's of a community with patronymics: the forename of the man at the head, or next to the head. */
static void fathers_forename(const ck_region *region, const ck_household *household, char out[CK_NAME_MAX]) {
    uint32_t father = household->head_sex == 'M' || household->size < 2 || ck_member_role_of(household, 1) != CK_PARTNER ? 0 : 1;
    if (sex_of(region, household, father) == 'M')
        forename_of(region, household, father, out);
    else
        household_surname(region, household, 'M', out);
}

/* The surname borne by twins is that of the first of them. */
static void surname_of(const ck_region *region, const ck_household *household, ck_resident *resident) {
    ck_naming rule = community_of(region, household, resident->position)->rule;
    uint32_t first = born_with(region, household, resident->position);
    ck_member_role role = ck_member_role_of(household, first);
    ck_draw draw = draw_for(region, CK_STREAM_HISTORY, household, resident->position);
    ck_draw_next(&draw); /* twin or not */
    ck_draw_next(&draw); /* heir or not */
    if (rule == CK_NAMING_BY_SEX && resident->sex == 'F' && ck_draw_chance(&draw, OWN_LIST))
        own_surname(region, household, resident->position, 'F', FIRST_SURNAME, resident->surname);
    else if (role == CK_PARTNER)
        partner_surname(region, household, &draw, resident);
    else if (role == CK_SHARER)
        own_surname(region, household, first, resident->sex, FIRST_SURNAME, resident->surname);
    else if (role == CK_CHILD && rule == CK_NAMING_PATRONYMIC)
        fathers_forename(region, household, resident->surname);
    else
        household_surname(region, household, resident->sex, resident->surname);
    uint32_t share = household->kind == CK_UNRELATED ? FORMER_UNRELATED : FORMER_NAME;
    bool grown = CK_TODAY - resident->birth > 20 * 365;
    if (!resident->former_surname[0] && resident->sex == 'F' && grown && ck_draw_chance(&draw, share))
        own_surname(region, household, resident->position, 'F', OTHER_SURNAME, resident->former_surname);
}

/* ---- the whole person ---- */

void ck_resident_of(const ck_region *region, uint64_t person, ck_resident *resident) {
    ck_household household = ck_household_of(region, person);
    uint32_t position = (uint32_t)(person - household.first);
    *resident = (ck_resident){.person = person, .position = position, .role = ck_member_role_of(&household, position)};
    resident->community = community_number(region, &household, position);
    resident->sex = sex_of(region, &household, position);
    resident->birth = birth_of(region, &household, position);
    forename_of(region, &household, position, resident->forename);
    surname_of(region, &household, resident);
    ck_draw draw = ck_draw_of(region->seed, CK_STREAM_NUMBER, person);
    if (ck_draw_chance(&draw, HAS_NHS_NUMBER))
        ck_nhs_number_of(region, person, resident->nhs_number);
}
