/** Households: the persons of one home. Local.
 *
 *  A person lives in the home that wins among the person's rows (persons/winner.h). Households are numbered from 1 in the order of their smallest person, so the same
 *  index and rule give the same numbers. Institutions are homes of more than so many persons, and those whose address says that they are communal. */
#ifndef CK_PERSONS_HOUSEHOLDS_H
#define CK_PERSONS_HOUSEHOLDS_H
#include "persons/home.h"
#include "persons/winner.h"
#include "store/households.h"

/** winner: [persons] record whose home is the person's, or CK_NO_WINNER. */
ck_status ck_households_make(ck_error *error, const ck_homes *homes, const uint32_t *winner, uint64_t persons, uint64_t institution, ck_households *out);

/** Types of private households by the ages of who is in them. A child is younger than 18. */
typedef enum ck_household_type {
    CK_TYPE_ONE_ADULT, CK_TYPE_COUPLE, CK_TYPE_ONE_ADULT_CHILDREN, CK_TYPE_ADULTS_CHILDREN, CK_TYPE_SHARERS, CK_TYPE_OTHER_ADULTS, CK_TYPE_CHILDREN,
    CK_TYPE_UNKNOWN, CK_TYPE_INSTITUTION,
    CK_TYPES
} ck_household_type;
extern const char *const ck_household_types[CK_TYPES];

/** Ages that are known of a household's people. */
typedef struct ck_household_ages {
    uint32_t adults, children, unknown;
    int youngest, oldest; /**< adults */
} ck_household_ages;
void ck_household_ages_add(ck_household_ages *ages, int age); /**< age < 0: not known */
/** A couple: two adults at most 15 years apart. Sharers: three adults or more, all within 15 years. Other adults: grown-up children, for one. */
ck_household_type ck_household_type_of(const ck_household_ages *ages, ck_household_kind kind);

#endif
