#include "job/node.h"
#include "base/memory.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct ck_doc_block {
    ck_doc_block *next;
    max_align_t memory[];
};

void *ck_doc_take(ck_error *error, ck_doc *doc, size_t bytes) {
    ck_doc_block *block = ck_alloc_zero(error, 1, sizeof *block + bytes);
    if (!block)
        return NULL;
    block->next = doc->blocks;
    doc->blocks = block;
    return block->memory;
}

char *ck_doc_print(ck_error *error, ck_doc *doc, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    char *text = n < 0 ? NULL : ck_doc_take(error, doc, (size_t)n + 1);
    if (text)
        vsnprintf(text, (size_t)n + 1, format, again);
    else
        ck_fail(error, CK_INTERNAL, "A text of the job file could not be formed.");
    va_end(again);
    va_end(args);
    return text;
}

void ck_doc_free(ck_doc *doc) {
    for (ck_doc_block *block = doc->blocks; block;) {
        ck_doc_block *next = block->next;
        ck_free(block);
        block = next;
    }
    *doc = (ck_doc){0};
}

ck_node *ck_node_new(ck_error *error, ck_doc *doc, ck_node_kind kind, const ck_node *near) {
    if (doc->nodes >= CK_DOC_NODES_MAX) {
        ck_fail(error, CK_USAGE, "%s holds more than %d values once its aliases are expanded.", doc->file, CK_DOC_NODES_MAX);
        return NULL;
    }
    ck_node *node = ck_doc_take(error, doc, sizeof *node);
    if (!node)
        return NULL;
    doc->nodes++;
    *node = (ck_node){.kind = kind, .plain = true, .path = "", .text = ""};
    if (near) {
        node->line = near->line;
        node->origin = near->origin;
        node->path = near->path;
    }
    return node;
}

ck_node *ck_node_scalar(ck_error *error, ck_doc *doc, const char *text, const ck_node *near) {
    ck_node *node = ck_node_new(error, doc, CK_NODE_SCALAR, near);
    if (node)
        node->text = ck_doc_print(error, doc, "%s", text);
    return node && node->text ? node : NULL;
}

/** Room for one more entry; old arrays stay with the document until it is freed. */
static ck_status make_room(ck_error *error, ck_doc *doc, ck_node *node) {
    if (node->n < node->room)
        return CK_OK;
    size_t room = node->room ? 2 * node->room : 4;
    ck_entry *entry = ck_doc_take(error, doc, room * sizeof *entry);
    if (!entry)
        return error->status;
    if (node->n)
        memcpy(entry, node->entry, node->n * sizeof *entry);
    node->entry = entry;
    node->room = room;
    return CK_OK;
}

ck_status ck_node_append(ck_error *error, ck_doc *doc, ck_node *list, ck_node *value) {
    if (!value || make_room(error, doc, list) != CK_OK)
        return error->status;
    list->entry[list->n++] = (ck_entry){.value = value};
    return CK_OK;
}

static ck_entry *find_entry(const ck_node *map, const char *key) {
    if (map->kind == CK_NODE_MAP)
        for (size_t i = 0; i < map->n; i++)
            if (strcmp(map->entry[i].key, key) == 0)
                return &map->entry[i];
    return NULL;
}

ck_status ck_node_set(ck_error *error, ck_doc *doc, ck_node *map, const char *key, ck_node *value) {
    if (!value)
        return error->status;
    ck_entry *entry = find_entry(map, key);
    if (entry) {
        entry->value = value;
        return CK_OK;
    }
    char *copy = ck_doc_print(error, doc, "%s", key);
    if (!copy || make_room(error, doc, map) != CK_OK)
        return error->status;
    map->entry[map->n++] = (ck_entry){.key = copy, .line = value->line, .value = value};
    return CK_OK;
}

ck_node *ck_node_get(const ck_node *map, const char *key) {
    ck_entry *entry = find_entry(map, key);
    return entry ? entry->value : NULL;
}

void ck_node_remove(ck_node *map, const char *key) {
    ck_entry *entry = find_entry(map, key);
    if (!entry)
        return;
    size_t after = (size_t)(map->entry + map->n - entry) - 1;
    memmove(entry, entry + 1, after * sizeof *entry);
    map->n--;
}

bool ck_node_is_null(const ck_node *node) {
    if (node->kind != CK_NODE_SCALAR || !node->plain)
        return false;
    static const char *const word[] = {"", "~", "null", "Null", "NULL"};
    for (size_t i = 0; i < sizeof word / sizeof *word; i++)
        if (strcmp(node->text, word[i]) == 0)
            return true;
    return false;
}

const char *ck_node_kind_name(const ck_node *node) {
    static const char *const name[] = {"a single value", "a list", "a mapping"};
    return name[node->kind];
}

/** "job.yaml:12: blocking[1]: ", or what the command line said. */
static void print_place(char *place, size_t size, const ck_doc *doc, const ck_node *node) {
    const char *colon = node->path[0] ? ": " : "";
    if (node->origin)
        snprintf(place, size, "--set %s: %s%s", node->origin, node->path, colon);
    else
        snprintf(place, size, "%s:%u: %s%s", doc->file, node->line ? node->line : 1, node->path, colon);
}

static ck_status fail_at(ck_error *error, ck_status status, const ck_doc *doc, const ck_node *node, const char *format,
                         va_list args) {
    char place[512], sentence[512];
    vsnprintf(sentence, sizeof sentence, format, args);
    print_place(place, sizeof place, doc, node);
    return ck_fail(error, status, "%s%s", place, sentence);
}

ck_status ck_node_fail(ck_error *error, const ck_doc *doc, const ck_node *node, const char *format, ...) {
    va_list args;
    va_start(args, format);
    ck_status status = fail_at(error, CK_USAGE, doc, node, format, args);
    va_end(args);
    return status;
}

ck_status ck_node_fail_file(ck_error *error, const ck_doc *doc, const ck_node *node, const char *format, ...) {
    va_list args;
    va_start(args, format);
    ck_status status = fail_at(error, CK_FILE, doc, node, format, args);
    va_end(args);
    return status;
}

ck_status ck_node_carry(ck_error *error, const ck_doc *doc, const ck_node *node, const ck_error *inner) {
    char place[512];
    print_place(place, sizeof place, doc, node);
    if (inner->status == CK_MEMORY || inner->status == CK_INTERNAL)
        return ck_fail(error, inner->status, "%s", inner->text);
    return ck_fail(error, inner->status, "%s%s", place, inner->text);
}
