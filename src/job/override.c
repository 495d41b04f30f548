/* --set key=value: one value of the job file replaced from the command line, before anything is checked. */
#include "job/node.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** One step of "blocking[0].max_block": a key, or a number in brackets. */
typedef struct step {
    bool is_index;
    size_t index;
    char key[128];
} step;

static ck_status fail_path(ck_error *error, const char *override) {
    return ck_fail(error, CK_USAGE, "--set %s: write key=value, with dots between keys and [i] for the items of a list, "
                   "as in threshold.match=0.95 or blocking[0].max_block=50.", override);
}

/** Read the step at *at and move *at behind it; the path ends at `end`. */
static bool read_step(const char **at, const char *end, bool first, step *next) {
    const char *p = *at;
    next->is_index = p < end && *p == '[';
    if (next->is_index) {
        char *digits_end;
        if (first || !isdigit((unsigned char)p[1]))
            return false;
        next->index = (size_t)strtoull(p + 1, &digits_end, 10);
        *at = digits_end + 1;
        return digits_end < end && *digits_end == ']';
    }
    if (!first && *p++ != '.')
        return false;
    size_t n = strcspn(p, ".[=");
    if (n == 0 || n >= sizeof next->key)
        return false;
    memcpy(next->key, p, n);
    next->key[n] = 0;
    *at = p + n;
    return true;
}

/** The value that a step leads to, and where to put another; NULL in *slot when a key is not there yet. */
static ck_status follow_index(ck_error *error, ck_doc *doc, const char *override, ck_node *list, const step *next,
                              ck_node ***slot) {
    if (list->kind == CK_NODE_MAP && list->n == 0)
        list->kind = CK_NODE_LIST;
    if (list->kind != CK_NODE_LIST)
        return ck_fail(error, CK_USAGE, "--set %s: [%zu] stands after a key that holds %s, not a list.", override, next->index,
                       ck_node_kind_name(list));
    if (next->index > list->n)
        return ck_fail(error, CK_USAGE, "--set %s: [%zu] is beyond the list, which has %zu item%s.", override, next->index, list->n,
                       list->n == 1 ? "" : "s");
    if (next->index == list->n) {
        ck_node *fresh = ck_node_new(error, doc, CK_NODE_MAP, NULL);
        if (ck_node_append(error, doc, list, fresh) != CK_OK)
            return error->status;
        fresh->origin = override;
    }
    *slot = &list->entry[next->index].value;
    return CK_OK;
}

static ck_status follow_key(ck_error *error, ck_doc *doc, const char *override, ck_node *map, const step *next,
                            ck_node ***slot) {
    if (map->kind != CK_NODE_MAP)
        return ck_fail(error, CK_USAGE, "--set %s: '%s' cannot be set, since %s stands there, not a mapping.", override,
                       next->key, ck_node_kind_name(map));
    if (!ck_node_get(map, next->key)) {
        ck_node *fresh = ck_node_new(error, doc, CK_NODE_MAP, NULL);
        if (ck_node_set(error, doc, map, next->key, fresh) != CK_OK)
            return error->status;
        fresh->origin = override;
    }
    for (size_t i = 0; i < map->n; i++)
        if (strcmp(map->entry[i].key, next->key) == 0)
            *slot = &map->entry[i].value;
    return CK_OK;
}

/** Nothing is written there ("columns:"): an empty mapping, so that keys can be set in it. */
static void make_map_of_null(ck_node *node, const char *override) {
    if (!ck_node_is_null(node))
        return;
    node->kind = CK_NODE_MAP;
    node->origin = override;
}

ck_status ck_doc_override(ck_error *error, ck_doc *doc, const char *override, ck_lift *lift, const void *top) {
    const char *end = strchr(override, '='), *at = override;
    if (!end || end == override)
        return fail_path(error, override);
    ck_node *value, **slot = &doc->root;
    char *origin = ck_doc_print(error, doc, "%s", override);
    if (!origin || ck_doc_read_value(error, doc, end + 1, origin, &value) != CK_OK)
        return error->status;
    char path[512] = "";
    while (at < end) {
        step next;
        if (!read_step(&at, end, at == override, &next))
            return fail_path(error, override);
        make_map_of_null(*slot, origin);
        if (!next.is_index && lift(error, doc, top, *slot, path, next.key) != CK_OK)
            return error->status;
        ck_status status = next.is_index ? follow_index(error, doc, origin, *slot, &next, &slot)
                                         : follow_key(error, doc, origin, *slot, &next, &slot);
        if (status != CK_OK)
            return status;
        size_t used = strlen(path);
        if (next.is_index)
            snprintf(path + used, sizeof path - used, "[]");
        else
            snprintf(path + used, sizeof path - used, "%s%s", used ? "." : "", next.key);
    }
    *slot = value;
    return CK_OK;
}
