/* The story of a cell, quarter by quarter: who dies, is born, leaves home, finds a partner, parts, moves to a care home; which households leave
   the region. Rates are near those of England in the 2010s and 2020s (docs/synth.md). */
#include "synth/world.h"
#include <stdio.h>
#include <string.h>

/* In 100,000 a quarter. */
enum {
    LEAVES_PARENTS = 2600, PARTNERS = 2600, FROM_OUTSIDE = 30000, MARRIES = 62000, PARTS = 300, TWINS = 1500,
    FLATMATE_LEAVES = 2500
};
enum { CROWDED = 7, FULL = 10 }; /* people in a home, above whom grown children leave sooner and nobody moves in; above whom none is born */

/* Deaths a quarter in 10 million, by five years of age from 0. */
static const uint32_t death_rate[] = {2000,  200,   200,   500,   1000,  1200,   1700,   2500,   3800,   5800,   8500,
                                      13000, 20000, 32000, 50000, 85000, 150000, 270000, 450000, 700000, 1000000};
/* Births a quarter in 100,000 women, by five years of age from 15. */
static const uint32_t birth_rate[] = {200, 1000, 1950, 2450, 1450, 330};
/* Who moves to a care home in a quarter, in 100,000, by five years of age from 75. */
static const uint32_t care_rate[] = {120, 350, 900, 2000, 3000};

static uint32_t band(const uint32_t *rates, int32_t n, int32_t first, int32_t age) {
    int32_t i = (age - first) / 5;
    return age < first ? 0 : rates[i < n ? i : n - 1];
}
#define BAND(rates, first, age) band(rates, (int32_t)(sizeof(rates) / sizeof *(rates)), first, age)

/* ---- lives ---- */

int32_t ck_life_age(const ck_world *world, const ck_life *life, uint32_t quarter) {
    int32_t days = world->begins[quarter] - life->birth;
    return days < 0 ? -1 : (int32_t)((int64_t)days * 400 / 146097);
}

uint8_t ck_life_home(const ck_life *life, uint32_t quarter) {
    uint8_t home = CK_HOME_GONE;
    for (uint32_t s = 0; s < life->stays && life->stay[s].quarter <= quarter; s++)
        home = life->stay[s].home;
    return home;
}

int32_t ck_life_last(const ck_life *life, uint32_t quarter) {
    const ck_stay *last = &life->stay[life->stays - 1];
    int32_t end = last->home == CK_HOME_GONE && last->quarter <= quarter ? last->quarter - 1 : (int32_t)quarter;
    return end < life->stay[0].quarter ? -1 : end;
}

bool ck_life_is_twin(const ck_cell *cell, uint32_t i) {
    return cell->life[i].twin || (i + 1 < cell->lives && cell->life[i + 1].twin && cell->life[i + 1].mother == cell->life[i].mother);
}

const char *ck_life_surname(const ck_life *life, uint32_t quarter) {
    return life->married <= quarter && life->married_surname[0] ? life->married_surname : life->surname;
}

ck_life *ck_cell_add(ck_cell *cell, uint8_t home, uint32_t quarter, int32_t birth, char sex, uint8_t community) {
    if (cell->lives == CK_CELL_LIVES)
        return NULL;
    ck_life *life = &cell->life[cell->lives++];
    *life = (ck_life){.birth = birth, .death = CK_ALIVE, .sex = sex, .community = community, .mother = CK_NOBODY, .father = CK_NOBODY,
                      .partner = CK_NOBODY, .home = home, .married = CK_NEVER, .born = CK_NEVER, .stays = 1};
    life->stay[0] = (ck_stay){(uint8_t)quarter, home};
    if (home < CK_CELL_HOMES)
        cell->occupants[home]++;
    return life;
}

/* Who has moved as often as can be kept moves no more, but away: what was true in earlier quarters stays as it was. */
static void move_to(ck_cell *cell, uint32_t i, uint8_t home, uint32_t quarter) {
    ck_life *life = &cell->life[i];
    bool again = life->stay[life->stays - 1].quarter == quarter;
    if (life->home == home || (life->stays == CK_STAYS - 1 && !again && home != CK_HOME_GONE))
        return;
    if (life->home < CK_CELL_HOMES)
        cell->occupants[life->home]--;
    if (home < CK_CELL_HOMES)
        cell->occupants[home]++;
    life->home = home;
    life->stays += !again;
    life->stay[life->stays - 1] = (ck_stay){(uint8_t)quarter, home};
}

static uint8_t vacant_home(const ck_cell *cell, ck_draw *draw) {
    uint32_t start = (uint32_t)ck_draw_below(draw, CK_CELL_HOMES);
    for (uint32_t i = 0; i < CK_CELL_HOMES; i++)
        if (cell->occupants[(start + i) % CK_CELL_HOMES] == 0)
            return (uint8_t)((start + i) % CK_CELL_HOMES);
    return CK_HOME_GONE;
}

static bool lives_with_parent(const ck_cell *cell, const ck_life *life) {
    return (life->mother != CK_NOBODY && cell->life[life->mother].home == life->home) ||
           (life->father != CK_NOBODY && cell->life[life->father].home == life->home);
}

/* A person moves, with those children who live with that person and are under 18; away from the other parent, if there is one. */
static void move_with_children(ck_cell *cell, uint32_t i, uint8_t home, uint32_t quarter) {
    uint8_t from = cell->life[i].home;
    move_to(cell, i, home, quarter);
    for (uint32_t c = 0; c < cell->lives; c++) {
        const ck_life *child = &cell->life[c];
        if (child->home == from && (child->mother == i || child->father == i) && ck_life_age(cell->world, child, quarter) < 18)
            move_to(cell, c, home, quarter);
    }
}

static void part(ck_cell *cell, uint32_t i) {
    ck_life *life = &cell->life[i];
    if (life->partner != CK_NOBODY)
        cell->life[life->partner].partner = CK_NOBODY;
    life->partner = CK_NOBODY;
}

static int32_t day_of(const ck_world *world, uint32_t quarter, ck_draw *draw) {
    return world->begins[quarter] + (int32_t)ck_draw_below(draw, (uint64_t)(world->begins[quarter + 1] - world->begins[quarter]));
}

/* ---- what happens ---- */

static bool may_die(ck_cell *cell, uint32_t i, int32_t age, uint32_t quarter, ck_draw *draw) {
    if (ck_draw_below(draw, 10000000) >= BAND(death_rate, 0, age))
        return false;
    cell->life[i].death = day_of(cell->world, quarter, draw);
    if (cell->life[i].death < cell->life[i].birth)
        cell->life[i].death = cell->life[i].birth;
    part(cell, i);
    move_to(cell, i, CK_HOME_GONE, quarter);
    return true;
}

static void give_birth(ck_cell *cell, uint32_t mother, uint32_t quarter, ck_draw *draw) {
    int32_t day = day_of(cell->world, quarter, draw);
    bool twins = ck_draw_chance(draw, TWINS);
    for (int n = 0; n <= twins; n++) {
        const ck_life *parent = &cell->life[mother];
        ck_life *child = ck_cell_add(cell, parent->home, quarter, day, ck_draw_chance(draw, 51300) ? 'M' : 'F', parent->community);
        if (!child)
            return;
        child->mother = (uint8_t)mother;
        child->father = parent->partner;
        child->born = (uint8_t)quarter;
        child->twin = n > 0;
        ck_cell_name(cell, cell->lives - 1, draw, NULL);
    }
}

static void may_give_birth(ck_cell *cell, uint32_t i, int32_t age, uint32_t quarter, ck_draw *draw) {
    const ck_life *life = &cell->life[i];
    if (life->sex != 'F' || age < 15 || age > 44 || life->home >= CK_CELL_HOMES || cell->occupants[life->home] > FULL)
        return;
    uint32_t rate = BAND(birth_rate, 15, age);
    if (ck_draw_chance(draw, life->partner != CK_NOBODY ? rate * 3 / 2 : rate / 3))
        give_birth(cell, i, quarter, draw);
}

static void may_leave_parents(ck_cell *cell, uint32_t i, int32_t age, uint32_t quarter, ck_draw *draw) {
    bool crowded = cell->life[i].home < CK_CELL_HOMES && cell->occupants[cell->life[i].home] > CROWDED;
    if (age < 18 || !ck_draw_chance(draw, crowded ? 6 * LEAVES_PARENTS : LEAVES_PARENTS) || !lives_with_parent(cell, &cell->life[i]) || cell->life[i].partner != CK_NOBODY)
        return;
    move_with_children(cell, i, ck_draw_chance(draw, 55000) ? vacant_home(cell, draw) : CK_HOME_GONE, quarter);
}

/* Is the woman one whom the man may meet: single, of like age, of no family of his, mostly of his community? */
static bool may_meet(const ck_cell *cell, uint32_t man, uint32_t woman, uint32_t quarter, bool any_community) {
    const ck_life *he = &cell->life[man], *she = &cell->life[woman];
    int32_t years = (she->birth - he->birth) / 365;
    bool kin = (he->mother != CK_NOBODY && he->mother == she->mother) || he->mother == woman || she->father == man ||
               (he->father != CK_NOBODY && he->father == she->father);
    return she->sex == 'F' && she->home < CK_CELL_HOMES && she->partner == CK_NOBODY && years > -7 && years < 11 && !kin &&
           ck_life_age(cell->world, she, quarter) >= 18 && (any_community || she->community == he->community);
}

static uint32_t find_partner(ck_cell *cell, uint32_t man, uint32_t quarter, ck_draw *draw) {
    bool any_community = ck_draw_chance(draw, 15000);
    uint32_t start = (uint32_t)ck_draw_below(draw, cell->lives);
    for (uint32_t k = 0; k < cell->lives; k++)
        if (may_meet(cell, man, (start + k) % cell->lives, quarter, any_community))
            return (start + k) % cell->lives;
    const ck_life he = cell->life[man];
    if (!ck_draw_chance(draw, FROM_OUTSIDE) || !ck_cell_add(cell, he.home, quarter, he.birth + 365 - (int32_t)ck_draw_below(draw, 1800), 'F', he.community))
        return CK_NOBODY;
    ck_cell_name(cell, cell->lives - 1, draw, NULL);
    return cell->lives - 1;
}

static void may_find_partner(ck_cell *cell, uint32_t i, int32_t age, uint32_t quarter, ck_draw *draw) {
    const ck_life *he = &cell->life[i];
    if (he->sex != 'M' || he->partner != CK_NOBODY || age < 19 || age > 65 || !ck_draw_chance(draw, PARTNERS))
        return;
    bool at_parents = lives_with_parent(cell, he);
    uint8_t home = at_parents ? vacant_home(cell, draw) : he->home;
    if (home == CK_HOME_GONE)
        return;
    uint32_t she = find_partner(cell, i, quarter, draw);
    if (she == CK_NOBODY)
        return;
    if (at_parents && !lives_with_parent(cell, &cell->life[she]))
        home = cell->life[she].home;
    if (home < CK_CELL_HOMES && cell->occupants[home] > CROWDED)
        return;
    move_with_children(cell, i, home, quarter);
    move_with_children(cell, she, home, quarter);
    cell->life[i].partner = (uint8_t)she;
    cell->life[she].partner = (uint8_t)i;
    if (ck_draw_chance(draw, MARRIES))
        ck_cell_marry(cell, she, i, quarter, draw);
}

static void may_part(ck_cell *cell, uint32_t i, int32_t age, uint32_t quarter, ck_draw *draw) {
    const ck_life *life = &cell->life[i];
    if (life->partner == CK_NOBODY || life->sex != 'M' || age > 70 || !ck_draw_chance(draw, PARTS))
        return;
    part(cell, i);
    move_to(cell, i, ck_draw_chance(draw, 60000) ? vacant_home(cell, draw) : CK_HOME_GONE, quarter);
}

static void may_leave_flatmates(ck_cell *cell, uint32_t i, int32_t age, uint32_t quarter, ck_draw *draw) {
    const ck_life *life = &cell->life[i];
    if (age < 20 || life->partner != CK_NOBODY || life->home >= CK_CELL_HOMES || cell->occupants[life->home] < 2 || lives_with_parent(cell, life))
        return;
    for (uint32_t c = 0; c < cell->lives; c++)
        if (cell->life[c].home == life->home && (cell->life[c].mother == i || cell->life[c].father == i))
            return;
    if (ck_draw_chance(draw, FLATMATE_LEAVES))
        move_to(cell, i, ck_draw_chance(draw, 40000) ? vacant_home(cell, draw) : CK_HOME_GONE, quarter);
}

static void may_enter_care(ck_cell *cell, uint32_t i, int32_t age, uint32_t quarter, ck_draw *draw) {
    const ck_life *life = &cell->life[i];
    if (age < 75 || life->home >= CK_CELL_HOMES)
        return;
    if (ck_draw_chance(draw, BAND(care_rate, 75, age) / (life->partner == CK_NOBODY ? 1 : 3)))
        move_to(cell, i, CK_HOME_CARE, quarter);
}

/* Mostly one hash: what rarely happens is asked only of those to whom it may. */
static void live(ck_cell *cell, uint32_t i, uint32_t quarter) {
    ck_draw draw = ck_draw_of(cell->world->seed, CK_STREAM_LIFE, ck_life_person(cell, i) * CK_QUARTERS + quarter);
    int32_t age = ck_life_age(cell->world, &cell->life[i], quarter);
    if (may_die(cell, i, age, quarter, &draw))
        return;
    may_give_birth(cell, i, age, quarter, &draw);
    if (age < 18)
        return;
    may_part(cell, i, age, quarter, &draw);
    may_find_partner(cell, i, age, quarter, &draw);
    may_leave_parents(cell, i, age, quarter, &draw);
    may_leave_flatmates(cell, i, age, quarter, &draw);
    may_enter_care(cell, i, age, quarter, &draw);
}

/* ---- homes ---- */

static bool has_adult(const ck_cell *cell, uint32_t home, uint32_t quarter) {
    for (uint32_t i = 0; i < cell->lives; i++)
        if (cell->life[i].home == home && ck_life_age(cell->world, &cell->life[i], quarter) >= 17)
            return true;
    return false;
}

static void empty_home(ck_cell *cell, uint32_t home, uint32_t quarter) {
    for (uint32_t i = 0; i < cell->lives; i++)
        if (cell->life[i].home == home)
            move_to(cell, i, CK_HOME_GONE, quarter);
}

/* Whole households leave; children whom nobody is left to live with go to kin elsewhere; empty homes fill. */
static void turn_over(ck_cell *cell, uint32_t home, uint32_t quarter) {
    ck_draw draw = ck_draw_of(cell->world->seed, CK_STREAM_HOME, (cell->number * CK_CELL_HOMES + home) * CK_QUARTERS + quarter);
    const ck_shape *shape = cell->world->shape;
    bool leaves = ck_draw_chance(&draw, shape->leave);
    if (cell->occupants[home] > 0 && (leaves || !has_adult(cell, home, quarter)))
        empty_home(cell, home, quarter);
    else if (cell->occupants[home] == 0 && ck_draw_chance(&draw, shape->arrive))
        ck_cell_settle(cell, (uint8_t)home, quarter);
}

/* Where each home lies: a permutation at first, then exchanges. The reflection at a drawn point is its own inverse, so the home on the other side
   comes to the same conclusion. */
static void lay_homes(ck_cell *cell) {
    const ck_world *world = cell->world;
    for (uint32_t h = 0; h < CK_CELL_HOMES; h++) {
        uint64_t at = ck_permute(world->seed, CK_STREAM_DWELLING, world->dwellings, cell->number * CK_CELL_HOMES + h);
        cell->dwelling[h][0] = (uint32_t)at;
        for (uint32_t q = 1; q <= world->quarter; q++) {
            uint64_t other = world->turn[q] >= at ? world->turn[q] - at : world->turn[q] + world->dwellings - at;
            uint64_t lower = other < at ? other : at;
            ck_draw draw = ck_draw_of(world->seed, CK_STREAM_TURN, lower * CK_QUARTERS + q);
            if (ck_draw_chance(&draw, world->shape->move))
                at = other;
            cell->dwelling[h][q] = (uint32_t)at;
        }
    }
}

void ck_cell_tell(const ck_world *world, uint64_t number, ck_cell *cell) {
    cell->world = world;
    cell->number = number;
    cell->lives = 0;
    memset(cell->occupants, 0, sizeof cell->occupants);
    lay_homes(cell);
    for (uint32_t home = 0; home < CK_CELL_HOMES; home++)
        ck_cell_settle(cell, (uint8_t)home, 0);
    for (uint32_t quarter = 1; quarter <= world->quarter; quarter++) {
        uint32_t lives = cell->lives;
        for (uint32_t i = 0; i < lives; i++)
            if (cell->life[i].home != CK_HOME_GONE)
                live(cell, i, quarter);
        for (uint32_t home = 0; home < CK_CELL_HOMES; home++)
            turn_over(cell, home, quarter);
    }
}

/* The care home of a person: the large one, or any other. */
static uint64_t care_home_of(const ck_world *world, uint64_t person) {
    ck_draw draw = ck_draw_of(world->seed, CK_STREAM_FACT, ~person);
    return ck_draw_chance(&draw, world->large_share) ? 0 : 1 + ck_draw_below(&draw, world->care_homes - 1);
}

uint64_t ck_life_dwelling(const ck_cell *cell, uint32_t i, uint32_t quarter) {
    uint8_t home = ck_life_home(&cell->life[i], quarter);
    return home < CK_CELL_HOMES ? cell->dwelling[home][quarter] : cell->world->dwellings + care_home_of(cell->world, ck_life_person(cell, i));
}
