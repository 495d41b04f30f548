/* Who is in a source, from when to when, with which rows. */
#include "synth/world.h"
#include <stdio.h>
#include <string.h>

enum { SOURCES_MAX = 32, COPIES = 2, EVENTS_MAX = 32, EPISODES_MAX = 8, ID_DIGITS = 10, QUARTER_STEPS = 128 };

typedef struct asking {
    const ck_cell *cell;
    const ck_source_shape *source;
    const ck_life *life;
    uint64_t person;
    uint32_t luck; /* below a share: a member */
    ck_entry entry;
    ck_entry_take *take;
    void *user;
} asking;

static uint32_t age_band(int32_t age) {
    return age < 5 ? 0 : age < 18 ? 1 : age < 65 ? 2 : 3;
}

static bool fits(const asking *a, uint32_t quarter) {
    int32_t age = ck_life_age(a->cell->world, a->life, quarter + 1);
    const ck_source_shape *source = a->source;
    return age >= source->from_age && (!source->to_age || age <= source->to_age) && a->luck < source->share[age_band(age)];
}

/* Does the person live in the part whose extract it is? */
static bool is_here(const asking *a, uint32_t quarter) {
    const ck_world *world = a->cell->world;
    if (!a->source->council)
        return true;
    return ck_place_council(world, ck_place_unit(world, ck_life_dwelling(a->cell, a->entry.life, quarter))) == a->source->council;
}

/* ---- rows ---- */

static void write_id(const asking *a, uint64_t number, uint64_t of, uint64_t salt, char out[24]) {
    const char *name = a->source->name;
    const ck_world *world = a->cell->world;
    uint64_t given = ck_permute(world->seed + salt * CK_GOLDEN, CK_STREAM_ID, world->cells * CK_CELL_LIVES * of, number);
    snprintf(out, 24, "%c%c%0*llu", name[0] - 32, name[1] - 32, ID_DIGITS, (unsigned long long)given);
}

/* Give the row its keys and ids, hear it, hand it over. `number` tells the row from others of the person in the source, and is below `of`. */
static void give(asking *a, uint32_t since, uint32_t at, uint64_t number, uint64_t of) {
    ck_entry *entry = &a->entry;
    uint64_t holder = (uint64_t)entry->source * CK_PROVIDERS_MAX + entry->provider - 1;
    bool by_dwelling = a->source->membership == CK_MEMBER_TENANT || a->source->membership == CK_MEMBER_LIABLE; /* a register entry each move */
    entry->since = since;
    entry->at = at;
    entry->key = ck_hash_mix(((a->person * COPIES + entry->copy) * (SOURCES_MAX * CK_PROVIDERS_MAX) + holder) * CK_QUARTERS + (by_dwelling ? since : 0)) >> 16;
    entry->row = ck_hash_mix(entry->key * CK_GOLDEN + number);
    write_id(a, a->person * of + number, of, entry->source + 1u, entry->id);
    write_id(a, a->person * COPIES + entry->copy, COPIES, holder + 1000, entry->local_id);
    ck_entry_hear(a->cell, entry);
    a->take(a->user, a->cell, entry);
}

/* ---- registers ---- */

/* The first quarter of membership, or -1; and the first after it. */
static int32_t joins(const asking *a, int32_t *until) {
    const ck_world *world = a->cell->world;
    ck_draw draw = ck_draw_of(world->seed, CK_STREAM_MEMBER, (a->person * SOURCES_MAX + a->entry.source) * 2);
    int32_t last = ck_life_last(a->life, world->quarter), q = a->life->stay[0].quarter;
    while (q <= last && !fits(a, (uint32_t)q))
        q++;
    q += (int32_t)ck_draw_below(&draw, a->source->joins_within + 1u);
    if (q > last || !fits(a, (uint32_t)q))
        return -1;
    int32_t end = q + 1;
    while (end <= last && fits(a, (uint32_t)end) && !(a->source->leaves && ck_draw_chance(&draw, a->source->leaves)))
        end++;
    bool stays = end == last + 1 && ck_life_last(a->life, world->quarter) == (int32_t)world->quarter;
    *until = stays ? CK_QUARTERS : ck_draw_chance(&draw, a->source->kept) ? CK_QUARTERS : end + (int32_t)ck_draw_below(&draw, 2);
    return q;
}

static uint32_t refreshed(const asking *a) {
    return a->cell->world->quarter - a->source->late;
}

static void ask_register(asking *a) {
    int32_t until = 0, since = joins(a, &until), at = (int32_t)refreshed(a);
    if (since < 0 || since > at || until <= at)
        return;
    int32_t end = ck_life_last(a->life, (uint32_t)at);
    if (!is_here(a, (uint32_t)end))
        return;
    give(a, (uint32_t)since, (uint32_t)at, 0, COPIES);
    ck_draw draw = ck_draw_of(a->cell->world->seed, CK_STREAM_MEMBER, (a->person * SOURCES_MAX + a->entry.source) * 2 + 1);
    if (!ck_draw_chance(&draw, a->source->twice))
        return;
    int32_t again = since + (int32_t)ck_draw_below(&draw, 24);
    a->entry.copy = 1;
    if (again <= end)
        give(a, (uint32_t)again, (uint32_t)at, 1, COPIES);
}

/* The quarter from which the person has lived in the dwelling of a quarter. */
static uint32_t lives_there_since(const asking *a, uint32_t quarter) {
    uint64_t dwelling = ck_life_dwelling(a->cell, a->entry.life, quarter);
    while (quarter > a->life->stay[0].quarter && ck_life_dwelling(a->cell, a->entry.life, quarter - 1) == dwelling)
        quarter--;
    return quarter;
}

static void ask_dwelling(asking *a, bool wanted) {
    uint32_t at = refreshed(a);
    if (!wanted || !fits(a, at) || !is_here(a, at))
        return;
    uint32_t since = lives_there_since(a, at);
    give(a, since, at, since, QUARTER_STEPS);
}

static bool is_resident(const asking *a, uint32_t quarter) {
    return ck_life_last(a->life, quarter) == (int32_t)quarter && ck_life_home(a->life, quarter) < CK_CELL_HOMES;
}

static bool is_tenant(const asking *a) {
    uint32_t at = refreshed(a);
    return is_resident(a, at) && ck_place_is_social(a->cell->world, ck_life_dwelling(a->cell, a->entry.life, at));
}

static bool is_liable(const asking *a) {
    uint32_t at = refreshed(a), elder = 0;
    if (!is_resident(a, at) || ck_life_age(a->cell->world, a->life, at) < 18)
        return false;
    uint8_t home = ck_life_home(a->life, at);
    for (uint32_t i = 0; i < a->cell->lives; i++) {
        const ck_life *other = &a->cell->life[i];
        if (other != a->life && other->birth < a->life->birth && ck_life_home(other, at) == home)
            elder++;
    }
    return elder < 2;
}

/* ---- events ---- */

static uint32_t provider_of(const asking *a, uint32_t quarter, ck_draw *draw) {
    const ck_world *world = a->cell->world;
    uint32_t n = a->source->providers;
    if (n < 2)
        return 1;
    if (!ck_draw_chance(draw, 88000))
        return 1 + (uint32_t)ck_draw_below(draw, n);
    return 1 + (uint32_t)(ck_place_unit(world, ck_life_dwelling(a->cell, a->entry.life, quarter)) * n / world->units);
}

static void give_event(asking *a, uint32_t quarter, uint32_t number, ck_draw *draw) {
    const ck_world *world = a->cell->world;
    ck_entry *entry = &a->entry;
    entry->provider = provider_of(a, quarter, draw);
    entry->event_day = world->begins[quarter] + (int32_t)ck_draw_below(draw, (uint64_t)(world->begins[quarter + 1] - world->begins[quarter]));
    if (entry->event_day < a->life->birth)
        entry->event_day = a->life->birth;
    entry->end_day = entry->event_day + (int32_t)(ck_draw_below(draw, 4) * ck_draw_below(draw, 8));
    entry->event = number + 1;
    entry->episode = 0;
    do {
        entry->episode++;
        give(a, a->life->stay[0].quarter, quarter, ((uint64_t)quarter * EVENTS_MAX + number) * EPISODES_MAX + entry->episode - 1,
             QUARTER_STEPS * EVENTS_MAX * EPISODES_MAX);
    } while (entry->episode < EPISODES_MAX && ck_draw_chance(draw, a->source->episodes));
}

/* A geometric number with the rate's mean, times what is the person's own: many have few, a few have many. */
static void ask_quarter(asking *a, uint32_t quarter, uint32_t times) {
    ck_draw draw = ck_draw_of(a->cell->world->seed, CK_STREAM_EVENT, (a->person * SOURCES_MAX + a->entry.source) * CK_QUARTERS + quarter);
    uint64_t mean = (uint64_t)a->source->events[age_band(ck_life_age(a->cell->world, a->life, quarter + 1))] * times / 100;
    uint32_t again = (uint32_t)(mean * 100000 / (100000 + mean));
    for (uint32_t number = 0; number < EVENTS_MAX && ck_draw_chance(&draw, again); number++)
        give_event(a, quarter, number, &draw);
}

static void ask_events(asking *a) {
    static const uint32_t own[] = {40, 60, 60, 80, 100, 100, 140, 220};
    ck_draw draw = ck_draw_of(a->cell->world->seed, CK_STREAM_MEMBER, (a->person * SOURCES_MAX + a->entry.source) * 2);
    uint32_t at = refreshed(a), times = own[ck_draw_below(&draw, 8)];
    int32_t end = ck_life_last(a->life, at), first = a->source->window ? (int32_t)at - a->source->window + 1 : 0;
    if (first < a->life->stay[0].quarter)
        first = a->life->stay[0].quarter;
    for (int32_t q = first; q <= end; q++)
        if (fits(a, (uint32_t)q) && is_here(a, (uint32_t)q))
            ask_quarter(a, (uint32_t)q, times);
}

/* A row for each year, beginning in April, of which a quarter was spent in the source. */
static void ask_yearly(asking *a) {
    int32_t until = 0, since = joins(a, &until), at = (int32_t)refreshed(a), first = a->source->window ? at - a->source->window + 1 : 0;
    int32_t end = ck_life_last(a->life, (uint32_t)at);
    if (since < 0)
        return;
    end = until - 1 < end ? until - 1 : end;
    for (int32_t q = since > first ? since : first; q <= end; q++) {
        int32_t last = q + 3 - (q + 3) % 4; /* the January of the year: quarters 1, 5, ... begin in April */
        last = last > end ? end : last;
        if (!is_here(a, (uint32_t)since))
            return;
        give(a, (uint32_t)since, (uint32_t)last, (uint64_t)(q + 3) / 4, QUARTER_STEPS);
        q = last;
    }
}

/* ---- births and deaths ---- */

static void ask_birth(asking *a) {
    uint32_t at = refreshed(a), quarter = a->life->born;
    if (quarter > at || (a->source->window && quarter + a->source->window <= at) || ck_life_last(a->life, quarter) != (int32_t)quarter || !is_here(a, quarter))
        return;
    a->entry.event_day = a->life->birth;
    give(a, quarter, quarter, 0, 1);
}

static void ask_death(asking *a) {
    const ck_world *world = a->cell->world;
    uint32_t at = refreshed(a);
    int32_t end = ck_life_last(a->life, at);
    if (a->life->death >= world->begins[at + 1] || end < 0 || (a->source->window && a->life->death < world->begins[at + 1 - a->source->window]) || !is_here(a, (uint32_t)end))
        return;
    a->entry.event_day = a->life->death;
    give(a, (uint32_t)end, (uint32_t)end, 0, 1);
}

void ck_source_rows(const ck_cell *cell, uint32_t source, uint32_t life, ck_entry_take *take, void *user) {
    const ck_world *world = cell->world;
    asking a = {.cell = cell, .source = &world->shape->sources[source], .life = &cell->life[life], .person = ck_life_person(cell, life),
                .entry = {.source = source, .life = life, .provider = 1}, .take = take, .user = user};
    if (ck_life_last(a.life, world->quarter) < 0 || a.life->stay[0].quarter > refreshed(&a))
        return;
    ck_draw draw = ck_draw_of(world->seed, CK_STREAM_MEMBER, ~(a.person * SOURCES_MAX + source));
    a.luck = (uint32_t)ck_draw_below(&draw, 100000);
    switch (a.source->membership) {
    case CK_MEMBER_REGISTER: ask_register(&a); break;
    case CK_MEMBER_TENANT: ask_dwelling(&a, is_tenant(&a)); break;
    case CK_MEMBER_LIABLE: ask_dwelling(&a, is_liable(&a)); break;
    case CK_MEMBER_EVENTS: ask_events(&a); break;
    case CK_MEMBER_YEARLY: ask_yearly(&a); break;
    case CK_MEMBER_BIRTH: ask_birth(&a); break;
    case CK_MEMBER_DEATH: ask_death(&a); break;
    }
}
