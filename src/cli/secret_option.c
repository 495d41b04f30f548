#include "cli/secret_option.h"
#include <inttypes.h>
#include <limits.h>

ck_status ck_secret_option(ck_error *error, const ck_options *given, ck_secret *key) {
    if (given->key && given->key_fd)
        return ck_fail(error, CK_USAGE, "Give --key or --key-fd, not both.");
    if (given->key_fd > INT_MAX)
        return ck_fail(error, CK_USAGE, "--key-fd takes the number of an open descriptor, not %" PRIu64 ".", given->key_fd);
    if (given->key_fd)
        return ck_secret_load_fd(error, (int)given->key_fd, key);
    if (given->key)
        return ck_secret_load(error, given->key, key);
    return ck_fail(error, CK_USAGE, "A key is needed: --key FILE (mode 0600; 'carrick key FILE' makes one) or --key-fd N.");
}
