/* Households as they come to a home: sizes near the census, kinds by size, ages by kind. */
#include "synth/world.h"
#include <carrick/clean.h>
#include <string.h>

/* In 100,000. */
enum { EMPTY = 4000, OF_THE_CELL = 85000, JANUARY_CHILD_DIVISOR = 8 };

typedef struct arrival {
    ck_cell *cell;
    uint8_t home, community;
    uint32_t quarter;
    ck_draw draw;
} arrival;

static uint8_t draw_community(const ck_cell *cell, ck_draw *draw) {
    if (!ck_draw_chance(draw, OF_THE_CELL))
        return (uint8_t)ck_pick(&cell->world->community, draw);
    ck_draw kin = ck_draw_of(cell->world->seed, CK_STREAM_COMMUNITY, cell->number);
    return (uint8_t)ck_pick(&cell->world->community, &kin);
}

static uint32_t draw_size(const ck_shape *shape, ck_draw *draw) {
    uint64_t x = ck_draw_below(draw, 1000);
    uint32_t size = 1;
    while (size < CK_SIZES && x >= shape->sizes[size - 1])
        x -= shape->sizes[size++ - 1];
    return size;
}

/* A birthday in the year before the age was reached; 1 January for those to whom that was given. */
static int32_t birth_at(arrival *in, int32_t age) {
    uint32_t n;
    const ck_world *world = in->cell->world;
    int32_t birth = world->begins[in->quarter] - (age * 1461 + 3) / 4 - (int32_t)ck_draw_below(&in->draw, 365);
    uint32_t share = ck_communities(&n)[in->community].january_first;
    if (!ck_draw_chance(&in->draw, age < 18 ? share / JANUARY_CHILD_DIVISOR : share))
        return birth;
    int year, month, day;
    ck_date_split(birth, &year, &month, &day);
    for (; month > 1 || day > 1; ck_date_split(birth, &year, &month, &day))
        birth -= month > 1 ? 28 * (month - 1) : day - 1;
    return birth;
}

static ck_life *add(arrival *in, int32_t age, char sex) {
    return ck_cell_add(in->cell, in->home, in->quarter, birth_at(in, age), sex, in->community);
}

static char draw_sex(ck_draw *draw, uint32_t men) {
    return ck_draw_chance(draw, men) ? 'M' : 'F';
}

static int32_t head_age(arrival *in, bool parent) {
    bool young = in->quarter > 0 && ck_draw_below(&in->draw, 100) < in->cell->world->shape->young;
    if (young)
        return (parent ? 24 : 19) + (int32_t)ck_draw_below(&in->draw, parent ? 11 : 16);
    if (parent)
        return 22 + (int32_t)(ck_draw_below(&in->draw, 20) + ck_draw_below(&in->draw, 17));
    if (in->quarter == 0 && ck_draw_below(&in->draw, 100) < in->cell->world->shape->old)
        return 50 + (int32_t)(ck_draw_below(&in->draw, 16) + ck_draw_below(&in->draw, 15));
    return 22 + (int32_t)(ck_draw_below(&in->draw, 36) + ck_draw_below(&in->draw, 35));
}

static void add_partner(arrival *in, uint32_t head, int32_t age) {
    ck_cell *cell = in->cell;
    char sex = cell->life[head].sex == 'M' ? 'F' : 'M';
    if (ck_draw_chance(&in->draw, 2000))
        sex = cell->life[head].sex;
    int32_t other = age - 5 + (int32_t)(ck_draw_below(&in->draw, 6) + ck_draw_below(&in->draw, 6));
    ck_life *life = add(in, other < 18 ? 18 : other, sex);
    if (!life)
        return;
    uint32_t partner = cell->lives - 1;
    ck_cell_name(cell, partner, &in->draw, NULL);
    life->partner = (uint8_t)head;
    cell->life[head].partner = (uint8_t)partner;
    uint32_t wife = sex == 'F' ? partner : head, husband = wife == partner ? head : partner;
    if (age > 22 && ck_draw_chance(&in->draw, 75000))
        ck_cell_marry(cell, wife, husband, 0, &in->draw);
}

static void add_children(arrival *in, uint32_t head, int32_t head_years, uint32_t n) {
    ck_cell *cell = in->cell;
    uint8_t partner = cell->life[head].partner;
    uint32_t mother = cell->life[head].sex == 'F' ? head : partner;
    uint8_t father = cell->life[head].sex == 'M' ? (uint8_t)head : partner;
    int32_t last = -1;
    for (uint32_t c = 0; c < n; c++) {
        int32_t age = head_years - 19 - (int32_t)ck_draw_below(&in->draw, 18);
        bool twin = last >= 0 && ck_draw_chance(&in->draw, 2500);
        age = age < 0 ? (int32_t)ck_draw_below(&in->draw, 4) : age > 30 ? 18 + (int32_t)ck_draw_below(&in->draw, 8) : age;
        if (!twin)
            last = age;
        ck_life *child = add(in, last, draw_sex(&in->draw, 51300));
        if (!child)
            return;
        if (twin)
            child->birth = (child - 1)->birth;
        child->twin = twin;
        child->mother = mother == CK_NOBODY ? CK_NOBODY : (uint8_t)mother;
        child->father = father;
        ck_cell_name(cell, cell->lives - 1, &in->draw, NULL);
    }
}

/* The mother, mostly, of the head; with her son's surname where he has his father's. */
static void add_elder(arrival *in, uint32_t head, int32_t head_years) {
    ck_cell *cell = in->cell;
    char sex = draw_sex(&in->draw, 30000);
    if (!add(in, head_years + 22 + (int32_t)ck_draw_below(&in->draw, 12), sex))
        return;
    uint32_t elder = cell->lives - 1;
    ck_cell_name(cell, elder, &in->draw, cell->life[head].surname);
    if (sex == 'F')
        cell->life[head].mother = (uint8_t)elder;
    else
        cell->life[head].father = (uint8_t)elder;
}

static void settle_sharers(arrival *in, uint32_t size) {
    for (uint32_t i = 0; i < size; i++) {
        in->community = draw_community(in->cell, &in->draw);
        if (add(in, 19 + (int32_t)ck_draw_below(&in->draw, 22), draw_sex(&in->draw, 52000)))
            ck_cell_name(in->cell, in->cell->lives - 1, &in->draw, NULL);
    }
}

static void settle_family(arrival *in, uint32_t size) {
    ck_cell *cell = in->cell;
    uint64_t kind = ck_draw_below(&in->draw, 100);
    bool lone = size > 1 && kind < (size == 2 ? 24u : 20u), elder = size > 3 && kind >= 90;
    uint32_t children = size > 1 + (lone ? 0u : 1u) ? size - 1 - (lone ? 0 : 1) - elder : 0;
    int32_t age = head_age(in, children > 0);
    if (!add(in, age, draw_sex(&in->draw, lone ? 15000 : 50000)))
        return;
    uint32_t head = cell->lives - 1;
    ck_cell_name(cell, head, &in->draw, NULL);
    if (size > 1 && !lone)
        add_partner(in, head, age);
    add_children(in, head, age, children);
    if (elder)
        add_elder(in, head, age);
}

void ck_cell_settle(ck_cell *cell, uint8_t home, uint32_t quarter) {
    enum { ROOM = 12 };
    const ck_shape *shape = cell->world->shape;
    arrival in = {.cell = cell, .home = home, .quarter = quarter,
                  .draw = ck_draw_of(cell->world->seed, CK_STREAM_START, (cell->number * CK_CELL_HOMES + home) * CK_QUARTERS + quarter)};
    if (cell->lives + ROOM > CK_CELL_LIVES || (quarter == 0 && ck_draw_chance(&in.draw, EMPTY)))
        return;
    in.community = draw_community(cell, &in.draw);
    uint32_t size = draw_size(shape, &in.draw);
    if (size > 1 && ck_draw_below(&in.draw, 100) < shape->sharers)
        settle_sharers(&in, size);
    else
        settle_family(&in, size);
}
