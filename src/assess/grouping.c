#include "assess/grouping.h"
#include "base/memory.h"
#include "condition/evaluate.h"
#include "condition/parse.h"
#include <string.h>

const char *ck_class_word(ck_class_kind kind) {
    static const char *const word[] = {"all", "value", "others", "missing"};
    return word[kind];
}

size_t ck_grouping_first(const char *list) {
    size_t n = 0;
    int depth = 0;
    bool quoted = false;
    for (; list[n] && (quoted || depth > 0 || list[n] != ','); n++) {
        quoted = quoted != (list[n] == '"');
        depth += quoted ? 0 : (list[n] == '(') - (list[n] == ')');
    }
    return n;
}

void ck_grouping_free(ck_grouping *grouping) {
    for (uint32_t k = 0; grouping->class && k < grouping->n; k++)
        ck_free(grouping->class[k].value);
    ck_free(grouping->class);
    ck_free(grouping->of);
    ck_free(grouping->text);
    *grouping = (ck_grouping){0};
}

/* ---- values ---- */

/** The values that records may have: code 0 is missing. */
typedef struct values {
    uint32_t count;
    ck_evaluator *evaluator; /* owns what `derived` points to; NULL: sources */
    ck_derived derived;
    uint32_t column;
} values;

static ck_status derive(ck_error *error, const ck_people *people, const ck_schema *schema, const ck_kernels *kernels, const char *text, values *v) {
    ck_expr expr;
    uint32_t number;
    ck_error parse = {0};
    if (ck_parse_expr(&parse, schema, text, &expr) != CK_OK)
        return ck_fail(error, parse.status, "Subgroup '%s': %s", text, parse.text);
    if (ck_expr_is_multi(&expr))
        ck_fail(error, CK_USAGE, "Subgroup '%s': a record may have several such values; a subgroup needs one.", text);
    else if (ck_evaluator_create(error, people->column, people->ncolumns, kernels, &v->evaluator) == CK_OK &&
             ck_evaluator_add_expr(v->evaluator, error, &expr, NULL, &number, NULL) == CK_OK && ck_evaluator_prepare(v->evaluator, error) == CK_OK) {
        v->derived = ck_evaluator_derived(v->evaluator, number);
        v->count = v->derived.count;
        v->column = expr.column;
    }
    ck_expr_free(&expr);
    return error->status;
}

static ck_span value_text(const values *v, const ck_people *people, uint32_t code) {
    return v->evaluator ? ck_dict_value(v->derived.dict, code) : ck_span_of(people->source[code - 1].name);
}

static uint32_t value_of(const values *v, const ck_people *people, uint64_t record) {
    if (!v->evaluator)
        return ck_people_source_of(people, record) + 1;
    return v->derived.map[people->column[v->column].code[record - people->begin]];
}

/* The code of every record on every rank, in grouping->of. */
static ck_status gather_codes(const ck_comm *comm, ck_error *error, const ck_people *people, const values *v, ck_grouping *grouping) {
    uint64_t n = people->end - people->begin, *offset = NULL;
    uint32_t *code = ck_alloc(error, n, sizeof *code);
    void *all = NULL;
    for (uint64_t i = 0; code && i < n; i++)
        code[i] = value_of(v, people, people->begin + i);
    ck_par_gather_all(comm, error, code, n * sizeof *code, &all, &offset);
    grouping->of = all;
    ck_free(offset);
    ck_free(code);
    return error->status;
}

/* ---- classes ---- */

static ck_status add_class(ck_error *error, ck_grouping *grouping, ck_class_kind kind, ck_span value, uint64_t number, uint64_t records) {
    char *text = ck_copy_text(error, value.bytes, value.n);
    if (text)
        grouping->class[grouping->n++] = (ck_class){.kind = kind, .value = text, .values = number, .records = records};
    return error->status;
}

/* Records by code to classes: class_of[code] says which. */
static ck_status make_classes(ck_error *error, const ck_people *people, const values *v, const uint64_t *count, uint64_t least, uint32_t *class_of,
                              ck_grouping *grouping) {
    uint64_t rare = 0, rare_records = 0;
    const ck_span none = {"", 0};
    for (uint32_t code = 1; code <= v->count && !error->status; code++) {
        class_of[code] = UINT32_MAX;
        if (count[code] >= least && count[code]) {
            class_of[code] = grouping->n;
            add_class(error, grouping, CK_CLASS_VALUE, value_text(v, people, code), 1, count[code]);
        }
    }
    for (uint32_t code = 1; code <= v->count; code++)
        if (count[code] && count[code] < least) {
            class_of[code] = grouping->n;
            rare_records += count[code];
            rare++;
        }
    if (rare && !error->status)
        add_class(error, grouping, CK_CLASS_OTHERS, none, rare, rare_records);
    class_of[0] = count[0] ? grouping->n : UINT32_MAX;
    if (count[0] && !error->status)
        add_class(error, grouping, CK_CLASS_MISSING, none, 0, count[0]);
    return error->status;
}

static ck_status classify(ck_error *error, const ck_people *people, const values *v, const uint32_t *counts, uint64_t least, ck_grouping *grouping) {
    uint64_t *count = ck_alloc_zero(error, (size_t)v->count + 1, sizeof *count);
    uint32_t *class_of = ck_alloc_zero(error, (size_t)v->count + 1, sizeof *class_of);
    grouping->class = ck_alloc_zero(error, (size_t)v->count + 2, sizeof *grouping->class);
    if (!error->status) {
        for (uint64_t i = 0; i < people->records; i++)
            count[grouping->of[i]] += !counts || counts[i];
        make_classes(error, people, v, count, least, class_of, grouping);
        for (uint64_t i = 0; i < people->records; i++)
            grouping->of[i] = class_of[grouping->of[i]];
    }
    ck_free(class_of);
    ck_free(count);
    return error->status;
}

static ck_status take_all(ck_error *error, const ck_people *people, const uint32_t *counts, ck_grouping *grouping) {
    uint64_t records = 0;
    for (uint64_t i = 0; i < people->records; i++)
        records += !counts || counts[i];
    grouping->of = ck_alloc_zero(error, people->records, sizeof *grouping->of);
    grouping->class = ck_alloc_zero(error, 1, sizeof *grouping->class);
    return error->status ? error->status : add_class(error, grouping, CK_CLASS_ALL, (ck_span){"", 0}, 0, records);
}

ck_status ck_grouping_make(const ck_comm *comm, ck_error *error, const ck_people *people, const ck_schema *schema, const ck_kernels *kernels,
                           const char *text, const uint32_t *counts, uint64_t least, ck_grouping *grouping) {
    values v = {0};
    bool by_source = text && strcmp(text, "source") == 0 && ck_schema_find(schema, text) == UINT32_MAX;
    *grouping = (ck_grouping){.text = ck_copy_string(error, text ? text : "")};
    if (!text)
        take_all(error, people, counts, grouping);
    else if (by_source)
        v.count = people->nsources;
    else
        derive(error, people, schema, kernels, text, &v);
    if (ck_par_agree(comm, error) == CK_OK && text && gather_codes(comm, error, people, &v, grouping) == CK_OK)
        classify(error, people, &v, counts, least, grouping);
    ck_evaluator_free(v.evaluator);
    if (ck_par_agree(comm, error) != CK_OK)
        ck_grouping_free(grouping);
    return error->status;
}
