/** A second look at the chosen rules: what they promised against what the trained model finds. */
#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/memory.h"
#include "cli/files.h"
#include "cli/json_out.h"
#include "cli/stage_choose.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The first choice, as choice.json has it. */
typedef struct promise {
    uint32_t n;              /* rules; 0: there is nothing to look at */
    double share[CK_RULES_MAX], fresh[CK_RULES_MAX], recall;
} promise;

static double number_of(const json_t *json, const char *key) {
    return json_number_value(json_object_get(json, key));
}

/** Has nobody edited chosen.yaml since? */
static bool is_as_chosen(const ck_workspace *work, const json_t *choice) {
    ck_error unreadable = {0};
    char *text = NULL, stamp[CK_STAMP_TEXT] = "";
    size_t n = 0;
    if (ck_file_read(&unreadable, work->chosen_path, &text, &n) == CK_OK)
        ck_chosen_stamp(text, stamp);
    ck_free(text);
    const char *kept = json_string_value(json_object_get(choice, "chosen_stamp"));
    return kept && strcmp(kept, stamp) == 0;
}

/** Rank 0. A choice that was looked at before, or that a person has changed, is left alone. */
static void read_promise(const ck_workspace *work, json_t **choice, promise *p) {
    *choice = ck_fault(CK_FAULT_READ) ? NULL : json_load_file(work->choice_path, 0, NULL);
    const json_t *rules = json_object_get(*choice, "rules");
    double matches = number_of(*choice, "expected_matches");
    size_t n = json_array_size(rules);
    if (n == 0 || n > CK_RULES_MAX || !(matches > 0) || json_object_get(*choice, "second_look") || !is_as_chosen(work, *choice))
        return;
    p->n = (uint32_t)n;
    p->recall = number_of(*choice, "estimated_recall");
    for (size_t r = 0; r < n; r++) {
        p->share[r] = number_of(json_array_get(rules, r), "expected_share");
        p->fresh[r] = number_of(json_array_get(rules, r), "expected_new_matches") / matches;
    }
}

/** What each rule found by the model; false where it does not tell. */
static bool take_found(const ck_model *model, const promise *p, double *found, ck_trained_rules *trained) {
    if (p->n == 0 || model->nrules != p->n || !(model->expected.matches > 0))
        return false;
    for (uint32_t r = 0; r < p->n; r++)
        found[r] = (double)model->rule[r].pairs * model->rule[r].match_share;
    *trained = (ck_trained_rules){p->n, found, model->expected.matches};
    return true;
}

/* ---- what came of it ---- */

static json_t *look_json(const ck_look *look, double shortfall) {
    json_t *json = json_pack("{s:b, s:f, s:f}", "replaced", look->replaced, "shortfall", shortfall, "margin", CK_LOOK_MARGIN);
    if (look->new_recall > 0) {
        json_object_set_new(json, "kept_recall", json_real(look->kept_recall));
        json_object_set_new(json, "kept_pairs_per_record", json_real(look->kept_pairs));
        json_object_set_new(json, "new_recall", json_real(look->new_recall));
        json_object_set_new(json, "new_pairs_per_record", json_real(look->new_pairs));
    }
    return json;
}

static void say(const ck_look *look, double shortfall) {
    if (look->new_recall > 0)
        ck_log(CK_LOG_INFO, "second look: the rules fall short of %.4f of the matches; others promise %.4f at %.1f pairs a record instead of "
               "%.4f at %.1f: %s", shortfall, look->new_recall, look->new_pairs, look->kept_recall, look->kept_pairs, look->replaced ? "they are replaced" : "they stay");
    else
        ck_log(CK_LOG_INFO, "second look: the rules fall short of %.4f of the matches; they stay", shortfall);
}

/** Only choice.json tells of it. Rank 0. */
static ck_status note(ck_workspace *work, ck_error *error, json_t *choice, json_t *look) {
    json_object_set(choice, "second_look", look);
    char *text = ck_json_text(error, choice);
    if (text)
        ck_file_write(error, work->choice_path, text, strlen(text));
    free(text);
    return error->status;
}

/** As if stage choose had found them: `choice` takes the first one's place. */
static ck_status replace(ck_workspace *work, ck_error *error, const ck_choice *choice, const json_t *first, json_t *look, double started) {
    char stamp[CK_STAMP_TEXT];
    ck_stage_result result = {0};
    ck_found_rules found = *work->found;
    found.choice = *choice;
    ck_stage_recorded_stamp(work, CK_STAGE_CHOOSE, stamp);
    if (first)
        json_object_set(look, "first_rules", json_object_get(first, "rules"));
    if (ck_stage_begin(work, error, CK_STAGE_CHOOSE) == CK_OK) {
        ck_rules_show(&found, &result);
        if (ck_rules_write(work, error, &found, look) == CK_OK)
            ck_stage_end(work, error, CK_STAGE_CHOOSE, stamp, ck_clock_seconds() - started, &result);
    }
    json_decref(result.counts);
    return error->status;
}

/** Pick once more. A run that was taken up after choosing has to find what there is to choose among. */
static ck_status pick_again(ck_workspace *work, ck_error *error, const ck_trained_rules *trained, ck_choice *choice) {
    bool anew = !work->found;
    if (anew && ck_rules_find(work, error) != CK_OK)
        return error->status;
    ck_choose_again(&work->cli->comm, error, work->found->choosing, trained, choice);
    return error->status == CK_OK && anew ? ck_workspace_fill(work, error) : error->status;
}

static ck_status look_again(ck_workspace *work, ck_error *error, const ck_trained_rules *trained, double shortfall, json_t *first, bool *replaced) {
    double started = ck_clock_seconds();
    ck_choice choice = {0};
    if (shortfall >= CK_LOOK_MARGIN)
        pick_again(work, error, trained, &choice);
    if (ck_par_agree(&work->cli->comm, error) == CK_OK) {
        json_t *look = look_json(&choice.look, shortfall);
        *replaced = choice.look.replaced;
        say(&choice.look, shortfall);
        if (*replaced)
            replace(work, error, &choice, first, look, started);
        else if (work->cli->comm.rank == 0)
            note(work, error, first, look);
        json_decref(look);
    }
    ck_choice_free(&choice);
    return ck_par_agree(&work->cli->comm, error);
}

ck_status ck_second_look(ck_workspace *work, ck_error *error, bool *replaced) {
    const ck_comm *comm = &work->cli->comm;
    json_t *choice = NULL;
    promise p = {0};
    double found[CK_RULES_MAX];
    ck_trained_rules trained;
    *replaced = false;
    bool trains = !work->job.model_file && !work->job.splink_given;
    if (comm->rank == 0 && work->chooses && trains)
        read_promise(work, &choice, &p);
    ck_par_broadcast(comm, 0, &p, sizeof p);
    if (p.n && ck_workspace_model(work, error) == CK_OK && take_found(&work->model, &p, found, &trained))
        look_again(work, error, &trained, ck_look_shortfall(&trained, p.share, p.fresh, p.recall), choice, replaced);
    ck_rules_forget(work);
    json_decref(choice);
    return error->status;
}
