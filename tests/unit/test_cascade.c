/* Cascades: conditions to keys, and which rule decides against the slow and obvious way. Alone one rank; tests/ranks/rooms.sh runs it at 1 to 4. */
#include "base/hash.h"
#include "base/memory.h"
#include "cascade/cascade.h"
#include "cascade/ties.h"
#include "condition/parse.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>
#include "rank_test.h"

/* ---- keys ---- */

static char *const names[] = {"forename", "surname", "dob", "nhs"};
static ck_kind kinds[] = {CK_KIND_NAME, CK_KIND_NAME, CK_KIND_DATE, CK_KIND_NHS_NUMBER};
static const ck_schema schema = {.ncolumns = 4, .name = (char **)names, .kind = kinds};

typedef struct key_case {
    const char *when;
    uint32_t nkeys, parts[3]; /* parts of each key */
    bool filtered[3];
} key_case;

static ck_condition parse(const char *text) {
    ck_error error = {0};
    ck_condition condition = {0};
    if (ck_parse_condition(&error, &schema, text, NULL, 0, NULL, &condition) != CK_OK)
        fail_msg("%s: %s", text, error.text);
    return condition;
}

static void finds_the_keys(void **state) {
    static const key_case cases[] = {
        {"exact nhs", 1, {1}, {false}},
        {"exact forename and exact surname and exact dob", 1, {3}, {false}},
        {"exact dob and (exact surname and prefix forename 1)", 1, {3}, {false}},
        {"exact nhs or exact surname and exact dob", 2, {1, 2}, {false}},
        {"exact dob and levenshtein surname 1", 1, {1}, {true}},
        {"exact dob and (exact surname or exact forename)", 1, {1}, {true}},
        {"levenshtein surname 1 and (exact dob or exact nhs)", 2, {1, 1}, {true, true}},
        {"(exact nhs or soundex surname) and (levenshtein dob 1 or exact dob)", 2, {1, 1}, {true, true}},
        {"reversed forename surname and exact dob", 1, {3}, {false}},
        {"exact nhs and not exact dob", 1, {1}, {true}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_error error = {0};
        ck_cascade cascade = {0};
        ck_rules keys = {0};
        ck_condition when = parse(cases[i].when);
        if (ck_cascade_add(&error, &cascade, &keys, "r", CK_UNIQUE_NO, &when, NULL) != CK_OK)
            fail_msg("%s: %s", cases[i].when, error.text);
        assert_int_equal(keys.n, cases[i].nkeys);
        assert_int_equal(cascade.rule[0].n, keys.n);
        for (uint32_t k = 0; k < keys.n; k++) {
            if (keys.rule[k].nparts != cases[i].parts[k] || keys.rule[k].has_where != cases[i].filtered[k])
                fail_msg("%s: key %u has %u parts", cases[i].when, k, keys.rule[k].nparts);
            assert_int_equal(keys.rule[k].directed, strstr(cases[i].when, "reversed") != NULL);
            assert_string_equal(keys.rule[k].text, "r");
        }
        ck_condition_free(&when);
        ck_rules_free(&keys);
        ck_cascade_free(&cascade);
    }
}

static void refuses_what_has_no_key(void **state) {
    static const char *const cases[] = {"levenshtein surname 1", "exact nhs or levenshtein surname 1", "not exact nhs", "missing nhs", "else"};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_error error = {0};
        ck_cascade cascade = {0};
        ck_rules keys = {0};
        ck_condition when = parse(cases[i]);
        if (ck_cascade_add(&error, &cascade, &keys, "r", CK_UNIQUE_NO, &when, NULL) != CK_USAGE || !strstr(error.text, "nothing to find its pairs by"))
            fail_msg("%s: %s", cases[i], error.text);
        ck_condition_free(&when);
        ck_rules_free(&keys);
        ck_cascade_free(&cascade);
    }
}

/* What forbids stands behind every alternative: not surely. */
static void forbids_in_every_key(void **state) {
    ck_error error = {0};
    ck_cascade cascade = {0};
    ck_rules keys = {0};
    ck_condition when = parse("exact nhs or exact surname and exact dob and levenshtein forename 1"), unless = parse("differs nhs");
    (void)state;
    assert_int_equal(ck_cascade_add(&error, &cascade, &keys, "r", CK_UNIQUE_BOTH, &when, &unless), CK_OK);
    for (uint32_t k = 0; k < 2; k++) {
        const ck_condition *where = &keys.rule[k].where, *last = &where->child[where->nchildren - 1];
        assert_int_equal(where->op, CK_OP_AND);
        assert_int_equal(where->nchildren, k + 1);
        assert_int_equal(last->op, CK_OP_NOT);
        assert_int_equal(last->child->op, CK_OP_SURE);
    }
    assert_true(ck_cascade_asks_unique(&cascade));
    ck_condition_free(&when);
    ck_condition_free(&unless);
    ck_rules_free(&keys);
    ck_cascade_free(&cascade);
}

/* ---- deciding ---- */

enum { RECORDS = 90, SOURCES = 3, RULES = 5, PAIRS_MAX = RECORDS * RECORDS / 2 };

typedef struct pair_case {
    uint32_t a, b;
    uint64_t keys;
    int rule; /* by hand: that decides, -1 none */
} pair_case;

static pair_case pairs[PAIRS_MAX];
static uint32_t npairs;

/* Rule 1 has two keys: six keys in all. */
static ck_cascade_rule rules[RULES] = {{.name = "a", .first = 0, .n = 1},
                                       {.name = "b", .first = 1, .n = 2},
                                       {.name = "c", .first = 3, .n = 1},
                                       {.name = "d", .first = 4, .n = 1},
                                       {.name = "e", .first = 5, .n = 1}};
static ck_source sources[SOURCES] = {{.record_begin = 0, .record_end = 30}, {.record_begin = 30, .record_end = 50}, {.record_begin = 50, .record_end = RECORDS}};

static uint32_t source_of(uint32_t record) {
    return record < 30 ? 0 : record < 50 ? 1 : 2;
}

static void make_pairs(uint64_t seed) {
    npairs = 0;
    for (uint32_t a = 0; a < RECORDS; a++)
        for (uint32_t b = a + 1; b < RECORDS; b++) {
            uint64_t h = ck_hash_mix(seed << 32 | a << 16 | b);
            if (h % 40 == 0)
                pairs[npairs++] = (pair_case){a, b, (h >> 20 & 63 & (h >> 30 & 63)) | UINT64_C(1) << (h >> 40) % 6, -1};
        }
    for (uint32_t k = 0; k < RULES; k++)
        rules[k].unique = (ck_unique)(ck_hash_mix(seed + 1000 * k) % 4);
}

static uint64_t keys_of(uint32_t k) {
    return ((UINT64_C(1) << rules[k].n) - 1) << rules[k].first;
}

/* Labels pulled along links until nothing changes. */
static void join_by_hand(const uint32_t *unit, uint32_t *label) {
    for (uint32_t i = 0; i < RECORDS; i++)
        label[i] = unit ? unit[i] : i;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < npairs; i++) {
            uint32_t x = label[pairs[i].a], y = label[pairs[i].b], least = x < y ? x : y, most = x < y ? y : x;
            if (pairs[i].rule < 0 || x == y)
                continue;
            for (uint32_t r = 0; r < RECORDS; r++)
                label[r] = label[r] == most ? least : label[r];
            changed = true;
        }
    }
}

/* Has the record's person several partners in the source, by the rule's matches that are still free? */
static bool several_by_hand(const uint32_t *label, uint32_t k, uint32_t record, uint32_t source) {
    uint32_t partner = UINT32_MAX;
    for (uint32_t i = 0; i < npairs; i++) {
        uint32_t a = pairs[i].a, b = pairs[i].b;
        if (pairs[i].rule >= 0 || !(pairs[i].keys & keys_of(k)) || label[a] == label[b])
            continue;
        for (int side = 0; side < 2; side++) {
            uint32_t own = side ? b : a, other = side ? a : b;
            if (label[own] != label[record] || source_of(other) != source)
                continue;
            if (partner != UINT32_MAX && partner != label[other])
                return true;
            partner = label[other];
        }
    }
    return false;
}

static void decide_by_hand(const uint32_t *unit) {
    for (uint32_t k = 0; k < RULES; k++) {
        uint32_t label[RECORDS];
        bool decided[PAIRS_MAX] = {false};
        join_by_hand(unit, label);
        for (uint32_t i = 0; i < npairs; i++) {
            uint32_t a = pairs[i].a, b = pairs[i].b;
            ck_unique sides = rules[k].unique && source_of(a) == source_of(b) ? CK_UNIQUE_BOTH : rules[k].unique;
            decided[i] = pairs[i].rule < 0 && (pairs[i].keys & keys_of(k)) && !((sides & CK_UNIQUE_LEFT) && several_by_hand(label, k, a, source_of(b))) &&
                         !((sides & CK_UNIQUE_RIGHT) && several_by_hand(label, k, b, source_of(a)));
        }
        for (uint32_t i = 0; i < npairs; i++)
            pairs[i].rule = decided[i] ? (int)k : pairs[i].rule;
    }
}

/* This rank's pairs, as the engine keeps them. */
static ck_kept_links keep_pairs(void) {
    ck_error error = {0};
    uint64_t begin = ck_par_share(&comm, npairs, comm.rank), n = ck_par_share(&comm, npairs, comm.rank + 1) - begin;
    ck_kept_links kept = {.all = {.total = npairs, .begin = begin, .n = n}};
    kept.all.a = ck_alloc(&error, n, 4);
    kept.all.b = ck_alloc(&error, n, 4);
    kept.all.weight = ck_alloc(&error, n, 8);
    kept.all.pattern = ck_alloc(&error, n, 8);
    kept.all.rule = ck_alloc(&error, n, 1);
    for (uint64_t i = 0; i < n; i++) {
        const pair_case *pair = &pairs[begin + i];
        uint32_t first = 0;
        while (!(pair->keys & keys_of(first)))
            first++;
        kept.all.a[i] = pair->a;
        kept.all.b[i] = pair->b;
        kept.all.weight[i] = ck_cascade_weight(first);
        kept.all.pattern[i] = pair->keys;
    }
    return kept;
}

static void check_part(const ck_links *part, uint64_t begin) {
    for (uint64_t i = 0; i < part->n; i++) {
        const pair_case *pair = &pairs[begin + i];
        double weight = pair->rule >= 0 ? ck_cascade_weight((uint32_t)pair->rule) : 0;
        if (pair->rule >= 0 ? part->weight[i] != weight : part->weight[i] >= 0)
            fail_msg("pair %u %u: weight %g, by hand rule %d", pair->a, pair->b, part->weight[i], pair->rule);
        if (pair->rule >= 0 && !(keys_of((uint32_t)pair->rule) >> part->rule[i] & 1))
            fail_msg("pair %u %u: key %u is not of rule %d", pair->a, pair->b, part->rule[i], pair->rule);
        assert_true(pair->keys >> part->rule[i] & 1);
        assert_true(part->pattern[i] == pair->keys);
    }
}

static void settle_and_check(uint64_t seed, const uint32_t *unit) {
    ck_error error = {0};
    ck_cascade cascade = {RULES, rules};
    ck_people people = {.records = RECORDS, .nsources = SOURCES, .source = sources};
    make_pairs(seed);
    decide_by_hand(unit);
    ck_kept_links kept = keep_pairs();
    ck_settled settled = {0};
    ck_links part;
    uint64_t begin = kept.all.begin, undecided = 0;
    assert_int_equal(ck_cascade_settle(&comm, &error, &cascade, &people, unit, &kept, &settled), CK_OK);
    while (ck_settled_next(&settled, &error, &part) == CK_OK && part.n > 0)
        check_part(&part, begin);
    for (uint64_t i = begin; i < begin + kept.all.n; i++)
        undecided += pairs[i].rule < 0;
    assert_int_equal(settled.ties, undecided);
    ck_settled_close(&settled);
    ck_kept_links_close(&kept);
}

static void decides_as_by_hand(void **state) {
    uint32_t unit[RECORDS];
    (void)state;
    for (uint32_t i = 0; i < RECORDS; i++)
        unit[i] = i < 30 ? i / 3 * 3 : i; /* three records of the first source are one */
    for (uint64_t seed = 1; seed <= 60; seed++)
        settle_and_check(seed, seed % 3 ? NULL : unit);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_keys),
        cmocka_unit_test(refuses_what_has_no_key),
        cmocka_unit_test(forbids_in_every_key),
        cmocka_unit_test(decides_as_by_hand),
    };
    RUN_AT_RANKS(argc, argv, "cascade", tests);
}
