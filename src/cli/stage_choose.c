/** Stage choose: people.h5 to chosen.yaml, where the job says `auto`. */
#include "base/log.h"
#include "base/memory.h"
#include "choose/facts.h"
#include "cli/console.h"
#include "cli/files.h"
#include "cli/stage_choose.h"
#include "cli/update.h"
#include "job/chosen.h"
#include "job/ladders.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEED = 1, LINE = 4096 };

ck_status ck_choose_depends(ck_workspace *work, ck_error *error, ck_stamp *stamp) {
    char people[CK_STAMP_TEXT];
    if (ck_stage_require(work, error, CK_STAGE_INGEST) || ck_stage_kept_stamp(work, error, CK_STAGE_INGEST, people))
        return error->status;
    ck_stamp_add(stamp, people);
    return CK_OK;
}

/* ---- choosing ---- */

static ck_status choose_rules(ck_workspace *work, ck_error *error, const ck_job *job, const ck_column_facts *facts, ck_found_rules *found) {
    uint32_t n = work->people.ncolumns;
    ck_role *role = ck_alloc_zero(error, n, sizeof *role);
    bool *repeats = ck_alloc_zero(error, n, sizeof *repeats);
    ck_engine_options engine = ck_workspace_engine_options(work);
    for (uint32_t c = 0; role && repeats && c < work->job.ingest.ncolumns; c++) {
        role[c] = facts[c].role;
        repeats[c] = facts[c].repeats;
    }
    ck_choose_input input = {.people = &work->people, .schema = &work->job.schema, .role = role, .repeats = repeats,
                             .comparisons = &job->comparisons, .engine = &engine, .budget = work->job.budget, .seed = SEED};
    if (ck_par_agree(&work->cli->comm, error) == CK_OK)
        ck_choose(&work->cli->comm, error, &input, &found->choosing, &found->choice);
    ck_free(repeats);
    ck_free(role);
    return error->status;
}

/** Columns that are carried along say nothing here of who is who. */
static void leave_carried(const ck_ingest_spec *spec, ck_column_facts *facts) {
    for (uint32_t s = 0; s < spec->nsources; s++)
        for (uint32_t f = 0; f < spec->source[s].nfields; f++)
            if (spec->source[s].field[f].carried)
                facts[spec->source[s].field[f].column].role = CK_ROLE_NONE;
}

/** The job with its comparisons written out, rules still open. */
static ck_status write_comparisons(ck_workspace *work, ck_error *error, ck_column_facts *facts, char **comparisons, ck_job *job) {
    char *text = NULL;
    leave_carried(&work->job.ingest, facts);
    if (work->job.auto_comparisons)
        ck_ladders_write(error, &work->job.schema, facts, comparisons);
    if (error->status == CK_OK && ck_job_compose(error, work->job.resolved, *comparisons, NULL, 0, &text) == CK_OK)
        ck_job_parse(error, text, work->chosen_path, NULL, 0, false, job);
    ck_free(text);
    return ck_par_agree(&work->cli->comm, error);
}

/* ---- writing ---- */

static ck_status append(ck_error *error, char **text, size_t *room, const char *format, ...) __attribute__((format(printf, 4, 5)));
static ck_status append(ck_error *error, char **text, size_t *room, const char *format, ...) {
    char line[LINE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    size_t n = *text ? strlen(*text) : 0;
    if (ck_grow(error, text, room, n + strlen(line) + 1, 1) == CK_OK)
        strcpy(*text + n, line);
    return error->status;
}

/** The rules as YAML, each with its figures before it. */
static ck_status write_rules(ck_error *error, const ck_choice *choice, char **text) {
    size_t room = 0;
    append(error, text, &room,
           "  # Chosen without labels, at most %g pairs a record: %.1f are expected, and %.4f of about %.0f matches among them.\n", choice->budget,
           choice->pairs, choice->recall, choice->matches);
    for (uint32_t r = 0; r < choice->n; r++) {
        const ck_chosen_rule *rule = &choice->rule[r];
        append(error, text, &room, "  # %u: %.2f new pairs a record, about %.0f new matches; %.4f of all found with it\n", r + 1, rule->new_pairs,
               rule->new_matches, rule->found);
        append(error, text, &room, "  - {keys: [%s], max_block: %llu}\n", rule->keys, (unsigned long long)rule->max_block);
    }
    return error->status;
}

static json_t *rules_json(const ck_choice *choice) {
    json_t *list = json_array();
    for (uint32_t r = 0; r < choice->n; r++) {
        const ck_chosen_rule *rule = &choice->rule[r];
        json_array_append_new(list, json_pack("{s:s, s:I, s:f, s:f, s:f, s:f}", "keys", rule->keys, "max_block", (json_int_t)rule->max_block,
                                              "new_pairs_per_record", rule->new_pairs, "expected_new_matches", rule->new_matches,
                                              "expected_share", rule->share, "estimated_recall", rule->found));
    }
    return list;
}

static ck_status write_json(ck_workspace *work, ck_error *error, const ck_choice *choice, const char *chosen, json_t *second_look) {
    char stamp[CK_STAMP_TEXT];
    ck_chosen_stamp(chosen, stamp);
    json_t *json = json_pack("{s:s, s:f, s:f, s:f, s:f, s:i, s:i, s:i, s:i, s:o, s:O*}", "chosen_stamp", stamp, "budget", choice->budget, "pairs_per_record", choice->pairs,
                             "estimated_recall", choice->recall, "expected_matches", choice->matches, "parts", (int)choice->parts, "candidates",
                             (int)choice->candidates, "seeds", (int)choice->seeds, "sessions", (int)choice->sessions, "rules",
                             rules_json(choice), "second_look", second_look);
    char *text = ck_json_text(error, json);
    if (text)
        ck_file_write(error, work->choice_path, text, strlen(text));
    free(text);
    json_decref(json);
    return error->status;
}

void ck_chosen_stamp(const char *text, char stamp[CK_STAMP_TEXT]) {
    ck_stamp hash = {0};
    ck_stamp_add(&hash, text);
    ck_stamp_text(&hash, stamp);
}

enum { SESSIONS_TELL = 3 }; /* of fewer, the matches that they expect are no more than those that a seed or two happen to see */

static ck_status write_chosen(ck_workspace *work, ck_error *error, const ck_found_rules *found, json_t *second_look) {
    const ck_choice *choice = &found->choice;
    char *rules = NULL, *text = NULL;
    double told = choice->sessions >= SESSIONS_TELL ? choice->matches : 0; /* what training is held against */
    if (choice->n)
        write_rules(error, choice, &rules);
    if (error->status == CK_OK && ck_job_compose(error, work->job.resolved, found->comparisons, rules, told, &text) == CK_OK &&
        (choice->n == 0 || write_json(work, error, choice, text, second_look) == CK_OK))
        ck_file_write(error, work->chosen_path, text, strlen(text));
    ck_free(text);
    ck_free(rules);
    return error->status;
}

ck_status ck_rules_write(ck_workspace *work, ck_error *error, const ck_found_rules *found, json_t *second_look) {
    if (work->cli->comm.rank == 0)
        write_chosen(work, error, found, second_look);
    return ck_par_agree(&work->cli->comm, error) ? error->status : ck_workspace_fill(work, error);
}

/* ---- telling ---- */

static void show_choice(const ck_choice *choice) {
    ck_log(CK_LOG_INFO, "rules chosen among %u combinations of %u key parts, from what %u seeds tell:", choice->candidates, choice->parts,
           choice->seeds);
    ck_log(CK_LOG_INFO, "  %-60s %6s %14s %14s %8s", "keys", "cap", "new pairs/rec", "new matches", "recall");
    for (uint32_t r = 0; r < choice->n; r++) {
        const ck_chosen_rule *rule = &choice->rule[r];
        char matches[CK_COUNT_TEXT];
        ck_log(CK_LOG_INFO, "  %-60s %6llu %14.2f %14s %8.4f", rule->keys, (unsigned long long)rule->max_block, rule->new_pairs,
               ck_count_text((uint64_t)fmax(0, rule->new_matches + .5), matches), rule->found);
    }
}

void ck_rules_show(const ck_found_rules *found, ck_stage_result *result) {
    const ck_choice *choice = &found->choice;
    if (choice->n) {
        show_choice(choice);
        snprintf(result->text, sizeof result->text, "%u rules, %.1f pairs a record, estimated recall %.4f", choice->n, choice->pairs, choice->recall);
    } else
        snprintf(result->text, sizeof result->text, "%u comparisons", found->ncomparisons);
    result->counts = json_pack("{s:i, s:i, s:f, s:f, s:f}", "comparisons", (int)found->ncomparisons, "rules", (int)choice->n, "pairs_per_record",
                               choice->pairs, "estimated_recall", choice->recall, "expected_matches", choice->matches);
}

/* ---- the stage ---- */

void ck_rules_forget(ck_workspace *work) {
    if (!work->found)
        return;
    ck_choosing_free(work->found->choosing);
    ck_choice_free(&work->found->choice);
    ck_free(work->found->comparisons);
    ck_free(work->found);
    work->found = NULL;
}

ck_status ck_rules_find(ck_workspace *work, ck_error *error) {
    ck_job job = {0};
    ck_column_facts *facts = NULL;
    const ck_comm *comm = &work->cli->comm;
    ck_rules_forget(work);
    if (ck_workspace_empty(work, error) == CK_OK && ck_workspace_people(work, error, true) == CK_OK) {
        facts = ck_alloc(error, work->job.ingest.ncolumns, sizeof *facts);
        work->found = ck_alloc_zero(error, 1, sizeof *work->found);
    }
    if (ck_par_agree(comm, error) == CK_OK &&
        ck_column_facts_find(comm, error, &work->people, work->job.ingest.ncolumns, facts) == CK_OK &&
        write_comparisons(work, error, facts, &work->found->comparisons, &job) == CK_OK) {
        work->found->ncomparisons = job.comparisons.n;
        if (work->job.auto_rules)
            choose_rules(work, error, &job, facts, work->found);
    }
    ck_job_free(&job);
    ck_free(facts);
    return error->status;
}

ck_status ck_choose_run(ck_workspace *work, ck_error *error, const char *stamp, ck_stage_result *result) {
    (void)stamp; /* chosen.yaml is a person's file: its stamp is in run.json only */
    if (ck_update_wanted(work))
        return ck_update_choice(work, error, result);
    if (ck_rules_find(work, error) == CK_OK) {
        ck_rules_show(work->found, result);
        ck_rules_write(work, error, work->found, NULL);
    }
    return error->status;
}
