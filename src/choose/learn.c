#include "choose/learn.h"
#include "base/log.h"
#include "base/memory.h"
#include "choose/compare_pairs.h"
#include "choose/seeds.h"
#include "link/train_home.h"
#include "link/train_u.h"
#include "model/estimate.h"
#include <inttypes.h>
#include <math.h>
#include <string.h>

static const uint64_t random_pairs = 1000000;
static const double matches_least = 20, share_least = .003, matches_weight = 5000;
enum { LEAST_FREE = 2, SHARE_STEPS = 30 };
#define ROLE(name) (1u << CK_ROLE_##name)
enum {
    HOME = ROLE(SURNAME) | ROLE(ADDRESS) | ROLE(HOUSE_NUMBER) | ROLE(DWELLING) | ROLE(POSTCODE) | ROLE(PHONE) | ROLE(PLACE) |
           ROLE(NORTHING) | ROLE(EASTING),
    PERSON = ROLE(BIRTH_DATE) | ROLE(FORENAME) | ROLE(FULL_NAME) | ROLE(EMAIL) | ROLE(IDENTIFIER),
    GIVEN = ROLE(FORENAME) | ROLE(FULL_NAME)
};

void ck_learned_free(ck_learned *learned) {
    for (uint32_t c = 0; learned->comparisons.comparison && c < learned->comparisons.n; c++)
        ck_free(learned->comparisons.comparison[c].level);
    ck_free(learned->comparisons.comparison);
    ck_sample_free(&learned->rows);
    ck_free(learned->a);
    ck_free(learned->b);
    ck_free(learned->mask);
    ck_free(learned->pattern);
    *learned = (ck_learned){0};
}

/* ---- comparisons of one's own ---- */

/* Levels are copied, for their m and u; conditions and texts stay the input's. */
static ck_status copy_comparisons(ck_error *error, const ck_comparisons *from, ck_comparisons *to) {
    to->comparison = ck_alloc_zero(error, from->n, sizeof *to->comparison);
    for (uint32_t c = 0; to->comparison && c < from->n; c++, to->n++) {
        to->comparison[c] = from->comparison[c];
        to->comparison[c].level = ck_alloc(error, from->comparison[c].nlevels, sizeof(ck_level));
        if (!to->comparison[c].level)
            break;
        memcpy(to->comparison[c].level, from->comparison[c].level, from->comparison[c].nlevels * sizeof(ck_level));
    }
    return error->status;
}

static const ck_level *top_level(const ck_comparison *comparison) {
    return &comparison->level[comparison->nlevels > 1 && comparison->level[0].is_null ? 1 : 0];
}

/* What each comparison is of. What follows from where the home is, as a state does, is one more place. Collective. */
static ck_status find_subjects(const ck_comm *comm, ck_error *error, const ck_choose_input *input, ck_learned *learned) {
    for (uint32_t c = 0; c < learned->comparisons.n; c++) {
        ck_subject *subject = &learned->subject[c];
        uint32_t n = 0;
        for (uint32_t column = 0; column < input->schema->ncolumns && error->status == CK_OK; column++)
            if (ck_level_condition_reads(&top_level(&learned->comparisons.comparison[c])->condition, column)) {
                bool follows = false;
                ck_train_follows_home(comm, error, input->people, input->schema->ncolumns, column, &follows);
                subject->roles |= 1u << (follows ? CK_ROLE_PLACE : input->role[column]);
                subject->group = n++ ? UINT32_MAX - 1 : column;
            }
        if (subject->roles & (GIVEN | ROLE(SURNAME)))
            subject->group = CK_NAMES_TOGETHER;
    }
    return error->status;
}

/* ---- counts ---- */

static ck_status count_cells(ck_error *error, const ck_learned *learned, ck_cells *cells) {
    cells->n = learned->npairs;
    cells->pattern = ck_alloc(error, cells->n, sizeof *cells->pattern);
    cells->mask = ck_alloc(error, cells->n, sizeof *cells->mask);
    cells->count = ck_alloc(error, cells->n, sizeof *cells->count);
    if (error->status != CK_OK)
        return error->status;
    for (size_t k = 0; k < cells->n; k++) {
        cells->pattern[k] = learned->pattern[k];
        cells->mask[k] = learned->mask[k];
        cells->count[k] = 1;
    }
    return ck_cells_normalise(error, cells);
}

/* ---- u ---- */

/* Collective; the comparisons of rank 0 get u. */
static ck_status learn_u(const ck_comm *comm, ck_error *error, const ck_choose_input *input, ck_learned *learned) {
    ck_rules none = {0};
    ck_cells random = {0};
    ck_engine *engine = NULL;
    ck_level_values *exact = ck_alloc(error, 1, sizeof *exact);
    if (ck_par_agree(comm, error) == CK_OK &&
        ck_engine_create(comm, error, input->people, &none, &learned->comparisons, input->engine, &engine) == CK_OK) {
        learned->possible_pairs = (double)ck_engine_possible_pairs(engine);
        if (ck_train_exact_u(comm, error, input->people, &learned->comparisons, input->engine, exact) == CK_OK &&
            ck_engine_count_random(engine, error, random_pairs, input->seed, &random) == CK_OK && comm->rank == 0)
            ck_estimate_u(error, &learned->comparisons, &random, exact, 1e-9);
    }
    ck_engine_free(engine);
    ck_cells_free(&random);
    ck_free(exact);
    return ck_par_agree(comm, error);
}

/* ---- m: a session a seed, rank 0 ---- */

/* What a seed says something of: comparisons of its columns, and what goes with them. */
static uint32_t held_out_by(const ck_choose_input *input, const ck_key_parts *parts, const ck_learned *learned, const ck_conjunction *seed) {
    uint32_t out = 0, roles = 0;
    for (uint32_t i = 0; i < seed->n; i++) {
        const ck_key_part *part = &parts->part[seed->part[i]];
        for (uint32_t c = 0; c < learned->comparisons.n; c++)
            if (part->column == CK_NAMES_TOGETHER ? learned->subject[c].group == CK_NAMES_TOGETHER
                                                  : ck_level_condition_reads(&top_level(&learned->comparisons.comparison[c])->condition, part->column))
                out |= UINT32_C(1) << c;
        if (part->column != CK_NAMES_TOGETHER)
            roles |= 1u << input->role[part->column];
    }
    for (uint32_t c = 0; c < learned->comparisons.n; c++)
        roles |= out >> c & 1 ? learned->subject[c].roles : 0;
    /* Who share no more than a home are relatives: the other columns of the home tell nothing there. A forename tells the sex. */
    bool home = (roles & HOME) && !(roles & PERSON), given = roles & GIVEN;
    for (uint32_t c = 0; c < learned->comparisons.n; c++)
        if ((home && (learned->subject[c].roles & HOME)) || (given && learned->subject[c].roles == ROLE(SEX)))
            out |= UINT32_C(1) << c;
    return out;
}

static bool has_free(const ck_learned *learned, uint32_t held_out) {
    uint32_t n = 0;
    for (uint32_t c = 0; c < learned->comparisons.n; c++)
        n += !(held_out >> c & 1) && learned->subject[c].roles != ROLE(SEX);
    return n >= LEAST_FREE;
}

/* log2 m/u of a level; 0 where either is unknown. */
static double level_weight(const ck_level *level, double m) {
    return level->is_null || !(m > 0) || !(level->u > 0) ? 0 : log2(m / level->u);
}

/* Share of a session's matches whose level of comparison c is known. */
static double known_share(const ck_learned *learned, const ck_cells *cells, uint32_t seed, uint32_t held_out, const ck_level_values *m,
                          double share, double known[CK_COMPARISONS_MAX]) {
    double total = 0;
    memset(known, 0, CK_COMPARISONS_MAX * sizeof *known);
    for (size_t i = 0; i < cells->n; i++) {
        double weight = ck_weight_of_probability(share);
        if (!(cells->mask[i] >> seed & 1))
            continue;
        for (uint32_t c = 0; c < learned->comparisons.n; c++) {
            const ck_comparison *comparison = &learned->comparisons.comparison[c];
            int gamma = ck_pattern_gamma(learned->stride, c, cells->pattern[i]);
            if (gamma >= 0 && !(held_out >> c & 1)) {
                uint32_t level = ck_level_of_gamma(comparison, gamma);
                weight += level_weight(&comparison->level[level], m->v[c][level]);
            }
        }
        double matches = ck_probability_of_weight(weight) * (double)cells->count[i];
        total += matches;
        for (uint32_t c = 0; c < learned->comparisons.n; c++)
            known[c] += ck_pattern_gamma(learned->stride, c, cells->pattern[i]) >= 0 ? matches : 0;
    }
    return total;
}

/* Sums over sessions of weight times m. */
typedef struct mean_m {
    ck_level_values sum;
    double weight[CK_COMPARISONS_MAX];
} mean_m;

static void add_session(const ck_learned *learned, const ck_cells *cells, uint32_t seed, uint32_t held_out, const ck_level_values *m,
                        const ck_session *session, mean_m *mean) {
    double known[CK_COMPARISONS_MAX], matches = session->match_share * (double)session->pairs;
    double total = known_share(learned, cells, seed, held_out, m, session->match_share, known);
    for (uint32_t c = 0; c < learned->comparisons.n && total > 0; c++) {
        double weight = fmin(matches, matches_weight) * session->match_share * session->match_share * known[c] / total;
        if (held_out >> c & 1)
            continue;
        mean->weight[c] += weight;
        for (uint32_t i = 0; i < learned->comparisons.comparison[c].nlevels; i++)
            mean->sum.v[c][i] += weight * (isnan(m->v[c][i]) ? 0 : m->v[c][i]);
    }
}

/* m of the sessions' mean; without one it falls from the top. Nothing is zero. */
static void settle_m(ck_learned *learned, const mean_m *mean) {
    for (uint32_t c = 0; c < learned->comparisons.n; c++) {
        ck_comparison *comparison = &learned->comparisons.comparison[c];
        double total = 0;
        for (uint32_t i = 0; i < comparison->nlevels; i++) {
            ck_level *level = &comparison->level[i];
            int gamma = ck_level_gamma(comparison, i);
            level->m = mean->weight[c] > 0 ? mean->sum.v[c][i] / mean->weight[c] + 1e-6 : pow(gamma + 1, 1.5) * (i == (comparison->level[0].is_null) ? 4 : 1);
            total += level->is_null ? 0 : level->m;
        }
        for (uint32_t i = 0; i < comparison->nlevels; i++)
            comparison->level[i].m /= total;
    }
}

static ck_status run_session(ck_error *error, const ck_choose_input *input, const ck_key_parts *parts, ck_learned *learned, const ck_cells *cells,
                             uint32_t s, mean_m *mean) {
    ck_em_options options = ck_em_options_resolve((ck_em_options){.tolerance = 1e-5, .max_iterations = 60});
    ck_session session = {0};
    uint32_t out = held_out_by(input, parts, learned, &learned->seed[s]);
    ck_level_values *m = ck_alloc(error, 1, sizeof *m);
    if (m && has_free(learned, out) && ck_em_session(error, &learned->comparisons, cells, s, out, &options, m, &session) == CK_OK &&
        session.used && session.match_share >= share_least && session.match_share * (double)session.pairs >= matches_least) {
        add_session(learned, cells, s, out, m, &session, mean);
        learned->nsessions++;
    }
    ck_free(session.rule);
    ck_free(session.reason);
    ck_free(m);
    return error->status;
}

double ck_learned_weight(const ck_learned *learned, uint64_t pattern, uint32_t left_out) {
    double weight = ck_weight_of_probability(learned->match_share);
    for (uint32_t c = 0; c < learned->comparisons.n; c++) {
        const ck_comparison *comparison = &learned->comparisons.comparison[c];
        int gamma = ck_pattern_gamma(learned->stride, c, pattern);
        if (gamma >= 0 && !(left_out >> c & 1)) {
            const ck_level *level = &comparison->level[ck_level_of_gamma(comparison, gamma)];
            weight += level_weight(level, level->m);
        }
    }
    return weight;
}

/* The share of matches among all pairs that could have been seen, so that it agrees with the posteriors it makes. */
static void learn_share(ck_learned *learned, const ck_cells *cells, double possible) {
    learned->match_share = 1e-4;
    for (int step = 0; step < SHARE_STEPS; step++) {
        double matches = 0;
        for (size_t i = 0; i < cells->n; i++)
            matches += ck_probability_of_weight(ck_learned_weight(learned, cells->pattern[i], 0)) * (double)cells->count[i];
        learned->match_share = fmin(.999, fmax(matches, 1) / fmax(possible, 2));
    }
}

/* Local, rank 0. */
static ck_status learn_m(ck_error *error, const ck_choose_input *input, const ck_key_parts *parts, double share, ck_learned *learned) {
    ck_cells cells = {0};
    mean_m *mean = ck_alloc_zero(error, 1, sizeof *mean);
    if (mean && ck_pattern_strides(error, &learned->comparisons, learned->stride) == CK_OK && ck_learned_compare(error, input, learned) == CK_OK &&
        count_cells(error, learned, &cells) == CK_OK) {
        for (uint32_t s = 0; s < learned->nseeds && error->status == CK_OK; s++)
            run_session(error, input, parts, learned, &cells, s, mean);
        settle_m(learned, mean);
        learn_share(learned, &cells, learned->possible_pairs * share);
    }
    ck_cells_free(&cells);
    ck_free(mean);
    return error->status;
}

ck_status ck_learn(const ck_comm *comm, ck_error *error, const ck_choose_input *input, const ck_key_parts *parts, const ck_part_fact *fact,
                   ck_census *census, ck_learned *learned) {
    double partners = 0, share = 1;
    *learned = (ck_learned){0};
    copy_comparisons(error, input->comparisons, &learned->comparisons);
    if (ck_par_agree(comm, error) != CK_OK)
        return error->status;
    if (find_subjects(comm, error, input, learned) == CK_OK && learn_u(comm, error, input, learned) == CK_OK &&
        ck_seeds_choose(error, parts, fact, census, learned, &partners) == CK_OK &&
        ck_seeds_pair(comm, error, input, census, partners, learned, &share) == CK_OK && comm->rank == 0)
        learn_m(error, input, parts, share, learned);
    if (ck_par_agree(comm, error) == CK_OK && comm->rank == 0)
        ck_log(CK_LOG_INFO, "choose: %u seeds, %zu pairs, %u sessions; about %.0f matches expected", learned->nseeds, learned->npairs,
               learned->nsessions, learned->match_share * learned->possible_pairs);
    return error->status;
}
