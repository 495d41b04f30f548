/* Nodes to YAML text, through libyaml's emitter. */
#include "base/memory.h"
#include "job/node.h"
#include <string.h>
#include <yaml.h>

/** A growing text that the emitter writes to. */
typedef struct sink {
    ck_error *error;
    char *text;
    size_t n, room;
} sink;

static int take_bytes(void *data, unsigned char *bytes, size_t n) {
    sink *to = data;
    if (ck_grow(to->error, &to->text, &to->room, to->n + n + 1, 1) != CK_OK)
        return 0;
    memcpy(to->text + to->n, bytes, n);
    to->n += n;
    to->text[to->n] = 0;
    return 1;
}

static bool all_scalars(const ck_node *list) {
    for (size_t i = 0; i < list->n; i++)
        if (list->entry[i].value->kind != CK_NODE_SCALAR)
            return false;
    return true;
}

static bool emit_scalar(yaml_emitter_t *emitter, const char *text, bool plain) {
    yaml_event_t event;
    return yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text, (int)strlen(text), 1, 1,
                                        plain ? YAML_PLAIN_SCALAR_STYLE : YAML_DOUBLE_QUOTED_SCALAR_STYLE) &&
           yaml_emitter_emit(emitter, &event);
}

static bool emit_node(yaml_emitter_t *emitter, const ck_node *node);

static bool emit_entries(yaml_emitter_t *emitter, const ck_node *node) {
    for (size_t i = 0; i < node->n; i++) {
        if (node->kind == CK_NODE_MAP && !emit_scalar(emitter, node->entry[i].key, true))
            return false;
        if (!emit_node(emitter, node->entry[i].value))
            return false;
    }
    return true;
}

static bool emit_list(yaml_emitter_t *emitter, const ck_node *list) {
    yaml_event_t event;
    yaml_sequence_style_t style = all_scalars(list) ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE;
    return yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, style) && yaml_emitter_emit(emitter, &event) &&
           emit_entries(emitter, list) && yaml_sequence_end_event_initialize(&event) &&
           yaml_emitter_emit(emitter, &event);
}

static bool emit_map(yaml_emitter_t *emitter, const ck_node *map) {
    yaml_event_t event;
    yaml_mapping_style_t style = map->n ? YAML_BLOCK_MAPPING_STYLE : YAML_FLOW_MAPPING_STYLE;
    return yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, style) && yaml_emitter_emit(emitter, &event) &&
           emit_entries(emitter, map) && yaml_mapping_end_event_initialize(&event) &&
           yaml_emitter_emit(emitter, &event);
}

static bool emit_node(yaml_emitter_t *emitter, const ck_node *node) {
    switch (node->kind) {
    case CK_NODE_LIST:
        return emit_list(emitter, node);
    case CK_NODE_MAP:
        return emit_map(emitter, node);
    default:
        return emit_scalar(emitter, node->text, node->plain);
    }
}

static bool emit_document(yaml_emitter_t *emitter, const ck_node *root) {
    yaml_event_t event;
    return yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING) && yaml_emitter_emit(emitter, &event) &&
           yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1) && yaml_emitter_emit(emitter, &event) &&
           emit_node(emitter, root) && yaml_document_end_event_initialize(&event, 1) &&
           yaml_emitter_emit(emitter, &event) && yaml_stream_end_event_initialize(&event) &&
           yaml_emitter_emit(emitter, &event);
}

ck_status ck_node_write(ck_error *error, const ck_node *node, char **text) {
    yaml_emitter_t emitter;
    sink to = {.error = error};
    *text = NULL;
    if (!yaml_emitter_initialize(&emitter))
        return ck_fail(error, CK_MEMORY, "Out of memory while writing the job.");
    yaml_emitter_set_output(&emitter, take_bytes, &to);
    yaml_emitter_set_unicode(&emitter, 1);
    yaml_emitter_set_width(&emitter, -1);
    if (!emit_document(&emitter, node))
        ck_fail(error, CK_MEMORY, "The job could not be written as YAML: %s.",
                emitter.problem ? emitter.problem : "out of memory");
    yaml_emitter_delete(&emitter);
    if (error->status == CK_OK && !(to.text = to.text ? to.text : ck_copy_string(error, "")))
        return error->status;
    if (error->status != CK_OK) {
        ck_free(to.text);
        return error->status;
    }
    *text = to.text;
    return CK_OK;
}
