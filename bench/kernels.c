/** How fast the string kernels are on dictionary names, one core: pairs per second of every instruction set,
 *  with the answers compared with the slow reference while timing. Prints JSON.
 *
 *      kernels [LIST.txt] [million pairs] [texts]
 *
 *  LIST.txt has a name a line (such as the 1990 US census list), or with `texts` a text of several words, such as an
 *  address, for the measures of those; without it names are made of syllables, 6.4 letters on average. "blocks": all pairs of 500 names drawn at random, then of another 500, as in dense
 *  blocks; "random": pairs drawn evenly from the list. Batches of 4096, as the engine has them.
 */
#include "reference/similarity.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { NAMES_MAX = 200000, NAME_MAX = 64, BATCH = 4096, ROUNDS = 15, CHECKED = 50000, BLOCK = 500 };

typedef struct bench_data {
    uint64_t state;
    uint32_t names;
    uint64_t offset[NAMES_MAX + 1];
    char bytes[(size_t)NAMES_MAX * NAME_MAX];
    ck_strings *strings;
    size_t pairs;
    uint32_t *a, *b;
    double *value;
    uint8_t *level;
} bench_data;

typedef struct bench_task {
    const char *name;
    ck_measure measure;
    double threshold[4];
    uint32_t n; /**< thresholds; 0: the values themselves */
    bool of_texts;
} bench_task;

static const bench_task TASKS[] = {
    {"jaro_winkler > 1 (bounds alone)", CK_JARO_WINKLER, {1.5}, 1, false},
    {"jaro_winkler >= 0.92", CK_JARO_WINKLER, {0.92}, 1, false},
    {"jaro_winkler >= 0.85", CK_JARO_WINKLER, {0.85}, 1, false},
    {"jaro_winkler >= 0.92, 0.88, 0.7", CK_JARO_WINKLER, {0.92, 0.88, 0.7}, 3, false},
    {"jaro_winkler", CK_JARO_WINKLER, {0}, 0, false},
    {"jaro >= 0.9", CK_JARO, {0.9}, 1, false},
    {"levenshtein <= 1", CK_LEVENSHTEIN, {1}, 1, false},
    {"levenshtein <= 1, 2", CK_LEVENSHTEIN, {1, 2}, 2, false},
    {"levenshtein", CK_LEVENSHTEIN, {0}, 0, false},
    {"damerau_levenshtein <= 1", CK_DAMERAU_LEVENSHTEIN, {1}, 1, false},
    {"damerau_levenshtein <= 1, 2", CK_DAMERAU_LEVENSHTEIN, {1, 2}, 2, false},
    {"damerau_levenshtein", CK_DAMERAU_LEVENSHTEIN, {0}, 0, false},
    {"jaccard >= 0.8", CK_JACCARD, {0.8}, 1, false},
    {"ratio >= 0.9", CK_RATIO, {0.9}, 1, true},
    {"ratio", CK_RATIO, {0}, 0, true},
    {"token_sort >= 0.92", CK_TOKEN_SORT, {0.92}, 1, true},
    {"token_sort", CK_TOKEN_SORT, {0}, 0, true},
    {"token_set >= 0.85", CK_TOKEN_SET, {0.85}, 1, true},
    {"token_set >= 0.85, 0.6", CK_TOKEN_SET, {0.85, 0.6}, 2, true},
    {"token_set", CK_TOKEN_SET, {0}, 0, true},
    {"word_subset", CK_TOKEN_SET, {1}, 1, true},
    {"prefix_of", CK_PREFIX_OF, {1}, 1, true},
};
enum { NTASKS = sizeof TASKS / sizeof TASKS[0] };

static uint32_t draw(bench_data *bench, uint32_t below) {
    uint64_t x = bench->state += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((x >> 32) * below >> 32);
}

static void add_name(bench_data *bench, const char *name, size_t n) {
    memcpy(bench->bytes + bench->offset[bench->names], name, n);
    bench->offset[bench->names + 1] = bench->offset[bench->names] + n;
    bench->names++;
}

static int read_names(bench_data *bench, const char *path) {
    char line[256];
    FILE *file = fopen(path, "r");
    if (!file)
        return -1;
    while (bench->names < NAMES_MAX && fgets(line, sizeof line, file)) {
        size_t n = strcspn(line, "\r\n");
        if (n > 1 && n <= NAME_MAX)
            add_name(bench, line, n);
    }
    return fclose(file);
}

static void make_names(bench_data *bench) {
    static const char *const ONSET[] = {"B",  "C",  "D",  "F",  "G",  "H",  "J",  "K",  "L",  "M",
                                        "N",  "P",  "R",  "S",  "T",  "W",  "BR", "CH", "CL", "CR",
                                        "GR", "SH", "ST", "TH", "TR", "WH", "",   ""};
    static const char *const VOWEL[] = {"A", "E", "I", "O", "U", "A", "E", "O", "I", "EA", "OO", "Y"};
    static const char *const CODA[] = {"", "", "", "", "", "", "", "N", "R", "L", "S", "T", "LL", "RD", "CK"};
    static const char *const END[] = {"", "", "", "SON", "TON", "LEY", "ER", "S", "MAN", "ING", "EY", "Y"};
    while (bench->names < 60000) {
        char name[NAME_MAX] = "";
        for (uint32_t s = 1 + (draw(bench, 8) > 2); s-- > 0;) {
            strcat(name, ONSET[draw(bench, sizeof ONSET / sizeof *ONSET)]);
            strcat(name, VOWEL[draw(bench, sizeof VOWEL / sizeof *VOWEL)]);
            strcat(name, CODA[draw(bench, sizeof CODA / sizeof *CODA)]);
        }
        strcat(name, END[draw(bench, sizeof END / sizeof *END)]);
        if (strlen(name) > 1)
            add_name(bench, name, strlen(name));
    }
}

static void take_pairs(bench_data *bench, size_t pairs) {
    bench->pairs = pairs;
    bench->a = malloc(pairs * sizeof *bench->a);
    bench->b = malloc(pairs * sizeof *bench->b);
    bench->value = malloc(pairs * sizeof *bench->value);
    bench->level = malloc(pairs);
    if (!bench->a || !bench->b || !bench->value || !bench->level)
        exit(6);
}

static void draw_random_pairs(bench_data *bench) {
    for (size_t k = 0; k < bench->pairs; k++) {
        bench->a[k] = draw(bench, bench->names);
        bench->b[k] = draw(bench, bench->names);
    }
}

static void draw_blocks(bench_data *bench) {
    uint32_t block[BLOCK];
    for (size_t k = 0; k < bench->pairs;) {
        for (int i = 0; i < BLOCK; i++)
            block[i] = draw(bench, bench->names);
        for (int i = 0; i < BLOCK; i++) {
            for (int j = i + 1; j < BLOCK && k < bench->pairs; j++, k++) {
                bench->a[k] = block[i];
                bench->b[k] = block[j];
            }
        }
    }
}

static void run_task(const bench_data *bench, const ck_kernels *kernels, const bench_task *task) {
    for (size_t begin = 0; begin < bench->pairs; begin += BATCH) {
        size_t n = bench->pairs - begin < BATCH ? bench->pairs - begin : BATCH;
        const uint32_t *a = bench->a + begin, *b = bench->b + begin;
        if (task->n)
            ck_ladder_batch(kernels, task->measure, bench->strings, bench->strings, task->threshold, task->n,
                            a, b, n, bench->level + begin);
        else
            ck_measure_batch(kernels, task->measure, bench->strings, bench->strings, a, b, n,
                             bench->value + begin);
    }
}

/** Answers that differ from the reference among the first CHECKED pairs. */
static size_t count_wrong(const bench_data *bench, const bench_task *task) {
    const uint64_t *o = bench->offset;
    size_t wrong = 0;
    for (size_t k = 0; k < bench->pairs && k < CHECKED; k++) {
        uint32_t a = bench->a[k], b = bench->b[k];
        double value = reference_measure(task->measure, bench->bytes + o[a], (size_t)(o[a + 1] - o[a]),
                                         bench->bytes + o[b], (size_t)(o[b + 1] - o[b]));
        wrong += task->n ? bench->level[k] != reference_level(task->measure, value, task->threshold, task->n)
                         : memcmp(&value, &bench->value[k], sizeof value) != 0;
    }
    return wrong;
}

/** Processor time of this thread, so that a busy machine slows the figures less. */
static double now_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int rising(const void *x, const void *y) {
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

/** One line of JSON. @return wrong answers */
static size_t time_task(const bench_data *bench, const ck_kernels *kernels, const bench_task *task,
                        const char *pattern, bool first) {
    double seconds[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_seconds();
        run_task(bench, kernels, task);
        seconds[round] = now_seconds() - start;
    }
    qsort(seconds, ROUNDS, sizeof *seconds, rising);
    size_t wrong = count_wrong(bench, task);
    double million = (double)bench->pairs * 1e-6;
    printf("%s    {\"pairs\": \"%s\", \"isa\": \"%s\", \"task\": \"%s\", \"best_mpairs_per_second\": %.1f, "
           "\"median_mpairs_per_second\": %.1f, \"wrong\": %zu}",
           first ? "" : ",\n", pattern, ck_kernels_name(kernels), task->name, million / seconds[0],
           million / seconds[ROUNDS / 2], wrong);
    fflush(stdout);
    return wrong;
}

static size_t time_all(const bench_data *bench, bool texts, const char *pattern, bool first) {
    size_t wrong = 0;
    for (const char *const *isa = ck_kernels_list(); *isa; isa++) {
        const ck_kernels *kernels = ck_kernels_choose(*isa);
        for (int t = 0; kernels && t < NTASKS; t++) {
            if (TASKS[t].of_texts != texts)
                continue;
            wrong += time_task(bench, kernels, &TASKS[t], pattern, first);
            first = false;
        }
    }
    return wrong;
}

int main(int argc, char **argv) {
    bench_data *bench = calloc(1, sizeof *bench);
    ck_error error = {0};
    size_t wrong = 0;
    bool texts = argc > 3 && strcmp(argv[3], "texts") == 0;
    if (!bench)
        return 6;
    if (argc > 1 && strcmp(argv[1], "-") != 0) {
        if (read_names(bench, argv[1]))
            return fprintf(stderr, "%s cannot be read\n", argv[1]), 5;
    } else {
        make_names(bench);
    }
    if (!bench->names)
        return fprintf(stderr, "no names\n"), 3;
    if (ck_strings_create(&error, bench->names, bench->offset, bench->bytes, &bench->strings) != CK_OK ||
        ck_strings_add_words(&error, bench->strings) != CK_OK)
        return fprintf(stderr, "%s\n", error.text), error.status;
    take_pairs(bench, (size_t)((argc > 2 ? atof(argv[2]) : 4.0) * 1e6));
    printf("{\"names\": %u, \"mean_letters\": %.2f, \"pairs\": %zu, \"checked\": %d,\n  \"results\": [\n",
           bench->names, (double)bench->offset[bench->names] / bench->names, bench->pairs, CHECKED);
    draw_blocks(bench);
    wrong += time_all(bench, texts, "blocks", true);
    draw_random_pairs(bench);
    wrong += time_all(bench, texts, "random", false);
    printf("\n  ]}\n");
    ck_strings_free(bench->strings);
    free(bench->level);
    free(bench->value);
    free(bench->b);
    free(bench->a);
    free(bench);
    return wrong ? 70 : 0;
}
