/** One column of an extract: what it is, under which name and kind it stands in the job, and why; or why it is left out.
 *  A name is a claim, the values are the proof: where they disagree, the values win and the reason says so. Local. */
#ifndef CK_INIT_GUESS_H
#define CK_INIT_GUESS_H
#include "init/date_shapes.h"
#include "init/header.h"
#include "init/looks.h"

/** How a full name is cut into forename and surname. */
typedef enum ck_split {
    CK_SPLIT_NONE,
    CK_SPLIT_COMMA,          /**< Smith, Ann */
    CK_SPLIT_FORENAME_FIRST, /**< Ann Smith */
    CK_SPLIT_SURNAME_FIRST   /**< Smith Ann */
} ck_split;

enum { CK_GUESS_NAME = 72, CK_GUESS_WHY = 320 };

typedef struct ck_guess {
    ck_meaning meaning;
    const char *kind;          /**< word of a kind, or NULL: left out */
    char name[CK_GUESS_NAME];  /**< in the job */
    char why[CK_GUESS_WHY];    /**< evidence, or the reason to leave it out */
    bool is_id_only;           /**< left out, but it may be the id of the rows */
    uint32_t npart, part[3];   /**< columns that it is made of: year, month and day; npart 0: itself */
    ck_split split;            /**< of a full name: it can be written as two columns (split_names: it is) */
    bool split_names;
    ck_looks looks;
    ck_date_shapes dates;      /**< of kinds of dates */
} ck_guess;

ck_status ck_guess_column(ck_error *error, const ck_extract *extract, uint32_t column, bool month_first, ck_guess *guess);
void ck_guess_free(ck_guess *guess);
/** Leave the column out, for a reason. */
void ck_guess_leave_out(ck_guess *guess, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** Name and kind of a meaning; `why` as printf. */
void ck_guess_take(ck_guess *guess, ck_meaning meaning, const char *kind, const char *format, ...) __attribute__((format(printf, 4, 5)));
/** A share as a whole percentage; never 100 for less than all, nor 0 for more than none. */
unsigned ck_percent(double share);

#endif
