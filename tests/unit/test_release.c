/* Keys and codes: known answers, what a CLK keeps of likeness, and who may read a key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "compare/bit_lists.h"
#include "release/bloom.h"
#include "release/openpseudonymiser.h"
#include "release/secret.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static ck_secret secret_of(const char *text) {
    return (ck_secret){(unsigned char *)(uintptr_t)text, strlen(text)};
}

/* RFC 4231, test cases 1, 2 and 6 (a key longer than a block). */
static void hmac_known_answers(void **state) {
    (void)state;
    char key1[21], key6[132], text[2 * CK_DIGEST + 1];
    memset(key1, 0x0b, 20);
    memset(key6, 0xaa, 131);
    key1[20] = key6[131] = 0;
    const struct {
        const char *key, *data, *answer;
    } cases[] = {
        {key1, "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {"Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {key6, "Test Using Larger Than Block-Size Key - Hash Key First", "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t digest[CK_DIGEST];
        ck_secret key = secret_of(cases[i].key);
        ck_hmac(&key, cases[i].data, strlen(cases[i].data), digest);
        ck_digest_text(digest, false, text);
        assert_string_equal(text, cases[i].answer);
    }
}

static void openpseudonymiser_known_answer(void **state) {
    (void)state;
    ck_error error = {0};
    char text[2 * CK_DIGEST + 1];
    ck_secret salt = secret_of(" mackerel\n"), blank = secret_of(" \t ");
    ck_named_value values[] = {{"NHSNumber", ck_span_of("943 476 5919")}, {"DOB", ck_span_of("29.11.1973")}};
    assert_int_equal(ck_openpseudonymiser(&error, &salt, values, 2, text), CK_OK);
    assert_string_equal(text, "ED72F814B7905F3D3958749FA90FE657C101EC657402783DB68CBE3513E76087");
    assert_int_equal(ck_openpseudonymiser(&error, &blank, values, 2, text), CK_DATA);
}

static ck_bloom filter_of(const ck_secret *key, const char *value, bool balance, bool fold) {
    ck_bloom filter;
    ck_bloom_begin(&filter, 512);
    ck_bloom_add(&filter, key, "surname", ck_span_of(value), 2, 15);
    ck_bloom_finish(&filter, key, balance, fold);
    return filter;
}

static uint32_t ones_of(const ck_bloom *filter) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < filter->bits / 8; i++)
        n += (uint32_t)__builtin_popcount(filter->byte[i]);
    return n;
}

/* The slow and obvious one. */
static double dice_of(const ck_bloom *a, const ck_bloom *b) {
    uint32_t both = 0;
    for (uint32_t i = 0; i < a->bits; i++)
        both += (a->byte[i / 8] >> i % 8 & 1) & (b->byte[i / 8] >> i % 8 & 1);
    return 2.0 * both / (ones_of(a) + ones_of(b));
}

static void clks_keep_likeness(void **state) {
    (void)state;
    ck_secret key = secret_of("a key of some length"), other = secret_of("another key of some length");
    for (int hardening = 0; hardening < 4; hardening++) {
        bool balance = hardening & 1, fold = hardening & 2;
        ck_bloom smith = filter_of(&key, "SMITH", balance, fold), again = filter_of(&key, "SMITH", balance, fold),
                 smyth = filter_of(&key, "SMYTH", balance, fold), jones = filter_of(&key, "JONES", balance, fold);
        assert_int_equal(smith.bits, 512u << balance >> fold);
        assert_memory_equal(smith.byte, again.byte, smith.bits / 8);
        assert_true(dice_of(&smith, &smyth) > dice_of(&smith, &jones) + 0.15);
        ck_bloom foreign = filter_of(&other, "SMITH", balance, fold);
        assert_true(dice_of(&smith, &foreign) < dice_of(&smith, &smyth));
        if (balance && !fold)
            assert_int_equal(ones_of(&smith), smith.bits / 2);
    }
    ck_bloom empty = filter_of(&key, "", false, false);
    assert_true(ck_bloom_is_empty(&empty));
}

/* What the construction on docs/pseudonymise.md gives, written down once in another language. */
static void clk_known_answers(void **state) {
    (void)state;
    static const struct {
        bool balance, fold;
        const char *answer;
    } cases[] = {{false, false, "CQUWITVAAqgUQuASYJ+cBA=="},
                 {false, true, "HUf2M1Xfnqw="},
                 {true, false, "DGr1grn6kB+PHjHtaJsrZU+b1Wt4NN8Hr3EAAPRQC80="},
                 {true, true, "Q/Eg6cHOTxggbzHtnMsgqA=="}};
    ck_secret key = secret_of("a key of some length");
    ck_bloom filter;
    char text[CK_BLOOM_TEXT];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_bloom_begin(&filter, 128);
        ck_bloom_add(&filter, &key, "surname", ck_span_of("SMITH"), 2, 5);
        ck_bloom_add(&filter, &key, "forename", ck_span_of("ANN"), 2, 5);
        ck_bloom_finish(&filter, &key, cases[i].balance, cases[i].fold);
        ck_bloom_text(&filter, text);
        assert_string_equal(text, cases[i].answer);
    }
    ck_bloom_begin(&filter, 256);
    ck_bloom_add(&filter, &key, "surname", ck_span_of("ANNANN"), 3, 20);
    ck_bloom_text(&filter, text);
    assert_string_equal(text, "aqggJeqkxgaxEmOziYozjBBI5kUMHnwumoxuarfyoPA=");
}

/* A q-gram that occurs twice sets no more bits than one; q-grams of fields with other labels set others. */
static void clks_are_of_sets_and_labels(void **state) {
    (void)state;
    ck_secret key = secret_of("a key of some length");
    ck_bloom once, twice, label;
    ck_bloom_begin(&once, 512), ck_bloom_begin(&twice, 512), ck_bloom_begin(&label, 512);
    ck_bloom_add(&once, &key, "a", ck_span_of("AAA"), 2, 10);
    ck_bloom_add(&twice, &key, "a", ck_span_of("AAAAAAAA"), 2, 10);
    ck_bloom_add(&label, &key, "b", ck_span_of("AAA"), 2, 10);
    assert_memory_equal(once.byte, twice.byte, 64);
    assert_memory_not_equal(once.byte, label.byte, 64);
}

/* Every instruction set's kernel equals the obvious one, values and levels. */
static void dice_kernels(void **state) {
    (void)state;
    enum { N = 40 };
    ck_error error = {0};
    ck_secret key = secret_of("a key of some length");
    static const char *const names[] = {"SMITH", "SMYTH", "JONES", "JOHNSON", "JOHNSTONE", "LEE", "LEIGH", "ANNE MARIE", "ANN-MARIE", "O"};
    ck_bloom filter[N];
    char bytes[N * CK_BLOOM_TEXT];
    uint64_t offset[N + 3] = {0};
    uint32_t count = 1, a[N * N], b[N * N];
    for (uint32_t i = 0; i < N; i++) {
        filter[i] = filter_of(&key, names[i % 10], i >= 30, i >= 20);
        ck_bloom_text(&filter[i], bytes + offset[count]);
        offset[count + 1] = offset[count] + strlen(bytes + offset[count]);
        count++;
    }
    memcpy(bytes + offset[count], "no filter", 9);
    offset[count + 1] = offset[count] + 9;
    ck_strings *strings = NULL;
    assert_int_equal(ck_strings_create(&error, count + 1, offset, bytes, &strings), CK_OK);
    assert_int_equal(ck_strings_add_bits(&error, strings), CK_OK);
    for (uint32_t k = 0; k < N * N; k++)
        a[k] = 1 + k / N, b[k] = 1 + k % N;
    a[0] = count; /* none */
    for (const char *const *isa = ck_kernels_list(); *isa; isa++) {
        const ck_kernels *kernels = ck_kernels_choose(*isa);
        static const double ladder[] = {0.999, 0.8, 0.5};
        double value[N * N];
        uint8_t level[N * N];
        if (!kernels)
            continue;
        ck_measure_batch(kernels, CK_DICE, strings, strings, a, b, N * N, value);
        ck_ladder_batch(kernels, CK_DICE, strings, strings, ladder, 3, a, b, N * N, level);
        assert_true(value[0] == 0.0 && level[0] == 3);
        for (uint32_t k = 1; k < N * N; k++) {
            const ck_bloom *x = &filter[k / N], *y = &filter[k % N];
            double wanted = x->bits == y->bits ? dice_of(x, y) : 0.0;
            uint8_t rung = 0;
            while (rung < 3 && wanted < ladder[rung])
                rung++;
            assert_true(value[k] == wanted);
            assert_int_equal(level[k], rung);
        }
    }
    ck_strings_free(strings);
}

static void write_key(const char *path, const char *text, mode_t mode) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    chmod(path, mode);
}

static ck_status load(const char *path, ck_error *error) {
    ck_secret key;
    *error = (ck_error){0};
    ck_status status = ck_secret_load(error, path, &key);
    ck_secret_free(&key);
    return status;
}

static void key_files(void **state) {
    (void)state;
    char folder[] = "/tmp/carrick-key-XXXXXX", path[64];
    ck_error error;
    ck_secret key;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/key", folder);
    assert_int_equal(load(path, &error), CK_FILE); /* none */
    write_key(path, "0123456789abcdef\r\n", 0600);
    error = (ck_error){0};
    assert_int_equal(ck_secret_load(&error, path, &key), CK_OK);
    assert_int_equal(key.n, 16);
    assert_memory_equal(key.bytes, "0123456789abcdef", 16);
    ck_secret_free(&key);
    chmod(path, 0640);
    assert_int_equal(load(path, &error), CK_FILE);
    assert_non_null(strstr(error.text, "0640"));
    write_key(path, "short\n", 0600);
    assert_int_equal(load(path, &error), CK_DATA);
    unlink(path);
    error = (ck_error){0};
    assert_int_equal(ck_secret_make(&error, path), CK_OK);
    assert_int_equal(load(path, &error), CK_OK);
    assert_int_equal(ck_secret_make(&error, path), CK_FILE); /* never written over */
    struct stat info;
    assert_true(stat(path, &info) == 0 && (info.st_mode & 07777) == 0600 && info.st_size == 65);
    unlink(path);
    rmdir(folder);
}

/* Kilobytes of this process that the system keeps out of the swap; -1 where nobody says. */
static long locked_kilobytes(void) {
    char line[256];
    long n = -1;
#ifdef __SANITIZE_ADDRESS__
    return n; /* it leaves mlock out */
#endif
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "VmLck: %ld", &n) == 1)
            break;
    if (file)
        fclose(file);
    return n;
}

/* While a key is loaded it is locked, and the process leaves no image of it behind. */
static void keys_stay_in_memory(void **state) {
    (void)state;
    char folder[] = "/tmp/carrick-key-XXXXXX", path[64];
    ck_error error = {0};
    ck_secret key, derived;
    struct rlimit core = {1 << 20, 1 << 20};
    long before = locked_kilobytes();
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/key", folder);
    write_key(path, "0123456789abcdef", 0600);
    prctl(PR_SET_DUMPABLE, 1);
    if (getrlimit(RLIMIT_CORE, &core) == 0)
        core.rlim_cur = core.rlim_max;
    setrlimit(RLIMIT_CORE, &core);
    assert_int_equal(ck_secret_load(&error, path, &key), CK_OK);
    assert_int_equal(prctl(PR_GET_DUMPABLE), 0);
    assert_true(getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0 && core.rlim_max == 0);
    long loaded = locked_kilobytes();
    assert_int_equal(ck_secret_derive(&error, &key, "purpose", &derived), CK_OK);
    if (before >= 0) {
        assert_true(loaded > before);
        assert_true(locked_kilobytes() > loaded);
    }
    ck_secret_free(&derived);
    ck_secret_free(&key);
    assert_true(locked_kilobytes() == before);
    unlink(path);
    rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hmac_known_answers),          cmocka_unit_test(openpseudonymiser_known_answer), cmocka_unit_test(clks_keep_likeness), cmocka_unit_test(clk_known_answers),
        cmocka_unit_test(clks_are_of_sets_and_labels), cmocka_unit_test(dice_kernels),                   cmocka_unit_test(key_files),          cmocka_unit_test(keys_stay_in_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
