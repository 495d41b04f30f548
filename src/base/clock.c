#include "base/clock.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

double ck_clock_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double ck_clock_thread_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* A line of /proc/self/status, which is in KiB. */
static uint64_t read_status(const char *name) {
    FILE *status = fopen("/proc/self/status", "r");
    if (!status)
        return 0;
    char line[256];
    size_t n = strlen(name);
    unsigned long kib = 0;
    while (fgets(line, sizeof line, status))
        if (strncmp(line, name, n) == 0 && sscanf(line + n, ": %lu kB", &kib) == 1)
            break;
    fclose(status);
    return (uint64_t)kib * 1024;
}

uint64_t ck_clock_peak_rss_bytes(void) {
    return read_status("VmHWM");
}

uint64_t ck_clock_rss_bytes(void) {
    return read_status("VmRSS");
}
