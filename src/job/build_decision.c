/* Training, thresholds and truth. */
#include "base/memory.h"
#include "job/build.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static ck_status build_prior(ck_error *error, const ck_doc *doc, ck_job *job) {
    const ck_node *prior = ck_node_get(doc->root, "prior"), *rules = prior ? ck_node_get(prior, "rules") : NULL;
    job->train.prior = NAN;
    job->train.recall = 1;
    if (!prior)
        return CK_OK;
    if (ck_shape_fill(error, &ck_prior_keys, prior, &job->train) != CK_OK)
        return error->status;
    if (rules && rules->n == 0)
        return ck_node_fail(error, doc, rules, "The list is empty.");
    return rules ? ck_build_rules(error, doc, &job->schema, rules, &job->train.prior_rules) : CK_OK;
}

/** Columns of the home are columns of the job, unless one word stands for the choice. */
static ck_status check_household(ck_error *error, const ck_doc *doc, const ck_schema *schema, const ck_node *list) {
    for (size_t i = 0; list && i < list->n; i++) {
        const ck_node *node = list->entry[i].value;
        bool word = list->n == 1 && (strcmp(node->text, "auto") == 0 || strcmp(node->text, "none") == 0);
        if (!word && ck_schema_find(schema, node->text) == UINT32_MAX)
            return ck_node_fail_unknown(error, doc, node, "Column", node->text, (const char *const *)schema->name, schema->ncolumns);
    }
    return CK_OK;
}

ck_status ck_build_training(ck_error *error, const ck_doc *doc, ck_job *job) {
    const ck_node *model = ck_node_get(doc->root, "model"), *train = ck_node_get(doc->root, "train");
    const ck_node *file = model ? ck_node_get(model, "file") : NULL;
    if (file)
        job->model_file = ck_copy_string(error, file->text);
    if (!train)
        return error->status;
    if (ck_shape_fill(error, &ck_train_keys, train, &job->train) != CK_OK ||
        check_household(error, doc, &job->schema, ck_node_get(train, "household")) != CK_OK ||
        ck_build_rules(error, doc, &job->schema, ck_node_get(train, "sessions"), &job->train.sessions) != CK_OK)
        return error->status;
    return build_prior(error, doc, job);
}

/** The keys of a threshold on one scale. */
typedef struct scale {
    const char *match, *review;
    bool is_probability;
} scale;

static const scale scales[] = {{"match_weight", "review_weight", false}, {"match", "review", true}};

static const scale *choose_scale(ck_error *error, const ck_doc *doc, const ck_node *map) {
    bool weight = ck_node_get(map, "match_weight") || ck_node_get(map, "review_weight");
    bool probability = ck_node_get(map, "match") || ck_node_get(map, "review");
    if (weight && probability) {
        ck_node_fail(error, doc, map, "Give either the probabilities match and review, or match_weight and review_weight.");
        return NULL;
    }
    const scale *chosen = &scales[probability];
    if (ck_node_get(map, chosen->review) && !ck_node_get(map, chosen->match)) {
        ck_node_fail(error, doc, map, "'%s' is given without '%s'.", chosen->review, chosen->match);
        return NULL;
    }
    return chosen;
}

/** A missing threshold is written out: the floor (at least 0) for a match, and the match for a review. */
static ck_status complete_scale(ck_error *error, ck_doc *doc, const scale *chosen, ck_node *map) {
    if (!ck_node_get(map, chosen->match)) {
        const ck_node *floor_node = ck_node_get(doc->root, "floor");
        const char *text = ck_node_number(floor_node) > 0 ? floor_node->text : "0";
        if (ck_node_set(error, doc, map, chosen->match, ck_node_scalar(error, doc, text, map)) != CK_OK)
            return error->status;
    }
    if (ck_node_get(map, chosen->review))
        return CK_OK;
    const ck_node *match = ck_node_get(map, chosen->match);
    return ck_node_set(error, doc, map, chosen->review, ck_node_scalar(error, doc, match->text, match));
}

static double weight_of(const scale *chosen, const ck_node *node) {
    double number = ck_node_number(node);
    return chosen->is_probability ? ck_weight_of_probability(number) : number;
}

static ck_status build_threshold(ck_error *error, ck_doc *doc, ck_job *job) {
    ck_node *map = ck_node_get(doc->root, "threshold");
    const scale *chosen = choose_scale(error, doc, map);
    if (!chosen || complete_scale(error, doc, chosen, map) != CK_OK)
        return error->status;
    const ck_node *match = ck_node_get(map, chosen->match), *review = ck_node_get(map, chosen->review);
    job->match_weight = weight_of(chosen, match);
    job->review_weight = weight_of(chosen, review);
    if (job->review_weight > job->match_weight)
        return ck_node_fail(error, doc, review, "'%s' is above '%s'.", chosen->review, chosen->match);
    const ck_node *low = job->match_weight < job->floor ? match : review;
    if (job->review_weight < job->floor)
        return ck_node_fail(error, doc, low, "'%s' is a weight of %g, below 'floor' (%g), and pairs below the floor are not kept.",
                            low == match ? chosen->match : chosen->review, weight_of(chosen, low), job->floor);
    return CK_OK;
}

/** "fdr 0.01": the word, and its number where it has one. */
static bool read_decision(const char *text, const char *word, double least, double most, double *number) {
    size_t n = strlen(word);
    char *end;
    if (strncmp(text, word, n) != 0 || text[n] != ' ')
        return false;
    *number = strtod(text + n + 1, &end);
    return end > text + n + 1 && *end == 0 && *number > least && *number < most;
}

static ck_status build_choice(ck_error *error, const ck_doc *doc, const ck_node *node, ck_job *job) {
    double number;
    job->match_weight = job->floor > 0 ? job->floor : 0;
    if (job->cascade.n && strcmp(node->text, "default") != 0)
        return ck_node_fail(error, doc, node, "Rules decide by themselves: their weights are an order and say nothing of probability; leave 'decide' out.");
    if (read_decision(node->text, "fdr", 0, 1, &number))
        job->fdr = number;
    else if (read_decision(node->text, "weight", -INFINITY, INFINITY, &number))
        job->match_weight = number;
    else if (read_decision(node->text, "probability", 0, 1, &number))
        job->match_weight = ck_weight_of_probability(number);
    else if (strcmp(node->text, "default") != 0)
        return ck_node_fail(error, doc, node, "'%s' is no decision; write default, 'fdr 0.01', 'weight 5' or 'probability 0.99'.", node->text);
    job->review_weight = job->match_weight;
    if (job->match_weight < job->floor)
        return ck_node_fail(error, doc, node, "This is a weight of %g, below 'floor' (%g), and pairs below the floor are not kept.",
                            job->match_weight, job->floor);
    return CK_OK;
}

static ck_status check_date(ck_error *error, const ck_doc *doc) {
    const ck_node *date = ck_node_get(doc->root, "as_of");
    int64_t days;
    if (!date || (strlen(date->text) == 10 && ck_date_parse("%Y-%m-%d", date->text, 10, &days)))
        return CK_OK;
    return ck_node_fail(error, doc, date, "'as_of' must be a real date, written YYYY-MM-DD.");
}

ck_status ck_build_truth(ck_error *error, const ck_doc *doc, ck_job *job) {
    const ck_node *truth = ck_node_get(doc->root, "evaluate");
    if (check_date(error, doc) != CK_OK)
        return error->status;
    job->has_truth = truth != NULL;
    job->fdr = NAN;
    return truth ? ck_shape_fill(error, &ck_truth_keys, truth, &job->truth) : CK_OK;
}

ck_status ck_build_decision(ck_error *error, ck_doc *doc, ck_job *job) {
    if (ck_build_truth(error, doc, job) != CK_OK)
        return error->status;
    const ck_node *decide = ck_node_get(doc->root, "decide");
    return decide ? build_choice(error, doc, decide, job) : build_threshold(error, doc, job);
}
