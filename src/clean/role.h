/** What a column of a person's record says, told by its kind and by its name: the ladder of a comparison, the parts of
 *  keys, and what people of one home share follow from it. Pure functions. Local, thread-safe.
 *
 *      ck_role_of("Given_Name", CK_KIND_TEXT)         CK_ROLE_FORENAME
 *      ck_role_of("patient_surname_2", CK_KIND_NAME)  CK_ROLE_SURNAME
 *      ck_role_of("rec_id", CK_KIND_TEXT)             CK_ROLE_NONE: an id is no property of a person
 */
#ifndef CK_CLEAN_ROLE_H
#define CK_CLEAN_ROLE_H
#include <carrick/kind.h>

typedef enum ck_role {
    CK_ROLE_NONE,         /**< not to be compared: ids of rows, clusters and sources, parts of dates */
    CK_ROLE_FORENAME,     /**< also middle names */
    CK_ROLE_SURNAME,      /**< also previous ones */
    CK_ROLE_FULL_NAME,
    CK_ROLE_BIRTH_DATE,
    CK_ROLE_DATE,         /**< of anything else */
    CK_ROLE_SEX,
    CK_ROLE_POSTCODE,
    CK_ROLE_ADDRESS,      /**< street, or the whole address */
    CK_ROLE_HOUSE_NUMBER,
    CK_ROLE_DWELLING,     /**< number of the home itself: a UPRN */
    CK_ROLE_PLACE,        /**< town, county, country */
    CK_ROLE_PHONE,
    CK_ROLE_EMAIL,
    CK_ROLE_IDENTIFIER,   /**< number of the person: NHS, insurance, passport */
    CK_ROLE_NORTHING,     /**< where a home is: latitude, or metres of a grid */
    CK_ROLE_EASTING,      /**< longitude, or metres of a grid */
    CK_ROLE_AMOUNT,       /**< numbers that differ by little */
    CK_ROLE_CATEGORY,     /**< occupation, ethnicity, any word of a list */
    CK_ROLE_TEXT,         /**< anything else */
    CK_ROLE_COUNT
} ck_role;

/** The role of a column. Its kind tells where it can; the words of its name otherwise, English and a few others', in
 *  any case and however they are joined ("first name", FirstName, first_name). A number after the name (_2) is ignored. */
ck_role ck_role_of(const char *column, ck_kind kind);

/** The role that the words of a name tell, CK_ROLE_COUNT when they tell none: a header of which no kind is known. */
ck_role ck_role_of_name(const char *column);

/** The word of a role ("house_number"). */
const char *ck_role_name(ck_role role);

#endif
