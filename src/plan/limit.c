#include "plan/limit.h"
#include <stdio.h>

/* A cap is worth naming when the blocks that it drops hold a fifth of the pairs. */
static const double worth_capping = 0.2;

double ck_largest_share(const ck_rule_census *census) {
    uint64_t pairs = 0;
    for (uint32_t i = 0; i < census->nlargest; i++)
        pairs += census->largest[i].pairs;
    uint64_t all = census->pairs + census->capped_pairs;
    return all ? (double)pairs / (double)all : 0;
}

const char *ck_rule_remedy(const ck_rule_census *census, char text[CK_REMEDY_TEXT]) {
    uint64_t least = census->nlargest ? census->largest[0].records : 0;
    for (uint32_t i = 1; i < census->nlargest; i++)
        least = census->largest[i].records < least ? census->largest[i].records : least;
    if (least > 2 && ck_largest_share(census) >= worth_capping)
        snprintf(text, CK_REMEDY_TEXT, "cap its blocks ('max_block: %llu' drops the largest %u), or give it another part",
                 (unsigned long long)(least - 1), census->nlargest);
    else
        snprintf(text, CK_REMEDY_TEXT, "give it another part: its pairs lie in many blocks");
    return text;
}

static ck_status fail_rule(ck_error *error, const ck_rules *rules, uint32_t r, const ck_rule_census *census, uint64_t most, const char *whose) {
    char remedy[CK_REMEDY_TEXT];
    ck_block_info largest = census->nlargest ? census->largest[0] : (ck_block_info){0};
    return ck_fail(error, CK_DATA,
                   "Blocking rule %u (%.200s) would make %llu pairs, more than the %llu that max_pairs%s allows; its largest block has %llu records "
                   "and %llu pairs, its %u largest %.0f %% of the pairs. To compare fewer, %s; or raise max_pairs.",
                   r, rules->rule[r].text, (unsigned long long)census->pairs, (unsigned long long)most, whose, (unsigned long long)largest.records,
                   (unsigned long long)largest.pairs, census->nlargest, 100 * ck_largest_share(census), ck_rule_remedy(census, remedy));
}

ck_status ck_limit_rules(ck_error *error, const ck_rules *rules, const ck_rule_census *census, uint64_t most) {
    for (uint32_t r = 0; r < rules->n; r++) {
        uint64_t own = rules->rule[r].max_pairs;
        if (own && census[r].pairs > own)
            return fail_rule(error, rules, r, &census[r], own, " of the rule");
        if (most && census[r].pairs > most)
            return fail_rule(error, rules, r, &census[r], most, " of the job");
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
                   (unsigned long long)census[worst].new_pairs, ck_rule_remedy(&census[worst], remedy));
}
