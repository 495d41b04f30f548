/** All contacts of a person put together: rows of any tables that have a person key and a date become contacts in order; rows of one stay (a spell) become one
 *  contact; admissions soon after a discharge are readmissions. Local.
 *
 *      ck_collation c = {0};
 *      ck_collate_add(&error, &c, &table);      each table: reads its CSV file
 *      ck_collate(&error, &c, 30);              joins, orders and counts
 *      c.contact[0 .. c.contacts)               by person, then date
 *      ck_collation_free(&c);
 *
 *  What comes out is a function of the rows alone: their order in the files, and that of the files, say nothing. */
#ifndef CK_RELEASE_COLLATE_H
#define CK_RELEASE_COLLATE_H
#include "condition/intern.h"
#include <stdbool.h>

/** One CSV file and what its columns are; NULL: it has none such. */
typedef struct ck_collate_table {
    char *file, *kind;                                   /**< path; word for its contacts */
    char *person, *start, *end, *provider, *spell, *order, *method; /**< headers */
    uint32_t nformat, nemergency;
    char **format;                                       /**< [nformat] of dates; default %Y-%m-%d */
    char **emergency;                                    /**< [nemergency] values of `method` of admissions that may be readmissions; none: all may */
    bool admissions;                                     /**< its contacts are admissions */
} ck_collate_table;

#define CK_NO_DAY INT32_MIN

typedef struct ck_contact {
    uint32_t person, kind, provider, spell; /**< numbers of texts; spell 0: none */
    int32_t start, end;          /**< days since 1970; end CK_NO_DAY: not known */
    int32_t since;               /**< days from the last discharge to this admission; CK_NO_DAY: none before, or no admission */
    uint32_t order;              /**< of the episode, UINT32_MAX: none */
    uint32_t episodes;           /**< rows that are this contact */
    bool admission, emergency, readmission, transfer; /**< transfer: it began on the day of the last discharge or before, so that it is no readmission */
} ck_contact;

typedef struct ck_collation {
    ck_intern texts;             /**< persons, kinds, providers, spells; 0 is the empty text */
    uint32_t *rank;              /**< [texts] place in bytewise order from 1, after ck_collate; NULL without contacts */
    uint64_t contacts;           /**< rows until ck_collate joins those of a spell */
    ck_contact *contact;
    size_t room;
    uint64_t rows, without_person, without_date; /**< read; left out for want of a key; of a start */
} ck_collation;

ck_status ck_collate_add(ck_error *error, ck_collation *c, const ck_collate_table *table);
/** Readmission: an admission that may be one, from 1 to `days` days after the last discharge of the person by any provider. */
ck_status ck_collate(ck_error *error, ck_collation *c, uint32_t days);
void ck_collation_free(ck_collation *c); /**< accepts a zeroed struct */

/** Is `next` at the first contact of another person? Contacts [i, end) are of one person. @return end */
uint64_t ck_collation_person_end(const ck_collation *c, uint64_t i);

#endif
