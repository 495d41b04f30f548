#include "par/calls.h"
#include "base/clock.h"
#include "base/memory.h"
#include "par/handle.h"
#include <sched.h>

enum { QUESTION_TAG = 2, ANSWER_TAG = 3 };

/* An answer is pushed on for so long before its rank goes back to its work: the other waits for it, and most networks move large messages only while both
   are in MPI. */
static const double PATIENCE_SECONDS = 0.02;

struct ck_calls_open {
    MPI_Request question, answer, reply, ending;
    int bytes; /* of the reply under way */
};

ck_status ck_calls_open(const ck_comm *comm, ck_error *error, uint64_t room, ck_calls *calls) {
    *calls = (ck_calls){.comm = comm, .asked = -1};
    if (comm->size == 1)
        return error->status;
    calls->room = room < CK_PIECE_BYTES ? room : CK_PIECE_BYTES;
    calls->out = ck_alloc(error, calls->room, 1);
    calls->in = ck_alloc(error, calls->room, 1);
    calls->open = ck_alloc(error, 1, sizeof *calls->open);
    if (calls->open)
        *calls->open = (struct ck_calls_open){MPI_REQUEST_NULL, MPI_REQUEST_NULL, MPI_REQUEST_NULL, MPI_REQUEST_NULL, 0};
    return error->status;
}

void ck_calls_close(ck_calls *calls) {
    if (calls->open) {
        MPI_Wait(&calls->open->question, MPI_STATUS_IGNORE); /* all were answered */
        MPI_Wait(&calls->open->answer, MPI_STATUS_IGNORE);
    }
    ck_free(calls->out);
    ck_free(calls->in);
    ck_free(calls->open);
    *calls = (ck_calls){0};
}

static bool is_complete(MPI_Request *request) {
    int done = 0;
    MPI_Test(request, &done, MPI_STATUS_IGNORE);
    return done;
}

bool ck_calls_may_ask(const ck_calls *calls) {
    return calls->comm->size > 1 && calls->asked < 0 && calls->ending < 2;
}

void ck_calls_ask(ck_calls *calls, int rank, const uint64_t question[CK_QUESTION_WORDS]) {
    MPI_Wait(&calls->open->question, MPI_STATUS_IGNORE); /* it was answered */
    for (int k = 0; k < CK_QUESTION_WORDS; k++)
        calls->question[k] = question[k];
    calls->asked = rank;
    MPI_Isend(calls->question, CK_QUESTION_WORDS, MPI_UINT64_T, rank, QUESTION_TAG, ck_par_mpi(calls->comm), &calls->open->question);
}

bool ck_calls_hear(ck_calls *calls, int *who, uint64_t question[CK_QUESTION_WORDS]) {
    int there = 0;
    MPI_Status status;
    if (calls->comm->size == 1 || !is_complete(&calls->open->answer))
        return false;
    for (int glance = 0; glance < 2 && !there; glance++) /* the first may only have MPI look at the network */
        MPI_Iprobe(MPI_ANY_SOURCE, QUESTION_TAG, ck_par_mpi(calls->comm), &there, &status);
    if (there) {
        *who = status.MPI_SOURCE;
        MPI_Recv(question, CK_QUESTION_WORDS, MPI_UINT64_T, *who, QUESTION_TAG, ck_par_mpi(calls->comm), MPI_STATUS_IGNORE);
    }
    return there;
}

void ck_calls_answer(ck_calls *calls, int who, uint64_t n) {
    double until = ck_clock_seconds() + PATIENCE_SECONDS;
    MPI_Isend(calls->out, (int)n, MPI_BYTE, who, ANSWER_TAG, ck_par_mpi(calls->comm), &calls->open->answer);
    while (n && !is_complete(&calls->open->answer) && ck_clock_seconds() < until)
        sched_yield();
}

bool ck_calls_reply(ck_calls *calls, uint64_t *n) {
    MPI_Status status;
    int there = 0;
    if (calls->asked < 0)
        return false;
    if (calls->open->reply == MPI_REQUEST_NULL) {
        MPI_Iprobe(calls->asked, ANSWER_TAG, ck_par_mpi(calls->comm), &there, &status);
        if (!there)
            return false;
        MPI_Get_count(&status, MPI_BYTE, &calls->open->bytes);
        MPI_Irecv(calls->in, calls->open->bytes, MPI_BYTE, calls->asked, ANSWER_TAG, ck_par_mpi(calls->comm), &calls->open->reply);
    }
    if (!is_complete(&calls->open->reply))
        return false;
    *n = (uint64_t)calls->open->bytes;
    calls->asked = -1;
    return true;
}

/* Twice all ranks meet: when they have nothing left, whereupon no new questions are asked; and when theirs are answered. */
bool ck_calls_end(ck_calls *calls) {
    if (calls->comm->size == 1)
        return true;
    bool meets = calls->ending % 2 == 0;
    if (meets ? calls->ending == 2 && calls->asked >= 0 : !is_complete(&calls->open->ending))
        return false;
    if (meets)
        MPI_Ibarrier(ck_par_mpi(calls->comm), &calls->open->ending);
    return ++calls->ending == 4;
}
