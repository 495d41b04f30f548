#include "choose/choosing.h"
#include "base/memory.h"
#include <math.h>
#include <stdio.h>

enum { TEXT_ROOM = 4096 };

void ck_choosing_free(ck_choosing *choosing) {
    if (!choosing)
        return;
    for (uint32_t k = 0; choosing->partners && k < choosing->ncandidates; k++)
        ck_free(choosing->partners[k].partner);
    for (uint32_t k = 0; k < choosing->noptions; k++)
        ck_free(choosing->option[k].cover);
    for (uint32_t p = 0; choosing->text && p < choosing->nparts; p++)
        ck_free(choosing->text[p]);
    ck_free(choosing->partners);
    ck_free(choosing->option);
    ck_free(choosing->candidate);
    ck_free(choosing->text);
    ck_free(choosing);
}

ck_status ck_choosing_name(ck_error *error, const ck_key_parts *parts, ck_choosing *choosing) {
    choosing->nparts = parts->n;
    choosing->text = ck_alloc_zero(error, parts->n, sizeof *choosing->text);
    for (uint32_t p = 0; error->status == CK_OK && p < parts->n; p++)
        choosing->text[p] = ck_copy_string(error, parts->part[p].text);
    return error->status;
}

/* ---- what is said ---- */

/* A pick as it travels. */
typedef struct verdict {
    uint32_t candidate;
    uint64_t cap;
    double new_pairs, new_cover, cover;
} verdict;

typedef struct summary {
    uint32_t n, sessions;
    double pairs, cover, matches;
    ck_look look;
    verdict verdict[CK_PICKS_MAX];
} summary;

/* Share of the made-up partners that an option finds. */
static double share_of(const ck_choosing *choosing, const ck_rule_option *option) {
    uint64_t n = 0;
    for (uint32_t w = 0; w < choosing->nwords; w++)
        n += (uint64_t)__builtin_popcountll(option->cover[w]);
    return (double)n / fmax(1, choosing->draws);
}

/* Rank 0. */
static void summarise(const ck_choosing *choosing, const ck_pick_list *picks, const ck_look *look, summary *s) {
    *s = (summary){.n = picks->n, .sessions = choosing->sessions, .pairs = picks->pairs, .cover = picks->cover, .matches = choosing->matches, .look = *look};
    for (uint32_t r = 0; r < s->n; r++) {
        const ck_pick *pick = &picks->pick[r];
        const ck_rule_option *option = &choosing->option[pick->option];
        s->verdict[r] = (verdict){option->candidate, ck_caps[option->cap], pick->new_pairs, pick->new_cover, share_of(choosing, option)};
    }
}

static ck_status write_rule(ck_error *error, const ck_choosing *choosing, const verdict *v, ck_chosen_rule *rule) {
    char text[TEXT_ROOM] = "";
    const ck_conjunction *of = &choosing->candidate[v->candidate];
    for (uint32_t i = 0, n = 0; i < of->n; i++)
        n += (uint32_t)snprintf(text + n, sizeof text - n, "%s%s", i ? ", " : "", choosing->text[of->part[i]]);
    rule->keys = ck_copy_string(error, text);
    rule->max_block = v->cap;
    rule->new_pairs = v->new_pairs;
    rule->share = v->cover;
    return error->status;
}

static ck_status write_choice(ck_error *error, const ck_choosing *choosing, const summary *s, ck_choice *choice) {
    *choice = (ck_choice){.budget = choosing->budget, .pairs = s->pairs, .recall = s->cover, .matches = s->matches, .parts = choosing->nparts,
                          .candidates = choosing->ncandidates, .seeds = choosing->seeds, .sessions = s->sessions, .look = s->look};
    double found = 0;
    choice->rule = ck_alloc_zero(error, s->n, sizeof *choice->rule);
    for (uint32_t r = 0; choice->rule && r < s->n && write_rule(error, choosing, &s->verdict[r], &choice->rule[r]) == CK_OK; r++, choice->n++) {
        found += s->verdict[r].new_cover;
        choice->rule[r].new_matches = s->verdict[r].new_cover * s->matches;
        choice->rule[r].found = found;
    }
    return error->status;
}

/* Rank 0's picks to every rank, in words. */
static ck_status share_choice(const ck_comm *comm, ck_error *error, const ck_choosing *choosing, const ck_pick_list *picks, const ck_look *look,
                              ck_choice *choice) {
    summary *s = ck_alloc_zero(error, 1, sizeof *s);
    if (ck_par_agree(comm, error) == CK_OK) {
        if (comm->rank == 0)
            summarise(choosing, picks, look, s);
        ck_par_broadcast(comm, 0, s, sizeof *s);
        if (s->n == 0)
            ck_fail(error, CK_DATA, "No blocking rule could be found: the columns agree too rarely, or too often, for any to be worth its pairs; "
                    "write rules under 'blocking:', or raise 'budget:'.");
        else
            write_choice(error, choosing, s, choice);
    }
    ck_free(s);
    return ck_par_agree(comm, error);
}

/* ---- what is best ---- */

static ck_greedy greedy_of(const ck_choosing *choosing) {
    return (ck_greedy){.noptions = choosing->noptions, .option = choosing->option, .draws = choosing->draws, .nwords = choosing->nwords,
                       .budget = choosing->budget, .partners = choosing->partners, .counted = choosing->counted};
}

ck_status ck_choosing_pick(const ck_comm *comm, ck_error *error, ck_choosing *choosing, ck_choice *choice) {
    ck_greedy greedy = greedy_of(choosing);
    ck_look none = {0};
    if (comm->rank == 0)
        ck_greedy_run(error, &greedy, &choosing->first);
    return ck_par_agree(comm, error) == CK_OK ? share_choice(comm, error, choosing, &choosing->first, &none, choice) : error->status;
}

ck_status ck_choose_again(const ck_comm *comm, ck_error *error, const ck_choosing *choosing, const ck_trained_rules *trained, ck_choice *choice) {
    ck_greedy greedy = greedy_of(choosing);
    ck_pick_list *picks = ck_alloc(error, 1, sizeof *picks);
    ck_look look = {0};
    *choice = (ck_choice){0};
    if (picks && comm->rank == 0) {
        *picks = choosing->first;
        ck_look_again(error, &greedy, trained, picks, &look);
    }
    if (ck_par_agree(comm, error) == CK_OK)
        share_choice(comm, error, choosing, picks, &look, choice);
    ck_free(picks);
    return error->status;
}
