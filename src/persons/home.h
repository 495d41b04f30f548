/** Which rows name the same home: by its own number (UPRN), else by its standardised address. Local.
 *
 *      "FLAT 3, 77 Harbour Terrace", E14 0NU  and  "77 HARBOUR TERR FLAT 3", E14 0NU     E14 0NU|3|77
 *      "Flat 4 Wood House, Holly Court", E1W 7NU                                         E1W 7NU|4||WOOD
 *      "12 High Street" without a postcode                                               ||12|HIGH ST
 *
 *  With a postcode and a house number the street says nothing more (a postcode is some fifteen addresses of one street) and its typing errors are not heard; without a
 *  house number the first word of the building does, without a postcode every word. */
#ifndef CK_PERSONS_HOME_H
#define CK_PERSONS_HOME_H
#include "base/text.h"
#include "store/people.h"

enum { CK_HOME_KEY_ROOM = 512 };
/** The key of an address, its length; 0 when it does not tell a home (no number and no name of a building). `postcode` may be empty. */
size_t ck_home_key(ck_span address, ck_span postcode, char key[CK_HOME_KEY_ROOM]);
/** Does the address say that it is a communal establishment: a care home, a hostel, a hall of residence ...? */
bool ck_home_is_communal(ck_span address);

/** What tells homes, of all records. */
typedef struct ck_home_input {
    uint64_t records;
    const uint32_t *number;       /**< [records] code of the home's number, 0: missing; NULL: there is no such column */
    uint32_t numbers;             /**< codes are 1 .. numbers */
    uint32_t ncolumns;            /**< of the address */
    const ck_dict *const *dict;   /**< [ncolumns] */
    const uint32_t *const *code;  /**< [ncolumns][records] */
    const bool *is_postcode;      /**< [ncolumns]; the others are joined in order */
} ck_home_input;

typedef struct ck_homes {
    uint32_t *home;     /**< [records] 1 .. count, 0: none. Up to `numbers` it is a number's code, above an address's */
    uint64_t count;
    uint32_t numbers;
    bool *communal;     /**< [count + 1] */
} ck_homes;

/** An address that bears a number in more than half of its rows that bear any is the home of that number. */
ck_status ck_homes_find(ck_error *error, const ck_home_input *input, ck_homes *homes);
void ck_homes_free(ck_homes *homes);

#endif
