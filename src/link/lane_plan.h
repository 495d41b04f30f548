/** From conditions to formulas over words that rows carry. Inner part of prepare.c. Local. */
#ifndef CK_LINK_LANE_PLAN_H
#define CK_LINK_LANE_PLAN_H
#include "link/worker.h"

/** What a derived word says of an expression. */
typedef enum ck_word_kind { CK_WORD_CODE, CK_WORD_LETTERS, CK_WORD_REST /**< of its glance */, CK_WORD_DAYS } ck_word_kind;

/** The derived words that formulas want. Until the layout is known, word d is number CK_WORDS_MAX + d. */
typedef struct ck_wanted_word {
    ck_word_kind kind;
    uint32_t column, expr; /**< expr: evaluator's number */
    const char *format;    /**< of CK_WORD_DAYS, borrowed from a condition */
} ck_wanted_word;
typedef struct ck_wanted {
    ck_evaluator *evaluator;
    ck_layout *layout;     /**< columns whose plain codes are wanted are marked in column_word */
    uint32_t n;
    ck_wanted_word word[CK_COLUMNS_MAX];
} ck_wanted;

/** The word of an expression's codes: the column's own, or a derived one. */
ck_status ck_want_code(ck_error *error, ck_wanted *wanted, const ck_expr *expr, uint32_t *word);
/** Formulas of a comparison's levels from `first` on, which `plan` has as its rest: as many as say something. */
ck_status ck_plan_lanes(ck_error *error, ck_wanted *wanted, const ck_comparison *comparison, uint32_t first, ck_plan *plan);
/** Fill the maps of all derived words, from codes of their columns: layout->derived, and shared->map for those that are made here. After
 *  ck_evaluator_prepare. */
ck_status ck_fill_words(ck_error *error, const ck_wanted *wanted, ck_shared *shared);

#endif
