#include "cli/options.h"
#include "base/text.h"
#include "cli/command.h"
#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT(member) offsetof(ck_options, member)
const ck_option ck_option_table[CK_OPTIONS] = {
    [CK_OPTION_OUT] = {"out", "DIR", CK_OPTION_TEXT, AT(out), "Result folder (default: the job's name with .carrick, here)"},
    [CK_OPTION_OUT_FILE] = {"out", "FILE", CK_OPTION_TEXT, AT(out_file), "Write to FILE, complete or not at all (default: -, standard output)"},
    [CK_OPTION_OUT_REGION] = {"out", "DIR", CK_OPTION_TEXT, AT(out), "Folder for the region (default: region)"},
    [CK_OPTION_SET] = {"set", "KEY=VALUE", CK_OPTION_LIST, AT(set), "Override the job file, e.g. threshold.match=0.95 (may be repeated)"},
    [CK_OPTION_FORCE] = {"force", NULL, CK_OPTION_FLAG, AT(force), "Redo what is up to date"},
    [CK_OPTION_STRICT] = {"strict", NULL, CK_OPTION_FLAG, AT(strict), "End with exit code 4 when training did not converge; results are kept"},
    [CK_OPTION_THRESHOLD_WEIGHT] = {"threshold-weight", "BITS", CK_OPTION_NUMBER, AT(threshold_weight),
                                    "Match weight at and above which records are one person"},
    [CK_OPTION_PREVIOUS] = {"previous", "DIR", CK_OPTION_TEXT, AT(previous), "Result folder of the last run, whose persons keep their ids"},
    [CK_OPTION_INDEX] = {"index", "DIR", CK_OPTION_TEXT, AT(previous), "Result folder of the last run"},
    [CK_OPTION_RETRAIN] = {"retrain", NULL, CK_OPTION_FLAG, AT(retrain), "Train and link everything anew; ids are kept all the same"},
    [CK_OPTION_TRUTH] = {"truth", "FILE", CK_OPTION_TEXT, AT(truth), "CSV (or .gz) that says which record is which entity"},
    [CK_OPTION_ID] = {"id", "COLUMN", CK_OPTION_TEXT, AT(id), "Column of FILE with the record's id (default: id)"},
    [CK_OPTION_ENTITY] = {"entity", "COLUMN", CK_OPTION_TEXT, AT(entity), "Column of FILE with the entity (default: entity)"},
    [CK_OPTION_SOURCE] = {"source", "COLUMN", CK_OPTION_TEXT, AT(source),
                          "Column of FILE with the source (default: ids are looked up in every source)"},
    [CK_OPTION_KEY] = {"key", "FILE", CK_OPTION_TEXT, AT(key), "Key, in a file that only its owner can read (mode 0600)"},
    [CK_OPTION_KEY_FD] = {"key-fd", "N", CK_OPTION_TEXT, AT(key_fd), "Key, from file descriptor N, which is open already"},
    [CK_OPTION_IDENTIFIABLE] = {"identifiable", "DIR", CK_OPTION_TEXT, AT(identifiable), "Result folder whose files are to go; audit.jsonl and releases stay"},
    [CK_OPTION_KEYS] = {"keys", "DIR", CK_OPTION_TEXT, AT(keys), "Folder of the keys, to go with it"},
    [CK_OPTION_NOW] = {"now", NULL, CK_OPTION_FLAG, AT(now), "Whenever the last work was"},
    [CK_OPTION_BEFORE] = {"before", "DATE", CK_OPTION_TEXT, AT(before), "Only if the last work in it was before the date (YYYY-MM-DD, UTC)"},
    [CK_OPTION_OLDER_THAN] = {"older-than", "DAYS", CK_OPTION_COUNT, AT(older_than), "Only if the last work in it was so many days ago"},
    [CK_OPTION_LABELS] = {"labels", "FILE", CK_OPTION_TEXT, AT(labels), "CSV (or .gz) of labelled pairs: id_l, id_r, score (0, 1 or a probability), source_l, source_r, sampling_weight"},
    [CK_OPTION_TABLE] = {"table", "FILE", CK_OPTION_TEXT, AT(table), "Write precision, recall and F1 at every whole weight to FILE as CSV"},
    [CK_OPTION_BY] = {"by", "EXPR,...", CK_OPTION_TEXT, AT(by), "By subgroup: columns, parts such as dob.year or postcode.area, or source"},
    [CK_OPTION_BY_PERSONS] = {"by", "WORD,...", CK_OPTION_TEXT, AT(by),
                              "age, year_of_age, sex, district, lsoa, msoa, local_authority, or attributes of persons (default: age, sex, and lsoa or district)"},
    [CK_OPTION_AS_OF] = {"as-of", "DATE", CK_OPTION_TEXT, AT(as_of), "Day of ages, YYYY-MM-DD (default: the job's as_of)"},
    [CK_OPTION_LOOKUP] = {"lookup", "FILE", CK_OPTION_TEXT, AT(lookup), "ONS postcode directory (ONSPD) or NSPL file, for areas"},
    [CK_OPTION_RESIDENTS] = {"residents", NULL, CK_OPTION_FLAG, AT(residents), "Only persons with a household"},
    [CK_OPTION_OUT_TABLES] = {"out", "FOLDER", CK_OPTION_TEXT, AT(out_file), "Folder for the tables (default: the result folder)"},
    [CK_OPTION_OUT_REPORT] = {"out", "FILE", CK_OPTION_TEXT, AT(out_file), "The page (default: report.html in the result folder)"},
    [CK_OPTION_SUPPRESS] = {"suppress", "N", CK_OPTION_COUNT, AT(suppress), "Leave out counts from 1 to N - 1, for publishing; needs --out"},
    [CK_OPTION_SOURCE_A] = {"source-a", "NAME", CK_OPTION_TEXT, AT(source_a), "Source of the first id (default: the one that holds it)"},
    [CK_OPTION_SOURCE_B] = {"source-b", "NAME", CK_OPTION_TEXT, AT(source_b), "Source of the second id, likewise"},
    [CK_OPTION_BOOTSTRAP] = {"bootstrap", "N", CK_OPTION_COUNT, AT(bootstrap), "Models of resampled pairs to try (default: 5; 20 for estimate)"},
    [CK_OPTION_OUT_REVIEW] = {"out", "PATH", CK_OPTION_TEXT, AT(out_file),
                              "sample: folder for pairs.csv and review.html; import: CSV file for labels (default: none)"},
    [CK_OPTION_PAIRS] = {"n", "N", CK_OPTION_COUNT, AT(pairs), "sample: pairs to draw (default: 200)"},
    [CK_OPTION_SEED_REVIEW] = {"seed", "S", CK_OPTION_COUNT, AT(seed), "sample: another seed, other pairs (default: 1)"},
    [CK_OPTION_ANSWERS] = {"answers", "FILE", CK_OPTION_FILES, AT(answers), "import: CSV of answers (may be repeated for a second reviewer)"},
    [CK_OPTION_ROWS] = {"rows", "N", CK_OPTION_COUNT, AT(rows), "Rows to make (default: 10000)"},
    [CK_OPTION_SEED] = {"seed", "S", CK_OPTION_COUNT, AT(seed), "Another seed, another region (default: 1)"},
    [CK_OPTION_PEOPLE] = {"people", "N", CK_OPTION_COUNT, AT(people), "Residents of a region with years, about (default: as the shape says)"},
    [CK_OPTION_SHAPE] = {"shape", "NAME", CK_OPTION_TEXT, AT(shape), "What to make (default: plain)"},
    [CK_OPTION_QUARTER] = {"quarter", "Q", CK_OPTION_COUNT, AT(quarter), "Extracts of the same region a quarter later than Q - 1 (default: 1, the end of 2025)"},
    [CK_OPTION_RANKS] = {"ranks", "N", CK_OPTION_COUNT, AT(ranks), "Ranks to plan for (default: as many as run this)"},
    [CK_OPTION_NODES] = {"nodes", "N", CK_OPTION_COUNT, AT(nodes), "Nodes that share them (default: 1)"},
    [CK_OPTION_CPUS] = {"cpus", "N", CK_OPTION_COUNT, AT(cpus), "Threads of each of those ranks (default: the threads of this one)"},
    [CK_OPTION_MEMORY_PLAN] = {"memory", "SIZE", CK_OPTION_TEXT, AT(plan_memory), "What each rank may take, as 4G (default: what it needs)"},
    [CK_OPTION_RATE] = {"rate", "PAIRS", CK_OPTION_NUMBER, AT(rate), "Pairs that a core compares in a second (default: timed here, on some of the real pairs)"},
    [CK_OPTION_JSON] = {"json", NULL, CK_OPTION_FLAG, AT(json), "Print JSON instead of a table"},
    [CK_OPTION_SPLINK] = {"splink", "MODEL.json", CK_OPTION_TEXT, AT(splink), "Score CSV files with a model that Splink saved (docs/splink.md)"},
    [CK_OPTION_SPLINK_OUT] = {"splink", "MODEL.json", CK_OPTION_TEXT, AT(splink), "Write the model of DIR as one that Splink loads"},
    [CK_OPTION_MEMORY] = {"memory", "SIZE", CK_OPTION_TEXT, AT(memory), "What each rank may take, as 4G (default: its share of what Slurm, cgroup or machine allow)"},
    [CK_OPTION_THREADS] = {"threads", "N", CK_OPTION_COUNT, AT(threads),
                           "Threads of each rank (default: OMP_NUM_THREADS, else the cores shared among the node's ranks)"},
    [CK_OPTION_ISA] = {"isa", "NAME", CK_OPTION_TEXT, AT(isa), "Instruction set of the kernels (default: the best here)"},
    [CK_OPTION_QUIET] = {"quiet", NULL, CK_OPTION_FLAG, AT(quiet), "Say nothing but warnings and errors"},
    [CK_OPTION_JSON_LOG] = {"json-log", NULL, CK_OPTION_FLAG, AT(json_log), "Messages as one JSON object a line"},
    [CK_OPTION_SHOW_VALUES] = {"show-values", NULL, CK_OPTION_FLAG, AT(show_values), "Allow people's values in messages and tables"},
    [CK_OPTION_HELP] = {"help", NULL, CK_OPTION_FLAG, AT(help), "Print this help"},
};
#undef AT

static bool takes(const ck_command *command, int id) {
    return id == CK_OPTION_HELP || command->options >> id & 1;
}

static ck_status set_count(ck_error *error, const ck_option *option, const char *text, uint64_t *value) {
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || !number)
        return ck_fail(error, CK_USAGE, "--%s needs a whole number of at least 1, not '%s'.", option->name, text);
    *value = number;
    return CK_OK;
}

static ck_status set_number(ck_error *error, const ck_option *option, const char *text, double *value) {
    char *end;
    *value = strtod(text, &end);
    if (end == text || *end || !isfinite(*value))
        return ck_fail(error, CK_USAGE, "--%s needs a number, not '%s'.", option->name, text);
    return CK_OK;
}

static ck_status add_set(ck_error *error, ck_options *options, const char *text) {
    if (!strchr(text, '='))
        return ck_fail(error, CK_USAGE, "--set needs KEY=VALUE, not '%s'.", text);
    if (options->nset == CK_WORDS_MAX)
        return ck_fail(error, CK_USAGE, "--set may be given at most %d times.", CK_WORDS_MAX);
    options->set[options->nset++] = text;
    return CK_OK;
}

static ck_status add_file(ck_error *error, const ck_option *option, ck_option_files *files, const char *path) {
    if (files->n == CK_FILES_MAX)
        return ck_fail(error, CK_USAGE, "--%s may be given at most %d times.", option->name, CK_FILES_MAX);
    files->path[files->n++] = path;
    return CK_OK;
}

static ck_status set_option(ck_error *error, const ck_option *option, const char *text, ck_options *options) {
    void *member = (char *)options + option->offset;
    switch (option->type) {
    case CK_OPTION_FLAG: *(bool *)member = true; return CK_OK;
    case CK_OPTION_TEXT: *(const char **)member = text; return CK_OK;
    case CK_OPTION_COUNT: return set_count(error, option, text, member);
    case CK_OPTION_NUMBER: return set_number(error, option, text, member);
    case CK_OPTION_LIST: return add_set(error, options, text);
    case CK_OPTION_FILES: return add_file(error, option, member, text);
    }
    return ck_fail(error, CK_INTERNAL, "Option --%s has no type.", option->name);
}

/** The option of a name of n letters, whole: one cut short might be another's tomorrow. NULL when the command takes none. */
static const ck_option *find_option(const ck_command *command, const char *name, size_t n) {
    for (int id = 0; id < CK_OPTIONS; id++)
        if (takes(command, id) && strncmp(ck_option_table[id].name, name, n) == 0 && !ck_option_table[id].name[n])
            return &ck_option_table[id];
    return NULL;
}

/** Names the nearest, else one that begins so. */
static ck_status fail_unknown(ck_error *error, const ck_command *command, const char *word, size_t n) {
    char name[64];
    const char *known[CK_OPTIONS];
    size_t nknown = 0;
    snprintf(name, sizeof name, "%.*s", (int)n, word);
    for (int id = 0; id < CK_OPTIONS; id++)
        if (takes(command, id))
            known[nknown++] = ck_option_table[id].name;
    const char *nearest = ck_text_nearest(name, known, nknown);
    for (size_t i = 0; !nearest && i < nknown; i++)
        nearest = strncmp(known[i], name, n) == 0 ? known[i] : NULL;
    return ck_fail(error, CK_USAGE, "'carrick %s' has no option --%s%s%s%s; see 'carrick %s --help'.", command->name, name,
                   nearest ? "; did you mean --" : "", nearest ? nearest : "", nearest ? "?" : "", command->name);
}

static ck_status add_word(ck_error *error, ck_options *options, const char *word) {
    if (options->nwords == CK_WORDS_MAX)
        return ck_fail(error, CK_USAGE, "More than %d words on the command line.", CK_WORDS_MAX);
    options->word[options->nwords++] = word;
    return CK_OK;
}

/** --name, --name=value, or --name and the value in `next`, which is NULL at the end. @param took the value of `next` was taken */
static ck_status read_option(ck_error *error, const ck_command *command, const char *word, const char *next, ck_options *options, bool *took) {
    const char *name = word + 2;
    size_t n = strcspn(name, "=");
    const ck_option *option = word[1] == '-' ? find_option(command, name, n) : NULL;
    bool joined = name[n] == '=';
    *took = option && option->argument && !joined;
    if (word[1] != '-')
        return ck_fail(error, CK_USAGE, "'carrick %s' has no option '%s'; options are words after two dashes.", command->name, word);
    if (!option)
        return fail_unknown(error, command, name, n);
    if (joined && !option->argument)
        return ck_fail(error, CK_USAGE, "--%s takes no value.", option->name);
    if (*took && !next)
        return ck_fail(error, CK_USAGE, "--%s lacks its value, %s.", option->name, option->argument);
    return set_option(error, option, joined ? name + n + 1 : next, options);
}

static ck_status check_words(ck_error *error, const ck_command *command, const ck_options *options) {
    if (options->help || (options->nwords >= command->least && options->nwords <= command->most))
        return CK_OK;
    if (options->nwords < command->least)
        return ck_fail(error, CK_USAGE, "'carrick %s' needs %s; see 'carrick %s --help'.", command->name, command->arguments,
                       command->name);
    return ck_fail(error, CK_USAGE, "'carrick %s' does not know what to do with '%s'; it takes %s.", command->name,
                   options->word[command->most], *command->arguments ? command->arguments : "options only");
}

ck_status ck_options_parse(ck_error *error, const ck_command *command, int argc, char **argv, ck_options *options) {
    bool only_words = false, took;
    *options = (ck_options){.threshold_weight = NAN};
    for (int i = 1; i < argc && error->status == CK_OK; i++) {
        if (only_words || argv[i][0] != '-' || !argv[i][1])
            add_word(error, options, argv[i]);
        else if (strcmp(argv[i], "--") == 0)
            only_words = true;
        else if (read_option(error, command, argv[i], i + 1 < argc ? argv[i + 1] : NULL, options, &took) == CK_OK)
            i += took;
    }
    return error->status ? error->status : check_words(error, command, options);
}

/** argp's form of the options that a command takes, for its help; `into` holds CK_OPTIONS + 1. */
static void list_options(const ck_command *command, struct argp_option *into) {
    enum { KEY_BASE = 256 }; /* keys below are short options */
    for (int id = 0; id < CK_OPTIONS; id++)
        if (takes(command, id))
            *into++ = (struct argp_option){.name = ck_option_table[id].name, .key = KEY_BASE + id,
                                           .arg = ck_option_table[id].argument, .doc = ck_option_table[id].help};
    *into = (struct argp_option){0};
}

void ck_options_help(const ck_command *command) {
    struct argp_option known[CK_OPTIONS + 1];
    char name[64], text[4096];
    snprintf(name, sizeof name, "carrick %s", command->name);
    int head = snprintf(text, sizeof text, "%s.\n\n%s\vExample:\n\n", command->summary, command->text);
    size_t n = (size_t)head;
    for (const char *line = command->example; *line && n < sizeof text; line += strcspn(line, "\n"), line += *line == '\n')
        n += (size_t)snprintf(text + n, sizeof text - n, "  %.*s\n", (int)strcspn(line, "\n"), line);
    list_options(command, known);
    struct argp argp = {.options = known, .args_doc = command->arguments, .doc = text};
    argp_help(&argp, stdout, ARGP_HELP_USAGE | ARGP_HELP_PRE_DOC | ARGP_HELP_LONG | ARGP_HELP_POST_DOC, name);
}
