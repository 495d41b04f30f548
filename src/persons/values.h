/** What the rules of attributes look at, from the columns of people.h5. Local. */
#ifndef CK_PERSONS_VALUES_H
#define CK_PERSONS_VALUES_H
#include "persons/winner.h"
#include "store/people.h"

/** value[records]: a number for what the columns say together, 0 when all are missing; of one column its codes. */
ck_status ck_number_values(ck_error *error, uint32_t ncolumns, uint32_t *const *code, uint64_t records, uint32_t *value);

/** day[records] since 1970 of a column of dates, CK_NO_DATE where it is missing. */
ck_status ck_read_days(ck_error *error, const ck_dict *dict, const uint32_t *code, uint64_t records, int64_t *day);

/** What was not true on a day does not count: date later than it, from later than it, to not later than it. Each of the days may be NULL. value: 0 then. */
void ck_leave_invalid(const int64_t *date, const int64_t *from, const int64_t *to, int64_t as_of, uint64_t records, uint32_t *value);

/** How often the values of one source are not those that won. */
typedef struct ck_disagreements {
    uint64_t rows, differ;              /**< rows with a value; of them, with another than their person's */
    uint64_t persons, persons_differ;   /**< persons with a value in the source; with such a row */
    uint64_t seen, other;               /**< while counting: the last person + 1 that was counted as either */
} ck_disagreements;
/** count: [nsources], zeroed. `source`: of each record; `rows` as in ck_winner_input. */
void ck_count_disagreements(const ck_person_records *of, const uint32_t *value, const uint32_t *rows, const uint32_t *source, const uint32_t *winner,
                            ck_disagreements *count);

#endif
