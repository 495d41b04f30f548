#include "job/shape.h"
#include "base/memory.h"
#include "base/text.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

ck_status ck_node_fail_unknown(ck_error *error, const ck_doc *doc, const ck_node *node, const char *what, const char *word,
                          const char *const *words, size_t n) {
    const char *nearest = ck_text_nearest(word, words, n);
    if (nearest)
        return ck_node_fail(error, doc, node, "%s '%s' is not known; did you mean '%s'?", what, word, nearest);
    char known[400] = "";
    for (size_t i = 0; i < n; i++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", words[i]);
    }
    return ck_node_fail(error, doc, node, "%s '%s' is not known; known: %s.", what, word, known);
}

static const ck_key *find_key(const ck_table *table, const char *name) {
    for (size_t i = 0; i < table->nkeys; i++)
        if (strcmp(table->key[i].name, name) == 0)
            return &table->key[i];
    return NULL;
}

static const char *join_path(ck_error *error, ck_doc *doc, const char *path, const char *key) {
    return ck_doc_print(error, doc, "%s%s%s", path, path[0] ? "." : "", key);
}

static ck_status refuse_unknown_keys(ck_error *error, const ck_shaper *shaper, const ck_table *table, const ck_node *map) {
    const char *known[64];
    if (table->open)
        return CK_OK;
    for (size_t i = 0; i < table->nkeys; i++)
        known[i] = table->key[i].name;
    for (size_t i = 0; i < map->n; i++) {
        if (find_key(table, map->entry[i].key))
            continue;
        ck_node at = *map->entry[i].value;
        at.line = map->entry[i].line;
        at.path = map->path;
        return ck_node_fail_unknown(error, shaper->doc, &at, "Key", map->entry[i].key, known, table->nkeys);
    }
    return CK_OK;
}

ck_status ck_lift_short(ck_error *error, ck_doc *doc, const ck_table *table, ck_node *node) {
    ck_node *value = ck_node_new(error, doc, node->kind, node);
    if (!value)
        return error->status;
    *value = *node;
    *node = (ck_node){.kind = CK_NODE_MAP, .line = node->line, .origin = node->origin, .path = node->path, .text = ""};
    return ck_node_set(error, doc, node, table->short_key, value);
}

/* The file of a job has them, those of other commands have not. */
static bool has_sources(const ck_table *table) {
    for (size_t k = 0; k < table->nkeys; k++)
        if (strcmp(table->key[k].name, "sources") == 0)
            return true;
    return false;
}

static ck_status need_map(ck_error *error, const ck_shaper *shaper, const ck_table *table, ck_node *node) {
    if (node->kind == CK_NODE_MAP)
        return CK_OK;
    if (ck_node_is_null(node)) {
        node->kind = CK_NODE_MAP;
        return CK_OK;
    }
    if (table->short_key)
        return ck_lift_short(error, shaper->doc, table, node);
    if (node == shaper->doc->root && has_sources(table))
        return ck_node_fail(error, shaper->doc, node, "This is no job file, which begins with 'name:' and lists 'sources:'. For an extract, 'carrick init FILE > job.yaml' "
                            "writes its job, and 'carrick run FILE --out DIR' links it at once.");
    return ck_node_fail(error, shaper->doc, node, "%s stands here, but a mapping is needed, such as {%s: ...}.",
                        node->kind == CK_NODE_LIST ? "A list" : "A single value", table->key[0].name);
}

/* ---- one value by its key's type ---- */

static ck_status check_value(ck_error *error, const ck_shaper *shaper, const ck_key *key, ck_node *value);

/** Would another YAML reader take this plain text for something else? Then it is quoted in the echo. */
static bool is_plain_word(const char *text) {
    static const char *const special[] = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"};
    if (!isalpha((unsigned char)text[0]))
        return false;
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (strcasecmp(text, special[i]) == 0)
            return false;
    return true;
}

static ck_status check_text(ck_error *error, const ck_shaper *shaper, const ck_key *key, ck_node *value) {
    if (value->kind != CK_NODE_SCALAR)
        return ck_node_fail(error, shaper->doc, value, "This is %s, but one text is needed.", ck_node_kind_name(value));
    bool may_be_empty = key->type == CK_KEY_TEXTS;
    if (!value->text[0] && !(may_be_empty && !value->plain))
        return ck_node_fail(error, shaper->doc, value, "Nothing is written here, but a text is needed.");
    value->plain = is_plain_word(value->text);
    return CK_OK;
}

static ck_status check_name(ck_error *error, const ck_shaper *shaper, const ck_key *key, ck_node *value) {
    if (check_text(error, shaper, key, value) != CK_OK)
        return error->status;
    bool good = !isdigit((unsigned char)value->text[0]);
    for (const char *p = value->text; *p; p++)
        good = good && (isalnum((unsigned char)*p) || *p == '_');
    if (good)
        return CK_OK;
    return ck_node_fail(error, shaper->doc, value, "'%s' is no name: use letters, digits and _, and do not begin with a digit.",
                        value->text);
}

static ck_status check_path(ck_error *error, const ck_shaper *shaper, const ck_key *key, ck_node *value) {
    if (check_text(error, shaper, key, value) != CK_OK)
        return error->status;
    const char *relative = value->text;
    while (strncmp(relative, "./", 2) == 0)
        relative += 2;
    if (relative[0] != '/')
        relative = ck_doc_print(error, shaper->doc, "%s/%s", strcmp(shaper->folder, "/") == 0 ? "" : shaper->folder, relative);
    if (!relative)
        return error->status;
    value->text = relative;
    value->plain = false;
    return CK_OK;
}

static ck_status check_flag(ck_error *error, const ck_shaper *shaper, ck_node *value) {
    static const char *const yes[] = {"true", "yes", "on"}, *const no[] = {"false", "no", "off"};
    for (size_t i = 0; value->kind == CK_NODE_SCALAR && i < 3; i++) {
        bool is_yes = strcasecmp(value->text, yes[i]) == 0;
        if (!is_yes && strcasecmp(value->text, no[i]) != 0)
            continue;
        value->text = is_yes ? "true" : "false";
        value->plain = true;
        return CK_OK;
    }
    return ck_node_fail(error, shaper->doc, value, "This must be true or false.");
}

/** A number as people write it, with no rest; no hexadecimals, no infinity. */
static bool read_number(const char *text, double *number) {
    char *end;
    if (!text || text[0] == 0 || strspn(text, "0123456789+-.eE") != strlen(text))
        return false;
    *number = strtod(text, &end);
    return *end == 0 && isfinite(*number);
}

double ck_node_number(const ck_node *node) {
    double number = NAN;
    return read_number(node->text, &number) ? number : NAN;
}

/** A short text that reads back as the same number. */
static char *print_number(ck_error *error, ck_doc *doc, double number) {
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    return ck_doc_print(error, doc, "%s", number == 0 ? "0" : text);
}

static ck_status check_number(ck_error *error, const ck_shaper *shaper, const ck_key *key, ck_node *value) {
    double number = 0;
    bool any = key->least == 0 && key->most == 0, whole = key->type == CK_KEY_COUNT;
    bool good = value->kind == CK_NODE_SCALAR && read_number(value->text, &number) && (!whole || number == floor(number));
    if (good && !any)
        good = number >= key->least && number <= key->most;
    const char *what = whole ? "a whole number" : "a number";
    if (!good && any)
        return ck_node_fail(error, shaper->doc, value, "This must be %s.", what);
    if (!good && key->most >= 1e15)
        return ck_node_fail(error, shaper->doc, value, "This must be %s of at least %g.", what, key->least);
    if (!good)
        return ck_node_fail(error, shaper->doc, value, "This must be %s from %g to %g.", what, key->least, key->most);
    value->text = whole ? ck_doc_print(error, shaper->doc, "%.0f", number) : print_number(error, shaper->doc, number);
    value->plain = true;
    return error->status;
}

static ck_status check_word(ck_error *error, const ck_shaper *shaper, const ck_key *key, ck_node *value) {
    size_t n = 0;
    for (; key->words[n]; n++)
        if (value->kind == CK_NODE_SCALAR && strcmp(value->text, key->words[n]) == 0)
            return CK_OK;
    if (value->kind != CK_NODE_SCALAR)
        return ck_node_fail(error, shaper->doc, value, "This is %s, but one word is needed.", ck_node_kind_name(value));
    return ck_node_fail_unknown(error, shaper->doc, value, "The word", value->text, key->words, n);
}

static ck_status check_byte(ck_error *error, const ck_shaper *shaper, ck_node *value) {
    if (value->kind == CK_NODE_SCALAR && strcmp(value->text, "\t") == 0)
        value->text = "tab";
    bool tab = value->kind == CK_NODE_SCALAR && strcmp(value->text, "tab") == 0;
    bool one = value->kind == CK_NODE_SCALAR && strlen(value->text) == 1 && isprint((unsigned char)value->text[0]) &&
               !isalnum((unsigned char)value->text[0]) && value->text[0] != '"';
    if (!tab && !one)
        return ck_node_fail(error, shaper->doc, value, "This must be one sign such as \",\" or \";\" or \"|\", or the word tab.");
    value->plain = tab;
    return CK_OK;
}

/** The words of one list, each by `key`; one value alone is a list of one. */
static ck_status check_list(ck_error *error, const ck_shaper *shaper, const ck_key *key, ck_node *value) {
    if (value->kind == CK_NODE_MAP)
        return ck_node_fail(error, shaper->doc, value, "This is a mapping, but a list is needed.");
    if (value->kind == CK_NODE_SCALAR) {
        ck_node *item = ck_node_new(error, shaper->doc, CK_NODE_SCALAR, value);
        if (!item)
            return error->status;
        *item = *value;
        *value = (ck_node){.kind = CK_NODE_LIST, .line = value->line, .origin = value->origin, .path = value->path, .text = ""};
        ck_node_append(error, shaper->doc, value, item);
    }
    for (size_t i = 0; i < value->n && error->status == CK_OK; i++) {
        ck_node *item = value->entry[i].value;
        item->path = ck_doc_print(error, shaper->doc, "%s[%zu]", value->path, i);
        if (!item->path)
            return error->status;
        if (key->type == CK_KEY_PATHS)
            check_path(error, shaper, key, item);
        else if (key->type == CK_KEY_TEXTS)
            check_text(error, shaper, key, item);
        else if (!ck_node_is_null(item))
            check_number(error, shaper, key, item);
    }
    return error->status;
}

/** A list may have a word in its place. */
static bool is_word_of(const ck_key *key, const ck_node *value) {
    for (size_t i = 0; key->words && key->words[i] && value->kind == CK_NODE_SCALAR; i++)
        if (strcmp(value->text, key->words[i]) == 0)
            return true;
    return false;
}

static ck_status check_tables(ck_error *error, const ck_shaper *shaper, const ck_key *key, ck_node *value) {
    if (is_word_of(key, value))
        return CK_OK;
    if (value->kind != CK_NODE_LIST)
        return ck_node_fail(error, shaper->doc, value, "This is %s, but a list is needed%s%s.", ck_node_kind_name(value),
                            key->words ? ", or the word " : "", key->words ? key->words[0] : "");
    for (size_t i = 0; i < value->n; i++) {
        const char *path = ck_doc_print(error, shaper->doc, "%s[%zu]", value->path, i);
        if (!path || ck_shape_table(error, shaper, key->table, value->entry[i].value, path) != CK_OK)
            return error->status;
    }
    if (value->n == 0 && key->required)
        return ck_node_fail(error, shaper->doc, value, "The list is empty.");
    return CK_OK;
}

static ck_status check_named(ck_error *error, const ck_shaper *shaper, const ck_key *key, ck_node *value) {
    static const ck_key name_key = {.type = CK_KEY_NAME};
    if (value->kind != CK_NODE_MAP)
        return ck_node_fail(error, shaper->doc, value, "This is %s, but a mapping from names is needed.",
                            ck_node_kind_name(value));
    for (size_t i = 0; i < value->n; i++) {
        ck_entry *entry = &value->entry[i];
        ck_node name = {.kind = CK_NODE_SCALAR, .line = entry->line, .origin = entry->value->origin, .path = value->path,
                        .text = entry->key};
        const char *path = join_path(error, shaper->doc, value->path, entry->key);
        if (!path || check_name(error, shaper, &name_key, &name) != CK_OK ||
            ck_shape_table(error, shaper, key->table, entry->value, path) != CK_OK)
            return error->status;
    }
    if (value->n == 0)
        return ck_node_fail(error, shaper->doc, value, "The mapping is empty.");
    return CK_OK;
}

static ck_status check_flags(ck_error *error, const ck_shaper *shaper, ck_node *value) {
    if (value->kind != CK_NODE_MAP)
        return ck_node_fail(error, shaper->doc, value, "This is %s, but a mapping to yes and no is needed.", ck_node_kind_name(value));
    for (size_t i = 0; i < value->n && error->status == CK_OK; i++) {
        value->entry[i].value->path = join_path(error, shaper->doc, value->path, value->entry[i].key);
        check_flag(error, shaper, value->entry[i].value);
    }
    return error->status;
}

static ck_status check_value(ck_error *error, const ck_shaper *shaper, const ck_key *key, ck_node *value) {
    switch (key->type) {
    case CK_KEY_TEXT:
        return check_text(error, shaper, key, value);
    case CK_KEY_NAME:
        return check_name(error, shaper, key, value);
    case CK_KEY_PATH:
        return check_path(error, shaper, key, value);
    case CK_KEY_FLAG:
        return check_flag(error, shaper, value);
    case CK_KEY_COUNT:
    case CK_KEY_NUMBER:
        return check_number(error, shaper, key, value);
    case CK_KEY_WORD:
        return check_word(error, shaper, key, value);
    case CK_KEY_BYTE:
        return check_byte(error, shaper, value);
    case CK_KEY_TEXTS:
    case CK_KEY_PATHS:
    case CK_KEY_NUMBERS:
        return check_list(error, shaper, key, value);
    case CK_KEY_TABLE:
        return ck_shape_table(error, shaper, key->table, value, value->path);
    case CK_KEY_TABLES:
        return check_tables(error, shaper, key, value);
    case CK_KEY_NAMED:
        return check_named(error, shaper, key, value);
    case CK_KEY_FLAGS:
        return check_flags(error, shaper, value);
    }
    return ck_fail(error, CK_INTERNAL, "Key '%s' of the job file has a type that is not known.", key->name);
}

/* ---- a mapping ---- */

static ck_status check_key(ck_error *error, const ck_shaper *shaper, const ck_key *key, ck_node *map) {
    ck_node *value = ck_node_get(map, key->name);
    if (!value && key->required)
        return ck_node_fail(error, shaper->doc, map, "Key '%s' is missing.", key->name);
    if (!value && !key->standard)
        return CK_OK;
    if (!value) {
        if (ck_doc_read_value(error, shaper->doc, key->standard, map->origin, &value) != CK_OK)
            return error->status;
        value->line = map->line;
        if (ck_node_set(error, shaper->doc, map, key->name, value) != CK_OK)
            return error->status;
    }
    value->path = join_path(error, shaper->doc, map->path, key->name);
    return value->path ? check_value(error, shaper, key, value) : error->status;
}

/** The mapping's keys in the order of the table, then those that it does not know. */
static ck_status sort_keys(ck_error *error, const ck_shaper *shaper, const ck_table *table, ck_node *map) {
    ck_node ordered = {.kind = CK_NODE_MAP};
    for (size_t i = 0; i < table->nkeys; i++) {
        ck_node *value = ck_node_get(map, table->key[i].name);
        if (value && ck_node_set(error, shaper->doc, &ordered, table->key[i].name, value) != CK_OK)
            return error->status;
    }
    for (size_t i = 0; i < map->n; i++)
        if (!find_key(table, map->entry[i].key) && ck_node_set(error, shaper->doc, &ordered, map->entry[i].key, map->entry[i].value) != CK_OK)
            return error->status;
    map->n = ordered.n;
    map->room = ordered.room;
    map->entry = ordered.entry;
    return CK_OK;
}

ck_status ck_shape_table(ck_error *error, const ck_shaper *shaper, const ck_table *table, ck_node *node, const char *path) {
    node->path = path;
    if (need_map(error, shaper, table, node) != CK_OK || refuse_unknown_keys(error, shaper, table, node) != CK_OK)
        return error->status;
    for (size_t i = 0; i < node->n; i++)
        if (!(node->entry[i].value->path = join_path(error, shaper->doc, path, node->entry[i].key)))
            return error->status;
    if (table->rewrite && table->rewrite(error, shaper, node) != CK_OK)
        return error->status;
    for (size_t i = 0; i < table->nkeys; i++)
        if (check_key(error, shaper, &table->key[i], node) != CK_OK)
            return error->status;
    return sort_keys(error, shaper, table, node);
}

/** The table whose mapping stands at a path such as "blocking[]" or "sources[].columns.dob", or NULL. */
static const ck_table *table_at(const ck_table *table, const char *path) {
    while (table && *path) {
        char name[128];
        size_t n = strcspn(path, ".[");
        snprintf(name, sizeof name, "%.*s", (int)n, path);
        path += n;
        const ck_key *key = find_key(table, name);
        table = key ? key->table : NULL;
        if (key && key->type == CK_KEY_TABLES)
            path = strncmp(path, "[]", 2) == 0 ? path + 2 : "!";
        else if (key && key->type == CK_KEY_NAMED)
            path = *path == '.' ? path + 1 + strcspn(path + 1, ".[") : "!";
        if (*path == '!')
            return NULL;
        path += *path == '.';
    }
    return table;
}

ck_status ck_shape_lift(ck_error *error, ck_doc *doc, const ck_table *top, ck_node *node, const char *path) {
    const ck_table *table = table_at(top, path);
    if (node->kind == CK_NODE_MAP || !table || !table->short_key)
        return CK_OK;
    return ck_lift_short(error, doc, table, node);
}
