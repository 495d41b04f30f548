/* Other ways to write sources, rules and priors, turned into the one that is checked. */
#include "base/memory.h"
#include "job/job_keys.h"
#include "job/passes.h"
#include "job/trace_keys.h"
#include <stdio.h>
#include <string.h>

static void prefer(ck_node *map, const char *winner, const char *loser) {
    const ck_node *value = ck_node_get(map, winner), *other = ck_node_get(map, loser);
    if (value && other && value->origin && !other->origin)
        ck_node_remove(map, loser);
}

void ck_prefer_override(ck_node *map, const char *one, const char *other) {
    prefer(map, one, other);
    prefer(map, other, one);
}

ck_status ck_rename_key(ck_error *error, const ck_shaper *shaper, ck_node *map, const char *one, const char *many) {
    ck_prefer_override(map, one, many);
    ck_node *value = ck_node_get(map, one);
    if (!value)
        return CK_OK;
    if (ck_node_get(map, many))
        return ck_node_fail(error, shaper->doc, map, "Keys '%s' and '%s' exclude each other; write one of them.", one, many);
    ck_node_remove(map, one);
    return ck_node_set(error, shaper->doc, map, many, value);
}

/** '(' less ')' of a text. */
static int open_parentheses(const char *text) {
    int open = 0;
    for (; *text; text++)
        open += (*text == '(') - (*text == ')');
    return open;
}

ck_status ck_join_texts(ck_error *error, const ck_shaper *shaper, ck_node *list) {
    size_t kept = 0;
    for (size_t i = 0; i < list->n; i++) {
        ck_node *item = list->entry[i].value;
        while (item->kind == CK_NODE_SCALAR && item->plain && open_parentheses(item->text) > 0 && i + 1 < list->n &&
               list->entry[i + 1].value->kind == CK_NODE_SCALAR) {
            item->text = ck_doc_print(error, shaper->doc, "%s,%s", item->text, list->entry[++i].value->text);
            if (!item->text)
                return error->status;
        }
        list->entry[kept++].value = item;
    }
    list->n = kept;
    return CK_OK;
}

ck_status ck_make_texts(ck_error *error, const ck_shaper *shaper, ck_node *map, const char *key) {
    ck_node *value = ck_node_get(map, key);
    if (!value)
        return CK_OK;
    value->path = ck_doc_print(error, shaper->doc, "%s.%s", map->path, key);
    if (!value->path)
        return error->status;
    if (value->kind == CK_NODE_MAP)
        return ck_node_fail(error, shaper->doc, value, "This is a mapping, but a list is needed.");
    if (value->kind == CK_NODE_SCALAR) {
        ck_node *list = ck_node_new(error, shaper->doc, CK_NODE_LIST, value);
        if (!list || ck_node_append(error, shaper->doc, list, value) != CK_OK)
            return error->status;
        ck_node_set(error, shaper->doc, map, key, list);
        value = list;
    }
    for (size_t i = 0; i < value->n; i++)
        if (value->entry[i].value->kind != CK_NODE_SCALAR || !value->entry[i].value->text[0])
            return ck_node_fail(error, shaper->doc, value, "Item %zu of the list is not a text.", i);
    if (value->n == 0)
        return ck_node_fail(error, shaper->doc, value, "The list is empty.");
    return ck_join_texts(error, shaper, value);
}

/** "jobs/quickstart.yaml" -> "quickstart" */
static ck_status name_after_file(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    const char *file = strrchr(shaper->doc->file, '/');
    file = file ? file + 1 : shaper->doc->file;
    size_t n = strcspn(file, ".");
    char name[256];
    snprintf(name, sizeof name, "%.*s", (int)(n ? n : strlen(file)), file);
    return ck_node_set(error, shaper->doc, map, "name", ck_node_scalar(error, shaper->doc, name, map));
}

static ck_status choose_link_type(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    const ck_node *sources = ck_node_get(map, "sources");
    if (sources && sources->kind == CK_NODE_LIST && sources->n > 1)
        return ck_node_fail(error, shaper->doc, map,
                            "Key 'link' is missing; with several sources say dedupe, link or link_and_dedupe.");
    return ck_node_set(error, shaper->doc, map, "link", ck_node_scalar(error, shaper->doc, "dedupe", map));
}

static ck_status set_text(ck_error *error, const ck_shaper *shaper, ck_node *map, const char *key, const char *text) {
    return ck_node_set(error, shaper->doc, map, key, ck_node_scalar(error, shaper->doc, text, map));
}

static bool has_text(const ck_node *map, const char *key, const char *text) {
    const ck_node *node = ck_node_get(map, key);
    return node && node->kind == CK_NODE_SCALAR && strcmp(node->text, text) == 0;
}

/** What rules link hangs together, but for sources that hold a person once: of these the earlier rule wins. Nothing is checked yet. */
static const char *cluster_of_rules(const ck_node *map) {
    const ck_node *sources = ck_node_get(map, "sources");
    for (size_t s = 0; sources && sources->kind == CK_NODE_LIST && s < sources->n; s++)
        if (sources->entry[s].value->kind == CK_NODE_MAP && has_text(sources->entry[s].value, "unique", "true"))
            return "best_link";
    return "connected";
}

/** One of decide and threshold; the way of clustering and the floor that go with it. */
static ck_status choose_decision(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    ck_prefer_override(map, "decide", "threshold");
    const ck_node *threshold = ck_node_get(map, "threshold"), *decide = ck_node_get(map, "decide");
    if (threshold && decide)
        return ck_node_fail(error, shaper->doc, decide, "Keys 'decide' and 'threshold' exclude each other; write one of them.");
    if (!threshold && !decide)
        set_text(error, shaper, map, "decide", "default");
    bool once = ck_node_get(map, "many_to_one") || (ck_node_get(map, "one_to_one") && !has_text(map, "one_to_one", "false") && !has_text(map, "one_to_one", "no"));
    if (!ck_node_get(map, "cluster") && once)
        set_text(error, shaper, map, "cluster", "best_link");
    if (!ck_node_get(map, "cluster"))
        set_text(error, shaper, map, "cluster", ck_node_get(map, "rules") ? cluster_of_rules(map) : threshold ? "connected" : "merge");
    if (!ck_node_get(map, "floor")) {
        bool second_pass = has_text(map, "cluster", "merge") && !has_text(map, "link", "dedupe");
        set_text(error, shaper, map, "floor", second_pass ? "-10" : "0");
    }
    return error->status;
}

ck_status ck_rewrite_model(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    const ck_node *file = ck_node_get(map, "file"), *splink = ck_node_get(map, "splink"), *separator = ck_node_get(map, "separator");
    if (!file == !splink)
        return ck_node_fail(error, shaper->doc, map, "A model is either a 'file' of Carrick or one of 'splink'.");
    if (separator && (!splink || separator->kind != CK_NODE_SCALAR || !separator->text[0]))
        return ck_node_fail(error, shaper->doc, separator, "'separator' is a text that goes with 'splink'.");
    return CK_OK;
}

static bool is_splink(const ck_node *model) {
    return model && model->kind == CK_NODE_MAP && ck_node_get(model, "splink");
}

/** Where rules decide, nothing else has a say. */
static ck_status refuse_model(ck_error *error, const ck_shaper *shaper, const ck_node *map) {
    static const char *const keys[] = {"blocking", "comparisons", "train", "prior", "model", "budget"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const ck_node *node = ck_node_get(map, keys[i]);
        if (node)
            return ck_node_fail(error, shaper->doc, node, "Keys 'rules' and '%s' exclude each other; rules need no model.", keys[i]);
    }
    return CK_OK;
}

/** Rules and levels are the job's or a Splink model's; such a model may be trained. */
static ck_status check_ladders(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    static const char *const keys[] = {"blocking", "comparisons"};
    bool splink = is_splink(ck_node_get(map, "model"));
    if (ck_node_get(map, "rules"))
        return refuse_model(error, shaper, map);
    for (size_t i = 0; i < 2; i++) {
        if (!splink && !ck_node_get(map, keys[i]))
            return ck_node_fail(error, shaper->doc, map, "Key '%s' is missing.", keys[i]);
        if (splink && ck_node_get(map, keys[i]))
            return ck_node_fail(error, shaper->doc, ck_node_get(map, keys[i]),
                                "Keys 'model.splink' and '%s' exclude each other; the Splink model has its own.", keys[i]);
    }
    if (splink && ck_node_get(map, "prior") && !ck_node_get(map, "train"))
        return ck_node_fail(error, shaper->doc, ck_node_get(map, "prior"),
                            "A Splink model has its own prior; 'prior' goes with 'train', which trains the model anew.");
    return CK_OK;
}

/** A model that is given or a training. */
static ck_status choose_model(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    static const char *const training[] = {"train", "prior"};
    if (is_splink(ck_node_get(map, "model")) || ck_node_get(map, "rules"))
        return CK_OK;
    for (size_t i = 0; i < 2; i++)
        ck_prefer_override(map, "model", training[i]);
    const ck_node *model = ck_node_get(map, "model");
    for (size_t i = 0; model && i < 2; i++)
        if (ck_node_get(map, training[i]))
            return ck_node_fail(error, shaper->doc, ck_node_get(map, training[i]),
                                "Keys 'model' and '%s' exclude each other; a model that is given is not trained.", training[i]);
    if (model || ck_node_get(map, "train"))
        return CK_OK;
    return ck_node_set(error, shaper->doc, map, "train", ck_node_new(error, shaper->doc, CK_NODE_MAP, map));
}

ck_status ck_rewrite_job(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    if (ck_rewrite_passes(error, shaper, map) != CK_OK)
        return error->status;
    if (ck_node_get(map, "stages"))
        return ck_node_get(map, "name") ? CK_OK : name_after_file(error, shaper, map);
    if (ck_add_rules_of_trace(error, shaper->doc, map) != CK_OK || choose_model(error, shaper, map) != CK_OK || check_ladders(error, shaper, map) != CK_OK)
        return error->status;
    if (!ck_node_get(map, "name") && name_after_file(error, shaper, map) != CK_OK)
        return error->status;
    if (!ck_node_get(map, "link") && choose_link_type(error, shaper, map) != CK_OK)
        return error->status;
    return choose_decision(error, shaper, map);
}

ck_status ck_rewrite_source(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    if (ck_rename_key(error, shaper, map, "file", "files") != CK_OK)
        return error->status;
    const ck_node *files = ck_node_get(map, "files");
    if (!files)
        return ck_node_fail(error, shaper->doc, map, "Key 'file' (or 'files') is missing.");
    if (files->kind == CK_NODE_LIST && files->n == 0)
        return ck_node_fail(error, shaper->doc, map, "Key 'files' holds an empty list.");
    return CK_OK;
}

/** Is the column's kind, as yet unchecked, one of these? */
static bool kind_is(const ck_node *map, const char *kinds) {
    const ck_node *as = ck_node_get(map, "as");
    const char *word = as && as->kind == CK_NODE_SCALAR ? as->text : "text", *found = word[0] ? strstr(kinds, word) : NULL;
    return found && (found == kinds || found[-1] == ' ') && (found[strlen(word)] == ' ' || found[strlen(word)] == 0);
}

ck_status ck_rewrite_column(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    const char *name = strrchr(map->path, '.') + 1;
    if (!ck_node_get(map, "from") &&
        ck_node_set(error, shaper->doc, map, "from", ck_node_scalar(error, shaper->doc, name, map)) != CK_OK)
        return error->status;
    if (ck_make_texts(error, shaper, map, "from") != CK_OK || ck_rename_key(error, shaper, map, "format", "formats") != CK_OK)
        return error->status;
    bool date = kind_is(map, "date birth_date");
    const ck_node *formats = ck_node_get(map, "formats");
    if (formats && !date)
        return ck_node_fail(error, shaper->doc, formats, "A format belongs to a date; write 'as: date' or 'as: birth_date', or leave the format out.");
    for (int i = 0; i < 2; i++) {
        const ck_node *bound = ck_node_get(map, i ? "max" : "min");
        if (bound && !kind_is(map, "date birth_date integer number"))
            return ck_node_fail(error, shaper->doc, bound, "'%s' belongs to columns of kind date, birth_date, integer or number.",
                                i ? "max" : "min");
    }
    if (date && !formats)
        return ck_node_set(error, shaper->doc, map, "formats", ck_node_scalar(error, shaper->doc, "%Y-%m-%d", map));
    return CK_OK;
}

ck_status ck_rewrite_rule(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    return ck_make_texts(error, shaper, map, "keys");
}

ck_status ck_rewrite_prior(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    ck_prefer_override(map, "value", "rules");
    ck_prefer_override(map, "value", "recall");
    bool value = ck_node_get(map, "value"), rules = ck_node_get(map, "rules"), recall = ck_node_get(map, "recall");
    if (value && (rules || recall))
        return ck_node_fail(error, shaper->doc, map, "A prior is either a number or rules with their recall, not both.");
    if (!value && !(rules && recall))
        return ck_node_fail(error, shaper->doc, map,
                            "A prior is a number, or {rules: [...], recall: 0.8} with both of them.");
    return CK_OK;
}

/** A threshold from the command line replaces those of the other scale, and takes a higher review along. */
ck_status ck_rewrite_threshold(ck_error *error, const ck_shaper *shaper, ck_node *map) {
    static const char *const weight[] = {"match_weight", "review_weight"}, *const probability[] = {"match", "review"};
    (void)error;
    (void)shaper;
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < 2; j++)
            ck_prefer_override(map, weight[i], probability[j]);
    for (size_t i = 0; i < 2; i++) {
        const ck_node *match = ck_node_get(map, i ? "match" : "match_weight");
        const char *review_key = i ? "review" : "review_weight";
        const ck_node *review = ck_node_get(map, review_key);
        if (match && review && match->origin && !review->origin && ck_node_number(review) > ck_node_number(match))
            ck_node_remove(map, review_key);
    }
    return CK_OK;
}
