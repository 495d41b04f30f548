/* Presets, short levels, and what a comparison says for its levels (m, u, term_frequency) become plain levels. */
#include "base/memory.h"
#include "job/job_keys.h"
#include "job/preset.h"
#include <stdio.h>
#include <string.h>

/** A preset's text with $1, $2, $3 replaced by the columns of `on`. */
static ck_node *fill_in(ck_error *error, const ck_shaper *shaper, const char *pattern, const ck_node *on, const ck_node *near) {
    char text[600];
    size_t n = 0;
    for (; *pattern && n < sizeof text - 1; pattern++) {
        if (*pattern != '$') {
            text[n++] = *pattern;
            continue;
        }
        const char *column = on->entry[*++pattern - '1'].value->text;
        n += (size_t)snprintf(text + n, sizeof text - n, "%s", column);
        n = n < sizeof text ? n : sizeof text - 1;
    }
    text[n] = 0;
    return ck_node_scalar(error, shaper->doc, text, near);
}

static ck_status add_preset_level(ck_error *error, const ck_shaper *shaper, const ck_preset_level *from, const ck_node *on,
                                  ck_node *levels) {
    ck_node *level = ck_node_new(error, shaper->doc, CK_NODE_MAP, levels);
    if (!level || ck_node_set(error, shaper->doc, level, "when", fill_in(error, shaper, from->when, on, levels)) != CK_OK)
        return error->status;
    if (from->frequency) {
        ck_node *frequency = ck_node_new(error, shaper->doc, CK_NODE_MAP, levels);
        if (!frequency ||
            ck_node_set(error, shaper->doc, frequency, "column", fill_in(error, shaper, from->frequency, on, levels)) != CK_OK)
            return error->status;
        ck_node_set(error, shaper->doc, level, "term_frequency", frequency);
    }
    return ck_node_append(error, shaper->doc, levels, level);
}

static const ck_preset *find_preset(ck_error *error, const ck_shaper *shaper, const ck_node *map, const ck_node *on) {
    const ck_node *word = ck_node_get(map, "preset");
    const ck_preset *preset = word->kind == CK_NODE_SCALAR ? ck_preset_find(word->text) : NULL;
    size_t n = 0;
    while (ck_preset_words[n])
        n++;
    if (!preset)
        ck_node_fail_unknown(error, shaper->doc, word, "Preset", word->text, ck_preset_words, n);
    else if (on->n < preset->least_columns || on->n > preset->most_columns)
        ck_node_fail(error, shaper->doc, word, "Preset '%s' needs %s in 'on', but %zu %s there.", preset->name,
                     preset->most_columns == 1 ? "one column" : "two columns (and perhaps a third that joins them)", on->n,
                     on->n == 1 ? "is" : "are");
    return error->status == CK_OK ? preset : NULL;
}

/** The ladder of a preset in place of its name. A third column lives on in its level only. */
static ck_status expand_preset(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    ck_node *on = ck_node_get(map, "on"), *word = ck_node_get(map, "preset");
    const ck_preset *preset = find_preset(error, shaper, map, on);
    ck_node *levels = preset ? ck_node_new(error, shaper->doc, CK_NODE_LIST, word) : NULL;
    if (!levels)
        return error->status;
    for (size_t i = 0; i < CK_PRESET_LEVELS && preset->level[i].when; i++) {
        const ck_preset_level *from = i == 0 && on->n > 2 ? &preset->third : &preset->level[i];
        if (add_preset_level(error, shaper, from, on, levels) != CK_OK)
            return error->status;
    }
    if (preset->null && !ck_node_get(map, "null") &&
        ck_node_set(error, shaper->doc, map, "null", fill_in(error, shaper, preset->null, on, word)) != CK_OK)
        return error->status;
    on->n = on->n > 2 ? 2 : on->n;
    ck_node_remove(map, "preset");
    return ck_node_set(error, shaper->doc, map, "levels", levels);
}

/** Every level a mapping, its parts rejoined, `else` at the end. */
static ck_status normalise_levels(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    ck_node *levels = ck_node_get(map, "levels");
    levels->path = ck_doc_print(error, shaper->doc, "%s.levels", map->path);
    if (!levels->path)
        return error->status;
    if (levels->kind != CK_NODE_LIST || levels->n == 0)
        return ck_node_fail(error, shaper->doc, levels, "A list of at least one level is needed.");
    if (ck_join_texts(error, shaper, levels) != CK_OK)
        return error->status;
    for (size_t i = 0; i < levels->n; i++)
        if (levels->entry[i].value->kind == CK_NODE_SCALAR &&
            ck_lift_short(error, shaper->doc, &ck_level_keys, levels->entry[i].value) != CK_OK)
            return error->status;
    const ck_node *last = levels->entry[levels->n - 1].value, *when = ck_node_get(last, "when");
    if (when && when->kind == CK_NODE_SCALAR && strcmp(when->text, "else") == 0)
        return CK_OK;
    ck_node *level = ck_node_new(error, shaper->doc, CK_NODE_MAP, levels);
    if (!level || ck_node_set(error, shaper->doc, level, "when", ck_node_scalar(error, shaper->doc, "else", levels)) != CK_OK)
        return error->status;
    return ck_node_append(error, shaper->doc, levels, level);
}

/** m: [.9, .08, .02] of a comparison: one number to each level. */
static ck_status spread_numbers(ck_error *error, const ck_shaper *shaper, ck_node *map, const char *key) {
    const ck_node *numbers = ck_node_get(map, key), *levels = ck_node_get(map, "levels");
    if (!numbers)
        return CK_OK;
    if (numbers->kind != CK_NODE_LIST)
        return ck_node_fail(error, shaper->doc, numbers, "'%s' of a comparison is a list of one number for each level.", key);
    if (numbers->n != levels->n)
        return ck_node_fail(error, shaper->doc, numbers,
                            "'%s' has %zu number%s, but the comparison has %zu levels besides the null level (with 'else').", key,
                            numbers->n, numbers->n == 1 ? "" : "s", levels->n);
    for (size_t i = 0; i < levels->n; i++) {
        ck_node *level = levels->entry[i].value;
        if (ck_node_is_null(numbers->entry[i].value))
            continue;
        if (ck_node_get(level, key))
            return ck_node_fail(error, shaper->doc, numbers, "'%s' is given for the comparison and again for level %zu.", key, i);
        if (ck_node_set(error, shaper->doc, level, key, numbers->entry[i].value) != CK_OK)
            return error->status;
    }
    ck_node_remove(map, key);
    return CK_OK;
}

/* ---- term frequencies ---- */

static ck_node *copy_map(ck_error *error, const ck_shaper *shaper, const ck_node *from) {
    ck_node *map = ck_node_new(error, shaper->doc, CK_NODE_MAP, from);
    for (size_t i = 0; map && i < from->n; i++) {
        ck_node *value = ck_node_new(error, shaper->doc, CK_NODE_SCALAR, from);
        if (!value)
            return NULL;
        *value = *from->entry[i].value;
        if (ck_node_set(error, shaper->doc, map, from->entry[i].key, value) != CK_OK)
            return NULL;
    }
    return map;
}

/** true is a mapping without keys, false is absence. */
static ck_status normalise_frequency(ck_error *error, const ck_shaper *shaper, ck_node *map, bool *off) {
    static const char *const no[] = {"false", "no", "off"}, *const yes[] = {"true", "yes", "on"};
    ck_node *value = ck_node_get(map, "term_frequency");
    *off = false;
    if (!value || value->kind == CK_NODE_MAP)
        return CK_OK;
    for (size_t i = 0; value->kind == CK_NODE_SCALAR && i < 3; i++) {
        if (strcmp(value->text, yes[i]) == 0)
            return ck_node_set(error, shaper->doc, map, "term_frequency", ck_node_new(error, shaper->doc, CK_NODE_MAP, value));
        if (strcmp(value->text, no[i]) == 0) {
            ck_node_remove(map, "term_frequency");
            *off = true;
            return CK_OK;
        }
    }
    return ck_node_fail(error, shaper->doc, value, "'term_frequency' is true, false, or a mapping such as {weight: 0.5}.");
}

/** One level's adjustment replaced by what the comparison says; its column stays. */
static ck_status replace_frequency(ck_error *error, const ck_shaper *shaper, ck_node *level, const ck_node *wanted) {
    const ck_node *old = ck_node_get(level, "term_frequency");
    ck_node *column = old && old->kind == CK_NODE_MAP ? ck_node_get(old, "column") : NULL;
    ck_node *frequency = copy_map(error, shaper, wanted);
    if (!frequency)
        return error->status;
    if (column && !ck_node_get(frequency, "column") &&
        ck_node_set(error, shaper->doc, frequency, "column", column) != CK_OK)
        return error->status;
    return ck_node_set(error, shaper->doc, level, "term_frequency", frequency);
}

/** What a comparison says of term frequencies goes to its `exact` level and to those that a preset adjusts. */
static ck_status spread_frequency(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    bool off, found = false;
    if (normalise_frequency(error, shaper, map, &off) != CK_OK)
        return error->status;
    ck_node *wanted = ck_node_get(map, "term_frequency"), *levels = ck_node_get(map, "levels");
    for (size_t i = 0; (wanted || off) && i < levels->n; i++) {
        ck_node *level = levels->entry[i].value, *when = ck_node_get(level, "when");
        bool exact = when && when->kind == CK_NODE_SCALAR && strcmp(when->text, "exact") == 0;
        if (!exact && !ck_node_get(level, "term_frequency"))
            continue;
        found = true;
        if (off)
            ck_node_remove(level, "term_frequency");
        else if (replace_frequency(error, shaper, level, wanted) != CK_OK)
            return error->status;
    }
    if (wanted && !found)
        return ck_node_fail(error, shaper->doc, wanted, "There is no level 'exact' that term_frequency could adjust.");
    ck_node_remove(map, "term_frequency");
    return CK_OK;
}

/** The column that a level's adjustment reads is the first of `on` unless it is named. */
static ck_status name_frequency_columns(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    const ck_node *levels = ck_node_get(map, "levels"), *first = ck_node_get(map, "on")->entry[0].value;
    for (size_t i = 0; i < levels->n; i++) {
        bool off;
        ck_node *level = levels->entry[i].value;
        if (level->kind == CK_NODE_MAP && normalise_frequency(error, shaper, level, &off) != CK_OK)
            return error->status;
        ck_node *frequency = ck_node_get(level, "term_frequency");
        if (frequency && !ck_node_get(frequency, "column") &&
            ck_node_set(error, shaper->doc, frequency, "column", ck_node_scalar(error, shaper->doc, first->text, frequency)) !=
                CK_OK)
            return error->status;
    }
    return CK_OK;
}

/* ---- the comparison ---- */

static ck_status name_after_columns(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    const ck_node *on = ck_node_get(map, "on");
    const char *name = on->entry[0].value->text;
    for (size_t i = 1; name && i < on->n; i++)
        name = ck_doc_print(error, shaper->doc, "%s_%s", name, on->entry[i].value->text);
    return name ? ck_node_set(error, shaper->doc, map, "name", ck_node_scalar(error, shaper->doc, name, on)) : error->status;
}

static ck_status check_choice(ck_error *error, const ck_shaper *shaper, const ck_node *map) {
    if (!ck_node_get(map, "on"))
        return ck_node_fail(error, shaper->doc, map, "Key 'on' is missing: the column that is compared.");
    bool preset = ck_node_get(map, "preset"), levels = ck_node_get(map, "levels");
    if (preset && levels)
        return ck_node_fail(error, shaper->doc, map, "Keys 'preset' and 'levels' exclude each other; write one of them.");
    if (!preset && !levels)
        return ck_node_fail(error, shaper->doc, map, "A comparison needs 'levels', or a 'preset' such as name.");
    return CK_OK;
}

ck_status ck_rewrite_comparison(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    ck_prefer_override(map, "preset", "levels");
    if (check_choice(error, shaper, map) != CK_OK || ck_make_texts(error, shaper, map, "on") != CK_OK)
        return error->status;
    if (ck_node_get(map, "preset") && expand_preset(error, shaper, map) != CK_OK)
        return error->status;
    const ck_node *on = ck_node_get(map, "on");
    if (on->n > 2)
        return ck_node_fail(error, shaper->doc, on, "A comparison is of one column or two, but %zu are named.", on->n);
    if (normalise_levels(error, shaper, map) != CK_OK || spread_numbers(error, shaper, map, "m") != CK_OK ||
        spread_numbers(error, shaper, map, "u") != CK_OK || spread_frequency(error, shaper, map) != CK_OK ||
        name_frequency_columns(error, shaper, map) != CK_OK)
        return error->status;
    return ck_node_get(map, "name") ? CK_OK : name_after_columns(error, shaper, map);
}

ck_status ck_rewrite_level(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    ck_node *when = ck_node_get(map, "when");
    if (!when || when->kind != CK_NODE_SCALAR || ck_node_get(map, "label"))
        return CK_OK;
    return ck_node_set(error, shaper->doc, map, "label", ck_node_scalar(error, shaper->doc, when->text, when));
}
