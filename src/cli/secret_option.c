#include "cli/secret_option.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

/* 0 is standard input. */
static ck_status read_descriptor(ck_error *error, const char *text, int *fd) {
    char *end;
    errno = 0;
    unsigned long number = strtoul(text, &end, 10);
    *fd = (int)number;
    return *text >= '0' && *text <= '9' && !*end && !errno && number <= INT_MAX
               ? CK_OK
               : ck_fail(error, CK_USAGE, "--key-fd takes the number of an open descriptor, not '%s'.", text);
}

ck_status ck_secret_option(ck_error *error, const ck_options *given, ck_secret *key) {
    int fd;
    if (given->key && given->key_fd)
        return ck_fail(error, CK_USAGE, "Give --key or --key-fd, not both.");
    if (given->key_fd)
        return read_descriptor(error, given->key_fd, &fd) == CK_OK ? ck_secret_load_fd(error, fd, key) : error->status;
    if (given->key)
        return ck_secret_load(error, given->key, key);
    return ck_fail(error, CK_USAGE, "A key is needed: --key FILE (mode 0600; 'carrick key FILE' makes one) or --key-fd N.");
}
