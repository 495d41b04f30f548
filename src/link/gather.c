#include "link/gather.h"
#include "base/memory.h"

/* --- room --------------------------------------------------------------------------------------------- */

static ck_load add_loads(ck_load a, ck_load b) {
    return (ck_load){a.members + b.members, a.copies + b.copies, a.words + b.words};
}
static ck_load larger(ck_load a, ck_load b) {
    return (ck_load){a.members > b.members ? a.members : b.members, a.copies > b.copies ? a.copies : b.copies,
                     a.words > b.words ? a.words : b.words};
}

static ck_load load_in(const ck_route *route, uint32_t w, int d) {
    return route->receive[w * (size_t)route->comm->size + (size_t)d];
}

/* What the largest wave needs. */
typedef struct room {
    ck_load out, in;
    uint64_t keys;
} room;

static room largest_wave(const ck_route *const *route, uint32_t nroutes) {
    room most = {0};
    for (uint32_t r = 0; r < nroutes; r++)
        for (uint32_t w = 0; w < route[r]->nwaves; w++) {
            ck_load out = {0}, in = {0};
            uint32_t begin, end;
            for (int d = 0; d < route[r]->comm->size; d++) {
                out = add_loads(out, ck_route_load(route[r], w, d));
                in = add_loads(in, load_in(route[r], w, d));
            }
            ck_route_keys(route[r], w, &begin, &end);
            most.out = larger(most.out, out);
            most.in = larger(most.in, in);
            most.keys = end - begin > most.keys ? end - begin : most.keys;
        }
    return most;
}

static ck_status take_room(ck_gather *gather, ck_error *error) {
    bool alone = gather->comm->size == 1, variable = gather->nroutes && gather->route[0]->layout->variable;
    room most = largest_wave(gather->route, gather->nroutes);
    gather->in = ck_alloc(error, most.in.members, sizeof *gather->in);
    gather->out = alone ? gather->in : ck_alloc(error, most.out.members, sizeof *gather->out);
    gather->out_words = ck_alloc(error, most.out.words, sizeof *gather->out_words);
    for (int k = 0; k < 2; k++)
        gather->in_words[k] = ck_alloc(error, most.in.words, sizeof **gather->in_words);
    if (variable)
        gather->copy_offset = ck_alloc(error, most.in.copies, sizeof *gather->copy_offset);
    gather->bytes = ck_alloc(error, 4 * (size_t)gather->comm->size, sizeof *gather->bytes);
    uint64_t bytes = (most.in.members + most.out.members) * sizeof *gather->in + (most.in.words + most.out.words) * sizeof(uint32_t);
    if (ck_flow_open(gather->comm, error, bytes, &gather->flow) == CK_OK)
        ck_group_open(error, most.in.members, most.keys, gather->nroutes ? gather->route[0]->nslices : 1, &gather->group);
    return error->status;
}

/* --- one wave ahead --------------------------------------------------------------------------------------- */

/* Send the next wave on its way. Copied rows arrive in the buffer that is not worked on. */
static void begin_wave(ck_gather *gather, bool leave) {
    const ck_route *route = gather->route[gather->next_pass];
    uint32_t w = gather->next_wave;
    size_t size = (size_t)gather->comm->size;
    uint64_t *out = gather->bytes, *in = out + size, *out_words = in + size, *in_words = out_words + size;
    ck_route_list(route, w, gather->out, gather->out_words);
    ck_flow_vote(&gather->flow, leave);
    if (size == 1)
        return;
    for (size_t d = 0; d < size; d++) {
        ck_load to = ck_route_load(route, w, (int)d), from = load_in(route, w, (int)d);
        out[d] = to.members * sizeof *gather->out;
        in[d] = from.members * sizeof *gather->in;
        out_words[d] = to.words * sizeof(uint32_t);
        in_words[d] = from.words * sizeof(uint32_t);
    }
    uint32_t *words = gather->in_words[0];
    gather->in_words[0] = gather->in_words[1];
    gather->in_words[1] = words;
    ck_flow_begin(&gather->flow, gather->out, out, gather->in, in);
    ck_flow_begin(&gather->flow, gather->out_words, out_words, words, in_words);
}

/* Copies of several ranks get numbers of their own, after the visible rows. */
static uint64_t number_copies(const ck_gather *gather, const ck_route *route, uint32_t w) {
    uint64_t copies = 0;
    ck_member *member = gather->in;
    for (int d = 0; d < gather->comm->size; d++) {
        ck_load load = load_in(route, w, d);
        if (!ck_rows_visible(route->rows, d))
            for (uint64_t i = 0; i < load.members; i++)
                member[i].row += (uint32_t)(route->rows->visible + copies);
        member += load.members;
        copies += load.copies;
    }
    return copies;
}

static void group_wave(ck_gather *gather, const ck_route *route, uint32_t w) {
    const uint32_t *words = gather->in_words[1];
    uint64_t members = 0, copies = number_copies(gather, route, w), at = 0;
    for (uint64_t c = 0; gather->copy_offset && c < copies; c++) {
        gather->copy_offset[c] = at;
        at += ck_row_words(route->layout, words + at);
    }
    for (int d = 0; d < gather->comm->size; d++)
        members += load_in(route, w, d).members;
    uint32_t begin, end;
    ck_route_keys(route, w, &begin, &end);
    const ck_row_finder finder = {route->layout, route->rows, words, gather->copy_offset};
    ck_group_sort(&gather->group, &finder, gather->in, (uint32_t)members, begin, end);
}

/* The wave after next_pass, next_wave; next_pass = nroutes when there is none. */
static void step(ck_gather *gather) {
    if (++gather->next_wave == gather->route[gather->next_pass]->nwaves) {
        gather->next_wave = 0;
        gather->next_pass++;
    }
}

ck_status ck_gather_open(const ck_comm *comm, ck_error *error, const ck_route *const *route, uint32_t nroutes, ck_gather *gather) {
    *gather = (ck_gather){.comm = comm, .route = route, .nroutes = nroutes};
    take_room(gather, error);
    if (ck_par_agree(comm, error) != CK_OK)
        ck_gather_close(gather);
    return error->status;
}

bool ck_gather_next(ck_gather *gather, bool leave) {
    if (gather->next_pass == gather->nroutes)
        return false;
    if (!gather->started || gather->comm->size == 1)
        begin_wave(gather, leave);
    gather->started = true;
    ck_flow_end(&gather->flow);
    if (gather->flow.outcome)
        return false;
    gather->pass = gather->next_pass;
    gather->wave = gather->next_wave;
    group_wave(gather, gather->route[gather->pass], gather->wave);
    step(gather);
    if (gather->comm->size > 1 && gather->next_pass < gather->nroutes)
        begin_wave(gather, leave);
    return true;
}

void ck_gather_close(ck_gather *gather) {
    ck_flow_close(&gather->flow);
    ck_group_close(&gather->group);
    if (gather->out != gather->in)
        ck_free(gather->out);
    ck_free(gather->in);
    ck_free(gather->out_words);
    ck_free(gather->in_words[0]);
    ck_free(gather->in_words[1]);
    ck_free(gather->copy_offset);
    ck_free(gather->bytes);
    *gather = (ck_gather){0};
}
