/** Calls: a rank that has nothing to do asks another for bytes, and the other answers when it comes to it; both go on meanwhile.
 *
 *      ck_calls_open(comm, error, room, &calls);
 *      while (is_busy() || !ck_calls_end(&calls))      every rank, until all have nothing left
 *          if (ck_calls_hear(&calls, &who, question))  somebody asks
 *              ... write at most calls.room bytes to calls.out ..., ck_calls_answer(&calls, who, n);
 *          else if (ck_calls_reply(&calls, &n))        n bytes of calls.in are the answer
 *              ...
 *          else if (ck_calls_may_ask(&calls))
 *              ck_calls_ask(&calls, other, question);
 *
 *  A rank that computes hears nothing until its main thread comes by, as with any message of MPI's, one-sided ones too where the network cannot do without the
 *  processor. Nothing here blocks but close, nothing allocates between open and close, and all functions are Local and the main thread's.
 */
#ifndef CK_PAR_CALLS_H
#define CK_PAR_CALLS_H
#include "par/par.h"
#include <stdbool.h>

enum { CK_QUESTION_WORDS = 2 };

typedef struct ck_calls {
    const ck_comm *comm;
    uint64_t room;       /**< bytes of an answer, at most; one message */
    void *out, *in;      /**< [room] */
    /* inner part */
    struct ck_calls_open *open;
    uint64_t question[CK_QUESTION_WORDS];
    int asked;           /* rank that has not answered yet, or -1 */
    int ending;          /* 0: this rank may have work; 1: it has none; 2: nobody has; 3: it waits for no answer; 4: nobody does */
} ck_calls;

/** Answers of at most `room` bytes, 4 MiB at most. CK_MEMORY. */
ck_status ck_calls_open(const ck_comm *comm, ck_error *error, uint64_t room, ck_calls *calls);
/** After ck_calls_end. Accepts a zeroed struct. */
void ck_calls_close(ck_calls *calls);

/** May this rank ask now? Not while it waits for an answer, nor when nobody has work any more. */
bool ck_calls_may_ask(const ck_calls *calls);
void ck_calls_ask(ck_calls *calls, int rank, const uint64_t question[CK_QUESTION_WORDS]);
/** Does somebody ask? To be answered at once. False while an earlier answer is under way. */
bool ck_calls_hear(ck_calls *calls, int *who, uint64_t question[CK_QUESTION_WORDS]);
/** Answer with the first `n` bytes of `out`, which are not to be changed until ck_calls_hear hears again. */
void ck_calls_answer(ck_calls *calls, int who, uint64_t n);
/** Has the answer come? It stays until the next question. */
bool ck_calls_reply(ck_calls *calls, uint64_t *n);
/** For a rank that has nothing left but what answers bring it: true when all ranks say so and no question is open. Until then it goes on hearing. */
bool ck_calls_end(ck_calls *calls);

#endif
