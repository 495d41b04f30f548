#include "assess/resample.h"
#include "base/hash.h"
#include "base/memory.h"
#include "link/train_home.h"
#include "link/train_rules.h"
#include "model/calibrate.h"
#include <math.h>
#include <string.h>

/* kappa of calibration, about which replicates draw theirs. */
static const double usual_stiffness = 1.2;

double ck_uniform_of_hash(uint64_t hash) {
    return ((double)(hash >> 11) + 0.5) / 9007199254740992.0;
}

uint64_t ck_draw_poisson(uint64_t n, uint64_t hash) {
    enum { SMALL = 30 };
    static const double two_pi = 6.283185307179586;
    double mean = (double)n, u = ck_uniform_of_hash(hash);
    if (n >= SMALL) {
        double normal = sqrt(-2 * log(u)) * cos(two_pi * ck_uniform_of_hash(ck_hash_mix(hash)));
        return (uint64_t)fmax(0, rint(mean + sqrt(mean) * normal));
    }
    uint64_t k = 0;
    for (double p = exp(-mean), below = p; u > below && p > 0; below += p)
        p *= mean / (double)++k;
    return k;
}

static void keep_levels(const ck_model *model, ck_resampler *r) {
    for (uint32_t c = 0; c < model->comparisons.n; c++)
        for (uint32_t i = 0; i < model->comparisons.comparison[c].nlevels; i++) {
            const ck_level *level = &model->comparisons.comparison[c].level[i];
            r->m.v[c][i] = level->m;
            r->u.v[c][i] = level->fix_u ? level->u : level->u + model->prior * level->m; /* calibration took the matches out */
        }
}

static void restore_levels(const ck_resampler *r, ck_model *model) {
    for (uint32_t c = 0; c < model->comparisons.n; c++)
        for (uint32_t i = 0; i < model->comparisons.comparison[c].nlevels; i++) {
            model->comparisons.comparison[c].level[i].m = r->m.v[c][i];
            model->comparisons.comparison[c].level[i].u = r->u.v[c][i];
        }
}

static ck_status take_room(ck_error *error, const ck_cells *cells, ck_cells *drawn) {
    drawn->pattern = ck_alloc(error, cells->n, sizeof *drawn->pattern);
    drawn->mask = ck_alloc(error, cells->n, sizeof *drawn->mask);
    drawn->count = ck_alloc(error, cells->n, sizeof *drawn->count);
    return error->status;
}

ck_status ck_resampler_open(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_rules *rules, const ck_train_options *options,
                            const ck_engine_options *engine_options, ck_engine *engine, const ck_model *model, ck_resampler *r) {
    *r = (ck_resampler){.nrules = rules->n, .records = people->records, .possible = ck_engine_possible_pairs(engine), .em = options->em};
    keep_levels(model, r);
    r->facts = ck_alloc_zero(error, rules->n, sizeof *r->facts);
    r->household = model->household; /* that calibration kept */
    ck_train_identity(error, people, &model->comparisons, &r->identity);
    if (ck_par_agree(comm, error) == CK_OK && ck_engine_count_cells(engine, error, true, &r->cells) == CK_OK &&
        ck_train_rule_facts(comm, error, people, rules, &model->comparisons, options, engine_options, engine, r->facts) == CK_OK)
        take_room(error, &r->cells, &r->drawn);
    if (ck_par_agree(comm, error) != CK_OK)
        ck_resampler_close(r);
    return error->status;
}

void ck_draw_counts(const ck_cells *cells, uint64_t replicate, uint64_t *count) {
    for (size_t i = 0; i < cells->n; i++)
        count[i] = replicate == UINT64_MAX ? cells->count[i] : ck_draw_poisson(cells->count[i], ck_hash_mix(ck_hash_mix(replicate + 1) + i));
}

/* Cells that nothing was drawn of are left out. */
static void draw(ck_resampler *r, uint64_t replicate) {
    ck_draw_counts(&r->cells, replicate, r->drawn.count);
    r->drawn.n = 0;
    for (size_t i = 0; i < r->cells.n; i++) {
        if (!r->drawn.count[i])
            continue;
        r->drawn.pattern[r->drawn.n] = r->cells.pattern[i];
        r->drawn.mask[r->drawn.n] = r->cells.mask[i];
        r->drawn.count[r->drawn.n++] = r->drawn.count[i];
    }
}

static ck_status calibrate(ck_error *error, ck_resampler *r, uint64_t replicate, double stiffness, bool keep, ck_model *model, ck_calibration *fit) {
    ck_calibration_input input = {.cells = &r->drawn, .nrules = r->nrules, .rule = r->facts, .possible_pairs = (double)r->possible,
                                  .records = (double)r->records, .household = r->household, .identity = r->identity, .em = r->em};
    draw(r, replicate);
    restore_levels(r, model);
    if (keep)
        ck_model_forget_rules(model);
    return ck_calibrate(error, model, &input, &(ck_calibration_options){.stiffness = stiffness}, keep, fit);
}

ck_status ck_resample_model(const ck_comm *comm, ck_error *error, ck_resampler *r, uint64_t replicate, ck_model *model) {
    ck_calibration fit;
    if (comm->rank == 0)
        calibrate(error, r, replicate, 0, true, model, &fit);
    return ck_par_agree(comm, error);
}

ck_status ck_resample_share(ck_error *error, ck_resampler *r, uint64_t replicate, ck_model *model, double *share) {
    bool plain = replicate == UINT64_MAX;
    double u = ck_uniform_of_hash(ck_hash_mix(~replicate)), stiffness = plain ? 0 : usual_stiffness * exp2(2 * u - 1);
    ck_calibration fit;
    calibrate(error, r, replicate, stiffness, false, model, &fit);
    *share = fit.match_share;
    return error->status;
}

void ck_resampler_close(ck_resampler *r) {
    ck_cells_free(&r->cells);
    ck_cells_free(&r->drawn);
    ck_free(r->facts);
    *r = (ck_resampler){0};
}
