/** Patterns of the learnt pairs. Inner part of learn.c. */
#ifndef CK_CHOOSE_COMPARE_PAIRS_H
#define CK_CHOOSE_COMPARE_PAIRS_H
#include "choose/learn.h"

/** Fill pattern[] from rows, a and b; on all threads. Local. */
ck_status ck_learned_compare(ck_error *error, const ck_choose_input *input, ck_learned *learned);

#endif
