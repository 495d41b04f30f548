/* What `auto` became, in a job. */
#include "job/chosen.h"
#include "base/memory.h"
#include "job/node.h"
#include <stdio.h>
#include <string.h>

static bool is_auto(const ck_node *value) {
    return value && value->kind == CK_NODE_SCALAR && strcmp(value->text, "auto") == 0;
}

/** text + "key:\n" + value. */
static ck_status append_key(ck_error *error, char **text, const char *key, const char *value) {
    size_t room = strlen(*text) + strlen(key) + strlen(value) + 3;
    char *longer = ck_alloc(error, room, 1);
    if (!longer)
        return error->status;
    snprintf(longer, room, "%s%s:\n%s", *text, key, value);
    ck_free(*text);
    *text = longer;
    return CK_OK;
}

/** train.expected_matches, where the job trains and says nothing of it itself. */
static ck_status set_matches(ck_error *error, ck_doc *doc, const char *matches) {
    ck_node *train = ck_node_get(doc->root, "train"), *value;
    if (!train || train->kind != CK_NODE_MAP || ck_node_get(train, "expected_matches"))
        return CK_OK;
    value = ck_node_scalar(error, doc, matches, train);
    return value ? ck_node_set(error, doc, train, "expected_matches", value) : error->status;
}

ck_status ck_job_compose(ck_error *error, const char *resolved, const char *comparisons, const char *blocking, double matches, char **text) {
    ck_doc doc = {0};
    char number[32];
    *text = NULL;
    snprintf(number, sizeof number, "%.0f", matches);
    if (ck_doc_read(error, &doc, resolved, "job.resolved.yaml") == CK_OK && (matches < 1 || set_matches(error, &doc, number) == CK_OK)) {
        if (comparisons)
            ck_node_remove(doc.root, "comparisons");
        if (blocking) {
            ck_node_remove(doc.root, "blocking");
            ck_node_remove(doc.root, "budget");
        }
        ck_node_write(error, doc.root, text);
    }
    if (error->status == CK_OK && comparisons)
        append_key(error, text, "comparisons", comparisons);
    if (error->status == CK_OK && blocking)
        append_key(error, text, "blocking", blocking);
    ck_doc_free(&doc);
    if (error->status != CK_OK) {
        ck_free(*text);
        *text = NULL;
    }
    return error->status;
}

/** What the chosen job expects. */
static ck_status take_matches(ck_error *error, ck_doc *job, const ck_doc *chosen) {
    const ck_node *train = ck_node_get(chosen->root, "train");
    const ck_node *matches = train && train->kind == CK_NODE_MAP ? ck_node_get(train, "expected_matches") : NULL;
    return matches && matches->kind == CK_NODE_SCALAR ? set_matches(error, job, matches->text) : CK_OK;
}

/** One key of the chosen job in place of `auto`. */
static ck_status take_key(ck_error *error, ck_doc *job, const ck_doc *chosen, const char *key) {
    ck_node *value = ck_node_get(chosen->root, key);
    if (!is_auto(ck_node_get(job->root, key)))
        return CK_OK;
    if (!value || value->kind != CK_NODE_LIST)
        return ck_node_fail(error, chosen, chosen->root, "The list '%s' is missing; 'carrick choose' makes the file again.", key);
    return ck_node_set(error, job, job->root, key, value);
}

ck_status ck_job_fill(ck_error *error, const char *resolved, const char *chosen, const char *path, char **text) {
    ck_doc job = {0}, from = {0};
    *text = NULL;
    if (ck_doc_read(error, &job, resolved, "job.resolved.yaml") == CK_OK && ck_doc_read(error, &from, chosen, path) == CK_OK &&
        take_key(error, &job, &from, "comparisons") == CK_OK && take_key(error, &job, &from, "blocking") == CK_OK &&
        take_matches(error, &job, &from) == CK_OK) {
        ck_node_remove(job.root, "budget");
        ck_node_write(error, job.root, text);
    }
    ck_doc_free(&from);
    ck_doc_free(&job);
    return error->status;
}
