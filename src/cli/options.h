/** What a command line may say: one table of options drives parsing, --help, the man page and completion.
 *
 *  A command names the options it takes as a set of bits (1 << CK_OPTION_...). A new option is one row in
 *  options.c, one member below, and one bit in the commands that take it. Local.
 */
#ifndef CK_CLI_OPTIONS_H
#define CK_CLI_OPTIONS_H
#include <carrick/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum ck_option_id {
    CK_OPTION_OUT, CK_OPTION_OUT_FILE, CK_OPTION_OUT_REGION,
    CK_OPTION_SET, CK_OPTION_FORCE, CK_OPTION_STRICT,
    CK_OPTION_THRESHOLD_WEIGHT, CK_OPTION_PREVIOUS, CK_OPTION_INDEX, CK_OPTION_RETRAIN,
    CK_OPTION_TRUTH, CK_OPTION_ID, CK_OPTION_ENTITY, CK_OPTION_SOURCE,
    CK_OPTION_TABLE, CK_OPTION_BY, CK_OPTION_BY_PERSONS, CK_OPTION_AS_OF, CK_OPTION_LOOKUP, CK_OPTION_RESIDENTS, CK_OPTION_OUT_TABLES, CK_OPTION_OUT_REPORT, CK_OPTION_SUPPRESS, CK_OPTION_LABELS,
    CK_OPTION_SOURCE_A, CK_OPTION_SOURCE_B, CK_OPTION_BOOTSTRAP,
    CK_OPTION_OUT_REVIEW, CK_OPTION_PAIRS, CK_OPTION_SEED_REVIEW, CK_OPTION_ANSWERS,
    CK_OPTION_ROWS, CK_OPTION_SEED, CK_OPTION_PEOPLE, CK_OPTION_SHAPE, CK_OPTION_QUARTER,
    CK_OPTION_RANKS, CK_OPTION_NODES, CK_OPTION_CPUS, CK_OPTION_MEMORY_PLAN, CK_OPTION_RATE,
    CK_OPTION_JSON,
    CK_OPTION_KEY, CK_OPTION_KEY_FD,
    CK_OPTION_IDENTIFIABLE, CK_OPTION_KEYS, CK_OPTION_NOW, CK_OPTION_BEFORE, CK_OPTION_OLDER_THAN,
    CK_OPTION_SPLINK, CK_OPTION_SPLINK_OUT,
    CK_OPTION_MEMORY, CK_OPTION_THREADS, CK_OPTION_ISA, CK_OPTION_QUIET, CK_OPTION_JSON_LOG, CK_OPTION_SHOW_VALUES,
    CK_OPTION_HELP,
    CK_OPTIONS
} ck_option_id;

typedef enum ck_option_type { CK_OPTION_FLAG, CK_OPTION_TEXT, CK_OPTION_COUNT, CK_OPTION_NUMBER, CK_OPTION_LIST, CK_OPTION_FILES } ck_option_type;

typedef struct ck_option {
    const char *name;     /**< without the dashes */
    const char *argument; /**< word for its value in help, NULL for a flag */
    ck_option_type type;
    size_t offset;        /**< of its member in ck_options */
    const char *help;
} ck_option;
extern const ck_option ck_option_table[CK_OPTIONS];

enum { CK_WORDS_MAX = 64, CK_FILES_MAX = 8 };

/** The files of an option that may be repeated. */
typedef struct ck_option_files {
    const char *path[CK_FILES_MAX];
    uint32_t n;
} ck_option_files;

/** The values of one command line; texts are argv's. */
typedef struct ck_options {
    const char *out, *out_file, *isa, *truth, *id, *entity, *source, *source_a, *source_b, *splink, *table, *by, *labels, *key, *key_fd, *identifiable, *keys, *before, *previous, *shape, *as_of, *lookup;
    uint64_t threads, rows, seed, bootstrap, pairs, suppress, ranks, nodes, cpus, older_than, people, quarter;
    const char *memory, *plan_memory; /**< as they were written */
    double rate;             /**< 0: not given */
    double threshold_weight; /**< NAN: not given */
    bool now, retrain, residents, force, strict, quiet, json, json_log, show_values, help;
    const char *set[CK_WORDS_MAX];
    uint32_t nset;
    ck_option_files answers;
    const char *word[CK_WORDS_MAX]; /**< the words that are no options */
    uint32_t nwords;
} ck_options;

struct ck_command;

/** Parse argv[1..], where argv[0] is the command's own word. @return CK_USAGE naming the nearest known option. */
ck_status ck_options_parse(ck_error *error, const struct ck_command *command, int argc, char **argv, ck_options *options);
/** Print --help of a command to standard output. */
void ck_options_help(const struct ck_command *command);

#endif
