/** What goes wrong when a value is typed, heard or written down. Each function changes one value. ASCII only.
 *  Local, thread-safe. */
#ifndef CK_SYNTH_ERRORS_H
#define CK_SYNTH_ERRORS_H
#include "synth/draw.h"
#include <stddef.h>

/** One of: two letters exchanged, one left out, one put in, one replaced (by a neighbour on the keyboard every other
 *  time). `room` bytes hold the text and its NUL; a text shorter than two stays. */
void ck_err_typo(ck_draw *draw, char *text, size_t room);
/** One digit replaced or two exchanged. */
void ck_err_digits(ck_draw *draw, char *text);
/** One of the last two letters of a postcode replaced by another that may stand there. */
void ck_err_postcode(ck_draw *draw, char *postcode);

void ck_err_day(ck_draw *draw, int *day);      /**< any other from 1 to 28 */
void ck_err_month(ck_draw *draw, int *month);  /**< any other */
void ck_err_year(ck_draw *draw, int *year);    /**< off by 1 or by 10 */
void ck_err_day_month(int *day, int *month);   /**< exchanged, where that gives a month */
/** YYYY-MM-DD; a day that the month lacks becomes its last. */
void ck_err_print_date(int year, int month, int day, char out[11]);

#endif
