/* Every unit's rows reach the rank and the wave that works on them, whatever ranks see of each other's memory. Run alone it is one rank;
   tests/ranks/rooms.sh runs it under mpirun at 1 to 4, with and without shared memory. */
#include "base/hash.h"
#include "base/memory.h"
#include "link/gather.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "rank_test.h"

enum { RECORDS = 331, KEYS = 40, GIANT = 7, SINGLE = 0, MULTI = 1 };

/* The keys of a record, rising; the giant's is common, and some records have none. */
static uint32_t keys_of(uint32_t record, bool multi, uint32_t *key) {
    uint32_t n = 0, wanted = multi ? (uint32_t)(ck_hash_mix(record) % 5) : 1;
    for (uint32_t k = 1; k <= KEYS && n < wanted; k++)
        if (ck_hash_mix(record * 64 + k) % (multi ? 6 : 20) == 0 || (k == GIANT && record % 3 == 0))
            key[n++] = k;
    return n;
}

static bool has_key(uint32_t record, bool multi, uint32_t wanted) {
    uint32_t key[KEYS], n = keys_of(record, multi, key);
    for (uint32_t k = 0; k < n; k++)
        if (key[k] == wanted)
            return true;
    return false;
}

typedef struct world {
    ck_layout layout;
    ck_packed_rows rows;
    ck_rule_keys keys[2];
    ck_unit unit[9];
    uint32_t boundary[4];
    ck_giant giant;
    uint64_t begin, memory_bytes;
} world;

/* Three plain units, one around the giant, and the six pairs of its three segments. */
static void cut_units(world *w, ck_rule_keys *keys) {
    static const uint32_t cuts[] = {1, 5, 22, KEYS + 1};
    uint32_t n = 0;
    for (; n < 3; n++)
        w->unit[n] = (ck_unit){.key_begin = cuts[n], .key_end = cuts[n + 1], .giant = UINT32_MAX, .cost = 100};
    for (uint32_t x = 0; x < 3; x++)
        for (uint32_t y = x; y < 3; y++)
            w->unit[n++] = (ck_unit){.key_begin = GIANT, .key_end = GIANT + 1, .giant = 0, .segment_x = x, .segment_y = y, .cost = 60};
    memcpy(w->boundary, (uint32_t[]){0, 100, 222, UINT32_MAX}, sizeof w->boundary);
    w->giant = (ck_giant){.key = GIANT, .nsegments = 3, .boundary = w->boundary};
    keys->nkeys = KEYS;
    keys->unit = w->unit;
    keys->nunits = n;
    keys->giant = &w->giant;
    keys->ngiants = 1;
}

static void fill_keys(world *w) {
    ck_error error = {0};
    w->keys[SINGLE] = (ck_rule_keys){.shape = CK_KEY_SINGLE, .key = ck_alloc_zero(&error, w->rows.n, sizeof(uint32_t))};
    w->keys[MULTI] = (ck_rule_keys){.shape = CK_KEY_MULTI, .key = ck_alloc_zero(&error, KEYS * w->rows.n, sizeof(uint32_t)),
                                    .offset = ck_alloc_zero(&error, w->rows.n + 1, sizeof(uint64_t))};
    for (uint64_t i = 0; i < w->rows.n; i++) {
        uint64_t *offset = w->keys[MULTI].offset;
        keys_of((uint32_t)(w->begin + i), false, w->keys[SINGLE].key + i);
        offset[i + 1] = offset[i] + keys_of((uint32_t)(w->begin + i), true, w->keys[MULTI].key + offset[i]);
    }
    for (int k = 0; k < 2; k++)
        cut_units(w, &w->keys[k]);
}

static void make_world(world *w, uint64_t memory_bytes) {
    ck_error error = {0};
    *w = (world){.begin = ck_par_share(&comm, RECORDS, comm.rank), .memory_bytes = memory_bytes};
    uint64_t n = ck_par_share(&comm, RECORDS, comm.rank + 1) - w->begin;
    w->rows.n = n;
    w->layout = (ck_layout){.nwords = 6, .nrules = 2, .shape = {CK_KEY_SINGLE, CK_KEY_MULTI}, .key_word = {2, 3}, .variable = true};
    fill_keys(w);
    ck_source source = {.record_begin = 0, .record_end = RECORDS};
    ck_people people = {.records = RECORDS, .begin = w->begin, .end = w->begin + n, .nsources = 1, .source = &source};
    const ck_packing packing = {.people = &people, .layout = &w->layout, .keys = w->keys, .threads = 2, .memory_bytes = w->memory_bytes};
    assert_int_equal(ck_packed_rows_make(&comm, &error, &packing, &w->rows), CK_OK);
}

static void free_world(world *w) {
    ck_packed_rows_free(&w->rows);
    for (int k = 0; k < 2; k++) {
        ck_free(w->keys[k].key);
        ck_free(w->keys[k].offset);
    }
}

/* The next member of a key must be this record's row, keys and all. */
static void check_row(const world *w, const uint32_t *row, uint32_t record) {
    uint32_t expected[KEYS], n = keys_of(record, true, expected), found;
    assert_int_equal(row[CK_WORD_RECORD], record);
    const uint32_t *keys = ck_row_keys(&w->layout, row, MULTI, &found);
    assert_int_equal(found, n);
    assert_memory_equal(keys, expected, n * sizeof *keys);
}

static bool in_segment(const world *w, const ck_unit *unit, uint32_t record) {
    if (unit->giant == UINT32_MAX)
        return true;
    uint32_t segment = record < w->boundary[1] ? 0 : record < w->boundary[2] ? 1 : 2;
    return segment == unit->segment_x || segment == unit->segment_y;
}

/* All wanted rows are there, in order; rows that other units want may stand between them. */
static void check_unit(const world *w, const ck_group *group, const ck_unit *unit, bool multi) {
    for (uint32_t key = unit->key_begin; key < unit->key_end; key++) {
        if (key == GIANT && unit->giant == UINT32_MAX)
            continue;
        uint32_t at = group->start[key - group->key_begin], end = group->start[key - group->key_begin + 1];
        for (uint32_t record = 0; record < RECORDS; record++) {
            if (!has_key(record, multi, key) || !in_segment(w, unit, record))
                continue;
            while (at < end && unit->giant != UINT32_MAX && group->row[at][CK_WORD_RECORD] < record)
                at++;
            assert_true(at < end);
            check_row(w, group->row[at++], record);
        }
        assert_true(at == end || unit->giant != UINT32_MAX);
    }
}

/* @return waves of both passes; units_done[pass * 9 + unit] is counted on */
static uint32_t run(world *w, uint64_t memory_bytes, uint32_t threads, uint64_t *units_done) {
    ck_error error = {0};
    ck_route route[2];
    const ck_route *const routes[] = {&route[SINGLE], &route[MULTI]};
    uint32_t waves = 0;
    ck_gather gather;
    for (int k = 0; k < 2; k++)
        assert_int_equal(ck_route_make(&comm, &error, &w->layout, &w->rows, &w->keys[k], NULL, threads, memory_bytes, &route[k]), CK_OK);
    assert_int_equal(ck_gather_open(&comm, &error, routes, 2, &gather), CK_OK);
    for (; ck_gather_next(&gather, false); waves++)
        for (uint32_t u = 0; u < 9; u++)
            if (route[gather.pass].owner[u] == comm.rank && route[gather.pass].wave[u] == gather.wave) {
                check_unit(w, &gather.group, &w->unit[u], gather.pass == MULTI);
                units_done[gather.pass * 9 + u]++;
                ck_gather_advance(&gather);
            }
    ck_gather_close(&gather);
    for (int k = 0; k < 2; k++)
        ck_route_free(&route[k]);
    return waves;
}

static uint64_t own_memory; /* of the rank; 0: not known */

static void check_run(uint64_t memory_bytes, uint32_t threads, uint32_t waves_least, uint32_t waves_most) {
    world w;
    uint64_t units_done[18] = {0};
    make_world(&w, own_memory);
    assert_true(own_memory ? w.keys[SINGLE].key == NULL : w.keys[SINGLE].key != NULL);
    assert_non_null(w.keys[MULTI].key); /* sets lie in tails of their own */
    uint32_t waves = run(&w, memory_bytes, threads, units_done);
    assert_in_range(waves, waves_least, waves_most);
    ck_par_sum(&comm, units_done, 18);
    for (int u = 0; u < 18; u++)
        assert_int_equal(units_done[u], 1);
    free_world(&w);
}

static void one_wave_a_pass_when_memory_allows(void **state) {
    (void)state;
    check_run(1 << 20, 1, 2, 2);
    check_run(1 << 20, 3, 2, 2);
}

static void a_unit_at_a_time_when_memory_is_short(void **state) {
    (void)state;
    check_run(1, 2, 2 * 9 / (uint32_t)comm.size, 18);
    check_run(4000, 2, 3, 18);
}

/* Keys that rows hold are then read there. */
static void keys_stay_in_rows_when_memory_is_scarce(void **state) {
    (void)state;
    own_memory = 1;
    check_run(1 << 20, 2, 2, 2);
    check_run(1, 1, 2 * 9 / (uint32_t)comm.size, 18);
    own_memory = 0;
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_wave_a_pass_when_memory_allows),
        cmocka_unit_test(a_unit_at_a_time_when_memory_is_short),
        cmocka_unit_test(keys_stay_in_rows_when_memory_is_scarce),
    };
    RUN_AT_RANKS(argc, argv, "gather", tests);
}
