/* YAML text to nodes, through libyaml's document API. */
#include "base/memory.h"
#include "job/node.h"
#include <string.h>
#include <yaml.h>

/** What one reading shares. */
typedef struct reading {
    ck_doc *doc;
    yaml_document_t *yaml;
    const char *origin;
} reading;

static uint32_t line_of_offset(const char *text, size_t offset) {
    uint32_t line = 1;
    for (size_t i = 0; i < offset && text[i]; i++)
        line += text[i] == '\n';
    return line;
}

static ck_status fail_syntax(ck_error *error, const ck_doc *doc, const yaml_parser_t *parser, const char *text,
                             const char *origin) {
    if (parser->error == YAML_MEMORY_ERROR)
        return ck_fail(error, CK_MEMORY, "Out of memory while reading %s.", doc->file);
    const char *problem = parser->problem ? parser->problem : "it cannot be read";
    if (origin)
        return ck_fail(error, CK_USAGE, "--set %s: the value is not valid YAML: %s.", origin, problem);
    if (parser->error == YAML_READER_ERROR)
        return ck_fail(error, CK_USAGE, "%s:%u: not valid YAML: %s.", doc->file,
                       line_of_offset(text, parser->problem_offset), problem);
    if (parser->context)
        return ck_fail(error, CK_USAGE, "%s:%zu: not valid YAML: %s %s that begins on line %zu.", doc->file,
                       parser->problem_mark.line + 1, problem, parser->context, parser->context_mark.line + 1);
    return ck_fail(error, CK_USAGE, "%s:%zu: not valid YAML: %s.", doc->file, parser->problem_mark.line + 1, problem);
}

static ck_node *convert(ck_error *error, const reading *from, int id, uint32_t depth);

static ck_status convert_list(ck_error *error, const reading *from, const yaml_node_t *yaml, ck_node *list,
                              uint32_t depth) {
    for (yaml_node_item_t *item = yaml->data.sequence.items.start; item < yaml->data.sequence.items.top; item++)
        if (ck_node_append(error, from->doc, list, convert(error, from, *item, depth + 1)) != CK_OK)
            return error->status;
    return CK_OK;
}

static ck_status convert_pair(ck_error *error, const reading *from, const yaml_node_pair_t *pair, ck_node *map,
                              uint32_t depth) {
    ck_node *key = convert(error, from, pair->key, depth + 1);
    if (!key)
        return error->status;
    if (key->kind != CK_NODE_SCALAR)
        return ck_node_fail(error, from->doc, key, "A key is %s here, but keys are plain words.", ck_node_kind_name(key));
    if (ck_node_get(map, key->text))
        return ck_node_fail(error, from->doc, key, "Key '%s' is given twice in one mapping.", key->text);
    if (ck_node_set(error, from->doc, map, key->text, convert(error, from, pair->value, depth + 1)) != CK_OK)
        return error->status;
    map->entry[map->n - 1].line = key->line;
    return CK_OK;
}

static ck_status convert_map(ck_error *error, const reading *from, const yaml_node_t *yaml, ck_node *map,
                             uint32_t depth) {
    for (yaml_node_pair_t *pair = yaml->data.mapping.pairs.start; pair < yaml->data.mapping.pairs.top; pair++)
        if (convert_pair(error, from, pair, map, depth) != CK_OK)
            return error->status;
    return CK_OK;
}

static ck_status convert_scalar(ck_error *error, const reading *from, const yaml_node_t *yaml, ck_node *scalar) {
    const char *text = (const char *)yaml->data.scalar.value;
    if (strlen(text) != yaml->data.scalar.length)
        return ck_node_fail(error, from->doc, scalar, "A value holds a NUL character.");
    scalar->plain = yaml->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    scalar->text = ck_doc_print(error, from->doc, "%s", text);
    return error->status;
}

/** An alias that holds itself never ends: depth and number of nodes are bounded. */
static ck_node *convert(ck_error *error, const reading *from, int id, uint32_t depth) {
    static const ck_node_kind kind[] = {[YAML_SCALAR_NODE] = CK_NODE_SCALAR, [YAML_SEQUENCE_NODE] = CK_NODE_LIST,
                                        [YAML_MAPPING_NODE] = CK_NODE_MAP};
    const yaml_node_t *yaml = yaml_document_get_node(from->yaml, id);
    ck_node *node = ck_node_new(error, from->doc, kind[yaml->type], NULL);
    if (!node)
        return NULL;
    node->line = (uint32_t)yaml->start_mark.line + 1;
    node->origin = from->origin;
    if (depth > CK_DOC_DEPTH_MAX)
        ck_node_fail(error, from->doc, node, "Values are nested more than %d deep (does an alias hold itself?).",
                     CK_DOC_DEPTH_MAX);
    else if (yaml->type == YAML_SEQUENCE_NODE)
        convert_list(error, from, yaml, node, depth);
    else if (yaml->type == YAML_MAPPING_NODE)
        convert_map(error, from, yaml, node, depth);
    else
        convert_scalar(error, from, yaml, node);
    return error->status == CK_OK ? node : NULL;
}

static ck_status refuse_second(ck_error *error, const ck_doc *doc, yaml_parser_t *parser, const char *text,
                               const char *origin) {
    yaml_document_t yaml;
    if (!yaml_parser_load(parser, &yaml))
        return fail_syntax(error, doc, parser, text, origin);
    const yaml_node_t *root = yaml_document_get_root_node(&yaml);
    if (root)
        ck_fail(error, CK_USAGE, "%s:%zu: A second YAML document begins here; a job is one document.", doc->file,
                root->start_mark.line + 1);
    yaml_document_delete(&yaml);
    return error->status;
}

static ck_node *read_root(ck_error *error, ck_doc *doc, const char *text, const char *origin) {
    yaml_parser_t parser;
    yaml_document_t yaml;
    ck_node *root = NULL;
    if (!yaml_parser_initialize(&parser)) {
        ck_fail(error, CK_MEMORY, "Out of memory while reading %s.", doc->file);
        return NULL;
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
    if (!yaml_parser_load(&parser, &yaml)) {
        fail_syntax(error, doc, &parser, text, origin);
    } else {
        reading from = {doc, &yaml, origin};
        if (yaml_document_get_root_node(&yaml))
            root = convert(error, &from, 1, 0);
        else
            root = ck_node_new(error, doc, CK_NODE_SCALAR, NULL);
        yaml_document_delete(&yaml);
        if (root && refuse_second(error, doc, &parser, text, origin) != CK_OK)
            root = NULL;
    }
    yaml_parser_delete(&parser);
    return root;
}

ck_status ck_doc_read(ck_error *error, ck_doc *doc, const char *text, const char *file) {
    doc->file = ck_doc_print(error, doc, "%s", file);
    if (!doc->file)
        return error->status;
    ck_node *root = read_root(error, doc, text, NULL);
    if (!root)
        return error->status;
    if (ck_node_is_null(root) && root->text[0] == 0)
        return ck_node_fail(error, doc, root, "The file is empty.");
    doc->root = root;
    return CK_OK;
}

ck_status ck_doc_read_value(ck_error *error, ck_doc *doc, const char *text, const char *origin, ck_node **value) {
    *value = read_root(error, doc, text, origin);
    if (*value)
        (*value)->origin = origin;
    return error->status;
}
