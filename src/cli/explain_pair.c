#include "cli/explain_pair.h"
#include "base/memory.h"

ck_status ck_pair_engine_open(ck_workspace *work, ck_error *error, ck_pair_engine *engine) {
    ck_engine_options options = ck_workspace_engine_options(work);
    options.link_type = CK_LINK_AND_DEDUPE;
    options.allowed = NULL;
    engine->comm = &work->cli->comm;
    engine->people = work->people;
    engine->source = ck_alloc(error, work->people.nsources, sizeof *engine->source);
    for (uint32_t s = 0; engine->source && s < work->people.nsources; s++) {
        engine->source[s] = work->people.source[s];
        engine->source[s].unique = false;
    }
    engine->people.source = engine->source;
    if (ck_par_agree(engine->comm, error) == CK_OK)
        ck_engine_create(engine->comm, error, &engine->people, &work->job.rules, &work->job.comparisons, &options, &engine->engine);
    return error->status;
}

ck_status ck_pair_compare(const ck_pair_engine *engine, ck_error *error, uint32_t a, uint32_t b, uint64_t *pattern, uint64_t *mask) {
    const ck_people *people = &engine->people;
    ck_cells cells = {0};
    uint32_t *group = ck_alloc_zero(error, people->end - people->begin, sizeof *group);
    for (uint64_t i = people->begin; group && i < people->end; i++)
        group[i - people->begin] = i == a || i == b;
    if (ck_par_agree(engine->comm, error) == CK_OK && ck_engine_count_groups(engine->engine, error, group, &cells) == CK_OK) {
        if (cells.n == 1) {
            *pattern = cells.pattern[0];
            *mask = cells.mask[0];
        } else {
            ck_fail(error, CK_INTERNAL, "The pair was compared %zu times.", cells.n);
        }
    }
    ck_cells_free(&cells);
    ck_free(group);
    return ck_par_agree(engine->comm, error);
}

void ck_pair_engine_close(ck_pair_engine *engine) {
    ck_engine_free(engine->engine);
    ck_free(engine->source);
    *engine = (ck_pair_engine){0};
}

const ck_level *ck_level_of_pattern(const ck_comparisons *comparisons, const uint64_t *stride, uint32_t c, uint64_t pattern) {
    const ck_comparison *comparison = &comparisons->comparison[c];
    return &comparison->level[ck_level_of_gamma(comparison, ck_pattern_gamma(stride, c, pattern))];
}
