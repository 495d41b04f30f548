#include "job/job_keys.h"
#include "job/job.h"
#include "job/key_rows.h"
#include "job/optout_keys.h"
#include "job/person_keys.h"
#include "job/preset.h"
#include "job/trace_keys.h"

#define HUGE_COUNT 9007199254740992.0 /* 2^53: every whole number up to it is a double */

/* ---- sources ---- */

static const char *const kinds[] = {"text",       "name", "date",    "sex",    "postcode", "nhs_number",
                                    "uprn",       "integer", "number", "email",  "category", "address",
                                    "phone",      "identifier", "birth_date", "pseudonym", "clk", NULL};
_Static_assert(sizeof kinds / sizeof *kinds == CK_KIND_COUNT + 1, "every kind has its word, in the order of ck_kind");

static const char *const yes_no[] = {"yes", "no", NULL};

static const char *const parts[] = {"whole", "before_comma", "after_comma", "first_word", "after_first", "last_word", "before_last", NULL};
_Static_assert(sizeof parts / sizeof *parts == CK_PART_COUNT + 1, "every part has its word, in the order of ck_field_part");

static const ck_key column_rows[] = {
    {"from", CK_KEY_TEXTS, FIELDS(ck_field_spec, from, nfrom),
     .help = "Header of the CSV column, or several; default: the column's own name. Several are joined with a space; of a date "
             "they are the year, month and day, of which a birth_date may lack some."},
    {"part", CK_KEY_WORD, .standard = "whole", .words = parts, FIELD(ck_field_spec, part),
     .help = "Part of one CSV column: of `Smith, Ann` `before_comma` or `after_comma`; of `Ann Mary Smith` `first_word` (Ann), `after_first` (Mary "
             "Smith), `last_word` (Smith) or `before_last` (Ann Mary)."},
    {"as", CK_KEY_WORD, .standard = "text", .words = kinds, FIELD(ck_field_spec, clean.kind),
     .help = "Kind of the column, which sets its cleaning (docs/cleaning.md); the same in every source."},
    {"format", CK_KEY_TEXT, .help = "Of a date: how it is written, as `\"%d/%m/%Y\"`; short for `formats` with one."},
    {"formats", CK_KEY_TEXTS, FIELDS(ck_field_spec, clean.format, clean.nformat),
     .help = "Of a date: formats tried in order, of %Y %y %m %d %b %B %j %H %M %S; default `%Y-%m-%d`."},
    {"missing", CK_KEY_TEXTS, .standard = "[]", FIELDS(ck_field_spec, clean.missing, clean.nmissing),
     .help = "Values that mean missing, such as `[NULL, N/A, 1900-01-01]`, as they are written in the file."},
    {"min", CK_KEY_TEXT, FIELD(ck_field_spec, clean.min),
     .help = "Of a date (YYYY-MM-DD), integer or number: smaller values are missing."},
    {"max", CK_KEY_TEXT, FIELD(ck_field_spec, clean.max),
     .help = "Of a date (YYYY-MM-DD), integer or number: larger values are missing."},
    {"compare", CK_KEY_WORD, .words = yes_no, FIELD(ck_field_spec, carried),
     .help = "`no`: the column is there for `person` and `households`; `comparisons: auto` and `blocking: auto` leave it out. Default: yes."},
};
const ck_table ck_column_keys = {"sources: columns", NULL, ROWS(column_rows), ck_rewrite_column,
                                 "One linkage column of a source. With nothing after the name, it is the CSV column of that "
                                 "name, as text."};

static const ck_key rejects_rows[] = {
    {"max", CK_KEY_COUNT, .standard = "0", .most = HUGE_COUNT, FIELD(ck_source_spec, rejects_max),
     .help = "Rows that may be left out before ingest stops."},
};
const ck_table ck_rejects_keys = {"sources: rejects", "max", ROWS(rejects_rows), NULL,
                                  "Ragged rows, invalid bytes and rows with an empty id go to rejects.csv. `rejects: 10` is "
                                  "short for `rejects: {max: 10}`."};

static const ck_key source_group_rows[] = {
    {"column", CK_KEY_TEXT, .help = "Linkage column of the source: its rows of one value are one person."},
    {"from", CK_KEY_PATH, .help = "Result folder with an index: rows that are one person there are one here, by source and id."},
    {"of", CK_KEY_TEXT, .help = "With `from`: the source's name there; default: its name here."},
};
const ck_table ck_source_group_keys = {"sources: groups", NULL, ROWS(source_group_rows), ck_rewrite_source_groups,
                                       "Persons that are decided already: such rows are never split, and are linked as one (docs/stages.md)."};

static const char *const extracts[] = {"full", "changes", NULL};
static const char *const encodings[] = {"utf-8", "windows-1252", NULL};

static const ck_key source_rows[] = {
    {"name", CK_KEY_TEXT, .required = true, FIELD(ck_source_spec, name),
     .help = "Name of the source in every output; no two are the same, and none holds a `/`."},
    {"file", CK_KEY_PATH, .help = "The CSV file, or CSV.gz; short for `files` with one."},
    {"files", CK_KEY_PATHS, FIELDS(ck_source_spec, file, nfiles),
     .help = "Files that together are the source; each has its header."},
    {"id", CK_KEY_TEXT, FIELD(ck_source_spec, id),
     .help = "Header of the column that identifies a row, unique within the source. Default: the number of the row in its file, from 1 (with "
             "several files `2:15`, row 15 of the second)."},
    {"unique", CK_KEY_FLAG, .standard = "false", FIELD(ck_source_spec, unique),
     .help = "At most one row a person: two rows of this source are never linked."},
    {"encoding", CK_KEY_WORD, .standard = "utf-8", .words = encodings, FIELD(ck_source_spec, encoding),
     .help = "Encoding of the files."},
    {"delimiter", CK_KEY_BYTE, .standard = "\",\"", FIELD(ck_source_spec, delimiter),
     .help = "Sign between the fields: one sign, or `tab`."},
    {"extract", CK_KEY_WORD, .standard = "full", .words = extracts, FIELD(ck_source_spec, changes),
     .help = "`changes`: the files have only rows that are new or changed; the others are taken from `previous` (docs/update.md)."},
    {"removed", CK_KEY_PATH, FIELD(ck_source_spec, removed),
     .help = "With `extract: changes`: a CSV with the ids, under the header of `id`, of rows that are gone."},
    {"rejects", CK_KEY_TABLE, .standard = "{}", .table = &ck_rejects_keys, .help = "Rows that may be left out."},
    {"collapse", CK_KEY_TEXTS, .standard = "[]", FIELDS(ck_source_spec, collapse, ncollapse),
     .help = "Linkage columns: rows that are equal in every linkage column, with none of these missing, are one record. "
             "Default: every row is a record."},
    {"groups", CK_KEY_TABLE, .table = &ck_source_group_keys, .help = "Rows of the source that are one person, as somebody has decided before."},
    {"columns", CK_KEY_NAMED, .required = true, .table = &ck_column_keys, .help = "The linkage columns that the source has."},
};
const ck_table ck_source_keys = {"sources", NULL, ROWS(source_rows), ck_rewrite_source, "The extracts that are linked."};

/* ---- blocking ---- */

static const ck_key rule_rows[] = {
    {"keys", CK_KEY_TEXTS, .required = true,
     .help = "Parts of which every one must agree: column expressions, or `forename = surname` across columns."},
    {"where", CK_KEY_TEXT, .help = "A condition that the pair must also meet, with the words of levels: `levenshtein dob 2`."},
    {"max_block", CK_KEY_COUNT, .standard = "0", .most = HUGE_COUNT, FIELD(ck_rule, max_block),
     .help = "Keys that more records share are dropped, as if missing; 0: none are."},
    {"max_pairs", CK_KEY_COUNT, .least = 1, .most = HUGE_COUNT, FIELD(ck_rule, max_pairs),
     .help = "When the rule's blocks hold more pairs, the job stops before any pair is made; default: any number."},
};
const ck_table ck_rule_keys = {"blocking rules", "keys", ROWS(rule_rows), ck_rewrite_rule,
                               "A blocking rule. `[surname.soundex, dob]` is short for `{keys: [surname.soundex, dob]}`, and "
                               "`nhs` for `{keys: [nhs]}`. At most 64 rules of at most 8 parts."};

/* ---- cascade ---- */

static const char *const uniques[] = {"no", "left", "right", "both", NULL}; /* in the order of ck_unique */

static const ck_key cascade_rule_rows[] = {
    {"name", CK_KEY_TEXT, .required = true, FIELD(ck_cascade_fields, name), .help = "Name of the rule, recorded with each link that it decides."},
    {"when", CK_KEY_TEXTS,
     .help = "A condition, or several that must all hold, in the words of levels: `[exact surname, exact dob, prefix forename 1]`. Its equalities are the "
             "key that finds the pairs; an `or` at the top gives several keys."},
    {"keys", CK_KEY_TEXTS, .help = "In place of `when`: parts of a key, as of a blocking rule."},
    {"where", CK_KEY_TEXT, .help = "With `keys`: a condition that the pair must also meet."},
    {"unless", CK_KEY_TEXTS, .help = "Conditions of which none may be true: `differs nhs`. What is unknown forbids nothing."},
    {"unique", CK_KEY_WORD, .standard = "no", .words = uniques, FIELD(ck_cascade_fields, unique),
     .help = "On which side the match must be the only one that the rule makes: `left` (of the source that comes first), `right`, `both` or `no`. Of "
             "several matches it decides none; a later rule may, and ties.csv lists what none decides."},
    {"max_block", CK_KEY_COUNT, .standard = "0", .most = HUGE_COUNT, FIELD(ck_cascade_fields, max_block),
     .help = "Keys that more records share are dropped, as if missing; 0: none are."},
    {"max_pairs", CK_KEY_COUNT, .least = 1, .most = HUGE_COUNT, FIELD(ck_cascade_fields, max_pairs),
     .help = "When the rule's blocks hold more pairs, the job stops before any pair is made; default: any number."},
};
const ck_table ck_cascade_rule_keys = {"rules: steps", NULL, ROWS(cascade_rule_rows), ck_rewrite_cascade_rule,
                                       "A rule that decides: the first one that holds for a pair makes the link."};

static const ck_key cascade_rows[] = {
    {"preset", CK_KEY_TEXT, .help = "Ready steps in place of `steps`: `hesid`, `macral`, `match-keys`, `mps` ('carrick rules NAME' prints one). `rules: hesid` is short for "
                                    "`rules: {preset: hesid}`."},
    {"columns", CK_KEY_TEXT, .help = "With `preset`: a mapping from its columns to the job's, `{sex: gender}`; `none` leaves out the steps that read the column. "
                                     "Default: told by kind, role and name."},
    {"unless", CK_KEY_TEXTS, .help = "Conditions of which none may be true for any rule."},
    {"steps", CK_KEY_TABLES, .required = true, .table = &ck_cascade_rule_keys, .help = "The rules, in order."},
};
const ck_table ck_cascade_keys = {"rules", "steps", ROWS(cascade_rows), ck_rewrite_cascade,
                                  "Deterministic rules, in order (docs/rules.md). A list is short for `{steps: list}`. At most 64 keys together."};

/* ---- comparisons ---- */

static const ck_key frequency_rows[] = {
    {"column", CK_KEY_TEXT, .help = "Column whose frequencies are used; default: the first of `on`."},
    {"weight", CK_KEY_NUMBER, .standard = "1", .least = 0, .most = 1, FIELD(ck_level, tf_weight),
     .help = "Share of the adjustment that is applied."},
    {"minimum_u", CK_KEY_NUMBER, .standard = "0", .least = 0, .most = 1, FIELD(ck_level, tf_minimum_u),
     .help = "Rarer values count as if they were this frequent."},
    {"own_u", CK_KEY_FLAG, .standard = "false", FIELD(ck_level, tf_own_u),
     .help = "Adjust from this level's u; otherwise from the u of the comparison's exact level of the column."},
};
const ck_table ck_frequency_keys = {"comparisons: term_frequency", NULL, ROWS(frequency_rows), NULL,
                                    "Agreement on a rare value weighs more. `term_frequency: true` takes every default."};

static const ck_key level_rows[] = {
    {"when", CK_KEY_TEXT, .required = true, .help = "The condition, in the words below."},
    {"label", CK_KEY_TEXT, FIELD(ck_level, label), .help = "Name of the level for people; default: its condition."},
    {"m", CK_KEY_NUMBER, .least = 1e-300, .most = 1, .help = "Probability of the level among matches, fixed: training leaves it."},
    {"u", CK_KEY_NUMBER, .least = 1e-300, .most = 1, .help = "Probability of the level among non-matches, likewise."},
    {"term_frequency", CK_KEY_TABLE, .table = &ck_frequency_keys, .help = "`true` or a mapping."},
};
const ck_table ck_level_keys = {"comparisons: levels", "when", ROWS(level_rows), ck_rewrite_level,
                                "A level of a comparison. `exact` is short for `{when: exact}`."};

static const ck_key comparison_rows[] = {
    {"on", CK_KEY_TEXTS, .required = true, .help = "The column, or two columns, that its words speak of."},
    {"name", CK_KEY_NAME, FIELD(ck_comparison, name),
     .help = "Name in outputs (`gamma_<name>`); default: the columns joined by `_`."},
    {"preset", CK_KEY_WORD, .words = ck_preset_words, .help = "A ready ladder in place of `levels`; the presets are listed below."},
    {"format", CK_KEY_TEXT, .standard = "\"%Y-%m-%d\"", .help = "How dates are written in a column of kind text."},
    {"null", CK_KEY_TEXT, .standard = "auto",
     .help = "The condition of the null level, or `none`. `auto`: a column is missing on either side, or, where a level "
             "asks for a date, a text column does not parse."},
    {"levels", CK_KEY_TABLES, .required = true, .table = &ck_level_keys,
     .help = "Levels from the most specific down; the first that holds is the pair's. `else` is added at the end."},
    {"m", CK_KEY_NUMBERS, .help = "m of every level but the null level, from the top; `null` leaves one to training."},
    {"u", CK_KEY_NUMBERS, .help = "u, likewise."},
    {"term_frequency", CK_KEY_TABLE, .table = &ck_frequency_keys,
     .help = "`true`, `false` or a mapping, for the `exact` level (and those that a preset adjusts)."},
};
const ck_table ck_comparison_keys = {"comparisons", NULL, ROWS(comparison_rows), ck_rewrite_comparison,
                                     "How two records are compared. At most 32 comparisons of at most 32 levels."};

/* ---- model ---- */

static const char *const methods[] = {"calibrated", "em", NULL}; /* in the order of ck_train_method */

static const ck_key train_rows[] = {
    {"method", CK_KEY_WORD, .standard = "calibrated", .words = methods, FIELD(ck_train_options, method),
     .help = "`calibrated`: shares of matches, u and some m of every blocking rule, from all candidate pairs (docs/methods.md). `em`: "
             "expectation maximisation with one session a rule and one prior, as Splink."},
    {"household", CK_KEY_TEXTS, .standard = "auto", FIELDS(ck_train_options, household, nhousehold),
     .help = "Columns that people of one home share. `auto`: surnames, addresses, postcodes, telephones and towns, told by kind and header, and categories that are a function of where the home is, as a state is of a ZIP code; `none`: people "
             "of one home are no class of their own."},
    {"sessions", CK_KEY_TABLES, .standard = "[]", .table = &ck_rule_keys,
     .help = "Rules whose pairs the sessions use; none: every blocking rule in turn."},
    {"max_iterations", CK_KEY_COUNT, .standard = "25", .least = 1, .most = 100000,
     FIELD(ck_train_options, em.max_iterations), .help = "Iterations of a session before it stops unconverged."},
    {"tolerance", CK_KEY_NUMBER, .standard = "0.0001", .least = 1e-15, .most = 1, FIELD(ck_train_options, em.tolerance),
     .help = "Largest change of any m at which a session has converged."},
    {"least_probability", CK_KEY_NUMBER, .standard = "1e-12", .least = 1e-300, .most = 0.01,
     FIELD(ck_train_options, em.floor), .help = "Floor of every m and u."},
    {"least_free", CK_KEY_COUNT, .standard = "3", .least = 1, .most = CK_COMPARISONS_MAX,
     FIELD(ck_train_options, em.least_free), .help = "A session with fewer comparisons that its rule does not read is refused."},
    {"expected_matches", CK_KEY_NUMBER, .least = 1, .most = HUGE_COUNT, FIELD(ck_train_options, expected_matches),
     .help = "About how many pairs of records match, as far as is known without training; `blocking: auto` writes its own estimate. A calibration that "
             "expects more than three times as many is left."},
    {"random_pairs", CK_KEY_COUNT, .standard = "3000000", .least = 1, .most = HUGE_COUNT,
     FIELD(ck_train_options, random_pairs), .help = "Pairs chosen by hash, from which u is counted."},
    {"pairs", CK_KEY_COUNT, .standard = "20000000", .most = HUGE_COUNT, FIELD(ck_train_options, pairs),
     .help = "Where the blocking rules make more candidate pairs, calibration counts about a twentieth of this number of each rule that makes more than a "
             "tenth, chosen by hash (docs/methods.md has the error); 0: always all."},
    {"seed", CK_KEY_COUNT, .standard = "1", .most = HUGE_COUNT, FIELD(ck_train_options, seed), .help = "Seed of that hash."},
};
const ck_table ck_train_keys = {"train", "method", ROWS(train_rows), NULL, "How m and u are estimated."};

static const ck_key prior_rows[] = {
    {"value", CK_KEY_NUMBER, .least = 1e-18, .most = 0.999999, FIELD(ck_train_options, prior), .help = "The prior itself."},
    {"rules", CK_KEY_TABLES, .table = &ck_rule_keys, .help = "Rules that almost only matches meet."},
    {"recall", CK_KEY_NUMBER, .least = 1e-6, .most = 1, FIELD(ck_train_options, recall),
     .help = "Share of all matches that meet one of `rules`."},
};
const ck_table ck_prior_keys = {"prior", "value", ROWS(prior_rows), ck_rewrite_prior,
                                "The probability that two random records match. `prior: 0.0001` is short for `prior: {value: 0.0001}`. Without "
                                "`prior` it is estimated from the candidate pairs."};

static const ck_key model_rows[] = {
    {"file", CK_KEY_PATH, .help = "A model.json of the same comparisons and levels."},
    {"splink", CK_KEY_PATH, .help = "A model that Splink saved; it takes the place of `blocking` and `comparisons` too (docs/splink.md)."},
    {"separator", CK_KEY_TEXT, .help = "With `splink`: what separates the items of a list in a cell; default `;`."},
};
static const ck_table model_keys = {"model", "file", ROWS(model_rows), ck_rewrite_model,
                                    "m, u and prior from a file in place of `train` and `prior`. `model: model.json` is short "
                                    "for `model: {file: model.json}`. With `splink` and `train`, rules and levels are the file's, and "
                                    "m and u are trained."};

/* ---- decision and evaluation ---- */

static const ck_key threshold_rows[] = {
    {"match", CK_KEY_NUMBER, .least = 1e-300, .most = 0.9999999999999999, .help = "Pairs of at least this probability are links."},
    {"review", CK_KEY_NUMBER, .least = 1e-300, .most = 0.9999999999999999,
     .help = "Pairs of at least this probability are for review; default: `match`."},
    {"match_weight", CK_KEY_NUMBER, .help = "The same as a weight in bits; default: 0, or `floor` where that is higher."},
    {"review_weight", CK_KEY_NUMBER, .help = "The same as a weight; default: `match_weight`."},
};
static const ck_table threshold_keys = {"threshold", NULL, ROWS(threshold_rows), ck_rewrite_threshold,
                                        "Either two probabilities or two weights, none below `floor`. `decide` and `threshold` exclude each other."};

static const ck_key truth_rows[] = {
    {"truth", CK_KEY_PATH, .required = true, FIELD(ck_truth_spec, file), .help = "CSV or CSV.gz of the true entities."},
    {"id", CK_KEY_TEXT, .standard = "id", FIELD(ck_truth_spec, id), .help = "Header of the row's id."},
    {"entity", CK_KEY_TEXT, .standard = "entity", FIELD(ck_truth_spec, entity), .help = "Header of the entity."},
    {"source", CK_KEY_TEXT, FIELD(ck_truth_spec, source),
     .help = "Header of the source's name; without it ids are looked up in every source."},
};
const ck_table ck_truth_keys = {"evaluate", "truth", ROWS(truth_rows), NULL,
                                "Truth to measure against. `evaluate: truth.csv` is short for `evaluate: {truth: truth.csv}`."};

/* ---- passes ---- */

static const ck_key side_rows[] = {
    {"sources", CK_KEY_TEXTS, .required = true, .help = "Sources; in a stage also earlier stages, for all their sources."},
};
static const ck_table side_keys = {"between", "sources", ROWS(side_rows), NULL,
                                   "A side: sources that are one for linking. `between: [gp, [housing, tax]]` is short for `between: [{sources: [gp]}, {sources: "
                                   "[housing, tax]}]`."};

static const ck_key group_rows[] = {
    {"from", CK_KEY_PATH, .required = true, .help = "Result folder with an index, of this job's data or of earlier data with the same sources and ids."},
};
static const ck_table group_keys = {"groups", "from", ROWS(group_rows), NULL,
                                    "Rows that are one person there are never split here, and are linked as one (docs/stages.md). `groups: last.carrick` is short "
                                    "for `groups: [{from: last.carrick}]`."};

static const ck_key stage_rows[] = {
    {"name", CK_KEY_NAME, .required = true, .help = "Name of the stage; its results are in the folder `stages/<name>`."},
    {"sources", CK_KEY_TEXTS, .help = "Sources, or earlier stages for theirs, whose rows are linked; default: all."},
    {"between", CK_KEY_TABLES, .table = &side_keys, .help = "In place of `sources`: rows are linked across these sides only."},
};
const ck_table ck_stage_keys = {"stages", NULL, ROWS(stage_rows), NULL,
                                "A stage. Beside these it has the keys of a job that speak of linking: `rules`, `blocking` with `comparisons` and all that goes with "
                                "them, or both; `pairs`, `groups`, `one_to_one`, `many_to_one`, `cluster`. What it does not say of `train`, `prior`, `floor`, `decide`, "
                                "`threshold`, `max_pairs`, `pairs` and `groups` is the job's (docs/stages.md).", true};

static const char *const link_types[] = {"dedupe", "link", "link_and_dedupe", NULL};
static const char *const cluster_methods[] = {"merge", "best_link", "connected", NULL}; /* in the order of ck_cluster_method */

static const char *const automatic[] = {"auto", NULL};

static const ck_key job_rows[] = {
    {"name", CK_KEY_TEXT, FIELD(ck_job, name), .help = "Name of the job; default: its file's."},
    {"link", CK_KEY_WORD, .words = link_types, FIELD(ck_job, link_type), .stages = CK_READ_TRAIN | CK_READ_CHOOSE,
     .help = "Which pairs may be linked: `dedupe` (rows of one source), `link` (rows of different sources), "
             "`link_and_dedupe` (both). Default with one source: `dedupe`; with several it must be said."},
    {"sources", CK_KEY_TABLES, .required = true, .table = &ck_source_keys, .stages = CK_READ_INGEST, .help = "The extracts."},
    {"optouts", CK_KEY_TABLE, .table = &ck_optout_keys, .stages = CK_READ_INGEST, .help = "People whose rows are left out before anything is compared (docs/optouts.md)."},
    {"people", CK_KEY_PATH, FIELD(ck_job, people), .stages = CK_READ_INGEST,
     .help = "Result folder whose people.h5 is linked in another way: the extracts are not read. Jobs of stages have it."},
    {"pairs", CK_KEY_FLAGS, .stages = CK_READ_TRAIN | CK_READ_CHOOSE | CK_READ_CLUSTER,
     .help = "Which sources may be linked with which: `{gp-gp: no, gp-council: yes}`, with `*` for any source; what is named overrides `link`. Without `link` "
             "only what is named is linked."},
    {"between", CK_KEY_TABLES, .table = &side_keys, .stages = CK_READ_TRAIN | CK_READ_CHOOSE | CK_READ_CLUSTER,
     .help = "Rows are linked across these sides only."},
    {"groups", CK_KEY_TABLES, .table = &group_keys, .stages = CK_READ_LINK | CK_READ_CLUSTER, .help = "Persons that are decided already."},
    {"trace", CK_KEY_TABLE, .table = &ck_trace_keys, .stages = CK_READ_LINK | CK_READ_CLUSTER,
     .help = "Rows that lack a number get that of one person of an index, and are that person's (docs/trace.md). Without `rules`, `blocking` and `comparisons` nothing but the preset's "
             "`steps` links beside it."},
    {"one_to_one", CK_KEY_FLAG, FIELD(ck_job, one_to_one), .stages = CK_READ_CLUSTER,
     .help = "A person has at most one row, or one group of rows, of each side (of each source without `between`); ties are reported, not guessed."},
    {"many_to_one", CK_KEY_TEXT, FIELD(ck_job, many_side), .stages = CK_READ_CLUSTER,
     .help = "The same for all sides but this one, of which a person may have many."},
    {"stages", CK_KEY_TABLES, .table = &ck_stage_keys,
     .help = "Several linkages, one after the other: what a stage has decided is a group for the next (docs/stages.md). A job with both `rules` and `blocking` is "
             "short for two of them."},
    {"rules", CK_KEY_TABLE, .table = &ck_cascade_keys, .stages = CK_READ_TRAIN,
     .help = "Deterministic rules: the first that holds for a pair decides the link. Alone nothing is trained; with `blocking` and `comparisons` the model links what is left (docs/rules.md, docs/stages.md)."},
    {"blocking", CK_KEY_TABLES, .table = &ck_rule_keys, .words = automatic, .stages = CK_READ_TRAIN | CK_READ_CHOOSE,
     .help = "A pair that agrees on every part of any rule is compared. `auto`: rules are chosen from the data, without labels (docs/choose.md). Needed, but for "
             "a Splink model."},
    {"budget", CK_KEY_NUMBER, .least = 0.1, .most = 1e6, FIELD(ck_job, budget), .stages = CK_READ_CHOOSE,
     .help = "With `blocking: auto`: candidate pairs a record that the rules may make; default: 30."},
    {"max_pairs", CK_KEY_COUNT, .least = 1, .most = HUGE_COUNT, FIELD(ck_job, max_pairs),
     .help = "When a rule's blocks hold more pairs, or all rules together make more, the job stops before any pair is compared and says which rule "
             "makes them and what to do; default: any number."},
    {"comparisons", CK_KEY_TABLES, .table = &ck_comparison_keys, .words = automatic, .stages = CK_READ_TRAIN | CK_READ_CHOOSE,
     .help = "What is compared, and in which steps. `auto`: every column by what its kind and name tell (docs/choose.md). Needed, but for a Splink model."},
    {"train", CK_KEY_TABLE, .table = &ck_train_keys, .stages = CK_READ_TRAIN, .help = "How the model is estimated."},
    {"prior", CK_KEY_TABLE, .table = &ck_prior_keys, .stages = CK_READ_TRAIN, .help = "How likely two random records match."},
    {"model", CK_KEY_TABLE, .table = &model_keys, .stages = CK_READ_TRAIN, .help = "A model in place of training."},
    {"floor", CK_KEY_NUMBER, FIELD(ck_job, floor), .stages = CK_READ_LINK,
     .help = "Pairs of lower weight are counted but not kept. Default: 0, or -10 where sources are linked with `cluster: merge`, which looks at them a "
             "second time. Jobs that judge quality set -20."},
    {"decide", CK_KEY_TEXT, .stages = CK_READ_CLUSTER,
     .help = "From where a pair is a link: `default` (weight 0: more likely a match than not), `weight 5`, `probability 0.99`, or `fdr 0.01`: the lowest weight "
             "at which no more than that share of the links is expected to be false."},
    {"threshold", CK_KEY_TABLE, .table = &threshold_keys, .stages = CK_READ_CLUSTER,
     .help = "The same as numbers for match and review; in place of `decide`."},
    {"cluster", CK_KEY_WORD, .words = cluster_methods, FIELD(ck_job, cluster), .stages = CK_READ_CLUSTER,
     .help = "How links become persons (docs/methods.md): `merge` clusters while the pairs between them speak for it, `best_link` for sources that hold a "
             "person once, or `connected` components. Default: `merge`, with `threshold` `connected`."},
    {"previous", CK_KEY_PATH, FIELD(ck_job, previous), .stages = CK_READ_CLUSTER,
     .help = "Result folder of the last run: a person keeps the id while most rows stay together, and what changed is logged in ids.csv (docs/update.md)."},
    {"update", CK_KEY_FLAG, .standard = "false", FIELD(ck_job, update),
     .help = "With `previous`: rows that are what they were keep their links, and only new and changed rows are compared, with the model of the last run. "
             "`carrick update` sets it."},
    {"as_of", CK_KEY_TEXT, FIELD(ck_job, as_of), .stages = CK_READ_CLUSTER | CK_READ_PERSONS,
     .help = "The date that the job speaks for, YYYY-MM-DD, as the log of ids has it; the clock is never asked."},
    {"person", CK_KEY_NAMED, .table = &ck_attribute_keys, .stages = CK_READ_PERSONS, .help = "Attributes of persons, by which value wins where rows disagree (docs/households.md)."},
    {"households", CK_KEY_TABLE, .table = &ck_household_keys, .stages = CK_READ_PERSONS, .help = "What a household is (docs/households.md)."},
    {"evaluate", CK_KEY_TABLE, .table = &ck_truth_keys, .stages = CK_READ_EVALUATE, .help = "Truth to measure against."},
};
const ck_table ck_job_keys = {"job", NULL, ROWS(job_rows), ck_rewrite_job, "The top of the file."};
