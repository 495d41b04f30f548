/** What must be known of columns beyond their kinds and names, before comparisons are written and rules chosen. Collective. */
#ifndef CK_CHOOSE_FACTS_H
#define CK_CHOOSE_FACTS_H
#include "clean/role.h"
#include "clean/spikes.h"
#include "store/people.h"

typedef struct ck_column_facts {
    ck_role role;
    bool repeats;      /**< a full name that other columns hold in parts: keyed by its words, not compared */
    bool partial;      /**< a birth date of which parts may be unknown */
    bool years;        /**< a birth date of which nothing but the year is known, of any record */
    bool placeholder;  /**< a birth date that is 1 January so often (above 2 % of its values, or a spike of a source) that the day says nothing */
    uint32_t nmeaningless; /**< a birth date: dates that stand for "not known" in some source */
    char meaningless[CK_SPIKES_MAX][CK_SPIKE_TEXT];
    double chance;     /**< that two records with a value agree */
    uint32_t distinct; /**< values */
    double filled;     /**< share of records with a value */
} ck_column_facts;

/** Of the first `ncolumns` columns, with codes. facts: [ncolumns]. */
ck_status ck_column_facts_find(const ck_comm *comm, ck_error *error, const ck_people *people, uint32_t ncolumns, ck_column_facts *facts);

#endif
