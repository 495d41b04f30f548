/** carrick explain: the weight of two records, taken apart. */
#include "base/memory.h"
#include "cli/audit.h"
#include "cli/console.h"
#include "cli/explain_pair.h"
#include "cli/explain_rules.h"
#include "cli/files.h"
#include "cli/lookup.h"
#include "cli/stages.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/** What there is to say of a pair; the same on every rank. */
typedef struct pair_facts {
    ck_lookup a, b;          /**< a: the smaller record */
    const char *id_a, *id_b; /**< as they were given */
    uint64_t pattern, mask;
    bool allowed, has_persons;
    uint64_t person_a, person_b; /**< ids */
    double decision;
    uint64_t stride[CK_COMPARISONS_MAX + 1];
    ck_explanation explanation;
    ck_rule_verdict verdict; /**< of a job of rules alone */
} pair_facts;

/* ---- finding ---- */

static ck_status find_records(ck_workspace *work, ck_error *error, pair_facts *facts) {
    const ck_options *options = &work->cli->options;
    facts->id_a = options->word[1];
    facts->id_b = options->word[2];
    if (ck_lookup_id(work, error, "first", facts->id_a, options->source_a, &facts->a) ||
        ck_lookup_id(work, error, "second", facts->id_b, options->source_b, &facts->b))
        return error->status;
    if (facts->a.record == facts->b.record)
        return ck_fail(error, CK_USAGE, "Both ids are of one record.");
    if (facts->a.record > facts->b.record) {
        const ck_lookup kept = facts->a;
        const char *id = facts->id_a;
        facts->a = facts->b;
        facts->b = kept;
        facts->id_a = facts->id_b;
        facts->id_b = id;
    }
    return CK_OK;
}

static ck_status compare(ck_workspace *work, ck_error *error, pair_facts *facts) {
    ck_pair_engine engine = {0};
    if (ck_pair_engine_open(work, error, &engine) == CK_OK)
        ck_pair_compare(&engine, error, facts->a.record, facts->b.record, &facts->pattern, &facts->mask);
    ck_pair_engine_close(&engine);
    return error->status;
}

static ck_status weigh(ck_workspace *work, ck_error *error, pair_facts *facts) {
    ck_scorer scorer = {0};
    if (ck_workspace_model(work, error) || ck_workspace_scorer(work, error, &scorer))
        return error->status;
    ck_score_explain(&scorer, facts->pattern, facts->mask, facts->a.code, facts->b.code, &facts->explanation);
    ck_scorer_free(&scorer);
    return ck_pattern_strides(error, &work->job.comparisons, facts->stride);
}

static ck_status find_persons(ck_workspace *work, ck_error *error, pair_facts *facts) {
    const ck_comm *comm = &work->cli->comm;
    ck_index index = {0};
    uint8_t there = comm->rank == 0 && ck_path_is_file(work->index_path) && ck_run_record_stage(&work->record, "cluster");
    ck_par_broadcast(comm, 0, &there, sizeof there);
    facts->has_persons = there;
    facts->decision = ck_decision_weight(work);
    if (there && ck_index_open(comm, error, work->index_path, &index) == CK_OK && ck_index_ids(comm, error, work->index_path, &index) == CK_OK &&
        ck_lookup_person(comm, error, &index, facts->a.record, &facts->person_a) == CK_OK)
        ck_lookup_person(comm, error, &index, facts->b.record, &facts->person_b);
    ck_index_free(&index);
    return error->status;
}

static ck_status check_allowed(ck_workspace *work, ck_error *error, pair_facts *facts) {
    bool *allowed = NULL;
    if (ck_workspace_allowed(work, error, &allowed) == CK_OK)
        facts->allowed = allowed[facts->a.source * work->people.nsources + facts->b.source];
    ck_free(allowed);
    return ck_par_agree(&work->cli->comm, error);
}

/* ---- showing ---- */

static const ck_level *level_of(const ck_workspace *work, const pair_facts *facts, uint32_t c) {
    return ck_level_of_pattern(&work->job.comparisons, facts->stride, c, facts->pattern);
}

static void print_term(const char *name, const char *level, double bits) {
    printf("%-26s %-44s %+9.3f\n", name, level, bits);
}

static void print_rules(const ck_workspace *work, const pair_facts *facts) {
    for (uint32_t r = 0; r < work->job.rules.n; r++)
        if (facts->mask >> r & 1)
            printf("made by rule %-3u %s\n", r, work->job.rules.rule[r].text);
    if (!facts->mask)
        printf("made by no rule\n");
    if (!facts->allowed)
        printf("not allowed by the link type: the job never compares these two\n");
}

static ck_span value_of(const ck_workspace *work, uint32_t c, uint32_t code) {
    return code ? ck_dict_value(&work->people.column[c].dict, code) : (ck_span){"", 0};
}

static void print_values(const ck_workspace *work, const pair_facts *facts) {
    printf("\n");
    for (uint32_t c = 0; c < work->people.ncolumns; c++) {
        ck_span a = value_of(work, c, facts->a.code[c]), b = value_of(work, c, facts->b.code[c]);
        printf("%-26s %-36.*s %.*s\n", work->people.column[c].name, (int)a.n, a.bytes, (int)b.n, b.bytes);
    }
}

static void print_persons(const pair_facts *facts) {
    if (facts->person_a == facts->person_b)
        printf("\nThey are one person, %" PRIu64 "; ", facts->person_a);
    else
        printf("\nThey are not one person, but %" PRIu64 " and %" PRIu64 "; ", facts->person_a, facts->person_b);
    printf("links weigh at least %g.\n", facts->decision);
}

static void print_weight(const ck_workspace *work, const pair_facts *facts) {
    const ck_explanation *e = &facts->explanation;
    printf("\n");
    print_term("prior", "", e->prior);
    for (uint32_t c = 0; c < work->job.comparisons.n; c++)
        print_term(work->job.comparisons.comparison[c].name, level_of(work, facts, c)->label, e->comparison[c]);
    print_term("term frequencies", "", e->term_frequency);
    print_term("match weight (bits)", "", e->weight);
    printf("%-26s %-44s %9.6f\n", "match probability", "", ck_probability_of_weight(e->weight));
}

static void print_table(const ck_workspace *work, const pair_facts *facts) {
    printf("%s %s and %s %s\n", work->people.source[facts->a.source].name, facts->id_a, work->people.source[facts->b.source].name, facts->id_b);
    print_rules(work, facts);
    if (work->job.cascade.n)
        ck_print_verdict(&facts->verdict);
    else
        print_weight(work, facts);
    if (facts->has_persons)
        print_persons(facts);
    if (work->cli->options.show_values)
        print_values(work, facts);
}

static json_t *terms_json(const ck_workspace *work, const pair_facts *facts) {
    json_t *terms = json_array();
    for (uint32_t c = 0; c < work->job.comparisons.n; c++)
        json_array_append_new(terms, json_pack("{s:s, s:s, s:i, s:f}", "comparison", work->job.comparisons.comparison[c].name, "level",
                                               level_of(work, facts, c)->label, "gamma",
                                               ck_pattern_gamma(facts->stride, c, facts->pattern), "bits",
                                               facts->explanation.comparison[c]));
    return terms;
}

static json_t *values_json(const ck_workspace *work, const pair_facts *facts) {
    json_t *values = json_object();
    for (uint32_t c = 0; c < work->people.ncolumns; c++) {
        ck_span a = value_of(work, c, facts->a.code[c]), b = value_of(work, c, facts->b.code[c]);
        json_object_set_new(values, work->people.column[c].name,
                            json_pack("[o, o]", a.n ? json_stringn(a.bytes, a.n) : json_null(), b.n ? json_stringn(b.bytes, b.n) : json_null()));
    }
    return values;
}

static json_t *facts_json(const ck_workspace *work, const pair_facts *facts) {
    const ck_explanation *e = &facts->explanation;
    json_t *rules = json_array();
    for (uint32_t r = 0; r < work->job.rules.n; r++)
        if (facts->mask >> r & 1)
            json_array_append_new(rules, json_string(work->job.rules.rule[r].text));
    json_t *root = json_pack("{s:[{s:s, s:s}, {s:s, s:s}], s:o, s:b, s:f, s:o, s:f, s:f, s:f}", "records", "source",
                             work->people.source[facts->a.source].name, "id", facts->id_a, "source",
                             work->people.source[facts->b.source].name, "id", facts->id_b, "rules", rules, "allowed", facts->allowed,
                             "prior", e->prior, "terms", terms_json(work, facts), "term_frequency", e->term_frequency, "weight",
                             e->weight, "probability", ck_probability_of_weight(e->weight));
    if (facts->has_persons) {
        json_object_set_new(root, "one_person", json_boolean(facts->person_a == facts->person_b));
        json_object_set_new(root, "persons", json_pack("[I, I]", (json_int_t)facts->person_a, (json_int_t)facts->person_b));
        json_object_set_new(root, "decision_weight", json_real(facts->decision));
    }
    if (work->job.cascade.n)
        json_object_set_new(root, "decided_by", facts->verdict.linked ? json_string(facts->verdict.rule) : json_null());
    if (work->cli->options.show_values)
        json_object_set_new(root, "values", values_json(work, facts));
    return root;
}

static ck_status show(ck_workspace *work, ck_error *error, const pair_facts *facts) {
    if (work->cli->comm.rank == 0 && !work->cli->options.json)
        print_table(work, facts);
    if (work->cli->comm.rank == 0 && work->cli->options.json) {
        json_t *root = facts_json(work, facts);
        char *text = ck_json_text(error, root);
        if (text)
            fputs(text, stdout);
        free(text);
        json_decref(root);
    }
    return ck_par_agree(&work->cli->comm, error);
}

ck_status ck_cmd_explain(ck_cli *cli, ck_error *error) {
    ck_workspace work;
    pair_facts facts = {0};
    if (ck_workspace_open(cli, error, cli->options.word[0], NULL, &work) == CK_OK && ck_stage_require(&work, error, CK_STAGE_INGEST) == CK_OK &&
        ck_stage_require(&work, error, CK_STAGE_TRAIN) == CK_OK && ck_workspace_people(&work, error, true) == CK_OK &&
        find_records(&work, error, &facts) == CK_OK && compare(&work, error, &facts) == CK_OK && weigh(&work, error, &facts) == CK_OK &&
        check_allowed(&work, error, &facts) == CK_OK && find_persons(&work, error, &facts) == CK_OK &&
        (!work.job.cascade.n || ck_find_verdict(&work, error, facts.a.record, facts.b.record, &facts.verdict) == CK_OK))
        show(&work, error, &facts);
    if (!error->status && cli->options.show_values)
        ck_audit_count(cli, "explain", json_pack("{s:i}", "pairs_with_values", 1));
    ck_free(facts.a.code);
    ck_free(facts.b.code);
    ck_workspace_close(&work);
    return error->status;
}
