#include "base/log.h"
#include "base/clock.h"
#include <stdarg.h>
#include <stdio.h>

static ck_log_sink *current_sink;
static void *current_user;

void ck_log_set_sink(ck_log_sink *sink, void *user) {
    current_sink = sink;
    current_user = user;
}

void ck_log(ck_log_kind kind, const char *format, ...) {
    if (!current_sink)
        return;
    char text[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    current_sink(current_user, kind, text);
}

void ck_log_progress(const char *what, uint64_t done, uint64_t total) {
    static double last;
    double now = ck_clock_seconds();
    if (done != total && now - last < 0.1)
        return;
    last = now;
    double percent = total ? 100.0 * (double)done / (double)total : 100.0;
    ck_log(CK_LOG_PROGRESS, "%s %.0f %%", what, percent);
}
