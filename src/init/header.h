/** What the name of a column says, in the languages that extracts come in. A first guess: the values have the last word
 *  (kinds.h of this room). Local, thread-safe.
 *
 *      ck_header_meaning("PatientFirstName")   CK_MEANS_FORENAME
 *      ck_header_meaning("Geburtsdatum")       CK_MEANS_BIRTH_DATE
 */
#ifndef CK_INIT_HEADER_H
#define CK_INIT_HEADER_H
#include "init/extract.h"

typedef enum ck_meaning {
    CK_MEANS_NOTHING, /**< no word that is known */
    CK_MEANS_FORENAME, CK_MEANS_MIDDLE_NAME, CK_MEANS_SURNAME, CK_MEANS_PREVIOUS_SURNAME, CK_MEANS_FULL_NAME,
    CK_MEANS_BIRTH_DATE, CK_MEANS_BIRTH_YEAR, CK_MEANS_BIRTH_MONTH, CK_MEANS_BIRTH_DAY, CK_MEANS_BIRTH_PLACE, CK_MEANS_AGE, CK_MEANS_SEX,
    CK_MEANS_POSTCODE, CK_MEANS_ADDRESS, CK_MEANS_HOUSE_NUMBER, CK_MEANS_TOWN, CK_MEANS_COUNTY, CK_MEANS_COUNTRY,
    CK_MEANS_LATITUDE, CK_MEANS_LONGITUDE, CK_MEANS_NORTHING, CK_MEANS_EASTING, /**< in degrees; in metres of a grid */
    CK_MEANS_PHONE, CK_MEANS_EMAIL, CK_MEANS_NHS_NUMBER, CK_MEANS_UPRN, CK_MEANS_IDENTIFIER,
    CK_MEANS_CATEGORY, CK_MEANS_DATE, CK_MEANS_AMOUNT, CK_MEANS_TEXT,
    CK_MEANS_ROW_ID,  /**< names a row and nothing else */
    CK_MEANS_SOME_ID, /**< some id: of the row, of the person or of something else */
    CK_MEANS_TRUTH,   /**< says who is who: never used */
    CK_MEANS_SOURCE,  /**< says where a row comes from */
    CK_MEANS_GROUP,   /**< a household or family: several people */
    CK_MEANS_STAMP,   /**< when a row was written */
    CK_MEANS_COUNT
} ck_meaning;

/** The meaning of a column's name (UTF-8). Of several words that are known the longest counts. */
ck_meaning ck_header_meaning(const char *header);
/** Does it speak of somebody else: a mother, a next of kin, a doctor? */
bool ck_header_is_others(const char *header);
/** The name as a plain word for the job: letters, digits and _, in lower case, not beginning with a digit. Empty when it
 *  has no letters of the alphabet. `room` >= 2 bytes. */
void ck_header_word(const char *header, char *word, size_t room);
/** Is the first row a row like the others? */
bool ck_header_is_missing(const ck_extract *extract);

#endif
