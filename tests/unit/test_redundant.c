/* Clearing redundant keys of sets changes neither whether two records share a key nor which is the first they share, and leaves no key whose
   records all have one lower key as their lowest. */
#include "base/hash.h"
#include "base/memory.h"
#include "block/redundant.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

enum { RECORDS = 120, SLOTS = 6, KEYS = 90, KINDS = 25 };

/* Records of a few kinds, most of which share all keys; some slots are empty, some keys come twice. */
static void draw_sets(uint64_t seed, uint64_t *offset, uint32_t *key) {
    for (uint32_t i = 0; i < RECORDS; i++) {
        uint64_t kind = ck_hash_mix(seed * 1000 + ck_hash_mix(seed + i) % KINDS);
        offset[i] = (uint64_t)i * SLOTS;
        for (uint32_t k = 0; k < SLOTS; k++) {
            uint64_t own = ck_hash_mix(seed ^ (i * SLOTS + k)), drawn = own % 11 == 0 ? own : ck_hash_mix(kind + k);
            key[i * SLOTS + k] = drawn >> 8 & 7 ? 1 + (uint32_t)(drawn >> 32) % KEYS : 0;
        }
    }
    offset[RECORDS] = RECORDS * SLOTS;
}

static bool has_key(const uint32_t *set, uint32_t key) {
    for (uint32_t k = 0; k < SLOTS; k++)
        if (set[k] == key)
            return true;
    return false;
}

static uint32_t first_shared(const uint32_t *x, const uint32_t *y) {
    for (uint32_t key = 1; key <= KEYS; key++)
        if (has_key(x, key) && has_key(y, key))
            return key;
    return 0;
}

static uint32_t lowest_of(const uint32_t *set) {
    return first_shared(set, set);
}

/* Does the key have records, all with one lowest key, a lower one? */
static bool is_redundant(const uint32_t *key, uint32_t wanted) {
    uint32_t common = 0;
    for (uint32_t i = 0; i < RECORDS; i++) {
        const uint32_t *set = key + i * SLOTS;
        if (!has_key(set, wanted))
            continue;
        if (common && common != lowest_of(set))
            return false;
        common = lowest_of(set);
    }
    return common && common != wanted;
}

static void test_random_sets(void **unused) {
    (void)unused;
    uint32_t cleared = 0;
    for (uint64_t seed = 1; seed <= 30; seed++) {
        uint64_t offset[RECORDS + 1];
        uint32_t before[RECORDS * SLOTS], after[RECORDS * SLOTS], lowest[RECORDS * SLOTS];
        draw_sets(seed, offset, before);
        memcpy(after, before, sizeof after);
        ck_redundant_lowest(&(ck_rule_keys){.shape = CK_KEY_MULTI, .key = before, .offset = offset}, RECORDS, lowest);
        ck_error error = {0};
        assert_int_equal(ck_redundant_clear(&error, lowest, RECORDS * SLOTS, after), CK_OK);
        for (uint32_t i = 0; i < RECORDS; i++)
            for (uint32_t j = 0; j < RECORDS; j++)
                assert_int_equal(first_shared(after + i * SLOTS, after + j * SLOTS), first_shared(before + i * SLOTS, before + j * SLOTS));
        for (uint32_t s = 0; s < RECORDS * SLOTS; s++) {
            assert_int_equal(after[s], before[s] && is_redundant(before, before[s]) ? 0 : before[s]);
            cleared += before[s] && !after[s];
        }
    }
    assert_true(cleared > 1000);
}

static void test_no_keys(void **unused) {
    (void)unused;
    ck_error error = {0};
    uint32_t none[2] = {0}, lowest[2] = {0};
    assert_int_equal(ck_redundant_clear(&error, lowest, 0, none), CK_OK);
    assert_int_equal(ck_redundant_clear(&error, lowest, 2, none), CK_OK);
    assert_int_equal(none[0] | none[1], 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_sets), cmocka_unit_test(test_no_keys)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
