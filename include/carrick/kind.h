/** The kinds of a linkage column; each has its cleaning (docs/cleaning.md). */
#ifndef CARRICK_KIND_H
#define CARRICK_KIND_H
#include <stdbool.h>

typedef enum ck_kind {
    CK_KIND_TEXT,       /**< bytes kept as they are */
    CK_KIND_NAME,       /**< upper-case letters and single spaces */
    CK_KIND_DATE,       /**< YYYY-MM-DD */
    CK_KIND_SEX,        /**< M or F */
    CK_KIND_POSTCODE,   /**< "AN NAA" with one space */
    CK_KIND_NHS_NUMBER, /**< ten digits with a valid check digit */
    CK_KIND_UPRN,       /**< up to twelve digits, no leading zero */
    CK_KIND_INTEGER,    /**< canonical decimal integer */
    CK_KIND_NUMBER,     /**< shortest decimal that reads back exactly */
    CK_KIND_EMAIL,      /**< trimmed, lower case */
    CK_KIND_CATEGORY,   /**< trimmed */
    CK_KIND_ADDRESS,    /**< upper-case letters, digits, single spaces */
    CK_KIND_PHONE,      /**< digits, without extension, code of the United Kingdom and leading zeros */
    CK_KIND_IDENTIFIER, /**< upper-case letters and digits */
    CK_KIND_BIRTH_DATE, /**< YYYY-MM-DD as a noisy record has it: unknown parts are ???? and ??, and the day may be none */
    CK_KIND_PSEUDONYM,  /**< a code without blanks; hexadecimal digits in lower case */
    CK_KIND_CLK,        /**< a Bloom filter in base64, of a multiple of 64 bits */
    CK_KIND_COUNT
} ck_kind;

/** Are values of the kind YYYY-MM-DD? */
static inline bool ck_kind_is_date(ck_kind kind) {
    return kind == CK_KIND_DATE || kind == CK_KIND_BIRTH_DATE;
}

/** The word used in job files and people.h5 ("nhs_number"). Local. */
const char *ck_kind_name(ck_kind kind);

/** The kind of a word, or CK_KIND_COUNT when there is none. Local. */
ck_kind ck_kind_parse(const char *word);

#endif
