#include "job/tabulate_spec.h"
#include "base/memory.h"
#include "job/key_rows.h"
#include "job/spec.h"
#include <stdio.h>
#include <string.h>

#define COUNTS_MOST 1e15

/** The keys of a rule are set over those of its preset. */
static const ck_key rule_rows[] = {
    {"preset", CK_KEY_WORD, .words = ck_small_number_presets, .help = "A ready rule, over which the other keys are set; without it every key is needed that differs from: nothing hidden."},
    {"low", CK_KEY_COUNT, .most = COUNTS_MOST, FIELD(ck_small_numbers, low), .help = "Least count that is hidden."},
    {"high", CK_KEY_COUNT, .most = COUNTS_MOST, FIELD(ck_small_numbers, high), .help = "Greatest count that is hidden; 0: none is."},
    {"show_zero", CK_KEY_FLAG, FIELD(ck_small_numbers, show_zero), .help = "A count of 0 is shown, and is never hidden for another's sake."},
    {"round_to", CK_KEY_COUNT, .most = COUNTS_MOST, FIELD(ck_small_numbers, round_to), .help = "The others are rounded to the nearest multiple; 0 or 1: they are not."},
    {"secondary", CK_KEY_FLAG, FIELD(ck_small_numbers, secondary), .help = "More counts are hidden, until no hidden one can be computed from the rest."},
    {"symbol", CK_KEY_TEXT, .help = "What stands for a hidden count, at most seven bytes."},
};
static const ck_table rule_keys = {"rule", "preset", ROWS(rule_rows), NULL,
                                   "What is done to small numbers. `rule: nhs-hes` is short for `rule: {preset: nhs-hes}`."};

static const ck_key tabulate_rows[] = {
    {"input", CK_KEY_PATH, .required = true, FIELD(ck_tabulate_spec, input), .help = "A CSV file, such as a table of a release."},
    {"distinct", CK_KEY_TEXT, FIELD(ck_tabulate_spec, distinct),
     .help = "Column whose distinct values are counted, as `person_key`; default: rows are counted. Somebody who is in several cells counts in each, and in totals as often."},
    {"by", CK_KEY_TEXTS, .required = true, FIELDS(ck_tabulate_spec, by, nby), .help = "One to four columns. Every combination is a line of the table, with the totals."},
    {"total", CK_KEY_TEXT, .standard = "all", FIELD(ck_tabulate_spec, total), .help = "Word that stands for the total of a column."},
    {"rule", CK_KEY_TABLE, .required = true, .table = &rule_keys, .help = "What is done to small numbers."},
};
static const ck_table tabulate_keys = {"tabulate", NULL, ROWS(tabulate_rows), NULL, "The top of the file."};

static ck_status build_rule(ck_error *error, const ck_doc *doc, const ck_node *map, ck_small_numbers *rule) {
    const ck_node *preset = ck_node_get(map, "preset"), *symbol = ck_node_get(map, "symbol");
    *rule = preset ? *ck_small_numbers_find(preset->text) : (ck_small_numbers){.show_zero = true, .symbol = "*"};
    if (ck_shape_fill(error, &rule_keys, map, rule) != CK_OK)
        return error->status;
    if (rule->high && rule->low > rule->high)
        return ck_node_fail(error, doc, map, "'low' is above 'high'.");
    if (symbol && strlen(symbol->text) >= sizeof rule->symbol)
        return ck_node_fail(error, doc, symbol, "The symbol may have seven bytes at most.");
    if (symbol)
        snprintf(rule->symbol, sizeof rule->symbol, "%s", symbol->text);
    return CK_OK;
}

static ck_status build(ck_error *error, const ck_doc *doc, ck_tabulate_spec *spec) {
    const ck_node *by = ck_node_get(doc->root, "by");
    if (by->n < 1 || by->n > CK_DIMENSIONS_MAX)
        return ck_node_fail(error, doc, by, "One to %d columns can be tabulated by.", CK_DIMENSIONS_MAX);
    for (size_t i = 0; i < by->n; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(by->entry[i].value->text, by->entry[j].value->text) == 0)
                return ck_node_fail(error, doc, by->entry[i].value, "'%s' is named twice.", by->entry[i].value->text);
    return ck_shape_fill(error, &tabulate_keys, doc->root, spec) == CK_OK ? build_rule(error, doc, ck_node_get(doc->root, "rule"), &spec->rule) : error->status;
}

ck_status ck_tabulate_spec_parse(ck_error *error, const char *text, const char *path, const char *const *overrides, uint32_t noverrides, ck_tabulate_spec *spec) {
    ck_doc doc = {0};
    *spec = (ck_tabulate_spec){0};
    if (ck_spec_read(error, &doc, &tabulate_keys, text, path, overrides, noverrides) == CK_OK)
        build(error, &doc, spec);
    ck_doc_free(&doc);
    return error->status;
}

void ck_tabulate_spec_free(ck_tabulate_spec *spec) {
    ck_shape_free(&tabulate_keys, spec);
    *spec = (ck_tabulate_spec){0};
}

ck_status ck_tabulate_spec_reference(ck_error *error, char **text) {
    return ck_shape_reference(error, &tabulate_keys, text);
}
