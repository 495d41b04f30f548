/** persons.h5 as the tables of persons need it: attributes by what they say, dates. Rank 0, Local. */
#ifndef CK_CLI_PERSON_TABLE_H
#define CK_CLI_PERSON_TABLE_H
#include "clean/role.h"
#include "cli/command.h"
#include "store/households.h"
#include "store/people.h"

typedef struct ck_person_table {
    ck_people people;         /**< of persons.h5, with codes and ids */
    ck_households households; /**< household NULL where the job has none */
    char *as_of;              /**< of --as-of, else the job's, or NULL */
    int64_t day;              /**< the same, days since 1970 */
} ck_person_table;

/** CK_FILE when stage persons was not run on what is in the folder now; CK_USAGE for a date that is none. */
ck_status ck_person_table_open(ck_error *error, const ck_options *options, const char *folder, ck_person_table *table);
void ck_person_table_close(ck_person_table *table);
/** The first column of that role, or UINT32_MAX. */
uint32_t ck_person_table_role(const ck_person_table *table, ck_role role);
/** Day of birth of each person, CK_NO_DATE where it is not known; NULL when no attribute is a date of birth. The caller frees. */
ck_status ck_person_births(ck_error *error, const ck_person_table *table, int64_t **birth);
/** The same of a date of death: attribute `died`, `date_of_death` or `death_date`. */
ck_status ck_person_deaths(ck_error *error, const ck_person_table *table, int64_t **death);

#endif
