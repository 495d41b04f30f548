#include "choose/greedy.h"
#include "base/memory.h"
#include "choose/candidates.h"
#include <math.h>
#include <string.h>

enum { PRICES_MOST = 32, PRICES_LEAST = 5, NEVER = UINT32_MAX };
static const double first_price = .1, last_price = 1e-7, price_step = 2.5;
static const double second_finding = .12;  /* worth of finding a pair once more */
static const double gain_least = 3e-4;
static const double new_least = .05;       /* of a rule's pairs at least this share is thought new */
static const double enough = .0005, as_good = .001;

/* Partners that are made already, or that an option would make: sampled record above record, rising. */
typedef struct pair_set {
    size_t n;
    uint64_t *pair;
} pair_set;

/* One run at one price. */
typedef struct run {
    ck_error *error;
    const ck_greedy *greedy;
    double price;
    double *weight;      /* [draws] what finding it is still worth */
    double *net, *cost; /* [options] net: upper bound, exact when fresh */
    uint32_t *fresh;     /* [options] the number of picks when its net was computed; NEVER: not yet */
    pair_set made;
    ck_pick_list picks;
} run;

/* What finding a draw for the first time is worth. */
static double whole_weight(const run *r, uint32_t d) {
    return r->greedy->weight ? r->greedy->weight[d] : d < r->greedy->draws;
}

static double fixed_cost(const ck_rule_option *option) {
    return CK_KEY_COST * option->keys + CK_REPEAT_COST * option->pairs;
}

/* ---- sets of pairs ---- */

static uint64_t pair_of(const ck_partner *partner) {
    return (uint64_t)partner->sampled << 32 | partner->record;
}

/* Pairs of an option that are not made yet; with `united` all of both. */
static size_t count_new(const run *r, const ck_rule_option *option, uint64_t *united, size_t *n) {
    const ck_partner_list *list = &r->greedy->partners[option->candidate];
    size_t fresh = 0, k = 0, to = 0;
    for (size_t i = 0; i < list->n; i++) {
        uint64_t pair = pair_of(&list->partner[i]);
        if (list->partner[i].size > ck_caps[option->cap])
            continue;
        for (; k < r->made.n && r->made.pair[k] < pair; k++)
            if (united)
                united[to++] = r->made.pair[k];
        if (k < r->made.n && r->made.pair[k] == pair)
            continue;
        fresh++;
        if (united)
            united[to++] = pair;
    }
    for (; united && k < r->made.n; k++)
        united[to++] = r->made.pair[k];
    if (n)
        *n = to;
    return fresh;
}

static ck_status unite(run *r, const ck_rule_option *option) {
    uint64_t *united = ck_alloc(r->error, r->made.n + r->greedy->partners[option->candidate].n, sizeof *united);
    if (!united)
        return r->error->status;
    size_t n;
    count_new(r, option, united, &n);
    ck_free(r->made.pair);
    r->made = (pair_set){n, united};
    return CK_OK;
}

/* ---- one option ---- */

static double sum_weights(const run *r, const uint64_t *cover) {
    double sum = 0;
    for (uint32_t w = 0; w < r->greedy->nwords; w++)
        for (uint64_t bits = cover[w]; bits; bits &= bits - 1)
            sum += r->weight[64 * w + (uint32_t)__builtin_ctzll(bits)];
    return sum;
}

static uint32_t best_option(const run *r) {
    uint32_t best = NEVER;
    for (uint32_t i = 0; i < r->greedy->noptions; i++)
        if (r->net[i] > 0 && (best == NEVER || r->net[i] > r->net[best]))
            best = i;
    return best;
}

static double cost_of(const run *r, const ck_rule_option *option) {
    double new_pairs = (double)count_new(r, option, NULL, NULL) / 2 / fmax(1, r->greedy->counted);
    return fmax(new_pairs, new_least * option->pairs);
}

/* The net of option i as things stand; 0 when it does not pay. */
static void refresh(run *r, uint32_t i) {
    const ck_rule_option *option = &r->greedy->option[i];
    double gain = sum_weights(r, option->cover) / r->greedy->draws;
    r->fresh[i] = r->picks.n;
    r->net[i] = 0;
    if (gain < gain_least || gain - r->price * (fixed_cost(option) + new_least * option->pairs) <= 0)
        return;
    r->cost[i] = cost_of(r, option);
    r->net[i] = fmax(0, gain - r->price * (fixed_cost(option) + r->cost[i]));
}

/* ---- one price ---- */

static ck_status begin_run(run *r) {
    const ck_greedy *greedy = r->greedy;
    r->weight = ck_alloc(r->error, 64 * (size_t)greedy->nwords, sizeof *r->weight);
    r->net = ck_alloc(r->error, greedy->noptions, sizeof *r->net);
    r->cost = ck_alloc(r->error, greedy->noptions, sizeof *r->cost);
    r->fresh = ck_alloc(r->error, greedy->noptions, sizeof *r->fresh);
    if (r->error->status != CK_OK)
        return r->error->status;
    for (uint32_t d = 0; d < 64 * greedy->nwords; d++)
        r->weight[d] = whole_weight(r, d);
    for (uint32_t i = 0; i < greedy->noptions; i++) {
        const ck_rule_option *option = &greedy->option[i];
        r->net[i] = sum_weights(r, option->cover) / greedy->draws - r->price * (fixed_cost(option) + new_least * option->pairs);
        r->fresh[i] = NEVER;
    }
    return CK_OK;
}

static void end_run(run *r) {
    ck_free(r->weight);
    ck_free(r->net);
    ck_free(r->cost);
    ck_free(r->fresh);
    ck_free(r->made.pair);
}

/* The same keys with a lower cap can bring nothing more. */
static void drop_lower_caps(run *r, const ck_rule_option *taken) {
    for (uint32_t i = 0; i < r->greedy->noptions; i++)
        if (r->greedy->option[i].candidate == taken->candidate && r->greedy->option[i].cap <= taken->cap)
            r->net[i] = 0;
}

static ck_status take(run *r, uint32_t i) {
    const ck_rule_option *option = &r->greedy->option[i];
    double fresh = 0;
    for (uint32_t w = 0; w < r->greedy->nwords; w++)
        for (uint64_t bits = option->cover[w]; bits; bits &= bits - 1) {
            uint32_t d = 64 * w + (uint32_t)__builtin_ctzll(bits);
            fresh += r->weight[d] < whole_weight(r, d) ? 0 : r->weight[d];
            r->weight[d] *= second_finding;
        }
    double new_cover = fresh / r->greedy->draws;
    r->picks.pick[r->picks.n++] = (ck_pick){i, r->cost[i], new_cover};
    r->picks.pairs += r->cost[i];
    r->picks.cover += new_cover;
    drop_lower_caps(r, option);
    return unite(r, option);
}

static void sum_worth(run *r) {
    double left = 0;
    for (uint32_t d = 0; d < r->greedy->draws; d++)
        left += r->weight[d];
    r->picks.worth = 1 - left / fmax(1, r->greedy->draws);
}

/* Take the option of greatest net while one pays. */
static ck_status run_price(run *r) {
    if (begin_run(r) != CK_OK)
        return r->error->status;
    while (r->picks.n < CK_PICKS_MAX && r->error->status == CK_OK) {
        uint32_t i = best_option(r);
        if (i == NEVER)
            break;
        if (r->fresh[i] != r->picks.n)
            refresh(r, i);
        else if (r->picks.pairs + r->cost[i] > r->greedy->budget)
            r->net[i] = 0;
        else
            take(r, i);
    }
    sum_worth(r);
    return r->error->status;
}

/* ---- all prices ---- */

static double best_worth(const ck_pick_list *list, uint32_t begin, uint32_t end) {
    double best = 0;
    for (uint32_t i = begin; i < end; i++)
        best = fmax(best, list[i].worth);
    return best;
}

/* The cheapest of those that are as good as the best. */
static void choose_list(const ck_pick_list *list, uint32_t n, ck_pick_list *best) {
    double top = best_worth(list, 0, n);
    *best = (ck_pick_list){.pairs = INFINITY};
    for (uint32_t i = 0; i < n; i++)
        if (list[i].worth >= top - as_good && list[i].pairs < best->pairs)
            *best = list[i];
}

ck_status ck_greedy_run(ck_error *error, const ck_greedy *greedy, ck_pick_list *best) {
    ck_pick_list *list = ck_alloc_zero(error, PRICES_MOST, sizeof *list);
    uint32_t n = 0;
    for (double price = first_price; list && n < PRICES_MOST && price > last_price; price /= price_step) {
        run r = {.error = error, .greedy = greedy, .price = price};
        run_price(&r);
        list[n++] = r.picks;
        end_run(&r);
        if (error->status != CK_OK)
            break;
        if (n >= PRICES_LEAST && best_worth(list, n - 2, n) < best_worth(list, 0, n - 2) + enough)
            break;
    }
    if (error->status == CK_OK)
        choose_list(list, n, best);
    ck_free(list);
    return error->status;
}
