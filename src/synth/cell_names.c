/* Names of a cell's people by the rules of their communities: from father to child, at marriage. */
#include "synth/world.h"
#include <stdio.h>
#include <string.h>

/* In 100,000. */
enum { NAMED_AS_PARENT = 2000, TAKES_NAME = 78000, JOINS_NAMES = 4000, TAKES_LISTED = 45000, OWN_LIST = 65000 };

static const ck_community *community_of(const ck_life *life) {
    uint32_t n;
    return &ck_communities(&n)[life->community];
}

static void copy_name(char out[CK_NAME_MAX], const char *name) {
    size_t n = strnlen(name, CK_NAME_MAX - 1);
    memmove(out, name, n);
    out[n] = 0;
}

/* ---- forenames ---- */

static bool is_siblings(const ck_cell *cell, uint32_t i) {
    const ck_life *life = &cell->life[i];
    if (life->mother == CK_NOBODY && life->father == CK_NOBODY)
        return false;
    for (uint32_t other = 0; other < i; other++) {
        const ck_life *sibling = &cell->life[other];
        if (sibling->mother == life->mother && sibling->father == life->father && strcmp(sibling->forename, life->forename) == 0)
            return true;
    }
    return false;
}

static void name_forename(ck_cell *cell, uint32_t i, ck_draw *draw) {
    ck_life *life = &cell->life[i];
    uint8_t parent = life->sex == 'M' ? life->father : life->mother;
    bool heir = ck_draw_chance(draw, NAMED_AS_PARENT) && parent != CK_NOBODY;
    if (heir)
        copy_name(life->forename, cell->life[parent].forename);
    for (int attempt = 0; attempt == 0 ? !heir : attempt < 8 && is_siblings(cell, i); attempt++)
        ck_draw_forename(&cell->world->names, draw, community_of(life), life->sex, 1970 + life->birth / 365, life->forename);
}

/* ---- surnames ---- */

/* The form of a paired surname for a sex, where the lists hold it. */
static const char *paired_form(const ck_community *community, const char *name, char sex) {
    for (uint32_t k = 0; community->male_surname[k] && community->female_surname[k]; k++)
        if (strcmp(community->male_surname[k], name) == 0 || strcmp(community->female_surname[k], name) == 0)
            return sex == 'M' ? community->male_surname[k] : community->female_surname[k];
    return name;
}

static void draw_surname(const ck_cell *cell, const ck_life *life, ck_draw *draw, char out[CK_NAME_MAX]) {
    const ck_community *community = community_of(life);
    bool listed = community->rule == CK_NAMING_PAIRED || (community->rule == CK_NAMING_BY_SEX && ck_draw_chance(draw, OWN_LIST));
    char second[CK_NAME_MAX];
    ck_draw_surname(&cell->world->names, draw, community, listed ? life->sex : 'M', out);
    if (community->rule != CK_NAMING_TWO)
        return;
    ck_draw_surname(&cell->world->names, draw, community, 'M', second);
    size_t n = strlen(out);
    if (strcmp(out, second) != 0)
        snprintf(out + n, CK_NAME_MAX - n, " %s", second);
}

/* The first of two family names, or the whole. */
static int first_name(const char *surname) {
    return (int)strcspn(surname, " ");
}

static void name_surname(ck_cell *cell, uint32_t i, ck_draw *draw, const char *family) {
    ck_life *life = &cell->life[i];
    const ck_community *community = community_of(life);
    const ck_life *mother = life->mother == CK_NOBODY ? NULL : &cell->life[life->mother];
    const ck_life *father = life->father == CK_NOBODY ? NULL : &cell->life[life->father];
    const ck_life *parent = father ? father : mother;
    if (!family && parent)
        family = parent == father || !parent->married_surname[0] ? parent->surname : parent->married_surname;
    if (!family || (community->rule == CK_NAMING_BY_SEX && life->sex == 'F' && ck_draw_chance(draw, OWN_LIST)))
        draw_surname(cell, life, draw, life->surname);
    else if (community->rule == CK_NAMING_PATRONYMIC && father)
        copy_name(life->surname, father->forename);
    else if (community->rule == CK_NAMING_PAIRED)
        copy_name(life->surname, paired_form(community, family, life->sex));
    else if (community->rule == CK_NAMING_TWO && father && mother)
        snprintf(life->surname, CK_NAME_MAX, "%.*s %.*s", first_name(father->surname), father->surname, first_name(mother->surname), mother->surname);
    else
        copy_name(life->surname, family);
}

void ck_cell_name(ck_cell *cell, uint32_t i, ck_draw *draw, const char *family) {
    name_surname(cell, i, draw, family);
    name_forename(cell, i, draw);
}

/* ---- marriage ---- */

void ck_cell_marry(ck_cell *cell, uint32_t wife, uint32_t husband, uint32_t quarter, ck_draw *draw) {
    static const char *const listed[] = {"BEGUM", "BIBI", "BEGUM", "KHATUN"};
    ck_life *life = &cell->life[wife];
    const char *his = cell->life[husband].surname, *hers = life->surname;
    const ck_community *community = community_of(life);
    uint64_t choice = ck_draw_below(draw, 100000);
    char name[CK_NAME_MAX] = "";
    if (community->rule == CK_NAMING_BY_SEX)
        copy_name(name, choice < TAKES_LISTED ? listed[ck_draw_below(draw, 4)] : "");
    else if (community->rule == CK_NAMING_FAMILY && choice >= TAKES_NAME && choice < TAKES_NAME + JOINS_NAMES && !strpbrk(his, "- ") && !strpbrk(hers, "- "))
        snprintf(name, sizeof name, "%.23s-%.23s", his, hers);
    else if ((community->rule == CK_NAMING_FAMILY || community->rule == CK_NAMING_PAIRED) && choice < TAKES_NAME)
        copy_name(name, community->rule == CK_NAMING_PAIRED ? paired_form(community, his, life->sex) : his);
    if (!name[0] || strcmp(name, hers) == 0 || life->married_surname[0]) /* what was borne in earlier quarters stays true: no second change */
        return;
    copy_name(life->married_surname, name);
    life->married = (uint8_t)quarter;
}
