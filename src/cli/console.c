#include "cli/console.h"
#include "base/log.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
    bool speaks, quiet, json, terminal, progress_shown;
} console;

static void clear_progress(void) {
    if (console.progress_shown)
        fputs("\r\033[K", stderr);
    console.progress_shown = false;
}

/** One object a line; `plain` where JSON cannot hold the text (a file name that is not UTF-8). */
static void print_json(json_t *object, const char *plain) {
    char *text = object ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(15)) : NULL;
    fprintf(stderr, "%s\n", text ? text : plain);
    free(text);
    json_decref(object);
}

static const char *kind_name(ck_log_kind kind) {
    static const char *const names[] = {[CK_LOG_STAGE] = "stage", [CK_LOG_INFO] = "info", [CK_LOG_WARN] = "warning",
                                        [CK_LOG_PROGRESS] = "progress"};
    return names[kind];
}

static void show_progress(const char *text) {
    if (!console.terminal || console.quiet || console.json)
        return;
    clear_progress();
    fprintf(stderr, "%s", text);
    fflush(stderr);
    console.progress_shown = true;
}

static void take_message(void *user, ck_log_kind kind, const char *text) {
    (void)user;
    if (kind == CK_LOG_PROGRESS) {
        show_progress(text);
        return;
    }
    if (console.quiet && kind != CK_LOG_WARN)
        return;
    clear_progress();
    if (console.json)
        print_json(json_pack("{s:s, s:s%}", "kind", kind_name(kind), "text", text, strlen(text)), text);
    else
        fprintf(stderr, "%s%s\n", kind == CK_LOG_WARN ? "carrick: warning: " : "", text);
}

void ck_console_open(const ck_cli *cli) {
    console.speaks = cli->comm.rank == 0;
    console.quiet = cli->options.quiet;
    console.json = cli->options.json_log;
    console.terminal = isatty(STDERR_FILENO);
    ck_log_set_sink(console.speaks ? take_message : NULL, NULL);
}

void ck_console_close(void) {
    clear_progress();
}

void ck_console_stage(const char *stage, const char *text, double seconds, const json_t *counts) {
    if (!console.speaks || console.quiet)
        return;
    clear_progress();
    if (console.json)
        print_json(json_pack("{s:s, s:s, s:s, s:f, s:O*}", "kind", "stage", "stage", stage, "text", text, "seconds",
                             seconds, "counts", counts), text);
    else if (seconds > 0)
        fprintf(stderr, "%-9s %s  %.2f s\n", stage, text, seconds);
    else
        fprintf(stderr, "%-9s %s\n", stage, text);
}

void ck_console_error(const ck_cli *cli, const ck_error *error) {
    if (cli->comm.rank != 0)
        return;
    clear_progress();
    if (cli->options.json_log)
        print_json(json_pack("{s:s, s:i, s:s}", "kind", "error", "status", (int)error->status, "text", error->text), error->text);
    else
        fprintf(stderr, "carrick: %s\n", error->text);
}

const char *ck_count_text(uint64_t count, char text[CK_COUNT_TEXT]) {
    char digits[CK_COUNT_TEXT];
    int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)count);
    char *out = text;
    for (int i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0)
            *out++ = ',';
        *out++ = digits[i];
    }
    *out = 0;
    return text;
}

const char *ck_rate_text(double rate, char text[CK_COUNT_TEXT]) {
    static const char *const unit[] = {"", " k", " M", " G"};
    int u = 0;
    for (; rate >= 1000 && u < 3; u++)
        rate /= 1000;
    snprintf(text, CK_COUNT_TEXT, rate < 10 && u ? "%.1f%s" : "%.0f%s", rate, unit[u]);
    return text;
}

const char *ck_measure_text(double value, char text[CK_COUNT_TEXT]) {
    snprintf(text, CK_COUNT_TEXT, isfinite(value) ? "%.4f" : "-", value);
    return text;
}
