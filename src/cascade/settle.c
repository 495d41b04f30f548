/* Which rule decides a match, when a match may have to be the only one of its records: counted over all pairs, rule after rule. */
#include "cascade/cascade.h"
#include "base/memory.h"
#include "base/stop.h"
#include "cluster/cluster.h"
#include "cluster/spread.h"
#include <string.h>

/* ---- one pair ---- */

static uint32_t source_of(const ck_people *people, uint32_t record) {
    uint32_t s = 0;
    while (record >= people->source[s].record_end)
        s++;
    return s;
}

static uint64_t keys_of(const ck_cascade_rule *rule) {
    return (rule->n == CK_RULES_MAX ? UINT64_MAX : (UINT64_C(1) << rule->n) - 1) << rule->first;
}

static bool has_several(const ck_settled *s, uint32_t rule, uint32_t record, uint32_t partner_source) {
    const uint8_t *bits = s->several[rule * s->people->nsources + partner_source];
    return bits[record / 8] >> (record % 8) & 1;
}

/* Is the match the only one where the rule wants it? Inside a source there is no left and no right: both records count. */
static bool is_only(const ck_settled *s, uint32_t rule, uint32_t a, uint32_t b) {
    uint32_t of_a = source_of(s->people, a), of_b = source_of(s->people, b);
    ck_unique sides = of_a == of_b ? CK_UNIQUE_BOTH : s->cascade->rule[rule].unique;
    return !((sides & CK_UNIQUE_LEFT) && has_several(s, rule, a, of_b)) && !((sides & CK_UNIQUE_RIGHT) && has_several(s, rule, b, of_a));
}

/* The first of the rules before `end` that decides a pair with these keys; `end` when none does. */
static uint32_t find_rule(const ck_settled *s, uint32_t a, uint32_t b, uint64_t keys, uint32_t end) {
    for (uint32_t k = 0; k < end; k++) {
        const ck_cascade_rule *rule = &s->cascade->rule[k];
        if ((keys & keys_of(rule)) && (rule->unique == CK_UNIQUE_NO || is_only(s, k, a, b)))
            return k;
    }
    return end;
}

/* ---- partners ---- */

/* The least and the greatest partner of every unit: they differ where there are several. */
typedef struct partners {
    uint64_t n;
    uint32_t *least, *most; /* UINT32_MAX less the least, so that both are 0 without a partner, and grow: a greatest one serves both */
} partners;

static void note_partner(partners *p, uint32_t unit, uint32_t partner) {
    uint32_t least = UINT32_MAX - partner;
    p->least[unit] = least > p->least[unit] ? least : p->least[unit];
    p->most[unit] = partner + 1 > p->most[unit] ? partner + 1 : p->most[unit];
}

/* All ranks', by pieces. Collective. */
static void merge_partners(const ck_comm *comm, uint32_t *value, uint64_t n) {
    enum { PIECE = 1 << 12 };
    uint64_t piece[PIECE];
    for (uint64_t at = 0; comm->size > 1 && at < n; at += PIECE) {
        uint64_t m = n - at < PIECE ? n - at : PIECE;
        for (uint64_t i = 0; i < m; i++)
            piece[i] = value[at + i];
        ck_par_max(comm, piece, m);
        for (uint64_t i = 0; i < m; i++)
            value[at + i] = (uint32_t)piece[i];
    }
}

static uint32_t unit_of(const uint32_t *unit, uint32_t record) {
    return unit ? unit[record] : record;
}

/* Count the partners that rule k gives in the source. */
static void count_part(const ck_settled *s, uint32_t k, uint32_t source, const uint32_t *unit, const ck_links *part, partners *p) {
    uint64_t keys = keys_of(&s->cascade->rule[k]);
    for (uint64_t i = 0; i < part->n; i++) {
        uint32_t a = part->a[i], b = part->b[i], left = unit_of(unit, a), right = unit_of(unit, b);
        if (!(part->pattern[i] & keys) || left == right || find_rule(s, a, b, part->pattern[i], k) < k)
            continue;
        if (source_of(s->people, b) == source)
            note_partner(p, left, right);
        if (source_of(s->people, a) == source)
            note_partner(p, right, left);
    }
}

/* Bits by record. */
static ck_status take_several(ck_error *error, const partners *p, const uint32_t *unit, uint64_t records, uint8_t **several) {
    uint8_t *bits = *several = ck_alloc_zero(error, records / 8 + 1, 1);
    for (uint64_t i = 0; bits && i < records; i++) {
        uint32_t u = unit_of(unit, (uint32_t)i);
        if (p->most[u] && UINT32_MAX - p->least[u] + 1 != p->most[u])
            bits[i / 8] |= (uint8_t)(1 << i % 8);
    }
    return error->status;
}

/* Collective. */
static ck_status count_partners(const ck_comm *comm, ck_error *error, ck_settled *s, uint32_t k, uint32_t source, const uint32_t *unit, partners *p) {
    ck_links part;
    memset(p->least, 0, p->n * sizeof *p->least);
    memset(p->most, 0, p->n * sizeof *p->most);
    ck_kept_links_rewind(s->kept);
    while (ck_kept_links_next(s->kept, error, &part) == CK_OK && part.n > 0) {
        count_part(s, k, source, unit, &part, p);
        ck_stop_check(error);
    }
    if (ck_par_agree(comm, error) != CK_OK)
        return error->status;
    merge_partners(comm, p->least, p->n);
    merge_partners(comm, p->most, p->n);
    take_several(error, p, unit, p->n, &s->several[k * s->people->nsources + source]);
    return ck_par_agree(comm, error);
}

/* ---- units ---- */

/* Records of one unit hang together; so do links that a rule before `end` has decided. Local. */
static ck_status join_part(ck_error *error, const ck_settled *s, uint32_t end, ck_links part, ck_components *components) {
    double *weight = ck_alloc(error, part.n, sizeof *weight);
    for (uint64_t i = 0; weight && i < part.n; i++)
        weight[i] = find_rule(s, part.a[i], part.b[i], part.pattern[i], end) < end ? 1 : 0;
    part.weight = weight;
    if (weight)
        ck_components_join(error, components, &part, 1);
    ck_free(weight);
    return error->status;
}

/* The persons that the rules before `end` make of the units: [records], caller frees. Collective. */
static ck_status find_units(const ck_comm *comm, ck_error *error, ck_settled *s, uint32_t end, const uint32_t *given, uint32_t **unit) {
    uint64_t records = s->people->records;
    ck_components components = {0};
    ck_index index = {0};
    ck_links part;
    ck_components_init(error, records, &components);
    if (!error->status && given)
        memcpy(components.parent, given, records * sizeof *given);
    ck_kept_links_rewind(s->kept);
    while (!error->status && ck_kept_links_next(s->kept, error, &part) == CK_OK && part.n > 0)
        join_part(error, s, end, part, &components);
    if (ck_components_finish(comm, error, &components, &index) == CK_OK)
        ck_gather_persons(comm, error, &index, unit);
    ck_index_free(&index);
    ck_components_free(&components);
    return error->status;
}

/* ---- rules ---- */

/* Collective. */
static ck_status settle_rule(const ck_comm *comm, ck_error *error, ck_settled *s, uint32_t k, const uint32_t *given, partners *p) {
    uint32_t *found = NULL;
    if (k > 0 && find_units(comm, error, s, k, given, &found) != CK_OK)
        return error->status;
    const uint32_t *unit = k > 0 ? found : given;
    for (uint32_t source = 0; source < s->people->nsources && error->status == CK_OK; source++)
        count_partners(comm, error, s, k, source, unit, p);
    ck_free(found);
    return error->status;
}

static ck_status take_partners(ck_error *error, uint64_t records, partners *p) {
    *p = (partners){.n = records};
    p->least = ck_alloc(error, records, sizeof *p->least);
    p->most = ck_alloc(error, records, sizeof *p->most);
    return error->status;
}

ck_status ck_cascade_settle(const ck_comm *comm, ck_error *error, const ck_cascade *cascade, const ck_people *people, const uint32_t *unit,
                            ck_kept_links *kept, ck_settled *settled) {
    partners p = {0};
    *settled = (ck_settled){.cascade = cascade, .people = people, .kept = kept};
    settled->several = ck_alloc_zero(error, (size_t)cascade->n * people->nsources, sizeof *settled->several);
    settled->decided = ck_alloc_zero(error, cascade->n, sizeof *settled->decided);
    if (ck_cascade_asks_unique(cascade))
        take_partners(error, people->records, &p);
    ck_par_agree(comm, error);
    for (uint32_t k = 0; k < cascade->n && error->status == CK_OK; k++)
        if (cascade->rule[k].unique != CK_UNIQUE_NO)
            settle_rule(comm, error, settled, k, unit, &p);
    ck_kept_links_rewind(kept);
    ck_free(p.least);
    ck_free(p.most);
    return error->status;
}

bool ck_cascade_weigh(const ck_cascade *cascade, ck_links *links) {
    bool known = true;
    for (uint64_t i = 0; i < links->n; i++) {
        uint32_t k = 0;
        while (k < cascade->n && !(links->pattern[i] & keys_of(&cascade->rule[k])))
            k++;
        known &= k < cascade->n;
        links->weight[i] = ck_cascade_weight(k);
    }
    return known;
}

/* ---- what comes out ---- */

static void decide_link(ck_settled *s, ck_links *part, uint64_t i) {
    uint32_t n = s->cascade->n, k = find_rule(s, part->a[i], part->b[i], part->pattern[i], n);
    uint64_t keys = part->pattern[i];
    if (k < n) {
        keys &= keys_of(&s->cascade->rule[k]);
        part->weight[i] = ck_cascade_weight(k);
        s->decided[k]++;
    } else {
        part->weight[i] = -part->weight[i];
        s->ties++;
    }
    part->rule[i] = (uint8_t)__builtin_ctzll(keys);
}

ck_status ck_settled_next(void *settled, ck_error *error, ck_links *part) {
    ck_settled *s = settled;
    if (ck_kept_links_next(s->kept, error, part) == CK_OK)
        for (uint64_t i = 0; i < part->n; i++)
            decide_link(s, part, i);
    return error->status;
}

void ck_settled_close(ck_settled *settled) {
    size_t n = settled->several ? (size_t)settled->cascade->n * settled->people->nsources : 0;
    for (size_t i = 0; i < n; i++)
        ck_free(settled->several[i]);
    ck_free(settled->several);
    ck_free(settled->decided);
    *settled = (ck_settled){0};
}
