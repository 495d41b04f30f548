#include "base/memory.h"
#include "link/engine.h"
#include <string.h>

static void take_matrix(const bool *given, uint32_t n, const bool *unique, bool *allowed) {
    memcpy(allowed, given, (size_t)n * n * sizeof *allowed);
    for (uint32_t s = 0; s < n; s++)
        allowed[s * n + s] = allowed[s * n + s] && !unique[s];
}

ck_status ck_engine_allow(ck_error *error, const ck_engine_options *options, const ck_people *people, bool **allowed) {
    uint32_t n = people->nsources;
    bool *unique = ck_alloc_zero(error, n, sizeof *unique);
    *allowed = ck_alloc_zero(error, (size_t)n * n, sizeof **allowed);
    for (uint32_t s = 0; unique && s < n; s++)
        unique[s] = people->source[s].unique;
    if (!error->status && options->allowed)
        take_matrix(options->allowed, n, unique, *allowed);
    else if (!error->status)
        ck_link_allowed(options->link_type, n, unique, *allowed);
    ck_free(unique);
    return error->status;
}
