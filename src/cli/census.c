#include "cli/census.h"
#include "base/log.h"
#include "cli/console.h"
#include <inttypes.h>
#include <stdio.h>

static void show_rule(const ck_rules *rules, uint32_t r, const ck_rule_census *census) {
    char keys[CK_COUNT_TEXT], pairs[CK_COUNT_TEXT], blocks[CK_COUNT_TEXT], lost[CK_COUNT_TEXT], capped[128] = "";
    if (census->capped_blocks)
        snprintf(capped, sizeof capped, ", capped: %s blocks of %s pairs", ck_count_text(census->capped_blocks, blocks),
                 ck_count_text(census->capped_pairs, lost));
    ck_log(CK_LOG_INFO, "  rule %-2u %-48s %12s shared keys %15s pairs%s", r, rules->rule[r].text,
           ck_count_text(census->keys, keys), ck_count_text(census->pairs, pairs), capped);
}

static void show_largest(uint32_t r, const ck_rule_census *census) {
    char records[CK_COUNT_TEXT], pairs[CK_COUNT_TEXT];
    for (uint32_t i = 0; i < census->nlargest; i++)
        ck_log(CK_LOG_INFO, "  rule %-2u block %016" PRIx64 " %12s records %15s pairs", r, census->largest[i].hash,
               ck_count_text(census->largest[i].records, records), ck_count_text(census->largest[i].pairs, pairs));
}

void ck_census_show(const ck_rules *rules, const ck_rule_census *census, uint64_t possible_pairs) {
    char possible[CK_COUNT_TEXT];
    ck_log(CK_LOG_INFO, "blocks    %s pairs are possible; the rules make:", ck_count_text(possible_pairs, possible));
    for (uint32_t r = 0; r < rules->n; r++)
        show_rule(rules, r, &census[r]);
    /* One line for the largest of each rule is what a person can read; run.json has five. */
    ck_log(CK_LOG_INFO, "  largest blocks:");
    for (uint32_t r = 0; r < rules->n; r++) {
        ck_rule_census first = census[r];
        first.nlargest = first.nlargest ? 1 : 0;
        show_largest(r, &first);
    }
}

void ck_census_show_new(const ck_rules *rules, const uint64_t *new_pairs) {
    char pairs[CK_COUNT_TEXT];
    ck_log(CK_LOG_INFO, "pairs     by the first rule that makes them:");
    for (uint32_t r = 0; r < rules->n; r++)
        ck_log(CK_LOG_INFO, "  rule %-2u %-48s %15s", r, rules->rule[r].text, ck_count_text(new_pairs[r], pairs));
}

static json_t *largest_json(const ck_rule_census *census) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < census->nlargest; i++) {
        char hash[17];
        snprintf(hash, sizeof hash, "%016" PRIx64, census->largest[i].hash);
        json_array_append_new(list, json_pack("{s:s, s:I, s:I}", "hash", hash, "records", (json_int_t)census->largest[i].records,
                                              "pairs", (json_int_t)census->largest[i].pairs));
    }
    return list;
}

json_t *ck_census_json(const ck_rules *rules, const ck_rule_census *census) {
    json_t *list = json_array();
    for (uint32_t r = 0; r < rules->n; r++)
        json_array_append_new(list, json_pack("{s:s, s:I, s:I, s:I, s:I, s:o}", "rule", rules->rule[r].text, "keys",
                                              (json_int_t)census[r].keys, "pairs", (json_int_t)census[r].pairs, "capped_blocks",
                                              (json_int_t)census[r].capped_blocks, "capped_pairs", (json_int_t)census[r].capped_pairs,
                                              "largest", largest_json(&census[r])));
    return list;
}
