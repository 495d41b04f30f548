/** Which value of an attribute wins where rows of one person disagree. Never knows what an attribute says. Local.
 *
 *      ck_person_records of = {0};
 *      ck_person_records_make(&error, person, records, persons, &of);
 *      ck_find_winners(&error, &of, &input, winner);     winner[p]: a record that has the value, or CK_NO_WINNER
 *
 *  Rules, each with its ties in order; the last word has the smaller record number, so nothing is left to chance:
 *
 *      most_frequent   rows with the value, then its best source
 *      most_recent     its latest date (known before unknown), then the best source on that date, then rows
 *      priority        its best source, then rows in that source
 *
 *  The best source is the one of smallest rank.
 */
#ifndef CK_PERSONS_WINNER_H
#define CK_PERSONS_WINNER_H
#include <carrick/status.h>
#include <stdint.h>

typedef enum ck_winner_rule { CK_WINNER_MOST_FREQUENT, CK_WINNER_MOST_RECENT, CK_WINNER_PRIORITY } ck_winner_rule;

/** The records of every person, in rising order: record[offset[p] .. offset[p + 1]). */
typedef struct ck_person_records {
    uint64_t persons;
    uint64_t *offset; /**< [persons + 1] */
    uint32_t *record;
    uint64_t longest; /**< records of the person with most */
} ck_person_records;

ck_status ck_person_records_make(ck_error *error, const uint32_t *person, uint64_t records, uint64_t persons, ck_person_records *of);
void ck_person_records_free(ck_person_records *of);

#define CK_NO_DATE INT64_MIN
#define CK_NO_WINNER UINT32_MAX

/** What the rule looks at, each [records]. */
typedef struct ck_winner_input {
    ck_winner_rule rule;
    const uint32_t *value; /**< number of the value, 0: missing, or not valid on the date */
    const uint32_t *rank;  /**< of the record's source */
    const uint32_t *rows;  /**< that the record stands for; NULL: one each */
    const int64_t *date;   /**< CK_NO_DATE: not known; NULL: of none */
} ck_winner_input;

/** winner: [persons]. */
ck_status ck_find_winners(ck_error *error, const ck_person_records *of, const ck_winner_input *input, uint32_t *winner);

#endif
