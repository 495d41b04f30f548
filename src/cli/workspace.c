#include "cli/workspace.h"
#include "base/log.h"
#include "base/memory.h"
#include "cli/audit.h"
#include "cli/census.h"
#include "condition/tuples.h"
#include "job/chosen.h"
#include "plan/limit.h"
#include "cli/files.h"
#include "cli/groups.h"
#include "cli/passes.h"
#include "cli/stage_choose.h"
#include "cli/stages.h"
#include "cli/update.h"
#include "cluster/units.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const ck_stage_names[CK_STAGES] = {"ingest", "choose", "train", "link", "cluster", "evaluate", "persons"};

static ck_status name_paths(ck_workspace *work, ck_error *error) {
    const char *folder = work->folder;
    work->people_path = ck_path_join(error, folder, "people.h5");
    work->rejects_path = ck_path_join(error, folder, "rejects.csv");
    work->chosen_path = ck_path_join(error, folder, "chosen.yaml");
    work->choice_path = ck_path_join(error, folder, "choice.json");
    work->model_path = ck_path_join(error, folder, "model.json");
    work->links_path = ck_path_join(error, folder, "links.h5");
    work->index_path = ck_path_join(error, folder, "index.h5");
    work->evaluation_path = ck_path_join(error, folder, "evaluation.json");
    work->persons_path = ck_path_join(error, folder, "persons.h5");
    work->job_path = ck_path_join(error, folder, "job.resolved.yaml");
    return error->status;
}

/** "<job name>.carrick" in the current folder; a slash in the name would lead elsewhere. */
static char *default_folder(ck_error *error, const char *name) {
    size_t n = strlen(name) + sizeof ".carrick";
    char *folder = ck_alloc(error, n, 1);
    if (!folder)
        return NULL;
    snprintf(folder, n, "%s.carrick", name);
    for (char *p = folder; *p; p++)
        if (*p == '/')
            *p = '_';
    return folder;
}

static ck_status choose_folder(ck_workspace *work, ck_error *error, const char *word, bool is_folder) {
    const char *out = work->cli->options.out;
    if (out)
        work->folder = ck_copy_string(error, out);
    else if (is_folder)
        work->folder = ck_copy_string(error, word);
    else
        work->folder = default_folder(error, work->job.name);
    if (work->folder && !out && !is_folder)
        ck_log(CK_LOG_INFO, "Results go to '%s' (--out says otherwise).", work->folder);
    return error->status ? error->status : name_paths(work, error);
}

static ck_status share_job_text(const ck_cli *cli, ck_error *error, const char *path, bool is_folder, char **text) {
    size_t n;
    if (is_folder && cli->comm.rank == 0 && access(path, F_OK) != 0 && errno == ENOENT)
        ck_fail(error, CK_FILE, "'%s' is not there: the folder is no result of Carrick; 'carrick run JOB.yaml --out DIR' makes one.", path);
    if (ck_par_agree(&cli->comm, error))
        return error->status;
    return ck_file_share(&cli->comm, error, path, text, &n);
}

/** What the stages from `first` on read of the job. */
static ck_status take_parts(ck_workspace *work, ck_error *error, ck_stage_id first) {
    for (int s = (int)first; s < CK_STAGES && !error->status; s++) {
        ck_free(work->part[s]);
        work->part[s] = NULL;
        ck_job_part(error, &work->job, ck_stage_names[s], &work->part[s]);
    }
    return error->status;
}

/** --previous is seen from here, not from the job's folder. */
static ck_status name_previous(ck_error *error, const char *folder, char *text, size_t room) {
    char path[PATH_MAX];
    if (!realpath(folder, path))
        return ck_fail(error, CK_FILE, "'%s', whose persons are to keep their ids, is not there.", folder);
    size_t n = (size_t)snprintf(text, room, "previous='");
    for (const char *p = path; *p && n + 3 < room; p++) {
        text[n++] = *p;
        if (*p == '\'')
            text[n++] = '\'';
    }
    snprintf(text + n, room - n, "'");
    return CK_OK;
}

static ck_status parse_job(ck_workspace *work, ck_error *error, const char *text, const char *path, const char *extra, bool is_folder) {
    const ck_options *options = &work->cli->options;
    const char *overrides[CK_WORDS_MAX + 2];
    uint32_t n = options->nset;
    memcpy(overrides, options->set, n * sizeof *overrides);
    if (extra)
        overrides[n++] = extra;
    char previous[PATH_MAX + 16];
    if (options->previous && name_previous(error, options->previous, previous, sizeof previous) == CK_OK)
        overrides[n++] = previous;
    const char *command = work->cli->command->name;
    bool reads_extracts = !is_folder || strcmp(command, "run") == 0 || strcmp(command, "ingest") == 0;
    ck_job_parse(error, text, path, overrides, n, reads_extracts, &work->job);
    work->chooses = work->job.auto_rules || work->job.auto_comparisons;
    take_parts(work, error, CK_STAGE_INGEST);
    return ck_par_agree(&work->cli->comm, error);
}

/** Nobody else makes stages in the folder from here on. Rank 0's. */
static ck_status lock_folder(ck_workspace *work, ck_error *error) {
    if (work->cli->comm.rank == 0 && ck_command_makes_stages(work->cli->command))
        ck_folder_lock_take(error, work->folder, &work->lock);
    return error->status;
}

/** After the job is read. */
static ck_status open_chosen_folder(ck_workspace *work, ck_error *error) {
    if (!error->status && lock_folder(work, error) == CK_OK && work->cli->comm.rank == 0)
        ck_run_record_open(error, work->folder, &work->record);
    uint8_t chosen = work->chooses && !error->status && ck_run_record_stage(&work->record, "choose") && ck_path_is_file(work->chosen_path);
    if (ck_par_agree(&work->cli->comm, error))
        return error->status;
    ck_par_broadcast(&work->cli->comm, 0, &chosen, sizeof chosen);
    return chosen ? ck_workspace_fill(work, error) : CK_OK;
}

static ck_status open_folder(ck_workspace *work, ck_error *error, const char *word, bool is_folder) {
    choose_folder(work, error, word, is_folder);
    ck_audit_in(work->cli, work->folder);
    if (!is_folder)
        ck_audit_input(work->cli, word);
    return open_chosen_folder(work, error);
}

ck_status ck_workspace_open_in(ck_cli *cli, ck_error *error, const char *text, const char *folder, ck_workspace *work) {
    *work = (ck_workspace){.cli = cli};
    work->folder = ck_copy_string(error, folder);
    if (!error->status && name_paths(work, error) == CK_OK && cli->comm.rank == 0)
        ck_folder_make(error, folder);
    if (ck_par_agree(&cli->comm, error) == CK_OK && ck_job_parse(error, text, work->job_path, NULL, 0, false, &work->job) == CK_OK) {
        work->chooses = work->job.auto_rules || work->job.auto_comparisons;
        take_parts(work, error, CK_STAGE_INGEST);
    }
    if (ck_par_agree(&cli->comm, error) == CK_OK)
        open_chosen_folder(work, error);
    if (ck_par_agree(&cli->comm, error))
        ck_workspace_close(work);
    return error->status;
}

ck_status ck_workspace_open_text(ck_cli *cli, ck_error *error, const char *text, const char *path, ck_workspace *work) {
    *work = (ck_workspace){.cli = cli};
    if (parse_job(work, error, text, path, NULL, false) == CK_OK)
        open_folder(work, error, path, false);
    if (ck_par_agree(&cli->comm, error))
        ck_workspace_close(work);
    return error->status;
}

ck_status ck_workspace_open(ck_cli *cli, ck_error *error, const char *word, const char *extra, ck_workspace *work) {
    *work = (ck_workspace){.cli = cli};
    char *text = NULL;
    uint8_t is_folder = ck_path_is_folder(word);
    ck_par_broadcast(&cli->comm, 0, &is_folder, sizeof is_folder);
    char *path = is_folder ? ck_path_join(error, word, "job.resolved.yaml") : ck_copy_string(error, word);
    if (ck_par_agree(&cli->comm, error) == CK_OK && share_job_text(cli, error, path, is_folder, &text) == CK_OK &&
        parse_job(work, error, text, path, extra, is_folder) == CK_OK)
        open_folder(work, error, word, is_folder);
    ck_free(text);
    ck_free(path);
    if (ck_par_agree(&cli->comm, error))
        ck_workspace_close(work);
    return error->status;
}

static void forget_model(ck_workspace *work) {
    if (work->model_open) {
        work->model.comparisons = (ck_comparisons){0}; /* the job's */
        ck_model_free(&work->model);
    }
    ck_free(work->model_text);
    work->model = (ck_model){0};
    work->model_text = NULL;
    work->model_open = false;
}

static void forget_engine(ck_workspace *work) {
    ck_engine_free(work->engine);
    work->engine = NULL;
}

static void forget_people(ck_workspace *work) {
    forget_engine(work);
    if (work->units)
        ck_units_free(work->units);
    ck_free(work->units);
    ck_free(work->allowed);
    ck_free(work->side);
    ck_free(work->once);
    work->units = NULL;
    work->allowed = work->once = NULL;
    work->side = NULL;
    if (work->people_open)
        ck_people_free(&work->people);
    work->people = (ck_people){0};
    work->people_open = work->people_have_codes = false;
}

/** Another text of the job, whose structs take the place of those there are. job.resolved.yaml stays what it was. */
static ck_status replace_job(ck_workspace *work, ck_error *error, const char *text, const char *path) {
    ck_job job = {0};
    ck_job_parse(error, text, path, NULL, 0, false, &job);
    if (ck_par_agree(&work->cli->comm, error)) {
        ck_job_free(&job);
        return error->status;
    }
    forget_model(work);
    forget_people(work);
    char *resolved = work->job.resolved;
    work->job.resolved = NULL;
    ck_job_free(&work->job);
    work->job = job;
    take_parts(work, error, CK_STAGE_TRAIN);
    ck_free(work->job.resolved);
    work->job.resolved = resolved;
    return ck_par_agree(&work->cli->comm, error);
}

ck_status ck_workspace_fill(ck_workspace *work, ck_error *error) {
    char *chosen = NULL, *text = NULL;
    size_t n;
    if (ck_file_share(&work->cli->comm, error, work->chosen_path, &chosen, &n) == CK_OK) {
        ck_job_fill(error, work->job.resolved, chosen, work->chosen_path, &text);
        if (ck_par_agree(&work->cli->comm, error) == CK_OK)
            replace_job(work, error, text, work->chosen_path);
    }
    ck_free(text);
    ck_free(chosen);
    return error->status;
}

ck_status ck_workspace_empty(ck_workspace *work, ck_error *error) {
    return work->job.auto_rules || work->job.auto_comparisons ? CK_OK : replace_job(work, error, work->job.resolved, work->job_path);
}

void ck_workspace_forget(ck_workspace *work, ck_stage_id stage) {
    if (stage == CK_STAGE_INGEST)
        forget_people(work);
    if (stage <= CK_STAGE_CHOOSE)
        ck_rules_forget(work);
    if (stage <= CK_STAGE_TRAIN)
        forget_model(work);
}

void ck_workspace_close(ck_workspace *work) {
    ck_rules_forget(work);
    forget_model(work);
    forget_people(work);
    ck_run_record_free(&work->record);
    ck_folder_lock_free(&work->lock);
    for (int s = 0; s < CK_STAGES; s++)
        ck_free(work->part[s]);
    ck_job_free(&work->job);
    ck_free(work->people_path);
    ck_free(work->rejects_path);
    ck_free(work->chosen_path);
    ck_free(work->choice_path);
    ck_free(work->model_path);
    ck_free(work->links_path);
    ck_free(work->index_path);
    ck_free(work->evaluation_path);
    ck_free(work->persons_path);
    ck_free(work->job_path);
    ck_free(work->folder);
    *work = (ck_workspace){0};
}

ck_status ck_workspace_save_job(ck_workspace *work, ck_error *error) {
    if (work->cli->comm.rank == 0 && ck_folder_make(error, work->folder) == CK_OK && lock_folder(work, error) == CK_OK)
        ck_file_write(error, work->job_path, work->job.resolved, strlen(work->job.resolved));
    return ck_par_agree(&work->cli->comm, error);
}

/** The engine reads columns by their number in the job, so they must be those of people.h5. */
static ck_status check_columns(const ck_workspace *work, ck_error *error) {
    const ck_ingest_spec *spec = &work->job.ingest;
    const ck_people *people = &work->people;
    bool same = people->ncolumns == spec->ncolumns && people->nsources == spec->nsources;
    for (uint32_t c = 0; same && c < spec->ncolumns; c++)
        same = strcmp(people->column[c].name, spec->column_name[c]) == 0 && people->column[c].kind == spec->column_kind[c];
    if (same)
        return CK_OK;
    return ck_fail(error, CK_USAGE, "'%s' was made by a job with other columns or sources; 'carrick ingest' makes it again.",
                   work->people_path);
}

static uint32_t source_in_job(const ck_workspace *work, const char *name) {
    uint32_t s = 0;
    while (s < work->job.ingest.nsources && strcmp(work->job.ingest.source[s].name, name) != 0)
        s++;
    return s;
}

/** Sources may stand in another order in people.h5 than in the job. Local. */
static ck_status order_sources(ck_workspace *work, ck_error *error) {
    const ck_job *job = &work->job;
    uint32_t n = work->people.nsources;
    uint32_t *of = ck_alloc(error, n, sizeof *of);
    work->side = ck_alloc(error, n, sizeof *work->side);
    work->allowed = job->pairs ? ck_alloc(error, (size_t)n * n, sizeof *work->allowed) : NULL;
    work->once = job->once ? ck_alloc(error, n, sizeof *work->once) : NULL;
    for (uint32_t s = 0; !error->status && s < n; s++)
        if ((of[s] = source_in_job(work, work->people.source[s].name)) == n)
            ck_fail(error, CK_USAGE, "'%s' was made by a job with other columns or sources; 'carrick ingest' makes it again.", work->people_path);
    for (uint32_t s = 0; !error->status && s < n; s++) {
        work->side[s] = job->side[of[s]];
        if (work->once)
            work->once[s] = job->once[of[s]];
        for (uint32_t t = 0; work->allowed && t < n; t++)
            work->allowed[s * n + t] = job->pairs[of[s] * n + of[t]];
    }
    ck_free(of);
    return error->status;
}

ck_status ck_workspace_people(ck_workspace *work, ck_error *error, bool codes) {
    if (work->people_open && (work->people_have_codes || !codes))
        return CK_OK;
    forget_people(work);
    if (ck_people_open(&work->cli->comm, error, work->people_path, codes ? CK_PEOPLE_CODES : 0, &work->people))
        return error->status;
    work->people_open = true;
    work->people_have_codes = codes;
    if (check_columns(work, error) == CK_OK)
        order_sources(work, error);
    if (ck_par_agree(&work->cli->comm, error))
        return error->status;
    const ck_job *job = &work->job;
    for (uint32_t i = 0; codes && i < job->tuples.n && !error->status; i++)
        ck_people_add_tuple(&work->cli->comm, error, &work->people, &job->tuples.tuple[i], job->schema.name[job->ingest.ncolumns + i]);
    return error->status;
}

ck_engine_options ck_workspace_engine_options(const ck_workspace *work) {
    return (ck_engine_options){.kernels = work->cli->kernels, .link_type = work->job.link_type, .allowed = work->allowed, .threads = work->cli->threads,
                               .memory_bytes = work->cli->memory_bytes, .memory_asked = work->cli->options.memory != NULL};
}

ck_train_options ck_workspace_train_options(const ck_workspace *work) {
    ck_train_options options = work->job.train;
    options.ntuples = work->job.tuples.n;
    options.tuple = work->job.tuples.tuple;
    return options;
}

/** What is counted over all pairs is kept while it is made: it depends on people.h5, rules and comparisons. Commands that make no stages hold no lock
 *  and keep nothing. */
static ck_status keep_work(ck_workspace *work, ck_error *error) {
    char people[CK_STAMP_TEXT], text[CK_STAMP_TEXT];
    ck_stamp stamp = {0};
    if (!ck_command_makes_stages(work->cli->command))
        return CK_OK;
    ck_stamp_add(&stamp, CARRICK_VERSION);
    ck_stamp_add(&stamp, work->part[CK_STAGE_TRAIN]);
    if (ck_stage_kept_stamp(work, error, CK_STAGE_INGEST, people) == CK_OK) {
        ck_stamp_add(&stamp, people);
        ck_stamp_text(&stamp, text);
        ck_engine_keep(work->engine, work->folder, text);
    }
    return error->status;
}

bool ck_workspace_may_pass_limit(const ck_workspace *work) {
    const ck_rule_census *census = ck_engine_census(work->engine);
    uint64_t sum = 0;
    for (uint32_t r = 0; r < work->job.rules.n; r++)
        sum += census[r].pairs;
    return work->job.max_pairs && sum > work->job.max_pairs;
}

static ck_status make_engine(ck_workspace *work, ck_error *error) {
    if (work->job.npasses)
        return ck_passes_refuse(work, error);
    if (ck_workspace_people(work, error, true))
        return error->status;
    ck_engine_options options = ck_workspace_engine_options(work);
    return ck_engine_create(&work->cli->comm, error, &work->people, &work->job.rules, &work->job.comparisons, &options, &work->engine);
}

ck_status ck_workspace_engine(ck_workspace *work, ck_error *error) {
    const ck_rules *rules = &work->job.rules;
    if (work->engine)
        return CK_OK;
    if (make_engine(work, error) || ck_limit_rules(error, rules, ck_engine_census(work->engine), work->job.max_pairs) || keep_work(work, error))
        return error->status;
    ck_census_show(rules, ck_engine_census(work->engine), ck_engine_possible_pairs(work->engine));
    return ck_workspace_may_pass_limit(work) && !ck_update_wanted(work) ? ck_workspace_count_pairs(work, error) : CK_OK;
}

static ck_status lend_engine(void *owner, ck_error *error, ck_engine **engine) {
    ck_workspace *work = owner;
    if (!work->engine)
        make_engine(work, error); /* the stages before have asked for limits */
    *engine = work->engine;
    return error->status;
}

static void take_engine_back(void *owner) {
    ck_workspace *work = owner;
    if (!work->cli->options.memory && strcmp(work->cli->command->name, "run") == 0)
        return;
    forget_engine(work);
}

ck_engine_lender ck_workspace_lender(ck_workspace *work) {
    take_engine_back(work); /* of the stage before */
    return (ck_engine_lender){lend_engine, take_engine_back, work};
}

ck_status ck_workspace_count_pairs(ck_workspace *work, ck_error *error) {
    if (ck_engine_count_new_pairs(work->engine, error))
        return error->status;
    return ck_limit_job(error, &work->job.rules, ck_engine_census(work->engine), work->job.max_pairs);
}

ck_status ck_workspace_model(ck_workspace *work, ck_error *error) {
    size_t n;
    if (work->model_open)
        return CK_OK;
    if (work->job.npasses)
        return ck_passes_refuse(work, error);
    if (ck_file_share(&work->cli->comm, error, work->model_path, &work->model_text, &n))
        return error->status;
    work->model = (ck_model){.comparisons = work->job.comparisons};
    work->model_open = true;
    ck_model_read(error, work->model_text, work->model_path, &work->model);
    return ck_par_agree(&work->cli->comm, error);
}

ck_status ck_workspace_require_model(const ck_workspace *work, ck_error *error) {
    if (!work->job.cascade.n)
        return CK_OK;
    return ck_fail(error, CK_USAGE, "'carrick %s' speaks of match probabilities, and a job of rules alone has none; 'carrick evaluate' measures its links against truth, and "
                                    "'carrick review' draws pairs for people to judge.", work->cli->command->name);
}

ck_status ck_workspace_model_of_links(ck_workspace *work, ck_error *error, const char *text) {
    if (work->model_open && strcmp(work->model_text, text) == 0)
        return CK_OK;
    forget_model(work);
    work->model = (ck_model){.comparisons = work->job.comparisons};
    work->model_open = true;
    work->model_text = ck_copy_string(error, text);
    ck_model_read(error, text, work->links_path, &work->model);
    return ck_par_agree(&work->cli->comm, error);
}

ck_status ck_workspace_persons_input(ck_workspace *work, ck_error *error, const ck_links *links, double match_weight, ck_scorer *scorer,
                                     ck_engine_options *options, ck_persons_input *input) {
    bool connected = work->job.cluster == CK_CLUSTER_CONNECTED;
    if (work->job.npasses)
        return ck_passes_refuse(work, error);
    if (ck_workspace_people(work, error, !connected || work->job.ngroups || work->job.has_trace) || ck_groups_load(work, error))
        return error->status;
    *options = ck_workspace_engine_options(work);
    *input = (ck_persons_input){.method = work->job.cluster, .threshold_log2 = match_weight, .people = &work->people, .units = work->units,
                                .side = work->side, .once = work->once,
                                .rules = &work->job.rules, .comparisons = &work->job.comparisons, .engine_options = options,
                                .scorer = scorer};
    if (work->cli->options.memory)
        forget_engine(work); /* for one that is smaller, and comes later */
    if (!connected && ck_workspace_model_of_links(work, error, links->model) == CK_OK)
        ck_workspace_scorer(work, error, scorer);
    input->engine = work->engine; /* where an earlier stage has left one */
    return error->status;
}

ck_status ck_workspace_allowed(const ck_workspace *work, ck_error *error, bool **allowed) {
    ck_engine_options options = ck_workspace_engine_options(work);
    return ck_engine_allow(error, &options, &work->people, allowed);
}
