#include "synth/quota.h"
#include "base/memory.h"

enum { BLOCK_CELLS = 64 };

typedef struct tally {
    uint64_t people, further; /* rows beyond the first of each */
} tally;

static void count_row(void *user, const ck_cell *cell, const ck_entry *entry) {
    (void)cell;
    (void)entry;
    ++*(uint64_t *)user;
}

static uint64_t rows_of(const ck_cell *cell, uint32_t life) {
    uint64_t rows = 0;
    for (uint32_t source = 0; source < cell->world->sources; source++)
        if (cell->world->shape->sources[source].counted)
            ck_source_rows(cell, source, life, count_row, &rows);
    return rows;
}

/* Walk the people of a block. Stops where a cut lies, if there is one there: people_left and further_left count down. */
static void walk_block(const ck_world *world, uint64_t block, ck_cell *cell, tally *counted, const tally *until, ck_quota *quota) {
    for (uint64_t number = block * BLOCK_CELLS; number < world->cells && number < (block + 1) * BLOCK_CELLS; number++) {
        ck_cell_tell(world, number, cell);
        for (uint32_t life = 0; life < cell->lives; life++) {
            uint64_t rows = rows_of(cell, life), further = rows ? rows - 1 : 0;
            counted->people += rows > 0;
            if (until && counted->people == until->people && rows > 0)
                quota->end = ck_life_person(cell, life) + 1;
            if (until && counted->further <= until->further && counted->further + further > until->further) {
                quota->free_end = ck_life_person(cell, life);
                quota->more = until->further - counted->further;
            }
            counted->further += further;
        }
    }
}

/* The cuts, in the one or two blocks where they lie: every rank finds them for itself. */
static void find_cuts(const ck_world *world, const tally *blocks, uint64_t nblocks, const tally *wanted, ck_cell *cell, ck_quota *quota) {
    tally before = {0};
    for (uint64_t b = 0; b < nblocks; b++) {
        tally after = {before.people + blocks[b].people, before.further + blocks[b].further};
        bool people = before.people < wanted->people && after.people >= wanted->people;
        bool further = before.further <= wanted->further && after.further > wanted->further;
        tally counted = before;
        if (people || further)
            walk_block(world, b, cell, &counted, wanted, quota);
        before = after;
    }
}

static void count_blocks(const ck_comm *comm, const ck_world *world, tally *blocks, uint64_t nblocks, ck_cell *cell) {
    uint64_t end = ck_par_share(comm, nblocks, comm->rank + 1);
    for (uint64_t b = ck_par_share(comm, nblocks, comm->rank); b < end; b++)
        walk_block(world, b, cell, &blocks[b], NULL, NULL);
    ck_par_sum(comm, (uint64_t *)blocks, nblocks * 2);
}

/* As many as the shape says for its default size, in proportion. */
static tally scale(const ck_shape *shape, uint64_t people) {
    uint64_t size = people ? people : shape->people;
    uint64_t persons = (uint64_t)((unsigned __int128)shape->counted_people * size / shape->people);
    uint64_t rows = (uint64_t)((unsigned __int128)shape->counted_rows * size / shape->people);
    return (tally){persons, shape->counted_rows ? rows - persons : UINT64_MAX};
}

ck_status ck_quota_find(const ck_comm *comm, ck_error *error, const ck_shape *shape, uint64_t people, uint64_t seed, ck_quota *quota) {
    ck_world world = {0};
    ck_cell *cell = NULL;
    tally *blocks = NULL;
    uint64_t nblocks = 0;
    *quota = (ck_quota){UINT64_MAX, UINT64_MAX, 0};
    if (!shape->counted_people)
        return ck_par_agree(comm, error);
    if (ck_par_agree(comm, error) != CK_OK)
        return error->status;
    if (ck_world_create(error, shape, people, seed, 1, &world) == CK_OK) {
        nblocks = (world.cells + BLOCK_CELLS - 1) / BLOCK_CELLS;
        blocks = ck_alloc_zero(error, nblocks, sizeof *blocks);
        cell = ck_alloc(error, 1, sizeof *cell);
    }
    if (ck_par_agree(comm, error) == CK_OK) {
        tally wanted = scale(shape, people);
        count_blocks(comm, &world, blocks, nblocks, cell);
        find_cuts(&world, blocks, nblocks, &wanted, cell, quota);
    }
    ck_free(cell);
    ck_free(blocks);
    ck_world_free(&world);
    return error->status;
}
