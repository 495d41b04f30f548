/* Households: how a neighbourhood's people live together, who is who in a household. */
#include "synth/region.h"

/* Households in 1,000 by number of people, near the 2021 census of England and Wales. */
static const uint32_t size_share[CK_HOUSEHOLD_MAX] = {301, 340, 160, 129, 45, 17, 5, 3};

static uint32_t draw_size(ck_draw *draw) {
    uint64_t x = ck_draw_below(draw, 1000);
    uint32_t size = 1;
    while (size < CK_HOUSEHOLD_MAX && x >= size_share[size - 1])
        x -= size_share[size++ - 1];
    return size;
}

static ck_household_kind draw_kind(ck_draw *draw, uint32_t size) {
    uint64_t x = ck_draw_below(draw, 100);
    if (size == 1)
        return CK_ALONE;
    if (size == 2)
        return x < 68 ? CK_COUPLE : x < 88 ? CK_LONE_PARENT : CK_SHARERS;
    if (size == 3)
        return x < 66 ? CK_FAMILY : x < 88 ? CK_LONE_PARENT : CK_SHARERS;
    return x < 76 ? CK_FAMILY : x < 88 ? CK_LONE_PARENT : x < 96 ? CK_THREE_GENERATIONS : CK_SHARERS;
}

ck_household ck_household_of(const ck_region *region, uint64_t person) {
    uint64_t first = person - person % CK_NEIGHBOURHOOD, end = first + CK_NEIGHBOURHOOD;
    if (end > region->people)
        end = region->people;
    ck_draw sizes = ck_draw_of(region->seed, CK_STREAM_HOUSEHOLDS, first);
    ck_household household = {.first = first};
    for (;; household.first += household.size) {
        household.size = draw_size(&sizes);
        if (household.size > end - household.first)
            household.size = (uint32_t)(end - household.first);
        if (person < household.first + household.size)
            break;
    }
    ck_draw draw = ck_draw_of(region->seed, CK_STREAM_HOUSEHOLD, household.first);
    household.kind = region->shape == CK_SHAPE_PLAIN ? CK_UNRELATED : draw_kind(&draw, household.size);
    household.community = ck_pick(&region->names.community, &draw);
    bool mostly_women = household.kind == CK_LONE_PARENT;
    household.head_sex = ck_draw_chance(&draw, mostly_women ? 85000 : 50000) ? 'F' : 'M';
    return household;
}

ck_member_role ck_member_role_of(const ck_household *household, uint32_t position) {
    if (position == 0)
        return CK_HEAD;
    switch (household->kind) {
    case CK_ALONE:
    case CK_UNRELATED:
    case CK_SHARERS: return CK_SHARER;
    case CK_COUPLE: return CK_PARTNER;
    case CK_LONE_PARENT: return CK_CHILD;
    case CK_THREE_GENERATIONS: return position == 1 ? CK_PARTNER : position == 2 ? CK_ELDER : CK_CHILD;
    case CK_FAMILY: break;
    }
    return position == 1 ? CK_PARTNER : CK_CHILD;
}
