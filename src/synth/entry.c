/* What a source believes of a person: what it heard, and when; what was lost or mistaken on the way. Errors in a name last until the name is heard anew, those in an
   address until the next address, those in the rest for ever. */
#include "synth/errors.h"
#include "synth/world.h"
#include <carrick/clean.h>
#include <stdio.h>
#include <string.h>

enum { PARTS = 3 };
typedef enum { PART_NAMES, PART_ADDRESS, PART_REST } part;

typedef struct hearing {
    const ck_cell *cell;
    const ck_source_shape *source;
    const ck_life *life;
    ck_entry *entry;
    ck_draw draw;
} hearing;

static bool errs(hearing *h, ck_mistake mistake) {
    return ck_draw_chance(&h->draw, h->cell->world->rate[h->entry->source][mistake]);
}

static void note(hearing *h, ck_mistake mistake, bool is_so) {
    if (is_so)
        h->entry->mistakes |= UINT64_C(1) << mistake;
}

/* Empty a value, if there is one to miss. */
static void drop(hearing *h, ck_mistake mistake, char *value) {
    if (!errs(h, mistake) || !value[0])
        return;
    value[0] = 0;
    note(h, mistake, true);
}

/* The quarter of the last news of one kind: the first, unless the source heard since. */
static uint32_t last_news(const hearing *h, uint32_t hears, uint32_t salt) {
    const ck_entry *entry = h->entry;
    int32_t end = ck_life_last(h->life, entry->at);
    uint64_t rate = (uint64_t)h->source->contact * hears / 100000;
    for (int32_t q = end; q > (int32_t)entry->since; q--) {
        ck_draw draw = ck_draw_of(h->cell->world->seed, CK_STREAM_CONTACT, (entry->key * 2 + salt) * CK_QUARTERS + (uint64_t)q);
        if (ck_draw_chance(&draw, (uint32_t)rate))
            return (uint32_t)q;
    }
    return entry->since;
}

/* ---- names ---- */

static void put(char out[CK_NAME_MAX], const char *name) {
    snprintf(out, CK_NAME_MAX, "%s", name);
}

/* A child not yet named when the source first heard of it. */
static void name_baby(hearing *h) {
    static const char *const words[] = {"BABY", "BABY", "INFANT", "BABY BOY", "BABY GIRL"};
    ck_entry *entry = h->entry;
    const ck_life *life = h->life;
    if (ck_life_is_twin(h->cell, entry->life))
        snprintf(entry->forename, CK_NAME_MAX, "TWIN %d", life->twin ? 2 : 1);
    else if (life->mother != CK_NOBODY && ck_draw_chance(&h->draw, 40000))
        snprintf(entry->forename, CK_NAME_MAX, "BABY OF %.30s", h->cell->life[life->mother].forename);
    else {
        uint64_t which = ck_draw_below(&h->draw, 4);
        put(entry->forename, words[which == 3 && life->sex == 'F' ? 4 : which]);
    }
}

static void change_forename(hearing *h, uint32_t quarter) {
    ck_entry *entry = h->entry;
    const char *nickname = ck_nickname(entry->forename, ck_draw_next(&h->draw));
    bool baby = errs(h, CK_ERR_BABY_NAME) && h->life->born == quarter;
    bool nicknamed = errs(h, CK_ERR_NICKNAME) && nickname, second = errs(h, CK_ERR_SECOND_NAME), initial = errs(h, CK_ERR_INITIAL);
    char other[CK_NAME_MAX];
    uint32_t n;
    if (baby) {
        name_baby(h);
    } else if (nicknamed) {
        put(entry->forename, nickname);
    } else if (second) {
        ck_draw_forename(&h->cell->world->names, &h->draw, &ck_communities(&n)[h->life->community], h->life->sex, 1990, other);
        size_t length = strlen(entry->forename);
        snprintf(entry->forename + length, CK_NAME_MAX - length, " %s", other);
    } else if (initial) {
        entry->forename[1] = 0;
    }
    note(h, CK_ERR_BABY_NAME, baby);
    note(h, CK_ERR_NICKNAME, nicknamed && !baby);
    note(h, CK_ERR_SECOND_NAME, second && !baby && !nicknamed);
    note(h, CK_ERR_INITIAL, initial && !baby && !nicknamed && !second);
}

/* One of two names. */
static bool halve(ck_draw *draw, char surname[CK_NAME_MAX]) {
    char *cut = strpbrk(surname, "- ");
    if (!cut)
        return false;
    if (ck_draw_chance(draw, 50000))
        memmove(surname, cut + 1, strlen(cut));
    else
        *cut = 0;
    return true;
}

static void change_surname(hearing *h) {
    enum { SHORT = 10 };
    ck_entry *entry = h->entry;
    bool former = errs(h, CK_ERR_FORMER_SURNAME) && strcmp(entry->surname, h->life->surname) != 0;
    if (former)
        put(entry->surname, h->life->surname);
    note(h, CK_ERR_FORMER_SURNAME, former);
    note(h, CK_ERR_HALF_SURNAME, errs(h, CK_ERR_HALF_SURNAME) && halve(&h->draw, entry->surname));
    bool cut = errs(h, CK_ERR_TRUNCATED) && strlen(entry->surname) > SHORT;
    if (cut)
        entry->surname[SHORT] = 0;
    note(h, CK_ERR_TRUNCATED, cut);
}

static void mistype(hearing *h, ck_mistake mistake, char *text, size_t room) {
    char before[CK_ADDRESS_MAX];
    if (!errs(h, mistake))
        return;
    snprintf(before, sizeof before, "%s", text);
    if (mistake == CK_ERR_TYPO_POSTCODE)
        ck_err_postcode(&h->draw, text);
    else if (mistake == CK_ERR_TYPO_NHS)
        ck_err_digits(&h->draw, text);
    else
        ck_err_typo(&h->draw, text, room);
    note(h, mistake, strcmp(before, text) != 0);
}

/* Twice as often where the order of names is another one at home. */
static void swap_names(hearing *h) {
    uint32_t n;
    ck_entry *entry = h->entry;
    uint32_t times = ck_communities(&n)[h->life->community].rule == CK_NAMING_FAMILY ? 1 : 3;
    if (!ck_draw_chance(&h->draw, h->cell->world->rate[entry->source][CK_ERR_NAMES_SWAPPED] * times) || strcmp(entry->forename, entry->surname) == 0)
        return;
    char forename[CK_NAME_MAX];
    memcpy(forename, entry->forename, CK_NAME_MAX);
    memcpy(entry->forename, entry->surname, CK_NAME_MAX);
    memcpy(entry->surname, forename, CK_NAME_MAX);
    note(h, CK_ERR_NAMES_SWAPPED, true);
}

static void hear_names(hearing *h) {
    ck_entry *entry = h->entry;
    uint32_t quarter = last_news(h, h->source->hears_name, PART_NAMES);
    const char *now = ck_life_surname(h->life, entry->at), *then = ck_life_surname(h->life, quarter);
    h->draw = ck_draw_of(h->cell->world->seed, CK_STREAM_HEARD, (entry->key * PARTS + PART_NAMES) * CK_QUARTERS + quarter);
    put(entry->forename, h->life->forename);
    put(entry->surname, then);
    note(h, CK_ERR_OLD_SURNAME, strcmp(now, then) != 0);
    change_forename(h, quarter);
    change_surname(h);
    mistype(h, CK_ERR_TYPO_FORENAME, entry->forename, CK_NAME_MAX);
    mistype(h, CK_ERR_TYPO_SURNAME, entry->surname, CK_NAME_MAX);
    swap_names(h);
    drop(h, CK_ERR_NO_FORENAME, entry->forename);
    drop(h, CK_ERR_NO_SURNAME, entry->surname);
    entry->told = quarter;
}

/* ---- address ---- */

static void hear_address(hearing *h) {
    ck_entry *entry = h->entry;
    const ck_world *world = h->cell->world;
    uint32_t quarter = last_news(h, h->source->hears_address, PART_ADDRESS);
    uint8_t home = ck_life_home(h->life, entry->at);
    ck_place place;
    entry->dwelling = ck_life_dwelling(h->cell, entry->life, quarter);
    note(h, CK_ERR_OLD_ADDRESS, home == CK_HOME_GONE || entry->dwelling != ck_life_dwelling(h->cell, entry->life, entry->at));
    h->draw = ck_draw_of(world->seed, CK_STREAM_HEARD, (entry->key * PARTS + PART_ADDRESS) * CK_QUARTERS + quarter);
    ck_place_of(world, entry->dwelling, &place);
    memcpy(entry->postcode, place.postcode, sizeof entry->postcode);
    memcpy(entry->address, place.address, sizeof entry->address);
    memcpy(entry->uprn, place.uprn, sizeof entry->uprn);
    mistype(h, CK_ERR_TYPO_ADDRESS, entry->address, CK_ADDRESS_MAX);
    mistype(h, CK_ERR_TYPO_POSTCODE, entry->postcode, CK_POSTCODE_MAX);
    if (errs(h, CK_ERR_PSEUDO_POSTCODE)) {
        bool nowhere = ck_draw_chance(&h->draw, 30000);
        snprintf(entry->postcode, CK_POSTCODE_MAX, "ZZ99 3%cZ", nowhere ? 'V' : 'W');
        snprintf(entry->address, CK_ADDRESS_MAX, "%s", nowhere ? "NO FIXED ABODE" : "ADDRESS NOT KNOWN");
        entry->uprn[0] = 0;
        note(h, CK_ERR_PSEUDO_POSTCODE, true);
    }
    drop(h, CK_ERR_NO_POSTCODE, entry->postcode);
    drop(h, CK_ERR_NO_ADDRESS, entry->address);
    drop(h, CK_ERR_NO_UPRN, entry->uprn);
    if (quarter > entry->told)
        entry->told = quarter;
}

/* ---- the rest ---- */

static void hear_birth(hearing *h) {
    ck_entry *entry = h->entry;
    int *value[] = {&entry->day, &entry->month, &entry->year}, before;
    ck_date_split(h->life->birth, &entry->year, &entry->month, &entry->day);
    for (int k = 0; k < 3; k++) {
        ck_mistake mistake = (ck_mistake)(CK_ERR_WRONG_DAY + k);
        before = *value[k];
        if (errs(h, mistake))
            k == 0 ? ck_err_day(&h->draw, value[k]) : k == 1 ? ck_err_month(&h->draw, value[k]) : ck_err_year(&h->draw, value[k]);
        note(h, mistake, *value[k] != before);
    }
    before = entry->day;
    if (errs(h, CK_ERR_DAY_MONTH))
        ck_err_day_month(&entry->day, &entry->month);
    note(h, CK_ERR_DAY_MONTH, before != entry->day);
    bool january = errs(h, CK_ERR_FIRST_JANUARY), unknown = errs(h, CK_ERR_NINETEEN_HUNDRED), missing = errs(h, CK_ERR_NO_DOB);
    if (january || unknown)
        entry->day = entry->month = 1;
    entry->year = missing ? 0 : unknown ? 1900 : entry->year;
    note(h, CK_ERR_FIRST_JANUARY, january && !unknown && !missing);
    note(h, CK_ERR_NINETEEN_HUNDRED, unknown && !missing);
    note(h, CK_ERR_NO_DOB, missing);
}

static void hear_sex(hearing *h) {
    bool wrong = errs(h, CK_ERR_WRONG_SEX), missing = errs(h, CK_ERR_NO_SEX);
    h->entry->sex = missing ? 0 : (h->life->sex == 'M') != wrong ? 'M' : 'F';
    note(h, CK_ERR_WRONG_SEX, wrong && !missing);
    note(h, CK_ERR_NO_SEX, missing);
}

/* A baby may be given the mother's number, others that of a relative; some a number for tests. */
static void hear_number(hearing *h) {
    ck_entry *entry = h->entry;
    const ck_world *world = h->cell->world;
    uint64_t person = ck_life_person(h->cell, entry->life);
    uint8_t relative = h->life->father != CK_NOBODY ? h->life->father : h->life->mother;
    bool mothers = errs(h, CK_ERR_MOTHERS_NHS) && h->life->mother != CK_NOBODY && h->life->born == entry->since;
    bool others = errs(h, CK_ERR_OTHERS_NHS) && relative != CK_NOBODY && !mothers, test = errs(h, CK_ERR_TEST_NHS);
    if (mothers || others)
        person = ck_life_person(h->cell, mothers ? h->life->mother : relative);
    ck_person_nhs(world, person, entry->nhs);
    if (test)
        ck_person_test_nhs(world, person, entry->nhs);
    note(h, CK_ERR_MOTHERS_NHS, mothers && !test && entry->nhs[0]);
    note(h, CK_ERR_OTHERS_NHS, others && !test && entry->nhs[0]);
    note(h, CK_ERR_TEST_NHS, test);
    mistype(h, CK_ERR_TYPO_NHS, entry->nhs, sizeof entry->nhs);
    drop(h, CK_ERR_NO_NHS, entry->nhs);
}

void ck_entry_hear(const ck_cell *cell, ck_entry *entry) {
    hearing h = {.cell = cell, .source = &cell->world->shape->sources[entry->source], .life = &cell->life[entry->life], .entry = entry};
    entry->mistakes = 0;
    hear_names(&h);
    hear_address(&h);
    h.draw = ck_draw_of(cell->world->seed, CK_STREAM_HEARD, (entry->key * PARTS + PART_REST) * CK_QUARTERS);
    hear_birth(&h);
    hear_sex(&h);
    hear_number(&h);
}
