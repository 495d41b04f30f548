#include "base/stop.h"
#include <signal.h>

static volatile sig_atomic_t requested;

static void hear(int signal) {
    (void)signal;
    requested = 1;
}

void ck_stop_listen(void) {
    struct sigaction action = {.sa_handler = hear, .sa_flags = (int)(SA_RESTART | SA_RESETHAND)};
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGUSR1, &action, NULL);
}

bool ck_stop_requested(void) {
    return requested;
}

ck_status ck_stop_check(ck_error *error) {
    if (!requested)
        return error->status;
    return ck_fail(error, CK_STOPPED, "Stopped by a signal; what is done is kept, and the same command carries on.");
}
