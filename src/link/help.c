#include "link/help.h"
#include "base/clock.h"
#include <sched.h>

static const double LEAST_REST = 0.001, MOST_REST = 0.064;

ck_status ck_help_open(ck_error *error, const ck_gather *gather, ck_help *help) {
    const ck_comm *comm = gather->comm;
    *help = (ck_help){.gather = gather, .next = comm->rank};
    if (ck_calls_open(comm, error, CK_PARCEL_BYTES, &help->calls) == CK_OK && comm->size > 1)
        ck_parcel_create(error, &help->parcel);
    if (ck_par_agree(comm, error) != CK_OK)
        ck_help_close(help);
    return error->status;
}

void ck_help_close(ck_help *help) {
    ck_calls_close(&help->calls);
    ck_parcel_free(help->parcel);
    *help = (ck_help){0};
}

void ck_help_give(ck_help *help, ck_tasks *tasks) {
    uint64_t sees[CK_QUESTION_WORDS];
    uint32_t helpers = (uint32_t)help->gather->comm->size - 1;
    int who;
    while (ck_calls_hear(&help->calls, &who, sees)) {
        const ck_layout *layout = help->gather->route[0]->layout;
        uint64_t words = ck_parcel_pack(tasks, layout, (ck_sight){sees[0], sees[1]}, helpers, help->calls.out);
        ck_calls_answer(&help->calls, who, words * sizeof(uint32_t));
    }
}

/* Everybody in turn, then a rest, which doubles while nothing is to be had. */
static void ask_next(ck_help *help) {
    const ck_comm *comm = help->gather->comm;
    const ck_route *route = help->gather->route[0];
    ck_sight sight = ck_rows_sight(route->layout, route->rows);
    if (help->refusals == 0 && ck_clock_seconds() < help->rest_until)
        return;
    help->next = (help->next + 1) % comm->size;
    if (help->next == comm->rank)
        help->next = (help->next + 1) % comm->size;
    ck_calls_ask(&help->calls, help->next, (uint64_t[]){sight.begin, sight.end});
}

static void note_refusal(ck_help *help) {
    if (++help->refusals < help->gather->comm->size - 1)
        return;
    help->refusals = 0;
    help->rest = help->rest < LEAST_REST ? LEAST_REST : help->rest < MOST_REST ? 2 * help->rest : MOST_REST;
    help->rest_until = ck_clock_seconds() + help->rest;
}

ck_tasks *ck_help_take(ck_help *help, bool more) {
    uint64_t bytes;
    if (ck_calls_reply(&help->calls, &bytes)) {
        if (bytes && more) {
            const ck_route *route = help->gather->route[ck_parcel_pass(help->calls.in)];
            ck_parcel_unpack(help->calls.in, route->keys, route->layout, route->rows, help->parcel);
            help->next = (help->next + help->gather->comm->size - 1) % help->gather->comm->size; /* the same again */
            help->refusals = 0;
            help->rest = 0;
            return &help->parcel->tasks;
        }
        note_refusal(help);
    }
    if (more && ck_calls_may_ask(&help->calls))
        ask_next(help);
    sched_yield();
    return NULL;
}

bool ck_help_ends(ck_help *help) {
    return ck_calls_end(&help->calls);
}
