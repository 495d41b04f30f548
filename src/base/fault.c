#include "base/fault.h"
#ifdef CARRICK_FAULTS
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NAME(id, name) [id] = name,
static const char *const names[CK_FAULTS] = {CK_FAULT_SITES(NAME)};
#undef NAME

typedef struct plan {
    int site;               /* CK_FAULTS: none */
    long rank, call;
    void (*act)(void);      /* NULL: fail */
    bool counts;
} plan;

static atomic_ullong calls[CK_FAULTS];
static atomic_int own_rank = -1;

static void act_kill(void) {
    raise(SIGKILL);
}

static void act_stop(void) {
    raise(SIGTERM);
}

static void act_hang(void) {
    for (;;)
        pause();
}

static long slow_milliseconds;

static void act_slow(void) {
    nanosleep(&(struct timespec){slow_milliseconds / 1000, slow_milliseconds % 1000 * 1000000}, NULL);
}

static void (*read_act(const char *text))(void) {
    static const char slow[] = ":slow:";
    if (strncmp(text, slow, strlen(slow)) == 0) {
        slow_milliseconds = strtol(text + strlen(slow), NULL, 10);
        return act_slow;
    }
    return strcmp(text, ":kill") == 0 ? act_kill : strcmp(text, ":stop") == 0 ? act_stop : act_hang;
}

static plan read_plan(void) {
    const char *text = getenv("CARRICK_FAULT");
    plan p = {.site = CK_FAULTS};
    if (!text)
        return p;
    p.counts = strcmp(text, "count") == 0;
    size_t n = strcspn(text, ":");
    for (int s = 0; s < CK_FAULTS; s++)
        if (strlen(names[s]) == n && memcmp(names[s], text, n) == 0)
            p.site = s;
    char *end = (char *)text + n;
    p.rank = *end ? strtol(end + 1, &end, 10) : 0;
    p.call = *end ? strtol(end + 1, &end, 10) : 1;
    if (*end)
        p.act = read_act(end);
    return p;
}

/* The environment is read once, before main, while there is one thread. */
static plan planned;
__attribute__((constructor)) static void plan_faults(void) {
    planned = read_plan();
}

bool ck_fault(ck_fault_site site) {
    unsigned long long call = atomic_fetch_add_explicit(&calls[site], 1, memory_order_relaxed) + 1;
    bool now = (long)call == planned.call || (planned.act == act_slow && (long)call > planned.call);
    if ((int)site != planned.site || !now || atomic_load_explicit(&own_rank, memory_order_relaxed) != planned.rank)
        return false;
    if (planned.act) {
        planned.act();
        return false;
    }
    errno = EIO;
    return true;
}

void ck_fault_set_rank(int rank) {
    atomic_store(&own_rank, rank);
}

bool ck_fault_counts(void) {
    return planned.counts;
}

uint64_t ck_fault_calls(ck_fault_site site) {
    return atomic_load(&calls[site]);
}

const char *ck_fault_name(ck_fault_site site) {
    return names[site];
}
#endif
