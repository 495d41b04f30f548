/** Does a column look as if it names people, whatever its name? Counts over its values, never the values themselves. Local.
 *
 *      ck_identifying seen = {0};
 *      ck_identifying_add(&seen, value, rows);     each value that would go out
 *      ck_identifying_say(&seen, distinct);        why it may not, or NULL */
#ifndef CK_RELEASE_IDENTIFYING_H
#define CK_RELEASE_IDENTIFYING_H
#include "base/text.h"
#include <stdint.h>

typedef struct ck_identifying {
    uint64_t values;       /**< that are not empty */
    uint64_t nhs_numbers, postcodes, emails, phones;
} ck_identifying;

/** A value that stands in `rows` rows. */
void ck_identifying_add(ck_identifying *seen, ck_span value, uint64_t rows);
/** Refused are columns of which more than 1 % are valid NHS numbers, full postcodes, or e-mail addresses, more than half
 *  telephone numbers, or of which nearly every value is another (more than 90 % distinct among 100 or more). `distinct`: values without repetition. @return a clause for a sentence, or NULL */
const char *ck_identifying_say(const ck_identifying *seen, uint64_t distinct);

#endif
