/** How fast candidate pairs become counted patterns, on one core.
 *
 *      bench_pairs [--records N] [--runs N] [--isa NAME] [--python PROGRAM] [--multi] [--rows N] [--json FILE]
 *
 *  Made-up records in memory, in blocks of about 500 (rule [postcode.sector]) and of about 33 ([dob]); with --multi a region of `carrick
 *  synth` and rules of several keys (bench/multi.yaml). What is timed is ck_engine_count_cells in processor seconds, so that a busy machine
 *  slows the figures less. Each case is checked: its total is the census's, and on a few whole blocks every cell is that of a slow count
 *  (tests/reference) and, where --python names a Python that has duckdb, that of the same query in DuckDB, which is timed too. Prints a
 *  table and writes JSON. Exit code 70 when a check fails.
 */
#include "base/memory.h"
#include "job/job.h"
#include "link/engine.h"
#include "pairs_data.h"
#include "reference/linkage.h"
#include "reference/people.h"
#include "synth/synth.h"
#include <ftw.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { RUNS_MAX = 100, FOLDER = 512, PATH = 1024, SLOW_ROWS = 600, FEW_BLOCKS = 2, DUCKDB_BLOCKS = 40 };

typedef struct bench_options {
    uint32_t records, rows, runs;
    const char *isa, *python, *json;
    bool multi;
    const ck_kernels *kernels;
} bench_options;

static char folder[FOLDER]; /* for what is read from files; removed when the program ends */

/* One case: a job and the blocks that its samples are made of. */
typedef struct bench_case {
    const char *name, *rule, *duckdb_block;
    uint32_t sample_column;
    size_t left_off;
    uint32_t few_blocks, duckdb_blocks;
} bench_case;

static const bench_case DENSE = {"dense", "blocking=[[postcode.sector]]", "sector", BENCH_POSTCODE, 2, FEW_BLOCKS, DUCKDB_BLOCKS};
static const bench_case SMALL = {"small", "blocking=[[dob]]", "dob", BENCH_DOB, 0, 10 * FEW_BLOCKS, 50 * DUCKDB_BLOCKS};

typedef struct bench_times {
    uint32_t n;
    double second[RUNS_MAX];
} bench_times;

typedef struct bench_result {
    const char *name;
    uint64_t records, keys, pairs, cells, checked_pairs, wrong_cells;
    double prepare_seconds;
    bench_times engine, duckdb;
    uint64_t duckdb_pairs;
} bench_result;

static void stop(const ck_error *error) {
    fprintf(stderr, "pairs: %s\n", error->text);
    exit((int)error->status);
}

static double processor_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int rising(const void *x, const void *y) {
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static void sort_times(bench_times *times) {
    qsort(times->second, times->n, sizeof *times->second, rising);
}

/* ---- the engine ---- */

/* The job `bench/<file>` on `records` (a CSV with at least a header), with one more override unless NULL. */
static void read_job(const char *file, const char *records, const char *override, ck_job *job) {
    char path[PATH], source[PATH + 32], *text = NULL;
    size_t n = 0;
    ck_error error = {0};
    snprintf(path, sizeof path, "%s/%s", CARRICK_BENCH_FOLDER, file);
    snprintf(source, sizeof source, "sources[0].file=\"%s\"", records);
    FILE *in = fopen(path, "r");
    if (!in || getdelim(&text, &n, 0, in) < 0) {
        ck_fail(&error, CK_FILE, "%s cannot be read.", path);
        stop(&error);
    }
    fclose(in);
    const char *overrides[] = {source, override};
    if (ck_job_parse(&error, text, path, overrides, override ? 2 : 1, true, job) != CK_OK)
        stop(&error);
    free(text);
}

static ck_engine *make_engine(const bench_options *options, const ck_job *job, const ck_people *people) {
    static const ck_comm alone = {0, 1, NULL};
    ck_error error = {0};
    ck_engine *engine = NULL;
    ck_engine_options engine_options = {.kernels = options->kernels, .link_type = job->link_type, .threads = 1};
    if (ck_engine_create(&alone, &error, people, &job->rules, &job->comparisons, &engine_options, &engine) != CK_OK)
        stop(&error);
    return engine;
}

static ck_cells count_cells(ck_engine *engine) {
    ck_error error = {0};
    ck_cells cells = {0};
    if (ck_engine_count_cells(engine, &error, true, &cells) != CK_OK)
        stop(&error);
    return cells;
}

/* Pairs of one rule are counted once each by the census; those of several keys or rules once or more. */
static bool total_is_right(const ck_engine *engine, const ck_job *job, bool several_keys, uint64_t pairs) {
    const ck_rule_census *census = ck_engine_census(engine);
    uint64_t sum = 0;
    for (uint32_t r = 0; r < job->rules.n; r++)
        sum += census[r].pairs;
    return several_keys ? pairs <= sum && pairs > 0 : pairs == sum;
}

static void time_engine(const bench_options *options, const ck_job *job, const ck_people *people, bool several_keys,
                        bench_result *result) {
    double started = processor_seconds();
    ck_engine *engine = make_engine(options, job, people);
    result->prepare_seconds = processor_seconds() - started;
    result->records = people->records;
    for (uint32_t r = 0; r < job->rules.n; r++)
        result->keys += ck_engine_census(engine)[r].keys;
    result->engine.n = options->runs;
    for (uint32_t run = 0; run < options->runs; run++) {
        started = processor_seconds();
        ck_cells cells = count_cells(engine);
        result->engine.second[run] = processor_seconds() - started;
        result->pairs = ck_cells_total(&cells);
        result->cells = cells.n;
        ck_cells_free(&cells);
    }
    result->wrong_cells += !total_is_right(engine, job, several_keys, result->pairs);
    sort_times(&result->engine);
    ck_engine_free(engine);
}

/* ---- checks ---- */

static ck_cells engine_cells(const bench_options *options, const ck_job *job, const bench_records *records) {
    ck_people people;
    uint64_t size = records->n;
    reference_people_build(records->value, job->schema.ncolumns, (const char *const *)job->schema.name, job->schema.kind, 1, &size,
                           &people);
    ck_engine *engine = make_engine(options, job, &people);
    ck_cells cells = count_cells(engine);
    ck_engine_free(engine);
    ck_people_free(&people);
    return cells;
}

static ck_cells slow_cells(const ck_job *job, const bench_records *records) {
    static const bool allowed[1] = {true};
    ck_error error = {0};
    uint32_t *source = ck_alloc_zero(&error, records->n, sizeof *source);
    reference_job slow = {&job->schema, records->value, records->n, source, 1, allowed, &job->rules, &job->comparisons};
    size_t n = 0;
    reference_pair *pair = source ? reference_linkage(&slow, &n) : NULL;
    ck_cells cells = {.pattern = ck_alloc(&error, n, 8), .mask = ck_alloc(&error, n, 8), .count = ck_alloc(&error, n, 8)};
    if (error.status != CK_OK)
        stop(&error);
    for (size_t i = 0; i < n; i++)
        if (pair[i].mask) {
            cells.pattern[cells.n] = pair[i].pattern;
            cells.mask[cells.n] = pair[i].mask;
            cells.count[cells.n++] = 1;
        }
    if (ck_cells_normalise(&error, &cells) != CK_OK)
        stop(&error);
    free(pair);
    ck_free(source);
    return cells;
}

static uint64_t count_differences(const ck_cells *a, const ck_cells *b) {
    uint64_t differences = a->n > b->n ? a->n - b->n : b->n - a->n;
    for (size_t i = 0; i < a->n && i < b->n; i++)
        differences += a->pattern[i] != b->pattern[i] || a->mask[i] != b->mask[i] || a->count[i] != b->count[i];
    return differences;
}

/* The sample's cells against those of the slow count. */
static void check_slowly(const bench_options *options, const ck_job *job, const bench_records *sample, bench_result *result) {
    ck_cells fast = engine_cells(options, job, sample), slow = slow_cells(job, sample);
    result->checked_pairs += ck_cells_total(&slow);
    result->wrong_cells += count_differences(&fast, &slow);
    ck_cells_free(&fast);
    ck_cells_free(&slow);
}

/* ---- DuckDB ---- */

/* Its answer: a line of seconds, then lines of pattern and count, in the order of the cells. One rule: every mask is 1. */
static void read_duckdb(FILE *in, const ck_cells *cells, bench_result *result) {
    unsigned long long pattern, count;
    size_t i = 0;
    char line[4096] = "";
    if (fgets(line, sizeof line, in)) {
        char *at = line, *end;
        for (double x = strtod(at, &end); end != at && result->duckdb.n < RUNS_MAX; at = end, x = strtod(at, &end))
            result->duckdb.second[result->duckdb.n++] = x;
    }
    for (; fscanf(in, "%llu %llu", &pattern, &count) == 2; i++)
        result->wrong_cells += i >= cells->n || cells->pattern[i] != pattern || cells->count[i] != count;
    result->wrong_cells += i < cells->n;
    sort_times(&result->duckdb);
}

static void time_duckdb(const bench_options *options, const bench_case *which, const ck_job *job, const bench_records *sample,
                        bench_result *result) {
    char records[PATH], command[3 * PATH];
    snprintf(records, sizeof records, "%s/%s.csv", folder, which->name);
    snprintf(command, sizeof command, "'%s' '%s/pairs_duckdb.py' '%s' %s %u", options->python, CARRICK_BENCH_FOLDER, records,
             which->duckdb_block, options->runs < 3 ? options->runs : 3);
    FILE *in = bench_records_write(sample, records) ? popen(command, "r") : NULL;
    ck_cells cells = engine_cells(options, job, sample);
    if (in)
        read_duckdb(in, &cells, result);
    result->duckdb_pairs = ck_cells_total(&cells);
    result->checked_pairs += result->duckdb_pairs;
    if (!in || pclose(in) != 0 || !result->duckdb.n) {
        fprintf(stderr, "pairs: '%s' could not run the query; has it the module duckdb?\n", options->python);
        exit(5);
    }
    ck_cells_free(&cells);
}

/* ---- cases ---- */

static void run_case(const bench_options *options, const bench_case *which, const bench_records *records, const ck_people *people,
                     bench_result *result) {
    char header[PATH];
    ck_job job;
    bench_records sample;
    *result = (bench_result){.name = which->name};
    snprintf(header, sizeof header, "%s/header.csv", folder);
    if (!bench_records_write(&(bench_records){.ncolumns = BENCH_COLUMNS}, header)) {
        fprintf(stderr, "pairs: %s cannot be written\n", header);
        exit(5);
    }
    read_job("pairs.yaml", header, which->rule, &job);
    time_engine(options, &job, people, false, result);
    bench_records_sample(records, which->sample_column, which->left_off, which->few_blocks, &sample);
    check_slowly(options, &job, &sample, result);
    bench_records_free(&sample);
    if (options->python) {
        bench_records_sample(records, which->sample_column, which->left_off, which->duckdb_blocks, &sample);
        time_duckdb(options, which, &job, &sample, result);
        bench_records_free(&sample);
    }
    ck_job_free(&job);
}

static uint32_t run_blocks(const bench_options *options, bench_result *result) {
    bench_records records;
    ck_people people;
    uint64_t size = options->records;
    bench_records_make(options->records, 11, &records);
    reference_people_build(records.value, BENCH_COLUMNS, bench_column_name, bench_column_kind, 1, &size, &people);
    run_case(options, &DENSE, &records, &people, &result[0]);
    run_case(options, &SMALL, &records, &people, &result[1]);
    ck_people_free(&people);
    bench_records_free(&records);
    return 2;
}

/* A region of `rows` rows made, cleaned and read back. */
static void make_region(const ck_comm *comm, uint64_t rows, ck_job *job, ck_people *people) {
    char path[PATH], rejects[PATH];
    ck_error error = {0};
    ck_synth_counts made;
    ck_ingest_counts counts = {0};
    ck_synth_options synth = {.rows = rows, .seed = 1};
    if (ck_synth(comm, &error, &synth, folder, &made) != CK_OK)
        stop(&error);
    snprintf(path, sizeof path, "%s/records.csv", folder);
    read_job("multi.yaml", path, NULL, job);
    snprintf(path, sizeof path, "%s/people.h5", folder);
    snprintf(rejects, sizeof rejects, "%s/rejects.csv", folder);
    if (ck_ingest(comm, &error, &job->ingest, path, rejects, "", &counts) != CK_OK ||
        ck_people_open(comm, &error, path, CK_PEOPLE_CODES, people) != CK_OK)
        stop(&error);
    ck_free(counts.field);
}

static uint32_t run_multi(const bench_options *options, const ck_comm *comm, bench_result *result) {
    ck_job job;
    ck_people people;
    bench_records sample;
    *result = (bench_result){.name = "multi"};
    make_region(comm, options->rows, &job, &people);
    time_engine(options, &job, &people, true, result);
    ck_people_free(&people);
    ck_job_free(&job);
    make_region(comm, SLOW_ROWS, &job, &people);
    bench_records_of(&people, (uint32_t)people.records, &sample);
    check_slowly(options, &job, &sample, result);
    bench_records_free(&sample);
    ck_people_free(&people);
    ck_job_free(&job);
    return 1;
}

/* ---- output ---- */

static double rate(uint64_t pairs, double seconds) {
    return seconds > 0 ? (double)pairs / seconds * 1e-6 : 0;
}

static void print_table(const bench_options *options, const bench_result *result, uint32_t n) {
    printf("one core, %s, %u runs; M pairs/s best / median, in processor time\n\n", ck_kernels_name(options->kernels), options->runs);
    printf("%-7s %10s %11s %13s %7s %17s %17s %12s %s\n", "blocks", "records", "keys", "pairs", "cells", "Carrick", "with its keys",
           "DuckDB", "checked");
    for (uint32_t i = 0; i < n; i++) {
        const bench_result *r = &result[i];
        double best = r->engine.second[0], median = r->engine.second[r->engine.n / 2], keys = r->prepare_seconds;
        printf("%-7s %10llu %11llu %13llu %7llu %8.1f /%7.1f %8.1f /%7.1f ", r->name, (unsigned long long)r->records,
               (unsigned long long)r->keys, (unsigned long long)r->pairs, (unsigned long long)r->cells, rate(r->pairs, best),
               rate(r->pairs, median), rate(r->pairs, best + keys), rate(r->pairs, median + keys));
        if (r->duckdb.n)
            printf("%5.2f /%5.2f ", rate(r->duckdb_pairs, r->duckdb.second[0]),
                   rate(r->duckdb_pairs, r->duckdb.second[r->duckdb.n / 2]));
        else
            printf("%12s ", "skipped");
        printf("%llu pairs, %llu wrong\n", (unsigned long long)r->checked_pairs, (unsigned long long)r->wrong_cells);
    }
    if (!options->python && !options->multi)
        printf("\nDuckDB is skipped: no --python PROGRAM that has the module duckdb.\n");
}

static void print_times(FILE *out, const char *name, const bench_times *times, uint64_t pairs) {
    fprintf(out, ", \"%s\": {\"pairs\": %llu, \"best_mpairs_per_second\": %.3f, \"median_mpairs_per_second\": %.3f, \"seconds\": [", name,
            (unsigned long long)pairs, rate(pairs, times->second[0]), rate(pairs, times->second[times->n / 2]));
    for (uint32_t i = 0; i < times->n; i++)
        fprintf(out, "%s%.6f", i ? ", " : "", times->second[i]);
    fputs("]}", out);
}

static int write_json(const bench_options *options, const bench_result *result, uint32_t n) {
    FILE *out = fopen(options->json, "w");
    if (!out)
        return fprintf(stderr, "pairs: %s cannot be written\n", options->json), 0;
    fprintf(out, "{\"bench\": \"pairs\", \"isa\": \"%s\", \"threads\": 1, \"results\": [", ck_kernels_name(options->kernels));
    for (uint32_t i = 0; i < n; i++) {
        const bench_result *r = &result[i];
        fprintf(out, "%s\n  {\"case\": \"%s\", \"records\": %llu, \"keys\": %llu, \"pairs\": %llu, \"cells\": %llu, \"checked_pairs\": %llu, "
                "\"wrong\": %llu, \"prepare_seconds\": %.6f", i ? "," : "", r->name, (unsigned long long)r->records,
                (unsigned long long)r->keys, (unsigned long long)r->pairs, (unsigned long long)r->cells,
                (unsigned long long)r->checked_pairs, (unsigned long long)r->wrong_cells, r->prepare_seconds);
        print_times(out, "carrick", &r->engine, r->pairs);
        if (r->duckdb.n)
            print_times(out, "duckdb", &r->duckdb, r->duckdb_pairs);
        fputc('}', out);
    }
    fputs("\n]}\n", out);
    return fclose(out) == 0;
}

/* ---- main ---- */

static uint32_t number_of(const char *option, const char *text, uint32_t most) {
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (*end || value < 1 || value > most) {
        fprintf(stderr, "pairs: --%s wants a number from 1 to %u, not '%s'\n", option, most, text);
        exit(2);
    }
    return (uint32_t)value;
}

static void read_options(int argc, char **argv, bench_options *options) {
    static const struct option known[] = {{"records", 1, NULL, 'r'}, {"runs", 1, NULL, 'n'}, {"isa", 1, NULL, 'i'},
                                          {"python", 1, NULL, 'p'}, {"multi", 0, NULL, 'm'}, {"rows", 1, NULL, 'w'},
                                          {"json", 1, NULL, 'j'}, {0}};
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;)
        switch (c) {
        case 'r': options->records = number_of("records", optarg, 50000000); break;
        case 'n': options->runs = number_of("runs", optarg, RUNS_MAX); break;
        case 'i': options->isa = optarg; break;
        case 'p': options->python = optarg; break;
        case 'm': options->multi = true; break;
        case 'w': options->rows = number_of("rows", optarg, 50000000); break;
        case 'j': options->json = optarg; break;
        default:
            fprintf(stderr, "usage: %s [--records N] [--runs N] [--isa NAME] [--python PROGRAM] [--multi] [--rows N] [--json FILE]\n", argv[0]);
            exit(2);
        }
    options->kernels = ck_kernels_choose(options->isa);
    if (!options->kernels) {
        fprintf(stderr, "pairs: instruction set '%s' cannot run here\n", options->isa);
        exit(2);
    }
}

static int remove_entry(const char *path, const struct stat *state, int type, struct FTW *walk) {
    (void)state, (void)type, (void)walk;
    return remove(path);
}

static void remove_folder(void) {
    nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static void make_folder(void) {
    const char *parent = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/carrick-pairs-XXXXXX", parent ? parent : "/tmp");
    if (!mkdtemp(folder)) {
        perror(folder);
        exit(5);
    }
    atexit(remove_folder);
}

int main(int argc, char **argv) {
    bench_options options = {.records = 1000000, .rows = 1000000, .runs = 7, .json = "pairs.json"};
    bench_result result[2];
    ck_comm comm;
    ck_error error = {0};
    read_options(argc, argv, &options);
    if (ck_par_start(&argc, &argv, &comm, &error) != CK_OK)
        stop(&error);
    make_folder();
    uint32_t n = options.multi ? run_multi(&options, &comm, result) : run_blocks(&options, result);
    ck_par_stop(&comm);
    print_table(&options, result, n);
    bool good = write_json(&options, result, n);
    for (uint32_t i = 0; i < n; i++)
        good = good && result[i].wrong_cells == 0;
    return good ? 0 : 70;
}
