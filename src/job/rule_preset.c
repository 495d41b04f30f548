/* A preset's steps with the job's columns: named by the job, told by kind or role, or of the same name. */
#include "job/rule_preset.h"
#include "base/text.h"
#include "clean/role.h"
#include "job/job_keys.h"
#include <ctype.h>
#include <string.h>

enum { PRESETS_MAX = 32, TEXT_ROOM = 1024 };

static size_t list_names(const char *name[PRESETS_MAX]) {
    size_t n = 0;
    while (ck_rule_presets[n].name && n < PRESETS_MAX) {
        name[n] = ck_rule_presets[n].name;
        n++;
    }
    return n;
}

const ck_rule_preset *ck_rule_preset_find(const char *name) {
    for (const ck_rule_preset *preset = ck_rule_presets; preset->name; preset++)
        if (strcmp(preset->name, name) == 0)
            return preset;
    return NULL;
}

const char *ck_rule_preset_nearest(const char *name) {
    const char *known[PRESETS_MAX];
    return ck_text_nearest(name, known, list_names(known));
}

/* ---- the job's columns ---- */

/** What expanding carries along. */
typedef struct expansion {
    ck_error *error;
    const ck_shaper *shaper;
    const char *name;       /**< of the preset */
    const char *key;        /**< of the job that names it: rules or trace */
    const ck_node *place;   /**< where the job names it */
    const ck_node *given;   /**< the job's own names of columns, or NULL */
    ck_node *columns;       /**< the preset's; texts take the place of what it knows: the job's column, "" for none */
} expansion;

static ck_node *columns_of(const expansion *x, size_t source) {
    return ck_node_get(ck_node_get(x->shaper->doc->root, "sources")->entry[source].value, "columns");
}

static size_t count_sources(const expansion *x) {
    return ck_node_get(x->shaper->doc->root, "sources")->n;
}

static bool has_column(const expansion *x, const char *name) {
    for (size_t s = 0; s < count_sources(x); s++)
        if (ck_node_get(columns_of(x, s), name))
            return true;
    return false;
}

/** Is the column of the kind or the role that the preset knows? */
static bool suits(const ck_node *known, const char *name, const ck_node *column) {
    const ck_node *kind = ck_node_get(known, "kind"), *role = ck_node_get(known, "role");
    const char *as = ck_node_get(column, "as")->text;
    if (kind)
        return strcmp(kind->text, as) == 0;
    return role && strcmp(role->text, ck_role_name(ck_role_of(name, ck_kind_parse(as)))) == 0;
}

/** Is the job's column another one of the preset's, by its name or because the job says so? */
static bool is_taken(const expansion *x, const char *column, const char *name) {
    for (size_t i = 0; i < x->columns->n; i++) {
        const char *other = x->columns->entry[i].key;
        const ck_node *given = x->given ? ck_node_get(x->given, other) : NULL;
        bool by_name = !given && strcmp(other, name) == 0, by_job = given && given->kind == CK_NODE_SCALAR && strcmp(given->text, name) == 0;
        if (strcmp(other, column) != 0 && (by_name || by_job))
            return true;
    }
    return false;
}

/** A column that suits the preset's `column`, the first that is not `but`. */
static const char *find_suiting(const expansion *x, const char *column, const ck_node *known, const char *but) {
    for (size_t s = 0; s < count_sources(x); s++) {
        const ck_node *columns = columns_of(x, s);
        for (size_t c = 0; c < columns->n; c++) {
            const char *name = columns->entry[c].key;
            if ((!but || strcmp(name, but) != 0) && !is_taken(x, column, name) && suits(known, name, columns->entry[c].value))
                return name;
        }
    }
    return NULL;
}

static ck_status fail_several(const expansion *x, const char *column, const char *one, const char *other) {
    return ck_node_fail(x->error, x->shaper->doc, x->place,
                        "Preset '%s' has a column '%s', and several could be it ('%s' and '%s'); say which, as in %s: {preset: %s, columns: {%s: %s}}.",
                        x->name, column, one, other, x->key, x->name, column, one);
}

static ck_status fail_absent(const expansion *x, const char *column) {
    return ck_node_fail(x->error, x->shaper->doc, x->place,
                        "Preset '%s' needs a column '%s'; name the one of this job, as in %s: {preset: %s, columns: {%s: COLUMN}}, or write none for COLUMN to "
                        "leave out the steps that read it.", x->name, column, x->key, x->name, column);
}

static ck_status find_given(const expansion *x, const ck_node *given, const char **found) {
    bool none = given->kind == CK_NODE_SCALAR && strcmp(given->text, "none") == 0;
    if (given->kind != CK_NODE_SCALAR || (!none && !has_column(x, given->text)))
        return ck_node_fail(x->error, x->shaper->doc, given, "'%s' is no column of a source.", given->kind == CK_NODE_SCALAR ? given->text : "This");
    *found = none ? "" : given->text;
    return CK_OK;
}

/** The job's column for one of the preset's. */
static ck_status find_column(const expansion *x, const char *column, const ck_node *known, const char **found) {
    const ck_node *given = x->given ? ck_node_get(x->given, column) : NULL;
    if (given)
        return find_given(x, given, found);
    *found = has_column(x, column) ? column : find_suiting(x, column, known, NULL);
    if (!*found && ck_node_get(known, "optional"))
        *found = "";
    if (!*found)
        return fail_absent(x, column);
    const char *other = strcmp(*found, column) == 0 || !**found ? NULL : find_suiting(x, column, known, *found);
    return other ? fail_several(x, column, *found, other) : CK_OK;
}

/** The column's least value, where the job names none; of dates. */
static ck_status set_least(const expansion *x, const char *name, const ck_node *least) {
    for (size_t s = 0; least && s < count_sources(x); s++) {
        ck_node *column = ck_node_get(columns_of(x, s), name);
        if (!column || ck_node_get(column, "min") || !strstr(ck_node_get(column, "as")->text, "date"))
            continue;
        ck_node *value = ck_node_scalar(x->error, x->shaper->doc, least->text, column);
        if (!value || ck_node_set(x->error, x->shaper->doc, column, "min", value) != CK_OK ||
            ck_shape_table(x->error, x->shaper, &ck_column_keys, column, column->path) != CK_OK)
            return x->error->status;
    }
    return CK_OK;
}

/** Keys of `columns:` that are none of the preset's are slips. */
static ck_status check_given(const expansion *x) {
    const char *known[64];
    size_t n = 0;
    for (; n < x->columns->n && n < 64; n++)
        known[n] = x->columns->entry[n].key;
    if (x->given && x->given->kind != CK_NODE_MAP)
        return ck_node_fail(x->error, x->shaper->doc, x->given, "This must be a mapping from the preset's columns to the job's, such as {%s: COLUMN}.", known[0]);
    for (size_t i = 0; x->given && i < x->given->n; i++)
        if (!ck_node_get(x->columns, x->given->entry[i].key))
            return ck_node_fail_unknown(x->error, x->shaper->doc, x->given->entry[i].value, "Column", x->given->entry[i].key, known, n);
    return CK_OK;
}

static ck_status map_columns(expansion *x) {
    if (check_given(x) != CK_OK)
        return x->error->status;
    for (size_t i = 0; i < x->columns->n; i++) {
        ck_entry *entry = &x->columns->entry[i];
        const char *found = "";
        if (find_column(x, entry->key, entry->value, &found) != CK_OK || set_least(x, found, ck_node_get(entry->value, "min")) != CK_OK)
            return x->error->status;
        entry->value = ck_node_scalar(x->error, x->shaper->doc, found, x->place);
    }
    return x->error->status;
}

/* ---- steps ---- */

static bool is_word(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

/** A condition in the job's columns. What stands after a dot is a call. `*left_out`: it reads a column that there is not. */
static ck_status rename_columns(const expansion *x, ck_node *node, bool *left_out) {
    char text[TEXT_ROOM];
    size_t n = 0;
    for (const char *p = node->text; *p;) {
        size_t length = 0;
        while (is_word(p[length]))
            length++;
        char word[TEXT_ROOM];
        size_t taken = length ? length : 1;
        memcpy(word, p, taken);
        word[taken] = 0;
        const ck_node *column = length && (p == node->text || p[-1] != '.') ? ck_node_get(x->columns, word) : NULL;
        const char *put = column ? column->text : word;
        *left_out |= column && !column->text[0];
        if (n + strlen(put) >= sizeof text)
            return ck_fail(x->error, CK_INTERNAL, "Preset '%s': a condition is too long.", x->name);
        memcpy(text + n, put, strlen(put));
        n += strlen(put);
        p += taken;
    }
    text[n] = 0;
    node->text = ck_doc_print(x->error, x->shaper->doc, "%s", text);
    return x->error->status;
}

/** All texts of a step but its name, and the places of all nodes: errors are shown where the job names the preset. */
static ck_status rename_step(const expansion *x, ck_node *node, bool *left_out) {
    node->line = x->place->line;
    node->origin = x->place->origin;
    if (node->kind == CK_NODE_SCALAR)
        return rename_columns(x, node, left_out);
    for (size_t i = 0; i < node->n && !x->error->status; i++) {
        bool plain = node->kind == CK_NODE_MAP && (strcmp(node->entry[i].key, "name") == 0 || strcmp(node->entry[i].key, "unique") == 0);
        if (!plain)
            rename_step(x, node->entry[i].value, left_out);
    }
    return x->error->status;
}

static ck_status take_steps(const expansion *x, const ck_node *from, ck_node *to) {
    for (size_t i = 0; i < from->n && !x->error->status; i++) {
        ck_node *step = from->entry[i].value;
        bool left_out = false;
        if (rename_step(x, step, &left_out) == CK_OK && !left_out)
            ck_node_append(x->error, x->shaper->doc, to, step);
    }
    if (!x->error->status && to->n == 0)
        ck_node_fail(x->error, x->shaper->doc, x->place, "No step of preset '%s' is left without these columns.", x->name);
    return x->error->status;
}

/** The preset that `map` names, read, and its columns found. */
static ck_status begin_expansion(ck_error *error, const ck_shaper *shaper, const ck_node *map, const char *key, ck_node **tree, expansion *x) {
    const ck_node *word = ck_node_get(map, "preset");
    const char *known[PRESETS_MAX];
    const ck_rule_preset *preset = word->kind == CK_NODE_SCALAR ? ck_rule_preset_find(word->text) : NULL;
    if (!preset)
        return ck_node_fail_unknown(error, shaper->doc, word, "Preset", word->text, known, list_names(known));
    if (ck_doc_read_value(error, shaper->doc, preset->text, NULL, tree) != CK_OK)
        return error->status;
    *x = (expansion){error, shaper, preset->name, key, word, ck_node_get(map, "columns"), ck_node_get(*tree, "columns")};
    return map_columns(x);
}

ck_status ck_rule_preset_expand(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    expansion x;
    ck_node *tree, *steps = ck_node_new(error, shaper->doc, CK_NODE_LIST, ck_node_get(map, "preset"));
    if (!steps || begin_expansion(error, shaper, map, "rules", &tree, &x) != CK_OK || take_steps(&x, ck_node_get(tree, "steps"), steps) != CK_OK)
        return error->status;
    ck_node_remove(map, "preset");
    ck_node_remove(map, "columns");
    return ck_node_set(error, shaper->doc, map, "steps", steps);
}

/* ---- traces ---- */

static void set_place(const expansion *x, ck_node *node) {
    node->line = x->place->line;
    node->origin = x->place->origin;
    for (size_t i = 0; i < node->n; i++)
        set_place(x, node->entry[i].value);
}

/** Items in the job's columns, without those that read a column that there is not. */
static ck_status take_items(const expansion *x, ck_node *list) {
    size_t kept = 0;
    for (size_t i = 0; list && i < list->n; i++) {
        bool left_out = false;
        if (rename_step(x, list->entry[i].value, &left_out) != CK_OK)
            return x->error->status;
        if (!left_out)
            list->entry[kept++] = list->entry[i];
    }
    if (list)
        list->n = kept;
    return CK_OK;
}

/** A step lives on without some of its keys and conditions, but not without what it needs. */
static ck_status take_trace_steps(const expansion *x, ck_node *steps) {
    size_t kept = 0;
    for (size_t i = 0; i < steps->n; i++) {
        ck_node *step = steps->entry[i].value, *needs = ck_node_get(step, "needs"), *keys = ck_node_get(step, "keys"), *when = ck_node_get(step, "when");
        bool left_out = false;
        if ((needs && rename_step(x, needs, &left_out) != CK_OK) || take_items(x, keys) != CK_OK || take_items(x, when) != CK_OK)
            return x->error->status;
        if (when && when->n == 0)
            ck_node_remove(step, "when");
        if (!left_out && keys->n)
            steps->entry[kept++] = steps->entry[i];
    }
    steps->n = kept;
    return CK_OK;
}

/** The trace's own columns; one that there is not goes. */
static ck_status take_named(const expansion *x, ck_node *trace, const char *key) {
    ck_node *column = ck_node_get(trace, key);
    bool left_out = false;
    if (column && rename_step(x, column, &left_out) == CK_OK && left_out)
        ck_node_remove(trace, key);
    return x->error->status;
}

ck_status ck_trace_preset_expand(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    expansion x;
    ck_node *tree;
    if (begin_expansion(error, shaper, map, "trace", &tree, &x) != CK_OK)
        return error->status;
    ck_node *trace = ck_node_get(tree, "trace");
    if (!trace)
        return ck_node_fail(error, shaper->doc, x.place, "Preset '%s' is one of 'rules'; it says nothing of traces.", x.name);
    set_place(&x, trace);
    if (take_named(&x, trace, "number") != CK_OK || take_named(&x, trace, "superseded_by") != CK_OK || take_named(&x, trace, "as_given") != CK_OK ||
        take_trace_steps(&x, ck_node_get(trace, "steps")) != CK_OK || take_items(&x, ck_node_get(trace, "parts")) != CK_OK)
        return error->status;
    for (size_t i = 0; i < trace->n && !error->status; i++)
        if (!ck_node_get(map, trace->entry[i].key))
            ck_node_set(error, shaper->doc, map, trace->entry[i].key, trace->entry[i].value);
    ck_node_remove(map, "preset");
    ck_node_remove(map, "columns");
    return error->status;
}
