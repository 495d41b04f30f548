/* Other ways to write a cascade, turned into the one that is checked. */
#include "job/job_keys.h"
#include "job/rule_preset.h"

/** `rules: hesid` was read as {steps: hesid}. */
static ck_status lift_preset(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    ck_node *steps = ck_node_get(map, "steps");
    if (steps && ck_node_get(map, "preset"))
        return ck_node_fail(error, shaper->doc, map, "Keys 'preset' and 'steps' exclude each other; to change a preset, copy its steps ('carrick rules NAME').");
    if (!steps || steps->kind != CK_NODE_SCALAR)
        return CK_OK;
    ck_node_remove(map, "steps");
    return ck_node_set(error, shaper->doc, map, "preset", steps);
}

ck_status ck_rewrite_cascade(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    if (lift_preset(error, shaper, map) != CK_OK)
        return error->status;
    const ck_node *columns = ck_node_get(map, "columns");
    if (columns && !ck_node_get(map, "preset"))
        return ck_node_fail(error, shaper->doc, columns, "'columns' goes with 'preset'; steps name the job's columns themselves.");
    if (ck_node_get(map, "preset") && ck_rule_preset_expand(error, shaper, map) != CK_OK)
        return error->status;
    return ck_make_texts(error, shaper, map, "unless");
}

ck_status ck_rewrite_cascade_rule(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    static const char *const lists[] = {"when", "keys", "unless"};
    const ck_node *when = ck_node_get(map, "when"), *keys = ck_node_get(map, "keys"), *where = ck_node_get(map, "where");
    if (!when == !keys)
        return ck_node_fail(error, shaper->doc, map, "A rule has either 'when' or 'keys'.");
    if (where && !keys)
        return ck_node_fail(error, shaper->doc, where, "'where' goes with 'keys'; what 'when' lists must all hold.");
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (ck_make_texts(error, shaper, map, lists[i]) != CK_OK)
            return error->status;
    return CK_OK;
}
