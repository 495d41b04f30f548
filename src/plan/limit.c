#include "plan/limit.h"
#include <stdio.h>

/* A cap is worth naming when the blocks that it drops hold a fifth of the pairs. */
static const double worth_capping = 0.2;

static bool is_left(const ck_rule *rule, const ck_block_info *block) {
    return !rule->max_block || block->records <= rule->max_block;
}

double ck_largest_share(const ck_rule *rule, const ck_rule_census *census) {
    uint64_t pairs = 0;
    for (uint32_t i = 0; i < census->nlargest; i++)
        pairs += is_left(rule, &census->largest[i]) ? census->largest[i].pairs : 0;
    return census->pairs ? (double)pairs / (double)census->pairs : 0;
}

const char *ck_rule_remedy(const ck_rule *rule, const ck_rule_census *census, char text[CK_REMEDY_TEXT]) {
    uint64_t least = UINT64_MAX;
    uint32_t left = 0;
    for (uint32_t i = 0; i < census->nlargest; i++)
        if (is_left(rule, &census->largest[i])) {
            least = census->largest[i].records < least ? census->largest[i].records : least;
            left++;
        }
    if (left && least > 2 && ck_largest_share(rule, census) >= worth_capping)
        snprintf(text, CK_REMEDY_TEXT, "cap its blocks ('max_block: %llu' drops the largest %u), or give it another part",
                 (unsigned long long)(least - 1), left);
    else if (rule->max_block)
        snprintf(text, CK_REMEDY_TEXT, "lower its max_block (now %llu), or give it another part", (unsigned long long)rule->max_block);
    else
        snprintf(text, CK_REMEDY_TEXT, "give it another part: its pairs lie in many blocks");
    return text;
}

/** "; its largest block has 40 records and 780 pairs, its 5 largest 85 % of the pairs", nothing where the cap drops them. */
static void describe_largest(const ck_rule *rule, const ck_rule_census *census, char text[CK_REMEDY_TEXT]) {
    text[0] = 0;
    for (uint32_t i = 0; i < census->nlargest; i++)
        if (is_left(rule, &census->largest[i])) {
            snprintf(text, CK_REMEDY_TEXT, "; its largest block has %llu records and %llu pairs, its %u largest %.0f %% of the pairs",
                     (unsigned long long)census->largest[i].records, (unsigned long long)census->largest[i].pairs, census->nlargest - i,
                     100 * ck_largest_share(rule, census));
            return;
        }
}

static ck_status fail_rule(ck_error *error, const ck_rule *rule, uint32_t r, const ck_rule_census *census, uint64_t most, const char *whose) {
    char remedy[CK_REMEDY_TEXT], largest[CK_REMEDY_TEXT];
    describe_largest(rule, census, largest);
    return ck_fail(error, CK_DATA,
                   "Blocking rule %u (%.200s) would make %llu pairs, more than the %llu that max_pairs of the %s allows%s. To compare fewer, %s; or raise "
                   "max_pairs.",
                   r, rule->text, (unsigned long long)census->pairs, (unsigned long long)most, whose, largest, ck_rule_remedy(rule, census, remedy));
}

ck_status ck_limit_rules(ck_error *error, const ck_rules *rules, const ck_rule_census *census, uint64_t most) {
    for (uint32_t r = 0; r < rules->n; r++) {
        uint64_t own = rules->rule[r].max_pairs;
        if (own && census[r].pairs > own)
            return fail_rule(error, &rules->rule[r], r, &census[r], own, "rule");
        if (most && census[r].pairs > most)
            return fail_rule(error, &rules->rule[r], r, &census[r], most, "job");
    }
    return CK_OK;
}

ck_status ck_limit_job(ck_error *error, const ck_rules *rules, const ck_rule_census *census, uint64_t most) {
    uint64_t sum = 0;
    uint32_t worst = 0;
    char remedy[CK_REMEDY_TEXT];
    for (uint32_t r = 0; r < rules->n; r++) {
        sum += census[r].new_pairs;
        worst = census[r].new_pairs > census[worst].new_pairs ? r : worst;
    }
    if (!most || sum <= most)
        return CK_OK;
    return ck_fail(error, CK_DATA,
                   "The blocking rules would make %llu pairs, more than the %llu that max_pairs of the job allows; rule %u (%.200s) alone adds %llu of "
                   "them. To compare fewer, %s; or raise max_pairs.",
                   (unsigned long long)sum, (unsigned long long)most, worst, rules->rule[worst].text,
                   (unsigned long long)census[worst].new_pairs, ck_rule_remedy(&rules->rule[worst], &census[worst], remedy));
}
