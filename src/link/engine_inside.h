/** What an engine holds, and the passes that its other files are made of. Inner part of engine.c, engine_passes.c and engine_cost.c. */
#ifndef CK_LINK_ENGINE_INSIDE_H
#define CK_LINK_ENGINE_INSIDE_H
#include "link/crew.h"
#include "link/engine.h"

struct ck_engine {
    const ck_comm *comm;
    ck_engine_options options;
    bool *allowed, *class_allowed; /* [nsources * nsources]; by class where some records are settled, else NULL */
    ck_evaluator *evaluator;
    ck_layout layout;
    ck_shared shared;
    ck_rule_exprs exprs[CK_RULES_MAX];
    ck_rule_keys keys[CK_RULES_MAX];
    ck_rule_census census[CK_RULES_MAX];
    ck_packed_rows rows;
    ck_route route[CK_RULES_MAX]; /* of the rules' passes; each made before the first of them, since often the census alone is wanted */
    uint64_t wave_bytes, keys_bytes, links_bytes; /* of the passes' memory: blocks in flight, keys of groups before, links that wait */
    const char *kept_in;       /* folder of unfinished work, or NULL */
    char stamp[CK_RUN_STAMP];  /* of counts and cells */
};

static inline ck_key_source ck_engine_key_source(const ck_engine *engine) {
    return (ck_key_source){engine->comm, engine->shared.people, engine->evaluator, engine->shared.allowed, engine->options.threads,
                           engine->options.settled, engine->options.settled_out};
}

static inline ck_status ck_engine_hire(const ck_engine *engine, ck_error *error, ck_goal goal, bool compare, ck_crew *crew) {
    return ck_crew_hire(engine->comm, error, &engine->shared, engine->options.threads, goal, compare, crew);
}
/** Work on the blocks of all rules. Nothing of it is kept when `place` has no folder. `what` is said of its progress. Collective. */
ck_status ck_engine_run_rules(ck_engine *engine, ck_error *error, const char *what, const ck_run_place *place, ck_crew *crew);

#endif
