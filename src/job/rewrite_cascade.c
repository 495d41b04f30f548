/* Other ways to write a cascade, turned into the one that is checked. */
#include "job/job_keys.h"

ck_status ck_rewrite_cascade(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    return ck_make_texts(error, shaper, map, "unless");
}

ck_status ck_rewrite_cascade_rule(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    const ck_node *when = ck_node_get(map, "when"), *keys = ck_node_get(map, "keys"), *where = ck_node_get(map, "where");
    if (!when == !keys)
        return ck_node_fail(error, shaper->doc, map, "A rule has either 'when' or 'keys'.");
    if (where && !keys)
        return ck_node_fail(error, shaper->doc, where, "'where' goes with 'keys'; what 'when' lists must all hold.");
    static const char *const lists[] = {"when", "keys", "unless"};
    for (size_t i = 0; i < 3; i++)
        if (ck_make_texts(error, shaper, map, lists[i]) != CK_OK)
            return error->status;
    return CK_OK;
}
