#include "release/secret.h"
#include "base/fault.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* From here on the process leaves no image of its memory behind. */
static void forbid_dumps(void) {
    const struct rlimit none = {0, 0};
    prctl(PR_SET_DUMPABLE, 0);
    setrlimit(RLIMIT_CORE, &none);
}

static ck_status start(ck_error *error) {
    return sodium_init() < 0 ? ck_fail(error, CK_INTERNAL, "The cryptography library cannot be started.") : CK_OK;
}

static ck_status take(ck_error *error, size_t n, ck_secret *secret) {
    secret->bytes = sodium_malloc(n);
    secret->n = n;
    /* sodium_malloc locks what it may and goes on where it may not: asked again, the system says which it was. */
    if (secret->bytes && sodium_mlock(secret->bytes, n) == 0)
        return CK_OK;
    ck_secret_free(secret);
    return ck_fail(error, CK_MEMORY, "Out of locked memory for a key; 'ulimit -l' may be too small.");
}

/* All that the descriptor gives, up to `room`. */
static ck_status read_all(ck_error *error, int fd, const char *name, unsigned char *bytes, size_t room, size_t *n) {
    *n = 0;
    while (*n < room) {
        ssize_t got = ck_fault(CK_FAULT_READ) ? -1 : read(fd, bytes + *n, room - *n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return ck_fail(error, CK_FILE, "The key in %s cannot be read: %s.", name, strerror(errno));
        if (got == 0)
            break;
        *n += (size_t)got;
    }
    return CK_OK;
}

static ck_status load(ck_error *error, int fd, const char *name, ck_secret *secret) {
    forbid_dumps();
    if (start(error) != CK_OK || take(error, CK_SECRET_MOST + 1, secret) != CK_OK ||
        read_all(error, fd, name, secret->bytes, CK_SECRET_MOST + 1, &secret->n) != CK_OK)
        return error->status;
    if (secret->n > CK_SECRET_MOST)
        return ck_fail(error, CK_DATA, "The key in %s is longer than %d bytes.", name, CK_SECRET_MOST);
    while (secret->n && (secret->bytes[secret->n - 1] == '\n' || secret->bytes[secret->n - 1] == '\r'))
        secret->n--;
    if (secret->n < CK_SECRET_LEAST)
        return ck_fail(error, CK_DATA, "The key in %s has fewer than %d bytes; 'carrick key FILE' makes a good one.", name, CK_SECRET_LEAST);
    return CK_OK;
}

ck_status ck_secret_load(ck_error *error, const char *path, ck_secret *secret) {
    struct stat info;
    *secret = (ck_secret){0};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* of a pipe, without waiting for its writer */
    if (fd < 0 || fstat(fd, &info) != 0)
        ck_fail(error, CK_FILE, "The key file '%s' cannot be opened: %s.", path, strerror(errno));
    else if (!S_ISREG(info.st_mode))
        ck_fail(error, CK_FILE, "The key '%s' is no file; out of a pipe or another program it is taken with --key-fd.", path);
    else if (info.st_mode & 077)
        ck_fail(error, CK_FILE, "The key file '%s' can be read or changed by others (mode %04o); 'chmod 600' it first.", path,
                (unsigned)(info.st_mode & 07777));
    else
        load(error, fd, path, secret);
    if (fd >= 0)
        close(fd);
    if (error->status != CK_OK)
        ck_secret_free(secret);
    return error->status;
}

ck_status ck_secret_load_fd(ck_error *error, int fd, ck_secret *secret) {
    char name[32];
    snprintf(name, sizeof name, "descriptor %d", fd);
    *secret = (ck_secret){0};
    if (load(error, fd, name, secret) != CK_OK)
        ck_secret_free(secret);
    return error->status;
}

ck_status ck_secret_make(ck_error *error, const char *path) {
    unsigned char random[CK_DIGEST];
    char text[2 * CK_DIGEST + 2];
    forbid_dumps();
    if (start(error) != CK_OK)
        return error->status;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return ck_fail(error, CK_FILE, "The key file '%s' cannot be made: %s.", path, strerror(errno));
    randombytes_buf(random, sizeof random);
    ck_digest_text(random, false, text);
    text[2 * CK_DIGEST] = '\n';
    bool written = write(fd, text, 2 * CK_DIGEST + 1) == 2 * CK_DIGEST + 1 && fsync(fd) == 0;
    int reason = errno;
    sodium_memzero(random, sizeof random);
    sodium_memzero(text, sizeof text);
    if (close(fd) != 0 || !written) {
        unlink(path);
        return ck_fail(error, CK_FILE, "The key file '%s' cannot be written: %s.", path, strerror(reason));
    }
    return CK_OK;
}

void ck_secret_free(ck_secret *secret) {
    sodium_free(secret->bytes); /* wipes */
    *secret = (ck_secret){0};
}

void ck_hmac(const ck_secret *secret, const void *bytes, size_t n, uint8_t digest[CK_DIGEST]) {
    ck_hmac_labelled(secret, (ck_span){"", 0}, (ck_span){bytes, n}, digest);
}

void ck_hmac_labelled(const ck_secret *secret, ck_span label, ck_span value, uint8_t digest[CK_DIGEST]) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, secret->bytes, secret->n);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)label.bytes, label.n);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)value.bytes, value.n);
    crypto_auth_hmacsha256_final(&state, digest);
    sodium_memzero(&state, sizeof state);
}

ck_status ck_secret_derive(ck_error *error, const ck_secret *secret, const char *purpose, ck_secret *derived) {
    *derived = (ck_secret){0};
    if (take(error, CK_DIGEST, derived) == CK_OK)
        ck_hmac(secret, purpose, strlen(purpose), derived->bytes);
    return error->status;
}

void ck_digest_text(const uint8_t digest[CK_DIGEST], bool upper, char text[2 * CK_DIGEST + 1]) {
    sodium_bin2hex(text, 2 * CK_DIGEST + 1, digest, CK_DIGEST);
    for (char *c = text; upper && *c; c++)
        *c = *c >= 'a' ? (char)(*c - 'a' + 'A') : *c;
}
