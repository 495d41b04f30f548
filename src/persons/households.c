#include "persons/households.h"
#include "base/memory.h"

enum { CHILD_BELOW = 18, GENERATION = 15 };

/* ---- households ---- */

static void number_households(const ck_homes *homes, const uint32_t *winner, uint32_t *of_home, ck_households *out) {
    for (uint64_t p = 0; p < out->persons; p++) {
        uint32_t home = winner[p] == CK_NO_WINNER ? 0 : homes->home[winner[p]];
        if (home && !of_home[home]) {
            of_home[home] = (uint32_t)++out->households;
            out->key[out->households - 1] = home <= homes->numbers ? CK_HOUSEHOLD_BY_NUMBER : CK_HOUSEHOLD_BY_ADDRESS;
            out->kind[out->households - 1] = homes->communal[home] ? CK_HOUSEHOLD_COMMUNAL : CK_HOUSEHOLD_PRIVATE;
        }
        out->household[p] = home ? of_home[home] : 0;
        if (home)
            out->size[of_home[home] - 1]++;
    }
}

ck_status ck_households_make(ck_error *error, const ck_homes *homes, const uint32_t *winner, uint64_t persons, uint64_t institution, ck_households *out) {
    uint64_t most = persons < homes->count ? persons : homes->count;
    uint32_t *of_home = ck_alloc_zero(error, homes->count + 1, sizeof *of_home);
    *out = (ck_households){.persons = persons, .household = ck_alloc(error, persons, sizeof *out->household), .size = ck_alloc_zero(error, most, sizeof *out->size),
                           .kind = ck_alloc_zero(error, most, 1), .key = ck_alloc_zero(error, most, 1)};
    if (error->status == CK_OK) {
        number_households(homes, winner, of_home, out);
        for (uint64_t h = 0; h < out->households; h++)
            if (out->kind[h] == CK_HOUSEHOLD_PRIVATE && out->size[h] > institution)
                out->kind[h] = CK_HOUSEHOLD_LARGE;
    }
    ck_free(of_home);
    return error->status;
}

/* ---- types ---- */

const char *const ck_household_types[CK_TYPES] = {"one adult",    "couple",        "one adult with children", "adults with children", "sharers",
                                                  "other adults", "children only", "ages not known",          "institution"};

void ck_household_ages_add(ck_household_ages *ages, int age) {
    if (age < 0)
        ages->unknown++;
    else if (age < CHILD_BELOW)
        ages->children++;
    else {
        ages->youngest = ages->adults == 0 || age < ages->youngest ? age : ages->youngest;
        ages->oldest = ages->adults == 0 || age > ages->oldest ? age : ages->oldest;
        ages->adults++;
    }
}

ck_household_type ck_household_type_of(const ck_household_ages *ages, ck_household_kind kind) {
    if (kind != CK_HOUSEHOLD_PRIVATE)
        return CK_TYPE_INSTITUTION;
    if (ages->unknown)
        return CK_TYPE_UNKNOWN;
    if (ages->adults == 0)
        return CK_TYPE_CHILDREN;
    if (ages->children)
        return ages->adults == 1 ? CK_TYPE_ONE_ADULT_CHILDREN : CK_TYPE_ADULTS_CHILDREN;
    if (ages->adults == 1)
        return CK_TYPE_ONE_ADULT;
    if (ages->oldest - ages->youngest > GENERATION)
        return CK_TYPE_OTHER_ADULTS;
    return ages->adults == 2 ? CK_TYPE_COUPLE : CK_TYPE_SHARERS;
}
